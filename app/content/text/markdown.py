"""The one configured Markdown parser, whose cost stays in proportion to a text's length; and plain words, anchors and slugs of its tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.blockquote import _ALERT_TYPES
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote.index import footnote_def, footnote_ref

from app.content.text import maths
from app.content.text.callouts import CALLOUTS
from app.content.text.maths import captioned_image
from app.platform.unicode import normal_form

MAX_PARAGRAPH = 8_000
"""Characters of one paragraph, title or cell: longer ones are kept as plain text (`too_long` says where)."""

_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9._~/?=&;,+-]*)?|[a-z0-9-]+(?:#[a-z0-9-]+)?|images/[A-Za-z0-9._-]+")


class FastMarkdown(MarkdownIt):
    """CommonMark with `options`. `inline_signs`: the characters at which an inline construct may begin or end, where markdown-it has its own."""

    def __init__(self, options: dict[str, Any], inline_signs: str) -> None:
        super().__init__("commonmark", {"strikethrough_single_tilde": False, **options})  # asked for at each text: what is not there is slow to find
        self.inline.terminator_re = re.compile(f"[{re.escape(inline_signs)}]")
        self.block.ruler.before("table", "plain_paragraph", _plain_paragraph)
        self.core.ruler.at("inline", _bounded_inline)

    # markdown-it spells addresses again character by character: those that have nothing to spell are given back as they are.

    def normalizeLink(self, url: str) -> str:  # noqa: N802 — markdown-it's name
        return url if _PLAIN_ADDRESS.fullmatch(url) else super().normalizeLink(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 — markdown-it's name
        return link if _PLAIN_ADDRESS.fullmatch(link) else super().normalizeLinkText(link)


def _bounded_inline(state: StateCore) -> None:
    """markdown-it's own rule, but a huge paragraph stays plain text: inline parsing may take the square of its length."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        if token.children is None:
            token.children = []
        if len(token.content) > MAX_PARAGRAPH:
            token.meta = {"too_long": True}
            token.children.append(Token("text", "", 0, content=token.content))
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _set_facts_aside(state: StateCore) -> None:
    """The names of facts are in no reader's text: they leave it for `meta["facts"]`, each with how many tokens it stands after."""
    for token in state.tokens:
        if token.type != "inline" or "{" not in token.content:
            continue
        kept: list[Token] = []
        named: list[tuple[int, str]] = []
        for child in token.children or ():
            if child.type == "fact":
                named.append((len(kept), child.content))
            else:
                kept.append(child)
        if named:
            token.children, token.meta = kept, {"facts": named}


