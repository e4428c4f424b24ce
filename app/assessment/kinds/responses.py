"""What every type of question needs to read a form, store an answer and tell it in French; each type's own part is in `kinds`. Pure.

A form names places on the page (`c2`, `p1`, `e3`, in the attempt's layout); a stored answer names keys of the pinned file. The key itself
is never looked at here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

from msgspec import Struct

from app.assessment.answers.normalise import clean_text
from app.content.text.markdown import inline_tokens, plain
from app.platform.errors import DomainError
from app.platform.french import french

MAX_TYPED = 500
"""Characters of one typed answer."""

LONGEST_READ = 4 * MAX_TYPED
"""Characters that are looked at: enough to know that an answer is too long, whatever spaces it holds."""

Fields = Mapping[str, Sequence[str]]
"""A form as it was sent: each name with its values (`form.to_dict(flat=False)`)."""

Form: TypeAlias = dict[str, list[str]]
"""A form that we fill ourselves."""

SEPARATOR = " ; "

T = TypeVar("T")


class UnreadableAnswer(DomainError):
    """The form does not come from this question's page."""

    sentence = "Cette réponse n’a pas pu être lue. Revenez à la question et répondez de nouveau."


class AnswerTooLong(DomainError):
    sentence = f"Votre réponse est trop longue : {MAX_TYPED} caractères au plus."


class QuestionResponse(Protocol):
    """What a learner answered: one struct for each shape of answer."""

    @property
    def is_blank(self) -> bool: ...

    def payload(self) -> dict[str, Any]:
        """Returns the answer as it is stored; `QuestionKind.restore_answer` reads it back."""


class TypedText(Struct, frozen=True):
    text: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.text

    def payload(self) -> dict[str, Any]:
        return {"text": self.text}


# --- From a form -----------------------------------------------------------------------------------------------------


def sole(fields: Fields, name: str) -> str:
    """The one value of a field; empty when it is missing or blank."""
    values = [value for value in fields.get(name, ()) if value.strip()]
    if len(values) > 1:
        raise UnreadableAnswer
    return values[0] if values else ""


def read_typed(fields: Fields, name: str) -> str:
    text = clean_text(sole(fields, name)[:LONGEST_READ])
    if len(text) > MAX_TYPED:
        raise AnswerTooLong
    return text


def raw_text(fields: Fields, name: str) -> str:
    """What was typed, however long, for a page that shows a refused form."""
    return clean_text(" ".join(fields.get(name, ()))[:LONGEST_READ])


def pick_item(shown: Sequence[T], id_of: Callable[[int], str], given: str) -> T:
    """What the page offers under the id that the form gives."""
    by_id = {id_of(place): item for place, item in enumerate(shown, 1)}
    if given not in by_id:
        raise UnreadableAnswer
    return by_id[given]


# --- In French -------------------------------------------------------------------------------------------------------


def quote_text(text: str) -> str:
    """Puts a text between guillemets; those inside become inner quotation marks: never « « … » »."""
    inner = re.sub(r"«\s*", "“", re.sub(r"\s*»", "”", text))
    return f"« {inner} »"


def as_text(markdown: str) -> str:
    """A piece of Markdown as one line of plain text, typeset."""
    return french(" ".join(plain(inline_tokens(" ".join(markdown.split()))).split()))


# --- In which order choices stand: from the attempt's seed alone ---
#
# A place in a shuffle is decided by SHA-256 over the seed and the text of what is shuffled: the same on every machine and every version of
# Python, and telling nothing of the key (the same texts with another right answer come in the same order).

Shuffled = TypeVar("Shuffled")


def shuffle_items(items: Iterable[Shuffled], seed: int, scope: str, text: Callable[[Shuffled], str]) -> tuple[Shuffled, ...]:
    """The items in the order that (seed, scope) gives them. Equal texts keep their order."""
    return tuple(sorted(items, key=lambda item: hashlib.sha256(f"{seed}\0{scope}\0{text(item)}".encode("utf-8", "surrogatepass")).digest()))


class QuestionLayout(Struct, frozen=True):
    """The order in which one attempt lays out one question's choices. Ids on the page are places in it, never keys of the file."""

    seed: int
    question_id: str
    shuffle: bool = True

    def shuffle_part(self, items: Iterable[Shuffled], part: str, text: Callable[[Shuffled], str]) -> tuple[Shuffled, ...]:
        """The items of one part of the question in this attempt's order."""
        return shuffle_items(items, self.seed, f"{self.question_id}\0{part}", text)
