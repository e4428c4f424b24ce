"""An attestation once it is obtained: its sheet of paper, its signed badge, how it is refreshed, how it is revoked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import segno
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts.results import MAX_MESSAGE
from app.assessment.policy import allowed_attempts, attempts_left
from app.content.rendering.sheet import colours_of
from app.content.store.queries import course, course_at_hand
from app.content.values.course import Course, Lesson
from app.content.values.paths import element_of, minutes_of
from app.content.values.quiz import Quiz
from app.content.values.text import CompletionCriterion
from app.identity import audit
from app.identity.services import lock_person
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.platform.french import day_of, duration, french_date
from app.platform.settings import current_settings
from app.platform.site import current_site
from app.platform.site_rules import Site
from app.platform.web.edge import path_of, public_address
from app.record import badges
from app.record.attestations import AttestationPage, AttestedModule, attestation_page, validity_of
from app.record.badges import Achievement, Issuer
from app.record.progress.models import Attestation
from app.record.progress.path_progress import PathProgress
from app.record.progress.queries import ElementChange, Validity, done_again, ledger_rows, path_progress_of
from app.record.progress.rules import ElementProgress, version_fingerprint

# --- On paper --------------------------------------------------------------------------------------------------------
# Plain values, as JSON holds them: in the words of the attestation's page.


def sheet(page: AttestationPage, address: str, site: Site, course: Course) -> dict[str, Any]:
    """`course`: the one that is published. `address`: of its public page, told in letters and as a QR code; empty where the site has none."""
    what = "parcours" if page.is_path else "module"
    done = f"a terminé le {what} « {page.title} » le {french_date(page.completed_at)}."
    heading = f"Attestation : {course.cover.title if page.is_path else page.title}"
    facts = [
        ["Durée indicative", f"{duration(page.minutes)}, lectures et quiz"] if page.minutes else [],
        ["Délivrée par", site.publisher or site.name],
        ["Émise le", french_date(page.issued_at)] if page.issued_later else [],
        ["Rafraîchie le", page.validity.renewal_words] if page.validity and page.validity.renewed_at else [],
        ["Valable jusqu’au", french_date(page.validity.until)] if page.validity else [],
        ["Contenu suivi", f"édition {page.edition}"] if page.edition else [],
        ["Dispense, sur acquis vérifiés", page.waived_words] if page.waived else [],
    ]
    return {
        "title": heading,
        "description": f"{page.name} {done}",
        "author": site.name,
        "mark": site.name if page.is_path else f"{site.name}, {course.cover.title}",
        "name": page.name,
        "done": done,
        "facts": [fact for fact in facts if fact],
        "lines": colours(site, course),
        "heading": "Modules et objectifs" if page.is_path else "Objectifs et contenu",
        "modules": [_module(module, page.is_path) for module in page.modules],
        "proof": (
            f"Cette attestation prouve que la personne titulaire de ce compte a rempli toutes les conditions du {what} dans {site.name}. "
            "Elle ne vaut ni diplôme, ni certification professionnelle, ni contrôle d’identité ; les durées sont indicatives."
        ),
        "address": address,
        "code": segno.make(address, error="m").svg_inline(border=0, scale=4) if address else "",
    }


def colours(site: Site, course: Course) -> dict[str, str]:
    """What each line is drawn in, on paper."""
    return {line: colour.light for line, colour in colours_of(course.lines, site.colours).items()}


def _module(module: AttestedModule, of_path: bool) -> dict[str, Any]:
    return {
        "title": module.title if of_path else "",
        "line": module.history,
        "when": (f"Terminé le {french_date(module.completed_at)} · " if of_path else "") + f"{duration(module.minutes)} environ",
        "objectives": list(module.objectives),
        "steps": "" if of_path else f"{' ; '.join(module.steps)}.",
    }


# --- Its badge -------------------------------------------------------------------------------------------------------


def signed_badge(session: Session, attestation_id: str) -> str:
    """Raises NotYours where there is none: revoked, unknown, or a site without an address or a key."""
    page, key = require_attestation(session, attestation_id), badges.signing_key(current_settings().instance_path)
    if key is None:
        raise NotYours
    claims = badges.credential(_achievement(session, attestation_id, page), issuer())
    return badges.sign_badge(claims, key, key_address(str(key.kid)))


def require_attestation(session: Session, attestation_id: str) -> AttestationPage:
    page = attestation_page(session, course(session), attestation_id)
    if page is None or page.revoked_at:
        raise NotYours
    return page


def address_of(attestation_id: str) -> str:
    return public_address(path_of("attestations.attestation", attestation_id=attestation_id))


def _achievement(session: Session, attestation_id: str, page: AttestationPage) -> Achievement:
    objectives = [f"- {objective}" for module in page.modules for objective in module.objectives]
    done = "Lire chaque leçon et réussir chaque quiz demandé"
    asked = f"{done}, sauf {page.waived_words} (dispense sur acquis vérifiés)" if page.waived else done
    criteria = f"{asked}. Objectifs :\n" + "\n".join(objectives)
    address = address_of(attestation_id)
    return Achievement(
        page.badge_id,
        address,
        page.title,
        criteria,
        page.is_path,
        page.completed_at,
        page.issued_at,
        page.content_version,
        page.minutes,
        course_at_hand(session).cover.title,
        page.validity.ends_at if page.validity else None,
    )


def issuer() -> Issuer:
    """404 where the site has no address: it has no badges either."""
    site = public_address("")
    if not site:
        raise NotYours
    name = current_site().publisher or current_site().name
    return Issuer(public_address(path_of("attestations.issuer")), name, site, public_address(path_of("attestations.revocations")))


def key_address(name: str) -> str:
    return public_address(path_of("attestations.key", key_id=name))


# --- What a refresh asks for -----------------------------------------------------------------------------------------
# What changed on a path since somebody finished it: they read it, and pass its quizzes again, to have their attestation fresh.


class RefreshItem(Struct, frozen=True):
    id: str
    title: str
    is_quiz: bool
    minutes: int
    added: bool
    """New on the path; otherwise it changed."""
    done: bool
    used_up: bool
    """A quiz that gives no attempt more: nobody is asked for what they cannot do."""


class Refresher(Struct, frozen=True):
    attestation_id: str
    title: str
    obtained_at: datetime
    validity: Validity
    items: tuple[RefreshItem, ...]
    """What changed, or came, since the attestation was last fresh, and what of older changes was not read again."""
    content_version: str
    """Of what the path asks for today."""

    @property
    def items_left(self) -> int:
        return sum(not item.done for item in self.items)

    @property
    def minutes(self) -> int:
        """Returns about how many minutes the rest takes."""
        return sum(item.minutes for item in self.items if not item.done)

    def may_finish(self, today: date) -> bool:
        return self.validity.may_refresh(today) and not self.items_left


def attestation_validity(session: Session, course: Course, attestation_id: str) -> Validity | None:
    """Returns the validity of an attestation; None if it was revoked or its path gives none. One SELECT."""
    row = session.get(Attestation, attestation_id)
    return validity_of(course, row) if row and not row.revoked_at else None


def refresher(session: Session, course: Course, person_id: int) -> Refresher | None:
    """Returns the refresher of the person's path; None without a validity rule or an attestation of it."""
    mine = path_progress_of(session, course, person_id)
    if not mine.path.validity:
        return None
    held = (Attestation.person_id == person_id, Attestation.subject_id == mine.path.id, Attestation.revoked_at.is_(None))
    row = session.scalars(select(Attestation).where(*held)).first()
    found = validity_of(course, row) if row else None
    if row is None or found is None:
        return None
    fresh_at = found.renewed_at or row.completed_at
    texts = [version.fingerprint for key in mine.path_elements() if (version := course.versions.get(key))]
    return Refresher(row.id, row.title, row.completed_at, found, tuple(_items(session, mine, fresh_at)), version_fingerprint(texts))


