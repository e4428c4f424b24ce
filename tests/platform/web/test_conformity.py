"""The declarations: whole, proved by tests that exist, and shown as they are; a failed test flips its criteria."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from app.platform.errors import SettingsError
from app.platform.settings import DOCS, ROOT
from app.platform.web.conformity import FILES, CriterionStatus, declaration_of, read_declaration
from tests import criteria
from tests.strict import StrictClient

RGAA = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
RGESN = (10, 10, 7, 15, 8, 7, 4, 10, 7)
"""Criteria a theme."""
HEAD = """
[declaration]
framework = "R"
version = "1"
day = 2026-11-26
tools = []
environments = []
sample = []
remaining = []
[themes]
1 = "Images"
"""


def criterion(number: int, status: str, rest: str = "") -> str:
    return f'[criteria."1.{number}"]\ntitle = "T"\nstatus = "{status}"\n{rest}\n'


MET, UNMET, APART = 'proof = ["tests/a.py::test_b"]', 'plan = "Demain."', 'note = "Rien."'


@pytest.mark.parametrize(("name", "themes"), [("rgaa", RGAA), ("rgesn", RGESN)])
def test_each_criterion_of_the_framework_has_its_line(name: str, themes: tuple[int, ...]) -> None:
    expected = [f"{theme}.{place}" for theme, count in enumerate(themes, 1) for place in range(1, count + 1)]
    assert [one.id for one in declaration_of(name).criteria] == expected


def names_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name


@pytest.mark.parametrize("name", FILES)
def test_what_proves_a_criterion_exists(name: str) -> None:
    for one in declaration_of(name).criteria:
        for proof in one.proof:
            path, _, test = proof.partition("::")
            assert path.startswith("relu à la main le ") or test in names_of(ROOT / path), f"{one.id}: {proof}"


@pytest.mark.parametrize(
    ("text", "rate", "verdict"),
    [
        (criterion(1, "conforme", MET), Fraction(1), "totalement conforme"),
        (criterion(1, "conforme", MET) + criterion(2, "non conforme", UNMET), Fraction(1, 2), "partiellement conforme"),
        (criterion(1, "conforme", MET) + criterion(2, "non conforme", UNMET) + criterion(3, "non conforme", UNMET), Fraction(1, 3), "non conforme"),
        (criterion(1, "conforme", MET) + criterion(2, "non applicable", APART), Fraction(1), "totalement conforme"),
    ],
)
def test_the_verdict_follows_the_rate(text: str, rate: Fraction, verdict: str) -> None:
    declaration = read_declaration(HEAD + text, Path("rgaa.toml"))
    assert (declaration.rate, declaration.verdict) == (rate, verdict)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("criteria =", "rgaa.toml"),
        (HEAD, "il manque 'criteria'"),
        (HEAD + criterion(1, "presque"), "critère 1.1"),
        (HEAD + criterion(1, "conforme"), "critère 1.1 : « conforme » sans « proof »"),
        (HEAD + criterion(1, "non conforme"), "sans « plan »"),
        (HEAD + criterion(1, "non applicable"), "sans « note »"),
        (HEAD + criterion(1, "conforme", MET + '\nproofs = "x"'), "proofs : clé inconnue"),
        (HEAD + '[criteria."2.1"]\ntitle = "T"\nstatus = "non applicable"\nnote = "N"', "critère 2.1 : thème inconnu"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_declaration(text, Path("rgaa.toml"))
    assert said in str(error.value)


def test_the_page_says_what_the_file_says(visitor: StrictClient) -> None:
    rgaa = declaration_of("rgaa")
    page = visitor.see("/accessibilite")
    assert page.h1 == f"Accessibilité : {rgaa.verdict}"
    assert page.link("Accessibilité") == "/accessibilite"
    for words in ("autoévaluation", "26 novembre 2026", "4.1.2", "Défenseur des droits", "Orca", "Lighthouse"):
        assert words in page.text, words
    assert page.html.count("<dt>") == 106
    assert all(one.plan.split(",")[0] in page.text for one in rgaa.of(CriterionStatus.UNMET))


def test_ecodesign_is_declared_too(visitor: StrictClient) -> None:
    page = visitor.see("/ecoconception")
    assert page.html.count("<dt>") == 78
    assert "hébergement" in page.text


# --- A failed test flips its criteria --------------------------------------------------------------------------------


def copied(folder: Path) -> Path:
    for file in FILES.values():
        (folder / file).parent.mkdir()
        (folder / file).write_bytes((DOCS / file).read_bytes())
    return folder / FILES["rgaa"]


def test_a_failed_test_makes_its_criteria_not_met(tmp_path: Path) -> None:
    path = copied(tmp_path)
    before = read_declaration(path.read_text(encoding="utf-8"), path)
    failed = before.criteria[0].proof[0]
    assert criteria.flip(tmp_path, {f"{failed}[learner]@pages of learner"})
    after = read_declaration(path.read_text(encoding="utf-8"), path)
    for one, other in zip(before.criteria, after.criteria, strict=True):
        flipped = failed in one.proof and one.status is CriterionStatus.MET
        assert other.status is (CriterionStatus.UNMET if flipped else one.status), one.id
        assert bool(other.plan) is (flipped or bool(one.plan))
    assert after.rate < before.rate
    assert criteria.flip(tmp_path, {"tests/nowhere.py::test_nothing"}) == {}


def test_pytest_names_and_flips_the_criteria_of_what_failed(tmp_path: Path) -> None:
    """A run of pytest with a test of the same name that fails."""
    path = copied(tmp_path)
    test = tmp_path / "tests" / "platform" / "web" / "test_contrast.py"
    test.parent.mkdir(parents=True)
    test.write_text("def test_text_reads_on_every_ground():\n    assert False\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.criteria", "--rootdir", str(tmp_path), "--flip", str(tmp_path), str(test)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert "rgaa 3.2: non conforme, for tests/platform/web/test_contrast.py::test_text_reads_on_every_ground failed" in said, said
    assert next(one for one in read_declaration(path.read_text(encoding="utf-8"), path).criteria if one.id == "3.2").status is CriterionStatus.UNMET
