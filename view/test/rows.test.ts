import assert from "node:assert/strict";
import { test } from "node:test";
import { find } from "../src/query";
import { Rows, typesOf } from "../src/rows";
import { storyOf } from "../src/story";
import { Order } from "../src/order";
import { everything, late, trace } from "./make";

const shown = (r: Rows) => r.list.map((row) => row.event);

test("a row for each event but for changes, which the details show", () => {
  const t = late();
  const r = new Rows(t, everything);
  assert.deepEqual(shown(r), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14]);
  assert.deepEqual(r.list.map((row) => row.opens), [true, true, false, true, true, false, false, false, true, true, false, true, false, true]);
  assert.equal(r.rowOf(11), 10, "a change is where its step is");
  assert.ok(!r.isShown(11));
});

test("steps that are not shown are folded", () => {
  const t = late();
  const r = new Rows(t, { ...everything, steps: new Set([0, 3, 6]) });
  assert.deepEqual(shown(r), [0, -1, 4, 5, 6, 7, -1, 12, 13, -1]);
  assert.equal(r.rowOf(3), 1);
  assert.equal(r.folded(r.list[1]!), "2 steps folded: node 2");
  assert.equal(r.folded(r.list[6]!), "2 steps folded: manager 2");
  const opened = new Rows(t, { ...everything, steps: new Set([0]), open: new Set([5]) });
  assert.deepEqual(shown(opened), [0, -1, 9, 10, -1]);
});

test("filters by lane, type and match", () => {
  const t = late();
  assert.deepEqual(shown(new Rows(t, { ...everything, lanes: new Set([1]) })), [-1, 1, 3, 5, -1]);
  assert.deepEqual(shown(new Rows(t, { ...everything, types: new Set(["Tick", "logged"]) })).includes(10), false);
  assert.deepEqual(shown(new Rows(t, { ...everything, matches: new Set([10]) })), [-1, 10, -1]);
  assert.deepEqual(shown(new Rows(t, { ...everything, matches: new Set() })), [-1]);
});

test("search", () => {
  const t = late();
  const cases: [string, number[]][] = [
    ["", []],
    ["REPORT", [3, 12]],
    ["report took", [12]],
    ["report -took", [3]],
    ["lane:node", [1, 3, 5]],
    ["lane:nod", []],
    ['"holds x"', [3, 12]],
    ["step:6-7", [9, 10, 12, 13]],
    ["step:6-7 logged", [10, 13]],
    ["<script>", []],
  ];
  for (const [query, want] of cases) assert.deepEqual(find(t, query), want, query);
});

test("types are counted, the most frequent first", () => {
  const got = typesOf(late());
  assert.deepEqual(got.slice(0, 3), [["Report", 2], ["Tick", 2], ["began", 2]]);
  assert.equal(got.some(([type]) => type === "changed"), false);
});

test("the story keeps turns and what leads to them, not the rounds between", () => {
  const rounds = Array.from({ length: 500 }, (_, i) => ({ event: "took", who: `m${i % 3}`, type: "Ping" }));
  const t = trace([...rounds.slice(0, 250), { event: "injected", who: "m0", type: "Crash" }, ...rounds.slice(250)]);
  const keep = storyOf(t, new Order(t.events, t.lane), 100);
  assert.ok(keep.has(250), "the fault");
  assert.ok(keep.has(0) && keep.has(500), "beginning and end");
  assert.ok(keep.has(100) && keep.has(99) && keep.has(101), "the deciding step and its neighbours");
  assert.ok(keep.size < 30, `${keep.size} steps`);
});

test("the failure is where it is told, or in the step that the end names", () => {
  assert.equal(late().outcome, 14);
  const events = [{ event: "did", who: "g1 (a.go:2)" }, { event: "logged", who: "g1 (a.go:2)" }, { event: "did", who: "g1 (a.go:2)" }];
  const t = trace(events, { failed: true, step: 2 });
  assert.equal(t.outcome, 1);
  assert.ok(t.fails(1) && !t.fails(2));
  assert.equal(t.laneLabel(0), "g1");
  assert.deepEqual(find(t, "lane:g1").length, 3);
  const passes = trace(events);
  assert.equal(passes.outcome, 2);
  assert.ok(!passes.fails(2));
});
