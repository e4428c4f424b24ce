// Images dropped or pasted into the editor: sent, checked by the server, and shown where the caret was, once somebody has said what
// they show. Several are asked about and sent one after the other. Without this file, the page « Images » does the same.

import { field } from "./draft.js";
import { send } from "../keeping.js";

const LARGEST = 15_000_000; // bytes: the server refuses more
const MOST_POINTS = 40_000_000; // the same of an image's width by its height

function pictures(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}

// What the server would refuse, said before anything is typed.
function refusal(file, picture) {
  if (/hei[cf]$/i.test(file.type || file.name)) return "Une photo HEIC ne s’affiche pas partout : enregistrez-la en JPEG, puis ajoutez-la.";
  if (file.size > LARGEST) return "Cette image pèse plus de 15 Mo : réduisez-la avant de l’envoyer.";
  const large = picture.naturalWidth * picture.naturalHeight > MOST_POINTS;
  return large ? "Cette image a plus de 40 millions de points : réduisez-la avant de l’envoyer." : "";
}

class Asking {
  // The question to whoever drops an image: what does it show? Closing it sends nothing.
  constructor(length) {
    this.dialog = document.createElement("dialog");
    this.dialog.className = "ask-image";
    this.dialog.setAttribute("aria-labelledby", "image-question");
    this.dialog.innerHTML = `<form method="dialog" action="#" novalidate><h2 id="image-question">Ajouter cette image</h2>
<img alt=""><label for="image-alternative">Ce que montre l’image</label>
<p class="hint" id="image-aide">Lu à voix haute à qui ne voit pas l’image : dites ce qu’elle apporte, en une phrase.</p>
<input class="input" id="image-alternative" name="alternative" maxlength="${length}" required aria-describedby="image-aide">
<label for="image-legende">Légende (facultatif)</label>
<p class="hint" id="legende-aide">Lue par tous, sous l’image : d’où elle vient, de quand elle est.</p>
<input class="input" id="image-legende" name="caption" maxlength="${length}" aria-describedby="legende-aide">
<p class="error" role="alert" hidden></p>
<div class="actions"><button class="button" value="send">Ajouter</button><button class="button button-second" type="button" data-close>Annuler</button></div></form>`;
    this.form = this.dialog.querySelector("form");
    this.field = this.form.elements.alternative;
    this.caption = this.form.elements.caption;
    this.error = this.dialog.querySelector(".error");
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    document.body.append(this.dialog);
  }

  // `send` gives what the server said; an image that is refused leaves the dialog open with the reason. `done` comes once it is closed:
  // under a dialog nothing else can be written in. An answer that comes after « Annuler » is not waited for any more.
  ask(text, file, heading, send, done) {
    this.dialog.querySelector("h2").textContent = heading;
    const picture = this.dialog.querySelector("img");
    picture.removeAttribute("src");
    picture.onload = () => refusal(file, picture) && this.say(refusal(file, picture));
    // As data, not as a blob: the site's policy shows nothing else of what is not on the server.
    const reader = new FileReader();
    reader.onload = () => picture.setAttribute("src", reader.result);
    reader.readAsDataURL(file);
    this.field.value = this.caption.value = "";
    this.say(refusal(file, picture));
    const question = (this.question = { sending: false });
    this.form.onsubmit = async (event) => {
      event.preventDefault();
      if (question.sending) return;
      const refused = refusal(file, picture);
      if (refused) return this.say(refused);
      const alternative = this.field.value.trim();
      if (!alternative) return this.say("Dites en une phrase ce que montre l’image.");
      this.say("");
      question.sending = true;
      const told = await send(alternative);
      question.sending = false;
      if (!this.dialog.open || this.question !== question) return;
      if (told.error) return this.say(told.error);
      this.dialog.close();
      const caption = this.caption.value.trim().replace(/"([^"]*)"/g, "« $1 »").replaceAll('"', "”");
      done(caption ? told.markdown.replace(/\)$/, ` "${caption}")`) : told.markdown);
    };
    this.dialog.onclose = () => this.dialog.open || text.focus();
    this.dialog.showModal();
    this.field.focus();
  }

  say(sentence) {
    this.error.hidden = !sentence;
    this.error.textContent = sentence;
  }
}

