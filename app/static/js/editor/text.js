// What the editor does to its textarea. Every change goes through the browser's own editing, so that Ctrl+Z undoes it.

export function lineAt(area, place = area.selectionStart) {
  let line = 1;
  for (let found = area.value.indexOf("\n"); found !== -1 && found < place; found = area.value.indexOf("\n", found + 1)) line += 1;
  return line;
}

export function startOf(area, line) {
  let place = 0;
  for (let left = line - 1; left > 0; left -= 1) {
    const next = area.value.indexOf("\n", place);
    if (next === -1) return area.value.length;
    place = next + 1;
  }
  return place;
}

function endOfLine(text, place) {
  const found = text.indexOf("\n", place);
  return found === -1 ? text.length : found;
}

export function write(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  // Deprecated and everywhere: nothing else keeps the undo history of a textarea.
  const done = text ? document.execCommand("insertText", false, text) : start === end || document.execCommand("delete");
  if (done) return;
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// Only what differs is written, so that one undo gives the text before, and the caret stays near.
export function writeAll(area, text) {
  const old = area.value;
  let start = 0;
  while (start < Math.min(old.length, text.length) && old[start] === text[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, text.length) - start && old.at(-1 - end) === text.at(-1 - end)) end += 1;
  if (start !== old.length || old.length !== text.length) write(area, start, old.length - end, text.slice(start, text.length - end));
}

// How far down a place stands, with its soft wraps: measured on a copy of the text in the same box.
function heightTo(area, place) {
  const style = getComputedStyle(area);
  const copy = document.createElement("div");
  for (const name of ["font", "letterSpacing", "lineHeight", "overflowWrap", "padding", "tabSize", "whiteSpace", "wordBreak"]) copy.style[name] = style[name];
  Object.assign(copy.style, { boxSizing: "border-box", position: "absolute", visibility: "hidden", width: `${area.clientWidth}px` });
  copy.textContent = area.value.slice(0, place);
  document.body.append(copy);
  const height = copy.scrollHeight;
  copy.remove();
  return height;
}

export function goTo(area, line) {
  const start = startOf(area, line);
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, endOfLine(area.value, start));
  area.scrollTop = Math.max(0, heightTo(area, start) - area.clientHeight / 3);
  area.scrollIntoView({ block: "nearest" });
}

// --- Models ---------------------------------------------------------------------------------------------------------

const PREFIXES = { titre: "## ", "sous-titre": "### ", liste: "- ", citation: "> " };

export function insertModel(area, key, model) {
  if (key === "note") return insertNote(area);
  const { before, sample, after } = model;
  if (!model.block) return insertAround(area, before, sample, after);
  if (PREFIXES[key] && hasWords(area)) return prefixLines(area, PREFIXES[key]);
  return insertBlock(area, before);
}

function insertAround(area, before, sample, after) {
  const { selectionStart: start, selectionEnd: end } = area;
  const chosen = area.value.slice(start, end) || sample;
  write(area, start, end, before + chosen + after);
  area.setSelectionRange(start + before.length, start + before.length + chosen.length);
}

function linesAround(area) {
  return [area.value.lastIndexOf("\n", area.selectionStart - 1) + 1, endOfLine(area.value, area.selectionEnd)];
}

function hasWords(area) {
  return area.value.slice(...linesAround(area)).trim() !== "";
}

function prefixLines(area, prefix) {
  const [start, end] = linesAround(area);
  const lines = area.value.slice(start, end).split("\n");
  const bare = lines.map((line) => line.replace(/^(?:#{1,6}|[-•–>])\s+/, ""));
  const already = lines.every((line) => !line.trim() || line.startsWith(prefix));
  write(area, start, end, bare.map((line) => (already || !line.trim() ? line : prefix + line)).join("\n"));
}

function insertBlock(area, block) {
  const place = endOfLine(area.value, area.selectionEnd);
  const above = area.value.slice(0, place);
  const before = /(?:^|\n\n)$/.test(above) ? "" : above.endsWith("\n") ? "\n" : "\n\n";
  const after = area.value.slice(place, place + 2) === "\n\n" || place === area.value.length ? "" : "\n";
  write(area, place, place, before + block + after);
  area.setSelectionRange(place + before.length, place + before.length + block.length);
}

function insertNote(area) {
  const numbers = [...area.value.matchAll(/\[\^n(\d+)\]/g)].map((found) => Number(found[1]));
  const label = `n${Math.max(0, ...numbers) + 1}`;
  write(area, area.selectionEnd, area.selectionEnd, `[^${label}]`);
  const back = area.selectionEnd;
  const rest = area.value.trimEnd();
  const gap = rest.slice(rest.lastIndexOf("\n") + 1).startsWith("[^") ? "\n" : "\n\n";
  const source = "Source à écrire : titre, éditeur, date";
  write(area, rest.length, area.value.length, `${gap}[^${label}]: ${source}\n`);
  area.setSelectionRange(area.value.length - source.length - 1, area.value.length - 1);
  return back;
}
