"""What is said of an address, beside its view: who may open it, whom its page names, what becomes of its form.

    @blueprint.get("/rh.csv")
    @page(who=REPORTERS, names_people="Le fichier RH où vous figurez", file="fichier RH (CSV)", fresh_factor=True)
    def hr_csv(): …

    @blueprint.post("/lecons/<lesson_id>/lue")
    @act(who=SIGNED_IN, returns="« J’ai lu cette leçon »")
    def mark_read(lesson_id): …

`gather` reads it once, when all pages are registered, and refuses a view that says nothing. Guards, journal, list of acts, kept forms and « voir comme » ask `find`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from flask import Blueprint, Flask
from msgspec import Struct, field
from msgspec.structs import replace

from app.platform.hooks import Slot

View = TypeVar("View", bound=Callable[..., Any])


class Who(Enum):
    PUBLIC = "public"
    SIGNED_IN = "signed in"
    OPEN = "open"
    """Whoever is signed in, and visitors too where the site is open to them: `guards.open_to_visitors` says which addresses."""


PUBLIC, SIGNED_IN, OPEN = Who.PUBLIC, Who.SIGNED_IN, Who.OPEN


class Return(Struct, frozen=True):
    """What becomes of a form that somebody sends once their session has ended.

    A form sent by one click on return must be harmless: whatever ends, publishes, erases or gives rights is done on its own page, where what it does is said
    first (`redo_on`).
    """

    what: str
    """In words: after « vous avez envoyé », or for a sensitive act after « votre session s’est terminée avant »."""
    page: str = ""
    """The endpoint where a sensitive act is done. Empty: the whole form is kept, and one click sends it again."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """Field → label of what is kept of a sensitive act, to be read on return. The rest is not: a password is never stored."""
    longest: int = 0
    """Characters that are kept, where a whole text may be sent; 0: as of any answer."""

    @property
    def sensitive(self) -> bool:
        return bool(self.page)


NOT_KEPT = Return("")
"""A button to press again, a password, a file, a script’s call, a few fields to fill in again. Whoever sent it is told so."""


def redo_on(page: str, what: str, **typed: str) -> Return:
    """A sensitive act: shown on return, and done on its own page."""
    return Return(what, page, typed)


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
    """How whoever is named on it reads, in the access journal, that it was opened."""
    file: str = ""
    """What a file that names people is called, to whoever reads that it was taken away."""
    returns: Return | None = None
    """Of what takes a POST from somebody who is signed in, never None."""
    large_form: tuple[int, int] | None = None
    """How many bytes it takes in all, and how many outside of files, where that is more than the usual."""
    gives_key: bool = False
    """It hands over a link which changes something without sign-in."""
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
    returns: str | Return | None = None,
    large_form: tuple[int, int] | None = None,
    gives_key: bool = False,
) -> Callable[[View], View]:
    """Say what a view shows and, with `returns`, what becomes of the form that it takes too."""
    back = Return(returns) if isinstance(returns, str) else returns
    said = Endpoint(who, fresh_factor, before_factor, names_people, file, back, large_form, gives_key)

    def say(view: View) -> View:
        setattr(view, SAID, said)
        return view

    return say


def act(
    *,
    who: Who | frozenset[str],
    returns: str | Return | None = None,
    fresh_factor: bool = False,
    before_factor: bool = False,
    names_people: str = "",
    large_form: tuple[int, int] | None = None,
) -> Callable[[View], View]:
    """Say what a view does, which only takes a form. Without `returns`, it is public."""
    return page(who=who, fresh_factor=fresh_factor, before_factor=before_factor, names_people=names_people, returns=returns, large_form=large_form)


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
        sent = "POST" in (rule.methods or ())
        if sent and said.returns is None and said.who is not PUBLIC:
            raise LookupError(f"{rule.endpoint} ({view.__module__}): say by `returns` what becomes of its form when the session of its sender has ended")
        found[rule.endpoint] = replace(said, private=getattr(app.blueprints.get(rule.endpoint.rpartition(".")[0]), PRIVATE, ""))


def find(endpoint: str) -> Endpoint | None:
    """What is said of an endpoint; None for one that does not exist, or was added behind the back of `create_app`."""
    return gathered.here().get(endpoint)


def kept_return(endpoint: str) -> Return | None:
    """What is kept of a form; None where nothing is."""
    said = find(endpoint)
    return said.returns if said and said.returns and said.returns.what else None
