// build.mjs [--check]: bundles src into page/viewer.js and page/viewer.css, which the Go package embeds, and notes in
// page/sources.sum what they were made of. With --check it writes nothing, and fails if what is committed differs.
import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const check = process.argv.includes("--check");
const here = new URL(".", import.meta.url);

const bundle = await build({
  absWorkingDir: new URL(".", here).pathname,
  entryPoints: { viewer: "src/main.ts", "viewer-style": "src/style.css" },
  bundle: true,
  minify: true,
  write: false,
  outdir: "page",
  format: "iife",
  target: "es2022",
  charset: "ascii", // the hash in the page's policy does not depend on how the page was decoded
  legalComments: "none",
});

const made = new Map();
for (const file of bundle.outputFiles) {
  made.set(file.path.endsWith(".js") ? "viewer.js" : "viewer.css", file.text.trimEnd() + "\n");
}
made.set("sources.sum", await sums());

let stale = false;
for (const [name, text] of made) {
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`${name} holds what would end its element in the page`);
  const path = new URL(`page/${name}`, here);
  if (!check) {
    await writeFile(path, text);
    console.log(`page/${name}: ${text.length} bytes`);
  } else if ((await readFile(path, "utf8").catch(() => "")) !== text) {
    console.error(`page/${name} is not what the sources make: run npm run build, and commit it`);
    stale = true;
  }
}
if (stale) process.exit(1);

// sums lists the sources with their hashes, in the form of sha256sum. The test of the Go package compares it with the files,
// so that a change of src without a build is noticed where there is no Node.
async function sums() {
  const files = (await readdir(new URL("src/", here))).map((f) => `src/${f}`);
  files.push("build.mjs", "package-lock.json");
  const lines = await Promise.all(files.sort().map(async (f) => {
    const text = (await readFile(new URL(f, here), "utf8")).replaceAll("\r\n", "\n");
    return `${createHash("sha256").update(text).digest("hex")}  ${f}\n`;
  }));
  return lines.join("");
}
