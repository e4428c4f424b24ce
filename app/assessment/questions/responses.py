"""What a learner answered: read from a form into typed values, kept as JSON, told in French. Pure.

A form names places on the page (`c2`, `p1`, `e3`, in the attempt's layout); a stored answer names keys of the pinned file. The key itself
is never looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.assessment.answers.normalise import cleaned
from app.assessment.questions.draw import Layout
from app.content.text.markdown import inline_tokens, plain
from app.content.values.quiz import Choices, Gaps, Kind, Matching, Ordering, Question
from app.errors import DomainError
from app.french import NARROW, french

MAX_TYPED = 500
"""Characters of one typed answer."""

LONGEST_READ = 4 * MAX_TYPED
"""Characters that are looked at: enough to know that an answer is too long, whatever spaces it holds."""

Fields = Mapping[str, Sequence[str]]
"""A form as it was sent: each name with its values (`form.to_dict(flat=False)`)."""

SEPARATOR = f"{NARROW}; "

CHOICE, TEXT = "choix", "texte"
T = TypeVar("T")


def option_id(place: int) -> str:
    return f"c{place}"


def target_id(place: int) -> str:
    return f"t{place}"


def pair_field(place: int) -> str:
    return f"paire-p{place}"


def item_field(place: int) -> str:
    return f"rang-e{place}"


def gap_field(index: int) -> str:
    return f"trou-{index}"


class UnreadableAnswer(DomainError):
    """The form does not come from this question's page."""

    sentence = "Cette réponse n’a pas pu être lue. Revenez à la question et répondez de nouveau."


class AnswerTooLong(DomainError):
    sentence = f"Votre réponse est trop longue : {MAX_TYPED} caractères au plus."


# --- Typed values ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chosen:
    """Keys of the options ticked, in the file's order."""

    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    text: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """(pair key, right item) of each pair that was matched, in the file's order."""

    rights: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ordered:
    """(item key, rank from 1) of each item that was given a rank, by rank."""

    ranks: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """What each gap holds, in order; empty where nothing."""

    texts: tuple[str, ...] = ()


Given = Chosen | Typed | Matched | Ordered | Filled


def blank(question: Question) -> Given:
    """No answer, in the type that the question asks for."""
    return restored(question, {})


def is_blank(given: Given) -> bool:
    match given:
        case Chosen(parts) | Matched(parts) | Ordered(parts):
            return not parts
        case Typed(text):
            return not text
        case Filled(texts):
            return not any(texts)


def is_complete(question: Question, given: Given) -> bool:
    """Whether nothing of it is left to answer. A rank given twice leaves something to mend."""
    match question.answer, given:
        case Matching(pairs=pairs), Matched(rights):
            return len(rights) == len(pairs)
        case Ordering(items=items), Ordered(ranks):
            return sorted(rank for _, rank in ranks) == list(range(1, len(items) + 1))
        case Gaps(), Filled(texts):
            return all(texts) and bool(texts)
    return not is_blank(given)


# --- From a form -----------------------------------------------------------------------------------------------------


def read(question: Question, layout: Layout, fields: Fields) -> Given:
    """The answer that a form holds. A field that is missing is blank; a value that this page does not offer is `UnreadableAnswer`."""
    answer = question.answer
    match answer:
        case Choices():
            return _read_choices(answer, layout, fields)
        case Matching():
            return _read_matching(answer, layout, fields)
        case Ordering():
            return _read_ordering(answer, layout, fields)
        case Gaps():
            return Filled(tuple(_read_gap(answer, index, fields) for index in range(len(answer.gaps))))
        case _:
            return Typed(_typed(fields, TEXT))


def _read_choices(answer: Choices, layout: Layout, fields: Fields) -> Chosen:
    shown = layout.options(answer)
    ticked = {_found(shown, option_id, given).key for given in fields.get(CHOICE, ()) if given}
    if len(ticked) > 1 and answer.kind != Kind.MULTIPLE:
        raise UnreadableAnswer
    return Chosen(tuple(option.key for option in answer.options if option.key in ticked))


def _read_matching(answer: Matching, layout: Layout, fields: Fields) -> Matched:
    targets = layout.targets(answer)
    matched = {pair.key: _found(targets, target_id, given) for place, pair in enumerate(layout.pairs(answer), 1) if (given := _one(fields, pair_field(place)))}
    return Matched(tuple((pair.key, matched[pair.key]) for pair in answer.pairs if pair.key in matched))


