"""What waits for whoever writes the course, any text by its words, and the forms of new documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from flask import url_for
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired

from app.authoring.drafts.create import TITLE_LENGTH, Choice
from app.authoring.drafts.queries import WorkingText, published_readings, reading_of
from app.authoring.drafts.services import check, problem_counts
from app.authoring.editor.previews import KINDS
from app.authoring.fact_watch import past_count
from app.authoring.inbox import WaitingMessages, altogether, waiting
from app.authoring.models import Draft, PlannedPublication
from app.authoring.publishing.overdue import Overdue, is_overdue, overdue, overdue_count
from app.authoring.publishing.peer_review import waiting_readings
from app.authoring.publishing.remarks import waiting_remarks
from app.content.documents.reader import DocumentReading, kind_of
from app.content.store.queries import Publication, Revision, course, published_texts
from app.content.values.course import Course, Module, Titled
from app.content.values.text import DocumentKind
from app.identity.forms import Form
from app.identity.models import Person
from app.identity.services import SignedIn
from app.platform.french import day_of, fold, plural, short
from app.platform.site import offers
from app.platform.web.edge import at_most, nearest_page, one_line

# --- Forms -----------------------------------------------------------------------------------------------------------


class NewForm(Form):
    """A title; the identifier is made of it."""

    title = StringField(
        "Titre",
        filters=[one_line],
        validators=[DataRequired("Donnez un titre."), at_most(TITLE_LENGTH)],
    )

    @property
    def home_id(self) -> str:
        return ""


class NewModuleForm(NewForm):
    history = SelectField("Histoire", validators=[InputRequired("Choisissez l’histoire que raconte le module.")])

    def offer(self, histories: Mapping[str, str]) -> None:
        """`histories`: id → name of each line of the course, then the place where they cross. None is chosen beforehand: it colours the module."""
        self.history.choices = [SelectChoice("", "Choisissez"), *(SelectChoice(identifier, name) for identifier, name in histories.items())]

    @property
    def home_id(self) -> str:
        return str(self.history.data)


class _HomedForm(NewForm):
    home = SelectField("Dans", validators=[InputRequired("Choisissez.")])

    def offer(self, homes: Sequence[Choice]) -> None:
        self.home.choices = [SelectChoice(identifier, title, optgroup=group) for group, identifier, title in homes]

    @property
    def home_id(self) -> str:
        return str(self.home.data)


class NewLessonForm(_HomedForm):
    home = SelectField("Module", validators=[InputRequired("Choisissez un module.")])


class NewQuizForm(_HomedForm):
    home = SelectField("Leçon ou module que le quiz vérifie", validators=[InputRequired("Choisissez une leçon ou un module.")])


# --- At the head of the plan -----------------------------------------------------------------------------------------
# The texts that wait for something, or that one looks for, module by module: where each stands, what is wrong with it, who touched it last.

PER_PAGE = 60
"""Texts on a page: the course of today in two, one of a thousand lessons in thirty."""
SHOWN = 40
"""Drafts of one's own that stand above the tree; all, behind their filter."""
EXCERPT = 160
"""Characters of a text around what was looked for."""
DRAFTED, TO_READ, TO_ANSWER, FAULTY, PLANNED, STALE = "brouillons", "a-relire", "a-repondre", "erreurs", "programmes", "sources"
FILTERS = {
    DRAFTED: "Vos brouillons",
    TO_READ: "À relire",
    TO_ANSWER: "À répondre",
    FAULTY: "Avec des erreurs",
    PLANNED: "Programmés",
    STALE: "Sources à revérifier",
}
"""« À répondre »: what learners wrote of a text, what readers say of one's draft."""
OTHERS, COURSE = "Hors des modules", "Le cours"
FEATURES: Mapping[DocumentKind | None, str] = {DocumentKind.TOOL: "tools", DocumentKind.SURVEY: "surveys", DocumentKind.LIBRARY: "library"}
"""Kind of file → the feature without which nobody needs it."""
SHELVES = {DocumentKind.TOOL: "Les outils", DocumentKind.SURVEY: "Les enquêtes"}


class TextLine(Struct, frozen=True):
    """`states` are words; `errors` and `advice` count problems: those of this trainer's draft where there is one.

    `url` is empty for what only a colleague is writing.
    """

    id: str
    title: str
    kind: str
    url: str
    states: tuple[str, ...]
    errors: int
    advice: int
    author: str
    at: datetime
    excerpt: str = ""
    """Where the words that were looked for stand in it, when its title does not say them."""


