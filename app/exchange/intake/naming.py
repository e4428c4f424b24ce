"""What a line says that is no statement and no option: « Réponse : b », « Explication : … », « 2 points ». And which options a value names. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from app.exchange.intake.rich import Rich
from app.platform.french import strip_accents


class AnnotationKind(StrEnum):
    KEY = "key"
    EXPLANATION = "explanation"
    HINT = "hint"
    POINTS = "points"
    OTHER = "other"
    """A setting that has no place here, or no meaning: it is told."""


class Annotation(Struct, frozen=True):
    """A line `head : value`. `sure`: its head is a word that means this and nothing else."""

    said: AnnotationKind
    value: Rich
    head: str
    sure: bool = True


_KEY = (
    r"(?:(?:la|les|ma|notre|nos)\s+)?(?:(?:bonnes?|justes?)\s+)?"
    r"(?:[ée]l[ée]ments?\s+(?:de\s+|d['’]))?(?:r[ée]p(?:onses?)?(?:\(s\))?|rép|rep|r|br|solutions?|sol|cl[ée]s?|key|answers?|ans|corrig[ée]s?|correction|correct\s+answers?|right\s+answers?|bon\s+choix|r[ée]sultat|attendus?|v[ée]rit[ée]|ordre(?:\s+(?:attendu|correct|juste))?|bon\s+ordre)"
    r"(?:\s+(?:attendue?s?|correctes?|justes?|exactes?|accept[ée]es?|valides?|possibles?|vraies?|mod[èe]le|type|n[°ºo]?))?(?:\s*\([^)]{0,20}\))?"
)
_KEY_LINE = re.compile(
    rf"(?:{_KEY})\s*(?:\.?\s?[:=：]|\t|→|⇒|➔|[-=]+>|\.(?=\s*(?:\S{{1,3}}|\d{{4}})(?:\s|$|,))|\s[–—-](?=\s)|\s(?:est|sont)\s*:|\s(?:est|sont)(?=\s+(?:(?:la|le|les|l['’])\s*)?(?:(?:r[ée]ponse|lettre|proposition|option)s?\s+)?[\[(«\"]?\s?(?:[A-Ha-h]|\d{{1,2}}|vrai|faux)(?![\w'’])))\s*",
    re.IGNORECASE,
)
_BARE_KEY = re.compile(
    rf"(?:{_KEY.replace('|r|', '|')})\s+(?=[(\[]?[A-Ha-h1-9][)\]]?(?:{{0}}[A-Ha-h1-9][)\]]?(?!\w))*\s*(?:$|[.(:,;–—-]))".replace(
        "{0}", r"\s*(?:,|;|/|&|\bet\b|\s)\s*"
    ),
    re.IGNORECASE,
)
"""« rép a », « Réponse b » and no sign."""
_DECOR = re.compile(r"^[\s*_>(\[«✅✔☑💡👉📌🎯📝🔑ℹ➡️✏🟢\ufe0f]*")
_EXPLAINING = re.compile(
    r"(?:explications?|commentaires?|justifications?|pourquoi|feedback(?:\s+g[ée]n[ée]ral)?|r[ée]troactions?|rationale|explanation|correction d[ée]taill[ée]e|remarques?|à savoir|a savoir|note|nb|n\.b\.|rappel|r[ée]f[ée]rences?|r[ée]f|source|pr[ée]cision|en savoir plus|à retenir)\s*(?:\([^)]{0,20}\))?\s*[:：–—]\s*",
    re.IGNORECASE,
)
_IDEA = re.compile(r"\s*💡\s*\S")
"""By which an assistant opens what explains."""
_HINTING = re.compile(r"(?:indices?|aide|astuces?|coup de pouce|hint)\s*[:：]\s*", re.IGNORECASE)
_POINTS = re.compile(r"(?:bar[èe]me|points?|pts?|note sur)\s*[:：]\s*(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:pts?|points?)?\.?$", re.IGNORECASE)
_LONE_POINTS = re.compile(r"[(\[]?\s*(?:/|sur\s*)?\s*(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:pts?|points?)\s*[)\]]?\.?$", re.IGNORECASE)
_SETTING = re.compile(
    r"(?:niveau|difficult[ée]|th[èe]me|objectifs?|comp[ée]tence|dur[ée]e|temps|cat[ée]gorie|type|tags?|[ée]tiquettes?|mots?[- ]cl[ée]s|bloom|domaine|chapitre|lien|image|auteur|m[ée]lange|p[ée]nalit[ée]|version|id|identifiant|casse|lot)\s*(?:\([^)]{0,20}\))?\s*[:：]\s*",
    re.IGNORECASE,
)
_INLINE_KEY = re.compile(
    rf"[(\[{{]\s*(?:{_KEY})(?:\s*[:=.]\s*|\s+(?=(?:[A-Ha-h]|\d{{1,4}}|vrai|faux|v|f)(?![\w'’])))([^)\]}}]{{1,80}})[)\]}}]\s*\.?$", re.IGNORECASE
)
_TRAILING_KEY = re.compile(rf"(?<!mauvaise)\s+(?:{_KEY.replace('|r|', '|')})\.?\s*[:=]\s*(\S.{{0,80}})$", re.IGNORECASE)


def annotation_of(words: Rich) -> Annotation | None:
    """What a line says, by the word that opens it."""
    start = _DECOR.match(words.plain)
    begun = start.end() if start else 0
    plain = words.plain
    if len(plain) > 4_000:
        return None
    for said, pattern in ((AnnotationKind.EXPLANATION, _EXPLAINING), (AnnotationKind.HINT, _HINTING), (AnnotationKind.KEY, _KEY_LINE)):
        if (found := pattern.match(plain, begun)) and (said is not AnnotationKind.KEY or _is_key(plain, found)):
            return Annotation(said, _close_value(words, found.end(), plain[:begun]), found.group().strip())
    if _IDEA.match(plain):
        return Annotation(AnnotationKind.EXPLANATION, words.cut(begun), "💡")
    if (found := _BARE_KEY.match(plain, begun)) and not re.match(r"r[ée]ponse\s+\w\s*[:–—)-]", plain[begun:], re.IGNORECASE):
        return Annotation(AnnotationKind.KEY, words.cut(found.end()), found.group().strip())
    if found := _POINTS.match(plain, begun) or _LONE_POINTS.match(plain, begun):
        return Annotation(AnnotationKind.POINTS, words.cut(found.start(1), found.end(1)), found.group())
    if found := _SETTING.match(plain, begun):
        return Annotation(AnnotationKind.OTHER, words.cut(found.end()), found.group().strip())
    return None


_NAMES = re.compile(r"\W*(?:[A-Ha-h1-9](?!\w)|vrai\b|faux\b)", re.IGNORECASE)


def is_key_line(words: Rich) -> bool:
    """Whether a line opens by saying that it gives a key."""
    annotation = annotation_of(words)
    return annotation is not None and annotation.said is AnnotationKind.KEY


def _is_key(plain: str, found: re.Match[str]) -> bool:
    """« R 12 », « La réponse est simple » are sentences: a lone letter wants a sign behind it; « REP » is a network first."""
    if re.match(r"REP\b", found.group().lstrip()) and not _NAMES.match(plain, found.end()):
        return False
    return bool(plain[found.end() :].strip()) or found.group().rstrip()[-1:] in ":=：>→"


def _close_value(words: Rich, start: int, opening: str) -> Rich:
    """The value, without the parenthesis or quotes that opened before its head."""
    value = words.cut(start + len(words.plain[start:]) - len(words.plain[start:].lstrip(" :")))
    for sign, end in (("(", ")"), ("[", "]"), ("«", "»")):
        if sign in opening and value.plain.endswith(end):
            value = value.cut(0, len(value.plain) - 1)
    return value


COUPLES = re.compile(r"[(\[]?\s*(?:(?:[A-Za-z]\s?[-–=:]?\s?\d{1,2}|\d{1,2}\s?[-–=:]?\s?[A-Za-z])[\s,;.–-]*){2,}[)\]]?\.?")
"""« (A3 B1 C2) »: pairs, and nothing else."""


def bare_key(words: Rich) -> Rich | None:
    """« Réponse a : c'est l'ANCT », under options that have their letters already."""
    found = _BARE_KEY.match(words.plain)
    return words.cut(found.end()) if found else None


def key_within(words: Rich) -> tuple[Rich | None, Rich]:
    """The key that closes a statement, « … (réponse : b) », and the statement without it."""
    for pattern in (_INLINE_KEY, _TRAILING_KEY):
        if len(words.plain) < 3_000 and (found := pattern.search(words.plain)) and found.start() > 3:
            return words.cut(found.start(1), found.end(1)), words.cut(0, found.start())
    return None, words


POINTS_BEHIND = re.compile(
    r"\s*[(\[–—-]?\s*(?:/|sur\s+)?(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:pts?|points?)\b\s*[)\]]?\s*[:.]?\s*$|\s+[(\[]/\s?(\d{1,2})[)\]]\s*$|\s+/\s?(\d{1,2})\s*$",
    re.IGNORECASE,
)


# --- Which options a value names -------------------------------------------------------------------------------------

_OPENING_WORDS = re.compile(
    r"(?:(?:c['’]est|ce sont|il s['’]agit de)\s+)?(?:(?:la|le|les|l['’])\s*)?(?:(?:bonnes?\s+)?(?:r[ée]ponses?|propositions?|lettres?|options?|choix|cases?|affirmations?|n[°ºo]|num[ée]ros?)\s*:?\s*)?",
    re.IGNORECASE,
)
_BETWEEN = r"\s*(?:,|;|/|&|\+|\bet\b|\band\b|-|–|\s)\s*"
_LETTERS = re.compile(rf"[(\[«\"]?\s*[A-Za-z](?:\s*[)\]»\"]|\.(?!\S))?(?:{_BETWEEN}[(\[]?(?<![^\W\d_])[A-Za-z](?![\w'’])(?:\s*[)\]]|\.(?!\S))?)*(?![\w'’])")
_NUMBERS = re.compile(rf"[(\[]?\d{{1,2}}[)\]°]?(?:{_BETWEEN}[(\[]?\d{{1,2}}[)\]°]?)*(?![\w%])")
_TOGETHER = re.compile(r"([A-H]{2,6})(?![^\W_])")
_REST = re.compile(r"\s*(?:$|[.;:,)=–—\-(\[«]|→|car\b|parce\b|puisqu|\n)", re.IGNORECASE)
_UNSURE = re.compile(
    r"\?\s*\)?$|\bou\b|à (?:v[ée]rifier|confirmer|revoir)|je (?:ne )?(?:sais|crois|pense)|peut-?être|sauf erreur|todo|\?\?|\bdoute\b|\bsemble\b",
    re.IGNORECASE,
)
TRUE, FALSE = (
    frozenset({"vrai", "v", "true", "oui", "t", "vraie", "juste", "correct", "exact"}),
    frozenset({"faux", "f", "false", "non", "fausse", "incorrect", "inexact"}),
)


class NamedOptions(Struct, frozen=True):
    """Options by their places; what follows them in the value."""

    places: tuple[int, ...]
    rest: Rich
    sure: bool = True


def comparable(text: str) -> str:
    """How two writings are the same: small letters, no accents, no signs at the ends."""
    return strip_accents(" ".join(re.sub(r"[’‘]", "'", text).split()).casefold()).strip(" .,;:!?«»\"'()*_-–")


def is_unsure(text: str) -> bool:
    """Whether whoever wrote a key says a doubt of theirs."""
    return bool(_UNSURE.search(text))


def named_options(value: Rich, names: Sequence[str], texts: Sequence[str]) -> NamedOptions | None:
    """The options that a value names, by letters, by numbers or by their words. `names`: what each is called, in small letters, empty where it is not."""
    plain = value.plain
    if not plain.strip() or len(plain) > 3_000:
        return None
    opening = _OPENING_WORDS.match(plain)
    start = opening.end() if opening else 0
    for begin in dict.fromkeys((start, 0)):
        for pattern in (_LETTERS, _NUMBERS, _TOGETHER):
            found = pattern.match(plain, begin)
            closed = found is not None and found.group()[-1:] in ")]." and plain[found.end() : found.end() + 1].isspace()
            if found and (places := _by_names(found.group(), names, pattern is _TOGETHER)) and (closed or _REST.match(plain, found.end())):
                return _check_words(NamedOptions(places, _rest(value, found.end())), texts)
    return _by_words(value, texts)


def _by_names(written: str, names: Sequence[str], together: bool) -> tuple[int, ...]:
    said = list(written.casefold()) if together else re.findall(r"[a-z]+|\d+", re.sub(r"\b(?:et|and)\b", " ", written.casefold()))
    places = [names.index(each) if each in names else -1 for each in said]
    return tuple(dict.fromkeys(places)) if places and min(places) >= 0 else ()


def _rest(value: Rich, start: int) -> Rich:
    found = re.compile(r"[\s.;:,)\]=–—-]*(?:→\s*)?").match(value.plain, start)
    rest = value.cut(found.end() if found else start)
    return rest.cut(1, len(rest.plain) - 1) if rest.plain.startswith("(") and rest.plain.endswith(")") else rest


def _check_words(found: NamedOptions, texts: Sequence[str]) -> NamedOptions:
    """The letter, and the words that follow it: the option's own are no explanation, another's contradict it."""
    rest = comparable(found.rest.plain)
    if not rest:
        return found
    same = [place for place, text in enumerate(texts) if comparable(text) and rest == comparable(text)]
    if same:
        return NamedOptions(found.places, Rich(""), sure=set(same) <= set(found.places))
    own = [place for place in found.places if comparable(texts[place]) and rest.startswith(comparable(texts[place]))]
    if len(found.places) == 1 and own:
        text = texts[own[0]].strip()
        after = found.rest.plain.casefold().find(text.casefold())
        return NamedOptions(found.places, _rest(found.rest, after + len(text)) if after >= 0 else Rich(""))
    other = [place for place, text in enumerate(texts) if len(comparable(text)) > 5 and rest.startswith(comparable(text))]
    return NamedOptions(found.places, found.rest, sure=not other)


def _by_words(value: Rich, texts: Sequence[str]) -> NamedOptions | None:
    said, own = comparable(value.plain), [comparable(text) for text in texts]
    exact = [place for place, text in enumerate(own) if text and text == said]
    if exact:
        return NamedOptions(tuple(exact), Rich(""), sure=len(exact) == 1)
    parts = [comparable(part) for part in re.split(r"\s*(?:;|\||\n|,|\bet\b|/)\s*", value.plain) if part.strip()]
    if len(parts) > 1 and all(part in own for part in parts):
        return NamedOptions(tuple(dict.fromkeys(own.index(part) for part in parts)), Rich(""))
    opened = [place for place, text in enumerate(own) if len(text) > 2 and re.match(rf"{re.escape(text)}(?![\w])", said)]
    if opened:
        best = max(opened, key=lambda place: len(own[place]))
        length = len(texts[best].strip())
        return NamedOptions((best,), _rest(value, length), sure=True)
    near = [place for place, text in enumerate(own) if len(said) > 3 and re.match(rf"{re.escape(said)}(?![\w])", text)]
    return NamedOptions((near[0],), Rich(""), sure=True) if len(near) == 1 else None


def truth_of(value: Rich) -> tuple[bool, Rich] | None:
    """Vrai or faux, and what follows."""
    found = re.match(
        r"\W*(?:c['’]est\s+)?(vraie?|v|true|faux|fausse|f|false|oui|non|juste|incorrect)(?![\w'’]|-\w)\s*[.:,;!–—)\]-]*\s*", value.plain, re.IGNORECASE
    )
    if found is None:
        return None
    word = found[1].casefold()
    rest = value.cut(found.end())
    if rest and len(word) > 1 and word in ("oui", "non", "juste") and not re.search(r"[.:,;!–—)-]\s*$", found.group()):
        return None
    if len(word) == 1 and rest and not re.search(r"[.:,;!–—)(-]\s*$", found.group()) and not rest.plain.startswith("("):
        return None
    return word in TRUE, rest.cut(1, len(rest.plain) - 1) if rest.plain.startswith("(") and rest.plain.endswith(")") else rest
