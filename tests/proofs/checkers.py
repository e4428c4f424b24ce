"""What is looked at on a page that a browser shows, one function a check: each gives its complaints. The page is loaded once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.npm_tools import tool
from tests.platform.web.axe import FOCUSED, axe

CONTRAST = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""All that another scheme changes."""
FRESH_COLOURS = """axe.configure({ rules: [
  { id: "color-contrast", selector: "[data-fresh], [data-fresh] *" },
  { id: "link-in-text-block", selector: "a[href][data-fresh], [data-fresh] a[href]" },
] })"""
"""They take more time than all the other rules, which read each page whole."""


def bring_in(context: BrowserContext) -> None:
    """Both checkers, in each page before its own scripts: its policy does not keep these out."""
    context.add_init_script(f"{Axe().axe_script}\n{FRESH_COLOURS}")
    context.add_init_script(path=tool("html_codesniffer") / "build/HTMLCS.js")


def show(tab: Page, width: int, height: int = 800, scheme: str = "light", **media: Any) -> None:
    """At rest: the field that is open while one is in it stands above its neighbours."""
    tab.evaluate("document.activeElement?.blur()")
    tab.set_viewport_size({"width": width, "height": height})
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce", **media)  # type: ignore[arg-type]


# --- What no page showed before ---------------------------------------------------------------------------------------

_shown: dict[int, set[str]] = {}
"""Width → shapes that the pages of this process showed so far."""


def mark_fresh(tab: Page, width: int) -> None:
    """The first element of each shape that no page showed at this width: its colours and the keyboard's way to it are looked at once, wherever it stands.

    A shape is an element's tag, classes, states and names of attributes, those of what it stands in, and whether it is the first or the last there.
    """
    show(tab, width)
    shown = _shown.setdefault(width, set())
    shown.update(tab.evaluate(MARK, " ".join(shown)).split())


MARK = """(shown) => {
  const known = new Set(shown.split(" ")), paths = new Map(), found = [];
  const told = ["class", "type", "role", "tabindex", "open", "aria-current", "aria-invalid", "aria-pressed", "aria-selected", "data-state", "data-verdict"];
  const hashed = (before, words) => [...words].reduce((so_far, sign) => (so_far * 31 + sign.charCodeAt(0)) % 281474976710597, before);
  globalThis.fresh = new Set();
  for (const element of document.querySelectorAll("*")) {
    const names = element.getAttributeNames().filter((name) => !["data-fresh", "data-stop", "data-drawn"].includes(name)).sort();
    const own = [element.tagName, ...names.map((name) => name + (told.includes(name) ? element.getAttribute(name) : ""))].join(" ");
    const path = hashed(paths.get(element.parentElement) ?? 0, own);
    paths.set(element, path);
    const shape = String(hashed(path, `${element.previousElementSibling === null} ${element.nextElementSibling === null}`));
    element.removeAttribute("data-fresh");
    if (known.has(shape) || !element.checkVisibility({ visibilityProperty: true })) continue;
    known.add(shape);
    found.push(shape);
    fresh.add(element);
    if (!fresh.has(element.parentElement)) element.dataset.fresh = "";
  }
  return found.join(" ");
}"""
"""The outermost are marked, for axe."""


def axe_wide(tab: Page) -> list[str]:
    """Of a header, the colours in the dark too: a narrow page, which is looked at in the dark, folds it."""
    show(tab, 1280)
    found = axe(tab)
    if shows_fresh(tab, "body > header"):
        show(tab, 1280, scheme="dark")
        found += axe(tab, CONTRAST, "body > header")
    return found


def axe_narrow(tab: Page) -> list[str]:
    """As narrow as a window of 1280 pixels at 400 %, unless other pages showed all of it: its words are those of the wide one."""
    if not shows_fresh(tab, "html"):
        return []
    show(tab, 320, scheme="dark")
    return axe(tab)


def shows_fresh(tab: Page, part: str) -> bool:
    return tab.locator(f"{part}[data-fresh], {part} [data-fresh]").count() > 0


def html_codesniffer(tab: Page) -> list[str]:
    """Its errors (WCAG 2.1 AA), but on what nobody is shown: a form that a script alone sends."""
    found: list[str] = tab.evaluate(SNIFF)
    return found


SNIFF = """() => new Promise((done) => {
  const words = HTMLCS.getTranslation.bind(HTMLCS);
  HTMLCS.getTranslation = (key) => words(key) ?? key;  // it looks for some of its own sentences under a wrong name, and fails there
  HTMLCS.process("WCAG2AA", document, () => done(
    HTMLCS.getMessages()
      .filter((message) => message.type === HTMLCS.ERROR && (!message.element.checkVisibility || message.element.checkVisibility()))
      .map((message) => `${message.code}: ${message.msg} ${(message.element.outerHTML ?? "").slice(0, 160)}`)
  ));
})"""

