// Results as one types: the list follows the field and the two choices, and the address with them. Without this script the form asks the server.

const form = document.querySelector("[data-search]");
const field = form.elements.q;
const PARTS = ["trouves", "resultats"];
const PATIENCE = 180; // milliseconds after the last letter
let asking = null;
let waiting = 0;

async function follow(typing) {
  asking?.abort();
  asking = new AbortController();
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const shown = `${form.action}?${asked}`;
  if (typing) asked.set("frappe", "1");
  let page;
  try {
    const answer = await fetch(`${form.action}?${asked}`, { signal: asking.signal });
    if (answer.ok && !answer.redirected) page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // another letter came, or there is no network: the button asks again, and the browser says what is wrong
  }
  const now = PARTS.map((id) => page?.getElementById(id));
  if (!now.every(Boolean)) return;
  for (const [place, id] of PARTS.entries()) document.getElementById(id).replaceChildren(...now[place].childNodes);
  document.title = page.title;
  history.replaceState(null, "", shown);
}

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(follow, PATIENCE, true);
});
form.addEventListener("change", (event) => {
  if (event.target === field) return;
  clearTimeout(waiting);
  follow(false);
});
form.addEventListener("submit", () => {
  clearTimeout(waiting);
  asking?.abort();
});
if (!field.value) field.focus();
