"""The plan of the course: each act writes both references, in drafts that are published together, under ids that nobody typed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.content.store.queries import course
from app.content.text.pitfalls.passes import SENTENCES
from app.content.values.course import Course
from tests.authoring.atelier import LESSON, MODULE, QUIZ, Atelier
from tests.record.world import words_of
from tests.strict import Page
from tests.words import ADD_MODULE, NEXT_LESSON, PUBLISH_NOW, UNKNOWN_HISTORY


@pytest.fixture
def atelier(app: Flask) -> Atelier:
    return Atelier(app)


@pytest.fixture
def either(any_app: Flask) -> Atelier:
    return Atelier(any_app)


def do(atelier: Atelier, verb: str, about: str = "", status: int = 303, **fields: Any) -> Page:
    token = atelier.client.see("/atelier").form(ADD_MODULE)["fields"]["csrf_token"]
    answer = atelier.client.post("/atelier", data={"csrf_token": token, "do": verb, "id": about, **fields})
    assert answer.status_code == status
    return atelier.client.see(answer.headers["Location"]) if status == 303 else atelier.client.page


def text(atelier: Atelier, document: str) -> str:
    return next(draft.text for draft in atelier.drafts() if draft.document_id == document)


def fill(atelier: Atelier) -> None:
    """Other words in the place of the model's, and no two texts alike."""
    for draft in atelier.drafts():
        written, mine = draft.text, f"dans {draft.document_id.replace('-', ' ')}"
        for sentence in sorted(SENTENCES, key=len, reverse=True) if draft.document_id != "paths" else ():
            words = sentence.rstrip(" ?.")
            written = written.replace(sentence, f"{words[:-2]} {mine}{sentence[len(words) :]}")
        atelier.save(draft.document_id, written)


def published(atelier: Atelier) -> Course:
    return atelier.world.read(course)


def test_a_module_with_its_lessons_and_quizzes_is_published_at_once_and_no_id_is_typed(either: Atelier) -> None:
    page = do(either, "module", title="L'école, demain", history="croisement", lessons="Le temps long\n\nLe temps court\n", quizzes="oui")
    drafts = {draft.document_id for draft in either.drafts()}
    assert drafts == {"paths", "l-ecole-demain", "le-temps-long", "le-temps-court", "quiz-le-temps-long", "quiz-le-temps-court"}
    assert text(either, "paths").count("module-un, l-ecole-demain") == 2
    assert "Relire et publier ensemble" in words_of(page)
    fill(either)
    either.client.see("/atelier")
    page = either.client.submit("Relire et publier ensemble", do="relire")
    assert PUBLISH_NOW in words_of(page), words_of(page)[:2500]
    titles = [page.h1, *(page.text_of(title) for title in page.all("h2") if "Avec lui" in page.text_of(title))]
    as_read = ["L’école, demain", "Le temps long", "Le temps court", "Quiz : Le temps long", "Quiz : Le temps court", "Parcours"]
    assert [" ".join(title.partition("«")[2].strip("»").split()) for title in titles] == as_read
    assert "L’école, demain" in words_of(page).partition("« Parcours »")[2].partition("Ce que cela fait")[0]
    assert len([field for field in page.all("input") if field.get("name") == "seen"]) == len(drafts)
    either.client.submit(PUBLISH_NOW)
    after = published(either)
    assert after.modules["l-ecole-demain"].lesson_ids == ("le-temps-long", "le-temps-court")
    assert after.paths.paths[0].required_ids == (MODULE, "l-ecole-demain")
    quiz = after.quizzes["quiz-le-temps-long"]
    assert (after.lessons["le-temps-long"].quiz_id, quiz.lesson_id) == (quiz.id, "le-temps-long")
    assert [question.id for question in quiz.questions] == ["quiz-le-temps-long-la-premiere-questi-dans-quiz"]
    assert not either.drafts()


