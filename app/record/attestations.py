"""The public page of an attestation, the list of revoked ones, and the public keys that check badges."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import JSON, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.content.store.queries import Revision
from app.content.values.course import Course, Lesson
from app.content.values.paths import element_of, required_elements
from app.content.values.quiz import Quiz
from app.identity.models import Person
from app.platform.db import Base, UtcDateTime
from app.platform.french import day_of, month_and_year, of
from app.platform.site import offers
from app.record.facts import up_to_date_on
from app.record.progress.models import Attestation, PathDemand
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import Validity, ledger_rows, path_progress_of, validity
from app.record.progress.rules import ElementProgress, ProgressState, project


class BadgeKey(Base):
    """The public half of a key that signed badges, kept for ever: a badge is checked with the key of its day."""

    __tablename__ = "badge_key"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Its day, then random characters: the end of the address that badges name."""
    public: Mapped[dict[str, Any]] = mapped_column(JSON)
    """A JSON Web Key, without its private half."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


# --- The public page -------------------------------------------------------------------------------------------------


class AttestedModule(Struct, frozen=True):
    title: str
    history: str
    objectives: tuple[str, ...]
    steps: tuple[str, ...]
    """Titles of the lessons and quizzes that were done, a lesson's own quiz left unsaid."""
    completed_at: datetime
    minutes: int
    """Indicative: reading and quizzes."""


class AttestationPage(Struct, frozen=True):
    """What anyone who has the address may read, and nothing else."""

    badge_id: str
    name: str
    title: str
    is_path: bool
    completed_at: datetime
    issued_at: datetime
    waived: tuple[str, ...]
    """Titles of the modules of which a part was not taken here: the person was spared it."""
    modules: tuple[AttestedModule, ...]
    """Empty where the course has nothing left of what was learned."""
    edition: str
    """« de novembre 2026 »: when the newest of the texts that it was earned on was written; empty where they are found no more."""
    content_version: str
    revoked_at: datetime | None
    validity: Validity | None
    """None where its path gives none."""
    known_on: datetime | None = None
    """Until when its holder knows what changed since; None where nothing did, or where the site does not tell it."""

    @property
    def issued_later(self) -> bool:
        """Was it issued on another day than that which it attests? Otherwise one date says both."""
        return day_of(self.issued_at) != day_of(self.completed_at)

    @property
    def minutes(self) -> int:
        return sum(module.minutes for module in self.modules)

    @property
    def waived_words(self) -> str:
        """What was waived, in words."""
        return f"une partie de : {' ; '.join(self.waived)}" if self.is_path else "une partie du module"


def attestation_page(session: Session, course: Course, attestation_id: str) -> AttestationPage | None:
    row = session.execute(select(Attestation, Person.name).join(Person, Person.id == Attestation.person_id).where(Attestation.id == attestation_id)).first()
    if row is None:
        return None
    attestation, name = row
    mine = _as_issued(session, course, attestation)
    is_path = session.scalar(select(PathDemand.path_id).where(PathDemand.path_id == attestation.subject_id)) is not None
    learned = _learned_elements(mine, attestation)
    return AttestationPage(
        badge_id=attestation.badge_id,
        name=name,
        title=attestation.title,
        is_path=is_path,
        completed_at=attestation.completed_at,
        issued_at=attestation.issued_at,
        waived=_waived_modules(mine, attestation),
        modules=tuple(_modules(mine, learned)),
        edition=_edition(session, learned.values(), attestation.completed_at),
        content_version=attestation.content_version,
        revoked_at=attestation.revoked_at,
        validity=validity_of(course, attestation),
        known_on=up_to_date_on(session, course, attestation.person_id, learned, attestation.completed_at) if offers("changes") else None,
    )


def validity_of(course: Course, attestation: Attestation) -> Validity | None:
    """Returns until when an attestation is valid, by the rule of its path today."""
    months = next((path.validity for path in course.paths.paths if path.id == attestation.subject_id), 0)
    return validity(attestation.completed_at, [(datetime.fromisoformat(at), reread) for at, _version, reread in attestation.renewals], months)


