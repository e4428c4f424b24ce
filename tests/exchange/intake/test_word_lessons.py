"""Lessons from a word processor: what is kept, and what is said of the rest."""

from __future__ import annotations

import base64
from types import SimpleNamespace

import pytest

from app.authoring.incoming import image_process
from app.exchange.intake.files import sources_of
from app.exchange.intake.reading import read_source
from app.exchange.intake.units import LESSON
from tests.authoring.incoming.documents import Docx, drawing, equation, image, note_call, paragraph, run, table, text_box
from tests.authoring.incoming.pictures import SCRIPT, SVG, enormous, photograph, picture
from tests.authoring.incoming.zips import unzipped, zipped
from tests.words import EQUATION_LEFT_OUT

DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def found_in(name: str, data: bytes) -> SimpleNamespace:
    """A lesson and its questions, all that is said of both, and the pictures by name; text around questions taken for a lesson."""
    found = sources_of(name, data, image_process.answers)
    reading = read_source(found.sources[0], {"texte-autour": "leçon", "est-ce-une-question": "laisser", "texte:gras seul": "garder"})
    lesson = next((unit.text for unit in reading.units if unit.kind == LESSON), "")
    quiz = "\n\n".join(unit.text for unit in reading.units if unit.kind != LESSON)
    said = " ".join([*reading.remarks, *(each.text for each in reading.aside), *(loss for unit in reading.units for loss in unit.losses)])
    return SimpleNamespace(title=reading.title, lesson=lesson, quiz=quiz, said=said, pictures=found.pictures)


def of_document(document: Docx) -> SimpleNamespace:
    return found_in("cours.docx", document.data())


def of_paste(html: str) -> SimpleNamespace:
    return found_in("texte collé.html", html.encode())


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
    made = of_document(document)
    (name,) = made.pictures
    assert made.title == "Le contrat de ville"
    assert made.lesson.split("\n") == [
        *("Une réunion.[^1]", "", "## Qui signe", "", "Voir [le site](https://anct.gouv.fr/) et **ceci** *aussi*", ""),
        *("- Premier", "  - Dedans", "", "### Un détail", "", "| Qui | Quoi |", "| --- | --- |", "| Préfet | signe \\| décide |", ""),
        *(f"![Le plan (du) quartier](images/{name})", "", "[^1]: Loi n° 2014-173."),
    ]
    assert made.quiz == "## Qui signe ?\n\n- [x] Le préfet\n- [ ] Le maire"
    assert b"secret" not in made.pictures[name]


def test_a_page_copied_from_word_keeps_its_lists_notes_and_headings() -> None:
    item = "<p class=MsoListParagraph style='mso-list:l0 level{} lfo1'><![if !supportLists]><span style='mso-list:Ignore'>{}<span>&nbsp;&nbsp;</span></span><![endif]>{}</p>"
    made = of_paste(
        f"""<html><head><style>p {{color:red}}</style><script>alert(1)</script></head><body><!--StartFragment-->
        <p class=MsoTitle>Le contrat</p><h1><b>Qui signe</b></h1>
        <p>Un fait.<a href="#_ftn1" name="_ftnref1"><sup>[1]</sup></a> <a href="javascript:alert(1)">lien</a></p>
        {item.format(1, "·", "un")}{item.format(2, "o", "dedans")}{item.format(1, "·", "deux")}
        <div id="ftn1"><p class=MsoFootnoteText><a href="#_ftnref1">[1]</a> Une source.</p></div><img src="file:///C:/image.png"></body></html>"""
    )
    assert made.title == "Le contrat"
    assert "## Qui signe\n\nUn fait.[^1] lien\n\n- un\n  - dedans\n- deux" in made.lesson
    assert made.lesson.endswith("[^1]: Une source.")
    assert "Une image n’a pas été collée" in made.said
    assert "script" not in made.lesson
    assert "alert" not in made.lesson


def test_a_page_copied_from_another_editor_keeps_its_weights_and_images() -> None:
    data = base64.b64encode(picture()).decode()
    made = of_paste(
        f'<b style="font-weight:normal"><p><span style="font-weight:700">gras</span> maigre.</p>'
        f'<p><img src="data:image/png;base64,{data}" alt="Plan"></p><p><img src="data:image/png;base64,AAAA" alt="x"></p></b>'
    )
    assert "**gras** maigre." in made.lesson
    assert len(made.pictures) == 1
    assert "Une image n’est pas reprise" in made.said


