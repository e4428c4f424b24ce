"""Turns values into PDF, in a process of its own (`app/platform/sandbox.py`): arguments TEMPLATE MOMENT, JSON in, PDF out.

It knows nothing else: no database, no secret, no environment, no network. Started as a file, so it imports nothing of `app`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import typst

MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
UNKNOWN = "\u25a1"
"""« □ » stands for a character that no font here can draw: PDF/UA refuses what nobody can read."""
TRIES = 20
PLAIN = re.compile(r"[^\u0020-\u017f\u2010-\u2026\u202f\u20ac\u25a1]")
"""Everything but the letters and the characters that the document's own face surely has."""


def print_pdf(template: Path, data: str, moment: int) -> bytes:
    """The PDF. A character that cannot be drawn is replaced, then another; when there are too many, all that are out of the ordinary."""
    for _ in range(TRIES):
        try:
            return compile_template(template, data, moment)
        except typst.TypstError as error:
            found = MISSING.search(str(error))
            if found is None:
                raise
            data = without(data, found[1])
    return compile_template(template, PLAIN.sub(UNKNOWN, data), moment)


def without(data: str, shown: str) -> str:
    for character in ESCAPED.sub(lambda match: chr(int(match[1], 16)), shown):
        data = data.replace(character, UNKNOWN)
    return data


def compile_template(template: Path, data: str, moment: int) -> bytes:
    return typst.compile(template, root=template.parent, sys_inputs={"data": data}, pdf_standards="ua-1", timestamp=moment)


def readable(text: str) -> str:
    """Control characters and lone surrogates are no text; a tab or a line's end is a space."""
    return "".join(" " if letter in "\t\n\r" else letter for letter in text if letter in "\t\n\r" or (letter.isprintable() or letter in "\u00a0\u202f"))


def clean_values(value: object) -> object:
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, list):
        return [clean_values(one) for one in value]
    return {key: clean_values(one) for key, one in value.items()} if isinstance(value, dict) else value


def main(template: str, moment: str) -> None:
    data = json.dumps(clean_values(json.load(sys.stdin)), ensure_ascii=False)
    sys.stdout.buffer.write(print_pdf(Path(template), data, int(moment)))


if __name__ == "__main__":
    main(*sys.argv[1:])
