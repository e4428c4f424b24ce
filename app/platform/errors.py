"""Errors of the domain: each has a French sentence that a person may read, and the status its page answers."""

from __future__ import annotations

import click

from app.platform.french import exact


class DomainError(Exception):
    """Something that the rules refuse. `sentence` is shown to the person; `status` is the HTTP answer."""

    status = 422
    sentence = "Cette action n’est pas possible."

    def __init__(self, sentence: str | None = None) -> None:
        self.sentence = sentence or type(self).sentence
        super().__init__(self.sentence)


class TooManyCharacters(DomainError):
    """A text that the page's field would not have taken either."""

    def __init__(self, most: int) -> None:
        super().__init__(f"C’est trop long : {exact(most)} caractères au plus.")


class NotYours(DomainError):
    """The object may exist, but not for this person: answered like what does not exist."""

    status = 404
    sentence = "Cette page n’existe pas, ou n’est pas la vôtre."


class TooBusy(DomainError):
    """What was asked is in order, at another moment: something expensive is being done for somebody else."""

    status = 503
    sentence = "Le service est occupé par un autre rapport, un autre document ou une autre image. Réessayez dans une minute."


class SettingsError(click.ClickException):
    """The set-up is wrong. Raised before any page can be served, so it is read in a terminal: a sentence, no traceback."""
