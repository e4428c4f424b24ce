// The editor with a script: it saves by itself, shows at once what learners would see, follows the caret, and mends with one click.
// Everything here is an extra: the page's buttons do the same without it, and where a browser cannot show the text in colours.

import { completions } from "./completing.js";
import { Draft } from "./draft.js";
import { receiveImages } from "./images.js";
import { receivePaste } from "./paste.js";
import { QuestionDialog } from "./question.js";
import { Text } from "./text.js";
import { send } from "../keeping.js";

const SHOWING = 250; // milliseconds of silence before the preview follows

// One text of the form: a lesson, or the quiz below it.
class Desk {
  constructor(box) {
    this.box = box;
    this.area = box.querySelector("textarea");
    this.where = box.querySelector(".editor-where");
    this.models = box.querySelector(".tool-select");
    const bold = [{ key: "Mod-b", run: () => this.insert("gras") }, { key: "Mod-i", run: () => this.insert("italique") }];
    this.text = new Text(this.area, completions(this), bold);
    this.draft = new Draft(box, this.text);
    this.problems = [];
  }

  insert(key) {
    const option = this.models.querySelector(`option[value="${key}"]`);
    if (!option) return false;
    const { before, sample, after, block } = option.dataset;
    this.text.insertModel(key, { before, sample, after, block: block !== undefined });
    return true;
  }

  // The line of the caret, told under the text with what is wrong there; whether it is another one than before.
  moved() {
    const { line, column, lines } = this.text.place;
    const other = line !== this.line;
    this.line = line;
    const here = this.problems.filter((each) => each.line === line);
    const found = here.find(({ error }) => error) ?? here[0];
    this.where.textContent = `Ligne ${line} sur ${lines}, colonne ${column}${found ? `. ${found.message}` : ""}`;
    if (found?.remedy) this.where.append(" ", mending(found));
    return other;
  }

  mark(problems) {
    this.problems = problems;
    this.text.underline(problems);
    this.moved();
  }
}

function mending({ remedy, apply }) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button-link", textContent: remedy });
  made.addEventListener("click", apply);
  return made;
}

class Editor {
  constructor(form) {
    this.form = form;
    this.panels = new Map([...document.querySelectorAll("[data-panel]")].map((panel) => [panel.dataset.panel, panel]));
    document.documentElement.classList.add("scripted");
    this.desks = [...form.querySelectorAll("[data-desk]")].map((box) => new Desk(box));
    this.desk = this.desks[0]; // where one writes
    receiveImages(this.desks);
    for (const desk of this.desks) receivePaste(desk);
    this.question = new QuestionDialog(this);
    this.tabs = [...document.querySelectorAll("[data-tab]")];
    this.listen();
    this.underline();
    const led = this.desks.find(({ area }) => area.dataset.line);
    this.open(led?.area.id ?? (this.tabs.some(({ dataset }) => `#${dataset.tab}` === location.hash) ? location.hash.slice(1) : "texte"));
    if (led) led.text.goTo(Number(led.area.dataset.line));
    for (const desk of this.desks) desk.moved();
    this.caretMoved(this.desk);
  }

  listen() {
    for (const desk of this.desks) {
      desk.area.addEventListener("input", () => this.later());
      desk.text.onMove(() => this.caretMoved(desk));
    }
    this.form.elements.side?.addEventListener("change", () => this.show());
    this.panels.get("head")?.addEventListener("change", () => this.writeHead());
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("submit", (event) => event.target.matches("[data-trial]") && this.tried(event));
  }

  // --- Tabs: one of the texts, or the head in fields ---

  open(name) {
    for (const tab of this.tabs) {
      if (tab.dataset.tab === name) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
      const part = document.getElementById(tab.dataset.tab);
      (part.closest("[data-desk]") ?? part).hidden = tab.dataset.tab !== name;
    }
    this.desk = this.desks.find(({ area }) => area.id === name) ?? this.desk;
  }

