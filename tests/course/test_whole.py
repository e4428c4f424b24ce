"""There is enough of the course, each part is whole, and the checker has nothing to say."""

from __future__ import annotations

import re
from collections import Counter
from math import factorial, inf, prod
from pathlib import Path

import pytest

from app.content.documents.index import count
from app.content.figures.drawing import KINDS
from app.content.values.course import Lesson
from app.content.values.library import Tool
from app.content.values.quiz import Answer, Choices, Gaps, Matching, NumberAnswer, Ordering, QuestionType, Quiz, ShortText
from tests.course.the_course import (
    NOTE,
    course,
    documents,
    finals,
    glossary,
    home,
    last_commit,
    lessons,
    modules,
    network,
    passages,
    paths,
    positioning,
    questions,
    quizzes,
    sources,
    surveyed,
    taught,
    timeline,
    whole_modules,
)
from tests.making import make_app, make_settings

HISTORIES = ("politique-de-la-ville", "politiques-educatives-locales", "education-prioritaire")
MODULES = {"cites-educatives", *HISTORIES, "metier-cpo"}
SHORT = "premier-mois"
"""The module that closes the short path."""
LENSES = ["Vu de la collectivité", "Vu de l’Éducation nationale", "Vu de l’État"]


def lesson_ids() -> list[str]:
    return sorted(lessons())


def test_the_checker_says_nothing() -> None:
    assert [str(problem) for problem in surveyed().problems] == []


def test_the_command_prints_nothing(tmp_path: Path) -> None:
    runner = make_app(make_settings(tmp_path / "instance")).test_cli_runner()
    result = runner.invoke(args=["content", "check", "--strict", "--le", last_commit().isoformat()])
    assert (result.exit_code, result.output) == (0, "")


def test_two_paths_the_essential_first_and_the_whole_course() -> None:
    assert {module.id for module in whole_modules()} == MODULES
    assert {module.id for module in modules()} == {*MODULES, SHORT}
    default = paths().default
    assert default is not None
    assert (default.id, set(default.module_ids), set(default.required_ids), default.attestation) == ("essentiel", {*MODULES, SHORT}, {*MODULES, SHORT}, True)
    whole = next(path for path in paths().paths if path != default)
    assert (whole.id, set(whole.module_ids), set(whole.required_ids), whole.attestation) == ("acculturation", MODULES, MODULES, True)
    assert not whole.only_ids
    assert [path.module_ids[1] for path in (default, whole)] == ["metier-cpo"] * 2, "the job is read early"


def test_the_essential_takes_two_hours_at_most() -> None:
    lengths = {path["id"]: path for path in count(surveyed().readings.values())["paths"]}
    assert lengths["essentiel"]["steps"] == 13
    assert 90 <= lengths["essentiel"]["minutes"] <= 120
    assert lengths["essentiel"]["minutes"] < lengths["acculturation"]["minutes"] / 3


def test_each_question_that_is_taken_up_is_taught_on_the_short_path() -> None:
    default = paths().default
    assert default is not None
    final = quizzes()[f"{SHORT}-bilan"]
    homes = {question.id: quiz.lesson_id for quiz, question in questions()}
    assert {homes[identifier] for identifier in final.reuses} == set(default.only_ids) & set(taught())
    assert (len(final.reuses), len(final.questions)) == (11, 1), "one of its own, on the plan"


def test_a_quiz_never_bears_the_title_of_a_lesson() -> None:
    """Both stand in one list, one under the other."""
    for quiz in quizzes().values():
        assert quiz.title.split()[0] in (["Quiz"] if quiz.lesson_id else ["Bilan", "Positionnement"]), quiz.id
    assert not {quiz.title for quiz in quizzes().values()} & {lesson.title for lesson in lessons().values()}


def test_lessons_enough_of_each_history() -> None:
    number = {module.id: len(module.lesson_ids) for module in modules()}
    assert sum(number.values()) == len(lessons()) >= 24
    assert min(number[history] for history in HISTORIES) >= 5
    assert number["metier-cpo"] >= 3


