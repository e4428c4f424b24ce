"""modules/outils/*.md: a tool, its fields, and what its files cannot hold, each said with its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token

from app.content.problems.catalogue import problem
from app.content.text.fields import FIELD, Copy, fields, marked
from app.content.text.grids import CellNotUnderstood, formula_of, grids
from app.content.text.head import read_head
from app.content.text.head_values import HeadValues
from app.content.text.markdown import tokens, without_notes
from app.content.text.parts import parse_text
from app.content.text.scan import TextScan, scan_text
from app.content.values.quiz import GAP_OPEN
from app.content.values.text import DocumentKind, Fragment, Problem
from app.content.values.toolbox import Tool, ToolForm
from app.platform.french import french

TOOL_KEYS = ("id", "titre", "usage", "moment", "forme", "auteur", "notes")
_KEPT = ("heading", "paragraph", "inline", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td")
_INLINE = ("text", "softbreak", "hardbreak", "strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close", "footnote_ref")


def tool(path: str, text: str) -> tuple[Tool | None, TextScan]:
    """The tool, where its head names it."""
    head, body, line, problems = read_head(path, text, TOOL_KEYS)
    scan = scan_text(path, body, line, parse_text(body, line).tokens, DocumentKind.TOOL)
    values = HeadValues(path, head)
    identifier, title = values.id(), values.title()
    purpose, moment = french(values.required("usage")), french(values.required("moment"))
    form = _form(values)
    introduction, document = _parts(body, line, scan)
    scan.problems += [*problems, *values.problems, *_checked(path, document, form)]
    scan.cited, scan.id = values.cited, head.text("id")
    if not identifier or not title:
        return None, scan
    return Tool(identifier, title, purpose, moment, form, introduction, document, tuple(scan.sources), path, scan.called), scan


def _form(values: HeadValues) -> ToolForm:
    written = values.required("forme").casefold()
    found = next((form for form in ToolForm if form.value == written), None)
    if written and found is None:
        values.report(values.head.line("forme"), "E09", f"Forme non comprise : « {written[:40]} ».", "Écrivez « forme : texte » ou « forme : tableau ».")
    return found or ToolForm.TEXT


def _parts(body: str, line: int, scan: TextScan) -> tuple[Fragment, Fragment]:
    """How to use it, and from the first `##` what its files hold."""
    lines = body.split("\n")
    start = next((heading.line - line for heading in scan.headings if heading.level == 2), len(lines))
    return Fragment("\n".join(lines[:start]).strip("\n"), line), Fragment("\n".join(lines[start:]), line + start)


def _checked(path: str, document: Fragment, form: ToolForm) -> Iterator[Problem]:
    parsed = tokens(marked(document.text, Copy.BLANK), document.line)
    if not FIELD.search(document.text):
        hint = "Sous un titre « ## », écrivez au moins un champ : [[ce qu’il faut écrire => ce qu’écrit l’exemple]]."
        yield problem(path, document.line, "E60", "Cet outil n’a rien à remplir.", hint)
    for number, line in enumerate(document.text.split("\n"), document.line):
        yield from _fields(path, number, line)
    yield from _places(path, parsed)
    yield from _formulas(path, parsed)
    yield from _layout(path, parsed)
    if form is ToolForm.TABLE:
        yield from _sheets(path, parsed)


def _fields(path: str, number: int, line: str) -> Iterator[Problem]:
    rest = FIELD.sub("", line)
    if "[[" in rest or "]]" in rest:
        hint = "Écrivez [[ce qu’il faut écrire => ce qu’écrit l’exemple]] sur une seule ligne."
        yield problem(path, number, "E60", f"Champ non fermé, ou jamais ouvert : « {rest.strip()[:60]} ».", hint)
    for hint, example in fields(line):
        if not example:
            yield problem(path, number, "E60", f"Ce champ n’a pas d’exemple : « {hint[:60]} ».", f"Écrivez [[{hint[:60]} => ce qu’écrit l’exemple]].")


def _places(path: str, parsed: Sequence[Token]) -> Iterator[Problem]:
    """No field in a title, nor in a table's first row: both copies have the same."""
    for before, token in pairwise(parsed):
        if before.type in ("heading_open", "th_open") and GAP_OPEN in token.content:
            where = "un titre" if before.type == "heading_open" else "la première ligne d’un tableau"
            yield problem(path, _line(token), "E60", f"Un champ ne va pas dans {where}.", "Mettez-le dessous.")


def _formulas(path: str, parsed: Sequence[Token]) -> Iterator[Problem]:
    for grid in grids(parsed):
        titles = [title.words for title in grid.titles]
        for cell in (cell for row in grid.rows for cell in row):
            try:
                formula_of(cell.words, titles)
            except CellNotUnderstood as error:
                hint = f"Écrivez « = somme », ou des titres de ce tableau : {', '.join(titles)}."
                yield problem(path, _line(cell.token), "E60", f"Calcul non compris : « {str(error)[:60]} ».", hint)


def _layout(path: str, parsed: Sequence[Token]) -> Iterator[Problem]:
    for token in without_notes(parsed):
        if said := _unknown(token):
            hint = "Restent les titres ## et ###, les paragraphes, les listes à tirets d’un niveau et les tableaux."
            yield problem(path, _line(token), "E61", f"Un fichier d’outil ne montre pas {said}.", hint)


def _unknown(token: Token) -> str:
    """What a token is that no file shows; empty for what they show."""
    if token.type == "heading_open" and token.tag not in ("h2", "h3"):
        return f"un titre de niveau {token.tag[1]}"
    if token.type in ("bullet_list_open", "table_open") and token.level:
        return "une liste ou un tableau dans un autre bloc"
    if token.type == "inline":
        return "une image, une formule, du code ou une rature" if any(child.type not in _INLINE for child in token.children or ()) else ""
    if token.nesting >= 0 and token.type.removesuffix("_open") not in _KEPT:
        return {"ordered_list_open": "une liste numérotée", "blockquote_open": "une citation", "fence": "une figure ou du code"}.get(token.type, "ce bloc")
    return ""


def _sheets(path: str, parsed: Sequence[Token]) -> Iterator[Problem]:
    """A sheet has one table, so that one can sort it, freeze its titles and add rows."""
    sheets = [token for token in parsed if token.type == "heading_open" and token.tag == "h2"]
    tables = [_line(token) for token in parsed if token.type == "table_open"]
    for place, token in enumerate(sheets):
        start, end = _line(token), _line(sheets[place + 1]) if place + 1 < len(sheets) else None
        found = sum(start < line and (end is None or line < end) for line in tables)
        if found != 1:
            said = "n’a pas de tableau" if not found else f"a {found} tableaux"
            yield problem(path, start, "E61", f"Cette feuille {said}.", "Dans un outil de forme « tableau », chaque « ## » a un tableau, un seul.")


def _line(token: Token) -> int:
    return token.map[0] if token.map else 1
