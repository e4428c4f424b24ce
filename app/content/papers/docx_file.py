"""A paper as a Word document, with the parts that python-docx leaves to its users: footnotes, links, lists that begin again."""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun
from markupsafe import Markup

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
)
from app.content.text.grids import Copy
from app.platform.zips import strip_dates

_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)
_NOTE = Markup(
    '<w:footnote w:id="{}"><w:p><w:pPr><w:pStyle w:val="{}"/></w:pPr><w:r><w:rPr><w:rStyle w:val="{}"/></w:rPr><w:footnoteRef/></w:r>'
    '<w:r><w:t xml:space="preserve"> </w:t></w:r>{}</w:p></w:footnote>'
)
_ITALIC, _UPRIGHT = Markup("<w:rPr><w:i/></w:rPr>"), Markup("")
_RUN = Markup('<w:r>{}<w:t xml:space="preserve">{}</w:t></w:r>')


class WordNotes:
    """The notes of one document, numbered as they are called; and which list each level is in."""

    def __init__(self, document: WordDocument) -> None:
        self.document = document
        self.written: list[Markup] = []
        self.list_ids: dict[int, int] = {}

    def call(self, paragraph: WordParagraph, runs: Runs) -> None:
        styles = self.document.styles
        text, sign = styles["footnote text"].style_id, styles["footnote reference"].style_id
        number = len(self.written) + 1
        words = Markup("").join(_RUN.format(_ITALIC if run.italic else _UPRIGHT, run.text) for run in runs)
        self.written.append(_NOTE.format(number, text, sign, words))
        paragraph.add_run(style="footnote reference")._r.append(element("w:footnoteReference", id=str(number)))

    def write(self) -> None:
        if self.written:
            whole = f"<w:footnotes {nsdecls('w')}>{_SEPARATORS}{Markup('').join(self.written)}</w:footnotes>"
            part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, whole.encode(), self.document.part.package)
            self.document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def link_to(paragraph: WordParagraph, run: WordRun, address: str) -> None:
    """The run, which ends the paragraph, becomes a link."""
    holder = OxmlElement("w:hyperlink")
    holder.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    holder.append(run._r)
    paragraph._p.append(holder)


def restart(document: WordDocument, style: str, first: int) -> int:
    """A list of the style's own, which begins at `first`."""
    numbering = document.part.numbering_part.element
    used = document.styles[style].element.pPr.numPr.numId.val
    abstract = next(each.abstractNumId.val for each in numbering.num_lst if each.numId == used)
    added = numbering.add_num(abstract)
    added.add_lvlOverride(ilvl=0).add_startOverride(first)
    return int(added.numId)


def element(name: str, **attributes: str) -> BaseOxmlElement:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


# --- The document ---
#
# Real titles, lists and tables, whose first row is repeated on each page; French, A4, with its title among its properties.

FONT, INK, SOFT, FILLED = "Arial", RGBColor(0x17, 0x20, 0x2E), RGBColor(0x50, 0x59, 0x67), RGBColor(0x0B, 0x66, 0x60)
FIELD_STYLE = {Copy.BLANK: "À remplir", Copy.FILLED: "Rempli"}

_LOOKS = {
    ParagraphLook.QUIET: 9,
    ParagraphLook.ASIDE_TITLE: 10.5,
    ParagraphLook.ASIDE: 10.5,
    ParagraphLook.QUOTE: 10.5,
    ParagraphLook.LINE: 9.5,
    ParagraphLook.CAPTION: 9,
    ParagraphLook.AFTER: 10.5,
}
_BARRED = (ParagraphLook.ASIDE_TITLE, ParagraphLook.ASIDE, ParagraphLook.QUOTE, ParagraphLook.LINE)


def write(paper: Paper) -> bytes:
    document = Document()
    _set_up(document, paper)
    document.add_heading(paper.title, 1)
    if paper.copy is Copy.FILLED:
        document.add_paragraph(INVENTED, style="Avertissement")
    notes = WordNotes(document)
    for block in paper.blocks:
        _add(document, paper, block, notes)
        if paper.mark and isinstance(block, Table):
            document.add_paragraph(style="Case")  # Word makes one table of two that touch
    if paper.sources:
        document.add_heading("Sources", 2)
        for number, source in enumerate(paper.sources, 1):
            document.add_paragraph(f"[{number}] {source}", style="Source")
    notes.write()
    written = io.BytesIO()
    document.save(written)
    return strip_dates(written.getvalue())


def _add(document: WordDocument, paper: Paper, block: Block, notes: WordNotes) -> None:
    match block:
        case PaperTitle(level, text):
            document.add_heading(text, level)
        case Paragraph(runs, look):
            _fill(document.add_paragraph(style=look or None), runs, paper.copy, BLANK_LINE, notes)
        case Items(items):
            for runs in items:
                _fill(document.add_paragraph(style="List Bullet"), runs, paper.copy, BLANK_LINE, notes)
        case ListEntry():
            _add_entry(document, paper, block, notes)
        case PaperPicture(data, alternative, width, height):
            shown = document.add_paragraph().add_run().add_picture(io.BytesIO(data), Mm(width), Mm(height))
            shown._inline.docPr.set("descr", alternative)
        case Table():
            _add_table(document, paper, block, notes)


