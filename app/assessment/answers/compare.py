"""Whether a typed answer is one of those accepted: rules in order, the first that accepts is stored and told to the learner. Pure.

No similarity ratio anywhere: each rule is an equality that can be said in a sentence. Numbers have their own file, `numbers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from app.assessment.answers.agreement import agreed_spellings
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.names import same_name
from app.assessment.answers.normalise import bare_spellings, cased, cleaned, mentions, spellings, undotted_spellings
from app.assessment.answers.sigles import name_and_sigle, says_one_thing
from app.content.values.quiz import ShortText, TypedAnswer
from app.platform.french import french

TYPO_LETTERS = 7
"""A typing mistake is forgiven only in words of so many letters or more: shorter ones have too many neighbours."""


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
    TYPO = "faute_unique"
    NUMBER = "nombre"


SENTENCES = {
    MatchRule.EXACT: "C’est exactement la réponse attendue.",
    MatchRule.CASE: "Acceptée : majuscules et minuscules ne comptent pas. La forme attendue est « {expected} ».",
    MatchRule.ACCENTS: "Acceptée : accents, apostrophes, traits d’union et ponctuation ne comptent pas. La forme attendue est « {expected} ».",
    MatchRule.ARTICLE: "Acceptée : les articles ne comptent pas. La forme attendue est « {expected} ».",
    MatchRule.AGREEMENT: "Acceptée : singulier et pluriel, masculin et féminin se valent. La forme attendue est « {expected} ».",
    MatchRule.NAME: "Acceptée : le titre et l’ordre du prénom et du nom ne comptent pas. La forme attendue est « {expected} ».",
    MatchRule.SIGLE: "Acceptée : un sigle et son développement se valent. La forme attendue est « {expected} ».",
    MatchRule.NAME_AND_SIGLE: "Acceptée : le nom et son sigle disent la même chose. La forme attendue est « {expected} ».",
    MatchRule.TYPO: "Acceptée malgré une faute de frappe. La forme attendue est « {expected} ».",
    MatchRule.NUMBER: "Accepté : le nombre attendu est « {expected} ».",
}


class Verdict(Struct, frozen=True):
    """Why a typed answer was accepted: the rule, and the accepted writing that it meets."""

    rule: MatchRule
    expected: str

    @property
    def sentence(self) -> str:
        """For the learner, in French."""
        return french(SENTENCES[self.rule].format(expected=self.expected))

    @property
    def rank(self) -> int:
        return list(MatchRule).index(self.rule)


class _Asked(Struct, frozen=True):
    """One comparison: what was typed, what is expected, and what the statement already says."""

    typed: str
    expected: str
    lexicon: Lexicon
    statement: str

    @property
    def crosses(self) -> bool:
        return self.lexicon.crosses(self.typed, self.expected)


def match_text(typed: str, accepted: Sequence[str], lexicon: Lexicon, statement: str, strict: bool = False) -> Verdict | None:
    """The first rule that accepts `typed` as one of `accepted`, or None.

    `statement` is the question's own text: a sigle, or its long form, that the question itself writes is no answer to it
    (« Que veut dire QPV ? » — « QPV »). `strict` keeps Unicode, spaces and case only.
    """
    if not cleaned(typed):
        return None
    verdict = _first_rule(typed, accepted, lexicon, statement, strict)
    if verdict or strict:
        return verdict
    return _name_and_sigle(typed, accepted, lexicon, statement)


def _first_rule(typed: str, accepted: Sequence[str], lexicon: Lexicon, statement: str, strict: bool) -> Verdict | None:
    for rule, accepts in _RULES[:2] if strict else _RULES:
        for expected in accepted:
            asked = _Asked(typed, expected, lexicon, statement)
            if accepts(asked) and (rule == MatchRule.EXACT or not asked.crosses):
                return Verdict(rule, expected)
    return None


def _name_and_sigle(typed: str, accepted: Sequence[str], lexicon: Lexicon, statement: str) -> Verdict | None:
    """« réseau d'éducation prioritaire (REP) »: one of the two is accepted, and the other says the same or is accepted too."""
    both = name_and_sigle(typed, lexicon)
    if both is None:
        return None
    met = [verdict for part in both if (verdict := _first_rule(part, accepted, lexicon, statement, strict=False))]
    if not met or any(lexicon.crosses(part, met[0].expected) for part in both):
        return None
    return Verdict(MatchRule.NAME_AND_SIGLE, met[0].expected) if len(met) == 2 or says_one_thing(*both, lexicon) else None