def test_lines_move_by_buttons_and_between_modules(atelier: Atelier) -> None:
    do(atelier, "monter", "suite")
    assert "leçons :\n- suite\n- accueil\n" in text(atelier, MODULE)
    do(atelier, "module", title="Autre module", history="croisement")
    do(atelier, "placer", "suite", home="autre-module")
    assert "leçons :\n- accueil\n" in text(atelier, MODULE)
    assert "leçons :\n- suite\n" in text(atelier, "autre-module")
    do(atelier, "placer", "autre-module", home="acculturation", place="0")
    assert "modules : autre-module, module-un" in text(atelier, "paths")
    do(atelier, "descendre", "autre-module")
    assert "modules : module-un, autre-module" in text(atelier, "paths")


def test_a_module_that_is_not_ready_leaves_its_path_and_the_other_is_published_without_it(atelier: Atelier) -> None:
    for title, lesson in (("Le prêt", "La première"), ("Pas prêt", "La seconde")):
        do(atelier, "module", title=title, history="croisement", lessons=lesson)
    assert "pas-pret" in text(atelier, "paths")
    page = do(atelier, "sortir", "pas-pret")
    assert "pas-pret" not in text(atelier, "paths")
    groups = [{page.text_of(each) for each in group.iter("a")} for group in page.all("div") if group.get("class") == "plan-waiting"]
    assert {"Pas prêt", "La seconde"} in groups
    assert {"Le prêt", "La première", "Parcours"} in groups
    assert "Sans place" in words_of(page)
    do(atelier, "sortir", MODULE, 404)


def test_what_is_renamed_before_its_publication_takes_the_id_of_its_title(atelier: Atelier) -> None:
    do(atelier, "lecons", MODULE, lessons="Titre provisoire")
    do(atelier, "quiz", "titre-provisoire")
    page = do(atelier, "renommer", "titre-provisoire", title="Le bon titre")
    assert page.link("Le bon titre") == "/atelier/documents/le-bon-titre"
    assert "- le-bon-titre\n" in text(atelier, MODULE)
    assert "leçon : le-bon-titre\n" in text(atelier, "quiz-titre-provisoire")
    do(atelier, "renommer", LESSON, title="Un autre accueil")
    assert "id : accueil\ntitre : Un autre accueil\n" in text(atelier, LESSON)
    do(atelier, "renommer", "acculturation", title="Autre nom")
    assert "## Autre nom {#acculturation}" in text(atelier, "paths")


def test_a_lesson_and_a_module_are_duplicated_with_what_they_hold(either: Atelier) -> None:
    do(either, "dupliquer", MODULE)
    copy = text(either, "module-module-un-copie")
    assert "- lecon-accueil\n- lecon-suite\n" in copy
    assert "quiz : quiz-accueil-quiz" in text(either, "lecon-accueil")
    assert "leçon : lecon-accueil" in text(either, "quiz-accueil-quiz")
    assert "{#" not in text(either, "quiz-accueil-quiz")
    assert "modules : module-un, module-module-un-copie" in text(either, "paths")
    do(either, "dupliquer", "suite")
    assert "- suite\n- lecon-suite-copie\n" in text(either, MODULE)


def test_a_quiz_ends_its_module_and_returns_to_a_lesson(atelier: Atelier) -> None:
    do(atelier, "final", MODULE, home=QUIZ)
    assert f"quiz : {QUIZ}" in text(atelier, MODULE)
    assert "quiz :" not in text(atelier, LESSON)
    assert f"module : {MODULE}" in text(atelier, QUIZ)
    do(atelier, "placer", QUIZ, home="suite")
    assert f"quiz : {QUIZ}" in text(atelier, "suite")
    assert "quiz :" not in text(atelier, MODULE)
    assert "module :" not in text(atelier, QUIZ)
    assert f'<option value="{QUIZ}">' in atelier.client.see(f"/atelier?sur={MODULE}").html
    atelier.save(QUIZ, text(atelier, QUIZ).replace("leçon : suite\n", f"module : {MODULE}\ncorrection : jamais\n", 1))
    assert f'<option value="{QUIZ}">' not in atelier.client.see(f"/atelier?sur={MODULE}").html, "a pool of the positioning test ends nothing"
    do(atelier, "quiz", MODULE)
    assert "quiz : quiz-de-fin-de-module" in text(atelier, MODULE)


