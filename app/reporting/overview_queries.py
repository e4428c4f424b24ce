"""`/pilotage`: one scope at a glance. Averages are given for five people or more; people are named where somebody should call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask import url_for
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assessment.models import AttemptRequest
from app.content.figure_drawing import draw
from app.content.figures import Figure, FigureItem, FigureKind
from app.content.values import Course
from app.db import UtcDateTime
from app.identity.models import Person
from app.identity.territory_rules import Level, Node
from app.learning.models import Attestation, ElementState
from app.reporting.asking import Asked
from app.reporting.figures import failing
from app.reporting.lines import Line, Reader, conditions
from app.reporting.reach import Reach
from app.reporting.rules import SMALL, Candidate, Situation, hidden_groups, mean_percentage, per_week, to_call
from app.reporting.table import element_title, place_names
from app.web.templating import PARIS, french_date, number, plural

WEEKS = 12
ELSEWHERE = "Autres, ou sans territoire"


@dataclass(frozen=True, slots=True)
class Count:
    words: str
    value: int
    url: str
    """The grid that lists them; empty where it has no such filter."""


@dataclass(frozen=True, slots=True)
class CallLine:
    person_id: int
    name: str
    url: str
    places: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One cité. Its state says only whether somebody learns there: with one or two people each, a figure would name them."""

    name: str
    url: str
    people: int
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its table, and the sentence that says what it shows."""

    id: str
    title: str
    sentence: str
    html: Markup


@dataclass(frozen=True, slots=True)
class OverviewPage:
    scope: str
    total: int
    counts: tuple[Count, ...]
    calls: tuple[CallLine, ...]
    pictures: tuple[Picture, ...]
    """None below five people."""
    tiles: tuple[Tile, ...]
    smallest: int
    computed_at: datetime


def overview_page(session: Session, course: Course, reach: Reach, now: datetime) -> OverviewPage:
    reader = Reader(session, course, reach, Asked(order="avancement"), now)
    lines = list(reader.everything())
    return OverviewPage(
        scope=_scope_words(reach),
        total=len(lines),
        counts=_counts(lines, _attestations(session, reach)),
        calls=_calls(session, course, reach, lines, now),
        pictures=tuple(_pictures(session, reader, lines, now)) if len(lines) >= SMALL else (),
        tiles=_tiles(reach, lines),
        smallest=SMALL,
        computed_at=now,
    )


def _scope_words(reach: Reach) -> str:
    names = [reach.tree.path_name(node) for node in reach.top]
    names += [f"cohorte « {reach.cohorts[cohort]} »" for cohort in sorted(reach.training)]
    return "Tout le réseau" if reach.everything else ", ".join(names) or "Aucun territoire ni cohorte ne vous est confié"


def _counts(lines: Sequence[Line], attestations: int) -> tuple[Count, ...]:
    by = Counter(line.situation for line in lines)
    words = {
        Situation.NOT_STARTED: "n’ont pas commencé",
        Situation.STARTED: "avancent",
        Situation.STUCK: "à l’arrêt depuis plus de 21 jours",
        Situation.FINISHED: "ont terminé",
    }
    found = [Count(text, by[one], url_for("reporting.grid", etat=one.value)) for one, text in words.items()]
    everybody = Count("personnes inscrites", len(lines), url_for("reporting.grid"))
    return (everybody, *found, Count("attestations délivrées", attestations, ""))


def _attestations(session: Session, reach: Reach) -> int:
    people = select(Person.id).where(*conditions(reach, Asked()))
    return session.scalar(select(func.count()).select_from(Attestation).where(Attestation.person_id.in_(people))) or 0


# --- Whom to call ---


def _calls(session: Session, course: Course, reach: Reach, lines: Sequence[Line], now: datetime) -> tuple[CallLine, ...]:
    asking = set(session.scalars(select(AttemptRequest.person_id).where(AttemptRequest.answered_at.is_(None))))
    candidates = [_candidate(course, line, line.id in asking) for line in lines if line.id != reach.reader_id]
    known = {line.id: line for line in lines}
    return tuple(
        CallLine(
            call.person_id,
            known[call.person_id].name,
            url_for("reporting.person", person_id=call.person_id),
            place_names(known[call.person_id], reach),
            call.reason,
        )
        for call in to_call(candidates, now)
    )


def _candidate(course: Course, line: Line, asks: bool) -> Candidate:
    quiz = failing(line.figures.states.values())
    return Candidate(line.id, line.situation, line.figures.path, line.since, line.last_at, asks, element_title(course, quiz) if quiz else None)


# --- Pictures ---


def _pictures(session: Session, reader: Reader, lines: Sequence[Line], now: datetime) -> list[Picture]:
    today = now.astimezone(PARIS).date()
    finished = [line.figures.completed_at.astimezone(PARIS).date() for line in lines if line.figures.completed_at]
    found = [
        _by_module(reader, lines),
        _by_territory(reader.reach, lines),
        _weekly("commencements", "Qui a commencé, semaine par semaine", "ont commencé", _first_days(session, reader.reach), today),
        _weekly("fins", "Qui a terminé, semaine par semaine", "ont terminé", finished, today),
        _stops(reader.course, lines),
    ]
    return [picture for picture in found if picture is not None]


def _bars(id: str, title: str, sentence: str, unit: str, items: Sequence[FigureItem]) -> Picture:
    return Picture(id, title, sentence, draw(Figure(FigureKind.BARS, title, unit, tuple(items)), id))


def _item(label: str, value: Decimal | int) -> FigureItem:
    shown = number(float(value), 1) if isinstance(value, Decimal) else number(value)
    return FigureItem(label, shown, Decimal(value))


def _by_module(reader: Reader, lines: Sequence[Line]) -> Picture | None:
    """Each module over those whom it asks for something, if they are five."""
    shares = {}
    for module in reader.calculator.modules:
        mean = mean_percentage(line.figures.modules[module] for line in lines if line.figures.modules[module].required)
        if mean is not None:
            shares[reader.course.modules[module].title] = mean
    if not shares:
        return None
    first, last = max(shares, key=lambda title: shares[title]), min(shares, key=lambda title: shares[title])
    sentence = f"« {first} » est le module le plus avancé ({_percent(shares[first])}), « {last} » le moins avancé ({_percent(shares[last])})."
    return _bars("modules", "Avancement moyen par module", sentence, "%", [_item(title, mean) for title, mean in shares.items()])


def _percent(value: Decimal) -> str:
    return f"{number(float(value), 1)}\u202f%"


def _by_territory(reach: Reach, lines: Sequence[Line]) -> Picture | None:
    """One level below the scope. Each person counts once, so that the groups share the whole out."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(_group(reach, line), []).append(line)
    hidden = hidden_groups({name: len(people) for name, people in groups.items()})
    shown = {name: mean_percentage(line.figures.path for line in people) for name, people in sorted(groups.items()) if name not in hidden}
    items = [_item(f"{name} ({plural(len(groups[name]), 'personne')})", mean) for name, mean in shown.items() if mean is not None]
    if not items or len(groups) < 2:
        return None
    told = f"{plural(len(items), 'territoire')} sur {len(groups)} compte{'nt' if len(items) > 1 else ''} assez de personnes pour une moyenne"
    return _bars("territoires", "Avancement moyen par territoire", f"{told}\u202f; les autres sont tus.", "%", items)


