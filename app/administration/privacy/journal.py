"""The access journal, as the person reads it; and the hook that notes every page which names somebody in its address.

A route names somebody when it has an argument of `PERSON_ARGUMENTS`. What shows people without naming them in its address (a list, an
export) calls `identity.access.seen` itself. Each key of what was opened has its words here, which the person reads.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from types import MappingProxyType

from flask import Flask, Response, g, request
from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.administration.privacy.register.register import kept_for
from app.administration.privacy.register.treatment import duration
from app.identity.audit import access, acts
from app.identity.audit.access import SEEN
from app.identity.models import Person, PersonRole
from app.platform import clock, log
from app.platform.db import writing
from app.platform.web.edge import nearest_page
from app.platform.web.errors import error_response

PERSON_ARGUMENTS = frozenset({"person_id", "other_id"})
"""Arguments of a route that are somebody's number."""

AS_THEM, OTHER_PAGE = "seeing.as:", "Une page, vue comme vous"
"""Before the name of a blueprint: a page that was read « comme » the person (`seeing`)."""

WORDS = MappingProxyType(
    {
        "administration.people": "Liste des personnes où vous figurez",
        "help.index": "Liste des réponses à traiter où vous figurez",
        "quality.sample": "Échantillon tiré au hasard pour un audit, où vous figurez",
        "quality.sampled_archive": "Échantillon tiré au hasard pour un audit, où vous figurez, en fichier",
        "search.search": "Recherche où vous figurez",
        "cites.cite": "Page d’une cité où vous paraissez, dans l’annuaire du réseau",
        "proposals.index": "Liste des propositions pour la page d’une cité, où vous figurez",
        "proposals.decision": "Votre proposition pour la page d’une cité",
        "directory.write": "Page pour vous écrire, depuis l’annuaire du réseau",
        "administration.person": "Votre page d’administration",
        "administration.move": "Changement de territoire",
        "administration.depart": "Départ d’un territoire",
        "administration.details": "Correction de votre compte",
        "administration.roles": "Vos rôles",
        "losses.loss": "Perte de votre second facteur",
        "losses.report": "Perte de votre second facteur signalée",
        "losses.forget": "Perte de votre second facteur annulée",
        "administration.sessions": "Fermeture de vos sessions",
        "administration.close": "Fermeture de votre compte",
        "administration.reopen": "Réouverture de votre compte",
        "invitation.send": "Envoi de votre invitation",
        "invitation.draw": "Tirage de votre lien d’invitation",
        "invitation.printed": "Votre invitation à imprimer",
        "invitation.withdraw": "Retrait de votre invitation",
        "cohorts.cohort": "Liste d’une cohorte où vous figurez",
        "imports.refused": "Lignes d’un import où vous figurez, en fichier",
        "merging.choose": "Choix d’un compte à fusionner avec le vôtre",
        "merging.preview": "Ce que ferait une fusion avec votre compte",
        "merging.merge": "Fusion de comptes",
        "seeing.start": "Voir le site comme vous, sans rien pouvoir changer",
        f"{AS_THEM}learning": "Votre parcours, vu comme vous",
        f"{AS_THEM}quiz": "Vos quiz et leurs corrections, vus comme vous",
        f"{AS_THEM}identity": "Votre compte, vu comme vous",
        f"{AS_THEM}privacy": "Vos données, vues comme vous",
        f"{AS_THEM}reporting": "Votre pilotage, vu comme vous",
        f"{AS_THEM}evidence": "Votre certificat ou votre dossier de suivi, vus comme vous",
        "reporting.person": "Votre avancement, dans le pilotage",
        "evidence.certificate": "Votre certificat de réalisation, en fichier PDF",
        "evidence.follow_up": "Votre dossier individuel de suivi, en fichier PDF",
        "reporting.move_due": "Échéance de votre parcours, déplacée avec sa raison",
        "reporting.decide": "Décision sur votre parcours, avec sa raison",
        "site.acts_list": "Liste des actes d’administration où vous figurez",
        "site.outbox": "Liste des courriels non partis où vous figurez",
        "reporting.overview": "Liste des personnes à appeler où vous figurez",
        "reporting.contacts": "Liste des responsables à qui écrire, dans le pilotage",
        "summaries.funder": "Les résultats d’une période, pour un financeur, où vous figurez, en fichier XLSX",
        "summaries.hr_csv": "Les parcours suivis, pour un employeur, où vous figurez, en fichier CSV",
        "summaries.hr_xlsx": "Les parcours suivis, pour un employeur, où vous figurez, en fichier XLSX",
        "api.people": "Votre nom, votre adresse et vos territoires, lus par un autre logiciel avec un jeton que cette personne a créé",
        "api.progress": "Votre avancement, lu par un autre logiciel avec un jeton que cette personne a créé",
        "api.enrolments": "Vos inscriptions, lues par un autre logiciel avec un jeton que cette personne a créé",
        "api.attestations": "Vos attestations, lues par un autre logiciel avec un jeton que cette personne a créé",
        "api.meetings": "Vos présences à une rencontre, lues par un autre logiciel avec un jeton que cette personne a créé",
        "calls.index": "Liste des personnes à appeler où vous figurez",
        "calls.call": "Page pour vous appeler, dans le pilotage",
        "calls.note": "Un appel noté à votre sujet, que vous lisez dans vos données",
        "reporting.requests": "Votre demande de tentative, dans le pilotage",
        "reminders.rule": "Liste des personnes d’une règle de rappel où vous figurez",
        "reporting.digest": "Bilan hebdomadaire où vous figurez parmi les personnes à appeler",
        "reporting.grid": "Le tableau d’avancement où vous figurez",
        "reporting.grid_print": "Le tableau d’avancement où vous figurez, à imprimer",
        "acting.choose": "Une décision pour plusieurs personnes, où vous figurez",
        "reporting.grid_csv": "Le tableau d’avancement où vous figurez, en fichier CSV",
        "printing.report_pdf": "Le rapport d’avancement où vous figurez, en fichier PDF",
        "reporting.grid_xlsx": "Le tableau d’avancement où vous figurez, en fichier XLSX",
        "attendance.attendance": "La liste des présences d’une rencontre où vous figurez",
        "attendance.sheet": "La feuille de présence d’une rencontre où vous figurez, en fichier PDF",
        "privacy.person_data": "Toutes vos données, à l’écran",
        "privacy.person_data_json": "Toutes vos données, en fichier",
        "privacy.person_erasure": "Page d’effacement de votre compte",
        "privacy.confirm_person_erasure": "Confirmation de l’effacement de votre compte",
    }
)
"""What was opened → how the person reads it."""

