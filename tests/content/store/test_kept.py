"""What is kept of texts beside the database: read back whole, and never obeyed."""

from __future__ import annotations

import os
import pickle
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.content.documents.reader import kind_of, read_document
from app.content.store import queries
from app.platform.settings import ROOT


def test_a_reading_of_each_kind_of_file_comes_back_whole(tmp_path: Path) -> None:
    files = sorted((*(ROOT / "modules").rglob("*.md"), *(ROOT / "quizzes").rglob("*.md")))
    paths = [path.relative_to(ROOT).as_posix() for path in files]
    one_of_each = {kind_of(path): path for path in paths if kind_of(path)}
    known = {(path, "digest"): read_document(path, (ROOT / path).read_text(encoding="utf-8")) for path in one_of_each.values()}
    assert len(known) > 8
    queries.keep(tmp_path / "readings.pickle", known)
    assert queries.load(tmp_path / "readings.pickle") == known


class Order:
    """What a hostile file would have done by being read."""

    def __init__(self, called: Any, *given: Any) -> None:
        self.called, self.given = called, given

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.called, self.given


@pytest.mark.parametrize(
    "order",
    [lambda path: Order(os.mkdir, path), lambda path: Order(eval, f"__import__('os').mkdir({path!r})"), lambda path: Order(subprocess.call, ["mkdir", path])],
)
def test_a_file_that_gives_an_order_is_not_obeyed(tmp_path: Path, order: Any) -> None:
    file, trace = tmp_path / "published.pickle", tmp_path / "trace"
    file.write_bytes(pickle.dumps((queries.engine(), {("a", "b"): order(str(trace))}), 5))
    assert queries.load(file) == {}
    assert not trace.exists()


def test_a_function_of_ours_is_no_value_either(tmp_path: Path) -> None:
    file = tmp_path / "published.pickle"
    file.write_bytes(pickle.dumps((queries.engine(), {("a", "b"): Order(queries.engine_of, tmp_path)}), 5))
    assert queries.load(file) == {}
