"""The stored index, and searches in it. All of it is made from what is published: no backup holds it, and `services.refresh` makes it again.

Which rows hold which tokens is asked of the database: of an FTS5 table on SQLite, which triggers keep, of a GIN index on PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import DDL, BigInteger, ColumnElement, Index, String, Text, bindparam, column, event, select, table, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.content.search import asking
from app.content.search.analysis import LONGEST_WORD
from app.content.search.asking import Alternative, Expansions, SearchRequest, WordGroup
from app.content.search.entries import SearchKind, document_token, kind_token, level_token, question_token
from app.content.search.ranking import All, Any, RankedCandidate, SearchCandidate, Wanted, database_query, rank
from app.content.values.course import Course, made_of_course
from app.content.values.text import ID_LENGTH
from app.platform.db import Base, in_chunks

_Word = String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql")


class IndexedDocument(Base):
    """Which text of a document the index holds."""

    __tablename__ = "search_document"

    document_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    """Of the analyser."""


class IndexedSection(Base):
    """A section as it is found, judged (`words`, `weights`) and shown (`text`)."""

    __tablename__ = "search_section"
    __table_args__ = (Index("ix_search_section_document_id", "document_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """`SearchSection.id`: the same in every database."""
    document_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    kind: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(ID_LENGTH))
    anchor: Mapped[str] = mapped_column(Text)
    place: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    weights: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    tokens: Mapped[str] = mapped_column(Text)


class IndexedWord(Base):
    """A word of the index, with the number of sections that hold it."""

    __tablename__ = "search_word"
    __table_args__ = (Index("ix_search_word_stem", "stem"),)

    word: Mapped[str] = mapped_column(_Word, primary_key=True)
    stem: Mapped[str] = mapped_column(_Word)
    sections: Mapped[int]


FTS5 = (
    "CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='', detail=none, columnsize=0, tokenize=\"ascii tokenchars '+_'\")",
    "CREATE TRIGGER search_index_add AFTER INSERT ON search_section BEGIN INSERT INTO search_index(rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER search_index_drop AFTER DELETE ON search_section BEGIN "
    "INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', old.id, old.tokens); END",
)
GIN = "CREATE INDEX search_index ON search_section USING gin (array_to_tsvector(string_to_array(tokens, ' '))) WITH (fastupdate = off)"
for _statement in FTS5:
    event.listen(IndexedSection.__table__, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
event.listen(IndexedSection.__table__, "after_create", DDL(GIN).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]


# --- Searching: the database says which rows, `ranking` in which order ---
#
# As many statements whatever the course.

MOST = 200
"""Sections that are judged, of each kind of asking: more would only be read for nothing."""
BESIDE = frozenset({SearchKind.QUESTION, SearchKind.NOTE, SearchKind.FAQ})
"""Found otherwise than in the index: questions by what one was asked, the others in no document."""
_FEW = 3
_NEARLY = 0.6
"""Of what is asked, by what each word tells: held by a passage that is shown although others hold all of it."""
_COMPLETIONS = 12
_BEGINS = 2
"""Letters of a word that is being typed from which one looks how it may end."""


class SearchAudience(Struct, frozen=True):
    """What somebody may find. The database is told before anything is ranked."""

    documents: frozenset[str] | None = None
    """Of lessons, those alone; None for whoever reads them all."""
    kinds: frozenset[SearchKind] = frozenset(SearchKind)
    """Others are not looked for: what is not for the reader, or was not asked for."""
    readable: frozenset[SearchKind] = frozenset(SearchKind)
    """All that are for the reader, whatever was asked for."""
    hidden: frozenset[str] = frozenset()
    """Documents that have no page."""
    module: frozenset[str] | None = None
    """Documents to which the reader keeps; None for all."""
    questions: frozenset[str] = frozenset()
    """That were asked of the reader."""
    path: frozenset[str] = frozenset()
    """Documents of the reader's path, which stand before their equals."""


class Results(Struct, frozen=True):
    asked: SearchRequest
    ranked: tuple[RankedCandidate, ...] = ()
    cut: bool = False
    """There is more than was judged."""
    whole: int = 0
    """Of those in order, how many hold all the words; the others hold some."""
    unknown: frozenset[str] = field(default=frozenset())
    """Words, as they were typed, that stand in nothing that the reader may find: what is closed to them tells nothing."""


@made_of_course(4)
def expansions_of(course: Course) -> Expansions:
    return asking.expansions(course.glossary)


