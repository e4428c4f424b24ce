"""A typed number against the expected one, its unit, and the doubts that are put to the person. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from app.assessment.answers.compare import AnswerDoubt, AskAgain, MatchRule, MatchVerdict
from app.assessment.answers.figures import in_figures
from app.assessment.answers.normalise import clean_text, fold_text, singular
from app.content.values.quiz import Interval, NumberAnswer
from app.platform.french import french, short

# --- What a question asks a number of: « combien d'euros », « (en années) », « de quel programme » ---

SCALES = {"mille": 10**3, "million": 10**6, "milliard": 10**9}
SMALL = frozenset({"a", "au", "aux", "c", "d", "de", "des", "du", "en", "est", "il", "l", "la", "le", "les", "numero", "soit", "y"})
"""Words that say nothing beside a number, in any question."""
ABOUT = frozenset({"environ", "approximativement"})
_ONE_WRITING = (
    (re.compile(r"\bpour ?cent\b|\bpour 100\b", re.IGNORECASE), "%"),
    (re.compile(r"(?<![^\W\d_])Mds? ?€", re.IGNORECASE), " milliard €"),
    (re.compile(r"(?<![^\W\d_])M ?€", re.IGNORECASE), " million €"),
    (re.compile(r"(?<![^\W\d_])k ?€", re.IGNORECASE), " mille €"),
    (re.compile(r"(?<=\d) ?k(?![^\W_])", re.IGNORECASE), " mille"),
    (re.compile(r"\bn°", re.IGNORECASE), "numéro "),
    (re.compile(r"\s+(?=[+%€])"), ""),
)
SAME_UNIT = {
    "ans": "an",
    "annee": "an",
    "euro": "€",
    "eur": "€",
    "e": "€",
    "j": "jour",
    "hab": "habitant",
    "md": "milliard",
    "mds": "milliard",
    "millier": "mille",
}
_IMPLIED = {"age": "an", "part": "%", "pourcentage": "%", "proportion": "%", "taux": "%", "montant": "€", "somme": "€", "budget": "€", "cout": "€", "prix": "€"}
_WORD = re.compile(r"[^\W\d_]+\+?|[%€]|\d+(?:[ .,]\d+)*")
_IN = re.compile(r"\((?:en |années?\b)[^)]*", re.IGNORECASE)


class AskedNumber(Struct, frozen=True):
    """What a statement says of the number that it asks for."""

    words: frozenset[str]
    """Those that it uses, each in one writing; a unit of its own numbers (« 36 mois ») is not one of them."""
    nouns: frozenset[str]
    """What it counts, where it says so: « combien de … », « quelle … », « (en …) »."""
    counted: frozenset[str]
    """Those of them that « combien de » or « le nombre de » asks for."""
    leads: frozenset[tuple[str, ...]]
    """The words that stand before « combien » or « quel »: « jusqu'à », « au-dessus de »."""
    year: bool
    """Whether it is a year: a day or a month of it says the same."""

    @property
    def scales(self) -> frozenset[str]:
        """The « milliards » of « combien de milliards »."""
        return (self.nouns or self.words) & SCALES.keys()

    @property
    def is_whole(self) -> bool:
        """Whether it counts what is not cut in thousandths, people or euros: a point then stands between thousands. « Quelle valeur ? » does not say."""
        return not self.year and bool(self.counted or "€" in self.nouns) and self.nouns.isdisjoint((MEASURES | SCALES.keys()) - {"€"})

    def counts(self, word: str) -> bool:
        return word in (self.nouns or self.words)


def one_writing(text: str) -> str:
    """« M€ », « pour cent », « n° » as words and symbols that stand alone."""
    for pattern, replacement in _ONE_WRITING:
        text = pattern.sub(replacement, text)
    return text


def words_of(text: str) -> list[tuple[str, str]]:
    """(as written, in one writing) of each word, `%`, `€` and number of a text; a number is `#`."""
    return [(written, "#" if written[0].isdigit() else _canonical(written)) for written in _WORD.findall(one_writing(clean_text(text)))]


