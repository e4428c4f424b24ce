"""Taking a name and an address out of what people wrote, however they wrote it: accents, capitals, hyphens, spaces and the order of names aside. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.administration.privacy.register.tables import ERASED_TEXT
from app.platform.french import unaccented


def variants(name: str, address: str) -> tuple[str, ...]:
    """What to look for, folded, the longest first: the address, the name, and the name with its last words first."""
    words = _folded(name)[0].split()
    turned = {" ".join(words[place:] + words[:place]) for place in range(len(words))}
    sought = {_folded(address)[0], *turned} if len(words) > 1 else {_folded(address)[0], _folded(name)[0]}
    return tuple(sorted((one for one in sought if one.strip()), key=lambda one: (-len(one), one)))


def without(value: Any, sought: tuple[str, ...]) -> Any:
    """`value` (a text, or what JSON holds) without these folded words. What only looks like a part of them stays."""
    if isinstance(value, dict):
        return {key: without(inner, sought) for key, inner in value.items()}
    if isinstance(value, list):
        return [without(inner, sought) for inner in value]
    return _erase_words(value, sought) if isinstance(value, str) else value


def _erase_words(text: str, sought: tuple[str, ...]) -> str:
    folded, places = _folded(text)
    found = [(start, start + len(word)) for word in sought for start in _starts(folded, word)]
    for start, end in _without_overlaps(found):
        text = text[: places[start]] + ERASED_TEXT + text[places[end - 1] + 1 :]
    return text


def _starts(folded: str, word: str) -> Iterator[int]:
    """Where the word stands as a word: « Anne Martin » is not in « Jeanne Martineau »."""
    start = folded.find(word)
    while start >= 0:
        end = start + len(word)
        if not (folded[start - 1 : start].isalnum() or folded[end : end + 1].isalnum()):
            yield start
        start = folded.find(word, start + 1)


def _without_overlaps(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places from the last to the first, none over another; the longer of two that overlap."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda place: place[0] - place[1]):
        if all(end <= first or start >= last for first, last in kept):
            kept.append((start, end))
    return sorted(kept, reverse=True)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in plain small letters, every sign between words a space, one space for many; and for each letter its place in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for letter in _plain(sign):
            if letter == " " and (not letters or letters[-1] == " "):
                continue
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


def _plain(sign: str) -> str:
    """One letter without its accent, in small letters (« ß » gives two); a space for what joins or parts names, nothing for a lone accent."""
    plain = unaccented(sign.casefold(), "NFKD")
    return " " if plain.isspace() or plain in JOINTS else plain


JOINTS = frozenset("-‐‑–—_'’")
