"""The badge of an attestation, signed by this site: what it says, and who says it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.content.store.queries import course, course_at_hand
from app.platform.errors import NotYours
from app.platform.settings import current_settings
from app.platform.site.queries import current_site
from app.platform.web.edge import path_of, public_address
from app.record.attestations import badges, keys
from app.record.attestations.badges import Achievement, Issuer
from app.record.attestations.queries import AttestationPage, attestation_page


def signed_badge(session: Session, attestation_id: str) -> str:
    """Raises NotYours where there is none: revoked, unknown, or a site without an address or a key."""
    page, key = require_attestation(session, attestation_id), keys.signing_key(current_settings().instance_path)
    if key is None:
        raise NotYours
    claims = badges.credential(_achievement(session, attestation_id, page), issuer())
    return badges.signed(claims, key, key_address(str(key.kid)))


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
    asked = f"{done}, sauf {page.spared} (dispense sur acquis vérifiés)" if page.waived else done
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