class TextGroup(Struct, frozen=True):
    title: str
    lines: tuple[TextLine, ...]


class AwaitedPublication(Struct, frozen=True):
    title: str
    due_at: datetime
    review: str
    """The address where it is decided."""


class WaitingPage(Struct, frozen=True):
    groups: tuple[TextGroup, ...]
    wanted: str
    total: int
    """Texts found."""
    drafted: tuple[TextLine, ...]
    """Those that this trainer is writing."""
    page: int
    last: int
    to_read: tuple[tuple[str, str], ...]
    """(title, address) of drafts that colleagues asked them to read."""
    remarks: tuple[tuple[str, str, int], ...]
    """(document, title, remarks that wait) of their drafts that readers spoke of."""
    written: WaitingMessages
    """What learners wrote."""
    overdue: tuple[Overdue, ...]
    planned: tuple[AwaitedPublication, ...]
    """Those of this trainer whose time has not come."""
    chosen: str
    """Of `FILTERS`; empty for none."""
    filters: tuple[tuple[str, str, int], ...]
    """(value, words, how many texts) of those that keep some."""

    @property
    def looking(self) -> bool:
        """Some texts are looked for: they stand in the place of the tree."""
        return bool(self.wanted or self.chosen)

    @property
    def own(self) -> Mapping[str, TextLine]:
        return {line.id: line for line in self.drafted}


class _TextRow(Struct, frozen=True):
    """A text as it is stored: what is published of it, or the draft of somebody where nothing is."""

    id: str
    path: str
    author: str
    at: datetime
    published: bool


def waiting_page(session: Session, author_id: int, wanted: str, page: int, now: datetime, chosen: str = "") -> WaitingPage:
    reader = _CourseTexts(session, author_id, now)
    kept = {value: [row for row in reader.rows.values() if reader.has(row, value)] for value in FILTERS}
    words = fold(wanted).split()
    rows, excerpts = kept.get(chosen, list(reader.rows.values()) if words else []), dict[str, str]()
    if words:
        texts = _texts(session, reader.drafts)
        rows = [row for row in rows if _matches(words, reader.title(row), row.id, row.path, texts.get(row.id, ""))]
        excerpts = {row.id: _excerpt(words, texts.get(row.id, "")) for row in rows if not _matches(words, reader.title(row))}
    grouped = [(title, row) for title, group in reader.group_rows(rows) for row in group]
    page, last = nearest_page(page, len(grouped), PER_PAGE)
    shown = grouped[(page - 1) * PER_PAGE : page * PER_PAGE]
    own, planned = list(reader.mine)[:SHOWN], [row for row in reader.planned.values() if row.author_id == author_id]
    lines = {each: replace(reader.line(reader.rows[each], chosen), excerpt=excerpts.get(each, "")) for each in {*own, *(row.id for _, row in shown)}}
    groups = tuple(TextGroup(title, tuple(lines[row.id] for name, row in shown if name == title)) for title in dict.fromkeys(title for title, _ in shown))
    filters = tuple((value, words, len(kept[value])) for value, words in FILTERS.items() if kept[value] or value == chosen)
    return WaitingPage(
        groups,
        wanted,
        len(grouped),
        tuple(lines[identifier] for identifier in own),
        page,
        last,
        tuple(
            (reader.title(reader.rows[each]), url_for("authoring.reading", reading_id=number)) for each, number in reader.to_read.items() if each in reader.rows
        ),
        tuple((each, reader.title(reader.rows[each]), count) for each, count in reader.remarks.items() if each in reader.rows),
        altogether(reader.waiting),
        overdue(session, planned, now),
        tuple(
            AwaitedPublication(reader.title(reader.rows[row.document_id]), row.due_at, url_for("authoring.review", document_id=row.document_id))
            for row in planned
            if not is_overdue(row, now) and row.document_id in reader.rows
        ),
        chosen if chosen in FILTERS else "",
        filters,
    )


def _excerpt(words: Sequence[str], text: str) -> str:
    """The first line that says one of the words."""
    return next((short(line.strip(), EXCERPT) for line in text.split("\n") if any(word in fold(line) for word in words)), "")


