"""French spaces, put where a template is compiled: its sources and our sentences type plain ones.

What stands between tags, or in an attribute that people read, is text: its spaces become French once, and what an expression prints there is set by
`spaced` as it is printed. Other attributes, fields and code are left alone, and so is HTML: `{{ value | e }}` prints a text exactly as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from app.platform.french import spaced

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
        return spaced(text) if self.is_text else text

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
    return spaced(value) if type(value) is str else value


def spaced_html(html: str) -> Markup:
    """The filter `spaced_html`, for sentences of ours that come as HTML: the options of a list, a message with a link. Plain text is escaped."""
    return Markup(TemplatePlace().set(str(escape(html))))  # noqa: S704 — the same HTML, but for its spaces


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(spaced=spaced_value, spaced_html=spaced_html)
    app.jinja_env.add_extension(FrenchSpaces)