def _items(session: Session, mine: PathProgress, fresh_at: datetime) -> Iterator[RefreshItem]:
    """In the order of the path."""
    elements = {key: element for key in mine.order if (element := element_of(mine.course, key))}
    changed = {key: _change_of(mine, elements[key], at) for key, at in mine.changes_since_learned.items() if key in elements}
    again = done_again(ledger_rows(session, mine.person_id), changed) if changed else frozenset()
    for key, element in elements.items():
        came = _came_since(mine, key, fresh_at)
        if came or (key in changed and (key not in again or changed[key].at > fresh_at)):
            used_up = key in mine.progress and _used_up(element, mine.progress[key])
            done = mine.state(key).done and (key not in changed or key in again or used_up)
            yield RefreshItem(key, element.title, isinstance(element, Quiz), minutes_of(element), came, done, used_up)


def _change_of(mine: PathProgress, element: Lesson | Quiz, at: datetime) -> ElementChange:
    pass_mark = Fraction(element.policy.pass_mark) if isinstance(element, Quiz) and element.criterion is CompletionCriterion.PASSED else Fraction(0)
    return ElementChange(at, element.criterion, mine.course.versions[element.id].fingerprint, pass_mark)


def _used_up(element: Lesson | Quiz, progress: ElementProgress) -> bool:
    return isinstance(element, Quiz) and attempts_left(allowed_attempts(element.policy, granted=0), progress.attempts) == 0


