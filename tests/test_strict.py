"""What the strict client refuses: faults that browsers mend in silence, each in its own way."""

from __future__ import annotations

import pytest

from tests.strict import check_page, html_errors, html_tree

PAGE = '<!doctype html><html lang="fr"><head><title>T</title></head><body><main><h1>T</h1>%s</main></body></html>'


@pytest.mark.parametrize(
    "body",
    [
        "<div><p>a</p>",  # not closed
        "<section><h2>a</h2>",
        '<form action="/x"><p>a</p>',
        "<p><span>a</p>",
        "<p>a</p></div>",  # not open
        "<p>a</br></p>",
        "<b><i>a</b></i>",  # crossed
        "<h2>a</h3>",
        "<p><div>a</div></p>",  # closed by what follows
        "<p><ul><li>a</li></ul></p>",
        "<p><details><summary>a</summary></details></p>",
        "<p><table><tr><td>a</td></tr></table></p>",
        '<a href="/x">a<a href="/y">b</a></a>',
        "<button>a<button>b</button></button>",
        '<form action="/a"><form action="/b"></form></form>',
        "<h2>a<h3>b</h3></h2>",
        "<table>a<tr><td>b</td></tr></table>",  # thrown out of a table
        "<table><div>a</div><tr><td>b</td></tr></table>",
        '<table><form action="/x"><tr><td>a</td></tr></form></table>',
        "<div><tr><td>a</td></tr></div>",  # without its table
        "<select><input></select>",
        "<svg><p>a</p></svg>",
        "<div/>a",  # letters of a tag
        '<p id="a" id="b">c</p>',
        '<p id="a"class="b">c</p>',
        '<p a"b="c">d</p>',
        "<p <b>a</p>",
        "<p>a < b</p>",
        "<p>a &foo; b</p>",  # references of no character
        "<p>&eacute a</p>",
        "<p>&#1;</p>",
        "<p>a\x00b</p>",
        "<p><?php a ?></p>",
        "<!-- a --!>",
    ],
)
def test_what_is_no_html5_is_an_error(body: str) -> None:
    assert html_errors(PAGE % body)


@pytest.mark.parametrize(
    "body",
    [
        '<p id=a>a &amp; b &eacute; « c »</p><img alt="" src="/x"><br><!-- a -->',
        "<ul><li>a<li>b</ul><table><caption>a</caption><tr><th>a<td>b</table>",  # ends that HTML5 leaves out
        '<svg viewBox="0 0 1 1"><title>a</title><path d=""/></svg><math><mi>x</mi></math>',
        "<textarea>\n<b> & </textarea><details open><summary><h2>a</h2></summary></details>",
        '<a href="/x"><div>a</div></a><select><option>a<option selected>b</select><p><button>a</button></p>',
    ],
)
def test_what_is_html5_is_none(body: str) -> None:
    assert html_errors(PAGE % body) == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('<p id="a">b</p><p id="a">c</p>', "id twice: a"),
        ('<a href="#b">c</a>', "« #b » names b: no such id"),
        ('<p aria-describedby="a b" id="a">c</p>', "« a b » names b: no such id"),
        ('<input name="a">', "input a: no label"),
        ('<button type="button"><img alt="" src="/x"></button>', "button None: no name"),
        ('<img src="/x">', "img /x: no alt"),
        ('<p style="color:red">a</p>', "inline style or script: color:red"),
        ('<p onclick="a()">a</p>', "inline style or script: a()"),
        ("<script>a()</script>", "inline script"),
        ('<img alt="" src="//elsewhere.example/x">', "img from another host: //elsewhere.example/x"),
        ('<form action="/x" method="post"><button>a</button></form>', "form /x: no csrf_token"),
        ("<p>Oui : non</p>", "plain space in « Oui : non »"),
        ('<p title="Oui : non">a</p>', "plain space in « Oui : non »"),
    ],
)
def test_a_page_keeps_the_habits_of_all_pages(body: str, complaint: str) -> None:
    with pytest.raises(AssertionError) as refused:
        check_page(PAGE % body)
    assert str(refused.value).splitlines()[0] == complaint


@pytest.mark.parametrize(("written", "text"), [("\n\na\n", "\na\n"), ("\n", None), ("a", "a")])
def test_a_new_line_that_begins_a_field_is_not_of_its_text(written: str, text: str | None) -> None:
    (field,) = html_tree(PAGE % f"<textarea>{written}</textarea>").iter("textarea")
    assert (field.text or None) == text


def test_what_is_typed_keeps_its_spaces_and_a_drawing_its_own_title() -> None:
    page = check_page(PAGE % "<pre>a : <b>b : c</b></pre><svg><title>Le plan</title></svg>")
    assert [page.text_of(title) for title in page.all("title")] == ["T"]
    assert [element.tag for element in html_tree(page.html).iter("{*}title")] == ["title", "{http://www.w3.org/2000/svg}title"]
