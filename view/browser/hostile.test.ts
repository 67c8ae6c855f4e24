import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { app, details, open, painted, press, rows, start, stop, type Opened } from "./page";

describe("a page whose every text is hostile", () => {
  let o: Opened;
  before(async () => {
    await start();
    o = await open("hostile.html");
  });
  after(async () => {
    await o?.close();
    await stop();
  });

  const harmless = async (when: string) => {
    const found = await o.page.evaluate(() => ({
      pwned: (window as { pwned?: unknown }).pwned,
      scripts: document.querySelectorAll('script:not([type^="application/"])').length,
      foreign: document.querySelectorAll("img, svg, b, iframe, object, embed, link, a").length,
      elements: document.querySelectorAll("*").length,
      texts: document.body.innerText.length,
    }));
    assert.equal(found.pwned, undefined, when);
    assert.equal(found.scripts, 1, `${when}: only its own script`);
    assert.equal(found.foreign, 0, `${when}: no element comes from a text`);
    assert.ok(found.elements < 600, `${when}: ${found.elements} elements`);
    assert.ok(found.texts < 60_000, `${when}: ${found.texts} characters are laid out`);
    assert.deepEqual(o.errors, [], when);
    assert.deepEqual(o.requests, [], when);
  };

  test("every step of it, with its details", async () => {
    await harmless("at the start");
    await press(o.page, "Home");
    const n = await app(o.page, (a) => a.session.failing.rows.list.length);
    for (let i = 0; i < n; i++) {
      await press(o.page, "ArrowDown");
      await harmless(`row ${i}`);
    }
  });

  test("texts are shown as they are, and what cannot be seen as escapes", async () => {
    await press(o.page, "Home");
    const all = (await rows(o.page)).map((r) => r.text).join("\n");
    assert.match(all, /<script>window\.pwned = 1<\/script>/);
    assert.doesNotMatch(await o.page.evaluate(() => document.body.innerText), /[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u2028\u2029\u0000\u001b]/);
  });

  test("a huge text is shown piece by piece", async () => {
    const found = await app(o.page, (a) => a.session.failing.trace.events.findIndex((e) => (e.value ?? "").length > 60_000));
    assert.ok(found >= 0);
    await o.page.evaluate((i) => window.ravel!.goTo(window.ravel!.session.failing, i), found);
    await painted(o.page);
    const text = await details(o.page);
    assert.match(text, /Show more: [\d,]+ characters left/);
    await o.page.locator(".more").first().click();
    assert.ok((await details(o.page)).length > text.length + 3000);
    await harmless("a huge payload");
  });

  test("search, filters, the list of types and dark", async () => {
    await press(o.page, "/");
    await o.page.keyboard.type("<script>");
    await painted(o.page);
    assert.match(await o.page.locator(".found").innerText(), /of|match/);
    await o.page.keyboard.press("Escape");
    await o.page.locator(".menu > summary").click();
    await painted(o.page);
    await harmless("the list of types");
    await o.page.locator(".details h2").click();
    await o.page.locator(".name").first().click();
    await press(o.page, "t", "?");
    await harmless("at the end");
  });

  test("the policy stops what would get in all the same", async () => {
    const stopped = await o.page.evaluate(async () => {
      const s = document.createElement("script");
      s.textContent = "window.pwned = 99";
      document.head.append(s);
      const d = document.createElement("div");
      d.innerHTML = '<img src="data:image/png;base64,AAAA" onerror="window.pwned = 98">';
      document.body.append(d);
      const fetched = await fetch("http://127.0.0.1:9/").then(() => true, () => false);
      await new Promise((done) => setTimeout(done, 50));
      return { pwned: (window as { pwned?: unknown }).pwned, fetched };
    });
    assert.deepEqual(stopped, { pwned: undefined, fetched: false });
    assert.deepEqual(o.requests, [], "not even a request leaves the page");
  });
});
