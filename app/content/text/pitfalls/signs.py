"""Lines of a lesson that look like a sign of some tool, whatever the tool: asked once a text, unless its head says that they stand as they are. Pure.

No list of dialects: what a hand writes for readers hardly ever begins so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from markdown_it.token import Token

from app.content.problems.catalogue import problem
from app.content.values.text import Problem
from app.platform.french import short

KEPT = "signes"
"""The key of the head that names the signs which are meant as they are: `signes : [x], {…}`."""
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[…]", re.compile(r"\s*(?:[-*+]\s+)?\[(?!\^|!)[^\]\n]{0,60}\](?![(\[:])")),
    ("{…}", re.compile(r"\{(?!fait:)[^{}\n]{1,80}\}\s*$|^\s*\{(?!fait:)[^{}\n]{1,80}\}|\{(?:[-+=~>]{2})")),
    ("<…>", re.compile(r"\s*</?[A-Za-z][^<>\n]{0,80}>\s*$|\s*<<[^<>\n]{0,80}>>")),
    (".. …::", re.compile(r"\s*\.\.(?!\.)\s*\S")),
    ("@…", re.compile(r"\s*@[a-z]\w*")),
    ("\\…", re.compile(r"\s*\\[A-Za-z]{3,}")),
    (":…:", re.compile(r"\s*:[a-z][\w-]*:")),
    ("key::", re.compile(r"\s*[\w-]+::\s")),
    ("^…", re.compile(r"(?:^|\s)\^[a-z][\w-]*\s*$")),
    ("page", re.compile(r"\s*(?:page\s+\d{1,3}(?:\s*(?:/|sur)\s*\d{1,3})?|\d{1,3}\s*/\s*\d{1,3})\s*$", re.IGNORECASE)),
    ("commentaire", re.compile(r"\s*\[[A-Za-z]{1,3}\d{0,2}\]\s*\S|\s*(?:commentaire(?:s)? de|comment by)\b", re.IGNORECASE)),
)
_REPEATED = re.compile(r"\s*([!?:=%@+^~/\\;&$°])\1+(?!\1)")
_WRAPPED = re.compile(r"(==|\+\+|\^\^|%%|\|\||::|;;)(?=\S)[^\n]{1,80}?(?<=\S)\1")
_SHOUTED = re.compile(r"\s*(?:\*\*)?([A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’ -]{3,40})\s?:(?:\*\*)?(?:\s|$)")
_BOLD = re.compile(r"\s*\*\*[^*\n]{2,70}\*\*\s*:?\s*$")


def sign_of(line: str) -> str:
    """The shape of the sign that a line looks like; empty where it is only words."""
    if len(line) > 400 or line.lstrip().startswith("!["):
        return ""
    for name, shape in _SHAPES:
        if shape.search(line) if name in ("{…}", "^…") else shape.match(line):
            return name
    if found := _REPEATED.match(line):
        return found.group().strip()
    if found := _WRAPPED.search(line):
        return f"{found[1]}…{found[1]}"
    if found := _SHOUTED.match(line):
        return f"{found[1].strip()} :"
    return "gras seul" if _BOLD.match(line) else ""


def without_sign(line: str) -> str:
    """The words of a line without the sign that it looks like; empty where it is nothing else."""
    line = re.sub(r"\{(?:[-+=~>]{2})?([^{}\n]*?)(?:[-+=~<]{2})\}", r"\1", line)
    line = re.sub(r"\{[^{}\n]{1,80}\}|(?:^|(?<=\s))\^[a-z][\w-]*\s*$", "", line)
    line = _WRAPPED.sub(lambda found: found.group()[len(found[1]) : -len(found[1])], line)
    for name, shape in _SHAPES:
        if name not in ("page", "commentaire") and (found := shape.match(line)):
            line = line[found.end() :]
    line = _REPEATED.sub("", line)
    return re.sub(r"\s*([=:+%~])\1+\s*$", "", line).strip()


def unknown_signs(path: str, first_line: int, tokens: Sequence[Token], kept: str, told: Collection[int]) -> Iterator[Problem]:
    """A47, once for each sign. `kept`: what the head says of them; `told`: lines of which something else is said."""
    said = {each.strip() for each in kept.split(",")}
    for index, token in enumerate(tokens):
        above = tokens[index - 1]
        if token.type != "inline" or above.type != "paragraph_open" or above.hidden or above.level:
            continue
        start = token.map[0] if token.map else first_line
        lines = token.content.split("\n")
        for number, line in enumerate(lines):
            sign = sign_of(line)
            if not sign or sign in said or start + number in told or (sign == "gras seul" and len(lines) > 1):
                continue
            said.add(sign)
            message = f"« {short(line.strip(), 50)} » ressemble à un signe d’un autre outil : il serait montré tel quel."
            yield problem(path, start + number, "A47", message, f"Réécrivez-le ou retirez-le ; s’il est voulu, ajoutez à l’en-tête : {KEPT} : {sign}")
