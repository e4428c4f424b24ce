"""The access journal: what its page receives, its words, and the hooks that note every page and file that names somebody."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from flask import Flask, Response, g, request
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.administration import acts
from app.administration.acts import GROUNDS
from app.administration.privacy.register.tables import retention_of
from app.administration.privacy.register.treatment import duration
from app.content.store.queries import course
from app.content.values.course import Course
from app.content.values.paths import element_of
from app.identity import audit
from app.identity.audit import SEEN
from app.identity.email_preferences import KINDS
from app.identity.models import Person, PersonRole, Territory
from app.identity.rules import SIDE_LABELS
from app.learner.positioning.rules import DECISION_WORDS, PROPOSAL_WORDS
from app.platform import clock, log
from app.platform.db import writing
from app.platform.french import day_of, french_date, french_hour, plural
from app.platform.web import display, endpoints
from app.platform.web.edge import nearest_page
from app.platform.web.errors import error_response
from app.record.figures.rows import module_figures
from app.record.progress.cards import EVENT_WORDS, STATE_WORDS
from app.record.progress.due import NO_DAY
from app.record.progress.models import NEVER, Cohort
from app.record.progress.rules import Progress

# --- The journal as the person reads it, and what notes a page ---
#
# A route names somebody when it has an argument of `PERSON_ARGUMENTS`. What shows people without naming them in its address (a list, an
# export) calls `record_access` of `app/identity/audit.py` itself. Each view says in `names_people` how the person reads that it was opened.

PERSON_ARGUMENTS = frozenset({"person_id", "other_id"})
"""Arguments of a route that are somebody's number."""

AS_THEM, OTHER_PAGE = "seeing.as:", "Une page, vue comme vous"
"""Before the name of a blueprint: a page that was read « comme » the person (`seeing`)."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        f"{AS_THEM}learning": "Votre parcours, vu comme vous",
        f"{AS_THEM}quiz": "Vos quiz et leurs corrections, vus comme vous",
        f"{AS_THEM}identity": "Votre compte, vu comme vous",
        f"{AS_THEM}privacy": "Vos données, vues comme vous",
        f"{AS_THEM}reporting": "Votre pilotage, vu comme vous",
        f"{AS_THEM}evidence": "Votre certificat ou votre dossier de suivi, vus comme vous",
        "reporting.overview": "Liste des personnes à appeler où vous figurez",
        "reporting.contacts": "Liste des responsables à qui écrire, dans le pilotage",
        "api.people": "Votre nom, votre adresse et vos territoires, lus par un autre logiciel avec un jeton que cette personne a créé",
        "api.progress": "Votre avancement, lu par un autre logiciel avec un jeton que cette personne a créé",
        "api.enrolments": "Vos inscriptions, lues par un autre logiciel avec un jeton que cette personne a créé",
        "api.attestations": "Vos attestations, lues par un autre logiciel avec un jeton que cette personne a créé",
        "api.meetings": "Vos présences à une rencontre, lues par un autre logiciel avec un jeton que cette personne a créé",
        "reporting.digest": "Courriel du lundi où vous figurez : ce qui a bougé, et qui appeler",
        "calls.index": "Liste des personnes à appeler où vous figurez",
        "reporting.requests": "Votre demande de tentative, dans le pilotage",
    }
)
"""What was opened and is no page of its own → how the person reads it: what several pages show alike, and a blueprint that was read « comme » them. A page says
its words on its view (`names_people`)."""

DAYS_PER_PAGE = 30


class Reading(Struct, frozen=True):
    """The same thing, opened once or several times in a day by one person."""

    what: str
    times: int
    last: str
    """The hour of the last time."""


class AccessLine(Struct, frozen=True):
    """What one person opened in a day, the latest first."""

    reader: str
    roles: tuple[str, ...]
    readings: tuple[Reading, ...]


class AccessDay(Struct, frozen=True):
    on: date
    lines: tuple[AccessLine, ...]


class AccessPage(Struct, frozen=True):
    """`/compte/consultations`, the latest day first."""

    days: tuple[AccessDay, ...]
    number: int
    last: int
    kept: str
    """For how long, in words."""


def words(what: str) -> str:
    """An act (a POST) is told in full by the list of acts: here, that it was done."""
    said = endpoints.find(what)
    return WORDS.get(what) or (said.names_people if said else "") or (OTHER_PAGE if what.startswith(AS_THEM) else "Un changement sur votre compte")


def access_page(session: Session, person_id: int, number: int) -> AccessPage:
    """Some days of what others opened about the person. A number out of range gives the nearest page."""
    query = select(SEEN.c.at, SEEN.c.what, Person.id, Person.name).join(Person, Person.id == SEEN.c.reader_id).where(SEEN.c.person_id == person_id)
    days: dict[date, dict[int, dict[str, list[datetime]]]] = {}
    names: dict[int, str] = {}
    for at, what, reader, name in session.execute(query.order_by(SEEN.c.at.desc(), SEEN.c.id.desc())):
        names[reader] = name
        days.setdefault(day_of(at), {}).setdefault(reader, {}).setdefault(words(what), []).append(at)
    number, last = nearest_page(number, len(days), DAYS_PER_PAGE)
    shown = list(days.items())[(number - 1) * DAYS_PER_PAGE : number * DAYS_PER_PAGE]
    roles = _roles(session, {reader for _day, readers in shown for reader in readers})
    found = tuple(
        AccessDay(
            on,
            tuple(
                AccessLine(names[reader], roles.get(reader, ()), tuple(Reading(what, len(times), french_hour(times[0])) for what, times in opened.items()))
                for reader, opened in readers.items()
            ),
        )
        for on, readers in shown
    )
    return AccessPage(found, number, last, duration(retention_of("access").days))


def _roles(session: Session, people: set[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for person_id, role in session.execute(select(PersonRole.person_id, PersonRole.name).where(PersonRole.person_id.in_(people)).order_by(PersonRole.name)):
        found[person_id] = (*found.get(person_id, ()), role.value)
    return found


def init_app(app: Flask) -> None:
    app.after_request(note_download)  # the last that is named is the first that Flask calls
    app.after_request(note_named_page)


def note_named_page(response: Response) -> Response:
    """One reading of whom the address of a page that was shown names."""
    people = named_people()
    return note_response(people, request.endpoint or "", response) if people else response


def note_response(people: Collection[int], what: str, response: Response) -> Response:
    """The answer, once noted. A page that cannot be noted is not shown; an act that is done stays done; what is refused shows nobody."""
    if response.status_code >= 400:
        return response
    try:
        audit.record_access(people, what, clock.now())
    except SQLAlchemyError as error:
        log.event("access_not_recorded", error=type(error).__name__)
        return error_response(503) if request.method == "GET" else response
    return response


def note_download(response: Response) -> Response:
    """A file that names somebody else leaves the site: one act, whoever takes it, beside the row that each of them reads."""
    disposition, shown = response.headers.get("Content-Disposition", ""), g.get("people_shown")
    if not shown or request.method != "GET" or response.status_code != 200 or not disposition.startswith("attachment"):
        return response
    what, count = shown
    subject = next(iter(named_people()), None)
    try:
        with writing() as session:
            audit.record(session, audit.reader_id(), "downloaded", subject, clock.now(), fichier=what, personnes=count)
    except SQLAlchemyError as error:
        log.event("download_not_recorded", error=type(error).__name__)
        return error_response(503)
    return response


def named_people() -> set[int]:
    """The people whom this request's address names."""
    return {int(value) for name, value in (request.view_args or {}).items() if name in PERSON_ARGUMENTS}


