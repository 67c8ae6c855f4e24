import assert from "node:assert/strict";
import { test } from "node:test";
import { onlyHere } from "../src/compare";
import { trace } from "./make";

test("what only one of two traces has, whatever the order", () => {
  const a = trace([
    { event: "began", who: "x" },
    { event: "took", who: "x", type: "A" },
    { event: "took", who: "y", type: "B" },
    { event: "took", who: "y", type: "B" },
    { event: "failed", who: "x" },
  ]);
  const b = trace([
    { event: "began", who: "x" },
    { event: "took", who: "y", type: "B", step: 20 },
    { event: "took", who: "x", type: "A", step: 21 },
    { event: "halted", who: "x", step: 22 },
  ]);
  assert.deepEqual([...onlyHere(a, 1, b, 1)], [3, 4]);
  assert.deepEqual([...onlyHere(b, 1, a, 1)], [3]);
});
