"""`croisee preview`, `build`, `check`, `diff`, `new`, `init`, and the same under `flask content`: a folder, without account, database or setting."""

from __future__ import annotations

import signal
from datetime import date
from pathlib import Path

import click

from app.content.cli import CHECK_DAY, CHECK_FORMAT, CHECK_STRICT, tell_problems
from app.content.cli import content as content
from app.content.store import disk
from app.content.store.survey import survey_files
from app.exchange.folder import beginning
from app.exchange.folder.reading import paths_of
from app.platform import clock
from app.platform.errors import DomainError
from app.platform.french import day_of, plural

FOLDER = click.argument("folder", metavar="DOSSIER", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))


def _today() -> date:
    return day_of(clock.now())


@click.command("preview")
@FOLDER
@click.option("--port", type=click.IntRange(1, 65535), help="Par défaut, le premier libre à partir de 8000.")
def preview_command(folder: Path, port: int | None) -> None:
    """Montrer un DOSSIER dans le navigateur, relu à chaque enregistrement. Rien n'est publié ni gardé."""
    from app.exchange.folder.preview import Preview, open_server  # templates, which the other commands do without

    preview = Preview(folder, _today)
    held = preview.pages().held
    try:
        server = open_server(preview.app, port)
    except OSError:
        raise click.ClickException(
            f"Le port {port} est pris : donnez-en un autre, --port 8001." if port else "Aucun port n’est libre à partir de 8000 : --port."
        ) from None
    errors, advice = held.tally
    click.echo(f"{plural(len(held.course.lessons), 'leçon')}, {len(held.course.quizzes)} quiz. {plural(errors, 'erreur')}, {plural(advice, 'conseil')}.")
    click.echo(f"Aperçu : http://127.0.0.1:{server.port}/ (Ctrl+C pour l’arrêter)")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl+C: the server closes its socket
    server.serve_forever()


@click.command("build")
@FOLDER
@click.argument("out", metavar="SORTIE", type=click.Path(path_type=Path))
def build_command(folder: Path, out: Path) -> None:
    """Écrire le cours d'un DOSSIER en pages statiques dans SORTIE : lues d'un disque, quiz compris."""
    from app.exchange.folder import building  # templates, too

    try:
        pages, errors = building.build(folder, out, _today())
    except DomainError as error:
        raise click.ClickException(error.sentence) from None
    click.echo(f"{plural(pages, 'page')} dans {out} : ouvrez {out / 'index.html'}.")
    if errors:
        click.echo(f"{plural(errors, 'erreur')} : croisee check {folder} les nomme. Les pages concernées portent « brouillon ».", err=True)


@click.command("check")
@FOLDER
@CHECK_FORMAT
@CHECK_STRICT
@CHECK_DAY
def check_command(folder: Path, form: str | None, strict: bool, on: date | None) -> None:
    """Vérifier le cours d'un DOSSIER : chaque remarque a son fichier, sa ligne et son remède."""
    files = disk.find(folder)
    if not files.documents:
        found = len(paths_of(folder))
        more = f" Ses {found} fichiers Markdown se lisent par croisee preview, qui en dit les remarques." if found else ""
        raise click.ClickException(f"{folder} n’a ni modules/ ni quizzes/ : ce n’est pas le dossier d’un cours.{more}")
    tell_problems(list(survey_files(files, on or _today()).problems), form, strict=strict, root=folder)


@click.command("diff")
@click.argument("before", metavar="AVANT")
@click.argument("after", metavar="APRÈS", required=False)
@click.option(
    "--folder", metavar="DOSSIER", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Celui du cours ; par défaut, ici."
)
def diff_command(before: str, after: str | None, folder: Path) -> None:
    """Dire ce que les lecteurs verront changer entre deux versions de git ; sans APRÈS, ce qui est sur le disque."""
    from app.exchange.folder import changes  # which compares pages, and so reads the templates

    try:
        for line in changes.tell_changes(folder, before, after, _today()):
            click.echo(line)
    except DomainError as error:
        raise click.ClickException(error.sentence) from None


@click.command("new")
@click.argument("folder", metavar="DOSSIER", type=click.Path(path_type=Path))
def new_command(folder: Path) -> None:
    """Commencer un cours dans un DOSSIER nouveau : un module, deux leçons, un quiz, un glossaire, chaque construction montrée une fois."""
    try:
        written = beginning.begin_course(folder)
    except DomainError as error:
        raise click.ClickException(error.sentence) from None
    for path in written:
        click.echo(f"{folder / path} : écrit.")
    click.echo(f"Voyez-le : croisee preview {folder}")


@click.command("init")
@FOLDER
def init_command(folder: Path) -> None:
    """Écrire dans un DOSSIER ce que lisent VS Code, pre-commit, GitHub et GitLab. Ce qui y est déjà n'est pas changé."""
    for path, written in beginning.equip(folder):
        click.echo(f"{path} : {'écrit' if written else 'déjà là, laissé tel quel'}.")


COMMANDS = (new_command, preview_command, build_command, check_command, diff_command, init_command)
"""Of `croisee`."""
for each in (preview_command, build_command, diff_command, init_command):
    content.add_command(each)
