import { h } from "./dom";
import type { Page, Place } from "./page";
import { baseName, oneLine, visible } from "./text";

const margin = 4; // lines above and below

// placeOf writes a place as file:line, with its function.
export function placeOf(p: Place): string {
  const name = oneLine(p.func ?? "", 200);
  return `${oneLine(baseName(p.file ?? ""), 200)}:${p.line ?? 0}${name ? ` in ${name.slice(name.lastIndexOf("/") + 1)}` : ""}`;
}

// snippet shows the lines around a place; null if the page has none of them.
export function snippet(page: Page, p: Place): HTMLElement | null {
  const line = p.line ?? 0;
  const runs = Object.hasOwn(page.sources, p.file ?? "") ? page.sources[p.file ?? ""] : undefined;
  const run = runs?.find((s) => s.first <= line && line < s.first + s.lines.length);
  if (!run) return null;
  const code = h("pre", { class: "code", tabindex: "0", "aria-label": `source of ${placeOf(p)}` });
  for (let n = Math.max(run.first, line - margin); n <= line + margin; n++) {
    const text = run.lines[n - run.first];
    if (text === undefined) break;
    code.append(h("span", { class: n === line ? "line here" : "line" }, h("span", { class: "number" }, String(n)), visible(text).replaceAll("\t", "    ") || " "));
  }
  return code;
}
