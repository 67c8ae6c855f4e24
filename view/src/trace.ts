import type { End, Header, Lane, TraceData, TraceEvent } from "./page";
import { oneLine } from "./text";

// How many characters of an event's payload a row and the search look at.
const shown = 400;

// Trace is one execution: the events, and in steps, lanes and words what the diagram and the rows need of them.
export class Trace {
  readonly header: Header;
  readonly events: TraceEvent[];
  readonly end: End;
  readonly lanes: Lane[];
  readonly lane: number[]; // of each event, -1 if it has none
  readonly first: number[] = []; // index of the first event of each step, and the number of events behind the last
  readonly step: Int32Array; // of each event, index in first
  readonly outcome: number; // the event that tells of the failure, or the last one
  private readonly rows: (string | undefined)[];
  private readonly haystacks: (string | undefined)[];

  constructor(
    readonly data: TraceData,
    lines: string,
  ) {
    const parsed = parse(lines);
    this.header = parsed.header;
    this.events = parsed.events;
    this.end = parsed.end;
    this.lanes = data.lanes.map((l) => ({ name: oneLine(l.name, 200), kind: l.kind, type: oneLine(l.type, 200) }));
    this.lane = data.lane;
    this.step = new Int32Array(this.events.length);
    this.rows = new Array(this.events.length);
    this.haystacks = new Array(this.events.length);
    this.events.forEach((e, i) => {
      if (i === 0 || e.step !== this.events[i - 1]?.step) this.first.push(i);
      this.step[i] = this.first.length - 1;
    });
    this.first.push(this.events.length);
    this.outcome = this.findOutcome();
  }

  private findOutcome(): number {
    const failed = this.events.findLastIndex((e) => e.event === "failed");
    if (failed >= 0) return failed;
    const step = this.end.failed && this.end.step ? this.end.step : Infinity;
    return this.events.findLastIndex((e) => e.event !== "changed" && e.step <= step);
  }

  get steps(): number {
    return this.first.length - 1;
  }

  // fails reports whether an event is the one that tells of the failure.
  fails(i: number): boolean {
    return this.end.failed && i === this.outcome;
  }

  event(i: number): TraceEvent {
    const e = this.events[i];
    if (!e) throw new RangeError(`there is no event ${i}`);
    return e;
  }

  laneOf(i: number): number {
    return this.lane[i] ?? -1;
  }

  laneName(i: number): string {
    return this.lanes[this.laneOf(i)]?.name ?? "";
  }

  // laneLabel is the name without what only tells where a goroutine was started: "g1 (bank.go:20)" is g1.
  laneLabel(lane: number): string {
    return (this.lanes[lane]?.name ?? "").replace(/^(g\d+) \(.*\)$/, "$1");
  }

  // eventsOf are the indexes of the events of a step.
  eventsOf(step: number): number[] {
    const from = this.first[step] ?? 0;
    const to = this.first[step + 1] ?? from;
    return Array.from({ length: to - from }, (_, k) => from + k);
  }

  // words says what happened, on one line.
  words(i: number): string {
    return (this.rows[i] ??= this.tell(i));
  }

  private tell(i: number): string {
    const { texts, before, after, payload } = this.data;
    const text = (list: number[]) => texts[list[i] ?? -1] ?? "";
    const value = this.events[i]?.value ?? "";
    const form = payload[i] ?? 0;
    const middle = form === 0 ? "" : form === 1 ? oneLine(value, shown) : `(${oneLine(value, shown)})`;
    return oneLine(text(before), 2 * shown) + middle + oneLine(text(after), 2 * shown);
  }

  // haystack is what the search looks through.
  haystack(i: number): string {
    const e = this.events[i];
    return (this.haystacks[i] ??= `${e?.step} ${this.laneName(i)} ${this.words(i)} ${e?.event} ${e?.type ?? ""}`.toLowerCase());
  }
}

// parse reads the lines that trace.WriteJSON wrote: a header, events, and an end.
export function parse(lines: string): { header: Header; events: TraceEvent[]; end: End } {
  const list = lines.split("\n").filter((l) => l.trim() !== "");
  let all: Record<string, unknown>[];
  try {
    all = JSON.parse("[" + list.join(",") + "]");
  } catch (cause) {
    throw new Error("the lines of the trace are damaged: write the page again", { cause });
  }
  const header = all[0] as unknown as Header;
  const end = all[all.length - 1] as unknown as End;
  if (!header?.ravel_trace || typeof end?.end !== "string") {
    throw new Error("the trace is incomplete: write the page again");
  }
  return { header, events: all.slice(1, -1) as unknown as TraceEvent[], end };
}
