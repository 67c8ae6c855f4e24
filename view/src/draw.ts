import type { Arrow } from "./arrows";
import { Relation } from "./order";
import type { Dash, Ink, Pen, Shape } from "./pen";
import type { Scene } from "./scene";
import { isFault } from "./story";
import type { Span } from "./spans";

// Frame is the part of the diagram that is seen, in units of the page.
export interface Frame {
  top: number;
  height: number;
  row: number; // height of a row
  lane: number; // width of a lane
}

// How many arrows are drawn that pass through the frame without an end in it, unless they stand out.
const mostPassing = 80;

// draw draws the lanes, spans, arrows and marks of the frame, and nothing else: what it costs depends on what is seen, not on
// how long the trace is.
export function draw(pen: Pen, s: Scene, f: Frame): void {
  const first = Math.max(0, Math.floor(f.top / f.row) - 1);
  const last = Math.min(s.rows.list.length - 1, Math.ceil((f.top + f.height) / f.row));
  const d = new Drawing(pen, s, f, first, last);
  d.bands();
  for (const kind of ["hot", "down", "life", "wait"] as const) {
    for (const span of s.spans) if (span.kind === kind) d.span(span);
  }
  d.reach();
  d.arrows();
  d.marks();
}

class Drawing {
  private readonly width: number;

  constructor(
    private readonly pen: Pen,
    private readonly s: Scene,
    private readonly f: Frame,
    private readonly first: number,
    private readonly last: number,
  ) {
    this.width = s.trace.lanes.length * f.lane;
  }

  private x(event: number): number {
    return this.laneX(this.s.trace.laneOf(event));
  }

  private laneX(lane: number): number {
    return (lane + 0.5) * this.f.lane;
  }

  private y(row: number): number {
    return (row + 0.5) * this.f.row - this.f.top;
  }

  private eventY(event: number): number {
    return event >= this.s.trace.events.length ? (this.s.rows.list.length + 1) * this.f.row - this.f.top : this.y(this.s.rows.rowOf(event));
  }

  // bands marks rows from side to side.
  bands(): void {
    const { s, f } = this;
    for (let r = this.first; r <= this.last; r++) {
      const row = s.rows.list[r];
      if (!row || row.event < 0) continue;
      const ink = this.band(row.event);
      if (ink) this.pen.box(0, r * f.row - f.top, this.width, f.row, ink);
    }
  }

  private band(event: number): Ink | null {
    if (this.s.deciding >= 0 && this.s.trace.step[event] === this.s.trace.step[this.s.deciding]) return "decide";
    if (event === this.s.selected) return "band";
    return this.s.matches.has(event) ? "match" : null;
  }

  span(span: Span): void {
    const { s, f } = this;
    const y1 = Math.max(this.eventY(span.from), -f.row);
    const y2 = Math.min(this.eventY(span.to), (s.rows.list.length + 1) * f.row - f.top, f.height + f.row);
    if (y1 >= y2) return;
    const x = this.laneX(span.lane);
    const half = Math.min(7, f.lane / 2 - 1);
    switch (span.kind) {
      case "hot":
        this.pen.box(x - half, y1, 2 * half, y2 - y1, "hot");
        return this.pen.line(x - half, y1, x - half, y2, "hotline", 2);
      case "down":
        return this.pen.box(x - half, y1, 2 * half, y2 - y1, "down");
      case "life":
        return this.pen.line(x, y1, x, y2, "lane", 1.5);
      case "wait":
        return this.pen.line(x, y1, x, y2, "wait", 4);
    }
  }

  // reach colours each lane as far as it belongs to the past of the selected event, and from where it belongs to its future.
  reach(): void {
    const { s, f } = this;
    if (!s.relations) return;
    const lanes = s.trace.lanes.length;
    const [start, past, future] = [0, 1, 2].map(() => new Int32Array(lanes).fill(-1)) as [Int32Array, Int32Array, Int32Array];
    for (let i = 0; i < s.relations.length; i++) {
      const lane = s.trace.laneOf(i);
      if (lane < 0) continue;
      const r = s.relations[i];
      if (start[lane] === -1) start[lane] = i;
      if (r === Relation.Past || r === Relation.Self) past[lane] = i;
      if ((r === Relation.Future || r === Relation.Self) && future[lane] === -1) future[lane] = i;
    }
    const end = s.trace.events.length;
    for (let lane = 0; lane < lanes; lane++) {
      const segment = (from: number, to: number, ink: Ink) => {
        const y1 = Math.max(this.eventY(from), 0);
        const y2 = Math.min(this.eventY(to), (s.rows.list.length + 1) * f.row - f.top, f.height);
        if (y1 < y2) this.pen.line(this.laneX(lane), y1, this.laneX(lane), y2, ink, 2.5);
      };
      if ((past[lane] ?? -1) >= 0) segment(start[lane] ?? 0, past[lane] ?? 0, "past");
      if ((future[lane] ?? -1) >= 0) segment(future[lane] ?? 0, this.lifeEnd(lane, end), "future");
    }
  }

