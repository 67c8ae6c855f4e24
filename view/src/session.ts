import { onlyHere } from "./compare";
import type { FailureData, TraceData } from "./page";
import { find } from "./query";
import { Rows, type Filter } from "./rows";
import { Scene } from "./scene";
import { isTurn, storyOf } from "./story";
import { Trace } from "./trace";

// From this many steps on, the story comes first.
const shortTrace = 150;

// Session is one failure on the page: its scenes, and what the reader has chosen to see of them.
export class Session {
  readonly failing: Scene;
  readonly passing: Scene | null;
  active: Scene; // the one that the selection is in
  story: boolean;
  related = true; // past and future are shown
  query = "";
  onlyMatches = false;
  readonly lanes = new Set<number>();
  readonly hidden = new Set<string>(); // types of events
  private readonly open = new Map<Scene, Set<number>>();
  private readonly stories = new Map<Scene, Set<number>>();

  constructor(
    readonly data: FailureData,
    linesOf: (element: string) => string,
  ) {
    const scene = (d: TraceData) => new Scene(new Trace(d, linesOf(d.element)));
    this.failing = scene(data.failing);
    this.passing = data.passing ? scene(data.passing) : null;
    this.active = this.failing;
    this.story = this.failing.trace.steps > shortTrace;
    const deciding = data.deciding;
    const step = this.failing.trace.step[deciding] ?? -1;
    this.stories.set(this.failing, storyOf(this.failing.trace, this.failing.order, deciding));
    if (this.passing) {
      this.mark(this.passing, deciding, step);
    }
    for (const s of this.scenes) this.open.set(s, new Set());
    this.filter();
  }

  // mark takes over from the failing trace what the passing one shares with it, up to the deciding step, and what differs.
  private mark(passing: Scene, deciding: number, step: number): void {
    const own = storyOf(passing.trace, passing.order, deciding < passing.trace.events.length ? deciding : -1);
    const shared = this.stories.get(this.failing) ?? own;
    this.stories.set(passing, new Set([...[...shared].filter((n) => n < step), ...[...own].filter((n) => n >= step)]));
    if (deciding < 0) return;
    this.failing.deciding = passing.deciding = deciding;
    this.failing.only = onlyHere(this.failing.trace, deciding, passing.trace, deciding);
    passing.only = onlyHere(passing.trace, deciding, this.failing.trace, deciding);
  }

  get scenes(): Scene[] {
    return this.passing ? [this.failing, this.passing] : [this.failing];
  }

  // filter makes the rows anew from what is chosen.
  filter(): void {
    for (const s of this.scenes) {
      const f: Filter = {
        steps: this.story ? (this.stories.get(s) ?? null) : null,
        open: this.open.get(s) ?? new Set(),
        lanes: this.lanesOf(s),
        types: this.hidden,
        matches: this.onlyMatches && this.query.trim() ? s.matches : null,
      };
      s.rows = new Rows(s.trace, f.matches ? { ...f, steps: null } : f);
    }
  }

  // lanesOf are the chosen lanes, which are those of the failing trace, as the scene numbers them.
  lanesOf(s: Scene): Set<number> {
    if (s === this.failing) return this.lanes;
    const names = new Set([...this.lanes].map((i) => this.failing.trace.lanes[i]?.name));
    return new Set(s.trace.lanes.flatMap((l, i) => (names.has(l.name) ? [i] : [])));
  }

  search(query: string): void {
    this.query = query;
    for (const s of this.scenes) s.matches = new Set(find(s.trace, query));
  }

  select(s: Scene, event: number): void {
    this.active = s;
    for (const other of this.scenes) if (other !== s) other.select(-1, false);
    // That a monitor stays hot follows from no event of the step in which it is noticed: nothing is to be coloured then.
    const before = s.order.previous[event] ?? -1;
    const apart = s.trace.fails(event) && s.trace.event(event).event === "failed" && (before < 0 || s.trace.step[before] !== s.trace.step[event]);
    s.select(event, this.related && !apart);
  }

  // unfold shows the steps that a row stands for; in the part that both traces share, of both.
  unfold(s: Scene, row: number): void {
    const r = s.rows.list[row];
    if (!r) return;
    const deciding = s.deciding >= 0 ? (s.trace.step[s.deciding] ?? 0) : 0;
    for (const scene of this.scenes) {
      const open = this.open.get(scene);
      for (let n = r.step; n <= r.until; n++) if (scene === s || n < deciding) open?.add(n);
    }
  }

  // uncover shows the step of an event that is folded or filtered out.
  uncover(s: Scene, event: number): boolean {
    if (s.rows.isShown(event)) return false;
    this.open.get(s)?.add(s.trace.step[event] ?? 0);
    this.filter();
    return true;
  }

  refold(): void {
    for (const set of this.open.values()) set.clear();
  }

  // turn is the next event worth stopping at, in one direction or the other; -1 if there is none.
  turn(direction: 1 | -1): number {
    return this.nearest(direction, (i) => isTurn(this.active.trace, i) || i === this.active.deciding);
  }

  // match is the next event that the search found, beginning again at the other end; -1 if there is none.
  match(direction: 1 | -1): number {
    const list = [...this.active.matches].sort((a, b) => a - b);
    const at = this.active.selected;
    const found = direction > 0 ? list.find((i) => i > at) : list.findLast((i) => i < at);
    return found ?? (direction > 0 ? list[0] : list[list.length - 1]) ?? -1;
  }

  private nearest(direction: 1 | -1, is: (i: number) => boolean): number {
    for (let i = this.active.selected + direction; 0 <= i && i < this.active.trace.events.length; i += direction) {
      if (is(i)) return i;
    }
    return -1;
  }
}
