"""A text parsed once: its tokens and its parts, where it asks and lets choose, and its notes as readers see them. No judgement, and no HTML.

A token `place` stands where a page puts what the words of the text do not say."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import cached_property, lru_cache
from itertools import dropwhile, pairwise, takewhile
from urllib.parse import unquote

from markdown_it.token import Token
from msgspec import Struct

from app.content.text.markdown import inline_tokens, line_of, plain, slug, split_anchor, title_slug, tokens, without_notes
from app.content.values.text import Source, host_of
from app.platform.french import MONTHS, french

QUESTION_MARK = re.compile(r"\[!question\][ \t]*", re.IGNORECASE)
PLACE = "place"
"""Type of a token whose `meta` says the `place`, its `line`, and the `tokens` that it replaces, those of a whole question."""
_TERRITORY = "sur-mon-territoire"
_AFTER_WORDS = frozenset({"bullet_list_open", "ordered_list_open", "list_item_close"})


class Stands(Enum):
    """What a page puts in a place."""

    QUESTION = auto()
    """A question of the lesson's own, by its line."""
    ANSWER = auto()
    """After a question of « Sur mon territoire », by its number from 0; one more where the last list of them ends."""
    PASSAGE = auto()
    """After a title, by its line."""


Place = tuple[Stands, int]


def place_token(stands: Stands, key: int, replaced: Sequence[Token] = ()) -> Token:
    """Makes a token that marks a place. It has no `map`: it shows no line of the file by itself."""
    return Token(PLACE, "", 0, meta={"place": (stands, key), "line": key, "tokens": replaced})


