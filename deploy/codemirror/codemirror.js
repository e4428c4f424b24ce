// What the atelier's editor takes of CodeMirror. Its style sheets are adopted by the document instead of written in it: the site's policy refuses a <style>, and constructed sheets are no inline style.

import { StyleModule } from "style-mod";

const adopted = new Map();

StyleModule.mount = (root, modules) => {
  const document = root.nodeType === 9 ? root : root.ownerDocument;
  for (const module of [modules].flat()) {
    if (adopted.has(module)) continue;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(module.getRules());
    adopted.set(module, sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
};

export { autocompletion, startCompletion } from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { setDiagnostics } from "@codemirror/lint";
export { search, searchKeymap } from "@codemirror/search";
export { EditorState, RangeSetBuilder, StateField } from "@codemirror/state";
export { Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, ViewPlugin } from "@codemirror/view";
