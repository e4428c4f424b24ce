"""The tables of invitations, imports and erasures; and the list of administrative acts, with the words for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from sqlalchemy import JSON, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from app.identity.audit import AdministrativeAct
from app.identity.models import Person
from app.platform.db import Base, UtcDateTime
from app.platform.web import endpoints
from app.platform.web.edge import nearest_page


class Invitation(Base):
    """One person's way in. A link holds `mark`: drawing another one ends the links given before."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    inviter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    mark: Mapped[str] = mapped_column(String(32))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_mail: Mapped[bool]
    """False: printed, or passed on by hand."""
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PeopleImport(Base):
    """A file of people, between its check and its import; then only the verdicts. Forgotten after some days."""

    __tablename__ = "people_import"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heads: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """The head of each column, as typed."""
    columns: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """What each column is (`COLUMNS` in `imports/names.py`); "" where it is left out, null where nobody has said yet."""
    rows: Mapped[list[Any]] = mapped_column(JSON)
    """[line, [cells]] pairs as read, then as corrected; the import leaves those that were refused."""
    corrected: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """[line, place of the column, what the file had there] of each corrected cell, until the import."""
    unread: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """Names of the workbook's other sheets."""
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id", ondelete="SET NULL"))
    """Where every line's person goes, besides what the line says."""
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdicts: Mapped[list[Any]] = mapped_column(JSON)
    """Of the import: line, outcome, person, and for a refused line its column, value and remedy."""
    done: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """What it did to each account (`Deed` in `imports/services.py`); once undone, those that were left and why."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Erasure(Base):
    """A person was erased: when, by whom, why. It names nobody, and lets a restored backup be brought up to date."""

    __tablename__ = "erasure"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The person's own id when they asked by themselves; None for the retention rule."""
    ground: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


REQUEST, OVER, UNDONE = "demande", "duree", "import"
GROUNDS = MappingProxyType(
    {
        REQUEST: "La personne l’a demandé",
        "depart": "La personne a quitté le réseau",
        OVER: "La durée de conservation est passée",
        "erreur": "Le compte a été ouvert par erreur",
        UNDONE: "L’import qui a ouvert le compte a été défait",
    }
)
"""Why somebody was erased. A ground is a choice, never a text: a text would keep a name."""


# --- Administrative acts: what each is called, and what their page receives ---
# `record` of `app/identity/audit.py` writes them.

LABELS: Mapping[str, str] = {
    "account_created": "Compte ouvert",
    "invited": "Invitation",
    "invitation_withdrawn": "Invitation retirée",
    "invitation_accepted": "Invitation acceptée",
    "link_shown": "Lien imprimé",
    "details_changed": "Nom, adresse ou employeur corrigés",
    "roles_set": "Rôles changés",
    "scope_set": "Territoires suivis changés",
    "sessions_closed": "Sessions fermées",
    "account_closed": "Compte fermé",
    "account_opened": "Compte rouvert",
    "factor_added": "Second facteur ajouté",
    "factor_removed": "Second facteur retiré",
    "codes_drawn": "Codes de secours tirés",
    "code_used": "Code de secours utilisé",
    "institution_linked": "Compte relié à une institution",
    "institution_unlinked": "Compte délié d’une institution",
    "establishment_placed": "Établissement placé dans un territoire",
    "establishment_forgotten": "Établissement retiré de la table",
    "factor_loss_reported": "Perte du second facteur signalée",
    "factor_loss_forgotten": "Perte du second facteur annulée",
    "factors_dropped": "Seconds facteurs retirés après une perte",
    "person_erased": "Personne effacée",
    "downloaded": "Fichier téléchargé",
    "territory_joined": "Rattachement à un territoire",
    "territory_left": "Départ d’un territoire",
    "imported": "Import de personnes",
    "import_undone": "Import de personnes défait",
    "accounts_merged": "Comptes fusionnés",
    "seen_as": "Vu comme cette personne",
    "seen_as_ended": "Fin de « voir comme »",
    "cohort_created": "Cohorte créée",
    "cohort_changed": "Cohorte modifiée",
    "cohort_joined": "Entrée dans une cohorte",
    "cohort_left": "Sortie d’une cohorte",
    "reminder_by_hand": "Rappel écrit à une personne choisie",
    "due_moved": "Échéance d’une personne déplacée",
    "cohort_moved": "Cohorte passée à la nouvelle version",
    "quiz_regraded": "Notes d’un quiz reprises",
    "attestation_revoked": "Attestation révoquée",
    "attestation_restored": "Attestation rétablie",
    "quality_sample": "Échantillon tiré pour un audit",
    "wording_changed": "Modèle de courriel changé",
    "token_made": "Jeton d’accès créé",
    "token_revoked": "Jeton d’accès révoqué",
    "site_changed": "Réglages du site changés",
    "mail_tried": "Courriel d’essai demandé",
    "territory_added": "Territoire ajouté",
    "territory_changed": "Territoire modifié",
    "territory_withdrawn": "Territoire retiré",
    "job_asked": "Travail demandé",
    "lrs_again": "Traces d’apprentissage renvoyées",
    "lrs_paused": "Envoi de traces suspendu",
    "lrs_resumed": "Envoi de traces repris",
    "mail_retried": "Courriel relancé",
    "mail_discarded": "Courriel abandonné",
    "reminder_created": "Règle de rappel créée",
    "reminder_changed": "Règle de rappel modifiée",
    "reminder_started": "Règle de rappel mise en route",
    "reminder_paused": "Règle de rappel mise en pause",
    "reminder_deleted": "Règle de rappel supprimée",
    "text_published": "Texte du cours publié",
    "text_restored": "Ancien texte du cours remis en ligne",
    "text_withdrawn": "Texte retiré du cours",
    "course_synchronised": "Fichiers du cours synchronisés",
    "archive_imported": "Archive du cours importée",
    "meeting_prepared": "Rencontre préparée",
    "meeting_changed": "Rencontre modifiée",
    "meeting_announced": "Rencontre annoncée",
    "meeting_cancelled": "Rencontre annulée",
    "meeting_removed": "Brouillon de rencontre supprimé",
    "meeting_ticked": "Présences à une rencontre notées",
    "faq_published": "Question fréquente publiée",
    "faq_withdrawn": "Question fréquente retirée",
    "survey_text_withdrawn": "Réponse libre à une enquête retirée",
    "publication_scheduled": "Publication programmée",
    "publication_cancelled": "Publication programmée annulée",
}
"""What each act is called. A test refuses an act without a name."""

