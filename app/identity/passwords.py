"""Passwords: strength, and the tokens of links that set one. Hashing is in `hashing.py`."""

from __future__ import annotations

import ctypes
import hashlib
import hmac
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import log2
from typing import Any, Final, NewType, TypeAlias

from itsdangerous import BadData, URLSafeSerializer
from msgspec import Struct

from app.platform.french import fold
from app.platform.unicode import normal_form

# --- How much work it is to guess a password, in bits ---
#
# Counted as the CNIL does, but what lists of common passwords, words, dates and keyboards hold counts for its rank there.

LOOKED_AT: Final = 72
"""Characters of a password that are looked up: the library takes no more, and nothing after them makes the start easier."""
_CLASSES = (("abcdefghijklmnopqrstuvwxyz", 26), ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26), ("0123456789", 10))
_OTHERS = 33
"""Characters of a keyboard, the space and accents together."""
FOUND = {
    "password": "il contient un mot de passe des plus courants",
    "dictionary": "il contient un nom ou un mot courant",
    "spatial": "il contient une suite de touches voisines",
    "repeat": "il se répète",
    "sequence": "il contient une suite de lettres ou de chiffres",
    "date": "il contient une date",
    "regex": "il contient une année",
}


class Strength(Struct, frozen=True):
    bits: int
    why: str
    """What makes it weaker than its length says, in words; empty where nothing does."""


def strength(password: str) -> Strength:
    parts = _parts(password[:LOOKED_AT])
    each = log2(_alphabet(password))
    known = [part for part in parts if part["pattern"] != "bruteforce"]
    bits = sum(log2(part["guesses"]) for part in known) + each * sum(len(part["token"]) for part in parts if part not in known)
    longest = max(known, key=lambda part: len(part["token"]), default=None)
    return Strength(int(bits), FOUND[_kind(longest)] if longest else "")


def _parts(password: str) -> list[dict[str, Any]]:
    """Imported when the first password is chosen: its lists weigh fifteen megabytes."""
    from zxcvbn import zxcvbn

    found: list[dict[str, Any]] = zxcvbn(password)["sequence"] if password else []
    return found


def _kind(part: dict[str, Any]) -> str:
    return "password" if part.get("dictionary_name") == "passwords" else str(part["pattern"])


def _alphabet(password: str) -> int:
    """How many characters somebody draws from who uses these."""
    kinds = [size for signs, size in _CLASSES if not set(signs).isdisjoint(password)]
    others = set(password).difference(*(signs for signs, _ in _CLASSES))
    return sum(kinds) + (_OTHERS if others else 0) or 1


# --- Which passwords are accepted ---
#
# Long enough, hard enough to guess, not oneself, not what everybody here tries first.
# After the CNIL's délibération 2022-100: so many bits where tries are limited, as ours are, a check against common choices, no classes of
# characters, and nobody is made to change theirs.

Hashed = NewType("Hashed", str)
"""What is stored of a password."""

MINIMUM, MAXIMUM = 12, 256
"""In characters. The maximum only keeps a megabyte out of the hash function."""
ENOUGH, EVERYWHERE = 50, 80
"""In bits: what the CNIL asks where tries are limited, and where nothing else protects the password."""
NORMAL_FORM: Final = "NFKC"
"""So that « é » typed on any keyboard is the same password."""

WANTED = f"{MINIMUM} caractères ou plus, difficiles à deviner : une phrase de quelques mots se retient mieux qu’un mot compliqué. Il ne sera pas à changer."
"""The rule, as it is told beside the field and in the help."""
TOO_SHORT = f"Il faut {MINIMUM} caractères ou plus : une phrase de quelques mots convient très bien."
TOO_LONG = f"C’est trop long : {MAXIMUM} caractères au plus."
TOO_CLOSE = "Ce mot de passe ressemble trop à votre nom ou à votre adresse."
TOO_EASY = "Ce mot de passe se devine trop vite : {why}. Allongez-le d’un ou deux mots sans lien avec le reste."
TOO_COMMON = "Ce mot de passe est parmi les premiers que l’on essaie. Choisissez une phrase que vous seul écririez."

COMMON_WORDS = frozenset(
    """
    motdepasse mdp password passe secret azerty qwerty qsdf wxcv bonjour bienvenue soleil chocolat doudou loulou marseille france paris lille amiens
    admin administrateur administrator root user utilisateur login connexion invite test demo croisee cite cites educative educatives
    ecole college lycee maitresse amour jetaime iloveyou welcome letmein dragon monkey football
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre printemps ete automne hiver
    lundi mardi mercredi jeudi vendredi samedi dimanche le la les de du des un une et mon ma mes
    """.split()  # noqa: SIM905 — eighty quoted words would hide the list
)
"""A password made of nothing but these, digits and punctuation is too common: the long list is computed from the short one."""

_COMMON = re.compile(f"(?:{'|'.join(sorted(COMMON_WORDS, key=len, reverse=True))})+")
_LOOKALIKES = str.maketrans("013457@$€!", "oieastasei")
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "01234567890")


