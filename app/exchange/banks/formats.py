"""The formats in which a quiz leaves: how each is called, its file, who writes it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from app.content.values.quiz import Quiz
from app.content.values.text import Source
from app.exchange.banks.writing import gift, moodle_xml
from app.exchange.banks.writing.loss import Exported

Write = Callable[[Quiz, Mapping[str, Source], Mapping[str, bytes]], Exported]
"""A quiz, what its texts may call, the images that they may show → the file."""


class BankFormat(Struct, frozen=True):
    name: str
    label: str
    advice: str
    suffix: str
    mimetype: str
    write: Write


FORMATS = {
    each.name: each
    for each in (
        BankFormat(
            "moodle-xml", "XML Moodle", "Tous les types de questions, les images, les étiquettes et les indices.", ".xml", "application/xml", moodle_xml.write
        ),
        BankFormat("gift", "GIFT", "Du texte seul, à relire ou à coller dans un courriel.", ".gift.txt", "text/plain", gift.write),
    )
}
