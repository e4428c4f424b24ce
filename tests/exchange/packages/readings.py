"""What the scripts of a package read by themselves, beside what Python reads: one table of cases, `readings.json`, which both must meet.

`python -m tests.exchange.packages.readings` writes down what Python reads in each case: after a change of a reading, look at the difference.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.assessment.answers.compare import AskAgain, TypedReading, rules
from app.assessment.answers.doubts import ASKED
from app.assessment.answers.normalise import phrase
from app.assessment.answers.numbers import read_asked_number, read_number
from app.assessment.kinds.package_key import number_key
from app.content.values.quiz import Interval
from app.exchange.packages.contents import tables
from tests.assessment.answers.matching import LEXICON
from tests.exchange.packages.grading import SCRIPTS
from tests.npm_tools import program

CASES = Path(__file__).with_name("readings.json")
STATEMENT = "Que veut dire QPV ?"
RUN = """
const fs = require("fs"), vm = require("vm");
const sent = JSON.parse(fs.readFileSync(0, "utf8"));
vm.runInThisContext(sent.script);
const words = Croisee.Words(sent.tables), numbers = Croisee.Numbers(words, sent.tables);
const read = (text) => Object.fromEntries(Object.entries(words.readings).map(([name, reading]) => [name, [...new Set(reading(text, sent.statement))].sort()]));
console.log(JSON.stringify({ words: sent.words.map(read), numbers: sent.numbers.map(([typed, key]) => numbers.match(typed, key)) }));
"""

Number = tuple[str, str, bool, str]
"""Of the question its words, its unit and whether that is required; what is typed."""


def words_by_python(texts: Sequence[str]) -> list[dict[str, list[str]]]:
    """Each reading by its name → its forms."""
    ways = [way for _, those in rules(strict=False) for way in those]
    return [
        {
            **{way.name: sorted(way.read(TypedReading(text, LEXICON, STATEMENT)), key=_by_unit) for way in ways},
            **{way.name: sorted(way.read(text), key=_by_unit) for way in ASKED},
        }
        for text in texts
    ]


def numbers_by_python(cases: Sequence[Number]) -> list[str]:
    """The value, or why it is asked again."""
    found = [read_number(typed, read_asked_number(statement, unit), unit, required) for statement, unit, required, typed in cases]
    return [each.doubt.value if isinstance(each, AskAgain) else f"{each.normalize():f}" for each in found]


def by_script(texts: Sequence[str], cases: Sequence[Number], expected: Sequence[str]) -> tuple[list[dict[str, list[str]]], list[str]]:
    """The same. A number is asked for as one that the key accepts: the script tells no value."""
    sent = {
        "script": "\n".join((SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in ("words", "numbers")),
        "tables": tables(["un texte"], LEXICON),
        "statement": phrase(STATEMENT),
        "words": texts,
        "numbers": [[typed, _key(case, value)] for case, value in zip(cases, expected, strict=True) for typed in (case[3],)],
    }
    done = subprocess.run([program("node", "nodejs"), "-e", RUN], input=json.dumps(sent), capture_output=True, text=True, timeout=60, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    told = [each.get("doubt") or (value if each["met"] == 0 else "another") for each, value in zip(found["numbers"], expected, strict=True)]
    return found["words"], told


def _key(case: Number, value: str) -> dict[str, Any]:
    statement, unit, required, _ = case
    met = (Interval(Decimal(value), Decimal(value), value),) if value[-1:].isdigit() else ()
    return number_key(met, read_asked_number(statement, unit), unit, required)


def _by_unit(text: str) -> bytes:
    """As JavaScript sorts."""
    return text.encode("utf-16-be", "surrogatepass")


def held() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CASES.read_text(encoding="utf-8"))
    return found


def number_cases(table: dict[str, Any]) -> list[Number]:
    return [(case["question"], case.get("unit", ""), case.get("required", False), case["typed"]) for case in table["numbers"]]


def written(table: dict[str, Any]) -> str:
    """A case a line."""
    words = [{"typed": case["typed"], **read} for case, read in zip(table["words"], words_by_python([case["typed"] for case in table["words"]]), strict=True)]
    numbers = [{**case, "read": read} for case, read in zip(table["numbers"], numbers_by_python(number_cases(table)), strict=True)]
    lists = {name: ",\n".join(f"  {json.dumps(case, ensure_ascii=False)}" for case in cases) for name, cases in (("words", words), ("numbers", numbers))}
    return '{"words": [\n' + lists["words"] + '\n],\n"numbers": [\n' + lists["numbers"] + "\n]}\n"


if __name__ == "__main__":
    CASES.write_text(written(held()), encoding="utf-8")
