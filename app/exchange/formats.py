"""What `flask exchange export` writes: the name of each format, and who writes it.

Another format in which something leaves is a line of `WRITERS`; of a quiz, of `FORMATS` in `banks/formats.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from flask import current_app
from sqlalchemy.orm import Session

from app.exchange.banks import queries
from app.exchange.banks.formats import FORMATS
from app.exchange.packages.rules import PackageFormat
from app.exchange.packages.services import package_file
from app.platform.errors import DomainError
from app.platform.settings import current_settings
from app.platform.storage.store import Store
from app.record.attestations.issuing import signed_badge

Writer = Callable[[Session, str, Store], tuple[bytes, tuple[str, ...]]]
"""The id of what leaves, the store of images → the file, and in sentences what it does not say."""


def _of_bank(name: str, session: Session, identifier: str, media_store: Store) -> tuple[bytes, tuple[str, ...]]:
    exported = queries.published_file(session, identifier, FORMATS[name], media_store)
    return exported.data, tuple(f"{loss.title} : {said}" if loss.title else said for loss in exported.losses for said in loss.said)


def _badge(session: Session, attestation_id: str, _media_store: Store) -> tuple[bytes, tuple[str, ...]]:
    """The signed text of an attestation's badge. Its addresses are the site's, as no request tells one."""
    address = current_settings().site_url
    if not address:
        raise DomainError("Ce site n’a pas d’adresse (réglage « site_url ») : il n’a pas de badges.")
    with current_app.test_request_context(base_url=address):
        return signed_badge(session, attestation_id).encode(), ()


WRITERS: Mapping[str, Writer] = {
    **{name: partial(_of_bank, name) for name in FORMATS},
    **{form.value: partial(package_file, form) for form in PackageFormat},
    "badge": _badge,
}
