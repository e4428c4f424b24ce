"""Drafts of one author that belong together. Pure.

One is new and another names it, so that neither stands alone in the course; or they are a lesson and its quiz, which are written in one page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from app.authoring.drafts.readings import reading_of
from app.authoring.models import Draft
from app.content.documents.reader import kind_of
from app.content.values.text import DocumentKind

_KINDS = tuple(DocumentKind)


def groups(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """Each with those that it needs or that need it, as they are read; the groups in the order in which their first drafts are given."""
    new = {draft.document_id for draft in drafts if draft.base_revision_id is None}
    quizzes = {draft.document_id for draft in drafts if kind_of(draft.path) is DocumentKind.QUIZ}
    found: list[list[Draft]] = []
    ids = {draft.document_id: _ids(draft, new, quizzes) for draft in drafts}
    for draft in drafts:
        near = [group for group in found if any(ids[draft.document_id] & ids[other.document_id] for other in group)]
        joined = [*chain.from_iterable(near), draft]
        found = [*(group for group in found if group not in near), joined]
    places = {draft.document_id: place for place, draft in enumerate(drafts)}
    return [as_read(group) for group in sorted(found, key=lambda group: min(places[draft.document_id] for draft in group))]


def as_read(drafts: Iterable[Draft]) -> list[Draft]:
    """A module, its lessons, their quizzes, then what names them; of one kind, the oldest first."""
    return sorted(drafts, key=lambda draft: (_KINDS.index(kind_of(draft.path) or DocumentKind.LESSON), draft.id))


def with_it(draft: Draft, others: Iterable[Draft]) -> list[str]:
    """The ids of the other drafts that belong with one."""
    group = next(group for group in groups([draft, *others]) if draft in group)
    return [each.document_id for each in group if each is not draft]


def _ids(draft: Draft, new: set[str], quizzes: set[str]) -> set[str]:
    """The new documents that a draft is, or names in its head or by a link; the quiz that it is, or that a lesson has."""
    scan = reading_of(draft.path, draft.text).scan
    own = {draft.document_id, *(scan.cited if kind_of(draft.path) is DocumentKind.LESSON else ())}
    return {draft.document_id, *scan.cited, *(link.target for link in scan.links)} & new | own & quizzes
