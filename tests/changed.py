"""`make test ONLY=changed`: which tests a change may break, one path a line. Those of the packages that import what changed since `main`, those of its own
package, those that import it themselves, and every test that a changed helper serves. The whole suite, which CI runs, has the last word.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import grimp

ROOT = Path(__file__).parents[1]
ALWAYS = ("tests/test_architecture.py", "tests/test_files.py", "tests/test_words.py")
"""Rules over all files, in a few seconds."""
FOLDERS = {"modules": "tests/course", "quizzes": "tests/course", "deploy": "tests/operations", "app/static": "tests/platform/web"}
"""What is no module → where it is tested."""


def changed_files() -> set[str]:
    """Since this branch left `main`, committed or not."""
    base = _git("merge-base", "main", "HEAD")[0]
    return {*_git("diff", "--name-only", base), *_git("ls-files", "--others", "--exclude-standard")}


def _git(*words: str) -> list[str]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def choose(files: Iterable[str], graph: grimp.ImportGraph) -> list[str]:
    """The files and folders of tests, in order."""
    found = {test for file in files for test in _chosen_for(PurePosixPath(file), graph)}
    return sorted({*found, *ALWAYS})


def _chosen_for(file: PurePosixPath, graph: grimp.ImportGraph) -> Iterator[str]:
    yield from (tests for folder, tests in FOLDERS.items() if file.is_relative_to(folder))
    if file.is_relative_to("app/templates"):
        yield from _beside(file.parent.relative_to("app/templates"))
    if file.suffix != ".py" or file.parts[0] not in ("app", "tests") or str(file) == "tests/words.py":  # a sentence's tests are those of the file that says it
        return
    if file.name == "conftest.py":
        yield str(file.parent)
    module = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
    if file.parts[0] == "app":
        yield from _beside(file.parent.relative_to("app"))
    importers = graph.find_modules_that_directly_import(module) if module in graph.modules else set()
    served = graph.find_downstream_modules(module) if module.startswith("tests.") and module in graph.modules else set()
    for importer in {module, *importers, *served}:
        path = PurePosixPath(*importer.split("."))
        if path.name.startswith("test_") and (ROOT / path.with_suffix(".py")).exists():
            yield str(path.with_suffix(".py"))
        elif importer in importers and path.parts[0] == "app" and len(path.parts) > 2:
            yield from _beside(path.parent.relative_to("app"))


def _beside(package: PurePosixPath) -> Iterator[str]:
    """The tests of one package, not those of the packages within; where it has no folder of its own, those of the nearest around it."""
    while package.parts and not any((ROOT / "tests" / package).glob("test_*.py")):
        package = package.parent
    if package.parts:
        yield from (path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / package).glob("test_*.py"))


if __name__ == "__main__":
    sys.stdout.write("\n".join(choose(changed_files(), grimp.build_graph("app", "tests", cache_dir=str(ROOT / ".import_linter_cache")))) + "\n")
