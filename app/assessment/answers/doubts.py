"""What is asked of a typed text that no rule accepts, before it counts as wrong. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from app.assessment.answers.compare import AnswerDoubt, AskAgain, is_slip, two_things, without_title
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.normalise import agree_words, agreed_spellings, agreed_word, clean_text, full_spellings, full_words, phrase, spaced_spelling
from app.platform.french import french

_COMPLETING = (
    *("un", "une", "politique", "ville", "commune", "quartier", "territoire", "departement", "departemental", "academie", "education", "nationale"),
    *("ministere", "etat", "france", "francais", "educatif"),
)
NEUTRAL = frozenset(map(agreed_word, _COMPLETING))
"""Words that complete the name of a service or of a paper, and seldom tell two apart."""
TURNING = frozenset({"ou", "pas", "ni", "non", "ne", "n", "sans", "sauf", "plus", "moins"})
"""With them, what is typed says another thing, or two."""
SHORTEST, ALONE_SHORTEST, CUT_LETTERS = 4, 5, 3
"""Letters of a word that may hold a slip, beside others and alone; those that a word cut short keeps, and loses."""


class AskedWay(Struct, frozen=True):
    """A reading of what is typed that is asked again where it lies near a form of what is expected; as `compare.Way`, the forms depend on no typing."""

    name: str
    doubt: AnswerDoubt
    read: Callable[[str], frozenset[str]]
    forms: Callable[[str, Lexicon], frozenset[str]]
    near: Callable[[str, str, frozenset[str], Lexicon], bool]
    """Of a reading, a form, the words of the statement, and what the course knows."""


def ask_again(typed: str, accepted: Sequence[str], lexicon: Lexicon, statement: str) -> AskAgain | None:
    """Whether a text that is not accepted is asked again; and what."""
    if found := two_things(typed, lexicon):
        return found
    said = frozenset(map(agreed_word, phrase(statement).split()))
    if not TURNING.isdisjoint(spaced_spelling(typed).split()):
        return None
    return _known_name(typed, lexicon, said) or _near(typed, accepted, lexicon, said)


def _near(typed: str, accepted: Sequence[str], lexicon: Lexicon, said: frozenset[str]) -> AskAgain | None:
    for way in ASKED:
        for expected in accepted:
            met = any(way.near(one, form, said, lexicon) for one in way.read(typed) for form in way.forms(expected, lexicon))
            if met and not lexicon.crosses(typed, expected):
                return _asks(way.doubt, expected if way.doubt is AnswerDoubt.NAME_AMONG_WORDS else clean_text(typed))
    return None


def _asks(doubt: AnswerDoubt, said: str) -> AskAgain:
    if doubt is AnswerDoubt.SHORT_SLIP:
        return AskAgain(doubt, french(f"Relisez « {said} » : écrivez chaque mot en entier, sans faute de frappe."))
    return AskAgain(doubt, french(f"Est-ce bien « {said} » ? Écrivez-le seul, ou une autre réponse."))


# --- The name that the glossary has, among other words: « coordo PRE », whatever the key ---


def _known_name(typed: str, lexicon: Lexicon, said: frozenset[str]) -> AskAgain | None:
    """Of one name only; a text that is a name itself, « réseau d'éducation prioritaire renforcé », says nothing else."""
    if lexicon.knows(typed) or lexicon.is_long_form(typed):
        return None
    named = {sigle for sigle in (*_sigles(typed, lexicon), *_long_forms(typed, lexicon)) if agreed_word(sigle) not in said}
    if len(named) != 1:
        return None
    return AskAgain(
        AnswerDoubt.NAME_AMONG_WORDS, french(f"« {clean_text(typed)} » dit plusieurs choses : écrivez seulement le nom ou le sigle que l’on demande.")
    )


def _sigles(typed: str, lexicon: Lexicon) -> Iterator[str]:
    """In capitals, or at one end: « pas » and « ami » are words."""
    text = clean_text(typed).replace("/", " ")
    capitals = {word for written in text.split() if sum(map(str.isupper, written)) > 1 for word in spaced_spelling(written).split()}
    words = full_words(spaced_spelling(text))
    return (word for place, word in enumerate(words) if word in lexicon.expansions and (word in capitals or place in (0, len(words) - 1)))


def _long_forms(typed: str, lexicon: Lexicon) -> Iterator[str]:
    """Their sigles."""
    readings = [f" {reading} " for reading in agreed_spellings(typed)]
    return (sigle for sigle, forms in lexicon.expansions.items() for form in forms if any(f" {agree_words(form)} " in reading for reading in readings))


# --- What is expected, among words of the statement; a slip in a short word; a word cut short ---


def _is_among_words(typed: str, form: str, said: frozenset[str], lexicon: Lexicon) -> bool:
    mine, theirs = set(typed.split()), set(form.split())
    tells = not theirs <= said | NEUTRAL or (typed.startswith(f"{form} ") and not theirs <= said)
    return tells and theirs < mine and mine - theirs <= said | NEUTRAL


def _is_short_of_said(typed: str, form: str, said: frozenset[str], lexicon: Lexicon) -> bool:
    """What is expected, less words of the statement: two at least are left, which it does not say."""
    mine, theirs = set(typed.split()), set(form.split())
    return mine < theirs and theirs - mine <= said and len(mine - said) > 1


def _has_slip(typed: str, form: str, said: frozenset[str], lexicon: Lexicon) -> bool:
    """Beside a word that is right, or alone, where it makes no word of the glossary."""
    mine, theirs = typed.split(), form.split()
    pairs = list(zip(mine, theirs, strict=False))
    different = [pair for pair in pairs if pair[0] != pair[1]]
    if len(mine) != len(theirs) or len(different) == len(pairs) > 1:
        return False
    if len(pairs) == 1 and typed in lexicon.rivals(form):
        return False
    letters = SHORTEST if len(pairs) > 1 else ALONE_SHORTEST
    return bool(different) and all(is_slip(*pair, lexicon, letters) or (len(pairs) > 1 and _is_cut(*pair)) for pair in different)


def _is_cut(written: str, meant: str) -> bool:
    written = written.removesuffix("s")
    return len(written) >= CUT_LETTERS and len(meant) - len(written) >= CUT_LETTERS and meant.startswith(written)


def _full_writing(text: str) -> frozenset[str]:
    return frozenset({" ".join(full_words(spaced_spelling(without_title(text))))})


def _slip_forms(expected: str, lexicon: Lexicon) -> frozenset[str]:
    """A sigle has no slip."""
    return frozenset() if lexicon.knows(expected) else _full_writing(expected)


ASKED = (
    AskedWay("around", AnswerDoubt.NAME_AMONG_WORDS, full_spellings, lambda expected, lexicon: full_spellings(expected), _is_among_words),
    AskedWay("within", AnswerDoubt.NAME_AMONG_WORDS, full_spellings, lambda expected, lexicon: full_spellings(expected), _is_short_of_said),
    AskedWay("slip", AnswerDoubt.SHORT_SLIP, _full_writing, _slip_forms, _has_slip),
)