  goTo(name, line) {
    this.open(name);
    this.desks.find(({ area }) => area.id === name).text.goTo(line);
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
      if (!(name in told) || panel.innerHTML === told[name]) continue; // said once, not at each key
      if (name === "head" && panel.contains(document.activeElement)) continue; // somebody is writing there
      const place = panel.scrollTop;
      panel.innerHTML = told[name];
      panel.scrollTop = place;
    }
    this.underline();
    this.follow();
  }

  // What the lists under the text say of its lines, at these lines.
  underline() {
    const said = [...document.querySelectorAll(".editor-side .problem")].map((item) => {
      const link = item.querySelector("[data-go]");
      const button = item.querySelector("[name=remedy]");
      const message = item.querySelector("p").textContent.replace(/^\s*(?:Erreur|Conseil)?\s*(?:Ligne\s\d+)?\s*[:,]?\s*/, "").trim();
      const words = [...message.matchAll(/«\s(.+?)\s»/g)].map((found) => found[1]);
      return link && {
        of: link.dataset.in ?? "texte",
        line: Number(link.dataset.go),
        error: item.matches(".problem-error"),
        message,
        words: [item.querySelector(".problem-said > .problem-quote")?.textContent ?? "", ...words].filter(Boolean),
        remedy: button?.firstChild.textContent,
        apply: button && (() => this.mend(button.value)),
      };
    });
    for (const desk of this.desks) desk.mark(said.filter((each) => each?.of === desk.area.id));
  }

  caretMoved(desk) {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const before = this.desk;
      if (desk.text.focused) this.desk = desk;
      if (desk.moved() || this.desk !== before) this.follow();
    });
  }

  // The block that comes from the caret's line, or the nearest one above it, or the beginning of its text.
  follow() {
    const pane = this.panels.get("pane");
    const part = pane.querySelector(`[data-of="${this.desk.area.id}"]`);
    const blocks = [...(part?.querySelectorAll("[data-line]") ?? [])];
    const near = blocks.filter((block) => Number(block.dataset.line) <= this.desk.line).reduce((best, block) => (best && Number(best.dataset.line) > Number(block.dataset.line) ? best : block), null);
    for (const block of pane.querySelectorAll(".at-caret")) block.classList.remove("at-caret");
    near?.classList.add("at-caret");
    for (let fold; (fold = near?.closest("details:not([open])")); ) fold.open = true;
    const shown = near ?? part;
    if (!shown) return;
    const from = shown.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
    if (pane.scrollHeight > pane.clientHeight && (from < pane.scrollTop || from > pane.scrollTop + pane.clientHeight - 80)) pane.scrollTop = from - pane.clientHeight / 4;
  }

  // --- What is pressed ---

  pressed(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    this.save();
  }

  clicked(event) {
    const link = event.target.closest("[data-go], [data-tab]");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.go) return this.goTo(link.dataset.in ?? "texte", Number(link.dataset.go));
    this.open(link.dataset.tab);
    this.follow();
  }

  submitted(event) {
    const { submitter } = event;
    if (submitter?.formTarget === "_blank" || this.going) return;
    event.preventDefault();
    const insert = (desk) => desk.insert(desk.models.value);
    const then = { quiz: () => this.go(submitter), review: () => this.go(submitter), head: () => this.writeHead(), insert: () => insert(this.desks[0]), "insert-question": () => insert(this.desks[1]), preview: () => this.show() };
    if (submitter?.name === "question") this.question.open(Number(submitter.value));
    else if (submitter?.name === "remedy") this.mend(submitter.value);
    else if (submitter?.name === "insert") this.desks[0].insert(submitter.value);
    else (then[submitter?.value] ?? (() => this.save()))();
  }

  save() {
    this.show();
    return this.saveAll().then((saved) => saved.some(Boolean) && this.show());
  }

  saveAll() {
    return Promise.all(this.desks.map(({ draft }) => draft.save()));
  }

  // To another page, by the form itself: once what is being saved is, so that it does not meet itself there.
  async go(submitter) {
    await this.saveAll();
    this.going = true;
    for (const { draft } of this.desks) draft.leaving = true;
    setTimeout(() => this.form.requestSubmit(submitter)); // not while its first submission is still being told
  }

  mend(key) {
    return this.rewrite({ remedy: key }, "Ce remède demande le serveur, qui ne répond pas. Corrigez la ligne à la main, ou essayez dans un instant.");
  }

  // What the fields of the head say, in the text.
  writeHead() {
    return this.rewrite({ then: "head" }, "La fiche demande le serveur, qui ne répond pas. Essayez dans un instant.");
  }

  async rewrite(asked, unreached) {
    try {
      const told = await this.ask(asked);
      if (told.error) return this.desk.draft.warn(told.error);
      for (const { area, text } of this.desks) if (area.name in told) text.writeAll(told[area.name]);
      this.fill(told);
    } catch {
      this.desk.draft.warn(unreached);
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
if (form && "adoptedStyleSheets" in document) new Editor(form);
