"""The merge of two texts of one document as a page, and as a form that was filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import count

from msgspec import Struct
from sqlalchemy.orm import Session

from app.authoring.comparing.three_way import Agreed, MergeConflict, Merged, Resolution, Take, merge3
from app.authoring.comparing.word_diff import DiffSpan, WordDifference, difference, words
from app.authoring.drafts.queries import WorkingText
from app.authoring.drafts.readings import title_in
from app.authoring.versions.merging.files_queries import FileSides
from app.content.store.models import Revision
from app.identity.models import Person


class ConflictChunk(Struct, frozen=True):
    """A conflict to settle. `number` counts from 0."""

    number: int
    base: str
    mine: tuple[DiffSpan, ...]
    """What my side makes of the base, word by word."""
    theirs: tuple[DiffSpan, ...]
    take: str
    """What was chosen; empty before."""
    edited: str


class TextMergePage(Struct, frozen=True, dict=True):
    """The page that merges two texts. It has no slots, so that the comparison can be cached on it."""

    document_id: str
    title: str
    who: str
    """Who wrote the other text, as the page says it."""
    mine_name: str
    theirs_name: str
    mine: str
    merged: Merged
    typed: Mapping[str, str]
    """What was already decided."""
    fields: Mapping[str, str]
    """What the form sends back, so that a decision is about the texts that were shown."""
    refused: str

    @property
    def conflicts(self) -> int:
        return len(self.merged.conflicts)

    @cached_property
    def difference(self) -> WordDifference | None:
        """Compares my text with the merged one; None while conflicts remain."""
        return difference(self.mine, self.merged.text) if self.merged.text is not None else None

    @property
    def chunks(self) -> Iterator[Agreed | ConflictChunk]:
        numbers = count()
        return (chunk if isinstance(chunk, Agreed) else _conflict(next(numbers), chunk, self.typed) for chunk in self.merged.chunks)

    @property
    def labels(self) -> dict[Take, str]:
        mine, theirs = self.mine_name.capitalize(), self.theirs_name.capitalize()
        return {Take.MINE: mine, Take.THEIRS: theirs, Take.BOTH: f"Les deux, {self.mine_name} d’abord", Take.EDITED: "Un autre texte, ci-dessous"}


def merge_of(session: Session, text: WorkingText) -> Merged | None:
    """A draft and what is published; None where nothing is published, or nothing since the draft began."""
    if text.published is None or text.published.id == text.base_id:
        return None
    base = session.get(Revision, text.base_id) if text.base_id else None
    return merge3(base.text if base else "", text.normalised, text.published.text)


def merge_page(session: Session, text: WorkingText, merged: Merged, typed: Mapping[str, str], refused: str = "") -> TextMergePage:
    author = session.get(Person, text.published.author_id) if text.published and text.published.author_id else None
    return TextMergePage(
        document_id=text.document_id,
        title=text.title,
        who=f"{author.name if author else 'Une synchronisation des fichiers'} a publié une autre version de ce texte depuis que vous avez commencé",
        mine_name="mon brouillon",
        theirs_name="la version publiée",
        mine=text.normalised,
        merged=merged,
        typed=typed,
        fields={"version": str(text.version), "theirs": str(text.published.id if text.published else "")},
        refused=refused,
    )


def file_merge_page(found: FileSides, typed: Mapping[str, str], refused: str = "") -> TextMergePage:
    """Builds the merge page of a file of the course and the published text."""
    return TextMergePage(
        document_id=found.document.id,
        title=title_in(found.published.path, found.published.text, found.document.id),
        who=f"Le fichier {found.file.path} et le texte publié ont tous deux changé",
        mine_name="le texte publié",
        theirs_name="le fichier",
        mine=found.published.text,
        merged=found.merged,
        typed=typed,
        fields={"theirs": found.file.fingerprint, "published": str(found.published.id)},
        refused=refused,
    )


def _conflict(number: int, chunk: MergeConflict, typed: Mapping[str, str]) -> ConflictChunk:
    edited = typed.get(f"texte-{number}", chunk.mine)
    mine, theirs = tuple(words(chunk.base, chunk.mine)), tuple(words(chunk.base, chunk.theirs))
    return ConflictChunk(number, chunk.base, mine, theirs, typed.get(f"choix-{number}", ""), edited)


def resolved(merged: Merged, typed: Mapping[str, str]) -> str | None:
    """The text that the form decides; None while a conflict has no choice. What was typed keeps the conflict's last line feed."""
    found: dict[int, Resolution] = {}
    for number, conflict in enumerate(merged.conflicts):
        take = typed.get(f"choix-{number}", "")
        if take not in {each.value for each in Take}:
            return None
        found[number] = Resolution(Take(take), _whole_lines(typed.get(f"texte-{number}", ""), conflict))
    return merged.resolved(found)


def _whole_lines(typed: str, conflict: MergeConflict) -> str:
    text = typed.replace("\r\n", "\n")
    ends = (conflict.mine or conflict.theirs).endswith("\n")
    return f"{text}\n" if text and ends and not text.endswith("\n") else text