# --- What a reader may change ----------------------------------------------------------------------------------------

CUT = """() => {
  const over = document.documentElement.scrollWidth - innerWidth;
  const wrong = over > 0 ? [`overflows by ${over} pixels`] : [];
  const clips = (style) => [style.overflowX, style.overflowY].some((kind) => kind === "hidden" || kind === "clip");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const text = texts.currentNode, element = text.parentElement;
    if (!text.textContent.trim() || element.closest(".visually-hidden, svg, select, textarea") || !element.checkVisibility({ visibilityProperty: true })) continue;
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    for (let around = element; around; around = around.parentElement) {
      const style = getComputedStyle(around);
      if (["auto", "scroll"].includes(style.overflowX) || ["auto", "scroll"].includes(style.overflowY)) break;
      if (!clips(style)) continue;
      const room = around.getBoundingClientRect();
      if (room.width <= 1) break;  // said aloud, and shown to nobody
      if (box.left < room.left - 2 || box.right > room.right + 2 || box.top < room.top - 2 || box.bottom > room.bottom + 2) {
        wrong.push(`cut: « ${text.textContent.trim().slice(0, 60)} » in ${around.outerHTML.slice(0, 80)}`);
      }
    }
  }
  return wrong;
}"""
"""What is wider than the window, and text that stands beyond the edge of what hides the rest."""


def zoomed(tab: Page) -> list[str]:
    """A window of 1280 × 1024 pixels at 400 %."""
    show(tab, 320, 256)
    found: list[str] = tab.evaluate(CUT)
    return found


def text_doubled(tab: Page) -> list[str]:
    """Text alone at 200 %, the window as it was."""
    show(tab, 1280)
    return _meanwhile(tab, "document.documentElement.style.fontSize = '200%'", "document.documentElement.style.fontSize = ''", CUT)


def text_spaced(tab: Page) -> list[str]:
    """The spaces between lines, paragraphs, words and letters that WCAG 1.4.12 lets a reader ask for."""
    show(tab, 320)
    return _meanwhile(tab, SPACED, "document.adoptedStyleSheets = []", CUT)


SPACED = """
const spaced = new CSSStyleSheet();
spaced.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
document.adoptedStyleSheets = [spaced];
"""


def _meanwhile(tab: Page, change: str, undo: str, look: str) -> list[str]:
    tab.evaluate(f"() => {{ {change} }}")
    found: list[str] = tab.evaluate(look)
    tab.evaluate(f"() => {{ {undo} }}")
    return found


def forced_colours(tab: Page) -> list[str]:
    """Where the reader's own colours replace ours: what is drawn by a background alone would be gone, and text must still be read."""
    show(tab, 1280)
    tab.evaluate(DRAWN)
    show(tab, 1280, forced_colors="active")
    found: list[str] = tab.evaluate(GONE)
    show(tab, 1280, forced_colors="none")
    return found


DRAWN = """() => {
  const plain = (colour) => colour === "rgba(0, 0, 0, 0)";
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest("svg") || element.textContent.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (["IMG", "INPUT", "SELECT", "TEXTAREA", "BUTTON", "HR"].includes(element.tagName)) continue;
    const box = element.getBoundingClientRect();
    const around = getComputedStyle(element.parentElement).backgroundColor;
    const own = getComputedStyle(element).backgroundColor;
    if (box.width >= 2 && box.height >= 2 && !plain(own) && own !== around) element.dataset.drawn = "";
  }
}"""
"""Marks what is a shape by its background, and nothing else."""

GONE = """() => {
  const wrong = [];
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!colour.endsWith(", 0)")) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const apart = (one, other) => (Math.max(light(one), light(other)) + 0.05) / (Math.min(light(one), light(other)) + 0.05);
  for (const element of document.querySelectorAll("[data-drawn]")) {
    const style = getComputedStyle(element);
    const edged = ["Top", "Right", "Bottom", "Left"].some((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
    if (!edged && style.outlineStyle === "none" && apart(style.backgroundColor, ground(element.parentElement)) < 3) wrong.push(`gone: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (!own || element.closest("svg, .visually-hidden") || !element.checkVisibility({ visibilityProperty: true }) || element.matches(":disabled")) continue;
    const ratio = apart(getComputedStyle(element).color, ground(element));
    if (ratio < 4.5) wrong.push(`read at ${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 120)}`);
  }
  return wrong;
}"""


def still(tab: Page) -> list[str]:
    """For who asked for less motion, nothing moves and nothing glides."""
    found: list[str] = tab.evaluate(MOVING)
    return found