def _came_since(mine: PathProgress, key: str, fresh_at: datetime) -> bool:
    """Asked for by the path today, taken in by the person or not, and not done when the attestation was last fresh."""
    done_at = mine.progress[key].completed_at if mine.state(key).done else None
    return key in mine.since and (key not in mine.pins or mine.pins[key] > fresh_at) and (done_at is None or done_at > fresh_at)


# --- Refreshing and revoking -----------------------------------------------------------------------------------------
# Whoever may decide for the person revokes an attestation with a reason, or reinstates it; its holder refreshes it. Flushes, never commits.


class NoReason(DomainError):
    sentence = "Donnez la raison de la révocation : la personne la lira."


class NotFinished(DomainError):
    sentence = "Il reste des étapes à relire ou à refaire : l’attestation sera rafraîchie quand elles le seront."


def refresh(session: Session, course: Course, person_id: int, now: datetime) -> str:
    """The attestation of the person's path counts anew from today; gives its id. What is fresh already stays as it is, so that a second click changes nothing."""
    lock_person(session, person_id)
    found = refresher(session, course, person_id)
    if found is None:
        raise NotYours
    if not found.validity.may_refresh(day_of(now)):
        return found.attestation_id
    if found.items_left:
        raise NotFinished
    row = session.get_one(Attestation, found.attestation_id)
    row.renewals = [*row.renewals, [now.isoformat(), found.content_version, len(found.items)]]
    session.flush()
    return found.attestation_id


def decide(session: Session, person_id: int, attestation_id: str, reason: str, now: datetime, *, actor_id: int, restored: bool) -> None:
    """Revokes or restores an attestation; if two decide the same at once, the second changes nothing."""
    row = session.scalars(select(Attestation).where(Attestation.id == attestation_id, Attestation.person_id == person_id).with_for_update()).first()
    if row is None:
        raise NotYours
    if restored is (row.revoked_at is None):
        return
    if not restored and not reason:
        raise NoReason
    if len(reason) > MAX_MESSAGE:
        raise TooManyCharacters(MAX_MESSAGE)
    row.revoked_at, row.revocation_reason = (None, "") if restored else (now, reason)
    audit.record(session, actor_id, "attestation_restored" if restored else "attestation_revoked", person_id, now)
    session.flush()
