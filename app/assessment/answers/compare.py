"""A typed answer against the expected ones: words, names, acronyms, and what is asked of the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.normalise import (
    agree_words,
    agreed_spellings,
    any_order,
    bare_spellings,
    clean_text,
    figured_forms,
    figured_spellings,
    fold_case,
    fold_text,
    full_spellings,
    full_words,
    led_spellings,
    mentions,
    set_of_things,
    sound,
    spellings,
    undotted_spellings,
)
from app.assessment.answers.places import before_brackets, without_place
from app.content.values.quiz import ShortText, TypedAnswer
from app.platform.french import french

# --- A person's name: with or without a title, first name first or last ---

_INITIAL = re.compile(r"\b([^\W\d_])\. (?=[^\W\d_]{2})")
_TITLE = re.compile(r"^(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\.? (?=\S)")


def name(text: str) -> frozenset[str]:
    """A name without its title; « A. Savary » is « A Savary »."""
    return agreed_spellings(_INITIAL.sub(r"\1 ", without_title(text)))


def join_name(text: str) -> frozenset[str]:
    """A name of several words in one: « Du Bedout »."""
    return frozenset({re.sub("[ -]", "", spelling) for spelling in agreed_spellings(without_title(text))})


def joined_names(expected: str) -> frozenset[str]:
    return join_name(expected) if all(map(is_proper, expected.split())) else frozenset()


def titled_name(text: str) -> frozenset[str]:
    """The same, of a text that has a title; nothing of another."""
    return name(text) if without_title(text) != fold_text(text) else frozenset()


def name_forms(expected: str) -> frozenset[str]:
    """What an expected name may be typed as: without its title, or its first name last. Only what is expected as a name may change its order."""
    return titled_name(expected).union(*map(name, _other_names(expected)))


def without_title(text: str) -> str:
    return _TITLE.sub("", fold_text(text))


def _other_names(expected: str) -> list[str]:
    """« Borloo Jean-Louis » and « JL Borloo », of two or three words with a capital each."""
    *first, last = clean_text(expected).split() or [""]
    if not (1 <= len(first) <= 2 and all(map(is_proper, (*first, last)))):
        return []
    initials = "".join(part[:1] for word in first for part in word.split("-"))
    return [" ".join((last, *first)), f"{initials} {last}"]


def is_proper(word: str) -> bool:
    """Whether a word is written as a name: « Borloo », and not « QPV »."""
    return word[:1].isupper() and not word.isupper()


# --- What cannot be read in one way is asked again before it is marked ---
#
# Of a number, never by what the key says: by what was typed and what the question says. Of a text, see `doubts`.


class AnswerDoubt(StrEnum):
    """Why an answer is asked again."""

    NO_NUMBER = "nombre_absent"
    SEVERAL_NUMBERS = "plusieurs_nombres"
    POINT = "point_ambigu"
    WORD = "mot_hors_question"
    UNIT = "autre_unité"
    ABOUT = "nombre_approché"
    SCALE = "autre_échelle"
    UNIT_MISSING = "unité_exigée"
    TWO_THINGS = "deux_choses"
    NAME_AMONG_WORDS = "nom_entouré"
    SHORT_SLIP = "mot_à_relire"


class AskAgain(Struct, frozen=True):
    """`sentence` tells the learner what to write, in French."""

    doubt: AnswerDoubt
    sentence: str


# --- « nom (SIGLE) »: one answer said twice, or two answers ---

_PARENTHESIS = re.compile(r"(\S.*?) ?\( ?([^()]+?) ?\)[ .]*")
LINKS = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "sur", "par"})


def name_and_sigle(text: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """(name, sigle) of « quartier prioritaire (QPV) » or « QPV (quartier prioritaire) »; None of any other text."""
    found = _PARENTHESIS.fullmatch(clean_text(text))
    if found is None:
        return None
    outside, inside = found[1], found[2]
    if _is_sigle(inside, lexicon):
        return outside, inside
    return (inside, outside) if _is_sigle(outside, lexicon) else None


def _is_sigle(text: str, lexicon: Lexicon) -> bool:
    capitals = sum(letter.isupper() for letter in text)
    return lexicon.knows(text) or (capitals > 1 and " " not in text and not text.islower())


def says_one_thing(name: str, sigle: str, lexicon: Lexicon) -> bool:
    """Whether the sigle stands for the name or for what the name begins; of a sigle that the glossary does not have, whether it is made of its initials."""
    if lexicon.crosses(name, sigle):
        return False
    if not lexicon.knows(sigle):
        letters = "".join(letter for letter in fold_text(sigle) if letter.isalnum())
        return letters in _initials(name)
    if lexicon.expands(sigle, name) or lexicon.is_long_form(name):
        return lexicon.expands(sigle, name)
    long_forms = [one for form in lexicon.long_forms(sigle) for one in agreed_spellings(form)]
    return any(f"{form} ".startswith(f"{mine} ") for form in long_forms for mine in agreed_spellings(name))


def _initials(name: str) -> frozenset[str]:
    """With every word, and without the small ones."""
    words = min(undotted_spellings(name)).split()
    return frozenset({"".join(word[0] for word in words), "".join(word[0] for word in words if word not in LINKS)})


def two_things(text: str, lexicon: Lexicon) -> AskAgain | None:
    """Which one is meant, where a name stands beside the sigle of something else; None of any other text."""
    both = name_and_sigle(text, lexicon)
    if both is None or not lexicon.knows(both[1]) or says_one_thing(*both, lexicon):
        return None
    asks = french(f"Votre réponse dit deux choses : dans le glossaire du cours, « {both[1]} » n’est pas le sigle de « {both[0]} ». Écrivez l’un ou l’autre.")
    return AskAgain(AnswerDoubt.TWO_THINGS, asks)


# --- Whether a typed answer is one of those accepted ---
#
# Rules in order: the first that accepts is stored and told to the learner. No similarity ratio anywhere: each rule is an equality that can
# be said in a sentence. Numbers have their own file, `numbers`.

TYPO_LETTERS = 6
"""A typing mistake is forgiven only in words of so many letters or more, as written and as meant: shorter ones have too many neighbours."""
SOUND_LETTERS = 5
"""The same of a word that is written as it sounds."""


class MatchRule(StrEnum):
    """What accepted a typed answer, from the strictest to the most tolerant. The values are stored."""

    EXACT = "exact"
    CASE = "casse"
    ACCENTS = "accents"
    ARTICLE = "article"
    AGREEMENT = "accord"
    NAME = "nom"
    SIGLE = "sigle"
    NAME_AND_SIGLE = "nom_et_sigle"
    PLACE = "lieu"
    FULL_WORDS = "mots_pleins"
    TYPO = "faute_unique"
    NUMBER = "nombre"


SENTENCES = {
    MatchRule.EXACT: "C’est exactement la réponse attendue.",
    MatchRule.CASE: "Acceptée : majuscules et minuscules ne comptent pas. La forme attendue est « {expected} ».",
    MatchRule.ACCENTS: "Acceptée : accents, apostrophes, traits d’union et ponctuation ne comptent pas. La forme attendue est « {expected} ».",
    MatchRule.ARTICLE: "Acceptée : les articles ne comptent pas. La forme attendue est « {expected} ».",
    MatchRule.AGREEMENT: "Acceptée : singulier et pluriel, masculin et féminin se valent. La forme attendue est « {expected} ».",
    MatchRule.FULL_WORDS: "Acceptée : les petits mots et l’ordre ne comptent pas. La forme attendue est « {expected} ».",
    MatchRule.NAME: "Acceptée : le titre et l’ordre du prénom et du nom ne comptent pas. La forme attendue est « {expected} ».",
    MatchRule.SIGLE: "Acceptée : un sigle et son développement se valent. La forme attendue est « {expected} ».",
    MatchRule.NAME_AND_SIGLE: "Acceptée : le nom et son sigle disent la même chose. La forme attendue est « {expected} ».",
    MatchRule.PLACE: "Acceptée : le lieu ou le numéro qui suit ne compte pas. La forme attendue est « {expected} ».",
    MatchRule.TYPO: "Acceptée malgré une faute de frappe. La forme attendue est « {expected} ».",
    MatchRule.NUMBER: "Accepté : le nombre attendu est « {expected} ».",
}


class MatchVerdict(Struct, frozen=True):
    """Why a typed answer was accepted: the rule, and the accepted writing that it meets."""

    rule: MatchRule
    expected: str

    @property
    def sentence(self) -> str:
        """Explains the verdict to the learner, in French."""
        return french(SENTENCES[self.rule].format(expected=self.expected))

    @property
    def rank(self) -> int:
        return list(MatchRule).index(self.rule)


class TypedReading(Struct, frozen=True):
    """What was typed, to a question that says `statement`."""

    text: str
    lexicon: Lexicon
    statement: str


class Way(Struct, frozen=True):
    """One way in which an answer meets what is expected: a reading of the first is among the forms of the second.

    Forms depend on nothing that is typed: the script of a package has them as a table, and looks its own reading, called `name`, up.
    """

    name: str
    read: Callable[[TypedReading], frozenset[str]]
    forms: Callable[[str, Lexicon], frozenset[str]]
    nearly: bool = False
    """A typing mistake apart."""

    def meets(self, typed: TypedReading, expected: str) -> bool:
        readings, forms = self.read(typed), self.forms(expected, typed.lexicon)
        return any(_differ_by_a_typo(one, form, typed.lexicon) for one in readings for form in forms) if self.nearly else not readings.isdisjoint(forms)


def match_text(typed: str, accepted: Sequence[str], lexicon: Lexicon, statement: str, strict: bool = False) -> MatchVerdict | None:
    """The first rule that accepts `typed` as one of `accepted`, or None.

    `statement` is the question's own text: a sigle, or its long form, that the question itself writes is no answer to it
    (« Que veut dire QPV ? » — « QPV »). `strict` keeps Unicode, spaces and case only.
    """
    if not clean_text(typed):
        return None
    verdict = _first_rule(typed, accepted, lexicon, statement, strict)
    if verdict or strict:
        return verdict
    return _name_and_sigle(typed, accepted, lexicon, statement) or _sigle_with_place(typed, accepted, lexicon, statement)


def _first_rule(typed: str, accepted: Sequence[str], lexicon: Lexicon, statement: str, strict: bool) -> MatchVerdict | None:
    text = TypedReading(typed, lexicon, statement)
    for rule, ways in rules(strict):
        for expected in accepted:
            if any(way.meets(text, expected) for way in ways) and (rule == MatchRule.EXACT or not lexicon.crosses(typed, expected)):
                return MatchVerdict(rule, expected)
    return None


def _name_and_sigle(typed: str, accepted: Sequence[str], lexicon: Lexicon, statement: str) -> MatchVerdict | None:
    """« réseau d'éducation prioritaire (REP) »: one of the two is accepted, and the other says the same or is accepted too."""
    both = name_and_sigle(typed, lexicon)
    if both is None:
        return None
    met = [verdict for part in both if (verdict := _first_rule(part, accepted, lexicon, statement, strict=False))]
    if not met or any(lexicon.crosses(part, met[0].expected) for part in both):
        return None
    return MatchVerdict(MatchRule.NAME_AND_SIGLE, met[0].expected) if len(met) == 2 or says_one_thing(*both, lexicon) else None


