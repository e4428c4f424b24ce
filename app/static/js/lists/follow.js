// The filter of a list that the server keeps, with a script: what is in `data-followed` follows the choice without another page, and the address with it.

const form = document.querySelector("form[data-follow]");
let asked = 0;

async function follow() {
  const mine = ++asked;
  const chosen = [...new FormData(form)].filter(([, value]) => value);
  const address = `${form.action}?${new URLSearchParams(chosen)}`;
  const answer = await fetch(address).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  if (mine !== asked) return;
  const now = page ? [...page.querySelectorAll("[data-followed]")] : [];
  if (!now.length) return form.submit(); // no network, or no session any more: the browser says so better
  for (const [place, old] of document.querySelectorAll("[data-followed]").entries()) old.replaceChildren(...now[place].childNodes);
  history.replaceState(null, "", address);
}

form.addEventListener("change", follow);
