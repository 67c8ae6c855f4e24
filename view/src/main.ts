import { App } from "./app";
import { h } from "./dom";
import type { Page } from "./page";

// textOf is what an element with data holds.
function textOf(id: string): string {
  const el = document.getElementById(id);
  if (!el) throw new Error(`the page lacks its part ${id}: write it again`);
  const text = el.textContent ?? "";
  el.textContent = ""; // its memory is not needed twice
  return text;
}

declare global {
  interface Window {
    ravel?: App; // for the console, and for tests
  }
}

try {
  const page = JSON.parse(textOf("ravel-page")) as Page;
  if (page.version !== 1) throw new Error(`the page has version ${page.version}, but its program is of version 1: write it again`);
  window.ravel = new App(page, textOf);
} catch (e) {
  document.body.append(h("p", { class: "broken", role: "alert" }, `This page cannot be shown: ${e instanceof Error ? e.message : String(e)}`));
}
