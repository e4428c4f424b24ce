"""`flask content …` as a trainer types it: outputs, exit statuses, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from app.platform.db import db
from app.platform.settings import ROOT
from tests.content.course_folder import LESSON, CourseFolder
from tests.making import make_app, make_settings
from tests.words import MALFORMED_ID, UNKNOWN_HISTORY

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> CourseFolder:
    return CourseFolder(tmp_path)


@pytest.fixture
def run(tmp_path: Path, folder: CourseFolder) -> Iterator[Run]:
    app = make_app(make_settings(tmp_path / "instance", course_path=folder.root))
    runner = app.test_cli_runner()

    def invoke(*arguments: str, status: int = 0) -> Result:
        result = runner.invoke(args=["content", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == status, result.output
        return result

    yield invoke
    with app.app_context():
        db.engine.dispose()


def test_a_course_without_problem_prints_nothing(run: Run) -> None:
    assert run("check", "--strict", "--le", "2026-11-24").output == ""


def test_an_error_is_told_with_file_line_code_and_remedy(run: Run, folder: CourseFolder) -> None:
    folder.replace("Une réunion", "Une réunion[^s9]")
    result = run("check", "--le", "2026-11-24", status=1)
    assert result.stdout.startswith(f"{LESSON}:11 E20 La note « s9 » est appelée mais n’est pas définie. Ajoutez à la fin : [^s9]:")
    assert result.stderr == "1\u00a0erreur, 0\u00a0avertissement.\n"


def test_warnings_fail_only_where_they_are_asked_to(run: Run, folder: CourseFolder) -> None:
    folder.replace("Une réunion", "Une <b>réunion</b>")
    assert "A26" in run("check", "--le", "2026-11-24").output
    run("check", "--strict", "--le", "2026-11-24", status=1)


def test_the_same_list_for_machines(run: Run, folder: CourseFolder) -> None:
    folder.replace("Une réunion", "Une réunion[^s9]")
    listed = json.loads(run("check", "--json", "--le", "2026-11-24", status=1).stdout)
    assert [(each["path"], each["line"], each["code"]) for each in listed] == [(LESSON, 11, "E20")]
    assert set(listed[0]) == {"path", "line", "code", "message", "hint"}


def test_the_day_is_an_argument_and_the_memory_does_not_keep_it(run: Run) -> None:
    assert "A21" not in run("check", "--le", "2027-10-31").output
    assert "A21" in run("check", "--le", "2027-11-01").output
    assert "A21" not in run("check", "--le", "2027-10-31").output
    assert "n’est pas une date" in run("check", "--le", "demain", status=2).output


def test_the_memory_of_a_check_is_the_same_answer(run: Run, folder: CourseFolder, tmp_path: Path) -> None:
    folder.replace("Une réunion", "Une réunion[^s9] [a](perdu)")
    first = run("check", "--le", "2028-01-01", status=1).output
    kept = tmp_path / "instance" / "cache" / "content.json"
    assert kept.exists()
    assert run("check", "--le", "2028-01-01", status=1).output == first
    for damage in ("", "{}", '{"key": 1}', kept.read_text(encoding="utf-8")[:-20]):
        kept.write_text(damage, encoding="utf-8")
        assert run("check", "--le", "2028-01-01", status=1).output == first


def test_a_check_may_be_of_some_files_only(run: Run, folder: CourseFolder) -> None:
    folder.replace("Une réunion", "Une réunion[^s9]")
    assert run("check", "quizzes", "--le", "2026-11-24").output == ""
    assert "E20" in run("check", str(folder.root / LESSON), status=1).output
    assert "E20" in run("check", "modules/exemple", status=1).output
    assert "E20" in run("check", str(folder.root), status=1).output
    assert "Aucun fichier du cours ne correspond à « modules/absent.md »." in run("check", "modules/absent.md", status=1).output


def test_a_folder_without_course_is_explained(run: Run, folder: CourseFolder) -> None:
    for path in [*folder.root.rglob("*.md")]:
        path.unlink()
    assert "Aucun fichier de cours" in run("check", status=1).output
    assert "Aucun fichier de cours" in run("sync", status=1).output


def test_sync_then_export(run: Run, folder: CourseFolder) -> None:
    assert "Publiés : 5 ; sans changement : 0." in run("sync").output
    assert run("sync").output == "Publiés : 0 ; sans changement : 5.\n"
    assert run("export").output == ""
    folder.replace("Une réunion", "Une réunion[^s9]")
    result = run("sync", status=1)
    assert f"{LESSON} : refusé, la version publiée reste." in result.output
    assert f"{LESSON}:11 E20" in result.output
    assert f"{LESSON} : laissé tel quel" in run("export", status=1).output


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (LESSON, "(exemple-un), 12 minutes, 33 mots."),
        ("modules/exemple/module.md", "histoire : croisement"),
        ("modules/glossaire.md", "QPV : quartier prioritaire de la politique de la ville"),
        ("modules/parcours.md", "par défaut : exemple"),
        ("quizzes/exemple-un-quiz.md", "exemple-signataire"),
    ],
)
def test_show_says_how_each_file_is_understood(run: Run, folder: CourseFolder, path: str, words: str) -> None:
    assert words in run("show", str(folder.root / path)).output


def test_show_by_identifier_and_what_is_near_an_unknown_one(run: Run, folder: CourseFolder) -> None:
    assert "Quiz «" in run("show", "exemple-un-quiz").output
    said = run("show", "exemple-un-quizz", status=1).output
    assert "Les plus proches : exemple-un-quiz" in said
    (folder.root / "quizzes/exemple-un-quiz.md").write_text("---\nid : Mal nommé\ntitre : Un quiz\nleçon : exemple-un\n---\n", encoding="utf-8")
    assert "ne peut pas être compris" in run("show", str(folder.root / "quizzes/exemple-un-quiz.md"), status=1).output


def test_show_of_lists(run: Run, folder: CourseFolder) -> None:
    folder.write("modules/frise.md", "- 1981 · croisement · La *date*\n")
    folder.write("modules/confusions.md", "- REP | REP+\n")
    folder.write("modules/reseau.md", "| Nom | Communes | Département | Vague | Label |\n|---|---|---|---|---|\n| Douai | Douai (59178) | Nord | 2 | 2021 |\n")
    assert run("show", str(folder.root / "modules/frise.md")).output == "1981 [croisement] La date\n"
    assert run("show", str(folder.root / "modules/confusions.md")).output == "REP n’est jamais pris pour REP+.\n"
    assert "Douai, Nord, vague 2, label 2021" in run("show", str(folder.root / "modules/reseau.md")).output


def test_show_of_a_bad_file_says_why(run: Run, folder: CourseFolder) -> None:
    (folder.root / LESSON).write_bytes(b"---\nid\xff")
    assert "E01" in run("show", str(folder.root / LESSON), status=1).output


def test_ids_writes_what_is_missing_and_nothing_else(run: Run, folder: CourseFolder) -> None:
    folder.replace("id : exemple-un\n", "")
    folder.replace(" {#parcours-exemple}", "", "modules/parcours.md")
    folder.replace(" {#exemple-quartier}", "", "quizzes/exemple-un-quiz.md")
    before = folder.read("quizzes/exemple-un-quiz.md")
    output = run("ids").output
    assert f"{LESSON}:1 une-lecon-d-exemple" in output
    assert folder.read().startswith("---\nid : une-lecon-d-exemple\ntitre : Une leçon d'exemple\n")
    assert folder.read("modules/parcours.md").startswith("## Le parcours d'exemple {#le-parcours-d-exemple}\n")
    after = folder.read("quizzes/exemple-un-quiz.md")
    assert [line for line in after.split("\n") if line not in before.split("\n")] == [
        "## Que désigne un quartier prioritaire ? {#que-designe-un-quartier-prioritaire}"
    ]
    assert run("ids").output == ""


def test_ids_keeps_windows_line_ends_and_avoids_ids_that_are_taken(run: Run, folder: CourseFolder) -> None:
    text = folder.read().replace("id : exemple-un\n", "id :\n").replace("Une leçon d'exemple", "Exemple")
    (folder.root / "modules/exemple/02-deux.md").write_bytes(text.replace("\n", "\r\n").encode())
    assert "modules/exemple/02-deux.md:2 exemple-2" in run("ids").output
    written = (folder.root / "modules/exemple/02-deux.md").read_bytes()
    assert written == text.replace("id :\n", "id : exemple-2\n").replace("\n", "\r\n").encode()


def test_the_same_list_for_forges_and_editors(run: Run, folder: CourseFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.replace("Une réunion", "Une réunion[^s9]")
    monkeypatch.chdir(folder.root.parent)
    told = run("check", "--format", "github", "--le", "2026-11-24", status=1).stdout
    assert told.startswith(f"::error file=course/{LESSON},line=11,title=E20::La note « s9 » est appelée")
    assert told.count("\n") == 1
    (result,) = json.loads(run("check", "--format", "sarif", "--le", "2026-11-24", status=1).stdout)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("E20", "error")
    assert result["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": f"course/{LESSON}"}, "region": {"startLine": 11}}
    monkeypatch.chdir(folder.root)
    assert f"file={LESSON}," in run("check", "--format", "github", "--le", "2026-11-24", status=1).stdout


def test_a_conflict_is_settled_path_by_path(run: Run, folder: CourseFolder) -> None:
    run("sync")
    assert "Aucun fichier du cours" in run("sync", "--keep", "modules/autre.md=file", status=1).output
    assert "n’est pas un côté" in run("sync", "--keep", f"{LESSON}=gauche", status=2).output
    assert run("sync", "--keep", f"{LESSON}=file", "--keep", "modules/glossaire.md=browser").exit_code == 0


def test_stats(run: Run) -> None:
    counted = json.loads(run("stats", "--json").output)
    assert counted["modules"] == 1
    assert counted["lessons"] == [{"module": "exemple", "id": "exemple-un", "words": 33, "sources": 1, "questions": 2, "lesson_questions": 0}]
    assert sum(counted["questions"].values()) == counted["questions"]["single"] == 2
    assert (counted["glossary"], counted["events"], counted["sources"]) == (2, 0, 1)
    assert (counted["figures"], counted["situations"]) == ({}, 0)
    assert "1 modules, 1 leçons, 33 mots (33 par leçon)." in run("stats").output


def test_stats_count_figures_by_kind(run: Run, folder: CourseFolder) -> None:
    figure = "```étapes\ntitre : T\nUn : a\nDeux : b\n```"
    folder.replace("Une réunion", f"{figure}\n\n{figure}\n\n```carte\ntitre : T\nA1 Un\nA2 Deux\n```\n\nUne réunion")
    assert json.loads(run("stats", "--json").output)["figures"] == {"etapes": 2, "carte": 1}
    assert "3 figures : etapes, 2 ; carte, 1." in run("stats").output


def test_new_files_pass_the_check(run: Run, folder: CourseFolder) -> None:
    run("new", "module", "nouveau", "Un module : le second", "--histoire", "politique-de-la-ville")
    assert "Ajoutez « - nouvelle-lecon »" in run("new", "lesson", "nouveau", "nouvelle-lecon", "Une leçon").output
    run("new", "quiz", "nouvelle-lecon", "nouveau-quiz", "Un quiz")
    assert "Ajoutez « - nouveau-cas »" in run("new", "situation", "nouveau", "nouveau-cas", "Situation : un cas").output
    assert "Situation : 4 fins" in run("show", str(folder.root / "modules/nouveau/02-nouveau-cas.md"), status=1).output
    assert (folder.root / "modules/nouveau/01-nouvelle-lecon.md").exists()
    assert "[Un carnet](carnet)" in run("new", "tool", "carnet", "Un carnet").output
    assert (folder.root / "modules/outils/01-carnet.md").exists()
    folder.replace("leçons :\n", "leçons :\n- nouvelle-lecon\n", "modules/nouveau/module.md")
    folder.replace("achèvement : lu", "quiz : nouveau-quiz\nachèvement : lu", "modules/nouveau/01-nouvelle-lecon.md")
    result = run("check", status=1)
    assert {line.split()[1] for line in result.stdout.splitlines() if " E" in line} == {"E70"}, "they are to be filled"
    assert "existe déjà" in run("new", "module", "nouveau", "Encore", status=1).output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("module", "Mal Formé", "T"), MALFORMED_ID),
        (("module", "bien-forme", "T", "--histoire", "autre"), UNKNOWN_HISTORY),
        (("lesson", "perdu", "bien-forme", "T"), "Aucun module n’a l’identifiant « perdu »"),
        (("quiz", "exemple-un", "glossaire", "T"), MALFORMED_ID),
    ],
)
def test_what_cannot_be_created_is_explained(run: Run, folder: CourseFolder, arguments: tuple[str, ...], words: str) -> None:
    folder.write("modules/cours.md", (ROOT / "modules" / "cours.md").read_text(encoding="utf-8"))
    assert words in run("new", *arguments, status=1).output
