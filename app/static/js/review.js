// Whoever changes an answer that they had chosen was not sure of it: the form says so. Without this script, the second button does.
const form = document.querySelector("[data-review]");
const chosen = new Set();
form?.addEventListener("change", ({ target }) => {
  if (!target.matches("select, [type=radio]")) return;
  if (chosen.has(target.name)) form.elements.changed.value = "1";
  chosen.add(target.name);
});
