"""The lines `Clé : valeur` of a question: which words are keys, however they are typed."""

from __future__ import annotations

import difflib
import re
from enum import StrEnum

from msgspec import Struct

from app.platform.french import strip_accents


class QuizKey(StrEnum):
    """Each key by its clean name. `REFUSED` stands for what other software has and this one does not."""

    ANSWER = "Réponse"
    STRICT = "Réponse exacte"
    RIGHT = "Bonne réponse"
    EXPLANATION = "Explication"
    HINT = "Indice"
    POINTS = "Points"
    TAGS = "Étiquettes"
    OBJECTIVE = "Objectif"
    LESSON = "Leçon"
    LEVEL = "Niveau"
    ORDER = "Ordre"
    CREDIT = "Crédit"
    CHOICE = "Choix"
    UNIT = "Unité"
    TOLERANCE = "Tolérance"
    IDENTIFIER = "Identifiant"
    REFUSED = "Réglage"


ANSWERS = frozenset({QuizKey.ANSWER, QuizKey.STRICT, QuizKey.RIGHT})
PROSE = frozenset({QuizKey.EXPLANATION, QuizKey.HINT})
"""Whose value may go on over the following lines."""

_NAMES: dict[QuizKey, tuple[str, str]] = {
    QuizKey.ANSWER: ("réponse", "réponses, réponse attendue, réponses attendues, réponses acceptées, rép"),
    QuizKey.STRICT: ("réponse exacte", "réponses exactes, réponse stricte"),
    QuizKey.RIGHT: (
        "bonne réponse, bonnes réponses",
        "réponse correcte, réponses correctes, réponse juste, réponses justes, la bonne réponse est, bonne rép, br, solution, corrigé, answer, correct answer",
    ),
    QuizKey.EXPLANATION: (
        "explication",
        "explications, commentaire, commentaire général, feedback, feedback général, rétroaction, rétroaction générale, justification",
    ),
    QuizKey.HINT: ("indice", "indices, astuce, aide"),
    QuizKey.POINTS: ("points, point", "barème, pts"),
    QuizKey.TAGS: ("étiquettes, étiquette, tags, tag, mots-clés, mot-clé", "mots clés, mot clé, mots clefs, thèmes"),
    QuizKey.OBJECTIVE: ("objectif", "objectifs, obj"),
    QuizKey.LESSON: ("leçon", "leçons"),
    QuizKey.LEVEL: ("niveau", "difficulté"),
    QuizKey.ORDER: ("ordre", ""),
    QuizKey.CREDIT: ("crédit", ""),
    QuizKey.CHOICE: ("choix", ""),
    QuizKey.UNIT: ("unité", ""),
    QuizKey.TOLERANCE: ("", "tolérance, marge, marge d'erreur"),
    QuizKey.IDENTIFIER: ("", "identifiant, id"),
    QuizKey.REFUSED: (
        "",
        "poids, pondération, pénalité, pénalités, note négative, points négatifs, type, durée, temps, catégorie, casse, lot, mélange, mélanger, "
        "réponse fausse, réponses fausses, fausse réponse, fausses réponses, mauvaise réponse, mauvaises réponses, distracteur, distracteurs",
    ),
}
"""Of each key, the names that the guide gives, then those that habits give."""
SOFT = frozenset(
    {"commentaire", "solution", "corrigé", "justification", "thèmes", "difficulté", "type", "durée", "temps", "catégorie", "id", "obj", "marge", "poids"}
    | {"aide", "casse", "lot", "mélange", "mélanger"}
)
"""Habits that are ordinary words too: keys only after the answers, where ordinary text has no place."""

_TYPES = frozenset(
    {"qcm", "qcu", "choix multiple", "choix unique", "vrai/faux", "vrai ou faux", "texte", "numerique", "appariement", "association", "ordre", "trous"}
    | {"multichoice", "truefalse", "shortanswer", "numerical", "matching", "essay", "cloze", "ddwtos", "ordering"}
)
"""After which « Type : » is no ordinary sentence."""

WEIGHTS = frozenset({"poids", "pondération", "pénalité", "pénalités", "note négative", "points négatifs"})

_SIGN = r"(?:[✅✔☑💡👉📌🎯📝🔑ℹ]\ufe0f?\s*)?"
"""What chat assistants put before a key."""
_OPENING = re.compile(rf" {{0,3}}{_SIGN}([*_]{{0,3}}){_SIGN}(?=[^\W\d_])")
_SEPARATOR = re.compile(r"\s*[*_]{0,3}\s*(?:[:：]|=(?!>))")
_LONGEST = 24


class KeyLine(Struct, frozen=True):
    """One line `Clé : valeur`. `written` is the key's word, `typed` all that stands before the value, `clean` whether it is the guide's form."""

    key: QuizKey
    value: str
    written: str
    clean: bool
    soft: bool = False
    typed: str = ""

    @property
    def clean_line(self) -> str:
        return f"{self.key.value} : {self.value}".rstrip()


def bare(text: str) -> str:
    """Small letters without accents, single spaces, plain apostrophes: how key names are compared."""
    return strip_accents(" ".join(text.split()).replace("’", "'").casefold())


_KNOWN: dict[str, tuple[QuizKey, str, bool]] = {}
for _clean in (False, True):
    _KNOWN |= {bare(name): (key, name, _clean) for key, names in _NAMES.items() for name in names[not _clean].split(", ") if name}