def match_short_text(typed: str, answer: ShortText, lexicon: Lexicon, statement: str) -> Verdict | TypedAnswer | None:
    """The verdict that accepts, or the expected mistake that was made, or None.

    Whichever is met by the stricter rule wins: an expected mistake written exactly is no typing mistake in the right answer.
    """
    right = match_text(typed, [one.text for one in answer.accepted], lexicon, statement, answer.strict)
    wrong = match_text(typed, [one.text for one in answer.mistakes], lexicon, statement, answer.strict)
    if wrong is None or (right is not None and right.rank <= wrong.rank):
        return right
    return next(one for one in answer.mistakes if one.text == wrong.expected)


def _same_but_agreement(asked: _Asked) -> bool:
    """Number and gender apart; but a sigle of the glossary is never the plural of another word."""
    same = not agreed_spellings(asked.typed).isdisjoint(agreed_spellings(asked.expected))
    return same and not asked.lexicon.knows(asked.typed)


def _same_sigle(asked: _Asked) -> bool:
    if not undotted_spellings(asked.typed).isdisjoint(undotted_spellings(asked.expected)):
        return True
    expands = asked.lexicon.expands(asked.typed, asked.expected) or asked.lexicon.expands(asked.expected, asked.typed)
    return expands and not mentions(asked.statement, asked.typed)


def _one_typo(asked: _Asked) -> bool:
    targets = bare_spellings(asked.expected) | asked.lexicon.long_forms(asked.expected)
    return any(_differ_by_a_typo(typed, target, asked.lexicon) for typed in bare_spellings(asked.typed) for target in targets)


def _differ_by_a_typo(typed: str, target: str, lexicon: Lexicon) -> bool:
    """Whether one word of each, and only one, differs, and by one typing mistake."""
    pairs = list(zip(typed.split(), target.split(), strict=False))
    if len(typed.split()) != len(target.split()):
        return False
    different = [(written, meant) for written, meant in pairs if written != meant]
    return len(different) == 1 and _is_typo(*different[0], lexicon)


def _is_typo(written: str, meant: str, lexicon: Lexicon) -> bool:
    if len(meant) < TYPO_LETTERS or not (meant.isalpha() and written.isalpha()):
        return False
    return one_mistake(written, meant) and not any(written == other or one_mistake(written, other) for other in lexicon.others(meant))


def one_mistake(written: str, meant: str) -> bool:
    """Whether two different words are one letter more, one less, one for another, or two neighbours exchanged, apart."""
    start = next((i for i, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), min(len(written), len(meant)))
    left, right = written[start:], meant[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[1::-1] == right[:2] and left[2:] == right[2:])
    return left[1:] == right or left == right[1:]


_RULES: tuple[tuple[MatchRule, Callable[[_Asked], bool]], ...] = (
    (MatchRule.EXACT, lambda asked: cleaned(asked.typed) == cleaned(asked.expected)),
    (MatchRule.CASE, lambda asked: cased(asked.typed) == cased(asked.expected)),
    (MatchRule.ACCENTS, lambda asked: not spellings(asked.typed).isdisjoint(spellings(asked.expected))),
    (MatchRule.ARTICLE, lambda asked: not bare_spellings(asked.typed).isdisjoint(bare_spellings(asked.expected))),
    (MatchRule.AGREEMENT, _same_but_agreement),
    (MatchRule.NAME, lambda asked: same_name(asked.typed, asked.expected)),
    (MatchRule.SIGLE, _same_sigle),
    (MatchRule.TYPO, _one_typo),
)
