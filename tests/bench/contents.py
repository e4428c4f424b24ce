"""Checking and synchronising a thousand lessons of 20 kB, against markdown-it-py parsing the same texts in one process."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.serving import BIN, ROOT

LESSONS, ROUNDS = 1000, 3
SENTENCE = "Le préfet, le recteur et le maire signent la convention, que la cité éducative met en œuvre avec les familles et les associations. "


def write_course(folder: Path) -> list[Path]:
    """Ten modules of a hundred lessons, each about 20 kB."""
    written = []
    for module in range(LESSONS // 100):
        home = folder / "modules" / f"module-{module}"
        home.mkdir(parents=True)
        ids = [f"lecon-{module}-{number}" for number in range(100)]
        lines = "\n".join(f"- {one}" for one in ids)
        (home / "module.md").write_text(
            f"---\nid : module-{module}\ntitre : Module {module}\nhistoire : croisement\nobjectifs :\n- M1 : Savoir\nleçons :\n{lines}\n---\n\nPrésentation.\n",
            encoding="utf-8",
        )
        for number, one in enumerate(ids):
            path = home / f"{number:02d}-{one}.md"
            path.write_text(lesson_text(one), encoding="utf-8")
            written.append(path)
    (folder / "quizzes").mkdir()
    return written


def lesson_text(one: str) -> str:
    head = f"---\nid : {one}\ntitre : Leçon {one}\ndurée : 12\nobjectifs :\n- O1 : Savoir → M1\nachèvement : lu\n---\n\nUne réunion commence.\n\n"
    section = "\n\n".join(SENTENCE * 4 + f"Fin du paragraphe.[^s{number}]" for number in range(1, 9))
    body = "\n\n".join(f"## Partie {number} {{#partie-{number}}}\n\n{section}\n\n- un point\n- un autre **point**" for number in range(1, 5))
    notes = "\n".join(f"[^s{number}]: Titre, éditeur, 2026, <https://exemple.example/{number}> (vérifié : 2026-11)" for number in range(1, 9))
    return f"{head}{body}\n\n## À retenir\n\n- Une idée.\n\n{notes}\n"


FLOOR = """
import sys, pathlib
from markdown_it import MarkdownIt
parser = MarkdownIt("commonmark").enable("table")
for path in sys.argv[1:]:
    parser.parse(pathlib.Path(path).read_text(encoding="utf-8"))
"""
MIGRATE = """
from app import create_app
from app.platform.web import migrations

with create_app().app_context():
    migrations.upgrade()
"""


def _timed(command: list[str], environ: dict[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def _processor(command: list[str], environ: dict[str, str]) -> float:
    """Seconds of processor of a command and of what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _timed(command, environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(say: Callable[..., None]) -> None:
    """The floor parses the same texts in a process of its own; ours starts from an empty database each time."""
    with tempfile.TemporaryDirectory(prefix="croisee-bench-course-") as name:
        folder = Path(name)
        paths = write_course(folder / "course")
        size = statistics.mean(path.stat().st_size for path in paths) / 1000
        flask = [str(BIN / "flask"), "--app", "app"]
        begin = [*flask, "content", "sync", "--help"]  # which loads what a sync does: those who hear of a publication come with the pages
        empty = _timed([sys.executable, "-c", "import markdown_it"], {})
        ours, floors, idle, one = [], [], [], []
        for number in range(ROUNDS):
            instance = folder / f"instance-{number}"
            environ = {"CROISEE_INSTANCE": str(instance), "CROISEE_COURSE": str(folder / "course")}
            _timed([sys.executable, "-c", MIGRATE], environ)
            start = _timed(begin, environ)
            floors.append(_timed([sys.executable, "-c", FLOOR, *map(str, paths)], {}) - empty)
            ours.append(_timed([*flask, "content", "sync"], environ) - start)
            idle.append(_timed([*flask, "content", "sync"], environ) - start)
            paths[number].write_text(f"{paths[number].read_text(encoding='utf-8')}\nUne phrase de plus.\n", encoding="utf-8")
            one.append(_processor([*flask, "content", "sync"], environ) - _processor(begin, environ))
            shutil.rmtree(instance)
        note = f"lessons={LESSONS} mean_kB={size:.0f}"
        say("check_and_sync_1000_lessons", statistics.median(ours), 1.5, statistics.median(floors), "s", higher=False, note=note)
        say("sync_when_nothing_changed", statistics.median(idle), 0.5, unit="s", higher=False)
        say("sync_one_changed_cpu", statistics.median(one), 2.5, unit="s", higher=False, note=note)
