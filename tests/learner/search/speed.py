"""`make bench`: two thousand lessons of ten parts: what one search takes of the server, and publishing one lesson of the index, on each database. CPU time, both ends of it."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.content.documents.reader import read_document
from app.content.search import services as index
from app.content.store import services as content
from app.content.store.queries import course
from app.content.values.course import Course
from app.identity.rules import Role
from app.identity.services import SignedIn
from app.learner.search import SearchReader, SearchWish, search_page
from app.platform.db import db, writing
from tests.bench.serving import ROOT
from tests.content.publishing import publish
from tests.databases import fresh_database, running_postgres
from tests.making import make_app, make_settings

LESSONS, A_MODULE, PARTS, WORDS = 2_000, 100, 10, 80
ROUNDS = 7
EVERYWHERE = "éducation"
"""In nine sections of ten."""
ASKED = (
    EVERYWHERE,
    "REP",
    "éducation prioritaire",
    "préfet recteur",
    "mot17 mot23",
    "motrare",
    "introuvable",
    "réseau d'éducation prioritaire",
    "éducation mot3 préfet maire",
)
GLOSSARY = "REP\n: réseau d'éducation prioritaire. Des écoles.\n\nREP+\n: réseau d'éducation prioritaire renforcé. Moins d'écoles.\n"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
READER = SearchReader(SignedIn(1, "Inès", "ines@croisee.example", None, frozenset({Role.LEARNER})))


def measure(folder: Path, say: Callable[..., None]) -> None:
    folder.mkdir()
    with running_postgres() as server, fresh_database(server) as database:
        for name, url in (("sqlite", ""), ("postgres", database)):
            found = json.loads(_apart(folder / name, url))
            say(
                f"search_slowest_of_20000_sections_{name}",
                found["worst"],
                30,
                unit="ms",
                higher=False,
                note=f"words={found['slowest']!r} median={found['median']:.1f}ms",
            )
            say(f"search_word_of_nine_sections_in_ten_{name}", found["everywhere"], 30, unit="ms", higher=False)
            say(f"search_as_one_types_{name}", found["typing"], 30, unit="ms", higher=False)
            say(f"index_of_one_lesson_published_{name}", found["publish"], 50, unit="ms", higher=False)
            say(f"index_of_2000_lessons_{name}", found["build"], 30, unit="s", higher=False)


def _apart(folder: Path, url: str) -> str:
    command = [sys.executable, "-m", "tests.learner.search.speed", str(folder), url]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "0"}, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]


def module(number: int) -> tuple[str, str]:
    ids = "\n".join(f"- lecon-{one}" for one in range(number * A_MODULE, (number + 1) * A_MODULE))
    head = f"id : module-{number}\ntitre : Module {number}\nhistoire : croisement\nobjectifs :\n- M1 : Savoir\nleçons :\n{ids}"
    return f"modules/module-{number}/module.md", f"---\n{head}\n---\n\nPrésentation.\n"


def lesson(number: int, changed: str = "") -> tuple[str, str]:
    chance = random.Random(number)
    head = f"---\nid : lecon-{number}\ntitre : Leçon {number} sur mot{number % 40}\ndurée : 12\nobjectifs :\n- O1 : Savoir → M1\nachèvement : lu\n---\n\n"
    parts = [f"## Partie {part} et mot{chance.randrange(400)} {{#partie-{part}}}\n\n{_prose(chance)}" for part in range(PARTS - 1)]
    return f"modules/module-{number // A_MODULE}/{number:04d}.md", f"{head}{_prose(chance)} {changed}\n\n" + "\n\n".join(parts) + "\n"


def _prose(chance: random.Random) -> str:
    words = [f"mot{int(chance.paretovariate(0.6)) % 30_000}" for _ in range(WORDS - 6)]
    words += [EVERYWHERE] * (chance.random() < 0.9) * chance.randrange(1, 4)
    words += [
        word
        for word, share in (("préfet", 0.3), ("recteur", 0.2), ("maire", 0.5), ("prioritaire", 0.4), ("réseau", 0.3), ("REP", 0.2))
        if chance.random() < share
    ]
    words += ["réseau d'éducation prioritaire"] * (chance.random() < 0.05) + ["motrare"] * (chance.random() < 0.0005)
    chance.shuffle(words)
    return " ".join(words) + "."


class Meter:
    """CPU milliseconds of this process and of PostgreSQL's that serves it."""

    def __init__(self, session: Session) -> None:
        self.other = session.scalar(text("SELECT pg_backend_pid()")) if session.get_bind().dialect.name == "postgresql" else None

    def _now(self) -> float:
        own = time.process_time()
        if self.other is None:
            return own
        fields = Path(f"/proc/{self.other}/schedstat").read_text(encoding="ascii").split()
        return own + int(fields[0]) / 1e9

    @contextmanager
    def spent(self, times: list[float]) -> Iterator[None]:
        begin = self._now()
        yield
        times.append((self._now() - begin) * 1000)


def main() -> None:
    """Fill an empty database and measure it: the last line of what is said is JSON."""
    folder, url = Path(sys.argv[1]), sys.argv[2]
    app = make_app(make_settings(folder, **({"database_url": url} if url else {})))
    with app.app_context():
        build = _fill(analyse=bool(url))
        now, meter = course(db.session), Meter(db.session)
        found = {typed: _searching(meter, now, SearchWish(typed)) for typed in ASKED}
        typing = _searching(meter, now, SearchWish("éduc", typing=True))
        db.session.rollback()
        published = statistics.median(map(_publishing, range(ROUNDS)))
    slowest = max(found, key=lambda typed: found[typed])
    answer = {"worst": found[slowest], "slowest": slowest, "median": statistics.median(found.values()), "everywhere": found[EVERYWHERE], "typing": typing}
    sys.stdout.write(json.dumps({**answer, "publish": published, "build": build, "all": found}) + "\n")


def _fill(*, analyse: bool) -> float:
    """CPU seconds that the index takes."""
    content.published.disconnect(index.refresh)
    texts = [("modules/glossaire.md", GLOSSARY), *map(module, range(LESSONS // A_MODULE)), *map(lesson, range(LESSONS))]
    with writing() as session:
        content.store(session, [content.new_text(read_document(path, raw), raw, {}) for path, raw in texts], author_id=None, now=NOW)
    begin = time.process_time()
    with writing() as session:
        index.refresh(session)
    if analyse:
        with writing() as session:
            session.execute(text("ANALYZE"))  # as autovacuum does after so many rows
    return time.process_time() - begin


def _publishing(number: int) -> float:
    """Of one lesson with a new sentence, what the index takes."""
    times: list[float] = []
    with writing() as session:
        path, raw = lesson(number, "Une phrase neuve, mot17 et le préfet.")
        publish(session, path, raw, author_id=None, now=NOW)
        with Meter(session).spent(times):
            index.refresh(session)
    return times[0]


def _searching(meter: Meter, now: Course, wish: SearchWish) -> float:
    """The median, after a first time."""
    times: list[float] = []
    for _ in range(ROUNDS + 1):
        with meter.spent(times):
            search_page(db.session, now, READER, wish, date(2026, 11, 27))
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
