"""Where the questions of a GIFT file begin and end, as people write it: what has no sure end is refused whole, and spoils no other. In time that grows with the file."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.banks.reading import gift
from app.exchange.banks.reading.gift import BELOW_UNCLOSED, NESTED, SECOND, TEXT, UNCLOSED, UNOPENED, blocks_of
from app.platform.zips import FileRefused
from tests.exchange.banks.banking import bank

GOOD = "Qui signe ? {=Le préfet ~Le maire}"
KEPT = "## Qui signe ?\n\n- [x] Le préfet\n- [ ] Le maire"


def outcome(data: str) -> list[tuple[int, str]]:
    """The line of each question, and its Markdown or why it is refused."""
    return [(item.line, item.text or item.refused) for item in bank(data).items]


def cut(line: int) -> str:
    return gift.CUT.format(line=line)


CASES: dict[str, tuple[str, list[tuple[int, str]]]] = {
    "a gap with the same word in capitals": ("C'était l'{=Ancien =ANCIEN =ancêtre}.", [(1, "## Complétez le texte.\n\nC'était l'[[Ancien | ancêtre]].")]),
    "two questions without a blank line": (f"{GOOD}\n{GOOD}", [(1, KEPT), (2, KEPT)]),
    "the same with titles": (f"::Un::{GOOD}\n::Deux::{GOOD}", [(1, KEPT), (2, KEPT)]),
    "the same, the first on several lines": (f"Qui signe ? {{\n=Le préfet\n~Le maire\n}}\n{GOOD}", [(1, KEPT), (5, KEPT)]),
    "a title of any sign": (f"::Les {{acteurs}} = ~ # ::{GOOD}", [(1, KEPT)]),
    "a title of two lines": (f"::Les\nacteurs::{GOOD}\n\n{GOOD}", [(1, KEPT), (4, KEPT)]),
    "a text that goes on under its hole": (
        "La {=Seine ~Loire}\ntraverse Paris.",
        [(1, "## Complétez le texte.\n\nLa [[(Seine) | Loire]] traverse Paris.")],
    ),
    "unclosed, then a title": (f"::Un::Où ? {{=Lille ~Lens\n::Deux::{GOOD}", [(1, UNCLOSED), (2, KEPT)]),
    "unclosed, then a blank line": (f"Où ? {{=Lille ~Lens\n\n{GOOD}", [(1, UNCLOSED), (3, KEPT)]),
    "unclosed, then a question of two lines": (
        f"Où ? {{\n=Lille\n~Lens\n\nAu nom de l’État\n{GOOD}",
        [(1, UNCLOSED), (5, KEPT.replace("Qui", "Au nom de l’État Qui"))],
    ),
    "unclosed, then a question at once": (f"Où ? {{\n=Lille\n~Lens\n{GOOD}", [(1, UNCLOSED), (4, KEPT)]),
    "unclosed, then a category": (f"Où ? {{=Lille ~Lens\n$CATEGORY: Autres\n{GOOD}", [(1, UNCLOSED), (3, KEPT)]),
    "unclosed at the end": (f"{GOOD}\n\nOù ? {{=Lille ~Lens", [(1, KEPT), (3, UNCLOSED)]),
    "never opened": (f"Où ? =Lille ~Lens}}\n\n{GOOD}", [(1, UNOPENED), (3, KEPT)]),
    "a brace in an answer": (f"Où ? {{=f{{x}} ~Lens}}\n\n{GOOD}", [(1, NESTED), (3, KEPT)]),
    "a brace in an answer of its own line": (f"Où ? {{\n=f{{x}}\n~Lens\n}}\n\n{GOOD}", [(1, NESTED), (6, KEPT)]),
    "two pairs in one sentence": (f"La {{=Seine}} et la {{=Loire}} coulent.\n\n{GOOD}", [(1, SECOND), (3, KEPT)]),
    "two pairs on two lines of one sentence": (f"La {{=Seine}} et\nla {{=Loire}} coulent.\n\n{GOOD}", [(1, SECOND), (4, KEPT)]),
    "cut in its list": (f"::Un::Pour vérifier :\n\n1. regardez la date\n2. puis l’auteur {{=Oui ~Non}}\n\n{GOOD}", [(1, cut(3)), (6, KEPT)]),
    "cut in its statement": (f"On signe au nom de l’État,\n\nmais qui ? {{=Lui ~Moi}}\n\n{GOOD}", [(1, cut(3)), (5, KEPT)]),
    "cut before its answers": (f"Où ?\n\n{{=Lille ~Lens}}\n\n{GOOD}", [(1, cut(3)), (5, KEPT)]),
    "cut twice": (f"::Un::Premier.\n\nDeuxième.\n\nTroisième ? {{=Oui ~Non}}\n\n{GOOD}", [(1, cut(3)), (7, KEPT)]),
    "a text, then a question": (f"Un texte seul.\n\n{GOOD}", [(1, TEXT), (3, KEPT)]),
    "a titled text, then a titled question": (f"::Un::Un texte seul.\n\n::Deux::{GOOD}", [(1, TEXT), (3, KEPT)]),
    "a blank line between braces": ("Qui signe ? {\n=Le préfet\n\n~Le maire\n}", [(1, KEPT)]),
    "a code of Cloze": (
        f"Le {{1:MC:=préfet~maire}} signe.\n\n{GOOD}",
        [(1, "C’est un code de texte à trous (Cloze), que GIFT n’a pas : exportez cette question en « XML Moodle »."), (3, KEPT)],
    ),
}


@pytest.mark.parametrize(("data", "wanted"), CASES.values(), ids=CASES)
def test_what_has_no_sure_end_is_refused_and_its_neighbours_are_read(data: str, wanted: list[tuple[int, str]]) -> None:
    assert outcome(data) == wanted


def test_what_begins_under_an_unclosed_question_is_doubted() -> None:
    found = bank(f"Où ? {{\n=Lille\n~Lens\n{GOOD}\n\nOù ? {{=Lille ~Lens\n\n{GOOD}").items
    assert [BELOW_UNCLOSED in item.lost for item in found] == [False, True, False, False]


LINES = st.sampled_from(
    ["", GOOD, "Où ? {", "=Lille", "~Lens", "}", "::Un::Où ? {=a ~b", "1. regardez", "mais qui ? {=Lui ~Moi}", "$CATEGORY: Un", "// rien", "Texte."]
)


@settings(deadline=None)
@given(before=st.lists(LINES, max_size=8))
def test_nothing_spoils_a_titled_question_below(before: list[str]) -> None:
    """Whatever stands above it, and no line of the file is in two questions."""
    data = "\n".join([*before, f"::Fin::{GOOD}"])
    blocks = blocks_of(data)
    places = [place for block in blocks for place, _ in block.lines]
    assert places == sorted(set(places))
    assert outcome(data)[-1] == (len(before) + 1, KEPT)


LONG = {
    "an answer that never ends, then blank lines": "q {" + "a" * 1_000_000 + "\n" * 500_000,
    "lines that never end": "q {\n" + "a\n" * 300_000,
    "braces": "{" * 1_000_000,
    "pairs": "q {}" + "{}\n" * 150_000,
    "texts": "a b\n\n" * 100_000,
    "open titles": "::a\n" * 150_000,
    "answers": "q {" + "~a" * 1_000_000 + "}",
    "steps": "q {>" + " " * 100_000 + "x}",
    "a number of blanks": "q {#1" + " " * 100_000 + "x}",
    "comments that never end": "q " + "<!--" * 100_000 + "{=a ~b}",
    "unbreakable blanks": "[html]q " + "&nbsp;" * 100_000 + "x {=a ~b}",
}


@pytest.mark.parametrize("data", LONG.values(), ids=LONG)
def test_the_time_grows_with_the_file(data: str) -> None:
    """Each of these took minutes, or would have: four times as long for twice the file."""
    began = time.process_time()
    try:
        found = bank(data)
    except FileRefused:
        found = None
    assert found is None or found.items
    assert time.process_time() - began < 8