_FIRST_LETTERS = frozenset(name[0] for name in _KNOWN)


def key_line(text: str) -> KeyLine | None:
    """What a line says if it is `Clé : valeur`, the key in any case, with or without accents, bold or not."""
    opening = _OPENING.match(text)
    if opening is None or bare(text[opening.end()])[:1] not in _FIRST_LETTERS:
        return None
    start = opening.end()
    found = _SEPARATOR.search(text, start, start + _LONGEST + 10)
    if found is None:
        return None
    written = text[start : found.start()].strip()
    known = _KNOWN.get(bare(written))
    if known is None:
        return None
    value = _value(text[found.end() :], opening[1], found.group())
    key, name, clean = known
    if set(opening.group()) & set("✅✔☑") and key not in ANSWERS | PROSE:
        return None  # an option: « ✅ Objectif : … »
    clean = clean and not opening.group().strip() and ":" in found.group() and " ".join(written.split()).casefold() == name
    soft = name in SOFT and not (name == "type" and bare(value) in _TYPES)
    return KeyLine(key, value, written, clean, soft, text[: found.end()].strip())


def _value(rest: str, opening: str, separator: str) -> str:
    """The value without the emphasis that began before the key, where it ends in it or begins again."""
    value = rest.strip()
    if not opening or opening in separator:
        return value
    return value.removeprefix(opening).strip() if value.startswith(opening) else value.removesuffix(opening).strip()


_SEVERAL = re.compile(r"[\s,;/&+.()\[\]:=→>–-]+")
_FILLERS = frozenset(
    [
        "la",
        "le",
        "les",
        "l",
        "et",
        "ou",
        "puis",
        "est",
        "sont",
        "bonne",
        "bonnes",
        "juste",
        "justes",
        "vraie",
        "vraies",
        "correcte",
        "correctes",
        "exacte",
        "exactes",
    ]
)
_NAMERS = frozenset(
    ["reponse", "reponses", "proposition", "propositions", "option", "options", "lettre", "lettres", "affirmation", "affirmations", "choix", "case", "cases"]
)
_OPTION_LETTER = re.compile("[a-h]")
"""Alone, a letter further on is no option's."""
_LETTER, _LETTER_PAIR = re.compile("[a-z]"), re.compile(r"\d{1,2}[a-z]|[a-z]\d{1,2}")


def designates(value: str) -> bool:
    """Whether an answer names others by their letters (`B`, `A, B et D`, `1C, 2A`, `1-C ; 2-A`, « la réponse B ») rather than being a text to type."""
    words = [word for word in _SEVERAL.split(bare(value)) if word]
    names = [word for word in words if word not in _FILLERS | _NAMERS or len(word) == 1]
    if len(words) > 60 or not names or (len(names) < 2 and not _NAMERS & set(words) and not _OPTION_LETTER.fullmatch(bare(value))):
        return False
    if all(map(_LETTER.fullmatch, names)) or all(map(_LETTER_PAIR.fullmatch, names)):
        return True
    couples = ["".join(names[place : place + 2]) for place in range(0, len(names), 2)]
    return len(couples) > 1 and any(sign in value for sign in ",;") and all(map(_LETTER_PAIR.fullmatch, couples))


_PLAUSIBLE: dict[QuizKey, re.Pattern[str]] = {
    QuizKey.POINTS: re.compile(r"\d{1,3}(?:[.,]\d+)?\s*(?:pts?|points?)?"),
    QuizKey.LEVEL: re.compile(r"\d|facile|moyen|difficile", re.IGNORECASE),
    QuizKey.OBJECTIVE: re.compile(r"(?:[a-z0-9-]+/)?[OM]\d{1,2}", re.IGNORECASE),
    QuizKey.LESSON: re.compile(r"[a-z0-9-]{3,60}(?:#[^\s#]+)?"),
    QuizKey.ORDER: re.compile(r"fixe", re.IGNORECASE),
    QuizKey.CREDIT: re.compile(r"exact", re.IGNORECASE),
    QuizKey.CHOICE: re.compile(r"multiples?|unique|une (?:seule )?(?:réponse )?suffit", re.IGNORECASE),
    QuizKey.UNIT: re.compile(r"exig[ée]+", re.IGNORECASE),
}
"""What a value must look like for a misspelt key to be one: « Niveaux : école et collège » is a sentence."""
_SOFT_BARE = frozenset(map(bare, SOFT))
_ANY_VALUE = re.compile(r".+")


def nearest_key(text: str) -> QuizKey | None:
    """The key that a line misspells (`Ojectif : O1`, `Objectif O1`), if it does and its value is one of that key's."""
    head, colon, value = text.partition(":")
    if not colon:
        head, _, value = text.strip().partition(" ")
    word = bare(head)
    if not 4 <= len(word) <= _LONGEST or word.count(" ") > 2 or (colon and word in _KNOWN):
        return None
    near = [word] if word in _KNOWN else difflib.get_close_matches(word, _KNOWN, n=1, cutoff=0.84) if colon else []
    key = _KNOWN[near[0]][0] if near and near[0] not in _SOFT_BARE else None
    if key is None or (not colon and key not in _PLAUSIBLE):
        return None
    return key if _PLAUSIBLE.get(key, _ANY_VALUE).fullmatch(value.strip()) else None
