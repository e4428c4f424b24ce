"""How the lines of a paragraph begin: titles, bullets, tables and call-outs that Markdown does not see, and so runs together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.content.text.callouts import CALLOUTS, callout_meant_by
from app.content.text.misread.words import Pitfall
from app.platform.french import join_words, short

BULLETS = "•◦▪▫‣·●○►▶➤➢❖\uf0b7\uf0a7\uf0d8\uf076"
_WIDE = "[ \t\u00a0\u202f\u2009\u2002\u2003]"
ODD = re.compile(r"^[ \t]*(?:[^\w\s«“\"'(]|o[ \t\u00a0]|\(?\w{1,4}[ \u00a0]?[).°/–-])|[|\t]", re.MULTILINE)
"""Cheap: a paragraph where no line is so has nothing to tell."""

GLUED = re.compile(rf" {{0,3}}(?:(#{{2,}})(?:{_WIDE}*)(?=[^\s#!])|(#)(?:[\u00a0\u202f\u2009]|(?=[^\W\d_])))")
"""`##Titre`, `####### Titre`, or a no-break space after the signs."""
BULLET = re.compile(rf"\s*(?:[{BULLETS}]{_WIDE}*|–{_WIDE}+|[-+*][\u00a0\u202f\u2009]+|[-+](?=[^\W\d_])|o{_WIDE}+)(?=\S)")
_DASH = re.compile(rf"\s*—{_WIDE}*(?=\S)")
LETTER = re.compile(
    r"\s*(?:\(?[a-zA-Z]\)|[a-zA-Z]\.|\d{1,2}(?:°|/|[ \u00a0]?[–-])|\(\d{1,2}\)|[IVX]{1,4}[.)/-])[ \u00a0]\s*(?=\S)|\s*\d{1,3}[.)](?=[^\W\d_])|\s*[☐☑☒□■✓✔✗✘→⇒]"
)
_NUMBER = re.compile(r"\s*\d{1,3}[.)]\s+\S")
_SIGN = re.compile(r"\s*[-*+]\s+\S")
ROW = re.compile(r"\s*\|.*\|\s*$|[^|]*[^|\s\\]\s*\|\s*[^|\s]")
RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
ADMONITION = re.compile(r"\s*(?:!!!|\?\?\?\+?|:::+|///)\s*\{?\.?(\w*)\}?\s*[\"“«|]?\s*(.*?)\s*[\"”»]?\s*$")
ALERT = re.compile(r"\s*\[!([\w -]+)\][-+]?[ \t]*(.*)$")
NOTE = re.compile(r"\s*\[\^[^\]\s]+\][ \u00a0\u202f]+:")
_TAB = re.compile(r"\S\t+\S")


def opening_faults(lines: Sequence[str]) -> Iterator[Pitfall]:
    """What is wrong with the beginnings of the lines of one paragraph: each habit once, where it begins."""
    for number, line in enumerate(lines):
        if GLUED.match(line):
            yield Pitfall(number, "A36", f"« {short(line, 50)} » n’est pas un titre.", "Écrivez une espace ordinaire après les signes # : ## Titre.")
        elif NOTE.match(line):
            yield Pitfall(
                number, "A43", f"« {short(line, 40)} » n’est pas la définition d’une note.", "Écrivez les deux-points juste après le crochet : [^s12]: …"
            )
    yield from _list_faults(lines)
    yield from _rows(lines)
    yield from _admonition(lines)


def _list_faults(lines: Sequence[str]) -> Iterator[Pitfall]:
    first = next((number for number, line in enumerate(lines) if BULLET.match(line)), None)
    if first is not None:
        message = f"« {short(lines[first], 40)} » n’est pas un élément de liste : les lignes se suivraient dans un même paragraphe."
        yield Pitfall(first, "A38", message, "Écrivez un tiret et une espace ordinaire devant chaque élément : - …")
        return
    for pattern, fewest, message, hint in (
        (LETTER, 2, "ces lignes se suivraient dans un même paragraphe", "Mettez « - » et une espace devant chaque ligne, ou une ligne vide entre elles."),
        (_DASH, 2, "ces lignes se suivraient dans un même paragraphe", "Mettez une ligne vide entre elles ; pour une liste, « - » et une espace."),
    ):
        found = [number for number, line in enumerate(lines) if pattern.match(line)]
        if len(found) >= fewest:
            yield Pitfall(found[0], "A38", f"« {short(lines[found[0]], 40)} » : {message}.", hint)
    inside = next((number for number, line in enumerate(lines) if number and (_NUMBER.match(line) or _SIGN.match(line))), None)
    if inside is not None:
        message = f"« {short(lines[inside], 40)} » n’est pas un élément de liste : cette ligne suit le texte du dessus."
        yield Pitfall(inside, "A38", message, "Écrivez ces lignes à la marge, après une ligne vide.")


def _rows(lines: Sequence[str]) -> Iterator[Pitfall]:
    rows = [number for number, line in enumerate(lines) if "|" in line and ROW.match(line)]
    if len(rows) > 1 or (rows and lines[rows[0]].strip().startswith("|")):
        ruled = any("|" in line and RULE.match(line) for line in lines)
        message = "Ces lignes ne forment pas un tableau, et seraient montrées avec leurs barres."
        hint = (
            "Donnez à la ligne de tirets autant de cases qu’à la première."
            if ruled
            else "Écrivez sous la première ligne : | --- | --- |, une case par colonne."
        )
        yield Pitfall(rows[0], "A42", message, hint)
    tabs = [number for number, line in enumerate(lines) if _TAB.search(line)]
    if len(tabs) > 1:
        message = "Ces lignes sont séparées par des tabulations : ce n’est pas un tableau, tout se suivrait."
        yield Pitfall(tabs[0], "A42", message, "Faites un tableau : | Qui | Quoi |, puis | --- | --- |, puis une ligne par rangée.")


def _admonition(lines: Sequence[str]) -> Iterator[Pitfall]:
    for number, line in enumerate(lines):
        if line.lstrip().startswith(("!!!", "???", ":::", "///")) and (found := ADMONITION.match(line)) and (found[1] or number == 0):
            yield Pitfall(
                number, "A39", f"« {short(line, 40)} » n’est pas un encadré de ce cours.", "Écrivez « > [!NOTE] », puis le texte, chaque ligne après un >."
            )
            return
        if line.lstrip().startswith("==="):
            yield Pitfall(number, "A43", f"« {short(line, 40)} » : un onglet d’un autre logiciel, qui serait montré tel quel.", "Faites-en un titre : ### …")
            return
    found = ALERT.match(lines[0])
    if found and found[1].casefold() not in _OURS:
        yield Pitfall(0, "A39", f"« {short(lines[0], 40)} » n’est pas un encadré de ce cours.", _how(lines[0]))


def _how(line: str) -> str:
    """A mark that is not known has no button: its writer chooses among those that are."""
    found = ALERT.match(line)
    marks = f"> {join_words([f'[!{mark}]' for mark in CALLOUTS], 'ou')}"
    return (
        f"Écrivez la marque seule sur sa ligne : {marks}."
        if found and callout_meant_by(found[1])
        else f"Choisissez l’un des encadrés du cours, seul sur sa ligne : {marks}."
    )


_OURS = frozenset({"question", "choix"})
