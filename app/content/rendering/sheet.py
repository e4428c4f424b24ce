"""The style sheet of a course's lines: their colours, and how as many as there are run, stop and meet. Static sheets (css/) say all the rest.

Names that it sets: `--line-1` to `--line-5` and their tints, `--stripes`; `.line-<id>` on any container; for the timeline `--x-1`…, `--running`,
`--dots` and a class an event's line, `.on-<id>`. Nothing in it is typed by anybody: an id is `[a-z0-9-]`, a colour six hexadecimals.

`platform/colours.py` says which colours may be chosen, `documents/network_file.py` what a course may say of its lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from app.content.values.course import CourseHistory
from app.content.values.text import CROSSING
from app.platform.colours import PALETTE, Colour

SIGN = 3
"""Lines of the software's logo, whatever the course tells."""
STRIPE, GAP = 2, 3
"""Of the lines that run under every header, in pixels."""


@lru_cache(maxsize=8)
def sheet(lines: tuple[CourseHistory, ...], chosen: tuple[tuple[str, Colour], ...] = ()) -> str:
    """`chosen`: (line id, the site's own colour of it)."""
    return "\n".join([*_colours(lines, dict(chosen)), *_names(lines), *_timeline(lines)]) + "\n"


def colours_of(lines: Sequence[CourseHistory], chosen: Mapping[str, Colour] | None = None) -> dict[str, Colour]:
    """Line id → what it is drawn in."""
    return {line.id: (chosen or {}).get(line.id, line.colour) for line in lines}


def _colours(lines: Sequence[CourseHistory], chosen: Mapping[str, Colour]) -> Iterator[str]:
    own = list(colours_of(lines, chosen).values())
    own += PALETTE[len(own) : SIGN]
    yield ":root {"
    for number, colour in enumerate(own, 1):
        yield f"  --line-{number}: light-dark({colour.light}, {colour.dark});"
        yield f"  --line-{number}-tint: light-dark({colour.tint('light')}, {colour.tint('dark')});"
    starts = [place * (STRIPE + GAP) for place in range(max(1, len(lines)))]
    stops = [f"transparent {start - GAP}px {start}px, var(--line-{n}) {start}px {start + STRIPE}px" for n, start in enumerate(starts, 1)]
    stops[0] = f"var(--line-1) {STRIPE}px"
    yield f"  --stripes: linear-gradient({', '.join(stops)});"
    yield f"  --stripes-height: {starts[-1] + STRIPE}px;"
    yield "}"
    yield "@media print {\n  :root {"
    for number, colour in enumerate(own, 1):
        yield f"    --line-{number}: {colour.light};\n    --line-{number}-tint: #ffffff;"
    yield "  }\n}"


def _names(lines: Sequence[CourseHistory]) -> Iterator[str]:
    """A line's colour, set once on any container."""
    for number, line in enumerate(lines, 1):
        yield f".line-{line.id} {{ --line: var(--line-{number}); --line-tint: var(--line-{number}-tint); }}"
    yield f".line-{CROSSING} {{ --line: var(--crossing); --line-tint: var(--crossing-tint); }}"


# --- The timeline ----------------------------------------------------------------------------------------------------


def _timeline(lines: Sequence[CourseHistory]) -> Iterator[str]:
    numbers = range(1, len(lines) + 1)
    yield from _rails(numbers)
    for number, line in enumerate(lines, 1):
        yield f".runs-{line.id} {{ --rail-{number}: var(--line-{number}); }}"
        yield f".on-{line.id} {{ --from: var(--x-{number}); --to: var(--x-{number}); --stop: var(--line-{number}); }}"
        yield f".on-{line.id}, .on-{CROSSING} {{ --dot-{number}: var(--line-{number}); }}"
    yield f".rails > .shared, .on-{CROSSING} {{ --stop: var(--ink); }}"
    for first, last in _pairs(numbers):
        yield f"{_both(lines, first, last)} {{ --from: var(--x-{first}); --to: var(--x-{last}); }}"
    if lines:
        yield f".on-{CROSSING}.on-{CROSSING} {{ --from: var(--x-1); --to: var(--x-{len(lines)}); }}"
        yield "@media screen and (min-width: 60rem) {"
        yield from _columns(lines)
        yield "}"


def _rails(numbers: Sequence[int]) -> Iterator[str]:
    """Where each line runs: at the edge of a narrow page, in columns of a wide one, where 100 % is the space that a background's width leaves."""
    count = max(1, len(numbers))
    yield ".timeline {"
    yield f"  --lines: {count};"
    yield from (f"  --x-{n}: {0.75 + 1.75 * (n - 1):g}rem;" for n in numbers)
    yield f"  --rails: {2 + 1.75 * (count - 1):g}rem;\n}}"
    yield "@media (max-width: 30rem) {\n  .timeline {"
    yield from (f"    --x-{n}: {0.65 + 1.1 * (n - 1):g}rem;" for n in numbers)
    yield f"    --rails: {1.9 + 1.1 * (count - 1):g}rem;\n  }}\n}}"
    yield "@media screen and (min-width: 60rem) {\n  .timeline {"
    wide = "(100% + var(--track) - var(--gutter))"
    yield from (f"    --x-{n}: calc(var(--gutter) + var(--line-x) + {wide} / {count} * {n - 1});" for n in numbers)
    yield "  }\n}"
    place = "calc(var(--x-{n}) - var(--track) / 2) 0 / var(--track) 100% no-repeat"
    rails = [f"linear-gradient(var(--rail-{n}, transparent) 0 0) {place.format(n=n)}" for n in numbers]
    yield f".timeline > section {{ --running: {', '.join(rails) or 'none'}; }}"
    narrow, wide_dots = (", ".join(dot) for dot in ([_narrow_dot(n) for n in numbers], [_wide_dot(n) for n in numbers]))
    yield f".rails > li::before {{ --dots-narrow: {narrow or 'none'}; --dots: {wide_dots or 'none'}; }}"


def _narrow_dot(number: int) -> str:
    """In a shared stop, one dot a line that stops there: a line between two others may pass below."""
    return f"radial-gradient(circle at calc(var(--x-{number}) - var(--from) + 0.65rem - 3px) 50%, var(--dot-{number}, transparent) 3.5px, transparent 4px)"


def _wide_dot(number: int) -> str:
    place = f"calc(var(--first) + var(--step) * {number - 1})"
    return f"radial-gradient(circle at {place} 50%, var(--dot-{number}, transparent) 4.5px, transparent 5px)"


def _columns(lines: Sequence[CourseHistory]) -> Iterator[str]:
    """Wide: an event stands in the column of its line, a box across the columns of those that meet, the widest rule last."""
    for number, line in enumerate(lines, 1):
        yield f"  .on-{line.id} {{ grid-column: {number}; }}"
    for first, last in _pairs(range(1, len(lines) + 1)):
        both, span = _both(lines, first, last), last - first + 1
        yield f"  {both} {{ grid-column: {first} / span {span}; }}"
        step = f"calc((100% + var(--s4) + 4px) / {span})"
        yield f"  .rails > {both}::before {{ --step: {step}; --first: calc(var(--line-x) - 2px - var(--step) * {first - 1}); }}"


def _pairs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    return sorted(combinations(numbers, 2), key=lambda pair: pair[1] - pair[0])


def _both(lines: Sequence[CourseHistory], first: int, last: int) -> str:
    return f".on-{lines[first - 1].id}.on-{lines[last - 1].id}"