def _texts(session: Session, drafts: Iterable[tuple[Draft, str]]) -> dict[str, str]:
    """What is searched: published texts, and those that are nowhere else."""
    found = {draft.document_id: draft.text for draft, _ in drafts}
    return {**found, **{document_id: text for document_id, _path, text in published_texts(session)}}


def _matches(words: Iterable[str], *places: str) -> bool:
    """All the words, without accents or capitals, in the title, the id, the path or the text."""
    folded = fold("\n".join(places))
    return all(word in folded for word in words)


class _CourseTexts:
    """All that the lines need, in nine SELECTs."""

    def __init__(self, session: Session, author_id: int, now: datetime) -> None:
        self.now, self.on = now, (on := day_of(now))
        self.course: Course = course(session)
        self.published = published_readings(session)
        self.counts = problem_counts(self.published, self.course.generation, on)
        self.drafts = list(session.execute(select(Draft, Person.name).join(Person, Person.id == Draft.author_id).order_by(Draft.updated_at.desc())).all())
        self.mine = {draft.document_id: draft for draft, _ in self.drafts if draft.author_id == author_id}
        self.waiting = waiting(session, on)
        self.to_read, self.remarks = waiting_readings(session, author_id), waiting_remarks(session, author_id)
        self.planned = {row.document_id: row for row in session.scalars(select(PlannedPublication))}
        self.rows = {row.id: row for row in self._rows(session) if offers(FEATURES.get(kind_of(row.path), ""))}

    def _rows(self, session: Session) -> Iterator[_TextRow]:
        """What is published, then the drafts of what is not."""
        query = (
            select(Publication.document_id, Revision.path, Person.name, Revision.created_at)
            .join(Revision, Revision.id == Publication.revision_id)
            .outerjoin(Person, Person.id == Revision.author_id)
        )
        known = set()
        for identifier, path, name, at in session.execute(query):
            known.add(identifier)
            yield _TextRow(identifier, path, name or "Fichiers du cours", at, True)
        for draft, name in self.drafts:
            if draft.document_id not in known:
                known.add(draft.document_id)
                yield _TextRow(draft.document_id, draft.path, name, draft.updated_at, False)

    # --- In the order of the course ---

    def group_rows(self, rows: Iterable[_TextRow]) -> Iterator[tuple[str, Sequence[_TextRow]]]:
        """The files of which there is one, each module with its lessons and quizzes, the tools, the surveys, then what no module holds."""
        left = {row.id: row for row in rows}
        singles = [left.pop(kind.value) for kind in DocumentKind if kind.value in left]
        if singles:
            yield COURSE, singles
        for module in self._modules():
            ids = [module.id, *self._elements(module)]
            if group := [left.pop(identifier) for identifier in ids if identifier in left]:
                yield module.title, group
        for kind, title in SHELVES.items():
            if shelf := [left.pop(row.id) for row in sorted(left.values(), key=lambda row: row.path) if kind_of(row.path) is kind]:
                yield title, shelf
        if left:
            yield OTHERS, sorted(left.values(), key=lambda row: row.path)

    def _modules(self) -> list[Module]:
        """In the order of the paths, then the others."""
        ids = [identifier for path in self.course.paths.paths for identifier in path.module_ids]
        return [self.course.modules[each] for each in dict.fromkeys([*ids, *self.course.modules]) if each in self.course.modules]

    def _elements(self, module: Module) -> Iterator[str]:
        """Everything that names the module as its home, drafts included."""
        folder = module.path.rpartition("/")[0]
        lessons = [*module.lesson_ids, *(row.id for row in self.rows.values() if row.path.startswith(f"{folder}/"))]
        for lesson_id in dict.fromkeys(lessons):
            yield lesson_id
            yield from (quiz.id for quiz in self.course.quizzes.values() if quiz.lesson_id == lesson_id)
        yield from (quiz.id for quiz in self.course.quizzes.values() if quiz.module_id == module.id)

    def has(self, row: _TextRow, wanted: str) -> bool:
        """Whether a filter keeps a text."""
        if wanted == DRAFTED:
            return row.id in self.mine
        if wanted == FAULTY:
            return self._problem_counts(row)[0] > 0
        if wanted == STALE:
            return self._is_stale(row)
        if wanted == TO_ANSWER:
            return row.id in self.waiting or row.id in self.remarks
        return row.id in (self.planned if wanted == PLANNED else self.to_read)

    def _is_stale(self, row: _TextRow) -> bool:
        reading = self.published.readings.get(row.id) if row.published else None
        return reading is not None and any(source.review and source.review <= self.on for source in reading.scan.sources)

    # --- One line ---

    def title(self, row: _TextRow) -> str:
        reading = self._reading(row)
        document = reading.document if reading else None
        return document.title if isinstance(document, Titled) else KINDS[kind_of(row.path) or DocumentKind.LESSON]

    def _reading(self, row: _TextRow) -> DocumentReading | None:
        """None for what a large course has not had read yet."""
        if row.published:
            return self.published.readings.get(row.id)
        return next((reading_of(draft.path, draft.text) for draft, _ in self.drafts if draft.document_id == row.id), None)

    def line(self, row: _TextRow, chosen: str = "") -> TextLine:
        errors, advice = self._problem_counts(row)
        return TextLine(
            id=row.id,
            title=self.title(row),
            kind=KINDS[kind_of(row.path) or DocumentKind.LESSON],
            url=self._url(row, chosen),
            states=tuple(self._states(row)),
            errors=errors,
            advice=advice,
            author=row.author,
            at=row.at,
        )

    def _url(self, row: _TextRow, chosen: str) -> str:
        """To the editor; to what is asked of this trainer, where they filter by it or may not write there."""
        mine = row.published or row.id in self.mine
        if row.id in self.to_read and (chosen == TO_READ or not mine):
            return url_for("authoring.reading", reading_id=self.to_read[row.id])
        if self.remarks[row.id] and chosen == TO_ANSWER:
            return url_for("authoring.remarks", document_id=row.id, _anchor="remarques")
        return url_for("authoring.edit", document_id=row.id) if mine else ""

    def _problem_counts(self, row: _TextRow) -> tuple[int, int]:  # (errors, advice)
        return self._draft_counts.get(row.id) or self.counts.get(row.id, (0, 0))

    @cached_property
    def _draft_counts(self) -> dict[str, tuple[int, int]]:
        """This trainer's drafts, together: each among the others, as in the editor, for one check of the course."""
        texts = [WorkingText.of(draft, None) for draft in self.mine.values()]
        found = check(texts, self.published, self.on).texts if texts else ()
        return {each.text.document_id: (len(each.errors), len(each.problems) - len(each.errors)) for each in found}

    def _states(self, row: _TextRow) -> Iterator[str]:
        yield "Publié" if row.published else "Brouillon"
        others = [name for draft, name in self.drafts if draft.document_id == row.id]
        if row.published and others:
            yield f"Modifié par {', '.join(others)}"
        if written := self.waiting.get(row.id):
            yield plural(written.total, "message")
        if remarks := self.remarks[row.id]:
            yield plural(remarks, "remarque")
        if row.id in self.to_read:
            yield "À relire"
        if row.id in self.planned:
            yield "Publication en retard" if is_overdue(self.planned[row.id], self.now) else "Publication prévue"
        if self._is_stale(row):
            yield "Source à revérifier"


