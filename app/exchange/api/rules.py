"""What may be asked with a token: its standing, the parameters of a list, the codes of values, and the problems, in French and in English. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum

from msgspec import Struct

from app.identity.rules import Side
from app.network.meetings.rules import MeetingStage, Presence, Seat
from app.platform.french import zone
from app.record.progress.due import Timeliness
from app.record.progress.rules import ProgressState
from app.reporting.scope_rules import PathSituation

# --- Tokens ---

MARK = "croisee_"
"""Before every token, so that whoever finds one knows what it is."""
TOKEN = re.compile(rf"{MARK}[A-Za-z0-9_-]{{43}}")
SHOWN = len(MARK) + 6
"""Characters that the site keeps of a token, to recognise it by."""
NAME_LENGTH = 80
LONGEST, USUAL = timedelta(days=365), timedelta(days=90)
"""For how long a token may be given, and for how long it is unless somebody says otherwise."""
AGAIN = timedelta(minutes=10)
"""How long a form that is sent twice is shown the token that it made."""
COARSE = timedelta(minutes=5)
"""How often the use of a token is written down."""


class TokenStanding(StrEnum):
    LIVE = "actif"
    EXPIRED = "expiré"
    REVOKED = "révoqué"
    ORPHAN = "suspendu : qui l’a créé n’administre plus le site"
    NOWHERE = "suspendu : son territoire n’existe plus"


def standing(expires_on: date, today: date, *, revoked: bool, administered: bool, placed: bool) -> TokenStanding:
    """`administered`: whoever made it administers the site still. `placed`: its territory is in the tree. A suspended one works again when they do."""
    if revoked:
        return TokenStanding.REVOKED
    if today > expires_on:
        return TokenStanding.EXPIRED
    if not administered:
        return TokenStanding.ORPHAN
    return TokenStanding.LIVE if placed else TokenStanding.NOWHERE


def wrong_day(day: date, today: date) -> str:
    """Why a token may not be given up to this day; empty where it may."""
    if day < today:
        return "Ce jour est passé."
    return "Un an au plus : un jeton oublié ne doit pas durer." if day > today + LONGEST else ""


# --- What may be refused ---


class ApiProblem(Struct, frozen=True):
    """One kind of refusal (RFC 9457). Two texts: French, English."""

    status: int
    title: tuple[str, str]
    detail: tuple[str, str]


LANGUAGES = ("fr", "en")
PROBLEMS: Mapping[str, ApiProblem] = {
    "bad-request": ApiProblem(
        400, ("Demande incompréhensible", "Bad request"), ("Le serveur n’a pas compris cette demande.", "The server did not understand this request.")
    ),
    "bad-parameter": ApiProblem(
        400,
        ("Paramètre refusé", "Parameter refused"),
        (
            "Le paramètre « {name} » est inconnu ici, répété, ou sa valeur n’a pas la forme attendue.",
            "The parameter “{name}” is unknown here, repeated, or malformed.",
        ),
    ),
    "token-missing": ApiProblem(
        401,
        ("Jeton absent", "No token"),
        ("Envoyez l’en-tête « Authorization: Bearer » suivi de votre jeton.", "Send the header “Authorization: Bearer” followed by your token."),
    ),
    "token-unknown": ApiProblem(
        401,
        ("Jeton inconnu", "Unknown token"),
        ("Ce jeton n’est pas de ce site, ou il est incomplet.", "This token is none of this site’s, or it is incomplete."),
    ),
    "token-expired": ApiProblem(
        401, ("Jeton expiré", "Token expired"), ("Demandez-en un autre à qui administre le site.", "Ask those who administer the site for another one.")
    ),
    "token-revoked": ApiProblem(
        401, ("Jeton révoqué", "Token revoked"), ("Ce jeton a été retiré par qui administre le site.", "Those who administer the site took this token back.")
    ),
    "token-suspended": ApiProblem(
        401,
        ("Jeton suspendu", "Token suspended"),
        (
            "Qui l’a créé n’administre plus le site, ou son territoire n’existe plus.",
            "Whoever made it no longer administers the site, or its territory is gone.",
        ),
    ),
    "not-found": ApiProblem(
        404,
        ("Introuvable", "Not found"),
        ("Cela n’existe pas, ou n’est pas dans le territoire de ce jeton.", "It does not exist, or is not in this token’s territory."),
    ),
    "not-allowed": ApiProblem(
        405, ("Méthode refusée", "Method not allowed"), ("Cette interface se lit : GET et HEAD, rien d’autre.", "This interface is read only: GET and HEAD.")
    ),
    "not-acceptable": ApiProblem(
        406, ("Format indisponible", "Not acceptable"), ("Cette adresse répond seulement en {mimetype}.", "This address answers in {mimetype} only.")
    ),
    "too-many": ApiProblem(429, ("Trop de demandes", "Too many requests"), ("Attendez {seconds} s, puis reprenez.", "Wait {seconds} s, then go on.")),
    "failed": ApiProblem(
        500,
        ("Erreur du serveur", "Server error"),
        ("Une erreur est survenue de notre côté ; la référence la désigne.", "Something failed on our side; the reference names it."),
    ),
    "busy": ApiProblem(
        503,
        ("Service occupé", "Service busy"),
        ("Le service ne peut pas répondre en ce moment ; réessayez dans une minute.", "The service cannot answer now; try again in a minute."),
    ),
}
"""By name: `openapi.yaml` describes each, and a test holds it to that."""

REFUSED: Mapping[TokenStanding, str] = {
    TokenStanding.EXPIRED: "token-expired",
    TokenStanding.REVOKED: "token-revoked",
    TokenStanding.ORPHAN: "token-suspended",
    TokenStanding.NOWHERE: "token-suspended",
}


def kind_of(status: int) -> str:
    """The problem that stands for a status, whoever answered it."""
    found = (kind for kind, problem in PROBLEMS.items() if problem.status == status and status != 401)
    return next(found, "failed" if status >= 500 else "bad-request")


# --- What is asked of a list ---

USUAL_LIMIT, MOST = 100, 500
_LARGEST = 2**31 - 1
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")


class ListRequest(Struct, frozen=True):
    """A piece of a list, or of it one thing alone (`only`)."""

    after: int | str | None = None
    """The key of the last thing of the piece before."""
    limit: int = USUAL_LIMIT
    since: datetime | None = None
    only: int | str | None = None


class BadParameter(ValueError):
    """A parameter of the address is not accepted; the message is its name."""


def read_parameters(given: Collection[tuple[str, str]], allowed: Collection[str], *, numbered: bool) -> ListRequest:
    """The parameters of an address. `numbered`: keys of this list are numbers. Raises BadParameter, also for one that is not known: a filter that is
    misspelled must not give everything."""
    found: dict[str, str] = {}
    for name, value in given:
        if name not in allowed or name in found:
            raise BadParameter(name[:40])
        found[name] = value
    return ListRequest(
        after=_key(found["after"], numbered) if "after" in found else None,
        limit=_limit(found["limit"]) if "limit" in found else USUAL_LIMIT,
        since=_moment(found["updated_since"]) if "updated_since" in found else None,
    )


def _key(text: str, numbered: bool) -> int | str:
    if not numbered and _NAME.fullmatch(text):
        return text
    if numbered and re.fullmatch(r"[0-9]{1,10}", text) and int(text) <= _LARGEST:
        return int(text)
    raise BadParameter("after")


def _limit(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MOST:
        raise BadParameter("limit")
    return int(text)


def _moment(text: str) -> datetime:
    """A day begins in Paris; a moment says its own difference, or is of Paris too."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadParameter("updated_since") from None
    if not 1900 <= found.year <= 2100:
        raise BadParameter("updated_since")
    return found if found.tzinfo else found.replace(tzinfo=zone())


