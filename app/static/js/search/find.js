// On every page: « / » goes to the field of the header, unless the reader wants no such key; whoever comes from the results sees the words that they looked for.

const fold = (text) => text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase().replaceAll("œ", "oe").replaceAll("æ", "ae");
const SMALL = new Set("aux avec ces dans des est les par pour que qui ses sur une".split(" "));
const wordsOf = (text) => fold(text).match(/[a-z0-9]+\+?/g) ?? [];

addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || document.documentElement.dataset.shortcut || event.ctrlKey || event.metaKey || event.altKey || typing) return;
  const field = document.querySelector("[data-search] [name=q]") ?? document.querySelector(".find [name=q]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

const header = document.querySelector(".find [name=q]");
header?.addEventListener("focus", () => document.head.append(Object.assign(document.createElement("script"), { type: "module", src: header.form.dataset.suggest })), { once: true });

// A word of the page is marked when it begins as one that was looked for, its ending left out. Nothing of the page changes.
function mark() {
  const from = URL.canParse?.(document.referrer) ? new URL(document.referrer) : null;
  if (!window.CSS?.highlights || from?.origin !== location.origin || !from.pathname.endsWith("/recherche")) return;
  const asked = wordsOf(from.searchParams.get("q") ?? "").filter((word) => (word.length > 2 && !SMALL.has(word)) || /\d/.test(word));
  const matches = (word) => asked.some((one) => (one.length > 4 ? word.startsWith(one.slice(0, one.length > 5 ? -2 : -1)) : word === one || word === `${one}s`));
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const ranges = [];
  while (asked.length && walker.nextNode()) {
    for (const found of walker.currentNode.data.matchAll(/[\p{L}\p{N}]+\+?/gu)) {
      if (!matches(fold(found[0]))) continue;
      const range = new Range();
      range.setStart(walker.currentNode, found.index);
      range.setEnd(walker.currentNode, found.index + found[0].length);
      ranges.push(range);
    }
  }
  if (ranges.length) CSS.highlights.set("found", new Highlight(...ranges));
}

mark();
