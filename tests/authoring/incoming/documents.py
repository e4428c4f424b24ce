"""Word documents for tests, written here part by part: none is kept in the repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.authoring.incoming.pictures import picture
from tests.authoring.incoming.zips import zipped

_NAMES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = {"Titre": "Title", "Titre1": "heading 1", "Titre2": "heading 2", "Titre3": "heading 3", "Citation": "Quote", "TM1": "toc 1"}


def run(text: str, bold: bool = False, italic: bool = False) -> str:
    properties = "<w:b/>" * bold + "<w:i/>" * italic
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(text: str = "", style: str = "", bold: bool = False, inner: str = "", level: int | None = None, ordered: bool = False) -> str:
    """`inner` is XML that comes after the text; `level` makes it an item of a list."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if level is not None:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{2 if ordered else 1}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text, bold) if text else ''}{inner}</w:p>"


def table(*rows: tuple[str, ...], span: int = 1) -> str:
    def cell(text: str) -> str:
        return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{paragraph(text)}</w:tc>'

    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows) + "</w:tbl>"


def note_call(number: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def drawing(inner: str, uri: str = "http://schemas.openxmlformats.org/drawingml/2006/picture", alternative: str = "") -> str:
    graphic = f'<a:graphic><a:graphicData uri="{uri}">{inner}</a:graphicData></a:graphic>'
    return f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{escape(alternative)}"/>{graphic}</wp:inline></w:drawing></w:r>'


def image(identifier: str = "rImage", alternative: str = "Le plan", linked: bool = False) -> str:
    blip = f'<a:blip r:{"link" if linked else "embed"}="{identifier}"/>'
    return drawing(f"<pic:pic><pic:blipFill>{blip}</pic:blipFill></pic:pic>", alternative=alternative)


def equation(text: str) -> str:
    return f"<m:oMath><m:r><m:t>{escape(text)}</m:t></m:r></m:oMath>"


def text_box(text: str, fallback: bool = True) -> str:
    inner = f"<w:txbxContent>{paragraph(text)}</w:txbxContent>"
    shape = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    choice = drawing(f"<wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp>", shape).removeprefix("<w:r>").removesuffix("</w:r>")
    second = f"<mc:Fallback><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback>" if fallback else ""
    return f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice>{second}</mc:AlternateContent></w:r>'


@dataclass
class Docx:
    """A document: its paragraphs, and what stands beside them in its parts."""

    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    header: str = ""
    relations: list[tuple[str, str, str, bool]] = field(default_factory=list)
    """(id, type, target, outside) of the document."""
    settings: list[tuple[str, str, str, bool]] = field(default_factory=list)
    parts: dict[str, bytes | str] = field(default_factory=dict)
    prolog: str = '<?xml version="1.0" encoding="UTF-8"?>'

    def with_image(self, data: bytes | None = None, name: str = "image1.png") -> Docx:
        self.parts[f"word/media/{name}"] = picture() if data is None else data
        self.relations.append(("rImage", "image", f"media/{name}", False))
        return self

    def data(self) -> bytes:
        files: dict[str, bytes | str] = {
            "[Content_Types].xml": self._types(),
            "_rels/.rels": _relations([("r1", "officeDocument", "word/document.xml", False)]),
            "word/document.xml": f"{self.prolog}<w:document {_NAMES}><w:body>{''.join(self.body)}</w:body></w:document>",
            "word/_rels/document.xml.rels": _relations([*self.relations, ("rNotes", "footnotes", "footnotes.xml", False)]),
            "word/styles.xml": _styles(),
            "word/numbering.xml": _numbering(),
            "word/footnotes.xml": _part("footnotes", "footnote", self.notes),
        }
        if self.comments:
            files["word/comments.xml"] = _part("comments", "comment", self.comments)
        if self.header:
            files["word/header1.xml"] = f"<w:hdr {_NAMES}>{paragraph(self.header)}</w:hdr>"
        if self.settings:
            files["word/settings.xml"] = f"<w:settings {_NAMES}/>"
            files["word/_rels/settings.xml.rels"] = _relations(self.settings)
        return zipped({**files, **self.parts})

    def _types(self) -> str:
        kinds = "".join(f'<Default Extension="{extension}" ContentType="image/{extension}"/>' for extension in ("png", "jpeg", "gif"))
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        override = f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
        return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{kinds}{override}</Types>'


def _relations(rows: list[tuple[str, str, str, bool]]) -> str:
    def row(identifier: str, kind: str, target: str, outside: bool) -> str:
        mode = ' TargetMode="External"' if outside else ""
        return f'<Relationship Id="{identifier}" Type="{_OFFICE}/{kind}" Target="{escape(target)}"{mode}/>'

    inner = "".join(row(*each) for each in rows)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def _styles() -> str:
    inner = "".join(f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>' for key, name in _STYLES.items())
    return f"<w:styles {_NAMES}>{inner}</w:styles>"


def _numbering() -> str:
    def levels(kind: str) -> str:
        return "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{kind}"/></w:lvl>' for level in range(3))

    kinds = "".join(f'<w:abstractNum w:abstractNumId="{number}">{levels(kind)}</w:abstractNum>' for number, kind in ((1, "bullet"), (2, "decimal")))
    used = "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in (1, 2))
    return f"<w:numbering {_NAMES}>{kinds}{used}</w:numbering>"


def _part(outer: str, inner: str, texts: list[str]) -> str:
    rows = "".join(f'<w:{inner} w:id="{number}">{paragraph(text)}</w:{inner}>' for number, text in enumerate(texts, 1))
    return f"<w:{outer} {_NAMES}>{rows}</w:{outer}>"
