"""The access journal: who opened what about whom. Written by one hook for every page that names a person in its address.

A route names somebody when it has an argument of `PERSON_ARGUMENTS`. Whatever shows a named person elsewhere (an export, « voir comme », a
list that is opened line by line) calls `record` itself. Each key of what was opened has its words here, which the person reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import clock, log
from app.db import db, writing
from app.identity.guards import person_or_none
from app.identity.models import Person, PersonRole
from app.people.privacy_models import Access
from app.web.errors import error_response

PERSON_ARGUMENTS = frozenset({"person_id", "other_id"})
"""Arguments of a route that are somebody's number."""

WORDS = MappingProxyType(
    {
        "administration.people": "Liste des personnes où vous figurez",
        "administration.person": "Votre page d’administration",
        "administration.move": "Changement de territoire",
        "administration.depart": "Départ d’un territoire",
        "administration.details": "Correction de votre compte",
        "administration.roles": "Vos rôles",
        "administration.sessions": "Fermeture de vos sessions",
        "administration.close": "Fermeture de votre compte",
        "administration.reopen": "Réouverture de votre compte",
        "invitation.send": "Envoi de votre invitation",
        "invitation.draw": "Tirage de votre lien d’invitation",
        "invitation.printed": "Votre invitation à imprimer",
        "invitation.withdraw": "Retrait de votre invitation",
        "cohorts.cohort": "Liste d’une cohorte où vous figurez",
        "merging.choose": "Choix d’un compte à fusionner avec le vôtre",
        "merging.preview": "Ce que ferait une fusion avec votre compte",
        "merging.merge": "Fusion de comptes",
        "seeing.start": "Voir Croisée comme vous, sans rien pouvoir changer",
        "reporting.person": "Votre avancement, dans le pilotage",
        "reporting.decide": "Décision sur votre parcours, avec sa raison",
        "reporting.grid": "Le tableau d’avancement où vous figurez",
        "reporting.grid_csv": "Le tableau d’avancement où vous figurez, en fichier CSV",
        "reporting.grid_xlsx": "Le tableau d’avancement où vous figurez, en fichier XLSX",
        "privacy.person_data": "Toutes vos données, à l’écran",
        "privacy.person_data_json": "Toutes vos données, en fichier",
        "privacy.person_erasure": "Page d’effacement de votre compte",
        "privacy.confirm_person_erasure": "Confirmation de l’effacement de votre compte",
    }
)
"""What was opened → how the person reads it."""

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class AccessLine:
    at: datetime
    reader: str
    roles: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class AccessPage:
    """`/compte/consultations`, the latest first."""

    lines: tuple[AccessLine, ...]
    total: int
    number: int
    last: int


def record(session: Session, reader_id: int, person_id: int, what: str, now: datetime) -> None:
    """Note that somebody opened something about somebody else. Reading one's own pages leaves no trace. Flushes."""
    if reader_id == person_id:
        return
    session.add(Access(reader_id=reader_id, person_id=person_id, what=what, at=now))
    session.flush()
    if has_request_context():
        g.setdefault("journalled", set()).add(person_id)


def words(what: str) -> str:
    """An act (a POST) is told in full by the list of acts: here, that it was done."""
    return WORDS.get(what, "Un changement sur votre compte")


def access_page(session: Session, person_id: int, number: int) -> AccessPage:
    """One page of what others opened about the person. A number out of range gives the nearest page."""
    total = session.scalar(select(func.count()).select_from(Access).where(Access.person_id == person_id)) or 0
    last = max(1, -(-total // PER_PAGE))
    number = min(max(number, 1), last)
    query = (
        select(Access.at, Access.what, Person.id, Person.name)
        .join(Person, Person.id == Access.reader_id)
        .where(Access.person_id == person_id)
        .order_by(Access.at.desc(), Access.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    rows = session.execute(query).all()
    roles = _roles(session, {row[2] for row in rows})
    return AccessPage(tuple(AccessLine(at, name, roles.get(reader, ()), words(what)) for at, what, reader, name in rows), total, number, last)


def _roles(session: Session, people: set[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for person_id, role in session.execute(select(PersonRole.person_id, PersonRole.name).where(PersonRole.person_id.in_(people)).order_by(PersonRole.name)):
        found[person_id] = (*found.get(person_id, ()), role.value)
    return found


def init_app(app: Flask) -> None:
    app.after_request(note_named_page)


def note_named_page(response: Response) -> Response:
    """One row for each person whom a page that was shown names. A page that cannot be noted is not shown; an act that is done stays done.

    What the view noted by itself, in words of its own, is not noted twice; a HEAD shows nothing.
    """
    people = named_people() - g.get("journalled", set())
    reader = person_or_none() if people and request.method != "HEAD" and response.status_code < 400 else None
    if reader is None:
        return response
    db.session.rollback()  # the reading is over: the writer must not find this transaction open
    try:
        with writing() as session:
            for person_id in sorted(people):
                record(session, reader.id, person_id, request.endpoint or "", clock.now())
    except SQLAlchemyError as error:
        log.event("access_not_recorded", reader=reader.id, error=type(error).__name__)
        return error_response(503) if request.method == "GET" else response
    return response


def named_people() -> set[int]:
    """The people whom this request's address names."""
    return {int(value) for name, value in (request.view_args or {}).items() if name in PERSON_ARGUMENTS}
