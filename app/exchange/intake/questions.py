"""The lines of one question → the question, as any system holds one: its kind, its options, its key. What is in doubt is asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from msgspec.structs import replace

from app.exchange.banks.reading.imported_question import ImportedQuestion
from app.exchange.intake.answers import decide
from app.exchange.intake.evidence import arrow_list
from app.exchange.intake.lines import PaperLine
from app.exchange.intake.naming import (
    COUPLES,
    POINTS_BEHIND,
    AnnotationKind,
    annotation_of,
    bare_key,
    comparable,
    is_unsure,
    key_within,
    named_options,
    truth_of,
)
from app.exchange.intake.options import TICKED, Facts, PaperOption, option_of
from app.exchange.intake.pairs import is_pair
from app.exchange.intake.question_parts import QuestionParts
from app.exchange.intake.rich import Look, Rich, join
from app.exchange.intake.shapes import BLANK, DOTS, LabelKind, after_first, called_number, mark_behind, row_label, split_blanks, split_row
from app.exchange.intake.statements import (
    ARROWED_KEY,
    COMPLETE,
    DEFINES,
    LONGEST_OPTION,
    ORDERED,
    PAIRED,
    ROOM,
    SAID_IN,
    STATED,
    TOLD,
    TRUTH_BEHIND,
    TRUTH_FRONT,
    TYPE,
    WANTED,
    is_truth_row,
    split_asked,
    split_slashes,
)
from app.exchange.intake.units import Asker, Doubt
from app.platform.french import short


class Guess(StrEnum):
    """Why a question is taken for one, and the key by which its author is asked: by a likeness; because a line asks below another question, or in a text."""

    SURE = ""
    ALIKE = "est-ce-une-question"
    WITHIN = "autre-question"
    TEXT = "question-du-texte"


@dataclass(slots=True)
class Block:
    """The lines of one question, and the key that stands elsewhere. `number`: the one it has in the source, 0 without one."""

    head: PaperLine
    statement: Rich
    lines: list[PaperLine]
    number: int = 0
    apart: list[tuple[Rich, bool]] = field(default_factory=list)
    """Values of a key given elsewhere, and whether each is surely this question's."""
    options: list[PaperOption] = field(default_factory=list)
    """Those that a table gives."""
    explained: list[Rich] = field(default_factory=list)
    truth: bool = False
    """What stands above says that it is true or false."""
    notes: list[Rich] = field(default_factory=list)
    """What comments and notes of the document say of it."""
    guessed: Guess = Guess.SURE
    lost: list[str] = field(default_factory=list)
    """What of a table has no place in it."""
    category: str = ""
    n: int = 0
    """Its place among the questions of the source, from 1."""
    key: str = ""
    """Where it stands in the source, whatever else is a question: begins the keys of what is asked of it."""

    def all_lines(self) -> list[PaperLine]:
        return [self.head, *(line for line in self.lines if line is not self.head)]

    @property
    def name(self) -> str:
        return called_number(self.number or self.n)


