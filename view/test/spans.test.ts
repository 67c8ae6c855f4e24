import assert from "node:assert/strict";
import { test } from "node:test";
import { spansOf } from "../src/spans";
import { trace } from "./make";

test("a machine that waits for room does so until it sends, one that goes down no longer, and one that never sends to the end", () => {
  const t = trace([
    { event: "began", who: "left" },
    { event: "began", who: "right" },
    { event: "began", who: "third" },
    { event: "held", who: "left", peer: "right", type: "Part" },
    { event: "held", who: "right", peer: "left", type: "Part" },
    { event: "held", who: "third", peer: "left", type: "Part" },
    { event: "sent", who: "left", peer: "right", type: "Part" },
    { event: "crashed", who: "third", peer: "left" },
    { event: "took", who: "left", peer: "right", type: "Part" },
  ]);
  const waits = spansOf(t).filter((s) => s.kind === "wait");
  assert.deepEqual(waits.map((s) => [s.lane, s.from, s.to]), [[0, 3, 6], [1, 4, 9], [2, 5, 7]]);
});

test("what is sent in the name of a machine does not end the wait of its goroutine", () => {
  const t = trace([
    { event: "began", who: "left" },
    { event: "blocked", who: "left", type: "Lock", peer: "mutex #1" },
    { event: "sent", who: "left", peer: "right", type: "Part" },
    { event: "did", who: "left", type: "Lock", peer: "mutex #1" },
  ]);
  assert.deepEqual(spansOf(t).filter((s) => s.kind === "wait").map((s) => [s.from, s.to]), [[1, 3]]);
});
