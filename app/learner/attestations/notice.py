"""Offer each new attestation in the very response that completes its module or path."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, url_for
from markupsafe import Markup

from app.record.progress.models import Attestation


def say_attested(issued: Iterable[Attestation]) -> None:
    """A lesson says it where it was said to be read, further down than its other messages: hence a category of its own."""
    for row in issued:
        link = Markup('<a href="{}">votre attestation</a>').format(url_for("attestations.attestation", attestation_id=row.id))
        flash(Markup("« {} » est terminé : voici {}.").format(row.title, link), "success attested")