PER_PAGE = 50


class AccessLine(Struct, frozen=True):
    at: datetime
    reader: str
    roles: tuple[str, ...]
    what: str


class AccessPage(Struct, frozen=True):
    """`/compte/consultations`, the latest first."""

    lines: tuple[AccessLine, ...]
    total: int
    number: int
    last: int
    kept: str
    """For how long, in words."""


def words(what: str) -> str:
    """An act (a POST) is told in full by the list of acts: here, that it was done."""
    return WORDS.get(what) or (OTHER_PAGE if what.startswith(AS_THEM) else "Un changement sur votre compte")


def access_page(session: Session, person_id: int, number: int) -> AccessPage:
    """One page of what others opened about the person. A number out of range gives the nearest page."""
    total = session.scalar(select(func.count()).select_from(SEEN).where(SEEN.c.person_id == person_id)) or 0
    number, last = nearest_page(number, total, PER_PAGE)
    query = (
        select(SEEN.c.at, SEEN.c.what, Person.id, Person.name)
        .join(Person, Person.id == SEEN.c.reader_id)
        .where(SEEN.c.person_id == person_id)
        .order_by(SEEN.c.at.desc(), SEEN.c.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    rows = session.execute(query).all()
    roles = _roles(session, {row[2] for row in rows})
    return AccessPage(
        tuple(AccessLine(at, name, roles.get(reader, ()), words(what)) for at, what, reader, name in rows),
        total,
        number,
        last,
        duration(kept_for("access").days),
    )


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
    return noted(people, request.endpoint or "", response) if people else response


def noted(people: Collection[int], what: str, response: Response) -> Response:
    """The answer, once noted. A page that cannot be noted is not shown; an act that is done stays done; what is refused shows nobody."""
    if response.status_code >= 400:
        return response
    try:
        access.seen(people, what, clock.now())
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
            acts.record(session, access.reader_id(), "downloaded", subject, clock.now(), fichier=what, personnes=count)
    except SQLAlchemyError as error:
        log.event("download_not_recorded", error=type(error).__name__)
        return error_response(503)
    return response


def named_people() -> set[int]:
    """The people whom this request's address names."""
    return {int(value) for name, value in (request.view_args or {}).items() if name in PERSON_ARGUMENTS}
