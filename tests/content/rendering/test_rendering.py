"""Course text as readers see it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.content.rendering.lesson import render_lesson
from app.content.rendering.page import PageRenderer
from app.content.values.text import Fragment
from tests.content.rendering.lessons import NOTES, course, html, strict


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
    ("kind", "title"),
    [
        ("NOTE", "À noter"),
        ("IMPORTANT", "Important"),
        ("TIP", "Conseil"),
        ("WARNING", "Attention"),
        ("CAUTION", "Prudence"),
        ("TERRAIN", "Sur le terrain"),
        ("SAVOIR", "À savoir"),
        ("LIRE", "Pour aller plus loin"),
    ],
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
    assert '<a class="external" rel="external" href="https://e.org">f<span class="visually-hidden"> (site externe)</span></a>' in shown


def test_the_first_sigle_of_a_page_is_explained_without_script() -> None:
    shown = html("## Un QPV {#qpv}\n\nLe [QPV](#qpv), puis un QPV, encore un QPV ; les QPV-pilotes, l'ANCT.")
    assert shown.count("<button") == 2
    assert 'puis un <span class="unbroken"><button type="button" class="sigle" popovertarget="sigle-1"><abbr>QPV</abbr></button>' in shown
    bubble = shown.partition('<span class="popover" id="sigle-1" popover>')[2].partition("</a></span>")[0]
    assert bubble.startswith("<strong>quartier prioritaire de la politique de la ville</strong> <span>")
    assert bubble.endswith('</span> <a href="/glossaire#qpv">Voir dans le glossaire')
    strict(shown)


def test_the_bubble_of_a_sigle_defines_it_in_words_that_are_not_pressed() -> None:
    published, lesson = course("Un QPV.")
    entry = next(entry for entry in published.glossary.entries if entry.term == "QPV")
    definition = Fragment("Quartier *où* l'[État](exemple-un) agit depuis le XXe siècle.[^a]", 1)
    published = replace(published, glossary=replace(published.glossary, entries=(replace(entry, definition=definition),)))
    shown = PageRenderer(published, lesson).html(lesson.body)
    assert "<span>Quartier où l’État agit depuis le XX<sup>e</sup> siècle.</span>" in shown
    strict(shown)


def test_a_quiz_never_explains_the_sigle_that_it_may_ask_for() -> None:
    published, _ = course("Texte.")
    renderer = PageRenderer(published, published.quizzes["exemple-un-quiz"])
    assert "quartier prioritaire" not in renderer.html(Fragment("Que veut dire QPV ?", 1))


def test_words_in_a_line_hold_no_button_and_no_block() -> None:
    renderer = PageRenderer(*course("Texte."))
    assert renderer.inline(Fragment("Un *QPV* ?\n", 1)) == "Un <em>QPV</em>\u202f?"
    assert "<button" in renderer.html(Fragment("Un QPV", 1))


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


ASKED = "## Sur mon territoire\n\n- Un *mot* ?\n- Deux ?\n  - Trois ?\n\n> [!QUESTION]\n> Vrai ?\n>\n> Réponse : Vrai\n\n1. Quatre ?\n\n   Un paragraphe.\n"


@pytest.mark.parametrize("after", ["", "\nUne phrase.\n", "\n## Autre\n\n- Une liste.\n", "\nUne phrase.[^a]" + NOTES])
def test_each_private_question_has_a_place_for_its_answer(after: str) -> None:
    """After its words and before what hangs on them; one more place where they end. Numbers go on from those of the lesson's own questions."""
    lesson = course(ASKED + after)[1]
    pieces = render_lesson(*course(ASKED + after), None).pieces()
    assert lesson.territory_questions == ("Un *mot* ?", "Deux ?", "Trois ?", "Quatre ?")
    own = len(lesson.questions) + len(lesson.territory_questions)
    assert [piece for piece in pieces if isinstance(piece, int) and piece <= own] == [1, 2, 3, 0, 4, 5]
    assert [piece for piece in pieces if isinstance(piece, int) and piece > own] == [own + 1 + place for place in range(len(lesson.outline))]
    before = {piece: str(pieces[place - 1]).rstrip() for place, piece in enumerate(pieces) if isinstance(piece, int)}
    assert before[1].endswith("Un <em>mot</em>\u202f?")
    assert before[2].endswith("<li>Deux\u202f?")
    assert before[3].endswith("<li>Trois\u202f?")
    assert before[4].endswith("<p>Un paragraphe.</p>")
    assert before[5].endswith("</ol>")


