// Saves a draft by itself, and never loses it. Without this file the same form saves by its button.
//
// Each save says which version it replaces; the server answers the next one. Meanwhile the text is kept in this browser at each change:
// a closed tab, a lost network, an expired session all find it again. A copy that the server does not have is offered at the next visit.

import { atHour, Keeper, outcome, send } from "../keeping.js";

const TYPING = 1000; // milliseconds of silence before a save
const COPY = 250; // before a copy in the browser
const RETRY = [3, 6, 12, 30, 60]; // seconds between tries while the connection is lost
const LARGEST = 60_000; // bytes that a closing page may still send
const day = new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "long", timeZone: "Europe/Paris" });

// What a desk says of its text besides: the version that it replaces, the revision that it began from.
export const field = (desk, name) => desk.querySelector(`[name$="${name}"][type=hidden]`);

export class Draft {
  // `desk`: what holds one text of the form, its version, and what is said of it. A quiz below its lesson has a desk of its own.
  constructor(desk, text) {
    this.desk = desk;
    this.text = text;
    this.form = desk.closest("form");
    this.area = desk.querySelector("textarea");
    this.status = desk.querySelector(".saved");
    this.alert = desk.querySelector(".lost");
    this.copy = new Keeper(`croisee/brouillon/${desk.dataset.desk}`);
    this.found = new Keeper(`croisee/retrouve/${desk.dataset.desk}`);
    this.saved = this.area.defaultValue.trimEnd();
    this.last = this.status.textContent; // what was said of the last save
    this.failures = 0;
    this.recover();
    this.listen();
    if ("changed" in desk.dataset) {
      this.saved = null;
      this.changed();
    }
  }

  listen() {
    this.area.addEventListener("input", () => this.changed());
    addEventListener("online", () => this.dirty && this.save());
    addEventListener("focus", () => this.signedOut && this.comeBack());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
      else if (this.signedOut) this.comeBack();
    });
    addEventListener("pagehide", () => this.leave());
    addEventListener("beforeunload", (event) => this.dirty && !this.kept && !this.leaving && event.preventDefault());
  }

  get dirty() {
    this.text.sync();
    return this.area.value.trimEnd() !== this.saved;
  }

  changed() {
    clearTimeout(this.copying);
    this.copying = setTimeout(() => this.keep(), COPY);
    if (!this.failures && !this.refused) this.say("Modifications en cours…");
    this.later(TYPING);
  }

  keep() {
    clearTimeout(this.copying);
    this.kept = this.dirty && this.copy.write({ text: this.area.value, at: Date.now() });
    return this.kept;
  }

  later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  // One save at a time: the next one needs the version that this one brings back.
  save() {
    clearTimeout(this.timer);
    if (!this.dirty && !this.failures) {
      if (!this.refused) this.say(this.last || "Rien à enregistrer.");
      this.copy.clear();
      return Promise.resolve(true);
    }
    this.saving ??= this.post().finally(() => {
      this.saving = undefined;
      if (this.dirty && !this.failures && !this.refused) this.later(TYPING);
    });
    return this.saving;
  }

  // To the text's own address, whatever else stands in the form.
  send(options = {}) {
    const body = new FormData();
    const fields = { csrf_token: this.form.elements.csrf_token.value, text: this.area.value, version: field(this.desk, "version").value, base: field(this.desk, "base").value };
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return send(this.desk.dataset.save, body, options);
  }

  async post() {
    const sent = this.area.value;
    const told = await outcome(this.send());
    if (!told) return this.lost();
    return told.ok ? this.stored(sent, told.answer) : this.refuse(told.status, told.answer);
  }

  stored(sent, answer) {
    this.saved = sent.trimEnd();
    this.failures = 0;
    this.refused = this.signedOut = false;
    field(this.desk, "version").value = answer.version;
    if (!this.dirty) this.copy.clear();
    this.last = answer.saved_at ? `Enregistré à ${atHour(answer.saved_at)}` : "Identique au texte publié : rien à enregistrer.";
    this.say(this.last);
    return true;
  }

  lost() {
    const kept = this.keep();
    this.failures += 1;
    const seconds = RETRY[Math.min(this.failures, RETRY.length) - 1];
    this.later(1000 * seconds);
    this.warn(
      kept
        ? "La connexion est perdue. Votre texte est gardé dans ce navigateur et partira dès qu’elle reviendra."
        : "La connexion est perdue et ce navigateur ne peut pas garder votre texte. Ne fermez pas cette page.",
    );
    return false;
  }

  refuse(status, answer) {
    this.refused = true;
    this.failures = 0;
    this.keep();
    if (status === 401 || status === 403) {
      this.signedOut = true;
      this.warn("Votre session a expiré. Votre texte est gardé dans ce navigateur.", this.link());
    } else if (status === 409) {
      this.warn(answer.error, this.button("Comparer les deux textes", () => this.submit()));
    } else {
      this.warn(answer.error ?? "Ce texte n’a pas pu être enregistré.");
      this.refused = false; // the next change may be acceptable
    }
    return false;
  }

  link() {
    return Object.assign(document.createElement("a"), { href: this.desk.dataset.signIn, target: "_blank", textContent: "Se reconnecter (nouvel onglet)" });
  }

  button(label, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "button button-second button-small", textContent: label });
    made.addEventListener("click", act);
    return made;
  }

  // The form itself, without a script: the server answers with a page.
  submit() {
    this.leaving = true;
    HTMLFormElement.prototype.submit.call(this.form);
  }

  // Signed in again in another tab: the token of the old session is of no use, the page gives a new one.
  async comeBack() {
    const response = await fetch(this.desk.dataset.save, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const token = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[name=csrf_token]");
    if (!token) return;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token.value;
    this.signedOut = this.refused = false;
    this.save();
  }

  // The page is going: the copy stays, and one more try leaves without waiting for its answer.
  leave() {
    if (!this.dirty || this.leaving) return;
    this.keep();
    if (!this.saving && !this.refused && new Blob([this.area.value]).size < LARGEST) this.send({ keepalive: true }).catch(() => {});
  }

  // A copy that the server does not have is put aside, so that new writing does not take its place, and offered.
  recover() {
    const kept = this.copy.read();
    if (kept && kept.text.trimEnd() !== this.saved) this.found.write(kept);
    this.copy.clear();
    const found = this.found.read();
    if (!found) return;
    if (found.text.trimEnd() === this.saved) this.found.clear();
    else this.offer(found);
  }

  offer(found) {
    const bar = Object.assign(document.createElement("div"), { className: "message message-warning" });
    bar.setAttribute("role", "status");
    const words = Object.assign(document.createElement("p"), {
      textContent: `Ce navigateur garde un texte que le serveur n’a pas reçu, du ${day.format(found.at)} à ${atHour(found.at)}.`,
    });
    const done = (act) => () => {
      act?.();
      this.found.clear();
      bar.remove();
      this.text.focus();
    };
    const actions = Object.assign(document.createElement("div"), { className: "actions" });
    actions.append(this.button("Reprendre ce texte", done(() => this.text.writeAll(found.text))), this.button("L’oublier", done()));
    bar.append(words, actions);
    document.querySelector(".editor-notes").append(bar);
  }

  say(sentence) {
    this.alert.replaceChildren();
    this.status.textContent = sentence;
  }

  warn(sentence, more) {
    this.status.textContent = "";
    this.alert.replaceChildren(...(more ? [sentence, " ", more] : [sentence]));
  }
}
