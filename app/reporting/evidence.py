"""Two PDF papers on one person's training: the certificat de réalisation and the individual follow-up file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.content.store.queries import course, course_at_hand
from app.content.values.course import Course
from app.identity.rules import REPORTERS
from app.identity.services import SignedIn
from app.identity.sign_in.guards import current_person, may
from app.learner.home.record import RecordModule, RecordPage, RecordRow, record_page
from app.learner.messages.queries import Thread, ThreadKind, mine_page
from app.learner.review.queries import last_review
from app.network.meetings.attendance import MeetingRecord, meeting_records
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of, duration, fold, french_date, french_datetime, of, percent, plural, que
from app.platform.printing import pdf_of
from app.platform.sandbox import LONG_WAIT
from app.platform.settings import Settings, current_settings
from app.platform.site import current_site, offers
from app.platform.site_rules import ZONES, Site
from app.platform.web.edge import download, public_address
from app.platform.web.endpoints import SIGNED_IN, page
from app.record.attestation_issuing import colours
from app.record.progress.rules import Progress, ProgressState
from app.reporting.person import AttemptDecision, attempt_decisions
from app.reporting.scope import ReportScope, scope_here, trains, visible_person
from app.reporting.week.calls import CallRow
from app.reporting.week.rules import CallOutcome

# --- What the papers are made from ---
# The record that the pages of a person show, read once: for themselves, or for somebody who may look at them.


class FollowUp(Struct, frozen=True):
    """`with_scores`, `with_reasons`, `with_words`: whether this reader may read marks, why something was decided, and what was written: theirs alone."""

    record: RecordPage
    given: tuple[AttemptDecision, ...]
    reviewed_at: datetime | None
    """That the person reviews, and when last; never what."""
    threads: tuple[Thread, ...]
    """What they wrote to the trainers and were answered, the first first."""
    calls: tuple[tuple[datetime, str], ...]
    """(when, what was noted), as long as a call is kept."""
    meetings: tuple[MeetingRecord, ...]
    with_scores: bool
    with_reasons: bool
    with_words: bool


def record_of(session: Session, course: Course, scope: ReportScope, person_id: int, now: datetime) -> RecordPage:
    """Somebody else's. Beyond scope: NotYours."""
    return record_page(session, course, person_id, visible_person(session, scope, person_id).name, now)


def follow_up_of(session: Session, course: Course, scope: ReportScope, reader: SignedIn, person_id: int, now: datetime) -> FollowUp:
    """Somebody else's, with what the reader's own page of the person tells. Beyond scope: NotYours."""
    record, own = record_of(session, course, scope, person_id, now), reader.id == person_id
    with_scores, with_reasons = own or trains(session, scope, person_id), own or may(reader.roles, "reporting.decide")
    return _follow_up(session, course, person_id, record, with_scores=with_scores, with_reasons=with_reasons, with_words=own)


def own_follow_up(session: Session, course: Course, reader: SignedIn, now: datetime) -> FollowUp:
    record = record_page(session, course, reader.id, reader.name, now)
    return _follow_up(session, course, reader.id, record, with_scores=True, with_reasons=True, with_words=True)


def _follow_up(session: Session, course: Course, person_id: int, record: RecordPage, **shown: bool) -> FollowUp:
    now = record.computed_at
    asked = mine_page(session, course, person_id, now).threads if offers("questions") else ()
    threads = sorted(asked, key=lambda thread: thread.exchanges[0].sent_at)
    calls = session.execute(select(CallRow.at, CallRow.note).where(CallRow.person_id == person_id, CallRow.outcome == CallOutcome.CALLED).order_by(CallRow.id))
    return FollowUp(
        record,
        attempt_decisions(session, course, person_id),
        last_review(session, person_id),
        tuple(threads),
        tuple((at, note) for at, note in calls),
        meeting_records(session, person_id, now),
        **shown,
    )


# --- The two papers as plain values, in words ---
# As JSON holds them: no more than the records hold, and never an answer.

NOTHING = "–"
COLUMNS = (("Étape", 6.2), ("État", 2.5), ("Commencé le", 2.3), ("Terminé le", 2.3), ("Dernier acte", 2.3), ("Tentatives", 1.4))
SCORE = ("Meilleure note", 1.9)

LIMITS = "Ce document ne vaut ni diplôme, ni certification professionnelle, ni contrôle d’identité."
DURATIONS = (
    "La durée est celle qui est annoncée pour ce qui est terminé, ou validé par décision ; ce n’est pas un temps mesuré. "
    "Ce dont la personne a été dispensée compte dans la part du parcours, jamais dans la durée."
)


def certificate_document(record: RecordPage, address: str, site: Site, course: Course) -> dict[str, Any]:
    """Builds the certificate of somebody who did something. `address`: of the site, empty where it has none."""
    said = f"a pris part à l’action de formation ci-dessous, d’après les enregistrements {of(site.name)}."
    return _document(record, address, site, course, "Certificat de réalisation", said) | {
        "proof": (
            f"Ce certificat dit ce {que(site.name)} a enregistré : leçons que la personne a déclaré avoir lues, quiz qu’elle a envoyés, décisions prises pour elle. "
            f"{DURATIONS} {LIMITS}"
        ),
        "sign": ["Fait à", "le", "Nom, qualité et signature, pour l’organisme"],
    }


