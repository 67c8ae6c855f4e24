import { Details } from "./details";
import { h } from "./dom";
import { helpOf, listen, type Key } from "./keys";
import type { Page } from "./page";
import { Pane } from "./pane";
import type { Scene } from "./scene";
import { Session } from "./session";
import { Stage } from "./stage";
import { Theme } from "./theme";
import { Toolbar } from "./toolbar";

// App is the page: a session for each failure that was looked at, and the elements that show the current one.
export class App {
  session!: Session;
  comparing = false;
  readonly stage: Stage;
  private readonly sessions = new Map<number, Session>();
  private readonly panes = new Map<Scene, Pane>();
  private readonly theme = new Theme(() => this.stage?.refresh());
  private readonly toolbar: Toolbar;
  private readonly details: Details;
  private readonly help: HTMLDialogElement;
  private readonly main = h("main");
  private failure = 0;

  constructor(
    readonly page: Page,
    private readonly linesOf: (element: string) => string,
  ) {
    this.stage = new Stage(this.theme);
    this.details = new Details(page, (s, event) => this.goTo(s, event));
    this.toolbar = new Toolbar(page, {
      open: (n) => this.open(n),
      story: (on) => this.story(on),
      search: (q) => this.search(q),
      onlyMatches: (on) => this.change(() => (this.session.onlyMatches = on)),
      step: (d) => this.goTo(this.session.active, this.session.match(d)),
      hide: (type, hidden) => this.change(() => (hidden ? this.session.hidden.add(type) : this.session.hidden.delete(type))),
      related: (on) => this.relate(on),
      compare: (on) => this.compare(on),
      theme: () => this.theme.toggle(),
      help: () => this.help.showModal(),
    });
    const keys = this.keys();
    this.help = helpOf(keys);
    listen(keys, () => this.leave());
    this.main.append(this.stage.element, this.details.element);
    document.body.append(this.toolbar.element, this.main, this.help);
    const at = new URLSearchParams(location.hash.slice(1));
    this.open(Math.min(Number(at.get("failure")) || 0, page.failures.length - 1), Number(at.get("step")) || 0);
  }

  // open shows a failure: a step of it, or where it fails.
  open(n: number, step = 0): void {
    const data = this.page.failures[n];
    if (!data) return;
    let s = this.sessions.get(n);
    if (!s) {
      s = new Session(data, this.linesOf);
      this.sessions.set(n, s);
    }
    this.failure = n;
    this.session = s;
    this.comparing = false;
    this.toolbar.show(s);
    this.arrange();
    const { trace, selected } = s.active;
    const asked = step > 0 ? trace.events.findIndex((e) => e.step >= step) : selected;
    this.goTo(s.active, asked >= 0 ? asked : trace.outcome, true);
    this.stage.scroller.focus({ preventScroll: true });
  }

  private pane(s: Scene): Pane {
    let p = this.panes.get(s);
    if (!p) {
      const marks = s.deciding < 0 ? "" : "; at ◆ the two part, what is underlined only happens here";
      const caption = !this.session.passing ? "" : (s === this.session.failing ? "This execution fails" : "The nearest one passes") + marks;
      p = new Pane(s, s === this.session.failing ? "f" : "p", caption, {
        select: (row) => this.clicked(s, row),
        lane: (lane) => this.filterLane(s, lane),
      });
      this.panes.set(s, p);
    }
    return p;
  }

  private arrange(): void {
    const scenes = this.comparing ? this.session.scenes : [this.session.active];
    this.main.classList.toggle("two", scenes.length > 1);
    this.stage.show(scenes.map((s) => this.pane(s)));
    this.toolbar.state(this.session, this.comparing);
  }

  private clicked(s: Scene, row: number): void {
    const event = s.rows.list[row]?.event ?? -1;
    if (event >= 0) return this.goTo(s, event);
    this.change(() => this.session.unfold(s, row));
  }

  // goTo selects an event and shows it.
  goTo(s: Scene, event: number, center = false): void {
    if (event < 0 || event >= s.trace.events.length) return;
    if (this.session.uncover(s, event)) {
      this.renew();
      center = true;
    }
    this.session.select(s, event);
    this.details.show(s, event);
    this.stage.refresh();
    this.stage.reveal(s.rows.rowOf(event), center);
    this.toolbar.state(this.session, this.comparing);
    const many = this.page.failures.length > 1 ? `failure=${this.failure}&` : "";
    history.replaceState(null, "", `#${many}step=${s.trace.event(event).step}`);
  }

  // change alters what is shown and keeps the selected row in view.
  private change(alter: () => void): void {
    const { active } = this.session;
    const before = active.selected >= 0 ? active.rows.rowOf(active.selected) - this.stage.topRow : 0;
    const wasSeen = 0 <= before && before < this.stage.page;
    alter();
    this.session.filter();
    this.renew();
    if (active.selected >= 0 && wasSeen) this.stage.reveal(active.rows.rowOf(active.selected), false);
    this.toolbar.state(this.session, this.comparing);
  }

