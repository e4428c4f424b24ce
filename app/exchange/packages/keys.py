"""The key of a question as the script of a package reads it, and the tables of the rules that it follows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.assessment.answers import agreement, asked, normalise, sigles
from app.assessment.answers.asked import Asked, asked_by
from app.assessment.answers.compare import TYPO_LETTERS
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.normalise import bare_spellings
from app.assessment.answers.numbers import plain_numbers
from app.assessment.questions.draw import QuestionLayout
from app.assessment.questions.kinds.choices import option_id, options_shown
from app.assessment.questions.kinds.gaps import asking, menu_shown
from app.assessment.questions.kinds.matching import pairs_shown, target_id, targets_shown
from app.assessment.questions.kinds.ordering import items_shown
from app.content.values.quiz import Choices, Gap, Gaps, Interval, Kind, Matching, Number, OpenText, Ordering, Question, ShortText

Key = dict[str, Any]
OTHER_MOST = 20
"""Characters that may be typed beyond the longest accepted writing, where that is long itself."""
TYPED_MOST, NUMBER_MOST = 80, 40
"""Characters of one typed answer, which the LMS must keep."""


def key_of(question: Question, layout: QuestionLayout) -> Key:
    """`kept`: the characters that its answer takes, at most, where the LMS keeps it."""
    match question.answer:
        case Choices() as answer:
            return _choices(answer, layout)
        case ShortText() as answer:
            return _text(answer, question)
        case Number() as answer:
            return {
                "kind": "number",
                "kept": NUMBER_MOST,
                **_number(answer.accepted, asked_by(question.statement.text, answer.unit), answer.unit, answer.unit_required),
            }
        case Matching() as answer:
            return _matching(answer, layout)
        case Ordering() as answer:
            items = items_shown(layout, answer)
            return {"kind": "ordering", "right": [str(answer.items.index(item) + 1) for item in items], "kept": len(items)}
        case Gaps() as answer:
            return _gaps(answer, question, layout)
        case OpenText():
            return {"kind": "open", "kept": 1}


def longest(key: Key) -> int:
    """What may be typed into a field of the question."""
    return max([TYPED_MOST, *(len(one) + OTHER_MOST for one in key.get("accepted", ()))]) if key["kind"] == "text" else NUMBER_MOST


def _choices(answer: Choices, layout: QuestionLayout) -> Key:
    shown = options_shown(layout, answer)
    right = [option_id(place) for place, option in enumerate(shown, 1) if option.correct]
    several = answer.kind is Kind.MULTIPLE
    key = {"kind": "choices", "several": several, "exact": answer.exact_credit, "right": right, "options": len(shown), "kept": len(shown) if several else 1}
    return key | ({"truth": option_id(1)} if answer.kind is Kind.TRUE_FALSE else {})


def _matching(answer: Matching, layout: QuestionLayout) -> Key:
    targets, pairs = targets_shown(layout, answer), pairs_shown(layout, answer)
    return {"kind": "matching", "right": [target_id(targets.index(pair.right) + 1) for pair in pairs], "kept": len(pairs)}


def _text(answer: ShortText, question: Question) -> Key:
    accepted, mistakes = ([one.text for one in each] for each in (answer.accepted, answer.mistakes))
    key = {"kind": "text", "strict": answer.strict, "accepted": accepted, "mistakes": mistakes, "statement": question.statement.text}
    return {**key, "kept": longest(key)}


def _gaps(answer: Gaps, question: Question, layout: QuestionLayout) -> Key:
    gaps = [_gap(gap, answer, index, layout) for index, gap in enumerate(answer.gaps)]
    kept = sum(1 if gap.menu else TYPED_MOST for gap in answer.gaps) + len(answer.gaps) - 1
    return {"kind": "gaps", "gaps": gaps, "statement": f"{question.statement.text}\n{answer.body.text}", "kept": kept}


def _gap(gap: Gap, answer: Gaps, index: int, layout: QuestionLayout) -> Key:
    """Of a menu, the values in the page's order too: its answer is kept as a place in it."""
    if gap.menu:
        right, menu = normalise.cleaned(gap.accepted[0]), [normalise.cleaned(choice) for choice in menu_shown(layout, gap, index)]
        return {"menu": menu, "right": right}
    numbers = (*gap.numbers, *plain_numbers(gap.accepted))
    read = _number(numbers, asked_by(asking(answer.body.text, index), gap.unit), gap.unit, required=False) if numbers else None
    return {"accepted": gap.accepted, "number": read}


def _number(accepted: Sequence[Interval], said: Asked, unit: str, required: bool) -> Key:
    return {
        "accepted": [[f"{interval.low:f}", f"{interval.high:f}"] for interval in accepted],
        "asked": {
            "words": sorted(said.words),
            "nouns": sorted(said.nouns),
            "leads": sorted(" ".join(lead) for lead in said.leads),
            "scales": sorted(said.scales),
        },
        "unit": sorted({word for _, word in asked.words_of(unit)}),
        "required": required,
    }


# --- The tables ------------------------------------------------------------------------------------------------------


def tables(keys: Iterable[Key], lexicon: Lexicon) -> Key:
    """What the rules know of French and of the course: of its confusions, those that these keys may cross."""
    written = [text for key in keys for each in (key, *key.get("gaps", ())) if each.get("kind") != "number" for text in _writings(each)]
    targets = {word for text in written for target in (*bare_spellings(text), *lexicon.long_forms(text)) for word in target.split()}
    pairs = lexicon.pairs if written else ()
    return {
        **_french(),
        "expansions": {sigle: sorted(forms) for sigle, forms in sorted(lexicon.expansions.items())} if written else {},
        "pairs": [{"long": pair.long, "short": pair.short, "level": pair.level} for pair in pairs],
        "near": {word: others for word in sorted(targets) if len(word) >= TYPO_LETTERS and (others := lexicon.others(word))},
    }


def _writings(key: Key) -> tuple[str, ...]:
    return (*key.get("accepted", ()), *key.get("mistakes", ()))


def _french() -> Key:
    return {
        "typoLetters": TYPO_LETTERS,
        "prefixes": normalise.PREFIXES,
        "articles": normalise.LEADING_ARTICLES,
        "inner": sorted(normalise.INNER_ARTICLES),
        "links": sorted(sigles.LINKS),
        "plurals": agreement.PLURALS,
        "feminines": agreement.FEMININES,
        "contracted": agreement.CONTRACTED,
        "sameWord": agreement.SAME_WORD,
        "inclusive": {"points": agreement.POINTS, "short": agreement.SHORT, "long": agreement.LONG},
        "scales": asked.SCALES,
        "sameUnit": asked.SAME_UNIT,
        "small": sorted(asked.SMALL),
        "about": sorted(asked.ABOUT),
        "limits": sorted(asked.LIMITS),
        "measures": sorted(asked.MEASURES),
    }
