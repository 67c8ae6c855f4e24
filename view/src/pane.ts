import { draw, type Frame } from "./draw";
import { h, setText } from "./dom";
import { legend } from "./legend";
import { Relation } from "./order";
import { CanvasPen, type Ink } from "./pen";
import type { Scene } from "./scene";
import { isFault } from "./story";

export const rowHeight = 20;

// Work counts what a pane has done, for those who want to know what a paint costs.
export interface Work {
  paints: number;
  strokes: number; // of the last paint
  rows: number; // that the last paint wrote anew
  live: number; // row elements that exist
}

// Pane shows one trace: the names of the lanes, the diagram, and beside it a row of words for each event. Of both there is
// only what is seen.
export class Pane {
  readonly element: HTMLElement;
  readonly work: Work = { paints: 0, strokes: 0, rows: 0, live: 0 };
  laneWidth = 40;
  private readonly names = h("div", { class: "names" });
  private readonly canvas = h("canvas", { "aria-hidden": "true" });
  private readonly diagram = h("div", { class: "diagram" }, this.canvas);
  private readonly list = h("div", { class: "rows" });
  private readonly body = h("div", { class: "body" }, this.diagram, this.list);
  private readonly shown = new Map<number, HTMLElement>();
  private readonly spare: HTMLElement[] = [];
  private lanes = new Set<number>();

  constructor(
    readonly scene: Scene,
    readonly id: string,
    caption: string,
    private readonly act: { select(row: number): void; lane(lane: number): void },
  ) {
    this.element = h("section", { class: "pane", "aria-label": caption || "trace" }, caption && h("div", { class: "caption" }, caption), h("div", { class: "head" }, this.names, legend(scene.trace)), this.body);
    this.names.append(...scene.trace.lanes.map((lane, i) =>
      h("button", { class: "name", type: "button", "data-kind": lane.kind, "aria-pressed": "false", title: `${lane.name}${lane.type && lane.type !== lane.name ? ` (${lane.type})` : ""}, ${lane.kind}: click to show only its events`, on: { click: () => this.act.lane(i) } }, h("span", {}, scene.trace.laneLabel(i))),
    ));
    this.diagram.addEventListener("scroll", () => (this.names.scrollLeft = this.diagram.scrollLeft));
    this.body.addEventListener("click", (e) => this.clicked(e as MouseEvent));
  }

  private clicked(e: MouseEvent): void {
    const box = this.body.getBoundingClientRect();
    const row = Math.floor((e.clientY - box.top + this.top) / rowHeight);
    if (0 <= row && row < this.scene.rows.list.length && !window.getSelection()?.toString()) this.act.select(row);
  }

  private top = 0;

  // fit chooses the width of the lanes for the width of the pane.
  fit(width: number): void {
    const n = Math.max(1, this.scene.trace.lanes.length);
    this.laneWidth = Math.max(14, Math.min(84, Math.floor((width * 0.42) / n)));
    const wide = this.laneWidth * n;
    this.names.classList.toggle("upright", this.scene.trace.lanes.some((_, i) => this.scene.trace.laneLabel(i).length * 7 + 8 > this.laneWidth));
    this.names.style.setProperty("--lane", `${this.laneWidth}px`);
    const seen = Math.min(wide, Math.floor(width * 0.6));
    this.diagram.style.width = this.names.style.width = `${seen}px`;
    this.canvas.style.width = `${wide}px`;
  }

  // filterBy shows which lanes are filtered by.
  filterBy(lanes: Set<number>): void {
    this.lanes = lanes;
    [...this.names.children].forEach((el, i) => {
      el.setAttribute("aria-pressed", String(lanes.has(i)));
      el.classList.toggle("out", lanes.size > 0 && !lanes.has(i));
    });
  }

  get bodyHeight(): number {
    return this.body.clientHeight;
  }

  paint(top: number, colors: Record<Ink, string>): void {
    this.top = top;
    const height = this.bodyHeight;
    this.work.paints++;
    this.paintDiagram({ top, height, row: rowHeight, lane: this.laneWidth }, colors);
    this.paintRows(top, height);
  }