  private renew(): void {
    for (const s of this.session.scenes) {
      this.pane(s).forget();
      this.pane(s).filterBy(this.session.lanesOf(s));
    }
    this.stage.layout();
  }

  private story(on: boolean): void {
    this.change(() => {
      this.session.story = on;
      this.session.refold();
    });
  }

  private search(query: string): void {
    this.session.search(query);
    this.change(() => undefined);
    const { active } = this.session;
    if (active.matches.size > 0 && !active.matches.has(active.selected)) this.goTo(active, this.session.match(1));
  }

  private filterLane(s: Scene, lane: number): void {
    const n = this.session.failing.trace.lanes.findIndex((l) => l.name === s.trace.lanes[lane]?.name);
    if (n >= 0) this.change(() => void (this.session.lanes.delete(n) || this.session.lanes.add(n)));
  }

  private relate(on: boolean): void {
    this.session.related = on;
    this.session.select(this.session.active, this.session.active.selected);
    this.stage.refresh();
    this.toolbar.state(this.session, this.comparing);
  }

  private compare(on: boolean): void {
    this.comparing = on && !!this.session.passing;
    if (!this.comparing) this.session.active = this.session.failing;
    this.arrange();
    const { failing } = this.session;
    this.goTo(failing, this.comparing && failing.deciding >= 0 ? failing.deciding : Math.max(0, failing.selected), true);
  }

  private leave(): void {
    if (document.activeElement === this.toolbar.search) this.stage.scroller.focus({ preventScroll: true });
    else if (this.session.query) {
      this.toolbar.search.value = "";
      this.search("");
    }
  }

  // move goes some rows on; folded steps are no rows to stop at.
  private move(by: number): void {
    const { active } = this.session;
    const { list } = active.rows;
    const at = active.rows.rowOf(active.selected);
    const direction = Math.sign(by);
    for (let r = Math.max(0, Math.min(list.length - 1, at + by)); 0 <= r && r < list.length; r += direction) {
      const event = list[r]?.event ?? -1;
      if (event >= 0) return this.goTo(active, event);
    }
  }

  private along(edge: "previous" | "next"): void {
    const { active } = this.session;
    this.goTo(active, active.along(edge, active.selected));
  }

  private cause(): void {
    const { active } = this.session;
    this.goTo(active, active.order.causes[active.selected]?.at(-1) ?? active.along("previous", active.selected));
  }

  private effect(): void {
    const { active } = this.session;
    this.goTo(active, active.order.effects[active.selected]?.[0] ?? active.along("next", active.selected));
  }

  private keys(): Key[] {
    const go = (event: number) => this.goTo(this.session.active, event);
    return [
      { keys: ["ArrowDown", "j"], shown: "↓ or j", does: "the next row", run: () => this.move(1) },
      { keys: ["ArrowUp", "k"], shown: "↑ or k", does: "the row before", run: () => this.move(-1) },
      { keys: ["ArrowRight", "l"], shown: "→ or l", does: "what the same lane does next", run: () => this.along("next") },
      { keys: ["ArrowLeft"], shown: "←", does: "what the same lane did before", run: () => this.along("previous") },
      { keys: ["PageDown", " "], shown: "PgDn or Space", does: "a page on", run: () => this.move(this.stage.page - 1) },
      { keys: ["PageUp"], shown: "PgUp", does: "a page back", run: () => this.move(1 - this.stage.page) },
      { keys: ["Home", "g"], shown: "Home or g", does: "the start", run: () => go(0) },
      { keys: ["End", "G"], shown: "End or G", does: "the end: the failure", run: () => go(this.session.active.trace.outcome) },
      { keys: ["s"], shown: "s", does: "to the send of what is taken here, or another cause", run: () => this.cause() },
      { keys: ["r"], shown: "r", does: "to where it is received, or another effect", run: () => this.effect() },
      { keys: ["f"], shown: "f", does: "the next turn: a fault, a monitor that changes, the deciding step", run: () => go(this.session.turn(1)) },
      { keys: ["F"], shown: "F", does: "the turn before", run: () => go(this.session.turn(-1)) },
      { keys: ["/"], shown: "/", does: "search; Esc leaves it, and again clears it", run: () => this.toolbar.search.focus() },
      { keys: ["n"], shown: "n", does: "the next match", run: () => go(this.session.match(1)) },
      { keys: ["N"], shown: "N", does: "the match before", run: () => go(this.session.match(-1)) },
      { keys: ["a"], shown: "a", does: "the story, or all steps", run: () => this.story(!this.session.story) },
      { keys: ["h"], shown: "h", does: "colour past and future, or do not", run: () => this.relate(!this.session.related) },
      { keys: ["c"], shown: "c", does: "compare with the nearest schedule that passes", run: () => this.compare(!this.comparing) },
      { keys: ["t"], shown: "t", does: "light or dark", run: () => this.theme.toggle() },
      { keys: ["?"], shown: "?", does: "this help", run: () => this.help.showModal() },
    ];
  }
}
