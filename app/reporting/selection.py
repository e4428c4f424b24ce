"""What a report asks for: the filter and the order, read from the address and written back to it, and their SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, literal, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from werkzeug.datastructures import MultiDict

from app.content.values.course import Course
from app.identity.rules import Side
from app.identity.territories import belongs_to
from app.platform.db import UtcDateTime
from app.platform.errors import DomainError, NotYours
from app.platform.french import fold, zone
from app.platform.web import edge
from app.platform.web.edge import NOT_A_DAY, bounded_int, parse_day
from app.record.progress.due import NO_DAY, Timeliness
from app.record.progress.models import NEVER, PersonFigures
from app.reporting.scope import ReportScope, in_scope, learns_in
from app.reporting.scope_rules import MODULE_WORDS, MOST_CHOSEN, STUCK_AFTER, ModuleState, Movement, PathSituation

NAME_LENGTH = 100
ORDERS = {
    "nom": "par nom",
    "-nom": "par nom, de Z à A",
    "inscription": "les plus anciens comptes d’abord",
    "-inscription": "les plus récents comptes d’abord",
    "-activite": "les dernières activités d’abord",
    "activite": "les plus longs silences d’abord",
    "avancement": "les moins avancés d’abord",
    "-avancement": "les plus avancés d’abord",
    "echeance": "les échéances les plus proches d’abord",
}
FIELDS = (
    "territoire",
    "cohorte",
    "parcours",
    "etat",
    "echeance",
    "vague",
    "cote",
    "du",
    "au",
    "fait",
    "depuis",
    "jusque",
    "ensuite",
    "module",
    "dans",
    "nom",
    "personnes",
    "colonnes",
    "tri",
)
LIST_FIELDS = frozenset({"colonnes", "tri"})
"""Those of a list of people alone: they leave nobody out."""
DAYS = ("du", "au", "depuis", "jusque")
COLUMN, MOST_COLUMNS = re.compile(r"[a-z]{1,20}"), 20
USUAL_COLUMNS = frozenset({"situation", "avancement", "echeance", "activite", "modules"})
"""Those of the screen where none are chosen."""


class ReportFilter(Struct, frozen=True):
    """Empty values ask for nothing."""

    territory: str = ""
    cohort: int | None = None
    path: str = ""
    situation: PathSituation | None = None
    timeliness: Timeliness | None = None
    wave: int | None = None
    side: Side | None = None
    since: date | None = None
    until: date | None = None
    """Accounts opened between these days, both included."""
    movement: Movement | None = None
    period: tuple[date | None, date | None] = (None, None)
    """From one day to another, both included: what `movement` happened in, and what an overview tells of."""
    next_id: str = ""
    """The element to do next."""
    misread: tuple[tuple[str, str], ...] = ()
    """Of these days, those that are none: (field, what was typed)."""
    module: str = ""
    module_state: ModuleState | None = None
    """In `module`; without one it asks for nothing, and is refused with a sentence."""
    name: str = ""
    """Words that the name holds."""
    people: tuple[int, ...] = ()
    """These alone, chosen one by one."""
    columns: tuple[str, ...] = ()
    """Of the list on the screen (`grid.columns`); none: the usual ones."""
    order: str = "nom"
    after: str = ""
    """The last line of the page before: its key, then its person's number."""

    def fields(self) -> dict[str, str]:
        """The address's arguments, the place in the list left out."""
        values = (
            self.territory,
            self.cohort,
            self.path,
            self.situation,
            self.timeliness,
            self.wave,
            self.side,
            self.since,
            self.until,
            self.movement,
            *self.period,
            self.next_id,
            self.module,
            self.module_state,
            self.name,
            ",".join(map(str, self.people)),
            ",".join(self.columns),
            self.order,
        )
        written = {name: "" if value is None else str(value) for name, value in zip(FIELDS, values, strict=True)}
        return {name: value for name, value in written.items() if value and (name, value) != ("tri", "nom")}

    def of_people(self) -> ReportFilter:
        """Returns the filter for a list of people: a period without a movement selects nobody."""
        return self if self.movement else replace(self, period=(None, None))

    def ensure_understood(self) -> ReportFilter:
        """Returns the filter for a file; raises DomainError for a filter that is not understood."""
        if self.refusal:
            raise DomainError(self.refusal)
        return self

    @property
    def refusal(self) -> str:
        """A sentence where a day was not understood, or a state asked for in no module; the filter is then without it."""
        if self.module_state and not self.module and not self.misread:
            return f"« {MODULE_WORDS[self.module_state].capitalize()} » : choisissez aussi le module."
        typed = [f"« {text} »" for _name, text in self.misread]
        ending = "n’est pas une date que le filtre comprend" if len(typed) == 1 else "ne sont pas des dates que le filtre comprend"
        return f"{' et '.join(typed)} {ending}. {NOT_A_DAY}" if typed else ""


