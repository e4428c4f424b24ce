// The glossary, the timeline and the resources, filtered as one types or ticks, by the rule of app/learner/reference/pages.py. Without this script the form asks the server.

const NO_BREAK = "\u00a0"; // as in app/platform/french.py
const SHAPES = {
  glossary: { entries: ".glossary > div", groups: ".letter", layers: [["dd", "dt > span"], ["dd"], []] },
  resources: { entries: ".sources > li", groups: ".source-kind", layers: [[".cited"], []] },
  timeline: { entries: ".rails > li", groups: ".years > li, .timeline > section", layers: [[]] },
};

const fold = (text) => text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();
const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}+]+/gu) ?? [];
const matches = (asked, words) => asked.every((one) => words.some((word) => word.startsWith(one)));

// The words that one sees there, but for the parts that a layer leaves out, and the numbers of notes.
function readWords(element, left) {
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll([".note-call, .visually-hidden", ...left])) part.remove();
  return wordsOf([...copy.children].map((child) => child.textContent).join(" "));
}

class Filter {
  constructor(form) {
    const shape = SHAPES[form.dataset.filter];
    this.field = form.elements.q;
    this.status = document.getElementById("trouve");
    this.groups = document.querySelectorAll(shape.groups);
    this.entries = [...document.querySelectorAll(shape.entries)].map((element) => ({
      element,
      group: element.closest(shape.groups),
      layers: shape.layers.map((left) => readWords(element, left)),
    }));
    this.kinds = [...form.querySelectorAll("[name=categorie]")];
    this.field.addEventListener("input", () => this.follow());
    for (const kind of this.kinds) kind.addEventListener("change", () => this.choose(form));
    form.addEventListener("submit", () => {
      this.field.disabled = !this.field.value.trim(); // no « ?q= » in the address
    });
    addEventListener("pageshow", () => {
      this.field.disabled = false;
    });
    addEventListener("hashchange", () => this.arrive());
    this.arrive();
  }

  // A link to an entry, or to a note, shows it whatever the filter hides.
  arrive() {
    document.documentElement.classList.remove("filtering");
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    this.bring(target);
    const folded = target?.closest("details:not([open])");
    if (!folded) return;
    folded.open = true;
    target.scrollIntoView();
  }

  // « Garder ou noter » comes to the entry that the address names.
  bring(target) {
    document.querySelector(".jot-brought")?.remove();
    const link = this.field.form.querySelector("[href*='/carnet/noter/']");
    if (!link || !this.entries.some(({ element }) => element === target) || target.querySelector(".jot-here")) return;
    const brought = document.createElement("p");
    brought.className = "jot-brought no-print";
    brought.append(link.cloneNode(true));
    brought.firstChild.search = `?ancre=${encodeURIComponent(target.id)}`;
    brought.firstChild.textContent = "Garder ou noter";
    target.lastElementChild.append(brought);
  }

  // Only what the page holds can be shown at once.
  choose(form) {
    if (this.kinds.every((kind) => !kind.checked || document.getElementById(kind.value))) this.follow();
    else form.requestSubmit();
  }

  isLeftOut(group) {
    return this.kinds.some((kind) => kind.value === group.id && !kind.checked);
  }

  follow() {
    const asked = wordsOf(this.field.value);
    const last = this.entries[0].layers.length - 1;
    const matching = (layer) => new Set(this.entries.filter((entry) => matches(asked, entry.layers[layer]) && !this.isLeftOut(entry.group)));
    let layer = 0;
    let found = matching(layer);
    while (found.size === 0 && layer < last) found = matching((layer += 1));
    for (const entry of this.entries) entry.element.hidden = !found.has(entry);
    for (const group of this.groups) group.hidden = ![...found].some((entry) => group.contains(entry.element));
    for (const jump of document.querySelectorAll(".jumps li")) {
      const place = document.getElementById(jump.firstElementChild.hash.slice(1));
      jump.hidden = place.closest("section").hidden;
    }
    document.documentElement.classList.add("filtering");
    this.say(asked.length > 0 || this.kinds.length > 0, found.size, layer === last);
    this.remember();
  }

  say(asking, count, inside) {
    const said = this.status.dataset;
    const [one, many] = inside ? [said.insideOne, said.insideMany] : [said.one, said.many];
    const words = count === 0 ? said.none : (count < 2 ? one : many).replace("# ", count + NO_BREAK);
    this.status.textContent = asking ? words : said.all;
  }

  remember() {
    const address = new URL(location.href);
    address.searchParams.delete("q");
    if (this.field.value.trim()) address.searchParams.set("q", this.field.value.trim());
    if (this.kinds.length > 0) address.searchParams.delete("categorie");
    for (const kind of this.kinds) if (kind.checked) address.searchParams.append("categorie", kind.value);
    history.replaceState(history.state, "", address);
  }
}

const form = document.querySelector("[data-filter]");
if (form && document.querySelector(SHAPES[form.dataset.filter].entries)) new Filter(form);
