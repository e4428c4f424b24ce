"""Every URL × every role: what its view says answers."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec.structs import replace

from app.identity.rules import Role
from app.identity.sign_in.guards import Admission
from app.platform.web.endpoints import Who, gathered
from tests.identity.builders import sign_in, stored_person
from tests.identity.matrix import OPEN, reach, verdict

PUBLIC = {
    "static", "health.live", "health.ready", "watching.metrics", "web.help", "web.legal", "web.privacy", "web.accessibility", "web.ecodesign", "web.sitemap",
    "security.login", "identity.forgotten_password", "identity.forgotten_sent", "identity.reset", "attestations.attestation", "attestations.pdf", "attestations.badge", "attestations.issuer", "attestations.key", "attestations.revocations",
    "attestations.check", "attestations.check_badge", "preferences.letters", "preferences.choose_letters", "invitation.accept",
    "preferences.stop", "preferences.stop_emails", "reminders.answer", "web.manifest", "web.logo", "identity.display", "identity.sign_in_help", "visitors.robots", "visitors.sitemap",
    "review_letters.question", "review_letters.answer", "meetings.feed", "surveys.letter", "surveys.answer_letter", "quality.results", "factors.verify", "factors.key",
    "institutions.go", "institutions.back", "institutions.leave", "institutions.back_from_institution",
    "guests.text", "guests.say", "guests.image",
    "api.index", "api.description", "api.people_list", "api.person", "api.progress_list", "api.progress", "api.enrolment_list", "api.enrolment",
    "api.attestation_list", "api.attestation", "api.meeting_list", "api.meeting", "api.catalogue",  # each asks for a token, but the description
}  # fmt: skip
"""Named twice on purpose: opening a page to the whole world is decided here too."""


def test_what_is_public(app: Flask) -> None:
    public = {endpoint for endpoint, said in gathered.of(app).items() if said.who is Who.PUBLIC}
    assert {endpoint for endpoint in public if not endpoint.startswith("moved.")} == PUBLIC, "an old address only names the new"
    assert {endpoint for endpoint, said in gathered.of(app).items() if said.who is Who.OPEN} == OPEN


@pytest.fixture
def hollow(app: Flask) -> Flask:
    """The application, each view replaced by one that only says that it was reached. CSRF has its own tests."""
    stored_person(app, roles=[], name="Aucun Role")
    for role in Role:
        stored_person(app, roles=[role], name=f"Un {role.value}")
    stored_person(app, roles=list(Role), name="Tous Ensemble")
    return app


@pytest.mark.parametrize("public", [True, False], ids=["open", "closed"])
@pytest.mark.parametrize("who", ["visitor", "aucun.role", *(f"un.{role.value}" for role in Role), "tous.ensemble"])
def test_every_url_for(who: str, public: bool, hollow: Flask) -> None:
    hollow.config["CROISEE"] = replace(hollow.config["CROISEE"], public=public)
    client = hollow.test_client()
    roles: set[Role] | None = None
    if who != "visitor":
        sign_in(client, f"{who}@croisee.example")
        roles = {"aucun.role": set(), "tous.ensemble": set(Role)}.get(who, {Role(who[3:])} if who[3:] in set(Role) else set())
    for endpoint in hollow.view_functions:
        hollow.view_functions[endpoint] = lambda **_values: "reached"
    hollow.config["WTF_CSRF_ENABLED"] = False
    for rule in hollow.url_map.iter_rules():
        method, path = reach(hollow, rule)
        response = FlaskClient.open(client, path, method=method)
        expected = verdict(hollow, roles, rule.endpoint, public)
        seen = {200: Admission.ALLOWED, 302: Admission.SIGN_IN, 303: Admission.SIGN_IN, 404: Admission.HIDDEN}[response.status_code]
        assert seen is expected, f"{who} {method} {path}: {response.status_code}"
        if expected is Admission.ALLOWED:
            assert response.get_data(as_text=True) == "reached"
        if expected is Admission.SIGN_IN:
            assert response.headers["Location"].startswith("/connexion")


def test_an_endpoint_that_was_not_gathered_does_not_exist_for_anybody(app: Flask) -> None:
    app.add_url_rule("/nouveau", "new.page", lambda: "reached")
    stored_person(app, roles=list(Role))
    client = app.test_client()
    client.see("/nouveau", 404)
    sign_in(client)
    client.see("/nouveau", 404)
