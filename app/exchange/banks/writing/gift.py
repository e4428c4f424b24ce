"""A quiz → GIFT, each of its signs protected wherever it stands; a question that the format has no way to ask is left out, and named. Pure.

Ids, points and tags stand in a comment, which Moodle skips and our own reader takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from app.assessment.kinds.registry import kind_of
from app.content.quiz.answers.number import bare, words
from app.content.values.quiz import GAP, Gap, Interval, MatchingPair, Option, OrderedItem, Quiz, TypedAnswer
from app.content.values.text import Fragment, Source
from app.exchange.banks.writing.moodle_xml import RULES, TYPED, value_and_tolerance
from app.exchange.banks.writing.texts import ExportFile, Html, Losses, QuestionWriter
from app.platform.french import short

OTHER = "Points, étiquettes et identifiants y sont en commentaires : Moodle ne les lit pas, ce site les relit."
_SIGNS = re.compile(r"[~=#{}:\\]")
_BETWEEN = re.compile(r">\s*\n\s*<")
_BLANKS = re.compile(r"\s*\n\s*")


class _NotSaid(Exception):
    """With the sentence that says why a question is left out."""


def write(quiz: Quiz, sources: Mapping[str, Source], images: Mapping[str, bytes]) -> ExportFile:
    """`sources`: what its texts may call, by label. No image is in it."""
    losses = Losses()
    losses.of_all(RULES)
    losses.of_all(OTHER)
    parts = [f"$CATEGORY: $course$/top/{_line(quiz.title.replace('/', '//'))}"]
    if quiz.introduction.text.strip():
        losses.of_all("L’introduction du quiz n’y est pas.")
    for question in quiz.questions:
        try:
            parts.append(_GiftWriter(quiz, question, losses, Html(sources, losses.of_all, files=False)).write_question())
        except _NotSaid as left:
            losses.add(question, f"Laissée de côté : {left}")
    return ExportFile("\n\n".join([*parts, ""]).encode(), losses.as_list())


def _line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def protect_signs(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", _line(_BETWEEN.sub("><", text)))


class _GiftWriter(QuestionWriter[str]):
    """Each form gives what stands behind the statement: the answers between braces."""

    def _text(self, fragment: Fragment | None) -> str:
        """As HTML on one line, protected."""
        html = self.html.line(fragment)
        if "<pre>" in html:
            html = html.replace("\n", "<br>")
        return protect_signs(html)

    def write_question(self) -> str:
        question = self.question
        carried = [f"[id:{question.id}]"]
        carried += [f"[points:{bare(question.points)}]"] if question.points not in (0, 1) else []
        carried += [f"[tag:{tag}]" for tag in question.tags if "]" not in tag]
        title = protect_signs(short(words(question.statement), 250))
        body = f"{self._statement()}{kind_of(question).put_into(self)}"
        if self.html.images:
            self._lose("Les images n’y sont pas : ce qu’elles montrent est écrit à leur place.")
        if question.hint:
            self._lose("L’indice n’y est pas.")
        if question.objective or question.level != 1 or question.lesson_link:
            self.losses.of_all("Objectif, niveau et leçon d’une question n’y sont pas.")
        return f"// {' '.join(carried)}\n::{title}::[html]{body}"

    def _statement(self) -> str:
        """With the case of its situation above it."""
        case = self._case()
        return protect_signs(case + self.html.of(self.question.statement)) if case else self._text(self.question.statement)

    def _general(self) -> str:
        said = self._text(self.question.explanation)
        return f"\n####{said}\n" if said else "\n"

    def _feedback(self, feedback: Fragment | None) -> str:
        said = self._text(feedback)
        return f"#{said}" if said else ""

    def _in_braces(self, answers: str) -> str:
        return f"{{{answers}{self._general()}}}"

    # --- By form ---

    def truth(self, options: Sequence[Option]) -> str:
        right = next(option for option in options if option.correct)
        wrong = next(option for option in options if not option.correct)
        said = [self._text(wrong.feedback), self._text(right.feedback)]
        word = "TRUE" if right.text.text == "Vrai" else "FALSE"
        return self._in_braces(word + (f"#{said[0]}" if any(said) else "") + (f"#{said[1]}" if said[1] else ""))

    def choices(self, options: Sequence[Option], several: bool, exact: bool, fixed: bool) -> str:
        if fixed or any(option.stays_last for option in options):
            self._lose("L’ordre des propositions n’y est pas gardé.")
        signs = [f"~%{each}%" for each in self._shares(options, exact)] if several else ["=", "~"]
        return self._in_braces("".join(f"\n{signs[not option.correct]}{self._text(option.text)}{self._feedback(option.feedback)}" for option in options))

    def put_typed(self, accepted: Sequence[TypedAnswer], mistakes: Sequence[TypedAnswer], strict: bool) -> str:
        self.losses.of_all("La réponse exacte n’y est pas : majuscules et minuscules s’y valent." if strict else TYPED)
        writings = [("=", typed) for typed in accepted] + [("=%0%", typed) for typed in mistakes]
        return self._in_braces(
            "".join(f"\n{sign}{protect_signs(typed.text.replace('*', chr(92) + '*'))}{self._feedback(typed.feedback)}" for sign, typed in writings)
        )

    def number(self, accepted: Sequence[Interval], unit: str, unit_required: bool) -> str:
        if unit:
            self._lose(f"L’unité, « {unit} », n’y est pas.")
        return self._in_braces("#" + "".join(f"\n={':'.join(value_and_tolerance(interval))}" for interval in accepted))

    def pairs(self, pairs: Sequence[MatchingPair], distractors: Sequence[str]) -> str:
        if distractors:
            self._lose(f"Ses leurres n’y sont pas : {', '.join(distractors)}.")
        if any(pair.feedback for pair in pairs):
            self._lose("Le commentaire d’une association n’y est pas.")
        if len({pair.right for pair in pairs}) < 3:
            self._lose("Moodle demande au moins trois réponses à associer.")
        if any("->" in pair.right or "->" in pair.left.text for pair in pairs):
            raise _NotSaid("une flèche « -> » dans ses mots s’y confondrait avec l’association.")
        return self._in_braces("".join(f"\n={self._text(pair.left)} -> {protect_signs(pair.right)}" for pair in pairs))

    def steps(self, items: Sequence[OrderedItem]) -> str:
        if self.question.explanation:
            self._lose("L’explication d’une mise en ordre n’y est pas.")
        steps = [_line(self.html.line(item.text)) for item in items]
        if any(re.search(r"[{}\\]|####", step) for step in steps):
            raise _NotSaid("une accolade ou un « \\ » dans ses étapes y casserait le fichier.")
        return "{" + "\n".join([f">{len(steps)} ALL VERTICAL RELATIVE_NEXT_EXCLUDE_LAST SHOW none", *steps, ""]) + "}"

    def gaps(self, body: Fragment, gaps: Sequence[Gap]) -> str:
        if len(gaps) > 1:
            raise _NotSaid(f"GIFT n’a qu’un trou par question, elle en a {len(gaps)}.")
        gap = gaps[0]
        if not gap.menu:
            self.losses.of_all(TYPED)
        if gap.numbers and any(number.low != number.high for number in gap.numbers):
            raise _NotSaid("un trou n’y attend pas de nombre approché.")
        before, _, after = self.html.of(body).partition(GAP.search(body.text).group())  # type: ignore[union-attr]  # it has one
        said = gap.menu or gap.accepted
        as_it_is = _as_html if gap.menu else protect_signs  # Moodle reads HTML in what is chosen, and none in what is typed
        answers = " ".join(f"{'=' if choice in gap.accepted else '~'}{as_it_is(choice)}" for choice in said)
        return f"{protect_signs(before)} {self._in_braces(answers)} {protect_signs(after)}"

    def essay(self, model: Fragment) -> str:
        self._lose("Le modèle d’une question ouverte n’y est pas : Moodle la fait corriger à la main.")
        return "{}"


def _as_html(text: str) -> str:
    return protect_signs(escape(text, quote=False))
