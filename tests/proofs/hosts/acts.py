"""What two hosts are told to bear, one line each: what was done, what was counted, and whether that is what the guide promises."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from app.identity.rules import Role
from app.platform.db import db, writing
from app.platform.web.migrations import VERSIONS
from app.record.attestations import BadgeKey
from app.record.progress.rules import EventType
from tests.authoring.incoming.pictures import picture
from tests.bench.load import form_with_file
from tests.databases import stopped
from tests.proofs.hosts.browsing import Browser, Tally, Way
from tests.proofs.hosts.bucket import Bucket
from tests.proofs.hosts.database import Base
from tests.proofs.hosts.host import KEY, LIMIT, Host
from tests.proofs.hosts.learners import KINDS, LAST, LESSON, Learner, Run, enrolled, opened

NEW_KEY = "une-nouvelle-clef-de-preuve-pour-les-deux-machines"
SOON = 5.0
"""Seconds in which what is published on one host is read on the other."""
IMAGES = f"/atelier/documents/{LESSON}/images"


@dataclass(frozen=True)
class Line:
    proof: str
    figure: str
    well: bool
    seconds: float = 0.0
    """Since the line before."""

    def __str__(self) -> str:
        return f"{self.seconds:5.1f} s  {self.proof:62} {self.figure:110} {'ok' if self.well else 'short'}"


@dataclass
class Site:
    """Two hosts, what is before and behind them, and this machine's own view of their database."""

    app: Flask
    base: Base
    bucket: Bucket
    first: Host
    second: Host
    proxy: str
    course: Path
    size: int
    at_once: int
    prepared: float
    """Seconds that both took for it."""
    alone: Run | None = None
    """A learner of each kind, at one host."""
    tally: Tally = field(default_factory=Tally)
    """Of those who belong to no run."""

    @property
    def hosts(self) -> tuple[Host, Host]:
        return self.first, self.second

    @property
    def direct(self) -> list[Way]:
        return [(each.address, 8000) for each in self.hosts]

    @property
    def proxied(self) -> list[Way]:
        return [(self.proxy, 443)]

    def browser(self, host: Host | None, cookies: dict[str, str]) -> Browser:
        """Of somebody who is at one host; or at the proxy."""
        way: Way = (host.address, 8000) if host else (self.proxy, 443)
        return Browser(cookies, lambda: way, self.tally)

    @property
    def fewer(self) -> int:
        """Learners of a run that an outage of some seconds is the matter of."""
        return min(self.size, max(24, self.size // 4))

    def someone(self, group: str, role: Role = Role.LEARNER) -> Learner:
        return enrolled(self.app, group, 1, role)[0]

    def run(self, group: str, count: int, ways: Sequence[Way], midway: Callable[[], None] = lambda: None) -> Run:
        run = Run(self.app, group, ways)
        run.all(enrolled(self.app, group, count), self.at_once, midway)
        return run

    def same(self, run: Run, *but: EventType) -> int:
        """How many learners of it the site keeps the same of as one host does; but for such events."""
        assert self.alone
        reference = self.alone.ledgers(*but)
        return sum(ledger == reference[number % KINDS] for number, ledger in run.ledgers(*but).items())


def _told(run: Run, same: int, *more: str) -> str:
    wrong = ", ".join(f"{count} × {name}" for name, count in run.tally.wrong.items()) or "none"
    told = f"{run.tally.requests} requests, wrong: {wrong}, lost: {run.lost()}", *more, f"{same} of {run.done} ledgers as on one host"
    return "; ".join((*told, *(run.odd + run.tally.silent)[:2]))


# --- Lines ------------------------------------------------------------------------------------------------------------


def prepared(site: Site) -> Line:
    """Both were, at once: each is ready, and nothing was done twice."""
    ready = [site.browser(host, {}).get("/healthz/ready").status for host in site.hosts]
    with site.app.app_context():
        counted = [db.session.scalar(select(func.count()).select_from(each)) for each in (VERSIONS, BadgeKey)]
    return Line("   prepare on both hosts at once, through PgBouncer", f"{site.prepared:.1f} s; ready: {ready}", [*ready, *counted] == [200, 200, 1, 1])


def random_hosts(site: Site) -> Line:
    site.alone = alone = site.run("seul", KINDS, site.direct[:1])
    both = site.run("deux", site.size, site.direct)
    same, seconds = site.same(both), both.seconds
    well = same == site.size and not (alone.odd or both.odd or alone.tally.wrong or both.tally.wrong or both.lost())
    return Line(f"1. {site.size} learners, each request at a random host", _told(both, same, f"{both.tally.requests / seconds:.0f} a second"), well)


def published(site: Site) -> Line:
    reader = site.browser(site.second, site.someone("lecteur").cookies)
    before = reader.get(f"/lecons/{LAST}").body
    file = site.course / f"modules/mod-un/{LAST}.md"
    file.write_text(file.read_text(encoding="utf-8").replace("Des faits.", "Publié sur la première machine."), encoding="utf-8")
    site.first.flask("content", "sync")
    began = time.monotonic()
    while "Publié sur la première" not in reader.get(f"/lecons/{LAST}").body and time.monotonic() - began < 2 * SOON:
        time.sleep(0.05)
    seconds = time.monotonic() - began
    return Line("5. published on A, read on B", f"{seconds:.2f} s after the command", "Publié sur" not in before and seconds <= SOON)


def signed_out(site: Site) -> Line:
    person = site.someone("partant")
    with site.app.app_context(), writing() as session:
        other = opened(site.app, session, person.person)
    here, there = site.browser(site.first, person.cookies), site.browser(site.second, other)
    before = there.get("/compte").status
    closed = here.post("/compte/sessions", csrf_token=here.get("/compte/sessions").token).status
    after, still = there.get("/compte").status, here.get("/compte").status
    return Line(
        "6. signed out everywhere on A, refused on B", f"B: {before} then {after}; A itself: {still}", (before, closed, after, still) == (200, 303, 302, 200)
    )


def limits(site: Site) -> Line:
    """Three times as many wrong passwords as one may try, all at one moment, every second one at the other host."""
    count = 3 * LIMIT
    browsers = [site.browser(host, {}) for _ in range(count) for host in site.hosts][:count]
    tokens = [each.get("/connexion").token for each in browsers]
    gate = Barrier(count)

    def try_one(number: int) -> int:
        gate.wait(60)
        return browsers[number].post("/connexion", csrf_token=tokens[number], email="quelqu-un@exemple.fr", password="pas le bon").status

    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(try_one, range(count)))
    passed, refused = answers.count(422), answers.count(429)
    return Line(
        "   limits of tries over both hosts",
        f"{count} at once, {LIMIT} allowed: {passed} tried, {refused} told to wait",
        (passed, refused) == (LIMIT, count - LIMIT),
    )


def images(site: Site) -> Line:
    """What is sent to one host is seen on the other; a bucket that is away stops no page, and gives a form back."""
    trainer = site.someone("formation", Role.TRAINER)
    here, there = (site.browser(host, trainer.cookies) for host in site.hosts)
    token = here.get(IMAGES).token

    def sent(name: str, colour: str, alternative: str) -> tuple[str, str, tuple[str, bytes]]:
        return "POST", IMAGES, form_with_file(name, picture(colour=colour), alternative=alternative, csrf_token=token)

    kept = here.ask(*sent("plan.png", "teal", "Le plan")).status
    address = re.findall(r'src="(/media/[^"]+)"', here.get(IMAGES).body)[0]
    seen = there.get(address)
    same = (seen.status, seen.body) == (200, here.get(address).body)
    with site.bucket.away():
        told = here.once(*sent("place.png", "red", "La place du marché"))
        pages = [each.once("GET", path).status for each in (here, there) for path in (f"/lecons/{LESSON}", IMAGES, "/healthz/ready")]
    began, back = time.monotonic(), here.ask(*sent("place.png", "red", "La place du marché")).status
    seconds = time.monotonic() - began
    said = told.status == 503 and "La place du marché" in told.body and told.headers.get("Retry-After", "").isdigit()
    return Line(
        "   an image sent to A, seen on B; then the bucket away",
        f"seen: {same}; away: pages {sorted(set(pages))}, upload {told.status}{', its form comes back' if said else ''}; back: {back} after {seconds:.1f} s",
        (kept, same, set(pages), said, back) == (303, True, {200}, True, 303) and seconds < 15,
    )


def killed(site: Site) -> Line:
    """One of the hosts stops as when its power goes, while others work, and comes back; with the new key, as the guide's second step has it."""
    host, back = site.second, list[float]()

    def power() -> None:
        host.kill()
        began = time.monotonic()
        host.settings |= {"CROISEE_SECRET_KEY": NEW_KEY, "CROISEE_SECRET_KEY_FALLBACKS": KEY}
        host.start()
        back.append(time.monotonic() - began)

    run = site.run("panne", site.fewer, site.proxied, power)
    again, same = _served_again(site, host), site.same(run)
    few = sum(run.tally.wrong.values()) <= max(site.at_once, run.tally.requests / 100)  # what was under way at that moment, or one in a hundred
    well = same == site.fewer and few and not (run.odd or run.lost() or run.tally.silent) and again < 30
    more = f"{100 * run.tally.share:.2f} % of answers, longest {run.tally.longest:.1f} s", f"back in {back[0]:.1f} s, by the proxy in {again:.1f}"
    return Line("2. kill -9 of a host, and its return", _told(run, same, *more), well)


def _served_again(site: Site, host: Host) -> float:
    """Seconds until the proxy sends somebody there."""
    browser, began, known = site.browser(None, {}), time.monotonic(), host.log.stat().st_size
    while time.monotonic() - began < 30:
        browser.get("/healthz/live")
        with host.log.open(encoding="utf-8") as log:
            log.seek(known)
            if re.search(r"GET /healthz/live 200", log.read()):
                break
        time.sleep(0.1)
    return time.monotonic() - began


def keys(site: Site) -> Line:
    """A signs with the old key and knows the new one; B signs with the new one and knows the old one."""
    person = site.someone("clef")
    old = site.browser(site.second, person.cookies).get("/compte").status
    with site.app.app_context(), writing() as session:
        cookies = opened(site.app, session, person.person, signed_by=NEW_KEY)
    new = [site.browser(host, cookies).get("/compte").status for host in site.hosts]
    return Line(
        "   a changed key, one host after the other",
        f"the old key's cookie on B: {old}; the new key's on A: {new[0]}, on B: {new[1]}",
        [old, *new] == [200] * 3,
    )


def restarted(site: Site) -> Line:
    """PostgreSQL stops until somebody was told to wait, and comes back; nothing else is started again. A page that was made before is shown, even where
    its first opening could not be noted: nothing else may be missing."""
    before, times = [each.pid for host in site.hosts for each in host.processes], list[float]()

    def restart() -> None:
        with stopped(site.base.address):
            began = time.monotonic()
            while not run.tally.wrong and time.monotonic() - began < 30:
                time.sleep(0.1)
        there = time.monotonic()
        for host in site.hosts:
            while site.browser(host, {}).once("GET", "/healthz/ready").status != 200 and time.monotonic() - there < 60:
                time.sleep(0.05)
        times.extend((there - began, time.monotonic() - there))

    run = Run(site.app, "base", site.proxied)
    run.all(enrolled(site.app, "base", site.fewer), site.at_once, restart)
    alive = [each.pid for host in site.hosts for each in host.processes if each.poll() is None] == before
    said, same, but_openings = set(run.tally.wrong) == {"503"} and not run.tally.silent, site.same(run), site.same(run, EventType.VIEWED)
    noted = but_openings == site.fewer and site.fewer - same <= sum(host.log.read_text(encoding="utf-8").count("view_not_recorded") for host in site.hosts)
    well = noted and said and alive and not (run.odd or run.lost()) and times[1] < 10
    more = (
        f"away {times[0]:.1f} s, ready {times[1]:.1f} s after, longest {run.tally.longest:.1f} s",
        "503 with Retry-After alone" if said else "not told",
        f"{but_openings} but for openings",
    )
    return Line("3. PostgreSQL restarted under load", _told(run, same, *more), well)


def pooler(site: Site) -> Line:
    left = site.base.left_behind()
    return Line(
        "   PgBouncer, transaction mode: what is left in its connections",
        "; ".join(left[:3]) or "nothing: no setting, lock, statement, table or cursor",
        not left,
    )


ACTS = (prepared, random_hosts, signed_out, limits, images, killed, keys, restarted, pooler, published)  # what is published last changes no run before it
UNDER_LOAD = (killed, restarted)
"""What these show depends on what was under way just then: they are read by whoever asked for them."""
