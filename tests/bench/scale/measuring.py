"""What a large site costs its readers, its nights and its disk: one line a figure, with its goal."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import delete, inspect, select, text

from app.authoring.publishing import effects
from app.content.store.queries import course
from app.identity.emails import WeeklyEmail
from app.identity.models import Person, PersonRole
from app.identity.rules import Role
from app.learner.review.deck import LetterQuestion
from app.platform import clock
from app.platform.db import db, writing
from app.platform.mail.outbox import OutgoingMail
from app.platform.settings import Settings
from app.record.progress.models import PersonFigures
from app.reporting import report_files
from app.reporting.reminders import services as reminders
from app.reporting.reminders.models import ReminderRule
from app.reporting.reminders.rules import Trigger
from tests.bench import people, reports, saving
from tests.bench.journeys import LESSON
from tests.bench.people import FIRST
from tests.bench.scale.filling import DETAILED
from tests.bench.serving import BIN, ROOT
from tests.bench.telling import tell
from tests.identity.builders import carry_session, sign_in
from tests.strict import StrictClient

MB = 1e6
MOST_PAGES = 1_000
TOLD = 200
"""Milliseconds from which one of the other pages is told."""
STALE_PEOPLE = 20_000
"""Whose figures are worked out again."""
OLD, YEARS = 5, 1_500
"""Accounts that the purge finds closed for so many days."""
FIRST_PAGE = "/pilotage/personnes"
DEEP = "tri=-nom&apres=karim 0500000~50000"
PAGES = {
    "grid_first_page": (FIRST_PAGE, 500),
    "grid_filtered": (f"{FIRST_PAGE}?etat=en-cours&tri=-activite", 500),
    "grid_by_name": (f"{FIRST_PAGE}?nom=karim&tri=-nom", 500),
    "grid_deep_page": (f"{FIRST_PAGE}?{DEEP}", 500),
    "grid_one_territory": (f"{FIRST_PAGE}?territoire=cite-lille-sud&tri=-activite", 200),
    "overview_whole_country": ("/pilotage/bilan", 3_000),
    "overview_one_territory": ("/pilotage/bilan?territoire=cite-lille-sud", 1_000),
    "calls": ("/pilotage", 1_500),
    "people": (reports.PEOPLE, 200),
    "people_deep_page": (f"{reports.PEOPLE}?page=1000", 200),
    "people_found_by_name": (f"{reports.PEOPLE}?q=karim", 500),
    "reminders": ("/pilotage/rappels", 1_000),
}
"""Page of an administrator → its address, and the milliseconds of its goal."""

Say = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Site:
    app: Flask
    people: int

    @property
    def settings(self) -> Settings:
        kept: Settings = self.app.config["CROISEE"]
        return kept

    def environ(self) -> Mapping[str, str]:
        """The same site, for a command."""
        kept = self.settings
        told = {"CROISEE_INSTANCE": str(kept.instance_path), "CROISEE_SECRET_KEY": kept.secret_key, "DATABASE_URL": kept.database_url}
        return {**os.environ, **told, "CROISEE_SMTP_HOST": "smtp.invalid", "CROISEE_SITE_URL": "https://croisee.example", "CROISEE_LOG_FORMAT": "json"}


# --- The disk --------------------------------------------------------------------------------------------------------


def sizes(site: Site, say: Say) -> None:
    with site.app.app_context(), db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            path = Path(str(db.engine.url.database))
            say("database", path.stat().st_size / MB, 40_000, unit="MB")
            return
        for table in sorted(inspect(connection).get_table_names()):
            kept, indexes = connection.execute(
                text("SELECT pg_table_size(CAST(:name AS regclass)), pg_indexes_size(CAST(:name AS regclass))"), {"name": table}
            ).one()
            rows = connection.scalar(text("SELECT reltuples FROM pg_class WHERE oid = CAST(:name AS regclass)"), {"name": table}) or 0
            if kept + indexes > MB and rows > 0:
                note = f"rows={rows:.0f} bytes_a_row={(kept + indexes) / rows:.0f}"
                say(f"size_{table}", kept / MB, unit="MB", note=f"indexes={indexes / MB:.0f}MB {note}")
        whole = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
        say("database", whole / MB, 40_000, unit="MB", note=f"bytes_a_person={whole / site.people:.0f}")


# --- Pages and files -------------------------------------------------------------------------------------------------


def _timed(act: Callable[[], object]) -> float:
    """Milliseconds: the median of five after a first one; of what takes more than a second, the second counts."""
    for _ in range(2):
        begin = time.perf_counter()
        act()
        once = (time.perf_counter() - begin) * 1000
    return once if once > 1_000 else reports.median(act)


def pages(site: Site, say: Say) -> None:
    someone = FIRST + DETAILED * 7 + 3
    with reports.reader(site.app, "administrator") as fetch:
        for name, (path, goal) in {**PAGES, "person": (f"/pilotage/personnes/{someone}", 100), "account": (f"{reports.PEOPLE}/{someone}", 100)}.items():
            say(name, _timed(lambda path=path: fetch(path)), goal, unit="ms")  # type: ignore[misc]
    times: dict[str, float] = {}
    for name in people.READERS:
        with reports.reader(site.app, name) as fetch:
            times |= {f"{name}?{query}": _timed(lambda path=f"{FIRST_PAGE}?{query}": fetch(path)) for query in reports.QUERIES}  # type: ignore[misc]
            say(f"overview_of_{name}", _timed(lambda: fetch("/pilotage/bilan")), 3_000, unit="ms")
    slowest = max(times, key=lambda query: times[query])
    say("grid_slowest_page", times[slowest], 1_000, unit="ms", note=f"page={slowest.replace(' ', '')}")


def others(site: Site, say: Say) -> None:
    """Every page that an administrator opens without choosing anything: those that wait for a database are told."""
    rules = [rule.rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    client = site.app.test_client()
    assert isinstance(client, StrictClient)
    sign_in(client, people.READERS["administrator"][0], people.PASSWORD)
    fetch = super(StrictClient, client).open
    for path in sorted(rules)[:MOST_PAGES]:
        if path not in {address for address, _goal in PAGES.values()} and "." not in path and not path.startswith("/deconnexion"):
            begin = time.perf_counter()
            fetch(path, buffered=True).close()
            if (spent := (time.perf_counter() - begin) * 1000) > TOLD:
                say("page", spent, 1_000, unit="ms", note=f"page={path}")


def csv(site: Site, say: Say) -> None:
    _file(site, say, "csv", 10_000)


def workbook(site: Site, say: Say) -> None:
    report_files.MOST_IN_WORKBOOK = site.people  # the writing is what is measured
    _file(site, say, "xlsx", 2_000)


def _file(site: Site, say: Say, name: str, goal: float) -> None:
    """The grid, everybody in it, as a file."""
    with reports.reader(site.app, "administrator") as fetch:
        before, begin = reports.memory(), time.perf_counter()
        size = fetch(f"{FIRST_PAGE}.{name}")
        spent = time.perf_counter() - begin
        say(f"{name}_people_a_second", site.people / spent, goal, higher=True, note=f"seconds={spent:.0f} size={size / MB:.0f}MB")
        say(f"{name}_memory_grew", reports.memory() - before, 150, unit="MB")


# --- Who learns ------------------------------------------------------------------------------------------------------


def learners(site: Site, say: Say) -> None:
    client = site.app.test_client()
    assert isinstance(client, StrictClient)
    carry_session(client, FIRST + DETAILED * 11 + 3)
    fetch = super(StrictClient, client).open
    for name, path in (("home", "/"), ("lesson", LESSON), ("record", "/progression"), ("review", "/revision"), ("search", "/recherche?q=contrat")):
        say(name, _timed(lambda path=path: fetch(path, buffered=True).close()), 60, unit="ms")  # type: ignore[misc]

    def enter() -> None:
        fresh = site.app.test_client()
        assert isinstance(fresh, StrictClient)
        sign_in(fresh, people.READERS["cite"][0], people.PASSWORD)

    say("sign_in", _timed(enter), 300, unit="ms", note="page_and_form")
    first = FIRST + int(time.time()) % max(1, site.people - 300)
    for name, (spent, without) in saving.medians(site.app, first).items():
        say(name, spent * 1000, 30, unit="ms", note=f"without_figures={without * 1000:.1f}ms")


# --- The night -------------------------------------------------------------------------------------------------------


def night(site: Site, say: Say) -> None:
    command(site, say, "quality_settle", ("quality", "settle"), 300, 300)
    with reports.reader(site.app, "administrator") as fetch:
        for name, path in (("quality", "/pilotage/qualite"), ("results", "/resultats")):
            say(name, _timed(lambda path=path: fetch(path)), 200, unit="ms")  # type: ignore[misc]
    few = min(STALE_PEOPLE, site.people)
    again = reports.settled(site.app, PersonFigures.person_id >= FIRST, PersonFigures.person_id < FIRST + few)
    say("figures_worked_out_again", again, 1_000, unit="/s", higher=True, note=f"people={few}")
    rule = _rule(site)
    command(site, say, "reminders_foreseen", ("reminders", "send", "--dry-run"), 600, 500)
    _forget_rule(site, rule)
    command(site, say, "letters", ("letters", "send"), 600, 500)
    _forget_letters(site)
    command(site, say, "review_pause", ("review", "pause"), 60, 300)
    say("publication_effect_foreseen", _effect(site), 300, unit="s", note="of_one_lesson")
    _grow_old(site)
    command(site, say, "purge_foreseen", ("privacy", "purge", "--dry-run"), 120, 300)
    command(site, say, "purge", ("privacy", "purge"), 600, 300, note=f"accounts={OLD}")


def command(site: Site, say: Say, name: str, words: tuple[str, ...], seconds: float, megabytes: float, note: str = "") -> None:
    """Its time, with the start, and the most memory that its process held."""
    begin, most = time.perf_counter(), 0.0
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen([str(BIN / "flask"), "--app", "app", *words], cwd=ROOT, env=site.environ(), stdout=told, stderr=subprocess.STDOUT)
        while process.poll() is None:
            most = max(most, _held(process.pid))
            time.sleep(0.02)
        told.seek(0)
        assert process.returncode == 0, told.read()
    say(name, time.perf_counter() - begin, seconds, unit="s", note=note)
    say(f"{name}_memory", most, megabytes, unit="MB")


def _held(process: int) -> float:
    """The most megabytes that it held so far: what it is told of its end counts those of whoever started it."""
    with suppress(OSError):
        if found := re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(encoding="ascii")):
            return int(found.group(1)) / 1024
    return 0.0


def _effect(site: Site) -> float:
    """Seconds until whoever publishes is told what it changes for everybody."""
    with site.app.app_context():
        published = course(db.session)
        begin = time.perf_counter()
        effects.effect_of(db.session, published, published, [next(iter(published.lessons))], clock.now())
        return time.perf_counter() - begin


def _rule(site: Site) -> int:
    """Whoever has done nothing for three weeks, in the whole network, asked for by an administrator."""
    values = {"territory_id": None, "cohort_id": None, "trigger": Trigger.INACTIVE.value, "days": 21, "pause": 14, "most": 3, "zone": "", "words": ""}
    with site.app.app_context(), writing() as session:
        author = session.scalars(select(Person.id).join(PersonRole).where(PersonRole.name == Role.ADMINISTRATOR).order_by(Person.id)).first()
        assert author is not None
        rule = reminders.save(session, None, author, values, clock.now())
        rule.running = True
        return rule.id


def _forget_rule(site: Site, number: int) -> None:
    with site.app.app_context(), writing() as session:
        session.delete(session.get_one(ReminderRule, number))


def _forget_letters(site: Site) -> None:
    """So that the next time finds the same to say."""
    with site.app.app_context(), writing() as session:
        for table in (LetterQuestion, WeeklyEmail, OutgoingMail):
            session.execute(delete(table))


def _grow_old(site: Site) -> None:
    """Some closed accounts to which nothing has happened for years."""
    now = clock.now()
    with site.app.app_context(), writing() as session:
        for number in range(OLD):
            mark = f"ancien.{now.timestamp():.0f}.{number}"
            session.add(Person(name=mark, email=f"{mark}@croisee.example", fs_uniquifier=mark, active=False, created_at=now - timedelta(days=YEARS)))


def copies(site: Site, say: Say) -> None:
    with tempfile.TemporaryDirectory(prefix="croisee-scale-", dir=site.settings.instance_path) as folder:
        path = Path(folder) / "sauvegarde.zip"
        command(site, say, "backup", ("backup", str(path)), 3_600, 500)
        say("backup_size", path.stat().st_size / MB, 10_000, unit="MB")


PARTS = {"sizes": sizes, "pages": pages, "others": others, "csv": csv, "xlsx": workbook, "learners": learners, "night": night, "backup": copies}
"""What is measured, in this order; a part of it where its name is given."""
USUAL = tuple(name for name in PARTS if name != "backup")

say = partial(tell, "SCALE", higher=False)
