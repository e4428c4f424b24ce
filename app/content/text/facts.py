"""The facts that a text names: what « {fait:seuil-marches} » stands after, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from app.content.problems.catalogue import problem
from app.content.text.head import is_id
from app.content.text.markdown import plain
from app.content.values.text import Fact, Problem
from app.platform.french import french

_WRITTEN = re.compile(r"\{fait:([a-z0-9-]+)\}")
_SENTENCE = re.compile(r"(?:[.!?…]|[.!?…] ?»)\s+(?=[A-ZÀ-Ý«\d])")
_ENDS = ".!?… »"
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?(?!\d)|\d+(?:,\d+)?")
_BETWEEN = re.compile(r"\s*(?:euros?|€|%)?\s*(?:à|et|ou|sur|-|–|/)\s*")
_COUNTED = 3
"""Words after a number that say what it counts: « 60 000 euros hors taxes »."""
EXAMPLE = "**60 000 euros**{fait:seuil-marches}"


def name_in(written: str) -> str:
    """The name that the first « {fait:…} » of a line gives; empty without one."""
    found = _WRITTEN.search(written)
    return found[1] if found and is_id(found[1]) else ""


def read_facts(path: str, token: Token, line: int, anchor: str) -> tuple[list[Fact], list[Problem]]:
    """The facts that a paragraph, an item or a cell names; E73 for what names none."""
    facts: list[Fact] = []
    problems: list[Problem] = []
    children = token.children or []
    for place, written in token.meta["facts"]:
        at = line + sum(child.type in ("softbreak", "hardbreak") for child in children[:place])
        value, name = french(_value(children[:place])), name_in(written)
        if not name:
            hint = f"Écrivez « {EXAMPLE} » : de 3 à 60 lettres minuscules sans accent, chiffres ou tirets."
            problems.append(problem(path, at, "E73", f"Nom de fait non compris : « {written[:60]} ».", hint))
        elif not value:
            problems.append(problem(path, at, "E73", f"« {written} » ne suit rien.", f"Mettez-le juste après ce qui le dit : {EXAMPLE}."))
        else:
            facts.append(Fact(name, value, at, anchor, _source(children, place), french(_sentence(children, place))))
    return facts, problems


def _value(before: Sequence[Token]) -> str:
    """The words in bold that end there, even where they are not closed yet; within a sentence, a figure and what it counts; else the sentence."""
    run = _bold(before)
    if run is not None:
        return plain(run).strip()
    said = plain(before).rstrip()
    sentence = said[_beginning(said) :].strip()
    return sentence if said.rstrip(_ENDS) != said else _figure(sentence) or sentence


def _beginning(said: str) -> int:
    """Where the last sentence begins."""
    return max((found.end() for found in _SENTENCE.finditer(said.rstrip(_ENDS))), default=0)


def _sentence(children: Sequence[Token], place: int) -> str:
    """All of the sentence in which a fact is named."""
    said, rest = plain(children[:place]).rstrip(), plain(children[place:])
    ended = said.rstrip(_ENDS) != said
    end = _SENTENCE.search(rest)
    return (said[_beginning(said) :] + ("" if ended else rest[: end.end()] if end else rest)).strip()


def _figure(sentence: str) -> str:
    """« de 120 000 à 650 000 euros par an » → « 120 000 à 650 000 euros par an »; empty where more than three words follow the last number."""
    numbers = list(_NUMBER.finditer(sentence))
    if not numbers or len(re.findall(r"[^\W\d_]+", sentence[numbers[-1].end() :])) > _COUNTED:
        return ""
    first = len(numbers) - 1
    while first and _BETWEEN.fullmatch(sentence[numbers[first - 1].end() : numbers[first].start()]):
        first -= 1
    return sentence[numbers[first].start() :]


def _bold(before: Sequence[Token]) -> Sequence[Token] | None:
    """The run in bold that ends there, or that is not closed yet; None where there is none."""
    end = len(before)
    while end and (before[end - 1].type == "link_close" or (before[end - 1].type == "text" and not before[end - 1].content.strip())):
        end -= 1
    depth = 0 if end and before[end - 1].type == "strong_close" else 1
    for place in range(end - 1, -1, -1):
        depth += (before[place].type == "strong_close") - (before[place].type == "strong_open")
        if not depth:
            return before[place + 1 : end]
    return None


def _source(children: Sequence[Token], place: int) -> str:
    """The first note called after it, else the last before."""
    after = [child for child in children[place:] if child.type == "footnote_ref"][:1]
    found = after or [child for child in children[:place] if child.type == "footnote_ref"][-1:]
    return str(found[0].meta["label"]) if found else ""