def _sigle_with_place(typed: str, accepted: Sequence[str], lexicon: Lexicon, statement: str) -> MatchVerdict | None:
    """« CRIP 59 », « SDJES du Nord », « BOP 147 »: a sigle, or what it stands for, where it is; « Grigny (Essonne) »: anything, in brackets."""
    alone, bracketed = without_place(typed), before_brackets(typed)
    if bracketed:
        alone = bracketed
    elif not alone or not (lexicon.knows(alone) or lexicon.is_long_form(alone)):
        return None
    met = _first_rule(alone, accepted, lexicon, statement, strict=False)
    return MatchVerdict(MatchRule.PLACE, met.expected) if met else None


def match_short_text(typed: str, answer: ShortText, lexicon: Lexicon, statement: str) -> MatchVerdict | TypedAnswer | None:
    """The verdict that accepts, or the expected mistake that was made, or None.

    Whichever is met by the stricter rule wins: an expected mistake written exactly is no typing mistake in the right answer.
    """
    right = match_text(typed, [one.text for one in answer.accepted], lexicon, statement, answer.strict)
    wrong = match_text(typed, [one.text for one in answer.mistakes], lexicon, statement, answer.strict)
    if wrong is None or (right is not None and right.rank <= wrong.rank):
        return right
    return next(one for one in answer.mistakes if one.text == wrong.expected)


