"""`/atelier/depot`: the repository that the site follows, and what waits on either side; and `flask git follow`."""

from __future__ import annotations

from datetime import datetime

import click
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue
from msgspec import Struct

from app.exchange.git.following import GitReport, follow
from app.exchange.git.repository import GitFailed, Repository, repository_of
from app.identity.rules import AUTHORS
from app.platform import clock
from app.platform.errors import DomainError
from app.platform.settings import current_settings
from app.platform.settings.tables import DRAFTS
from app.platform.web.endpoints import act, page

blueprint = Blueprint("git", __name__, url_prefix="/atelier/depot")


class RepositoryPage(Struct, frozen=True):
    remote: str
    branch: str
    path: str
    push: str
    """Where publications go."""
    drafts: bool
    """Does a push become drafts?"""
    subject: str
    """Of the last commit that was taken; empty before the first."""
    sha: str
    at: datetime | None


def repository_page(repository: Repository) -> RepositoryPage:
    git = repository.git
    try:
        tip = repository.tip() if (repository.root / ".git").is_dir() else None
    except GitFailed:
        tip = None
    subject, sha, at = (tip.subject, tip.sha[:10], datetime.fromisoformat(tip.at)) if tip else ("", "", None)
    return RepositoryPage(repository.shown_remote, git.branch, git.path, git.push or git.branch, git.arrive == DRAFTS, subject, sha, at)


@blueprint.get("")
@page(who=AUTHORS)
def repository() -> str:
    followed = repository_of(current_settings())
    return render_template("exchange/git/repository.html", page=repository_page(followed) if followed else None)


@blueprint.post("")
@act(who=AUTHORS)
def follow_now() -> ResponseReturnValue:
    followed = repository_of(current_settings()) or abort(404)
    try:
        report = follow(followed, current_settings(), clock.now())
    except DomainError as error:
        flash(error.sentence, "warning")
    else:
        flash(report.sentence, "warning" if report.refused or report.waiting else "success")
    return redirect(url_for("git.repository"), 303)


# --- `flask git follow`, from a shell and by a timer ---

git = AppGroup("git", help="Le dépôt que suit le cours ([git] de settings.toml).")


@git.command("follow")
def follow_command() -> None:
    """Prendre ce qui est poussé, réunir ce qui a changé des deux côtés, écrire dans le dépôt ce qui est publié ici. Sans effet si rien n'a changé."""
    found = repository_of(current_settings())
    if found is None:
        raise click.ClickException("Aucun dépôt n’est réglé : écrivez la table [git] de settings.toml (docs/exploitants/git.md).")
    try:
        report: GitReport = follow(found, current_settings(), clock.now())
    except DomainError as error:
        raise click.ClickException(error.sentence) from None
    click.echo(report.sentence)
    if report.refused:
        raise SystemExit(1)
