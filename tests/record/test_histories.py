"""Random histories of people × random edits of the course, on each database: the projection is the replay of the ledger, every page shows
the one figure, and no edit takes anything back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.store.queries import course
from app.record import enrolment, ledger, services
from app.record.figures import store as stored_figures
from app.record.progress import rules
from app.record.progress.models import PersonFigures
from app.record.progress.queries import element_states, ledger_rows
from app.record.progress.rules import EventType, Progress, ProgressState
from tests.identity.builders import stored_person
from tests.record import courses
from tests.record.courses import Text
from tests.record.histories import figures_in, ratio, told
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import REPORT_FIGURES

NAMES = ("alpha", "beta", "gamma", "delta")
MODULES = ("mod-un", "mod-deux", "mod-trois")

elements = st.sampled_from([*NAMES, *(f"{name}-quiz" for name in NAMES)])
acts = st.tuples(st.sampled_from(["look", "read", "pass", "fail", "waive", "revoke", "news"]), elements)
places = st.lists(st.sampled_from(NAMES), unique=True, max_size=3)
edits = st.one_of(
    st.tuples(st.just("arrange"), st.sampled_from(MODULES), places),
    st.tuples(st.just("path"), st.lists(st.sampled_from(MODULES), unique=True, min_size=1, max_size=3), st.sampled_from(["acculturation", "autre-parcours"])),
    st.tuples(st.just("lesson"), st.sampled_from(NAMES), st.booleans()),
    st.tuples(st.just("quiz"), st.sampled_from(NAMES), st.sampled_from(["remis", "réussi"])),
    st.tuples(st.just("withdraw"), elements, st.none()),
    st.tuples(st.just("text"), st.sampled_from(NAMES), st.integers(0, 10_000)),
)
steps = st.lists(st.one_of(st.tuples(st.just("do"), acts), st.tuples(st.just("edit"), edits)), min_size=3, max_size=9)


def whole_course() -> tuple[Text, ...]:
    """Two modules of two lessons, each lesson with its quiz, and an empty module."""
    texts = [text for name in NAMES for text in (courses.lesson(name, quiz=f"{name}-quiz"), courses.quiz(f"{name}-quiz", lesson=name, count=1))]
    modules = (courses.module("mod-un", NAMES[:2]), courses.module("mod-deux", NAMES[2:]), courses.module("mod-trois", []))
    return (*texts, *modules, courses.path(MODULES[:2]))


@dataclass
class Story:
    """One person's history against the edits of one course."""

    world: World
    person: int
    trainer: int
    client: StrictClient
    seen: list[tuple[Fraction, int]] = field(default_factory=list)

    def do(self, what: str, element: str) -> None:
        published = self.world.course()
        if what == "news":
            self.world.write(lambda session: enrolment.take_news_in(session, self.world.standing(self.person), self.world.clock.now()))
        elif what in ("waive", "revoke"):
            kind = EventType.WAIVED if what == "waive" else EventType.OVERRIDE_REVOKED
            self.world.decide(self.person, element, kind, self.trainer)
        elif what == "look" and (element in published.lessons or element in published.quizzes):
            self.world.look(self.person, element)
        elif what == "read" and element in published.lessons:
            self.world.finish(self.person, element)
        elif what in ("pass", "fail") and element in published.quizzes:
            self.world.take(self.person, element, share=1 if what == "pass" else 0)
        self.world.do(services.attest, self.person)

    def edit(self, what: str, subject: Any, detail: Any) -> None:
        match what:
            case "arrange":
                self.world.publish(courses.module(subject, detail))
            case "path":
                self.world.publish(courses.path(subject, id=detail))
            case "lesson":
                self.world.publish(courses.lesson(subject, quiz=f"{subject}-quiz", optional=detail))
            case "quiz":
                self.world.publish(courses.quiz(f"{subject}-quiz", lesson=subject, criterion=detail, count=1))
            case "withdraw":
                self.world.withdraw(subject)
            case "text":
                self.world.publish(courses.lesson(subject, quiz=f"{subject}-quiz", body=f"Texte {detail}, tout autre. " * 5), change="à relire")

    # --- What must be so ---

    def figures(self) -> Mapping[str, Progress]:
        mine = self.world.standing(self.person)
        return {"": mine.path_progress()} | {module.id: mine.module_progress(module.id) for module in mine.modules()}

    def check_replay(self) -> None:
        """And the row that reports read, which is right at once: nothing is left to the next reader."""
        self.world.read(lambda session: _same(rules.project(ledger_rows(session, self.person)), element_states(session, self.person)))
        row = self.world.read(lambda session: session.get_one(PersonFigures, self.person))
        assert row.basis == self.world.read(lambda session: stored_figures.calculator(session, course(session)).basis)
        mine = self.world.standing(self.person)
        assert self.world.read(lambda session: ledger.same_figures(session, row, mine))

    def check_pages(self) -> None:
        """The home table, every module's page, the record and both exports show the same figures, and what is left is named. Home folds what the path does not ask for and
        nobody began; the page of a module that is done says besides what the path has become."""
        mine, wanted = self.world.standing(self.person), self.figures()
        shown = {name: told(progress) for name, progress in wanted.items() if progress.required}
        home, record = self.client.see("/"), self.client.see("/progression")
        assert figures_in(record) == set(shown.values())
        assert figures_in(home) == {said for name, said in shown.items() if not name or name in mine.path.module_ids or wanted[name].done}
        held = self.client.get("/progression/export.json").get_json()["traitements"]
        (row,) = next(each["lignes"] for each in held if each["titre"] == REPORT_FIGURES)
        assert (row["étapes faites"], row["étapes demandées"]) == (wanted[""].done, wanted[""].required)
        assert row["dont dispensées"] == wanted[""].waived
        modules = {f"{module.title} : {ratio(wanted[module.id])}" for module in mine.modules()}
        assert set(filter(None, row["par module"].replace("\u00a0", " ").split(" ; "))) == modules
        readable = words_of(self.client.see("/progression/export"))
        assert all(module in readable for module in modules)
        for module in mine.modules():
            own = {shown[module.id]} if module.id in shown else set()
            ended = {told(wanted[""])} if own and wanted[module.id].complete else set()
            assert figures_in(self.client.see(f"/modules/{module.id}")) == own | ended
        assert (mine.next_id is None) == wanted[""].complete
        if mine.next_id:
            assert title_of(self.world, mine.next_id) in words_of(home)