def _spelt(spell: Callable[[str], frozenset[str]], name: str) -> Way:
    """The same reading of both."""
    return Way(name, lambda typed: spell(typed.text), lambda expected, lexicon: spell(expected))


def _typed_spellings(typed: TypedReading) -> frozenset[str]:
    """Number and gender apart; but a sigle of the glossary is never the plural of another word."""
    return frozenset() if typed.lexicon.knows(typed.text) else agreed_spellings(typed.text)


def _spellings_after_lead(typed: TypedReading) -> frozenset[str]:
    return frozenset() if typed.lexicon.knows(typed.text) else led_spellings(typed.text, typed.statement)


def _is_said(typed: TypedReading) -> bool:
    return mentions(typed.statement, typed.text)


def _differ_by_a_typo(typed: str, target: str, lexicon: Lexicon) -> bool:
    """Whether one word of each, and only one, differs, and by one typing mistake."""
    pairs = list(zip(typed.split(), target.split(), strict=False))
    if len(typed.split()) != len(target.split()):
        return False
    different = [(written, meant) for written, meant in pairs if written != meant]
    return len(different) == 1 and is_sure_slip(*different[0], lexicon)


def is_sure_slip(written: str, meant: str, lexicon: Lexicon) -> bool:
    """Whether a word is written with one mistake, or as it sounds, and no other word that the glossary writes lies as near.

    In a word of six letters a slip adds one, or exchanges two, before the last: « commun » is not « commune », nor « promet » « projet ».
    """
    shortest = min(len(written), len(meant))
    heard = shortest >= SOUND_LETTERS and sound(written) == sound(meant)
    replaced = len(written) == len(meant) and sorted(written) != sorted(meant)
    if not heard and (shortest < TYPO_LETTERS or (len(meant) == TYPO_LETTERS and (replaced or written[-1] != meant[-1]))):
        return False
    if not (heard or one_mistake(written, meant)) or not is_slip(written, meant, lexicon, SOUND_LETTERS):
        return False
    return not any(written == other or one_mistake(written, other) for other in lexicon.rivals(meant))


