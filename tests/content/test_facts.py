"""What counts of a fact, where it is read in a text, and what is wrong with one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.documents.index import CourseIndex
from app.content.documents.reader import DocumentReading, read_document
from app.content.facts import check_facts
from app.content.rendering.lesson import render_lesson
from app.content.search.entries import sections_of
from app.content.store.facts import changes_between
from app.content.store.queries import NewText, course_with
from app.content.store.services import new_text
from app.content.text.markdown import inline_tokens, plain
from app.content.values.course import Course, Lesson
from app.content.values.facts import same_value, told_facts
from app.platform.french import MONTHS

SAME = (
    ("40 000 €", "40\u202f000\u00a0euros"),
    ("82 millions d'euros", "82 000 000 €"),
    ("82 M€", "82 millions d’euros"),
    ("Le préfet", "le  préfet"),
    ("1er avril 2026", "2026-04-01"),
    ("01/04/2026", "le 1er avril 2026"),
    ("huit cents collèges", "800 collèges"),
    ("quatre-vingt-dix", "90"),
    ("vingt et un collèges", "21 collèges"),
    ("mille deux cents", "1 200"),
    ("Seuil : 40 000", "Le seuil est de 40 000"),
    ("L'État décide en 2026", "En 2026, l’Etat décide"),
    ("651,7 millions", "651,70 millions d'euros"),
    ("30 %", "30 pour cent"),
    ("de 120 000 à 650 000 euros par an", "120 000 à 650 000 € chaque année"),
    ("60 000 euros hors taxes", "60 000 € HT"),
    ("une cité", "la cité"),
    ("C.P.O.", "CPO"),
    ("en 2025, 1 609 quartiers", "1 609 quartiers en 2025"),
    ("Une phrase sans rien qui puisse être compté par le moteur.", "Cette autre phrase ne dit rien non plus qui puisse changer ici."),
)
OTHER = (
    ("40 000 euros", "60 000 euros"),
    ("82 millions d'euros", "82 milliards d'euros"),
    ("40 000 euros", "40 000 euros HT"),
    ("6 mois", "6 ans"),
    ("30 % des élèves", "30 points"),
    ("le préfet", "le recteur"),
    ("Lille", "Amiens"),
    ("signé à Lille en 2026", "signé à Amiens en 2026"),
    ("REP", "REP+"),
    ("neuf cents collèges", "800 collèges"),
    ("1er avril 2026", "1er mai 2026"),
    ("en 2025", "en 2026"),
    ("1 609", "1 609,5"),
    ("40 000 à 90 000", "40 000"),
)


@pytest.mark.parametrize(("before", "after"), SAME)
def test_wording_and_typography_never_count(before: str, after: str) -> None:
    assert same_value(before, after)
    assert same_value(after, before)


@pytest.mark.parametrize(("before", "after"), OTHER)
def test_a_figure_a_date_an_acronym_or_a_name_counts(before: str, after: str) -> None:
    assert not same_value(before, after)
    assert not same_value(after, before)


AMOUNTS = st.integers(1, 10**9)


@given(
    AMOUNTS,
    AMOUNTS,
    st.sampled_from([" ", "\u00a0", "\u202f"]),
    st.sampled_from(["euros", "€"]),
    st.sampled_from(["Le seuil est de {}", "{}", "Seuil : {} par an"]),
)
def test_an_amount_is_the_same_however_it_is_typed(one: int, other: int, space: str, unit: str, sentence: str) -> None:
    typed = f"{one:,}".replace(",", space)
    assert same_value(sentence.format(f"{typed}{space}{unit}"), f"{one} euros")
    assert same_value(sentence.format(f"{typed}{space}{unit}"), f"{other} euros") == (one == other)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_is_the_same_however_it_is_typed(one: date, other: date) -> None:
    words = f"depuis le {one.day} {MONTHS[one.month - 1]} {one.year}"
    assert same_value(words, f"{one:%d/%m/%Y}")
    assert same_value(words, one.isoformat())
    assert (one == other) == same_value(words, other.isoformat())


@given(st.text(), st.text())
def test_any_texts_are_compared_both_ways_alike(one: str, other: str) -> None:
    assert same_value(one, one)
    assert same_value(one, other) == same_value(other, one)


# --- Read in a text ---


def reading(body: str, identifier: str = "une-lecon") -> DocumentReading:
    return read_document(f"modules/mod/{identifier}.md", f"---\nid : {identifier}\ntitre : Une leçon\ndurée : 5\n---\n\n{body}\n")


def told(body: str) -> list[tuple[str, str]]:
    return [(fact.id, fact.value.replace("\u202f", " ").replace("\u00a0", " ")) for fact in reading(body).scan.facts]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("Le seuil est de **60 000 euros**{fait:seuil}[^n]. Autre phrase.", "60 000 euros"),
        ("Le seuil est de **60 000 euros** {fait:seuil}.", "60 000 euros"),
        ("Le seuil est de **60 000 euros{fait:seuil}** hors taxes.", "60 000 euros"),
        ("Première phrase. Une cité reçoit 12 euros.{fait:seuil} La suite.", "Une cité reçoit 12 euros."),
        ("Elle va de 120 000 à 650 000 euros par an{fait:seuil} selon les cités.", "120 000 à 650 000 euros par an"),
        ("Elle reçoit 60 000 euros chaque année civile{fait:seuil}.", "Elle reçoit 60 000 euros chaque année civile"),
        ("En 2025, 86 cités, sur 250{fait:seuil} en France.", "250"),
        ("Une instruction de décembre 2025 vise huit cents collèges du pays{fait:seuil}.", "Une instruction de décembre 2025 vise huit cents collèges du pays"),
        ("- un\n- **deux**{fait:seuil}", "deux"),
        ("| a | b |\n|---|---|\n| **12**{fait:seuil} | c |", "12"),
    ],
)
def test_the_value_is_what_the_name_follows(body: str, value: str) -> None:
    assert told(body) == [("seuil", value)]


def test_a_name_is_in_no_readers_text() -> None:
    with_name, without = reading("Le seuil est de **60 euros**{fait:seuil}[^n]. Fin."), reading("Le seuil est de **60 euros**[^n]. Fin.")
    assert with_name.scan.words == without.scan.words
    assert [call.label for call in with_name.scan.calls] == ["n"]
    assert isinstance(with_name.document, Lesson)
    assert with_name.document.tells[0].source == "n"
    html = ["".join(map(str, render_lesson(Course(0), each.document, None, None).pieces())) for each in (with_name, without)]  # type: ignore[arg-type]
    assert html[0] == html[1]
    assert "fait" not in html[0]


def codes(*readings: DocumentReading) -> list[tuple[str, int]]:
    found = [*(each for one in readings for each in one.problems), *check_facts(CourseIndex(list(readings)))]
    return sorted((each.code, each.line) for each in found if each.code in ("E73", "E74", "A45", "A46"))


def test_what_is_wrong_with_a_name_is_said_at_its_line() -> None:
    assert codes(reading("{fait:seuil}")) == [("E73", 7)]
    assert codes(reading("**12** {faits : x}")) == [("E73", 7)]
    assert codes(reading("**12**{fait:Seuil}")) == [("E73", 7)]
    assert codes(reading("Rien dans cette longue phrase ne pourra jamais changer, ou presque rien du tout.{fait:seuil}")) == [("A45", 7)]
    question = "---\nid : un-quiz\ntitre : Quiz\nleçon : une-lecon\n---\n\n## Combien ? **12**{fait:seuil}\n\n- [x] 12\n- [ ] 13\n"
    assert codes(read_document("quizzes/un-quiz.md", question)) == [("E73", 7)]


def test_two_values_of_a_fact_are_an_error_at_both_places() -> None:
    one, same, other = reading("**60 000 euros**{fait:seuil}"), reading("**60 000 €**{fait:seuil}", "deux"), reading("**90 000 €**{fait:seuil}", "trois")
    assert codes(one, same) == []
    assert codes(one, other) == [("E74", 7), ("E74", 7)]


def test_a_watched_fact_says_what_the_course_says() -> None:
    def watched(text: str) -> DocumentReading:
        return read_document("modules/a-verifier.md", f"- 2027-12-31 · {text} · Ailleurs\n")

    lesson = reading("**60 000 euros**{fait:seuil}")
    assert codes(lesson, watched("Le seuil est de 60 000 €{fait:seuil}")) == []
    assert codes(lesson, watched("Le seuil est de 40 000 €{fait:seuil}")) == [("A46", 1)]
    assert codes(lesson, watched("Le seuil est de 40 000 €{fait:inconnu}")) == [("A46", 1)]
    assert codes(reading("**40 000 à 60 000 euros**{fait:seuil}"), watched("Le seuil est de 60 000 €{fait:seuil}")) == [("A46", 1)]
    assert watched("Le seuil{fait:seuil}").document.facts[0].name == "seuil"  # type: ignore[union-attr]


# --- From one text to another ---


def changes(before: str, after: str) -> list[tuple[str, str, str]]:
    old, new = reading(before), reading(after)
    return sorted(changes_between("une-lecon", old.document, new.document, before))


def test_only_a_value_that_moves_is_a_change() -> None:
    assert changes("**40 euros**{fait:seuil}", "**60 euros**{fait:seuil}") == [("seuil", "40\u00a0euros", "60\u00a0euros")]
    assert changes("**40 euros**{fait:seuil}", "Tout récrit : **40 €**{fait:seuil}, voilà.") == []
    assert changes("**40 euros**{fait:seuil}", "Rien.") == [("seuil", "40\u00a0euros", "")]
    assert changes("Il faut 40 euros hors taxes.", "Il faut **40 euros**{fait:seuil} hors taxes.") == []  # it was told, and has a name now
    assert changes("Rien.", "Il faut **40 euros**{fait:seuil}.") == [("seuil", "", "40\u00a0euros")]


def test_a_key_that_moves_is_a_change() -> None:
    def quiz(right: str) -> DocumentReading:
        options = "\n".join(f"- [{'x' if each == right else ' '}] {each}" for each in ("Le maire", "Le préfet"))
        return read_document("quizzes/un-quiz.md", f"---\nid : un-quiz\ntitre : Quiz\nleçon : une-lecon\n---\n\n## Qui ? {{#qui}}\n\n{options}\n")

    found = list(changes_between("un-quiz", quiz("Le maire").document, quiz("Le préfet").document))
    assert found == [("un-quiz/qui", "Le maire", "Le préfet")]
    assert list(changes_between("un-quiz", quiz("Le maire").document, quiz("Le maire").document)) == []


def test_what_the_course_tells_stands_first_in_lessons() -> None:
    one = reading("**60 €**{fait:seuil}")
    text: NewText = new_text(one, "x", {})
    course = course_with(Course(0), [text], datetime(2026, 1, 1, tzinfo=UTC))
    assert [telling.document_id for telling in told_facts(course)["seuil"]] == ["une-lecon"]


def test_a_name_is_in_nothing_that_is_made_of_a_text() -> None:
    """What is found, what leaves for a word processor, for another site's bank of questions or for an LMS is made of these."""
    found = " ".join(section.text for section in sections_of(reading("## Le seuil\n\nIl est de **60 euros** {fait:seuil}.").document))  # type: ignore[arg-type]
    assert "Il est de 60" in found
    assert "fait" not in found
    assert plain(inline_tokens("Il est de **60 euros** {fait:seuil}.")) == "Il est de 60 euros."
