// The form of a question, over the text: what it says is written in the quiz, and the next one is begun without leaving the page.

import { outcome, send } from "../keeping.js";

const UNREACHED = "Le formulaire demande le serveur, qui ne répond pas. Essayez dans un instant.";

export class QuestionDialog {
  constructor(editor) {
    this.editor = editor;
    this.desk = editor.desks.at(-1); // the quiz below its lesson, or a quiz by itself
    this.dialog = Object.assign(document.createElement("dialog"), { className: "question-dialog" });
    this.dialog.setAttribute("aria-labelledby", "question-titre");
    this.dialog.addEventListener("submit", (event) => this.submitted(event));
    this.dialog.addEventListener("click", (event) => this.followed(event));
    document.body.append(this.dialog);
  }

  // The question that begins at a line; a new one for 0. What is typed is saved first: the form reads what the server has.
  async open(line) {
    if (!(await this.desk.draft.save())) return;
    const address = `${this.desk.box.dataset.question}?${new URLSearchParams(line ? { ligne: line } : {})}`;
    await this.load(fetch(address, { headers: { "X-Requested-With": "fetch" } }));
  }

  async load(sending) {
    const told = await outcome(sending);
    const { form, error } = told?.answer ?? {};
    if (!form) return this.desk.draft.warn(error ?? UNREACHED);
    this.dialog.innerHTML = form;
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector("[name=title]").focus();
  }

  followed(event) {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    if (link.matches("[data-back]")) this.dialog.close();
    else this.load(fetch(link.href, { headers: { "X-Requested-With": "fetch" } }));
  }

  async submitted(event) {
    event.preventDefault();
    const told = await outcome(send(event.target.action, new FormData(event.target, event.submitter)));
    const { text, line, next, form } = told?.answer ?? {};
    if (form) {
      this.dialog.innerHTML = form;
      this.dialog.querySelector("[role=alert]")?.scrollIntoView();
      return;
    }
    if (text === undefined) {
      this.dialog.close();
      return this.desk.draft.warn(told?.answer.error ?? UNREACHED);
    }
    this.desk.draft.stored(text, told.answer);
    this.desk.text.writeAll(text);
    if (next) return this.load(fetch(next, { headers: { "X-Requested-With": "fetch" } }));
    this.dialog.close();
    this.editor.goTo(this.desk.area.id, line);
  }
}
