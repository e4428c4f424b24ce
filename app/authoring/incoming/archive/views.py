"""`/atelier/archive`: the course out as a zip, and a zip in: judged file by file, then brought in whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authoring.blueprint import blueprint
from app.authoring.incoming import pending
from app.authoring.incoming.archive import queries, services
from app.authoring.incoming.archive.queries import ImportPlan
from app.authoring.incoming.forms import ArchiveForm
from app.authoring.incoming.images import images
from app.authoring.incoming.uploads import instance, media_folder, sent_bytes
from app.db import db
from app.french import day_of
from app.identity.sign_in.guards import current_person
from app.web.edge import download


@dataclass(frozen=True, slots=True)
class ArchivePage:
    form: ArchiveForm


@blueprint.get("/archive/cours.zip")
def archive_file() -> Response:
    return download(queries.course_archive(db.session, media_folder()), "application/zip", "croisee-cours.zip")


@blueprint.route("/archive", endpoint="archive", methods=["GET", "POST"])
def archive_page() -> ResponseReturnValue:
    form = ArchiveForm()
    data = sent_bytes(form.file.data) if form.validate_on_submit() else b""
    plan = form.accept(lambda: _plan(data), form.file) if data else None
    if plan is None:
        db.session.rollback()
        return render_template("authoring/incoming/archive/archive.html", page=ArchivePage(form)), form.status
    if not plan.acceptable:
        return render_template("authoring/incoming/archive/archive_check.html", page=queries.check_page(plan, "")), 422
    digest = hashlib.sha256(data).hexdigest()
    pending.keep(instance(), digest, current_person().id, data, clock.now())
    return redirect(url_for("authoring.archive_check", digest=digest), 303)


def _plan(data: bytes) -> ImportPlan:
    """Judging may take seconds: the site is read first, and no transaction is open meanwhile."""
    here = queries.published_course(db.session)
    db.session.rollback()
    return queries.import_plan(data, here, day_of(clock.now()), images.apart(instance()))


@blueprint.get("/archive/<digest>")
def archive_check(digest: str) -> str:
    plan = _plan(pending.read(instance(), digest, current_person().id))
    return render_template("authoring/incoming/archive/archive_check.html", page=queries.check_page(plan, digest))


@blueprint.post("/archive/<digest>")
def archive_import(digest: str) -> ResponseReturnValue:
    author = current_person().id
    data = pending.read(instance(), digest, author)
    try:
        count = services.import_archive(db.session, _plan(data), media_folder(), author, clock.now())
    except (services.CourseMoved, services.Unacceptable) as error:
        db.session.rollback()
        return render_template("authoring/incoming/archive/archive_check.html", page=queries.check_page(_plan(data), digest, error.sentence)), error.status
    flash(f"Import fait. Textes publiés : {count}.", "success")
    db.session.commit()
    pending.drop(instance(), digest, author)
    return redirect(url_for("authoring.home"), 303)
