// Under the field of the header, what is found as one types: the arrows choose, Enter opens, Escape closes. Loaded when the field is first entered; without it the form asks the server.

const PATIENCE = 180; // milliseconds after the last letter
const LEAST = 2; // letters

function suggest(field) {
  let asking = null;
  let waiting = 0;
  let list = null;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("autocomplete", "off");
  close();

  function close() {
    clearTimeout(waiting);
    asking?.abort();
    list?.remove();
    list = null;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-controls");
    field.removeAttribute("aria-activedescendant");
  }

  async function look() {
    asking = new AbortController();
    let found = [];
    try {
      const asked = new URLSearchParams({ q: field.value, frappe: "champ" });
      const answer = await fetch(`${field.form.action}?${asked}`, { signal: asking.signal });
      if (answer.ok && !answer.redirected) found = await answer.json();
    } catch {
      return; // another letter came, or there is no network
    }
    close();
    if (!found.length || !field.form.contains(document.activeElement)) return;
    list = Object.assign(document.createElement("div"), { className: "suggestions", id: "suggestions", role: "listbox", ariaLabel: "Suggestions" });
    list.append(...found.map(option));
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus, and the list with it
    field.form.append(list);
    field.setAttribute("aria-expanded", "true");
    field.setAttribute("aria-controls", list.id);
  }

  function option({ title, name, url }, place) {
    const found = Object.assign(document.createElement("a"), { href: url, id: `suggestion-${place}`, role: "option", tabIndex: -1, ariaSelected: "false" });
    found.append(title, Object.assign(document.createElement("span"), { className: "soft small", textContent: name }));
    return found;
  }

  function choose(step) {
    const options = [...list.children];
    const next = options.findIndex((option) => option.ariaSelected === "true") + step;
    for (const option of options) option.ariaSelected = "false";
    const chosen = options[next === -2 ? options.length - 1 : next];
    if (chosen) chosen.ariaSelected = "true";
    if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
    else field.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  function follow() {
    clearTimeout(waiting);
    asking?.abort();
    if (field.value.trim().length < LEAST) close();
    else waiting = setTimeout(look, PATIENCE);
  }

  field.addEventListener("input", follow);
  follow(); // somebody types before this file is here
  field.addEventListener("keydown", (event) => {
    if (!list) return;
    const chosen = list.querySelector("[aria-selected=true]");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen) chosen.click();
    else return;
    event.preventDefault();
  });
  field.form.addEventListener("focusout", (event) => field.form.contains(event.relatedTarget) || close());
}

suggest(document.querySelector(".find [name=q]"));
