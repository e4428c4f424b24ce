"""Reads one question of a quiz; and the fingerprint by which two questions are the same, for statistics and copies."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from msgspec.structs import replace

from app.content.quiz.answers.gaps import BLANKS, GapMarkers
from app.content.quiz.answers.number import as_typed, with_plain_arrows
from app.content.quiz.blocks import ListItem, QuizBlock, Shape
from app.content.quiz.keys import ANSWERS, PROSE, QuizKey, bare
from app.content.quiz.report import BELOW, INDENTED, WITHOUT, QuizReport, short, spans
from app.content.quiz.sections import QuestionTitle, QuizSection, checked_id
from app.content.quiz.settings import QuestionSettings, read_settings
from app.content.quiz.shapes import Layout, check_after, check_statement, lay_out, read_answer, shape_of
from app.content.text.markdown import inline_tokens, plain
from app.content.values.quiz import GAP_OPEN, Answer, Ordering, Question
from app.content.values.text import Fragment


def question_fingerprint(statement: Fragment, answer: Answer) -> str:
    """SHA-256 over what a learner meets and what is right: statement, options, key; not feedback, points or white space."""
    content = [answer.kind.value, statement.text, *answer.identity()]
    plain_content = [" ".join(str(part).split()) for part in content]
    return hashlib.sha256(json.dumps(plain_content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


# --- Reading a question: its heading, statement, answer, feedback, hint, explanation, settings ---

COMPLETE = "Complétez le texte."
"""The statement of a text with gaps that has no other."""


_WHICH = re.compile(r"(?:a |de |par |avec |pour )?(?:qui|quel(?:le)?s?|lequel|laquelle|lesquel(?:le)?s|ou|quand|combien)\b")
_ORDER = re.compile(r"\b(?:ordre|ordonne|rang|range|class|etape|chronolog|succession|suite|enchain|d'abord|puis|premier|premiere|avant|apres)")
_SPOKEN = ANSWERS | PROSE


@dataclass(slots=True)
class QuizIds:
    """What the questions of one quiz share: where problems go, the gaps found in the text, the ids already given and their lines."""

    report: QuizReport
    holes: GapMarkers
    quiz_id: str
    ids: dict[str, int] = field(default_factory=dict)

    def claim(self, title: QuestionTitle, line: int) -> str:
        """The id of a question or situation; a provisional one when it has none, or one that is taken (E06, E07)."""
        written = title.id
        if written and written in self.ids:
            message = f"Identifiant « {written} » déjà utilisé dans {self.report.path}:{self.ids[written]}."
            self.report.add(line, "E07", message, "Changez le plus récent des deux.")
        elif title.missing and title.extends:
            self.report.add(line, "E06", "Pas d’identifiant.", "Ajoutez-le à la fin de son titre : {#identifiant}.")
        elif title.missing:
            self.report.add(line, "E06", "Pas d’identifiant.", f"Écrivez au-dessus de cette ligne : ## {short(title.text, 50)} {{#identifiant}}")
        if not written or written in self.ids:
            written = f"{self.quiz_id or 'quiz'}-ligne-{line}"
        self.ids[written] = line
        return written


def question_label(ordinal: int, title: str) -> str:
    """« Question 3 « Qui signe… » », as problems name a question."""
    shown = short(plain(inline_tokens(title[:200])), 40)
    return f"Question {ordinal} « {shown} »" if shown else f"Question {ordinal}"


def read_question(section: QuizSection, title: QuestionTitle, blocks: Sequence[QuizBlock], book: QuizIds, explained: bool) -> Question | None:
    """The question of a section; None when its answer cannot be asked (the reason is in the report).

    `explained` says that part of the answer was refused already.
    """
    return _QuestionReader(section, title, blocks, book).question(explained)


class _QuestionReader:
    def __init__(self, section: QuizSection, title: QuestionTitle, blocks: Sequence[QuizBlock], book: QuizIds) -> None:
        self.line = section.line
        self.title = title
        self.book = book
        self.report = book.report
        keys = [block for block in blocks if block.key is not None and block.key.key not in _SPOKEN]
        self.settings = read_settings(keys, self.report)
        self.hints = [_prose(block) for block in blocks if _says(block, QuizKey.HINT)]
        self.explanations = [_prose(block) for block in blocks if _says(block, QuizKey.EXPLANATION)]
        self.blocks = [block for block in blocks if _may_answer(block)]

    def question(self, explained: bool) -> Question | None:
        self._gaps_of_heading()
        self._points_of_heading()
        layout = lay_out(self.blocks, self.report, self.line, explained or self.settings.explains)
        answer = self._answer(layout) if layout else None
        identifier = self._identifier()
        if layout is None:
            return None
        check_statement(layout.before, self.report)
        check_after(layout.after, self.report)
        self.explanations += [Fragment(block.text, block.line) for block in layout.after if block.shape is Shape.QUOTE]
        statement = self._statement(layout)
        if answer is None or statement is None:
            return None
        self._check_effects(answer)
        self._warn_of_order(answer, statement)
        return self._build_question(identifier, statement, answer)

    # --- Parts ---

    def _gaps_of_heading(self) -> None:
        """Gaps in the heading: the heading is the text with gaps."""
        if GAP_OPEN in self.title.text:
            heading = f"## Complétez. {{#{self.title.id}}}" if self.title.id else "## Complétez."
            clean = f"{heading}{BELOW}{self.book.holes.restore(self.title.text)})"
            self.report.tolerate(self.line, "Trou dans le titre, compris comme le texte à compléter", clean)
            self.blocks.insert(0, QuizBlock(Shape.TEXT, self.line, self.line, self.title.text, self.title.text))
            self.title = replace(self.title, text="")

    def _points_of_heading(self) -> None:
        """`Qui signe ? (2 points)`: said once where a line says it too."""
        if self.title.points is None:
            return
        heading = self.book.holes.restore(f"## {self.title.pointless} {{#{self.title.id}}}" if self.title.id else f"## {self.title.pointless}")
        below = "" if QuizKey.POINTS in self.settings.lines else f"{BELOW}Points : {as_typed(self.title.points)})"
        self.report.tolerate(self.line, "Points du titre compris", f"{heading}{below}")

    def _identifier(self) -> str:
        if self.title.missing and self.settings.identifier:
            identifier, line = checked_id(self.settings.identifier, self.line, self.report), self.settings.lines[QuizKey.IDENTIFIER]
            if identifier:
                clean = f"## {self.book.holes.restore(self.title.text)} {{#{identifier}}}{WITHOUT} {line})"
                self.report.tolerate(self.line, f"Identifiant de la ligne {line} compris", clean)
            self.title = replace(self.title, id=identifier, missing=False)
        return self.book.claim(self.title, self.line)

    def _statement(self, layout: Layout) -> Fragment | None:
        parts = [block.raw for block in layout.before if block.shape is not Shape.KEY]
        if parts and layout.before[-1].shape is Shape.RULE:
            parts.pop()
        text = "\n\n".join([self.title.text, *parts] if self.title.text else parts).strip()
        if not text and layout.gaps:
            text = COMPLETE
        if not text:
            hint = "Écrivez la question dans le titre, ## Qui signe ?, ou sous lui, avant les réponses."
            self.report.add(self.line, "E39", "Cette question n’a pas d’énoncé.", hint)
            return None
        line = self.line if self.title.text or not layout.before else layout.before[0].line
        return self._plain(Fragment(with_plain_arrows(text), line))

    def _warn_of_order(self, answer: Answer, statement: Fragment) -> None:
        """A14: « Qui signe ? », above a numbered list alone, whose order nothing asks for."""
        asked = bare(statement.text)
        if isinstance(answer, Ordering) and _WHICH.match(asked) and not _ORDER.search(asked):
            message = "Cette liste numérotée est comprise comme un ordre à retrouver, et l’énoncé ne parle pas d’ordre."
            hint = "Un choix a des cases : - [x] la bonne, - [ ] les autres. Un ordre se demande dans l’énoncé : « Dans quel ordre… ? »"
            self.report.add(answer.items[0].text.line, "A14", message, hint)

    def _answer(self, layout: Layout) -> Answer | None:
        if not layout.gaps:
            self._check_between(layout)
            for item in (item for block in layout.answering for item in block.items):
                item.feedback = self._plain(item.feedback) if item.feedback else None
        return None if self._blanks(layout) else read_answer(layout, self.settings, self.book.holes, self.report)

    def _blanks(self, layout: Layout) -> bool:
        """E32: a statement with several blanks, and one line that answers."""
        parts = [(self.line, self.title.text), *((block.line, block.text) for block in layout.before if block.shape is Shape.TEXT)]
        blanks = [(line, found.group()) for line, text in parts for found in BLANKS.finditer(text)]
        if not layout.answers or len(blanks) < 2:
            return False
        message = f"{len(blanks)} blancs à remplir ({spans(line for line, _ in blanks)}), et une seule ligne de réponse : laquelle va dans quel blanc ?"
        hint = "Écrivez chaque réponse à la place de son blanc, entre doubles crochets : La loi [[Lamy]] date de [[2014]]."
        self.report.add(layout.answers[0].line, "E32", message, hint)
        return True

    def _check_between(self, layout: Layout) -> None:
        """Between two parts of an answer: a quotation is the feedback of what stands above; a text is lost."""
        quotes = self._attach_quotes(layout)
        trailing = next((block for block in layout.after if block.shape is Shape.QUOTE), None)
        if quotes and trailing and trailing.after_blank:
            message = f"Les commentaires des réponses sont séparés d’elles par une ligne vide : ce dernier est-il celui de « {self._last_item(layout)} », ou l’explication ?"
            self.report.add(trailing.line, "E45", message, "Un commentaire touche sa réponse ; une explication suit une ligne vide.")
        parts = {id(block) for block in layout.parts}
        strays = [block for block in layout.answering if block.shape in (Shape.TEXT, Shape.LIST) and id(block) not in parts]
        for stray in strays:
            message = f"Texte entre deux réponses : « {short(stray.text, 50)} »."
            self.report.add(
                stray.line, "E31", message, "Remontez-le dans l’énoncé, avant les réponses ; un commentaire touche la réponse du dessus, derrière un >."
            )

    def _attach_quotes(self, layout: Layout) -> list[QuizBlock]:
        """The quotations between parts of the answer, each given to the item above it, or to the explanation."""
        quotes: list[QuizBlock] = []
        item: ListItem | None = None
        for block in layout.answering:
            item = block.items[-1] if block.items else item
            if block.shape is Shape.QUOTE:
                quotes.append(block)
                self._attach(block, item)
        return quotes

    def _attach(self, quote: QuizBlock, item: ListItem | None) -> None:
        if item is None:
            self.explanations.append(Fragment(quote.text, quote.line))
            return
        said = "Citation entre deux réponses, comprise comme le commentaire de celle du dessus"
        self.report.tolerate(quote.line, said, f"> {quote.text}{INDENTED}")
        text = f"{item.feedback.text}\n\n{quote.text}" if item.feedback else quote.text
        item.feedback = Fragment(text, item.feedback.line if item.feedback else quote.line)

    @staticmethod
    def _last_item(layout: Layout) -> str:
        items: list[ListItem] = [item for block in layout.answering for item in block.items]
        return short(items[-1].text.text, 30) if items else ""

    # --- The whole ---

    def _plain(self, fragment: Fragment) -> Fragment:
        """A fragment where gaps have no place: they are shown as written, and refused."""
        if GAP_OPEN not in fragment.text and not _shows_gap(fragment.text):
            return fragment
        text = self.book.holes.restore(fragment.text)
        hint = "Un texte à trous est une réponse : mettez-le sous l’énoncé, ou retirez les doubles crochets."
        self.report.add(fragment.line, "E36", f"Trou hors d’un texte à trous : « {short(text, 50)} ».", hint)
        return Fragment(text, fragment.line)

    def _optional(self, fragments: Sequence[Fragment]) -> Fragment | None:
        if not fragments:
            return None
        return self._plain(Fragment("\n\n".join(fragment.text for fragment in fragments), fragments[0].line))

    def _check_effects(self, answer: Answer) -> None:
        """A12: a setting that this type of question has no use for."""
        heeded = shape_of(answer).settings(answer)
        for key, line in self.settings.lines.items():
            if key not in heeded:
                self.report.add(line, "A12", f"« {key.value} : » est sans effet sur ce type de question.", "Retirez la ligne.")

    def _build_question(self, identifier: str, statement: Fragment, answer: Answer) -> Question:
        settings: QuestionSettings = self.settings
        points = settings.points if self.title.points is None or QuizKey.POINTS in settings.lines else self.title.points
        if QuizKey.POINTS not in shape_of(answer).settings(answer):
            points = Decimal(0)
        return Question(
            id=identifier,
            line=self.line,
            statement=statement,
            answer=answer,
            hint=self._optional(self.hints),
            explanation=self._optional(self.explanations),
            points=points,
            objective=settings.objective,
            lesson_link=settings.lesson_link,
            level=settings.level,
            tags=settings.tags,
            fingerprint=question_fingerprint(statement, answer),
        )


def _shows_gap(text: str) -> bool:
    """Whether a text that was not searched for gaps has one before any code."""
    start = text.find("[[")
    return start >= 0 and "]]" in text[start:] and "`" not in text[:start]


def _may_answer(block: QuizBlock) -> bool:
    """Whether a block is statement, answer or unlabelled quotation: no setting, hint, labelled explanation or note."""
    return block.label is None and block.shape is not Shape.NOTE and (block.key is None or block.key.key in ANSWERS)


def _says(block: QuizBlock, key: QuizKey) -> bool:
    return block.label is key or (block.key is not None and block.key.key is key)


def _prose(block: QuizBlock) -> Fragment:
    return Fragment(block.key.value if block.key is not None else block.text, block.line)
