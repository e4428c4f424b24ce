// Lighthouse on one page after another, in one browser. Takes the folder of the package, then on its input
// {chrome, flags, categories, pages: [{address, cookie}]}; writes a line of JSON a page: where it arrived, and its scores.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , home] = process.argv;
const { default: lighthouse } = await import(pathToFileURL(join(home, "core/index.js")));
const { launch } = await import(pathToFileURL(join(home, "../chrome-launcher/dist/index.js")));
const { chrome, flags, categories, pages } = JSON.parse(readFileSync(0, "utf8"));

// What is judged by its markup stands as soon as it is loaded: only the speed of a page is looked at until nothing stirs any more.
const still = ["pauseAfterFcpMs", "pauseAfterLoadMs", "networkQuietThresholdMs", "cpuQuietThresholdMs"];
const waits = categories.includes("performance") ? {} : Object.fromEntries(still.map((name) => [name, 0]));

const browser = await launch({ chromePath: chrome, chromeFlags: ["--headless=new", ...flags] });
try {
  for (const { address, cookie } of pages) {
    const { lhr } = await lighthouse(address, {
      port: browser.port,
      onlyCategories: categories,
      ...waits,
      disableFullPageScreenshot: true,
      extraHeaders: { Cookie: cookie },
      clearStorageTypes: ["cookies", "file_systems", "shader_cache", "service_workers", "cache_storage"],  // what the page before was given
      logLevel: "error",
    });
    const scores = Object.fromEntries(categories.map((name) => [name, lhr.categories[name].score]));
    console.log(JSON.stringify({ arrived: lhr.finalDisplayedUrl, scores }));
  }
} finally {
  browser.kill();
}