def search(session: Session, course: Course, typed: str, audience: SearchAudience, *, typing: bool = False, beside: Sequence[SearchCandidate] = ()) -> Results:
    """What the reader may find, in order. `typing`: the last word may go on; `beside`: what is judged besides, and is in no index."""
    asked = asking.ask(typed, expansions_of(course))
    if not asked.groups:
        return Results(asked)
    if typing:
        asked = asking.complete_last_word(asked, _completions(session, asked.groups[-1].folds[-1]))
    counts, known = _counts(session, asked)
    found, cut = _candidates(session, asked, audience, All)
    ranked = [each for each in rank(asked, [*found, *beside], counts, audience.path) if each.matched == len(asked.groups)]
    if len(ranked) < MOST and len(asked.groups) > 1 and not asked.phrases:
        some, more = _candidates(session, asked, audience, Any)
        least = 0.0 if len(ranked) < _FEW else _NEARLY
        ranked = [
            each
            for each in rank(asked, {each.id: each for each in (*found, *some, *beside)}.values(), counts, audience.path)
            if each.covered >= least or each.opened
        ]
        cut = cut or (more and not least)
    unfound = [group for group in asked.groups if not _is_found(group, ranked)]
    unknown = frozenset(word.folds[0] for word in _words(unfound) if word.folds[0] not in known or not _is_readable(session, asked, word, audience))
    here = ranked[:MOST]
    return Results(asked, tuple(here), cut or len(ranked) > MOST, sum(each.matched == len(asked.groups) for each in here), unknown)


def _is_found(group: WordGroup, ranked: Sequence[RankedCandidate]) -> bool:
    """By what says the same, or by how the word may end."""
    return any(f" {stem}:" in each.candidate.weights for each in ranked for one in group.alternatives for stem in one.stems)


def _words(groups: Iterable[WordGroup]) -> Iterator[WordGroup]:
    """Each word by itself."""
    for group in groups:
        for fold, stem in zip(group.folds, group.alternatives[0].stems, strict=True):
            yield WordGroup((fold,), (Alternative((stem,)),))


def _is_readable(session: Session, asked: SearchRequest, word: WordGroup, audience: SearchAudience) -> bool:
    """Somewhere, whatever kind or module the reader keeps to."""
    found, _ = _candidates(session, replace(asked, groups=(word,)), replace(audience, kinds=audience.readable, module=None), All)
    return bool(found)


def _completions(session: Session, begin: str) -> list[str]:
    """Stems of the words that begin so, those of most sections first."""
    if len(begin) < _BEGINS:
        return []
    query = select(IndexedWord.stem).where(IndexedWord.word >= begin, IndexedWord.word < begin + "~", IndexedWord.sections > 0)
    return list(session.scalars(query.order_by(IndexedWord.sections.desc(), IndexedWord.word).limit(_COMPLETIONS)))


def _counts(session: Session, asked: SearchRequest) -> tuple[dict[str, int], frozenset[str]]:
    """Stem → sections that hold it, more or less; and the words of the index that share a stem with what is asked."""
    rows = session.execute(
        select(IndexedWord.word, IndexedWord.stem, IndexedWord.sections).where(IndexedWord.stem.in_(sorted(asked.stems)), IndexedWord.sections > 0)
    ).all()
    counts: dict[str, int] = {}
    for _, stem, sections in rows:
        counts[stem] = counts.get(stem, 0) + sections
    known = {row.word for row in rows} | {
        fold for group in asked.groups for fold, stem in zip(group.folds, group.alternatives[0].stems, strict=True) if stem in counts
    }
    return counts, frozenset(known)


# --- Rows ------------------------------------------------------------------------------------------------------------


def _candidates(session: Session, asked: SearchRequest, audience: SearchAudience, how: type[All] | type[Any]) -> tuple[list[SearchCandidate], bool]:
    """Those of the course, and the questions that were asked of the reader."""
    limits = list(_limits(audience))
    numbers: list[int] = []
    cut = False
    if audience.kinds - BESIDE:
        numbers, cut = _numbers(session, asked.groups, limits, audience, how)
    rows = [_rows(session, IndexedSection.id.in_(some)) for some in in_chunks(numbers)]
    if SearchKind.QUESTION in audience.kinds and audience.questions:
        rows += _questions(session, asked.groups, audience, how)
    return [each for some in rows for each in some], cut


def _numbers(
    session: Session, groups: Sequence[WordGroup], limits: Sequence[Wanted], audience: SearchAudience, how: type[All] | type[Any]
) -> tuple[list[int], bool]:
    """Of rows that hold what is asked. Where there are too many, of those in which it weighs most; the cut falls by the row's number, the same everywhere."""
    plain = how(tuple(_group(group, 0) for group in groups))
    found = _matching(session, All((plain, *limits)), audience, MOST + 1)
    if len(found) <= MOST:
        return found, False
    before: list[int] = []
    for level, join in ((2, All), (3, Any), (1, Any)):
        weighty = join(tuple(_group(group, level) for group in groups))
        best = _matching(session, All((weighty, plain, *limits)), audience, MOST)
        if len(best) == MOST:
            return list(dict.fromkeys([*before, *best]))[:MOST], True
        before = best or before
    return list(dict.fromkeys([*before, *found]))[:MOST], True


