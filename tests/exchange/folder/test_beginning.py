"""What `croisee new` and `croisee init` write: read by what it is for, and never over what is there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from app.content.documents.reader import kind_of
from app.exchange.folder.beginning import EQUIPMENT, HEADS, STARTER, begin_course, equip, head_schema
from app.operations.console import croisee
from app.platform.settings import ROOT

LESSON = "modules/preparer-une-reunion/01-annoncer-le-but.md"
SCHEMA = json.loads(head_schema())
COURSES = [path for root in (ROOT, STARTER, ROOT / "tests" / "courses" / "occitanie") for path in (*root.glob("modules/**/*.md"), *root.glob("quizzes/*.md"))]


def run(*words: str, status: int = 0) -> Result:
    result = CliRunner().invoke(croisee, list(words))
    assert result.exit_code == status, result.output
    return result


def head_of(text: str) -> dict[str, Any]:
    """A head as an editor's YAML reads it: one key a line, values as texts or lists of texts."""
    found: dict[str, Any] = {}
    for line in text.split("---")[1].strip().split("\n"):
        if line.startswith("- "):
            found[list(found)[-1]] = [*(found[list(found)[-1]] or []), line.removeprefix("- ")]
        elif line.strip():
            key, _, value = line.partition(":")
            found[key.strip()] = value.strip()
    return {key: [] if value == "" else value for key, value in found.items()}


def complaints(path: Path, head: dict[str, Any]) -> list[str]:
    root = next(parent for parent in path.parents if (parent / "modules").is_dir() and path.is_relative_to(parent))
    kind = kind_of(path.relative_to(root).as_posix())
    assert kind is not None
    return [f"{path}: {error.message}" for error in Draft202012Validator({**SCHEMA["$defs"][kind.value], "$defs": SCHEMA["$defs"]}).iter_errors(head)]


def test_the_schema_takes_every_head_that_the_engine_takes() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    headed = [path for path in COURSES if path.read_text(encoding="utf-8").startswith("---\n")]
    assert len(headed) > 90
    assert [said for path in headed for said in complaints(path, head_of(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("id", "Mal Formé"), ("titr", "Sans e"), ("durée", "longue"), ("public", "peut-être"), ("objectifs", ["apprendre"]), ("achèvement", "vu")],
)
def test_the_schema_refuses_what_the_engine_refuses(key: str, value: object) -> None:
    head = head_of((STARTER / LESSON).read_text(encoding="utf-8"))
    assert complaints(STARTER / LESSON, head | {key: value})
    assert complaints(STARTER / LESSON, {key: value for key, value in head.items() if key != "titre"})


def test_every_kind_of_file_that_has_a_head_has_its_schema() -> None:
    assert {kind.value for kind in HEADS} == set(SCHEMA["$defs"])


def test_a_course_begins_in_a_new_folder_alone(tmp_path: Path) -> None:
    assert "croisee preview" in run("new", str(tmp_path / "cours")).output
    text = (tmp_path / "cours" / LESSON).read_text(encoding="utf-8")
    (tmp_path / "cours" / LESSON).write_text(f"{text}\nÀ moi.\n", encoding="utf-8")
    assert "existe déjà" in run("new", str(tmp_path / "cours"), status=1).output
    assert "À moi." in (tmp_path / "cours" / LESSON).read_text(encoding="utf-8")
    assert "existe déjà" in run("new", str(tmp_path / "cours" / LESSON), status=1).output
    assert run("check", "--strict", str(tmp_path / "cours")).exit_code == 0


def test_what_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text("à moi", encoding="utf-8")
    assert dict(equip(tmp_path)) == {path: path != ".gitlab-ci.yml" for path in EQUIPMENT}
    assert (tmp_path / ".gitlab-ci.yml").read_text(encoding="utf-8") == "à moi"
    assert set(dict(equip(tmp_path)).values()) == {False}


def test_vs_code_reads_its_files_and_finds_each_problem_on_its_line(tmp_path: Path) -> None:
    begin_course(tmp_path / "cours")
    text = (tmp_path / "cours" / LESSON).read_text(encoding="utf-8")
    (tmp_path / "cours" / LESSON).write_text(text.replace("guide]", "inconnu]").replace("**Le gras**", "<b>Le gras</b>"), encoding="utf-8")
    (task, *_) = json.loads(EQUIPMENT[".vscode/tasks.json"]())["tasks"]
    printed = run("check", str(tmp_path / "cours"), status=1).stdout.splitlines()
    found = [(match[1], match[3][0]) for matcher in task["problemMatcher"] for line in printed if (match := re.match(matcher["pattern"]["regexp"], line))]
    assert len(found) == len(printed)
    assert (LESSON, "E") in found
    assert (LESSON, "A") in found
    snippets = json.loads(EQUIPMENT[".vscode/croisee.code-snippets"]())
    assert len({one["prefix"] for one in snippets.values()}) == len(snippets) > 25
    assert not any(re.search(r"(?<!\\)[$}]", line) for one in snippets.values() for line in one["body"]), "nothing is taken for a place to fill"


RECIPES = [
    *(step["run"] for step in yaml.safe_load(EQUIPMENT[".github/workflows/cours.yml"]())["jobs"]["cours"]["steps"] if "run" in step),
    *yaml.safe_load(EQUIPMENT[".gitlab-ci.yml"]())["cours"]["script"],
    yaml.safe_load(EQUIPMENT[".pre-commit-config.yaml"]())["repos"][0]["hooks"][0]["entry"],
    *(task["command"] for task in json.loads(EQUIPMENT[".vscode/tasks.json"]())["tasks"] if not task.get("isBackground")),
]


@pytest.mark.parametrize("command", sorted({each for each in RECIPES if not each.startswith("pip ")}))
def test_each_command_of_a_recipe_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    begin_course(tmp_path / "cours")
    monkeypatch.chdir(tmp_path / "cours")
    program, *words = shlex.split(command)
    assert program == "croisee"
    run(*words)
    assert (tmp_path / "cours/public/index.html").exists() == ("build" in words)
    (tmp_path / "cours" / LESSON).write_text("Sans en-tête.", encoding="utf-8")
    run(*words, status=0 if "build" in words else 1)


def test_a_folder_that_is_no_course_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n", encoding="utf-8")
    assert "croisee preview" in run("check", str(tmp_path), status=1).output
    assert "git ne trouve pas" in run("diff", "HEAD", "--folder", str(tmp_path), status=1).output


def test_any_other_word_is_a_command_of_the_site() -> None:
    """Through the console itself, in a process of its own: it loads the application only then."""
    code = "import sys; sys.argv = ['croisee', 'content', '--help']; from app.operations.console import main; main()"
    done = subprocess.run([str(ROOT / ".venv/bin/python"), "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "sync" in done.stdout
    assert "preview" in done.stdout
