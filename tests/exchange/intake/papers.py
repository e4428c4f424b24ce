"""Question papers as people make them in Word, written here by a library: each way to number, each way to say which answer is right."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import RGBColor

QUESTIONS = (
    ("Qui signe le contrat ?", ("Le maire", "Le préfet", "Le recteur"), 1),
    ("Qui anime le comité ?", ("La ville", "La caisse", "Le chef de projet"), 2),
)
LIST = 77
_LEVELS = (("decimal", "%1."), ("lowerLetter", "%2)"), ("bullet", "•"))


def document() -> Any:
    """With one list of three levels: numbers, letters, bullets."""
    made = docx.Document()
    numbering = made.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for level, (kind, text) in enumerate(_LEVELS)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{LIST}">{levels}</w:abstractNum>'))
    for number in (LIST, LIST + 1):
        override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if number > LIST else ""
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{LIST}"/>{override}</w:num>'))
    return made


def put_in_list(paragraph: Any, level: int, number: int = LIST) -> Any:
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'))
    return paragraph


def bytes_of(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


Written = Callable[[Any, int, str], Any]
"""(document, place from 0, words) → the paragraph, without the words of an option."""


def _write_sign(sign: Callable[[int], str]) -> Written:
    return lambda made, place, words: made.add_paragraph(f"{sign(place)}{words}")


def _automatic(level: int) -> Written:
    return lambda made, place, words: put_in_list(made.add_paragraph(words), level)


def _style(name: str) -> Written:
    return lambda made, place, words: made.add_paragraph(words, style=name)


NUMBERINGS: dict[str, tuple[Written, Written]] = {
    "numéros et lettres automatiques": (_automatic(0), _automatic(1)),
    "numéros et puces automatiques": (_automatic(0), _automatic(2)),
    "styles de liste": (_style("List Number"), _style("List Bullet 2")),
    "numéros automatiques, lettres tapées": (_automatic(0), _write_sign(lambda place: f"{'abc'[place]}) ")),
    "question sans numéro, lettres automatiques": (_write_sign(lambda place: ""), _automatic(1)),
    "tout est tapé": (_write_sign(lambda place: f"Question {place + 1} : "), _write_sign(lambda place: f"{'abc'[place]}) ")),
    "1) tapé et lettres": (_write_sign(lambda place: f"{place + 1}) "), _write_sign(lambda place: f"{'ABC'[place]}. ")),
    "Q1 et tirets tapés": (_write_sign(lambda place: f"Q{place + 1} "), _write_sign(lambda place: "- ")),
}


def _run(words: str, **look: Any) -> Callable[[Any], None]:
    def write(paragraph: Any) -> None:
        for run in paragraph.runs:
            for name, value in look.items():
                if name == "colour":
                    run.font.color.rgb = RGBColor(*value)
                elif name == "highlight":
                    run.font.highlight_color = value
                else:
                    setattr(run, name, value)
        if words:
            paragraph.add_run(words)

    return write


MARKS: dict[str, tuple[Callable[[Any], None], Callable[[Any], None]]] = {
    "gras": (_run("", bold=True), _run("")),
    "surligné": (_run("", highlight=WD_COLOR_INDEX.YELLOW), _run("")),
    "rouge": (_run("", colour=(255, 0, 0)), _run("")),
    "vert et rouge": (_run("", colour=(0, 160, 60)), _run("", colour=(200, 0, 0))),
    "souligné": (_run("", underline=True), _run("")),
    "(bonne réponse)": (_run(" (bonne réponse)"), _run("")),
}
"""How the right option looks, and how the others do."""


def _line(words: str) -> Callable[[Any], None]:
    return lambda made: made.add_paragraph(words)


def _table(made: Any) -> None:
    made.add_paragraph("Corrigé")
    table = made.add_table(rows=3, cols=2)
    for row, cells in zip(table.rows, (("Question", "Réponse"), ("1", "b"), ("2", "c")), strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words


def _add_key_under_a_heading(made: Any) -> None:
    made.add_heading("Corrigé", 2)
    made.add_paragraph("Question 1 : réponse b")
    made.add_paragraph("Question 2 : réponse c")


KEYS: dict[str, Callable[[Any], None]] = {
    "1b, 2c": _line("Réponses : 1b, 2c"),
    "1 : b ; 2 : c": _line("Corrigé : 1 : b ; 2 : c"),
    "tableau": _table,
    "titre Corrigé": _add_key_under_a_heading,
}
"""Answers given apart, after the questions."""


def paper(numbering: str, said: str) -> bytes:
    """A paper of two questions, numbered so, whose answers are said so."""
    made = document()
    made.add_heading("Le contrat de ville", 0)
    ask, offer = NUMBERINGS[numbering]
    right, wrong = MARKS.get(said, (_run(""), _run("")))
    for place, (question, options, answer) in enumerate(QUESTIONS):
        ask(made, place, question)
        for number, option in enumerate(options):
            (right if number == answer else wrong)(offer(made, number, option))
    if said in KEYS:
        KEYS[said](made)
    return bytes_of(made)