def test_words_of_the_whole() -> None:
    words = [lesson.words for lesson in lessons().values()]
    assert sum(words) / len(words) >= 900


def test_a_lesson_can_be_read_in_a_quarter_of_an_hour(subtests: pytest.Subtests) -> None:
    for lesson_id in lesson_ids():
        with subtests.test(lesson_id):
            lesson = lessons()[lesson_id]
            assert (500 if lesson.optional else 700) <= lesson.words <= 1500
            assert 4 <= lesson.minutes <= 15
            assert 2 <= len(lesson.objectives) <= 4
            assert all(objective.serves for objective in lesson.objectives)
            assert len(lesson.calls) >= 3


def test_a_lesson_opens_on_the_field_and_closes_on_the_reader(subtests: pytest.Subtests) -> None:
    for lesson_id in lesson_ids():
        with subtests.test(lesson_id):
            lesson = lessons()[lesson_id]
            opening = next(passages(lesson))
            assert not opening.is_title
            assert 60 <= len(opening.text.split()) <= 160
            sourced = "[^" in lesson.body.text.lstrip().partition("\n\n")[0]
            assert sourced or not re.search(r"\d", opening.text), "an invented situation is told, not counted; a document that opens a lesson calls its note"
            assert [heading.title for heading in lesson.headings][-2:] == ["À retenir", "Sur mon territoire"]
            assert 4 <= len(kept(lesson)) <= 6
            assert 2 <= len(lesson.territory_questions) <= 4
            assert all(question.endswith("?") for question in lesson.territory_questions)


def kept(lesson: Lesson) -> list[str]:
    """The items of « À retenir »."""
    _, _, end = lesson.body.text.partition("## À retenir")
    return re.findall(r"^- (.+)$", end.partition("\n## ")[0], re.MULTILINE)


def test_titles_are_nested_and_can_be_linked_to(subtests: pytest.Subtests) -> None:
    for lesson_id in lesson_ids():
        with subtests.test(lesson_id):
            headings = lessons()[lesson_id].headings
            assert {heading.level for heading in headings} <= {2, 3}
            assert headings[0].level == 2
            assert len({heading.anchor for heading in headings}) == len(headings)
            sections = [heading for heading in headings if heading.level == 2]
            fewest = 2 if lessons()[lesson_id].situation else 4
            assert fewest <= len(sections) - 2 <= 6, "besides the two that close it"


def test_three_lenses_or_none(subtests: pytest.Subtests) -> None:
    for lesson_id in lesson_ids():
        with subtests.test(lesson_id):
            found = [heading.title for heading in lessons()[lesson_id].headings if heading.title.startswith("Vu d")]
            assert found in ([], LENSES)


def test_lenses_where_cultures_differ() -> None:
    with_lenses = [lesson.id for lesson in lessons().values() if any(heading.title in LENSES for heading in lesson.headings)]
    assert 3 <= len(with_lenses) < len(lessons()) // 3, "a lens is kept for a real clash, it is no mould"


def test_real_cases_of_the_region() -> None:
    """Each under its own title, with what it does not establish, and sources read for it."""
    cases = {lesson.id: section for lesson in lessons().values() for section in lesson.body.text.split("\n## ") if section.startswith("Un cas réel : ")}
    assert len(cases) >= 5
    assert {home for home, section in cases.items() if len(set(NOTE.findall(section))) < 2} == set()
    limits = re.compile(r"aucun bilan|n'(?:avons|ont) (?:que|rien)|ne (?:dit|donne) |n'a été lu|ne savons pas")
    assert {home for home, section in cases.items() if not limits.search(section)} == set()


def test_something_to_look_at(subtests: pytest.Subtests) -> None:
    for lesson_id in sorted(taught()):
        with subtests.test(lesson_id):
            lesson = lessons()[lesson_id]
            assert re.search(r"^\|", lesson.body.text, re.MULTILINE) or surveyed().readings[lesson.path].scan.figures


