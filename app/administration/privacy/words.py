"""What is stored as a key, in the words that people know: titles, names of territories and cohorts, states, what was done."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.administration import acts
from app.administration.models import GROUNDS
from app.administration.privacy import journal
from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.letters.preferences import KINDS
from app.identity.models import Territory
from app.identity.rules import SIDE_LABELS
from app.learner.positioning.rules import DECISION_WORDS, PROPOSAL_WORDS
from app.platform.french import french_date, plural
from app.platform.web import display
from app.record.figures.rows import module_figures
from app.record.progress.cards import EVENT_WORDS, STATE_WORDS
from app.record.progress.due import NO_DAY
from app.record.progress.models import NEVER, Cohort
from app.record.progress.path_progress import element_of
from app.record.progress.rules import Progress


def day(value: Any) -> Any:
    """A date that was written as text, as one."""
    try:
        return french_date(date.fromisoformat(value))
    except (TypeError, ValueError):
        return value


BETWEEN = " ; "
"""Titles have commas of their own."""


def _spared(progress: Progress) -> str:
    return f", dont {plural(progress.waived, 'dispensé')}" if progress.waived else ""


class Readable:
    """`readable(column, value)`: what is not known is shown as it is. One SELECT for each sort of name, the first time."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def __call__(self, column: str, value: Any) -> Any:
        sort = self._sorts.get(column)
        if sort is None or value is None:
            return value
        return BETWEEN.join(str(sort(one)) for one in value) if isinstance(value, list) else sort(value)

    @cached_property
    def _sorts(self) -> Mapping[str, Callable[[Any], Any]]:
        return {
            **dict.fromkeys(
                ("element_id", "quiz_id", "lesson_id", "document_id", "subject_id", "path_id", "parcours", "quiz", "next_id", "failing_id", "module_id"),
                self.title,
            ),
            **dict.fromkeys(("territory_id", "territoire", "territoires"), self.territory),
            **dict.fromkeys(("cohort_id", "cohorte"), self.cohort),
            "event": lambda value: EVENT_WORDS.get(value, value),
            "state": lambda value: STATE_WORDS.get(value, value),
            "side": lambda value: SIDE_LABELS.get(value, value),
            "display": display.words,
            "act": lambda value: acts.LABELS.get(value, value),
            "what": journal.words,
            **dict.fromkeys(("ground", "motif"), lambda value: GROUNDS.get(value, value)),
            "fichier": lambda value: acts.file_words(value),
            "kind": lambda value: KINDS[value].words if value in KINDS else value,
            "le": day,
            "last_at": lambda value: None if value == NEVER else value,
            "next_due_on": lambda value: None if value == NO_DAY else value,
            "module_dues": self.module_dues,
            "échéance": day,
            "proposal": lambda value: PROPOSAL_WORDS.get(value, value),
            "decision": lambda value: DECISION_WORDS.get(value, value),
            "modules": self.modules,
            "pins": lambda pin: self.title(pin[0]),
        }

    @cached_property
    def _course(self) -> Course:
        return course(self.session)

    @cached_property
    def _territories(self) -> dict[str, str]:
        return dict(self.session.execute(select(Territory.id, Territory.name)).all())

    @cached_property
    def _cohorts(self) -> dict[int, str]:
        return dict(self.session.execute(select(Cohort.id, Cohort.name)).all())

    def title(self, value: Any) -> Any:
        known = self._course
        found = element_of(known, value) or known.modules.get(value) or next((path for path in known.paths.paths if path.id == value), None)
        return found.title if found else value

    def modules(self, value: str) -> str:
        """« Les cités éducatives : 6 sur 11, dont 2 dispensés », module by module."""
        counts = module_figures(value).items()
        return BETWEEN.join(f"{self.title(module)} : {one.done} sur {one.required}{_spared(one)}" for module, one in counts)

    def module_dues(self, value: str) -> str:
        return BETWEEN.join(f"{self.title(module)} : {day(due)}" for module, due in json.loads(value).items())

    def territory(self, value: Any) -> Any:
        return self._territories.get(value, value)

    def cohort(self, value: Any) -> Any:
        return self._cohorts.get(value, value)
