"""`flask content ids`: writes the ids that are missing, once, where the problems E06 say; every other byte of the file stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.content.course_files import CourseFiles
from app.content.elements import is_id
from app.content.index import names
from app.content.markdown import inline_tokens, plain, slug
from app.content.parsing import read
from app.content.values import Problem

_HEADING = re.compile(r" {0,3}(#{1,6})\s*(.*?)[\s#]*$")
_TITLE = re.compile(r"\s*titre\s*:\s*(.+)", re.IGNORECASE)
_EMPTY_ID = re.compile(r"\s*id\s*:\s*", re.IGNORECASE)
_NUMBER = re.compile(r"(?:question\s*)?(?:n°\s*)?\d+\s*[.):]?\s*", re.IGNORECASE)
_LONGEST = 48
"""Letters of an id drawn from a title: long enough to be told apart, short enough to be read."""


def write(files: CourseFiles, problems: Iterable[Problem]) -> Iterator[tuple[str, int, str]]:
    """Write each missing id, and tell (path, line, id)."""
    missing: dict[str, list[int]] = {}
    for found in problems:
        if found.code == "E06":
            missing.setdefault(found.path, []).append(found.line)
    taken = {named.id for file in files.documents if file.text is not None for named in names(read(file.path, file.text))}
    for path, numbers in missing.items():
        yield from _write_file(files.root / path, path, numbers, taken)


def _write_file(target: Path, path: str, numbers: list[int], taken: set[str]) -> Iterator[tuple[str, int, str]]:
    """From the last line up, so that an inserted line moves none of those still to be changed."""
    lines = target.read_bytes().decode("utf-8").split("\n")
    for number in sorted(numbers, reverse=True):
        index = number - 1
        heading = _HEADING.fullmatch(lines[index].rstrip()) if index < len(lines) else None
        identifier = _write_heading(lines, index, heading, taken) if heading else _write_head(lines, path, taken)
        if identifier:
            taken.add(identifier)
            yield path, number, identifier
    target.write_bytes("\n".join(lines).encode("utf-8"))


def _write_heading(lines: list[str], index: int, heading: re.Match[str], taken: set[str]) -> str:
    """`## Titre` → `## Titre {#titre}`. A heading that says nothing takes its id from the text under it."""
    title = _NUMBER.sub("", heading[2], count=1) or next((line for line in lines[index + 1 :] if line.strip()), "")
    identifier = _free(title, taken)
    written = lines[index].rstrip().rstrip("#").rstrip() if heading[2] else heading[1]
    lines[index] = f"{written} {{#{identifier}}}{_ending(lines[index])}"
    return identifier


def _write_head(lines: list[str], path: str, taken: set[str]) -> str:
    """`id : …` in the head: in the place of an empty one, or as its first line."""
    opening = next((index for index, line in enumerate(lines) if line.strip("\ufeff\r ")), None)
    if opening is None or not lines[opening].lstrip("\ufeff").startswith("---"):
        return ""
    end = next((index for index in range(opening + 1, len(lines)) if lines[index].startswith("---")), opening + 1)
    title = next((found[1] for line in lines[opening:end] if (found := _TITLE.match(line))), path.rpartition("/")[2].removesuffix(".md"))
    identifier = _free(title, taken)
    written = f"id : {identifier}{_ending(lines[opening])}"
    empty = next((index for index in range(opening, end) if _EMPTY_ID.fullmatch(lines[index])), None)
    if empty is None:
        lines.insert(opening + 1, written)
    else:
        lines[empty] = written
    return identifier


def _ending(line: str) -> str:
    return "\r" if line.endswith("\r") else ""


def _free(title: str, taken: set[str]) -> str:
    """A well-formed id, from the words of a title, that nothing has."""
    words = slug(plain(inline_tokens(title)))
    if len(words) > _LONGEST:
        words = words[:_LONGEST].rpartition("-")[0] or words[:_LONGEST]
    wanted = words if is_id(words) else f"element-{words}".strip("-")
    identifier, count = wanted, 1
    while identifier in taken:
        count += 1
        identifier = f"{wanted}-{count}"
    return identifier
