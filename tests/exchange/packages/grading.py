"""Answers to the questions of a package, judged by its script (in Node) and by the site."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from msgspec import to_builtins

import app
from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.choices import FIELD, option_id
from app.assessment.kinds.gaps import gap_field
from app.assessment.kinds.matching import pair_field
from app.assessment.kinds.ordering import item_field
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Form, QuestionLayout
from app.assessment.kinds.typed_text import FIELD as TYPED
from app.content.values.quiz import Choices, Gaps, Matching, NumberAnswer, OpenText, Ordering, Question, QuestionType, ShortText
from app.exchange.packages import contents
from tests.npm_tools import program

SCRIPTS = Path(app.__file__).parent / "static" / "js" / "packages"
RUN = """
const fs = require("fs"), vm = require("vm");
const sent = JSON.parse(fs.readFileSync(0, "utf8"));
vm.runInThisContext(sent.script);
const { grade } = Croisee.Grading({ tables: sent.tables }), { code, given } = Croisee.Record({});
const { cleaned } = Croisee.Words(sent.tables);
const kept = (question, answer) => code(question, answer.map(cleaned));
console.log(JSON.stringify(sent.cases.map(([place, answer]) => {
  const question = sent.keys[place], found = grade(question, answer);
  if (found.doubt) return found;
  const text = kept(question, answer);
  return { ...found, kept: text.length, most: question.kept, again: grade(question, given(question, text)).share };
})));
"""


@dataclass(frozen=True)
class Case:
    question: Question
    layout: QuestionLayout
    form: Form

    @property
    def given(self) -> list[str]:
        """As the script reads it."""
        match self.question.answer:
            case Choices():
                return self.form[FIELD]
            case Gaps() as answer:
                return self._fields(gap_field(index) for index in range(len(answer.gaps)))
            case Matching() as answer:
                return self._fields(pair_field(place) for place in range(1, len(answer.pairs) + 1))
            case Ordering() as answer:
                return self._fields(item_field(place) for place in range(1, len(answer.items) + 1))
        return self.form[TYPED]

    def _fields(self, names: Iterable[str]) -> list[str]:
        return [self.form.get(name, [""])[0] for name in names]


def by_script(cases: Sequence[Case], lexicon: Lexicon) -> list[dict[str, Any]]:
    questions = list({(case.layout.question_id, id(case.question)): case for case in cases}.values())
    places = {id(case.question): place for place, case in enumerate(questions)}
    made = [to_builtins(kind_of(case.question).package_key(case.layout, lexicon)) for case in questions]
    script = "\n".join((SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in ("words", "numbers", "grading", "record"))
    sent = {
        "script": script,
        "tables": contents.tables([text for case in questions for text in kind_of(case.question).typed_writings()], lexicon),
        "keys": made,
        "cases": [[places[id(case.question)], case.given] for case in cases],
    }
    done = subprocess.run([program("node", "nodejs"), "-e", RUN], input=json.dumps(sent), capture_output=True, text=True, timeout=60, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def on_the_site(case: Case, lexicon: Lexicon) -> Fraction | None:
    """None where it is asked again."""
    kind = kind_of(case.question)
    given, unclear = kind.read_clearly(case.layout, case.form, lexicon)
    return None if unclear or given.is_blank else kind.grade(given, lexicon).fraction


# --- Answers ---


def answers(question: Question, layout: QuestionLayout, chance: Random) -> Iterator[Case]:
    kind = kind_of(question)
    for form in (kind.sample(layout, True), kind.sample(layout, False), *_forms(question, chance)):
        yield Case(question, layout, form)


def _forms(question: Question, chance: Random) -> Iterator[Form]:
    match question.answer:
        case Choices() as answer:
            yield from _ticked(answer)
        case ShortText() as answer:
            yield from ({TYPED: [text]} for one in (*answer.accepted, *answer.mistakes) for text in written(one.text, chance))
        case NumberAnswer() as answer:
            yield from ({TYPED: [text]} for one in answer.accepted for text in numbers(one.low, answer.unit, question.statement.text))
        case Gaps() as answer:
            yield from ({gap_field(index): [text]} for index, gap in enumerate(answer.gaps) if not gap.menu for text in written(gap.accepted[0], chance))
        case Matching() as answer:
            yield from _matched(answer, chance)
        case Ordering() as answer:
            yield from _ranked(answer, chance)
        case OpenText():
            yield {TYPED: ["quelques mots"]}


def _ticked(answer: Choices) -> Iterator[Form]:
    ids = [option_id(place) for place in range(1, len(answer.options) + 1)]
    for size in range(1, 1 + (len(ids) if answer.kind is QuestionType.MULTIPLE else 1)):
        yield from ({FIELD: list(ticked)} for ticked in list(combinations(ids, size))[:6])


def _matched(answer: Matching, chance: Random) -> Iterator[Form]:
    targets = len({pair.right for pair in answer.pairs})
    for _ in range(3):
        yield {pair_field(place): [f"t{chance.randint(1, targets)}"] for place in range(1, len(answer.pairs) + 1)}


def _ranked(answer: Ordering, chance: Random) -> Iterator[Form]:
    size = len(answer.items)
    for _ in range(3):
        yield {item_field(place): [str(rank)] for place, rank in enumerate(chance.sample(range(1, size + 1), size), 1)}


def written(text: str, chance: Random) -> Iterator[str]:
    """A text as people type it, rightly or nearly."""
    words = text.split()
    place = chance.randrange(len(text)) if text else 0
    yield text
    yield text.upper()
    yield text.lower()
    yield f"  {text} . "
    yield f"le {text}"
    yield f"les {text}s"
    yield f"l’{text}"
    yield text + "s"
    yield text + "e"
    yield text.replace("é", "e").replace("è", "e").replace("’", "'").replace("-", " ")
    yield text.replace(" ", "-")
    yield text[:place] + text[place + 1 :]
    yield text[:place] + "x" + text[place:]
    yield " ".join(reversed(words))
    yield "Mme " + text
    yield "".join(word[0] for word in words)
    yield text + " local"
    yield text.replace("s ", " ").removesuffix("s")


def numbers(value: Decimal, unit: str, statement: str) -> Iterator[str]:
    plain = f"{value:f}"
    for text in (plain, plain.replace(".", ","), f"{value:,}".replace(",", " "), f"{value:,}".replace(",", ".")):
        yield text
        yield f"{text} {unit}"
    yield f"environ {plain}"
    yield f"en {plain}"
    yield f"plus de {plain}"
    yield f"{plain} millions"
    yield f"{plain} ans"
    yield f"{plain} %"
    yield f"-{plain}"
    yield f"{value + 1:f}"
    yield f"{plain} et 3"
    yield f"{plain} {' '.join(statement.split()[-2:])}"
    yield "douze"
