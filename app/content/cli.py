"""`flask content …`: check, sync, export, show, ids, stats, new. Exit status 1 where something is to be mended; never a traceback."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup

from app.content.documents import describe, index
from app.content.documents.index import CourseIndex, names, write_ids
from app.content.documents.reader import read_document
from app.content.problems.formats import FORMATS, problem_lines
from app.content.store import disk, survey
from app.content.store.disk import CourseFile, CourseFiles
from app.content.store.queries import MAJOR, MINOR
from app.content.store.survey import CourseSurvey, survey_folder
from app.content.store.sync import ExportReport, Keep, SyncReport, export, sync
from app.content.values.text import Problem
from app.platform import clock
from app.platform.db import writing
from app.platform.errors import DomainError
from app.platform.french import day_of, french_date, plural
from app.platform.settings import current_settings
from app.platform.shell_json import AS_JSON, print_json
from app.platform.storage import places

_HEAD_ID = re.compile(r"^\s*id\s*:\s*([a-z0-9-]+)\s*$", re.MULTILINE)
content = AppGroup("content", help="Le cours : vérifier, synchroniser, exporter, créer.")


def _survey_course(on: date | None = None) -> tuple[CourseFiles, CourseSurvey]:
    settings = current_settings()
    found = survey_folder(settings, on or day_of(clock.now()))
    if not found[0].documents:
        raise click.ClickException(f"Aucun fichier de cours sous {settings.course_path} : il y faut les dossiers modules/ et quizzes/.")
    return found


class _Day(click.ParamType[date]):
    name = "AAAA-MM-JJ"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"« {value} » n’est pas une date : écrivez 2026-11-24.", param, ctx)


class _ConflictSide(click.ParamType[tuple[str, Keep]]):
    name = "[CHEMIN=]CÔTÉ"
    sides = {"file": Keep.FILE, "browser": Keep.BROWSER} | {each.value: each for each in Keep}

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Keep]:
        path, _, side = str(value).rpartition("=")
        if side not in self.sides:
            self.fail(
                f"« {side} » n’est pas un côté : écrivez fichier ou navigateur, après le chemin et le signe égal s’il ne vaut que pour un fichier.", param, ctx
            )
        return path, self.sides[side]


CHECK_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="text, pour une personne ; json ; github, les annotations d’un flux ; sarif, pour une forge ou un éditeur.",
)
CHECK_STRICT = click.option("--strict", is_flag=True, help="Les avertissements comptent comme des erreurs.")
CHECK_DAY = click.option("--le", "on", type=_Day(), help="Le jour auquel les sources sont jugées ; par défaut, aujourd’hui.")


@content.command("check")
@click.argument("paths", nargs=-1)
@click.option("--json", "form", flag_value="json", help="La même liste, pour une machine.")
@CHECK_FORMAT
@CHECK_STRICT
@CHECK_DAY
def check_command(paths: tuple[str, ...], form: str | None, strict: bool, on: date | None) -> None:
    """Vérifier tout le cours. Avec des FICHIERS ou des dossiers, ne montrer que ce qui les concerne."""
    files, found = _survey_course(on)
    wanted = _check_paths([*(file.path for file in files.documents), *(each.path for each in found.problems)], paths)
    problems = [each for each in found.problems if not wanted or any(_within(folder, each.path) for folder in wanted)]
    tell_problems(problems, form, strict=strict, root=current_settings().course_path)


def tell_problems(problems: list[Problem], form: str | None, *, strict: bool, root: Path) -> None:
    """Prints what was found, and leaves with status 1 where something is to be mended. `root`: of the course."""
    here = Path.cwd().resolve()
    folder = root.resolve().relative_to(here).as_posix() if root.resolve().is_relative_to(here) else ""
    if form in (None, "text"):
        _print_problems(problems)
    else:
        for line in problem_lines(problems, str(form), "" if folder == "." else folder):
            click.echo(line)
    if any(each.is_error or strict for each in problems):
        raise SystemExit(1)


def _check_paths(known: list[str], paths: tuple[str, ...]) -> list[str]:
    """The paths given, relative to the course. Saying nothing of a file that is not there would read as praise."""
    wanted = [_relative(current_settings().course_path, path) for path in paths]
    for path, folder in zip(paths, wanted, strict=True):
        if not any(_within(folder, each) for each in known):
            raise click.ClickException(f"Aucun fichier du cours ne correspond à « {path} ».")
    return wanted


def _within(folder: str, path: str) -> bool:
    return folder in (".", path) or path.startswith(f"{folder}/")


def _relative(root: Path, path: str) -> str:
    full = Path(path).resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else Path(path).as_posix()


def _print_problems(problems: list[Problem]) -> None:
    for found in problems:
        click.echo(str(found))
    errors = sum(found.is_error for found in problems)
    if any(found.code == "E06" for found in problems):
        click.echo("Les identifiants qui manquent s’écrivent d’eux-mêmes : flask content ids.", err=True)
    if problems:
        click.echo(f"{plural(errors, 'erreur')}, {plural(len(problems) - errors, 'avertissement')}.", err=True)


@content.command("sync")
@click.option(
    "--garder",
    "--keep",
    "keep",
    multiple=True,
    type=_ConflictSide(),
    help="En cas de conflit, le côté qui l’emporte : fichier ou navigateur, de tous ; ou CHEMIN=fichier, de chacun.",
)
@click.option("--retirer", "withdraw", is_flag=True, help="Retirer du cours tous les documents qui n’ont plus de fichier, même nombreux.")
@click.option("--changement", "change", type=click.Choice([MINOR, MAJOR]), help="Le genre de changement ; par défaut, selon son ampleur.")
def sync_command(keep: tuple[tuple[str, Keep], ...], change: str | None, withdraw: bool) -> None:
    """Publier ce qui a changé dans les fichiers. Chaque fichier est pris à part : une erreur n’arrête que le sien."""
    files, found = _survey_course()
    sides = {(_relative(current_settings().course_path, path) if path else ""): side for path, side in keep}
    _check_paths([each.path for each in found.documents], tuple(path for path, _ in keep if path))
    with _refusals(), writing() as session:
        report = sync(session, files, found, places.media(current_settings()), clock.now(), keep=sides.get("") or sides, change=change, withdraw=withdraw)
    _print_problems([each for each in found.problems if each.is_error])
    _print_sync(report)
    if not report.complete:
        raise SystemExit(1)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the rules refuse, in a sentence and status 1."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(error.sentence) from None


def _print_sync(report: SyncReport) -> None:
    for title, paths in (
        ("publié", report.published),
        ("retiré", report.withdrawn),
        ("plus récent dans le navigateur, à exporter", report.newer_in_browser),
        ("refusé, la version publiée reste", report.refused),
    ):
        for path in paths:
            click.echo(f"{path} : {title}.")
    for conflict in report.conflicts:
        click.echo(f"{conflict.path} : conflit, le fichier et le navigateur ont changé tous les deux. Rien n’est perdu, rien n’est publié.")
        if conflict.older:
            click.echo(f"Le fichier est une version déjà publiée, celle du {french_date(conflict.older)} : une branche plus ancienne est peut-être sortie.")
        click.echo(f"{conflict.difference}\nPour trancher : flask content sync --garder {conflict.path}=fichier, ou =navigateur ; sans chemin, pour tous.")
    click.echo(f"Publiés : {len(report.published)} ; sans changement : {report.unchanged}.", err=True)


@content.command("export")
@click.option("--garder", "keep", type=click.Choice([each.value for each in Keep]), help="En cas de conflit, « navigateur » écrase le fichier.")
def export_command(keep: str | None) -> None:
    """Écrire dans modules/ et quizzes/ ce qui est publié."""
    files, found = _survey_course()
    with _refusals(), writing() as session:
        report: ExportReport = export(session, files, found, places.media(current_settings()), keep=Keep(keep) if keep else None)
    for path in report.written:
        click.echo(f"{path} : écrit.")
    for path in report.refused:
        click.echo(f"{path} : laissé tel quel, le fichier a changé depuis la dernière synchronisation. Lancez d’abord flask content sync.")
    if report.refused:
        raise SystemExit(1)


@content.command("show")
@click.argument("path", metavar="FICHIER_OU_IDENTIFIANT")
def show_command(path: str) -> None:
    """Dire en mots comment un fichier est compris, question par question. On le nomme par son chemin, ou par son identifiant."""
    root = current_settings().course_path
    file = disk.read_one(root, Path(path).resolve()) if Path(path).is_file() else _find_document(disk.find(root), path)
    reading = read_document(file.path, file.text) if file.text is not None else None
    for line in describe.lines(reading) if reading else ():
        click.echo(line)
    if reading is None or reading.document is None:
        click.echo(f"{file.path} ne peut pas être compris tant que ceci n’est pas corrigé :")
    problems = list(reading.problems if reading else file.problems)
    _print_problems(problems)
    if any(found.is_error for found in problems):
        raise SystemExit(1)


def _find_document(files: CourseFiles, identifier: str) -> CourseFile:
    """The file whose head gives an id; where none does, the nearest ids are told."""
    known = {found[1]: file for file in files.documents if (found := _HEAD_ID.search(file.text or ""))}
    if identifier in known:
        return known[identifier]
    near = difflib.get_close_matches(identifier, known, n=3)
    told = f"Les plus proches : {', '.join(near)}." if near else "Aucun ne lui ressemble."
    raise click.ClickException(f"« {identifier} » n’est ni un fichier ni l’identifiant d’un texte du cours. {told}")


@content.command("ids")
def ids_command() -> None:
    """Écrire les identifiants qui manquent dans les fichiers."""
    files, found = _survey_course()
    for path, line, identifier in write(files, found.problems):
        click.echo(f"{path}:{line} {identifier}")


@content.command("stats")
@AS_JSON
def stats_command(as_json: bool) -> None:
    """Compter : modules, leçons, mots, questions par type, sources."""
    files = disk.find(current_settings().course_path)
    counted = index.count(read_document(file.path, file.text) for file in files.documents if file.text is not None)
    if as_json:
        print_json(counted)
    else:
        for line in index.lines(counted):
            click.echo(line)


@content.group("new")
def new_group() -> None:
    """Créer un fichier prêt à remplir."""


@new_group.command("module")
@click.argument("identifier")
@click.argument("title")
@click.option("--histoire", "history", default="croisement", help="Une ligne de modules/cours.md, ou croisement.")
def new_module(identifier: str, title: str, history: str) -> None:
    """Un module : IDENTIFIANT et TITRE."""
    files = disk.find(current_settings().course_path)
    known = CourseIndex(read_document(file.path, file.text) for file in files.documents if file.text is not None).histories
    _create(lambda: survey.module(identifier, title, history, known or [history]))


@new_group.command("lesson")
@click.argument("module_id")
@click.argument("identifier")
@click.argument("title")
def new_lesson(module_id: str, identifier: str, title: str) -> None:
    """Une leçon : IDENTIFIANT du module, IDENTIFIANT de la leçon, TITRE."""
    _create_in_module(survey.lesson, module_id, identifier, title)


@new_group.command("situation")
@click.argument("module_id")
@click.argument("identifier")
@click.argument("title")
def new_situation(module_id: str, identifier: str, title: str) -> None:
    """Une situation à choix : IDENTIFIANT du module, IDENTIFIANT de la leçon, TITRE."""
    _create_in_module(survey.situation, module_id, identifier, title)


@new_group.command("quiz")
@click.argument("lesson_id")
@click.argument("identifier")
@click.argument("title")
def new_quiz(lesson_id: str, identifier: str, title: str) -> None:
    """Un quiz : IDENTIFIANT de sa leçon, IDENTIFIANT du quiz, TITRE."""
    _create(lambda: survey.quiz(lesson_id, identifier, title))


@new_group.command("tool")
@click.argument("identifier")
@click.argument("title")
def new_tool(identifier: str, title: str) -> None:
    """Un outil à remplir : IDENTIFIANT, qui nomme ses fichiers, et TITRE."""
    paths = [file.path for file in disk.find(current_settings().course_path).documents]
    _create(lambda: survey.tool(paths, identifier, title))


@new_group.command("survey")
@click.argument("identifier")
@click.argument("title")
def new_survey(identifier: str, title: str) -> None:
    """Une enquête : IDENTIFIANT et TITRE."""
    _create(lambda: survey.survey_skeleton(identifier, title))


def _create_in_module(make: survey.InModule, module_id: str, identifier: str, title: str) -> None:
    files = disk.find(current_settings().course_path)
    paths = [file.path for file in files.documents]
    _create(lambda: make(paths, survey.folder_of(files, module_id), identifier, title))


def _create(make: Callable[[], survey.Skeleton]) -> None:
    try:
        draft = make()
    except survey.NotMade as error:
        raise click.ClickException(error.sentence) from error
    target = current_settings().course_path / draft.path
    if target.exists():
        raise click.ClickException(f"{draft.path} existe déjà : rien n’est changé.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(draft.text, encoding="utf-8", newline="\n")
    click.echo(f"{draft.path} : créé. {draft.advice}")


def write(files: CourseFiles, problems: Iterable[Problem]) -> Iterator[tuple[str, int, str]]:
    """Write each missing id, and tell (path, line, id)."""
    missing: dict[str, list[int]] = {}
    for found in problems:
        if found.code == "E06":
            missing.setdefault(found.path, []).append(found.line)
    taken = {named.id for file in files.documents if file.text is not None for named in names(read_document(file.path, file.text))}
    for path, lines in missing.items():
        target = files.root / path
        text, written = write_ids(target.read_bytes().decode("utf-8"), path, lines, taken)
        target.write_bytes(text.encode("utf-8"))
        for each in written:
            taken.add(each.id)
            yield path, each.line, each.id
