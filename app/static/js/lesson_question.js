// A question inside a lesson, with a script: its answer comes in its place, without leaving the passage.

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
    location.assign(address); // signed out, or no network: the browser tells it better
  }
}

// An explanation may call a note that nothing called before.
function replaceNotes(page) {
  const now = page.querySelector(".notes");
  const before = document.querySelector(".notes");
  if (now && before) before.replaceWith(now);
  else if (now) document.querySelector(".doing")?.after(now);
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
