"""What a report is asked for: the filter and the order, read from the address and written back to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from app.content.values.course import Course
from app.identity.rules import Side
from app.platform.errors import DomainError, NotYours
from app.platform.web.edge import NOT_A_DAY, bounded_int, parse_day
from app.record.progress.due import Timeliness
from app.reporting.scope.queries import ReportScope
from app.reporting.scope.rules import MODULE_WORDS, MOST_CHOSEN, ModuleState, Movement, PathSituation

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
    "tri",
)
DAYS = ("du", "au", "depuis", "jusque")


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
            _numbers(self.people),
            self.order,
        )
        written = {name: "" if value is None else str(value) for name, value in zip(FIELDS, values, strict=True)}
        return {name: value for name, value in written.items() if value and (name, value) != ("tri", "nom")}

    def of_people(self) -> ReportFilter:
        """Returns the filter for a list of people: a period without a movement selects nobody."""
        return self if self.movement else replace(self, period=(None, None))

    def understood(self) -> ReportFilter:
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


def known_element(course: Course, element_id: str) -> bool:
    return not element_id or element_id in course.lessons or element_id in course.quizzes


def read_people(written: Iterable[str]) -> tuple[int, ...]:
    """Each once, in their order; nonsense is nobody."""
    numbers = (_number(text.strip()) for text in written)
    return tuple(sorted({number for number in numbers if number is not None}))[:MOST_CHOSEN]


def _numbers(people: Collection[int]) -> str:
    return ",".join(map(str, people))


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