MOVING = """() => [
  ...document.getAnimations().map((animation) => `moves: ${animation.effect?.target?.outerHTML.slice(0, 120)}`),
  ...(getComputedStyle(document.documentElement).scrollBehavior === "smooth" ? ["glides: html"] : []),
  ...[...document.body.querySelectorAll("*")]
    .filter((element) => getComputedStyle(element).transitionDuration.split(", ").some((time) => parseFloat(time) > 0.01))
    .map((element) => `glides: ${element.outerHTML.slice(0, 120)}`),
]"""

# --- The keyboard ----------------------------------------------------------------------------------------------------

STOPS = f"""() => {{
  const groups = new Set();
  const stops = [], runs = [];
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {{
    if (element.disabled || (element.matches("[tabindex='-1']") && element.closest("[aria-hidden='true']")) || !element.checkVisibility({{ visibilityProperty: true }})) continue;
    if (element.type === "radio" && (groups.has(element.name) || ((element.form ?? document).querySelector(`[name="${{element.name}}"]:checked`) ?? element) !== element)) continue;
    if (element.type === "radio") groups.add(element.name);
    element.dataset.stop = stops.push(element) - 1;
  }}
  for (const [number, element] of stops.entries()) {{
    if (!fresh.has(element)) continue;
    const last = runs.at(-1);
    if (last && number - last[1] <= 3) last[1] = number;
    else runs.push([Math.max(number - 1, 0), number]);
  }}
  const seen = {FOCUSED};
  const note = () => reached.push([Number(document.activeElement?.dataset.stop ?? -1), seen()]);
  if (!globalThis.reached) addEventListener("keyup", note, true);
  globalThis.begin = (number) => {{
    globalThis.reached = [];
    stops[number].focus();
    note();
  }};
  return [runs, stops.flatMap((element, number) => (fresh.has(element) ? [number] : []))];
}}"""
"""Numbers what Tab must reach (of a group of radios, one); what is seen at each stop is noted when the key comes up: all has moved by then.

Gives (first, last) of each run, which begins one stop before what no page showed, and the numbers of what must be reached."""
BETWEEN = 40
"""More times that Tab may be pressed in a run: within dates, and on boxes that scroll, whose stops the browser makes itself."""


def walked(tab: Page, width: int) -> list[str]:
    """Press Tab from the stop before each that no page showed, to the end of them: what was not reached, reached unseen, or in another order than the page's."""
    mark_fresh(tab, width)
    runs, awaited = tab.evaluate(STOPS)
    noted: dict[int, Any] = {}
    wrong = []
    for first, last in runs:
        run = walk(tab, first, last)
        wrong += ["not in the order of the page"] if list(run) != sorted(run) else []
        noted |= run
    wrong += [f"focus not seen on « {seen['name']} » ({seen['outline']})" for seen in noted.values() if not seen["visible"]]
    return wrong + [f"not reached: {outer(tab, stop)}" for stop in awaited if stop not in noted]


def walk(tab: Page, first: int, last: int) -> dict[int, Any]:
    """What was seen at each stop, in the order in which they were reached."""
    tab.evaluate("(number) => begin(number)", first)
    for press in range(last - first + BETWEEN):
        if press >= last - first and tab.evaluate("(last) => reached.at(-1)[0] >= last", last):
            break
        tab.keyboard.press("Tab")
    run: dict[int, Any] = {}
    for stop, seen in tab.evaluate("reached"):
        if stop >= first:  # past the end of the page, Tab begins again
            run.setdefault(stop, seen)
    return run


def outer(tab: Page, stop: int) -> str:
    return str(tab.locator(f"[data-stop='{stop}']").evaluate("element => element.outerHTML"))[:120]


Checks = dict[str, Callable[[Page], list[str]]]
CHECKS: Checks = {  # in this order: the keyboard's walk marks what is fresh at its width
    "keyboard": lambda tab: walked(tab, 1280),
    "axe": axe_wide,
    "keyboard, narrow": lambda tab: walked(tab, 320),
    "axe, narrow": axe_narrow,
    "HTML_CodeSniffer": html_codesniffer,
    "zoom": zoomed,
    "text size": text_doubled,
    "text spacing": text_spaced,
    "forced colours": forced_colours,
    "reduced motion": still,
}
FRESH: Checks = {
    "keyboard": CHECKS["keyboard"],
    "axe": lambda tab: axe_wide(tab) if shows_fresh(tab, "html") else [],
    "keyboard, narrow": CHECKS["keyboard, narrow"],
    "axe, narrow": axe_narrow,
}
"""For a page that is looked at whole with another role already: what it showed nobody before."""