def rest_of(text: str) -> str:
    """What `words_of` does not read: symbols."""
    return _WORD.sub("", one_writing(clean_text(text)))


@lru_cache(2_000)
def _canonical(word: str) -> str:
    plain = fold_text(word)
    alone = plain if plain in SMALL else singular(plain)
    return SAME_UNIT.get(plain) or SAME_UNIT.get(alone) or alone


def _written_so(words: str) -> frozenset[str]:
    return frozenset(map(_canonical, words.split()))


MEASURES = _written_so("mille million milliard an siècle trimestre mois semaine jour heure minute € % mètre km")
"""Units that change what a number says."""
LIMITS = _written_so(
    "après aucun autour avant début delà demi depuis dessous dessus entre et fin inférieur jamais jusque jusqu max maximum mi milieu min minimum "
    "moins moitié n ne ni non ou partir pas peu plus plusieurs près presque quart quasi sans sauf supérieur tiers vers"
)
"""Words that make another answer of a number: « plus de », « avant », « pas »."""
ABOVE = frozenset(tuple(map(_canonical, said.split())) for said in ("plus de", "au dessus de", "au moins", "à partir de"))
"""Ways of saying one limit: a question that asks by one may be answered by another."""
DATES = (
    r"(?:(?<!\w)[0-9]{1,2}(?:er)? |(?<!\w)mi[- ]|(?<!\w))(?:janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre)(?!\w)"
    r"|(?<!\w)(?:d[ée]but|fin|courant|rentr[ée]e|mi-)(?!\w)|(?<![0-9])(?:[0-9]{1,2}[/.-])?[0-9]{1,2}[/.-](?=[0-9]{4}(?![0-9]))"
)
"""Pattern of the days, months and moments of a year."""
_DATES = re.compile(DATES, re.IGNORECASE)
_YEAR = re.compile(r"\bquelle annee\b|\bannee\)")


@lru_cache(500)
def read_asked_number(statement: str, unit: str = "") -> AskedNumber:
    """What a statement asks for. The declared unit, shown beside the field, is part of it."""
    words = [word for _, word in words_of(statement)]
    own = frozenset(word for _, word in words_of(unit))
    used = frozenset(word for before, word in zip(["", *words], words, strict=False) if not (before == "#" and word in MEASURES))
    counted = frozenset(_counted_nouns(words))
    nouns = counted | frozenset(_quel_nouns(words)) | frozenset(_hinted_words(statement)) | own
    return AskedNumber(used | own, nouns, counted, frozenset(_leads(words)), bool(_YEAR.search(fold_text(statement))))


def _counted_nouns(words: list[str]) -> Iterator[str]:
    """The « cités » of « combien de cités », of « le nombre de cités »."""
    for place, (word, following) in enumerate(pairwise(words)):
        if word in ("combien", "nombre") and following in ("de", "d"):
            yield from _first(words[place + 1 :])


def _quel_nouns(words: list[str]) -> Iterator[str]:
    """The « montant » of « quel montant », and the euros that it implies."""
    for place, word in enumerate(words):
        if word in ("quel", "quelle"):
            yield from _first(words[place + 1 :])


def _hinted_words(statement: str) -> Iterator[str]:
    """« (en milliards d'euros) », « (année) »."""
    for found in _IN.findall(statement):
        yield from _first([word for _, word in words_of(found) if word != "chiffre"])


def _first(words: list[str]) -> Iterator[str]:
    """The first word that says something, and the next where it is a scale: « milliards », « euros »."""
    for word in words:
        if word in SMALL or word == "#":
            continue
        yield word
        if word in _IMPLIED:
            yield _IMPLIED[word]
        if word not in SCALES:
            return


def _leads(words: list[str]) -> Iterator[tuple[str, ...]]:
    for place, word in enumerate(words):
        if word in ("combien", "quel", "quelle"):
            for length in range(1, 5):
                yield tuple(words[max(0, place - length) : place])


