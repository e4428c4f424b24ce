"""Finds pitfalls within a passage: marks that Markdown shows as they are, addresses that are no links, other dialects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it.token import Token

from app.content.text import maths
from app.content.text.markdown import split_anchor
from app.content.text.maths import caption_of, size_of
from app.platform.french import short

HELD = "\ufffc"
"""Stands for what is no text: code, an image, the call of a note, a link's address."""


class Pitfall(NamedTuple):
    """What is wrong, on which line from that of the passage, and what to do. A hint that begins with « Écrivez » has a button (`mending`)."""

    line: int
    code: str
    message: str
    hint: str


_FEW = re.compile(r"[*_^~{}$\[\]@\\]")
_MANY = re.compile(rf"{_FEW.pattern}|:/|:[a-z]|==|\+\+|%%|[!?]\?|www\.|-8<")
_RARE = ("://", "==", "++", "%%", "!?", "??", "www.", "-8<")
_NAMED = re.compile(r":[a-z][\w+-]*:")


def suspect_characters(body: str) -> re.Pattern[str]:
    """What to look for in each passage of a body: a text without any says what it seems to. Those that the whole body lacks are not looked for."""
    return _MANY if any(sign in body for sign in _RARE) or _NAMED.search(body) else _FEW


UNCLOSED = re.compile(r"\*\*|(?<!\w)__(?=[^\s_])|(?<=[^\s_])__(?!\w)|~~|(?<![\w*])\*(?=\w)|(?<=\s)_(?=[^\W_])|^_(?=[^\W_])")
SPACED = re.compile(r"(\*\*|(?<!_)__(?!_)|~~|(?<!\*)\*(?!\*))[ \u00a0\u202f]*([^\s*_~](?:[^*_~\n]*[^\s*_~])?)[ \u00a0\u202f]*\1(?!\*|__)")
"""`** mots **`: the space that keeps a mark from being one."""
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>«»\ufffc]*[^\s<>«»\ufffc.,;:!?)\]'’\"*_]", re.IGNORECASE)
MAIL = re.compile(r"(?<![\w.@+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?![\w@])", re.IGNORECASE)
APART = re.compile(r"(!?)\[([^\[\]\n]+)\][ \u00a0\u202f]+\(((?:https?://|mailto:|images/|[a-z0-9-]{3,60}(?:#[a-z0-9-]+)?\))[^()\n]*)(\)?)")
"""`[texte] (adresse)`."""
SPACES = re.compile(r"(!?)\[([^\[\]\n]+)\]\(([^()<>\n]*[^()<>\s][ \u00a0][^()<>\n]*)\)")
"""`[texte](une adresse)`."""
REVERSED = re.compile(r"\(([^()\n]+)\)\[((?:https?://|mailto:|images/)[^\]\s]+)\]")
HIGHLIGHT = re.compile(r"(==|\+\+)(?=[^\s=+])([^=+\n]*[^\s=+])\1")
RAISED = re.compile(r"(?<=\w)\^(?!\w*\})([^\s^]{1,20})\^")
LOWERED = re.compile(r"(?<=\w)(?<!~)~([^\s~]{1,20})~(?!~)")
SIZE = re.compile(r"\|\s*\d{1,4}(?:x\d{1,4})?$")
ATTRIBUTES = re.compile(r"[ \u00a0]?\{:?\s*(?:[#.][^{}\n]*|[\w-]+\s*=[^{}\n]*)\}")
_UNKNOWN_SIZE = re.compile(r" ?\{[^{}\n:=#.]{1,30}\}")
_OTHERS = (
    (
        re.compile(
            r"\$\$|(?<![\w\\$])\$(?=[^\s$])[^$\n]*[^\s$\\]\$(?!\d)|(?<![\w\\$])(?<!\d[ \u00a0\u202f])\$(?=[^$\n]*[\\^_=])[^$\n]+\$(?!\w)"
            r"|\\(?:frac|sqrt|sum|begin|times|text)\b"
        ),
        "une formule",
    ),
    (re.compile(r"\\[a-z]+\{[^{}\n]*\}"), "une commande"),
    (re.compile(r"\[\[[^\[\]\n]*\]\]"), "un lien de wiki ou un champ"),
    (re.compile(r"\{\{[^{}\n]*\}\}|\{%[^%\n]*%\}|@@\w+@@|--8<--|%%[^%\n]+%%"), "une commande"),
    (re.compile(r"\[(?:\([ xX]?\)|TOC|toc|_TOC_)\]|(?:^|(?<=\s))[!?]\?[\[\ufffc]|--\{\{"), "une commande"),
    (re.compile(r"(?:^|(?<=[\s(]))\*\[[^\]\n]+\]:"), "une abréviation"),
    (re.compile(r"(?<![\w:/.])(?<!\d):[a-z][a-z0-9_+-]{1,30}:(?![\w:/])"), "un nom d’émoticône"),
    (re.compile(r"\[[^\[\]\n]+\]\[[^\[\]\n]*\]"), "un lien dont l’adresse n’est pas donnée"),
    (re.compile(r"(?<=[\w.»)])[ \u00a0]?\[\d{1,3}\](?![(:\[])"), "l’appel d’une note"),
    (re.compile(r"\^\[[^\]\n]*\]?|\[@[^\]\n]+\]"), "l’appel d’une note"),
    (re.compile(r"(?<=\w)\^[\w({][\w)}]*"), "un exposant"),
)
_RAW_MATHS = re.compile(r"\\\((?!\s*\))[^\n]+?\\\)|\\\[[^\n]+?\\\]")
_BRACES = re.compile(r"\{[^{}\n]*\}")
_CODE = re.compile(r"(`+)[^`]*?\1")
_INSTEAD = {
    "l’appel d’une note": "Appelez une note par son nom, [^s12], et donnez sa source.",
    "une abréviation": "Retirez-la : les sigles se développent par modules/glossaire.md.",
    "un lien de wiki ou un champ": "Un lien s’écrit [texte](identifiant).",
    "un lien dont l’adresse n’est pas donnée": "Écrivez son adresse entre parenthèses : [texte](https://…).",
    "une formule": "Une formule s’écrit entre deux signes $ qui la touchent, $E = mc^2$, et ses mots dans \\text{…} ; une somme, 5 $.",
    "un exposant": "Tapez l’exposant lui-même, ², ou faites-en une formule : $10^4$.",
    "un nom d’émoticône": "Retirez-le, ou tapez le signe lui-même.",
}


