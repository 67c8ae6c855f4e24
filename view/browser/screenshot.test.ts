// Pictures of the diagram, which holds no text, so that fonts do not matter. Machines differ in how they smooth edges: some
// pixels may differ somewhat.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { app, goldenPath, open, painted, press, readGolden, start, stop } from "./page";

const mostDifferent = 0.004; // share of the pixels
const tolerance = 48; // of 255, in each channel

describe("pictures", () => {
  before(start);
  after(stop);

  for (const scheme of ["light", "dark"] as const) {
    for (const [name, page, key] of [["late", "late.html", ""], ["compare", "late.html", "c"], ["deadlock", "several.html", ""]] as const) {
      test(`${name}, ${scheme}`, async () => {
        // The traces are written by hand, so that a change of the engine is none of the picture.
        const o = await open(page, { colorScheme: scheme, hash: "failure=2" });
        // The width of the lanes, and so the picture, depends on the window only.
        if (name === "late") {
          await o.page.locator(".row", { hasText: "takes Report" }).click();
          await painted(o.page);
        } else if (key) await press(o.page, key);
        const got = await app(o.page, (a) => (a.stage.element.querySelector(".diagram canvas") as HTMLCanvasElement).toDataURL("image/png"));
        const file = `${name}-${scheme}.png`;
        if (process.env["UPDATE"]) {
          mkdirSync(goldenPath(""), { recursive: true });
          writeFileSync(goldenPath(file), Buffer.from(got.split(",")[1] ?? "", "base64"));
        }
        const want = readGolden(file);
        assert.ok(want, `${file} is missing: node test.mjs browser --update writes it`);
        const result = await compare(got, `data:image/png;base64,${want.toString("base64")}`);
        if (!result.same) writeFileSync(goldenPath(file).replace("/golden/", "/").replace(".png", ".got.png"), Buffer.from(got.split(",")[1] ?? "", "base64"));
        assert.ok(result.same, `${file}: ${result.why}; node test.mjs browser --update rewrites it`);
        await o.close();
      });
    }
  }
});

// compare decodes both pictures in a page of its own, which has no policy.
async function compare(got: string, want: string): Promise<{ same: boolean; why: string }> {
  const o = await open("blank.html");
  try {
    return await o.page.evaluate(
      async ([a, b, most, tolerance]) => {
        const pixels = async (url: string) => {
          const img = new Image();
          img.src = url;
          await img.decode();
          const c = document.createElement("canvas");
          [c.width, c.height] = [img.width, img.height];
          const g = c.getContext("2d")!;
          g.drawImage(img, 0, 0);
          return g.getImageData(0, 0, c.width, c.height);
        };
        const [x, y] = [await pixels(a), await pixels(b)];
        // How much room the diagram has below the head of the page depends on the fonts, a little.
        if (x.width !== y.width || Math.abs(x.height - y.height) > 60) return { same: false, why: `${x.width}x${x.height}, want ${y.width}x${y.height}` };
        const height = Math.min(x.height, y.height);
        let different = 0;
        for (let i = 0; i < 4 * x.width * height; i += 4) {
          if ([0, 1, 2, 3].some((k) => Math.abs(x.data[i + k]! - y.data[i + k]!) > tolerance)) different++;
        }
        const share = different / (x.width * height);
        return { same: share <= most, why: `${(100 * share).toFixed(2)}% of the pixels differ, at most ${100 * most}% may` };
      },
      [got, want, mostDifferent, tolerance] as [string, string, number, number],
    );
  } finally {
    await o.close();
  }
}