# --- A number as a learner types it: `1 362`, `12,5 %`, `25 ans`, `en 1990`, `programme 147` ---
#
# Exact decimals. The words around it are its unit or the question's own: then the number alone counts. Anything else is asked again, never marked.

Words = list[tuple[str, str]]
"""Each as it was typed, and in one writing."""

_WHOLE = r"[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]{1,3}(?:\.[0-9]{3}){2,}(?![0-9])|[0-9]{1,3}\.[0-9]{3}(?=,[0-9])|[0-9]+"
_NUMBER = re.compile(rf"([^0-9]*?)((?:(?<!\S)[+-] ?)?)({_WHOLE})(?:[.,]([0-9]+))?(?P<after>.*)")
_POINT = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_SIGNS = re.compile(r"[\s.,;:!?()«»\"'’=…]*")


class Quantity(Struct, frozen=True):
    """One number, and what was typed before and after it."""

    value: Decimal
    before: str = ""
    after: str = ""


def read_quantity(text: str, whole: bool = False) -> Quantity | AskAgain:
    """The one number of a text, in figures or in words. Comma or point, any space between thousands; a point between thousands is asked about, but of
    what is counted `whole`."""
    written = one_writing(in_figures(clean_text(text)).replace("−", "-").replace("–", "-"))
    found = _NUMBER.fullmatch(written)
    said = short(clean_text(text), 60)
    if found is None:
        return AskAgain(AnswerDoubt.NO_NUMBER, french(f"« {said} » ne se lit pas comme un nombre : écrivez le nombre en chiffres."))
    before, sign, units, decimals, after = found.groups()
    if any(letter.isdigit() for letter in after):
        return AskAgain(AnswerDoubt.SEVERAL_NUMBERS, french(f"« {said} » se lit comme plusieurs nombres : écrivez-en un seul."))
    digits = written[found.start(3) : found.start("after")]
    if _POINT.fullmatch(digits):
        if whole and SCALES.keys().isdisjoint(word for _, word in words_of(after)):
            return Quantity(Decimal(f"{sign.strip()}{units}{decimals}"), before, after)
        spaced, comma = digits.replace(".", " "), f"{units},{decimals}".rstrip("0").rstrip(",")
        return AskAgain(AnswerDoubt.POINT, french(f"« {digits} » se lit de deux façons : écrivez « {spaced} » ou « {comma} »."))
    return Quantity(Decimal(f"{sign.strip()}{re.sub('[ .]', '', units)}.{decimals or 0}"), before, after)


def read_number(typed: str, asked: AskedNumber, unit: str = "", unit_required: bool = False) -> Decimal | AskAgain:
    """What a typed number says to a question, whatever its key: its value, or what to ask again.

    A scale that the question counts in is a word of it (« 12 milliards » to « combien de milliards »); any other multiplies.
    """
    read = read_quantity(_DATES.sub(" ", typed) if asked.year else typed, asked.is_whole)
    if isinstance(read, AskAgain):
        return read
    before, after = words_of(read.before), words_of(read.after)
    return (
        _limits(read, before, after, asked)
        or _foreign(before, after, asked, unit)
        or _scale_left_out(read.value, after, asked)
        or _unit_missing(after, unit if unit_required else "")
        or read.value * _times(after, asked)
    )


def match_number(typed: str, answer: NumberAnswer, statement: str = "") -> MatchVerdict | AskAgain | None:
    """The accepted number or range that a typed one falls in, bounds included; or what to ask again; or None."""
    return match_read(typed, answer.accepted, read_asked_number(statement, answer.unit), answer.unit, answer.unit_required)


def match_read(typed: str, accepted: Sequence[Interval], asked: AskedNumber, unit: str = "", unit_required: bool = False) -> MatchVerdict | AskAgain | None:
    read = read_number(typed, asked, unit, unit_required)
    if isinstance(read, AskAgain):
        return read
    met = next((interval for interval in accepted if interval.low <= read <= interval.high), None)
    return MatchVerdict(MatchRule.NUMBER, met.shown) if met else None


