"""For what a second factor is asked again, of those who have one. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.identity.queries import SignedIn

FRESH = timedelta(minutes=15)
"""How long one showing of the factor holds for what is sensitive."""

SENSITIVE = frozenset({
    # who may do what, and who gets in
    "administration.roles", "administration.details", "administration.reopen", "invitation.draw", "merging.preview", "merging.merge", "seeing.start",
    "losses.loss", "losses.report", "losses.forget",
    # erasing
    "privacy.my_erasure", "privacy.confirm_my_erasure", "privacy.person_erasure", "privacy.confirm_person_erasure",
    # people, in a file that leaves
    "reporting.grid_csv", "reporting.grid_xlsx", "printing.report_pdf", "privacy.person_data_json", "summaries.funder", "imports.refused", "attendance.sheet",
    # one's own keys
    "factors.application", "factors.remove_application", "factors.new_key", "factors.remove_key", "factors.draw_codes", "institutions.add", "institutions.unlink",
})  # fmt: skip

SETTING_UP = frozenset({"factors.security", "factors.application", "factors.new_key", "factors.codes", "security.logout", "media.image"})
"""All that is shown to whoever must set up a factor first."""


def stale(person: SignedIn, endpoint: str, now: datetime) -> bool:
    """The factor was shown too long ago for this. Whoever has none is not asked for it."""
    return endpoint in SENSITIVE and person.proved_at is not None and now - person.proved_at > FRESH


def shut(person: SignedIn, endpoint: str) -> bool:
    """Not before a factor is set up."""
    return person.must_set_up and endpoint not in SETTING_UP