  private lifeEnd(lane: number, otherwise: number): number {
    return this.s.spans.find((p) => p.kind === "life" && p.lane === lane)?.to ?? otherwise;
  }

  arrows(): void {
    const { s } = this;
    let passing = 0;
    const strong: Arrow[] = [];
    for (const a of s.arrowsIn(this.first, this.last)) {
      if (s.chain.has(a.from) && s.chain.has(a.to)) {
        strong.push(a);
        continue;
      }
      const inside = s.rows.rowOf(a.from) >= this.first || s.rows.rowOf(a.to) <= this.last;
      if (!inside && this.ink(a) !== "past" && this.ink(a) !== "future" && ++passing > mostPassing) continue;
      this.arrow(a, this.ink(a), 1.25);
    }
    for (const a of strong) this.arrow(a, "self", 3);
  }

  private arrow(a: Arrow, ink: Ink, width: number): void {
    const { rows } = this.s;
    const [y1, y2] = [this.eventY(a.from), this.eventY(a.to)];
    if (y1 === y2 && (!rows.isShown(a.from) || !rows.isShown(a.to))) return; // in folded steps
    this.pen.arrow(this.x(a.from), y1, this.x(a.to), y2, ink, width, this.dash(a));
  }

  private dash(a: Arrow): Dash | undefined {
    if (!this.s.rows.isShown(a.from) || !this.s.rows.isShown(a.to)) return "dashed";
    return a.kind === "message" || a.kind === "fault" ? undefined : "dotted";
  }

  private ink(a: Arrow): Ink {
    const r = this.s.relations;
    if (a.kind === "fault") return "fault";
    if (!r) return "plain";
    const among = (kind: Relation) => (r[a.from] === kind || r[a.from] === Relation.Self) && (r[a.to] === kind || r[a.to] === Relation.Self);
    return among(Relation.Past) ? "past" : among(Relation.Future) ? "future" : "quiet";
  }

  marks(): void {
    const { s } = this;
    for (let r = this.first; r <= this.last; r++) {
      const row = s.rows.list[r];
      if (!row || row.event < 0 || s.trace.laneOf(row.event) < 0) continue;
      const [shape, size] = markOf(s.trace.fails(row.event) ? "failed" : s.trace.event(row.event).event);
      const [x, y] = [this.x(row.event), this.y(r)];
      this.pen.mark(shape, x, y, size, this.markInk(row.event));
      if (row.event === s.selected) this.pen.mark("ring", x, y, 8, "self");
    }
  }

  private markInk(event: number): Ink {
    const e = this.s.trace.event(event);
    if (isFault(e.event) || this.s.trace.fails(event) || (e.event === "ended" && e.to)) return "fault";
    if (e.event === "moved" && e.hot) return "hotline";
    switch (this.s.relations?.[event]) {
      case Relation.Past:
        return "past";
      case Relation.Future:
        return "future";
      case Relation.Concurrent:
        return "quiet";
    }
    return this.s.chain.has(event) ? "self" : "plain";
  }
}

const marks: Record<string, [Shape, number]> = {
  sent: ["dot", 2.5],
  created: ["dot", 3],
  spawned: ["dot", 3],
  fired: ["ring", 3],
  "timer armed": ["ring", 2],
  "timer stopped": ["ring", 2],
  chose: ["square", 3],
  logged: ["square", 2],
  moved: ["square", 3.5],
  injected: ["diamond", 6],
  lost: ["diamond", 5],
  unperformed: ["diamond", 5],
  crashed: ["cross", 5],
  failed: ["cross", 6],
  blocked: ["ring", 4],
  held: ["ring", 4],
  woken: ["dot", 2.5],
};

function markOf(kind: string): [Shape, number] {
  return marks[kind] ?? ["dot", 4];
}