def follow_up_file(file: FollowUp, address: str, site: Site, course: Course) -> dict[str, Any]:
    record = file.record
    said = f"Ce {que(site.name)} a enregistré de cette personne au {french_datetime(record.computed_at)}."
    scores = "" if file.with_scores else " Les notes ne sont montrées qu’à la personne et aux formateurs de ses cohortes."
    words = "" if file.with_words or not file.threads else " Ce que la personne a écrit aux formateurs et ce qu’ils lui ont répondu ne sont montrés qu’à elle."
    return _document(record, address, site, course, "Dossier individuel de suivi", said) | {
        "columns": [list(column) for column in (COLUMNS + (SCORE,) * file.with_scores)],
        "modules": [_module(module, file) for module in record.modules],
        "lists": [{"title": title, "lines": lines} for title, lines in _lists(file) if lines],
        "proof": f"Les dates sont celles de {ZONES.get(site.time_zone, site.time_zone)}. Aucune réponse de la personne à un quiz ne figure dans ce dossier.{scores}{words} {DURATIONS} {LIMITS}",
    }


def _document(record: RecordPage, address: str, site: Site, course: Course, title: str, said: str) -> dict[str, Any]:
    return {
        "title": title,
        "description": f"{title} : {record.name}, {french_date(record.computed_at)}.",
        "author": site.name,
        "lines": colours(site, course),
        "mark": site.name,
        "name": record.name,
        "said": said,
        "facts": _facts(record, address, site, course),
        "columns": [],
        "modules": [],
        "lists": [],
        "sign": [],
    }


def _facts(record: RecordPage, address: str, site: Site, course: Course) -> list[list[str]]:
    decided = sum(row.progress.manual and row.progress.learned for module in record.modules for row in module.rows)
    return [
        ["Organisme", site.publisher or (f"le site {site.name} dont l’adresse suit" if address else f"ce site {site.name}")],
        *([["Adresse du site", address]] if address else []),
        ["Action", f"{course.cover.title}, parcours « {record.path_title} »"],
        ["Nature", "formation à distance, suivie en autonomie"],
        ["Premier acte enregistré", french_date(record.begun_at) if record.begun_at else "aucun à ce jour"],
        *([["Dernier acte enregistré", french_date(record.last_at)]] if record.last_at else []),
        ["Durée annoncée de ce qui est fait", f"{duration(record.minutes)}, lectures et quiz" if record.minutes else "aucune : rien n’est terminé"],
        ["Part du parcours faite", _share(record.progress)],
        *([["Validé par décision", plural(decided, "étape")]] if decided else []),
        ["Établi le", french_date(record.computed_at)],
    ]


def _share(progress: Progress) -> str:
    return f"{percent(progress.fraction)} ({_progress_words(progress)})" if progress.required else "rien n’est demandé à cette personne"


def _progress_words(progress: Progress) -> str:
    """As their pages say it."""
    spared = f", dont {plural(progress.waived, 'dispensée')}" if progress.waived else ""
    return f"{plural(progress.done, 'étape')} sur {progress.required}{spared}"


# --- By module ---


def _module(module: RecordModule, file: FollowUp) -> dict[str, Any]:
    return {
        "title": module.title,
        "line": module.history,
        "done": _progress_words(module.progress) if module.progress.required else "Rien n’y est compté",
        "rows": [_row(row, file) for row in module.rows],
    }


def _row(row: RecordRow, file: FollowUp) -> dict[str, Any]:
    progress = row.progress
    best = percent(progress.best) if progress.best is not None else NOTHING
    cells = [row.words.capitalize(), *map(_day, (progress.first_at, progress.completed_at, progress.last_at)), str(progress.attempts or NOTHING)]
    changed = "Le texte a changé depuis." if progress.earned_on and not row.current_version and progress.state is not ProgressState.WAIVED else ""
    decisions = [_add_reason(f"{one.words}, {french_date(one.at)}", one.reason, file) for one in row.decisions]
    return {"title": row.title, "notes": [note for note in (row.kind, *decisions, changed) if note], "cells": cells + [best] * file.with_scores}


def _day(moment: datetime | None) -> str:
    return f"{day_of(moment):%d/%m/%Y}" if moment else NOTHING


def _add_reason(what: str, reason: str, file: FollowUp) -> str:
    """A reason was written for the person, and is known to whoever decides: to nobody else."""
    return f"{what} : {reason}" if reason and file.with_reasons else what


# --- What belongs to no element ---


