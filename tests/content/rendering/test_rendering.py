"""Course text as readers see it."""

from __future__ import annotations

import re
from datetime import date

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.documents.reader import parse
from app.content.rendering.page import PageRenderer, render_lesson
from app.content.values.course import Course, Glossary, Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import Fragment
from tests.content.cases import example_course

HEAD = "---\nid : exemple-un\ntitre : Une leçon\ndurée : 12\nobjectifs :\n- O1 : Nommer → M1\n---\n"
NOTES = "\n\n[^a]: Un *titre*, 2024, <https://example.org/a> (vérifié : 2026-11 ; à revoir : 2027-11)\n[^b]: Un autre\n"


def course(body: str, media: dict[str, str] | None = None) -> tuple[Course, Lesson]:
    """The example course, published, with this body for its lesson."""
    files = {**example_course(), "modules/exemple/01-un.md": HEAD + body}
    values = {path: parse(path, text)[0] for path, text in files.items()}
    lesson = values["modules/exemple/01-un.md"]
    glossary = values["modules/glossaire.md"]
    assert isinstance(lesson, Lesson)
    assert isinstance(glossary, Glossary)
    modules = {value.id: value for value in values.values() if isinstance(value, Module)}
    quizzes = {value.id: value for value in values.values() if isinstance(value, Quiz)}
    return Course(1, modules, {lesson.id: lesson}, quizzes, glossary=glossary, media={"exemple": media or {}}), lesson


def html(body: str, side: str | None = None, media: dict[str, str] | None = None) -> str:
    return str(render_lesson(*course(body, media), side).html)