  private paintDiagram(frame: Frame, colors: Record<Ink, string>): void {
    const wide = this.laneWidth * this.scene.trace.lanes.length;
    const scale = Math.min(window.devicePixelRatio || 1, 16000 / Math.max(wide, 1));
    const [w, hgt] = [Math.max(1, Math.round(wide * scale)), Math.max(1, Math.round(frame.height * scale))];
    if (this.canvas.width !== w) this.canvas.width = w;
    if (this.canvas.height !== hgt) this.canvas.height = hgt;
    this.canvas.style.height = `${frame.height}px`;
    const g = this.canvas.getContext("2d");
    if (!g) return;
    g.setTransform(scale, 0, 0, scale, 0, 0);
    g.clearRect(0, 0, wide, frame.height);
    const pen = new CanvasPen(g, colors);
    draw(pen, this.scene, frame);
    this.work.strokes = pen.strokes;
  }

  private paintRows(top: number, height: number): void {
    const { list } = this.scene.rows;
    const first = Math.max(0, Math.floor(top / rowHeight));
    const last = Math.min(list.length - 1, Math.floor((top + height) / rowHeight));
    for (const [r, el] of this.shown) {
      if (first <= r && r <= last) continue;
      this.shown.delete(r);
      this.retire(el);
    }
    this.work.rows = 0;
    for (let r = first; r <= last; r++) {
      let el = this.shown.get(r);
      if (!el) {
        el = this.spare.pop() ?? this.newRow();
        this.write(el, r);
        this.shown.set(r, el);
        this.work.rows++;
      }
      el.style.transform = `translateY(${r * rowHeight - top}px)`;
      this.dress(el, r);
    }
    this.work.live = this.shown.size + this.spare.length;
  }

  private newRow(): HTMLElement {
    const el = h("div", { class: "row", role: "option" }, h("span", { class: "no" }), h("span", { class: "who" }), h("span", { class: "text" }));
    this.list.append(el);
    return el;
  }

  // write fills an element with a row.
  private write(el: HTMLElement, r: number): void {
    const { rows, trace, deciding } = this.scene;
    const row = rows.list[r];
    const [no, who, text] = el.children;
    if (!row || !no || !who || !text) return;
    el.hidden = false;
    el.id = `${this.id}-${r}`;
    el.dataset["event"] = String(row.event);
    el.setAttribute("aria-posinset", String(r + 1));
    el.setAttribute("aria-setsize", String(rows.list.length));
    if (row.event < 0) {
      setText(no, "⋯");
      setText(who, "");
      setText(text, rows.folded(row));
      return;
    }
    const above = rows.list[r - 1];
    const same = !row.opens && above && above.event >= 0 && trace.laneOf(above.event) === trace.laneOf(row.event);
    const decides = row.opens && deciding >= 0 && trace.step[row.event] === trace.step[deciding];
    setText(no, row.opens ? `${decides ? "◆ " : ""}${trace.event(row.event).step}` : "");
    setText(who, same ? "" : trace.laneLabel(trace.laneOf(row.event)));
    setText(text, trace.words(row.event));
  }

  // dress shows in what way a row stands out.
  private dress(el: HTMLElement, r: number): void {
    const { rows, trace, selected, relations, matches, only, deciding } = this.scene;
    const event = rows.list[r]?.event ?? -1;
    const names = ["row"];
    if (event < 0) names.push("fold");
    else {
      const e = trace.event(event);
      if (rows.list[r]?.opens) names.push("opens");
      if (isFault(e.event)) names.push("fault");
      if (e.event === "blocked" || e.event === "held") names.push("waits");
      if (trace.fails(event)) names.push("failed");
      if (e.event === "moved" && e.hot) names.push("heats");
      if (e.event === "logged") names.push("log");
      if (matches.has(event)) names.push("match");
      if (only.has(event)) names.push("only");
      if (deciding >= 0 && trace.step[event] === trace.step[deciding]) names.push("decides");
      if (relations) names.push(["apart", "past", "future", "self"][relations[event] ?? Relation.Concurrent] ?? "");
    }
    const isSelected = event >= 0 && event === selected;
    if (isSelected) names.push("selected");
    const text = names.join(" ");
    if (el.className !== text) el.className = text;
    el.setAttribute("aria-selected", String(isSelected));
  }

  // forget makes the next paint write all rows anew, as after another filter.
  forget(): void {
    for (const el of this.shown.values()) this.retire(el);
    this.shown.clear();
    this.filterBy(this.lanes);
  }

  private retire(el: HTMLElement): void {
    el.hidden = true;
    el.removeAttribute("id");
    this.spare.push(el);
  }

  // rowId is the id of the element that shows a row, "" if it is not seen.
  rowId(r: number): string {
    return this.shown.get(r)?.id ?? "";
  }
}
