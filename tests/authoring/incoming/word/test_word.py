"""Word documents: what is kept, what is said of the rest, what is refused before anything reads it."""

from __future__ import annotations

import base64
import tracemalloc
from pathlib import Path

import pytest
from app.authoring.incoming.word.composing import ComposedLesson

from app.authoring.incoming import word_views as word
from app.authoring.incoming.word import process as word_process
from app.authoring.incoming.word import safety
from app.platform import sandbox
from app.platform.zips import FileRefused
from tests.authoring.incoming.documents import Docx, drawing, equation, image, note_call, paragraph, run, table, text_box
from tests.authoring.incoming.pictures import SCRIPT, SVG, enormous, photograph, picture
from tests.authoring.incoming.zips import locked, renamed, unzipped, zipped

DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def composed(document: Docx, title: str = "") -> ComposedLesson:
    return word_process.compose_document("docx", "cours.docx", title, document.data())


def pasted(html: str) -> ComposedLesson:
    return word_process.compose_document("html", "", "", html.encode())


# --- What is kept ---


def test_a_document_becomes_a_lesson_and_its_questions() -> None:
    document = Docx(notes=["Loi n° 2014-173."]).with_image(photograph(), "image1.jpeg")
    document.relations.append(("rLink", "hyperlink", "https://anct.gouv.fr/", True))
    document.body = [
        paragraph("Le contrat de ville", style="Titre"),
        paragraph("Une réunion.", inner=note_call(1)),
        paragraph("Qui signe", style="Titre1"),
        paragraph("Voir ", inner=f'<w:hyperlink r:id="rLink">{run("le site")}</w:hyperlink>{run(" et ")}{run("ceci", bold=True)}{run(" aussi", italic=True)}'),
        paragraph("Premier", level=0),
        paragraph("Dedans", level=1),
        paragraph("Un détail", style="Titre2"),
        table(("Qui", "Quoi"), ("Préfet", "signe | décide")),
        paragraph("", inner=image(alternative="Le plan [du] quartier")),
        paragraph("Question 1 : Qui signe ?", bold=True),
        paragraph("Le préfet", level=0, ordered=True),
        paragraph("Le maire", level=0, ordered=True),
        paragraph("Bonne réponse : a"),
    ]
    made = composed(document)
    (name,) = made.pictures
    assert made.title == "Le contrat de ville"
    assert made.lesson.split("\n") == [
        *("Une réunion.[^1]", "", "## Qui signe", "", "Voir [le site](https://anct.gouv.fr/) et **ceci** *aussi*", ""),
        *("- Premier", "  - Dedans", "", "### Un détail", "", "| Qui | Quoi |", "| --- | --- |", "| Préfet | signe \\| décide |", ""),
        *(f"![Le plan (du) quartier](images/{name})", "", "[^1]: Loi n° 2014-173."),
    ]
    assert made.quiz == "## Qui signe ?\n\n- [x] Le préfet\n- [ ] Le maire"
    assert b"secret" not in made.pictures[name].data
    assert (made.pictures[name].width, made.pictures[name].height) == (40, 80)


def test_a_page_copied_from_word_keeps_its_lists_notes_and_headings() -> None:
    item = "<p class=MsoListParagraph style='mso-list:l0 level{} lfo1'><![if !supportLists]><span style='mso-list:Ignore'>{}<span>&nbsp;&nbsp;</span></span><![endif]>{}</p>"
    made = pasted(
        f"""<html><head><style>p {{color:red}}</style><script>alert(1)</script></head><body><!--StartFragment-->
        <p class=MsoTitle>Le contrat</p><h1><b>Qui signe</b></h1>
        <p>Un fait.<a href="#_ftn1" name="_ftnref1"><sup>[1]</sup></a> <a href="javascript:alert(1)">lien</a></p>
        {item.format(1, "·", "un")}{item.format(2, "o", "dedans")}{item.format(1, "·", "deux")}
        <div id="ftn1"><p class=MsoFootnoteText><a href="#_ftnref1">[1]</a> Une source.</p></div><img src="file:///C:/image.png"></body></html>"""
    )
    assert made.title == "Le contrat"
    assert "## Qui signe\n\nUn fait.[^1] lien\n\n- un\n  - dedans\n- deux" in made.lesson
    assert made.lesson.endswith("[^1]: Une source.")
    assert "Une image n’a pas été collée" in made.lesson
    assert "script" not in made.lesson
    assert "alert" not in made.lesson


