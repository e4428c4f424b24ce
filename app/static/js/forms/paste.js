// What is pasted from a word processor brings its form: titles, lists, tables. Without this file, the words alone are pasted.

const area = document.querySelector("textarea[data-word-paste]");
const kept = document.querySelector("input[name=html], textarea[name=html]");
const state = document.querySelector("[data-paste-state]");

function paste(event) {
  const html = event.clipboardData?.getData("text/html");
  const text = event.clipboardData?.getData("text/plain");
  if (!html || area.value.trim()) return;
  event.preventDefault();
  kept.value = html;
  area.value = text;
  state.textContent = "La mise en forme est gardée. Si vous changez ce texte ici, seuls ses mots seront repris.";
}

function changed() {
  if (!kept.value) return;
  kept.value = "";
  state.textContent = area.value.trim() ? "Le texte a changé : seuls ses mots seront repris." : "";
}

if (area && kept) {
  area.addEventListener("paste", paste);
  area.addEventListener("input", changed);
}
