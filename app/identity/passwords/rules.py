"""Which passwords are accepted: long enough, hard enough to guess, not oneself, not what everybody here tries first. Pure.

After the CNIL's délibération 2022-100: so many bits where tries are limited, as ours are, a check against common choices, no classes of characters, and
nobody is made to change theirs.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NewType

from app.identity.passwords.strength import strength
from app.platform.french import fold
from app.platform.unicode import normal_form

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
TOO_EASY = (
    "Ce mot de passe se devine trop vite : {why}. Sa force est de {bits} bits, il en faut {enough}. Allongez-le d’un ou deux mots sans lien avec le reste."
)
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
"""A password made of nothing but these, digits and signs is too common: the long list is computed from the short one."""

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
    return (TOO_EASY.format(why=found.why, bits=found.bits, enough=ENOUGH),) if found.bits < ENOUGH else ()


def strength_in_words(password: str) -> str:
    """Says in words how strong an accepted password is."""
    bits = strength(normalise_password(password)).bits
    return f"Sa force est {'très bonne' if bits >= EVERYWHERE else 'suffisante'} : {bits} bits, pour {ENOUGH} demandés."


def _is_oneself(password: str, name: str, email: str) -> bool:
    """True when the parts of the name and of the address are in it, and fewer than six letters or digits besides."""
    letters = rest = re.sub(r"[^a-z0-9]", "", fold(password))
    parts = {part for part in re.split(r"[^a-z0-9]+", fold(f"{name} {email}")) if len(part) > 2}
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "")
    return rest != letters and len(rest) < 6


def is_common(password: str) -> bool:
    """A walk along the keyboard, or only common words, figures and signs: in French, which the list of `strength` does not speak."""
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