def _as_issued(session: Session, course: Course, attestation: Attestation) -> PathProgress:
    """Where the person stood then: what they or others decided since, as the end of a waiver, changes nothing of what was attested."""
    then = [row for row in ledger_rows(session, attestation.person_id) if row.at <= attestation.issued_at]
    return replace(path_progress_of(session, course, attestation.person_id), progress=project(then))


def _learned_elements(mine: PathProgress, attestation: Attestation) -> Mapping[str, ElementProgress]:
    """What it attests, in the course's order: the elements asked for and done by then. What was waived was not learned here."""
    asked = _elements_of_subject(mine, attestation.subject_id)
    done = ((element_id, mine.progress[element_id]) for element_id in mine.order if element_id in asked and element_id in mine.progress)
    return {element_id: progress for element_id, progress in done if _by_then(progress, attestation) and progress.learned}


def _waived_modules(mine: PathProgress, attestation: Attestation) -> tuple[str, ...]:
    asked = _elements_of_subject(mine, attestation.subject_id)
    spared = {mine.module_of(key) for key in asked if mine.state(key) is ProgressState.WAIVED and _by_then(mine.progress[key], attestation)}
    return tuple(module.title for module in mine.modules() if module.id in spared)


def _by_then(progress: ElementProgress, attestation: Attestation) -> bool:
    return progress.completed_at is not None and progress.completed_at <= attestation.completed_at


def _elements_of_subject(mine: PathProgress, subject_id: str) -> Collection[str]:
    if subject_id == mine.path.id:
        return mine.path_elements()
    if subject_id in mine.course.modules:
        return mine.module_elements(subject_id)
    other = [path for path in mine.course.paths.paths if path.id == subject_id]  # of somebody who is on another path since
    return [element_id for path in other for element_id, _module in required_elements(mine.course, path)]


def _modules(mine: PathProgress, learned: Mapping[str, ElementProgress]) -> Iterable[AttestedModule]:
    for module in mine.modules():
        inside = {key: element for key in learned if mine.module_of(key) == module.id and (element := element_of(mine.course, key))}
        moments = [at for key in inside if (at := learned[key].completed_at)]
        if moments:
            objectives = tuple(objective.text for objective in module.objectives)
            yield AttestedModule(module.title, module.history, objectives, _steps(inside.values()), max(moments), mine.minutes_learned(inside))


def _steps(elements: Iterable[Lesson | Quiz]) -> tuple[str, ...]:
    return tuple(element.title for element in elements if not (isinstance(element, Quiz) and element.lesson_id))


def _edition(session: Session, learned: Iterable[ElementProgress], completed_at: datetime) -> str:
    """A text was there when it was read: on a site that took its texts in again since, their rows are younger than they are."""
    texts = {progress.element_id: progress.earned_on for progress in learned if progress.earned_on}
    earned = Revision.document_id.in_(texts), Revision.fingerprint.in_(texts.values())
    newest = session.scalar(select(func.max(Revision.created_at)).where(*earned))
    return of(month_and_year(day_of(min(newest, completed_at)))) if newest else ""


# --- Revoked ---------------------------------------------------------------------------------------------------------


def revoked_badges(session: Session) -> Sequence[str]:
    """Lists the revoked badges, also of erased people: what was revoked is never valid again."""
    return session.scalars(select(Attestation.badge_id).where(Attestation.revoked_at.is_not(None)).order_by(Attestation.badge_id)).all()


class HeldAttestation(Struct, frozen=True):
    """One of a person's, for them and for whoever decides for them."""

    id: str
    subject_id: str
    title: str
    issued_at: datetime
    revoked_at: datetime | None
    reason: str
    validity: Validity | None
    """None for one that was revoked, too."""


def attestations_of(session: Session, course: Course, person_id: int) -> tuple[HeldAttestation, ...]:
    """The newest first."""
    rows = session.scalars(select(Attestation).where(Attestation.person_id == person_id).order_by(Attestation.issued_at.desc(), Attestation.id))
    return tuple(
        HeldAttestation(
            row.id, row.subject_id, row.title, row.issued_at, row.revoked_at, row.revocation_reason, None if row.revoked_at else validity_of(course, row)
        )
        for row in rows
    )
