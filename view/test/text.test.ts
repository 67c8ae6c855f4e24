import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, oneLine, visible } from "../src/text";

test("what cannot be seen or turns text around is written as an escape", () => {
  for (const [given, want] of [
    ["plain äöü 漢字 😀", "plain äöü 漢字 😀"],
    ["a\u202eb", "a\\u202eb"],
    ["\u2066x\u2069", "\\u2066x\\u2069"],
    ["zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"],
    ["\u001b[31m", "\\x1b[31m"],
    ["half \ud800 and \udc00", "half \\ud800 and \\udc00"],
    ["tag \u{e0041}", "tag \\U000e0041"],
    ["lines\nstay\there", "lines\nstay\there"],
    ["<script>&amp;", "<script>&amp;"],
  ] as const) {
    assert.equal(visible(given), want);
  }
});

test("texts are cut between characters", () => {
  assert.equal(cut("abc", 3), "abc");
  assert.equal(cut("abcd", 3), "abc…");
  assert.equal(cut("a😀b", 2), "a…");
  assert.equal(oneLine("a\r\nb\tc", 10), "a / b  c");
  assert.equal(oneLine("x".repeat(1 << 20), 5), "xxxxx…");
});
