import { arrowsOf, type Arrow } from "./arrows";
import { Order } from "./order";
import type { Rows } from "./rows";
import { spansOf, type Span } from "./spans";
import type { Trace } from "./trace";

// Scene is what a diagram shows: one trace, and what stands out in it at the moment.
export class Scene {
  readonly order: Order;
  readonly spans: Span[];
  readonly arrows: Arrow[];
  selected = -1; // event
  relations: Uint8Array | null = null; // of all events to the selected one; null if they are not shown
  chain = new Set<number>(); // events on the way of messages to the selected one
  matches = new Set<number>(); // what the search found
  only = new Set<number>(); // events that the compared trace does not have
  deciding = -1; // first event of the step where the compared traces part

  private _rows: Rows | null = null;
  private index: ArrowIndex | null = null;

  constructor(readonly trace: Trace) {
    this.order = new Order(trace.events, trace.lane);
    this.spans = spansOf(trace);
    this.arrows = arrowsOf(trace, this.order);
  }

  get rows(): Rows {
    if (!this._rows) throw new Error("no rows yet");
    return this._rows;
  }

  set rows(rows: Rows) {
    this._rows = rows;
    this.index = new ArrowIndex(this.arrows, rows);
  }

  // select makes an event the one that the others are seen from; related says whether to show its past and future.
  select(event: number, related: boolean): void {
    this.selected = event;
    this.relations = event >= 0 && related ? this.order.relations(event) : null;
    this.chain = new Set(event >= 0 ? this.order.chain(event, this.trace.events) : []);
  }

  // along is the event before or behind another one in its lane, changes of fields aside; -1 if there is none.
  along(edge: "previous" | "next", event: number): number {
    let i = event;
    do i = this.order[edge][i] ?? -1;
    while (i >= 0 && this.trace.event(i).event === "changed");
    return i;
  }

  // arrowsIn are the arrows that cross rows from to until.
  arrowsIn(from: number, until: number): Arrow[] {
    return this.index?.crossing(from, until) ?? [];
  }
}

const block = 64; // rows
const long = 64; // blocks

// ArrowIndex finds the arrows that cross some rows without looking at all of them.
class ArrowIndex {
  private readonly blocks = new Map<number, Arrow[]>();
  private readonly long: Arrow[] = []; // those that are in too many blocks

  constructor(
    arrows: Arrow[],
    private readonly rows: Rows,
  ) {
    for (const a of arrows) {
      if (!rows.isShown(a.from) && !rows.isShown(a.to)) continue;
      const first = Math.floor(rows.rowOf(a.from) / block);
      const last = Math.floor(rows.rowOf(a.to) / block);
      if (last - first > long) {
        this.long.push(a);
        continue;
      }
      for (let b = first; b <= last; b++) {
        const list = this.blocks.get(b);
        if (list) list.push(a);
        else this.blocks.set(b, [a]);
      }
    }
  }

  crossing(from: number, until: number): Arrow[] {
    const found = new Set<Arrow>();
    const see = (a: Arrow) => {
      if (this.rows.rowOf(a.from) <= until && this.rows.rowOf(a.to) >= from) found.add(a);
    };
    for (let b = Math.floor(from / block); b <= Math.floor(until / block); b++) this.blocks.get(b)?.forEach(see);
    this.long.forEach(see);
    return [...found];
  }
}
