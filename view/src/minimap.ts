import { h } from "./dom";
import type { Ink } from "./pen";
import type { Scene } from "./scene";
import { isFault } from "./story";

// Minimap shows all rows at once in a narrow column: when monitors are hot, where faults, matches and the deciding step are,
// and which part is seen. A click goes there.
export class Minimap {
  readonly element: HTMLCanvasElement;
  private scene: Scene | null = null;
  private still: HTMLCanvasElement | null = null; // all but the part that is seen

  constructor(go: (share: number) => void) {
    this.element = h("canvas", { class: "minimap", "aria-hidden": "true", title: "The whole trace: click to go there" });
    const at = (e: PointerEvent) => {
      const box = this.element.getBoundingClientRect();
      go((e.clientY - box.top) / box.height);
    };
    this.element.addEventListener("pointerdown", (e) => {
      this.element.setPointerCapture(e.pointerId);
      at(e);
    });
    this.element.addEventListener("pointermove", (e) => e.buttons && at(e));
  }

  // show takes over what the scene looks like now.
  show(scene: Scene, colors: Record<Ink, string>): void {
    this.scene = scene;
    const scale = window.devicePixelRatio || 1;
    const [w, height] = [this.element.clientWidth, this.element.clientHeight];
    const still = document.createElement("canvas");
    still.width = this.element.width = Math.max(1, w * scale);
    still.height = this.element.height = Math.max(1, height * scale);
    this.still = still;
    const g = still.getContext("2d");
    if (!g) return;
    g.scale(scale, scale);
    const rows = Math.max(1, scene.rows.list.length);
    const y = (event: number) => (Math.min(event < scene.trace.events.length ? scene.rows.rowOf(event) : rows, rows) / rows) * height;
    const tick = (event: number, ink: Ink, from: number, thick: number) => {
      g.fillStyle = colors[ink];
      g.fillRect(from, Math.round(y(event)), w - from, thick);
    };
    for (const s of scene.spans) {
      if (s.kind !== "hot") continue;
      g.fillStyle = colors.hot;
      g.fillRect(0, y(s.from), w, Math.max(1, y(s.to) - y(s.from)));
    }
    scene.matches.forEach((i) => tick(i, "hotline", w / 2, 1));
    for (let i = 0; i < scene.trace.events.length; i++) {
      if (isFault(scene.trace.event(i).event) || scene.trace.fails(i)) tick(i, "fault", 0, 2);
    }
    if (scene.deciding >= 0) tick(scene.deciding, "self", 0, 3);
  }

  // seen draws which rows are seen.
  seen(from: number, until: number, ink: string): void {
    const g = this.element.getContext("2d");
    if (!g || !this.scene || !this.still) return;
    const rows = Math.max(1, this.scene.rows.list.length);
    const { width, height } = this.element;
    g.clearRect(0, 0, width, height);
    g.drawImage(this.still, 0, 0);
    g.strokeStyle = ink;
    g.lineWidth = 2;
    const top = Math.min(from / rows, 1) * height;
    g.strokeRect(1, top + 1, width - 2, Math.max(4, Math.min(until / rows, 1) * height - top - 2));
  }
}
