"""A lesson's passages → the paper that is given to read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from app.authoring.circulating.values import Passage, PassageKind, Spelt, Style
from app.content.papers.paper import Block, CellPaper, ListEntry, Paper, PaperPicture, PaperTitle, Paragraph, Runs, Table, TextRun, plain_text, shares, writable
from app.content.text.fields import Copy
from app.content.text.markdown import plain
from app.platform.french import french

PURPOSE = "Une leçon à relire"
_OUTSIDE = ("http://", "https://", "mailto:")


def paper_of(found: Sequence[Passage], pictures: Mapping[str, PaperPicture], made_at: datetime, mark: str) -> Paper:
    """`pictures` by the names that the text gives them."""
    title, *rest = found
    return Paper(french(writable(title.text)), PURPOSE, Copy.BLANK, tuple(_blocks(rest, pictures)), (), made_at, mark)


def _blocks(found: Sequence[Passage], pictures: Mapping[str, PaperPicture]) -> Iterator[Block]:
    for table, group in groupby(found, key=lambda each: each.place[0]):
        if table:
            yield _table(list(group))
        else:
            for each in group:
                yield from _block(each, pictures)


def _block(each: Passage, pictures: Mapping[str, PaperPicture]) -> Iterator[Block]:
    if each.picture is not None:
        picture = pictures.get(str(each.picture.attrs.get("src", "")))
        if picture is not None:
            yield PaperPicture(picture.data, french(writable(plain(each.picture.children))), picture.width, picture.height)
        return
    if each.kind is PassageKind.HEADING:
        yield PaperTitle(each.level, french(writable(each.text)))
        yield from (Paragraph((TextRun("", note=_runs(note.spelt)),)) for _, note in each.spelt.calls)
    elif each.kind is PassageKind.ENTRY:
        yield ListEntry(_runs(each.spelt), each.level, each.number, each.begins)
    else:
        yield Paragraph(_runs(each.spelt), each.look)


def _table(cells: Sequence[Passage]) -> Table:
    heads, *rows = ([_runs(each.spelt) for each in row] for _, row in groupby(cells, key=lambda each: each.place[1]))
    titles = tuple(plain_text(runs) for runs in heads)
    shown = tuple(tuple(CellPaper(runs) for runs in row) for row in rows)
    columns = list(zip(titles, *([plain_text(runs) for runs in row] for row in rows), strict=True))
    return Table(titles, shown, shares(columns), ("",) * len(titles), tuple(heads))


def _runs(spelt: Spelt) -> Runs:
    """Cut where the look changes, and where a note is called."""
    cuts = sorted({0, len(spelt.text), *(each.start for each in spelt.styles), *(at for at, _ in spelt.calls)})
    found: list[TextRun] = []
    for start, end in zip(cuts, [*cuts[1:], len(spelt.text)], strict=True):
        found += (TextRun("", note=_runs(note.spelt)) for at, note in spelt.calls if at == start)
        if words := _words(spelt, start, end):
            look = _look(spelt.styles, start)
            found.append(TextRun(words, look.bold, look.italic, link=look.link if look.link.startswith(_OUTSIDE) else ""))
    return tuple(found)


def _words(spelt: Spelt, start: int, end: int) -> str:
    """A call touches the word before it."""
    words = french(writable(spelt.text[start:end]).replace("\n", " "))
    return words.rstrip(" ") if any(at == end for at, _ in spelt.calls) else words


def _look(styles: Sequence[Style], at: int) -> Style:
    return next((each for each in reversed(styles) if each.start <= at), Style(0))
