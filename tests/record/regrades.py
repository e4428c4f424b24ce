"""A quiz whose key was wrong, people who took it, and what regrading gave them: what the tests of regrading share."""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.attempts import services as attempts
from app.assessment.attempts.results import quiz_result
from app.assessment.attempts.sheet import sheet_of
from app.assessment.key_comparison import keys_of, remarked_people
from app.assessment.kinds.choices import options_shown
from app.assessment.models import Regrading
from app.content.store.queries import course
from app.identity.rules import Role
from app.record import enrolment, services
from tests.identity.builders import stored_person
from tests.record import courses
from tests.record.world import World

REASON = "La clé de la deuxième question était fausse."
NUMBERS = count(1)
NAMES = ("Inès Carpentier", "Omar Haddad", "Lucie Morel", "Paul Vidal")


def questions(second: str = "A", *, extra: str = "", options: tuple[str, ...] = ("A", "B", "C")) -> str:
    """Two questions: the key of the first is A, that of the second is `second`."""
    first = "## Première ? {#une}\n\n- [x] A\n- [ ] B\n- [ ] C"
    lines = "\n".join(f"- [{'x' if option == second else ' '}] {option}" for option in options)
    return f"{first}\n\n## Deuxième ? {{#deux}}\n\n{lines}\n\n{extra}"


def quiz(second: str = "A", *, extra: str = "", options: tuple[str, ...] = ("A", "B", "C"), **head: Any) -> tuple[str, str]:
    return courses.quiz("controle", lesson="la-lecon", questions=questions(second, extra=extra, options=options), **head)


def begin(world: World, **head: Any) -> int:
    """Publish the course with its wrong key; gives the trainer."""
    lesson = courses.lesson("la-lecon", module="mod-reprise", quiz="controle")
    world.publish_together(courses.module("mod-reprise", ["la-lecon"]), lesson, quiz(**head), courses.path(["mod-reprise"]))
    return stored_person(world.app, name=f"Claire {next(NUMBERS)}", password=None, roles=[Role.TRAINER])


def learner(world: World, name: str) -> int:
    person = stored_person(world.app, name=name, password=None)
    world.do(enrolment.enrol, person)
    return person


def answer(world: World, person: int, first: str, second: str) -> int:
    """One whole attempt; an empty letter leaves the question unanswered. Gives the attempt's number in the table."""
    open_attempt(world, person, first, second)
    return send_attempt(world, person)


def open_attempt(world: World, person: int, first: str, second: str) -> None:
    """Answer, and send nothing yet."""
    world.clock.pass_by(minutes=1)

    def work(session: Session) -> None:
        attempt = attempts.start_attempt(session, course(session), person, "controle", seed=3, now=world.clock.now())
        for entry in sheet_of(session, attempt).entries:
            wanted = first if entry.pooled.question.id == "une" else second
            shown = [option.text.text for option in options_shown(entry.layout, entry.pooled.question.answer)]
            if wanted:
                form = {"choix": [f"c{shown.index(wanted) + 1}"]}
                attempts.save_answer(session, person, attempt.id, entry.position, form, key=f"k{entry.position}", now=world.clock.now())

    world.write(work)


def send_attempt(world: World, person: int) -> int:
    """Submit the attempt under way, as its page does; its number in the table."""

    def work(session: Session) -> int:
        now, published = world.clock.now(), course(session)
        attempt = attempts.start_attempt(session, published, person, "controle", seed=3, now=now)
        outcome = attempts.submit_attempt(session, published, person, attempt.id, now=now)
        services.record_outcome(session, published, person, outcome, now)
        services.attest(session, published, person, now)
        return attempt.id

    return world.write(work)


def regrade(world: World, actor: int, reason: str = REASON) -> Regrading:
    world.clock.pass_by(minutes=1)
    return world.write(lambda session: services.regrade(session, course(session), "controle", actor_id=actor, reason=reason, now=world.clock.now()))


def kept(world: World, person: int) -> Fraction | None:
    return world.read(lambda session: quiz_result(session, course(session), person, "controle").kept)


def rows(world: World, table: Any) -> list[Any]:
    return world.read(lambda session: [tuple(row) for row in session.execute(select(*table.__table__.columns).order_by(table.id))])


def found(session: Session) -> Any:
    """What marking again would change, in lots of people."""
    return remarked_people(session, keys_of(session, course(session), "controle"), "controle")
