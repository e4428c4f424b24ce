"""`flask` in a shell: which command was typed, how to run it again, and the commands that need no page of the site, for which no page is loaded."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import click
from werkzeug.utils import import_string

WITHOUT_PAGES: Mapping[tuple[str, ...], str] = MappingProxyType(
    {
        ("content", "check"): "app.content.cli.content",
        ("content", "ids"): "app.content.cli.content",
        ("content", "new"): "app.content.cli.content",
        ("content", "show"): "app.content.cli.content",
        ("content", "stats"): "app.content.cli.content",
        ("doctor",): "app.operations.doctor.doctor",
        ("jobs", "list"): "app.operations.jobs.cli.jobs",
        ("mail", "send"): "app.platform.mail.bounces.mail",
    }
)
"""How a command begins → where it is. Measured: `flask mail send` takes 0.4 s of processor, and 1.8 with the pages. None of these makes an address, publishes, or changes anything that another package listens to (docs/contributors/wires.md)."""
WITH_A_VALUE = frozenset({"-A", "--app", "-e", "--env-file"})
"""Options of `flask` itself."""


APP = Path(__file__).parents[1]


def own_command(*words: str) -> tuple[str, ...]:
    """The line that runs `flask …` with this very version in a process of its own, from whatever folder."""
    return (sys.executable, "-m", "flask", "--app", str(APP), *words)


def asked_for() -> tuple[str, ...]:
    """The words that follow `flask` and its own options; none where this process is no `flask`."""
    program = Path(sys.argv[0])
    if "flask" not in (program.stem, program.parent.name):  # `python -m flask` runs its __main__.py
        return ()
    words = iter(sys.argv[1:])
    for word in words:
        if word in WITH_A_VALUE:
            next(words, "")
        elif not word.startswith("-"):
            return (word, *words)
    return ()


def is_typed() -> bool:
    """Was this command typed by somebody who reads the answer in a terminal? What serves or runs jobs has its log read instead."""
    return sys.stderr.isatty() and asked_for()[:1] not in ((), ("serve",), ("run",), ("jobs",))


def without_pages() -> click.Command | None:
    """The command that this process was started for, or its group, where no page is needed for it."""
    asked = asked_for()
    found = next((place for words, place in WITHOUT_PAGES.items() if asked[: len(words)] == words), None)
    command: click.Command | None = import_string(found) if found else None
    return command
