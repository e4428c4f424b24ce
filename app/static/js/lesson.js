// A lesson, with a script: remembers the heading where the reader is, marks it in the contents list, opens what a link or print needs;
// brings the answer to a question that the lesson asks; saves what one answers of one's territory.

const READING_LINE = 0.4; // of the window's height: a heading above it is being read
const SETTLE = 2000; // milliseconds without another heading before the place is kept

const headings = [...document.querySelectorAll("[data-reading] :is(h2, h3)[id]")];
const form = document.querySelector("form[data-place]");
let place = "";
let timer;

function current() {
  return headings.filter((heading) => heading.checkVisibility() && heading.getBoundingClientRect().top < innerHeight * READING_LINE).at(-1)?.id ?? "";
}

function keep() {
  form.elements.anchor.value = place;
  // A place that is not kept costs the reader a scroll: not worth a message.
  fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" }, keepalive: true }).catch(() => {});
}

function mark() {
  for (const link of document.querySelectorAll(".contents a")) {
    if (link.hash === `#${place}`) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
}

function look() {
  const now = current();
  if (now === place) return;
  place = now;
  mark();
  clearTimeout(timer);
  if (form && place) timer = setTimeout(keep, SETTLE);
}

if (headings.length) {
  addEventListener("scroll", look, { passive: true });
  look();
}

// A link to a source leaves its bubble, and opens the list where the browser does not.
function arrive() {
  document.querySelector(":popover-open")?.hidePopover();
  const target = document.querySelector(":target");
  if (!target?.closest("details:not([open])")) return;
  for (let fold; (fold = target.closest("details:not([open])")); ) fold.open = true;
  target.scrollIntoView();
}

addEventListener("hashchange", arrive);
arrive();

addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll(":is([data-reading] details, .notes):not([open])")) {
    fold.open = true;
    fold.dataset.opened = "";
  }
});

addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details[data-opened]")) {
    fold.open = false;
    delete fold.dataset.opened;
  }
});

// --- A question in the lesson: its answer comes in its place, without leaving the passage ----------------------------

async function turn(section, address) {
  try {
    const response = await fetch(address);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const answered = page.getElementById(section.id);
    if (!response.ok || !answered) throw new Error(address);
    replaceNotes(page);
    section.replaceWith(answered);
    answered.focus({ preventScroll: true });
    answered.scrollIntoView({ block: "nearest" });
  } catch {
    location.assign(address); // signed out, no network, two notes of one number: the browser tells it better
  }
}

// An explanation may call a note that nothing called before. One that an earlier answer called stays; two of one number cannot.
function replaceNotes(page) {
  const now = page.querySelector(".notes");
  const before = document.querySelector(".notes");
  if (now && !before) document.querySelector(".lesson-text").append(now);
  else if (now?.querySelectorAll("li").length >= before?.querySelectorAll("li").length) before.replaceWith(now);
  for (const bubble of page.querySelectorAll("[popover][id]")) {
    const known = document.getElementById(bubble.id);
    if (!known) document.querySelector(".notes").before(bubble);
    else if (known.textContent !== bubble.textContent) throw new Error(bubble.id);
  }
}

addEventListener("submit", (event) => {
  const section = event.target.closest("[data-lesson-question]");
  if (!section) return;
  event.preventDefault();
  const address = new URL(event.target.action);
  address.search = new URLSearchParams(new FormData(event.target, event.submitter));
  turn(section, address);
});

addEventListener("click", (event) => {
  const link = event.target.closest("[data-again]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  turn(link.closest("[data-lesson-question]"), new URL(link.href));
});

// --- « Sur mon territoire »: what saves an answer as one types comes with the first field that is opened, or where this browser kept one ---

const territory = document.getElementById("mes-reponses");

function kept() {
  try {
    return localStorage.getItem(`croisee/reponse/${territory.dataset.autosave}`);
  } catch {
    return null;
  }
}

// What was typed while it came is heard too.
function heard() {
  const typed = [...territory.elements].find((field) => field.matches("textarea") && field.value !== field.defaultValue);
  typed?.dispatchEvent(new Event("input", { bubbles: true }));
}

let brought = false;

function bringSaving() {
  if (brought) return;
  brought = true;
  document.head.append(Object.assign(document.createElement("script"), { type: "module", src: territory.dataset.script, onload: heard }));
}

if (territory) {
  if (kept()) bringSaving();
  for (const fold of document.querySelectorAll(".answer details")) fold.addEventListener("toggle", bringSaving);
}
