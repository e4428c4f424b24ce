"""A quiz → GIFT, each of its signs protected wherever it stands; a question that the format has no way to ask is left out, and named. Pure.

Ids, points and tags stand in a comment, which Moodle skips and our own reader takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from app.content.quiz.answers.number import bare
from app.content.quiz.answers.shape import words
from app.content.values.quiz import GAP, Choices, Gaps, Kind, Matching, Number, OpenText, Ordering, Quiz, ShortText
from app.content.values.text import Fragment, Source
from app.exchange.banks.writing.loss import Exported, Losses
from app.exchange.banks.writing.moodle_xml import RULES, TYPED, centred
from app.exchange.banks.writing.question import QuestionWriter
from app.exchange.banks.writing.texts import Html
from app.platform.french import short

OTHER = "Points, étiquettes et identifiants y sont en commentaires : Moodle ne les lit pas, ce site les relit."
_SIGNS = re.compile(r"[~=#{}:\\]")
_BETWEEN = re.compile(r">\s*\n\s*<")
_BLANKS = re.compile(r"\s*\n\s*")


class _NotSaid(Exception):
    """With the sentence that says why a question is left out."""


def write(quiz: Quiz, sources: Mapping[str, Source], images: Mapping[str, bytes]) -> Exported:
    """`sources`: what its texts may call, by label. No image is in it."""
    losses = Losses()
    losses.of_all(RULES)
    losses.of_all(OTHER)
    parts = [f"$CATEGORY: $course$/top/{_line(quiz.title.replace('/', '//'))}"]
    if quiz.introduction.text.strip():
        losses.of_all("L’introduction du quiz n’y est pas.")
    for question in quiz.questions:
        try:
            parts.append(_Writer(quiz, question, losses, Html(sources, losses.of_all, files=False)).written())
        except _NotSaid as left:
            losses.add(question, f"Laissée de côté : {left}")
    return Exported("\n\n".join([*parts, ""]).encode(), losses.told())


def _line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def protected(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", _line(_BETWEEN.sub("><", text)))


class _Writer(QuestionWriter):
    def _text(self, fragment: Fragment | None) -> str:
        """As HTML on one line, protected."""
        html = self.html.line(fragment)
        if "<pre>" in html:
            html = html.replace("\n", "<br>")
        return protected(html)

    def written(self) -> str:
        question = self.question
        carried = [f"[id:{question.id}]"]
        carried += [f"[points:{bare(question.points)}]"] if question.points not in (0, 1) else []
        carried += [f"[tag:{tag}]" for tag in question.tags if "]" not in tag]
        title = protected(short(words(question.statement), 250))
        body = self._asked()
        if self.html.images:
            self._lose("Les images n’y sont pas : ce qu’elles montrent est écrit à leur place.")
        if question.hint:
            self._lose("L’indice n’y est pas.")
        if question.objective or question.level != 1 or question.lesson_link:
            self.losses.of_all("Objectif, niveau et leçon d’une question n’y sont pas.")
        return f"// {' '.join(carried)}\n::{title}::[html]{body}"

    def _asked(self) -> str:
        statement = self._statement()
        match self.question.answer:
            case Choices() as choices:
                return f"{statement}{{{self._truth(choices) if choices.kind is Kind.TRUE_FALSE else self._choices(choices)}{self._general()}}}"
            case ShortText() as typed:
                return f"{statement}{{{self._typed(typed)}{self._general()}}}"
            case Number() as number:
                return f"{statement}{{{self._number(number)}{self._general()}}}"
            case Matching() as matching:
                return f"{statement}{{{self._pairs(matching)}{self._general()}}}"
            case Ordering() as ordering:
                return f"{statement}{{{self._steps(ordering)}}}"
            case Gaps() as gaps:
                return self._gap(statement, gaps)
            case OpenText():
                self._lose("Le modèle d’une question ouverte n’y est pas : Moodle la fait corriger à la main.")
                return f"{statement}{{}}"

    def _statement(self) -> str:
        """With the case of its situation above it."""
        case = self._case()
        return protected(case + self.html.of(self.question.statement)) if case else self._text(self.question.statement)

    def _general(self) -> str:
        said = self._text(self.question.explanation)
        return f"\n####{said}\n" if said else "\n"

    def _told(self, feedback: Fragment | None) -> str:
        said = self._text(feedback)
        return f"#{said}" if said else ""

    # --- By type ---

    def _truth(self, answer: Choices) -> str:
        right = next(option for option in answer.options if option.correct)
        wrong = next(option for option in answer.options if not option.correct)
        said = [self._text(wrong.feedback), self._text(right.feedback)]
        return f"{'TRUE' if right.text.text == 'Vrai' else 'FALSE'}" + (f"#{said[0]}" if any(said) else "") + (f"#{said[1]}" if said[1] else "")

    def _choices(self, answer: Choices) -> str:
        several = answer.kind is Kind.MULTIPLE
        if answer.fixed_order or any(option.stays_last for option in answer.options):
            self._lose("L’ordre des propositions n’y est pas gardé.")
        signs = [f"~%{each}%" for each in self._shares(answer)] if several else ["=", "~"]
        return "".join(f"\n{signs[not option.correct]}{self._text(option.text)}{self._told(option.feedback)}" for option in answer.options)

    def _typed(self, answer: ShortText) -> str:
        self.losses.of_all("La réponse exacte n’y est pas : majuscules et minuscules s’y valent." if answer.strict else TYPED)
        writings = [("=", typed) for typed in answer.accepted] + [("=%0%", typed) for typed in answer.mistakes]
        return "".join(f"\n{sign}{protected(typed.text.replace('*', chr(92) + '*'))}{self._told(typed.feedback)}" for sign, typed in writings)

    def _number(self, answer: Number) -> str:
        if answer.unit:
            self._lose(f"L’unité, « {answer.unit} », n’y est pas.")
        return "#" + "".join(f"\n={':'.join(centred(interval))}" for interval in answer.accepted)

    def _pairs(self, answer: Matching) -> str:
        if answer.distractors:
            self._lose(f"Ses leurres n’y sont pas : {', '.join(answer.distractors)}.")
        if any(pair.feedback for pair in answer.pairs):
            self._lose("Le commentaire d’une association n’y est pas.")
        if len({pair.right for pair in answer.pairs}) < 3:
            self._lose("Moodle demande au moins trois réponses à associer.")
        if any("->" in pair.right or "->" in pair.left.text for pair in answer.pairs):
            raise _NotSaid("une flèche « -> » dans ses mots s’y confondrait avec l’association.")
        return "".join(f"\n={self._text(pair.left)} -> {protected(pair.right)}" for pair in answer.pairs)

    def _steps(self, answer: Ordering) -> str:
        if self.question.explanation:
            self._lose("L’explication d’une mise en ordre n’y est pas.")
        steps = [_line(self.html.line(item.text)) for item in answer.items]
        if any(re.search(r"[{}\\]|####", step) for step in steps):
            raise _NotSaid("une accolade ou un « \\ » dans ses étapes y casserait le fichier.")
        return "\n".join([f">{len(steps)} ALL VERTICAL RELATIVE_NEXT_EXCLUDE_LAST SHOW none", *steps, ""])

    def _gap(self, statement: str, answer: Gaps) -> str:
        if len(answer.gaps) > 1:
            raise _NotSaid(f"GIFT n’a qu’un trou par question, elle en a {len(answer.gaps)}.")
        gap = answer.gaps[0]
        if not gap.menu:
            self.losses.of_all(TYPED)
        if gap.numbers and any(number.low != number.high for number in gap.numbers):
            raise _NotSaid("un trou n’y attend pas de nombre approché.")
        before, _, after = self.html.of(answer.body).partition(GAP.search(answer.body.text).group())  # type: ignore[union-attr]  # it has one
        said = gap.menu or gap.accepted
        as_it_is = _as_html if gap.menu else protected  # Moodle reads HTML in what is chosen, and none in what is typed
        answers = " ".join(f"{'=' if choice in gap.accepted else '~'}{as_it_is(choice)}" for choice in said)
        return f"{statement}{protected(before)} {{{answers}{self._general()}}} {protected(after)}"


def _as_html(text: str) -> str:
    return protected(escape(text, quote=False))
