"""What a publication would change for those who learn, counted on their real records by the functions that will apply it.

Every standing is worked out twice, under the course of today and under the one that the candidates would make; what differs is counted. Where only the words
of lessons and quizzes change, which is nearly always, nobody's path does: what people did of these is all that is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt
from app.content.values.course import Course, Lesson
from app.content.values.paths import element_of
from app.content.values.text import Source
from app.platform.french import agree, french, plural
from app.record.enrolment import demands
from app.record.everybody import in_turns, states_of
from app.record.progress.models import EVERYTHING
from app.record.progress.path_progress import CourseStanding, PathProgress
from app.record.progress.queries import Demands, stored_demands
from app.record.progress.rules import ElementProgress, is_done

_NAMED = 5
"""Lessons that a sentence names, at most."""


@dataclass(slots=True)
class PublicationEffect:
    """People, by element or module id."""

    finished: Counter[str] = field(default_factory=Counter)
    """Have done a changed element, or completed a changed module. Nothing is taken back from them."""
    begun: Counter[str] = field(default_factory=Counter)
    """Have begun it and not finished."""
    lost: Counter[str] = field(default_factory=Counter)
    """Would no longer have it finished: always empty, and counted to be sure."""
    arriving: Counter[str] = field(default_factory=Counter)
    """Will see an element come as news."""
    coming: Counter[str] = field(default_factory=Counter)
    """Will see a module come that there was not, which their path asks for; its elements arrive with it."""
    offered: Counter[str] = field(default_factory=Counter)
    """Will see a module come on their path that it does not ask for."""
    rereading: Counter[str] = field(default_factory=Counter)
    """Will see an element that they have done as one to read again."""
    relieved: Counter[str] = field(default_factory=Counter)
    """Will no longer be asked for an element."""
    kept: Counter[str] = field(default_factory=Counter)
    """Have done an element that is asked for no more, and keep it."""
    open_attempts: int = 0
    """Under way on the old text: they go on with it."""


def effect_of(session: Session, before: Course, after: Course, changed: Sequence[str], now: datetime) -> PublicationEffect:
    """What going from one course to the other now would change; `changed` are the documents that differ."""
    old = stored_demands(session)
    new = demands(after, old, now)
    effect = PublicationEffect(open_attempts=_open_attempts(session, changed))
    if old == new and _only_words(before, after, changed):
        for mine in states_of(session, changed):
            _count_one(effect, before, after, mine)
        return effect
    left = _people_asked(old) - _people_asked(new)
    for some in in_turns(session, _concerned_elements(before, after, changed)):
        for was, will_be in zip(some.standings(before, old), some.standings(after, new), strict=True):
            _count(effect, was, will_be, changed, left)
    return effect


def _only_words(before: Course, after: Course, changed: Collection[str]) -> bool:
    """Of elements that stand where they stood."""
    elements = all(element_of(before, each) and element_of(after, each) for each in changed)
    alike = elements and before.paths == after.paths and before.modules == after.modules
    return alike and all(before.elements_of(module) == after.elements_of(module) for module in before.modules.values())


def _count_one(effect: PublicationEffect, before: Course, after: Course, mine: ElementProgress) -> None:
    """What somebody did of a changed element whose place does not change."""
    element, progress = mine.element_id, {mine.element_id: mine}
    (effect.finished if mine.state.done else effect.begun)[element] += 1
    was, will_be = CourseStanding(course=before, progress=progress), CourseStanding(course=after, progress=progress)
    if after.module_of(element) and will_be.to_read_again(element) and not was.to_read_again(element):
        effect.rereading[element] += 1


def _people_asked(asked: Demands) -> set[str]:
    return {row[0] for row in asked.get(EVERYTHING, ())}


def _concerned_elements(before: Course, after: Course, changed: Collection[str]) -> set[str]:
    """The elements whose states matter: those that change, and all of the modules that they stand in or come to."""
    elements = set(changed)
    for here in (before, after):
        modules = {module.id: module for each in changed if (module := here.modules.get(each) or here.module_of(each))}
        if "paths" in changed:
            modules |= here.modules
        elements |= {element for module in modules.values() for element in here.elements_of(module)}
    return elements


def _count(effect: PublicationEffect, was: PathProgress, will_be: PathProgress, changed: Collection[str], left: Collection[str]) -> None:
    for identifier in changed:
        if _is_finished(was, identifier):
            effect.finished[identifier] += 1
            effect.lost[identifier] += identifier in will_be.course.modules and not _is_finished(will_be, identifier)
        elif _has_begun(was, identifier):
            effect.begun[identifier] += 1
    for news in set(will_be.news) - set(was.news):
        (effect.arriving if news.added else effect.rereading)[news.element_id] += 1
    if fresh := will_be.course.modules.keys() - was.course.modules.keys():
        effect.coming.update({module.id for news in will_be.news if (module := will_be.course.module_of(news.element_id))} & fresh)
    if was.enrolment_id is not None:
        effect.offered.update(set(will_be.path.module_ids) - set(was.path.module_ids) - set(will_be.path.required_ids))
    effect.relieved.update(set(was.path_elements()) - set(will_be.path_elements()))
    effect.kept.update(element for element in left if is_done(element, was.progress))


def _is_finished(standing: PathProgress, identifier: str) -> bool:
    if identifier in standing.course.modules:
        return standing.module_completed_on(identifier) is not None
    return is_done(identifier, standing.progress)


def _has_begun(standing: PathProgress, identifier: str) -> bool:
    module = standing.course.modules.get(identifier)
    return any(element in standing.progress for element in (standing.course.elements_of(module) if module else (identifier,)))


def _open_attempts(session: Session, changed: Collection[str]) -> int:
    """Attempts under way that pinned a text of these documents."""
    pins = session.scalars(select(Attempt.pins).where(Attempt.submitted_at.is_(None)))
    return sum(any(identifier in pinned for identifier in changed) for pinned in pins)


# --- In words --------------------------------------------------------------------------------------------------------


def sentences(effect: PublicationEffect, before: Course, after: Course) -> tuple[str, ...]:
    """The effect as it is stated."""
    lines = [_finished_sentence(effect, identifier, _name(before, after, identifier)) for identifier in +(effect.finished | effect.begun)]
    lines += _new_modules(effect, before, after)
    lines += [
        _sees(_name(after, before, each), count, "une étape nouvelle.")
        for each, count in effect.arriving.items()
        if not ((module := after.module_of(each)) and module.id in effect.coming)
    ]
    lines += [
        _sees(_name(after, before, each), count, f"un module nouveau, que {agree(count, 'son', 'leur')} parcours ne demande pas.")
        for each, count in effect.offered.items()
    ]
    lines += [_sees(_name(after, before, each), count, "la mention « à relire ».") for each, count in effect.rereading.items()]
    for each in effect.relieved | effect.kept:
        name, relieved, kept = _name(before, after, each), effect.relieved[each], effect.kept[each]
        lines.append(
            f"{name} n’est plus demandé : {plural(relieved, 'personne')} n’{agree(relieved, 'aura', 'auront')} plus à le faire ; {kept} l’{agree(kept, 'a', 'ont')} fait et le {agree(kept, 'garde', 'gardent')}."
        )
    if effect.open_attempts:
        each = agree(effect.open_attempts, "elle garde", "elles gardent")
        lines.append(f"{plural(effect.open_attempts, 'tentative ouverte', 'tentatives ouvertes')} : {each} l’ancienne version.")
    if before.sources is not after.sources:
        lines.append(_sources_sentence(before, after))
    return tuple(map(french, lines)) or ("Personne n’a encore commencé ce qui change.",)


def _sees(name: str, count: int, what: str) -> str:
    return f"{name} : {plural(count, 'personne')} {agree(count, 'verra', 'verront')} {what}"


def _new_modules(effect: PublicationEffect, before: Course, after: Course) -> Iterator[str]:
    """Each once, whatever it holds; and those that no path has, which nobody will come upon."""
    for each, count in effect.coming.items():
        steps = plural(len(after.elements_of(after.modules[each])), "étape")
        yield _sees(_name(after, before, each), count, f"un module nouveau, de {steps}, que {agree(count, 'son', 'leur')} parcours demande.")
    placed = {module_id for path in after.paths.paths for module_id in path.module_ids}
    for each in after.modules.keys() - before.modules.keys() - placed if placed else ():
        yield f"{_name(after, before, each)} n’est dans aucun parcours : personne ne le verra sur le sien."


def _sources_sentence(before: Course, after: Course) -> str:
    """The lessons whose text stays, and whose notes say something else."""
    changed = [lesson.title for lesson in after.lessons.values() if before.lessons.get(lesson.id) is lesson and _notes(before, lesson) != _notes(after, lesson)]
    if not changed:
        return "Aucune leçon publiée n’appelle une source qui change."
    others = f" et {plural(len(changed) - _NAMED, 'autre')}" if len(changed) > _NAMED else ""
    return f"Les notes de {plural(len(changed), 'leçon')} changent : {', '.join(f'« {title} »' for title in changed[:_NAMED])}{others}."


def _notes(course: Course, lesson: Lesson) -> list[Source]:
    return [replace(source, line=0) for source in course.sources_of(lesson)]


def _finished_sentence(effect: PublicationEffect, identifier: str, name: str) -> str:
    finished, begun = effect.finished[identifier], effect.begun[identifier]
    parts = []
    if finished:
        parts.append(f"{plural(finished, 'personne')} l’{agree(finished, 'a', 'ont')} terminé : rien ne {agree(finished, 'lui', 'leur')} sera retiré")
    if begun:
        parts.append(f"{plural(begun, 'personne')} l’{agree(begun, 'a', 'ont')} commencé")
    return f"{name} : {' ; '.join(parts)}."


def rereading_sentence(count: int) -> str:
    """What « à relire » adds for those who have finished."""
    if not count:
        return "Personne ne l’a encore terminé."
    return french(f"{plural(count, 'personne')} qui l’{agree(count, 'a', 'ont')} terminé {agree(count, 'verra', 'verront')} la mention « à relire ».")


def _name(course: Course, other: Course, identifier: str) -> str:
    """Its title between quotation marks. A quiz says that it is one: it often has the title of its lesson."""
    for here in (course, other):
        element = element_of(here, identifier) or here.modules.get(identifier)
        if element is not None:
            return f"{'Le quiz ' if identifier in here.quizzes else ''}« {element.title} »"
    return f"« {identifier} »"
