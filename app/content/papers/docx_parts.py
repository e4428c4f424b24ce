"""Parts of a Word document that its library leaves to whoever writes one: notes at the foot of the page, links, lists that begin again."""

from __future__ import annotations

from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun
from markupsafe import Markup

from app.content.papers.paper import Runs

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
