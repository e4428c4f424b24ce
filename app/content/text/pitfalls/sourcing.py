"""Which figures a reader would want a source for: shares, sums, counts, laws, dated facts. Not an hour, a page, a postcode or the number of a lesson. Pure."""

from __future__ import annotations

import re

_NUMBER = r"\d[\d \u00a0\u202f.,]*"
_NOT_FACTS = re.compile(
    r"\S+@\S+|https?://\S+|www\.\S+|(?<!\d)(?:\+33|0)\s?[1-9](?:[ .\u00a0-]?\d{2}){4}(?!\d)|\b\d{1,2}\s?[hH:]\s?(?:\d{2})?\b|\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\b\d{5}\s+[A-ZÀ-Þ]"
    r"|\w:\d+ ?%|\b(?:CM[12]|CE[12]|[3-6]e|1re|2de|M\d|O\d|n° ?\d+ du module)\b|(?:page|p\.|§|chapitre|leçon|module|question|étape|figure|fig\.|tableau|annexe|exercice|séance|salle|version|ligne|partie)s?\s*(?:n\s?°\s*)?\d[\d.,]*",
    re.IGNORECASE,
)
_LAW = r"\b(?:lois?|décrets?|circulaires?|arrêtés?|ordonnances?|articles?|directives?|instructions?|codes?)\b[^.;]{0,80}?\d"
_ORDINARY = r"minutes?|heures?|jours?|semaines?|secondes?|pages?|lignes?|points?|questions?|leçons?|étapes?|mots|caractères|pixels?|signes|exercices?|diapositives?|colonnes?|cases|fois|fichiers?|clics?|cours|séances?|groupes|tables|chaises|participants|mars"
_COUNT = rf"(?<![\d.,/-])(?:\d{{1,3}}(?:[ \u00a0\u202f.]\d{{3}})+|\d{{2,6}})[ \u00a0\u202f]+(?!(?:{_ORDINARY})\b)(?:[a-zà-ÿ]{{2,}}[ \u00a0]+){{0,1}}[a-zà-ÿ]{{3,}}[sx]\b"
_EVENT = r"cré|n[ée]e?s?\b|lanc|institu|adopt|vot[ée]|promulgu|label|sign[ée]|réform|remplac|supprim|abrog|étend|généralis|fond[ée]|instaur|ouvert|apparai|rapport|entr[ée]e? en vigueur"
WANTED = re.compile(
    rf"{_NUMBER}\s*(?:%|‰|€|euros?\b|[kM]€|Md€)|{_NUMBER}\s*(?:millions?|milliards?|milliers?)\b|{_LAW}|{_COUNT}|\b(?:1[89]|20)\d{{2}}\b(?=[^.]*\b(?:{_EVENT}))|(?:{_EVENT})[^.]*\b(?:1[89]|20)\d{{2}}\b",
    re.IGNORECASE,
)


_NAMED = re.compile(r"\W*(?:l[ae] )?(?:lois?|décrets?|circulaires?|arrêtés?|ordonnances?|codes?|articles?)\b[^.;:,]{0,90}$", re.IGNORECASE)
"""The name of a text, and nothing said of it: it is a source."""
_FIELDS = re.compile(r"(?:[A-ZÀ-Þ][^:.\n]{1,30}\s?:\s[^:]{1,80}(?::\d\d)?\s*){3,}")


def figure_to_source(text: str) -> int | None:
    """Where the first figure stands that a reader would want a source for; None without any.

    What asks, what only names a text and a card of fields state nothing."""
    if text.rstrip().endswith("?") or _NAMED.fullmatch(text) or _FIELDS.fullmatch(text):
        return None
    found = WANTED.search(_NOT_FACTS.sub(lambda match: " " * len(match.group()), text))
    return found.start() if found else None
