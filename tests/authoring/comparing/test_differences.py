"""Two texts in one reading: nothing is lost, what is the same is not marked, and a large text costs a bounded time."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.comparing import word_diff
from app.authoring.comparing.word_diff import CONTEXT, DiffLine, DiffMark, Fold, WordDifference, difference, matches, unspoken

LINES = st.lists(st.sampled_from(["", "un", "un mot", "un mot de plus", "## Titre", "autre chose, ici"]), max_size=12).map("\n".join)


def all_lines(found: WordDifference) -> list[DiffLine]:
    return [line for block in found.blocks for line in (block.lines if isinstance(block, Fold) else (block,))]


def side(found: WordDifference, numbered: str, mark: DiffMark) -> str:
    """One of the two texts, read back from the difference."""
    lines = [line for line in all_lines(found) if getattr(line, numbered) is not None]
    return "\n".join("".join(part.text for part in line.parts if part.mark in (DiffMark.SAME, mark)) for line in lines)


@given(LINES, LINES)
@settings(max_examples=150)
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    found = difference(before, after)
    assert side(found, "before", DiffMark.REMOVED) == before
    assert side(found, "after", DiffMark.ADDED) == after
    assert found.nothing == (before == after)


@given(st.lists(st.sampled_from("abcd"), max_size=20), st.lists(st.sampled_from("abcd"), max_size=20), st.sampled_from([3, 100]))
@settings(max_examples=100)
def test_matches_cover_both_and_say_equal_of_equals_alone(before: list[str], after: list[str], most: int) -> None:
    found = matches(before, after, most)
    assert [item for _tag, a, b, _c, _d in found for item in before[a:b]] == before
    assert [item for _tag, _a, _b, c, d in found for item in after[c:d]] == after
    assert all(before[a:b] == after[c:d] for tag, a, b, c, d in found if tag == "equal")


def shown(found: WordDifference) -> list[str]:
    signs = {DiffMark.SAME: "{}", DiffMark.REMOVED: "[-{}-]", DiffMark.ADDED: "[+{}+]"}
    return [
        f"…{len(block.lines)}" if isinstance(block, Fold) else "".join(signs[part.mark].format(part.text) for part in block.parts) for block in found.blocks
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Le préfet signe.", "Le recteur signe.", ["Le [-préfet-][+recteur+] signe."]),
        ("Un mot.", "Un mot de plus.", ["Un mot[+ de plus+]."]),
        ("a\nb", "a\nb\nc", ["a", "b", "[+c+]"]),
        ("a\nb\nc", "a\nc", ["a", "[-b-]", "c"]),
        ("Une phrase entière.", "Rien de commun !", ["[-Une phrase entière.-]", "[+Rien de commun !+]"]),
        ("1\n2\n3\n4\n5\n6\nfin", "1\n2\n3\n4\n5\n6\nFIN", ["…4", "5", "6", "[-fin-]", "[+FIN+]"]),
        ("même", "même", ["même"]),
        (
            "avant\nLe préfet signe seul.\naprès",
            "avant\nLe préfet signe.\nPuis rien.\naprès",
            ["avant", "Le préfet signe[- seul-].", "[+Puis rien.+]", "après"],
        ),
        (
            "Le préfet signe.\nLe maire lit.\nLe recteur vient.",
            "Annonce.\nLe préfet signe tout.\nRien.\nLe recteur vient tard.",
            ["[+Annonce.+]", "Le préfet signe[+ tout+].", "[-Le maire lit.-]", "[+Rien.+]", "Le recteur vient[+ tard+]."],
        ),
        ("un mot\nun mot", "un mot bref\nun mot long\nun mot dur", ["un mot[+ bref+]", "un mot[+ long+]", "[+un mot dur+]"]),  # of equals, the first
        ("un\ndeux\ntrois", "deux\ntrois\nun", ["[-un-]", "deux", "trois", "[+un+]"]),  # what moved goes and comes
    ],
)
def test_readings(before: str, after: str, expected: list[str]) -> None:
    assert shown(difference(before, after)) == expected


def test_unchanged_parts_are_folded_around_each_change() -> None:
    before = [f"ligne {number}" for number in range(100)]
    after = [*before[:50], "ligne nouvelle", *before[51:]]
    found = difference("\n".join(before), "\n".join(after))
    assert [len(block.lines) for block in found.blocks if isinstance(block, Fold)] == [50 - CONTEXT, 49 - CONTEXT]
    assert (found.removed, found.added) == (1, 1)


@pytest.mark.parametrize("alphabet", [3, 50, 5000])
def test_the_work_on_a_large_text_is_bounded(monkeypatch: pytest.MonkeyPatch, alphabet: int) -> None:
    """The largest text that a course may hold, all of its lines changed: items compared, not seconds, are counted."""
    compared: list[int] = []
    real = word_diff.SequenceMatcher

    def counted(junk: None, before: list[str], after: list[str], autojunk: bool) -> object:
        compared.append(len(before) * len(after))
        return real(junk, before, after, autojunk=autojunk)

    monkeypatch.setattr(word_diff, "SequenceMatcher", counted)
    chance = random.Random(alphabet)
    texts = ["\n".join(" ".join(f"m{chance.randrange(alphabet)}" for _ in range(100)) for _ in range(1300)) for _ in range(2)]  # about 400,000 characters
    found = difference(*texts)
    assert side(found, "after", DiffMark.ADDED) == texts[1]
    assert sum(compared) < 30_000_000


@pytest.mark.parametrize(("copied", "words"), [
    ("Le [retiré : vieux][ajouté : nouveau] contrat", "Le vieuxnouveau contrat"),
    (f"Le {DiffMark.REMOVED.spoken_opening}vieux] contrat", "Le vieux contrat"),
    ("une sélection qui finit dans [ajouté : un mot", "une sélection qui finit dans un mot"),
    ("Voir l’article [3] et [ajouté : la suite].", "Voir l’article [3] et la suite."),
    ("rien de marqué", "rien de marqué"),
])  # fmt: skip
def test_a_passage_is_copied_without_what_is_said_of_its_marks(copied: str, words: str) -> None:
    assert unspoken(copied) == words
