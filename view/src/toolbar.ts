import { h, setText } from "./dom";
import type { Page } from "./page";
import type { Session } from "./session";
import { typesOf } from "./rows";
import { count, oneLine } from "./text";

// What the buttons do.
export interface Actions {
  open(failure: number): void;
  story(on: boolean): void;
  search(query: string): void;
  onlyMatches(on: boolean): void;
  step(direction: 1 | -1): void; // to the next match
  hide(type: string, hidden: boolean): void;
  related(on: boolean): void;
  compare(on: boolean): void;
  theme(): void;
  help(): void;
}

// Toolbar is the head of the page.
export class Toolbar {
  readonly element = h("header", { class: "toolbar" });
  readonly search: HTMLInputElement;
  private readonly found = h("output", { class: "found", "aria-live": "polite" });
  private readonly only = h("input", { type: "checkbox", id: "only" });
  private readonly types = h("div", { class: "types", role: "group", "aria-label": "Types of events" });
  private readonly buttons: Record<"story" | "all" | "related" | "compare", HTMLButtonElement>;
  private readonly outcome = h("span", { class: "outcome" });
  private readonly sentence = h("p", { class: "error" });
  private readonly note = h("p", { class: "note" });
  private readonly command = h("code", {});

  constructor(page: Page, act: Actions) {
    const button = (name: string, title: string, click: () => void) => h("button", { type: "button", title, on: { click } }, name);
    this.search = h("input", {
      type: "search", placeholder: "Search (press /)", "aria-label": "Search events", spellcheck: "false",
      on: { input: () => act.search(this.search.value) },
    });
    this.only.addEventListener("change", () => act.onlyMatches(this.only.checked));
    this.buttons = {
      story: button("Story", "Only the steps that tell the story (a)", () => act.story(true)),
      all: button("All steps", "Every step (a)", () => act.story(false)),
      related: button("Past and future", "Colour what happens before and after the selected step (h)", () => act.related(this.buttons.related.getAttribute("aria-pressed") !== "true")),
      compare: button("Compare", "Beside it, the nearest schedule that passes (c)", () => act.compare(this.buttons.compare.getAttribute("aria-pressed") !== "true")),
    };
    const select = h("select", { "aria-label": "Failure", on: { change: () => act.open(select.selectedIndex) } }, ...page.failures.map((f) => h("option", {}, oneLine(f.title, 120))));
    const choose = page.failures.length > 1 ? select : h("h1", {}, oneLine(page.failures[0]?.title ?? page.title, 200));
    this.types.addEventListener("change", (e) => {
      const box = e.target as HTMLInputElement;
      act.hide(box.value, !box.checked);
    });
    const menu = h("details", { class: "menu" }, h("summary", { title: "Which types of events are shown" }, "Events"), this.types);
    document.addEventListener("pointerdown", (e) => menu.contains(e.target as Node) || (menu.open = false));
    this.element.append(
      h("div", { class: "line" }, choose, this.outcome, h("span", { class: "grow" }),
        h("div", { class: "pair", role: "group", "aria-label": "Which steps" }, this.buttons.story, this.buttons.all),
        this.buttons.related, this.buttons.compare,
        menu,
        h("div", { class: "find" }, this.search, this.found,
          button("↑", "Previous match (N)", () => act.step(-1)), button("↓", "Next match (n)", () => act.step(1)),
          h("label", { for: "only", title: "Show only the matches" }, this.only, "only")),
        button("◐", "Light or dark (t)", () => act.theme()),
        button("?", "Keys (?)", () => act.help())),
      h("div", { class: "line about" }, this.sentence, this.note, this.command));
  }

  // show fills in what belongs to one failure.
  show(s: Session): void {
    const end = s.failing.trace.end;
    setText(this.outcome, end.failed ? oneLine(end.end === "none" ? "failure" : end.end, 60) : "passes");
    this.outcome.classList.toggle("passes", !end.failed);
    setText(this.sentence, end.failed ? oneLine(end.error ?? "", 600) : "This execution passes.");
    setText(this.note, oneLine(s.data.note, 400));
    setText(this.command, oneLine(s.data.command, 4000));
    this.command.title = "The command that runs this schedule again";
    this.buttons.compare.hidden = !s.passing;
    this.search.value = s.query;
    this.types.replaceChildren(...typesOf(s.failing.trace).map(([type, n]) =>
      h("label", {}, h("input", { type: "checkbox", value: type, checked: !s.hidden.has(type) }), `${oneLine(type, 80)} `, h("small", {}, n.toLocaleString("en-US")))));
  }

  // state shows what is switched on.
  state(s: Session, comparing: boolean): void {
    const press = (b: HTMLButtonElement, on: boolean) => b.setAttribute("aria-pressed", String(on));
    press(this.buttons.story, s.story);
    press(this.buttons.all, !s.story);
    press(this.buttons.related, s.related);
    press(this.buttons.compare, comparing);
    this.only.checked = s.onlyMatches;
    const n = s.active.matches.size;
    const nth = [...s.active.matches].filter((i) => i <= s.active.selected).length;
    setText(this.found, !s.query.trim() ? "" : n === 0 ? "no match" : s.active.matches.has(s.active.selected) ? `${nth} of ${n}` : count(n, "match").replace("matchs", "matches"));
  }
}
