// What is pasted from a word processor or a page brings its form: titles, lists, tables, notes become Markdown where the caret is.
// The server reads it, as it reads a whole document. Without this file, or without the server, the words alone are pasted.

import { send } from "../keeping.js";

const FORMED = /<(?:h[1-6]|li|ul|ol|table|a|b|strong|i|em|blockquote|sup|sub|p)[\s>]/i;

const said = Object.assign(document.createElement("p"), { className: "soft small" });
said.setAttribute("role", "status");
said.dataset.pasted = "";

async function asked({ box, area }, html) {
  const body = new FormData();
  body.set("csrf_token", area.form.elements.csrf_token.value);
  body.set("text", area.value);
  body.set("html", html);
  const response = await send(box.dataset.paste, body);
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  return response.json();
}

async function paste(event, desk) {
  const html = event.clipboardData?.getData("text/html") ?? "";
  const plain = event.clipboardData?.getData("text/plain") ?? "";
  if (!FORMED.test(html) || [...(event.clipboardData.files ?? [])].length || event.defaultPrevented) return;
  event.preventDefault();
  const { text } = desk;
  const { value, selection } = text;
  desk.box.querySelector(".editor-foot").append(said);
  said.textContent = "Mise en forme du texte collé…";
  let told = { text: plain, notes: "" };
  let words = "Collé avec sa mise en forme. Ctrl+Z l’annule.";
  try {
    told = await asked(desk, html);
  } catch {
    words = "Le serveur n’a pas pu lire la mise en forme : seuls les mots sont collés.";
  }
  // Who went on writing meanwhile keeps what was written: the text goes where the caret is now.
  text.put(told, text.value === value ? selection : text.selection);
  said.textContent = words;
}

// While the event goes down: before CodeMirror pastes the words alone.
export function receivePaste(desk) {
  desk.text.view.dom.addEventListener("paste", (event) => paste(event, desk), true);
}
