// Saves answers as they are given. Without this file the same forms work by their button.
//
// A form `form[data-autosave="<attempt>/<question>"]` is posted as it stands, its key included, with `X-Requested-With: fetch`. The server
// answers `{saved_at, key}`; the new key goes into the form. What could not be sent stays in the browser under the attempt and the
// question, and is sent again when the connection is back. `data-saved-at` is the server's last save: a kept answer is sent only if the
// server has had nothing since, so that an old page never overwrites what was answered elsewhere.
//
// Fields may stand outside of their form (« Sur mon territoire »), several of one name: the server then answers their marks in `seen`, and
// what the form is known by in `base`; what is said of a field stands under it.

import { atHour, Keeper, outcome, send } from "./keeping.js";

const TYPING = 800; // milliseconds of silence before typed text is sent
const RETRY = [5, 10, 20, 40, 60]; // seconds between tries while the connection is lost
const NOT_ANSWERS = new Set(["csrf_token", "key", "then", "last", "question", "seen"]);

class AnswerForm {
  constructor(form) {
    this.form = form;
    this.keeper = new Keeper(`croisee/reponse/${form.dataset.autosave}`);
    this.status = form.querySelector("[data-saved]");
    this.alert = form.querySelector("[data-lost]");
    this.changes = 0; // counted, so that a change made while a save is under way is sent after it
    this.sent = 0;
    this.failures = 0;
    this.listen();
    this.restore();
  }

  listen() {
    document.addEventListener("input", ({ target }) => {
      if (target.form !== this.form) return;
      if (!this.form.contains(target)) target.after(this.status, this.alert);
      this.changed(target.matches("input:not([type=radio], [type=checkbox]), textarea") ? TYPING : 0);
    });
    this.form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("online", () => this.dirty && this.save());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.leave());
  }

  get dirty() {
    return this.changes !== this.sent;
  }

  named(name) {
    return [...this.form.elements].filter((control) => control.name === name);
  }

  fields() {
    return [...new FormData(this.form)].filter(([name]) => !NOT_ANSWERS.has(name));
  }

  // The server never lets an empty form replace an answer, unless it is told that the person emptied it.
  send(options = {}) {
    const body = new FormData(this.form);
    if (!this.fields().some(([, value]) => value.trim())) body.set("erase", "1");
    return send(this.form.action, body, options);
  }

  changed(delay) {
    this.changes += 1;
    this.later(delay);
  }

  later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  // One save at a time: the next one needs the key that this one brings back.
  save() {
    clearTimeout(this.timer);
    this.saving ??= this.post().finally(() => {
      this.saving = undefined;
      if (this.dirty && !this.failures && !this.refused) this.later(0);
    });
    return this.saving;
  }

  async post() {
    const upTo = this.changes;
    const told = await outcome(this.send());
    if (!told) return this.lost();
    return told.ok ? this.saved(upTo, told.answer) : this.refuse(told.status, told.answer);
  }

  saved(upTo, answer) {
    this.sent = upTo;
    this.failures = 0;
    this.refused = false;
    this.judged = false;
    if (answer.key) this.form.elements.key.value = answer.key;
    for (const [place, mark] of (answer.seen ?? []).entries()) this.named("seen")[place].value = mark;
    this.form.dataset.savedAt = answer.base ?? answer.saved_at ?? "";
    this.keeper.clear();
    this.say(answer.saved_at ? `Réponse enregistrée à ${atHour(answer.saved_at)}.` : "Réponse effacée.");
    return true;
  }

  lost() {
    const kept = this.keep();
    this.failures += 1;
    this.later(1000 * RETRY[Math.min(this.failures, RETRY.length) - 1]);
    this.warn(
      kept
        ? "La connexion est perdue. Votre réponse est gardée dans ce navigateur et partira dès que la connexion reviendra."
        : "La connexion est perdue et ce navigateur ne peut pas garder votre réponse. Ne fermez pas cette page.",
    );
    return false;
  }

  // Refused for good (closed attempt, expired session): trying again by itself would change nothing.
  refuse(status, answer) {
    this.refused = true;
    if (status === 401 || status === 403) {
      this.keep();
      const again = status === 401 ? [this.form.dataset.signIn, "Se reconnecter"] : [location.href, "Recharger la page"];
      this.warn("Votre session a expiré. Votre réponse est gardée dans ce navigateur et partira à votre retour.", ...again);
    } else {
      this.keeper.clear();
      this.judged = true;
      this.warn(answer.error ?? "Cette réponse n’a pas pu être enregistrée. Rechargez la page.", answer.result, "Voir le résultat");
    }
    return false;
  }

  keep() {
    return this.keeper.write({ fields: this.fields(), base: this.form.dataset.savedAt ?? "" });
  }

  // The page is going: keep the answer, and try once more without waiting for the answer. If that try succeeds, `data-saved-at` will
  // have changed at the next visit, and what was kept is dropped.
  leave() {
    if (!this.dirty || this.refused) return;
    this.keep();
    if (!this.saving) this.send({ keepalive: true }).catch(() => {});
  }

  restore() {
    const kept = this.keeper.read();
    if (!kept) return;
    if (kept.base !== (this.form.dataset.savedAt ?? "")) {
      this.keeper.clear();
      return;
    }
    this.fill(new Map(kept.fields.map(([name]) => [name, kept.fields.filter((pair) => pair[0] === name).map((pair) => pair[1])])));
    this.changed(0);
  }

  fill(values) {
    for (const control of this.form.elements) {
      if (!control.name || NOT_ANSWERS.has(control.name) || control.type === "submit") continue;
      const given = values.get(control.name) ?? [];
      if (control.type === "radio" || control.type === "checkbox") control.checked = given.includes(control.value);
      else if (control.type !== "hidden") control.value = given.shift() ?? "";
      if (control.form.contains(control) || !control.value || control.value === control.defaultValue) continue;
      control.closest("details").open = true;
      control.after(this.status, this.alert);
    }
  }

  // Save before leaving for the next page, so that a lost connection leaves the person here, with their answer. What the server has refused
  // goes as it would without a script: its page shows what to do.
  submitted(event) {
    if (this.judged || (!this.dirty && !this.saving)) return;
    event.preventDefault();
    const { submitter } = event;
    this.save().then((saved) => saved && (this.dirty ? this.save() : true)).then((saved) => saved && this.form.requestSubmit(submitter));
  }

  say(sentence) {
    this.alert.replaceChildren();
    this.status.textContent = sentence;
  }

  warn(sentence, address, label) {
    this.status.textContent = "";
    const parts = [sentence];
    if (address) {
      const link = Object.assign(document.createElement("a"), { href: address, textContent: label });
      parts.push(" ", link);
    }
    this.alert.replaceChildren(...parts);
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new AnswerForm(form);
document.addEventListener("unfolded", (event) => new AnswerForm(event.target)); // brought into the page since