def asks(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token there opens a question."""
    return opens_with(QUESTION_MARK, tokens, index)


def opens_with(mark: re.Pattern[str], tokens: Sequence[Token], index: int) -> bool:
    """Whether the token there opens a quotation whose first words are a mark."""
    if tokens[index].type != "blockquote_open" or index + 2 >= len(tokens):
        return False
    return tokens[index + 1].type == "paragraph_open" and mark.match(tokens[index + 2].content) is not None


def without_mark(mark: re.Pattern[str], children: Sequence[Token]) -> list[Token]:
    """The inline tokens of a text, without the mark where it begins them."""
    if not children or not mark.match(children[0].content):
        return list(children)
    return [children[0].copy(content=mark.sub("", children[0].content, count=1)), *children[1:]]


def set_apart(tokens: Sequence[Token]) -> list[Token]:
    """Replaces each question that stands on its own (in no list, quotation or note) by one token."""
    kept: list[Token] = []
    inside: list[Token] = []
    for index, token in enumerate(tokens):
        if inside or (token.level == 0 and token.type == "blockquote_open" and asks(tokens, index)):
            inside.append(token)
        else:
            kept.append(token)
        if inside and token.level == 0 and token.nesting < 0:
            kept.append(place_token(Stands.QUESTION, line_of(inside[0]), inside))
            inside = []
    return kept


def opens_territory(title: Token) -> bool:
    """Whether a title's words are those under which private questions stand."""
    return slug(split_anchor(title.content)[0]) == _TERRITORY


def territory_questions(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Each item under « Sur mon territoire »: (the index of the token after which its answer has its place, its words as written)."""
    inside = expected = False
    words: str | None = None
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            inside = opens_territory(tokens[index + 1])
        elif words is not None and token.type in _AFTER_WORDS:
            yield index - 1, words
            words = None
        if token.type == "list_item_open":
            expected = inside
        elif token.type == "inline" and expected:
            words, expected = token.content, False


# --- Choices: the quotations that begin with `[!CHOIX]` ---
#
# `documents/reader.py` judges them, `rendering/lesson.py` draws them; docs/formateurs/situations.md says how they are written.

SCENE_MARK = re.compile(r"\[!choix\][ \t]*", re.IGNORECASE)
CLOSING = "a-retenir"
"""Slug of the title at which a situation ends, whatever was chosen."""
_ITEM = ["list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]
_ASKED = "Que faites-vous ?"


class WrittenChoice(Struct, frozen=True):
    """One item of a list of choices."""

    line: int
    anchor: str
    """Of the title to which it leads; empty where the item is not one link within the text."""
    words: list[Token]
    """Inline, those of the link; of the whole item where it is none."""


class WrittenChoices(Struct, frozen=True):
    line: int
    asked: list[Token]
    """Inline, what is asked before the list."""
    items: list[WrittenChoice]
    """None where the quotation is not a sentence, then a list."""


class WrittenScene(Struct, frozen=True):
    """What a part of a text tells, and what it lets one choose."""

    told: list[Token]
    """Its tokens, the title's among them, without its choices."""
    choices: list[WrittenChoices]
    after: int
    """Line of what stands after its choices; 0 where nothing does."""


def offers(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token there opens a list of choices."""
    return opens_with(SCENE_MARK, tokens, index)


def split_choices(tokens: Sequence[Token]) -> WrittenScene:
    """The tokens of one part, which begin with its title, if it has one."""
    told: list[Token] = []
    choices: list[WrittenChoices] = []
    index = after = 0
    while index < len(tokens):
        token = tokens[index]
        if token.level == 0 and offers(tokens, index):
            quoted = [token, *takewhile(lambda each: each.level > 0, tokens[index + 1 :])]
            choices.append(_choices(quoted))
            index += len(quoted) + 1
            continue
        after = after or (line_of(token) if choices else 0)
        told.append(token)
        index += 1
    return WrittenScene(told, choices, after)


def _choices(quoted: Sequence[Token]) -> WrittenChoices:
    """`quoted` is the quotation from its opening to before its end: its sentence, then its list."""
    asked = _question_tokens(quoted[2].children or [])
    inside = quoted[4:]
    a_list = [token.type for token in inside if token.level == 1] == ["bullet_list_open", "bullet_list_close"]
    return WrittenChoices(line_of(quoted[0]), asked, [_choice(item) for item in _items(inside[1:-1])] if a_list else [])


def _question_tokens(children: Sequence[Token]) -> list[Token]:
    """What is asked; where nothing is, the question of every choice."""
    asked = without_mark(SCENE_MARK, children)
    asked = asked if asked[0].content else asked[1:]
    asked = asked[1:] if asked and asked[0].type == "softbreak" else asked
    return asked or [Token("text", "", 0, content=_ASKED)]


def _items(inside: Sequence[Token]) -> Iterator[list[Token]]:
    item: list[Token] = []
    for token in inside:
        item.append(token)
        if token.type == "list_item_close" and token.level == item[0].level:
            yield item
            item = []


def _choice(item: Sequence[Token]) -> WrittenChoice:
    children = next((token.children or [] for token in item if token.type == "inline"), [])
    link = children[0] if children and children[0].type == "link_open" else None
    whole = [token.type for token in item] == _ITEM and link is not None and children[-1].type == "link_close"
    target = unquote(str(link.attrs.get("href", ""))) if link is not None and sum(child.type == "link_open" for child in children) == 1 else ""
    if not whole or not target.startswith("#"):
        return WrittenChoice(line_of(item[0]), "", list(children))
    return WrittenChoice(line_of(item[0]), target[1:], list(children[1:-1]))


# --- A parsed text: its tokens, and its parts, which its titles cut, with their places ---


class TextPart(Struct, frozen=True, eq=False, dict=True):
    """A title of level 1 to 3 and what follows it, up to the next one; the first part has no title, and may be empty."""

    level: int
    """0 before any title."""
    title: str
    anchor: str
    name: str
    """By which the layout knows its title (`text.markdown`)."""
    line: int
    tokens: tuple[Token, ...]
    """Its title's among them; definitions of notes are left out."""

    @cached_property
    def scene(self) -> WrittenScene:
        """Splits a scene into its narrative and its choices."""
        return split_choices(self.tokens)

    @property
    def depth(self) -> int:
        """Returns the depth of a scene: 0 for the opening, 1 under `##`, 2 under `###`."""
        return max(self.level - 1, 1) if self.level else 0

    def told_inline(self) -> Iterator[Token]:
        """The words of what is told, those of its questions among them."""
        for token in self.scene.told:
            yield from (each for each in token.meta.get("tokens", (token,)) if each.type == "inline")


class ParsedText(Struct, frozen=True, eq=False, dict=True):
    """Shared by all who ask for the same text: nobody changes its tokens."""

    tokens: tuple[Token, ...]
    """Of the whole, definitions of notes among them."""

    @cached_property
    def parts(self) -> tuple[TextPart, ...]:
        return tuple(_parts(list(_with_places(self._body_tokens, [index for index, _ in territory_questions(self._body_tokens)]))))

    @cached_property
    def _body_tokens(self) -> list[Token]:
        return set_apart(without_notes(self.tokens))

    @property
    def territory(self) -> tuple[str, ...]:
        """The items of « Sur mon territoire », as written."""
        return tuple(words for _, words in territory_questions(self._body_tokens))

    @cached_property
    def story(self) -> tuple[TextPart, ...]:
        """The parts of a situation: those before « À retenir »."""
        return tuple(takewhile(lambda part: slug(part.title) != CLOSING, self.parts))

    @property
    def closing(self) -> tuple[TextPart, ...]:
        """« À retenir » and what follows it, whatever was chosen; empty without one."""
        return self.parts[len(self.story) :]

    def under(self, name: str) -> list[Token]:
        """What stands under the first title of this name, up to the next one as high; empty without one."""
        here, *after = list(dropwhile(lambda part: part.name != name, self.parts)) or [_NOTHING]
        inside = (here, *takewhile(lambda part: part.level > here.level, after))
        return [token for part in inside for token in part.tokens][3:]


_NOTHING = TextPart(0, "", "", "", 1, ())


@lru_cache(maxsize=4)
def parse_text(text: str, first_line: int = 1) -> ParsedText:
    """Parses a normalised text. Cached: a text that was just read is then rendered from the same tokens."""
    return ParsedText(tuple(tokens(text, first_line)))


def _with_places(apart: Sequence[Token], answers: Sequence[int]) -> Iterator[Token]:
    """`answers`: indices of the tokens after which one is written."""
    numbers = {index: number for number, index in enumerate([*answers, _end_of_lists(apart, answers[-1])])} if answers else {}
    for index, token in enumerate(apart):
        yield token
        if index in numbers:
            yield place_token(Stands.ANSWER, numbers[index])
        if token.type == "heading_close" and token.level == 0:
            yield place_token(Stands.PASSAGE, line_of(apart[index - 2]))


def _end_of_lists(apart: Sequence[Token], last: int) -> int:
    return next(index for index in range(last, len(apart)) if apart[index].level == 0 and apart[index].nesting < 0)


def _parts(placed: Sequence[Token]) -> Iterator[TextPart]:
    """The opening, then a part a title."""
    starts = [index for index, token in enumerate(placed) if token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2", "h3")]
    first = next((token.map[0] for token in placed if token.map), 1)
    yield TextPart(0, "", "", "", first, tuple(placed[: starts[0] if starts else len(placed)]))
    for start, end in pairwise([*starts, len(placed)]):
        opening = placed[start]
        name = title_slug(placed[start + 1].content)
        yield TextPart(int(opening.tag[1]), opening.meta["title"], opening.meta["anchor"], name, line_of(opening), tuple(placed[start:end]))


# --- A note as its readers see it ---
#
# Its words are the link, the address is never shown, the host's name is, and a few words stand in the margin.

LONGEST_BRIEF = 90
"""Characters of a source in the margin."""
_CHECKED = re.compile(r"\s*\([^()]*vérifi[^()]*\)\s*$")
_DATE = re.compile(rf"(?:publié )?(?:\d\d/\d\d/|(?:\d+ )?(?:{'|'.join(MONTHS)}) )?\d{{4}}")
_COMMA = re.compile(r",?\s*$")
_MIRROR = re.compile(r"\s*\(copie\b[^)]*\)")
"""Where a copy was read: the list of sources says so, the margin names who published."""


class SourceWords(Struct, frozen=True, eq=False):
    tokens: tuple[Token, ...]
    """Blocks of the note, without its review dates nor its addresses."""
    alone: bool
    """Whether they are one paragraph, which nearly all are."""
    brief: str
    """« IREV, mai 2019 » of « Titre, IREV, mai 2019, <adresse> »: the last two parts of what is written before the address, the first date where there are two."""


@lru_cache(maxsize=500)
def source_words(source: Source) -> SourceWords:
    """Kept: many lessons call the same source."""
    text = _CHECKED.sub("", source.text)
    parsed = tokens(text, source.line)
    shown = (token.copy(children=_without_addresses(token.children or [])) if token.type == "inline" else token for token in parsed)
    alone = [token.type for token in parsed] == ["paragraph_open", "inline", "paragraph_close"]
    children = parsed[1].children or [] if alone else inline_tokens(text.strip())
    return SourceWords(tuple(shown), alone, _brief(children))


def _brief(children: Sequence[Token]) -> str:
    addressed = len(children) > 2 and children[-3].type == "link_open" and children[-3].info == "auto"
    words = _MIRROR.sub("", _COMMA.sub("", plain(children[:-3])) if addressed else plain(children))
    parts = words.split(", ")
    if len(parts) > 2 and _DATE.fullmatch(parts[-2]):
        parts.pop()
    return french(textwrap.shorten(", ".join(parts[-2:]), LONGEST_BRIEF, placeholder="…"))


def _without_addresses(children: Sequence[Token]) -> list[Token]:
    """« Titre, éditeur, date, <address> » becomes a link of these words, then the host; any other address its host."""
    named = [_host_instead(children, index) for index in range(len(children))]
    if len(named) > 3 and _is_address(children[-3]) and not any(token.type in ("link_open", "footnote_ref") for token in children[:-3]):
        opening, host, closing = named[-3:]
        words = _without_comma(named[:-3])
        if plain(words).strip():
            return [opening, *words, closing, Token("host", "", 0, content=host.content)]
    return named


def _host_instead(children: Sequence[Token], index: int) -> Token:
    if _is_address(children[index]):
        return children[index].copy(info="")  # no longer an address shown as it is
    if index and _is_address(children[index - 1]):
        return children[index].copy(content=host_of(str(children[index - 1].attrs["href"])))
    return children[index]


def _is_address(token: Token) -> bool:
    return token.type == "link_open" and token.info == "auto" and bool(host_of(str(token.attrs.get("href", ""))))


def _without_comma(words: list[Token]) -> list[Token]:
    last = words[-1]
    return [*words[:-1], last.copy(content=last.content.rstrip(" ,"))] if last.type == "text" else words
