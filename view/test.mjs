// test.mjs FOLDER [NAME...] [--update] [--docs]: bundles the tests of a folder, or those of the names, and runs them with
// Node's test runner. --update rewrites what they compare with, --docs takes the pictures of the documentation.
import { spawnSync } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const folder = process.argv[2] ?? "test";
const here = new URL(".", import.meta.url).pathname;
const out = `${here}node_modules/.cache/${folder}`; // where imports of packages are resolved as from here
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const names = process.argv.slice(3).filter((a) => !a.startsWith("--"));
const tests = (await readdir(`${here}${folder}`)).filter((f) => f.endsWith(".test.ts") && (names.length === 0 || names.includes(f.replace(".test.ts", ""))));
await build({
  absWorkingDir: here,
  entryPoints: tests.map((f) => `${folder}/${f}`),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  sourcemap: "inline",
});
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-concurrency=1", ...tests.map((f) => `${out}/${f.replace(/\.ts$/, ".mjs")}`)], {
  cwd: here,
  stdio: "inherit",
  env: { ...process.env, VIEWER: here, ...(process.argv.includes("--update") ? { UPDATE: "1" } : {}), ...(process.argv.includes("--docs") ? { DOCS: `${here}../docs` } : {}) },
});
process.exit(run.status ?? 1);
