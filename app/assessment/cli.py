"""`flask assessment …`: for trainers who doubt whether an answer would be accepted."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from msgspec import Struct

from app.assessment.answers.compare import AskAgain, MatchVerdict, match_text
from app.assessment.answers.doubts import ask_again
from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.assessment.answers.numbers import match_read, read_asked_number
from app.assessment.kinds.gaps import asking, match_gap
from app.content.quiz.answers.gaps import typed_gap
from app.content.quiz.answers.number import NumberReading, read_number
from app.content.store.queries import course
from app.content.values.quiz import GAP_CLOSE, GAP_OPEN
from app.platform.db import db
from app.platform.french import french
from app.platform.shell_json import AS_JSON, print_json

assessment = AppGroup("assessment", help="Les réponses : ce qui est accepté, refusé, redemandé.")

_WORDS = {"accepted": "Acceptée", "refused": "Refusée", "ask_again": "Redemandée"}


class ComparisonResult(Struct, frozen=True):
    """What becomes of a typed answer; `rule` accepts it or asks it again, and is empty where nothing accepts it."""

    verdict: str
    rule: str | None
    sentence: str


def describe_verdict(found: MatchVerdict | AskAgain | None) -> ComparisonResult:
    if isinstance(found, MatchVerdict):
        return ComparisonResult("accepted", found.rule.value, found.sentence)
    if isinstance(found, AskAgain):
        return ComparisonResult("ask_again", found.doubt.value, found.sentence)
    return ComparisonResult("refused", None, "Aucune règle n’accepte cette réponse.")


@assessment.command("compare")
@click.option("--kind", type=click.Choice(["text", "number", "gap"]), required=True, help="Un texte, un nombre ou un trou à remplir.")
@click.option(
    "--expected", "accepted", multiple=True, required=True, help="Une réponse acceptée, comme on l’écrit dans un quiz ; à répéter s’il y en a plusieurs."
)
@click.option("--statement", default="", help="L’énoncé de la question ; d’un trou, le texte où il s’écrit « ___ ».")
@click.option("--typed", required=True, help="Ce qui est tapé.")
@AS_JSON
def compare_command(kind: str, accepted: tuple[str, ...], statement: str, typed: str, as_json: bool) -> None:
    """Dire ce que devient une réponse tapée, avec le glossaire et les paires publiés."""
    judge = {"number": _number, "text": _text, "gap": _gap}[kind]
    result = describe_verdict(judge(accepted, statement, typed))
    if as_json:
        print_json(result)
    else:
        click.echo(f"{_WORDS[result.verdict]} : {result.sentence}")


def _text(accepted: tuple[str, ...], statement: str, typed: str) -> MatchVerdict | AskAgain | None:
    lexicon = _published_lexicon()
    return match_text(typed, accepted, lexicon, statement) or ask_again(typed, accepted, lexicon, statement)


def _number(accepted: tuple[str, ...], statement: str, typed: str) -> MatchVerdict | AskAgain | None:
    """The unit is that of the first accepted number."""
    read = [read_number(written) for written in accepted]
    numbers = [one for one in read if isinstance(one, NumberReading)]
    if len(numbers) < len(read):
        raise click.ClickException(french("Une réponse attendue ne se lit pas comme un nombre : écrivez 25, 12,5 %, 54 à 56 ou 1 362 ± 10."))
    unit = numbers[0].unit
    return match_read(typed, [number.interval for number in numbers], read_asked_number(statement, unit), unit)


def _gap(accepted: tuple[str, ...], statement: str, typed: str) -> MatchVerdict | AskAgain | None:
    body = statement.replace("___", f"{GAP_OPEN}0{GAP_CLOSE}", 1)
    return match_gap(typed, typed_gap(accepted), _published_lexicon(), statement, asking(body, 0))


def _published_lexicon() -> Lexicon:
    with db.sessionmaker() as session:
        published = course(session)
    return lexicon_of(published.glossary, published.confusables)
