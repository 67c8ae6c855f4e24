import { append, h } from "./dom";
import type { Page, Place } from "./page";
import type { Scene } from "./scene";
import { placeOf, snippet } from "./source";
import { count, oneLine, visible } from "./text";

// How much of a long text is shown at once, in UTF-16 units.
const chunk = 4000;

// How many causes and effects are listed at once.
const mostLinks = 12;

// How many changed fields are seen at once.
const mostFields = 8;

// Details tells all that is known of the selected event and of its step.
export class Details {
  readonly element = h("aside", { class: "details", "aria-label": "Details of the selected step", tabindex: "0" });

  constructor(
    private readonly page: Page,
    private readonly go: (scene: Scene, event: number) => void,
  ) {}

  show(s: Scene, event: number): void {
    const t = s.trace;
    const e = t.event(event);
    const failed = t.fails(event);
    const parts: (HTMLElement | null)[] = [
      h("h2", {}, `Step ${e.step}`, h("span", { class: "lane" }, t.laneName(event))),
      e.event === "failed" ? null : h("p", { class: "sentence" }, t.words(event)),
      failed ? this.failure(s) : null,
      e.value && e.event !== "failed" ? this.section("Payload", long(e.value)) : null,
      this.moved(s, event),
      this.changes(s, event),
      this.source(e),
      this.stack(e.stack ?? []),
      this.links(s, "Follows from", this.causes(s, event)),
      this.links(s, "Leads to", this.effects(s, event)),
      this.links(s, "In this step", t.eventsOf(t.step[event] ?? 0).filter((i) => t.event(i).event !== "changed"), event),
      e.now ? this.section("Clock", h("p", {}, visible(e.now))) : null,
    ];
    this.element.replaceChildren(...parts.filter((p) => p !== null));
    this.element.scrollTop = 0;
  }

  private section(title: string, ...content: (HTMLElement | null)[]): HTMLElement {
    const el = h("section", {}, h("h3", {}, title));
    append(el, content);
    return el;
  }

  private causes(s: Scene, event: number): number[] {
    const before = s.along("previous", event);
    return [...(before >= 0 ? [before] : []), ...(s.order.causes[event] ?? [])];
  }

  private effects(s: Scene, event: number): number[] {
    const next = s.along("next", event);
    return [...(s.order.effects[event] ?? []), ...(next >= 0 ? [next] : [])];
  }

  private links(s: Scene, title: string, events: number[], current = -1): HTMLElement | null {
    if (events.length === 0 || (events.length === 1 && events[0] === current)) return null;
    const list = h("ul", { class: "links" });
    for (const i of [...new Set(events)].slice(0, mostLinks)) {
      const [who, words] = [s.trace.laneName(i), s.trace.words(i)];
      const text = `${s.trace.event(i).step} ${words.startsWith(who) ? "" : who + " "}${words}`;
      list.append(h("li", {}, h("button", { type: "button", "aria-current": i === current ? "true" : null, on: { click: () => this.go(s, i) } }, text)));
    }
    if (events.length > mostLinks) list.append(h("li", {}, `and ${events.length - mostLinks} more`));
    return this.section(title, list);
  }

  private moved(s: Scene, event: number): HTMLElement | null {
    const e = s.trace.event(event);
    if (e.event !== "moved") return null;
    const heat = e.hot ? " (hot: something good has yet to happen)" : e.cold ? " (cold)" : "";
    return this.section("State", h("p", {}, `${oneLine(e.from || "none", 200)} → ${oneLine(e.to ?? "", 200)}${heat}`));
  }

  // changes are the fields that the step has changed, of the lane of the event or, if it has none there, of all.
  private changes(s: Scene, event: number): HTMLElement | null {
    const t = s.trace;
    const all = t.eventsOf(t.step[event] ?? 0).filter((i) => t.event(i).event === "changed");
    const own = all.filter((i) => t.laneOf(i) === t.laneOf(event));
    const list = own.length > 0 ? own : all;
    if (list.length === 0) return null;
    const rows = list.map((i) => {
      const e = t.event(i);
      if (!e.type) return h("tr", {}, h("td", { colspan: "3" }, `and ${count(e.n ?? 0, "more field")}`));
      const name = own.length > 0 ? e.type : `${t.laneName(i)}.${e.type}`;
      return h("tr", {}, h("th", { scope: "row" }, oneLine(name, 300)), h("td", { class: "was" }, oneLine(e.from || "–", 1000)), h("td", { class: "is" }, oneLine(e.to || "–", 1000)));
    });
    const head = h("tr", {}, h("th", { scope: "col" }, "Field"), h("th", { scope: "col" }, "before"), h("th", { scope: "col" }, "after"));
    const table = (rows: HTMLElement[]) => h("table", { class: "changes" }, ...rows);
    if (rows.length <= mostFields) return this.section("State changes", table([head, ...rows]));
    const more = h("details", {}, h("summary", {}, `${count(rows.length - mostFields, "more field")}`), table(rows.slice(mostFields)));
    return this.section("State changes", table([head, ...rows.slice(0, mostFields)]), more);
  }

  private source(p: Place): HTMLElement | null {
    return p.file ? this.section("Source", h("p", { class: "place", title: visible(p.file) }, placeOf(p)), snippet(this.page, p)) : null;
  }

  private stack(frames: Place[]): HTMLElement | null {
    if (frames.length === 0) return null;
    return this.section("Stack", ...frames.map((f) => this.frame(f)));
  }

  private frame(f: Place): HTMLElement {
    const code = snippet(this.page, f);
    const place = h("span", { class: "place", title: visible(f.file ?? "") }, placeOf(f));
    return code ? h("details", { class: "frame" }, h("summary", {}, place), code) : h("p", { class: "frame" }, place);
  }

  private failure(s: Scene): HTMLElement {
    const end = s.trace.end;
    const box = this.section(`Failure: ${visible(end.end)}`, h("p", { class: "error" }, oneLine(end.error ?? "", 2000)), end.detail ? long(end.detail) : null);
    for (const [n, g] of (end.goroutines ?? []).entries()) {
      const cycle = end.wait_cycle?.includes(n) ? ", in the cycle of waits" : "";
      const name = `${oneLine(g.machine || `g${g.id}`, 200)}${g.waits ? ` waits ${oneLine(g.waits, 300)}` : ""}${g.step ? ` since step ${g.step}` : ""}${cycle}`;
      const holds = (g.holds ?? []).map((hold) => h("p", {}, `holds ${oneLine(hold.what, 300)}${hold.step ? ` since step ${hold.step}` : ""} (${placeOf(hold.at)})`));
      append(box, [h("details", {}, h("summary", {}, name), ...holds, ...(g.stack?.length ? g.stack : [g.at]).map((f) => this.frame(f)))]);
    }
    return box;
  }
}

// long shows a text, and more of it only on demand, so that a huge one costs nothing until somebody wants to read it.
function long(text: string): HTMLElement {
  const pre = h("pre", { class: "payload", tabindex: "0" });
  const box = h("div", {}, pre);
  let shown = 0;
  const button = h("button", { type: "button", class: "more", on: { click: () => more() } });
  const more = () => {
    let to = Math.min(text.length, shown + chunk);
    const c = text.charCodeAt(to - 1);
    if (to < text.length && c >= 0xd800 && c < 0xdc00) to--; // not between the halves of a pair
    pre.append(visible(text.slice(shown, to)));
    shown = to;
    button.textContent = `Show more: ${count(text.length - shown, "character")} left`;
    if (shown < text.length) box.append(button);
    else button.remove();
  };
  more();
  return box;
}