def _add_entry(document: WordDocument, paper: Paper, entry: ListEntry, notes: WordNotes) -> None:
    style = ("List Number" if entry.number else "List Bullet") + (f" {entry.level}" if entry.level > 1 else "")
    paragraph = document.add_paragraph(style=style)
    if entry.number and entry.begins:
        notes.list_ids[entry.level] = restart(document, style, entry.number)
    if entry.number:
        paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = notes.list_ids[entry.level]
    _fill(paragraph, entry.runs, paper.copy, BLANK_LINE, notes)


def _fill(paragraph: WordParagraph, runs: Runs, copy: Copy, blank: str, notes: WordNotes) -> None:
    for run in runs:
        if run.note:
            notes.call(paragraph, run.note)
            continue
        added = paragraph.add_run(run.text or blank, FIELD_STYLE[copy] if run.is_field else "Lien" if run.link else None)
        if run.bold:
            added.bold = True
        if run.italic:
            added.italic = True
        if run.link:
            link_to(paragraph, added, run.link)


# --- Tables ---


def _add_table(document: WordDocument, paper: Paper, block: Table, notes: WordNotes) -> None:
    table = document.add_table(1 + len(block.rows), len(block.titles), "Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = [Mm(share * paper.text_width) for share in block.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # LibreOffice reads it there, Word in each cell
    titles, *rows = table.rows
    for cell, title, width in zip(titles.cells, block.shown_titles, widths, strict=True):
        _add_cell(cell, title, "Titre de colonne", paper.copy, width, notes)
        cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill="E4F2F0"))
    for row, cells in zip(rows, block.rows, strict=True):
        for cell, cell_paper, width in zip(row.cells, cells, widths, strict=True):
            _add_cell(cell, cell_paper.runs, "Case", paper.copy, width, notes)
    for row in rows:
        row.height = Mm(ROW_HEIGHT[paper.copy])
    for row in (titles, *rows):
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))
    titles._tr.get_or_add_trPr().append(element("w:tblHeader"))


def _add_cell(cell: WordCell, runs: Runs, style: str, copy: Copy, width: Length, notes: WordNotes) -> None:
    cell.width = width
    cell.paragraphs[0].style = style
    _fill(cell.paragraphs[0], runs, copy, "", notes)


# --- The whole ---


def _set_up(document: WordDocument, paper: Paper) -> None:
    said = document.core_properties
    said.title, said.subject, said.author, said.language, said.comments = paper.name, paper.purpose, "Croisée", "fr-FR", ""
    said.keywords = paper.mark
    said.created = said.modified = paper.published_at
    section = document.sections[0]
    section.page_width, section.page_height = map(Mm, paper.size)
    section.orientation = WD_ORIENT.LANDSCAPE if paper.wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    footer = section.footer.paragraphs[0]
    footer.text = f"{paper.name} · page "
    footer._p.append(_page_number())
    _set_styles(document)


def _page_number() -> BaseOxmlElement:
    field = element("w:fldSimple", instr="PAGE")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    return field


def _set_styles(document: WordDocument) -> None:
    styles = document.styles
    for lang in styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), "fr-FR")
    for name, size, after in (
        ("Normal", 10.5, 6),
        ("List Bullet", 10.5, 3),
        ("Heading 1", 20, 10),
        ("Heading 2", 14, 4),
        ("Heading 3", 11.5, 3),
        ("Heading 4", 10.5, 2),
        ("Footer", 8, 0),
        ("List Bullet 2", 10.5, 3),
        ("List Bullet 3", 10.5, 3),
        ("List Number", 10.5, 3),
        ("List Number 2", 10.5, 3),
        ("List Number 3", 10.5, 3),
    ):
        _dress(styles[name], size, after)
        styles[name].font.italic = False
    for name, size in (("Titre de colonne", 9.5), ("Case", 9.5), ("Source", 8.5), ("Avertissement", 10.5), ("footnote text", 8.5), *_LOOKS.items()):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name == "footnote text")
        style.base_style = styles["Normal"]
        _dress(style, size, 2)
        style.font.bold = name in ("Titre de colonne", "Avertissement", ParagraphLook.ASIDE_TITLE)
        if name in _BARRED:
            style.paragraph_format.left_indent = Mm(6)
            style.element.get_or_add_pPr().insert(0, _bar())
    styles[ParagraphLook.QUIET].font.color.rgb = SOFT
    styles[ParagraphLook.QUIET].paragraph_format.space_after = Pt(12)
    styles[ParagraphLook.AFTER].paragraph_format.left_indent = Mm(10)
    styles[ParagraphLook.ASIDE_TITLE].paragraph_format.keep_with_next = True
    calls = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    calls.font.superscript = True
    _mark(styles.add_style("Lien", WD_STYLE_TYPE.CHARACTER), FILLED, False)
    styles["Lien"].font.underline = True
    _mark(styles.add_style(FIELD_STYLE[Copy.BLANK], WD_STYLE_TYPE.CHARACTER), SOFT, True)
    _mark(styles.add_style(FIELD_STYLE[Copy.FILLED], WD_STYLE_TYPE.CHARACTER), FILLED, False)


def _bar() -> BaseOxmlElement:
    """A line on the left: what stands apart is seen without a colour."""
    borders = OxmlElement("w:pBdr")
    borders.append(element("w:left", val="single", sz="18", space="8", color="0B6660"))
    return borders


def _dress(style: ParagraphStyle, size: float, after: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    style.paragraph_format.space_after = Pt(after)


def _mark(style: CharacterStyle, colour: RGBColor, italic: bool) -> None:
    style.font.color.rgb, style.font.italic = colour, italic
