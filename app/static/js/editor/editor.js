// The editor with a script: it saves by itself, shows at once what learners would see, follows the caret, and mends with one click.
// Everything here is an extra: the page's buttons do the same without it.

import { Draft } from "./draft.js";
import { Lines } from "./lines.js";
import { goTo, insertModel, lineAt, startOf, writeAll } from "./text.js";
import { send } from "../keeping.js";

const SHOWING = 250; // milliseconds of silence before the preview follows

// One text of the form: a lesson, or the quiz below it.
class Desk {
  constructor(box) {
    this.area = box.querySelector("textarea");
    this.where = box.querySelector(".editor-where");
    this.models = box.querySelector(".tool-select");
    this.draft = new Draft(box, (text) => writeAll(this.area, text));
    this.lines = new Lines(this.area);
  }

  // The line of the caret, told under the text; whether it is another one than before.
  moved() {
    const line = lineAt(this.area);
    this.where.textContent = `Ligne ${line} sur ${lineAt(this.area, this.area.value.length)}, colonne ${this.area.selectionStart - startOf(this.area, line) + 1}`;
    const other = line !== this.line;
    this.line = line;
    return other;
  }

  insert(key) {
    const { before, sample, after, block } = this.models.querySelector(`option[value="${key}"]`).dataset;
    insertModel(this.area, key, { before, sample, after, block: block !== undefined });
  }
}

class Editor {
  constructor(form) {
    this.form = form;
    this.panels = new Map([...document.querySelectorAll("[data-panel]")].map((panel) => [panel.dataset.panel, panel]));
    document.documentElement.classList.add("scripted");
    this.desks = [...form.querySelectorAll("[data-desk]")].map((box) => new Desk(box));
    this.desk = this.desks[0]; // where one writes
    this.listen();
    const led = this.desks.find(({ area }) => area.dataset.line);
    if (led) goTo(led.area, Number(led.area.dataset.line));
    for (const desk of this.desks) desk.moved();
    this.caretMoved();
  }

  listen() {
    for (const { area } of this.desks) area.addEventListener("input", () => this.later());
    this.form.elements.side?.addEventListener("change", () => this.show());
    document.addEventListener("selectionchange", () => this.focused() && this.caretMoved());
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("submit", (event) => event.target.matches("[data-trial]") && this.tried(event));
  }

  // --- The panels ---

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), SHOWING);
  }

  async ask(more = {}) {
    this.asking?.abort();
    this.asking = new AbortController();
    const body = new FormData(this.form);
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    const response = await send(this.form.dataset.preview, body, { signal: this.asking.signal });
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    return response.json();
  }

  // Where the server cannot be reached, the panels stay as they were: the draft's own line says what happens.
  async show() {
    clearTimeout(this.timer);
    try {
      this.fill(await this.ask());
    } catch {
      return;
    }
  }

  fill(told) {
    for (const [name, panel] of this.panels) {
      if (panel.innerHTML === told[name]) continue; // said once, not at each key
      const place = panel.scrollTop;
      panel.innerHTML = told[name];
      panel.scrollTop = place;
    }
    this.follow();
  }

  focused() {
    return this.desks.find(({ area }) => area === document.activeElement);
  }

  caretMoved() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const before = this.desk;
      this.desk = this.focused() ?? this.desk;
      if (this.desk.moved() || this.desk !== before) this.follow();
    });
  }

  // The block that comes from the caret's line, or the nearest one above it.
  follow() {
    const pane = this.panels.get("pane");
    const blocks = [...pane.querySelectorAll(`[data-of="${this.desk.area.id}"] [data-line]`)];
    const near = blocks.filter((block) => Number(block.dataset.line) <= this.desk.line).reduce((best, block) => (best && Number(best.dataset.line) > Number(block.dataset.line) ? best : block), null);
    for (const block of pane.querySelectorAll(".at-caret")) block.classList.remove("at-caret");
    if (!near) return;
    near.classList.add("at-caret");
    for (let fold; (fold = near.closest("details:not([open])")); ) fold.open = true;
    const from = near.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
    if (pane.scrollHeight > pane.clientHeight && (from < pane.scrollTop || from > pane.scrollTop + pane.clientHeight - 80)) pane.scrollTop = from - pane.clientHeight / 4;
  }

  // --- What is pressed ---

  pressed(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const model = this.focused() === this.desks[0] && { b: "gras", i: "italique" }[key];
    if (key === "s") this.save();
    else if (model) this.desk.insert(model);
    else return;
    event.preventDefault();
  }

  clicked(event) {
    const link = event.target.closest("[data-go]");
    if (!link) return;
    event.preventDefault();
    goTo(document.getElementById(link.dataset.in ?? "texte"), Number(link.dataset.go));
  }

  submitted(event) {
    const { submitter } = event;
    if (submitter?.formTarget === "_blank" || this.going) return;
    event.preventDefault();
    if (submitter?.value === "quiz" || submitter?.name === "question") this.go(submitter);
    else if (submitter?.name === "remedy") this.mend(submitter.value);
    else if (submitter?.name === "insert") this.desks[0].insert(submitter.value);
    else if (submitter?.value === "insert") this.desks[0].insert(this.desks[0].models.value);
    else if (submitter?.value === "insert-question") this.desks[1].insert(this.desks[1].models.value);
    else if (submitter?.value === "preview") this.show();
    else this.save();
  }

  save() {
    this.show();
    return Promise.all(this.desks.map(({ draft }) => draft.save())).then((saved) => saved.some(Boolean) && this.show());
  }

  // To another page, by the form itself: once what is being saved is, so that it does not meet itself there.
  async go(submitter) {
    await Promise.all(this.desks.map(({ draft }) => draft.save()));
    this.going = true;
    for (const { draft } of this.desks) draft.leaving = true;
    setTimeout(() => this.form.requestSubmit(submitter)); // not while its first submission is still being told
  }

  async mend(key) {
    try {
      const told = await this.ask({ remedy: key });
      if (told.error) return this.desk.draft.warn(told.error);
      for (const { area } of this.desks) if (area.name in told) writeAll(area, told[area.name]);
      this.fill(told);
    } catch {
      this.desk.draft.warn("Ce remède demande le serveur, qui ne répond pas. Corrigez la ligne à la main, ou essayez dans un instant.");
    }
  }

  // A quiz is tried as it is written now, where it stands; without the server, the page of the form says why it cannot be.
  async tried(event) {
    event.preventDefault();
    const part = event.target.closest("[data-of]");
    const desk = this.desks.find(({ area }) => area.id === part.dataset.of);
    const body = new FormData(event.target, event.submitter);
    body.set("text", desk.area.value);
    body.set("of", desk.area.id);
    try {
      const response = await send(event.target.action, body);
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const pane = this.panels.get("pane");
      part.outerHTML = (await response.json()).pane;
      const corrected = pane.querySelector(`[data-of="${desk.area.id}"]`);
      corrected.classList.toggle("pane-below", desk !== this.desks[0]);
      pane.scrollTop = corrected.offsetTop;
      pane.focus({ preventScroll: true });
    } catch {
      desk.draft.warn("Votre essai demande le serveur, qui ne répond pas. Essayez dans un instant.");
    }
  }
}

const form = document.querySelector("form[data-editor]");
if (form) new Editor(form);
