"""Gaps: `[[mot | variante]]` is typed, `[[(bon) | faux]]` is a menu. Found in the raw lines, before a table is cut at its bars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.content.quiz.answers.alternatives import alternatives, ambiguity
from app.content.quiz.answers.shape import AnswerShape
from app.content.quiz.source.lines import NumberedLine, code_mask
from app.content.quiz.source.report import QuizReport, short
from app.content.values.quiz import GAP, GAP_CLOSE, GAP_OPEN, Gap, Gaps

_PIECE = re.compile(r"(`+)[^`]*?\1|\[\[|\]\]")
_ADDRESS = re.compile(r"\((?:https?:|mailto:|images/|[a-z0-9-]{3,}(?:#[^)\s]*)?\)|#)")
_LONGEST = 1_000
"""Characters between brackets."""


class GapMarkers:
    """The gaps of one quiz, as written, by the number that stands for each in the lines."""

    def __init__(self) -> None:
        self.written: list[tuple[str, int]] = []

    def mark(self, lines: Sequence[NumberedLine], report: QuizReport) -> list[NumberedLine]:
        """The lines with each `[[…]]` replaced by its number between two private letters; code is left alone."""
        mask = code_mask(lines)[0]
        result: list[NumberedLine] = []
        index = 0
        while index < len(lines):
            line = lines[index]
            if mask[index] or line.key is not None or "[[" not in line.text:
                result.append(line)
                index += 1
                continue
            text, used = _joined(lines, index)
            result += self._marked(line, text, lines[index : index + used], report)
            index += used
        return result

    def _marked(self, line: NumberedLine, text: str, lines: Sequence[NumberedLine], report: QuizReport) -> list[NumberedLine]:
        parts: list[str] = []
        position, opened = 0, -1
        for found in _PIECE.finditer(text):
            if found.group() == "[[" and opened < 0:
                opened = found.start()
            elif found.group() == "]]" and opened >= 0:
                parts += [text[position:opened], self._placed(text[opened + 2 : found.start()], text[found.end() :], line.number, report)]
                position, opened = found.end(), -1
        if opened >= 0:
            report.add(line.number, "E36", f"Trou jamais fermé : « {short(text[opened:], 40)} ».", "Fermez-le sur la même ligne : [[mot | variante]].")
        parts.append(text[position:])
        said = "".join(parts).split("\n")
        return [origin.with_text(piece) for origin, piece in zip(lines, [*said, *[""] * (len(lines) - len(said))], strict=True)]

    def _placed(self, written: str, after: str, line: int, report: QuizReport) -> str:
        if _ADDRESS.match(after):
            message = f"« [[{short(written, 40)}]](…) » : est-ce un trou, ou un lien ?"
            report.add(
                line, "E36", message, "Un lien s’écrit avec des crochets simples, [texte](adresse) ; après un trou, laissez une espace avant la parenthèse."
            )
        self.written.append((" ".join(written.split()), line))
        # A gap over two lines gives the first one its number; the second goes on with what follows.
        return f"{GAP_OPEN}{len(self.written) - 1}{GAP_CLOSE}" + "\n" * written.count("\n")

    def restore(self, text: str) -> str:
        """The text with its gaps as they were written: outside a text with gaps they are ordinary text."""
        return GAP.sub(lambda found: f"[[{self.written[int(found[1])][0]}]]", text) if GAP_OPEN in text else text

    def in_text(self, text: str) -> list[int]:
        """The numbers of the gaps that a text holds, in order."""
        return [int(found[1]) for found in GAP.finditer(text)] if GAP_OPEN in text else []

    def read(self, text: str, report: QuizReport) -> tuple[str, tuple[Gap, ...]] | None:
        """A text with its gaps numbered from 0, and the gaps; None if one of them cannot be read."""
        numbers = self.in_text(text)
        if _numbered_places([self.written[number][0] for number in numbers]):
            line = self.written[numbers[0]][1]
            message = "Des trous numérotés [[1]], [[2]]… : est-ce la réponse, ou la place d’un mot à glisser comme dans Moodle ?"
            report.add(line, "E36", message, "Écrivez dans chaque trou ce qui est attendu : [[mot]], ou un menu : [[(bon) | faux]].")
            return None
        gaps = [read_gap(*self.written[number], report) for number in numbers]
        whole = tuple(gap for gap in gaps if gap is not None)
        order = iter(range(len(numbers)))
        body = GAP.sub(lambda _: f"{GAP_OPEN}{next(order)}{GAP_CLOSE}", text)
        return (body, whole) if len(whole) == len(gaps) else None


def _joined(lines: Sequence[NumberedLine], index: int) -> tuple[str, int]:
    """The line, with the next ones while a gap that it opens is still open."""
    text, used = lines[index].text, 1
    while text.count("[[") > text.count("]]") and index + used < len(lines) and used < 4:
        following = lines[index + used]
        if following.blank or "]]" not in following.text or len(text) > _LONGEST * 20:
            break
        text, used = f"{text}\n{following.text}", used + 1
    return text, used


def _numbered_places(written: Sequence[str]) -> bool:
    return len(written) > 1 and all(text == str(number) for number, text in enumerate(written, 1))


def read_gap(written: str, line: int, report: QuizReport) -> Gap | None:
    """One gap, from what stands between its brackets."""
    if len(written) > _LONGEST:
        report.add(line, "E36", f"Trou de plus de {_LONGEST} caractères.", "Un trou attend un mot ou quelques-uns.")
        return None
    choices = alternatives(written)
    if not all(choices):
        report.add(
            line,
            "E36",
            f"Trou vide, ou variante vide : « [[{short(written, 40)}]] ».",
            "Écrivez au moins un mot de chaque côté de la barre : [[mot | variante]].",
        )
        return None
    right = [choice for choice in choices if _wrapped(choice)]
    if right:
        return _menu(choices, right, written, line, report)
    if readings := ambiguity(written):
        report.add(line, "E32", f"« [[{short(written, 40)}]] » a deux lectures : {readings}", "Séparez deux réponses par une barre : [[mot | variante]].")
        return None
    if repeated := _repeated(choices):
        report.add(line, "E35", f"La variante « {short(repeated, 40)} » est écrite deux fois dans le même trou.", "Gardez-en une.")
    return Gap(tuple(dict.fromkeys(choices)))


def _menu(choices: list[str], right: list[str], written: str, line: int, report: QuizReport) -> Gap | None:
    shown = short(written, 40)
    if len(choices) == 1:
        hint = f"Un mot à taper : [[{choices[0][1:-1].strip()}]]. Un menu : [[{choices[0]} | faux | faux]]."
        report.add(line, "E36", f"« [[{shown}]] » : est-ce un mot à taper entre parenthèses, ou un menu sans mauvais choix ?", hint)
        return None
    if len(right) > 1:
        report.add(line, "E36", f"« [[{shown}]] » a {len(right)} bons choix entre parenthèses.", "Un menu n’a qu’un bon choix : [[(bon) | faux | faux]].")
        return None
    menu = tuple(choice[1:-1].strip() if choice in right else choice for choice in choices)
    if repeated := _repeated(menu):
        report.add(line, "E35", f"Le choix « {short(repeated, 40)} » paraît deux fois dans le même menu.", "Gardez-en un.")
        return None
    return Gap((right[0][1:-1].strip(),), menu)


def _wrapped(choice: str) -> bool:
    """Whether one pair of parentheses wraps the whole choice: `(bon)`, not `(a) et (b)`."""
    if not (choice.startswith("(") and choice.endswith(")")) or not choice[1:-1].strip():
        return False
    depth = 0
    for position, sign in enumerate(choice):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and position < len(choice) - 1:
            return False
    return depth == 0


def _repeated(choices: Sequence[str]) -> str:
    seen: set[str] = set()
    for choice in choices:
        if choice.casefold() in seen:
            return choice
        seen.add(choice.casefold())
    return ""


class GapsShape(AnswerShape[Gaps]):
    def lines(self, answer: Gaps) -> Iterator[str]:
        text = GAP.sub(lambda found: _written(answer.gaps[int(found[1])]), answer.body.text)
        return (f"| {line}" for line in text.split("\n") if line.strip())


def _written(gap: Gap) -> str:
    choices = (f"({choice})" if choice == gap.accepted[0] else choice for choice in gap.menu)
    return f"[[{' | '.join(choices if gap.menu else gap.accepted)}]]"