def test_a_page_copied_from_another_editor_keeps_its_weights_and_images() -> None:
    data = base64.b64encode(picture()).decode()
    made = pasted(
        f'<b style="font-weight:normal"><p><span style="font-weight:700">gras</span> maigre.</p>'
        f'<p><img src="data:image/png;base64,{data}" alt="Plan"></p><p><img src="data:image/png;base64,AAAA" alt="x"></p></b>'
    )
    assert "**gras** maigre." in made.lesson
    assert len(made.pictures) == 1
    assert "une image n’est pas reprise" in made.lesson


def test_the_reader_works_alone(tmp_path: Path) -> None:
    """As it runs for a request: in a process of its own."""
    document = Docx([paragraph("Un texte."), paragraph("", inner=image())]).with_image()
    answered = word.convert(tmp_path, "docx", "cours.docx", document.data(), "Un\x00 titre \ud800")
    assert answered == word.unpack_answer(word_process.answer("docx", "cours.docx", "Un\x00 titre \ud800", document.data()))
    assert answered.title == "Un\x00 titre \ud800"
    assert len(answered.pictures) == 1
    with pytest.raises(FileRefused, match="macros"):
        word.convert(tmp_path, "docx", "cours.docm", document.data(), "")


def test_plain_text_is_read_too() -> None:
    assert pasted("<p>Un &lt;b&gt; texte</p>").lesson == "Un <b> texte"


# --- What is said of the rest ---


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (equation("E = mc²"), "Une équation n’est pas reprise : « E = mc² »."),
        ('<w:r><w:commentReference w:id="1"/></w:r>', "Un commentaire n’est pas repris : « À revoir »."),
        ("<w:del><w:r><w:delText>vieux</w:delText></w:r></w:del>", "est appliquée : « vieux »"),
        (f"<w:ins>{run('neuf')}</w:ins>", "Les ajouts en attente (suivi des modifications) sont gardés."),
        (text_box("dans la boîte"), "Ce qui suit était dans une zone de texte."),
        (text_box("perdue", fallback=False), "il disait : « perdue »"),
        (drawing("", DIAGRAM), "Un schéma SmartArt n’est pas repris"),
        (drawing("", CHART), "Un graphique n’est pas repris"),
        ("<w:r><w:object/></w:r>", "Un objet incorporé n’est pas repris."),
        (image("rFar", linked=True), "Une image qui se trouve ailleurs que dans le document n’est pas reprise."),
        (image("rFar"), "Une image n’est pas reprise".lower()),
    ],
)
def test_what_could_not_be_kept_is_said_where_it_stood(inner: str, said: str) -> None:
    document = Docx([paragraph("Avant."), paragraph("Ici", inner=inner), paragraph("Après.")], comments=["À revoir"])
    document.relations.append(("rFar", "image", "https://ailleurs.example/suivi.png", True))
    lesson = composed(document, "Titre").lesson
    before, _, rest = lesson.partition("Repris de Word : ")
    assert before.startswith("Avant.")
    assert said in rest
    assert rest.rstrip().endswith("Après.")
    assert "ailleurs.example" not in lesson


def test_what_a_field_shows_and_what_a_box_held_is_kept() -> None:
    field = f'<w:fldSimple w:instr="DATE">{run("24 novembre.")}</w:fldSimple>'
    lesson = composed(Docx([paragraph("Le ", inner=field), paragraph("", inner=text_box("dans la boîte")), paragraph("Fin.")])).lesson
    assert "Le 24 novembre" in lesson
    assert lesson.count("dans la boîte") == 1


def test_a_table_of_contents_and_page_numbers_are_left_out() -> None:
    made = '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
    lesson = composed(Docx([paragraph("Un texte."), made.format(paragraph("Qui signe 3")), paragraph("Fin 4", style="TM1"), paragraph("Suite.")])).lesson
    assert "La table des matières n’est pas reprise" in lesson
    assert "Qui signe 3" not in lesson
    assert "Fin 4" not in lesson


