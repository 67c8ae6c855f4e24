// Happens-before. An event follows directly from the one before it in its lane, and from those that the trace names in
// "after": the send of what is taken, the creation, the unlock ahead of a lock. Past and future are what can be reached
// (Lamport 1978, "Time, Clocks, and the Ordering of Events in a Distributed System"); everything else is concurrent.
import type { TraceEvent } from "./page";

export enum Relation {
  Concurrent,
  Past,
  Future,
  Self,
}

export class Order {
  readonly causes: number[][]; // of each event, the events of other lanes that it directly follows from
  readonly effects: number[][]; // the other way round
  readonly previous: Int32Array; // the event before it in its lane, -1 if there is none
  readonly next: Int32Array;

  constructor(events: TraceEvent[], lane: number[]) {
    const n = events.length;
    const after = events.some((e) => e.after) ? events.map((e) => e.after ?? []) : afterSends(events);
    this.causes = after.map((list, i) => list.filter((j) => Number.isInteger(j) && 0 <= j && j < i));
    this.effects = Array.from({ length: n }, () => []);
    this.previous = new Int32Array(n).fill(-1);
    this.next = new Int32Array(n).fill(-1);
    const last = new Map<number, number>();
    for (let i = 0; i < n; i++) {
      for (const j of this.causes[i] ?? []) this.effects[j]?.push(i);
      const at = lane[i] ?? -1;
      if (at < 0) continue;
      const j = last.get(at) ?? -1;
      if (j >= 0) {
        this.previous[i] = j;
        this.next[j] = i;
      }
      last.set(at, i);
    }
  }

  // relations says how every event is related to event i.
  relations(i: number): Uint8Array {
    const r = new Uint8Array(this.causes.length);
    this.reach(r, i, Relation.Past, this.causes, this.previous);
    this.reach(r, i, Relation.Future, this.effects, this.next);
    r[i] = Relation.Self;
    return r;
  }

  private reach(r: Uint8Array, from: number, mark: Relation, edges: number[][], along: Int32Array): void {
    const todo = [from];
    const visit = (j: number) => {
      if (j >= 0 && r[j] === Relation.Concurrent && j !== from) {
        r[j] = mark;
        todo.push(j);
      }
    };
    for (let i = todo.pop(); i !== undefined; i = todo.pop()) {
      visit(along[i] ?? -1);
      for (const j of edges[i] ?? []) visit(j);
    }
  }

  // chain goes back from event i along messages: to what its step took, to where that was sent, to what that step took, and so
  // on. It ends at the first step that nothing was sent to: a timer, or the start.
  chain(i: number, events: TraceEvent[]): number[] {
    const list: number[] = [];
    for (let at: number | undefined = i; at !== undefined && list.length < 64; ) {
      const took = this.trigger(at, events);
      const sent: number | undefined = (this.causes[took] ?? []).find((j) => events[j]?.event === "sent");
      list.push(took);
      if (sent === undefined) break;
      list.push(sent);
      at = sent;
    }
    return list;
  }

  // trigger is the event of the same lane with which the handling of a message began that event i is part of.
  private trigger(i: number, events: TraceEvent[]): number {
    for (let j = i; j >= 0; j = this.previous[j] ?? -1) {
      const kind = events[j]?.event;
      if (kind === "took" || kind === "began" || kind === "took default") return j;
    }
    return i;
  }
}

// afterSends is what follows from what in a trace of version 1, which only says in which step what is taken was sent.
function afterSends(events: TraceEvent[]): number[][] {
  const sends = new Map<string, number[]>();
  events.forEach((e, i) => {
    if (e.event !== "sent") return;
    const key = `${e.step} ${e.who} ${e.peer} ${e.type}`;
    sends.set(key, [...(sends.get(key) ?? []), i]);
  });
  return events.map((e) => {
    if (e.event !== "took" || !e.peer || !e.sent) return [];
    const i = sends.get(`${e.sent} ${e.peer} ${e.who} ${e.type}`)?.shift();
    return i === undefined ? [] : [i];
  });
}
