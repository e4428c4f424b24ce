"""What a store promises, in a folder and in a bucket."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from obstore.exceptions import GenericError

from app.platform.db import db
from app.platform.settings import Settings
from app.platform.storage import bucket as buckets
from app.platform.storage import places
from app.platform.storage.folder import StoreAway
from tests.making import make_app, make_settings

LARGE = 6_000_000
"""More than goes in one request."""


def called(data: bytes) -> str:
    return f"{hashlib.sha256(data).hexdigest()}.pdf"


@pytest.mark.parametrize("size", [0, 3, LARGE])
@pytest.mark.parametrize("of_the_disk", [False, True])
def test_what_is_kept_is_read_whole_or_from_any_place(any_store: Settings, tmp_path: Path, size: int, of_the_disk: bool) -> None:
    kept, data = places.media(any_store), os.urandom(size)
    name, source = called(data), tmp_path / "source"
    source.write_bytes(data)
    assert (kept.size(name), list(kept.entries())) == (None, [])
    kept.put(name, source if of_the_disk else data)
    assert (kept.size(name), kept.read(name), [entry.name for entry in kept.entries()]) == (size, data, [name])
    with kept.open(name) as opened:
        opened.seek(max(0, size - 2))
        assert (opened.read(10), opened.read(10)) == (data[-2:], b"")
        opened.seek(0)
        assert opened.read() == data
    kept.delete(name)
    kept.delete(name)
    assert (places.media(any_store).size(name), list(kept.entries())) == (None, [])


@pytest.mark.parametrize("size", [3, LARGE])
def test_nothing_is_written_over(any_store: Settings, size: int) -> None:
    """The second source is not even read: a name says what it holds."""
    kept, first = places.media(any_store), b"1" * size
    kept.put("a.pdf", first)
    kept.put("a.pdf", b"2" * size)
    assert kept.read("a.pdf") == first


def test_a_host_that_was_first_is_not_written_over(bucket: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the writing, another host kept it: the store itself refuses."""
    here, there = (places.media(make_settings(tmp_path / name, **bucket)) for name in "ab")
    here.put("a.pdf", b"1")
    monkeypatch.setattr(there, "_head", lambda name: None)
    there.put("a.pdf", b"2")
    assert here.read("a.pdf") == b"1"


def test_what_is_asked_to_be_kept_again_is_marked_as_used(any_store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, sent = places.media(any_store), list[bool]()
    kept.put("a.pdf", b"data")
    monkeypatch.setattr(buckets, "FRESH", -10)
    if any_store.bucket:
        send = kept._send  # type: ignore[attr-defined]
        monkeypatch.setattr(kept, "_send", lambda name, source, again: sent.append(again) or send(name, source, again=again))
    else:
        os.utime(any_store.instance_path / "media" / "a.pdf", (1, 1))
    kept.put("a.pdf", b"data")
    assert next(kept.entries()).kept_at > 1
    assert sent == ([True] if any_store.bucket else [])
    assert kept.read("a.pdf") == b"data"


def test_what_is_not_there_is_said(any_store: Settings) -> None:
    kept = places.media(any_store)
    for verb in (kept.read, kept.open):
        with pytest.raises(FileNotFoundError):
            verb("absent.pdf")


def test_the_three_places_do_not_meet(any_store: Settings) -> None:
    for area in places.AREAS:
        places.store(any_store, area).put("a", area.encode())
    assert [places.store(any_store, area).read("a").decode() for area in places.AREAS] == list(places.AREAS)
    assert [len(list(places.store(any_store, area).entries())) for area in places.AREAS] == [1, 1, 1]


def test_a_bucket_that_is_away_or_not_there_is_a_sentence_at_once(s3_server: str, away: dict[str, Any], tmp_path: Path) -> None:
    nowhere = {**away, "bucket_url": s3_server, "bucket": "nobody-made-it"}
    for changes in (away, nowhere):
        kept = places.media(make_settings(tmp_path / "instance", **changes))
        for verb in (lambda kept=kept: kept.put("a", b""), lambda kept=kept: kept.read("a"), lambda kept=kept: list(kept.entries())):
            with pytest.raises(StoreAway, match="hors d’atteinte"):
                verb()
    assert kept.quiet_until > 0  # type: ignore[attr-defined]  # asked once, then left alone


def test_a_store_that_was_away_is_asked_by_one_while_the_others_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "LEFT_ALONE", 0.0)
    back, told = [False], list[bool]()

    class Held:
        def head(self, name: str) -> dict[str, object]:
            if not back[0]:
                raise GenericError("nobody answers")
            if not told:
                with pytest.raises(StoreAway):
                    kept.size("asked meanwhile")
                told.append(True)
            return {"size": 3, "last_modified": datetime(2026, 11, 27, tzinfo=UTC)}

    kept = buckets.BucketStore(cast(Any, Held()))
    assert kept.answers is None
    with pytest.raises(StoreAway):
        kept.size("a")
    assert kept.answers is False
    back[0] = True
    assert [kept.size(name) for name in "ab"] == [3, 3]
    assert (kept.answers, told) == (True, [True])


def test_a_probe_says_how_the_bucket_was_last_found_and_asks_nothing(away: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(make_settings(tmp_path / "instance", **away))
    kept = places.bucket(app.config["CROISEE"], places.MEDIA)
    monkeypatch.setattr(kept, "_ask_bucket", lambda _ask: pytest.fail("it was asked"))
    for found, word in ((None, "unknown"), (True, "ok"), (False, "unreachable")):
        monkeypatch.setattr(kept, "answers", found)
        assert app.test_client().get("/healthz/ready").get_json()["bucket"] == word
    with app.app_context():
        db.engine.dispose()


CHILD = """
import sys
from pathlib import Path
from app.platform.settings import Settings
from app.platform.storage import places
instance, name, *bucket = sys.argv[1:]
told = dict(zip(("bucket", "bucket_url", "bucket_key", "bucket_secret"), bucket))
kept = places.media(Settings(instance_path=Path(instance), database_url="", secret_key="", **told))
kept.size("absent")
data = b"x" * 60_000_000
print("begins", flush=True)
kept.put(name, data)
print("done", flush=True)
sys.stdin.read()
"""


@pytest.mark.proof
def test_a_process_that_is_killed_leaves_no_half_file(any_store: Settings) -> None:
    told = [any_store.bucket, any_store.bucket_url, any_store.bucket_key, any_store.bucket_secret] if any_store.bucket else []
    command = [sys.executable, "-c", CHILD, str(any_store.instance_path), "a.pdf", *told]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begins\n"
        child.send_signal(signal.SIGKILL)
    kept = places.media(any_store)
    assert kept.size("a.pdf") in (None, 60_000_000)
    assert [entry.bytes for entry in kept.entries()] in ([], [60_000_000])
    kept.put("a.pdf", b"x")
    assert kept.size("a.pdf")
