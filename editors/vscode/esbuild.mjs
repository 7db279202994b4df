// Bundles the extension and the script of its panel into dist/. `--watch` goes on doing so.
import { cp } from "node:fs/promises";
import * as esbuild from "esbuild";

const common = { bundle: true, minify: true, sourcemap: "linked", target: "es2022", logLevel: "warning" };
const bundles = [
  {
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    format: "cjs",
    platform: "node",
    external: ["vscode"],
  },
  { ...common, entryPoints: ["src/webview/main.ts"], outfile: "dist/panel.js", format: "iife", platform: "browser" },
];

await cp("src/webview/panel.css", "dist/panel.css");
if (process.argv.includes("--watch")) {
  for (const bundle of bundles) await (await esbuild.context(bundle)).watch();
} else {
  await Promise.all(bundles.map((bundle) => esbuild.build(bundle)));
}
