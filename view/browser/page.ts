import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import type { App } from "../src/app";

export type { App };

const here = process.env["VIEWER"] ?? ".";
let browser: Browser | undefined;
let folder: string | undefined;

// start makes the sample pages with the Go program that is beside the viewer, and starts the system's Chromium.
export async function start(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), "ravel-view-"));
  execFileSync("go", ["run", "./internal/samples", folder], { cwd: here, stdio: "inherit" });
  writeFileSync(join(folder, "blank.html"), "<!DOCTYPE html><title>blank</title>");
  const path = process.env["CHROMIUM"] ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => existsSync(p));
  if (!path) throw new Error("there is no Chromium: install Debian's package chromium, or set CHROMIUM to the path of one");
  // Without a sandbox only because root may not have one; the pages are our own.
  browser = await chromium.launch({ executablePath: path, args: ["--force-color-profile=srgb", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])] });
}

export async function stop(): Promise<void> {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
}

export function sample(name: string): string {
  return join(folder ?? "", name);
}

export const size = { width: 1280, height: 800 };

// Opened is a page of the samples, and what it did that it should not have.
export interface Opened {
  page: Page;
  requests: string[]; // addresses that it asked for, beside its own
  errors: string[]; // of its scripts, and of its policy
  close(): Promise<void>;
}

export async function open(name: string, options: BrowserContextOptions & { hash?: string } = {}): Promise<Opened> {
  if (!browser) throw new Error("not started");
  const { hash, ...rest } = options;
  const context = await browser.newContext({ viewport: size, deviceScaleFactor: 1, colorScheme: "light", reducedMotion: "reduce", ...rest });
  const page = await context.newPage();
  const url = pathToFileURL(sample(name)).href;
  const [requests, errors]: [string[], string[]] = [[], []];
  await context.route("**/*", (route) => {
    if (route.request().url().split("#")[0] === url) return route.continue();
    requests.push(route.request().url());
    return route.abort();
  });
  page.on("pageerror", (e) => errors.push(String(e)));
  page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
  await page.goto(hash ? `${url}#${hash}` : url);
  await painted(page);
  return { page, requests, errors, close: () => context.close() };
}

// painted waits until what has been asked for is painted.
export async function painted(page: Page): Promise<void> {
  await page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
}

export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
  await painted(page);
}

// rows are the rows that are seen, from top to bottom.
export async function rows(page: Page): Promise<{ text: string; classes: string[]; event: number }[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".row:not([hidden])")]
      .map((el) => ({ el, y: el.getBoundingClientRect().y }))
      .sort((a, b) => a.y - b.y)
      .map(({ el }) => ({ text: [...el.children].map((c) => c.textContent).filter(Boolean).join(" "), classes: [...el.classList], event: Number(el.dataset["event"]) })),
  );
}

export async function selected(page: Page): Promise<string> {
  return page.evaluate(() => [...(document.querySelector(".row.selected:not([hidden])")?.children ?? [])].map((c) => c.textContent).filter(Boolean).join(" "));
}

export async function details(page: Page): Promise<string> {
  return page.locator(".details").innerText();
}

// The state of the page's program.
export function app<T>(page: Page, ask: (a: App) => T): Promise<T> {
  return page.evaluate(`(${ask.toString()})(window.ravel)`) as Promise<T>;
}

// golden is a file that tests compare with.
export function goldenPath(name: string): string {
  return join(here, "browser", "golden", name);
}

export function readGolden(name: string): Buffer | null {
  return existsSync(goldenPath(name)) ? readFileSync(goldenPath(name)) : null;
}