def _plain_paragraph(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A line that begins with a letter, then an empty one: most of a lesson, and nothing but a paragraph, so no other rule is tried."""
    first = state.bMarks[start_line] + state.tShift[start_line]
    following = start_line + 1
    if silent or not state.src[first : first + 1].isalpha() or state.is_code_block(start_line):
        return False
    if following < state.lineMax and not state.isEmpty(following):
        return False
    if following + 1 < state.lineMax and state.src.startswith((":", "~"), state.bMarks[following + 1] + state.tShift[following + 1]):
        return False  # the term of a definition list
    state.line = following
    state.push("paragraph_open", "p", 1).map = [start_line, following]
    inline = state.push("inline", "", 0)
    inline.content = mdTrim(state.getLines(start_line, following, state.blkIndent, False))
    inline.map = [start_line, following]
    inline.children = []
    state.push("paragraph_close", "p", -1)
    return True


# --- The parser ---
#
# CommonMark, tables, strikethrough, task lists, alerts, footnotes, definition lists and formulas, no HTML.
# `tokens` is called once per text; values, links, headings, sources and acronyms are all read from the tokens it returns.

MAX_NESTING = 20
"""Blocks inside blocks; deeper ones are dropped by markdown-it and reported by `scan` (E27)."""
_INLINE_SIGNS = "\n\\`~*_[]!<&${"
"""Where an inline construct may begin or end; at any other character none is tried (`^` would have to be added for superscripts)."""

_FACT = re.compile(r"\{\s*faits?\b[^{}\n]*\}", re.IGNORECASE)
_ANCHOR = re.compile(r"\s*\{#([^{}\s]+)\}\s*$")
_SIGNS = frozenset([":", ";", "?", "!", "«", "»", "–", "—", "-", "…", ".", ",", ")", "("])
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def _make_parser() -> MarkdownIt:
    """The one place where a construct of Markdown is allowed: its rule is enabled or added here, and its characters stand in `_INLINE_SIGNS`.

    `rendering/html.py` turns its tokens into HTML, and `scan.py` reads what they say.
    """
    parser = FastMarkdown({"html": False, "maxNesting": MAX_NESTING, "tasklists": True, "alerts": True}, _INLINE_SIGNS)
    _ALERT_TYPES.update(CALLOUTS)  # the library's own list, which it lets nobody lengthen
    parser.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.use(deflist_plugin)
    # Of the footnote plugin, two rules only. Definitions stay where they are, and a call needs none in sight: a quiz's explanations
    # call notes that stand at the file's end. A call is tried before a link, which would look for its end in vain.
    parser.block.ruler.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "footnote_ref", partial(footnote_ref, always_match=True))
    parser.inline.ruler.at("image", captioned_image)
    parser.inline.ruler.before("escape", "fact", _fact_rule)
    parser.core.ruler.push("facts", _set_facts_aside)  # once texts that touch are joined
    parser.inline.ruler.before("escape", "math_inline", maths.inline_rule)
    parser.block.ruler.before("fence", "math_block", maths.block_rule, {"alt": ["paragraph", "list", "blockquote"]})
    return parser


def _fact_rule(state: StateInline, silent: bool) -> bool:
    """`{fait:…}`, whatever stands after the colon: what is wrong with it is told, never shown. The space before it is none of the sentence's."""
    found = _FACT.match(state.src, state.pos) if state.src[state.pos] == "{" else None
    if found is None:
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")
        state.push("fact", "", 0).content = found[0]
    state.pos = found.end()
    return True


PARSER = _make_parser()


def tokens(text: str, first_line: int = 1) -> list[Token]:
    """The tokens of a normalised text. `token.map` is [first line, line after the last], 1-based in the file when the text begins at `first_line`.

    The opening of a title says its `title` and its `anchor`; the words between have none of `{#…}`.
    """
    parsed = PARSER.parse(text, {})
    for index, token in enumerate(parsed):
        if token.map:
            token.map = [token.map[0] + first_line, token.map[1] + first_line]
        if token.type == "heading_open":
            token.meta = _title_and_anchor(parsed[index + 1].children or [])
    return parsed


def _title_and_anchor(children: list[Token]) -> dict[str, str]:
    title, anchor = split_anchor(plain(children))
    if anchor and children[-1].type == "text":
        children[-1].content = _ANCHOR.sub("", children[-1].content)
    return {"title": title, "anchor": anchor or slug(title)}


def line_of(token: Token) -> int:
    """The line of the file where it begins."""
    return token.map[0] if token.map else token.meta.get("line", 1)


def without_notes(parsed: Sequence[Token]) -> list[Token]:
    """The tokens of a text but those of its definitions of notes, wherever they stand."""
    kept: list[Token] = []
    inside = 0
    for token in parsed:
        inside += token.type == "footnote_reference_open"
        if not inside:
            kept.append(token)
        inside -= token.type == "footnote_reference_close"
    return kept


def inline_tokens(text: str) -> list[Token]:
    """The inline tokens of one line of text: emphasis, links, notes, code."""
    parsed = PARSER.parseInline(text, {})
    return parsed[0].children or [] if parsed else []


def plain(children: Sequence[Token] | None) -> str:
    """What a reader sees of inline tokens, as plain text: note calls left out, images by their alternative."""
    parts: list[str] = []
    for token in children or ():
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "image":
            parts.append(plain(token.children))
        elif token.type == "math_inline":
            parts.append(maths.words_of(token.content))
    return "".join(parts)


def split_anchor(title: str) -> tuple[str, str]:
    """`Le préfet {#le-prefet}` → ("Le préfet", "le-prefet"); without an anchor, ("Le préfet", "")."""
    if "{#" not in title:
        return title.strip(), ""
    found = _ANCHOR.search(title)
    return (title[: found.start()].strip(), found.group(1)) if found else (title.strip(), "")


def count_words(text: str) -> int:
    """Words as a reader counts them: French sets some punctuation apart, which are none; an anchor is not shown."""
    words = split_anchor(text)[0].split()
    return len(words) - sum(map(_SIGNS.__contains__, words))


def slug(title: str) -> str:
    """The anchor of a title that gives none: `L'État, chef de file` → `l-etat-chef-de-file`."""
    spelt = title.casefold().replace("œ", "oe").replace("æ", "ae")
    bare = normal_form(spelt, "NFKD").encode("ascii", "ignore").decode("ascii")
    return _NOT_IN_SLUG.sub("-", bare).strip("-")[:60].strip("-")


# --- The titles that a lesson's layout knows: the three lenses, and the two sections that close it ---
#
# What nearly is one is told.

LENSES = {"vu-de-la-collectivite": "collectivite", "vu-de-l-education-nationale": "education", "vu-de-l-etat": "etat"}
"""Slug of a `###` title → the side whose view it gives."""
SECTIONS = {"a-retenir": "takeaways", "sur-mon-territoire": "territory"}
"""Slug of a `##` title → the class of its section."""
_SPELT = {
    "vu-de-la-collectivite": "Vu de la collectivité",
    "vu-de-l-education-nationale": "Vu de l'Éducation nationale",
    "vu-de-l-etat": "Vu de l'État",
    "a-retenir": "À retenir",
    "sur-mon-territoire": "Sur mon territoire",
}
_APOSTROPHES = str.maketrans("’ʼ‘´`", "'''''")
_NEARLY = re.compile(r"(?:le )?(?:point de )?vue?s?-(?:de|du|par|cote|depuis)(?:-la|-le|-l)?-(\w+)".replace(" ", "-"))
_SIDES = (("collectiv", "ville", "commun", "mairie", "municipa"), ("educ", "ecole", "rectorat", "academ"), ("etat", "prefe"))


def title_slug(title: str) -> str:
    """The slug by which a title is one that the layout may know, whatever its apostrophe: macOS and Word write `Vu de l’État`."""
    return slug(split_anchor(title)[0].translate(_APOSTROPHES))


def clean_title_line(title: str, level: int) -> str:
    """The clean line of a title that is nearly one of those; empty where it is one, or nothing like it."""
    written = title_slug(title)
    if written in LENSES:
        return f"### {_SPELT[written]}" if level != 3 else ""
    if written in SECTIONS:
        return f"## {_SPELT[written]}" if level != 2 else ""
    found = _NEARLY.match(written)
    side = next((lens for lens, words in zip(LENSES, _SIDES, strict=True) if found and found[1].startswith(words)), "")
    return f"### {_SPELT[side]}" if side else ""


def placing_hint(title: str, level: int) -> str:
    """What to do with a title whose level should be `level`: a lens keeps its own."""
    return "Placez avant lui un titre ## : ce point de vue reste en ###." if title_slug(title) in LENSES else f"Écrivez « {'#' * level} {title} »."
