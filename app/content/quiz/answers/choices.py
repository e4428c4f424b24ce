"""Options with boxes: one right answer, several, or true and false."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from app.content.quiz.answers.number import SETTINGS, AnswerShape, comment, with_plain_arrows, words
from app.content.quiz.blocks import ListItem, QuizBlock
from app.content.quiz.keys import QuizKey, bare
from app.content.quiz.report import EACH_LINE, QuizReport, short
from app.content.quiz.settings import QuestionSettings
from app.content.values.quiz import Choices, Option, QuestionType
from app.content.values.text import Fragment

MOST = 26
"""Options, pairs or steps of one question."""

_WEIGHT_BOX = re.compile(r"\[\s*[-+−]?\d{1,3}(?:[.,]\d+)?\s*%\s*\]|%[-+−]?\d{1,3}(?:[.,]\d+)?%|[~=]?%[-+−]?\d")
_POINTS = re.compile(r"[\[({]\s*([-+−]?)\s*\d{1,3}(?:[.,]\d+)?\s*(pts?|points?)\s*[\])}]\s*$", re.IGNORECASE)
_SIGNED = re.compile(r"[\[(]\s*[-+−]\s*\d{1,3}(?:[.,]\d+)?\s*[\])]\s*$|\{\s*[-+−]?\d{1,3}\s*%?\s*\}\s*$")
_SHARE = re.compile(r"[\[({]\s*([-+−]?\d{1,3}(?:[.,]\d+)?)\s*%\s*[\])}]\s*$")
_ODD_BOX = re.compile(r"\[([^\[\]^]{1,8})\](?![(\[:])")
_LABEL = re.compile(r"\(?([A-Za-z])\s?[.)]\s+")
_JUDGED = re.compile(r"(vrai|faux)\b[\s,;:.!()-]*(.*)")
_EMPHASIS = re.compile(r"[*_`]")
_VERDICT = r"(?:oui|non|exact(?:ement)?|bravo|vrai|faux|juste|correct|presque)"
_COMMENTED = re.compile(rf"\s(?:→|[-=]+>|⇒|➔)\s*{_VERDICT}\b.*|(?:\s[*_]*(?:[(—–#>-]|--|//)|\s?:)\s*[*_]*{_VERDICT}[*_]*(?:\s*[,;:.!)].*|\s*)$", re.IGNORECASE)
"""`Le maire → non, …`, `Le maire (non, …)`, `Le maire : non, …`."""


@dataclass(slots=True)
class _OptionText:
    item: ListItem
    text: str


def comparable_text(text: str) -> str:
    """An option's text as two of them are compared."""
    return bare(_EMPHASIS.sub("", text)).rstrip(" .")


def read_choices(lists: Sequence[QuizBlock], settings: QuestionSettings, report: QuizReport) -> Choices | None:
    """The options of one question; None when they cannot be asked."""
    _note_merged_lists(lists, report)
    items = [item for block in lists for item in block.items]
    boxless = [item for item in items if not _has_box(item, report)]
    if boxless or not _countable(items, report) or _has_weights(items, report):
        return None
    written = _without_labels([_OptionText(item, item.text.text) for item in items], report)
    distinct = _distinct(written, report)
    kind = _kind(written, settings, report)
    if kind is None or not distinct:
        return None
    for item in items:
        _check_inside(item, report)
    return _build_choices(kind, written, settings)


def true_false(true: bool, line: int) -> Choices:
    """The two options of `Réponse : Vrai`."""
    options = (Option("1", Fragment("Vrai", line), true), Option("2", Fragment("Faux", line), not true))
    return Choices(QuestionType.TRUE_FALSE, options, fixed_order=True)


def _note_merged_lists(lists: Sequence[QuizBlock], report: QuizReport) -> None:
    for before, after in pairwise(lists):
        if before.marker != after.marker:
            said = f"Deux listes, « {before.marker} » puis « {after.marker} », comprises comme une seule"
            report.tolerate(after.line, said, f"{lists[0].marker} [{'x' if after.items[0].checked else ' '}] {after.items[0].text.text}")


def _countable(items: Sequence[ListItem], report: QuizReport) -> bool:
    if len(items) > MOST:
        report.add(items[MOST].line, "E34", f"{len(items)} réponses proposées : il en faut {MOST} au plus.", "Retirez-en, ou partagez la question.")
    elif len(items) < 2:
        nested = items[0].nested_boxes
        hint = "Ramenez les autres cases à la marge." if nested else "Ajoutez au moins une mauvaise réponse : - [ ] …"
        report.add(items[0].line, "E34", "Une seule réponse proposée : il n’y a rien à choisir.", hint)
    return 2 <= len(items) <= MOST


