"""What templates are given: French typography, filters and globals, the parts shared by all pages."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, MutableMapping
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from flask import Flask, g, request
from flask.templating import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Macro
from markupsafe import Markup, escape
from werkzeug.local import LocalProxy

from app.platform import hooks
from app.platform.french import (
    agree,
    duration,
    first_name,
    french,
    french_date,
    french_datetime,
    mark,
    number,
    of,
    percent,
    plural,
    que,
    weight_words,
    with_french_spaces,
)
from app.platform.site import current_site
from app.platform.web import menus
from app.platform.web.assets import static_url
from app.platform.web.conformity import FILES, declaration_of
from app.platform.web.edge import ANYBODYS, SEARCH_LENGTH, masked_token, path_of

# --- French spaces, put in where a template is compiled ---
#
# What stands between tags, or in an attribute that people read, is text: its spaces become French once, and what an expression prints there is set by
# `spaced` as it is printed. Other attributes, fields and code are left alone, and so is HTML: `{{ value | e }}` prints a text exactly as it was typed.

READ = frozenset({"alt", "aria-label", "label", "placeholder", "title"})
"""Attributes that people read."""
VERBATIM = frozenset({"code", "kbd", "pre", "samp", "script", "style", "textarea"})
"""Elements whose text is shown, or sent back, as it was typed."""

_TAG = re.compile(r"</?[a-zA-Z][\w-]*|<!--.*?-->", re.DOTALL)
_IN_TAG = re.compile(r"""([\w:-]+)\s*=\s*(["'])|>""")
_QUOTES = {sign: re.compile(sign) for sign in ('"', "'")}


class TemplatePlace:
    """Where the source of a template has come to: text, a tag, or the value of an attribute."""

    def __init__(self) -> None:
        self.tag = ""
        self.attribute = ""
        self.quote = ""
        self.verbatim: list[str] = []
        """The elements open here whose text is left alone."""

    @property
    def is_text(self) -> bool:
        """Do people read what stands here, and as we set it?"""
        return self.attribute in READ if self.tag else not self.verbatim

    def set(self, source: str) -> str:
        """The next piece of the source, with French spaces in what is text."""
        done, position = "", 0
        while found := self._end().search(source, position):
            done += self._text(source[position : found.start()]) + found.group()
            position = found.end()
            self._pass(found)
        return done + self._text(source[position:])

    def _text(self, text: str) -> str:
        return with_french_spaces(text) if self.is_text else text

    def _end(self) -> re.Pattern[str]:
        if self.quote:
            return _QUOTES[self.quote]
        return _IN_TAG if self.tag else _TAG

    def _pass(self, found: re.Match[str]) -> None:
        """Go through what ends a text, a value or a tag."""
        sign = found.group()
        if self.quote:
            self.quote = self.attribute = ""
        elif self.tag and sign == ">":
            if self.tag in VERBATIM:
                self.verbatim.append(self.tag)
            elif self.verbatim and self.tag == f"/{self.verbatim[-1]}":
                self.verbatim.pop()
            self.tag = ""
        elif self.tag:
            self.attribute, self.quote = found.groups()
        elif not sign.startswith("<!--"):
            self.tag = sign[1:].lower()


class FrenchSpaces(Extension):
    """Jinja's hook on the tokens of a template: text is set now, expressions that print text pass through the filter `spaced`."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        place = TemplatePlace()
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", place.set(token.value))
            elif token.type == "variable_begin" and place.is_text:
                yield token
                yield Token(token.lineno, "lparen", "(")
            elif token.type == "variable_end" and place.is_text:
                yield Token(token.lineno, "rparen", ")")
                yield Token(token.lineno, "pipe", "|")
                yield Token(token.lineno, "name", "spaced")
                yield token
            else:
                yield token


def spaced_value(value: object) -> object:
    """The filter `spaced`: a text gets its French spaces; HTML, which has them, and other values pass."""
    return with_french_spaces(value) if type(value) is str else value


def spaced_html(html: str) -> Markup:
    """The filter `spaced_html`, for sentences of ours that come as HTML: the options of a list, a message with a link. Plain text is escaped."""
    return Markup(TemplatePlace().set(str(escape(html))))  # noqa: S704 — the same HTML, but for its spaces


def set_filters(app: Flask) -> None:
    """What any page may write, of a site or of none."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        french=french,
        date=french_date,
        datetime=french_datetime,
        time=time_words,
        number=number,
        percent=percent,
        agree=agree,
        plural=plural,
        duration=duration,
        mark=mark,
        of=of,
        que=que,
        phrasing=phrasing,
        weight=weight_words,
    )


def set_typography(app: Flask) -> None:
    app.jinja_env.filters.update(spaced=spaced_value, spaced_html=spaced_html)
    app.jinja_env.add_extension(FrenchSpaces)


