// The text that is written, in CodeMirror: coloured, numbered, its problems underlined. The form's own textarea has the same « input » events, and holds
// the same text a moment later: at once for whoever sends the form or asks (`sync`).

import { autocompletion, defaultKeymap, drawSelection, EditorState, EditorView, highlightActiveLine, history, historyKeymap, keymap, lineNumbers, search, searchKeymap, setDiagnostics } from "./codemirror.js";
import { colours } from "./colours.js";

const SOON = 50; // milliseconds: writing 200 kB into a textarea takes 4, which no letter should wait for
const PREFIXES = { titre: "## ", "sous-titre": "### ", liste: "- ", citation: "> " };
const PHRASES = {
  Completions: "Propositions",
  Find: "Trouver",
  Replace: "Remplacer par",
  next: "Suivant",
  previous: "Précédent",
  all: "Tous",
  "match case": "Majuscules",
  regexp: "Expression",
  "by word": "Mot entier",
  replace: "Remplacer",
  "replace all": "Tout remplacer",
  close: "Fermer",
  "current match": "Trouvé",
  "on line": "ligne",
  "replaced match on line $": "Remplacé ligne $",
  "replaced $ matches": "$ remplacements",
  "Go to line": "Aller à la ligne",
  go: "Aller",
};

export class Text {
  // `completions`: sources of what may be completed. `keys`: CodeMirror's bindings, before its own. Tab is none of them: it leaves the text.
  constructor(area, completions, keys) {
    this.area = area;
    this.heard = [];
    const label = area.labels[0];
    const extensions = [
      keymap.of([...keys, ...defaultKeymap.filter(({ key }) => key !== "Mod-i"), ...historyKeymap, ...searchKeymap]),
      search({ top: true }),
      history(),
      lineNumbers(),
      drawSelection(),
      highlightActiveLine(),
      colours,
      autocompletion({ override: completions, icons: false, activateOnTyping: true }),
      EditorView.lineWrapping,
      EditorState.phrases.of(PHRASES),
      EditorView.contentAttributes.of({ "aria-label": label.textContent, "aria-describedby": area.getAttribute("aria-describedby"), spellcheck: "true", autocapitalize: "off", lang: "fr", tabindex: "0" }),
      EditorView.updateListener.of((update) => this.updated(update)),
    ];
    this.view = new EditorView({ state: EditorState.create({ doc: area.value, extensions }) });
    area.parentElement.append(this.view.dom);
    area.hidden = true;
    label.addEventListener("click", () => this.focus());
    area.form.addEventListener("formdata", ({ formData }) => formData.set(area.name, this.value));
    area.addEventListener("input", () => this.telling || this.writeAll(area.value));
  }

  updated(update) {
    if (update.docChanged) {
      this.late ??= setTimeout(() => this.sync(), SOON);
      this.telling = true;
      this.area.dispatchEvent(new Event("input", { bubbles: true }));
      this.telling = false;
    }
    if (update.docChanged || update.selectionSet || update.focusChanged) for (const tell of this.heard) tell();
  }

  sync() {
    if (!this.late) return;
    clearTimeout(this.late);
    this.late = undefined;
    this.area.value = this.value;
  }

  // `tell` is called at each change of the text or of the caret.
  onMove(tell) {
    this.heard.push(tell);
  }

  get value() {
    return this.view.state.doc.toString();
  }

  get selection() {
    return this.view.state.selection.main;
  }

  get focused() {
    return this.view.hasFocus;
  }

  // Where the caret is: a line counted from 1, a column too, and how many lines there are.
  get place() {
    const { doc } = this.view.state;
    const line = doc.lineAt(this.selection.head);
    return { line: line.number, column: this.selection.head - line.from + 1, lines: doc.lines };
  }

  focus() {
    this.view.focus();
  }

  // One change, which one undo takes back. The caret goes after it, or selects from `anchor` to `head`.
  write(from, to, text, anchor = from + text.length, head = anchor) {
    this.view.dispatch({ changes: { from, to, insert: text }, selection: { anchor, head }, scrollIntoView: true, userEvent: "input" });
    this.focus();
  }

  // Only what differs is written, so that the caret stays near.
  writeAll(text) {
    const old = this.value;
    const least = Math.min(old.length, text.length);
    let start = 0;
    while (start < least && old[start] === text[start]) start += 1;
    let end = 0;
    while (end < least - start && old.at(-1 - end) === text.at(-1 - end)) end += 1;
    if (start !== old.length || old.length !== text.length) this.view.dispatch({ changes: { from: start, to: old.length - end, insert: text.slice(start, text.length - end) } });
  }

