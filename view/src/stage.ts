import { h } from "./dom";
import { Minimap } from "./minimap";
import { Pane, rowHeight } from "./pane";
import type { Theme } from "./theme";

// Stage scrolls one pane, or two side by side. The sheet with the panes stays where it is, as high as what is seen; what
// scrolls below it is an empty box as high as all rows would be.
export class Stage {
  readonly element: HTMLElement;
  panes: Pane[] = [];
  private readonly sheet = h("div", { class: "sheet" });
  private readonly space = h("div", { class: "space" });
  readonly scroller = h("div", { class: "scroller", tabindex: "0", role: "listbox", "aria-label": "Events" }, this.sheet, this.space);
  private readonly minimap = new Minimap((share) => this.scrollTo(share * this.rowCount - this.page / 2));
  private asked = false;

  constructor(private readonly theme: Theme) {
    this.element = h("div", { class: "stage" }, this.minimap.element, this.scroller);
    this.scroller.addEventListener("scroll", () => this.repaint(), { passive: true });
    new ResizeObserver(() => this.layout()).observe(this.scroller);
  }

  show(panes: Pane[]): void {
    this.panes = panes;
    this.sheet.replaceChildren(...panes.map((p) => p.element));
    this.sheet.classList.toggle("two", panes.length > 1);
    this.layout();
  }

  private get rowCount(): number {
    return Math.max(1, ...this.panes.map((p) => p.scene.rows.list.length));
  }

  // page is the number of whole rows that are seen.
  get page(): number {
    return Math.max(1, Math.floor((this.panes[0]?.bodyHeight ?? 0) / rowHeight));
  }

  get topRow(): number {
    return Math.floor(this.scroller.scrollTop / rowHeight);
  }

  // layout takes over new sizes or rows.
  layout(): void {
    const width = this.sheet.clientWidth / Math.max(1, this.panes.length);
    for (const p of this.panes) p.fit(width);
    // The rows end in the lower third, so that the last ones are not the edge of the window.
    const body = this.panes[0]?.bodyHeight ?? 0;
    this.space.style.height = `${Math.max(0, this.rowCount * rowHeight + 2 * rowHeight - body)}px`;
    this.refresh();
  }

  // refresh paints what has changed other than by scrolling.
  refresh(): void {
    if (this.panes[0]) this.minimap.show(this.panes[0].scene, this.theme.colors);
    this.repaint();
  }

  repaint(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      const top = this.scroller.scrollTop;
      for (const p of this.panes) p.paint(top, this.theme.colors);
      this.minimap.seen(top / rowHeight, top / rowHeight + this.page, this.theme.colors.self);
      this.scroller.setAttribute("aria-activedescendant", this.activeId());
    });
  }

  private activeId(): string {
    for (const p of this.panes) {
      if (p.scene.selected >= 0) return p.rowId(p.scene.rows.rowOf(p.scene.selected));
    }
    return "";
  }

  private scrollTo(row: number): void {
    this.scroller.scrollTop = Math.max(0, row) * rowHeight;
    this.repaint();
  }

  // reveal scrolls as far as needed to show a row, with some rows around it; to the middle if it was far away or is asked to.
  reveal(row: number, center: boolean): void {
    const [top, page] = [this.topRow, this.page];
    const margin = Math.min(3, Math.floor(page / 4));
    if (center || row < top - page || row > top + 2 * page) this.scrollTo(row - Math.floor(page / 2));
    else if (row < top + margin) this.scrollTo(row - margin);
    else if (row > top + page - 1 - margin) this.scrollTo(row - page + 1 + margin);
    else this.repaint();
  }
}
