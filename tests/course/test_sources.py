"""Every fact says where it comes from."""

from __future__ import annotations

import re

from app.content.documents.index import count
from app.content.rendering.lesson import render_lesson
from app.content.text.parts import source_words
from app.content.text.pitfalls.mending import unsourced_passages
from app.content.values.text import DocumentKind, SourceKind, SourceRead
from tests.course.the_course import ROOT, course, documents, lessons, modules, questions, sources, surveyed, taught

QUOTED = re.compile(r"« ([^»]{40,}) »")
PROPOSED = ("les zones réussissent-elles", "à population comparable", "Je vous passe la coordonnatrice", "Êtes-vous la bonne", "qui peut dire oui")
"""Words that the course itself puts in a mouth: nobody's."""


def test_each_passage_with_a_number_calls_a_note() -> None:
    """The numerals without one, listed."""
    assert [found for document in documents() for found in unsourced_passages(document)] == []


def test_no_text_defines_a_source_itself() -> None:
    """Each is in sources.md, once: the checker says what is missing there, who is never called, who has another's address."""
    assert [reading.path for reading in surveyed().readings.values() if reading.scan.sources and reading.kind is not DocumentKind.SOURCES] == []


def test_a_source_is_reviewed_after_it_was_checked() -> None:
    assert [source.label for source in sources().entries if source.review and source.checked and source.review <= source.checked] == []


def test_sources_that_age_are_to_be_reviewed() -> None:
    """A figure of the year changes with the year: each module calls such sources, dated."""
    whole = course()
    for module in modules():
        assert [source for lesson_id in module.lesson_ids for source in whole.sources_of(lessons()[lesson_id]) if source.review], module.id


SHARED = re.compile(
    r"//(?:[a-z]+\.)?(?:doczz|readkong|123dok|vdocuments|pdfslide|docslib|yumpu|scribd|slideplayer|fdocuments|studylibfr|juriblio|doctrine|tricoteuses)\.[a-z]+/"
    r"|dcalin\.fr/|daniel\.calin\.|nosdeputes\.fr/|nossenateurs\.fr/"
)
"""Sites that hold what others wrote."""
TOLD = re.compile(
    r"\bcopie\b|\brepris(?:e|es)? (?:par|du|de)\b|\(reprise\)|texte de Légifrance|texte du Journal officiel|absent de l'extrait lu", re.IGNORECASE
)
"""Words by which a label owns that the original was not read."""


def test_what_was_not_read_in_the_original_says_so() -> None:
    """By its address or by its own words."""
    silent = [each.label for each in sources().entries if each.read is SourceRead.ORIGINAL and (SHARED.search(each.address) or TOLD.search(each.text))]
    assert silent == []


def test_most_notes_are_official_and_a_third_were_read_at_their_publisher_s() -> None:
    counted = count(surveyed().readings.values())["sources_by_kind"]
    notes = sum(each["notes"] for each in counted.values())
    official = [counted[kind] for kind in SourceKind if kind.is_official]
    assert sum(each["notes"] for each in official) / notes > 0.58
    assert sum(each["read"]["original"] + each["read"]["extrait"] for each in official) / notes > 0.35


def test_what_was_read_elsewhere_is_a_copy() -> None:
    """An excerpt is its publisher's: at another address, or by its own words, it is a copy."""
    hidden = [
        each.label
        for each in sources().entries
        if each.kind and each.kind.is_official and each.read is SourceRead.EXTRACT and (SHARED.search(each.address) or TOLD.search(each.text))
    ]
    assert hidden == []


def test_long_quotations_call_a_note() -> None:
    """In what is told. Scenes are invented: those before the first title, and all of a situation; call-outs propose words, and so do those of `PROPOSED`."""
    bare = []
    for lesson in taught().values():
        told = lesson.body.text[lesson.body.text.index("\n## ") :].partition("## Sur mon territoire")[0]
        for block in told.split("\n\n"):
            said = [quotation for quotation in QUOTED.findall(block) if not quotation.startswith(PROPOSED)]
            if said and "[^" not in block and not block.startswith("> [!"):
                bare.append(f"{lesson.id} : {said}")
    assert bare == []


def test_explanations_call_notes() -> None:
    """Where one calls none, it reasons on what was read: no figure, and seldom. A note that does not carry its sentence is worse."""
    assert [question.id for _, question in questions() if not question.explanation] == []
    bare = {question.id: question.explanation.text for _, question in questions() if question.explanation and "[^" not in question.explanation.text}
    assert len(bare) <= 10
    assert [id for id, text in bare.items() if re.search(r"\d", text)] == []


def test_notes_that_follow_each_other_stay_apart() -> None:
    """Two calls without a space would read as one number."""
    assert [path for path in surveyed().readings if "][^" in (ROOT / path).read_text(encoding="utf-8")] == []


def test_readers_see_no_address_but_who_says_it_and_when() -> None:
    """In few words for the margin, whole; in the list of sources, by the host at most."""
    whole = course()
    for lesson in lessons().values():
        assert [short for source in whole.sources_of(lesson) if (short := source_words(source).brief).endswith("…") or "http" in short] == []
        text = re.sub(r"<[^>]+>", "", render_lesson(whole, lesson, None).notes)
        assert "http" not in text, lesson.id