def _group(reach: Reach, line: Line) -> str:
    wanted = _parts(reach)
    for territory in line.territories:
        for above in reach.tree.ancestors(territory):
            if above.id in wanted:
                return reach.tree.path_name(above.id)
    return ELSEWHERE


def _parts(reach: Reach) -> frozenset[str]:
    """The territories that share the scope out: those given where there are several, else what lies directly below the one."""
    if len(reach.top) > 1:
        return frozenset(reach.top)
    roots = reach.top or tuple(node.id for node in reach.tree.nodes.values() if node.level == Level.REGION)
    return frozenset(child.id for root in roots for child in reach.tree.children(root))


def _first_days(session: Session, reach: Reach) -> list[date]:
    people = select(Person.id).where(*conditions(reach, Asked()))
    first = func.min(ElementState.first_at, type_=UtcDateTime())
    rows = session.scalars(select(first).where(ElementState.person_id.in_(people)).group_by(ElementState.person_id))
    return [moment.astimezone(PARIS).date() for moment in rows if moment]


def _weekly(id: str, title: str, verb: str, days: Sequence[date], today: date) -> Picture:
    weeks = per_week(days, today, WEEKS)
    total = sum(count for _monday, count in weeks)
    sentence = f"{plural(total, 'personne')} {verb if total > 1 else verb.replace('ont', 'a', 1)} en {WEEKS} semaines."
    return _bars(id, title, sentence, "", [_item(f"Semaine du {french_date(monday)}", count) for monday, count in weeks])


def _stops(course: Course, lines: Sequence[Line]) -> Picture | None:
    """The next element of those at a standstill, if they are five."""
    stuck = [line.figures.next_id for line in lines if line.situation == Situation.STUCK and line.figures.next_id]
    if len(stuck) < SMALL:
        return None
    places = Counter(stuck).most_common(8)
    most = f"On s’arrête le plus souvent devant « {element_title(course, places[0][0])} » ({plural(places[0][1], 'personne')})."
    return _bars("arrets", "Où l’on s’arrête", most, "personnes", [_item(element_title(course, element), count) for element, count in places])


# --- The cités ---


def _tiles(reach: Reach, lines: Sequence[Line]) -> tuple[Tile, ...]:
    nodes = reach.nodes or frozenset(reach.tree.nodes)
    there: dict[str, list[Line]] = {}
    for line in lines:
        for territory in line.territories:
            there.setdefault(territory, []).append(line)
    return tuple(_tile(node, there) for node in reach.tree.nodes.values() if node.level == Level.CITE and node.id in nodes)


def _tile(node: Node, there: Mapping[str, Sequence[Line]]) -> Tile:
    people = there.get(node.id, ())
    begun = any(line.situation != Situation.NOT_STARTED for line in people)
    words, kind = ("en chemin", "done") if begun else ("pas encore commencé", "started") if people else ("aucun inscrit", "empty")
    return Tile(node.name, url_for("reporting.grid", territoire=node.id), len(people), words, kind)
