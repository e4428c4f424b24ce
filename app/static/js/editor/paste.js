// What is pasted from a word processor or a page brings its form: titles, lists, tables, notes become Markdown where the caret is.
// The server reads it, as it reads a whole document. Without this file, or without the server, the words alone are pasted.

import { send } from "../keeping.js";
import { write } from "./text.js";

const FORMED = /<(?:h[1-6]|li|ul|ol|table|a|b|strong|i|em|blockquote|sup|sub|p)[\s>]/i;

const said = Object.assign(document.createElement("p"), { className: "soft small" });
said.setAttribute("role", "status");
said.dataset.pasted = "";

async function asked(area, html) {
  const body = new FormData();
  body.set("csrf_token", area.form.elements.csrf_token.value);
  body.set("text", area.value);
  body.set("html", html);
  const response = await send(area.closest("[data-desk]").dataset.paste, body);
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  return response.json();
}

// A block stands between empty lines; words stay in their line.
function placed(area, { text, notes }, start, end) {
  const block = /\n/.test(text) || /^(?:#{1,6} |[-*] |\d+[.)] |\||>)/.test(text);
  const above = area.value.slice(0, start);
  const below = area.value.slice(end);
  const before = !block || /(?:^|\n\n)$/.test(above) ? "" : above.endsWith("\n") ? "\n" : "\n\n";
  const after = !block || !below || below.startsWith("\n\n") ? "" : below.startsWith("\n") ? "\n" : "\n\n";
  write(area, start, end, before + text + after);
  if (!notes) return;
  const caret = area.selectionEnd;
  const rest = area.value.trimEnd();
  const gap = rest.slice(rest.lastIndexOf("\n") + 1).startsWith("[^") ? "\n" : "\n\n";
  write(area, rest.length, area.value.length, `${gap}${notes}\n`);
  area.setSelectionRange(caret, caret);
}

async function paste(event) {
  const { clipboardData: brought, currentTarget: area } = event;
  const html = brought?.getData("text/html") ?? "";
  const plain = brought?.getData("text/plain") ?? "";
  if (!FORMED.test(html) || [...(brought.files ?? [])].length || event.defaultPrevented) return;
  event.preventDefault();
  const { selectionStart: start, selectionEnd: end, value } = area;
  area.closest("[data-desk]").querySelector(".editor-where").after(said);
  said.textContent = "Mise en forme du texte collé…";
  let told = { text: plain, notes: "" };
  let words = "Collé avec sa mise en forme. Ctrl+Z l’annule.";
  try {
    told = await asked(area, html);
  } catch {
    words = "Le serveur n’a pas pu lire la mise en forme : seuls les mots sont collés.";
  }
  // Who went on writing meanwhile keeps what was written: the text goes where the caret is now.
  if (area.value === value) placed(area, told, start, end);
  else placed(area, told, area.selectionStart, area.selectionEnd);
  said.textContent = words;
}

for (const area of document.querySelectorAll("[data-desk] textarea")) area.addEventListener("paste", paste);
