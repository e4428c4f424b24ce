"""The sentences of `words.py` are those of the interface, and more than one test needs each."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests import words

LOGIN = "templates/security/login_user.html"


def test_each_stands_in_the_file_that_is_named() -> None:
    assert not words.REWORDED


def test_each_is_of_more_than_one_test() -> None:
    tests = Path(words.__file__).parent.rglob("*.py")
    used = Counter(name for file in tests for name in re.findall(r"\b[A-Z_]+\b", file.read_text(encoding="utf-8")))
    assert not [name for name, value in vars(words).items() if name.isupper() and isinstance(value, str) and used[name] < 4]  # made, imported, used once


def test_one_that_was_reworded_is_told_and_taken_as_it_is_said_now() -> None:
    told = list(words.REWORDED)
    try:
        assert words.sentence(LOGIN, "Me connecter", 'submit("…")') == "Se connecter"
        assert words.sentence(LOGIN, "Cela n’a jamais été dit ici, ni ailleurs") == "Cela n’a jamais été dit ici, ni ailleurs"
        assert len(words.REWORDED) == len(told) + 2
    finally:
        words.REWORDED[:] = told
