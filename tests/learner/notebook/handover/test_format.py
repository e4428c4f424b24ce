"""The format of a pack: read as it was written, refused in any other shape; and what its texts for people say."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.learner.notebook.handover_rules import HandoverEntry, Pack, contents_of, parse_contents, read_pack, write_pack
from app.learner.notebook.passage_rules import KINDS, PassageKey, Spot
from app.platform.zips import FileRefused
from tests.authoring.incoming.zips import unzipped
from tests.learner.notebook.kept.held import START

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
ENTRIES = st.builds(
    HandoverEntry,
    st.builds(
        PassageKey, st.sampled_from(sorted(KINDS)), st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True), st.from_regex(r"[a-z0-9-]{0,9}", fullmatch=True)
    ),
    st.builds(Spot, WORDS, WORDS),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60).map(str.strip),
    st.dates(date(2000, 1, 1), date(2199, 12, 31)),
)
PACKS = st.builds(Pack, WORDS, st.dates(date(2000, 1, 1), date(2199, 12, 31)), st.lists(ENTRIES, max_size=5, unique_by=lambda one: (one.place, one.favourite)).map(tuple))  # fmt: skip


@given(PACKS)
def test_what_is_written_is_read_as_it_was(made: Pack) -> None:
    data = write_pack(made, {"fiche-territoire.odt": b"odt"})
    assert parse_contents(read_pack(data)) == made
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["auteur", "date", "entrees", "genre", "ref", "texte"]), inner, max_size=4), max_leaves=8))  # fmt: skip
def test_any_other_json_is_refused_in_words(said: Any) -> None:
    with suppress(FileRefused):
        parse_contents(json.dumps(said))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_by_a_sentence(data: bytes) -> None:
    with pytest.raises(FileRefused):
        read_pack(data)


def test_letters_that_no_pack_takes_are_shown_as_missing() -> None:
    made = Pack("", date(2026, 11, 24), (HandoverEntry(START, Spot("T"), "a\x0bb", date(2026, 11, 24)),))
    assert parse_contents(contents_of(made)).entries[0].text == "a\ufffdb"


def test_favourites_say_where_they_are() -> None:
    link, day = "https://example.org/guide", date(2026, 11, 24)
    guide = HandoverEntry(PassageKey("document", "guide"), Spot("Un guide"), "", day, link)
    pack = Pack(
        "",
        day,
        (HandoverEntry(PassageKey("lecon", "un-b", "fin"), Spot("Leçon"), "", day, "/lecons/un-b#fin"), guide, HandoverEntry(START, Spot("Partie"), "", day)),
    )
    for site in ("https://croisee.example", ""):
        lines = unzipped(write_pack(pack, {}, site))["favoris.md"].decode().splitlines()
        assert [line for line in lines if line.startswith(("-", " "))] == ["- Leçon", f"  {site}/lecons/un-b#fin", "- Partie", "- Un guide", f"  {link}"]
