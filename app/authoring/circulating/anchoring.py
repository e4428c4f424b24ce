"""Comments of a file that came back → the passages that they stand at. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from app.authoring.circulating.passages import passages
from app.authoring.circulating.returned import Comment, ReturnedFile
from app.authoring.circulating.values import Passage, PassageKind
from app.authoring.circulating.words import key
from app.content.text.markdown import slug, split_anchor

SOMEBODY = "Une personne sans nom"
_FEW, _QUOTED = 4, 400
"""A quotation of fewer words might be anywhere: the whole passage is quoted. And how many signs of one are enough."""


class Anchored(Struct, frozen=True):
    by: str
    text: str
    quote: str
    heading: str
    """The id, in the page, of the title above."""
    found: bool
    """Whether the text has the passage."""

    @property
    def name(self) -> str:
        """By which the remark is signed, and the page shows it."""
        return " ".join(self.by.split()) or SOMEBODY


def anchored(text: str, notes: Mapping[str, str], file: ReturnedFile) -> tuple[Anchored, ...]:
    """Each comment that says something, in the order of the file."""
    found = [(each, f" {key(each.text)} ") for each in passages(text, notes)]
    return tuple(_anchored(text, found, comment, file) for comment in file.comments if comment.text.strip())


def _anchored(text: str, found: Sequence[tuple[Passage, str]], comment: Comment, file: ReturnedFile) -> Anchored:
    """`found`: each passage and its words, as they are compared."""
    around = file.pieces[comment.at].text if comment.at < len(file.pieces) else ""
    for quote in _quotes(comment, around):
        wanted = f" {key(quote)} "
        for number, (_, said) in enumerate(found):
            if wanted in said:
                return Anchored(comment.by, comment.text, _short(quote), _heading(text, [each for each, _ in found[: number + 1]]), True)
    return Anchored(comment.by, comment.text, _short(comment.quote.strip() or around), "", False)


def _quotes(comment: Comment, around: str) -> Iterator[str]:
    if len(key(comment.quote).split()) >= _FEW:
        yield comment.quote
    if key(around):
        yield around
    if key(comment.quote):
        yield comment.quote


def _short(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= _QUOTED else words[:_QUOTED].rpartition(" ")[0]


def _heading(text: str, before: Sequence[Passage]) -> str:
    title = next((each for each in reversed(before) if each.kind is PassageKind.HEADING), None)
    return split_anchor(text[title.start : title.end].strip())[1] or slug(title.text) if title is not None else ""
