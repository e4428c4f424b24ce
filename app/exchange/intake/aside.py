"""Lines of a paper that are no part of a course: fields to fill, people, letters and talk, pages. By what they look like. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from app.exchange.intake.lines import PaperLine
from app.exchange.intake.naming import annotation_of, comparable
from app.exchange.intake.shapes import LabelKind
from app.exchange.intake.statements import ANY_ANSWER

_FIELD = re.compile(
    r"(?:\W*(?:nom|pr[ée]nom|noms?\s+et\s+pr[ée]noms?|date|classe|groupe|signature|[ée]tablissement|service|formateur|formatrice|stagiaire|note|score|r[ée]sultat|total)s?\s*(?:\([^)]{0,20}\))?\s*:?\s*(?:[_.…\s/]{2,}|/\s*\d+|:\s*$)[\s/\d]*)+",
    re.IGNORECASE,
)
_FILLED = re.compile(r"\W*(?:noms?|pr[ée]noms?|stagiaire|[ée]l[èe]ve|candidate?)\s*:\s*\S.{0,120}", re.IGNORECASE)
_PAGE = re.compile(
    r"\W*(?:page\s*)?\d{1,3}\s*(?:/|sur|of)\s*\d{1,3}\W*|\W*page\s+\d{1,3}\W*|[-–—]\s*\d{1,3}\s*[-–—]|version\s+(?:du\s+)?[\d./v]+", re.IGNORECASE
)
_REACHED = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]{2,}|(?<!\d)(?:\+33|0)\s?[1-9](?:[\s.-]?\d{2}){4}(?!\d)")
_STAMPED = re.compile(
    r"[\[(<]?\s*(?:\d{1,2}/\d{1,2}(?:/\d{2,4})?[,\s]+(?:à\s+)?)?\d{1,2}\s?[:hH]\s?\d{2}(?::\d{2})?\s*[\])>]?\s*(?:[-–—,]\s*)?[A-ZÀ-Þ@][\w.’' -]{0,40}(?:\s*:|\s*$)|[A-ZÀ-Þ][\w.’'-]{1,20}(?:\s[A-ZÀ-Þ][\w.’'-]{0,20}){0,2}\s*[,(\[]?\s*\d{1,2}[:h]\d{2}\b"
)
_HEADER = re.compile(
    r"(?:de|à|a|cc|objet|envoyé(?:\s+le)?|from|to|subject|sent|date|expéditeur|destinataire|pj|pièces? jointes?|tr|re|fwd)\s*:\s*\S", re.IGNORECASE
)
_LETTER = re.compile(
    r"\W*(?:bonjour|bonsoir|salut|hello|coucou|cher\s|chère\s|merci\b|cordialement|bien (?:à|cordialement)|bonne (?:journée|soirée|réception|chance|lecture)|bon (?:courage|travail|week-end|quiz)|à (?:bientôt|plus|demain|lundi)\b|bises?\b|amicalement|amitiés|"
    r"voici\b|voilà\b|bien sûr|certainement|avec plaisir|n['’]h[ée]sit|dis-?moi|dites-moi|souhaite[sz]?-|veux-tu|voulez-vous|fai(?:s|tes)[- ]moi\b|si (?:vous|tu) (?:le )?(?:souhait|voul|veux)|je (?:peux|te|vous|suis|reste|pense|crois|sais|mets|joins)\b|j['’]ai\b|pensez à|ps\s*:|p\.-?s\.|envoy[ée] de mon|qcm (?:à|pour)|as-tu|peux-tu|pouvez-vous|tu peux|ok pour|d['’]accord|super\b|top\s*!|let me know|sure\b|here (?:is|are)|fin du (?:quiz|qcm|questionnaire|test)|temps imparti)",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"[^.?!:]{1,30}\ba(?:vez)? dit\s?:?$|[A-ZÀ-Þ][a-zà-ÿ]+(?:-[A-ZÀ-Þ][a-zà-ÿ]+)?\s?,\s+(?:tu|peux|pourrais|merci)\b|(?:\[\s*)?(?:todo|à faire|fixme|note (?:pour|à|aux)|nb (?:pour|aux)|nota|commentaire de|comment(?:aire)?\s*\[|@\w+|\(?[A-ZÀ-Þ][a-zà-ÿ]{2,}\s?:\s*(?:je|j['’]|tu|t['’]|ok|pas sûre?|à v[ée]rifier|on)\b|\[[A-Z]{2}\d{1,2}\]|\[[a-z]{1,2}\]\s*[A-ZÀ-Þ][\w’' -]{1,30}\s?:)",
    re.IGNORECASE,
)


_CALLED = re.compile(r"\b(?:MM?\.|Mmes?|Mlles?)\s+[A-ZÀ-Þ]")


_PRIVATE = re.compile(
    r"\bne pas (?:diffuser|oublier)\b|\b(?:re)?(?:voir|demander) (?:avec|à) [A-ZÀ-Þ]|\b[àa] (?:finir|revoir|relire|v[ée]rifier|imprimer)\b|^(?:accueil|aller au contenu.*)$|\bbrouillon\b|\bcookies\b|newsletter|lettre d['’]information|mentions légales|\bpartager sur\b|temps de lecture",
    re.IGNORECASE,
)


def speaks_aside(line: PaperLine) -> bool:
    """Whether whoever wrote a line speaks to herself or of somebody: it is no title."""
    return names_somebody(line) or bool(_PRIVATE.search(line.plain))


def names_somebody(line: PaperLine) -> bool:
    """Whether a line of a lesson, or a cell of its table, gives somebody's name with their title, their telephone or their address."""
    return any(_REACHED.search(cell.plain) or _CALLED.search(cell.plain) for cell in line.cells)


