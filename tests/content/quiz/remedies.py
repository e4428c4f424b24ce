"""Does what the hint of a problem says, as a trainer who takes it to the letter would: each reading that it offers is one text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.content.quiz.answers.gaps import pieces
from app.content.quiz.tidy import tidy
from app.content.values.text import Problem
from tests.content.quiz.quiz_writings import PATH

Follower = Callable[[list[str], int, re.Match[str]], list[list[str]]]
"""(the lines, the place of the problem's own line, its hint) → the lines of each text that the hint leads to."""

_VALUE = re.compile(r"^([^:]*:\s*)(.*)$")
_CLEAN = re.compile(r"Écrivez : (.*)", re.DOTALL)
_INDENTED, _APART = " (en retrait de deux espaces, sous la réponse)", " (après une ligne vide)"
_WITHOUT = re.compile(r"(.*) \(et retirez la ligne (\d+)(?: et la ligne (\d+))?\)", re.DOTALL)
_BELOW = re.compile(r"(.*) \(et, sous la question : (.*)\)", re.DOTALL)
_GAP = re.compile(r"\[\[[^\]]*\]\]")
_LISTED = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(.*)")


def _put(lines: Sequence[str], place: int, *new: str, used: int = 1) -> list[str]:
    return [*lines[:place], *new, *lines[place + used :]]


def _letters(gap: str) -> str:
    """What a gap says, without the mark of its right choice."""
    return re.sub(r"\(bonne réponse\)|[^\w|]", "", gap)


def _clean_form(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    clean = found[1]
    if clean.startswith("(rien") or clean == "(retirez la ligne)":
        return [_put(lines, place)]
    if clean.startswith("[["):
        return [_put(lines, place, _GAP.sub(lambda gap: clean if _letters(gap.group()) == _letters(clean) else gap.group(), lines[place]))]
    if below := _BELOW.fullmatch(clean):
        end = next((index for index in range(place + 1, len(lines)) if lines[index].startswith("#")), len(lines))
        return [
            [
                *_put(lines, place, below[1], *([] if below[2].startswith("Points") else ["", below[2]]))[:end],
                "",
                *([below[2]] if below[2].startswith("Points") else []),
                "",
                *lines[end:],
            ]
        ]
    if named := _WITHOUT.fullmatch(clean):
        gone = {int(line) - 1 for line in named.groups()[1:] if line}
        return [[line for index, line in enumerate(_put(lines, place, named[1])) if index not in gone]]
    if clean.endswith(_INDENTED):
        return [_put(lines, place, f"  {clean.removesuffix(_INDENTED)}")]
    if clean.endswith(_APART):
        return [_put(lines, place, "", clean.removesuffix(_APART))]
    return [_put(lines, place, clean.removesuffix(", et l’appel dans l’explication"))]


def _gone(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    return [_put(lines, place)]


def _quoted(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    return [_put(lines, place, f"  > {lines[place].strip()}")]


def _below(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    """What an arrow, a parenthesis or a dash opens, put under its option."""
    option, said = re.split(r"\s(?:→|[-=]+>|⇒|➔|[*_]*[(—–#>/:-]+)\s*", lines[place], maxsplit=1)
    return [_put(lines, place, option.rstrip(), f"  > {said.rstrip(' )*_')}")]


def _comment(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    """The first reading, and the second: the end of the line above."""
    end = place + 1
    while end < len(lines) and lines[end].strip() and not re.match(r"\s*(?:[-*+>]|\d+[.)])\s", lines[end]) and ":" not in lines[end]:
        end += 1
    block = [re.sub(r"^\s*[-*+] ", "", line).strip() for line in lines[place:end]]
    as_comment = _put(lines, place, *(f"  > {line}" for line in block), used=len(block))
    above = f"{lines[place - 1]} {' '.join(block)}"
    joined = [*lines[: place - 1], above, *lines[end:]]
    return [as_comment, joined] if lines[place - 1].lstrip().startswith(("-", "*")) else [as_comment]


def _truths(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    return [_put(lines, place, f"Réponse : {truth}") for truth in ("Vrai", "Faux")]


def _reasoned(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    return [_put(lines, place, found[1], "", found[2])]


def _value(line: str) -> tuple[str, str]:
    found = _VALUE.match(line)
    return (found[1], found[2]) if found else ("", line)


def _several_or_one(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    """« Deux réponses : a | b. Une seule : sous « Réponse : » »; only the second where nothing tells what parts them."""
    key, value = _value(lines[place])
    parted = re.sub(r"\s*(?<![\\<])[/;]\s*|\s+ou\s+|\s*,\s+|\s+et\s+|\s*\((?=[^)]*\)\s*(?:\||$))", " | ", value)
    parted = re.sub(r"\)\s*(?=\||$)", " ", parted).strip() if "(" in value else parted
    return [_put(lines, place, f"{key}{parted}"), _put(lines, place, key.rstrip(), "", f"- [x] {value}")]


def _whole(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    """The second reading of « a, b » alone: what the quiz understands already."""
    key, value = _value(lines[place])
    return [] if "[[" in lines[place] else [_put(lines, place, key.rstrip(), "", f"- [x] {value}")]


def _numbers(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    """The numbers that the hint writes, each in place of the value."""
    key, _ = _value(lines[place])
    if "[[" in lines[place]:
        return [_put(lines, place, re.sub(r"\[\[[^\]]*\d[^\]]*\]\]", f"[[{said}]]", lines[place], count=1)) for said in found.groups() if said]
    return [_put(lines, place, f"{key}{said}") for said in found.groups() if said]


def _ticked_in_list(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    """The list above becomes boxes, the one that the hint names ticked, and the line that answered goes."""
    rest = _put(lines, place)
    for index in range(len(rest)):
        if index < place and index > place - 12 and (item := _LISTED.match(rest[index])):
            rest[index] = f"- [{'x' if item[1] == found[1] else ' '}] {item[1]}"
    key, value = _value(lines[place])
    return [rest, _put(lines, place, key.rstrip(), "", f"- [x] {value}")] if found[2] else [rest]


def _boxed(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    """The list under the heading becomes boxes, the first of them ticked."""
    items = [index for index in range(place, min(place + 12, len(lines))) if _LISTED.match(lines[index])]
    texts = [_LISTED.match(lines[index]) for index in items]
    result = list(lines)
    for number, (index, item) in enumerate(zip(items, texts, strict=True)):
        result[index] = f"- [{' ' if number else 'x'}] {item[1].strip('*_') if item else ''}"
    return [result]


def _first_ticked(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    return [_put(lines, place, re.sub(r"\[[ x]?\]|[☐✗]", "[x]", lines[place], count=1).replace("[x]", "- [x]" if lines[place][0] in "☐✗" else "[x]"))]


def _paired(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    """Each row of the table, or item of the list, as an association; the head of a table goes."""
    result: list[str] = []
    for index, line in enumerate(lines):
        if not place < index < place + 12:
            result.append(line)
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("| ").split("|")]
            result += [] if set(line) <= set("|-: ") or lines[index + 1].startswith("|-") else [f"- {cells[0]} => {cells[1]}"]
        elif parts := re.match(r"- (.+?) ?[:=–] (.+)", line):
            result.append(f"- {parts[1]} => {parts[2]}")
        else:
            result.append(re.sub(r"^- (?:= )?(\S+)$", r"- => \1", line))
    return [result]


def _explained(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    end = next((index for index in range(place, len(lines)) if not lines[index].strip()), len(lines))
    return [_put(lines, place, "", *(f"> {line.strip()}" for line in lines[place:end]), used=end - place)]


def _titled(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    return [_put(lines, place, found[1].replace("{#identifiant}", "{#celui-la}"), "", lines[place])]


def _named(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    return [_put(lines, place, re.sub(r"\{[^}]*\}", found[1], lines[place]))]


def _unmarked(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    return [_put(lines, place, re.sub(r"\s*(?:[(\[][^)\]]*[)\]]|[✓✔✗✘❌])\s*$", "", lines[place]))]


def _open(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    key, value = _value(lines[place])
    return [_put(lines, place, "Réponse libre", "", "Modèle : un mot"), _put(lines, place, key.rstrip(), "", f"- [x] {value}")]


def _parted_in_gap(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    inside = re.sub(r"\s*[/;]\s*|\s+ou\s+|\s*\((?=[^)|]*\)\s*(?:\||\]\]))", " | ", lines[place])
    inside = re.sub(r"\)\s*(?=\||\]\])", "", inside) if inside != lines[place] and "(" in lines[place] else inside
    return [_put(lines, place, inside.replace("\\|", "|"))]


def _menu_or_words(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    return [
        _put(lines, place, re.sub(r"\[\[[^\]]*[*(][^\]]*\]\]", said, lines[place], count=1)) for said in (found[1], found[1].replace("(", "").replace(")", ""))
    ]


def _plain(lines: list[str], place: int, found: re.Match[str]) -> list[list[str]]:
    """« Sinon, retirez la marque. »"""
    return [_put(lines, place, " | ".join(piece.strip(" *_") for piece in pieces(lines[place])))]


def _each_line(lines: list[str], place: int) -> list[str]:
    """The whole list: numbered from 1, or without the letters behind its boxes."""
    end = next((index for index in range(place, len(lines)) if not lines[index].strip()), len(lines))
    numbered = [re.sub(r"^\d+\.", f"{index - place + 1}.", lines[index]) for index in range(place, end)]
    return [*lines[:place], *(re.sub(r"^(\s*\S+ \[.\] )\(?[A-Za-z]\s?[.)]\s+", r"\1", line) for line in numbered), *lines[end:]]


FOLLOWED: list[tuple[str, Follower]] = [
    (r"Écrivez : (.*)", _clean_form),
    (r"Retirez (?:la|cette) ligne.*|Gardez les cases, et effacez cette ligne\.|Gardez celle de la réponse, et retirez cette ligne\.|Gardez une seule de ces lignes\.", _gone),
    (r"Si c’est un commentaire, mettez > devant lui\.", _quoted),
    (r"Un commentaire se met sous sa réponse, derrière un >\..*", _below),
    (r"(?:Pour un réglage.* )?Un commentaire commence par > ; (?:la suite de la réponse s’écrit sur la même ligne|une réponse se dit).*", _comment),
    (r"La suite d’un commentaire ou d’une explication commence aussi par > ;.*", lambda lines, place, found: [_put(lines, place, f"{' ' * (len(lines[place - 1]) - len(lines[place - 1].lstrip()))}> {lines[place].strip()}")]),
    (r"La suite d’une étape s’écrit sur sa ligne ;.*", lambda lines, place, found: [_put(lines, place - 1, f"{lines[place - 1].rstrip()} {lines[place].strip()}", used=2)]),
    (r"Écrivez Réponse : Vrai, ou Réponse : Faux\.", _truths),
    (r"Écrivez « (Réponse : \w+) », une ligne vide, puis l’explication derrière un > : (> .*)", _reasoned),
    (r"Deux réponses : séparez-les par une barre, a \| b\. Une seule.*", _several_or_one),
    (r"Deux réponses dont une suffit : .*", _whole),
    (r"Écrivez (.+?) avec une espace, ou (.+?) avec une virgule\..*", _numbers),
    (r"Pour plusieurs nombres acceptés, écrivez ([^;]*?)(?: ;|\.).*", _numbers),
    (r"Pour un intervalle, écrivez ([^;]*?)(?: ;|\.).*", _numbers),
    (r"Écrivez (\S+ % ± [^,]+(?:,\d+)?), ou (.*)\.", _numbers),
    (r"(?:Pour la désigner, cochez-la|Pour un choix, mettez des cases) : - \[x\] (?!devant)(.+?)(?:\. Pour (ce (?:nombre|texte)) .*)?", _ticked_in_list),
    (r"Si cette liste donne les réponses, .*", _boxed),
    (r"Un ordre compte au moins trois étapes\. Pour un choix, .*", _boxed),
    (r"Mettez un x : .*|Cochez celles qui le sont.*", _first_ticked),
    (r"Un tableau n’est pas une association : .*|Si ce sont des associations, .*", _paired),
    (r"Une explication commence par > ; .*", _explained),
    (r"Écrivez au-dessus de cette ligne : (.*)", _titled),
    (r"Écrivez par exemple (\{#.*\})\.", _named),
    (r"Gardez la case, et effacez la mention.*", _unmarked),
    (r"Pour une question ouverte, .*", _open),
    (r"Un leurre n’a rien à gauche : (- => .*)|Une réponse : (- \[ \] .*?)\. Ce qui.*", lambda lines, place, found: [_put(lines, place, found[1] or found[2])]),
    (r"(?:Séparez deux réponses|Dans un tableau aussi, deux réponses).*", _parted_in_gap),
    (r"Un menu : (\[\[.*\]\])\. Des réponses acceptées : .*", _menu_or_words),
    (r"Pour un choix, mettez des cases : - \[x\] devant le bon.*", _plain),
    (r"Pour un trou, retirez les accents graves\.", lambda lines, place, found: [_put(lines, place, lines[place].replace("`", ""))]),
    (r"Si c’est du texte, retirez les espaces.*", lambda lines, place, found: [_put(lines, place, lines[place].lstrip())]),
    (r"Un réglage commence sa ligne à la marge, .*", lambda lines, place, found: [_put(lines, place, "", lines[place].lstrip())]),
]  # fmt: skip
_FOLLOWED = [(re.compile(said, re.DOTALL), follower) for said, follower in FOLLOWED]

ASKED = re.compile(
    "|".join(
        (
            r"Ajoutez", r"Écrivez (?:au moins|dans chaque|dessous|sous|toutes|un |une |la |le |les |l’|chaque réponse à la place|« |- |\[|par exemple : Réponse|l’unité)", r"Mettez", r"Changez",
            r"Distinguez", r"Retirez(?:-l|-les| ces)", r"Gardez(?: l’une| une | «|-en)", r"Ne gardez", r"Raccourcissez", r"Remplacez", r"Racontez", r"Baissez", r"Ouvrez", r"Clés", r"Fermez",
            r"Partagez", r"Regroupez", r"Ramenez", r"Cochez", r"Remontez", r"Vouliez-vous", r"Dites", r"Il en faut", r"Si (?:c’est une phrase|ce sont d’autres)", r"Deux écritures", r"Un (?:ordre : |mot à taper|menu n’a|lien|texte|trou|tableau n’est pas une réponse|commentaire touche)",
            r"Un choix a des cases", r"Une (?:question|liste|mauvaise)", r"Pour (?:le réglage|un titre|un nombre|un choix, cochez)", r"La suite", r"Donnez", r"De 3 à 60", r"Rassemblez", r"Supprimez",
        )
    )
)  # fmt: skip
"""Hints that ask for what their writer alone knows: words, an order, which of two to keep."""


def followed(text: str, problem: Problem) -> list[str] | None:
    """The texts that the hint of a problem leads to; none where it asks for its writer's own words, None where nobody knows how to follow it."""
    if problem.hint.startswith("Écrivez chaque ligne ainsi : ") or (problem.code == "A20" and "(lignes " in problem.message):
        tidied = tidy(PATH, text)[0]
        return [tidied] if tidied != text else ["\n".join(_each_line(text.split("\n"), problem.line - 1))]
    for said, follower in _FOLLOWED:
        if found := said.fullmatch(problem.hint):
            return ["\n".join(lines) for lines in follower(text.split("\n"), problem.line - 1, found)]
    return [] if ASKED.match(problem.hint) else None
