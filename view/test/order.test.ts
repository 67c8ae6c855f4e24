import assert from "node:assert/strict";
import { test } from "node:test";
import { Order, Relation } from "../src/order";
import type { TraceEvent } from "../src/page";
import { late } from "./make";

// A small generator of numbers, so that the test is the same in every run.
function numbers(seed: number): (below: number) => number {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

test("past and future are the transitive closure of lanes and after", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const next = numbers(seed);
    const n = 2 + next(40);
    const lane = Array.from({ length: n }, () => next(4));
    const events = lane.map((_, i) => ({ event: "did", step: i, after: Array.from({ length: i && next(3) }, () => next(i)) })) as TraceEvent[];
    const before: boolean[][] = lane.map(() => new Array<boolean>(n).fill(false));
    const row = (i: number) => before[i] as boolean[];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) if (lane[j] === lane[i] || events[i]?.after?.includes(j)) row(i)[j] = true;
      for (let j = i - 1; j >= 0; j--) if (row(i)[j]) for (let k = 0; k < j; k++) if (row(j)[k]) row(i)[k] = true;
    }
    const o = new Order(events, lane);
    for (let i = 0; i < n; i++) {
      const r = o.relations(i);
      for (let j = 0; j < n; j++) {
        const want = i === j ? Relation.Self : j < i && row(i)[j] ? Relation.Past : j > i && row(j)[i] ? Relation.Future : Relation.Concurrent;
        assert.equal(r[j], want, `seed ${seed}: event ${j} as seen from ${i}`);
      }
    }
  }
});

test("numbers in after that are no earlier events are disregarded", () => {
  const events = [{ event: "did", step: 1, after: [5, -1, 0, 0.5] }, { event: "did", step: 2, after: [1, 0] }] as TraceEvent[];
  const o = new Order(events, [0, 1]);
  assert.deepEqual(o.causes, [[], [0]]);
});

test("the chain goes back along messages", () => {
  const t = late();
  const o = new Order(t.events, t.lane);
  assert.deepEqual(o.chain(13, t.events), [12, 3, 1], "believes, taken report, its send, the start of the node");
});

test("a trace of version 1 has the sends of what is taken", () => {
  const events = [
    { event: "sent", step: 1, who: "a", peer: "b", type: "E" },
    { event: "sent", step: 1, who: "a", peer: "b", type: "E" },
    { event: "took", step: 2, who: "b", peer: "a", type: "E", sent: 1 },
    { event: "took", step: 3, who: "b", peer: "a", type: "E", sent: 1 },
    { event: "took", step: 4, who: "b", peer: "a", type: "F", sent: 1 },
  ] as TraceEvent[];
  assert.deepEqual(new Order(events, [0, 0, 1, 1, 1]).causes, [[], [], [0], [1], []]);
});
