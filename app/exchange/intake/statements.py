"""The shapes of a statement: what it holds of its own answer, what announces one. Pure."""

from __future__ import annotations

import re

from app.exchange.intake.rich import Rich

PAIRING = r"\brelie[rz]?\b|\bassocie[rz]?\b|\bappari|\bcorrespond"
"""Asks to pair; « religion », « association » do not."""
TRUTH_ROW = re.compile(
    r"[\W_]*(?:(?:vrai|v)\s*[\W_]*\s*(?:ou|/|-|–|\s|\|)\s*[\W_]*(?:faux|f)|(?:oui)\s*[\W_]*\s*(?:ou|/|-|–|\s|\|)\s*[\W_]*non|vrai|faux)[\W_]*(?:\(\s*entourez[^)]*\)\W*)?",
    re.IGNORECASE,
)


def split_slashes(words: Rich) -> list[Rich]:
    """« le préfet / le maire / la Caf », on a line of its own: three choices or more; nothing of any other line."""
    parts = list(re.compile(r"(?:(?<=\s/\s)|^)\S[^/?]{0,59}?(?=\s/\s|\s*$)").finditer(words.plain))
    return [words.cut(*part.span()) for part in parts] if len(parts) > 2 and len(parts) == words.plain.count(" / ") + 1 else []


def is_truth_row(plain: str) -> bool:
    """Whether a line is « Vrai / Faux » and nothing else, in any order of words and boxes."""
    found = TRUTH_ROW.fullmatch(plain)
    return bool(found) and bool(re.search(r"vrai|v\b|oui", plain, re.IGNORECASE)) and bool(re.search(r"faux|f\b|non", plain, re.IGNORECASE))


TRUTH_BEHIND = re.compile(
    r"[\s:–—(\[-]*(?:[☐□○◯☑✓✔✗☒●xX]\s*)?\b(?P<true>vrai|V)\b\s*[*✓✔✅]?(?:\s*(?:ou|/|-|–|\||,|\s)\s*)(?:[☐□○◯☑✓✔✗☒●xX]\s*)?\b(?P<false>faux|F)\b\s*(?P<box>[☐□○◯☑✓✔✅✗☒●*])?\s*[)\].?]*\s*$",
    re.IGNORECASE,
)
TOLD = re.compile(r"\W*(?:vrai|faux)(?![\w’'-])(?!\s*(?:ou|/))", re.IGNORECASE)
"""« Faux, car … », on a line of its own."""
TRUTH_FRONT = re.compile(r"\s*(?:vrai\s*(?:ou|/)\s*faux|v\s*/\s*f)\s*[?:.–—-]*\s*", re.IGNORECASE)
ROOM = re.compile(r"(?:texte|réponse)\s*\((?:réponse )?(?:courte|longue|libre)[^)]*\)|(?:short|long) answer text", re.IGNORECASE)
"""What a form shows where one types."""
TYPE = re.compile(
    r"(?:choix (?:multiple|unique)|qcm|qcu|vrai (?:ou|/) faux|association|nuage de mots|trouver un nombre|classement|question ouverte|réponse (?:courte|longue|libre|à saisir)|valeur numérique|numérique|texte à trous|appariement|remise en ordre|mise en situation|étude de cas|sondage)\b[^?]{0,60}",
    re.IGNORECASE,
)
"""What a tool calls a question, before its words."""
PAIRED = re.compile(r"\S\s*(?:→|⇒|➔|[-=]+>|↔)\s*\S")
WANTED = re.compile(r"(?<=[?.:…])\s+\*$")
"""By a question of a form: an answer is wanted."""
ARROWED_KEY = re.compile(r"\s*(?:→|⇒|➔|👉|[-=—–]+>)\s*(?=\S{1,3}(?:$|\s*(?:,|;|/|&|\+|\bet\b)\s*\S{1,3}))")
"""« a) 2005 b) 2013 → b »: behind a row, the key."""
DEFINES = re.compile(r"\b(?:d[ée]finissez|expliquez|d[ée]veloppez|commentez)\b", re.IGNORECASE)
STATED = re.compile(r"\s(V|F|VRAI|FAUX)(?:\s*\(([^()]{3,120})\))?\s*\.?$")
"""« Le label est national V », where one says whether sentences are true."""
SAID_IN = re.compile(r"^\s*\((?=.{8,}\)$)|^(?:→|⇒|➔|[-=]+>|↳|//|#)\s*")
COMPLETE = re.compile(r"[?:…]\s*(?:\([^)]*\))?\s*\*{0,2}$")
LONGEST_OPTION = 160
ANY_ANSWER = r"\W*(?:aucun|tou[ts]|les (?:deux|trois|quatre)|je ne sais|autre|nsp)"
"""« Aucune de ces réponses »: what may end any question."""


_ANSWERED = re.compile(
    r"(\?(?:\s*\([^()]{1,40}\))?)\s*(?:→|⇒|➔|👉|[-=]+>|=|\t+|\s:\s)\s*(?=\S)|(?<=[.!»\w)])\s*(?:→|⇒|➔|👉|[-=]+>)\s*(?=(?:vrai|faux)\b)", re.IGNORECASE
)
"""Between a question and its answer, on one line."""


def split_asked(words: Rich) -> list[Rich]:
    """« Qui signe ? le préfet / **le maire** / la Caf »: the statement and each choice; « Qui signe ? → le préfet »: it and its answer."""
    if len(words.plain) > 1_000:
        return []
    if found := _ANSWERED.search(words.plain):
        return [words.cut(0, found.end(1) if found[1] else found.start()), words.cut(found.end())]
    found = re.search(r"[?:]\s+(?=[^/]{1,60}(?:\s/\s[^/]{1,60}){1,6}$)", words.plain)
    if found is None or TRUTH_BEHIND.search(words.plain):
        return []
    slashes = list(re.compile(r"\s/\s").finditer(words.plain, found.end()))
    starts, ends = [found.end(), *(slash.end() for slash in slashes)], [*(slash.start() for slash in slashes), len(words.plain)]
    return [words.cut(0, found.end()), *map(words.cut, starts, ends)]


IN_ORDER = r"(?<!rappel à l['’])(?<!maintien de l['’])\bordre\b(?!\s+(?:du jour|public))"
"""« dans l'ordre »; « ordre du jour » and « rappel à l'ordre » ask for none."""
ORDERED = re.compile(
    rf"{IN_ORDER}|\bclasse[zr]\b|\brange[zr]\b|\bordonne|chronolog|d[ue] (?:la )?plus .{{2,30}} (?:au|à la) plus|\bremett|num[ée]rote[zr]|hi[ée]rarchie|reclasse|\bd[ée]sordre\b|\bleurs? rangs?\b",
    re.IGNORECASE,
)
"""Asks to put lines in order: they may say their ranks, whatever the order in which they stand."""
