"""Error pages: a sentence, a reference where somebody must be told, and one way on. They touch no database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from errno import EDQUOT, ENOSPC, EROFS, errorcode
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from msgspec import Struct
from sqlalchemy.exc import DatabaseError, OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException

from app.platform import hooks, log
from app.platform.db import db
from app.platform.db.engines import Trouble, trouble
from app.platform.errors import DomainError
from app.platform.french import with_french_spaces

SENTENCES = {
    400: ("Demande incompréhensible", "Le serveur n’a pas compris cette demande. Revenez à la page précédente et recommencez."),
    403: (
        "Page expirée",
        "Cette page est restée ouverte trop longtemps, ou votre session a changé. Rechargez-la, puis recommencez : rien n’a été enregistré.",
    ),
    404: ("Page introuvable", "Cette page n’existe pas, ou n’est pas la vôtre."),
    405: ("Action impossible ici", "Cette adresse ne répond pas à cette action."),
    413: ("Envoi trop lourd", "Ce que vous avez envoyé dépasse la taille permise. Raccourcissez le texte, puis recommencez."),
    422: ("Action refusée", "Cette action n’est pas possible."),
    429: ("Trop d’essais", "Vous avez fait trop d’essais en peu de temps. Patientez une minute, puis recommencez."),
    500: ("Erreur du serveur", "Une erreur est survenue de notre côté. Rien de ce qui était enregistré n’est perdu."),
    503: (
        "Service occupé",
        "Le service ne peut pas enregistrer en ce moment. Patientez une minute, puis recommencez : ce qui était enregistré n’est pas perdu.",
    ),
}

DAMAGED = (
    "La base de données du site est abîmée, et recommencer ne servirait à rien. Prévenez la personne qui administre le site, "
    "avec la référence ci-dessous : elle dispose des sauvegardes."
)
DISK_FULL = (
    "Le disque du serveur est plein, ou n’accepte plus d’écriture : ce que vous avez envoyé n’est pas gardé. "
    "Prévenez la personne qui administre le site, puis recommencez."
)
GUARD = "csrf_token"
SECRET = frozenset({"password", "current", "new_password"})
"""Fields of passwords: no page repeats one, they are typed again."""
NO_ROOM = frozenset({EDQUOT, ENOSPC, EROFS})
CONNECTION_ENDED = "8s2b"
"""SQLAlchemy's code where the transaction was broken off by the connection, not by what was written in it."""
RETRY_SECONDS = 60


class Field(Struct, frozen=True):
    name: str
    value: str
    typed: bool
    """Words of a person, to be seen; the rest is what the page had put there, and what was ticked."""


class UnsentForm(Struct, frozen=True):
    """A form that could not be kept, given back on the page that says so."""

    address: str
    enctype: str
    fields: tuple[Field, ...]


class ErrorPage(Struct, frozen=True):
    status: int
    title: str
    sentence: str
    reference: str
    unsent: UnsentForm | None = None
    """What was sent and could not be kept, where waiting mends that."""


Speaker = Callable[[ErrorPage], Response | None]


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, lambda error: error_response(403))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DomainError, lambda error: error_response(error.status, error.sentence))
    app.register_error_handler(DatabaseError, _database)
    app.register_error_handler(PendingRollbackError, _broken_off)
    app.register_error_handler(PoolExhausted, _answer_pool_exhausted)
    app.register_error_handler(OSError, _file)
    app.register_error_handler(Exception, _answer_unexpected)
    app.after_request(_say_when_to_return)


def error_response(status: int, sentence: str = "") -> Response:
    """The page (or JSON, for a script) that answers `status`."""
    with suppress(SQLAlchemyError):  # its connection may end at this very moment: the page that says so must not fail with it
        db.session.rollback()
    g.failing = status >= 500  # what stands around the page is what this process knows: nothing more is asked of a database that may not answer
    known = status if status in SENTENCES else (500 if status >= 500 else 400)
    title, default = SENTENCES[known]
    page = ErrorPage(status, title, sentence or default, g.get("reference", ""), unsent_form() if status == 503 else None)
    if (speak := _speaker()) and (answer := speak(page)):
        return answer
    shown = jsonify(error=with_french_spaces(page.sentence), reference=page.reference) if wants_json() else render_template("errors/error.html", page=page)
    return make_response(shown, status)


def unsent_form() -> UnsentForm | None:
    """What this request sent; None where its page could not send it again: no form of ours, a file, a password."""
    if request.method != "POST" or request.url_rule is None:
        return None
    try:
        fields, files = list(request.form.items(multi=True)), any(file.filename for file in request.files.values())
    except (OSError, HTTPException):  # it could not even be read: the disk is full, it is too long
        return None
    names = {name for name, _value in fields}
    if files or GUARD not in names or names & SECRET:
        return None
    address = request.full_path if request.query_string else request.path
    return UnsentForm(address, request.mimetype, tuple(Field(name, value, name != GUARD and len(value.split()) > 1) for name, value in fields))


def _speaker() -> Speaker | None:
    return next((speak for beginning, speak in hooks.error_speakers.here().items() if request.path.startswith(beginning)), None)


def _say_when_to_return(response: Response) -> Response:
    """Whatever answers that it is not the moment, an error page or a form, says when to ask again."""
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
    return response


def wants_json() -> bool:
    """True for our own scripts' requests, which say so."""
    return request.headers.get("X-Requested-With") == "fetch"


def _http(error: HTTPException) -> Any:
    if cause := getattr(error, "original_exception", None):  # after the page was made, or while an error was answered: Flask calls it a 500, whatever it is
        return current_app.handle_user_exception(cause)
    if error.code is None or error.code < 400:
        return error
    response = error_response(error.code)
    for name in ("Allow", "Retry-After"):
        if value := dict(error.get_headers()).get(name):
            response.headers[name] = value
    return response


def _database(error: DatabaseError) -> Response:
    """Locked or unreachable: the person can only wait, and is told so. What waiting cannot mend is not called so."""
    found = trouble(error)
    if found is Trouble.DAMAGED:
        log.fault(error, logging.CRITICAL, database="damaged")
        return error_response(500, DAMAGED)
    if found in (Trouble.FULL, Trouble.READ_ONLY):
        log.fault(error, logging.CRITICAL, database=found.name.lower())
        return error_response(503, DISK_FULL)
    if not isinstance(error, OperationalError) and not error.connection_invalidated:
        return _answer_unexpected(error)
    log.fault(error, database=type(error.orig).__name__)
    return error_response(503)


def _broken_off(error: PendingRollbackError) -> Response:
    """Somebody did without what they asked of a connection that had ended, and the next one asks by it again."""
    if error.code != CONNECTION_ENDED:
        return _answer_unexpected(error)
    log.fault(error, database="connection_ended")
    return error_response(503)


def _answer_pool_exhausted(error: PoolExhausted) -> Response:
    """Every connection is in use, which no ordinary load does: see `app.platform.db.engines.POOL`."""
    log.fault(error, database="no_connection_left")
    return error_response(503)


def _file(error: OSError) -> Response:
    """A file that cannot be written. Whoever writes one takes away what was begun of it: nothing is left."""
    if error.errno not in NO_ROOM:
        return _answer_unexpected(error)
    log.fault(error, disk=errorcode[error.errno])
    return error_response(503, DISK_FULL)


def _answer_unexpected(error: Exception) -> Response:
    # The traceback goes to the log without the values that SQLAlchemy or a form might print.
    log.fault(error, traced=True, unexpected=type(error).__name__)
    return error_response(500)
