"""What somebody reads before they publish: what changes, what is wrong, which keys move, what it would do, who reads, when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.item_analysis import MIN_SHOWN
from app.assessment.key_comparison import MOST, AnswersByKeys, answers_by_keys
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import as_text, quote_text
from app.assessment.questions.correct import statement_title
from app.authoring.comparing.word_diff import WordDifference, difference
from app.authoring.drafts.queries import WorkingText, as_read, everything_published, text_of, title_in, with_it
from app.authoring.drafts.services import check
from app.authoring.models import Draft, PlannedPublication, ReadingRequest
from app.authoring.publishing import effects, overdue
from app.authoring.publishing.facts import FactLine, fact_lines
from app.authoring.publishing.remarks import MarkedText, text_without_remarks, waiting_remarks
from app.content.store.queries import MAJOR, course, course_with
from app.content.text.head import SINGLE_FILES
from app.content.text.normalise import normalise
from app.content.values.addresses import of_link, of_media
from app.content.values.keys import KeyChange
from app.content.values.library import IMAGE_TYPES
from app.content.values.quiz import Quiz
from app.content.values.text import Problem
from app.identity.models import Person
from app.identity.rules import AUTHORS
from app.identity.services import holders
from app.platform.errors import NotYours
from app.platform.french import day_of, french, number, plural
from app.platform.site import offers

# --- Keys that move --------------------------------------------------------------------------------------------------
# And what that would make of the answers already given. For trainers alone: a guest reads no figure of anybody.


class MovedKeyLine(Struct, frozen=True):
    """A question whose key moves. `title` stands between quotation marks; `ref` is its place in the page that shows it."""

    place: int
    title: str
    ref: str
    sentence: str
    answered: bool
    """Marks that were given hang on it."""


def key_lines(session: Session, text: WorkingText, prefix: str = "") -> tuple[MovedKeyLine, ...]:
    """`prefix` begins the ids of the text's page, where several stand on one."""
    quiz = text.reading.document
    if not isinstance(quiz, Quiz):
        return tuple(_line(change, f"{prefix}a-vous-{change.place}", "on y répond en lisant, rien n’en est gardé.", False) for change in text.changed_keys)
    found = answers_by_keys(session, course(session), quiz, text.changed_keys) if text.changed_keys else {}
    return tuple(_quiz_line(change, f"{prefix}question-{change.place}", found[change.after.id]) for change in text.changed_keys)


def _quiz_line(change: KeyChange, ref: str, answers: AnswersByKeys) -> MovedKeyLine:
    marked = not kind_of(change.after).unmarked
    return _line(change, ref, answers_sentence(answers) if marked else "une réponse modèle, sans note.", marked and bool(answers.people))


def _line(change: KeyChange, ref: str, sentence: str, answered: bool) -> MovedKeyLine:
    return MovedKeyLine(change.place, quote_text(as_text(statement_title(change.after))), ref, french(sentence), answered)


def answers_sentence(answers: AnswersByKeys) -> str:
    """What of the answers already given was right, and would be. Of fewer than five people, no figure."""
    if not answers.people:
        return "personne n’y a encore répondu."
    if answers.people < MIN_SHOWN:
        return "moins de cinq personnes y ont répondu : combien de leurs réponses étaient justes ne se dit pas."
    if answers.obstacle:
        return f"{plural(answers.people, 'personne')} y ont répondu, et leurs réponses ne peuvent pas être notées avec la nouvelle clé : {answers.obstacle}."
    given = f"{plural(answers.answers, 'réponse déjà donnée', 'réponses déjà données')}{f', dans les {number(MOST)} dernières tentatives' if answers.bounded else ''}"
    return f"{given} : {plural(answers.before, 'juste')} avant, {number(answers.after)} après."


def marks_sentence(lines: Iterable[MovedKeyLine]) -> str:
    """What publishing does to marks already given."""
    moved = sum(line.answered for line in lines)
    if not moved:
        return ""
    return french(
        f"La bonne réponse de {plural(moved, 'question')} change : les notes déjà données restent ; après la publication, l’atelier montre lesquelles sont à reprendre."
    )


# --- What was read ---------------------------------------------------------------------------------------------------
# A publication is of the very text that somebody had read when they decided, or refused.


class ReviewedDraft(Struct, frozen=True):
    """A draft as its author read it before deciding."""

    document_id: str
    version: int
    fingerprint: str


def as_reviewed(text: WorkingText) -> ReviewedDraft:
    return ReviewedDraft(text.document_id, text.version, text.fingerprint)


def form_value(draft: ReviewedDraft) -> str:
    """What the review's form sends back with the decision."""
    return f"{draft.document_id}/{draft.version}/{draft.fingerprint}"


def read_form_values(values: Iterable[str]) -> tuple[ReviewedDraft, ...]:
    """Raises NotYours for what no page of ours wrote."""
    try:
        return tuple(ReviewedDraft(name, int(version), mark) for name, version, mark in (value.split("/") for value in values))
    except ValueError as error:
        raise NotYours from error


