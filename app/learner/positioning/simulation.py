"""`flask positioning simulate`: a thousand invented learners take the test, and it tells how often what it proposes is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

import click
from flask.cli import AppGroup
from msgspec import Struct

from app.content.store.queries import course
from app.learner.positioning import rules
from app.learner.positioning.models import pool_of
from app.learner.positioning.rules import ItemAnswer, Mastery, PositioningItem
from app.platform.db import db
from app.platform.french import french, number
from app.platform.shell_json import AS_JSON, print_json

LEARNERS = 1_000
SEED = 14
ADMITS = 0.3
"""How often whoever does not know says « Je ne sais pas » instead of guessing."""


class SimulationResult(Struct, frozen=True):
    right: float
    """Share of the decisions (a learner and a module): waived and known, or neither."""
    unjustified_of_waivers: float
    """Share of the waivers that go to whoever does not know."""
    missed: float
    """Share of the modules that are known and not waived."""
    mean_questions: float
    learners: int
    seed: int


def simulate(
    pool: Iterable[PositioningItem], histories: Mapping[str, str], homes: Sequence[str], learners: int = LEARNERS, seed: int = SEED
) -> SimulationResult:
    """Each knows of each module what the prior of their history says, one of `homes` or none; two modules of one history are often known alike."""
    items, chance = tuple(pool), Random(seed)  # noqa: S311 — a simulation, not a secret
    decisions = right = waivers = unjust = just = missed = questions = 0
    for learner in range(learners):
        home = (*homes, None)[learner % (len(homes) + 1)]
        masteries = _masteries(histories, home, chance)
        answers, beliefs = _take_test(items, histories, home, masteries, learner, chance)
        questions += len(answers)
        for module_id, mastery in masteries.items():
            waived = rules.verdict(beliefs[module_id], module_id, answers).proposal is rules.Proposal.WAIVED
            deserved = mastery >= rules.KNOWN
            decisions, right = decisions + 1, right + (waived == deserved)
            waivers, unjust = waivers + waived, unjust + (waived and not deserved)
            just, missed = just + deserved, missed + (deserved and not waived)
    return SimulationResult(_share(right, decisions), _share(unjust, waivers), _share(missed, just), round(questions / max(1, learners), 2), learners, seed)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _masteries(histories: Mapping[str, str], home: str | None, chance: Random) -> dict[str, int]:
    alike: dict[str, int] = {}
    found = {}
    for module_id, history in histories.items():
        own = _draw_level(rules.prior(home, history), chance)
        found[module_id] = alike[history] if history in alike and chance.random() < rules.LINK else own
        alike.setdefault(history, own)
    return found


def _draw_level(chances: Mastery, chance: Random) -> int:
    return chance.choices(range(4), chances)[0]


def _take_test(
    items: Sequence[PositioningItem], histories: Mapping[str, str], home: str | None, masteries: Mapping[str, int], seed: int, chance: Random
) -> tuple[list[ItemAnswer], dict[str, Mastery]]:
    answers: list[ItemAnswer] = []
    beliefs = rules.beliefs_after(histories, home, ())
    while item := rules.next_item(items, beliefs, answers, seed):
        knows = masteries[item.module_id] >= item.level
        unknown = not knows and chance.random() < ADMITS
        answers.append(ItemAnswer(item, not unknown and chance.random() < (1 - rules.SLIP if knows else item.guess), unknown))
        beliefs = rules.update_beliefs(beliefs, histories, answers[-1])
    return answers, beliefs


# --- `flask positioning` ---------------------------------------------------------------------------------------------
# Is the published pool good enough to spare somebody a module?

positioning = AppGroup("positioning", help="Le positionnement : ce que valent ses questions.")


@positioning.command("simulate")
@click.option(
    "--learners", default=LEARNERS, show_default=True, type=click.IntRange(1, 100_000), help="Combien de personnes fictives passent le positionnement."
)
@click.option("--seed", default=SEED, show_default=True, help="Le même nombre donne les mêmes personnes.")
@AS_JSON
def simulate_command(learners: int, seed: int, as_json: bool) -> None:
    """Dire, sur les questions publiées, la part des décisions justes et celle des dispenses injustifiées."""
    with db.sessionmaker() as session:
        published = course(session)
    pool, homes = pool_of(published), [line.id for line in published.lines if line.side]
    if not pool.items:
        raise click.ClickException(french("Aucune question de positionnement n’est publiée."))
    found = simulate(pool.items, pool.histories, homes, learners, seed)
    if as_json:
        print_json(found)
        return
    shares = {
        "Décisions justes": found.right,
        "Dispenses injustifiées, parmi les dispenses": found.unjustified_of_waivers,
        "Modules sus, sans dispense": found.missed,
    }
    lines = [f"{words} : {number(share * 100, 1)} %" for words, share in shares.items()]
    click.echo("\n".join(french(line) for line in (*lines, f"Questions posées en moyenne : {number(found.mean_questions, 1)}")))
