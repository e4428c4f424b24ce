"""Files of every kind that the library keeps, honest and hostile, made here byte after byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

ODT = "application/vnd.oasis.opendocument.text"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R", head: bytes = b"%PDF-1.7") -> bytes:
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate((b"<</Type/Catalog/Pages 2 0 R>>", *objects), 1))
    return head + b"\n" + body + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<<" + trailer + b">>\nstartxref\n9\n%%EOF\n"


def stream(text: bytes, more: bytes = b"", packed: bytes | None = None) -> bytes:
    data = zlib.compress(text) if packed is None else packed
    return b"<</Filter/FlateDecode" + more + b"/Length %d>>\nstream\n%s\nendstream" % (len(data), data)


def zipped(files: Mapping[str, bytes | str], stored: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def odt(content: str = "<text:p/>", **parts: bytes | str) -> bytes:
    spaces = f'xmlns:office="{_OFFICE}" xmlns:text="t" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:draw="d" xmlns:script="s"'
    files = {"mimetype": ODT, "content.xml": f"<office:document-content {spaces}>{content}</office:document-content>", "META-INF/manifest.xml": "<m/>"}
    return zipped({**files, **{name.replace("__", "/"): data for name, data in parts.items()}}, "mimetype")


def _types(main: str, more: str = "") -> str:
    return f'<Types xmlns="ct"><Override PartName="/x" ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/>{more}</Types>'


def relation(kind: str, target: str) -> str:
    return f'<Relationships xmlns="r"><Relationship Id="r1" Type="http://x/{kind}" Target="{target}" TargetMode="External"/></Relationships>'


def docx(body: str = "", files: Mapping[str, bytes | str] | None = None, types: str = "") -> bytes:
    document = f'<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": _types("wordprocessingml.document", types), "word/document.xml": document, **(files or {})})


def xlsx(cells: str = "", files: Mapping[str, bytes | str] | None = None) -> bytes:
    sheet = f'<worksheet xmlns="s"><sheetData><row><c>{cells}</c></row></sheetData></worksheet>'
    workbook = '<workbook xmlns="s"/>'
    return zipped({"[Content_Types].xml": _types("spreadsheetml.sheet"), "xl/workbook.xml": workbook, "xl/worksheets/sheet1.xml": sheet, **(files or {})})


def mp3(frames: int = 20) -> bytes:
    """MPEG-1 layer III, 128 kbit/s, 44100 Hz: frames of 417 bytes, after an ID3 tag."""
    return b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def ogg(first: bytes = b"OpusHead\x01\x01", pages: int = 3) -> bytes:
    def page(kind: int, data: bytes) -> bytes:
        return b"OggS\0" + bytes([kind]) + bytes(20) + bytes([1, len(data)]) + data

    return page(2, first + bytes(9)) + b"".join(page(4 if number == pages - 2 else 0, b"son" * 20) for number in range(pages - 1))


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def m4a(*handlers: bytes, brand: bytes = b"M4A ") -> bytes:
    tracks = b"".join(box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12)))) for handler in handlers or (b"soun",))
    return box(b"ftyp", brand + bytes(4)) + box(b"moov", tracks) + box(b"mdat", b"son" * 100)
