"""A paper as an OpenDocument text, and the file formats in which a paper is offered."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from app.content.papers.paper import (
    BLANK_LINE,
    INVENTED,
    MARGIN,
    ROW_HEIGHT,
    Block,
    Items,
    ListEntry,
    Paper,
    PaperPicture,
    PaperTitle,
    Paragraph,
    ParagraphLook,
    Runs,
    Table,
    TextRun,
)
from app.content.text.grids import Copy
from app.platform.zips import strip_dates

if TYPE_CHECKING:
    from odfdo import Document

_TEXT = '<style:style style:name="{}" style:family="text"><style:text-properties {}/></style:style>'
_PARAGRAPH = (
    '<style:style style:name="{}" style:family="paragraph" style:parent-style-name="{}"><style:paragraph-properties fo:margin-top="{}" fo:margin-bottom="{}"/>'
    '<style:text-properties style:font-name="Liberation Sans" fo:font-family="\'Liberation Sans\', Arial, sans-serif" fo:color="#17202e" fo:font-size="{}" {}/></style:style>'
)
_BARRED = _PARAGRAPH.replace(
    "<style:paragraph-properties ", '<style:paragraph-properties fo:margin-left="6mm" fo:padding-left="3mm" fo:border-left="2pt solid #0b6660" '
).format("{}", "Standard", "0cm", "0.1cm", "{}", "{}")
_ALIGNED = (
    '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment '
    'text:label-followed-by="listtab" text:list-tab-stop-position="{}mm" fo:text-indent="-5mm" fo:margin-left="{}mm"/></style:list-level-properties>'
)
_BULLET = '<text:list-level-style-bullet text:level="{}" text:bullet-char="{}">{}</text:list-level-style-bullet>'
_NUMBER = '<text:list-level-style-number text:level="{}" style:num-format="1" style:num-suffix=".">{}</text:list-level-style-number>'
LOOKS = {
    ParagraphLook.BODY: "Text_20_body",
    ParagraphLook.QUIET: "Consigne",
    ParagraphLook.ASIDE_TITLE: "Titre_20_d_27_encadre",
    ParagraphLook.ASIDE: "Encadre",
    ParagraphLook.QUOTE: "Citation",
    ParagraphLook.LINE: "Ligne_20_de_20_figure",
    ParagraphLook.CAPTION: "Legende",
    ParagraphLook.AFTER: "Text_20_body",
}
STYLES = (
    _PARAGRAPH.format("Heading_20_1", "Heading", "0cm", "0.3cm", "20pt", 'fo:font-weight="bold"'),
    _PARAGRAPH.format("Heading_20_2", "Heading", "0.5cm", "0.15cm", "14pt", 'fo:font-weight="bold"'),
    _PARAGRAPH.format("Heading_20_3", "Heading", "0.35cm", "0.1cm", "11.5pt", 'fo:font-weight="bold"'),
    _PARAGRAPH.format("Heading_20_4", "Heading", "0.25cm", "0.1cm", "10.5pt", 'fo:font-weight="bold"'),
    _PARAGRAPH.format("Text_20_body", "Standard", "0cm", "0.2cm", "10.5pt", ""),
    _PARAGRAPH.format("Case", "Standard", "0cm", "0cm", "9.5pt", ""),
    _PARAGRAPH.format("Colonne", "Standard", "0cm", "0cm", "9.5pt", 'fo:font-weight="bold"'),
    _PARAGRAPH.format("Source", "Standard", "0cm", "0.1cm", "8.5pt", ""),
    _PARAGRAPH.format("Invention", "Standard", "0cm", "0.3cm", "10.5pt", 'fo:font-style="italic" fo:font-weight="bold"'),
    _PARAGRAPH.format("Pied", "Standard", "0.3cm", "0cm", "8pt", ""),
    *(
        _PARAGRAPH.format(name, "Standard", "0cm", after, size, more)
        for name, after, size, more in (
            ("Consigne", "0.4cm", "9pt", 'fo:font-style="italic"'),
            ("Footnote", "0cm", "8.5pt", ""),
            ("Legende", "0.2cm", "9pt", ""),
        )
    ),
    *(
        _BARRED.format(name, size, more)
        for name, size, more in (
            ("Titre_20_d_27_encadre", "10.5pt", 'fo:font-weight="bold"'),
            ("Encadre", "10.5pt", ""),
            ("Citation", "10.5pt", ""),
            ("Ligne_20_de_20_figure", "9.5pt", ""),
        )
    ),
    _TEXT.format("A_20_remplir", 'fo:font-style="italic" fo:color="#505967"'),
    _TEXT.format("Rempli", 'fo:color="#0b6660"'),
    _TEXT.format("Gras", 'fo:font-weight="bold"'),
    _TEXT.format("Italique", 'fo:font-style="italic"'),
    _TEXT.format("Gras_20_italique", 'fo:font-weight="bold" fo:font-style="italic"'),
    '<text:list-style style:name="Puces">'
    + "".join(_BULLET.format(level, sign, _ALIGNED.format(3 + 5 * level, 3 + 5 * level)) for level, sign in ((1, "•"), (2, "–"), (3, "•")))
    + "</text:list-style>",
    '<text:list-style style:name="Numeros">'
    + "".join(_NUMBER.format(level, _ALIGNED.format(3 + 5 * level, 3 + 5 * level)) for level in (1, 2, 3))
    + "</text:list-style>",
)
_CELL = (
    '<style:style style:name="{}" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #737a85" fo:padding="1mm" {}/></style:style>'
)
CELLS = (
    _CELL.format("Cellule", ""),
    _CELL.format("CelluleTitre", 'fo:background-color="#e4f2f0"'),
    '<style:style style:name="Ligne" style:family="table-row"><style:table-row-properties style:min-row-height="{}mm"/></style:style>',
)
"""Of tables, whose styles an OpenDocument text has for itself. LibreOffice 25 loses rows that are both of a least height and kept whole."""
_SPACING = re.compile(r"\n|\t|(?<=[\n\t ]) +")
_EMPHASIS = {(False, False): "", (True, False): "Gras", (False, True): "Italique", (True, True): "Gras_20_italique"}
_NOTE = Markup(
    '<text:note text:id="ftn{}" text:note-class="footnote"><text:note-citation>{}</text:note-citation><text:note-body>{}</text:note-body></text:note>'
)
_FRAME = Markup(
    '<draw:frame draw:name="Image {}" text:anchor-type="as-char" svg:width="{}mm" svg:height="{}mm">'
    '<draw:image xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad" xlink:href="{}"/><svg:title>{}</svg:title></draw:frame>'
)
FIELD_STYLE = {Copy.BLANK: "A_20_remplir", Copy.FILLED: "Rempli"}


def write(paper: Paper) -> bytes:
    from odfdo import Document, Element  # it takes a while to come, and few ask for it

    document = Document("text")
    _set_up(document, paper)
    body = document.body
    body.clear()
    for part in _parts(document, paper):
        body.append(Element.from_tag(part))
    written = io.BytesIO()
    document.save(written)
    return strip_dates(written.getvalue())


def _parts(document: Document, paper: Paper) -> Iterator[Markup]:
    yield Markup('<text:h text:style-name="Heading_20_1" text:outline-level="1">{}</text:h>').format(paper.title)
    if paper.copy is Copy.FILLED:
        yield _paragraph("Invention", Markup.escape(INVENTED))
    written = _OdtWriter(document, paper)
    for listed, blocks in groupby(enumerate(paper.blocks), key=lambda pair: isinstance(pair[1], ListEntry)):
        if listed:
            yield from written.lists([block for _, block in blocks if isinstance(block, ListEntry)])
        else:
            yield from (written.block(block, number) for number, block in blocks)
    if paper.sources:
        yield Markup('<text:h text:style-name="Heading_20_2" text:outline-level="2">Sources</text:h>')
    for number, source in enumerate(paper.sources, 1):
        yield _paragraph("Source", Markup("[{}] {}").format(number, source))


class _OdtWriter:
    """One document, whose notes are numbered as they are called."""

    def __init__(self, document: Document, paper: Paper) -> None:
        self.document, self.paper = document, paper
        self.notes = 0

    def block(self, block: Block, number: int) -> Markup:
        match block:
            case PaperTitle(level, text):
                return Markup('<text:h text:style-name="Heading_20_{l}" text:outline-level="{l}">{t}</text:h>').format(l=level, t=text)
            case Paragraph(runs, look):
                return _paragraph(LOOKS[look], self.runs(runs, BLANK_LINE))
            case Items(items):
                return Markup("").join(self.lists([ListEntry(runs, 1) for runs in items]))
            case PaperPicture(data, alternative, width, height):
                path = self.document.add_file(io.BytesIO(data))
                self.document.manifest.set_media_type(path, _media_type(data))
                return _paragraph("Text_20_body", _FRAME.format(number, width, height, path, alternative))
            case Table():
                _add_columns(self.document, self.paper, block, number)
                return self._table(block, number)
        raise AssertionError(block)

    def lists(self, entries: Sequence[ListEntry]) -> Iterator[Markup]:
        """Points in a row as one list, or several where one begins anew; deeper ones stand in the point above them."""
        whole: list[list[ListEntry]] = []
        for entry in entries:
            if not whole or (entry.level == 1 and (entry.begins or bool(entry.number) != bool(whole[-1][0].number))):
                whole.append([])
            whole[-1].append(entry)
        yield from (self._list(each, 1) for each in whole)

    def _list(self, entries: Sequence[ListEntry], level: int) -> Markup:
        points: list[Markup] = []
        place = 0
        while place < len(entries):
            end = next((index for index in range(place + 1, len(entries)) if entries[index].level <= level), len(entries))
            deep = entries[place].level > level
            words = Markup("") if deep else _paragraph("Text_20_body", self.runs(entries[place].runs, BLANK_LINE))
            inner = entries[place if deep else place + 1 : end]
            start = Markup(' text:start-value="{}"').format(entries[place].number) if entries[place].begins and entries[place].number > 1 else ""
            points.append(Markup("<text:list-item{}>{}{}</text:list-item>").format(start, words, self._list(inner, level + 1) if inner else ""))
            place = end
        style = "Numeros" if entries[0].number else "Puces"
        return Markup('<text:list text:style-name="{}">{}</text:list>').format(style, Markup("").join(points))

    def runs(self, runs: Runs, blank: str) -> Markup:
        return Markup("").join(self._run(run, blank) for run in runs)

    def _run(self, run: TextRun, blank: str) -> Markup:
        if run.note:
            self.notes += 1
            return _NOTE.format(self.notes, self.notes, _paragraph("Footnote", self.runs(run.note, "")))
        style = FIELD_STYLE[self.paper.copy] if run.is_field else _EMPHASIS[run.bold, run.italic]
        words = _escape_spacing(run.text or blank)
        words = Markup('<text:span text:style-name="{}">{}</text:span>').format(style, words) if style else words
        return Markup('<text:a xlink:type="simple" xlink:href="{}">{}</text:a>').format(run.link, words) if run.link else words

    def _table(self, block: Table, number: int) -> Markup:
        columns = Markup("").join(Markup('<table:table-column table:style-name="T{}.{}"/>').format(number, place) for place in range(len(block.titles)))
        titles = _row("CelluleTitre", "Colonne", [self.runs(title, "") for title in block.shown_titles])
        rows = Markup("").join(_row("Cellule", "Case", [self.runs(cell.runs, "") for cell in row]) for row in block.rows)
        return Markup(
            '<table:table table:name="Tableau {n}" table:style-name="T{n}">{c}<table:table-header-rows>{t}</table:table-header-rows>{r}</table:table>'
        ).format(n=number, c=columns, t=titles, r=rows)


def _media_type(picture: bytes) -> str:
    return "image/png" if picture.startswith(b"\x89PNG") else "image/gif" if picture.startswith(b"GIF8") else "image/jpeg"


def _paragraph(style: str, words: Markup) -> Markup:
    return Markup('<text:p text:style-name="{}">{}</text:p>').format(style, words)


def _escape_spacing(text: str) -> Markup:
    """Line ends, tabs and spaces in a row are elements of the standard: as characters, they would be one space."""
    return Markup(_SPACING.sub(_spacing, str(Markup.escape(text))))  # noqa: S704 — escaped, and what is put in holds nothing of it


def _spacing(found: re.Match[str]) -> str:
    return {"\n": "<text:line-break/>", "\t": "<text:tab/>"}.get(found[0]) or f'<text:s text:c="{len(found[0])}"/>'


# --- Tables ---


def _add_columns(document: Document, paper: Paper, block: Table, number: int) -> None:
    style = Markup(
        '<style:style style:name="T{}" style:family="table"><style:table-properties style:width="{}mm" fo:margin-bottom="3mm" table:align="margins"/></style:style>'
    )
    document.insert_style(style.format(number, paper.text_width), automatic=True)
    for place, share in enumerate(block.widths):
        column = Markup(
            '<style:style style:name="T{}.{}" style:family="table-column"><style:table-column-properties style:column-width="{:.1f}mm"/></style:style>'
        )
        document.insert_style(column.format(number, place, share * paper.text_width), automatic=True)


def _row(cell_style: str, style: str, cells: list[Markup]) -> Markup:
    shown = (
        Markup('<table:table-cell table:style-name="{}" office:value-type="string">{}</table:table-cell>').format(cell_style, _paragraph(style, words))
        for words in cells
    )
    return Markup('<table:table-row table:style-name="Ligne">{}</table:table-row>').format(Markup("").join(shown))


# --- The whole ---


def _set_up(document: Document, paper: Paper) -> None:
    from odfdo import Element

    said = document.meta
    said.title, said.subject, said.language, said.creator = paper.name, paper.purpose, "fr-FR", "Croisée"
    if paper.mark:
        said.keywords = paper.mark
    said.creation_date = said.date = paper.published_at.astimezone(UTC).replace(tzinfo=None)
    for style in STYLES:
        document.insert_style(style)
    for style in CELLS:
        document.insert_style(style.format(ROW_HEIGHT[paper.copy]), automatic=True)
    styles = document.styles
    for notes in styles.get_elements("//text:notes-configuration"):
        if notes.get_attribute("text:note-class") == "footnote":
            notes.set_attribute("style:num-suffix", " ")
    for numbering in styles.get_elements("//text:outline-style"):
        numbering.delete()
    (layout,) = styles.get_elements("//style:page-layout-properties")
    width, height = paper.size
    sides = {f"fo:margin-{side}": f"{MARGIN}mm" for side in ("top", "bottom", "left", "right")}
    for name, value in {
        "fo:page-width": f"{width}mm",
        "fo:page-height": f"{height}mm",
        "style:print-orientation": "landscape" if paper.wide else "portrait",
        **sides,
    }.items():
        layout.set_attribute(name, value)
    (master,) = styles.get_elements("//style:master-page")
    footer = Markup(
        '<style:footer><text:p text:style-name="Pied">{} · page <text:page-number text:select-page="current">1</text:page-number></text:p></style:footer>'
    )
    master.append(Element.from_tag(footer.format(paper.name)))


# --- The formats on offer ---


class FileFormat(Struct, frozen=True):
    program: str
    """« pour Word »."""
    mimetype: str
    write: Callable[[Paper], bytes]


def _docx(paper: Paper) -> bytes:
    from app.content.papers import docx_file  # its library takes a while to come, and few ask for it

    return docx_file.write(paper)


TEXTS = {
    "docx": FileFormat("pour Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
    "odt": FileFormat("pour LibreOffice", "application/vnd.oasis.opendocument.text", write),
}
"""By the ending of a name."""
