// The editor with a script: it saves by itself, shows at once what learners would see, follows the caret, and mends with one click.
// Everything here is an extra: the page's buttons do the same without it.

import { Draft } from "./draft.js";
import { Lines } from "./lines.js";
import { goTo, insertModel, lineAt, startOf, writeAll } from "./text.js";
import { send } from "../keeping.js";

const SHOWING = 250; // milliseconds of silence before the preview follows

class Editor {
  constructor(form) {
    this.form = form;
    this.area = form.elements.text;
    this.where = document.getElementById("atelier-ou");
    this.panels = new Map([...document.querySelectorAll("[data-panel]")].map((panel) => [panel.dataset.panel, panel]));
    this.draft = new Draft(form, this.area, (text) => writeAll(this.area, text));
    document.documentElement.classList.add("scripted");
    this.lines = new Lines(this.area);
    this.listen();
    if (this.area.dataset.line) goTo(this.area, Number(this.area.dataset.line));
    this.caretMoved();
  }

  listen() {
    this.area.addEventListener("input", () => this.later());
    this.form.elements.side?.addEventListener("change", () => this.show());
    document.addEventListener("selectionchange", () => document.activeElement === this.area && this.caretMoved());
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

  caretMoved() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const line = lineAt(this.area);
      if (line !== this.line) {
        this.line = line;
        this.follow();
      }
      this.where.textContent = `Ligne ${line} sur ${lineAt(this.area, this.area.value.length)}, colonne ${this.area.selectionStart - startOf(this.area, line) + 1}`;
    });
  }

  // The block that comes from the caret's line, or the nearest one above it.
  follow() {
    const pane = this.panels.get("pane");
    const blocks = [...pane.querySelectorAll("[data-line]")];
    const near = blocks.filter((block) => Number(block.dataset.line) <= this.line).reduce((best, block) => (best && Number(best.dataset.line) > Number(block.dataset.line) ? best : block), null);
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
    const model = document.activeElement === this.area && { b: "gras", i: "italique" }[key];
    if (key === "s") this.save();
    else if (model) this.insert(model);
    else return;
    event.preventDefault();
  }

  clicked(event) {
    const link = event.target.closest("[data-go]");
    if (!link) return;
    event.preventDefault();
    goTo(this.area, Number(link.dataset.go));
  }

  submitted(event) {
    const { submitter } = event;
    if (submitter?.formTarget === "_blank" || submitter?.value === "quiz") return;
    event.preventDefault();
    if (submitter?.name === "remedy") this.mend(submitter.value);
    else if (submitter?.name === "insert") this.insert(submitter.value);
    else if (submitter?.value === "insert") this.insert(this.form.elements.model.value);
    else if (submitter?.value === "preview") this.show();
    else this.save();
  }

  save() {
    this.show();
    this.draft.save().then((saved) => saved && this.show());
  }

  insert(key) {
    const { before, sample, after, block } = this.form.elements.model.querySelector(`option[value="${key}"]`).dataset;
    insertModel(this.area, key, { before, sample, after, block: block !== undefined });
  }

  async mend(key) {
    try {
      const told = await this.ask({ remedy: key });
      if (told.error) return this.draft.warn(told.error);
      writeAll(this.area, told.text);
      this.fill(told);
    } catch {
      this.draft.warn("Ce remède demande le serveur, qui ne répond pas. Corrigez la ligne à la main, ou essayez dans un instant.");
    }
  }

  // A quiz is tried as it is written now, where it stands; without the server, the page of the form says why it cannot be.
  async tried(event) {
    event.preventDefault();
    const body = new FormData(event.target, event.submitter);
    body.set("text", this.area.value);
    try {
      const response = await send(this.form.dataset.preview, body);
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const pane = this.panels.get("pane");
      pane.innerHTML = (await response.json()).pane;
      pane.scrollTop = 0;
      pane.focus({ preventScroll: true });
    } catch {
      this.draft.warn("Votre essai demande le serveur, qui ne répond pas. Essayez dans un instant.");
    }
  }
}

const form = document.querySelector("form[data-editor]");
if (form) new Editor(form);
