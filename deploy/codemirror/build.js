// `npm ci && npm run build`: CodeMirror, at the versions of package-lock.json, as one file of the site and the licences of what it holds.
// The same inputs give the same bytes: tests/platform/web/test_codemirror.py builds it again where npm answers, and otherwise compares the digest of the inputs that the file says.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, "../../app/static/js/editor");
const digest = createHash("sha256");
for (const name of ["build.js", "codemirror.js", "package-lock.json"]) digest.update(readFileSync(join(here, name)));

const made = await build({ absWorkingDir: here, entryPoints: ["codemirror.js"], bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "none", metafile: true, write: false });

const inputs = Object.entries(made.metafile.outputs).flatMap(([, { inputs }]) => Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput));
const names = [...new Set(inputs.map(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean))].sort();
const licences = names.map((name) => {
  const { version, license } = JSON.parse(readFileSync(join(here, "node_modules", name, "package.json")));
  return `${name} ${version} (${license})\n\n${readFileSync(join(here, "node_modules", name, "LICENSE"), "utf8").trim()}\n`;
});

const told = `// Made by deploy/codemirror/build.js: never changed by hand. CodeMirror and its parts, licence MIT: codemirror.txt beside this file.\n// Inputs: ${digest.digest("hex")}\n`;
writeFileSync(join(folder, "codemirror.js"), told + made.outputFiles[0].text);
writeFileSync(join(folder, "codemirror.txt"), licences.join("\n---\n\n"));