# --- The page --------------------------------------------------------------------------------------------------------

_NAMED = re.compile(r"« ([a-z0-9-]+) »")
"""What a problem names first."""


class MediaLine(Struct, frozen=True):
    """An image of the text, and what becomes of it."""

    name: str
    address: str
    change: str


class Companion(Struct, frozen=True):
    """Another draft of the same author, which may be published at the same time."""

    document_id: str
    title: str
    chosen: bool


class TogetherText(Struct, frozen=True):
    """A text that would be published with the first: all that its own review would show."""

    document_id: str
    title: str
    read: MarkedText
    keys: tuple[MovedKeyLine, ...]
    difference: WordDifference
    media: tuple[MediaLine, ...]
    problems: tuple[Problem, ...]


class PlannedLine(Struct, frozen=True):
    due_at: datetime
    author: str
    mine: bool
    same_text: bool
    """False: the draft went on since the date was given."""
    why: str
    """Why it was not made though its time has passed, in a sentence; empty before."""
    refused: bool
    """It was tried, and is tried no more."""


class ReadingLine(Struct, frozen=True):
    """What a colleague was asked, and answered."""

    reader: str
    asked_at: datetime
    answered_at: datetime | None
    agreed: bool
    remarks: str
    same_text: bool


class StatedEffect(Struct, frozen=True):
    """The effect, in words."""

    sentences: tuple[str, ...]
    rereading: str


class PublishingReviewPage(Struct, frozen=True):
    text: WorkingText
    reviewed: tuple[str, ...]
    """The drafts as they are shown: what is sent back with the decision."""
    read: MarkedText
    """The page that learners would see, each question with its key, with what changes."""
    keys: tuple[MovedKeyLine, ...]
    """Questions of which another answer would be right."""
    difference: WordDifference
    media: tuple[MediaLine, ...]
    problems: tuple[Problem, ...]
    elsewhere: tuple[Problem, ...]
    together: tuple[TogetherText, ...]
    """What is published with it."""
    facts: tuple[FactLine, ...]
    """Facts and keys that would have another value; none where the site does not tell it."""
    effect: StatedEffect | None
    """None for a text that cannot be read."""
    change: str
    proposed: str
    companions: tuple[Companion, ...]
    plan: PlannedLine | None
    readings: tuple[ReadingLine, ...]
    remarks: int
    """Of others, and not answered."""
    trainers: Sequence[tuple[int, str]]
    moved: bool
    publishable: bool
    refused: str = ""
    """The sentence of a decision that was just refused."""
    due: str = ""
    """The date as it was typed."""
    why: str = ""
    """What changed, as it was typed."""

    @property
    def learned(self) -> bool:
        """Did somebody learn what is true no more?"""
        return any(line.people for line in self.facts)

    @property
    def errors(self) -> int:
        return sum(found.is_error for found in self.problems)

    @property
    def blocking(self) -> tuple[TogetherText, ...]:
        """Lists the texts published together that have errors."""
        return tuple(each for each in self.together if any(found.is_error for found in each.problems))

    @property
    def nothing(self) -> bool:
        return self.text.published is not None and self.difference.nothing and all(line.change == "inchangée" for line in self.media)


def review_page(
    session: Session, draft: Draft, together: Collection[str] | None, now: datetime, *, change: str = "", refused: str = "", due: str = "", why: str = ""
) -> PublishingReviewPage:
    """The review of a draft. `together`: documents of the same author's that would be published with it; None for those that belong with it."""
    others = as_read(_other_drafts(session, draft))
    together = with_it(draft, others) if together is None else together
    others.sort(key=lambda each: each.document_id not in together)
    text, *companions = [text_of(session, each) for each in (draft, *(other for other in others if other.document_id in together))]
    found = check([text, *companions], everything_published(session), day_of(now))
    proposed = text.proposed_change
    keys = key_lines(session, text)
    companions_read = tuple(_text_together(session, checked.text, now, tuple(_towards_drafts(checked.problems, others))) for checked in found.texts[1:])
    return PublishingReviewPage(
        text=text,
        reviewed=tuple(form_value(as_reviewed(each)) for each in (text, *companions)),
        read=text_without_remarks(session, text, now),
        keys=keys,
        difference=difference(text.published_text, text.normal_text),
        media=tuple(_media(text.published_media, text.shown_media)),
        problems=tuple(_towards_drafts(found.texts[0].problems, others)),
        elsewhere=found.errors_elsewhere,
        together=companions_read,
        facts=fact_lines(session, [text, *companions]) if offers("changes") else (),
        effect=stated_effect(session, [text, *companions], now, marks_sentence(chain(keys, *(each.keys for each in companions_read)))),
        change=change or proposed,
        proposed=proposed,
        companions=tuple(Companion(each.document_id, title_in(each.path, each.text, each.document_id), each.document_id in together) for each in others),
        plan=_plan(session, draft, now),
        readings=_readings(session, text),
        remarks=waiting_remarks(session, text.author_id)[text.document_id],
        trainers=trainers(session, text.author_id),
        moved=any(each.has_moved for each in (text, *companions)),
        publishable=found.publishable,
        refused=refused,
        due=due,
        why=why,
    )


