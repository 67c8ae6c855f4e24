import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { draw, type Frame } from "../src/draw";
import type { Dash, Ink, Pen, Shape } from "../src/pen";
import type { Scene } from "../src/scene";
import { late, scene, trace } from "./make";

// Notes is a pen that writes down its strokes.
class Notes implements Pen {
  readonly list: string[] = [];
  line(x1: number, y1: number, x2: number, y2: number, ink: Ink, width: number, dash?: Dash) {
    this.list.push(`line ${x1},${y1} ${x2},${y2} ${ink} ${width}${dash ? " " + dash : ""}`);
  }
  arrow(x1: number, y1: number, x2: number, y2: number, ink: Ink, width: number, dash?: Dash) {
    this.list.push(`arrow ${x1},${y1} ${x2},${y2} ${ink} ${width}${dash ? " " + dash : ""}`);
  }
  box(x: number, y: number, w: number, h: number, ink: Ink) {
    this.list.push(`box ${x},${y} ${w}x${h} ${ink}`);
  }
  mark(shape: Shape, x: number, y: number, size: number, ink: Ink) {
    this.list.push(`mark ${shape} ${x},${y} ${size} ${ink}`);
  }
}

function strokes(s: Scene, f: Partial<Frame> = {}): string[] {
  const pen = new Notes();
  draw(pen, s, { top: 0, height: 400, row: 20, lane: 40, ...f });
  return pen.list;
}

function golden(name: string, list: string[]): void {
  const path = `${process.env["VIEWER"]}/test/golden/${name}.txt`;
  const text = list.join("\n") + "\n";
  if (process.env["UPDATE"]) writeFileSync(path, text);
  assert.equal(text, readFileSync(path, "utf8"), `${name}: node test.mjs test --update rewrites it`);
}

test("the late report is the arrow that crosses the removal", () => {
  const s = scene(late());
  s.select(12, true);
  golden("late", strokes(s));
  const leaves = 20 * s.rows.rowOf(10) + 10;
  const arrow = strokes(s).find((l) => l.startsWith("arrow") && l.endsWith("self 3"));
  const [, y1, y2] = /^arrow \S+,(\S+) \S+,(\S+) /.exec(arrow ?? "") ?? [];
  assert.ok(Number(y1) < leaves && leaves < Number(y2), `${arrow} and the removal at ${leaves}`);
});

test("without a selection, folded", () => {
  golden("folded", strokes(scene(late(), { steps: new Set([0, 3, 6, 7]) })));
});

test("what a frame costs does not depend on the length of the trace", () => {
  const cost = (rounds: number) => {
    const events = Array.from({ length: rounds }, (_, i) => [
      { event: "sent", who: `m${i % 20}`, type: "E", step: 2 * i },
      { event: "took", who: `m${(i + 7) % 20}`, type: "E", step: 2 * i + 1, after: [2 * i] },
    ]).flat();
    const s = scene(trace(events));
    s.select(rounds, true);
    return strokes(s, { top: rounds * 20 - 200, lane: 14 }).length;
  };
  assert.ok(cost(20_000) <= cost(200) + 20, `${cost(200)} strokes of 400 events, ${cost(20_000)} of 40,000`);
});

test("of messages that only pass by, a frame draws some", () => {
  const n = 3000;
  const events = [
    ...Array.from({ length: n }, () => ({ event: "sent", who: "a", type: "E" })),
    ...Array.from({ length: n }, () => ({ event: "did", who: "c", type: "E" })),
    ...Array.from({ length: n }, (_, i) => ({ event: "took", who: "b", type: "E", after: [i] })),
  ];
  const list = strokes(scene(trace(events)), { top: 1.5 * n * 20 });
  const arrows = list.filter((l) => l.startsWith("arrow")).length;
  assert.ok(arrows > 0 && arrows < 100, `${arrows} arrows`);
});