def _has_box(item: ListItem, report: QuizReport) -> bool:
    if item.checked is not None:
        return True
    text = short(item.text.text, 40)
    if refused_weight(item, report):
        return False
    if _ODD_BOX.match(item.text.text):
        hint = "Écrivez [x] devant une bonne réponse, [ ] devant les autres."
        report.add(item.line, "E33", f"« {text} » : cette case n’est ni cochée ni vide.", hint)
    else:
        hint = f"Une réponse : - [ ] {text}. Ce qui n’en est pas une va dans l’énoncé, ou, après les réponses, derrière un >."
        report.add(item.line, "E33", f"« {text} » n’a pas de case, au milieu de réponses qui en ont.", hint)
    return False


# --- Weights ---


def refused_weight(item: ListItem, report: QuizReport) -> bool:
    """Whether a weight stands in front of an item, in place of a box or after it (E37)."""
    found = _WEIGHT_BOX.match(item.text.text)
    if found:
        _refuse_weight(item.line, found.group(), report)
    return bool(found)


def _refuse_weight(line: int, weight: str, report: QuizReport) -> None:
    message = f"Poids « {weight.strip()} » refusé : une réponse est juste ou fausse, et le crédit partiel se calcule seul."
    hint = "Cochez [x] les bonnes réponses et retirez les poids. Pour tout ou rien, écrivez « Crédit : exact ». Un pourcentage de l’énoncé se passe de parenthèses."
    report.add_once(line, "E37", message, hint)


def _has_weights(items: Sequence[ListItem], report: QuizReport) -> bool:
    """Refuse weights, whatever their form: in front, in points, or shares of the ticked options that add up to 100."""
    found = next((weight for item in items if (weight := _weight(item))), None) or _points_everywhere(items) or _shares(items)
    if found is not None:
        _refuse_weight(found[0], found[1], report)
    return found is not None


def _weight(item: ListItem) -> tuple[int, str] | None:
    """`%50% Le préfet`, `Le préfet (2 pts)`, `Le préfet (-1 point)`."""
    if before := _WEIGHT_BOX.match(item.text.text):
        return item.line, before.group()
    after = _at_end(_POINTS, item)
    return (item.line, after.group()) if after and (after[1] or after[2].casefold() in ("pt", "pts")) else None


def _points_everywhere(items: Sequence[ListItem]) -> tuple[int, str] | None:
    for pattern in (_POINTS, _SIGNED):
        found = [_at_end(pattern, item) for item in items]
        if found[0] and all(found):
            return items[0].line, found[0].group()
    return None


def _shares(items: Sequence[ListItem]) -> tuple[int, str] | None:
    """Percentages that only weights would show: one behind each ticked option, 100 in all, none above 0 behind the others."""
    total, first = Decimal(0), None
    for item in items:
        found = _at_end(_SHARE, item)
        share = Decimal(found[1].replace(",", ".").replace("−", "-")) if found else Decimal(0)
        if (share > 0) != bool(item.checked):
            return None
        total += max(share, Decimal(0))
        first = first or ((item.line, found.group()) if found else None)
    return first if abs(total - 100) <= 1 else None


def _at_end(pattern: re.Pattern[str], item: ListItem) -> re.Match[str] | None:
    return pattern.search(item.text.text[-40:])


# --- What is ticked ---


def _without_labels(written: list[_OptionText], report: QuizReport) -> list[_OptionText]:
    """`a)`, `b)`… in front of every option mean nothing once they are shuffled."""
    labels = [_LABEL.match(option.text) for option in written]
    letters = "".join(found[1].lower() for found in labels if found)
    if len(letters) < len(written) or letters != "abcdefghijklmnopqrstuvwxyz"[: len(letters)]:
        return written
    bare_texts = [_OptionText(option.item, option.text[found.end() :]) for option, found in zip(written, labels, strict=True) if found]
    report.tolerate(
        written[0].item.line,
        "Lettres devant les réponses, retirées : l’ordre est mélangé",
        f"{EACH_LINE}- [{'x' if bare_texts[0].item.checked else ' '}] {bare_texts[0].text}",
    )
    return bare_texts


def _distinct(written: Sequence[_OptionText], report: QuizReport) -> bool:
    seen: dict[str, int] = {}
    for option in written:
        text = comparable_text(option.text)
        if text in seen:
            message = f"« {short(option.text, 40)} » est déjà proposé ligne {seen[text]}."
            report.add(option.item.line, "E35", message, "Changez l’une des deux réponses, ou retirez-la.")
            return False
        seen[text] = option.item.line
    return True