def is_slip(written: str, meant: str, lexicon: Lexicon, letters: int) -> bool:
    """Whether a word of so many `letters`, or more, is written with one mistake, as it sounds, or with one mistake in that; and is no word of a pair."""
    if len(meant) < letters or not (meant.isalpha() and written.isalpha()):
        return False
    heard, right = sound(written), sound(meant)
    if not (one_mistake(written, meant) or heard == right or (len(meant) > TYPO_LETTERS and one_mistake(heard, right))):
        return False
    return not any(written == other or one_mistake(written, other) for other in lexicon.others(meant))


def one_mistake(written: str, meant: str) -> bool:
    """Whether two different words are one letter more, one less, one for another, or two neighbours exchanged, apart."""
    start = next((i for i, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), min(len(written), len(meant)))
    left, right = written[start:], meant[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[1::-1] == right[:2] and left[2:] == right[2:])
    return left[1:] == right or left == right[1:]


def _full(spellings: frozenset[str]) -> frozenset[str]:
    return frozenset(" ".join(full_words(spelling)) for spelling in spellings)


_STRICT = (
    (MatchRule.EXACT, (_spelt(lambda text: frozenset({clean_text(text)}), "cleaned"),)),
    (MatchRule.CASE, (_spelt(lambda text: frozenset({fold_case(text)}), "cased"),)),
)
_TOLERANT = (
    (MatchRule.ACCENTS, (_spelt(spellings, "spellings"),)),
    (MatchRule.ARTICLE, (_spelt(bare_spellings, "bare"),)),
    (MatchRule.AGREEMENT, (Way("agreed", _typed_spellings, lambda expected, lexicon: agreed_spellings(expected)),)),
    (
        MatchRule.NAME,
        (
            Way("name", lambda typed: name(typed.text), lambda expected, lexicon: name_forms(expected)),
            Way("titled", lambda typed: titled_name(typed.text), lambda expected, lexicon: name(expected)),
            Way("joined", lambda typed: join_name(typed.text), lambda expected, lexicon: joined_names(expected)),
        ),
    ),
    (
        MatchRule.SIGLE,
        (
            _spelt(undotted_spellings, "undotted"),
            Way(
                "sigle",
                lambda typed: frozenset() if _is_said(typed) else undotted_spellings(typed.text),
                lambda expected, lexicon: lexicon.sigles_of(expected),
            ),
            Way(
                "expansion",
                lambda typed: frozenset() if _is_said(typed) else agreed_spellings(typed.text),
                lambda expected, lexicon: frozenset(map(agree_words, lexicon.long_forms(expected))),
            ),
        ),
    ),
    (
        MatchRule.FULL_WORDS,
        (
            Way("full", lambda typed: any_order(typed.text), lambda expected, lexicon: frozenset() if _other_names(expected) else any_order(expected)),
            Way("led", _spellings_after_lead, lambda expected, lexicon: agreed_spellings(expected)),
            Way("set", lambda typed: set_of_things(typed.text, typed.statement), lambda expected, lexicon: set_of_things(expected, "")),
        ),
    ),
    (
        MatchRule.TYPO,
        (
            Way(
                "typo",
                lambda typed: _full(bare_spellings(without_title(typed.text))),
                lambda expected, lexicon: _full(bare_spellings(expected) | lexicon.long_forms(expected)),
                nearly=True,
            ),
            Way("agreed typo", lambda typed: full_spellings(without_title(typed.text)), lambda expected, lexicon: full_spellings(expected), nearly=True),
        ),
    ),
    (MatchRule.NUMBER, (Way("figured", lambda typed: figured_spellings(typed.text), lambda expected, lexicon: figured_forms(expected)),)),
)


def rules(strict: bool) -> tuple[tuple[MatchRule, tuple[Way, ...]], ...]:
    """In their order, each with the ways in which it accepts."""
    return _STRICT if strict else (*_STRICT, *_TOLERANT)
