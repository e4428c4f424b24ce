"""What somebody reads first, and what a forge, an editor or git asks of the repository: short, true of each other, and calling the project's own commands."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.platform.settings import ROOT

PAPERS = sorted(path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md")
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
WORKFLOW, PIPELINE = ROOT / ".github" / "workflows" / "ci.yml", ROOT / ".gitlab-ci.yml"


def text_of(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def read(path: Path | str) -> Any:
    return yaml.safe_load(text_of(path))


def anchors(path: Path) -> set[str]:
    """As forges make them of titles."""
    titles = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def as_markdown(form: dict[str, Any]) -> str:
    """The same questions, for a forge whose templates are plain text."""
    lines = [f"<!-- {form['name']}. {form['description']} -->"]
    for element in form["body"]:
        told = element["attributes"]
        lines.append(f"<!-- {told['value'].strip()} -->" if element["type"] == "markdown" else f"## {told['label']}")
        if "description" in told:
            lines.append(f"<!-- {told['description']} -->")
    return "\n\n".join(lines) + "\n"


def test_each_readme_is_short_and_leads_to_the_other() -> None:
    for name, other in (("README.md", "LISEZMOI.md"), ("LISEZMOI.md", "README.md")):
        assert len(text_of(name).split()) <= 700, name
        assert f"]({other})" in text_of(name)


def test_the_readme_opens_with_the_two_commands() -> None:
    assert [line.split("#")[0].strip() for line in text_of("README.md").split("```")[1].splitlines()[1:]] == ["make serve", "make test"]


def test_an_operator_of_one_machine_reads_one_page() -> None:
    pages = {page: text_of(page) for page in (ROOT / "docs" / "exploitants").glob("*.md")}
    assert len(pages.pop(ROOT / "docs" / "exploitants" / "machine.md").split()) <= 2_500
    assert [page.name for page, text in pages.items() if not text.split("\n")[2].startswith("*À lire ")] == []  # each other says when it is needed


def test_the_changelog_is_read_in_one_sitting() -> None:
    assert len(text_of("CHANGELOG.md").split()) <= 4_000


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_what_a_paper_links_to_is_there(paper: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text_of(paper)):
        path, _, anchor = target.partition("#")
        led = paper.parent / path if path else paper
        assert led.exists(), target
        assert not anchor or anchor in anchors(led), target


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_a_form_can_be_read_by_a_forge_and_is_the_same_on_the_other(form: Path) -> None:
    told = read(form)
    asked = [element for element in told["body"] if element["type"] != "markdown"]
    assert set(told) == {"name", "description", "labels", "body"}
    assert {element["type"] for element in asked} <= {"input", "textarea"}
    assert len({element["id"] for element in asked}) == len(asked) > 0
    assert text_of(f".gitlab/issue_templates/{form.stem}.md") == as_markdown(told), "write it again from the form"


def test_no_form_is_on_one_forge_only() -> None:
    assert {path.stem for path in (ROOT / ".gitlab" / "issue_templates").iterdir()} == {form.stem for form in FORMS}
    assert text_of(".github/pull_request_template.md") == text_of(".gitlab/merge_request_templates/Default.md")


def test_both_forges_run_every_test_on_an_image_without_a_host() -> None:
    job, steps = read(WORKFLOW)["jobs"]["test"], read(WORKFLOW)["jobs"]["test"]["steps"]
    assert ".ci/run" in [step.get("run") for step in steps]
    assert read(PIPELINE)["test"]["script"] == [".ci/run"]
    for image in (job["container"]["image"], read(PIPELINE)["test"]["image"]):
        assert re.fullmatch(r"[a-z]+:[\w.-]+", image)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_hooks_of_git_call_the_project_s_own_tools() -> None:
    repositories = read(".pre-commit-config.yaml")["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    commands = [hook["entry"].split()[0] for hook in repositories[0]["hooks"]]
    assert [command for command in commands if not command.startswith(".venv/bin/") and not os.access(ROOT / command, os.X_OK)] == []
    assert {hook["language"] for hook in repositories[0]["hooks"]} == {"system"}
