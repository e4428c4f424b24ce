"""Every field of a form stands in the page that shows it: one that a template forgets is never sent, and its rule never asked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from wtforms.form import BaseForm

from app.identity.rules import Role
from tests.hostile import forgetful
from tests.identity.sign_in.factors.phone import set_up
from tests.platform.web.peopled import furnished, peopled
from tests.record.conftest import clock
from tests.record.world import Clock

__all__ = ["clock"]

SOMETIMES = {
    ("/connexion/verification", "credential"): "the field stands where there is a passkey",
    ("identity.display", "reset"): "the button stands where something was changed",
    ("about.logo", "remove"): "the box stands where there is a logo",
    ("intake.show_found", "module"): "the field stands where a lesson was found",
}
BY_QUERY = ["/atelier/nouveau?genre=module", "/atelier/nouveau?genre=quiz", "/pilotage/choix?acte=cohorte"]


class Reader:
    """Opens pages, and compares the fields of the forms that a page was made with to those that it shows."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[BaseForm] = []
        self.shown: set[type] = set()
        self.missing: set[tuple[str, str]] = set()
        plain = BaseForm.__init__

        def noting(form: BaseForm, *args: Any, **kwargs: Any) -> None:
            plain(form, *args, **kwargs)
            self.made.append(form)

        monkeypatch.setattr(BaseForm, "__init__", noting)

    def open(self, client: FlaskClient, path: str, method: str = "GET", endpoint: str = "", headers: dict[str, str] | None = None) -> None:
        """A view may make several forms and show one: a form is shown where any of its fields is."""
        self.made.clear()
        with client.open(path, method=method, headers=headers) as response:
            names = set(re.findall(r'\sname="([^"]+)"', response.text)) if response.mimetype == "text/html" else set()
        for form in self.made:
            if names & set(form._fields):
                self.shown.update(type(form).__mro__)
                self.missing |= {(endpoint or path, name) for name in set(form._fields) - names}


def every_form(base: type) -> set[type]:
    below = {each for one in base.__subclasses__() for each in (one, *every_form(one))}
    return {each for each in below if each.__module__.startswith("app.")}


@pytest.mark.proof
def test_every_field_of_every_form_is_in_its_page(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    world = furnished(app, clock)
    attackers, reader = peopled(world), Reader(monkeypatch)
    trainer = attackers[Role.TRAINER]
    bank = trainer.client.post(
        "/atelier/importer",
        data={"pasted": "$CATEGORY: Nord\n\n::Lens:: Lens est dans le Nord {F}\n\n$CATEGORY: Sud\n\n::Arles:: Arles est au Sud {T}"},
        headers=trainer.headers,
    )
    twofold = world.signed_in(world.person("Rosa Deux", role=Role.ADMINISTRATOR))
    set_up(twofold, clock)
    clock.pass_by(minutes=20)
    reader.open(twofold, "/connexion/verification")
    with forgetful(app, monkeypatch):
        for path in BY_QUERY:
            reader.open(trainer.client, path, headers=trainer.headers)
        reader.open(trainer.client, bank.headers["Location"], endpoint="intake.show_found", headers=trainer.headers)
        for attacker in attackers.values():
            for rule, method, allowed in attacker.rules():
                if allowed and not rule.rule.endswith(".pdf"):
                    reader.open(attacker.client, attacker.path(rule), method, rule.endpoint, attacker.headers)
    assert every_form(BaseForm) - reader.shown == set(), "open a page that shows it"
    assert reader.missing == SOMETIMES.keys()