class Images {
  constructor(desk, asking, label) {
    this.box = desk.box;
    this.text = desk.text;
    this.asking = asking;
    // While the event goes down: before CodeMirror takes it for a text.
    const { dom } = this.text.view;
    dom.addEventListener("paste", (event) => this.received(event, event.clipboardData), true);
    dom.addEventListener("drop", (event) => this.received(event, event.dataTransfer), true);
    dom.addEventListener("dragover", (event) => [...event.dataTransfer.items].some((item) => item.kind === "file") && event.preventDefault(), true);
    this.offerButton(label);
  }

  // For who neither drops nor pastes.
  offerButton(label) {
    const chooser = Object.assign(document.createElement("input"), { type: "file", accept: ".png,.jpg,.jpeg,.webp,.gif", multiple: true, hidden: true });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "tool", textContent: label });
    button.addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      const files = [...chooser.files];
      chooser.value = "";
      this.ask(files, this.text.selection.to);
    });
    this.box.querySelector(".toolbar label")?.before(button);
    document.body.append(chooser);
  }

  received(event, transfer) {
    const files = pictures(transfer);
    // Word puts a picture of the text beside the text: the words are what was meant.
    if (!files.length || transfer.getData("text/plain").trim()) return;
    event.preventDefault();
    this.ask(files, this.placeOf(event));
  }

  // Each goes under the one before. Closing the question leaves out that image and those that follow.
  ask(files, place, number = 1) {
    const file = files[number - 1];
    if (!file) return;
    const heading = files.length > 1 ? `Ajouter cette image (${number} sur ${files.length})` : "Ajouter cette image";
    const done = (markdown) => this.ask(files, this.insert(markdown, place), number + 1);
    this.asking.ask(this.text, file, heading, (alternative) => this.send(file, alternative), done);
  }

  async send(file, alternative) {
    const body = new FormData();
    body.set("csrf_token", this.text.area.form.elements.csrf_token.value);
    body.set("file", file, file.name || "image.png");
    body.set("alternative", alternative);
    if (field(this.box, "version").value === "0") body.set("base", field(this.box, "base").value);
    try {
      const response = await send(this.box.dataset.images, body);
      const told = await response.json();
      return response.ok && told.markdown ? told : { error: told.error ?? "Cette image n’a pas pu être ajoutée." };
    } catch {
      return { error: "Le serveur ne répond pas, ou votre session a expiré : l’image n’a pas été envoyée. Votre texte est gardé." };
    }
  }

  // Where the image was dropped, or the caret: noted now, since a dialog moves it.
  placeOf(event) {
    const at = event.type === "drop" ? this.text.at(event.clientX, event.clientY) : null;
    return at ?? this.text.selection.to;
  }

  // In a paragraph of its own, after the caret's line, and never in the head; gives the place of its end.
  insert(markdown, place) {
    const { value } = this.text;
    const head = /^\s*---\n[\s\S]*?\n---(?=\n|$)/.exec(value)?.[0].length ?? 0;
    const found = value.indexOf("\n", Math.max(place, head));
    const end = found === -1 ? value.length : found;
    const [above] = /\n*$/.exec(value.slice(0, end));
    const gap = end === 0 ? "" : "\n".repeat(Math.max(0, 2 - above.length));
    const below = value.slice(end).startsWith("\n\n") || end === value.length ? "" : "\n";
    this.text.write(end, end, `${gap}${markdown}${below}`);
    return end + gap.length + markdown.length;
  }
}

export function receiveImages(desks) {
  const asking = new Asking(desks[0].box.dataset.alternativeLength);
  for (const [place, desk] of desks.entries()) new Images(desk, asking, place ? "Image du quiz…" : "Image…");
}