def test_a_new_draft_is_taken_out_of_all_that_names_it(atelier: Atelier) -> None:
    do(atelier, "module", title="À effacer", history="croisement", lessons="Une\nDeux", quizzes="oui")
    do(atelier, "effacer", "une")
    assert "- une" not in text(atelier, "a-effacer")
    assert "quiz-une" not in {draft.document_id for draft in atelier.drafts()}
    do(atelier, "effacer", "a-effacer")
    assert [draft.document_id for draft in atelier.drafts()] == ["paths"]
    assert "a-effacer" not in text(atelier, "paths")
    do(atelier, "effacer", LESSON, status=404)


@pytest.mark.parametrize(
    ("verb", "about", "fields", "sentence"),
    [
        ("module", "", {"title": " ", "history": "croisement"}, "Donnez un titre."),
        ("module", "", {"title": "Un titre"}, "Choisissez l’histoire"),
        ("module", "", {"title": "Un titre", "history": "ailleurs"}, UNKNOWN_HISTORY),
        ("lecons", MODULE, {"lessons": "\n"}, "au moins une leçon"),
        ("lecons", MODULE, {"lessons": "x\n" * 21}, "Au plus 20 leçons"),
        ("renommer", LESSON, {"title": "x" * 151}, "trop long"),
        ("placer", LESSON, {}, "Choisissez où"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(atelier: Atelier, verb: str, about: str, fields: dict[str, str], sentence: str) -> None:
    page = do(atelier, verb, about, 422, **fields)
    assert sentence in words_of(page)
    assert not atelier.drafts()


def test_a_text_that_cannot_be_read_is_not_written_in(atelier: Atelier) -> None:
    atelier.save(MODULE, "Rien d'un module.")
    assert "ne peut pas être lu" in words_of(do(atelier, "lecons", MODULE, 422, lessons="Une leçon"))
    assert "À corriger" in words_of(atelier.client.page)


def test_colleagues_see_whose_draft_it_is(atelier: Atelier) -> None:
    do(atelier, "lecons", MODULE, lessons="À deux mains")
    seen = atelier.sign_in("Bruno Lambert").see("/atelier")
    page = words_of(seen)
    assert "Brouillon de Ana Mercier" in page
    assert "Modifié par Ana Mercier" in page
    assert not any(each.get("id") == "a-publier" for each in seen.all("h2"))


def test_the_editor_leads_from_a_lesson_to_its_quiz_and_back(atelier: Atelier) -> None:
    page = atelier.client.see(f"/atelier/documents/{LESSON}")
    assert page.link("Le quiz dans sa page") == f"/atelier/documents/{QUIZ}"
    assert page.link(NEXT_LESSON) == "/atelier/documents/suite"
    assert atelier.client.see(f"/atelier/documents/{QUIZ}").link("Sa leçon") == f"/atelier/documents/{LESSON}"


def test_a_module_of_two_paths_is_shown_whole_once_and_moved_in_one_stays_in_the_other(atelier: Atelier) -> None:
    do(atelier, "module", title="Autre module", history="croisement")
    before = text(atelier, "paths")
    atelier.save("paths", f"{before}\n## Le court {{#court}}\n\nmodules : {MODULE}, autre-module\nseulement : suite\n")
    page = atelier.client.see("/atelier")
    assert len([row for row in page.all("li") if row.get("data-line") == MODULE]) == 2
    assert len([row for row in page.all("li") if row.get("data-line") == "suite"]) == 1
    assert "2 modules, dont 1 étape est gardée" in words_of(page)
    do(atelier, "placer", "autre-module", home="court", place="0")
    assert f"modules : autre-module, {MODULE}" in text(atelier, "paths")
    assert f"modules : {MODULE}, autre-module" in text(atelier, "paths"), "the first path keeps its own order"
    do(atelier, "descendre", MODULE)
    assert f"modules : {MODULE}, autre-module" not in text(atelier, "paths"), "up and down hold in each path"
