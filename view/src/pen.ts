// Pen is what the diagram is drawn with: a canvas in the page, a list of strokes in tests.
export interface Pen {
  line(x1: number, y1: number, x2: number, y2: number, ink: Ink, width: number, dash?: Dash): void;
  arrow(x1: number, y1: number, x2: number, y2: number, ink: Ink, width: number, dash?: Dash): void;
  box(x: number, y: number, w: number, h: number, ink: Ink): void;
  mark(shape: Shape, x: number, y: number, size: number, ink: Ink): void;
}

export type Shape = "dot" | "ring" | "diamond" | "square" | "cross";
export type Dash = "dotted" | "dashed";

// The colours, by what they mean; style.css has them for light and dark.
export const inks = ["lane", "quiet", "plain", "past", "future", "self", "hot", "hotline", "down", "wait", "fault", "decide", "match", "band"] as const;
export type Ink = (typeof inks)[number];

const dashes: Record<Dash, number[]> = { dotted: [1, 4], dashed: [5, 4] };

// CanvasPen draws on a canvas, crisp on displays with several pixels to a unit.
export class CanvasPen implements Pen {
  strokes = 0; // drawn since the pen was made

  constructor(
    private readonly g: CanvasRenderingContext2D,
    private readonly colors: Record<Ink, string>,
  ) {}

  private begin(ink: Ink, width: number, dash?: Dash): void {
    this.strokes++;
    this.g.strokeStyle = this.g.fillStyle = this.colors[ink];
    this.g.lineWidth = width;
    this.g.setLineDash(dash ? dashes[dash] : []);
    this.g.beginPath();
  }

  line(x1: number, y1: number, x2: number, y2: number, ink: Ink, width: number, dash?: Dash): void {
    this.begin(ink, width, dash);
    this.g.moveTo(x1, y1);
    this.g.lineTo(x2, y2);
    this.g.stroke();
  }

  arrow(x1: number, y1: number, x2: number, y2: number, ink: Ink, width: number, dash?: Dash): void {
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
    const head = 6 + width;
    const gap = Math.min(4, length / 2); // to the middle of the mark
    const [tipX, tipY] = [x2 - dx * gap, y2 - dy * gap];
    const [baseX, baseY] = [tipX - dx * head, tipY - dy * head];
    this.line(x1, y1, baseX, baseY, ink, width, dash);
    this.g.setLineDash([]);
    this.g.beginPath();
    this.g.moveTo(tipX, tipY);
    this.g.lineTo(baseX - (dy * head) / 2.2, baseY + (dx * head) / 2.2);
    this.g.lineTo(baseX + (dy * head) / 2.2, baseY - (dx * head) / 2.2);
    this.g.fill();
  }

  box(x: number, y: number, w: number, h: number, ink: Ink): void {
    this.strokes++;
    this.g.fillStyle = this.colors[ink];
    this.g.fillRect(x, y, w, h);
  }

  mark(shape: Shape, x: number, y: number, size: number, ink: Ink): void {
    this.begin(ink, 2);
    const g = this.g;
    switch (shape) {
      case "dot":
        g.arc(x, y, size, 0, 7);
        return g.fill();
      case "ring":
        g.arc(x, y, size, 0, 7);
        return g.stroke();
      case "square":
        return g.fillRect(x - size, y - size, 2 * size, 2 * size);
      case "diamond":
        g.moveTo(x, y - size);
        g.lineTo(x + size, y);
        g.lineTo(x, y + size);
        g.lineTo(x - size, y);
        return g.fill();
      case "cross":
        g.lineWidth = 3;
        g.moveTo(x - size, y - size);
        g.lineTo(x + size, y + size);
        g.moveTo(x + size, y - size);
        g.lineTo(x - size, y + size);
        return g.stroke();
    }
  }
}
