"""Courses, quizzes and questions built by hand, for tests that need values and not files. Each builder has one obvious default."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.content.values.course import Confusables, Course, Glossary, GlossaryEntry, PublishedVersion
from app.content.values.quiz import (
    GAP_CLOSE,
    GAP_OPEN,
    Answer,
    Choices,
    Gap,
    Gaps,
    Interval,
    Matching,
    MatchingPair,
    NumberAnswer,
    OpenText,
    Option,
    OrderedItem,
    Ordering,
    Policy,
    Question,
    QuestionType,
    Quiz,
    ShortText,
    Situation,
    TypedAnswer,
)
from app.content.values.text import CompletionCriterion, Fragment


def fragment(text: str) -> Fragment:
    return Fragment(text, 1)


def choices(*options: str, kind: QuestionType | None = None, **settings: Any) -> Choices:
    """`"x Le préfet"` is right, `"Le maire"` is wrong; feedback after ` | `."""
    made = tuple(_option(str(number), text) for number, text in enumerate(options, 1))
    right = sum(option.correct for option in made)
    return Choices(kind or (QuestionType.MULTIPLE if right > 1 else QuestionType.SINGLE), made, **settings)


def _option(key: str, written: str) -> Option:
    text, _, feedback = written.removeprefix("x ").partition(" | ")
    last = text.startswith(("Aucun", "Toutes"))
    return Option(key, fragment(text), written.startswith("x "), fragment(feedback) if feedback else None, stays_last=last)


def true_false(right: bool) -> Choices:
    return choices("x Vrai" if right else "Vrai", "Faux" if right else "x Faux", kind=QuestionType.TRUE_FALSE)


def short_text(*accepted: str, mistakes: tuple[tuple[str, str], ...] = (), strict: bool = False) -> ShortText:
    """`mistakes` are (writing, feedback)."""
    return ShortText(tuple(TypedAnswer(text) for text in accepted), tuple(TypedAnswer(text, fragment(why)) for text, why in mistakes), strict)


def number(*accepted: str, unit: str = "", unit_required: bool = False) -> NumberAnswer:
    """`"2014"` or `"54 à 56"`."""
    return NumberAnswer(tuple(_interval(text) for text in accepted), unit, unit_required)


def _interval(written: str) -> Interval:
    bounds = [Decimal(part.replace(" ", "").replace(",", ".")) for part in written.split(" à ")]
    return Interval(bounds[0], bounds[-1], written)


def matching(*pairs: str, distractors: tuple[str, ...] = ()) -> Matching:
    """`"Préfet => État"`."""
    cut = [pair.split(" => ") for pair in pairs]
    return Matching(tuple(MatchingPair(str(place), fragment(left), right) for place, (left, right) in enumerate(cut, 1)), distractors)


def ordering(*items: str) -> Ordering:
    """In the right order."""
    return Ordering(tuple(OrderedItem(str(place), fragment(text)) for place, text in enumerate(items, 1)))


def open_text(model: str) -> OpenText:
    return OpenText(fragment(model))


def gaps(text: str) -> Gaps:
    """A text with `[[mot | variante]]` and `[[(bon) | faux]]`, read as the format says."""
    found: list[Gap] = []
    parts = text.replace("]]", "[[").split("[[")
    for place in range(1, len(parts), 2):
        writings = tuple(part.strip() for part in parts[place].split("|"))
        right = tuple(writing[1:-1] for writing in writings if writing.startswith("("))
        menu = tuple(writing.strip("()") for writing in writings) if right else ()
        parts[place] = f"{GAP_OPEN}{len(found)}{GAP_CLOSE}"
        found.append(Gap(right or writings, menu))
    return Gaps(fragment("".join(parts)), tuple(found))


def question(answer: Answer, id: str = "question", statement: str = "", **settings: Any) -> Question:
    settings.setdefault("points", Decimal(1))
    settings.setdefault("fingerprint", f"fp-{id}")
    return Question(id=id, line=1, statement=fragment(statement or f"Énoncé de {id}"), answer=answer, **settings)


def one_of_each() -> tuple[Question, ...]:
    """The eight types of question, each with feedback or explanation where it may have one."""
    explained = fragment("Explication réservée à la correction.")
    return (
        question(choices("Le maire | Il engage la commune.", "x Le préfet", "Le recteur"), "signataire", explanation=explained),
        question(choices("x Le préfet", "x Le recteur", "x Le maire", "Le président de région | Non."), "troika", points=Decimal(2)),
        question(true_false(False), "qpv-commune", explanation=explained),
        question(short_text("contrat de ville", mistakes=(("contrat local", "Ce contrat est un autre."),)), "contrat"),
        question(number("2014"), "annee"),
        question(matching("Préfet => État", "Recteur => Éducation nationale", "Maire => Commune", distractors=("Région",)), "institutions"),
        question(ordering("Diagnostic", "Objectifs", "Actions", "Évaluation"), "etapes"),
        question(gaps("Le [[projet éducatif territorial | PEDT]] concerne les temps [[(périscolaires) | scolaires]]."), "phrase"),
        question(open_text("Je réunis la troïka.\n\nPuis j’écris."), "reunion", points=Decimal(0)),
    )


def quiz(*questions: Question, id: str = "quiz", policy: Policy | None = None, **settings: Any) -> Quiz:
    settings.setdefault("lesson_id", None)
    settings.setdefault("module_id", None)
    return Quiz(
        id=id,
        title=f"Titre de {id}",
        policy=policy or Policy(),
        criterion=CompletionCriterion.PASSED,
        introduction=fragment("Introduction."),
        questions=questions,
        **settings,
    )


def situation(id: str, *question_ids: str) -> Situation:
    return Situation(id, f"Situation {id}", fragment(f"Récit de {id}."), question_ids)


def glossary(**sigles: str) -> Glossary:
    """`glossary(QPV="quartier prioritaire…")`; a trailing `_plus` in the name is `+`."""
    entries = (GlossaryEntry(name.replace("_plus", "+"), text, fragment(""), name.lower(), 1) for name, text in sigles.items())
    return Glossary(tuple(entries))


def course(*quizzes: Quiz, first_revision: int = 1, **parts: Any) -> Course:
    """A published course of these quizzes. Revisions are numbered in order from `first_revision`."""
    ids = [one.id for one in quizzes] + [name for name in ("glossary", "confusables") if name in parts]
    ids += [*parts.get("lessons", {}), *parts.get("modules", {})]
    versions = {id: PublishedVersion(number, f"fp-{id}", "2026-11-01T08:00:00+00:00", True) for number, id in enumerate(ids, first_revision)}
    return Course(generation=1, quizzes={one.id: one for one in quizzes}, versions=versions, **parts)


def confusables(*pairs: tuple[str, str]) -> Confusables:
    return Confusables(pairs)