def test_questions_enough_of_each_type_and_level() -> None:
    kinds = Counter(question.kind for _, question in questions())
    assert kinds.total() >= 220
    assert {kind: kinds[kind] for kind in QuestionType if kinds[kind] < 5 and kind is not QuestionType.OPEN} == {}
    levels = Counter(question.level for _, question in questions())
    assert set(levels) == {1, 2, 3}
    assert min(levels.values()) >= 40


def test_every_objective_has_two_questions() -> None:
    """Those of lessons, and, through them or by positioning, those of modules. In a situation one practises them."""
    asked = Counter(full for quiz, question in questions() for full in objectives_of(quiz, question.objective))
    wanted = {f"{lesson.id}/{objective.id}" for lesson in taught().values() for objective in lesson.objectives}
    wanted |= {f"{module.id}/{objective.id}" for module in whole_modules() for objective in module.objectives}
    assert {objective: asked[objective] for objective in wanted if asked[objective] < 2} == {}
    known = {f"{home.id}/{objective.id}" for home in (*lessons().values(), *modules()) for objective in home.objectives}
    assert set(asked) <= known


def objectives_of(quiz: Quiz, written: str) -> tuple[str, ...]:
    """The objective as `document/O1`, and that of the module which it serves."""
    module = home(quiz).id
    if written.startswith("M"):
        return (f"{module}/{written}",)
    lesson_id, _, name = written.rpartition("/")
    lesson = lessons()[lesson_id or str(quiz.lesson_id)]
    serves = next(objective.serves for objective in lesson.objectives if objective.id == name)
    return f"{lesson.id}/{name}", f"{module}/{serves}"


def test_a_formative_quiz_for_each_lesson() -> None:
    """But for the situations."""
    for lesson in taught().values():
        quiz = quizzes()[str(lesson.quiz_id)]
        assert quiz.lesson_id == lesson.id
        assert len(quiz.questions) >= 5
        assert quiz.policy.max_attempts == 0


def test_a_final_quiz_drawn_from_a_larger_pool(subtests: pytest.Subtests) -> None:
    for module in whole_modules():
        with subtests.test(module.id):
            quiz = quizzes()[str(module.final_quiz_id)]
            assert quiz.module_id == module.id
            assert quiz.policy.draw is not None
            assert 8 <= quiz.policy.draw <= len(quiz.questions) / 2
            asked = {question.objective.partition("/")[0] for question in quiz.questions}
            told = set(module.lesson_ids) & set(taught())
            assert {lesson_id for lesson_id in told if not lessons()[lesson_id].optional} <= asked <= told, "what one may leave out need not be asked"
            assert quiz.situations


def test_situations_of_several_questions() -> None:
    situations = [situation for quiz in finals() for situation in quiz.situations]
    assert len(situations) >= 5
    for situation in situations:
        assert len(situation.question_ids) >= 2
        assert len(situation.text.text.split()) >= 50


def test_no_question_serves_twice() -> None:
    """But those that the short path takes up."""
    assert {quiz.id for quiz in quizzes().values() if quiz.reuses} == {f"{SHORT}-bilan"}
    prints = Counter(question.fingerprint for _, question in questions())
    assert {fingerprint for fingerprint, times in prints.items() if times > 1} == set()


def test_a_positioning_pool_for_each_module() -> None:
    assert {quiz.id: quiz.module_id for quiz in positioning()} == {f"positionnement-{module}": module for module in MODULES}


def test_positioning_asks_three_levels_of_each_objective(subtests: pytest.Subtests) -> None:
    for quiz in positioning():
        with subtests.test(quiz.id):
            wanted = {(objective.id, level): 1 for objective in home(quiz).objectives for level in (1, 2, 3)}
            assert Counter((question.objective, question.level) for question in quiz.questions) == wanted
            assert all("positionnement" in question.tags for question in quiz.questions)