  goTo(number) {
    const { doc } = this.view.state;
    const line = doc.line(Math.max(1, Math.min(number, doc.lines)));
    this.view.dispatch({ selection: { anchor: line.from, head: line.to }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
    this.focus();
  }

  // The place in the text of a point of the window; null outside it.
  at(x, y) {
    const { left, right, top, bottom } = this.view.dom.getBoundingClientRect();
    return left < x && x < right && top < y && y < bottom ? this.view.posAtCoords({ x, y }, false) : null;
  }

  // `problems`: the line of each, whether it is an error, what is said of it, the words of the line that it names, its remedy and what applies it.
  underline(problems) {
    const { doc } = this.view.state;
    const found = problems
      .filter(({ line }) => line >= 1 && line <= doc.lines)
      .map(({ line, error, message, words, remedy, apply }) => {
        const { from, to, text } = doc.line(line);
        const named = words.find((each) => text.includes(each));
        const start = named ? from + text.indexOf(named) : from + text.search(/\S|$/);
        return { from: start, to: named ? start + named.length : to, severity: error ? "error" : "warning", message, actions: remedy ? [{ name: remedy, apply }] : [] };
      });
    this.view.dispatch(setDiagnostics(this.view.state, found.sort((one, other) => one.from - other.from)));
  }

  // --- Models ---

  insertModel(key, { before, sample, after, block }) {
    if (key === "note") return this.insertNote();
    if (!block) return this.insertAround(before, sample, after);
    if (PREFIXES[key] && this.linesAround().text.trim()) return this.prefixLines(PREFIXES[key]);
    return this.insertBlock(before);
  }

  insertAround(before, sample, after) {
    const { from, to } = this.selection;
    const chosen = this.view.state.sliceDoc(from, to) || sample;
    this.write(from, to, before + chosen + after, from + before.length, from + before.length + chosen.length);
  }

  linesAround() {
    const { doc } = this.view.state;
    const from = doc.lineAt(this.selection.from).from;
    const { to } = doc.lineAt(this.selection.to);
    return { from, to, text: doc.sliceString(from, to) };
  }

  prefixLines(prefix) {
    const { from, to, text } = this.linesAround();
    const lines = text.split("\n");
    const bare = lines.map((line) => line.replace(/^(?:#{1,6}|[-•–>])\s+/, ""));
    const already = lines.every((line) => !line.trim() || line.startsWith(prefix));
    this.write(from, to, bare.map((line) => (already || !line.trim() ? line : prefix + line)).join("\n"));
  }

  // Between empty lines, after the caret's line; that line itself where nothing is on it.
  insertBlock(block) {
    const { doc } = this.view.state;
    const line = doc.lineAt(this.selection.to);
    const from = line.text.trim() ? line.to : line.from;
    const above = doc.sliceString(Math.max(0, from - 2), from);
    const below = doc.sliceString(line.to, line.to + 2);
    const before = from === 0 || above === "\n\n" ? "" : above.endsWith("\n") ? "\n" : "\n\n";
    const after = below === "\n\n" || line.to === doc.length ? "" : "\n";
    this.write(from, line.to, before + block + after, from + before.length, from + before.length + block.length);
  }

  // What was brought from elsewhere: a block between empty lines, words in their line; notes at the end.
  put({ text, notes }, { from, to }) {
    const { doc } = this.view.state;
    const block = /\n/.test(text) || /^(?:#{1,6} |[-*] |\d+[.)] |\||>)/.test(text);
    const above = doc.sliceString(Math.max(0, from - 2), from);
    const below = doc.sliceString(to, to + 2);
    const before = !block || from === 0 || above === "\n\n" ? "" : above.endsWith("\n") ? "\n" : "\n\n";
    const after = !block || !below || below === "\n\n" ? "" : below.startsWith("\n") ? "\n" : "\n\n";
    const insert = before + text + after;
    const noted = notes && to <= this.value.trimEnd().length;
    const changes = [{ from, to, insert: noted || !notes ? insert : `${insert}\n\n${notes}\n` }, ...(noted ? [this.noteAtEnd(notes)] : [])];
    this.view.dispatch({ changes, selection: { anchor: from + insert.length }, scrollIntoView: true, userEvent: "input.paste" });
    this.focus();
  }

  // Its call at the caret, its definition at the end of the text, to be completed.
  insertNote() {
    const text = this.value;
    const numbers = [...text.matchAll(/\[\^n(\d+)\]/g)].map((found) => Number(found[1]));
    const label = `n${Math.max(0, ...numbers) + 1}`;
    const source = "Source à écrire : titre, éditeur, date";
    const to = Math.min(this.selection.to, text.trimEnd().length);
    this.view.dispatch({ changes: [{ from: to, insert: `[^${label}]` }, this.noteAtEnd(`[^${label}]: ${source}`)], selection: { anchor: to }, userEvent: "input" });
    const end = this.view.state.doc.length - 1;
    this.view.dispatch({ selection: { anchor: end - source.length, head: end }, scrollIntoView: true });
    this.focus();
  }

  // The change that writes definitions of notes after the last line, beside those that are there.
  noteAtEnd(notes) {
    const rest = this.value.trimEnd();
    const gap = rest.slice(rest.lastIndexOf("\n") + 1).startsWith("[^") ? "\n" : "\n\n";
    return { from: rest.length, to: this.view.state.doc.length, insert: `${gap}${notes}\n` };
  }
}
