"""A text parsed once: its tokens, and its parts, which its titles cut, with the places of what its own words do not say. No judgement, and no HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import dropwhile, pairwise, takewhile

from markdown_it.token import Token
from msgspec import Struct

from app.content.text.known_titles import title_slug
from app.content.text.markdown import line_of, slug, tokens, without_notes
from app.content.text.questions import Stands, place_token, set_apart, territory_questions
from app.content.text.scenes import CLOSING, WrittenScene, split_choices


class TextPart(Struct, frozen=True, eq=False, dict=True):
    """A title of level 1 to 3 and what follows it, up to the next one; the first part has no title, and may be empty."""

    level: int
    """0 before any title."""
    title: str
    anchor: str
    name: str
    """By which the layout knows its title (`known_titles`)."""
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
