import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { app, details, open, painted, press, rows, selected, start, stop, type Opened } from "./page";

describe("the page of a small failure", () => {
  let o: Opened;
  before(start);
  after(stop);
  beforeEach(async () => {
    o = await open("late.html");
  });
  afterEach(async () => {
    assert.deepEqual(o.errors, []);
    assert.deepEqual(o.requests, [], "the page asks for nothing");
    await o.close();
  });

  test("loads with the failure selected", async () => {
    assert.equal(await o.page.title(), "late");
    assert.match(await selected(o.page), /FAILS \(liveness\): x is never repaired/);
    assert.equal(await o.page.locator(".outcome").innerText(), "liveness");
    assert.match(await details(o.page), /RepairMonitor is hot since step 4/);
    assert.match(await o.page.locator(".toolbar code").innerText(), /^ravel replay rv1-example$/);
    assert.deepEqual(await o.page.locator(".name").allInnerTexts(), ["manager", "node", "driver", "RepairMonitor"]);
  });

  test("a click selects a step and shows payload, clock and causes", async () => {
    await o.page.locator(".row", { hasText: "takes Report" }).click();
    await painted(o.page);
    assert.match(await selected(o.page), /7 manager takes Report\{Holds: \[x\]\} from node/);
    const text = await details(o.page);
    assert.match(text, /Payload\s+\{Holds: \[x\]\}/);
    assert.match(text, /Follows from[^]*3 node sends Report/);
    assert.match(new URL(o.page.url()).hash, /step=7/);
  });

  test("a click on a cause goes there, and a click on the diagram selects its row", async () => {
    await o.page.locator(".row", { hasText: "takes Report" }).click();
    await painted(o.page);
    await o.page.locator(".links button", { hasText: "3 node sends Report" }).click();
    await painted(o.page);
    assert.match(await selected(o.page), /^3 node sends Report/);
    const canvas = await o.page.locator(".diagram canvas").boundingBox();
    assert.ok(canvas);
    await o.page.mouse.click(canvas.x + 30, canvas.y + 10);
    await painted(o.page);
    assert.match(await selected(o.page), /^1 manager starts/);
  });

  test("past, future and what is concurrent", async () => {
    await o.page.locator(".row", { hasText: "takes Report" }).click();
    await painted(o.page);
    const seen = await rows(o.page);
    for (const [text, relation] of [["sends Report", "past"], ["logs: removes node", "past"], ["FAULT: NodeFails", "apart"], ["takes Report", "self"], ["logs: believes", "future"]] as const) {
      const row = seen.find((r) => r.text.includes(text));
      assert.ok(row?.classes.includes(relation), `${text}: ${row?.classes}, want ${relation}`);
    }
    await press(o.page, "h");
    assert.ok((await rows(o.page)).every((r) => !r.classes.includes("past")));
    await press(o.page, "h");
    assert.ok((await rows(o.page)).some((r) => r.classes.includes("past")));
  });

  test("the keyboard scrubs", async () => {
    await press(o.page, "Home");
    assert.match(await selected(o.page), /^1 manager starts/);
    await press(o.page, "ArrowDown", "j");
    assert.match(await selected(o.page), /^RepairMonitor starts in state Repaired/);
    await press(o.page, "k");
    assert.match(await selected(o.page), /^2 node starts/);
    await press(o.page, "ArrowRight");
    assert.match(await selected(o.page), /^3 node sends Report/);
    await press(o.page, "r");
    assert.match(await selected(o.page), /manager takes Report/, "r goes to where it is received");
    await press(o.page, "s");
    assert.match(await selected(o.page), /^3 node sends Report/, "s goes to the send");
    await press(o.page, "f");
    assert.match(await selected(o.page), /^4 driver FAULT: NodeFails/);
    await press(o.page, "f");
    assert.match(await selected(o.page), /CRASHES/);
    await press(o.page, "F", "End");
    assert.match(await selected(o.page), /FAILS/);
    assert.equal(await o.page.evaluate(() => document.querySelector(".scroller")?.getAttribute("aria-activedescendant") === document.querySelector(".row.selected")?.id), true);
  });

  test("state changes of a step", async () => {
    await o.page.locator(".row", { hasText: "removes node" }).click();
    await painted(o.page);
    assert.match(await details(o.page), /State changes[^]*nodes\[node\]\s+\{Seen: 0s\}\s+–/);
  });

  test("search marks, counts and goes on", async () => {
    await press(o.page, "Home", "/");
    await o.page.keyboard.type("report");
    await painted(o.page);
    assert.match(await selected(o.page), /^3 node sends Report/);
    assert.equal(await o.page.locator(".found").innerText(), "1 of 2");
    await o.page.keyboard.press("Escape");
    await press(o.page, "n");
    assert.equal(await o.page.locator(".found").innerText(), "2 of 2");
    assert.equal((await rows(o.page)).filter((r) => r.classes.includes("match")).length, 2);
    await o.page.locator("#only").check();
    await painted(o.page);
    assert.deepEqual((await rows(o.page)).map((r) => r.classes.includes("fold")), [true, false, true, false, true]);
    await o.page.locator("#only").uncheck();
    await press(o.page, "Escape");
    assert.equal((await rows(o.page)).some((r) => r.classes.includes("match")), false);
  });

  test("filters by lane and by type of event", async () => {
    await o.page.locator(".name", { hasText: "node" }).click();
    await painted(o.page);
    const seen = (await rows(o.page)).filter((r) => !r.classes.includes("fold"));
    assert.deepEqual(seen.map((r) => r.text), ["2 node starts in state Up", "3 node sends Report{Holds: [x]} to manager", "4 node CRASHES, taken down by driver"]);
    await o.page.locator(".name", { hasText: "node" }).click();
    await o.page.locator(".menu > summary").click();
    await o.page.locator(".types label", { hasText: "Report" }).locator("input").uncheck();
    await painted(o.page);
    assert.ok(!(await rows(o.page)).some((r) => r.text.includes("Report")));
    await o.page.locator(".types label", { hasText: "Report" }).locator("input").check();
    await o.page.locator(".details h2").click();
    assert.equal(await o.page.locator(".types").isVisible(), false, "a click elsewhere closes the list");
    assert.ok((await rows(o.page)).some((r) => r.text.includes("Report")));
  });

  test("a click on folded steps shows them", async () => {
    await press(o.page, "/");
    await o.page.keyboard.type("removes");
    await o.page.locator("#only").check();
    await painted(o.page);
    const before = (await rows(o.page)).length;
    await o.page.locator(".row.fold").first().click();
    await painted(o.page);
    assert.ok((await rows(o.page)).length > before);
  });

  test("the nearest schedule that passes stands beside it, and the deciding step is marked", async () => {
    await press(o.page, "c");
    assert.equal(await o.page.locator(".pane").count(), 2);
    const panel = await o.page.locator(".details").boundingBox();
    assert.ok(panel && panel.y > 300 && panel.y + panel.height <= 800, "the details are below, in the window");
    assert.match(await selected(o.page), /^◆ 5 manager its timer fires/);
    const panes = await Promise.all([0, 1].map((n) => o.page.locator(".pane").nth(n).locator(".row.decides:not([hidden])").allInnerTexts()));
    assert.match(panes[0]?.join(" ") ?? "", /its timer fires/);
    assert.match(panes[1]?.join(" ") ?? "", /takes Report/);
    const only = await o.page.locator(".pane").nth(1).locator(".row.only:not([hidden])").allInnerTexts();
    assert.match(only.join(" "), /sends Copy[^]*Repairing → Repaired/);
    const [left, right] = await Promise.all([0, 1].map((n) => o.page.locator(".pane").nth(n).locator(".row.decides:not([hidden])").first().boundingBox()));
    assert.equal(left?.y, right?.y, "the two part on the same line");
    await o.page.locator(".pane").nth(1).locator(".row", { hasText: "sends Copy" }).click();
    await painted(o.page);
    assert.match(await details(o.page), /sends Copy/);
    await press(o.page, "c");
    assert.equal(await o.page.locator(".pane").count(), 1);
  });

  test("light and dark, by the system and by hand", async () => {
    const background = () => o.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await o.page.emulateMedia({ colorScheme: "dark" });
    await painted(o.page);
    const dark = await background();
    assert.notEqual(light, dark);
    const picture = () => app(o.page, (a) => (a.stage.element.querySelector(".diagram canvas") as HTMLCanvasElement).toDataURL());
    const darkPicture = await picture();
    await press(o.page, "t");
    assert.equal(await background(), light);
    assert.notEqual(await picture(), darkPicture, "the canvas follows");
    await o.page.emulateMedia({ colorScheme: "light" });
    await press(o.page, "t");
    assert.equal(await background(), dark, "what was chosen by hand stays");
  });

  test("help names the keys", async () => {
    await press(o.page, "?");
    assert.match(await o.page.locator("dialog").innerText(), /How to read this page[^]*PgDn/);
    await o.page.keyboard.press("Escape");
    assert.equal(await o.page.locator("dialog").isVisible(), false);
  });

  test("a link goes to its step", async () => {
    const linked = await open("late.html", { hash: "step=4" });
    assert.match(await selected(linked.page), /^4 driver FAULT/);
    await linked.close();
  });

  test("of several failures one is chosen", async () => {
    const several = await open("several.html");
    await several.page.getByLabel("Failure").selectOption("deadlock");
    await painted(several.page);
    assert.match(await details(several.page), /waits to lock mutex #2 since step 3, in the cycle of waits/);
    assert.equal(await app(several.page, (a) => a.session.failing.spans.filter((s) => s.kind === "wait").length), 2);
    await several.page.getByLabel("Failure").selectOption("busy");
    await painted(several.page);
    assert.equal(await several.page.locator(".name").count(), 21);
    assert.deepEqual(several.errors, []);
    await several.close();
  });
});
