"""What stands inside a line besides words: formulas, `$…$` and `$$…$$`, and images with their caption. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import Element, tostring

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline, image
from markdown_it.token import Token
from mdit_py_plugins.dollarmath.index import math_block_dollar

from app.content.values.text import MAX_FORMULA, MAX_FORMULAS
from app.platform.french import NARROW, french

# --- Formulas: where one begins and ends, so that no price is one ---
#
# LaTeX → MathML, and → words, by a library.

FORMULA = re.compile(
    r"\$\$(?!\s)(?P<apart>[^$\n]{1,400})(?<![\s\\])\$\$(?!\$)|(?<![\w$\\])(?<!\d[ \u00a0\u202f])\$(?![\s$])(?P<within>[^$\n]{1,400})(?<![\s\\])\$(?![\w$])"
)
"""Nothing but punctuation, a space or the edge of the line stands outside the dollars, no space inside: « 5 $ », « $5 » and « US$ » are sums."""
_TOLD = re.compile(r"\\(?:text[a-z]*|mathrm|mbox|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+")
_SENTENCE = re.compile(r"[^\W\d_]{2,}[^\w=+*/^<>×·{}\\-]* [^\w=+*/^<>×·{}\\-]*[^\W\d_]{2,}")
_SUM = re.compile(r"\d(?!.*(?:[\\^_=+*/<>×÷−-]|(?<![^\W\d_])[a-zA-Z](?![^\W\d_])))")
_REFUSED = re.compile(r"\\(?:href|style|class|cssId|color|colorbox|textcolor|fcolorbox|unicode|def|newcommand|renewcommand|rule|verb|tag)\b")
_BRACE = re.compile(r"(?<!\\)[{}]")
_DEEPEST = 40
_TAGS = {"mfrac": 2, "msup": 2, "msub": 2, "mroot": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3} | dict.fromkeys(
    [
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "msqrt",
        "mtable",
        "mtr",
        "mtd",
        "mstyle",
        "mphantom",
        "mpadded",
        "menclose",
        "mmultiscripts",
        "mprescripts",
        "none",
    ],
    0,
)
"""Elements that are kept, and how many each must hold."""
_ATTRIBUTES = frozenset(
    [
        "display",
        "mathvariant",
        "stretchy",
        "fence",
        "form",
        "accent",
        "width",
        "height",
        "depth",
        "linethickness",
        "displaystyle",
        "scriptlevel",
        "notation",
        "columnalign",
        "rowlines",
        "minsize",
        "maxsize",
    ]
)
_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓ")
_SPACED = frozenset("=+−-×÷<>≤≥≠≈→±∈⇒⇔")
_FLAT = re.compile(r"[\w,.∑√]*")


_READ = "formula_letters"
"""Of one parsing, in its environment."""
_BLOCK = math_block_dollar(allow_labels=False, allow_blank_lines=False)


class MathFormula(NamedTuple):
    mathml: str
    """Safe HTML."""
    words: str
    """On one line of plain text."""


class MathsNotUnderstood(Exception):
    """The message is a French sentence."""


def is_formula(latex: str) -> bool:
    """Whether what stands between two dollars is one, and neither a sum nor a sentence."""
    return _SUM.match(latex) is None and _SENTENCE.search(_TOLD.sub("\\\\", latex)) is None


def inline_rule(state: StateInline, silent: bool) -> bool:
    """Parses a formula for markdown-it, at each `$`."""
    if state.src[state.pos] != "$" or (found := FORMULA.match(state.src, state.pos, state.posMax)) is None:
        return False
    latex = found["apart"] or found["within"]
    if not is_formula(latex) or state.env.get(_READ, 0) > MAX_FORMULAS:
        return False
    if not silent:
        state.env[_READ] = state.env.get(_READ, 0) + len(latex)
        token = state.push("math_inline", "math", 0)
        token.content, token.markup = latex, "$$" if found["apart"] else "$"
    state.pos = found.end()
    return True


def block_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """markdown-it's plugin's own, as long as there are not too many."""
    if state.env.get(_READ, 0) > MAX_FORMULAS or not _BLOCK(state, start_line, end_line, silent):
        return False
    if not silent:
        state.env[_READ] = state.env.get(_READ, 0) + len(state.tokens[-1].content)
    return True


def words_of(latex: str) -> str:
    """Says a formula in words; returns it as typed where it is not understood, which its Problem reports."""
    try:
        return formula(latex).words
    except MathsNotUnderstood:
        return latex


@lru_cache(500)
def formula(latex: str, apart: bool = False) -> MathFormula:
    """Raises `MathsNotUnderstood`. The library is loaded with the first formula that a process meets."""
    _check(latex)
    try:
        from latex2mathml.converter import convert_to_element

        made = convert_to_element(_prepare_latex(latex), display="block" if apart else "inline")
    except ModuleNotFoundError as error:
        raise MathsNotUnderstood("Ce site ne sait pas dessiner les formules : il y faut « croisee[maths] ».") from error
    except RecursionError as error:
        raise MathsNotUnderstood("Trop d’accolades les unes dans les autres.") from error
    except Exception as error:  # the library has a dozen of them, and lets Python's own out
        raise MathsNotUnderstood(_reason(type(error).__name__)) from error
    _settle(made)
    words = " ".join(_words(made).split())
    made.attrib = {"display": made.attrib["display"], "alttext": words}
    return MathFormula(tostring(made, encoding="unicode"), words)


def _check(latex: str) -> None:
    if len(latex) > MAX_FORMULA:
        raise MathsNotUnderstood(f"Elle est trop longue : plus de {MAX_FORMULA} caractères.")
    depth = deepest = 0
    for brace in _BRACE.findall(latex):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
        if depth < 0:
            raise MathsNotUnderstood("Une accolade } n’a pas été ouverte.")
    if depth:
        raise MathsNotUnderstood("Une accolade { n’est jamais fermée.")
    if deepest > _DEEPEST:
        raise MathsNotUnderstood("Trop d’accolades les unes dans les autres.")
    if found := _REFUSED.search(latex):
        raise MathsNotUnderstood(f"La commande « {found.group()} » n’est pas permise.")


def _prepare_latex(latex: str) -> str:
    """As French writes numbers: « 12,5 » and « 3 000 »; a per cent is no comment."""
    latex = re.sub(r"(?<=\d)[ \u00a0\u202f]*\\%", r"\\,\\%", re.sub(r"(?<!\\)%", r"\\%", latex.strip()))
    return re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", r"\\,", re.sub(r"(?<=\d),(?=\d)", ".", latex))


def _reason(name: str) -> str:
    named = {
        "MissingSuperScriptOrSubscriptError": "Rien ne suit le signe ^ ou _.",
        "DoubleSubscriptsError": "Deux indices _ se suivent.",
        "DoubleSuperscriptsError": "Deux exposants ^ se suivent.",
        "ExtraLeftOrMissingRightError": "Un \\left n’a pas son \\right.",
        "MissingEndError": "Un \\begin n’a pas son \\end.",
        "NumeratorNotFoundError": "Une fraction n’a pas ses deux parties : \\frac{a}{b}.",
        "DenominatorNotFoundError": "Une fraction n’a pas ses deux parties : \\frac{a}{b}.",
    }
    return named.get(name, "Il y manque quelque chose, ou une commande n’a pas ce qu’elle attend.")


def _settle(element: Element) -> None:
    """Only what may be shown; texts as characters, where the library has them as entities."""
    for each in element.iter():
        if each.tag not in _TAGS or (_TAGS[each.tag] and len(each) != _TAGS[each.tag]):
            raise MathsNotUnderstood("Il y manque quelque chose, ou une commande n’a pas ce qu’elle attend.")
        each.attrib = {name: value for name, value in each.attrib.items() if name in _ATTRIBUTES and (name != "depth" or each.tag == "mpadded")}
        each.text = html.unescape(each.text or "") or None
        if each.text and each.text.startswith("\\") and len(each.text) > 1:
            raise MathsNotUnderstood(f"La commande « {each.text} » n’est pas connue.")
        if each.tag == "mtext" and each.text:
            each.text = french(each.text)
        if each.tag == "mn" and each.text:
            each.text = each.text.replace(".", ",")


def _words(element: Element) -> str:
    inside = [_words(child) for child in element]
    made = _SAID.get(element.tag)
    return made(element.text or "", inside) if made else (element.text or "") + "".join(inside)


def _name(text: str, _inside: list[str]) -> str:
    return f"{text} " if len(text) > 1 else f"{NARROW}%" if text == "%" else text


def _scripts(_text: str, inside: list[str]) -> str:
    return inside[0] + _small(inside[1], _LOWERED, "_") + _small(inside[2], _RAISED, "^")


_SAID: dict[str, Callable[[str, list[str]], str]] = {
    "mi": _name,
    "mo": lambda text, _: f" {text} " if text in _SPACED else text,
    "mspace": lambda _text, _: NARROW,
    "mfrac": lambda _, inside: f"{_bracket(inside[0])}/{_bracket(inside[1])}",
    "msqrt": lambda _, inside: f"√{_bracket(''.join(inside))}",
    "mroot": lambda _, inside: f"{_small(inside[1], _RAISED, '')}√{_bracket(inside[0])}",
    "msup": lambda _, inside: inside[0] + _small(inside[1], _RAISED, "^"),
    "msub": lambda _, inside: inside[0] + _small(inside[1], _LOWERED, "_"),
    "munder": lambda _, inside: inside[0] + _small(inside[1], _LOWERED, "_"),
    "mover": lambda _, inside: inside[0],
    "msubsup": _scripts,
    "munderover": _scripts,
    "mtr": lambda _, inside: ", ".join(inside),
    "mtable": lambda _, inside: f"({' ; '.join(inside)})",
}


def _bracket(words: str) -> str:
    words = words.strip()
    return words if _FLAT.fullmatch(words) else f"({words})"


def _small(words: str, table: dict[int, int], sign: str) -> str:
    """Raised or lowered letters where there are, for every one of them."""
    words = words.strip()
    if words in ("′", "″", "‴"):
        return words
    return words.translate(table) if all(ord(letter) in table for letter in words) else sign + _bracket(words)


def in_text(text: str) -> str:
    """A text with its formulas in words."""
    return FORMULA.sub(_in_words, text)


def _in_words(found: re.Match[str]) -> str:
    latex = found["apart"] or found["within"]
    return words_of(latex) if is_formula(latex) else found.group()


# --- Images: `![description](images/nom.png "Légende"){petite}` ---
#
# Their caption is Markdown too.

SIZES = ("petite", "moyenne", "pleine")
"""A third of the text's width, two thirds, all of it; without any, the image's own width, where it fits."""
_SIZE = re.compile(rf" ?\{{ ?({'|'.join(SIZES)})(?: taille| largeur)? ?\}}", re.IGNORECASE)


def captioned_image(state: StateInline, silent: bool) -> bool:
    """markdown-it's own rule, then what is ours: in `meta`, the `caption` as tokens and the `size`."""
    if not image(state, silent):
        return False
    size = _SIZE.match(state.src, state.pos, state.posMax) if state.src.startswith(("{", " {"), state.pos) else None
    if size:
        state.pos = size.end()
    if not silent:
        token = state.tokens[-1]
        caption: list[Token] = []
        if title := str(token.attrs.get("title", "")):
            state.md.inline.parse(title, state.md, state.env, caption)
        token.meta = {"caption": caption, "size": size[1].lower() if size else ""}
    return True


def caption_of(token: Token) -> list[Token]:
    caption: list[Token] = token.meta.get("caption", [])
    return caption


def size_of(token: Token) -> str:
    return str(token.meta.get("size", ""))
