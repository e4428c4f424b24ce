"""`flask content ids`: writes in the files the ids that are missing, once, where the problems E06 say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.content.course_files import CourseFiles
from app.content.ids import write_ids
from app.content.index import names
from app.content.parsing import read
from app.content.values import Problem


def write(files: CourseFiles, problems: Iterable[Problem]) -> Iterator[tuple[str, int, str]]:
    """Write each missing id, and tell (path, line, id)."""
    missing: dict[str, list[int]] = {}
    for found in problems:
        if found.code == "E06":
            missing.setdefault(found.path, []).append(found.line)
    taken = {named.id for file in files.documents if file.text is not None for named in names(read(file.path, file.text))}
    for path, lines in missing.items():
        target = files.root / path
        text, written = write_ids(target.read_bytes().decode("utf-8"), path, lines, taken)
        target.write_bytes(text.encode("utf-8"))
        for each in written:
            taken.add(each.id)
            yield path, each.line, each.id
