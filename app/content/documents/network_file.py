"""reseau.md: the cités éducatives in one table, the network's meetings as `##`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from app.content.documents.reference_files import Body, is_date
from app.content.text.markdown import plain, slug, split_anchor
from app.content.text.scan import TextScan
from app.content.values.network import Cite, Commune, Meeting, Network
from app.content.values.text import Fragment

COLUMNS = ("nom", "communes", "département", "vague", "label")
_COLUMN_SLUGS = {"nom": "nom", "cite": "nom", "commune": "communes", "departement": "département", "vague": "vague", "label": "label", "date": "label"}
_COMMUNE = re.compile(r"([^,()]+?)\s*\(((?:\d\d|2[AB])\d{3})\)\s*(?:,|$)")
_WAVE = re.compile(r"(?:vague\s*)?(\d{1,2})(?:\s*(?:re|ère|e|ème)?(?:\s*vague)?)?", re.IGNORECASE)


def network(path: str, text: str) -> tuple[Network, TextScan]:
    """The cités, in the order of the table, and the meetings, in the order of the file."""
    body = Body(path, text)
    cites = tuple(_cites(body))
    openings = [index for index, token in enumerate(body.tokens) if token.type == "heading_open" and token.tag == "h2"]
    starts = [body.line_of(body.tokens[index]) for index in openings]
    notes = [body.line_of(token) for token in body.tokens if token.type == "footnote_reference_open"]
    end = min(notes, default=body.first_line + len(body.lines))  # the notes at the end of the file belong to no meeting
    meetings = tuple(_meetings(body, openings, [*starts, end][1:]))
    first = min([*starts, *(body.line_of(token) for token in body.tokens if token.type == "table_open"), end])
    introduction = "\n".join(body.slice(body.first_line, first)).strip()
    fragment = Fragment(introduction, body.first_line) if introduction else None
    return Network(fragment, cites, meetings, tuple(body.scan.sources), body.scan.called), body.scan


def _meetings(body: Body, openings: list[int], ends: list[int]) -> Iterator[Meeting]:
    """Each `##` but the one that holds the table. `ends` are the lines before which each stops."""
    tables = [body.line_of(token) for token in body.tokens if token.type == "table_open"]
    for index, end in zip(openings, ends, strict=True):
        line = body.line_of(body.tokens[index])
        if bisect_left(tables, line) < bisect_left(tables, end):
            continue
        title, anchor = split_anchor(body.tokens[index + 1].content)
        start = (body.tokens[index].map or [line, line + 1])[1]
        yield Meeting(title, anchor or slug(title), Fragment("\n".join(body.slice(start, end)).strip("\n"), start), line)


def _cites(body: Body) -> Iterator[Cite]:
    columns: list[str] = []
    missing = list(COLUMNS)
    for line, cells, header in _rows(body.tokens):
        if header:
            columns = [_column(cell) for cell in cells]
            missing = [column for column in COLUMNS if column not in columns]
            if missing:
                body.report(line, "E10", f"Il manque au tableau des cités : {', '.join(missing)}.", f"Colonnes attendues : {', '.join(COLUMNS)}.")
        elif not missing and (cite := _cite(body, dict(zip(columns, cells, strict=True)), line)) is not None:
            yield cite


def _rows(tokens: Sequence[Token]) -> Iterator[tuple[int, list[str], bool]]:
    """(line, cells as plain text, whether it is the header) of every row of every table."""
    cells: list[str] = []
    line, header = 0, False
    for index, token in enumerate(tokens):
        if token.type == "tr_open":
            cells, line = [], token.map[0] if token.map else 0
        elif token.type in ("th_open", "td_open"):
            header = token.type == "th_open"
            cells.append(plain(tokens[index + 1].children).strip())
        elif token.type == "tr_close":
            yield line, cells, header


def _column(title: str) -> str:
    return next((name for start, name in _COLUMN_SLUGS.items() if slug(title).startswith(start)), slug(title))


def _cite(body: Body, row: dict[str, str], line: int) -> Cite | None:
    communes = tuple(Commune(found[1].strip(), found[2]) for found in _COMMUNE.finditer(row["communes"]))
    wave = _WAVE.fullmatch(row["vague"])
    rest = _COMMUNE.sub("", row["communes"]).strip()
    if not communes or rest:
        body.report(line, "E09", f"Communes non comprises : « {row['communes'][:60]} ».", "Écrivez « Douai (59178), Waziers (59654) ».")
    if wave is None:
        body.report(line, "E09", f"Vague non comprise : « {row['vague'][:40]} ».", "Écrivez son numéro : 1, 2, 3…")
    if not is_date(row["label"]):
        body.report(line, "E09", f"Date de label non comprise : « {row['label'][:40]} ».", "Écrivez 2019-09-05, 2019-09 ou 2019.")
    if not row["nom"] or not row["département"]:
        body.report(line, "E10", "Cette cité n’a pas de nom ou pas de département.", "Complétez la ligne.")
    if not communes or rest or wave is None or not is_date(row["label"]) or not row["nom"]:
        return None
    return Cite(row["nom"], communes, row["département"], int(wave[1]), row["label"], line)