def test_each_title_of_the_outline_has_a_place_after_it() -> None:
    pieces = render_lesson(*course("## Un\n\nDes faits.\n\n### Vu de l'État\n\nUne vue.\n\n## À retenir\n\n- Un.\n"), None).pieces()
    assert [str(piece).rstrip().rpartition("</")[2] for piece in pieces[:-1:2]] == ["h2>", "summary>", "h2>"]
    assert [piece for piece in pieces if isinstance(piece, int)] == [1, 2, 3]


def test_images_are_those_that_are_kept() -> None:
    digest = "0" * 64
    shown = html('![Une carte](images/carte.png "La carte")\n\nEt ![là](images/carte.png) dans une phrase.', media={"carte.png": digest})
    assert (
        f'<figure class="image" aria-label="La carte"><img src="/media/{digest}.png" alt="Une carte" loading="lazy"><figcaption>La carte</figcaption></figure>'
        in shown
    )
    assert f'Et <img src="/media/{digest}.png" alt="là" loading="lazy"> dans' in shown
    assert html("![Une carte](images/perdue.png)") == '<figure class="image"><span class="image-missing">Image\u202f: Une carte</span></figure>\n'
    strict(shown)


def test_a_caption_is_a_text_of_the_course_and_a_size_a_class() -> None:
    written = '![Une carte](images/carte.png "Le *quartier* en 2019, [voir](exemple-un).[^a]"){petite}\n\n- ![Une carte](images/carte.png "Rien"){ Moyenne }\n'
    shown = html(written + NOTES, media={"carte.png": "0" * 64})
    assert 'aria-label="Le quartier en 2019, voir."' in shown
    assert 'class="image-petite"' in shown
    caption = shown.partition("<figcaption>")[2].partition("</figcaption>")[0]
    assert '<em>quartier</em> en 2019, <a href="/lecons/exemple-un">voir</a>.' in caption
    assert 'popovertarget="source-1"' in caption
    assert shown.count("<figcaption>") == 1
    assert 'class="image-moyenne"' in shown
    strict(shown)


def test_the_boxes_of_a_task_list_are_signs() -> None:
    shown = html("- [x] un\n- [ ] deux\n")
    assert "<input" not in shown
    assert "☑" in shown
    assert "à faire\u202f:" in shown


def test_code_can_be_reached_and_scrolled_with_the_keyboard() -> None:
    assert '<pre tabindex="0"><code>a &lt; b\n</code></pre>' in html("```\na < b\n```\n")


def test_a_title_keeps_the_space_before_its_last_words_when_it_has_an_anchor() -> None:
    assert '<h2 id="x"><strong>Le préfet</strong> et le maire</h2>' in html("## **Le préfet** et le maire {#x}\n")


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


def test_ordinals_are_raised() -> None:
    shown = html("Le 1er août, la 3e vague du XXe siècle, sous François Ier & Vers.")
    assert "Le 1<sup>er</sup> août, la 3<sup>e</sup> vague du XX<sup>e</sup> siècle, sous François I<sup>er</sup> &amp; Vers." in shown


@pytest.mark.parametrize("held", ["({})", "l’{}", "(l’{}),", "«\u202f{}\u202f»", "{}."])
def test_a_sigle_stays_with_the_signs_that_touch_it(held: str) -> None:
    shown = html(f"Un mot {held.format('QPV')} et la suite.")
    before, after = held.split("{}")
    assert re.search(rf'Un mot <span class="unbroken">{re.escape(before)}<button.*</span>{re.escape(after)}</span> et la suite', shown)
    strict(shown)


def test_a_question_leaves_its_place_and_one_that_cannot_be_asked_is_a_quotation() -> None:
    body = "Avant.\n\n> [!QUESTION]\n> Qui ?\n>\n> Réponse : le préfet\n\nEntre.\n\n> [!QUESTION]\n> Et puis ?\n\nAprès."
    rendered = render_lesson(*course(body), None)
    assert [piece if isinstance(piece, int) else re.sub(r"<[^>]+>|\s", "", piece) for piece in rendered.pieces()] == [
        "Avant.",
        0,
        "Entre.[!QUESTION]Etpuis?Après.",
    ]
    assert "préfet" not in rendered.html
