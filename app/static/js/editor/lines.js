// Line numbers beside the textarea, where there is room for them. The text is laid out once more, hidden, in a box of the same measure:
// soft wraps fall at the same places, and style sheets number its blocks. Nothing in it is read aloud, selected or found by Ctrl+F.

const MOST = 3000; // lines; a longer text does without

export class Lines {
  constructor(area) {
    this.area = area;
    this.box = Object.assign(document.createElement("div"), { className: "editor-lines" });
    this.box.setAttribute("aria-hidden", "true");
    this.written = [];
    area.before(this.box);
    area.addEventListener("input", () => this.later());
    area.addEventListener("scroll", () => this.scroll());
    new ResizeObserver(() => this.measure()).observe(area);
    this.draw();
  }

  later() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  // Only the lines that changed are laid out again.
  draw() {
    const lines = this.area.value.split("\n");
    this.area.parentElement.classList.toggle("numbered", lines.length <= MOST);
    if (lines.length > MOST) return;
    const old = this.written;
    const least = Math.min(old.length, lines.length);
    let start = 0;
    while (start < least && old[start] === lines[start]) start += 1;
    let end = 0;
    while (end < least - start && old.at(-1 - end) === lines.at(-1 - end)) end += 1;
    for (let left = old.length - start - end; left > 0; left -= 1) this.box.children[start].remove();
    const fresh = lines.slice(start, lines.length - end).map((line) => Object.assign(document.createElement("div"), { textContent: line || "\u200b" }));
    this.box.insertBefore(this.fragment(fresh), this.box.children[start] ?? null);
    this.written = lines;
    this.measure();
  }

  fragment(nodes) {
    const made = document.createDocumentFragment();
    made.append(...nodes);
    return made;
  }

  measure() {
    const edges = 2 * this.area.clientLeft;
    this.box.style.width = `${this.area.clientWidth + edges}px`;
    this.box.style.height = `${this.area.clientHeight + edges}px`;
    this.scroll();
  }

  scroll() {
    this.box.scrollTop = this.area.scrollTop;
  }
}
