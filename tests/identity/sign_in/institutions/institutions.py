"""What several tests share: whose account an institution's right answer opens: known, proved, invited, new where allowed; nobody else's."""

from __future__ import annotations

from tests.identity.sign_in.institutions.stub import NADEGE, Institution
from tests.strict import Page, StrictClient

ADDRESS = NADEGE["email"]


def come(client: StrictClient, institution: Institution, at: str = "/connexion/proconnect?next=/compte", follow: bool = True) -> Page | None:
    """There, and back: the page that opens."""
    response = client.get(at)
    assert response.status_code == 302, response.status_code
    response = client.get(institution.sign_in(response.headers["Location"]))
    if response.status_code == 302:
        return client.see(response.headers["Location"]) if follow else None
    return client.page
