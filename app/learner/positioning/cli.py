"""`flask positioning …`: is the published pool good enough to spare somebody a module?"""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.content.store.queries import course
from app.learner.positioning.pool import pool_of
from app.learner.positioning.simulation import LEARNERS, SEED, simulate
from app.platform.db import db
from app.platform.french import french, number
from app.platform.shell_json import print_json

positioning = AppGroup("positioning", help="Le positionnement : ce que valent ses questions.")


@positioning.command("simulate")
@click.option(
    "--learners", default=LEARNERS, show_default=True, type=click.IntRange(1, 100_000), help="Combien de personnes fictives passent le positionnement."
)
@click.option("--seed", default=SEED, show_default=True, help="Le même nombre donne les mêmes personnes.")
@click.option("--json", "as_json", is_flag=True, help="Pour une machine.")
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
