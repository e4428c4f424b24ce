"""A text's longest length is one constant: the field of the browser and the server stop at the same character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Text
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import Length

import app as package
from app.assessment.models import AttemptRequest, ExtraAttempt
from app.authoring.models import Draft
from app.exchange.api.queries import ApiToken
from app.identity.models import Person, Territory
from app.identity.sign_in.institution_accounts import Establishment
from app.identity.sign_in.second_factor import Passkey
from app.learner.positioning.models import Arrival
from app.network.directory import DirectoryEntry
from app.network.meetings.models import Meeting
from app.network.proposals import CiteProposal
from app.platform.mail.outbox import OutgoingMail
from app.record.progress.models import Cohort, LearningEvent
from app.reporting.week.calls import CallRow

TEMPLATES = Path(package.__file__).parent / "templates"


def form_classes() -> Iterator[type[Form]]:
    for module in walk_packages(package.__path__, "app."):
        if not module.name.startswith(("app.migrations", "app.operations")) and not module.name.endswith("process"):  # scripts, and what gunicorn reads
            yield from (kind for kind in vars(import_module(module.name)).values() if isinstance(kind, type) and issubclass(kind, Form))


def bounded_fields() -> dict[str, tuple[UnboundField, Length]]:
    """Every field of a form class that bounds a text, with what bounds it."""
    found = {}
    for kind in form_classes():
        for name, field in vars(kind).items():
            for bound in field.kwargs.get("validators", ()) if isinstance(field, UnboundField) else ():
                if isinstance(bound, Length):
                    found[f"{kind.__name__}.{name}"] = field, bound
    return found


BOUNDED = bounded_fields()
STORED: dict[str, tuple[Any, ...]] = {
    "AddressForm.address": (),
    "BadgeForm.badge": (),
    "CallForm.note": (CallRow.note,),
    "CancelForm.reason": (Meeting.reason,),
    "CodeForm.code": (),
    "CardForm.function": (DirectoryEntry.function,),
    "CardForm.help_with": (DirectoryEntry.help_with,),
    "CiteForm.contacts": (CiteProposal.contacts,),
    "CiteForm.presentation": (CiteProposal.presentation,),
    "CiteForm.quartiers": (CiteProposal.quartiers,),
    "CiteForm.troika": (CiteProposal.troika,),
    "CohortForm.name": (Cohort.name,),
    "DecisionForm.reason": (LearningEvent.reason, AttemptRequest.reason, ExtraAttempt.reason),
    "DetailsForm.email": (Person.email, OutgoingMail.recipient),
    "DetailsForm.name": (Person.name,),
    "DueForm.due_reason": (LearningEvent.reason,),
    "EstablishmentForm.pattern": (Establishment.pattern,),
    "ImageForm.alternative": (Draft.text,),
    "ApplicationForm.code": (),
    "KeyForm.name": (Passkey.name,),
    "LinkForm.email": (Person.email, OutgoingMail.recipient),
    "TokenForm.name": (ApiToken.name,),
    "MeetingForm.link": (Meeting.link,),
    "MeetingForm.place": (Meeting.place,),
    "MeetingForm.programme": (Meeting.programme,),
    "MeetingForm.speakers": (Meeting.speakers,),
    "MeetingForm.synthesis": (Meeting.synthesis,),
    "MeetingForm.themes": (Meeting.themes,),
    "MeetingForm.title": (Meeting.title,),
    "MessageForm.message": (OutgoingMail.text,),
    "NewForm.title": (Draft.text,),
    "TakeForm.title": (Draft.text,),
    "ProfileForm.name": (Person.name,),
    "ProfileForm.phone": (Person.phone,),
    "WishForm.wish": (Arrival.wish,),
    "TerritoryForm.name": (Territory.name,),
    "VerifyForm.code": (),
}
"""Where what a person types in a field ends; a badge is read, and kept nowhere; a code is compared."""


def test_the_forms_are_found() -> None:
    assert {"LinkForm.email", "ProfileForm.name", "DecisionForm.reason", "NewForm.title"} <= set(BOUNDED)


def test_the_browser_and_the_server_stop_at_the_same_character(subtests: pytest.Subtests) -> None:
    for name, (field, bound) in BOUNDED.items():
        with subtests.test(name):

            class Alone(Form):
                text = StringField(validators=[bound])

            def errors(length: int) -> list[str]:
                form = Alone(MultiDict({"text": "a" * length}))
                return [] if form.validate() else list(form.text.errors)

            shown = field.bind(form=Form(), name="text")
            shown.process(None)
            assert f'maxlength="{bound.max}"' in shown()
            assert errors(bound.max) == []
            assert errors(bound.max + 1) == [bound.message]


def test_every_bounded_field_says_where_it_is_stored() -> None:
    assert set(BOUNDED) <= set(STORED)


def test_a_column_holds_what_its_field_takes_and_no_more(subtests: pytest.Subtests) -> None:
    for name in STORED:
        with subtests.test(name):
            form, _, field = name.partition(".")
            unbound = next(vars(kind)[field] for kind in form_classes() if kind.__name__ == form and field in vars(kind))
            shown = unbound.bind(form=Form(), name=field)
            shown.process(None)
            for column in STORED[name]:
                assert isinstance(column.type, Text) or f'maxlength="{column.type.length}"' in shown(), column


def test_no_template_types_a_length(app: Flask) -> None:
    templates = {path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
    assert templates
    assert [name for name, text in templates.items() if re.search(r'maxlength="\d', text)] == []
    known = set(app.jinja_env.globals["longest"])
    assert {name: unknown for name, text in templates.items() if (unknown := set(re.findall(r"\blongest\.(\w+)", text)) - known)} == {}


def test_no_script_types_a_length() -> None:
    scripts = sorted((TEMPLATES.parent / "static" / "js").rglob("*.js"))
    assert scripts
    assert [path.name for path in scripts if re.search(r'maxlength="\d|maxLength = \d', path.read_text(encoding="utf-8"))] == []
