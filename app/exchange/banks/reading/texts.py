"""The texts of other systems (HTML, Moodle's plain texts, other Markdown) → our Markdown, and a question that holds them. Pure."""

from __future__ import annotations

import re
from html import escape as html_escape
from html import unescape
from urllib.parse import unquote

from markdown_it import MarkdownIt

from app.authoring.incoming.word.habits import CLOSE, MARK, OPEN
from app.authoring.incoming.word.markdown import PICTURE, markdown
from app.content.text.maths import FORMULA, MathsNotUnderstood, formula
from app.exchange.banks.reading.imported_question import literal, one_line
from app.platform.french import short

HTML, MOODLE, PLAIN, MARKDOWN = "html", "moodle_auto_format", "plain_text", "markdown"
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ADDRESS = re.compile(r"@@PLUGINFILE@@/?([^\"'?<>\s]+)(?:\?[^\"'<>\s]*)?")
_JOINED = re.compile(r"<a\b[^<>]*?\bhref\s*=\s*[\"']@@PLUGINFILE@@/?([^\"'?]+)", re.IGNORECASE)
_PLAYED = re.compile(r"<(?:iframe|video|audio|object|embed|svg)\b", re.IGNORECASE)
_MATHS = re.compile(r"\\\((.{1,400}?)\\\)|\\\[(.{1,400}?)\\\]", re.DOTALL)
_HEADING = re.compile(r"<(h[1-6])\b[^<>]*>((?:(?!<h[1-6]\b).)*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_BOLD = re.compile(r"</?(?:b|strong)\b[^>]*>", re.IGNORECASE)
_KEPT = re.compile(rf"{OPEN}m(\d+){CLOSE}")
_BLOCK = re.compile(r"(?m)^ {0,3}(?:[-*+>#|]|\d+[.)] |```)|\n\n")
_PROTECTED = re.compile(r"\\([{}])")
_PLAIN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


class QuestionTexts:
    """The texts of one question: its formulas, its images by the name of their file, and what none of our Markdown can say."""

    def __init__(self, pictures: list[bytes], files: dict[str, int] | None = None) -> None:
        self.pictures = pictures
        """Of the whole file: what a text holds in itself is added to them."""
        self.files = files or {}
        """Name → number of the picture among them."""
        self.remarks: list[str] = []

    def markdown(self, text: str, format: str = HTML) -> str:
        """Converts a text to blocks of Markdown, without a blank line at either end."""
        if not text.strip():
            return ""
        if format == PLAIN and not _MATHS.search(text):
            return "\n\n".join(filter(None, (literal(part) for part in re.split(r"\n\s*\n", text))))
        return self._from_html(_as_html(text, format))

    def line(self, text: str, format: str = HTML) -> str:
        """Converts a text to Markdown on one line."""
        found = self.markdown(text, format)
        if _BLOCK.search(found):
            self.remarks.append("Une mise en forme en paragraphes ou en liste a été ramenée à une ligne.")
        return one_line(found)

    @staticmethod
    def words(text: str, format: str = HTML) -> str:
        """Plain words, for what is typed or chosen in a list."""
        if format in (HTML, MOODLE, MARKDOWN) and _TAG.search(text):
            text = unescape(_TAG.sub(" ", text))
        elif format == HTML:
            text = unescape(text)
        return " ".join(text.split())

    def _from_html(self, html: str) -> str:
        formulas: list[str] = []

        def keep(found: re.Match[str]) -> str:
            said = " ".join(unescape(_TAG.sub("", found[1] or found[2])).split())
            written = f"$${said}$$" if found[2] else f"${said}$"
            if not FORMULA.fullmatch(written) or not _is_formula(said, bool(found[2])):
                self.remarks.append(f"Une formule n’est pas comprise, et reste comme elle est écrite : « {short(said, 60)} »")
                return re.sub(r"\\(?=[{}])", "&#92;", found.group())  # its backslashes protect nothing
            formulas.append(written)
            return f"{OPEN}m{len(formulas) - 1}{CLOSE}"

        self.remarks += [
            f"Un fichier joint n’est pas repris, « {short(unquote(name), 60)} » : déposez-le dans la bibliothèque." for name in _JOINED.findall(html)
        ]
        self.remarks += ["Un son, une vidéo ou un objet inséré n’est pas repris."] if _PLAYED.search(html) else []
        html = _PROTECTED.sub(r"\1", _MATHS.sub(keep, html))  # what only a file of Moodle protects
        html = _HEADING.sub(_as_paragraph, _ADDRESS.sub(self._address, html))
        remarks: list[str] = []
        written = markdown(html, remarks, self.pictures, literal_in_html).strip("\n")
        self.remarks += [remark for remark in remarks if remark]
        return _KEPT.sub(lambda found: formulas[int(found[1])], MARK.sub("", written)).strip()

    def _address(self, found: re.Match[str]) -> str:
        name = unescape(found[1]).rpartition("/")[2]
        number = self.files.get(name, self.files.get(unquote(name)))
        return f"{PICTURE}{number}" if number is not None else found.group()


def _as_paragraph(found: re.Match[str]) -> str:
    """In a quiz a heading begins another question: within one, it is a line in bold."""
    words = _BOLD.sub("", found[2])
    return f"<p><strong>{words}</strong></p>" if words.strip() else ""


def _is_formula(said: str, apart: bool) -> bool:
    try:
        formula(said, apart)
    except MathsNotUnderstood:
        return False
    return True


def literal_in_html(text: str) -> str:
    """One text between two tags: the spaces at its ends part it from its neighbours."""
    said = literal(text)
    return f"{' ' if text[:1].isspace() and said else ''}{said}{' ' if text[-1:].isspace() else ''}" or (" " if text else "")


def _as_html(text: str, format: str) -> str:
    if format == HTML:
        return text
    if format == MARKDOWN:
        return str(_PLAIN.render(text))
    if format == MOODLE and _TAG.search(text):
        return re.sub(r"\n\s*\n", "<br><br>", text)
    said = html_escape(text, quote=False) if format == PLAIN else re.sub(r"<(?![A-Za-z/])", "&lt;", text)
    return "".join(f"<p>{part}</p>" for part in re.split(r"\n\s*\n", said) if part.strip())
