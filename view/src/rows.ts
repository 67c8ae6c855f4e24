import type { Trace } from "./trace";
import { count } from "./text";

// Row is one line of the page: an event, or the steps that are folded there.
export interface Row {
  event: number; // -1 for folded steps
  step: number; // index of the step, or of the first folded one
  until: number; // index of the last folded one
  opens: boolean; // it is the first row of its step
}

// Filter says which steps and events are shown.
export interface Filter {
  steps: Set<number> | null; // the steps to show; null shows all
  open: Set<number>; // steps that are shown all the same
  lanes: Set<number>; // the lanes whose events are shown; empty shows all
  types: Set<string>; // types of events that are hidden
  matches: Set<number> | null; // the events that the search found, if only those are shown
}

// Rows are the lines of one trace.
export class Rows {
  readonly list: Row[] = [];
  private readonly at: Int32Array; // of each event, its row or the one it is folded into

  constructor(
    readonly trace: Trace,
    filter: Filter,
  ) {
    this.at = new Int32Array(trace.events.length);
    for (let s = 0; s < trace.steps; s++) {
      const events = trace.eventsOf(s);
      const shown = events.filter((i) => this.shows(i, s, filter));
      if (shown.length === 0) {
        this.fold(s);
        for (const i of events) this.at[i] = this.list.length - 1;
        continue;
      }
      let k = -1;
      for (const i of events) {
        if (shown[k + 1] === i) {
          k++;
          this.list.push({ event: i, step: s, until: s, opens: k === 0 });
        }
        this.at[i] = this.list.length - (k < 0 ? 0 : 1);
      }
    }
  }

  private shows(i: number, step: number, f: Filter): boolean {
    const t = this.trace;
    const e = t.event(i);
    if (e.event === "changed" || isEcho(t, i)) return false;
    if (f.open.has(step)) return true;
    if (f.matches && !f.matches.has(i)) return false;
    if (f.lanes.size > 0 && !f.lanes.has(t.laneOf(i))) return false;
    if (f.types.has(typeOf(t, i))) return false;
    return !f.steps || f.steps.has(step);
  }

  private fold(step: number): void {
    const last = this.list[this.list.length - 1];
    if (last && last.event < 0) last.until = step;
    else this.list.push({ event: -1, step, until: step, opens: true });
  }

  // rowOf is the row that shows an event, or that it is folded into.
  rowOf(event: number): number {
    return Math.max(0, Math.min(this.at[event] ?? this.list.length - 1, this.list.length - 1));
  }

  // isShown reports whether an event has a row of its own.
  isShown(event: number): boolean {
    return this.list[this.rowOf(event)]?.event === event;
  }

  // folded says what a row of folded steps stands for.
  folded(r: Row): string {
    const n = r.until - r.step + 1;
    const movers = new Map<string, number>();
    for (let s = r.step; s <= r.until; s++) {
      const name = this.trace.laneName(this.trace.first[s] ?? 0);
      if (name) movers.set(name, (movers.get(name) ?? 0) + 1);
    }
    const list = [...movers].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const who = list.slice(0, 4).map(([name, k]) => `${name} ${k}`);
    if (list.length > 4) who.push(`${list.length - 4} others`);
    return `${count(n, "step")} folded: ${who.join(", ")}`;
  }
}

// isEcho reports whether an event only repeats the one before it: the start state behind the start.
function isEcho(t: Trace, i: number): boolean {
  const e = t.event(i);
  const p = t.events[i - 1];
  return e.event === "moved" && !e.from && p?.event === "began" && p.who === e.who;
}

// typeOf is what the list of events to hide calls an event: the type of the event, or the kind of what has none.
export function typeOf(t: Trace, i: number): string {
  const e = t.event(i);
  switch (e.event) {
    case "took":
    case "sent":
    case "lost":
    case "held":
    case "dropped":
    case "fired":
    case "timer armed":
    case "timer stopped":
    case "heard":
      return e.type || e.event;
  }
  return e.event;
}

// typesOf counts the events by type, most frequent first.
export function typesOf(t: Trace): [string, number][] {
  const counts = new Map<string, number>();
  for (let i = 0; i < t.events.length; i++) {
    if (t.event(i).event === "changed") continue;
    const type = typeOf(t, i);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
