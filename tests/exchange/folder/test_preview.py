"""A folder's preview: every page of it, whatever is wrong; read again once a file has changed; nothing for another site's page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.folder.reading import REFUSED, UNREACHED, cut_title
from app.platform.french import french
from tests.exchange.folder.folders import LESSON, ON, Folder
from tests.strict import Page


def leading_on(folder: Folder, address: str) -> set[str]:
    """What a page leads to, and asks for."""
    return {found.partition("#")[0] for found in re.findall(r' (?:href|src)="(/[^"]*)"', folder.get(address).text)} - {""}


def test_every_page_stands_and_leads_to_pages_that_stand(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "cours")
    assert folder.preview.pages().held.problems == {}, "the course that one begins with has nothing to mend"
    led = set().union(*(leading_on(folder, address) for address in folder.addresses()))
    answers = {address: folder.get(address).status_code for address in (*folder.addresses(), *led)}
    assert {address for address, status in answers.items() if status != 200} == set()
    assert set(folder.addresses()) - led == {"/remarques"}, "one comes to each page by a link"
    for address in folder.addresses():
        Page(folder.get(address).text)


def test_a_saved_file_is_the_next_page_and_another_stays_as_it_was(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "cours")
    before = {address: folder.get(address).headers["ETag"] for address in folder.addresses()}
    folder.replace("Mardi, neuf heures.", "Jeudi, dix heures.")
    assert "Jeudi, dix heures." in folder.get("/lecons/annoncer-le-but").text
    assert {address for address in before if folder.get(address).headers["ETag"] != before[address]} == {"/lecons/annoncer-le-but"}
    assert (
        folder.client.head("/lecons/annoncer-le-but", base_url="http://localhost:8000").headers["ETag"] == folder.get("/lecons/annoncer-le-but").headers["ETag"]
    )


def test_an_open_page_is_told_of_each_change_and_of_nothing_else(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "cours")
    told = folder.preview._versions()
    first = next(told)
    folder.replace("Mardi", "Mercredi")
    assert (first, next(told)) == ("data: 1\n\n", "data: 2\n\n")
    told.close()


def test_one_changed_file_is_the_only_one_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(tmp_path / "cours")
    folder.preview.pages()
    read: list[str] = []
    from app.exchange.folder import reading

    one = reading.disk.read_one
    monkeypatch.setattr(reading.disk, "read_one", lambda root, path: (read.append(path.name), one(root, path))[1])
    folder.replace("Mardi", "Mercredi")
    folder.preview.pages()
    folder.preview.pages()
    assert read == ["01-annoncer-le-but.md"]


def test_what_is_wrong_is_said_with_its_line_and_remedy_and_the_text_is_shown(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "cours")
    folder.replace("id : annoncer-le-but\n", "")
    page = folder.get("/lecons/01-annoncer-le-but").text
    assert "Mardi, neuf heures." in page
    assert LESSON in page
    assert french(REFUSED) in page
    found = folder.preview.pages().held.problems[LESSON]
    assert all(each.message in page for each in found if "'" not in each.message)
    folder.write("modules/preparer-une-reunion/03-seule.md", "---\nid : toute-seule\ntitre : Toute seule\ndurée : 3\n---\n\nElle n'est nommée nulle part.\n")
    assert french(UNREACHED) in folder.get("/lecons/toute-seule").text
    assert "Toute seule" in folder.get("/").text


def test_a_file_that_goes_leaves_its_page_and_an_address_that_lives_on(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "cours")
    assert folder.get("/lecons/annoncer-le-but").status_code == 200
    (folder.root / LESSON).unlink()
    gone = folder.get("/lecons/annoncer-le-but")
    assert gone.status_code == 404
    assert "Décider ensemble" in gone.text, "what there is is shown"


@pytest.mark.parametrize("path", ["cours.md", "glossaire.md", "parcours.md", "frise.md", "sources.md", "preparer-une-reunion/module.md"])
def test_no_file_that_is_emptied_or_unreadable_stops_the_others(tmp_path: Path, path: str) -> None:
    folder = Folder(tmp_path / "cours")
    for data in (b"", b"\xff\xfe\x00", b"---\n", b"# Un titre\n\n---\nid : x\n"):
        (folder.root / "modules" / path).write_bytes(data)
        assert {folder.get(address).status_code for address in folder.addresses()} == {200}
        assert "Mardi, neuf heures." in folder.get("/lecons/annoncer-le-but").text


def test_a_folder_that_is_no_course_is_shown_lesson_by_lesson(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "notes", begun=False)
    folder.write("README.md", "# Mes notes\n\nUn début, et [la suite](docs/suite.md).\n")
    folder.write("docs/suite.md", '---\ntitle: "La suite"\nlayout: page\n---\n\n<script>alert(1)</script>\n\n## Ici\n')
    folder.write("tests/suite.md", "# Une autre suite\n")
    folder.write("node_modules/autre/README.md", "# Rien à voir\n")
    home = folder.get("/").text
    assert home.index("Mes notes") < home.index("La suite")
    assert "Rien à voir" not in home
    assert "Un début, et la suite" in re.sub("<[^>]*>", "", folder.get("/lecons/readme").text)
    assert "<script>alert" not in folder.get("/lecons/suite").text
    assert [folder.get(f"/lecons/suite{end}").status_code for end in ("", "-2", "-3")] == [200, 200, 404], "two files of one name"
    assert {folder.get(address).status_code for address in folder.addresses()} == {200}


@pytest.mark.proof
@settings(max_examples=25)
@given(
    st.text(st.sampled_from("#-> [](){}!|:`*_\n\n\nidtrelçn0x'\\<&^$~+."), max_size=300),
    st.sampled_from([LESSON, "quizzes/decider-ensemble-quiz.md", "libre.md"]),
)
def test_whatever_a_file_holds_its_page_stands(tmp_path_factory: pytest.TempPathFactory, text: str, path: str) -> None:
    folder = Folder(tmp_path_factory.mktemp("cours"), begun=path != "libre.md")
    folder.write(path, text)
    assert {folder.get(address).status_code for address in folder.addresses()} == {200}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example:8000", "localhost.evil:80"])
def test_the_page_of_another_site_reads_nothing(tmp_path: Path, host: str) -> None:
    folder = Folder(tmp_path / "cours")
    assert folder.client.get("/", headers={"Host": host}).status_code == 421
    assert "default-src 'none'" in folder.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/static/../features.py", "/media/../../etc/passwd", "/static/js/../../features.py", "/cles/rien.js", "/static/css"])
def test_no_address_leads_out_of_the_folder(tmp_path: Path, address: str) -> None:
    assert Folder(tmp_path / "cours").get(address).status_code == 404


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("", "", ""),
        ("Un texte.\n", "", "Un texte.\n"),
        ("# Titre\n\nTexte.", "Titre", "\n\nTexte."),
        ("Avant.\n\n## Titre ##\n", "Titre", "Avant.\n\n## Titre ##\n"),
        ('---\ntitle: "Le titre"\n---\nTexte.', "Le titre", "Texte."),
        ("---\ntitre : Le titre\n---\n# Autre\n", "Le titre", "# Autre\n"),
        ("---\nlayout: x\n---\n# Titre\nTexte.", "Titre", "\nTexte."),
        ("---\nsans fin\n# Titre\n", "Titre", "---\nsans fin\n\n"),
    ],
)
def test_the_title_of_a_text_written_for_something_else(text: str, title: str, body: str) -> None:
    assert cut_title(text) == (title, body)


def test_keys_are_the_site_s_own_and_all_the_questions_of_a_pool_are_shown(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "cours")
    folder.replace("seuil : 70 %", "seuil : 70 %\ntirage : 2", "quizzes/decider-ensemble-quiz.md")
    page = folder.get("/quiz/decider-ensemble-quiz").text
    assert page.count("data-question=") == 9
    assert page.count("data-key") == 9
    assert folder.get("/cles/decider-ensemble-quiz.js").text.startswith("Croisee.key = {")
    assert folder.preview.today() == ON
