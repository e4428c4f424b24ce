"""Matchings, `- Préfet => État`, and orderings, `1.` `2.` `3.` in the right order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.content.quiz.answers.choices import MOST, comparable_text
from app.content.quiz.answers.number import AnswerShape, comment, with_plain_arrows, words
from app.content.quiz.blocks import ListItem, QuizBlock
from app.content.quiz.report import EACH_LINE, QuizReport, short
from app.content.values.quiz import Matching, MatchingPair, OrderedItem, Ordering
from app.content.values.text import Fragment
from app.platform.french import agree

_PIECE = re.compile(r"(`+)[^`]*?\1|\\(?:=>|→)|=>|→")
_DECOY = re.compile(r"[(\[]?(?:intrus|leurre|distracteur|piège|aucun|rien|x|-+|\?+)[)\]]?", re.IGNORECASE)
_DECOY_AT_END = re.compile(r"\s*[(\[](?:intrus|leurre|distracteur|faux)[)\]]\s*$", re.IGNORECASE)
_JUDGED = re.compile(r"[\s(\[](?:v|f|vrai|faux|oui|non)[)\].]?\s*$", re.IGNORECASE)
_BOLD = re.compile(r"(\*\*|__)[^*_]+\1\.?")
LEAST_STEPS = 3
YEARS = range(1000, 2200)
"""Numbers that open a line as a year does: `2014. loi Lamy` is a list to Markdown."""


def cut_at_arrow(text: str) -> tuple[str, str] | None:
    """What stands before and after the first arrow that is neither escaped nor code; None without one."""
    for found in _PIECE.finditer(text):
        if found.group() in ("=>", "→"):
            left, right = text[: found.start()], text[found.end() :]
            return with_plain_arrows(left).strip(), " ".join(with_plain_arrows(right).split())
    return None


def read_matching(lists: Sequence[QuizBlock], report: QuizReport) -> Matching | None:
    """Pairs and distractors; None when they cannot be asked."""
    reader = _Matching(report)
    items = [item for block in lists for item in block.items]
    if len(items) > MOST:
        report.add(items[MOST].line, "E34", f"{len(items)} lignes à associer : il en faut {MOST} au plus.", "Partagez la question.")
        return None
    for item in items:
        reader.read(item)
    return reader.matching(items)


class _Matching:
    def __init__(self, report: QuizReport) -> None:
        self.report = report
        self.pairs: list[MatchingPair] = []
        self.distractors: list[tuple[str, int]] = []
        self.sound = True

    def _refuse(self, line: int, code: str, message: str, hint: str) -> None:
        self.sound = False
        self.report.add(line, code, message, hint)

    def read(self, item: ListItem) -> None:
        cut = cut_at_arrow(item.text.text)
        shown = short(item.text.text, 40)
        if cut is None:
            self._refuse(item.line, "E44", f"« {shown} » n’est associé à rien.", "Écrivez : - gauche => droite. Un leurre : - => droite.")
        elif not cut[1]:
            self._refuse(item.line, "E44", f"« {shown} » : il manque ce qui suit la flèche.", "Écrivez : - gauche => droite.")
        elif item.blocks > 1:
            self._refuse(item.line, "E44", f"« {shown} » : une association tient en un paragraphe.", "Mettez le reste dans l’énoncé, ou derrière un >.")
        elif _DECOY_AT_END.search(cut[1]):
            clean = _DECOY_AT_END.sub("", cut[1])
            self._refuse(
                item.line,
                "E44",
                f"« {shown} » : ce qui est à droite est-il un leurre, ou la bonne association ?",
                f"Un leurre n’a rien à gauche : - => {clean}",
            )
        elif not cut[0] or _DECOY.fullmatch(cut[0]):
            if cut[0]:
                self.report.tolerate(item.line, f"« {cut[0]} » compris comme un leurre", f"- => {cut[1]}")
            self._distractor(item, cut[1])
        else:
            self._pair(item, *cut)

    def _pair(self, item: ListItem, left: str, right: str) -> None:
        same = next((pair for pair in self.pairs if comparable_text(pair.left.text) == comparable_text(left)), None)
        if same is not None:
            message = f"« {short(left, 40)} » est déjà à associer ligne {same.left.line}."
            self._refuse(item.line, "E35", message, "Gardez une ligne : à gauche, chaque élément est unique.")
        else:
            right = next((pair.right for pair in self.pairs if comparable_text(pair.right) == comparable_text(right)), right)
            self.pairs.append(MatchingPair(str(len(self.pairs) + 1), Fragment(left, item.text.line), right, item.feedback))

    def _distractor(self, item: ListItem, right: str) -> None:
        if item.feedback is not None:
            hint = "Mettez-le dans l’explication, après les associations : > …"
            self.report.add(item.feedback.line, "A12", "Un leurre n’a pas de commentaire : celui-ci ne sera pas montré.", hint)
        self.distractors.append((right, item.line))

    def matching(self, items: Sequence[ListItem]) -> Matching | None:
        rights = {comparable_text(pair.right) for pair in self.pairs}
        seen: set[str] = set()
        for text, line in self.distractors:
            if comparable_text(text) in rights | seen:
                self._refuse(line, "E35", f"Le leurre « {short(text, 40)} » est déjà à droite d’une autre ligne.", "Retirez-le, ou changez-le.")
            seen.add(comparable_text(text))
        if self.sound and len(self.pairs) < 2:
            self._refuse(items[0].line, "E34", "Une seule association : il n’y a rien à choisir.", "Il en faut deux au moins : - gauche => droite.")
        return Matching(tuple(self.pairs), tuple(text for text, _ in self.distractors)) if self.sound else None


def read_ordering(lists: Sequence[QuizBlock], report: QuizReport) -> Ordering | None:
    """The steps of a numbered list, in the order written; None when they cannot be asked."""
    items = [item for block in lists for item in block.items]
    if not _numbered_in_order(items, report) or not _right_size(items, report) or _chosen_among(items, report):
        return None
    seen: dict[str, int] = {}
    for item in items:
        _check_second_line(item, report)
        text = comparable_text(item.text.text)
        if text in seen:
            report.add(item.line, "E35", f"L’étape « {short(item.text.text, 40)} » est déjà ligne {seen[text]}.", "Distinguez-les, ou retirez-en une.")
            return None
        seen[text] = item.line
        if item.feedback is not None:
            hint = "Mettez-le dans l’explication, après la liste : > …"
            report.add(item.feedback.line, "A12", "Une étape n’a pas de commentaire : celui-ci ne sera pas montré.", hint)
    return Ordering(tuple(OrderedItem(str(position), item.text) for position, item in enumerate(items, 1)))


def _check_second_line(item: ListItem, report: QuizReport) -> None:
    """E45: a line that touches a step, and says nothing of what it is."""
    first, _, below = item.text.text.partition("\n")
    said = below.split("\n")[0].strip()
    if not said or said.startswith(("![", "$$", "|")):
        return
    message = f"« {short(said, 50)} », sous l’étape « {short(first, 40)} » : en est-ce la suite ?"
    report.add(item.line + 1, "E45", message, "La suite d’une étape s’écrit sur sa ligne ; une explication va après la liste, derrière un >.")


def _chosen_among(items: Sequence[ListItem], report: QuizReport) -> bool:
    """E32: steps of which some are marked, as a right answer is, or all judged."""
    judged = all(_JUDGED.search(item.text.text) for item in items)
    marked = [item for item in items if _BOLD.fullmatch(item.text.text.strip())]
    if not judged and not 0 < len(marked) < len(items):
        return False
    said = "chacune jugée vraie ou fausse" if judged else f"dont « {short(marked[0].text.text.strip('*_. '), 30)} » en gras"
    hint = "Un choix a des cases : - [x] la bonne, - [ ] les autres. Un vrai ou faux est une question par phrase. Un ordre se passe de marques."
    report.add(items[0].line, "E32", f"Une liste numérotée, {said} : est-ce un ordre à retrouver, ou un choix ?", hint)
    return True


def _right_size(items: Sequence[ListItem], report: QuizReport) -> bool:
    if len(items) < LEAST_STEPS:
        message = f"Une liste numérotée de {len(items)} {agree(len(items), 'élément')} : est-ce un ordre à retrouver, ou un choix ?"
        hint = "Un ordre compte au moins trois étapes. Pour un choix, mettez des cases : - [x] la bonne, - [ ] les autres."
        report.add(items[0].line, "E34", message, hint)
    elif len(items) > MOST:
        report.add(items[MOST].line, "E34", f"{len(items)} étapes : il en faut {MOST} au plus.", "Regroupez-les.")
    return LEAST_STEPS <= len(items) <= MOST


def _numbered_in_order(items: Sequence[ListItem], report: QuizReport) -> bool:
    """`1. 2. 3.` or `1. 1. 1.`: position gives the order. Other numbers could mean another order."""
    numbers = [item.number or 0 for item in items]
    first = numbers[0]
    if any(number in YEARS for number in numbers):
        warn_of_years(items, report)
    if numbers not in ([first] * len(numbers), list(range(first, first + len(numbers)))):
        said = ", ".join(str(number) for number in numbers[:8])
        message = f"Numéros {said} : l’ordre juste est-il celui des lignes, ou celui des numéros ?"
        report.add(items[0].line, "E51", message, "Écrivez les étapes dans le bon ordre, numérotées 1. 2. 3.")
        return False
    if first != 1 and first not in YEARS:
        report.tolerate(items[0].line, f"Liste commencée à {first}., comprise depuis sa première ligne", f"{EACH_LINE}1. {items[0].text.text}")
    return True


def warn_of_years(items: Sequence[ListItem], report: QuizReport) -> None:
    """A year and a point at the start of a line make a numbered list (A14)."""
    item = next(item for item in items if (item.number or 0) in YEARS)
    hint = f"Si c’est une phrase, écrivez « {item.number} : {short(item.text.text, 30)} » ; l’année n’est pas montrée dans une liste à ordonner."
    report.add(item.line, "A14", f"« {item.number}. » en tête de ligne est compris comme le numéro d’une liste.", hint)


class MatchingShape(AnswerShape[Matching]):
    def lines(self, answer: Matching) -> Iterator[str]:
        for pair in answer.pairs:
            yield f"{words(pair.left)} => {pair.right}"
            yield from comment(pair.feedback)
        yield from (f"leurre => {distractor}" for distractor in answer.distractors)


class OrderingShape(AnswerShape[Ordering]):
    def lines(self, answer: Ordering) -> Iterator[str]:
        return (f"{place}. {words(item.text)}" for place, item in enumerate(answer.items, 1))