def test_an_answer_that_is_highlighted_is_proposed_as_the_right_one() -> None:
    marked = '<w:r><w:rPr><w:highlight w:val="yellow"/></w:rPr><w:t>b) Le préfet</w:t></w:r>'
    made = composed(Docx([paragraph("Question 1 : Qui signe ?"), paragraph("a) Le maire"), paragraph("", inner=marked)]))
    assert made.quiz.endswith("- [ ] Le maire\n- [x] Le préfet")
    assert "vérifiez-la" in made.quiz


def test_the_text_is_found_under_another_name() -> None:
    """As Word's web editor writes it."""
    made = Docx([paragraph("Un texte."), paragraph("Ici", inner=equation("a+b"))])
    files = unzipped(made.data())
    files["word/document2.xml"] = files.pop("word/document.xml")
    files["word/_rels/document2.xml.rels"] = files.pop("word/_rels/document.xml.rels")
    files["_rels/.rels"] = files["_rels/.rels"].replace(b"document.xml", b"document2.xml")
    lesson = word_process.compose_document("docx", "cours.docx", "", zipped(files)).lesson
    assert "Une équation n’est pas reprise" in lesson


def test_what_word_says_of_its_own_alternatives_is_not_read_aloud() -> None:
    said = "Une image contenant carte\n\nDescription générée automatiquement avec un niveau de confiance moyen"
    assert "![Une image contenant carte](images/" in composed(Docx([paragraph("Un texte."), paragraph("", inner=image(alternative=said))]).with_image()).lesson


def test_headers_merged_cells_and_frames_are_said() -> None:
    document = Docx([paragraph("Un texte."), table(("a", "b"), ("c", "d"), span=2), table(("seul",))], header="Ville de Lille")
    lesson = composed(document).lesson
    assert lesson.startswith("<!-- Repris de Word : L’en-tête et le pied de page")
    assert "cases réunies" in lesson
    assert "cadre ou un tableau de mise en page" in lesson


@pytest.mark.parametrize("data", [SVG, enormous(), b"<html>" + SCRIPT, b""])
def test_a_bad_image_leaves_a_sentence_and_no_file(data: bytes) -> None:
    made = composed(Docx([paragraph("Un texte."), paragraph("", inner=image()), paragraph("Fin.")]).with_image(data))
    assert made.pictures == {}
    assert "une image n’est pas reprise" in made.lesson
    assert "![" not in made.lesson


# --- What is refused ---