# --- What waits ------------------------------------------------------------------------------------------------------
# In a line, on the home of whoever learns too.


def waiting_today(session: Session, author: SignedIn, now: datetime) -> tuple[tuple[str, str], ...]:
    """What waits for somebody who writes the course, on their own table."""
    written, to_read, inbox = altogether(waiting(session, day_of(now))), len(waiting_readings(session, author.id)), url_for("authoring.inbox")
    found = [(f"{plural(written.late, 'question')} en retard", inbox)] if written.late else []
    found += [(plural(rest, "message d’apprenant", "messages d’apprenants"), inbox)] if (rest := written.total - written.late) else []
    found += [(plural(to_read, "texte à relire", "textes à relire"), url_for("authoring.readings"))] if to_read else []
    remarks = sum(waiting_remarks(session, author.id).values())
    found += [(f"{plural(remarks, 'remarque')} sur vos brouillons", url_for("authoring.plan", voir=TO_ANSWER))] if remarks else []
    late = overdue_count(session, author.id, now)
    words = plural(late, "publication programmée n’a pas été faite", "publications programmées n’ont pas été faites")
    found += [(words, url_for("authoring.plan", voir=PLANNED))] if late else []
    past = past_count(session, now) if offers("changes") else 0
    found += [(plural(past, "fait à vérifier", "faits à vérifier"), url_for("authoring.facts"))] if past else []
    return tuple(found)
