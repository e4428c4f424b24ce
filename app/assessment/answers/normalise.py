"""Typed answers made comparable: reduced step by step, and brought to one gender and number. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.assessment.answers.figures import in_figures
from app.platform.french import JOINED, strip_accents
from app.platform.unicode import normal_form

# --- A typed text reduced to what counts in it ---
#
# `clean_text` → `fold_case` → `fold_text` → `bare`: each step keeps what the one before kept, or less. Never a digit, `+`, `%` or `€` is lost, and
# letters of other scripts that look like ours stay what they are (NFD and not NFKD).

_APOSTROPHES = re.compile("['’‘ʼ′`´]")
_DASHES = re.compile("[‐‑‒–—−]")
_QUOTES = re.compile('[«»“”„"]')
_LETTER = r"[^\W\d_]"
_SPACED_HYPHEN = re.compile(rf"(?<={_LETTER})\s*-\s*(?={_LETTER})")
_HYPHEN = re.compile(rf"(?<={_LETTER})-|-(?={_LETTER})")  # not between digits, where it means a span
_BEFORE_SIGN = re.compile(r"\s+(?=[+%€])")
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_INNER_POINTS = re.compile(r"(?<!\d)[,;:]|[,;:](?!\d)")  # between digits a comma is a decimal one
_EACH = re.compile(r"(?<=\w) ?/ ?(?=(?:an|mois|semaine|jour)(?!\w))")
_TIMES = re.compile(r"(?<=\d) ?x(?= par )")
_PLUS = re.compile(rf"(?<=\b{_LETTER}{{3}}) plus$|(?<=\b{_LETTER}{{4}}) plus$")
_FINAL_POINTS = re.compile(r"[\s.;:!?…,]+$")
_DOTTED_SIGLE = re.compile(rf"(?<!\w){_LETTER}(?:\.\s?{_LETTER})+\.?(?!{_LETTER})")

PREFIXES = ("co", "extra", "infra", "inter", "intra", "mono", "multi", "para", "peri", "pluri", "post", "socio", "supra", "trans")
"""Written apart by mistake from the word that they begin: « péri scolaire ». « PRE » and « sous » stand alone too."""
_PREFIX = re.compile(rf"\b({'|'.join(PREFIXES)}) (?=[^\W\d_]{{3}})")

LEADING_ARTICLES = (["de", "la"], ["de", "l"], ["le"], ["la"], ["les"], ["l"], ["un"], ["une"], ["des"], ["du"])
INNER_ARTICLES = frozenset({"le", "la", "les", "l"})

_CACHED = 2_000
"""Accepted writings come back with every answer to the same question."""


@lru_cache(_CACHED)
def clean_text(text: str) -> str:
    """Unicode NFC, every kind and run of spaces as one space, the hyphen of print as the one that is typed, nothing invisible, no space at the ends."""
    visible = (" " if letter.isspace() else letter for letter in normal_form(text).replace(JOINED, "-"))
    return " ".join("".join(letter for letter in visible if unicodedata.category(letter) not in ("Cc", "Cf", "Cs")).split())


@lru_cache(_CACHED)
def fold_case(text: str) -> str:
    """`clean_text`, capitals and small letters alike."""
    return clean_text(text).casefold()


@lru_cache(_CACHED)
def fold_text(text: str) -> str:
    """`fold_case`, without accents, ligatures, apostrophes, quotation marks and punctuation; hyphens, numbers and « REP plus » in one writing each."""
    text = strip_accents(fold_case(text).replace("œ", "oe").replace("æ", "ae"))
    text = _INNER_POINTS.sub(" ", _QUOTES.sub(" ", _APOSTROPHES.sub(" ", _DASHES.sub("-", text))))
    text = _TIMES.sub(" fois", _EACH.sub(" par ", text))
    text = _SPACED_HYPHEN.sub("-", _BEFORE_SIGN.sub("", _PREFIX.sub(r"\1-", " ".join(text.split()))))
    text = _DECIMAL_COMMA.sub(".", _BETWEEN_THOUSANDS.sub("", text))
    return _PLUS.sub("+", _FINAL_POINTS.sub("", text)) or text


def hyphen_spellings(folded_text: str) -> tuple[str, str]:
    """A folded text with its hyphens as spaces, then without them: « co-éducation » is « co éducation » and « coéducation »."""
    return " ".join(_HYPHEN.sub(" ", folded_text).split()), _HYPHEN.sub("", folded_text)


@lru_cache(_CACHED)
def spellings(text: str) -> frozenset[str]:
    """The folded writings of a text: two texts that share one differ by accents, apostrophes, hyphens or punctuation only."""
    return frozenset(hyphen_spellings(fold_text(text)))


@lru_cache(_CACHED)
def bare_spellings(text: str) -> frozenset[str]:
    """The folded writings of a text, articles dropped."""
    return frozenset(without_articles(spelling) for spelling in spellings(text))


@lru_cache(_CACHED)
def undotted_spellings(text: str) -> frozenset[str]:
    """Returns the spellings of a text without the points of acronyms: « Q.P.V. » is « qpv »."""
    return frozenset(without_articles(spelling) for spelling in hyphen_spellings(_undot_sigles(fold_text(text))))


@lru_cache(_CACHED)
def spaced_spelling(text: str) -> str:
    """The one of these that has its hyphens as spaces."""
    return without_articles(hyphen_spellings(_undot_sigles(fold_text(text)))[0])


def _undot_sigles(folded_text: str) -> str:
    return _DOTTED_SIGLE.sub(lambda found: re.sub(r"[.\s]", "", found.group()), folded_text)


def without_articles(spelling: str) -> str:
    """A folded writing without its articles; one that has nothing else keeps them."""
    words = spelling.split()
    for article in LEADING_ARTICLES:
        if words[: len(article)] == article and len(words) > len(article):
            words = words[len(article) :]
            break
    kept = [word for word in words if word not in INNER_ARTICLES]
    return " ".join(kept or words)


def mentions(text: str, words: str) -> bool:
    """Whether a text of any length (Markdown included) holds some words, whole, articles and writing apart."""
    return f" {phrase(words)} " in f" {phrase(text)} "


@lru_cache(_CACHED)
def phrase(text: str) -> str:
    """A text of any length as folded words, in which `mentions` looks."""
    words = re.findall(r"[^\W_]+[+%€]?|[+%€]", _undot_sigles(fold_text(text)))
    return without_articles(" ".join(words))


# --- Singular or plural, masculine or feminine: the same answer ---
#
# Both sides are brought to one form by the regular endings of French. The form need be no word (« directrices » and « directeur » are both
# « directeu »): it is only ever compared with another.

POINTS = "·•‧∙⋅"
SHORT = "e|ne|le|te|ve|fe|rice|trice|euse|ère|ière|ienne|esse"
LONG = "e|ne|rice|trice|euse|ère|ière|ienne|esse"  # after a hyphen, « -le » or « -te » may be a pronoun
_BOTH_GENDERS = re.compile(
    rf"(?<=[^\W\d_]{{3}})(?:[{POINTS}.](?:{SHORT})(?:[{POINTS}.]s)?|\((?:{SHORT}|s|x)\)(?:s|\(s\))?|[/-](?:{LONG})(?:[-/]s)?|[{POINTS}][sx])(?!\w)",
    re.IGNORECASE,
)
"""« chargé·e », « chargé(e)s », « directeur/trice », « réseau(x) »: what follows the masculine singular."""

PLURALS = (("travaux", "travail"), ("eaux", "eau"), ("aux", "al"), ("eux", "eu"), ("oux", "ou"), ("ss", "ss"), ("s", ""))
"""Ending → singular ending; the first that fits."""

FEMININES = (
    *((ending, "teu") for ending in ("trice", "teuse", "teur")),
    *((ending, "eu") for ending in ("euse", "eure", "eur")),
    ("effe", "ef"),
    ("ive", "if"),
    *((f"e{letter}{letter}e", f"e{letter}") for letter in "lnt"),
    ("uee", "u"),  # déléguée, whose masculine folds into « delegue », as the feminine of « vécu » does
    *((ending, ending[:-1]) for ending in ("ere", "ale", "ante", "ente", "inte", "ete", "ee", "ue")),
    *((ending, ending[:-2]) for ending in ("aise", "oise")),  # « français » has already lost its s
)
"""Folded ending → what both genders share. Médecin and médecine, commun and commune are not among them: they say two things."""

CONTRACTED = {"des": "de", "d": "de", "aux": "a"}
"""« des » is « de les », and articles do not count. « du » is left alone: « préfet du département » is not what is written « préfet de département »."""
SAME_WORD = {"annee": "an", "coordinateu": "coordonnateu"}
"""Two forms of one word, both in the dictionary."""
_VOWELS = frozenset("aeiouy")


def one_gender(text: str) -> str:
    """A text with its inclusive writings in the masculine singular: « chargé·e·s » is « chargé »."""
    return _BOTH_GENDERS.sub("", text)


@lru_cache(2_000)
def agreed_spellings(text: str) -> frozenset[str]:
    """The folded writings of a text, articles dropped, each word without its number and gender."""
    return frozenset(agree_words(spelling) for spelling in undotted_spellings(one_gender(clean_text(text))))


def agree_words(spelling: str) -> str:
    return " ".join(CONTRACTED.get(word) or agreed_word(word) for word in spelling.split())


@lru_cache(2_000)
def uncontracted_spellings(text: str) -> frozenset[str]:
    """Returns the spellings of a text with « des » and « de la » kept apart."""
    spellings = undotted_spellings(one_gender(clean_text(text)))
    return frozenset(" ".join(map(agreed_word, spelling.split())) for spelling in spellings)


# --- Small words, that one leaves out where one types quickly: « indice position sociale » ---

SMALL_WORDS = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"})


def full_words(spelling: str) -> list[str]:
    """The words of a folded writing without the small ones. One that holds a digit, or a single other word, keeps them: « 2 à 16 » is not « 2 et 16 »."""
    words = spelling.split()
    full = [word for word in words if word not in SMALL_WORDS]
    return full if len(full) > 1 and not any(map(str.isdecimal, spelling)) else words


@lru_cache(2_000)
def full_spellings(text: str) -> frozenset[str]:
    """The folded writings of a text by its full words, each without its number and gender. « École/collège » is two words."""
    spellings = undotted_spellings(one_gender(clean_text(text)).replace("/", " "))
    return frozenset(" ".join(map(agreed_word, full_words(spelling))) for spelling in spellings)


def any_order(text: str) -> frozenset[str]:
    """The same of two words or more: the first, which says what it is, then the others in the order of the alphabet."""
    return frozenset(" ".join((words[0], *sorted(words[1:]))) for words in map(str.split, full_spellings(text)) if len(words) > 1)


# --- What leads to an answer: « par l'État », « c'est la commune », « le portail Dauphin » where a portal is asked for ---

LEADS = frozenset(["a", "au", "aux", "c", "ce", "chez", "d", "dans", "de", "des", "du", "en", "est", "l", "la", "le", "les", "par", "s", "sur", "un", "une"])
_ASKED = re.compile(r"\bquel(?:le)?s? ([^\W\d_]+)")


def led_spellings(text: str, statement: str) -> frozenset[str]:
    """The agreed writings of a text without the words that lead to it, one at least left; the noun that the statement asks for is one of them."""
    asked = {agreed_word(noun) for noun in _ASKED.findall(phrase(statement))}
    return frozenset(_without_lead(spelling.split(), asked) for spelling in agreed_spellings(text))


def _without_lead(words: list[str], asked: set[str]) -> str:
    while len(words) > 1 and (words[0] in LEADS or words[0] in asked):
        words = words[1:]
    return " ".join(words)


# --- Two things or more, in any order; an interval; a number in words ---

_BETWEEN_THINGS = re.compile(r" et | [&+] |[,;/](?!\d)")
_JOINED = re.compile(r"(?<=\d) (?=[^\W\d_])|(?<=[^\W\d_]) (?=\d)")
_WITHIN = re.compile(r"^entre (\d+) et (?=\d)")
_SPAN = re.compile(r"(?:de )?(\d+)(?: an)? ?(?:-|a) ?(\d+)((?: [^\W\d_]+)?)")


def set_of_things(text: str, statement: str) -> frozenset[str]:
    """« le DASEN et le préfet », « préfet, DASEN » as one writing; nothing of one thing, or where the statement asks for an order."""
    things = [part for part in _BETWEEN_THINGS.split(f"{clean_text(text)} ") if part.strip()]
    if len(things) < 2 or "ordre" in phrase(statement).split():
        return frozenset()
    return frozenset({",".join(sorted(min(led_spellings(thing, "")) for thing in things))})


def figured_spellings(text: str) -> frozenset[str]:
    """The agreed writings of a text with its numbers in figures, joined to the words around; an interval in one writing."""
    return frozenset(map(_join_figures, _in_figures(text)))


def figured_forms(expected: str) -> frozenset[str]:
    """The same of what is expected: the unit of an interval may be left out."""
    forms = _in_figures(expected)
    return frozenset(map(_join_figures, forms | {_SPAN.sub(r"\1 a \2", form) for form in forms if _SPAN.fullmatch(form)}))


def _in_figures(text: str) -> frozenset[str]:
    read = (_WITHIN.sub(r"\1 a ", one) for one in agreed_spellings(in_figures(clean_text(text))))
    return frozenset(_SPAN.sub(r"\1 a \2\3", one) if _SPAN.fullmatch(one) else one for one in read)


def _join_figures(text: str) -> str:
    """« CM 2 » as « CM2 »."""
    return _JOINED.sub("", text)


# --- How a word sounds: « Daufin », « troica », « accadémique » ---

SOUNDS = (("mp", "np"), ("mb", "nb"), ("eau", "o"), ("au", "o"), ("ai", "e"), ("ei", "e"), ("ph", "f"), ("th", "t"), ("qu", "k"), ("ck", "k"), ("y", "i"))
_SOFT_C = re.compile(r"c(?=[eiy])")
_HARD_C = re.compile(r"c(?![eiyh])")
_DOUBLED = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """A folded word as it is heard, roughly: the same of two words tells homophones."""
    for written, heard in SOUNDS:
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", re.sub("x$", "s", _HARD_C.sub("k", _SOFT_C.sub("s", word))))


@lru_cache(2_000)
def agreed_word(word: str) -> str:
    """A folded word without its number and gender."""
    alone = singular(word)
    shared = _replace_ending(alone, FEMININES, least=2)
    return SAME_WORD.get(alone) or SAME_WORD.get(shared, shared)


def singular(word: str) -> str:
    """A folded word in the singular. A sigle without a vowel takes no mark of the plural: « qpvs » is no « qpv »."""
    alone = _replace_ending(word, PLURALS, least=0)
    return alone if word.isalpha() and len(alone) > 2 and not _VOWELS.isdisjoint(alone) else word


def _replace_ending(word: str, endings: tuple[tuple[str, str], ...], least: int) -> str:
    """The word with its first ending that fits replaced, where `least` letters or more stand before it."""
    for ending, other in endings:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word.removesuffix(ending) + other
    return word
