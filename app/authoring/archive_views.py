"""`/atelier/archive`: the course out as a zip, and a zip in: judged file by file, then brought in whole or not at all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authoring import archive, packed
from app.authoring.archive import Outcome, Plan, Verdict
from app.authoring.differences import Difference, difference
from app.authoring.file_forms import ArchiveForm
from app.authoring.file_views import media_folder, sent_bytes
from app.authoring.pages import blueprint
from app.content import media
from app.db import db, reading
from app.errors import NotYours
from app.identity.guards import current_person
from app.web.templating import PARIS

MOST_COMPARED = 30
"""Texts of which a page shows what changes."""
KEPT = timedelta(days=2)
"""How long an archive that was judged waits for its « Importer »."""
_SAFE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ArchivePage:
    form: ArchiveForm


@dataclass(frozen=True, slots=True)
class CheckPage:
    digest: str
    """Of the archive that may be imported; empty when it may not."""
    counts: tuple[tuple[str, int], ...]
    stopped: tuple[Verdict, ...]
    conflicts: tuple[tuple[Verdict, Difference], ...]
    changes: tuple[tuple[Verdict, Difference], ...]
    """What would change in the first texts; those that only moved are left out."""
    rest: tuple[Verdict, ...]
    to_do: int
    absent: int
    message: str = ""


def _today() -> date:
    return clock.now().astimezone(PARIS).date()


@blueprint.get("/archive/cours.zip")
def archive_file() -> Response:
    data = archive.written(db.session, media_folder())
    return Response(data, mimetype="application/zip", headers={"Content-Disposition": "attachment; filename=croisee-cours.zip"})


@blueprint.route("/archive", endpoint="archive", methods=["GET", "POST"])
def archive_page() -> ResponseReturnValue:
    form = ArchiveForm()
    with reading():
        data = sent_bytes(form.file.data) if form.validate_on_submit() else b""
    plan = _planned(form, data) if data else None
    if plan is None:
        db.session.rollback()
        return render_template("authoring/archive.html", page=ArchivePage(form)), 422 if form.errors else 200
    if not plan.acceptable:
        return render_template("authoring/archive_check.html", page=_page(plan, "")), 422
    digest = hashlib.sha256(data).hexdigest()
    _forget_old(clock.now())
    media.write_whole(_kept(digest), data)
    return redirect(url_for("authoring.archive_check", digest=digest), 303)


def _planned(form: ArchiveForm, data: bytes) -> Plan | None:
    try:
        return _plan(data)
    except packed.Refused as refused:
        form.file.errors = [refused.sentence]
        return None


def _plan(data: bytes) -> Plan:
    """Judging may take seconds: the site is read first, and nobody waits meanwhile."""
    with reading():
        here = archive.site(db.session)
    db.session.rollback()
    return archive.planned(data, here, _today())


@blueprint.get("/archive/<digest>")
def archive_check(digest: str) -> str:
    return render_template("authoring/archive_check.html", page=_page(_plan(_stored(digest)), digest))


@blueprint.post("/archive/<digest>")
def archive_import(digest: str) -> ResponseReturnValue:
    plan = _plan(_stored(digest))
    try:
        count = archive.apply(db.session, plan, media_folder(), current_person().id, clock.now())
    except (archive.Moved, archive.Unacceptable) as error:
        db.session.rollback()
        again = _page(_plan(_stored(digest)), digest, error.sentence)
        return render_template("authoring/archive_check.html", page=again), error.status
    flash(f"Import fait. Textes publiés : {count}.", "success")
    db.session.commit()
    _kept(digest).unlink(missing_ok=True)
    return redirect(url_for("authoring.home"), 303)


def _page(plan: Plan, digest: str, message: str = "") -> CheckPage:
    conflicts = [verdict for verdict in plan.verdicts if verdict.outcome is Outcome.CONFLICT]
    return CheckPage(
        digest=digest if plan.acceptable else "",
        counts=_counts(verdict.outcome for verdict in plan.verdicts),
        stopped=tuple(verdict for verdict in plan.verdicts if verdict.outcome is Outcome.ERROR),
        conflicts=_compared(conflicts),
        changes=_compared(verdict for verdict in plan.verdicts if verdict.outcome is Outcome.CHANGED and verdict.here != verdict.there),
        rest=tuple(sorted((verdict for verdict in plan.verdicts if not verdict.outcome.stops), key=lambda verdict: list(Outcome).index(verdict.outcome))),
        to_do=len(plan.texts),
        absent=plan.absent,
        message=message,
    )


def _compared(verdicts: Iterable[Verdict]) -> tuple[tuple[Verdict, Difference], ...]:
    return tuple((verdict, difference(verdict.here, verdict.there)) for verdict in islice(verdicts, MOST_COMPARED))


def _counts(outcomes: Iterable[Outcome]) -> tuple[tuple[str, int], ...]:
    found = list(outcomes)
    return tuple((outcome.value, found.count(outcome)) for outcome in Outcome if outcome in found)


# --- Archives that wait ---


def _folder() -> Path:
    folder: Path = current_app.config["CROISEE"].instance_path / "imports"
    return folder


def _kept(digest: str) -> Path:
    """One person's: another who knows the digest finds nothing."""
    return _folder() / f"{digest}-{current_person().id}.zip"


def _stored(digest: str) -> bytes:
    """Raises NotYours for what was not sent by this person, or too long ago."""
    if not _SAFE.fullmatch(digest) or not _kept(digest).is_file():
        raise NotYours
    return _kept(digest).read_bytes()


def _forget_old(now: datetime) -> None:
    for path in _folder().glob("*.zip"):
        if path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink(missing_ok=True)