def strict(fragment: str) -> None:
    """HTML5 without an error, without anything that runs, without inline style."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(f'<!doctype html><html lang="fr"><title>t</title><body><main>{fragment}</main>')
    assert parser.errors == []
    for element in tree.iter():
        if isinstance(element.tag, str):
            assert element.tag not in ("script", "style", "iframe", "object", "embed", "form")
            assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
            assert not re.match(r"\s*(?:javascript|data|vbscript):", element.get("href") or "", re.IGNORECASE)


def test_tables_scroll_by_themselves_and_have_no_style() -> None:
    shown = html("| Qui | Combien |\n|---|---:|\n| REP | 1 362 |\n")
    assert '<div class="table-scroll" role="region" tabindex="0" aria-label="Tableau\u202f: Qui, Combien">' in shown
    assert '<th scope="col" class="number">Combien</th>' in shown
    assert '<td class="number">1\u202f362</td>' in shown
    strict(shown)


def test_two_tables_of_the_same_columns_have_two_names() -> None:
    names = re.findall('aria-label="([^"]+)"', html("| A |\n|---|\n| 1 |\n\n" * 3))
    assert len(set(names)) == 3


@pytest.mark.parametrize(
    ("kind", "title"), [("NOTE", "À noter"), ("IMPORTANT", "Important"), ("TIP", "Conseil"), ("WARNING", "Attention"), ("CAUTION", "Prudence")]
)
def test_callouts_are_titled_in_french(kind: str, title: str) -> None:
    shown = html(f"> [!{kind}]\n> Un mot.\n")
    assert f'<p class="callout-title">{title}</p>' in shown
    assert shown.startswith('<aside class="callout callout-')
    strict(shown)


def test_titles_have_their_anchor_and_hide_its_writing() -> None:
    shown = html("## Le préfet {#le-prefet}\n\n### Et *lui* ?\n")
    assert '<h2 id="le-prefet">Le préfet</h2>' in shown
    assert '<h3 id="et-lui">Et <em>lui</em>\u202f?</h3>' in shown


def test_links_inside_outside_and_dead() -> None:
    shown = html(
        "[a](exemple-un#haut) [b](glossaire#qpv) [c](exemple-un-quiz#exemple-signataire) [d](exemple) [e](perdu) [f](https://e.org) [g](#ici) [h](mailto:a@e.org)"
    )
    assert re.findall('href="([^"]+)"', shown) == [
        "/lecons/exemple-un#haut",
        "/glossaire#qpv",
        "/quiz/exemple-un-quiz",
        "/modules/exemple",
        "https://e.org",
        "#ici",
        "mailto:a@e.org",
    ]
    assert " e " in shown
    assert '<a class="external" rel="external noopener" href="https://e.org">f<span class="visually-hidden"> (site externe)</span></a>' in shown


def test_the_first_sigle_of_a_page_is_explained_without_script() -> None:
    shown = html("## Un QPV {#qpv}\n\nLe [QPV](#qpv), puis un QPV, encore un QPV ; les QPV-pilotes, l'ANCT.")
    assert shown.count("<button") == 2
    assert 'puis un <span class="unbroken"><button type="button" class="sigle" popovertarget="sigle-1"><abbr>QPV</abbr></button>' in shown
    assert '<span class="popover" id="sigle-1" popover>quartier prioritaire de la politique de la ville <a href="/glossaire#qpv">Glossaire</a></span>' in shown
    strict(shown)


def test_a_quiz_never_explains_the_sigle_that_it_may_ask_for() -> None:
    published, _ = course("Texte.")
    renderer = PageRenderer(published, published.quizzes["exemple-un-quiz"])
    assert "quartier prioritaire" not in renderer.html(Fragment("Que veut dire QPV ?", 1))


def test_words_in_a_line_hold_no_button_and_no_block() -> None:
    renderer = PageRenderer(*course("Texte."))
    assert renderer.inline(Fragment("Un *QPV* ?\n", 1)) == "Un <em>QPV</em>\u202f?"
    assert "<button" in renderer.html(Fragment("Un QPV", 1))


def test_notes_are_numbered_in_order_with_their_ways_back() -> None:
    rendered = render_lesson(*course("Deux.[^b] Un.[^a] Encore deux.[^b]" + NOTES), None)
    assert re.findall(r'href="#note-(\d)" id="([^"]+)"', rendered.html) == [("1", "appel-1"), ("2", "appel-2"), ("1", "appel-1-2")]
    assert '<li id="note-1">Un autre <a class="note-back" href="#appel-1"' in rendered.notes
    assert 'href="#appel-1-2" aria-label="Retour au texte, source 1, appel 2"' in rendered.notes
    assert "(vérifié en novembre 2026)" in rendered.notes
    assert "2027-11" not in rendered.notes
    strict(rendered.html + rendered.notes)


def test_only_the_notes_called_are_shown() -> None:
    published, lesson = course("Un.[^a] Deux.[^b]" + NOTES)
    renderer = PageRenderer(published, lesson)
    assert renderer.notes() == ""
    renderer.html(Fragment("Deux.[^b]", 1))
    assert "Un autre" in renderer.notes()
    assert "titre" not in renderer.notes()


def test_a_stale_source_says_so_to_readers_from_its_day_on() -> None:
    published, lesson = course("Un.[^a]" + NOTES)
    assert "Source à revérifier depuis novembre 2027." in render_lesson(published, lesson, None, date(2027, 11, 1)).notes
    assert "revérifier" not in render_lesson(published, lesson, None, date(2027, 10, 31)).notes
    assert "revérifier" not in render_lesson(published, lesson, None).notes


LENSES = (
    "## Trois regards\n\n### Vu de la collectivité\n\nUn.\n\n### Vu de l'Éducation nationale\n\nDeux.\n\n### Vu de l'État\n\nTrois.\n\n## À retenir\n\n- Fin.\n"
)


@pytest.mark.parametrize(("side", "order"), [(None, ["Un", "Deux", "Trois"]), ("etat", ["Trois", "Un", "Deux"]), ("education", ["Deux", "Un", "Trois"])])
def test_the_reader_s_own_lens_is_first_and_open(side: str | None, order: list[str]) -> None:
    shown = html(LENSES, side)
    assert re.findall(r"<p>(Un|Deux|Trois)\.</p>", shown) == order
    opened = re.findall(r'<details class="lens"( open)?>', shown)
    assert opened == ([" open"] * 3 if side is None else [" open", "", ""])
    strict(shown)


def test_a_side_without_lens_finds_them_all_open() -> None:
    assert html(LENSES, "association") == html(LENSES, None)


def test_what_closes_a_lesson_is_set_apart() -> None:
    shown = html("## À retenir\n\n- Un.\n\n## Sur mon territoire {#chez-moi}\n\n- Deux ?\n")
    assert '<section class="takeaways" aria-labelledby="a-retenir">\n<h2 id="a-retenir">' in shown
    assert '</section>\n<section class="territory" aria-labelledby="chez-moi">\n<h2 id="chez-moi">' in shown
    strict(shown)


def test_images_are_those_that_are_kept() -> None:
    digest = "0" * 64
    shown = html('![Une carte](images/carte.png "La carte")\n\nEt ![là](images/carte.png) dans une phrase.', media={"carte.png": digest})
    assert (
        f'<figure class="image" role="group" aria-label="La carte"><img src="/media/{digest}.png" alt="Une carte" loading="lazy"><figcaption>La carte</figcaption></figure>'
        in shown
    )
    assert f'Et <img src="/media/{digest}.png" alt="là" loading="lazy"> dans' in shown
    assert html("![Une carte](images/perdue.png)") == '<figure class="image"><span class="image-missing">Image : Une carte</span></figure>\n'
    strict(shown)


def test_the_boxes_of_a_task_list_are_signs() -> None:
    shown = html("- [x] un\n- [ ] deux\n")
    assert "<input" not in shown
    assert "☑" in shown
    assert "à faire\u202f:" in shown


def test_code_can_be_reached_and_scrolled_with_the_keyboard() -> None:
    assert '<pre tabindex="0"><code>a &lt; b\n</code></pre>' in html("```\na < b\n```\n")


def test_a_lesson_is_rendered_once() -> None:
    published, lesson = course("Un.[^a]" + NOTES)
    assert render_lesson(published, lesson, "etat") is render_lesson(published, lesson, "etat", date(2027, 1, 1))
    assert render_lesson(published, lesson, None) is not render_lesson(published, lesson, "etat")


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](&#106;avascript:alert(1)) [d](java\tscript:alert(1))",
    "![a](javascript:alert(1)) <javascript:alert(1)>",
    "[a](data:text/html;base64,PHNjcmlwdD4=) ![b](data:image/svg+xml,x) [c](data:image/png;base64,x)",
    '[a](https://e.org/"onmouseover="alert(1)) [b](<https://e.org/" onclick="x>)',
    '![" onerror="alert(1)](images/x.png "t\\" onload=\\"x")',
    "## Un {#a\"onclick=x}\n\n## Deux {#<b>}",
    "| <b> | `<i>` |\n|---|---|\n| \"><script> | [x](vbscript:x) |",
    "```barres\ntitre : <script>\nunité : \"><b>\n<a> : 1\n\" onload=x : 2\n```",
    "```chronologie\ntitre : <script>\n1981 : <b>\n1982 : \"><i>\n```",
    "```html\" onclick=\"x\n<script>\n```",
    "[^a\"onclick=x]\n\n[^a\"onclick=x]: <script>alert(1)</script>",
    "<!-- <script> -->\n\n&lt;script&gt; &#60;script&#62;",
    "- [x] <b>\n\n<b>\n: <i>\n",
    "[a]: javascript:alert(1)\n\n[a] [b][a] ![c][a]",
    "> [!NOTE]\n> <script>\n",
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_text_is_rendered_inert(body: str) -> None:
    rendered = render_lesson(*course(body), None)
    strict(rendered.html + rendered.notes)
    renderer = PageRenderer(*course("Texte."))
    strict(str(renderer.html(Fragment(body, 1)) + renderer.notes()))
    strict(f"<p>{renderer.inline(Fragment(body, 1))}</p>")


@given(st.text(alphabet="aQPV <>\"'&[](){}!#|-=:;`*_~^\\/\n.1x"))
def test_any_text_is_rendered_inert(body: str) -> None:
    rendered = render_lesson(*course(body), "etat")
    strict(rendered.html + rendered.notes)


def test_an_address_called_thousands_of_times_does_not_make_a_huge_page() -> None:
    body = f"[a]: https://example.org/{'b' * 15_000}\n\n" + "[a] [a] [a]\n\n" * 20_000
    renderer = PageRenderer(*course("Texte."))
    assert len(renderer.html(Fragment(body, 1))) < 5_000_000


def test_ordinals_are_raised_and_neighbouring_notes_stay_together() -> None:
    shown = html("Le 1er août, la 3e vague du XXe siècle, sous François Ier & Vers.[^a] [^b]\n" + NOTES)
    assert "Le 1<sup>er</sup> août, la 3<sup>e</sup> vague du XX<sup>e</sup> siècle, sous François I<sup>er</sup> &amp; Vers." in shown
    assert re.search(r"</sup>&nbsp;<sup class=\"note-call\">", shown)


def test_only_a_call_that_touches_another_thing_to_press_takes_room() -> None:
    shown = html("Un.[^a] Deux.[^a] [^b] [Trois](#trois)[^b], [quatre](#trois) cinq.[^a]\n\n## Trois {#trois}\n" + NOTES)
    assert re.findall(r'id="(appel-[\d-]+)"( class="beside")?', shown) == [
        ("appel-1", ""),
        ("appel-1-2", ""),
        ("appel-2", ' class="beside"'),
        ("appel-2-2", ' class="beside"'),
        ("appel-1-3", ""),
    ]


@pytest.mark.parametrize("held", ["({})", "l’{}", "(l’{}),", "«\u202f{}\u202f»", "{}."])
def test_a_sigle_stays_with_the_signs_that_touch_it(held: str) -> None:
    shown = html(f"Un mot {held.format('QPV')} et la suite.")
    before, after = held.split("{}")
    assert re.search(rf'Un mot <span class="unbroken">{re.escape(before)}<button.*</span>{re.escape(after)}</span> et la suite', shown)
    strict(shown)
