"""What a text says of its place, edited line by line: keys of a head, paths of parcours.md, an id that changes. Every other character stays. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.platform.french import unaccented

_RULE = re.compile(r"-{3,}\s*")
_ITEM = re.compile(r"\s*[-•–]\s")
_ANCHOR = re.compile(r"\{#\s*([^{}\s]+)\s*\}")
_PATH = re.compile(r" {0,3}##(?!#)\s*(.*)")
_CITING = re.compile(r"\s*(?:id|le[çc]ons?|modules?|quiz|requis|reprend|reprises?|questions?)\s*:", re.IGNORECASE)


def with_value(text: str, key: str, value: str) -> str:
    """A head with `key : value`; without the key where the value is empty."""
    lines = text.split("\n")
    return "\n".join(_with(lines, *_head(lines), key, [f"{key} : {value}"] if value else []))


def with_items(text: str, key: str, items: Sequence[str]) -> str:
    """A head with a list, one item a line."""
    lines = text.split("\n")
    return "\n".join(_with(lines, *_head(lines), key, [f"{key} :", *(f"- {item}" for item in items)]))


def without_id(text: str) -> str:
    """Removes the ids of questions from a text, so that new ones are given."""
    return "\n".join(_ANCHOR.sub("", line).rstrip() if line.lstrip().startswith("#") else line for line in text.split("\n"))


def _head(lines: Sequence[str]) -> tuple[int, int]:
    """Between the two lines of dashes."""
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    end = next((place for place in range(first + 1, len(lines)) if _RULE.fullmatch(lines[place])), first + 1)
    return first + 1, end


def _with(lines: Sequence[str], start: int, end: int, key: str, written: Sequence[str]) -> list[str]:
    """The lines with a key written so: in its place, or last where it was not there."""
    place = next((place for place in range(start, end) if _key(lines[place]) == unaccented(key)), None)
    if place is None:
        last = end
        while last > start and not lines[last - 1].strip():
            last -= 1
        return [*lines[:last], *written, *lines[last:]]
    after = place + 1
    while after < end and _ITEM.match(lines[after]):
        after += 1
    return [*lines[:place], *written, *lines[after:]]


def _key(line: str) -> str:
    return unaccented(line.partition(":")[0].strip().casefold()) if ":" in line else ""


# --- parcours.md -----------------------------------------------------------------------------------------------------


def with_path(text: str, path_id: str, key: str, items: Sequence[str]) -> str:
    """One path with another list of modules."""
    lines = text.split("\n")
    start, end = _path(lines, path_id)
    return "\n".join(_with(lines, start, end, key, [f"{key} : {', '.join(items)}"])) if start else text


def says_required(text: str, path_id: str) -> bool:
    """Whether a path names the modules that it asks for, rather than asking for all."""
    lines = text.split("\n")
    return any(_key(line) == "requis" for line in lines[slice(*_path(lines, path_id))])


def with_path_title(text: str, path_id: str, title: str) -> str:
    lines = text.split("\n")
    start, _ = _path(lines, path_id)
    return "\n".join([*lines[: start - 1], f"## {title} {{#{path_id}}}", *lines[start:]]) if start else text


def with_new_path(text: str, path_id: str, title: str) -> str:
    """One path more, which waits for its first module. The first of a course is the one that newcomers follow."""
    alone = not any(_PATH.match(line) for line in text.split("\n"))
    written = f"## {title} {{#{path_id}}}\n\nmodules :\n" + ("attestation : oui\ndéfaut : oui\n" if alone else "")
    return f"{text.rstrip()}\n\n{written}".lstrip("\n")


def _path(lines: Sequence[str], path_id: str) -> tuple[int, int]:
    """The lines under its title; (0, 0) where there is no such path."""
    titles = [place for place, line in enumerate(lines) if _PATH.match(line)]
    found = next((place for place in titles if (anchor := _ANCHOR.search(lines[place])) and anchor[1] == path_id), None)
    if found is None:
        return 0, 0
    return found + 1, next((place for place in titles if place > found), len(lines))


# --- An id that changes ----------------------------------------------------------------------------------------------


def with_other_id(text: str, old: str, new: str) -> str:
    """The text with an id by another, where it names an element: in its head, in lines that cite, in links. Words of the prose stay."""
    lines = text.split("\n")
    start, end = _head(lines) if _RULE.fullmatch(next((line for line in lines if line.strip()), "")) else (0, 0)
    named = re.compile(rf"(?<![\w-]){re.escape(old)}(?![\w-])")
    linked = re.compile(rf"(\]\(\s*){re.escape(old)}(?=[)#\s])")
    for place, line in enumerate(lines):
        cites = _CITING.match(line) or (start <= place < end and _ITEM.match(line) and not re.match(r"\s*[-•–]\s*[MO]\d+\s*:", line))
        lines[place] = named.sub(new, line) if cites else linked.sub(lambda found: f"{found[1]}{new}", line)
    return "\n".join(lines)