def test_plain_text_is_read_too() -> None:
    assert of_paste("<p>Un &lt;b&gt; texte</p>").lesson == "Un <b> texte"


# --- What is said of the rest ---


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (equation("E = mc²"), "Une équation n’est pas reprise : « E = mc² »."),
        ('<w:r><w:commentReference w:id="1"/></w:r>', "À revoir"),
        ("<w:del><w:r><w:delText>vieux</w:delText></w:r></w:del>", "est appliquée : « vieux »"),
        (f"<w:ins>{run('neuf')}</w:ins>", "Les ajouts en attente (suivi des modifications) sont gardés."),
        (text_box("dans la boîte"), "Ce qui suit était dans une zone de texte."),
        (text_box("perdue", fallback=False), "il disait : « perdue »"),
        (drawing("", DIAGRAM), "Un schéma SmartArt n’est pas repris"),
        (drawing("", CHART), "Un graphique n’est pas repris"),
        ("<w:r><w:object/></w:r>", "Un objet incorporé n’est pas repris."),
        (image("rFar", linked=True), "Une image qui se trouve ailleurs que dans le document n’est pas reprise."),
        (image("rFar"), "Une image n’est pas reprise"),
    ],
)
def test_what_could_not_be_kept_is_said_where_it_stood(inner: str, said: str) -> None:
    document = Docx([paragraph("Avant."), paragraph("Ici", inner=inner), paragraph("Après.")], comments=["À revoir"])
    document.relations.append(("rFar", "image", "https://ailleurs.example/suivi.png", True))
    made = of_document(document)
    assert said in made.said
    assert made.lesson.startswith("Avant.")
    assert made.lesson.endswith("Après.")
    assert "ailleurs.example" not in made.lesson


def test_what_a_field_shows_and_what_a_box_held_is_kept() -> None:
    field = f'<w:fldSimple w:instr="DATE">{run("24 novembre.")}</w:fldSimple>'
    lesson = of_document(Docx([paragraph("Le ", inner=field), paragraph("", inner=text_box("dans la boîte")), paragraph("Fin.")])).lesson
    assert "Le 24 novembre" in lesson
    assert lesson.count("dans la boîte") == 1


def test_a_table_of_contents_and_page_numbers_are_left_out() -> None:
    made = '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
    found = of_document(Docx([paragraph("Un texte."), made.format(paragraph("Qui signe 3")), paragraph("Fin 4", style="TM1"), paragraph("Suite.")]))
    assert "La table des matières n’est pas reprise" in found.said
    assert "Qui signe 3" not in found.lesson
    assert "Fin 4" not in found.lesson


def test_the_text_is_found_under_another_name() -> None:
    """As Word's web editor writes it."""
    made = Docx([paragraph("Un texte."), paragraph("Ici", inner=equation("a+b"))])
    files = unzipped(made.data())
    files["word/document2.xml"] = files.pop("word/document.xml")
    files["word/_rels/document2.xml.rels"] = files.pop("word/_rels/document.xml.rels")
    files["_rels/.rels"] = files["_rels/.rels"].replace(b"document.xml", b"document2.xml")
    assert EQUATION_LEFT_OUT in found_in("cours.docx", zipped(files)).said


def test_what_word_says_of_its_own_alternatives_is_not_read_aloud() -> None:
    said = "Une image contenant carte\n\nDescription générée automatiquement avec un niveau de confiance moyen"
    assert (
        "![Une image contenant carte](images/" in of_document(Docx([paragraph("Un texte."), paragraph("", inner=image(alternative=said))]).with_image()).lesson
    )


def test_headers_merged_cells_and_frames_are_said() -> None:
    document = Docx([paragraph("Un texte."), table(("a", "b"), ("c", "d"), span=2), table(("seul",))], header="Ville de Lille")
    said = of_document(document).said
    assert "L’en-tête et le pied de page" in said
    assert "cases réunies" in said
    assert "cadre ou un tableau de mise en page" in said


@pytest.mark.parametrize("data", [SVG, enormous(), b"<html>" + SCRIPT, b""])
def test_a_bad_image_leaves_a_sentence_and_no_file(data: bytes) -> None:
    made = of_document(Docx([paragraph("Un texte."), paragraph("", inner=image()), paragraph("Fin.")]).with_image(data))
    assert made.pictures == {}
    assert "Une image n’est pas reprise" in made.said
    assert "![" not in made.lesson
