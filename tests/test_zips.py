"""A zip is judged by its directory, before a byte of it is unpacked."""

from __future__ import annotations

import io
import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import partial

import pytest

from app.platform.zips import STEEP_FROM, Bounds, FileRefused, entry_content, pack_zip, strip_dates, unpack_zip
from tests.authoring.incoming.zips import bomb, locked, many_bombs, renamed, with_link, zipped
from tests.words import LEAVES_ARCHIVE

BOUNDS = Bounds(entries=40, each=12_000_000, total=50_000_000, ratio=200)
HONEST = zipped({"modules/": b"", "modules/un/module.md": "Été", "modules/un/01-a.md": b"a" * 50_000})


def test_an_honest_archive_is_read() -> None:
    assert unpack_zip(zipped({"a.md": b"0" * STEEP_FROM}), BOUNDS)
    assert unpack_zip(HONEST, BOUNDS) == {"modules/un/module.md": "Été".encode(), "modules/un/01-a.md": b"a" * 50_000}


def test_one_of_ours_is_the_same_bytes_for_the_same_files() -> None:
    files = {"b.md": b"b" * 900, "a.md": b"a" * 900, "images/c.png": b"c" * 900}
    made = pack_zip(files, ("images/",))
    assert made == pack_zip(dict(reversed(files.items())), ("images/",))
    assert unpack_zip(made, BOUNDS) == files
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        entries = archive.infolist()
    assert [(entry.filename, entry.compress_type) for entry in entries] == [("a.md", 8), ("b.md", 8), ("images/c.png", 0)]
    assert {(entry.date_time, entry.create_system, entry.external_attr) for entry in entries} == {((1980, 1, 1, 0, 0, 0), 3, 0o100644 << 16)}


def test_one_file_is_read_where_it_is_there_and_not_too_large() -> None:
    archive = zipped({"a.md": "12345"})
    assert (entry_content(archive, "a.md", 5), entry_content(archive, "a.md", 4), entry_content(archive, "b.md", 5)) == (b"12345", b"", b"")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as other:
        other.writestr("a.md", "12345", zipfile.ZIP_LZMA)
    assert entry_content(out.getvalue(), "a.md", 5) == b""
    with pytest.raises(FileRefused):
        entry_content(b"PK", "a.md", 5)


def test_what_reaches_a_bound_is_within_it() -> None:
    files = {"a.md": "1" * 60, "b.md": "2" * 40}
    assert unpack_zip(zipped(files), Bounds(entries=2, each=60, total=100, ratio=200))
    for less in (
        Bounds(entries=1, each=60, total=100, ratio=200),
        Bounds(entries=2, each=59, total=100, ratio=200),
        Bounds(entries=2, each=60, total=99, ratio=200),
    ):
        with pytest.raises(FileRefused):
            unpack_zip(zipped(files), less)


@pytest.mark.parametrize(
    ("name", "said"),
    [("a" * 251, "un nom trop long"), ("a/./b", LEAVES_ARCHIVE), ("a\x7fb", "« a\ufffdb » : un nom illisible"), ("a\\b", "n’est pas celui d’un fichier")],
)
def test_a_name_that_no_file_of_ours_has_is_refused(name: str, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        unpack_zip(zipped({name: "1"}), BOUNDS)
    assert unpack_zip(zipped({"a" * 250: "1", "deux mots": "2"}), BOUNDS)


def test_one_of_ours_forgets_when_it_was_written_and_nothing_else() -> None:
    def written(year: int) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, method in (("mimetype", zipfile.ZIP_STORED), ("content.xml", zipfile.ZIP_DEFLATED)):
                archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), name * 9, method)
        return out.getvalue()

    made = strip_dates(written(2026))
    assert made == strip_dates(written(2027)) == strip_dates(made)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert [(entry.filename, entry.compress_type) for entry in archive.infolist()] == [("mimetype", 0), ("content.xml", 8)]
        assert archive.read("content.xml") == b"content.xml" * 9


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "pas une archive"),
        (b"PK\x03\x04 and nothing", "pas une archive"),
        (HONEST[:-30], "pas une archive"),
        (renamed(HONEST, "modules/un/01-a.md", "../../../etc/a.md."), LEAVES_ARCHIVE),
        (renamed(HONEST, "modules/un/01-a.md", "modules/../../a.md"), LEAVES_ARCHIVE),
        (renamed(HONEST, "modules/un/01-a.md", "/odules/un/01-a.md"), LEAVES_ARCHIVE),
        (renamed(HONEST, "modules/un/01-a.md", "modules//un/1-a.md"), LEAVES_ARCHIVE),
        (renamed(HONEST, "modules/un/01-a.md", "C:\\dules\\un\\1-a.md"[:18]), "n’est pas celui d’un fichier"),
        (renamed(HONEST, "modules/un/01-a.md", "C:odules/un/01-a.m"), "n’est pas celui d’un fichier"),
        (renamed(HONEST, "modules/un/01-a.md", "modules/un/01-a\x00md"), "illisible"),
        (zipped({"modules/a.md": "1", "Modules/A.md": "2"}), "de même nom"),
        (zipped({"modules/é.md": "1", "modules/e\u0301.md": "2"}), "de même nom"),
        (renamed(zipped({"modules/a.md": "1", "modules/b.md": "2"}), "modules/b.md", "modules/a.md"), "de même nom"),
        (with_link(), "un lien"),
        (with_link(kind=stat.S_IFIFO), "un lien"),
        (locked(HONEST), "mot de passe"),
        (zipped({f"{number}.md": "" for number in range(41)}), "41 fichiers"),
        (many_bombs, "dépasserait 50 Mo"),
        (partial(bomb, 11), "piégée"),
        (zipped({"a.md": b"0" * (STEEP_FROM + 1)}), "piégée"),
    ],
)
def test_what_cannot_be_trusted_is_refused(data: bytes | Callable[[], bytes], said: str) -> None:
    """What is long to make is made by its own test, not by whoever reads this file."""
    given = data if isinstance(data, bytes) else data()
    with pytest.raises(FileRefused) as refused:
        unpack_zip(given, BOUNDS)
    assert said in refused.value.sentence


def test_a_bomb_is_not_unpacked() -> None:
    data = bomb(200)
    tracemalloc.start()
    with pytest.raises(FileRefused, match="dépasserait"):
        unpack_zip(data, BOUNDS)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    """The directory says little, the bytes say much: what is read stops at what was said."""
    data = bytearray(zipped({"a.md": b"0" * 90_000}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(mark) + place
        data[start : start + 4] = (10).to_bytes(4, "little")
    with pytest.raises(FileRefused):
        unpack_zip(bytes(data), BOUNDS)


def test_a_way_of_pressing_that_nobody_uses_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.md", "texte")
    with pytest.raises(FileRefused, match="inhabituelle"):
        unpack_zip(out.getvalue(), BOUNDS)