# --- Stored keys in words ---
# Titles, names of territories and cohorts, states, what was done.


def day(value: Any) -> Any:
    """A date that was written as text, as one."""
    try:
        return french_date(date.fromisoformat(value))
    except (TypeError, ValueError):
        return value


BETWEEN = " ; "
"""Titles have commas of their own."""


def _waived_words(progress: Progress) -> str:
    return f", dont {plural(progress.waived, 'dispensée')}" if progress.waived else ""


class Readable:
    """`readable(column, value)`: what is not known is shown as it is. One SELECT for each sort of name, the first time."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def __call__(self, column: str, value: Any) -> Any:
        sort = self._sorts.get(column)
        if sort is None or value is None:
            return value
        return BETWEEN.join(str(sort(one)) for one in value) if isinstance(value, list) else sort(value)

    @cached_property
    def _sorts(self) -> Mapping[str, Callable[[Any], Any]]:
        return {
            **dict.fromkeys(
                ("element_id", "quiz_id", "lesson_id", "document_id", "subject_id", "path_id", "parcours", "quiz", "next_id", "failing_id", "module_id"),
                self.title,
            ),
            **dict.fromkeys(("territory_id", "territoire", "territoires"), self.territory),
            **dict.fromkeys(("cohort_id", "cohorte"), self.cohort),
            "event": lambda value: EVENT_WORDS.get(value, value),
            "state": lambda value: STATE_WORDS.get(value, value),
            "side": lambda value: SIDE_LABELS.get(value, value),
            "display": display.words,
            "act": lambda value: acts.LABELS.get(value, value),
            "what": words,
            **dict.fromkeys(("ground", "motif"), lambda value: GROUNDS.get(value, value)),
            "fichier": lambda value: acts.file_words(value),
            "kind": lambda value: KINDS[value].words if value in KINDS else value,
            "le": day,
            "last_at": lambda value: None if value == NEVER else value,
            "next_due_on": lambda value: None if value == NO_DAY else value,
            "module_dues": self.module_dues,
            "échéance": day,
            "proposal": lambda value: PROPOSAL_WORDS.get(value, value),
            "decision": lambda value: DECISION_WORDS.get(value, value),
            "modules": self.modules,
            "pins": lambda pin: self.title(pin[0]),
        }

    @cached_property
    def _course(self) -> Course:
        return course(self.session)

    @cached_property
    def _territories(self) -> dict[str, str]:
        return dict(self.session.execute(select(Territory.id, Territory.name)).all())

    @cached_property
    def _cohorts(self) -> dict[int, str]:
        return dict(self.session.execute(select(Cohort.id, Cohort.name)).all())

    def title(self, value: Any) -> Any:
        known = self._course
        found = element_of(known, value) or known.modules.get(value) or next((path for path in known.paths.paths if path.id == value), None)
        return found.title if found else value

    def modules(self, value: str) -> str:
        """« Les cités éducatives : 6 sur 11, dont 2 dispensés », module by module."""
        counts = module_figures(value).items()
        return BETWEEN.join(f"{self.title(module)} : {one.done} sur {one.required}{_waived_words(one)}" for module, one in counts)

    def module_dues(self, value: str) -> str:
        return BETWEEN.join(f"{self.title(module)} : {day(due)}" for module, due in json.loads(value).items())

    def territory(self, value: Any) -> Any:
        return self._territories.get(value, value)

    def cohort(self, value: Any) -> Any:
        return self._cohorts.get(value, value)
