"""A paper as an OpenDocument text: the same paper as the Word document, in the standard's own words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC

from markupsafe import Markup
from odfdo import Document, Element

from app.content.papers.paper import BLANK_LINE, INVENTED, MARGIN, ROW_HEIGHT, Block, Items, Paper, Paragraph, Runs, Table, Title
from app.content.text.fields import Copy
from app.zips import undated

_TEXT = '<style:style style:name="{}" style:family="text"><style:text-properties {}/></style:style>'
_PARAGRAPH = (
    '<style:style style:name="{}" style:family="paragraph" style:parent-style-name="{}"><style:paragraph-properties fo:margin-top="{}" fo:margin-bottom="{}"/>'
    '<style:text-properties style:font-name="Liberation Sans" fo:font-family="\'Liberation Sans\', Arial, sans-serif" fo:color="#17202e" fo:font-size="{}" {}/></style:style>'
)
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
    _TEXT.format("A_20_remplir", 'fo:font-style="italic" fo:color="#505967"'),
    _TEXT.format("Rempli", 'fo:color="#0b6660"'),
    _TEXT.format("Gras", 'fo:font-weight="bold"'),
    _TEXT.format("Italique", 'fo:font-style="italic"'),
    '<text:list-style style:name="Puces"><text:list-level-style-bullet text:level="1" text:bullet-char="•">'
    '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
    '<style:list-level-label-alignment text:label-followed-by="listtab" text:list-tab-stop-position="8mm" fo:text-indent="-5mm" fo:margin-left="8mm"/>'
    "</style:list-level-properties></text:list-level-style-bullet></text:list-style>",
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
FIELD_STYLE = {Copy.BLANK: "A_20_remplir", Copy.FILLED: "Rempli"}


def write(paper: Paper) -> bytes:
    document = Document("text")
    _set_up(document, paper)
    body = document.body
    body.clear()
    for part in _parts(document, paper):
        body.append(Element.from_tag(part))
    written = io.BytesIO()
    document.save(written)
    return undated(written.getvalue())


def _parts(document: Document, paper: Paper) -> Iterator[Markup]:
    yield Markup('<text:h text:style-name="Heading_20_1" text:outline-level="1">{}</text:h>').format(paper.title)
    if paper.copy is Copy.FILLED:
        yield _paragraph("Invention", Markup.escape(INVENTED))
    for number, block in enumerate(paper.blocks):
        if isinstance(block, Table):
            _add_columns(document, paper, block, number)
        yield _block(paper, block, number)
    if paper.sources:
        yield Markup('<text:h text:style-name="Heading_20_2" text:outline-level="2">Sources</text:h>')
    for number, source in enumerate(paper.sources, 1):
        yield _paragraph("Source", Markup("[{}] {}").format(number, source))


def _block(paper: Paper, block: Block, number: int) -> Markup:
    match block:
        case Title(level, text):
            return Markup('<text:h text:style-name="Heading_20_{l}" text:outline-level="{l}">{t}</text:h>').format(l=level, t=text)
        case Paragraph(runs):
            return _paragraph("Text_20_body", _runs(runs, paper.copy, BLANK_LINE))
        case Items(items):
            shown = (Markup("<text:list-item>{}</text:list-item>").format(_paragraph("Text_20_body", _runs(runs, paper.copy, BLANK_LINE))) for runs in items)
            return Markup('<text:list text:style-name="Puces">{}</text:list>').format(Markup("").join(shown))
        case Table():
            return _table(paper, block, number)


def _paragraph(style: str, words: Markup) -> Markup:
    return Markup('<text:p text:style-name="{}">{}</text:p>').format(style, words)


def _runs(runs: Runs, copy: Copy, blank: str) -> Markup:
    return Markup("").join(
        _run(run.text or blank, FIELD_STYLE[copy] if run.is_field else "Gras" if run.bold else "Italique" if run.italic else "") for run in runs
    )


def _run(text: str, style: str) -> Markup:
    words = _written(text)
    return Markup('<text:span text:style-name="{}">{}</text:span>').format(style, words) if style else words


def _written(text: str) -> Markup:
    """Line ends, tabs and spaces in a row are elements of the standard: as signs, they would be one space."""
    return Markup(_SPACING.sub(_spacing, str(Markup.escape(text))))  # noqa: S704 — escaped, and what is put in holds nothing of it


def _spacing(found: re.Match[str]) -> str:
    return {"\n": "<text:line-break/>", "\t": "<text:tab/>"}.get(found[0]) or f'<text:s text:c="{len(found[0])}"/>'


# --- Tables ---


def _add_columns(document: Document, paper: Paper, block: Table, number: int) -> None:
    style = Markup('<style:style style:name="T{}" style:family="table"><style:table-properties style:width="{}mm" table:align="margins"/></style:style>')
    document.insert_style(style.format(number, paper.text_width), automatic=True)
    for place, share in enumerate(block.widths):
        column = Markup(
            '<style:style style:name="T{}.{}" style:family="table-column"><style:table-column-properties style:column-width="{:.1f}mm"/></style:style>'
        )
        document.insert_style(column.format(number, place, share * paper.text_width), automatic=True)


def _table(paper: Paper, block: Table, number: int) -> Markup:
    columns = Markup("").join(Markup('<table:table-column table:style-name="T{}.{}"/>').format(number, place) for place in range(len(block.titles)))
    titles = _row("CelluleTitre", "Colonne", [Markup.escape(title) for title in block.titles])
    rows = Markup("").join(_row("Cellule", "Case", [_runs(cell.runs, paper.copy, "") for cell in row]) for row in block.rows)
    return Markup(
        '<table:table table:name="Tableau {n}" table:style-name="T{n}">{c}<table:table-header-rows>{t}</table:table-header-rows>{r}</table:table>'
    ).format(n=number, c=columns, t=titles, r=rows)


def _row(cell_style: str, style: str, cells: list[Markup]) -> Markup:
    shown = (
        Markup('<table:table-cell table:style-name="{}" office:value-type="string">{}</table:table-cell>').format(cell_style, _paragraph(style, words))
        for words in cells
    )
    return Markup('<table:table-row table:style-name="Ligne">{}</table:table-row>').format(Markup("").join(shown))


# --- The whole ---


def _set_up(document: Document, paper: Paper) -> None:
    said = document.meta
    said.title, said.subject, said.language, said.creator = paper.name, paper.purpose, "fr-FR", "Croisée"
    said.creation_date = said.date = paper.published_at.astimezone(UTC).replace(tzinfo=None)
    for style in STYLES:
        document.insert_style(style)
    for style in CELLS:
        document.insert_style(style.format(ROW_HEIGHT[paper.copy]), automatic=True)
    styles = document.styles
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