def normalise_password(password: str) -> str:
    """The form that is hashed. Nothing is trimmed: a space is a character like another. What is longer than a password may be stays so."""
    return normal_form(password, NORMAL_FORM, MAXIMUM)


def password_faults(password: str, name: str, email: str) -> tuple[str, ...]:
    """Sentences that say what is wrong; none when the password is accepted."""
    password = normalise_password(password)
    if len(password) < MINIMUM:
        return (TOO_SHORT,)
    if len(password) > MAXIMUM:
        return (TOO_LONG,)
    if _is_oneself(password, name, email):
        return (TOO_CLOSE,)
    if is_common(password):
        return (TOO_COMMON,)
    found = strength(password)
    return (TOO_EASY.format(why=found.why),) if found.bits < ENOUGH else ()


def strength_in_words(password: str) -> str:
    """Says in words how strong an accepted password is."""
    bits = strength(normalise_password(password)).bits
    return f"Sa force est {'très bonne' if bits >= EVERYWHERE else 'suffisante'}."


def _is_oneself(password: str, name: str, email: str) -> bool:
    """True when the parts of the name and of the address are in it, and fewer than six letters or digits besides."""
    letters = rest = re.sub(r"[^a-z0-9]", "", fold(password))
    parts = {part for part in re.split(r"[^a-z0-9]+", fold(f"{name} {email}")) if len(part) > 2}
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "")
    return rest != letters and len(rest) < 6


def is_common(password: str) -> bool:
    """A walk along the keyboard, or only common words, figures and punctuation: in French, which the list of `strength` does not speak."""
    folded = fold(password)
    return _is_walk(folded) or _is_words(folded)


def _is_walk(text: str) -> bool:
    """At least three quarters of the steps go to a neighbour on a row of the keyboard, in the alphabet or among figures."""
    steps = [any(a + b in row or b + a in row for row in _ROWS) for a, b in pairwise(text)]
    return sum(steps) * 4 >= len(steps) * 3


def _is_words(text: str) -> bool:
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", text)
    return any(_only_common(re.sub(r"[^a-z]", "", letters)) for letters in (core, core.translate(_LOOKALIKES)))


def _only_common(letters: str) -> bool:
    return not letters or _COMMON.fullmatch(letters) is not None


# --- The memory that a hash needs for a moment, given back to the system ---

MMAP_THRESHOLD, ARENA_MAX = -3, -8
"""Options of the C library's `mallopt`."""


def give_back() -> None:
    """From now on 19 MiB are taken by themselves and given back at once, where glibc would keep them for each thread that ever checked a password; and
    threads share two stocks of small pieces. Measured: a worker holds 97 MB after 4,000 requests, and 170 without. Other C libraries have no such options, and no such habit."""
    with suppress(AttributeError, OSError):
        options = ctypes.CDLL(None).mallopt
        options(MMAP_THRESHOLD, 1_000_000)
        options(ARENA_MAX, 2)


# --- What this site signs, and the links to choose a password ---
#
# These expire, work once, and name nobody.

Secret: TypeAlias = str | Sequence[str]
"""`Settings.keys`, or one: each checks, the last one signs."""
LINK = "password-link"
BY_MAIL = timedelta(hours=2)
BY_HAND = timedelta(days=3)
"""A link that an administrator passes on waits longer than one that the person has just asked for."""


def sign(secret: Secret, purpose: str, content: Any) -> str:
    """Text for an address or a cookie. What is signed for one purpose is worth nothing for another."""
    return str(URLSafeSerializer(secret, salt=f"croisee-{purpose}").dumps(content))


def read_signed(secret: Secret, purpose: str, token: str) -> Any:
    """What `sign` was given; None for anything that this site did not sign."""
    try:
        return URLSafeSerializer(secret, salt=f"croisee-{purpose}").loads(token)
    except BadData:
        return None


def issue(secret: Secret, person_id: int, version: str, expires: datetime) -> str:
    """A token for the person whose links have this version: choosing a password draws another version, so the token works once."""
    return sign(secret, LINK, [person_id, _mark(version), int(expires.timestamp())])


def holder(secret: Secret, token: str, now: datetime) -> int | None:
    """Id of the person whom an authentic, unexpired token names, else None. The version remains to be checked with `matches`."""
    content = _read_token(secret, token)
    return content[0] if content and now < datetime.fromtimestamp(content[2], UTC) else None


def matches(secret: Secret, token: str, version: str) -> bool:
    """True when the person's links still have the version for which the token was issued."""
    content = _read_token(secret, token)
    return content is not None and hmac.compare_digest(content[1], _mark(version))


def _read_token(secret: Secret, token: str) -> tuple[int, str, int] | None:
    try:
        person_id, mark, expires = read_signed(secret, LINK, token)
    except (TypeError, ValueError):
        return None
    return int(person_id), str(mark), int(expires)


def _mark(version: str) -> str:
    """A few characters of a digest: the version itself does not travel in links."""
    return hashlib.sha256(version.encode()).hexdigest()[:16]
