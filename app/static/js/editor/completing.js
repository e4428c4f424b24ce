// What is proposed while one writes: models after « / » on an empty line, keys of the head and of a question, identifiers, sigles, sources. Enter takes one, Escape none.

const LINK = /\]\(([\w#-]*)$/;
const NOTE = /\[\^([\w-]*)$/;
const CITED = /^\s*(?:-\s*)?(?:quiz|leçons?|module|reprend)\s*:\s*([\w-]*)$/i;
const TAUGHT = /^Leçon\s*:\s*([\w#-]*)$/;
const ITEM = /^\s*-\s+([\w-]*)$/;
const TERM = /(?<![\p{L}\p{N}])(\p{Lu}[\p{Lu}\p{N}+-]+)$/u;
const KEY = /^(\p{Lu}?[\p{L} ]*)$/u;

const options = (pairs, type, apply = (word) => word) => pairs.map(([label, detail]) => ({ label, detail, type, apply: apply(label) }));

// `desk`: what holds the text, its models and where its words are asked.
export function completions(desk) {
  let asked;
  const words = () => (asked ??= fetch(desk.box.dataset.words, { headers: { Accept: "application/json" } }).then((response) => response.json()).catch(() => (asked = undefined)));

  const models = ({ state, pos }) => {
    const line = state.doc.lineAt(pos);
    const typed = /^\/(\p{L}*)$/u.exec(line.text);
    if (!typed || pos !== line.to || !desk.models) return null;
    const choices = [...desk.models.querySelectorAll("option")].map((option) => ({
      label: option.textContent,
      section: option.parentElement.label,
      apply: (view, _choice, from, to) => {
        view.dispatch({ changes: { from: from - 1, to } });
        desk.insert(option.value);
      },
    }));
    return { from: line.from + 1, options: choices };
  };

  const named = async ({ state, pos }) => {
    const line = state.doc.lineAt(pos);
    const before = line.text.slice(0, pos - line.from);
    const head = inHead(state, line);
    const found = [
      [LINK, (told) => [...options(told.texts, "texte", (word) => `${word})`), ...options(told.headings, "titre", (word) => `${word})`)]],
      [NOTE, (told) => options(told.sources, "source", (word) => `${word}]`)],
      [TAUGHT, (told) => [...options(told.headings, "titre"), ...options(told.texts, "texte")]],
      ...(head ? [[CITED, (told) => options(told.texts, "texte")], [ITEM, (told) => options(told.texts, "texte")], [KEY, (told) => options(told.head, "clé", (word) => `${word} : `)]] : []),
      [TERM, (told) => options(told.terms, "sigle")],
      ...(head ? [] : [[KEY, (told) => options(told.keys, "clé", (word) => `${word} : `)]]),
    ].find(([pattern]) => pattern.test(before));
    if (!found) return null;
    const typed = found[0].exec(before)[1];
    if (!typed && (found[0] === KEY || found[0] === ITEM)) return null;
    const told = await words();
    const choices = told ? found[1](told) : [];
    return choices.length ? { from: pos - typed.length, options: choices, validFor: /^[\p{L}\p{N}#+ -]*$/u } : null;
  };

  return [models, named];
}

function inHead(state, line) {
  if (!/^-{3,}\s*$/.test(state.doc.line(1).text)) return false;
  for (let number = 2; number < line.number; number += 1) if (/^-{3,}\s*$/.test(state.doc.line(number).text)) return false;
  return line.number > 1;
}