HONEST = Docx([paragraph("Bonjour")])
ENTITIES = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def remote(kind: str, target: str) -> bytes:
    return Docx([paragraph("Bonjour")], settings=[("r1", kind, target, True)]).data()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("cours.docm", HONEST.data(), "macros"),
        ("cours.docx", Docx(parts={"word/vbaProject.bin": b"\xd0\xcf"}).data(), "macros"),
        ("cours.docx", Docx(parts={"[Content_Types].xml": '<Types><Override ContentType="x.macroEnabled.main+xml"/></Types>'}).data(), "macros"),
        ("cours.docx", remote("attachedTemplate", "https://mal.example/modele.dotm"), "son modèle"),
        ("cours.docx", remote("attachedTemplate", "\\\\mal.example\\partage\\modele.dotm"), "son modèle"),
        ("cours.docx", remote("attachedTemplate", "file://mal.example/modele.dotm"), "son modèle"),
        ("cours.docx", remote("oleObject", "http://mal.example/x"), "une partie de lui-même"),
        ("cours.docx", Docx(prolog=ENTITIES).data(), "DOCTYPE"),
        ("cours.docx", Docx(parts={"word/comments.xml": ENTITIES + "<a>&b;</a>"}).data(), "DOCTYPE"),
        ("cours.docx", Docx(parts={"word/x.xml": (ENTITIES.replace("?>", ' encoding="UTF-16"?>') + "<a/>").encode("utf-16")}).data(), "DOCTYPE"),
        ("cours.docx", Docx(parts={"word/x.xml": '<!DOCTYPE a SYSTEM "http://mal.example/a.dtd"><a/>'}).data(), "DOCTYPE"),
        ("cours.docx", Docx(parts={"word/x.xml": b"<a><b></a>"}).data(), "abîmé"),
        ("cours.docx", Docx(parts={"word/x.xml": b"<a>&b;</a>"}).data(), "abîmé"),
        ("cours.docx", Docx(parts={"word/x.xml": b"<a>"}).data(), "abîmé"),
        ("cours.docx", Docx(parts={"word/x.dat": ENTITIES + "<a>&b;</a>"}).data(), "DOCTYPE"),
        ("cours.docx", Docx(parts={"word/bombe.xml": b"<a>" + b" " * 9_000_000 + b"</a>"}).data(), "piégée"),
        ("cours.docx", renamed(HONEST.data(), "word/footnotes.xml", "../../../etc/p.xml"), "sort de l’archive"),
        ("cours.docx", locked(HONEST.data()), "mot de passe"),
        ("cours.docx", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "ancien format"),
        ("cours.docx", b"PK\x03\x04 nothing", "zip"),
        ("cours.docx", zipped({"modules/un.md": "x"}), "pas un document Word"),
        ("cours.docx", HONEST.data() + b"\x00" * 15_000_000, "15 Mo"),
        ("cours.pdf", HONEST.data(), ".docx"),
        ("cours", HONEST.data(), ".docx"),
    ],
)
def test_a_document_that_hides_something_is_refused_before_it_is_read(name: str, data: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        safety.check(name, data)
    assert said in refused.value.sentence


def test_a_part_of_many_elements_is_judged_without_a_tree_of_it() -> None:
    """A tree is some twenty times its part, of which there may be eighty megabytes."""
    data = Docx(parts={"word/x.xml": "<a>" + "".join(f'<b c="{number}"/>' for number in range(60_000)) + "</a>"}).data()
    tracemalloc.start()
    safety.check("cours.docx", data)
    assert tracemalloc.get_traced_memory()[1] < 6_000_000
    tracemalloc.stop()


def test_a_template_on_the_writers_own_disk_is_of_no_matter() -> None:
    safety.check("cours.docx", remote("attachedTemplate", "file:///C:/Users/a/Normal.dotm"))


def test_a_document_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path) -> None:
    deep = "<w:p><w:ins>" * 2000 + "</w:ins></w:p>" * 2000
    with pytest.raises(FileRefused, match="n’a pas pu être lu"):
        read(tmp_path, "docx", Docx([deep]).data())
    with pytest.raises(FileRefused, match="n’a pas pu être lu"):
        read(tmp_path, "html", b"<b>" * 20_000)
    with pytest.raises(FileRefused, match="aucun texte"):
        composed(Docx([paragraph("")]))


def read(instance: Path, kind: str, data: bytes) -> ComposedLesson:
    return word.convert(instance, kind, "cours.docx", data, "")


@pytest.mark.parametrize(("code", "limits"), [("import signal; signal.pause()", (500, 20, 0.2)), ("while True: pass", (500, 1, 20))])
def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, limits: tuple[int, int, float]) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(code, encoding="utf-8")
    monkeypatch.setattr(word, "READER", slow)
    monkeypatch.setattr(word, "LIMITS", sandbox.SandboxLimits(*limits))
    with pytest.raises(FileRefused, match="trop de temps"):
        read(tmp_path, "docx", b"")


def test_the_reader_cannot_take_all_the_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    greedy = tmp_path / "greedy.py"
    made = '{"title": "", "lesson": "", "quiz": "", "pictures": []}'
    greedy.write_text(f"import sys; sys.stdin.readline(); bytearray(int(sys.stdin.read())); print('{made}')", encoding="utf-8")
    monkeypatch.setattr(word, "READER", greedy)
    assert word.LIMITS.mebibytes * 1024 * 1024 < 2_000_000_000
    assert read(tmp_path, "docx", b"400000000") == ComposedLesson("", "", "", {})
    with pytest.raises(FileRefused, match="n’a pas pu être lu"):
        read(tmp_path, "docx", b"2000000000")
