// Colours of the Markdown of this course: marks are dimmed, what is said stands out. Only the lines in sight are read, but for the head and the fences, whose ends may be far.

import { Decoration, RangeSetBuilder, StateField, ViewPlugin } from "./codemirror.js";

const FENCE = /^ {0,3}(?:`{3,}|~{3,})/;
const KINDS = ["dim", "name", "title", "strong", "emphasis", "link", "code", "quote", "right", "call", "comment"];
const MARKS = Object.fromEntries(KINDS.map((name) => [name, Decoration.mark({ class: `md-${name}` })]));

// What a line holds: [pattern, the mark of each of its groups]. The first that matches a place keeps it.
const WITHIN = [
  [/(<!--.*?-->)/g, ["comment"]],
  [/(`[^`]+`)/g, ["code"]],
  [/(\{#[^{}\s]*\})/g, ["dim"]],
  [/(\[\^[^\]\s]+\]:?)/g, ["dim"]],
  [/(\[\[)([^\]]+)(\]\])/g, ["dim", "right", "dim"]],
  [/(!?\[)([^\]]*)(\]\([^)]*\)(?:\{[^{}]*\})?)/g, ["dim", "link", "dim"]],
  [/(\*\*)([^*]+)(\*\*)/g, ["dim", "strong", "dim"]],
  [/(?<!\*)(\*)([^*\s][^*]*)(\*)(?!\*)/g, ["dim", "emphasis", "dim"]],
];
const BEGINNINGS = [
  [/^(#{1,6} +)(.*?)(\s*\{#[^{}\s]*\})?\s*$/d, ["dim", "title", "dim"]],
  [/^(\s*[-*+] )(\[[xX]\])( .*)$/d, ["dim", "right", "right"]],
  [/^(\s*[-*+] )(\[ \])?/d, ["dim", "dim"]],
  [/^(\s*\d+[.)] )/d, ["dim"]],
  [/^(> ?\[![^\]]+\])/d, ["call"]],
  [/^((?:  )?> ?)/d, ["quote"]],
  [/^((?:Objectif|Niveau|Points|Leçon|Étiquettes|Crédit|Tolérance|Choix|Réponse|Réponses|Unité|Ordre|Casse|Indice|Explication|Lot|Aide)\s?:)/d, ["name"]],
];

// The lines of the head, and those inside fences: [first, last] of each, and what it is.
function zonesOf(doc) {
  const zones = [];
  let open = 0;
  let number = 0;
  let fenced = false;
  for (const text of doc.iterLines()) {
    number += 1;
    if (number === 1 && /^-{3,}\s*$/.test(text)) open = -1;
    else if (open === -1 && /^-{3,}\s*$/.test(text)) {
      zones.push({ first: 1, last: number, head: true });
      open = 0;
    } else if (open !== -1 && FENCE.test(text)) {
      if (fenced) zones.push({ first: open, last: number });
      open = fenced ? 0 : number;
      fenced = !fenced;
    }
  }
  if (fenced) zones.push({ first: open, last: number });
  return zones;
}

const zones = StateField.define({
  create: (state) => zonesOf(state.doc),
  update: (found, transaction) => (transaction.docChanged ? zonesOf(transaction.state.doc) : found),
});

function marksOf(text, zone) {
  if (zone) return [[0, text.length, zone.head ? "dim" : "code"]];
  const taken = [];
  const take = (found, names) => {
    for (const [place, name] of names.entries()) {
      const [from, to] = found.indices[place + 1] ?? [0, 0];
      if (from < to && !taken.some(([start, end]) => from < end && start < to)) taken.push([from, to, name]);
    }
  };
  for (const [pattern, names] of BEGINNINGS) {
    const found = pattern.exec(text);
    if (!found) continue;
    take(found, names);
    break;
  }
  for (const [pattern, names] of WITHIN) for (const found of text.matchAll(new RegExp(pattern, "dg"))) take(found, names);
  return taken.sort(([one], [other]) => one - other);
}

function paint(view) {
  const builder = new RangeSetBuilder();
  const found = view.state.field(zones);
  const { doc } = view.state;
  for (const { from, to } of view.visibleRanges) {
    for (let place = from; place <= to; ) {
      const line = doc.lineAt(place);
      const zone = found.find(({ first, last }) => first <= line.number && line.number <= last);
      for (const [start, end, name] of marksOf(line.text, zone)) if (end > start) builder.add(line.from + start, line.from + end, MARKS[name]);
      place = line.to + 1;
    }
  }
  return builder.finish();
}

const painter = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = paint(view);
    }

    update(update) {
      if (update.docChanged || update.viewportChanged) this.decorations = paint(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

export const colours = [zones, painter];
