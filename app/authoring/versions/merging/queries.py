"""The merge of two texts of one document as a page, and as a form that was filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.authoring.comparing.three_way import Agreed, Choice, Conflict, Merged, Take, merge3
from app.authoring.comparing.word_diff import Difference, Part, difference, words
from app.authoring.drafts.queries import WorkingText
from app.authoring.drafts.readings import title_in
from app.authoring.versions.merging.files import FileSides
from app.content.store.models import Revision
from app.identity.models import Person

FILE_LABELS = (
    (Take.MINE, "Le texte publié"),
    (Take.THEIRS, "Le fichier"),
    (Take.BOTH, "Les deux, le texte publié d’abord"),
    (Take.EDITED, "Un autre texte, ci-dessous"),
)
LABELS = (
    (Take.MINE, "Mon brouillon"),
    (Take.THEIRS, "La version publiée"),
    (Take.BOTH, "Les deux, mon brouillon d’abord"),
    (Take.EDITED, "Un autre texte, ci-dessous"),
)


@dataclass(frozen=True, slots=True)
class ConflictChunk:
    """A conflict to settle. `number` counts from 0."""

    number: int
    base: str
    mine: tuple[Part, ...]
    """What my side makes of the base, word by word."""
    theirs: tuple[Part, ...]
    take: str
    """What was chosen; empty before."""
    edited: str


@dataclass(frozen=True, slots=True)
class AgreedChunk:
    text: str
    lines: int


@dataclass(frozen=True, slots=True)
class TextMergePage:
    document_id: str
    title: str
    who: str
    """Who wrote the other text, as the page says it."""
    mine_name: str
    theirs_name: str
    chunks: tuple[AgreedChunk | ConflictChunk, ...]
    conflicts: int
    difference: Difference | None
    """From my text to the merged one, when there is nothing to decide."""
    action: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """What the form sends back, so that a decision is about the texts that were shown."""
    labels: tuple[tuple[str, str], ...] = tuple((take.value, label) for take, label in LABELS)
    refused: str = ""


def merge_of(session: Session, text: WorkingText) -> Merged | None:
    """A draft and what is published; None where nothing is published, or nothing since the draft began."""
    if text.published is None or text.published.id == text.base_id:
        return None
    base = session.get(Revision, text.base_id) if text.base_id else None
    return merge3(base.text if base else "", text.normalised, text.published.text)


def merge_page(session: Session, text: WorkingText, merged: Merged, action: str, typed: Mapping[str, str], refused: str = "") -> TextMergePage:
    author = session.get(Person, text.published.author_id) if text.published and text.published.author_id else None
    return TextMergePage(
        document_id=text.document_id,
        title=text.title,
        who=f"{author.name if author else 'Une synchronisation des fichiers'} a publié une autre version de ce texte depuis que vous avez commencé",
        mine_name="mon brouillon",
        theirs_name="la version publiée",
        chunks=chunks(merged, typed),
        conflicts=len(merged.conflicts),
        difference=difference(text.normalised, merged.text) if merged.text is not None else None,
        action=action,
        fields={"version": str(text.version), "theirs": str(text.published.id if text.published else "")},
        refused=refused,
    )


def file_merge_page(found: FileSides, action: str, typed: Mapping[str, str], refused: str = "") -> TextMergePage:
    """The same page for a file of the course against the published text."""
    merged = found.merged
    return TextMergePage(
        document_id=found.document.id,
        title=title_in(found.published.path, found.published.text, found.document.id),
        who=f"Le fichier {found.found.path} et le texte publié ont tous deux changé",
        mine_name="le texte publié",
        theirs_name="le fichier",
        chunks=chunks(merged, typed),
        conflicts=len(merged.conflicts),
        difference=difference(found.published.text, merged.text) if merged.text is not None else None,
        action=action,
        fields={"theirs": found.found.fingerprint, "published": str(found.published.id)},
        labels=tuple((take.value, label) for take, label in FILE_LABELS),
        refused=refused,
    )


def chunks(merged: Merged, typed: Mapping[str, str]) -> tuple[AgreedChunk | ConflictChunk, ...]:
    """The chunks with what was already decided of them."""
    found: list[AgreedChunk | ConflictChunk] = []
    number = 0
    for chunk in merged.chunks:
        if isinstance(chunk, Agreed):
            found.append(AgreedChunk(chunk.text, chunk.text.count("\n")))
            continue
        found.append(_conflict(number, chunk, typed))
        number += 1
    return tuple(found)


def _conflict(number: int, chunk: Conflict, typed: Mapping[str, str]) -> ConflictChunk:
    edited = typed.get(f"texte-{number}", chunk.mine)
    mine, theirs = tuple(words(chunk.base, chunk.mine)), tuple(words(chunk.base, chunk.theirs))
    return ConflictChunk(number, chunk.base, mine, theirs, typed.get(f"choix-{number}", ""), edited)


def choices(merged: Merged, typed: Mapping[str, str]) -> dict[int, Choice] | None:
    """What the form decided; None while a conflict has no choice. What was typed keeps the conflict's last line feed."""
    found: dict[int, Choice] = {}
    for number, conflict in enumerate(merged.conflicts):
        take = typed.get(f"choix-{number}", "")
        if take not in {each.value for each in Take}:
            return None
        found[number] = Choice(Take(take), _whole_lines(typed.get(f"texte-{number}", ""), conflict))
    return found


def _whole_lines(typed: str, conflict: Conflict) -> str:
    text = typed.replace("\r\n", "\n")
    ends = (conflict.mine or conflict.theirs).endswith("\n")
    return f"{text}\n" if text and ends and not text.endswith("\n") else text
