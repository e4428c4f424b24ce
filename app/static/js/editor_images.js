// Images dropped or pasted into the editor: sent, checked by the server, and shown where the caret was, once somebody has said what
// they show. Without this file, the page « Images » does the same.

import { write } from "./editor_text.js";

const form = document.querySelector("form[data-images]");

function pictures(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}

class Asking {
  // The question to whoever drops an image: what does it show? Closing it sends nothing.
  constructor() {
    this.dialog = document.createElement("dialog");
    this.dialog.className = "ask-image";
    this.dialog.setAttribute("aria-labelledby", "image-question");
    this.dialog.innerHTML = `<form method="dialog" action="#"><h2 id="image-question">Ajouter cette image</h2>
<img alt=""><label for="image-alternative">Ce que montre l’image</label>
<p class="hint" id="image-aide">Lu à voix haute à qui ne voit pas l’image : dites ce qu’elle apporte, en une phrase.</p>
<input class="input" id="image-alternative" name="alternative" maxlength="300" required aria-describedby="image-aide">
<p class="error" role="alert" hidden></p>
<div class="actions"><button class="button" value="send">Ajouter</button><button class="button button-second" type="button" data-close>Annuler</button></div></form>`;
    this.form = this.dialog.querySelector("form");
    this.field = this.form.elements.alternative;
    this.error = this.dialog.querySelector(".error");
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    document.body.append(this.dialog);
  }

  // `send` gives a sentence when the image is refused: it is shown, and may be read before the dialog is closed.
  ask(file, send) {
    const picture = this.dialog.querySelector("img");
    picture.src = URL.createObjectURL(file);
    this.field.value = "";
    this.say("");
    this.form.onsubmit = async (event) => {
      event.preventDefault();
      const alternative = this.field.value.trim();
      if (!alternative) return this.say("Dites en une phrase ce que montre l’image.");
      this.say("");
      const refused = await send(alternative);
      if (refused) this.say(refused);
      else this.dialog.close();
    };
    this.dialog.onclose = () => {
      URL.revokeObjectURL(picture.src);
      form.elements.text.focus();
    };
    this.dialog.showModal();
    this.field.focus();
  }

  say(sentence) {
    this.error.hidden = !sentence;
    this.error.textContent = sentence;
  }
}

class Images {
  constructor() {
    this.area = form.elements.text;
    this.asking = new Asking();
    this.area.addEventListener("paste", (event) => this.received(event, event.clipboardData));
    this.area.addEventListener("drop", (event) => this.received(event, event.dataTransfer));
    this.area.addEventListener("dragover", (event) => [...event.dataTransfer.items].some((item) => item.kind === "file") && event.preventDefault());
  }

  received(event, transfer) {
    const [file] = pictures(transfer);
    // Word puts a picture of the text beside the text: the words are what was meant.
    if (!file || transfer.getData("text/plain").trim()) return;
    event.preventDefault();
    this.asking.ask(file, (alternative) => this.send(file, alternative));
  }

  async send(file, alternative) {
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("file", file, file.name || "image.png");
    body.set("alternative", alternative);
    if (form.elements.version.value === "0") body.set("base", form.elements.base.value);
    try {
      const response = await fetch(form.dataset.images, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      const told = await response.json();
      if (!response.ok || response.redirected) return told.error ?? "Cette image n’a pas pu être ajoutée.";
      this.insert(told.markdown);
      return "";
    } catch {
      return "La connexion est perdue : l’image n’a pas été envoyée. Réessayez dans un instant.";
    }
  }

  // On a line of its own, after the caret's.
  insert(markdown) {
    const { value, selectionEnd } = this.area;
    const end = value.indexOf("\n", selectionEnd) === -1 ? value.length : value.indexOf("\n", selectionEnd);
    const blank = value.slice(value.lastIndexOf("\n", end - 1) + 1, end).trim() === "";
    write(this.area, end, end, `${blank ? "" : "\n\n"}${markdown}\n`);
  }
}

if (form) new Images();
