"""Notes of a course text: their calls, what these open, the folded list of sources."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.content.documents.reader import parse
from app.content.rendering.lesson import render_lesson
from app.content.rendering.page import PageRenderer
from app.content.text.parts import source_words
from app.content.values.course import Course, Lesson, Sources
from app.content.values.text import Fragment, Source
from app.platform.french import french
from tests.content.rendering.lessons import NOTES, course, html, strict

OUTSIDE = '<span class="visually-hidden"> (site externe)</span>'


def test_notes_are_numbered_in_order_with_their_ways_back() -> None:
    rendered = render_lesson(*course("Deux.[^b] Un.[^a] Encore deux.[^b]" + NOTES), None)
    calls = re.findall(r'popovertarget="source-(\d)" id="([^"]+)" aria-label="Source (\d)">(\d)</button>', rendered.html)
    assert calls == [("1", "appel-1", "1", "1"), ("2", "appel-2", "2", "2"), ("1", "appel-1-2", "1", "1")]
    assert '<li id="note-1">Un autre <a class="note-back" href="#appel-1"' in rendered.notes
    assert 'href="#appel-1-2" aria-label="Retour au texte, appel 2"' in rendered.notes
    assert "(vérifié en novembre 2026)" in rendered.notes
    assert "2027-11" not in rendered.notes
    strict(rendered.html + rendered.notes)


def test_a_source_is_told_once_in_a_bubble_and_once_in_the_folded_list() -> None:
    notes = render_lesson(*course("Un.[^a] Deux.[^b] Encore un.[^a]" + NOTES), None).notes
    link = '<a class="external" rel="external" href="https://example.org/a">Un <em>titre</em>, 2024<span class="visually-hidden"> (site externe)</span></a>'
    words = f'{link} <span class="host">example.org</span> <span class="checked">(vérifié en novembre 2026)</span>'
    assert f'<div class="popover source-card" id="source-1" popover>{words} <a href="#note-1">Source 1, dans la liste</a></div>' in notes
    assert f'<li id="note-1">{words} <a class="note-back"' in notes
    assert notes.count(link) == 2
    assert notes.count(" popover>") == 2
    assert '<summary><h2 id="sources">Sources</h2> <span class="soft">2</span></summary>' in notes
    assert "https://example.org/a<" not in notes


def whole(label: str, title: str, read: str = "original", review: str = "") -> str:
    return f"[^{label}]: {title}, éditeur, 2024, <https://example.org/{label}> (catégorie : page officielle ; lu : {read} ; vérifié : 2026-11{review})\n"


def with_sources(body: str, text: str) -> tuple[Course, Lesson]:
    published, lesson = course(body)
    sources = parse("modules/sources.md", text)[0]
    assert isinstance(sources, Sources)
    return replace(published, sources=sources), lesson


def test_a_note_of_sources_md_is_shown_as_any_with_its_category_and_what_was_read() -> None:
    central = whole("s1", "Un rapport") + whole("s2", "Une loi", "copie") + whole("s3", "Un article", "extrait") + whole("s4", "Une thèse", "résumé")
    notes = render_lesson(*with_sources("Un.[^s2] Deux.[^s1] [^s3] [^s4]", central), None).notes
    said = re.findall(r'<li id="note-\d"><a [^>]*>(.*?)<span.*?<span class="checked">(.*?)</span>', notes)
    assert said == [
        ("Une loi, éditeur, 2024", "(page officielle, lu dans une copie, vérifié en novembre 2026)"),
        ("Un rapport, éditeur, 2024", "(page officielle, vérifié en novembre 2026)"),
        ("Un article, éditeur, 2024", "(page officielle, lu en partie, vérifié en novembre 2026)"),
        ("Une thèse, éditeur, 2024", "(page officielle, lu dans un résumé, vérifié en novembre 2026)"),
    ]


def test_a_text_s_own_definition_comes_before_that_of_sources_md() -> None:
    """So that a lesson from Word, or of an old archive, shows what it says."""
    notes = render_lesson(*with_sources("Un.[^a] Deux.[^s1]" + NOTES, whole("a", "Tout autre chose") + whole("s1", "Un rapport")), None).notes
    assert "Un <em>titre</em>, 2024" in notes
    assert "Un rapport" in notes
    assert "Tout autre chose" not in notes


def test_another_text_of_sources_md_shows_its_lessons_anew_and_a_stale_source_says_so() -> None:
    first = with_sources("Un.[^s1]", whole("s1", "Un rapport", review=" ; à revoir : 2027-11"))
    assert "Un rapport" in render_lesson(*first, None).notes
    other = with_sources("Un.[^s1]", whole("s1", "Un autre rapport"))
    assert "Un autre rapport" in render_lesson(*other, None).notes
    stale = str(render_lesson(*first, None, date(2027, 11, 1)).notes)
    assert '(page officielle)</span> <strong class="stale">Source à revérifier depuis novembre 2027.</strong>' in stale.replace("\u00a0", " ")


def test_calls_that_follow_one_another_are_one_group_that_touches_its_word() -> None:
    """Whatever stands between them, and before them, in the file."""
    typed = ("Mot.[^a] [^b] Suite", "Mot. [^a][^b] Suite", "Mot.[^a]\n[^b] Suite", "Mot.\n[^a] [^b] Suite")
    shown = {html(f"{each}\n{NOTES}") for each in typed}
    assert len(shown) == 1
    calls = re.findall(r"Mot\.<sup[^>]*>&#8288;<button[^>]*>1</button>, <button[^>]*>2</button></sup> Suite", shown.pop())
    assert len(calls) == 1


@given(st.lists(st.sampled_from(["[^a]", "[^b]", " ", "\n", "mot", "*em*", "[lien](exemple)"]), max_size=12))
def test_no_call_is_lost_nor_doubled(parts: list[str]) -> None:
    shown = html(f"Début{''.join(parts)}\n{NOTES}")
    assert shown.count("appel-") == sum(part.startswith("[^") for part in parts)
    assert not re.search(r"\s<sup|</sup>\s*<sup", shown)
    strict(shown)


def test_what_calls_a_source_first_says_it_in_few_words_for_the_margin() -> None:
    sources = "\n\n[^a]: Un titre, long, IREV, mai 2019, <https://example.org/a> (vérifié : 2026-11)\n[^b]: Un autre\n"
    shown = html("Un.[^b] [^a] Encore.[^a]" + sources)
    assert re.findall('data-margin="([^"]+)"', shown) == ["1\u2002Un autre&#10;2\u2002IREV, mai 2019"]


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("Titre, Insee, août 2024, <https://a.fr/b>", "Insee, août 2024"),
        ("Titre, Services de l'Oise, s. d., <https://a.fr>", "Services de l’Oise, s. d."),
        ("Titre, IREV, publié 13/02/2023, modifié 20/02/2023, <https://a.fr>", "IREV, publié 13/02/2023"),
        ("Titre, Juriblio, 03/07/2014, version modifiée, <https://a.fr>", "Juriblio, 03/07/2014"),
        ("Titre, 94.citoyens.com, 03/05/2019, <https://a.fr>", "94.citoyens.com, 03/05/2019"),
        ("Titre, ASH n° 1959, janvier 1996 (vérifié : 2026-11)", "ASH n° 1959, janvier 1996"),
        ("Un *titre* seul", "Un titre seul"),
        ("mot " * 40, f"{'mot ' * 22}".strip() + "…"),
    ],
)
def test_a_source_in_few_words(written: str, short: str) -> None:
    assert source_words(Source("a", written, 1)).brief == french(short)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("T, E, 2020, <https://www.irev.fr/un?deux>", '<a class="external" rel="external" href="https://www.irev.fr/un?deux">T, E, 2020|</a> <span class="host">irev.fr</span>'),
        ("<https://irev.fr/un>", '<a class="external" rel="external" href="https://irev.fr/un">irev.fr|</a>'),
        ("Lu sur <https://irev.fr/un>, le 3", 'Lu sur <a class="external" rel="external" href="https://irev.fr/un">irev.fr|</a>, le 3'),
        ("[T](https://a.fr) <https://b.fr>", '<a class="external" rel="external" href="https://a.fr">T|</a> <a class="external" rel="external" href="https://b.fr">b.fr|</a>'),
        ("Écrire à <a@b.fr>", 'Écrire à <a href="mailto:a@b.fr">a@b.fr</a>'),
    ],
)  # fmt: skip
def test_an_address_is_never_shown_its_host_is(written: str, shown: str) -> None:
    notes = render_lesson(*course(f"Un.[^c]\n\n[^c]: {written}\n"), None).notes
    assert f'<li id="note-1">{shown.replace("|", OUTSIDE)} <a class="note-back"' in notes


def test_a_note_of_several_blocks_repeats_no_id() -> None:
    rendered = render_lesson(*course("Un.[^c]\n\n[^c]: ## Sous-titre\n"), None)
    ids = re.findall(' id="([^"]+)"', rendered.html + rendered.notes)
    assert "sous-titre" in ids
    assert len(ids) == len(set(ids))
    strict(rendered.html + rendered.notes)


def test_where_no_button_may_stand_a_call_leads_to_the_list() -> None:
    renderer = PageRenderer(*course("Un.[^a]" + NOTES))
    shown = renderer.inline(Fragment("Un *mot*.[^a]", 1))
    assert shown == 'Un <em>mot</em>.<sup class="note-call"><a href="#note-1" id="appel-1" aria-label="Source 1">1</a></sup>'
    assert "popover" not in renderer.notes()


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


def test_an_address_without_host_is_left_as_it_is() -> None:
    notes = render_lesson(*course("Un.[^c]\n\n[^c]: T, <https://[。:[．]>\n"), None).notes
    assert 'class="host"' not in notes
    strict(notes)
