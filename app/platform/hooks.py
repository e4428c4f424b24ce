"""What must go up: each thing that a package below asks of one above, with its type and the value that stands where nobody gives one.

A package gives in its `init_app`, which `create_app` calls: `hooks.course_title.give(app, …)`. Whoever asks writes `hooks.course_title.here()`. Where
none gives, every other page serves without it. A `Slot` is also how a module keeps something for each application, under no string.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar, cast

from flask import Flask, Response, current_app
from msgspec import Struct
from sqlalchemy.orm import Session

from app.platform.settings import Settings

T = TypeVar("T")

KEY = "croisee"
"""In `app.extensions`, where every Flask extension has one of its own."""


class Slot(Generic[T]):
    """One value for each application; `default` makes it where none was given."""

    def __init__(self, default: Callable[[], T]) -> None:
        self.default = default

    def of(self, app: Flask) -> T:
        values: dict[Slot[Any], Any] = app.extensions.setdefault(KEY, {})
        if self not in values:
            values[self] = self.default()
        return cast("T", values[self])

    def here(self) -> T:
        """The value of the application that serves this request or runs this command."""
        return self.of(current_app)

    def give(self, app: Flask, value: T) -> None:
        app.extensions.setdefault(KEY, {})[self] = value


# --- Asked by every page ---------------------------------------------------------------------------------------------


class MayFollow(Protocol):
    def __call__(self, endpoint: str) -> bool:
        """Tell whether the author of this request would be shown `endpoint`."""


class ErrorSpeaker(Protocol):
    def __call__(self, page: Any) -> Response | None:
        """Answer an error (`web.errors.ErrorPage`) in another form than a page; None: as a page."""


class WrittenPicture(Protocol):
    """An image, written again: the name of its file, and its bytes."""

    @property
    def name(self) -> str: ...
    @property
    def data(self) -> bytes: ...


class PictureWriter(Protocol):
    def __call__(self, name: str, data: bytes) -> WrittenPicture:
        """Write the image of a file again; raises a DomainError that says why it cannot be."""


def _without_pictures(name: str, data: bytes) -> WrittenPicture:
    raise LookupError(f"no package of this application writes pictures again: {name}, {len(data)} bytes")


may_follow = Slot[MayFollow](lambda: lambda endpoint: True)
"""Without accounts, everything may be followed."""
lengths = Slot[dict[str, int]](dict)
"""How many characters a field takes, by the name that templates use (`longest`), from the constant that the server refuses by."""
course_title = Slot[Callable[[], str]](lambda: str)
course_sheet = Slot[Callable[[], str]](lambda: str)
"""The style sheet of the published course: the colours of its lines."""
error_speakers = Slot[dict[str, ErrorSpeaker]](dict)
"""Beginning of an address → what answers an error there in the place of a page."""
picture_writer = Slot[PictureWriter](lambda: _without_pictures)


# --- Asked by accounts and sign-in -----------------------------------------------------------------------------------


class SubmissionKeeper(Protocol):
    def __call__(self) -> str | None:
        """Keep what a refused POST sent, if it may be kept, and return the address that gives it back."""


class OpenAddress(Protocol):
    def __call__(self, *_: Any, **values: Any) -> bool:
        """Tell whether visitors may read this address of an endpoint, by its variables."""


class SitemapPages(Protocol):
    def __call__(self) -> Iterable[tuple[str, dict[str, Any]]]:
        """Give (endpoint, variables) of the pages that search engines are told, as far as visitors may read them."""


class InvitationAccepter(Protocol):
    def __call__(self, session: Session, person: Any, side: Any, now: datetime, /) -> bool:
        """Accept the invitation of somebody without a password; False where they were not invited. `side`: the employer's, to propose."""


class AddressForgetter(Protocol):
    def __call__(self, settings: Settings, address: str, /) -> None:
        """Take the address of somebody who was erased out of a file beside the database."""


class WeekLine(Struct, frozen=True):
    """A line of the weekly email. `url`: whole, or a function that draws it in the transaction that sends, for an address that opens something to its reader."""

    words: str
    url: str | Callable[[Session], str]
    note: str = ""
    """How addresses of its kind serve: said once under the lines."""


class WeekLines(Protocol):
    def __call__(self, session: Session, now: datetime, people: Collection[int] | None, /) -> Iterable[tuple[int, WeekLine]]:
        """Give the lines of these people, or of everybody (None). Those whose week is taken may be left out."""


class OtherDays(Protocol):
    def __call__(self, session: Session, now: datetime, /) -> Iterable[int]:
        """Give the people whose weekly email leaves on a day that they chose, which is not today."""


keep_submission = Slot[SubmissionKeeper](lambda: lambda: None)
open_addresses = Slot[dict[str, OpenAddress]](dict)
"""Endpoint → which of its addresses visitors may read, where not all of them are open."""
sitemap = Slot[list[SitemapPages]](list)
accept_invitation = Slot[InvitationAccepter](lambda: lambda session, person, side, now: False)
forget_address = Slot[AddressForgetter](lambda: lambda settings, address: None)
week_lines = Slot[dict[str, WeekLines]](dict)
"""Kind of email → what gives its lines, in the order in which lines stand."""
other_days = Slot[list[OtherDays]](list)


# --- Asked by the course and its readers -----------------------------------------------------------------------------


class WaitingWork(Protocol):
    def __call__(self, session: Session, person: Any, now: datetime, /) -> tuple[tuple[str, str], ...]:
        """Say what waits for somebody at a place of work: (words, address) of each, those that are none left out."""


class FoundPerson(Struct, frozen=True):
    """Somebody whom a manager or an administrator finds by name."""

    id: int
    name: str
    email: str


class PeopleFinder(Protocol):
    def __call__(self, session: Session, reader: Any, typed: str, on: date, /) -> tuple[FoundPerson, ...]:
        """Find by name the people whom this reader may look at; nobody for whoever manages nobody."""


class DraftTexts(Protocol):
    def __call__(self, session: Session, author_id: int, /) -> Iterable[tuple[str, str]]:
        """Give (document, text) of an author's drafts."""


people_finder = Slot[PeopleFinder](lambda: lambda session, reader, typed, on: ())
draft_texts = Slot[DraftTexts](lambda: lambda session, author_id: ())
waiting_work = Slot[dict[str, WaitingWork]](dict)
"""A place of work, by its endpoint → what waits there today."""