def _same(replayed: object, stored: object) -> None:
    assert replayed == stored


def title_of(world: World, element: str) -> str:
    published = world.course()
    return (published.lessons.get(element) or published.quizzes[element]).title


_numbers: Iterator[int] = count(1)


def begin(world: World) -> Story:
    """A newcomer of the whole course, on a database that other stories have used."""
    world.publish_together(*whole_course())
    number = next(_numbers)
    person, trainer = (stored_person(world.app, name=f"{name} {number}", password=None) for name in ("Quelqu Un", "Formateur"))
    world.do(enrolment.enrol, person)
    return Story(world, person, trainer, world.signed_in(person))


def tell(world: World, story: list[tuple[str, Any]]) -> None:
    tale = begin(world)
    for kind, step in story:
        before, earned = tale.figures(), {key: mine for key, mine in world.projection(tale.person).items() if mine.state.done}
        if kind == "do":
            tale.do(*step)
        else:
            tale.edit(*step)
            after = tale.figures()
            for name, progress in after.items():
                assert 0 <= progress.done <= progress.required
                if name in before and before[name].required:  # where nothing is asked, no figure is shown
                    assert progress.fraction >= before[name].fraction, f"« {name} » fell by {step}: {before[name]} → {progress}"
            now = world.projection(tale.person)
            assert {key: now[key] for key in earned} == earned, "an edit changed what was earned"
        tale.check_replay()
    tale.check_pages()


def test_a_sent_attempt_is_projected_once_with_both_its_rows(world: World) -> None:
    person, quiz = world.person(), next(iter(world.course().quizzes))
    with mock.patch.object(ledger, "ledger_rows", wraps=ledger_rows) as read:
        world.take(person, quiz)
    assert world.events(person, quiz) == [EventType.SUBMITTED, EventType.PASSED]
    assert read.call_count == 1
    assert world.state(person, quiz) == ProgressState.COMPLETE_PASS


@given(story=steps)
@settings(max_examples=8)
def test_projection_replay_and_pages_agree_and_no_edit_takes_anything_back(either: World, story: list[tuple[str, Any]]) -> None:
    tell(either, story)


@pytest.mark.proof
@pytest.mark.long
@given(story=steps)
@settings(max_examples=60)
def test_many_histories_on_each_database(either: World, story: list[tuple[str, Any]]) -> None:
    tell(either, story)