# --- What templates may call ---


FRAMES = hooks.Slot[dict[object, Markup]](dict)
"""What `frame` made."""


class Templates(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Those of the site as they are, where a template is given none of its own: nobody writes to them, and each page looks through them for each
        template that it imports. Measured: a tenth of a lesson (0.17 of 1.6 ms)."""
        return ChainMap(d, self.globals) if d else self.globals


def time_words(value: datetime | date, with_hour: bool = False) -> str:
    """The filter `time`: words alone. A `<time>` element made Orca cut the sentence in three, and no page was read by a machine for its dates."""
    return french_datetime(value) if with_hour and isinstance(value, datetime) else french_date(value)


_NOT_PHRASING = re.compile(
    r"<(?!/?(?:p|em|strong|s|code|abbr|sup|sub|br|span|a|math|m(?:row|i|n|o|text|space|frac|sup|sub|subsup|sqrt|root|over|under|style))\b)"
)
_PARAGRAPHS = re.compile(r"</p>\s*<p>")


def phrasing(html: Markup) -> Markup | None:
    """Rendered paragraphs as what a `<label>` may hold; None when there is more in them than text (a list, a figure, a button)."""
    if _NOT_PHRASING.search(html):
        return None
    text = _PARAGRAPHS.sub('</span><span class="paragraph">', str(html).strip())
    return Markup(text.replace("<p>", '<span class="paragraph">').replace("</p>", "</span>"))  # noqa: S704 — rendered HTML, its tags renamed


def here() -> str | None:
    """The address of the page that is read, to come back to; None where the page answers what was sent, or where the address is a key."""
    away = request.method != "GET" or request.endpoint == "identity.display" or "token" in (request.view_args or {})
    return None if away else request.full_path.removesuffix("?")


def made_once(made: MutableMapping[Any, Markup], key: object, macro: Macro, *values: object) -> Markup:
    """What a macro makes of `values`, kept with what they are parts of: where the key says all that it depends on, besides the features of the site. Only the token of its forms is each
    reader's own, and put in as it is shown. Measured: three tenths of a lesson (0.8 of 2.5 ms)."""
    key = (current_site().on, key)
    found = made.get(key)
    if found is None:
        around, g.for_all = g.get("for_all", False), True
        try:
            found = made[key] = Markup(macro(*values))  # noqa: S704 — what a template of ours wrote
        finally:
            g.for_all = around
    return found.replace(ANYBODYS, masked_token()) if ANYBODYS in found else found


class ReaderHeader(NamedTuple):
    """What the frame says of its reader alone. Names and address are characters that no text holds, where a part of the frame is made for all (`frame`)."""

    name: str
    """Empty for a visitor."""
    first: str
    """What they are called by: the header has room for no more, and its menu says the whole name."""
    look: str
    """Address of the page on which one chooses how pages look; empty where it is not offered."""
    learns: bool


SIGNS = ReaderHeader("\ue000", "\ue003", "\ue002", learns=False)


class PageReader(Protocol):
    """Who reads a page, as the frame names them."""

    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...


def frame(part: Macro, reader: PageReader | None, look: str) -> Markup:
    """A part of what stands around every page. Whoever has the same roles is shown the same but for what their `ReaderHeader` says: it is made once for all of them.
    Measured: 18 % of a lesson (0.35 of 2 ms), 7 % of a module."""
    roles, site = reader.roles if reader else None, current_site()
    endpoint = request.endpoint if request.endpoint in menus.NAMED else ""
    known = FRAMES.here()
    key = (part.name, request.root_path, endpoint, roles, bool(look), site.name, site.tagline or hooks.course_title.here()())
    own = ReaderHeader(SIGNS.name if reader else "", SIGNS.first if reader else "", SIGNS.look if look else "", roles is not None and "apprenant" in roles)
    made = made_once(known, key, part, own)
    name = reader.name if reader else ""
    return made.replace(SIGNS.look, look).replace(SIGNS.first, first_name(name)).replace(SIGNS.name, name)  # which escapes each


def init_app(app: Flask) -> None:
    hooks.lengths.of(app)["search"] = SEARCH_LENGTH
    set_filters(app)
    menus.init_app(app)
    for name in FILES:
        declaration_of(name)  # what is wrong there is told at start, not by a page
    app.jinja_env.globals.update(
        path_of=path_of,
        static_url=static_url,
        frame=frame,
        here=here,
        made_once=made_once,
        declaration_of=declaration_of,
        settings=app.config["CROISEE"],
        site=LocalProxy(current_site),
        course_title=lambda: hooks.course_title.here()(),
        longest=hooks.lengths.of(app),
        data_register=tuple,  # administration has the register, the notebook what one keeps of a page
        kept_on=lambda kind, ref: None,
    )