def passage_faults(passage: Token, signs: re.Pattern[str] = _MANY, title: bool = False, fields: bool = False) -> Iterator[Pitfall]:
    """What is wrong in one passage. `title`: its anchor is none of its words; `fields`: doubled brackets, and braces of a title, are judged by their own reader."""
    children = passage.children or ()
    if not _odd(children, signs, title) and "\\" not in passage.content:
        yield from _sizes(children) if "|" in passage.content else ()
        return
    shown = split_anchor(_visible_text(children))[0] if title else _visible_text(children)
    shown = _BRACES.sub(HELD, shown) if title and fields else shown
    if "\\" in passage.content:
        shown = _without_escaped(shown, passage.content)
    yield from _sizes(children)
    for number, line in enumerate(shown.split("\n")):
        for code, message, hint in _of_line(line, fields):
            yield Pitfall(number, code, message, hint)
    if "\\" in passage.content and (found := _RAW_MATHS.search(_CODE.sub("", passage.content))):
        yield Pitfall(
            passage.content.count("\n", 0, found.start()),
            "A43",
            f"« {short(found.group(), 40)} » : une formule d’un autre logiciel, que rien ne dessine.",
            "Écrivez-la entre deux signes $.",
        )


def _odd(children: Sequence[Token], signs: re.Pattern[str], title: bool) -> bool:
    for child in children:
        if child.type == "text":
            text = child.content
            if signs.search(split_anchor(text)[0] if title and text.endswith("}") else text):
                return True
    return False


def formulas(passage: Token) -> Iterator[Pitfall]:
    """Each formula of a passage that is not understood; a formula apart is its own passage."""
    line = 0
    for child in [passage] if passage.type == "math_block" else passage.children or ():
        line += child.type in ("softbreak", "hardbreak")
        if child.type in ("math_inline", "math_block"):
            try:
                maths.formula(child.content)
            except maths.MathsNotUnderstood as error:
                yield Pitfall(line, "E72", f"Formule « {short(child.content.strip(), 40)} » non comprise.", str(error))


def pictures(passage: Token, alone: bool) -> Iterator[Pitfall]:
    """What is said around an image, and not shown. `alone`: in its paragraph, where a caption has its place."""
    children = passage.children or ()
    for place, child in enumerate(children):
        if child.type != "image":
            continue
        own = str(child.attrs.get("src", "")).startswith("images/")
        if caption_of(child) and not (alone and own):
            yield Pitfall(0, "A44", "Cette légende n’est pas montrée.", "Laissez l’image du module seule dans son paragraphe, une ligne vide avant et après.")
        if size_of(child) and not own:
            yield Pitfall(0, "A44", "Cette taille est sans effet sur un document de la bibliothèque.", "Retirez-la : seule une image du module a une taille.")
        after = children[place + 1].content if place + 1 < len(children) and children[place + 1].type == "text" else ""
        if found := _UNKNOWN_SIZE.match(after):
            yield Pitfall(
                0,
                "A44",
                f"« {found.group().strip()} » n’est pas une taille d’image.",
                "Trois tailles se mettent contre l’image : {petite}, {moyenne} ou {pleine}.",
            )