# --- Codes ---

PAST = "past"

CODES: Mapping[type[Enum], Mapping[Enum, str]] = {
    Side: {
        Side.COLLECTIVITE: "local_authority",
        Side.EDUCATION: "education",
        Side.ETAT: "state",
        Side.ASSOCIATION: "association",
        Side.AUTRE: "other",
    },
    PathSituation: {
        PathSituation.NOT_STARTED: "not_started",
        PathSituation.STARTED: "in_progress",
        PathSituation.STUCK: "inactive",
        PathSituation.FINISHED: "finished",
    },
    Timeliness: {
        Timeliness.LATE: "late",
        Timeliness.ON_TIME: "on_time",
        Timeliness.NO_DATE: "no_due_date",
        Timeliness.FINISHED: "finished",
    },
    ProgressState: {
        ProgressState.NOT_STARTED: "not_started",
        ProgressState.IN_PROGRESS: "in_progress",
        ProgressState.COMPLETE: "complete",
        ProgressState.COMPLETE_FAIL: "complete_fail",
        ProgressState.COMPLETE_PASS: "complete_pass",
        ProgressState.WAIVED: "waived",
    },
    MeetingStage: {MeetingStage.ANNOUNCED: "announced", MeetingStage.CANCELLED: "cancelled"},
    Seat: {Seat.NONE: "none", Seat.TAKEN: "registered", Seat.WAITING: "waiting"},
    Presence: {Presence.PRESENT: "present", Presence.ABSENT: "absent", Presence.EXCUSED: "excused"},
}
"""English, `[a-z_]+`, each described in `openapi.yaml`. What is stored, or stands in our own addresses, may change under them."""


def code(member: Enum) -> str:
    return CODES[type(member)][member]


def stage_code(stage: MeetingStage, ends_at: datetime, now: datetime) -> str:
    """Returns the stage of a meeting; one whose time has passed is held, though nobody recorded it."""
    return PAST if stage is MeetingStage.ANNOUNCED and ends_at <= now else code(stage)
