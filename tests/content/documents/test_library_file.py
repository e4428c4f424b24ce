"""bibliotheque.md: what is read of it, what is said of what is wrong, and that nothing is lost or raised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.checks import check_timeless
from app.content.documents.index import CourseIndex
from app.content.documents.reader import DocumentReading, read_document
from app.content.search.entries import SearchKind, sections_of
from app.content.values.library import DocumentType, Library, LibraryDocument
from tests.record import courses

PATH = "modules/bibliotheque.md"
WHOLE = """Ce que l'on garde.

## Une séance {#seance}

type : enregistrement
auteur : Ada, Bob
éditeur : Un centre
événement : 2022-06-09
publié : 2023-02
modifié : 2024
thèmes : éducation, politique de la ville
territoires : Hauts-de-France
licence : Licence ouverte 2.0
fichier : seance.mp3
lien : https://example.org/seance?a=1#b
liés : guide
public : oui

Ce qu'on y entend.[^s1]

### Transcription

[00:05] Bonjour.

#### La suite {#la-suite}

[1:02:03] Au revoir.

## Un guide {#guide}

type : guide
lien : https://example.org/guide

À lire.

### Transcription

Le texte.
"""


def library_of(text: str) -> Library:
    document = read_document(PATH, text).document
    assert isinstance(document, Library)
    return document


def document(lines: str = "type : guide\nlien : https://example.org/", body: str = "Un résumé.", title: str = "Un titre {#un-titre}") -> str:
    return f"## {title}\n\n{lines}\n\n{body}\n"


def codes(reading: DocumentReading) -> list[tuple[str, int]]:
    return [(found.code, found.line) for found in reading.problems]


def test_a_whole_file_is_read_and_nothing_of_it_is_lost() -> None:
    reading = read_document(PATH, WHOLE)
    assert not reading.problems
    library = library_of(WHOLE)
    heard, guide = library.documents
    assert library.introduction
    assert library.introduction.text == "Ce que l'on garde."
    assert (heard.id, heard.type, heard.author, heard.publisher) == ("seance", DocumentType.RECORDING, "Ada, Bob", "Un centre")
    assert (heard.event, heard.published, heard.modified, heard.date) == ("2022-06-09", "2023-02", "2024", "2022-06-09")
    assert (heard.themes, heard.territories, heard.licence) == (("éducation", "politique de la ville"), ("Hauts-de-France",), "Licence ouverte 2.0")
    assert (heard.file, heard.address, heard.related, heard.public, heard.is_audio) == (
        "seance.mp3",
        "https://example.org/seance?a=1#b",
        ("guide",),
        True,
        True,
    )
    assert heard.summary.text.strip() == "Ce qu'on y entend.[^s1]"
    assert heard.transcript
    assert heard.transcript.text.split("\n")[1] == "[00:05] Bonjour."
    assert WHOLE.split("\n")[heard.transcript.line] == "[00:05] Bonjour."
    assert [heading.anchor for heading in heard.headings] == ["transcription", "la-suite"]
    assert [image.name for image in reading.scan.images] == ["seance.mp3"]
    assert guide.line == WHOLE.split("\n").index("## Un guide {#guide}") + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (document(), []),
        (document(title="Sans identifiant"), [("E06", 1)]),
        (document(title="Mal {#Mal}"), [("E08", 1)]),
        (document(title="Réservé {#bibliotheque}"), [("E08", 1)]),
        (document(title="{#vide}"), [("E10", 1)]),
        (document(lines="lien : https://example.org/"), [("E10", 1)]),
        (document(lines="type : roman\nlien : https://example.org/"), [("E09", 3)]),
        (document(lines="type : guide\ncouleur : bleu\nlien : https://example.org/"), [("E05", 4)]),
        (document(lines="type : guide"), [("E67", 1)]),
        (document(lines="type : guide\nlien : javascript:alert(1)"), [("E18", 4)]),
        (document(lines="type : guide\nlien : example.org"), [("E18", 4)]),
        (document(lines="type : guide\nlien : https://example.org/\npublié : hier"), [("E09", 5)]),
        (document(lines="type : guide\nlien : https://example.org/\npublié : 2023-02-30"), [("E09", 5)]),
        (document(lines="type : guide\nfichier : Mon Fichier.pdf"), [("E67", 4)]),
        (document(lines="type : guide\nfichier : ../secret.pdf"), [("E67", 4)]),
        (document(lines="type : guide\nfichier : page.html"), [("E67", 4)]),
        (document(lines="type : guide\nfichier : dessin.svg"), [("E67", 4)]),
        (document(lines="type : enregistrement\nfichier : son.mp3"), [("E68", 1)]),
        (document(lines="type : vidéo\nlien : https://tube.example/w/abc"), [("E68", 1)]),
        (document(lines="type : vidéo\nfichier : plan.pdf"), [("E67", 1)]),
        (document(body=""), [("A34", 1)]),
        (document(body="![Un plan](images/plan.png)"), [("E67", 6)]),
        (document(lines="type : guide\nlien : https://example.org/\npublic : peut-être"), [("E09", 5)]),
    ],
)
def test_what_is_wrong_is_said_at_its_line(text: str, expected: list[tuple[str, int]]) -> None:
    assert codes(read_document(PATH, text)) == expected


def test_a_code_of_an_address_is_no_acronym() -> None:
    assert "MENE" not in "".join(read_document(PATH, document(lines="type : guide\nlien : https://example.org/MENE2027186J.htm")).scan.acronyms)


@given(st.text(alphabet="#{}-: \n[]()!abcé1|>`.*_^", max_size=300), st.text(max_size=120))
def test_nothing_that_is_written_raises(signs: str, words: str) -> None:
    for text in (signs, words, document(lines=signs, body=words), document(title=words), f"{WHOLE}\n{signs}"):
        reading = read_document(PATH, text)
        assert reading.document is None or isinstance(reading.document, Library)
        if isinstance(reading.document, Library):
            sections_of(reading.document)


# --- Between files ---

LESSON = courses.lesson("la-lecon", body="Voir [la séance](seance#la-suite) et ![](guide).\n\n![](seance)")


def between(*texts: tuple[str, str], files: frozenset[str] = frozenset({"seance.mp3"})) -> list[tuple[str, str, int]]:
    wanted = ("E07", "E13", "E14", "E15", "E21", "A30", "A35")
    found = check_timeless(CourseIndex([read_document(path, text) for path, text in texts]), {"bibliotheque": files})
    return [(problem.path, problem.code, problem.line) for problem in found if problem.code in wanted]


@pytest.mark.parametrize(
    ("texts", "files", "expected"),
    [
        (((PATH, WHOLE), LESSON), {"seance.mp3"}, []),
        (((PATH, WHOLE), LESSON), set(), [(PATH, "E15", 14)]),
        (((PATH, WHOLE), LESSON), {"seance.mp3", "perdu.pdf"}, [(PATH, "A30", 1)]),
        (((PATH, document(lines="type : guide\nlien : https://example.org/\nliés : absent")),), set(), [(PATH, "E21", 5)]),
        (((PATH, document(title="Un {#un-id}") + document(title="Deux {#un-id}")),), set(), [(PATH, "E07", 1), (PATH, "E07", 7)]),
    ],
)
def test_what_is_wrong_between_files_is_said(texts: tuple[tuple[str, str], ...], files: set[str], expected: list[tuple[str, str, int]]) -> None:
    assert between(*texts, files=frozenset(files)) == expected


@pytest.mark.parametrize(("body", "code"), [("[x](seances)", "E13"), ("![](seances)", "E13"), ("[x](seance#fin)", "E14"), ("[x](guide#la-suite)", "E14")])
def test_a_lesson_that_links_to_no_document_is_told(body: str, code: str) -> None:
    path, text = courses.lesson("la-lecon", body=body)
    assert [(found[0], found[1]) for found in between((PATH, WHOLE), (path, text))] == [(path, code)]


def test_an_open_lesson_that_plays_a_closed_recording_is_told() -> None:
    path, text = courses.lesson("la-lecon", body="![](seance)")
    opened = text.replace("---\n", "---\npublic : oui\n", 1)
    assert between((PATH, WHOLE), (path, opened)) == []
    assert [found[1] for found in between((PATH, WHOLE.replace("public : oui\n", "")), (path, opened))] == ["A35"]


# --- What is found of it ---


def test_it_is_found_by_document_and_by_title() -> None:
    sections = sections_of(library_of(WHOLE))
    assert [(section.kind, section.ref, section.anchor) for section in sections] == [
        (SearchKind.DOCUMENT, "seance", ""),
        (SearchKind.DOCUMENT, "seance", "transcription"),
        (SearchKind.DOCUMENT, "seance", "la-suite"),
        (SearchKind.DOCUMENT, "guide", ""),
        (SearchKind.DOCUMENT, "guide", "transcription"),
    ]
    assert "Un centre" in sections[0].text


def test_what_a_document_is_called_is_what_a_reader_sees() -> None:
    shown: LibraryDocument = library_of(document(title="L'état : « 12 » {#etat}")).documents[0]
    assert shown.title.startswith("L’état")
