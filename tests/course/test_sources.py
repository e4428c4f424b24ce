"""Every fact says where it comes from."""

from __future__ import annotations

import re
from urllib.parse import unquote

from app.content.checks.sources import unsourced_numbers
from app.content.rendering.page import render_lesson
from app.content.rendering.sources import brief
from app.content.values.course import Course
from tests.course.the_course import ROOT, documents, lessons, questions, sources, surveyed

ADDRESS = re.compile(r"<https?://[^\s<>]+\.[^\s<>]+>")
QUOTED = re.compile(r"« ([^»]{40,}) »")
PROPOSED = ("les zones réussissent-elles", "à population comparable", "Je vous passe la coordonnatrice", "Êtes-vous la bonne", "qui peut dire oui")
"""Words that the course itself puts in a mouth: nobody's."""


def test_each_passage_with_a_number_calls_a_note() -> None:
    """The numerals without one, listed."""
    assert [str(problem) for document in documents() for problem in unsourced_numbers(document)] == []


def test_each_source_has_title_publisher_date_and_address() -> None:
    """`Titre, éditeur, date, <https://…>`, then the month when it was checked, and perhaps that when to check it again."""
    poor = [f"{path} {source.label}" for path, source in sources() if not ADDRESS.search(source.text) or source.text.split(" <http")[0].count(",") < 2]
    assert poor == []
    assert [f"{path} {source.label}" for path, source in sources() if source.checked is None] == []
    assert [f"{path} {source.label}" for path, source in sources() if source.review and source.checked and source.review <= source.checked] == []


def test_sources_that_age_are_to_be_reviewed() -> None:
    """A figure of the year changes with the year: each module has such sources, dated."""
    reviewed = {path.split("/")[1] for path, source in sources() if source.review and path.startswith("modules/")}
    assert {path.split("/")[1] for path in surveyed().readings if path.count("/") > 1} <= reviewed


def test_one_label_is_one_address() -> None:
    """The same number of source leads to the same page everywhere."""
    known: dict[str, str] = {}
    for path, source in sources():
        found = ADDRESS.search(source.text)
        address = unquote(found[0]) if found else ""
        assert known.setdefault(source.label, address) == address, f"{path} {source.label}"


def test_long_quotations_call_a_note() -> None:
    """In what is told. Scenes are invented, and stand before the first title; call-outs propose words, and so do those of `PROPOSED`."""
    bare = []
    for lesson in lessons().values():
        told = lesson.body.text[lesson.body.text.index("\n## ") :].partition("## Sur mon territoire")[0]
        for block in told.split("\n\n"):
            said = [quotation for quotation in QUOTED.findall(block) if not quotation.startswith(PROPOSED)]
            if said and "[^" not in block and not block.startswith("> [!"):
                bare.append(f"{lesson.id} : {said}")
    assert bare == []


def test_each_explanation_calls_a_note() -> None:
    assert [question.id for _, question in questions() if not question.explanation or "[^" not in question.explanation.text] == []


def test_notes_that_follow_each_other_stay_apart() -> None:
    """Two calls without a space would read as one number."""
    assert [path for path in surveyed().readings if "][^" in (ROOT / path).read_text(encoding="utf-8")] == []


def test_readers_see_no_address_but_who_says_it_and_when() -> None:
    """In few words for the margin, whole; in the list of sources, by the host at most."""
    for lesson in lessons().values():
        assert [short for source in lesson.sources if (short := brief(source)).endswith("…") or "http" in short] == []
        text = re.sub(r"<[^>]+>", "", render_lesson(Course(1, {}, {}, {}), lesson, None).notes)
        assert "http" not in text, lesson.id