def _sizes(children: Sequence[Token]) -> Iterator[Pitfall]:
    """`![Une carte|300](…)`: the size would be read aloud with the alternative."""
    for child in children:
        if child.type == "image" and (found := SIZE.search(child.content)):
            hint = "Écrivez la description sans cette taille."
            yield Pitfall(0, "A43", f"« {found.group()} » : la taille d’une image d’un autre logiciel, lue à qui ne la voit pas.", hint)


def _visible_text(children: Sequence[Token]) -> str:
    """The text that readers see as it was typed; what is code, image, link or call is held."""
    parts: list[str] = []
    links = 0
    for child in children:
        kind = child.type
        links += (kind == "link_open") - (kind == "link_close")
        if kind == "text":
            parts.append(HELD if links else child.content)
        elif kind in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif kind not in ("strong_open", "strong_close", "em_open", "em_close", "s_open", "s_close"):
            parts.append(HELD)
    return "".join(parts)


def _without_escaped(shown: str, written: str) -> str:
    """A character after a backslash is meant as it is: the whole passage is believed about that character."""
    for sign in {written[place + 1 : place + 2] for place, letter in enumerate(written) if letter == "\\"} & set("*_~^$=+{}[]%@:"):
        shown = shown.replace(sign, HELD)
    return shown


def _of_line(line: str, fields: bool) -> Iterator[tuple[str, str, str]]:
    yield from _marks(line)
    line, told = _links(line)
    yield from told
    for pattern, named in ((HIGHLIGHT, "un surlignage"), (RAISED, "un exposant"), (LOWERED, "un indice"), (ATTRIBUTES, "un attribut")):
        if found := pattern.search(line):
            instead = {"un attribut": "Écrivez la ligne sans lui.", "un surlignage": "Écrivez-le en gras."}.get(named, "Écrivez-le sans ces signes.")
            yield "A43", f"« {short(found.group().strip(), 40)} » : {named}, que ce cours n’a pas, et qui serait montré tel quel.", instead
            line = pattern.sub(HELD, line)
    for pattern, named in _OTHERS:
        found = pattern.search(line)
        if found and not (fields and named.startswith("un lien de wiki")):
            instead = _INSTEAD.get(named, "Retirez ces signes, ou mettez le passage entre accents graves si c’est un exemple.")
            yield "A43", f"« {short(found.group().strip(), 40)} » : {named} d’un autre logiciel, qui serait montré tel quel.", instead
            line = pattern.sub(HELD, line)


def _marks(line: str) -> Iterator[tuple[str, str, str]]:
    spaced = SPACED.search(line)
    if spaced and not (spaced[1] == "*" and spaced.group()[1:2].isspace() and spaced.group()[-2:-1].isspace()):  # 3 * 4 * 5
        yield (
            "A41",
            f"« {short(spaced.group(), 40)} » serait montré avec ses signes.",
            f"Écrivez « {spaced[1]}{short(spaced[2], 40)}{spaced[1]} », sans espace à l’intérieur.",
        )
    elif found := UNCLOSED.search(line):
        message = f"« {found.group()} » n’est jamais fermé, et sera montré : « {short(line[found.start() :], 40)} »."
        yield "A41", message, f"Fermez-le après le dernier mot, ou mettez \\ devant lui s’il faut le montrer : \\{found.group()[0]}."


def _links(line: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The line without its addresses, and what is wrong with them."""
    told: list[tuple[str, str, str]] = []
    for pattern, message, hint in (
        (APART, "n’est pas un lien : une espace sépare ses deux parties.", "Écrivez « ]( » sans espace."),
        (SPACES, "n’est pas un lien : son adresse contient une espace.", "Écrivez l’adresse entre chevrons : [texte](<adresse>)."),
        (REVERSED, "n’est pas un lien : crochets et parenthèses sont inversés.", "Écrivez [texte](adresse)."),
    ):
        if found := pattern.search(line):
            told.append(("A40", f"« {short(found.group(), 60)} » {message}", hint))
            line = pattern.sub(HELD, line)
    for pattern, named in ((ADDRESS, "Cette adresse"), (MAIL, "Cette adresse électronique")):
        if found := pattern.search(line):
            told.append(
                ("A40", f"{named} n’est pas un lien : {short(found.group(), 60)}", "Écrivez l’adresse entre chevrons, < et >, ou mieux : [texte](adresse).")
            )
            line = pattern.sub(HELD, line)
    return line, told
