"""An email as it is declared: a template of plain text, checked, then filled; and the words that administrators may give it. Pure.

Nothing of a template is run. `{variable}` is replaced by its value; `[words]({variable})` is a link to an address; a list stands alone on its line;
a paragraph in which a variable is empty is left out. Text and HTML come from the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from html import escape

from msgspec import Struct

from app.platform.french import NARROW, fold, with_french_spaces

SUBJECT_LENGTH, TEXT_LENGTH = 200, 5_000


class Variable(Struct, frozen=True):
    """`address`: the value is a link; `listed`: a list. `needed`: without it the email is of no use. A sample of a list has an item a line."""

    words: str
    sample: str
    address: bool = False
    needed: bool = False
    listed: bool = False


class LinkedItem(Struct, frozen=True):
    """One of a list; `url`: where it leads."""

    words: str
    url: str = ""


Value = str | tuple[LinkedItem, ...]


class Email(Struct, frozen=True):
    """One email that the site sends: its words, and the values that they may hold."""

    key: str
    """Of the words that administrators gave it, and of its page."""
    title: str
    subject: str
    text: str
    variables: Mapping[str, Variable]
    editable: bool = False
    """Administrators may write it in their own words; these are then the original ones."""
    kind: str = ""
    """What a person refuses who does not want it (`identity.email_preferences.KINDS`). Empty: one must get it, or asked for it."""
    feature: str = ""
    """The one that sends it, of `app.features`: off, administrators are shown nothing of it."""


class WordingFault(Struct, frozen=True):
    """`line` of the text, from 1; 0 for the subject, or for what is nowhere."""

    line: int
    sentence: str


class RenderedEmail(Struct, frozen=True):
    subject: str
    text: str
    html: str


STYLE = "<style>body{font:1rem/1.5 sans-serif;margin:1rem auto;max-width:38rem;padding:0 1rem}li{margin:.5rem 0}</style>"
"""For mail readers that heed one: a measure to read by, and lines far enough apart to press one of them."""

_VARIABLE = re.compile(r"\{([^{}\n]*)\}")
_PIECE = re.compile(r"\[([^\[\]\n]+)\]\(\{([^{}\n]*)\}\)|\{([^{}\n]*)\}")


# --- Checking --------------------------------------------------------------------------------------------------------


def faults(email: Email, subject: str, text: str) -> list[WordingFault]:
    """All that is wrong with these words, in the order of their lines."""
    found = [WordingFault(0, sentence) for sentence in _subject_faults(email, subject)]
    if len(text) > TEXT_LENGTH:
        found.append(WordingFault(0, f"Le texte est trop long : {TEXT_LENGTH} signes au plus."))
    for number, line in enumerate(text.splitlines(), start=1):
        found += [WordingFault(number, sentence) for sentence in _line_faults(email, line)]
    there = {piece[1] or piece[2] for piece in _PIECE.findall(text)}
    found += [WordingFault(0, f"Il manque {{{name}}} : {one.words}.") for name, one in email.variables.items() if one.needed and name not in there]
    return found


def _subject_faults(email: Email, subject: str) -> list[str]:
    if not subject.strip():
        return ["Écrivez l’objet du courriel."]
    if len(subject) > SUBJECT_LENGTH:
        return [f"L’objet est trop long : {SUBJECT_LENGTH} signes au plus."]
    links = [f"{{{name}}} est une adresse : elle n’a pas sa place dans l’objet." for name in _names(subject) if _is_address(email, name)]
    return [*_line_faults(email, subject), *links]


def _line_faults(email: Email, line: str) -> list[str]:
    found = [_unknown(email, name) for name in _names(line) if name not in email.variables]
    found += [f"[{words}]({{{name}}}) : {{{name}}} n’est pas une adresse." for words, name, _ in _PIECE.findall(line) if name and not _is_address(email, name)]
    found += [f"{{{name}}} est une liste : laissez-la seule sur sa ligne." for name in _names(line) if _is_list(email, name) and line.strip() != f"{{{name}}}"]
    return [*found, *(["Une accolade n’est pas refermée."] if set(_VARIABLE.sub("", line)) & set("{}") else [])]


def _names(line: str) -> list[str]:
    return _VARIABLE.findall(line)


def _is_address(email: Email, name: str) -> bool:
    return name not in email.variables or email.variables[name].address


def _is_list(email: Email, name: str) -> bool:
    return name in email.variables and email.variables[name].listed


def _unknown(email: Email, name: str) -> str:
    folded = {fold(known): known for known in email.variables}
    near = get_close_matches(fold(name), folded, n=1)
    return f"{{{name}}} n’existe pas." + (f" Vouliez-vous dire {{{folded[near[0]]}}} ?" if near else "")


# --- Filling ---------------------------------------------------------------------------------------------------------


def samples(email: Email) -> dict[str, Value]:
    return {name: tuple(map(LinkedItem, one.sample.split("\n"))) if one.listed else one.sample for name, one in email.variables.items()}


def add_missing_lists(email: Email, text: str) -> str:
    """Adds the lists that the email needs and that an older wording does not name."""
    return "\n\n".join([text, *(f"{{{name}}}" for name, one in email.variables.items() if one.listed and one.needed and f"{{{name}}}" not in text)])


def fill_wording(email: Email, subject: str, text: str, values: Mapping[str, Value]) -> RenderedEmail:
    """An email of checked words. A value is never read as a template."""
    values = {name: _space_value(value) for name, value in values.items()}
    kept = [part for whole in _paragraphs(text) if all(values.get(name) for name in _names(whole)) for part in _split_lists(email, whole)]
    title = " ".join(_substitute(subject, values).split())
    body = "\n".join(_html(email, part, values) for part in kept)
    html = f'<!doctype html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>{escape(title)}</title>{STYLE}</head>\n<body>\n{body}\n</body>\n</html>\n'
    return RenderedEmail(title, "\n\n".join(_plain(part, values) for part in kept) + "\n", html)


def _space_value(value: Value) -> Value:
    """With the spaces of French."""
    return with_french_spaces(value) if isinstance(value, str) else tuple(LinkedItem(with_french_spaces(item.words), item.url) for item in value)


def _paragraphs(text: str) -> list[str]:
    """With the spaces of French."""
    lines = [with_french_spaces(line.rstrip()) for line in text.replace("\r", "").split("\n")]
    return [part.strip("\n") for part in re.split(r"\n\s*\n", "\n".join(lines)) if part.strip()]


def _split_lists(email: Email, paragraph: str) -> list[str]:
    """A list is a paragraph of its own; what announces it goes with it where it is empty."""
    lines = [f"\n{line.strip()}\n" if _is_list(email, _alone(line)) else line for line in paragraph.split("\n")]
    return [part.strip("\n") for part in re.split(r"\n\n", "\n".join(lines)) if part.strip()]


def _alone(text: str) -> str:
    """The variable that is all there is; empty where there is more."""
    found = _VARIABLE.fullmatch(text.strip())
    return found[1] if found else ""


def _substitute(text: str, values: Mapping[str, Value]) -> str:
    """The values in the place of their names; a list, an item a line."""
    return _VARIABLE.sub(lambda found: _listed_plainly(values.get(found[1], "")), text)


def _listed_plainly(value: Value) -> str:
    return value if isinstance(value, str) else "\n".join(f"- {item.words}{NARROW}: {item.url}" if item.url else f"- {item.words}" for item in value)


def _plain(part: str, values: Mapping[str, Value]) -> str:
    return _PIECE.sub(lambda piece: f"{_substitute(piece[1], values)}{NARROW}:\n{values[piece[2]]}" if piece[1] else _listed_plainly(values[piece[3]]), part)


def _html(email: Email, part: str, values: Mapping[str, Value]) -> str:
    value = values.get(_alone(part), "")
    if isinstance(value, tuple):
        return "<ul>\n" + "\n".join(f"<li>{_item(item)}</li>" for item in value) + "\n</ul>"
    found, end = list[str](), 0
    for piece in _PIECE.finditer(part):
        found += [_escape_lines(part[end : piece.start()]), _piece(email, piece, values)]
        end = piece.end()
    return f"<p>{''.join([*found, _escape_lines(part[end:])])}</p>"


def _item(item: LinkedItem) -> str:
    return f'<a href="{escape(item.url)}">{escape(item.words)}</a>' if item.url else escape(item.words)


def _piece(email: Email, piece: re.Match[str], values: Mapping[str, Value]) -> str:
    value = escape(str(values[piece[2] or piece[3]]))
    if piece[1]:
        return f'<a href="{value}">{_escape_lines(_substitute(piece[1], values))}</a>'
    return f'<a href="{value}">{value}</a>' if _is_address(email, piece[3]) else value.replace("\n", "<br>\n")


def _escape_lines(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")