def _read_ordering(answer: Ordering, layout: Layout, fields: Fields) -> Ordered:
    known = range(1, len(answer.items) + 1)
    ranks = [(item.key, _found(known, str, given)) for place, item in enumerate(layout.items(answer), 1) if (given := _one(fields, item_field(place)))]
    return Ordered(tuple(sorted(ranks, key=lambda ranked: (ranked[1], ranked[0]))))


def _read_gap(answer: Gaps, index: int, fields: Fields) -> str:
    text = _typed(fields, gap_field(index))
    menu = answer.gaps[index].menu
    if not menu or not text:
        return text
    chosen = next((choice for choice in menu if cleaned(choice) == text), None)
    if chosen is None:
        raise UnreadableAnswer
    return chosen


def _typed(fields: Fields, name: str) -> str:
    text = cleaned(_one(fields, name)[:LONGEST_READ])
    if len(text) > MAX_TYPED:
        raise AnswerTooLong
    return text


def _one(fields: Fields, name: str) -> str:
    values = [value for value in fields.get(name, ()) if value.strip()]
    if len(values) > 1:
        raise UnreadableAnswer
    return values[0] if values else ""


def _found(shown: Sequence[T], id_of: Callable[[int], str], given: str) -> T:
    """What the page offers under the id that the form gives."""
    by_id = {id_of(place): one for place, one in enumerate(shown, 1)}
    if given not in by_id:
        raise UnreadableAnswer
    return by_id[given]


def shown_again(question: Question, layout: Layout, fields: Fields) -> Given:
    """A form that `read` refused, as far as its page can show it again."""
    match question.answer:
        case Choices() | Matching() | Ordering():
            try:
                return read(question, layout, fields)
            except UnreadableAnswer:
                return blank(question)
        case Gaps(gaps=gaps):
            return Filled(tuple(_typed_again(fields, gap_field(index)) for index in range(len(gaps))))
        case _:
            return Typed(_typed_again(fields, TEXT))


def _typed_again(fields: Fields, name: str) -> str:
    return cleaned(" ".join(fields.get(name, ()))[:LONGEST_READ])


# --- To and from JSON ------------------------------------------------------------------------------------------------


def payload(given: Given) -> dict[str, Any]:
    """As stored. `restored` gives the same value back."""
    match given:
        case Chosen(keys):
            return {"keys": list(keys)}
        case Typed(text):
            return {"text": text}
        case Matched(rights):
            return {"rights": [list(pair) for pair in rights]}
        case Ordered(ranks):
            return {"ranks": [list(pair) for pair in ranks]}
        case Filled(texts):
            return {"texts": list(texts)}


def restored(question: Question, stored: Mapping[str, Any]) -> Given:
    """The answer that was stored, in the type that the question asks for."""
    match question.answer:
        case Choices():
            return Chosen(tuple(stored.get("keys", ())))
        case Matching():
            return Matched(tuple((str(key), str(right)) for key, right in stored.get("rights", ())))
        case Ordering():
            return Ordered(tuple((str(key), int(rank)) for key, rank in stored.get("ranks", ())))
        case Gaps(gaps=gaps):
            return Filled(tuple(stored.get("texts", ("",) * len(gaps))))
        case _:
            return Typed(str(stored.get("text", "")))


# --- In French -------------------------------------------------------------------------------------------------------


def readable(question: Question, given: Given) -> str:
    """The answer as a person reads it: « Le préfet » ; « Le maire » or Préfet → État or 1. Diagnostic ; 2. Actions; empty when blank."""
    return SEPARATOR.join(_parts(question, given))


def _parts(question: Question, given: Given) -> Iterator[str]:
    match question.answer, given:
        case Choices(options=options), Chosen(keys):
            yield from (_quoted(as_text(option.text.text)) for option in options if option.key in keys)
        case Matching(pairs=pairs), Matched(rights):
            lefts = {pair.key: as_text(pair.left.text) for pair in pairs}
            yield from (f"{lefts.get(key, key)} → {as_text(right)}" for key, right in rights)
        case Ordering(items=items), Ordered(ranks):
            texts = {item.key: as_text(item.text.text) for item in items}
            yield from (f"{rank}. {texts.get(key, key)}" for key, rank in ranks)
        case Gaps(), Filled(texts) if any(texts):
            yield from (_quoted(text) if text else "(vide)" for text in texts)
        case _, Typed(text) if text:
            yield _quoted(text)


def _quoted(text: str) -> str:
    return f"«{NARROW}{text}{NARROW}»"


def as_text(markdown: str) -> str:
    """A piece of Markdown as one line of plain text, typeset."""
    return french(" ".join(plain(inline_tokens(" ".join(markdown.split()))).split()))
