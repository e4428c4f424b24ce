"""Decoding, normalising, limits, comments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.text.markdown import tokens
from app.content.text.normalise import decode, fingerprint, normalise, readable, refusal, without_comments
from app.content.values.text import MAX_CHARACTERS, MAX_LINE, MAX_MARKS


def test_normalising_changes_line_ends_marks_and_forms_only() -> None:
    assert normalise("\ufeffun\r\ndeux\rtrois\n\n\n") == "un\ndeux\ntrois\n"
    assert normalise("e\u0301te\u0301") == "été\n"


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_the_fingerprint_ignores_what_normalising_ignores() -> None:
    assert fingerprint(normalise("été\r\n")) == fingerprint(normalise("e\u0301te\u0301\n\n"))
    assert fingerprint(normalise("été")) != fingerprint(normalise("Été"))


@pytest.mark.parametrize(("data", "line"), [(b"un\ndeux\xe9", 2), ("un".encode("utf-16"), 1), (b"\xc3", 1)])
def test_bytes_that_are_not_utf8_are_refused_with_their_line(data: bytes, line: int) -> None:
    text, problems = decode("a.md", data)
    assert text is None
    assert [(found.code, found.line) for found in problems] == [("E01", line)]


def test_a_byte_order_mark_is_silent() -> None:
    assert decode("a.md", b"\xef\xbb\xbfun") == ("un", ())


@pytest.mark.parametrize("letter", ["\0", "\x1b", "\x7f", "\ue000", "\ud800"])
def test_letters_that_no_text_may_hold_are_refused(letter: str) -> None:
    found = refusal("a.md", f"un\ndeux {letter}\n")
    assert found is not None
    assert (found.code, found.line) == ("E01", 2)


def test_sizes_are_bounded_with_a_line() -> None:
    long_line, long_text = refusal("a.md", "un\n" + "a" * (MAX_LINE + 1)), refusal("a.md", "un mot\n" * MAX_CHARACTERS)
    assert long_line is not None
    assert (long_line.code, long_line.line) == ("E02", 2)
    assert long_text is not None
    assert long_text.code == "E02"
    assert refusal("a.md", "a" * MAX_LINE) is None


def test_signs_are_bounded_with_the_line_where_reading_stops() -> None:
    whole = "*\n" * (MAX_MARKS // 2)
    assert readable("a.md", whole) == (whole, None)
    kept, found = readable("a.md", f"{whole}[a](b)\nun\n")
    assert kept == whole
    assert found is not None
    assert (found.code, found.line) == ("E02", MAX_MARKS // 2 + 1)


@pytest.mark.parametrize(("columns", "dashes"), [(99, "-"), (12, "-"), (99, "-<!-- x -->"), (1_900, "-")])
def test_a_short_row_counts_as_all_the_cells_that_its_table_gives_it(columns: int, dashes: str) -> None:
    rows = "a\n" + "|".join("-" * columns) + "\na\n" + "-|-\n" + "a\n" * 1_000
    table = "|".join("a" * columns) + "\n" + "|".join([dashes] * columns) + "\n" + rows + "\n"
    kept, found = readable("a.md", table * 12)
    assert found is not None
    assert sum(token.type in ("th_open", "td_open") for token in tokens(without_comments(kept)[0])) <= MAX_MARKS


def test_what_follows_a_table_counts_as_itself() -> None:
    table = "|".join("a" * 99) + "\n" + "|".join("-" * 99) + "\n"
    text = table + "\n" + "> a\n" * 4_000 + "\n" + table + ">\n" + "a\n" * 2_000
    assert readable("a.md", text) == (text, None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("un <!-- caché --> deux", "un  deux"),
        ("un <!-- a\nb\nc --> deux", "un \n\n deux"),
        ("<!-- a --><!-- b -->c", "c"),
        ("`<!-- code -->` vu", "`<!-- code -->` vu"),
        ("```\n<!-- code -->\n```\n<!-- a -->", "```\n<!-- code -->\n```\n"),
        ("~~~\n```\n<!-- code -->\n~~~\n<!-- a -->b", "~~~\n```\n<!-- code -->\n~~~\nb"),
        ("<!-- ``` -->\n<!-- b -->c", "\nc"),
    ],
)
def test_comments_are_blanked_and_lines_kept(text: str, shown: str) -> None:
    assert without_comments(text) == (shown, None)


def test_an_unclosed_comment_hides_nothing() -> None:
    assert without_comments("un\ndeux <!-- trois\nquatre") == ("un\ndeux <!-- trois\nquatre", 1)


@given(st.text(alphabet="ab<!->`~\n "))
def test_blanking_comments_keeps_every_line(text: str) -> None:
    shown, _ = without_comments(text)
    assert shown.count("\n") == text.count("\n")
