"""A situation as its readers see it: each choice holds what follows it, and paper says where to go on."""

from __future__ import annotations

import re

from app.content.rendering.lesson import render_draft, render_lesson
from tests.content.rendering.lessons import NOTES, course, html, strict
from tests.content.stories import CLOSING, SCENES, STORY

TOLD = STORY + CLOSING + NOTES


def test_each_scene_stands_under_its_choice_and_the_closing_after_all() -> None:
    shown = html(TOLD)
    strict(shown)
    places = [shown.index(f'id="{anchor}"') for anchor in SCENES]
    assert places == sorted(places)
    assert shown.count('<details class="scene">') == len(SCENES)
    assert "<details open" not in shown
    inside = re.search(r'<details class="scene">\n<summary><span class="scene-number">1</span> <span>Réunir les trois</span></summary>(.*)', shown, re.DOTALL)
    assert inside
    assert inside[1].index('id="reunir"') < inside[1].index(">1.1</span> <span>Attendre") < inside[1].index('id="attendre"') < inside[1].index("</details>")
    assert shown.rindex("</details>") < shown.index('class="takeaways"')
    assert "[!CHOIX]" not in shown


def test_what_is_asked_and_what_is_chosen_keep_their_form() -> None:
    shown = html(TOLD)
    assert '<p class="fork-asked" id="a-choisir-titre">Que fait-<em>elle</em>\u202f?</p>' in shown
    assert '<p class="fork-asked" id="a-choisir-1-titre">Que faites\u2011vous\u202f?</p>' in shown
    assert "<span>Écrire <strong>seule</strong></span></summary>" in shown


def test_paper_says_the_number_of_each_scene_before_them() -> None:
    shown = html(TOLD)
    lines = [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<li>(Si vous.*?)</li>", shown)]
    assert lines[:2] == ["Si vous choisissez «\u202fRéunir les trois\u202f»\u202f: voir 1.", "Si vous choisissez «\u202fÉcrire seule\u202f»\u202f: voir 2."]
    assert [line.rpartition(" ")[2] for line in lines] == ["1.", "2.", "1.1.", "1.2.", "2.1.", "2.2.", "2.3."]


def test_an_end_leads_back_to_its_choice_to_the_first_and_on() -> None:
    shown = html(TOLD)
    assert shown.count('<p class="scene-after no-print">') == 5
    assert re.findall(r'href="(#a-choisir[^"]*|#a-retenir)"', shown)[-3:] == ["#a-choisir-2", "#a-choisir", "#a-retenir"]
    assert {"a-choisir", "a-choisir-1", "a-choisir-2"} <= set(re.findall(r'id="([^"]+)"', shown))


def test_notes_are_numbered_and_sigles_explained_in_the_order_of_the_page() -> None:
    rendered = render_lesson(*course(TOLD), None)
    assert re.findall(r'aria-label="Source (\d)"', rendered.html) == ["1", "2", "1"]
    assert rendered.html.count('class="sigle"') == 1
    assert rendered.html.index('class="sigle"') < rendered.html.index('id="a-choisir"')
    assert 'id="note-2"' in rendered.notes


def test_with_a_problem_all_is_shown_as_it_is_written() -> None:
    shown = html(TOLD.replace("(#attendre)", "(#attente)"))
    assert "<details" not in shown
    assert "[!CHOIX]" in shown
    assert all(f'id="{anchor}"' in shown for anchor in SCENES)


def test_a_draft_says_the_line_of_each_choice() -> None:
    published, lesson = course(TOLD)
    shown = render_draft(published, lesson, None, None, {}).html
    lines = lesson.body.text.split("\n")
    for words, line in re.findall(r'<p class="fork-asked"[^>]* data-line="(\d+)">|<details class="scene" data-line="(\d+)">', shown):
        assert lines[int(words or line) - lesson.body.line].startswith("> ")
    assert shown.count('<details class="scene" data-line=') == len(SCENES)


def test_a_question_by_the_way_has_its_place_in_a_scene() -> None:
    asked = "\n> [!QUESTION]\n> Vrai ?\n>\n> Réponse : Vrai\n"
    rendered = render_lesson(*course(TOLD.replace("Ils arrivent.[^a]\n", f"Ils arrivent.[^a]\n{asked}")), None)
    pieces = rendered.pieces()
    assert [piece for piece in pieces if isinstance(piece, int)] == [0, 2], "and one after the title that closes"
    assert 'id="attendre"' in str(pieces[0])
    assert 'id="partir"' in str(pieces[2])
