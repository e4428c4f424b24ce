"""Pages of review: what changes, what is wrong, what publishing would do, who reads, when. Nouns, with their words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.comparing.word_diff import Difference, difference
from app.authoring.drafts.services import published_revision
from app.authoring.models import REFUSALS, Draft, PlannedPublication, ReadingRequest
from app.authoring.publishing import effects
from app.authoring.publishing.checks import Checked, Verdict, check, has_moved, proposed_change, text_of, title_in, title_of
from app.authoring.publishing.seen import as_seen
from app.content.store.models import MAJOR
from app.content.store.queries import course, course_with
from app.content.text.normalise import normalise
from app.content.values.addresses import of_link, of_media
from app.content.values.text import Problem
from app.french import day_of
from app.identity.models import Person, PersonRole
from app.identity.rules import Role


@dataclass(frozen=True, slots=True)
class MediaLine:
    """An image of the text, and what becomes of it."""

    name: str
    address: str
    change: str


@dataclass(frozen=True, slots=True)
class Companion:
    """Another draft of the same author, which may be published at the same time."""

    document_id: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PlanLine:
    due_at: datetime
    author: str
    mine: bool
    same_text: bool
    """False: the draft went on since the date was given."""
    refusal: str
    """Why it was refused when its time came, in a sentence."""


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """What a colleague was asked, and answered."""

    reader: str
    asked_at: datetime
    answered_at: datetime | None
    agreed: bool
    remarks: str
    same_text: bool


@dataclass(frozen=True, slots=True)
class Stated:
    """The effect, in words."""

    sentences: tuple[str, ...]
    rereading: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    document_id: str
    title: str
    path: str
    new: bool
    seen: tuple[str, ...]
    """The drafts as they are shown: what is sent back with the decision."""
    difference: Difference
    media: tuple[MediaLine, ...]
    problems: tuple[Problem, ...]
    elsewhere: tuple[Problem, ...]
    blocking: tuple[str, ...]
    """Titles of companions that have errors."""
    stated: Stated | None
    """None for a text that cannot be read."""
    change: str
    proposed: str
    companions: tuple[Companion, ...]
    plan: PlanLine | None
    readings: tuple[ReadingLine, ...]
    trainers: Sequence[tuple[int, str]]
    moved: bool
    publishable: bool
    refused: str = ""
    """The sentence of a decision that was just refused."""
    due: str = ""
    """The date as it was typed."""

    @property
    def errors(self) -> int:
        return sum(found.is_error for found in self.problems)

    @property
    def nothing(self) -> bool:
        return not self.new and self.difference.nothing and all(line.change == "inchangée" for line in self.media)


def review_page(session: Session, draft: Draft, together: Collection[str], now: datetime, *, change: str = "", refused: str = "", due: str = "") -> ReviewPage:
    """The review of a draft. `together`: documents of the same author's that would be published with it."""
    others = _other_drafts(session, draft)
    drafts = [draft, *(other for other in others if other.document_id in together)]
    verdict = check(session, [text_of(one) for one in drafts], day_of(now))
    mine = verdict.texts[0]
    current = published_revision(session, draft.document_id)
    proposed = proposed_change(session, draft.document_id, draft.text)
    return ReviewPage(
        document_id=draft.document_id,
        title=mine.title,
        path=draft.path,
        new=current is None,
        seen=tuple(str(as_seen(one)) for one in drafts),
        difference=difference(current.text if current else "", normalise(draft.text)),
        media=tuple(_media(current.media if current else {}, mine.media)),
        problems=mine.problems,
        elsewhere=verdict.elsewhere,
        blocking=tuple(text.title for text in verdict.texts[1:] if text.errors),
        stated=stated(session, verdict, now),
        change=change or proposed,
        proposed=proposed,
        companions=tuple(Companion(each.document_id, title_in(each.path, each.text, each.document_id), each in drafts) for each in others),
        plan=_plan(session, draft),
        readings=_readings(session, draft),
        trainers=trainers(session, draft.author_id),
        moved=any(has_moved(session, one) for one in drafts),
        publishable=verdict.publishable,
        refused=refused,
        due=due,
    )


def stated(session: Session, verdict: Verdict, now: datetime) -> Stated | None:
    """What publishing these texts would change for learners: the first one « à relire », the others as their size proposes.

    A minor change of the first brings the same without its mention, which is said apart.
    """
    if any(text.reading.document is None for text in verdict.texts):
        return None
    main, *others = verdict.texts
    candidates = [main.candidate(MAJOR), *(other.candidate(proposed_change(session, other.source.document_id, other.source.text)) for other in others)]
    before, after = course(session), course_with(session, candidates, now)
    found = effects.effect_of(session, before, after, [candidate.document_id for candidate in candidates], now)
    mine = found.rereading.pop(main.source.document_id, 0)
    return Stated(effects.sentences(found, before, after), effects.rereading_sentence(mine))