_ORDERS = re.compile(
    r"\W*(?:consignes?|instructions?|dur[ée]e|bar[èe]me|documents? autoris|calculatrice|temps (?:imparti|conseill|limite|:)|total|note\s+sur|une seule réponse|plusieurs réponses|il (?:y a|n['’]y a|peut)|chaque (?:question|bonne)|cochez|entourez|répondez|choisissez|attention|rappel|remplissez|surlignez|soulignez|barrez)\b",
    re.IGNORECASE,
)
LEGEND = re.compile(
    r"(?=.*(?:r[ée]ponse|juste|bonne|correct|fausse|mauvaise|erreur))(?=.*(?:\bgras\b|soulign|surlign|fluo|\b(?:en|au) (?:vert|rouge|bleu|orange)|vert[es]?\b|rouges?\b|jaunes?\b|couleur|italique|barr[ée]|encadr|ast[ée]risque|[ée]toile|[✓✔✅☑✗✘❌✖☒*×]|\bcoch[ée]e?s?\b.*\bd.un))",
    re.IGNORECASE,
)
_LETTER_FIRST = re.compile(r"\W*[A-Ha-h1-9](?!\w)")
"""« Réponses : A, D »: a key, whatever signs follow."""
PEOPLE, TALK, PAGE, ORDERS, LEGENDED = "une personne", "un message", "une marque de page", "une consigne", "une légende"
"""Why lines are set aside."""


def why_aside(line: PaperLine, edge: bool) -> str:
    """Why a line is no part of a quiz; empty where it may be. `edge`: no question stands on one of its sides, or nothing says whose it is."""
    plain = line.plain
    if line.rows and sum(bool(_REACHED.search(cell.plain)) for row in line.rows for cell in row) > 1:
        return PEOPLE
    if not plain or line.rows or len(plain) > 1_500:
        return ""
    if why := next((why for shape, why in ((_PAGE, PAGE), (_FIELD, PEOPLE), (_FILLED, PEOPLE)) if shape.fullmatch(plain)), ""):
        return why
    if "@" in plain and _REACHED.search(plain) and not plain.endswith("?"):
        return PEOPLE
    if line.label(LabelKind.LETTER, LabelKind.NUMBER, LabelKind.BOX):
        return ""
    annotation = annotation_of(line.words)
    if is_legend(plain) and not (annotation and _LETTER_FIRST.match(annotation.value.plain)):
        return LEGENDED
    if annotation:
        return ""
    return _anywhere(plain) or (_at_edge(plain) if edge else "")


def is_legend(plain: str) -> bool:
    """« Les bonnes réponses sont en vert. »"""
    return (
        len(plain) < 160
        and not plain.endswith("?")
        and bool(LEGEND.match(plain) and re.search(r"\b(?:est|sont|en|marqu|indiqu|signal)|[=:]", plain, re.IGNORECASE))
    )


def _anywhere(plain: str) -> str:
    if _STAMPED.match(plain) or _TALK.match(plain):
        return TALK
    return PEOPLE if _REACHED.search(plain) and not plain.endswith("?") else ""


def _at_edge(plain: str) -> str:
    if _HEADER.match(plain) or (_LETTER.match(plain) and len(plain) < 400):
        return TALK
    return ORDERS if _ORDERS.match(plain) and len(plain) < 300 else ""


_OFTEN = 3
_ANY = re.compile(
    rf"(?:{ANY_ANSWER}|\W*(?:vrai|faux|oui|non|(?:une seule|une ou plusieurs|plusieurs) r[ée]ponses?))\b|.*[?:…]\W*$",
    re.IGNORECASE,
)
"""What may be an answer, or a statement, of many questions."""


def repeated_lines(lines: Sequence[PaperLine]) -> list[list[PaperLine]]:
    """The lines that come back in the same words, numbers apart, and neither ask nor answer: what a page or another tool writes by each question."""
    alike: dict[str, list[PaperLine]] = {}
    for line in lines:
        if not (line.labels or line.rows or line.level or line.code or annotation_of(line.words)) and re.search(r"[^\W\d_]{2}", line.plain):
            alike.setdefault(re.sub(r"\d+", "0", comparable(line.plain)), []).append(line)
    often = {said: found for said, found in alike.items() if len(found) >= _OFTEN and not _ANY.match(found[0].plain)}
    repeated = {line.at for found in often.values() for line in found}
    proposed = {line.at for run in _runs_under_questions(lines) if sum(line.at in repeated for line in run) > 1 for line in run}
    around = ((line, (above, below)) for above, line, below in zip(lines, lines[1:], lines[2:], strict=False))
    among = {line.at for line, beside in around if not (line.gap or any(_parts(each) or each.at in repeated for each in beside))}
    return [found for found in often.values() if sum(line.at in among | proposed for line in found) * 2 < len(found)]


def _runs_under_questions(lines: Sequence[PaperLine]) -> Iterator[list[PaperLine]]:
    """The lines without a label that stand at once under each line that asks: its answers, perhaps."""
    for place, line in enumerate(lines):
        if line.plain.endswith("?"):
            yield list(takewhile(lambda below: not (below.gap or _parts(below)), lines[place + 1 :]))


def _parts(line: PaperLine) -> bool:
    """Whether a line is unlike an option without a label, as stands on both sides of one."""
    return bool(line.labels or line.level or annotation_of(line.words))
