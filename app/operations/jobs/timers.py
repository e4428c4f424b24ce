"""The timers of the site. Each is a command that an operator can also run by hand, harmless at any time and on two machines at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from app.authoring.publishing.due import anything_due
from app.exchange.statements.queries import statements_due
from app.learner.reference.syntheses.services import anything_missing
from app.operations.jobs.rules import At, Schedule, WhenThere
from app.platform.mail import outbox
from app.platform.settings import Settings
from app.record.figures.store import anything_stale


def _nothing(_settings: Settings) -> str:
    return ""


def _mail_server(settings: Settings) -> str:
    return "" if settings.smtp_host else "Aucun serveur de courriel n’est réglé."


def _mail_with_links(settings: Settings) -> str:
    return _mail_server(settings) or ("" if settings.site_url else "L’adresse publique du site n’est pas réglée.")


def _bounces(settings: Settings) -> str:
    return _mail_server(settings) or ("" if settings.bounces else "Aucune boîte de retours n’est réglée (CROISEE_BOUNCES).")


def _backup_folder(settings: Settings) -> str:
    return "" if settings.backups else "Aucun dossier de sauvegarde n’est réglé (CROISEE_BACKUPS)."


def _stores(settings: Settings) -> str:
    if not settings.lrs:
        return "Aucun entrepôt de traces n’est réglé ([lrs.…] de settings.toml)."
    return "" if settings.site_url else "L’adresse publique du site n’est pas réglée."


def _always(_session: Session, _now: datetime) -> bool:
    return True


class Timer(Struct, frozen=True):
    name: str
    label: str
    command: tuple[str, ...]
    """What follows `flask --app app`."""
    schedule: Schedule
    needs: Callable[[Settings], str] = _nothing
    """What is missing for it to run, in a sentence; empty: nothing."""
    wanted: Callable[[Session, datetime], bool] = _always
    """Is there something to do? Asked before each run, so that an idle site starts nothing."""


TIMERS = (
    Timer("mail", "Courriels en attente", ("mail", "send"), WhenThere(), _mail_server, outbox.anything_due),
    Timer("statements", "Traces vers les entrepôts (LRS)", ("statements", "send"), WhenThere(), _stores, statements_due),
    Timer("publications", "Publications programmées", ("atelier", "publish-due"), WhenThere(), wanted=anything_due),
    Timer("figures", "Chiffres à mettre à jour après une publication", ("learning", "settle"), WhenThere(), wanted=anything_stale),
    Timer("syntheses", "Synthèses du cours en PDF", ("syntheses", "make"), WhenThere(5), wanted=anything_missing),
    Timer("holidays", "Pauses de vacances de la révision", ("review", "pause"), At(0, 30)),
    Timer("backup", "Sauvegarde de la nuit", ("backups",), At(3, 15), _backup_folder),
    Timer("purge", "Durées de conservation", ("privacy", "purge"), At(3, 40)),
    Timer("quality", "Chiffres de la qualité", ("quality", "settle"), At(4)),
    Timer("images", "Images et archives oubliées", ("atelier", "forget-images"), At(4, 20, weekday=6)),
    Timer("drill", "Exercice de restauration", ("drill",), At(4, 40, weekday=6), _backup_folder),
    Timer("links", "Liens du cours", ("library", "watch"), At(5, 10)),
    Timer("bounces", "Courriels revenus", ("mail", "send"), At(7), _bounces),
    Timer("reminders", "Rappels et bilans du pilotage", ("reminders", "send"), At(8), _mail_with_links),
    Timer("letters", "Lettres de la semaine", ("letters", "send"), At(8, 15), _mail_with_links),
    Timer("meetings", "Rappels des rencontres du lendemain", ("meetings", "remind"), At(8, 30), _mail_with_links),
)
"""In the order of a day."""


def timer(name: str) -> Timer | None:
    return next((each for each in TIMERS if each.name == name), None)