def read_filter(arguments: Mapping[str, str], scope: ReportScope, course: Course) -> ReportFilter:
    """Read an address. Nonsense asks for nothing; a territory, a cohort, a path or a module that is not the reader's to name does not exist."""
    given = {name: arguments.get(name, "").strip() for name in (*FIELDS, "apres")}
    if given["etat"] == Timeliness.LATE:  # asked with the states of a path, it is the one that is about a day
        given["etat"], given["echeance"] = "", Timeliness.LATE.value
    days = {name: _day(given[name]) for name in DAYS}
    wanted = ReportFilter(
        territory=given["territoire"],
        cohort=_number(given["cohorte"]),
        path=given["parcours"],
        situation=PathSituation(given["etat"]) if given["etat"] in set(PathSituation) else None,
        timeliness=Timeliness(given["echeance"]) if given["echeance"] in set(Timeliness) else None,
        wave=_number(given["vague"]),
        side=Side(given["cote"]) if given["cote"] in set(Side) else None,
        since=days["du"],
        until=days["au"],
        movement=Movement(given["fait"]) if given["fait"] in set(Movement) else None,
        period=(days["depuis"], days["jusque"]),
        next_id=given["ensuite"],
        misread=tuple((name, given[name][:40]) for name, read in days.items() if given[name] and read is None),
        module=given["module"],
        module_state=ModuleState(given["dans"]) if given["dans"] in set(ModuleState) else None,
        name=" ".join(given["nom"].split())[:NAME_LENGTH],
        people=read_people(given["personnes"].split(",")),
        columns=_read_columns(arguments),
        order=given["tri"] if given["tri"] in ORDERS else "nom",
        after=given["apres"],
    )
    unknown_territory = wanted.territory and wanted.territory not in (scope.territories or scope.tree.nodes)
    unknown_cohort = wanted.cohort is not None and wanted.cohort not in scope.cohorts
    unknown_path = wanted.path and all(path.id != wanted.path for path in course.paths.paths)
    unknown_subject = wanted.module not in {"", *course.modules} or not known_element(course, wanted.next_id)
    if unknown_territory or unknown_cohort or unknown_path or unknown_subject:
        raise NotYours
    return wanted


def _read_columns(arguments: Mapping[str, str]) -> tuple[str, ...]:
    """An address holds them one by one, as a form sends them, or in one list, as `ReportFilter.fields` writes them; a name that is none asks for nothing."""
    written: Sequence[str] = arguments.getlist("colonnes") if isinstance(arguments, MultiDict) else [arguments.get("colonnes", "")]
    names = tuple(dict.fromkeys(name for text in written for name in text.split(",") if COLUMN.fullmatch(name)))[:MOST_COLUMNS]
    return () if set(names) == USUAL_COLUMNS else names


def known_element(course: Course, element_id: str) -> bool:
    return not element_id or element_id in course.lessons or element_id in course.quizzes


def read_people(written: Iterable[str]) -> tuple[int, ...]:
    """Each once, in their order; nonsense is nobody."""
    numbers = (_number(text.strip()) for text in written)
    return tuple(sorted({number for number in numbers if number is not None}))[:MOST_CHOSEN]


