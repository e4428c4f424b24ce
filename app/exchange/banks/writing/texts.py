"""Our Markdown → the plain HTML that another system keeps: notes told at the end of their text, links of the course as words, images as files. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import unquote

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from app.content.rendering.calls import precedes_a_call
from app.content.text.callouts import CALLOUTS
from app.content.text.markdown import PARSER, plain, tokens, without_notes
from app.content.values.text import Fragment, Source

_OUTSIDE = ("http:", "https:", "mailto:", "tel:")
LINKS = "Les liens vers d’autres pages du cours deviennent de simples mots."
NOTES = "Les notes sont écrites à la fin du texte qui les appelle."
FIGURES = "Une figure y est montrée par les lignes qui la décrivent."
Say = Callable[[str], None]


class _Html(RendererHTML):
    """Methods are named as tokens are: markdown-it finds them so."""

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        href = str(tokens[idx].attrs.get("href", ""))
        outside = href.lower().startswith(_OUTSIDE)
        env["links"].append(outside)
        if not outside:
            env["say"](LINKS)
        return f'<a href="{escape(href)}">' if outside else ""

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</a>" if env["links"].pop() else ""

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A call leaves no space behind it."""
        words = tokens[idx].content
        return _escaped(words.rstrip(" ") if precedes_a_call(tokens, idx) or _only_calls(tokens[idx:]) else words)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<code>{_escaped(tokens[idx].content)}</code>"

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        env["notes"].append(str(tokens[idx].meta.get("label", "")))
        return ""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        name = unquote(str(tokens[idx].attrs.get("src", ""))).removeprefix("images/")
        alternative = escape(plain(tokens[idx].children))
        env["images"].append(name)
        if not env["files"]:
            return f"({alternative})" if alternative else ""
        return f'<img src="@@PLUGINFILE@@/{escape(name)}" alt="{alternative}">'

    def math_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        said = escape(tokens[idx].content, quote=False)
        return f"\\[{said}\\]" if tokens[idx].markup == "$$" else f"\\({said}\\)"

    def math_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<p>\\[{escape(tokens[idx].content.strip(), quote=False)}\\]</p>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        if tokens[idx].info.strip():
            env["say"](FIGURES)
        return f"<pre><code>{_escaped(tokens[idx].content)}</code></pre>\n"

    def alert_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "<blockquote>\n"

    def alert_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</blockquote>\n"

    def alert_title_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "<p><strong>"

    def alert_title_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</strong></p>\n"

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        checked = tokens[idx].meta.get("checked")
        return "<li>" if checked is None else f"<li>{'☑' if checked else '☐'} "


def _escaped(words: str) -> str:
    """As HTML; a backslash that stands before a brace is written so that nobody takes it for the protection of that brace."""
    return re.sub(r"\\(?=[{}])", "&#92;", escape(words, quote=False))


def _only_calls(rest: Sequence[Token]) -> bool:
    return all(token.type == "footnote_ref" or (token.type == "text" and not token.content.strip()) for token in rest)


_RENDERER = _Html()


class Html:
    """The texts of one question: `images` are those that they show; without `files`, what is said of them stands in their place."""

    def __init__(self, sources: Mapping[str, Source], say: Say, files: bool = True) -> None:
        self.sources, self.say, self.files = sources, say, files
        self.images: list[str] = []

    def of(self, fragment: Fragment | None) -> str:
        """Renders a text as HTML blocks; empty for none."""
        if fragment is None or not fragment.text.strip():
            return ""
        notes: list[str] = []
        parsed = without_notes(tokens(fragment.text, 0))
        html = _RENDERER.render(_titled(parsed), PARSER.options, self._env(notes)).strip()
        return html + self._source_notes(notes)

    def line(self, fragment: Fragment | None) -> str:
        """Renders a text as HTML, without a paragraph around a single line."""
        html = self.of(fragment)
        inner = html.removeprefix("<p>").removesuffix("</p>")
        return inner if html.startswith("<p>") and html.endswith("</p>") and "<p>" not in inner else html

    def _env(self, notes: list[str]) -> dict[str, Any]:
        return {"links": [], "notes": notes, "images": self.images, "say": self.say, "files": self.files}

    def _source_notes(self, labels: Sequence[str]) -> str:
        told = [self.sources[label].text for label in dict.fromkeys(labels) if label in self.sources]
        if not labels:
            return ""
        self.say(NOTES)
        return "".join(f"\n<p>{_RENDERER.renderInline(_inline(text), PARSER.options, self._env([]))}</p>" for text in told)


def _inline(text: str) -> Sequence[Token]:
    parsed = PARSER.parseInline(re.sub(r"\s*\((?:catégorie|lu|vérifié|à revoir)\s*:[^()]*\)\s*$", "", text), {})
    return parsed[0].children or [] if parsed else []


def _titled(parsed: Sequence[Token]) -> list[Token]:
    """Alerts with our words for their titles."""
    mark = ""
    shown: list[Token] = []
    for token in parsed:
        if token.type == "alert_open":
            mark = str(token.meta["kind"]).upper()
        if token.type == "inline" and shown and shown[-1].type == "alert_title_open":
            token = token.copy(children=[Token("text", "", 0, content=CALLOUTS[mark].title)])
        shown.append(token)
    return shown