def _text_together(session: Session, text: WorkingText, now: datetime, problems: tuple[Problem, ...]) -> TogetherText:
    prefix, media = f"{text.document_id}--", tuple(_media(text.published_media, text.shown_media))
    read, keys = text_without_remarks(session, text, now, prefix), key_lines(session, text, prefix)
    return TogetherText(text.document_id, text.title, read, keys, difference(text.published_text, text.normal_text), media, problems)


def _towards_drafts(problems: Iterable[Problem], drafts: Iterable[Draft]) -> Iterator[Problem]:
    """E21, where what is missing is a draft of one's own, says so in the place of « créez l’élément »."""
    titles = {draft.document_id: title_in(draft.path, draft.text, draft.document_id) for draft in drafts}
    for found in problems:
        named = _NAMED.match(found.message) if found.code == "E21" else None
        title = titles.get(named[1], "") if named else ""
        yield replace(found, hint=f"C’est votre brouillon « {title} » : cochez-le sous « Publier ensemble ».") if title else found


def stated_effect(session: Session, texts: Sequence[WorkingText], now: datetime, marks: str) -> StatedEffect | None:
    """What publishing these texts would change for learners: the first one « à relire », the others as their size proposes. `marks`: what it does to marks.

    A minor change of the first brings the same without its mention, which is said apart.
    """
    if any(text.reading.document is None for text in texts):
        return None
    main, *others = texts
    new = [main.new_text(MAJOR), *(other.new_text(other.proposed_change) for other in others)]
    before = course(session)
    after = course_with(before, new, now)
    effect = effects.effect_of(session, before, after, [each.document_id for each in new], now)
    rereading = effect.rereading.pop(main.document_id, 0)
    return StatedEffect((*filter(None, [marks]), *effects.sentences(effect, before, after)), effects.rereading_sentence(rereading))


def _media(before: Mapping[str, str], after: Mapping[str, str]) -> list[MediaLine]:
    def word(name: str) -> str:
        if name not in after:
            return "retirée"
        if name not in before:
            return "nouvelle"
        return "inchangée" if before[name] == after[name] else "remplacée"

    def address(name: str) -> str:
        return of_media(name, after.get(name) or before[name]) if PurePosixPath(name).suffix.lower() in IMAGE_TYPES else ""

    return [MediaLine(name, address(name), word(name)) for name in sorted({**before, **after})]


def _other_drafts(session: Session, draft: Draft) -> Sequence[Draft]:
    return session.scalars(select(Draft).where(Draft.author_id == draft.author_id, Draft.id != draft.id)).all()


def _plan(session: Session, draft: Draft, now: datetime) -> PlannedLine | None:
    row = planned_publication(session, draft.document_id)
    if row is None:
        return None
    author = session.scalar(select(Person.name).where(Person.id == row.author_id)) or ""
    same = normalise(row.text) == normalise(draft.text) and row.media == draft.media
    return PlannedLine(row.due_at, author, row.author_id == draft.author_id, same, overdue.why(session, row, now), row.refused_at is not None)


def _readings(session: Session, text: WorkingText) -> tuple[ReadingLine, ...]:
    rows = session.execute(
        select(ReadingRequest, Person.name)
        .join(Person, Person.id == ReadingRequest.reader_id)
        .where(ReadingRequest.document_id == text.document_id, ReadingRequest.asker_id == text.author_id)
        .order_by(ReadingRequest.id)
    )
    return tuple(ReadingLine(name, row.asked_at, row.answered_at, bool(row.agreed), row.remarks, row.fingerprint == text.fingerprint) for row, name in rows)


def learner_address(session: Session, document_id: str) -> str:
    """Where learners read a document; empty for one that has no page of its own, and for a lesson that no module cites."""
    if is_out_of_reach(session, document_id):
        return ""
    names = {kind.value: name for name, kind in SINGLE_FILES.items()}
    return of_link(course(session), names.get(document_id, document_id), "") or ""


def is_out_of_reach(session: Session, document_id: str) -> bool:
    """A lesson that is published and that no module cites: no learner can open it."""
    published = course(session)
    return document_id in published.lessons and published.module_of(document_id) is None


def planned_publication(session: Session, document_id: str) -> PlannedPublication | None:
    return session.scalar(select(PlannedPublication).where(PlannedPublication.document_id == document_id))


def trainers(session: Session, but: int) -> Sequence[tuple[int, str]]:
    """(id, name) of every other trainer with an open account, by name."""
    rows = session.execute(holders(AUTHORS, Person.id, Person.name).where(Person.id != but).order_by(Person.name, Person.id))
    return [(number, name) for number, name in rows]
