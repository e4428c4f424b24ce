"""What is looked at on a page that a browser shows, one function a check: each gives its complaints. The page is loaded once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.npm_tools import tool
from tests.platform.web.axe import FOCUSED, RULES, axe

CONTRAST = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""All that another scheme changes."""
BUT_CONTRAST = {**RULES, "rules": {rule: {"enabled": False} for rule in CONTRAST["runOnly"]}}


def bring_in(context: BrowserContext) -> None:
    """Both checkers, in each page before its own scripts: its policy does not keep these out."""
    context.add_init_script(Axe().axe_script)
    context.add_init_script(path=tool("html_codesniffer") / "build/HTMLCS.js")


def show(tab: Page, width: int, height: int = 800, scheme: str = "light", **media: Any) -> None:
    """At rest: the field that is open while one is in it stands above its neighbours."""
    tab.evaluate("document.activeElement?.blur()")
    tab.set_viewport_size({"width": width, "height": height})
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce", **media)  # type: ignore[arg-type]


_headers = set[str]()


def axe_wide(tab: Page) -> list[str]:
    show(tab, 1280)
    return axe(tab) + header_colours(tab, "dark")


def axe_again(tab: Page) -> list[str]:
    """Of a page that was looked at whole with another role: all but the colours within, which take most of the time."""
    show(tab, 1280)
    return axe(tab, BUT_CONTRAST) + header_colours(tab, "light", "dark")


def header_colours(tab: Page, *schemes: str) -> list[str]:
    """Of each header, once: a narrow page, which is looked at in the dark, folds it."""
    header = tab.evaluate(HEADER)
    if header in _headers:
        return []
    _headers.add(header)
    found = []
    for scheme in schemes:
        show(tab, 1280, scheme=scheme)
        found += axe(tab, CONTRAST, "body > header")
    return found


HEADER = """() => document.querySelector("body > header").outerHTML.replaceAll(/ (href|value|action)="[^"]*"/g, "")"""
"""All that its colours depend on."""


def axe_narrow(tab: Page) -> list[str]:
    """As narrow as a window of 1280 pixels at 400 %."""
    show(tab, 320, scheme="dark")
    return axe(tab)


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
  const stops = [];
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {{
    if (element.disabled || (element.matches("[tabindex='-1']") && element.closest("[aria-hidden='true']")) || !element.checkVisibility({{ visibilityProperty: true }})) continue;
    if (element.type === "radio" && (groups.has(element.name) || ((element.form ?? document).querySelector(`[name="${{element.name}}"]:checked`) ?? element) !== element)) continue;
    if (element.type === "radio") groups.add(element.name);
    element.dataset.stop = stops.push(element) - 1;
  }}
  const seen = {FOCUSED};
  globalThis.reached = [];
  const note = () => reached.push([Number(document.activeElement?.dataset.stop ?? -1), seen()]);
  if (!globalThis.walking) addEventListener("keyup", note, true);
  globalThis.walking = true;
  stops[0].focus();
  note();
  return [stops.length, 4 * document.querySelectorAll("input[type=date]").length];
}}"""
"""Numbers what Tab must reach (of a group of radios, one), goes to the first, and notes at each stop what is seen there: when the key comes up, all has moved.

Gives how many, and how many more times Tab is pressed within dates, whose parts the browser shows itself."""


def walked(tab: Page, width: int) -> list[str]:
    """Press Tab from the top to the end: what was not reached, reached unseen, or in another order than that of the page."""
    show(tab, width)
    stops, parts = tab.evaluate(STOPS)
    for _ in range(stops + parts + 4):
        tab.keyboard.press("Tab")
    noted: dict[int, Any] = {}
    for stop, seen in tab.evaluate("reached"):
        if stop >= 0:
            noted.setdefault(stop, seen)
    reached = list(noted)
    wrong = [f"focus not seen on « {seen['name']} » ({seen['outline']})" for seen in noted.values() if not seen["visible"]]
    wrong += ["not in the order of the page"] if reached != sorted(reached) else []
    return wrong + [f"not reached: {outer(tab, stop)}" for stop in sorted(set(range(stops)) - set(reached))]


def outer(tab: Page, stop: int) -> str:
    return str(tab.locator(f"[data-stop='{stop}']").evaluate("element => element.outerHTML"))[:120]


CHECKS: dict[str, Callable[[Page], list[str]]] = {
    "keyboard": lambda tab: walked(tab, 1280),
    "keyboard, narrow": lambda tab: walked(tab, 320),
    "axe": axe_wide,
    "axe, narrow": axe_narrow,
    "HTML_CodeSniffer": html_codesniffer,
    "zoom": zoomed,
    "text size": text_doubled,
    "text spacing": text_spaced,
    "forced colours": forced_colours,
    "reduced motion": still,
}
