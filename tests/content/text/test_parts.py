"""A text in its parts: cut at its titles, with a place for what its own words do not say; nothing of it is lost or told twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from app.content.text.markdown import tokens, without_notes
from app.content.text.parts import PLACE, Place, Stands, TextPart, parse_text

TEXT = """Le début.[^a]

## Premier

Un fait.

> [!QUESTION]
> Vrai ?
>
> Réponse : Vrai

### Vu de l’État {#etat}

#### Détail

Une vue.

## Sur mon territoire

- Qui signe ?
- Et ici ?

Fin.

[^a]: Une source.
"""
PARTS = parse_text(TEXT, 10).parts


def words(written: list[Token]) -> list[str]:
    return [token.content for token in written if token.type == "inline"]


def places(part: TextPart) -> list[Place]:
    return [token.meta["place"] for token in part.tokens if token.type == PLACE]


def test_each_title_of_level_one_to_three_opens_a_part() -> None:
    assert [(part.level, part.title, part.anchor, part.name, part.line) for part in PARTS] == [
        (0, "", "", "", 10),
        (2, "Premier", "premier", "premier", 12),
        (3, "Vu de l’État", "etat", "vu-de-l-etat", 21),
        (2, "Sur mon territoire", "sur-mon-territoire", "sur-mon-territoire", 27),
    ]


def test_notes_are_left_to_the_whole() -> None:
    assert not any(token.type.startswith("footnote_reference") for part in PARTS for token in part.tokens)
    assert any(token.type == "footnote_reference_open" for token in parse_text(TEXT, 10).tokens)


def test_what_a_page_adds_has_its_place() -> None:
    assert [places(part) for part in PARTS] == [
        [],
        [(Stands.PASSAGE, 12), (Stands.QUESTION, 16)],
        [(Stands.PASSAGE, 21), (Stands.PASSAGE, 23)],
        [(Stands.PASSAGE, 27), (Stands.ANSWER, 0), (Stands.ANSWER, 1), (Stands.ANSWER, 2)],
    ]
    assert parse_text(TEXT, 10).territory == ("Qui signe ?", "Et ici ?")


def test_a_list_in_a_note_asks_nothing() -> None:
    parsed = parse_text("## Sur mon territoire\n\n- Qui ?\n\n[^a]: Une source\n\n    - d’ici\n")
    assert parsed.territory == ("Qui ?",)
    assert places(parsed.parts[1])[1:] == [(Stands.ANSWER, 0), (Stands.ANSWER, 1)]


@pytest.mark.parametrize(
    ("name", "told"),
    [("premier", ["Un fait.", "Vu de l’État {#etat}", "Détail", "Une vue."]), ("vu-de-l-etat", ["Détail", "Une vue."]), ("ailleurs", [])],
)
def test_what_stands_under_a_title(name: str, told: list[str]) -> None:
    assert words(parse_text(TEXT, 10).under(name)) == told


def test_a_story_ends_where_it_closes() -> None:
    parsed = parse_text("Début.\n\n## Scène\n\nFin.\n\n## À retenir\n\n- Un.\n\n## Après\n")
    assert [part.title for part in parsed.story] == ["", "Scène"]
    assert [part.title for part in parsed.closing] == ["À retenir", "Après"]
    assert parse_text("Début.\n").closing == ()


@given(st.text(alphabet="ab #->[!]QUESTION:\n^1.`", max_size=150))
def test_the_parts_tell_the_whole_text_once(text: str) -> None:
    def whole(written: list[Token]) -> list[Token]:
        return [each for token in written for each in (token.meta["tokens"] if token.type == PLACE else [token])]

    parsed = parse_text(text)
    assert whole([token for part in parsed.parts for token in part.tokens]) == without_notes(tokens(text))
