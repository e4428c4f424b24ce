"""What `make test ONLY=changed` chooses."""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest

from tests.changed import ALWAYS, ROOT, choose


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> grimp.ImportGraph:
    return grimp.build_graph("app", "tests", cache_dir=str(tmp_path_factory.mktemp("graph")))


def chosen(graph: grimp.ImportGraph, *files: str) -> set[str]:
    return set(choose(files, graph)) - set(ALWAYS)


def test_a_rule_has_its_own_tests_and_those_of_the_packages_that_import_it(graph: grimp.ImportGraph) -> None:
    tests = chosen(graph, "app/record/progress/due.py")
    importers = {name for name in graph.find_modules_that_directly_import("app.record.progress.due") if name.startswith("app.")}
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/record/progress").glob("test_*.py")} <= tests
    assert importers, "else this test says nothing"
    assert all(Path(path).is_relative_to("tests") for path in tests)
    assert len(tests) < len(list((ROOT / "tests").rglob("test_*.py"))) / 2


def test_a_changed_test_is_run_and_a_helper_brings_all_those_it_serves(graph: grimp.ImportGraph) -> None:
    assert chosen(graph, "tests/test_zips.py") == {"tests/test_zips.py"}
    assert {"tests/test_strict.py", "tests/identity/sign_in/test_sign_in.py"} <= chosen(graph, "tests/strict.py")


@pytest.mark.parametrize(
    ("file", "tests"),
    [
        ("modules/glossaire.md", {"tests/course"}),
        ("app/static/js/reading/recording.js", {"tests/platform/web"}),
        ("deploy/nginx.conf", {"tests/operations"}),
        ("tests/reporting/conftest.py", {"tests/reporting"}),
        ("README.md", set()),
    ],
)
def test_what_is_no_module_has_a_folder(graph: grimp.ImportGraph, file: str, tests: set[str]) -> None:
    assert {path for path in chosen(graph, file) if not path.endswith(".py")} == tests


def test_a_template_has_the_choose_its_package(graph: grimp.ImportGraph) -> None:
    assert "tests/learner/quiz/test_question_template.py" in chosen(graph, "app/templates/learner/quiz/question.html")
