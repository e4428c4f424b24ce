"""Would the tests notice a fault? mutmut changes each module below in many small ways; each change must make one of the module's own tests fail.

`make mutants` tries them all, `python -m tests.mutants app/content/text/head.py` those named. It works in a copy and leaves nothing here. What
survived is listed with its line; where a module falls short of `ENOUGH`, the command fails. Decorated functions and what stands outside any
function are not changed: mutmut does not know how.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENOUGH = 92
"""Per cent. The rest leaves room for changes that change nothing."""

KINDS_TESTS = ["tests/assessment/questions", "tests/exchange/banks/test_keys.py", "tests/exchange/packages/test_packages.py"]

OWN_TESTS = {
    "app/assessment/answers/compare.py": ["tests/assessment/answers/test_matching.py"],
    "app/assessment/policy.py": ["tests/assessment/test_policies.py"],
    "app/assessment/questions/grading.py": ["tests/assessment/questions/test_rules.py", "tests/assessment/questions/test_regrading_rules.py"],
    **{f"app/assessment/kinds/{kind}.py": KINDS_TESTS for kind in ("choices", "gaps", "matching", "number", "ordering", "short_text", "typed")},
    "app/authoring/comparing/three_way.py": ["tests/authoring/comparing/test_merging.py"],
    "app/content/text/head.py": ["tests/content/text/test_head.py", "tests/content/documents", "tests/content/problems/test_problems.py"],
    "app/platform/web/edge.py": [
        *(f"tests/platform/web/test_{name}.py" for name in ("compression", "edge", "frame", "headers", "lengths", "hostile_requests", "pages", "health")),
        "tests/learner/pages/test_prefix.py",
        "tests/test_unicode.py",
    ],
    "app/platform/zips.py": ["tests/test_zips.py"],
    "app/record/progress/rules.py": ["tests/record/progress/test_rules.py", "tests/record/progress/test_next.py", "tests/record/progress/test_changes.py"],
    "app/administration/accounts/merging.py": [
        "tests/administration/accounts/test_merging_accounts.py",
        "tests/administration/accounts/test_merging_records.py",
    ],
    "app/reporting/scope.py": ["tests/reporting/scope/test_queries.py"],
}
SETTINGS = """
[tool.mutmut]
source_paths = ["app"]
also_copy = ["modules", "quizzes", "docs"]
only_mutate = {module}
pytest_add_cli_args = ["-m", "not postgres and not proof"]
pytest_add_cli_args_test_selection = {tests}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Change the code in small ways; its tests must fail.")
    parser.add_argument("modules", nargs="*", choices=[[], *OWN_TESTS], metavar="module", help="a file of `OWN_TESTS`; all when none is named")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    short = []
    for module in asked.modules or OWN_TESTS:
        killed, survivors = tried(module, asked.processes)
        score = 100 * killed / (killed + len(survivors))
        print("".join(f"    {line}\n" for line in survivors), end="")
        print(f"{module:<30} {killed + len(survivors):>5} mutants {killed:>5} killed {score:>6.1f} %", flush=True)
        short += [module] if score < ENOUGH else []
    sys.exit(f"Below {ENOUGH} %: {', '.join(short)}" if short else 0)


def tried(module: str, processes: int) -> tuple[int, list[str]]:
    """How many mutants its tests killed, and each of those left, as one line."""
    with tempfile.TemporaryDirectory(prefix="croisee-mutants-") as folder:
        copy = Path(folder) / "croisee"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "instance", "build"))
        with (copy / "pyproject.toml").open("a", encoding="utf-8") as project:
            project.write(SETTINGS.format(module=json.dumps([module]), tests=json.dumps(OWN_TESTS[module])))
        mutmut(copy, "run", "--max-children", str(processes))
        found = [line.strip().split(": ") for line in mutmut(copy, "results", "--all", "true").splitlines()]
        left = [(name, fate) for name, fate in found if fate not in ("killed", "timeout")]
        return len(found) - len(left), [described(copy, module, name, fate) for name, fate in left]


def mutmut(copy: Path, *words: str) -> str:
    done = subprocess.run([Path(sys.executable).with_name("mutmut"), *words], cwd=copy, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return done.stdout


def described(copy: Path, module: str, name: str, fate: str) -> str:
    """Where a mutant differs from the file: `app/content/text/head.py:139 survived: size += len(line) → size = len(line)`."""
    file = copy / module
    original = file.read_text(encoding="utf-8")
    mutmut(copy, "apply", name)
    before, after = original.splitlines(), file.read_text(encoding="utf-8").splitlines()
    file.write_text(original, encoding="utf-8")
    changes = [change for change in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if change[0] != "equal"]
    return "; ".join(f"{module}:{a + 1} {fate}: {said(before[a:b])} → {said(after[c:d])}" for _, a, b, c, d in changes)


def said(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)


if __name__ == "__main__":
    main()