def _media(before: Mapping[str, str], after: Mapping[str, str]) -> list[MediaLine]:
    def word(name: str) -> str:
        if name not in after:
            return "retirée"
        if name not in before:
            return "nouvelle"
        return "inchangée" if before[name] == after[name] else "remplacée"

    return [MediaLine(name, of_media(name, after.get(name) or before[name]), word(name)) for name in sorted({**before, **after})]


def _other_drafts(session: Session, draft: Draft) -> Sequence[Draft]:
    mine = select(Draft).where(Draft.author_id == draft.author_id, Draft.id != draft.id)
    return session.scalars(mine.order_by(Draft.updated_at.desc(), Draft.id)).all()


def _plan(session: Session, draft: Draft) -> PlanLine | None:
    row = planned(session, draft.document_id)
    if row is None:
        return None
    author = session.scalar(select(Person.name).where(Person.id == row.author_id)) or ""
    same = normalise(row.text) == normalise(draft.text) and row.media == draft.media
    return PlanLine(row.due_at, author, row.author_id == draft.author_id, same, REFUSALS.get(row.refusal, ""))


def _readings(session: Session, draft: Draft) -> tuple[ReadingLine, ...]:
    rows = session.execute(
        select(ReadingRequest, Person.name)
        .join(Person, Person.id == ReadingRequest.reader_id)
        .where(ReadingRequest.document_id == draft.document_id, ReadingRequest.asker_id == draft.author_id)
        .order_by(ReadingRequest.id)
    )
    mark = as_seen(draft).fingerprint
    return tuple(ReadingLine(name, row.asked_at, row.answered_at, bool(row.agreed), row.remarks, row.fingerprint == mark) for row, name in rows)


# --- Reading for a colleague -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One line of the list of what somebody was asked to read."""

    id: int
    title: str
    asker: str
    asked_at: datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class ReadingsPage:
    waiting: tuple[AskedLine, ...]
    answered: tuple[AskedLine, ...]


@dataclass(frozen=True, slots=True)
class ReadingPage:
    id: int
    title: str
    asker: str
    message: str
    over: bool
    """The draft is published or given up: there is nothing to read."""
    new: bool
    difference: Difference
    problems: tuple[Problem, ...]
    mark: str
    agreed: bool | None
    remarks: str
    refused: str = ""


def readings_page(session: Session, reader_id: int) -> ReadingsPage:
    rows = session.execute(
        select(ReadingRequest, Person.name, Draft)
        .join(Person, Person.id == ReadingRequest.asker_id)
        .join(Draft, (Draft.document_id == ReadingRequest.document_id) & (Draft.author_id == ReadingRequest.asker_id))
        .where(ReadingRequest.reader_id == reader_id)
        .order_by(ReadingRequest.asked_at.desc(), ReadingRequest.id)
    )
    lines = [AskedLine(row.id, title_in(draft.path, draft.text, row.document_id), name, row.asked_at, row.answered_at is not None) for row, name, draft in rows]
    return ReadingsPage(tuple(line for line in lines if not line.answered), tuple(line for line in lines if line.answered))


def reading_page(session: Session, row: ReadingRequest, draft: Draft | None, now: datetime, *, remarks: str | None = None, refused: str = "") -> ReadingPage:
    current = published_revision(session, row.document_id)
    text: Checked | None = check(session, [text_of(draft)], day_of(now)).texts[0] if draft else None
    return ReadingPage(
        id=row.id,
        title=text.title if text else title_of(None, row.document_id),
        asker=session.scalar(select(Person.name).where(Person.id == row.asker_id)) or "",
        message=row.message,
        over=draft is None,
        new=current is None,
        difference=difference(current.text if current else "", normalise(draft.text)) if draft else difference("", ""),
        problems=text.problems if text else (),
        mark=as_seen(draft).fingerprint if draft else "",
        agreed=row.agreed,
        remarks=row.remarks if remarks is None else remarks,
        refused=refused,
    )


def learner_address(session: Session, document_id: str) -> str:
    """Where learners read a document; empty for one that has no page of its own, and for a lesson that no module cites."""
    if is_out_of_reach(session, document_id):
        return ""
    names = {"glossary": "glossaire", "timeline": "frise", "network": "reseau"}
    return of_link(course(session), names.get(document_id, document_id), "") or ""


def is_out_of_reach(session: Session, document_id: str) -> bool:
    """A lesson that is published and that no module cites: no learner can open it."""
    published = course(session)
    return document_id in published.lessons and published.module_of(document_id) is None


def planned(session: Session, document_id: str) -> PlannedPublication | None:
    return session.scalar(select(PlannedPublication).where(PlannedPublication.document_id == document_id))


def trainers(session: Session, but: int) -> Sequence[tuple[int, str]]:
    """(id, name) of every other trainer with an open account, by name."""
    query = (
        select(Person.id, Person.name)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.name == Role.TRAINER, Person.active, Person.id != but)
    )
    return [(number, name) for number, name in session.execute(query.order_by(Person.name, Person.id))]
