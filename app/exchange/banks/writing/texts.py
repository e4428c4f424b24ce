"""What every format of a written quiz shares: what it cannot say, the HTML of its texts, the share of each answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from typing import Any, Generic
from urllib.parse import unquote

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from msgspec import Struct

from app.assessment.kinds.answer_form import BankForms, T
from app.content.quiz.answers.number import words
from app.content.rendering.html import precedes_a_call
from app.content.text.callouts import CALLOUTS
from app.content.text.markdown import PARSER, plain, tokens, without_notes
from app.content.values.quiz import Option, Question, Quiz
from app.content.values.text import Fragment, Source
from app.platform.french import short


class ExportLoss(Struct, frozen=True):
    id: str
    title: str
    """Of the question; empty for the whole quiz."""
    said: tuple[str, ...]


@dataclass(slots=True)
class Losses:
    said: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    def add(self, question: Question, sentence: str) -> None:
        _, told = self.said.setdefault(question.id, (short(words(question.statement), 100), []))
        if sentence not in told:
            told.append(sentence)

    def of_all(self, sentence: str) -> None:
        _, told = self.said.setdefault("", ("", []))
        if sentence not in told:
            told.append(sentence)

    def as_list(self) -> tuple[ExportLoss, ...]:
        """Lists what the export leaves out, that of the whole quiz first."""
        found = [ExportLoss(identifier, title, tuple(told)) for identifier, (title, told) in self.said.items()]
        return tuple(sorted(found, key=lambda loss: bool(loss.id)))


class ExportFile(Struct, frozen=True):
    """A file, and what it does not say."""

    data: bytes
    losses: tuple[ExportLoss, ...]


# --- Our Markdown → the plain HTML that another system takes ---
# Notes at the end of their text, links of the course as words, images as files.

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
        return _escape_words(words.rstrip(" ") if precedes_a_call(tokens, idx) or _only_calls(tokens[idx:]) else words)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<code>{_escape_words(tokens[idx].content)}</code>"

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
        return f"<pre><code>{_escape_words(tokens[idx].content)}</code></pre>\n"

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


def _escape_words(words: str) -> str:
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
        html = _RENDERER.render(_title_alerts(parsed), PARSER.options, self._env(notes)).strip()
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


def _title_alerts(parsed: Sequence[Token]) -> list[Token]:
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


# --- The only shares of a mark that Moodle takes ---
# As its files write them (question/engine/bank.php).

_SAID = [
    "100",
    "90",
    "83.33333",
    "80",
    "75",
    "70",
    "66.66667",
    "60",
    "50",
    "40",
    "33.33333",
    "30",
    "25",
    "20",
    "16.66667",
    "14.28571",
    "12.5",
    "11.11111",
    "10",
    "5",
]
_EXACT = {
    "83.33333": Fraction(5, 6),
    "66.66667": Fraction(2, 3),
    "33.33333": Fraction(1, 3),
    "16.66667": Fraction(1, 6),
    "14.28571": Fraction(1, 7),
    "11.11111": Fraction(1, 9),
}
FRACTIONS = {said: _EXACT.get(said, Fraction(said) / 100) for said in _SAID}
"""As written → what it stands for."""


def share(count: int) -> tuple[str, bool]:
    """The share of each of so many answers, and whether it is exact: the nearest one otherwise."""
    wanted = Fraction(1, count)
    said = min(FRACTIONS, key=lambda each: abs(FRACTIONS[each] - wanted))
    return said, FRACTIONS[said] == wanted


# --- A question in any format ---
# The case above it, and the share of each of its answers.


class QuestionWriter(BankForms[T], Generic[T]):
    """One question; its type chooses the form, each format writes the forms."""

    def __init__(self, quiz: Quiz, question: Question, losses: Losses, html: Html) -> None:
        self.quiz, self.question, self.losses, self.html = quiz, question, losses, html

    def _lose(self, sentence: str) -> None:
        self.losses.add(self.question, sentence)

    def _case(self) -> str:
        """That of its situation, to stand above it; empty for none."""
        case = next((each for each in self.quiz.situations if each.id == self.question.situation_id), None)
        if case is None:
            return ""
        self._lose(f"La situation « {case.title} » est répétée devant chacune de ses questions.")
        return f"<p><strong>{self.html.line(Fragment(case.title, 0))}</strong></p>\n{self.html.of(case.text)}\n"

    def _shares(self, options: Sequence[Option], exact_credit: bool) -> tuple[str, str]:
        """Of each right answer, and of each wrong one, where several may be ticked."""
        if exact_credit:
            self._lose("Le tout ou rien n’y est pas : chaque bonne réponse rapporte sa part.")
        right = sum(option.correct for option in options)
        (good, exact), wrong = share(right), len(options) - right
        bad, exact_bad = share(wrong) if wrong else ("0", True)
        if not (exact and exact_bad):
            self._lose("Moodle n’a pas la fraction exacte de chaque réponse : la plus proche est écrite.")
        return good, f"-{bad}" if wrong else "0"
