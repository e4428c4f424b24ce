"""A document of the library is kept and noted as a tool is."""

from __future__ import annotations

from msgspec.structs import replace

from app.content.values.library import DocumentType, Library, LibraryDocument
from app.content.values.text import Fragment
from app.learner.notebook.passage_rules import PassageKey, Spot, spot_of
from app.learner.notebook.passages import address_of
from tests.course import the_course

REPORT = LibraryDocument("rapport", "Un rapport", DocumentType.OTHER, Fragment("Il dit tout.", 3), 1)


def test_a_document_is_a_place_while_the_library_has_it() -> None:
    course = replace(the_course.course(), library=Library(documents=(REPORT,)))
    assert spot_of(course, PassageKey("document", "rapport")) == Spot("Un rapport")
    assert address_of(course, PassageKey("document", "rapport")) == "/bibliotheque/rapport"
    for place in (PassageKey("document", "rapport", "ancre"), PassageKey("document", "autre"), PassageKey("outil", "rapport")):
        assert spot_of(course, place) is None
