"""`/atelier/messages`, what learners sent, and the answers; `/atelier/questions-frequentes`; `/atelier/liens`, links that fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.assessment.questions.draw import question_of
from app.authoring.models import blueprint
from app.authoring.quiz_feedback import line_url
from app.content.store.queries import Publication, Revision, course
from app.content.values.course import Course, Lesson
from app.content.values.paths import default_path, modules_in_order
from app.content.values.quiz import Quiz
from app.identity.models import Person
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.learner.messages import queries, services
from app.learner.messages.queries import Exchange, LessonFaq, ThreadKind, TrainerMessage, exchange_of, heading_title, is_late, lesson_of, place_title
from app.learner.messages.services import AlreadyAnswered, AlreadyTaken, AnswerMissing
from app.learner.reference.library_links import links_page
from app.learner.review.queries import ReviewedQuestion, withdrawn_questions
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours, TooManyCharacters
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.site import offers
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page

# --- « Questions fréquentes » ----------------------------------------------------------------------------------------
# The form of one, and the list of them all.


class FaqForm(Struct, frozen=True):
    """The form of a published question and answer, as stored, proposed or typed. `version` 0: not published yet."""

    lesson_id: str
    question: str
    answer: str
    version: int = 0
    asked: str = ""
    """What the learner wrote, to be said in other words."""
    theirs: LessonFaq | None = None
    """What a colleague published meanwhile."""

    @property
    def words(self) -> tuple[str, str, str]:
        return self.lesson_id, self.question, self.answer


class FaqGroup(Struct, frozen=True):
    title: str
    lesson_id: str
    """Empty where the lesson is no longer published: nobody reads them."""
    rows: tuple[LessonFaq, ...]


def faq_from_question(session: Session, course: Course, message_id: int) -> FaqForm:
    """Fills the form from a question that was answered; the trainer then rewords it. Raises NotYours."""
    row = session.get(TrainerMessage, message_id)
    if row is None or row.kind != ThreadKind.QUESTION or row.answered_at is None:
        raise NotYours
    first = session.get(TrainerMessage, row.first_id) if row.first_id else None
    return FaqForm(lesson_of(course, row.element_id), "", row.answer, asked="\n\n".join(each.message for each in (first, row) if each))


def form_of(row: LessonFaq) -> FaqForm:
    return FaqForm(row.lesson_id, row.question, row.answer, row.version)


def beside(typed: FaqForm, theirs: LessonFaq | None) -> FaqForm:
    """What was typed, beside what a colleague published: whoever saves again has read that."""
    return replace(typed, theirs=theirs, version=theirs.version if theirs else 0)


def lesson_choices(course: Course) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """(module, its lessons as (id, title)), in the order of the path."""
    modules = modules_in_order(course, default_path(course))
    return tuple((module.title, tuple((each, course.lessons[each].title) for each in module.lesson_ids if each in course.lessons)) for module in modules)


def faqs_page(session: Session, course: Course) -> tuple[FaqGroup, ...]:
    """Returns the published questions by lesson, in the order of the course."""
    order = {lesson_id: place for place, lesson_id in enumerate(lesson_id for _, some in lesson_choices(course) for lesson_id, _ in some)}
    rows = sorted(queries.everywhere(session), key=lambda row: (order.get(row.lesson_id, len(order)), row.lesson_id, row.id))
    return tuple(_group(course, lesson_id, tuple(some)) for lesson_id, some in groupby(rows, key=lambda row: row.lesson_id))


def _group(course: Course, lesson_id: str, rows: tuple[LessonFaq, ...]) -> FaqGroup:
    lesson = course.lessons.get(lesson_id)
    return FaqGroup(lesson.title if lesson else f"Leçon retirée ({lesson_id})", lesson_id if lesson else "", rows)


# --- Messages --------------------------------------------------------------------------------------------------------
# All on one page, those of one text beside it. Nobody is named: the answer finds its way by itself.

PER_PAGE = 50


class WaitingMessages(Struct, frozen=True):
    """How many messages await an answer."""

    errors: int
    questions: int
    late: int
    """Of the questions: past the promised day."""

    @property
    def total(self) -> int:
        return self.errors + self.questions


class MessageLine(Struct, frozen=True):
    """One message, where it stands in the published text today."""

    message: TrainerMessage
    what: str
    """The lesson, or the quiz and the question."""
    heading: str
    line: int
    url: str
    """That line in the editor."""
    changed: bool
    """The text, or the question, has changed since it was read."""
    before: tuple[Exchange, ...]
    """What was written and answered before, where it is asked again."""
    late: bool
    taker: str
    """Who looks after it; empty for nobody."""
    actor: str
    """Who answered."""
    faq_id: int
    """What was published of it; 0 for nothing."""

    @property
    def asks(self) -> bool:
        return self.message.kind == ThreadKind.QUESTION


class WithdrawnLine(Struct, frozen=True):
    """A question that reviews withdrew: whoever missed it is not named."""

    question: ReviewedQuestion
    url: str


class AnswerNotSent(Struct, frozen=True):
    """An answer that did not leave: of which message, as typed, and why."""

    message_id: int = 0
    answer: str = ""
    error: str = ""


class InboxPage(Struct, frozen=True):
    open: tuple[MessageLine, ...]
    withdrawn: tuple[WithdrawnLine, ...]
    closed: tuple[MessageLine, ...]
    """The latest answered."""
    waiting: WaitingMessages
    """All of them, shown or not."""
    reader_id: int
    refused: AnswerNotSent = field(default_factory=AnswerNotSent)


_OPEN = and_(TrainerMessage.answered_at.is_(None), TrainerMessage.message != "")
"""An erasure leaves nothing to answer."""


def waiting(session: Session, on: date) -> dict[str, WaitingMessages]:
    """Counts the messages that wait for an answer, by document. One SELECT."""
    if not offers("questions"):
        return {}
    asked = TrainerMessage.kind == ThreadKind.QUESTION.value
    counts = (func.count(case((wanted, 1))) for wanted in (~asked, asked, and_(asked, TrainerMessage.due_on < on)))
    query = select(TrainerMessage.document_id, *counts).where(_OPEN).group_by(TrainerMessage.document_id)
    return {document_id: WaitingMessages(*numbers) for document_id, *numbers in session.execute(query)}


def altogether(waiting: Mapping[str, WaitingMessages]) -> WaitingMessages:
    return WaitingMessages(*(sum(getattr(each, name) for each in waiting.values()) for name in ("errors", "questions", "late")))


def messages_of(session: Session, document_id: str, on: date) -> tuple[MessageLine, ...]:
    """The open messages on one text, in the order of its lines."""
    if not offers("questions"):
        return ()
    wanted = select(TrainerMessage).where(TrainerMessage.document_id == document_id, _OPEN).order_by(TrainerMessage.id)
    return tuple(sorted(_lines(session, session.scalars(wanted).all(), on), key=lambda line: (line.line, line.message.id)))


def inbox_page(session: Session, reader_id: int, now: datetime, refused: AnswerNotSent | None = None) -> InboxPage:
    """Questions first by the promised day, then errors by age; one that was refused to answer stays in sight, whoever answered it."""
    refused, on = refused or AnswerNotSent(), day_of(now)
    order = (TrainerMessage.due_on.is_(None), TrainerMessage.due_on, TrainerMessage.sent_at, TrainerMessage.id)
    awaiting = select(TrainerMessage).where(or_(_OPEN, TrainerMessage.id == refused.message_id)).order_by(*order).limit(PER_PAGE)
    done = (
        select(TrainerMessage)
        .where(TrainerMessage.answered_at.is_not(None))
        .order_by(TrainerMessage.answered_at.desc(), TrainerMessage.id.desc())
        .limit(PER_PAGE)
    )
    found, closed = (tuple(_lines(session, session.scalars(query).all(), on)) for query in (awaiting, done))
    lines = tuple(WithdrawnLine(one, line_url(one.document_id, one.line)) for one in withdrawn_questions(session, course(session)))
    return InboxPage(found, lines, closed, altogether(waiting(session, on)), reader_id, refused)


def _lines(session: Session, messages: Sequence[TrainerMessage], on: date) -> Iterator[MessageLine]:
    """Four SELECTs, and one for each question of a quiz."""
    published = course(session)
    query = select(Publication.document_id, Revision.text).join(Revision, Revision.id == Publication.revision_id)
    texts = dict(session.execute(query.where(Publication.document_id.in_({message.document_id for message in messages}))).all())
    people = {person_id for message in messages for person_id in (message.actor_id, message.taken_by)}
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(people - {None}))).all())
    before = _before(session, messages)
    faqs = dict(session.execute(select(LessonFaq.message_id, LessonFaq.id).where(LessonFaq.message_id.in_([message.id for message in messages]))).all())
    for message in messages:
        line = line_of(published, texts.get(message.document_id, ""), message)
        yield MessageLine(
            message=message,
            what=place_title(session, published, message.element_id, message.question_id, message.revision_id),
            heading=heading_title(published, message.element_id, message.anchor),
            line=line,
            url=line_url(message.document_id, line),
            changed=_fingerprint(published, message) != message.fingerprint,
            before=tuple(each for each in before.get(message.first_id or 0, ()) if each.id < message.id),
            late=is_late(message.due_on, message.answered_at, on),
            taker=names.get(message.taken_by or 0, ""),
            actor=names.get(message.actor_id or 0, ""),
            faq_id=faqs.get(message.id, 0),
        )


def _before(session: Session, messages: Sequence[TrainerMessage]) -> Mapping[int, list[Exchange]]:
    """First message → the exchange that it began, in order."""
    firsts = {message.first_id for message in messages if message.first_id}
    found: dict[int, list[Exchange]] = {}
    wanted = select(TrainerMessage).where(or_(TrainerMessage.id.in_(firsts), TrainerMessage.first_id.in_(firsts))).order_by(TrainerMessage.id)
    for row in session.scalars(wanted) if firsts else ():
        found.setdefault(row.first_id or row.id, []).append(exchange_of(row))
    return found


def line_of(published: Course, text: str, row: TrainerMessage) -> int:
    """Where it stands today: the question, else the passage, else the heading, else the top."""
    quiz, lesson = published.quizzes.get(row.document_id), published.lessons.get(row.document_id)
    question = question_of(quiz, row.question_id) if quiz else None
    if question is not None:
        return question.line
    return _passage_line(text, row.passage) or _heading_line(lesson, row.anchor) or 1


def _passage_line(text: str, passage: str) -> int:
    """0 where the text does not hold the passage. Spaces, apostrophes and quotes are typeset when shown: they count alike."""
    wanted = _plain(passage)
    if not wanted:
        return 0
    return next((number for number, line in enumerate(text.split("\n"), 1) if wanted in _plain(line) or (len(line) > 20 and _plain(line) in wanted)), 0)


def _heading_line(lesson: Lesson | None, anchor: str) -> int:
    return next((heading.line for heading in lesson.headings if anchor and heading.anchor == anchor), 0) if lesson else 0


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold().replace("’", "'") if not letter.isspace() and letter not in '«»*_"')


def _fingerprint(published: Course, row: TrainerMessage) -> str:
    quiz: Quiz | None = published.quizzes.get(row.document_id)
    question = question_of(quiz, row.question_id) if quiz and row.question_id else None
    if question is not None:
        return question.fingerprint
    version = published.versions.get(row.document_id)
    return version.fingerprint if version else ""


# --- `/atelier/questions-frequentes` ---------------------------------------------------------------------------------
# What is published of questions and answers, reworded and without a name.


@blueprint.get("/questions-frequentes")
@page(who=AUTHORS, feature="questions")
def faqs() -> str:
    return render_template("authoring/feedback/inbox/faqs.html", page=faqs_page(db.session, course(db.session)))


@blueprint.get("/messages/<int:message_id>/publication")
@page(who=AUTHORS, feature="questions")
def publishing_faq(message_id: int) -> ResponseReturnValue:
    """What is published already is changed on its own page."""
    there = queries.of_message(db.session, message_id)
    if there is not None:
        return redirect(url_for("authoring.faq_page", faq_id=there.id))
    return _faq_html(faq_from_question(db.session, course(db.session), message_id), request.path)


@blueprint.post("/messages/<int:message_id>/publication")
@act(who=AUTHORS, feature="questions")
def publish_faq(message_id: int) -> ResponseReturnValue:
    typed, published = _read_form(), course(db.session)
    try:
        row = queries.publish(db.session, published, message_id, current_person().id, typed.words, clock.now())
    except (queries.Incomplete, queries.FaqTooLong) as error:
        asked = faq_from_question(db.session, published, message_id).asked
        return _refuse_form(replace(typed, asked=asked), error, request.path)
    except queries.FaqChanged as error:
        there = queries.of_message(db.session, message_id)
        return _refuse_form(beside(typed, there), error, url_for("authoring.faq_page", faq_id=there.id) if there else request.path)
    return _confirm_and_redirect(row.lesson_id, row.id)


@blueprint.get("/questions-frequentes/<int:faq_id>")
@page(who=AUTHORS, feature="questions")
def faq_page(faq_id: int) -> str:
    return _faq_html(form_of(queries.require_faq(db.session, faq_id)), request.path)


@blueprint.post("/questions-frequentes/<int:faq_id>")
@act(who=AUTHORS, feature="questions")
def change_faq(faq_id: int) -> ResponseReturnValue:
    typed = _read_form()
    try:
        row = queries.change(db.session, course(db.session), faq_id, current_person().id, typed.words, typed.version, clock.now())
    except (queries.Incomplete, queries.FaqTooLong) as error:
        return _refuse_form(typed, error, request.path)
    except queries.FaqChanged as error:
        return _refuse_form(beside(typed, queries.require_faq(db.session, faq_id)), error, request.path)
    return _confirm_and_redirect(row.lesson_id, row.id)


@blueprint.post("/questions-frequentes/<int:faq_id>/retrait")
@act(who=AUTHORS, feature="questions")
def withdraw_faq(faq_id: int) -> ResponseReturnValue:
    queries.withdraw(db.session, faq_id, current_person().id, clock.now())
    flash("La question n’est plus publiée.", "success")
    db.session.commit()
    return redirect(url_for("authoring.faqs"), 303)


def _read_form() -> FaqForm:
    lesson_id, question, answer = (request.form.get(name, "") for name in ("lesson", "question", "answer"))
    return FaqForm(lesson_id, question, answer, request.form.get("version", 0, bounded_int))


def _confirm_and_redirect(lesson_id: str, faq_id: int) -> ResponseReturnValue:
    flash("C’est publié : chacun le lit sous la leçon.", "success")
    address = url_for("learning.lesson", lesson_id=lesson_id, _anchor=f"faq-{faq_id}")
    db.session.commit()
    return redirect(address, 303)


def _refuse_form(typed: FaqForm, error: DomainError, action: str) -> ResponseReturnValue:
    return make_response(_faq_html(typed, action, error.sentence), error.status)


def _faq_html(form: FaqForm, action: str, error: str = "") -> str:
    lessons = lesson_choices(course(db.session))
    return render_template("authoring/feedback/inbox/faq.html", form=form, action=action, lessons=lessons, error=error)


# --- `/atelier/messages` ---------------------------------------------------------------------------------------------
# Each is taken by one trainer, and answered with words that its author reads.


@blueprint.get("/messages")
@page(who=AUTHORS, feature="questions")
def inbox() -> str:
    return _html()


@blueprint.post("/messages/<int:message_id>")
@act(who=AUTHORS, feature="questions")
def answer_message(message_id: int) -> ResponseReturnValue:
    """Refused, it comes back with what was typed, and with what a colleague answered meanwhile."""
    words, fixed = request.form.get("answer", ""), request.form.get("outcome") == "corrige"
    settings, actor = current_settings(), current_person().id
    try:
        services.answer(db.session, settings, message_id, actor_id=actor, fixed=fixed, words=words, now=clock.now())
    except (AnswerMissing, TooManyCharacters, AlreadyAnswered, AlreadyTaken) as error:
        db.session.rollback()
        return make_response(_html(AnswerNotSent(message_id, words, error.sentence)), error.status)
    flash("Votre réponse est enregistrée : la personne la lira.", "success")
    db.session.commit()
    return redirect(url_for("authoring.inbox"), 303)


@blueprint.post("/messages/<int:message_id>/prise")
@act(who=AUTHORS, feature="questions")
def take_message(message_id: int) -> ResponseReturnValue:
    """`seen`: who looked after it on the page where one clicked."""
    actor = current_person().id
    try:
        if request.form.get("then") == "laisser":
            services.leave(db.session, message_id, actor)
        else:
            services.take(db.session, message_id, actor, request.form.get("seen", None, bounded_int), clock.now())
    except (AlreadyTaken, AlreadyAnswered) as error:
        return _redirect_with_warning(error, message_id)
    db.session.commit()
    return redirect(_at(message_id), 303)


def _redirect_with_warning(error: DomainError, message_id: int) -> ResponseReturnValue:
    db.session.rollback()
    flash(error.sentence, "warning")
    return redirect(_at(message_id), 303)


def _at(message_id: int) -> str:
    return url_for("authoring.inbox", _anchor=f"message-{message_id}")


def _html(refused: AnswerNotSent | None = None) -> str:
    return render_template("authoring/feedback/inbox/inbox.html", page=inbox_page(db.session, current_person().id, clock.now(), refused))


# --- `/atelier/liens` ------------------------------------------------------------------------------------------------
# Which links of the published course fail, since when, what they answered, where they stand.


@blueprint.get("/liens")
@page(who=AUTHORS, feature="links")
def links() -> str:
    return render_template("authoring/feedback/links.html", page=links_page(db.session))