def _lists(file: FollowUp) -> Iterator[tuple[str, list[str]]]:
    yield "Tentatives accordées ou refusées", [_add_reason(f"{one.words}, {one.title}, {french_date(one.at)}", one.reason, file) for one in file.given]
    yield "Attestations", [_attestation_words(one.title, one.issued_at, one.revoked_at, one.reason, file) for one in file.record.attestations]
    if offers("meetings"):
        yield "Rencontres du réseau", list(_meetings(file))
    yield "Échanges", [words for _, words in sorted((*_message_lines(file), *_call_lines(file)), key=lambda one: one[0])]
    if offers("review"):
        yield "Révision", [f"Dernière question révisée le {french_date(file.reviewed_at)}." if file.reviewed_at else "Aucune révision enregistrée."]


def _attestation_words(title: str, issued_at: datetime, revoked_at: datetime | None, reason: str, file: FollowUp) -> str:
    issued = f"« {title} », émise le {french_date(issued_at)}"
    return _add_reason(f"{issued}, révoquée le {french_date(revoked_at)}", reason, file) if revoked_at else issued


def _meetings(file: FollowUp) -> Iterator[str]:
    for one in file.meetings:
        yield f"{one.when} : « {one.title} », {one.words}{f', {duration(one.minutes)}' if one.minutes else ''}"
    minutes = sum(one.minutes for one in file.meetings)
    if minutes:
        yield f"En tout, d’après les horaires annoncés : {duration(minutes)}."


def _message_lines(file: FollowUp) -> Iterator[tuple[datetime, str]]:
    """A line for each message, at its place in time."""
    for thread in file.threads:
        for place, one in enumerate(thread.exchanges):
            what = "Erreur signalée" if thread.kind is ThreadKind.ERROR else "Précision demandée aux formateurs" if place else "Question posée aux formateurs"
            about = f", à propos de « {thread.what} »" if file.with_words else ""
            answered = f"réponse le {french_date(one.answered_at)}" if one.answered_at else "en attente d’une réponse"
            asked, told = (_quote(one.message, file), _quote(one.answer, file))
            yield one.sent_at, f"{what} le {french_date(one.sent_at)}{about}{asked} ; {answered}{told}"


def _call_lines(file: FollowUp) -> Iterator[tuple[datetime, str]]:
    for at, note in file.calls:
        yield at, f"Appel noté le {french_date(at)}{_quote(note, file)}"


def _quote(words: str, file: FollowUp) -> str:
    return f" : « {' '.join(words.split())} »" if file.with_words and words.strip() else ""


# --- Views: for the person, and for whoever sees them in « Le pilotage » ---

TEMPLATE = Path(__file__).with_name("evidence.typ")
INSTEAD = "La page de la progression dit la même chose, et votre navigateur peut l’imprimer."

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/progression/certificat.pdf")
@page(who=SIGNED_IN)
def my_certificate() -> Response:
    person, now = current_person(), clock.now()
    return _certificate(record_page(db.session, course(db.session), person.id, person.name, now))


@blueprint.get("/progression/suivi.pdf")
@page(who=SIGNED_IN)
def my_follow_up() -> Response:
    return _file(own_follow_up(db.session, course(db.session), current_person(), clock.now()))


# The access journal notes those whose address names somebody by `person_id`.


@blueprint.get("/pilotage/personnes/<int:person_id>/certificat.pdf")
@page(who=REPORTERS, fresh_factor=True, names_people="Votre certificat de réalisation, en fichier PDF", file="certificat de réalisation (PDF)")
def certificate(person_id: int) -> Response:
    now = clock.now()
    return _certificate(record_of(db.session, course(db.session), scope_here(now), person_id, now))


@blueprint.get("/pilotage/personnes/<int:person_id>/suivi.pdf")
@page(who=REPORTERS, fresh_factor=True, names_people="Votre dossier individuel de suivi, en fichier PDF", file="dossier individuel de suivi (PDF)")
def follow_up(person_id: int) -> Response:
    now = clock.now()
    return _file(follow_up_of(db.session, course(db.session), scope_here(now), current_person(), person_id, now))


def _certificate(record: RecordPage) -> Response:
    """404 for whoever has not begun."""
    if record.begun_at is None:
        abort(404)
    settings = current_settings()
    return _pdf_download(
        settings, certificate_document(record, public_address("/"), current_site(), course_at_hand(db.session)), record, "certificat-de-realisation"
    )


def _file(file: FollowUp) -> Response:
    settings = current_settings()
    return _pdf_download(settings, follow_up_file(file, public_address("/"), current_site(), course_at_hand(db.session)), file.record, "suivi")


def _pdf_download(settings: Settings, values: dict[str, Any], record: RecordPage, what: str) -> Response:
    """The database is let go of before the printing, which takes a moment."""
    db.session.rollback()
    printed = pdf_of(settings.instance_path, TEMPLATE, values, record.computed_at, instead=INSTEAD, wait=LONG_WAIT)
    name = "-".join(["croisee", what, *re.findall("[a-z0-9]+", fold(record.name))])
    return download(printed, "application/pdf", f"{name}.pdf")
