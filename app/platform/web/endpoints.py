"""What is said of an address, beside its view: who may open it, whom its page names, whether its form is kept.

    @blueprint.get("/rh.csv")
    @page(who=REPORTERS, names_people="Le fichier RH où vous figurez", file="fichier RH (CSV)", fresh_factor=True)
    def hr_csv(): …

    @blueprint.post("/lecons/<lesson_id>/lue")
    @act(who=SIGNED_IN)
    def mark_read(lesson_id): …

`gather` reads it once, when all pages are registered, and refuses a view that says nothing. Guards, access log, list of acts, kept forms and « voir comme » ask `find`;
what decides whether a page is there now asks `find_offered`, which knows of no view whose feature is off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Protocol, TypeVar

from flask import Blueprint, Flask
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.features import KNOWN, OF_BLUEPRINT
from app.platform.hooks import Slot
from app.platform.site import offers

View = TypeVar("View", bound=Callable[..., Any])


class Who(Enum):
    PUBLIC = "public"
    SIGNED_IN = "signed in"
    OPEN = "open"
    """Whoever is signed in, and visitors too where the site is open to them: `guards.open_to_visitors` says which addresses."""


PUBLIC, SIGNED_IN, OPEN = Who.PUBLIC, Who.SIGNED_IN, Who.OPEN


class ReturnWords(Protocol):
    def __call__(self, session: Session, person_id: int, values: Mapping[str, Any], fields: Mapping[str, list[str]], /) -> tuple[tuple[str, str], ...]:
        """Say what a form holds, as (label, words). `values`: of its address; `fields`: as they were sent."""


class Return(Struct, frozen=True):
    """Of an answer, a draft or a note, which is kept when it is sent once the session has ended: how it is shown on return.

    One click sends it again: it must be harmless, and hold nothing that may not be stored.
    """

    what: str
    """After « vous avez envoyé »."""
    words: ReturnWords


class Endpoint(Struct, frozen=True):
    """All that is said of one. The decorators take its fields by name."""

    who: Who | frozenset[str]
    """Whoever may open it: everybody, or the roles of which one is enough."""
    fresh_factor: bool = False
    """Whoever has a second factor shows it again here, unless they did lately: who may do what, who gets in, the erasing of somebody, people in a file or on
    a printed page, what another program may read."""
    before_factor: bool = False
    """Shown to whoever must set up a second factor first, to whom nothing else is."""
    names_people: str = ""
    """How whoever is named on it reads, in the access log, that it was opened."""
    file: str = ""
    """What a file that names people is called, to whoever reads that it was taken away."""
    returns: Return | None = None
    """None: nothing is kept of a form that is sent once the session has ended; whoever sent it is told so, and led back to its page."""
    large_form: tuple[int, int] | None = None
    """How many bytes it takes in all, and how many outside of files, where that is more than the usual."""
    gives_key: bool = False
    """It hands over a link which changes something without sign-in."""
    feature: str = ""
    """What it belongs to, of `app.features`: said where its blueprint does not; off, it answers 404 and nothing leads to it."""
    private: str = ""
    """Why no administrator reads it « comme » somebody else: said once, of its whole blueprint (`keep_private`)."""


SAID = "endpoint"
"""The attribute of a view that holds its `Endpoint`: `functools.wraps` takes it along."""
PRIVATE = "private_because"
gathered = Slot[dict[str, Endpoint]](dict)
"""Name → what is said of it, of all endpoints of an application. What is absent answers 404 to everybody."""


def page(
    *,
    who: Who | frozenset[str],
    fresh_factor: bool = False,
    before_factor: bool = False,
    names_people: str = "",
    file: str = "",
    returns: Return | None = None,
    large_form: tuple[int, int] | None = None,
    gives_key: bool = False,
    feature: str = "",
) -> Callable[[View], View]:
    """Say what a view shows, or takes."""
    return _saying(Endpoint(who, fresh_factor, before_factor, names_people, file, returns, large_form, gives_key, feature))


def _saying(said: Endpoint) -> Callable[[View], View]:
    def say(view: View) -> View:
        setattr(view, SAID, said)
        return view

    return say


def act(
    *,
    who: Who | frozenset[str],
    returns: Return | None = None,
    fresh_factor: bool = False,
    before_factor: bool = False,
    names_people: str = "",
    large_form: tuple[int, int] | None = None,
    feature: str = "",
) -> Callable[[View], View]:
    """Say what a view does, which only takes a form."""
    said = Endpoint(who, fresh_factor, before_factor, names_people, returns=returns, large_form=large_form, feature=feature)
    return _saying(said)


def keep_private(blueprint: Blueprint, why: str) -> None:
    """No administrator reads the pages of this blueprint « comme » somebody else. `why`: in words."""
    setattr(blueprint, PRIVATE, why)


def gather(app: Flask) -> None:
    """Read what all views say. Raises LookupError for one that says too little, with its name: no page is open because nobody thought of it."""
    found = gathered.of(app)
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        said: Endpoint | None = getattr(view, SAID, None)
        if said is None:
            raise LookupError(f"{rule.endpoint} ({view.__module__}): say who may open it by @page or @act, under its route")
        blueprint = rule.endpoint.rpartition(".")[0]
        feature = said.feature or OF_BLUEPRINT.get(blueprint, "")
        if feature and feature not in KNOWN:
            raise LookupError(f"{rule.endpoint}: {feature} is no feature of app/features.py")
        found[rule.endpoint] = replace(said, feature=feature, private=getattr(app.blueprints.get(blueprint), PRIVATE, ""))


def find(endpoint: str) -> Endpoint | None:
    """What is said of an endpoint; None for one that does not exist, or was added behind the back of `create_app`."""
    return gathered.here().get(endpoint)


def find_offered(endpoint: str) -> Endpoint | None:
    """What is said of an endpoint that this site has now; None too where its feature is off."""
    said = find(endpoint)
    return said if said and offers(said.feature) else None
