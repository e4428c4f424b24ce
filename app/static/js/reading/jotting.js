// Notes in their place: « Noter », under the « ⋯ » of a title, brings the form there, which then saves itself as an answer of a quiz does; « Favori » changes where it stands.
// Without this script both are a page, or a form, and come back to the title.

async function read(address, options) {
  const response = await fetch(address, options);
  if (!response.ok && response.status !== 409 && response.status !== 422) throw new Error(address);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function open(link) {
  const box = link.closest("[data-jot]");
  try {
    const page = await read(link.href);
    await bringSaving(page);
    unfold(box, page.querySelector("form.jot-form"));
  } catch {
    location.assign(link.href); // signed out, no network: the browser tells it better
  }
}

// What saves a form as one types comes with the first one, and before it: it hears all that is typed. Without it, the button saves.
let saving;
function bringSaving(page) {
  const { src } = page.querySelector("script[src*='answers']");
  saving ??= new Promise((come) => {
    document.head.append(Object.assign(document.createElement("script"), { type: "module", src, onload: come, onerror: come }));
  });
  return saving;
}

// Ids of one form must not meet those of another on the page.
function unfold(box, form) {
  for (const one of form.querySelectorAll("[id]")) {
    for (const label of form.querySelectorAll(`[for="${one.id}"]`)) label.htmlFor = `${box.id}-${one.id}`;
    for (const said of form.querySelectorAll(`[aria-describedby="${one.id}"]`)) said.setAttribute("aria-describedby", `${box.id}-${one.id}`);
    one.id = `${box.id}-${one.id}`;
  }
  box.querySelector("[popover]").hidePopover();
  const before = box.querySelector("form");
  if (before) before.replaceWith(form);
  else box.append(form);
  form.dispatchEvent(new CustomEvent("unfolded", { bubbles: true })); // answers.js hears it, once it is there
  form.elements.text.focus();
}

async function post(box, form, submitter) {
  const address = submitter.hasAttribute("formaction") ? submitter.formAction : form.action;
  const page = await read(address, { method: "POST", body: new FormData(form, submitter) });
  const again = page.querySelector("form.jot-form");
  const now = page.getElementById(box.id);
  if (again) return unfold(box, again);
  if (!now) throw new Error(address);
  box.replaceWith(now);
  if (submitter.hasAttribute("form")) now.querySelector("[popover]").showPopover({ source: now.querySelector(".acts") });
  now.querySelector(submitter.hasAttribute("form") ? "[aria-pressed]" : ".acts").focus();
}

addEventListener("click", (event) => {
  const link = event.target.closest("[data-jot-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});

addEventListener("submit", (event) => {
  const box = event.submitter?.closest("[data-jot]");
  if (!box || event.defaultPrevented) return;
  event.preventDefault();
  post(box, event.target, event.submitter).catch(() => {
    HTMLFormElement.prototype.submit.call(event.target); // as it would go without a script
  });
});