PER_PAGE = 50
Words = Callable[[str, Any], Any]


class ActRow(Struct, frozen=True):
    at: datetime
    label: str
    actor: str
    subject: str
    subject_id: int | None
    """None for whoever was erased: they have no page."""
    details: str


class ActsPage(Struct, frozen=True):
    rows: tuple[ActRow, ...]
    total: int
    number: int
    last: int
    act: str
    person_id: int | None
    """Whose account the list is about; None: everybody's."""
    person: str
    choices: tuple[tuple[str, str], ...]


def file_words(what: str) -> str:
    """What a file that names people is called, as its view says; what is no file any more, by its key."""
    said = endpoints.find(what)
    return said.file if said and said.file else what


def acts_page(session: Session, act: str, person_id: int | None, number: int, words: Words) -> ActsPage:
    """One page of the list, the latest first; of one kind of act when `act` names it, on one account when `person_id` does.

    `words` says a detail as people know it.
    """
    act = act if act in LABELS else ""
    actor, subject = aliased(Person), aliased(Person)
    person = session.scalar(select(Person.name).where(Person.id == person_id)) if person_id else None
    person_id = person_id if person else None
    wanted = [AdministrativeAct.act == act] if act else []
    wanted += [AdministrativeAct.subject_id == person_id] if person_id else []
    total = session.scalar(select(func.count(AdministrativeAct.id)).where(*wanted)) or 0
    number, last = nearest_page(number, total, PER_PAGE)
    query = (
        select(AdministrativeAct, actor.name, subject.name, Erasure.person_id)
        .outerjoin(actor, actor.id == AdministrativeAct.actor_id)
        .outerjoin(subject, subject.id == AdministrativeAct.subject_id)
        .outerjoin(Erasure, Erasure.person_id == AdministrativeAct.subject_id)
        .where(*wanted)
        .order_by(AdministrativeAct.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    rows = tuple(_row(*row, words) for row in session.execute(query))
    done = session.scalars(select(AdministrativeAct.act).distinct())
    choices = (("", "tous les actes"), *sorted(((name, LABELS.get(name, name)) for name in done), key=lambda item: item[1]))
    return ActsPage(rows, total, number, last, act, person_id, person or "", choices)


def _row(row: AdministrativeAct, actor: str | None, subject: str | None, erased: int | None, words: Words) -> ActRow:
    details = ", ".join(f"{name} : {_plain(words(name, value))}" for name, value in row.details.items())
    return ActRow(row.at, LABELS.get(row.act, row.act), actor or "ligne de commande", subject or "", None if erased else row.subject_id, details)


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