def plain_numbers(writings: Sequence[str]) -> tuple[Interval, ...]:
    """The accepted writings of a gap that are numbers: « 3 » of « trois | 3 »."""
    read = [(writing, read_quantity(writing)) for writing in writings]
    return tuple(Interval(one.value, one.value, writing) for writing, one in read if isinstance(one, Quantity) and not (one.before or one.after))


def _limits(read: Quantity, before: Words, after: Words, asked: AskedNumber) -> AskAgain | None:
    """« environ » where the question does not say it; « plus de », « avant », « pas » where it does not ask by them: « jusqu'à quel âge »."""
    changing = [written for written, word in (*before, *after) if word in LIMITS or (word in ABOUT and word not in asked.words)]
    if not _SIGNS.fullmatch(rest_of(read.before) + rest_of(read.after)):
        changing.append((rest_of(read.before) + rest_of(read.after)).strip())
    lead = tuple(word for _, word in before)
    if not changing or (_leads_so(lead, asked) and not any(word in LIMITS for _, word in after)):
        return None
    said = read.before.strip() if any(written == changing[0] for written, _ in before) else changing[0]
    return AskAgain(AnswerDoubt.ABOUT, french(f"Écrivez le nombre seul, sans « {said} »."))


def _leads_so(lead: tuple[str, ...], asked: AskedNumber) -> bool:
    return lead in asked.leads or (lead in ABOVE and not ABOVE.isdisjoint(asked.leads))


def _foreign(before: Words, after: Words, asked: AskedNumber, unit: str) -> AskAgain | None:
    """A word that is not the question's; what it does not count. A sigle joined to the number names it: « BOP 147 », « P147 »."""
    alone = f"Écrivez le nombre seul{f', ou suivi de « {unit} »' if unit else ''}"
    said = [pair for pair in after if pair[1] not in SMALL]
    first, others = said[:1], said[1:]
    scaled = first if first and first[0][1] in SCALES else []
    if any(word in SCALES for _, word in (*before, *others)):
        return AskAgain(AnswerDoubt.SCALE, french(f"{alone}."))
    known = SMALL | LIMITS | asked.words | asked.nouns | {word for _, word in scaled}
    named = before[:-1] if before and (before[-1][0].isupper() or len(before[-1][0]) == 1) else before
    if strange := next((written for written, word in (*named, *after) if word not in known), None):
        return AskAgain(AnswerDoubt.WORD, french(f"{alone} : « {strange} » n’est pas un mot de la question."))
    counted = [] if scaled else first
    counted += [pair for pair in others if pair[1] in MEASURES]
    other = next((written for written, word in counted if not asked.counts(word)), None)
    return AskAgain(AnswerDoubt.UNIT, french(f"{alone} : la question ne compte pas en « {other} ».")) if other else None


def _scale_left_out(value: Decimal, after: Words, asked: AskedNumber) -> AskAgain | None:
    """« 12 euros », « 12 millions » or « 12 000 000 000 » to « combien de milliards d'euros »."""
    said = {word for _, word in after if word not in SMALL}
    for scale in asked.scales:
        another = bool(said) and scale not in said
        if another or (not said and SCALES[scale] > 1000 and abs(value) >= SCALES[scale]):
            return AskAgain(AnswerDoubt.SCALE, french(f"La question compte en {_plural(scale)} : écrivez le nombre de {_plural(scale)}."))
    return None


def _plural(scale: str) -> str:
    return {"mille": "milliers"}.get(scale, f"{scale}s")


def _unit_missing(after: Words, unit: str) -> AskAgain | None:
    if {word for _, word in words_of(unit)} <= {word for _, word in after}:
        return None
    return AskAgain(AnswerDoubt.UNIT_MISSING, french(f"Écrivez aussi l’unité : le nombre, puis « {unit} »."))


def _times(after: Words, asked: AskedNumber) -> int:
    """By what a scale multiplies, where the question does not count in it."""
    said = next((word for _, word in after if word not in SMALL), "")
    return 1 if said in asked.scales else SCALES.get(said, 1)
