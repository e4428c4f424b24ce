"""A plugin of pytest: a test that fails makes the criteria that it proves « non conforme ». A run names them; `pytest --flip docs` writes it in their files."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from app.platform.web.conformity import FILES, CriterionStatus, declaration_of

PLAN = "Un essai qui le prouvait échoue : à corriger avant la prochaine version."


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--flip", type=Path, metavar="DOCS", help="Write in the declarations of this folder what the failed tests of this run no longer prove.")


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    failed = {report.nodeid for outcome in ("failed", "error") for report in terminalreporter.stats.get(outcome, [])}
    for name, proofs in touched(failed).items():
        for id, tests in proofs.items():
            terminalreporter.write_line(f"{name} {id}: non conforme, for {', '.join(tests)} failed")
    if config.option.flip:
        flip(config.option.flip, failed)


def touched(failed: Collection[str]) -> dict[str, dict[str, list[str]]]:
    """Declaration → criterion → those of its tests that are among `failed`, as pytest names them."""
    names = {re.split(r"[\[@]", node)[0] for node in failed}
    found = {name: {one.id: sorted(names.intersection(one.proof)) for one in declaration_of(name).criteria} for name in FILES}
    return {name: kept for name, proofs in found.items() if (kept := {id: tests for id, tests in proofs.items() if tests})}


def flip(docs: Path, failed: Collection[str]) -> dict[str, dict[str, list[str]]]:
    """Rewrite the declarations under `docs`; gives what was touched. A criterion that does not apply stays as it is: a person looks at it."""
    flipped = touched(failed)
    for name, proofs in flipped.items():
        path = docs / FILES[name]
        text = path.read_text(encoding="utf-8")
        for id in proofs:
            met = re.compile(rf'(\[criteria\."{re.escape(id)}"\]\n[^\[]*?)status = "{CriterionStatus.MET}"\n')
            text = met.sub(rf'\g<1>status = "{CriterionStatus.UNMET}"\nplan = "{PLAN}"\n', text)
        path.write_text(text, encoding="utf-8")
    return flipped
