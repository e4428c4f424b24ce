"""Two pages in one: what changed is marked where it is read, remarks stand at their passage, nothing of the page can be sent."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.comparing.page_diff import Anchor, AnchorPlace, mark_page

HIDDEN = re.compile(r'<span class="visually-hidden">[^<]*</span>')


def shown(before: str, after: str) -> str:
    """The page, with signs in the place of tags."""
    html = HIDDEN.sub("", str(mark_page(before, after).html))
    for name, sign in (("ins", "+"), ("del", "-")):
        html = html.replace(f"<{name}>", f"[{sign}").replace(f"</{name}>", f"{sign}]")
    return html


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("<p>Le préfet signe.</p>", "<p>Le recteur signe.</p>", "<p>Le [-préfet-][+recteur+] signe.</p>"),
        ("<p>Le <b>préfet</b> signe ici.</p>", "<p>Le <b>maire</b> signe ici.</p>", "<p>Le <b>[-préfet-][+maire+]</b> signe ici.</p>"),
        ("<p>Un.</p>", "<p>Un.</p><p>Deux.</p>", "<p>Un.</p><p>[+Deux.+]</p>"),
        ("<p>Un.</p><p>Deux.</p>", "<p>Un.</p>", '<p>Un.</p><p class="gone">[-Deux.-]</p>'),
        ("<p>Un.</p><ul><li>a</li></ul>", "<ul><li>a</li></ul>", '<p class="gone">[-Un.-]</p><ul><li>a</li></ul>'),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>b</li></ul>", '<p class="gone">[-a-]</p><ul><li>b</li></ul>'),
        ("<dl><div><dt>x</dt></div></dl>", "<dl><div><dt>y</dt></div></dl>", '<p class="gone">[-x-]</p><dl><div><dt>[+y+]</dt></div></dl>'),
        ("<p>a\nb</p>", "<p>a b</p>", "<p>a b</p>"),
        ("<p>a <svg><text>1</text></svg></p>", "<p>a <svg><text>2</text></svg></p>", "<p>a <svg><text>2</text></svg></p>"),
        ("<p>1 &lt; 2</p>", "<p>1 &lt; 3</p>", "<p>1 &lt; [-2-][+3+]</p>"),
    ],
)
def test_what_changed_is_marked_in_the_page(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


GONE, COME = ("<del>[retiré : {}]</del>", "<ins>[ajouté : {}]</ins>")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('<p><img src="/a" alt="A"></p>', '<p><img src="/b" alt="B"></p>', f"<p>{GONE.format('A')}{COME.format('B')}</p>"),
        ('<p>Un.</p><p><img src="/a" alt="A"></p><p>Deux.</p>', "<p>Un.</p><p>Deux.</p>", f"<p>Un.</p><p>{GONE.format('A')}</p><p>Deux.</p>"),
        ("<p>Un.</p>", '<p>Un.</p><figure><img src="/b" alt="B"></figure>', f"<p>Un.</p><figure>{COME.format('B')}</figure>"),
        ('<p><img src="/b" alt="A"></p>', '<p><img src="/b" alt="B"></p>', "<p>B [la description de l’image a changé, avant : « A »]</p>"),
        ("<p>a <math><mi>x</mi></math> b</p>", "<p>a <math><mi>y</mi></math> b</p>", f"<p>a {GONE.format('x')}{COME.format('y')} b</p>"),
        ("<p>a <math><mi>x</mi></math> b</p>", "<p>a  b</p>", f"<p>a b</p><p>{GONE.format('x')}</p>"),
        ('<p><a href="/x">là</a></p>', '<p><a href="/z">là</a></p>', "<p>là [l’adresse de ce lien a changé, avant : /x]</p>"),
        ('<p>a<sup class="note-call"><a href="#note-1">1</a></sup></p>', '<p>a<sup class="note-call"><a href="#note-2">1</a></sup></p>', "<p>a1</p>"),
    ],
)
def test_what_is_no_word_is_marked_and_said(before: str, after: str, expected: str) -> None:
    """Pictures by what they show, formulas as a whole, links by where they led."""
    page = mark_page(before, after)
    html = re.sub(r'<img alt="(.)"[^>]*>', r"\1", str(page.html))
    html = re.sub(r"</?(?:span|math|mi|a|sup)[^>]*>| class=\"gone\"", "", html)
    assert re.sub(r"\s+", " ", html).replace("retiré : ", "retiré : ") == expected
    assert page.others == (after.count("note-call") == 0)


PARAGRAPHS = st.lists(st.text("ab <&", max_size=12).map(str.strip), max_size=5)
"""A space at an end of a paragraph is none on the page."""


@given(PARAGRAPHS, PARAGRAPHS)
@settings(max_examples=60)
def test_without_what_went_the_page_is_the_new_one(old: list[str], new: list[str]) -> None:
    before, after = ("".join(f"<p>{each.replace('&', '&amp;').replace('<', '&lt;')}</p>" for each in page) for page in (old, new))
    html = HIDDEN.sub("", str(mark_page(before, after).html))
    html = re.sub(r'<p class="gone">.*?</p>|<del>.*?</del>|</?ins>', "", html)
    assert html == str(mark_page(after, after).html)


PAGE = '<h2 id="a">Le préfet</h2><p>Il signe la charte, avec le <b>maire</b>.</p><h2 id="b">Après</h2><p>Il signe.</p>'


@pytest.mark.parametrize(
    ("quote", "heading", "placed"),
    [
        ("signe la charte, avec le maire", "a", AnchorPlace("passage-1", False)),
        ("Signe la  CHARTE", "", AnchorPlace("passage-1", False)),
        ("Il signe la charte avec le recteur et le maire", "a", AnchorPlace("passage-1", True)),
        ("Rien de tout cela ici", "b", AnchorPlace("x-b", True)),
        ("Rien de tout cela ici", "parti", AnchorPlace("", True)),
        ("", "b", AnchorPlace("x-b", False)),
        ("", "", AnchorPlace("", False)),
    ],
)
def test_a_remark_finds_its_passage_again(quote: str, heading: str, placed: AnchorPlace) -> None:
    assert mark_page(PAGE, PAGE, [Anchor(1, quote, heading)], "x-").placed[1] == placed


def test_of_two_passages_that_say_it_the_one_under_the_heading() -> None:
    html = str(mark_page(PAGE, PAGE, [Anchor(1, "Il signe", "b")]).html)
    assert html.index("remark-call") > html.index("Après")


def test_where_several_texts_stand_on_one_page_no_two_regions_have_one_name() -> None:
    page = '<section aria-labelledby="a-retenir"><h2 id="a-retenir">À retenir</h2></section><section aria-label="Question 1"></section>'
    assert mark_page(page, page).html.count("aria-label") == 2
    assert mark_page(page, page, prefix="un--").html == '<section><h2 id="un--a-retenir">À retenir</h2></section><section></section>'


def test_nothing_is_sent_from_the_page() -> None:
    form = '<form action="/x" method="post"><input type="hidden" name="t"><label for="q" data-line="3">Oui<input id="q" type="radio" name="r"></label><button>Aller</button></form>'
    html = str(mark_page(form, form, prefix="un--").html)
    assert html == '<div><label for="un--q">Oui<input disabled="" id="un--q" name="r" type="radio"></label></div>'