class QuestionReader(QuestionParts):
    """`prefix` begins the keys of what is asked of this source."""

    def __init__(self, block: Block, facts: Facts, asker: Asker, prefix: str) -> None:
        found = ImportedQuestion(block.head.n, "", category=block.category)
        super().__init__(facts, asker, found, f"Question {block.name}", f"{prefix}{block.key}")
        self.block = block
        self.options = list(block.options)
        self.explained = list(block.explained)
        self.truth = Rich("") if block.truth else None
        self.plain: list[PaperLine] = []
        """Lines without a label under a whole statement: options, perhaps."""
        self.awaits: AnnotationKind | None = None
        self.listed = False
        """Whether what is awaited is a list, begun."""
        self.left: list[PaperLine] = []
        self.stated: tuple[Rich, bool] | None = None
        """True or false, as the end of the statement says."""

    # --- Reading the lines ---

    def read(self) -> ImportedQuestion:
        self._head(self.block.statement)
        for line in self.block.lines:
            if line.body is not self.block.statement:
                self._line(line)
        self.keys += self.block.apart
        if self.stated is not None and not self.options:
            self.keys.append(self.stated)
            self.truth = self.truth or Rich("")
        for said in self.block.lost:
            self.found.lose(f"Laissé : « {short(said, 80)} ».")
        for note in self.block.notes:
            self._note(note)
        self._plain_options()
        self.found.statement = self._text(self.statement)
        decide(self)
        self._close()
        return self.found

    def _head(self, words: Rich) -> None:
        words = self._take_points(words.cut(0, found.start()) if (found := WANTED.search(words.plain)) else words)
        key, words = key_within(words)
        self.keys += [(key, True)] if key is not None else []
        words = self._take_truth(self._take_stated(words))
        if words:
            self.statement.append(words)

    def _take_points(self, words: Rich) -> Rich:
        found = POINTS_BEHIND.search(words.plain)
        if found is None or (re.search(r"/\s?\d", found.group()) and re.search(r"\d\s*/", words.plain[max(0, found.start() - 1) : found.end()])):
            return words
        self.found.points = Decimal(next(each for each in found.groups() if each).replace(",", "."))
        return words.cut(0, found.start())

    def _take_stated(self, words: Rich) -> Rich:
        """« Le label est national (V) », « … V » where one says whether sentences are true."""
        if TRUTH_BEHIND.search(words.plain):
            return words
        behind, rest = mark_behind(words)
        if behind is not None and behind.right is not None and (self.truth is not None or re.search(r"[VF]\b|vrai|faux", behind.sign, re.IGNORECASE)):
            self.stated = (Rich("Vrai" if behind.right else "Faux"), not behind.unsure)
            return rest
        if self.truth is not None and (found := STATED.search(words.plain)):
            self.stated = (Rich(("Vrai" if found[1][0] == "V" else "Faux") + (f" ({found[2]})" if found[2] else "")), True)
            return words.cut(0, found.start())
        return words

    def _take_truth(self, words: Rich) -> Rich:
        """The options, the key or « Vrai / Faux » that a statement holds."""
        row = [] if DEFINES.search(words.plain) else split_row(words)
        parts = row if len(row) > 2 else split_asked(words)
        if len(parts) > 2:
            self._row(parts[1:], self.block.head)
            return parts[0]
        if len(parts) == 2:
            self.keys.append((parts[1], True))
            return parts[0]
        if found := TRUTH_BEHIND.search(words.plain):
            self.truth = words.cut(found.start())
            return words.cut(0, found.start())
        if found := TRUTH_FRONT.match(words.plain):
            self.truth = self.truth or Rich("")
            return words.cut(found.end())
        return words

    def _line(self, line: PaperLine) -> None:
        if line.rows:
            self.rows.append(line.rows)
        elif not line.plain:
            return
        elif line.code:
            self.found.lose(f"Un passage de code n’est pas repris : « {short(line.plain, 60)} ».")
        elif not self._says(line):
            if not self.statement and not self.options:
                self._head(line.words)
            elif not self._answers(line) and not self._option(line):
                self._other(line)

    def _says(self, line: PaperLine) -> bool:
        """Whether a line gives a key, explains, sets something."""
        letter = line.label(LabelKind.LETTER)
        if letter is not None and len(self.options) > 1 and letter.value != len(self.options) and (value := bare_key(line.words)) is not None:
            self.keys.append((value, True))
            return True
        option = self.options[letter.value] if letter is not None and letter.value < len(self.options) else None
        own, marked = comparable(option.words.plain) if option else "", bool(line.labels) and line.labels[0].kind is LabelKind.MARK
        if (option and marked) or (own and comparable(line.body.plain).startswith(own)):  # « ▸ B. », or « b) the words of b », under them
            self.keys.append((after_first(line.words) if marked else line.body, True))
            return True
        if is_pair(line, self.block.lines, self.words):
            return False
        alone = len(line.labels) == 1 and line.labels[0].kind in (LabelKind.BULLET, LabelKind.MARK)
        if COUPLES.fullmatch(line.plain) and (self.options or self.rows):
            self.keys.append((line.words, True))
            return True
        annotation = annotation_of(line.body if alone else line.words)
        if annotation is None or (annotation.said is AnnotationKind.KEY and len(line.labels) > 1 and line.label(LabelKind.BOX)):
            return False
        self._annotate(annotation.said, annotation.value, annotation.head)
        return True

    def _answers(self, line: PaperLine) -> bool:
        """Whether a line is « Vrai / Faux », a row of options, or the room for an answer."""
        if is_truth_row(line.plain):
            self.truth = line.words
        elif len(row := split_row(line.words) or ([] if line.labels else split_blanks(line.words))) > 2:
            if row[0]:
                self._words(row[0], line)
            self._row(row[1:], line)
        elif self.statement and not (self.options or line.labels) and (choices := split_slashes(line.words)):
            self._row(choices, line)
        elif DOTS.fullmatch(line.plain) or ROOM.fullmatch(line.plain):
            self.dots = True
        else:
            return False
        return True

    def _row(self, parts: Sequence[Rich], line: PaperLine) -> None:
        for place, part in enumerate(parts, 1):
            labels, body = row_label(part)
            self.options.append(option_of(part, labels, body, line))
            if place == len(parts) and (found := ARROWED_KEY.search(body.plain)) and self._designates(value := body.cut(found.end())):
                self.options[-1] = option_of(part, labels, body.cut(0, found.start()), line)
                self.keys.append((value, True))

    def _annotate(self, said: AnnotationKind, value: Rich, head: str) -> None:
        self.awaits, self.listed = said if not value else None, False
        if not value:
            return
        if DOTS.fullmatch(value.plain):
            self.dots = True
        elif said is AnnotationKind.KEY:
            self.keys.append((value, True))
        elif said is AnnotationKind.EXPLANATION:
            self.explained.append(value)
        elif said is AnnotationKind.HINT:
            self.found.hints.append(value.markdown())
        elif said is AnnotationKind.POINTS:
            self.found.points = Decimal(value.plain.replace(",", "."))
        else:
            self.found.lose(f"Laissé : « {short(f'{head} {value.plain}', 80)} ».")

    def _option(self, line: PaperLine) -> bool:
        """Whether a line is the next option, or what is said of the one above."""
        kinds = [label.kind for label in line.labels]
        if not kinds or not line.body:
            return False
        if kinds == [LabelKind.MARK] and line not in arrow_list(self.block.lines):
            return self._arrow(line)
        found = option_of(line.words, line.labels, line.body, line)
        above = self.options[-1] if self.options else None
        if kinds == [LabelKind.BULLET]:
            if above is not None and above.name and line.indent > above.stands.indent:
                above.said.append(line.body)
                return True
            if self.awaits is AnnotationKind.KEY:
                return False
        elif (placed := self._place_option(line, found)) is not None:
            return placed
        self.options.append(found)
        if line.automatic and line.label(LabelKind.LETTER):
            found.name = chr(97 + len(self.options) - 1)  # Word goes on counting under the next question
        return True

    def _place_option(self, line: PaperLine, found: PaperOption) -> bool | None:
        """Of a line with a letter or a number: whether it is the next of its list; None where only its box or its list tells."""
        letter, number = line.label(LabelKind.LETTER), line.label(LabelKind.NUMBER)
        if letter is not None:
            lettered = sum(bool(option.name) and option.name.isalpha() for option in self.options)
            if letter.value == lettered and not any(option.name.isdigit() for option in self.options):
                self.options.append(found)
                return True
            if letter.value == len(self.second) and self.options:
                self.second.append(found)
                return True
            if not line.label(LabelKind.BOX) and not line.automatic:
                return False
        if number is not None and number.style != "asking" and not ORDERED.search(self.words) and number.value != len(self.options) + 1 and not line.automatic:
            return False
        return None

    def _arrow(self, line: PaperLine) -> bool:
        """An arrow with no letter behind: a key, or what is said of the option above."""
        sign = line.labels[0].sign
        if sign in ("*", "**", "★", "⭐", "👉") or (sign in (">", ">>") and not self.options):
            self.options.append(option_of(line.words, line.labels, line.body, line))
            return True
        if self._designates(line.body):
            self.keys.append((line.body, True))
        elif (
            self.options
            and not self.keys
            and line.n == self.options[-1].stands.n + 1
            and (line.indent > self.options[-1].stands.indent or len(line.plain) > 30 or truth_of(line.body))
        ):
            self.options[-1].said.append(line.body)
        elif not self.options and not self.keys:
            self.keys.append((line.body, True))
        elif self.options and not self.keys and not any(option.said for option in self.options):
            self.options.append(option_of(line.words, line.labels, line.body, line))
        else:
            self.explained.append(line.body)
        return True

    def _designates(self, words: Rich) -> bool:
        if not self.options:
            return False
        names = [option.name or chr(97 + place) for place, option in enumerate(self.options)]
        return named_options(words, names, [option.words.plain for option in self.options]) is not None

    def _other(self, line: PaperLine) -> None:
        """A line that is none of the shapes."""
        words = line.words
        if self.awaits is not None:
            said, value = self.awaits, (line.body if line.labels else words)
            listed = bool(line.labels) and line.labels[0].kind is LabelKind.BULLET
            if said is AnnotationKind.KEY and self.listed:
                before = self.keys.pop()[0].plain
                value = Rich(f"{before}\n{value.plain}" if before.endswith((".", ";")) else f"{before}, {value.plain}")
            self._annotate(said, value, "")
            self.awaits, self.listed = (said, True) if listed else (None, False)
            return
        explained = len(self.explained) > len(self.block.explained)
        if line.quoted:
            (self.options[-1].said if self.options and line.indent > 1 and not self.keys else self.explained).append(words)
        elif (self.keys or explained) and "?" in words.plain:
            self.left.append(line)  # another question, perhaps
        elif (explained and line.gap) or (self.left and self.left[-1].last == line.at - 1 and not line.gap):
            self.left.append(line)
        elif self.keys or explained:
            self.explained.append(words)
        elif self.options:
            self._under_option(line)
        else:
            self._words(words, line)

    def _words(self, words: Rich, line: PaperLine) -> None:
        if self.statement and words.is_inked() and not self.statement[-1].is_inked() and not BLANK.search(words.plain):
            self.plain.append(line)
            return
        paired = bool(self.statement) and bool(PAIRED.search(words.plain))
        told = bool(self.statement) and bool(TOLD.match(words.plain))
        goes_on = bool(self.statement) and words.plain[:1].islower() and bool(BLANK.search(self.statement[-1].plain[-12:]))
        whole = paired or told or (bool(self.statement) and not goes_on and bool(COMPLETE.search(self.statement[-1].plain)))
        if (whole or self.plain) and len(words.plain) <= LONGEST_OPTION and line is not self.block.head and not BLANK.search(words.plain):
            self.plain.append(line)
        elif self.statement and not line.gap and (words.plain[:1].islower() or words.plain[:1].isdigit()) and not words.atoms and not self.statement[-1].atoms:
            self.statement[-1] = _join_words(self.statement[-1], words)
        else:
            self.statement.append(words)

    def _under_option(self, line: PaperLine) -> None:
        """Under an option: the rest of its words, what is said of it, or something that nobody can tell."""
        last = self.options[-1]
        if self.left and not line.gap and line.plain[:1].islower():
            self.left[-1] = replace(self.left[-1], words=_join_words(self.left[-1].words, line.words))
        elif not line.gap and line.plain[:1].islower() and not re.search(r"[.!?]$", last.words.plain):
            last.words = _join_words(last.words, line.words)
        elif is_unsure(line.plain):
            self.left.append(line)
        elif found := SAID_IN.match(line.plain):
            last.said.append(line.words.cut(found.end(), len(line.words.plain) - (1 if found.group().strip() == "(" else 0)))
        else:
            self.left.append(line)

    # --- What is left ---

    def _note(self, note: Rich) -> None:
        annotation = annotation_of(note)
        if annotation is not None and annotation.said is AnnotationKind.KEY:
            self.keys.append((annotation.value, True))
        elif self._designates(note):
            self.keys.append((note, True))
        elif annotation is not None and annotation.said is AnnotationKind.EXPLANATION:
            self.explained.append(annotation.value)
        elif self.truth is not None and not self.options and truth_of(note) is not None:
            self.keys.append((note, True))
        else:
            self.found.lose(f"Un commentaire du document est laissé : « {short(note.plain, 80)} ».")

    def _plain_options(self) -> None:
        """Lines without a label under the statement: options where a key names one or one is marked."""
        if len(self.statement) > 1 and TYPE.fullmatch(self.statement[0].plain.strip(" ·")):
            self.found.lose(f"Laissé : « {short(self.statement.pop(0).plain, 80)} ».")
        if self.plain and self.options and all(option.sign in TICKED for option in self.options):
            mixed = [*self.options, *(option_of(line.words, (), line.words, line) for line in self.plain)]
            self.options, self.plain = sorted(mixed, key=lambda option: option.stands.at), []
        if not self.plain:
            return
        proposed = [option_of(line.words, (), line.words, line) for line in self.plain]
        keyed = any(
            named_options(value, [chr(97 + place) for place in range(len(proposed))], [each.words.plain for each in proposed]) for value, _ in self.keys
        )
        if not self.options and len(proposed) > 1 and (keyed or not self.keys):
            self.options = proposed
        elif self.options or len(proposed) != 1 or self.keys:
            self.statement += [line.words for line in self.plain]
        else:
            self._lone(self.plain[0])

    def _lone(self, line: PaperLine) -> None:
        """One line under a question, and nothing else: its answer, most likely."""
        choices = (("clé", "C’est la réponse"), ("énoncé", "C’est la suite de l’énoncé"))
        asks = f"{self.called} : « {short(line.plain, 100)} » est-ce la réponse ?"
        if self.asker.ask(Doubt("seule-ligne", asks, choices, "clé")) == "clé":
            self.keys.append((line.words, True))
        else:
            self.statement.append(line.words)

    def _text(self, parts: Sequence[Rich]) -> str:
        return "\n\n".join(filter(None, (part.without(Look.BOLD).markdown() if part.wears(Look.BOLD) == "all" else part.markdown() for part in parts)))

    def _close(self) -> None:
        """What explains; and what nobody placed, which is asked."""
        found = self.found
        self.place_lines(self.left)
        if self.explained:
            found.explanation = "\n\n".join(filter(None, [found.explanation, join(self.explained, "\n\n")]))
        for table in self.rows:
            found.lose(f"Un tableau n’est pas repris : « {short(' | '.join(cell.plain for cell in table[0]), 60)} ».")


def _join_words(before: Rich, after: Rich) -> Rich:
    """Two pieces of one option, the second's look lost where the atoms differ."""
    if before.atoms or after.atoms:
        return before
    return Rich(f"{before.plain} {after.plain}", before.spans)