def _kind(written: Sequence[_OptionText], settings: QuestionSettings, report: QuizReport) -> QuestionType | None:
    ticked = [option for option in written if option.item.checked]
    first = written[0].item.line
    if not ticked:
        report.add(first, "E03", "Aucune bonne réponse cochée.", "Mettez un x : - [x] …")
        return None
    if _is_true_false(written) and settings.multiple is None:
        if len(ticked) == 2:
            report.add(ticked[1].item.line, "E43", "Vrai et Faux sont cochés tous les deux.", "Ne gardez qu’une croix.")
            return None
        return QuestionType.TRUE_FALSE
    _judgements(written, report)
    line = settings.lines.get(QuizKey.CHOICE, first)
    if settings.multiple is False and len(ticked) > 1:
        message = f"« Choix : unique », mais {len(ticked)} réponses sont cochées : laquelle suffit ?"
        report.add(line, "E43", message, "Gardez une seule croix ; ou, si l’une d’elles suffit, écrivez « Choix : une suffit ».")
        return None
    if settings.one_suffices and len(ticked) == len(written):
        report.add(line, "E43", "« Choix : une suffit », mais toutes les réponses sont justes.", "Ajoutez au moins une mauvaise réponse : - [ ] …")
        return None
    if settings.one_suffices:
        return QuestionType.SINGLE
    return QuestionType.MULTIPLE if settings.multiple or len(ticked) > 1 else QuestionType.SINGLE


def _judgements(written: Sequence[_OptionText], report: QuizReport) -> None:
    """A17: « Vrai, car… » and « Faux »."""
    found = [_JUDGED.match(comparable_text(option.text)) for option in written]
    if len(written) == 2 and {match[1] for match in found if match} == {"vrai", "faux"}:
        option, match = next((option, match) for option, match in zip(written, found, strict=True) if match and match[2])
        message = f"« {short(option.text, 40)} » donne son explication avant que l’on réponde."
        report.add(option.item.line, "A17", message, f"Gardez « {match[1].capitalize()} », et mettez le reste dessous, derrière un >.")


def _is_true_false(written: Sequence[_OptionText]) -> bool:
    return len(written) == 2 and {comparable_text(option.text) for option in written} == {"vrai", "faux"}


def _check_inside(item: ListItem, report: QuizReport) -> None:
    if item.nested_boxes:
        hint = "Si ce sont d’autres réponses, ramenez-les à la marge : - [ ] …"
        report.add(item.line, "A15", f"Les cases placées sous « {short(item.text.text, 40)} » ne comptent pas : elles font partie de cette réponse.", hint)
    if said := _COMMENTED.search(item.text.text.split("\n")[0]):
        message = f"« {short(said.group().strip(), 40)} » serait lu avant de répondre : est-ce le commentaire de cette réponse ?"
        report.add(item.line, "E45", message, "Un commentaire se met sous sa réponse, derrière un >. Des paroles citées se mettent entre guillemets.")
    if item.lone_bullet:
        message = f"Sous « {short(item.text.text.split(chr(10))[0], 40)} », une seule puce : est-ce son commentaire, ou une partie de la réponse ?"
        report.add(
            item.lone_bullet, "E45", message, "Un commentaire commence par > ; une réponse se dit sur sa ligne, ou avec une liste de deux puces ou plus."
        )
    if item.text_after_feedback:
        message = f"Sous « {short(item.text.text, 40)} », un texte suit le commentaire : est-ce la suite de la réponse, ou celle du commentaire ?"
        report.add(item.line, "E45", message, "La suite de la réponse va avant le commentaire ; celle du commentaire commence par >.")


def _build_choices(kind: QuestionType, written: Sequence[_OptionText], settings: QuestionSettings) -> Choices:
    options = [
        Option(str(position), Fragment(with_plain_arrows(option.text), option.item.text.line), bool(option.item.checked), option.item.feedback)
        for position, option in enumerate(written, 1)
    ]
    if kind is QuestionType.TRUE_FALSE:
        options = [
            Option(option.key, Fragment(comparable_text(option.text.text).capitalize(), option.text.line), option.correct, option.feedback)
            for option in options
        ]
        options.sort(key=lambda option: option.text.text == "Faux")
        return Choices(kind, tuple(options), fixed_order=True)
    last = options[-1]
    if comparable_text(last.text.text).startswith(("aucun", "toutes")):
        options[-1] = Option(last.key, last.text, last.correct, last.feedback, stays_last=True)
    return Choices(kind, tuple(options), settings.exact_credit, settings.fixed_order)


class ChoicesShape(AnswerShape[Choices]):
    def name(self, answer: Choices) -> str:
        right = sum(option.correct for option in answer.options)
        name = super().name(answer) + (f" ({right} sur {len(answer.options)})" if right > 1 or answer.kind is QuestionType.MULTIPLE else "")
        name += ", tout ou rien" if answer.exact_credit else ""
        return name + (", dans l’ordre écrit" if answer.fixed_order and answer.kind is not QuestionType.TRUE_FALSE else "")

    def lines(self, answer: Choices) -> Iterator[str]:
        for option in answer.options:
            yield f"[{'x' if option.correct else ' '}] {words(option.text)}{' (reste en dernier)' if option.stays_last else ''}"
            yield from comment(option.feedback)

    def settings(self, answer: Choices) -> frozenset[QuizKey]:
        return (
            SETTINGS
            if answer.kind is QuestionType.TRUE_FALSE
            else SETTINGS | {QuizKey.ORDER, QuizKey.CHOICE, *([QuizKey.CREDIT] if answer.kind is QuestionType.MULTIPLE else [])}
        )
