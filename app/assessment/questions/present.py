"""A question as its page receives it: statement, choices in the attempt's order, what was answered so far. No key is in these types.

Ids are places on the page (`c1`, `t2`…), never keys of the file. Feedback, explanation and the notes that only they call are not rendered
at all: `correct` does that, once the correction may show. The question's own id stays out too: it often names the answer.
"""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup
from msgspec import Struct

from app.assessment.kinds.kind import Renderer, ShownAnswer, optional_html
from app.assessment.kinds.layout import QuestionLayout
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionResponse
from app.content.values.quiz import Question, QuestionType, Situation
from app.content.values.text import Fragment


class ShownSituation(Struct, frozen=True):
    title: Markup
    text: Markup


class ShownQuestion(Struct, frozen=True):
    kind: QuestionType
    title: Markup
    """The statement's first paragraph, for the heading and the legend."""
    body: Markup
    """The rest of the statement; empty when there is none."""
    situation: ShownSituation | None
    hint: Markup | None
    """Shown on demand."""
    points: Decimal
    credit: str
    """How it is marked, in French."""
    answer: ShownAnswer


# --- Making them -----------------------------------------------------------------------------------------------------


def present(question: Question, layout: QuestionLayout, renderer: Renderer, given: QuestionResponse, situation: Situation | None = None) -> ShownQuestion:
    """The question as the page shows it, `given` (blank or saved) filled in. Rendered in reading order: notes and sigles count from the top."""
    kind = kind_of(question)
    shown_situation = present_situation(situation, renderer)
    title, body = statement(question, renderer)
    return ShownQuestion(
        kind=question.kind,
        situation=shown_situation,
        title=title,
        body=body,
        answer=kind.present(layout, renderer, given),
        hint=optional_html(question.hint, renderer),
        points=question.points,
        credit=kind.credit_sentence,
    )


def present_situation(situation: Situation | None, renderer: Renderer) -> ShownSituation | None:
    if situation is None:
        return None
    return ShownSituation(renderer.inline(Fragment(situation.title, situation.text.line)), renderer.html(situation.text))


def statement(question: Question, renderer: Renderer) -> tuple[Markup, Markup]:
    """(first paragraph as inline HTML, the rest as blocks)."""
    first = statement_title(question)
    rest = question.statement.text.strip("\n").removeprefix(first)
    title = renderer.inline(Fragment(first, question.statement.line))
    line = question.statement.line + first.count("\n") + 2
    return title, renderer.html(Fragment(rest.strip("\n"), line)) if rest.strip() else Markup()


def statement_title(question: Question) -> str:
    """The Markdown of the statement's first paragraph: the question's heading."""
    return question.statement.text.strip("\n").partition("\n\n")[0]