def _group(group: WordGroup, level: int) -> Wanted:
    return Any(tuple(_alternative(each, level) for each in group.alternatives))


def _alternative(alternative: Alternative, level: int) -> Wanted:
    return All(tuple(level_token(stem, level) for stem in alternative.stems))


def _limits(audience: SearchAudience) -> Iterator[Wanted]:
    """What a row must hold besides: tokens of kinds and documents, so that the index alone answers."""
    kinds = audience.kinds - BESIDE
    if audience.documents is not None:
        lessons = [document_token(each) for each in sorted(audience.documents)] if SearchKind.LESSON in kinds else []
        yield Any((*(kind_token(kind) for kind in sorted(kinds - {SearchKind.LESSON})), *lessons) or ("_none",))
    elif kinds != frozenset(SearchKind) - BESIDE:
        yield Any(tuple(kind_token(kind) for kind in sorted(kinds)))
    if audience.module is not None:
        yield Any(tuple(document_token(each) for each in sorted(audience.module)) or ("_none",))


_FTS5 = table("search_index", column("rowid"))
_ON_SQLITE = text("search_index MATCH :tokens")
_ON_POSTGRESQL = text("array_to_tsvector(string_to_array(search_section.tokens, ' ')) @@ CAST(:tokens AS tsquery)")


def _matching(session: Session, wanted: Wanted, audience: SearchAudience, most: int) -> list[int]:
    """Numbers of the first rows that hold what is wanted. The row's number is drawn from its name: the first are any, and the same everywhere."""
    hidden = Any(tuple(document_token(each) for each in sorted(audience.hidden)))
    if session.get_bind().dialect.name == "sqlite":
        tokens = database_query(wanted, '"', "AND", "OR") + (f" NOT {database_query(hidden, chr(34), 'AND', 'OR')}" if hidden.parts else "")
        query = select(_FTS5.c.rowid).where(_ON_SQLITE.bindparams(tokens=tokens)).order_by(_FTS5.c.rowid)
    else:
        tokens = database_query(wanted, "'", "&", "|") + (f" & !{database_query(hidden, chr(39), '&', '|')}" if hidden.parts else "")
        query = select(IndexedSection.id).where(_ON_POSTGRESQL.bindparams(tokens=tokens)).order_by(IndexedSection.id)
    return list(session.scalars(query.limit(most)))


def _questions(session: Session, groups: Sequence[WordGroup], audience: SearchAudience, how: type[All] | type[Any]) -> Iterator[list[SearchCandidate]]:
    """Questions that hold what is asked, of those that the reader has seen."""
    asked = how(tuple(Any(tuple(All(tuple(question_token(stem) for stem in each.stems)) for each in group.alternatives)) for group in groups))
    match: ColumnElement[bool]
    if session.get_bind().dialect.name == "sqlite":
        rows = select(_FTS5.c.rowid).where(_ON_SQLITE.bindparams(tokens=database_query(asked, '"', "AND", "OR")))
        match = IndexedSection.id.in_(rows)
    else:
        match = _ON_POSTGRESQL.bindparams(tokens=database_query(asked, "'", "&", "|"))  # type: ignore[assignment]
    for some in in_chunks(sorted(audience.questions)):
        seen = IndexedSection.anchor.in_(bindparam("seen", list(some), expanding=True))
        here = [IndexedSection.document_id.in_(sorted(audience.module))] if audience.module is not None else []
        yield _rows(session, match, IndexedSection.kind == SearchKind.QUESTION, seen, *here)


_JUDGED = (
    IndexedSection.id,
    IndexedSection.kind,
    IndexedSection.document_id,
    IndexedSection.ref,
    IndexedSection.anchor,
    IndexedSection.place,
    IndexedSection.words,
    IndexedSection.weights,
)


def _rows(session: Session, *conditions: ColumnElement[bool]) -> list[SearchCandidate]:
    return [SearchCandidate(row.id, SearchKind(row.kind), *row[2:]) for row in session.execute(select(*_JUDGED).where(*conditions))]


class ShownSection(Struct, frozen=True):
    """What a page shows of a section."""

    title: str
    heading: str
    text: str


def load_sections(session: Session, numbers: Collection[int]) -> Mapping[int, ShownSection]:
    """Loads title, heading and text of these sections, by number."""
    query = select(IndexedSection.id, IndexedSection.title, IndexedSection.heading, IndexedSection.text).where(IndexedSection.id.in_(list(numbers)))
    return {number: ShownSection(*rest) for number, *rest in session.execute(query)} if numbers else {}