def test_positioning_is_not_guessed(subtests: pytest.Subtests) -> None:
    """One chance in four at the first level, one in sixteen above: a waiver rests on these answers."""
    for quiz in positioning():
        with subtests.test(quiz.id):
            odds = {f"{question.id}, niveau {question.level}": 1 / ways_to_answer(question.answer) for question in quiz.questions}
            assert {name: chance for name, chance in odds.items() if chance > (1 / 4 if name.endswith("1") else 1 / 16)} == {}


def ways_to_answer(answer: Answer) -> float:
    """How many different answers somebody who knows nothing may give; a typed one has no end."""
    match answer:
        case Choices(kind=QuestionType.SINGLE, options=options):
            return len(options)
        case Choices(kind=QuestionType.MULTIPLE, options=options, exact_credit=True):
            return 2 ** len(options) - 1
        case Gaps(gaps=gaps):
            return prod(len(gap.menu) if len(gap.menu) >= 4 else 1 for gap in gaps)
        case Matching(pairs=pairs, distractors=decoys):
            return len({*(pair.right for pair in pairs), *decoys}) ** len(pairs)
        case Ordering(items=items):
            return factorial(len(items))
        case ShortText() | NumberAnswer():
            return inf
    return 1


def test_the_glossary() -> None:
    entries = glossary().entries
    assert len(entries) >= 120
    assert [entry.term for entry in entries if not NOTE.search(entry.definition.text)] == []


def test_the_timeline() -> None:
    events = timeline().events
    assert len(events) >= 100
    assert [event.text.text for event in events if not NOTE.search(event.text.text)] == []
    assert [event.when for event in events] == sorted(event.when for event in events)
    told = Counter(history for event in events for history in event.histories)
    assert all(told[history] >= 20 for history in course().histories)
    assert sum(len(event.histories) > 1 for event in events) >= 10


def test_the_network() -> None:
    cites = network().cites
    assert len(cites) == 34
    assert Counter(cite.wave for cite in cites) == {1: 13, 2: 8, 3: 11, 4: 2}
    assert Counter(cite.departement for cite in cites) == {"Nord": 16, "Pas-de-Calais": 8, "Oise": 4, "Aisne": 3, "Somme": 3}
    dates = {(1, "2019-09-05"), (2, "2021-01-29"), (3, "2022-01-29"), (4, "2024"), (4, "2025-05")}
    assert {(cite.wave, cite.labelled_on) for cite in cites} == dates
    assert any("9 juin 2022" in meeting.title for meeting in network().meetings)


def test_ten_tools_that_lessons_cite() -> None:
    """Each with its example; a lesson that speaks of it leads to it."""
    cited = {link.target for lesson in lessons().values() for link in lesson.links}
    tools = {document.id for document in documents() if isinstance(document, Tool)}
    assert len(tools) >= 10
    assert tools <= cited


def test_what_the_statistics_say() -> None:
    counted = count(surveyed().readings.values())
    assert counted["tools"] >= 10
    assert counted["modules"] == len(modules()) == 6
    assert sum(counted["questions"].values()) == sum(1 for _ in questions())
    assert {lesson["id"]: lesson["module"] for lesson in counted["lessons"]} == {lesson: module.id for module in modules() for lesson in module.lesson_ids}
    assert counted["sources"] == len(sources().entries) >= 300
    assert sum(each["sources"] for each in counted["sources_by_kind"].values()) == len(sources().entries)
    assert sum(each["notes"] for each in counted["sources_by_kind"].values()) == sum(len(lesson.calls) for lesson in lessons().values())
    assert {level: number > 50 for level, number in counted["questions_by_level"].items()} == {"1": True, "2": True, "3": True}
    assert sum(counted["figures"].values()) >= 25
    assert set(counted["figures"]) == set(KINDS)


def test_a_line_of_time_for_each_module() -> None:
    assert [module.id for module in modules() if "chronologie" not in surveyed().readings[module.path].scan.figures] == []
