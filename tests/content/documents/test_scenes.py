"""A situation is read as a tree of two levels; whatever is typed, nothing raises, and what cannot be told as one is shown whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.documents import describe
from app.content.documents.reader import DocumentReading, read_document
from app.content.values.course import Lesson, Scene
from tests.content.rendering.lessons import HEAD, html
from tests.content.stories import CLOSING, SCENES, STORY

GUIDE = (Path(__file__).parents[3] / "docs" / "formateurs" / "situations.md").read_text(encoding="utf-8")
LINES = (STORY + CLOSING).split("\n")


def reading(body: str) -> DocumentReading:
    return read_document("modules/exemple/01-un.md", HEAD + body)


def lesson(body: str) -> Lesson:
    document = reading(body).document
    assert isinstance(document, Lesson)
    return document


def opening(body: str) -> Scene:
    found = lesson(body).situation
    assert found is not None, [str(problem) for problem in reading(body).problems]
    return found


def codes(body: str) -> list[str]:
    return [found.code for found in reading(body).problems if "E62" <= found.code <= "E66"]


def test_the_tree() -> None:
    found = opening(STORY + CLOSING)
    assert tuple(scene.anchor for scene in found.scenes()) == SCENES
    assert [(choice.text, choice.scene.title, len(choice.scene.choices)) for choice in found.choices] == [
        ("Réunir les trois", "Trois chaises", 2),
        ("Écrire seule", "Une page", 3),
    ]


def test_every_word_is_counted_once_and_each_way_by_itself() -> None:
    whole = lesson(STORY + CLOSING)
    found = opening(STORY + CLOSING)
    asked_by_default, closing = 2, 4
    assert found.words + sum(scene.words for scene in found.scenes()) == whole.words + asked_by_default - closing
    assert len(list(found.paths())) == 5
    assert max(found.paths()) < whole.words


def test_its_contents_do_not_tell_where_a_choice_leads() -> None:
    assert [heading.title for heading in lesson(STORY + CLOSING).outline] == ["À retenir"]
    deeper = STORY.replace("\n## Une page", "\n#### Un détail\n\nDit plus tard.\n\n## Une page") + "\n#### Un autre\n\nDit plus tard.\n"
    assert [heading.title for heading in lesson(deeper + CLOSING + "\n### Et puis\n\nUn fait.\n").outline] == ["À retenir", "Et puis"]
    ordinary = lesson("Un mot.\n\n## Un titre\n\nUn fait.\n")
    assert ordinary.outline == ordinary.headings
    assert ordinary.situation is None


def test_it_is_told_in_words() -> None:
    said = list(describe.lines(reading(STORY + CLOSING)))
    assert any(re.fullmatch(r"Situation : 5 fins, de \d+ à \d+ mots jusqu’à chacune\.", line) for line in said)
    assert "  « Réunir les trois » → Trois chaises" in said
    assert "    « Partir » → Le retour" in said


@pytest.mark.parametrize("mark", ["[!CHOIX]", "[!choix]", "[!Choix] "])
def test_the_mark_may_be_typed_in_any_letters(mark: str) -> None:
    assert opening((STORY + CLOSING).replace("[!CHOIX]", mark))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("(#attendre)", "(#attente)", ["E63"]),
        ("(#attendre)", "(#reunir)", ["E63"]),
        ("(#attendre)", "(#garder)", ["E63"]),
        ("(#attendre)", "(https://example.org)", ["E62"]),
        ("### Relue", "## Relue", ["E63", "E64"]),
        ("## À retenir", "## Pour finir", ["E66", "E64"]),
        ("Que fait-*elle* ?\n> - ", "Que fait-*elle* ?\n> 1. ", ["E62"]),
    ],
)
def test_what_is_wrong_has_one_name(old: str, new: str, expected: list[str]) -> None:
    """Its consequences are not said again."""
    body = (STORY + CLOSING).replace(old, new)
    assert sorted(codes(body)) == sorted(expected)
    assert lesson(body).situation is None


def test_a_link_among_choices_is_no_dead_link_besides() -> None:
    """E63 says it, in the file alone."""
    assert not lesson((STORY + CLOSING).replace("(#attendre)", "(#attente)")).links
    assert [link.anchor for link in lesson(f"Voir [plus loin](#plus-loin).\n{STORY}{CLOSING}").links] == ["plus-loin"]


@given(st.lists(st.integers(0, len(LINES) - 1), max_size=12), st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.sampled_from(LINES)), max_size=6))
def test_whatever_is_lost_or_said_twice_every_word_is_shown(dropped: list[int], inserted: list[tuple[int, str]]) -> None:
    """Either a tree that reaches every scene, or problems and the text as it is written."""
    lines = [line for number, line in enumerate(LINES) if number not in dropped]
    for place, line in inserted:
        lines.insert(place, line)
    body = "\n".join(lines)
    found = reading(body)
    assert isinstance(found.document, Lesson)
    story = found.document.situation
    if story is not None:
        assert codes(body) == []
        assert {scene.anchor for scene in story.scenes()} == {heading.anchor for heading in found.document.headings if heading.title != "À retenir"}
    shown = re.sub(r"<[^>]+>|\s", "", html(body))
    told = [re.sub(r"\{#[^}]*\}|^#+|\s", "", line) for line in lines if re.match(r"#{2,3} \w", line)]
    assert [title for title in told if title.replace("'", "’") not in shown] == []


def test_the_example_of_the_guide_is_understood_without_a_word() -> None:
    (example,) = re.findall(r"^~~~~leçon\n(.*?)^~~~~$", GUIDE, re.MULTILINE | re.DOTALL)
    found = read_document("modules/guide/01.md", example)
    assert [str(problem) for problem in found.problems] == []
    assert isinstance(found.document, Lesson)
    assert found.document.situation is not None
    assert set(re.findall(r"E6[2-6]", GUIDE)) == {"E62", "E63", "E64", "E65", "E66"}
