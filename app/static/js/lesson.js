// A lesson, with a script: remembers the heading where the reader is, marks it in the contents list, opens what a link or print needs.

const READING_LINE = 0.4; // of the window's height: a heading above it is being read
const SETTLE = 2000; // milliseconds without another heading before the place is kept

const headings = [...document.querySelectorAll("[data-reading] :is(h2, h3)[id]")];
const form = document.querySelector("form[data-place]");
let place = "";
let timer;

function current() {
  return headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight * READING_LINE).at(-1)?.id ?? "";
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
  const fold = target?.closest("details:not([open])");
  if (!fold) return;
  fold.open = true;
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