def _number(text: str) -> int | None:
    try:
        return bounded_int(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return parse_day(text) if text else None
    except ValueError:
        return None


# --- The filter and the order in SQL ---
# Conditions on the rows of `person_figures`.

Figures = PersonFigures

_KEYS: dict[str, InstrumentedAttribute[Any]] = {
    "nom": Figures.name_key,
    "inscription": Figures.opened_at,
    "activite": Figures.last_at,
    "avancement": Figures.share,
    "echeance": Figures.next_due_on,
}


MILLION = 10**6
"""The whole of a module, where a list is sorted by its share: rounded down, it tells a module of a thousand elements from all others."""
NOTHING_ASKED = MILLION + 1
"""The share of a module that asks for nothing: last where lists are sorted by it."""


def key_of(wanted: ReportFilter) -> ColumnElement[Any]:
    """What the list is sorted by; the person's number comes next. A report on a module sorts by what is done of it."""
    order = wanted.order.lstrip("-")
    if order == "avancement" and wanted.module:
        done, required = module_counts(wanted.module)
        return case((required == 0, NOTHING_ASKED), else_=done * MILLION // required)
    return _KEYS[order].expression


class _ModuleNumber(FunctionElement[int]):
    """A number that the figures of a person keep of a module; NULL for a module that a row does not hold. Arguments: their text, its path in it as JSON, what
    stands before the numbers, the place among them from 1."""

    type, name, inherit_cache = Integer(), "module_number", True


@compiles(_ModuleNumber)
def _look_into_json(element: _ModuleNumber, compiler: SQLCompiler, **options: Any) -> str:
    text, path, _before, _place = element.clauses
    return compiler.process(func.json_extract(text, path), **options)


@compiles(_ModuleNumber, "postgresql")
def _cut_number(element: _ModuleNumber, compiler: SQLCompiler, **options: Any) -> str:
    """PostgreSQL would read the whole JSON text of each row at every look into it, twice over: the number is cut out, as `figures.rows` writes it."""
    text, _path, before, place = element.clauses
    numbers = func.split_part(text, before, 2)
    return compiler.process(cast(func.nullif(func.split_part(numbers, ",", place), ""), Integer), **options)


def module_counts(module: str) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """(done, required) in a module."""
    done, required = (_ModuleNumber(Figures.modules, literal(f'$."{module}"[{place}]'), literal(f'"{module}":['), literal(place + 1)) for place in (0, 1))
    return done, required


def conditions(scope: ReportScope, wanted: ReportFilter, now: datetime) -> list[ColumnElement[bool]]:
    """Returns the SQL conditions of who counts in reports, within the reader's scope and the filter."""
    own = Figures.counted.expression, in_scope(scope, Figures.person_id)
    return [*own, *_who_they_are(wanted), *_where_they_belong(scope, wanted), *_where_they_stand(scope, wanted, now), *_in_module(wanted)]


def _where_they_belong(scope: ReportScope, wanted: ReportFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.territory:
        yield belongs_to(Figures.person_id, scope.tree.under([wanted.territory]), scope.on)
    if wanted.cohort is not None:
        yield learns_in(Figures.person_id, [wanted.cohort])
    if wanted.wave is not None:
        cites = [cite for cite, wave in scope.waves.items() if wave == wanted.wave]
        yield belongs_to(Figures.person_id, cites, scope.on)
    if wanted.side is not None:
        yield Figures.side == wanted.side.value
    yield from within(Figures.opened_at, wanted.since, wanted.until)


def _who_they_are(wanted: ReportFilter) -> Iterator[ColumnElement[bool]]:
    for word in fold(wanted.name).split():
        yield Figures.name_key.contains(word, autoescape=True)
    if wanted.people:
        yield Figures.person_id.in_(wanted.people)


def _where_they_stand(scope: ReportScope, wanted: ReportFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    if wanted.path:
        yield Figures.path_id == wanted.path
    if wanted.situation is not None:
        yield situations_at(now)[wanted.situation]
    if wanted.timeliness is not None:
        yield timeliness_at(scope.on)[wanted.timeliness]
    if wanted.next_id:
        yield Figures.next_id == wanted.next_id
    if wanted.movement is not None:
        moment = MOMENTS[wanted.movement]
        yield moment.is_not(None)
        yield from within(moment, *wanted.period)


def _in_module(wanted: ReportFilter) -> Iterator[ColumnElement[bool]]:
    """`module_state` of `scope_rules.py`, in SQL."""
    if wanted.module and wanted.module_state is not None:
        done, required = module_counts(wanted.module)
        yield {
            ModuleState.NOT_STARTED: and_(done == 0, required > 0),
            ModuleState.STARTED: and_(done > 0, done < required),
            ModuleState.LEFT: done < required,
            ModuleState.DONE: and_(done == required, required > 0),
        }[wanted.module_state]


MOMENTS: dict[Movement, ColumnElement[datetime | None]] = {
    Movement.STARTED: Figures.first_at.expression,
    Movement.FINISHED: Figures.completed_at.expression,
}
"""When somebody did it first."""


def within(moment: ColumnElement[Any] | InstrumentedAttribute[Any], since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    """The conditions that it falls between two days of Paris, both included."""
    return [
        *([moment >= midnight(since)] if since else []),
        *([moment < midnight(until + timedelta(days=1))] if until else []),
    ]


def midnight(day: date) -> ColumnElement[datetime]:
    return literal(datetime.combine(day, datetime.min.time(), zone()), UtcDateTime())


def situations_at(now: datetime) -> dict[PathSituation, ColumnElement[bool]]:
    """Situation → the condition that it is a person's: `scope_rules.situation_of` in SQL. A waiver counts, whether or not the person ever came.

    On plain columns, by which PostgreSQL foresees how many there are.
    """
    going, last_at, silence = ~Figures.finished, Figures.last_at, now - STUCK_AFTER
    return {
        PathSituation.FINISHED: Figures.finished.expression,
        PathSituation.NOT_STARTED: and_(going, last_at == NEVER),
        PathSituation.STUCK: and_(going, last_at > NEVER, last_at < silence),
        PathSituation.STARTED: and_(going, last_at >= silence),
    }


def timeliness_at(today: date) -> dict[Timeliness, ColumnElement[bool]]:
    """Timeliness → the condition that it is a person's: `due.timeliness` in SQL. Whoever has no date is never late, since `NO_DAY` never comes."""
    going, due_on = ~Figures.finished, Figures.next_due_on
    return {
        Timeliness.FINISHED: Figures.finished.expression,
        Timeliness.NO_DATE: and_(going, due_on == NO_DAY),
        Timeliness.LATE: and_(going, due_on < today),
        Timeliness.ON_TIME: and_(going, due_on >= today, due_on < NO_DAY),
    }


def value_where(conditions: Mapping[Any, ColumnElement[bool]]) -> ColumnElement[str]:
    """The value of the one whose condition holds, of `situations_at` or `timeliness_at`."""
    return case(*((condition, one.value) for one, condition in conditions.items()))


# --- A page ---


def order_rows(rows: Select[Any], wanted: ReportFilter) -> Select[Any]:
    """The rows in order, from the place asked for. Nothing is skipped or shown twice, whatever comes or goes before it."""
    key, number, down = key_of(wanted), Figures.person_id.expression, wanted.order.startswith("-")
    rows = rows.order_by(*((key.desc(), number.desc()) if down else (key, number)))
    last = _read_place(wanted, key)
    if last is None:
        return rows
    return rows.where(tuple_(key, number) < last if down else tuple_(key, number) > last)


def place_of(key: Any, number: int) -> str:
    """Writes the cursor of a page as in an address."""
    return f"{key.isoformat() if isinstance(key, date) else key}~{number}"


def _read_place(wanted: ReportFilter, column: ColumnElement[Any]) -> Any:
    """None for the beginning, and for nonsense."""
    written, _, number = wanted.after.rpartition("~")
    try:
        value: Any = _READ.get(wanted.order.lstrip("-"), _moment)(written)
        return tuple_(literal(value, column.type), literal(edge.bounded_int(number)))
    except ValueError:
        return None


_READ: dict[str, Callable[[str], Any]] = {"nom": str, "avancement": edge.bounded_int, "echeance": date.fromisoformat}


def _moment(written: str) -> datetime:
    moment = edge.parse_moment(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
