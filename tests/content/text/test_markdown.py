"""The one parser: lines, anchors, slugs, and nothing lost by its short cuts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.content.text import markdown
from app.content.text.markdown import MAX_PARAGRAPH, PARSER, inline_tokens, plain, slug, split_anchor, tokens


def test_lines_are_those_of_the_file() -> None:
    assert [(token.type, token.map) for token in tokens("un\n\n- deux\n", 10) if token.map][:2] == [("paragraph_open", [10, 11]), ("inline", [10, 11])]
    assert next(token.map for token in tokens("un\n\n- deux\n", 10) if token.type == "list_item_open") == [12, 13]


@pytest.mark.parametrize(
    ("title", "cut"),
    [("Le préfet {#le-prefet}", ("Le préfet", "le-prefet")), ("Le préfet", ("Le préfet", "")), ("{#seul}", ("", "seul")), ("a {#b} c", ("a {#b} c", ""))],
)
def test_anchors(title: str, cut: tuple[str, str]) -> None:
    assert split_anchor(title) == cut


@pytest.mark.parametrize(
    ("title", "anchor"),
    [("L'État, chef de file", "l-etat-chef-de-file"), ("À retenir", "a-retenir"), ("Œuvrer ?", "oeuvrer"), ("…", ""), ("REP+ 2015", "rep-2015")],
)
def test_slugs(title: str, anchor: str) -> None:
    assert slug(title) == anchor


def test_a_call_needs_no_definition_in_sight() -> None:
    assert [token.meta["label"] for token in inline_tokens("Un fait.[^s12]") if token.type == "footnote_ref"] == ["s12"]


def test_what_a_reader_sees() -> None:
    assert plain(inline_tokens("*Un* [lien](a) `code` ![carte](images/c.png)[^1]\nfin")) == "Un lien code carte fin"


def test_raw_html_is_text() -> None:
    assert PARSER.render("<b onclick=x>a</b>\n\n<script>b</script>") == ("<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>\n<p>&lt;script&gt;b&lt;/script&gt;</p>\n")


def test_a_huge_paragraph_stays_plain_text() -> None:
    block = tokens("*a* " * MAX_PARAGRAPH)[1]
    assert [child.type for child in block.children or ()] == ["text"]
    assert block.meta == {"too_long": True}


_ORDINARY = MarkdownIt("commonmark", {"html": False, "maxNesting": 20, "tasklists": True, "alerts": True}).enable(["table", "strikethrough"])
_ORDINARY.disable(["html_block", "html_inline"])


@given(st.text(alphabet="aé *_`~[](){}<>!&;:/#-+.0\\\n|^=\"'"))
def test_our_short_cuts_change_nothing_of_ordinary_markdown(text: str) -> None:
    """Fewer stops in text and addresses left as they are: the same HTML as markdown-it's own, where no note nor definition list is."""
    if "[^" not in text and "\n:" not in text and "\n~" not in text and not text.startswith((":", "~")):
        assert PARSER.render(text) == _ORDINARY.render(text)


@pytest.mark.parametrize("address", ["https://example.org/a?b=c&d=%20", "https://ÉXAMPLE.org/é", "http://a.b/c(d)", "exemple-un#ancre", "images/Carte 1.png"])
def test_addresses_are_spelt_as_markdown_it_spells_them(address: str) -> None:
    assert PARSER.render(f"[a](<{address}>) <{address}>") == _ORDINARY.render(f"[a](<{address}>) <{address}>")


_WITHOUT_PLAIN = markdown._make_parser()
_WITHOUT_PLAIN.block.ruler.disable("plain_paragraph")
_LINES = st.sampled_from(
    (
        "un mot",
        "  un",
        "    un",
        "\tun",
        "été | deux",
        "---",
        "===",
        "|---|",
        ": sens",
        "  : sens",
        "~ sens",
        "",
        "",
        "",
        "- un",
        "  deux",
        "> un",
        "[^a]: un",
        "    un",
        "1. a",
        "```",
        "# t",
    )
)


@given(st.lists(_LINES).map("\n".join))
def test_a_plain_paragraph_is_what_the_other_rules_would_have_made(text: str) -> None:
    assert PARSER.parse(text, {}) == _WITHOUT_PLAIN.parse(text, {})
