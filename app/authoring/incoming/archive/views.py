"""`/atelier/archive`: the course out as a zip, or one module; and a zip in: judged file by file, then brought in whole or not at all."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.authoring.blueprint import blueprint
from app.authoring.incoming import pending
from app.authoring.incoming.archive import queries, services
from app.authoring.incoming.archive.files import LONGEST_WORDS
from app.authoring.incoming.archive.one_module import module_archive
from app.authoring.incoming.archive.queries import ImportPlan
from app.authoring.incoming.forms import ArchiveForm
from app.authoring.incoming.images import images
from app.authoring.incoming.limits import LARGEST_ARCHIVE
from app.authoring.incoming.uploads import ROOM, instance, keeping, media_store, sent_bytes, waiting
from app.content.store.queries import course
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.settings import current_settings
from app.platform.storage.store import StoreAway
from app.platform.web.edge import download
from app.platform.web.endpoints import act, page


class ArchivePage(Struct, frozen=True):
    form: ArchiveForm
    modules: tuple[tuple[str, str], ...]
    """Id and title of those that may leave by themselves."""


@blueprint.get("/archive/cours.zip")
@page(who=AUTHORS)
def archive_file() -> Response:
    return download(queries.course_archive(db.session, media_store()), "application/zip", "croisee-cours.zip")


@blueprint.get("/archive/module.zip")
@page(who=AUTHORS)
def module_file() -> Response:
    """One module, for another site. The licence is that which whoever sends it writes."""
    module_id, licence = request.args.get("module", ""), request.args.get("licence", "").strip()[:LONGEST_WORDS]
    data = module_archive(db.session, current_settings(), media_store(), module_id, licence)
    return download(data, "application/zip", f"croisee-{module_id}.zip")


@blueprint.route("/archive", endpoint="archive", methods=["GET", "POST"])
@page(who=AUTHORS, large_form=(LARGEST_ARCHIVE + ROOM, ROOM))
def archive_page() -> ResponseReturnValue:
    form = ArchiveForm()
    data = sent_bytes(form.file.data) if form.validate_on_submit() else b""
    plan = form.accept(lambda: _plan(data), form.file) if data else None
    if plan is None:
        db.session.rollback()
        return render_template("authoring/incoming/archive/archive.html", page=_page(form)), form.status
    if not plan.acceptable:
        return render_template("authoring/incoming/archive/archive_check.html", page=queries.check_page(plan, "")), 422
    digest = keeping(form, lambda: pending.keep(waiting(), current_person().id, data, clock.now()))
    if digest is None:
        return render_template("authoring/incoming/archive/archive.html", page=_page(form)), form.status
    return redirect(url_for("authoring.archive_check", digest=digest), 303)


def _page(form: ArchiveForm) -> ArchivePage:
    modules = tuple((module.id, module.title) for module in course(db.session).modules.values())
    return ArchivePage(form, modules)


def _plan(data: bytes) -> ImportPlan:
    """Judging may take seconds: the site is read first, and no transaction is open meanwhile."""
    here = queries.published_course(db.session)
    db.session.rollback()
    return queries.import_plan(data, here, day_of(clock.now()), images.decoder_process(instance()))


@blueprint.get("/archive/<digest>")
@page(who=AUTHORS)
def archive_check(digest: str) -> str:
    plan = _plan(pending.read_pending(waiting(), digest, current_person().id))
    return render_template("authoring/incoming/archive/archive_check.html", page=queries.check_page(plan, digest))


@blueprint.post("/archive/<digest>")
@act(who=AUTHORS)
def archive_import(digest: str) -> ResponseReturnValue:
    author = current_person().id
    data = pending.read_pending(waiting(), digest, author)
    try:
        count = services.import_archive(db.session, _plan(data), media_store(), author, clock.now())
    except (services.CourseMoved, services.Unacceptable, StoreAway) as error:
        db.session.rollback()
        return render_template("authoring/incoming/archive/archive_check.html", page=queries.check_page(_plan(data), digest, error.sentence)), error.status
    flash(f"Import fait. Textes publiés : {count}.", "success")
    db.session.commit()
    pending.drop(waiting(), digest, author)
    return redirect(url_for("authoring.home"), 303)
