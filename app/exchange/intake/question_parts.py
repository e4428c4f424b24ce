"""What stands under a statement, before one knows of which kind the question is. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.exchange.banks.reading.imported_question import ImportedAnswer, ImportedQuestion, literal
from app.exchange.intake.lines import PaperLine, runs_of
from app.exchange.intake.naming import is_unsure
from app.exchange.intake.options import Facts, PaperOption, RightAnswers
from app.exchange.intake.rich import Look, Rich, join
from app.exchange.intake.units import ASIDE, Asker, Doubt
from app.platform.french import short

OR = re.compile(r"\s*(?:\bou\b|\s/\s|\||\s;\s)\s*")
"""Between two answers of which one is enough."""


@dataclass
class QuestionParts:
    """What stands under a statement. `key`: what begins the keys of its doubts."""

    facts: Facts
    asker: Asker
    found: ImportedQuestion
    called: str
    key: str
    statement: list[Rich] = field(default_factory=list)
    options: list[PaperOption] = field(default_factory=list)
    second: list[PaperOption] = field(default_factory=list)
    """A list of letters beside a list of numbers."""
    keys: list[tuple[Rich, bool]] = field(default_factory=list)
    """Values that give the answer, and whether each surely does."""
    explained: list[Rich] = field(default_factory=list)
    rows: list[tuple[tuple[Rich, ...], ...]] = field(default_factory=list)
    """Of each table."""
    dots: bool = False
    """Room is left for a written answer."""
    truth: Rich | None = None
    """« Vrai / Faux », as it is written."""

    def ask(self, doubt: Doubt) -> str:
        return self.asker.ask(doubt)

    def right_answers(self, options: list[PaperOption]) -> RightAnswers:
        return RightAnswers(options, self.facts, self.asker, self.called, self.key)

    def place_lines(self, lines: Sequence[PaperLine]) -> None:
        """What is in the question and of which nothing says what it is: asked, run by run."""
        for run in runs_of(lines):
            choices = (("explication", "Une explication, montrée après la réponse"), ("énoncé", "La suite de l’énoncé"), (ASIDE, "Rien : à laisser"))
            what = (
                f"la ligne « {short(run[0].plain, 100)} »"
                if len(run) == 1
                else f"ces {len(run)} lignes, de « {short(run[0].plain, 60)} » à « {short(run[-1].plain, 60)} »"
            )
            asks = f"{self.called} : {'que fait' if len(run) == 1 else 'que font'} {what} ?"
            answer = self.asker.ask(Doubt(f"ligne:{self.key}:{run[0].at}", asks, choices, "explication" if len(run) < 3 else ASIDE))
            if answer == "explication":
                self.explained += [line.words for line in run]
            elif answer == "énoncé":
                self.found.statement = "\n\n".join([self.found.statement, *(line.words.markdown() for line in run)])
            else:
                self.found.lose(f"Laissé : « {short(' '.join(line.plain for line in run), 300)} ».")

    @property
    def unsure(self) -> bool:
        return any(is_unsure(value.plain) or not sure for value, sure in self.keys)

    @property
    def words(self) -> str:
        return " ".join(part.plain for part in self.statement)


def as_answer(option: PaperOption, right: bool) -> ImportedAnswer:
    words = option.words
    for look in (Look.BOLD, Look.ITALIC):
        words = words.without(look) if words.wears(look) == "all" else words
    return ImportedAnswer(words.markdown() or literal(words.plain), Decimal(100 if right else 0), join(option.said))


def leave(one: QuestionParts, why: str) -> None:
    one.found.refuse(why)
