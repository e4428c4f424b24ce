"""Somebody who reviews: the small course with a question in a lesson, two lessons and a quiz finished five days ago, and what they do on the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.content.store.queries import course
from app.learner.review.deck import ReviewCard, ReviewLog, deck_of
from app.learner.review.queries import asking
from app.learner.review.rules import Deck
from tests.record import courses
from tests.record.world import World
from tests.strict import Page, StrictClient

ASKING = "Un paragraphe.\n\n> [!QUESTION] Qui convoque le comité ?\n> - [x] Le préfet\n> - [ ] Le recteur\n\n## Première partie {#debut}\n\nDes faits."


@dataclass
class Reviewer:
    world: World
    person: int
    client: StrictClient

    def deck(self) -> Deck:
        return self.world.read(lambda session: deck_of(session, course(session), self.person, self.world.clock.now()))

    def later(self, **span: float) -> None:
        """Time passes, and sessions end with it."""
        self.world.clock.pass_by(**span)
        self.client = self.world.signed_in(self.person)

    def open(self) -> Page:
        return self.client.see("/revision/question")

    def answer(self, right: bool = True, button: str = "Répondre", **changes: Any) -> Page:
        """The question that is open, answered; the page of its correction."""
        return self.client.submit(button, **{**self.form(right), **changes})

    def form(self, right: bool) -> dict[str, Any]:
        """What fills the fields of the open question."""
        key = self.client.page.form("Répondre")["fields"]["card"]
        item = self.deck().at(key)
        assert item is not None
        one = self.world.read(lambda session: asking(course(session), item))
        return {name: values if len(values) > 1 else values[0] for name, values in one.kind.sample(one.layout, right).items()}

    def session(self, right: bool = True) -> int:
        """All that is asked today; how many questions it was."""
        for number in range(20):
            if self.client.get("/revision/question").status_code != 200:
                return number
            self.answer(right)
            self.world.clock.pass_by(minutes=1)
        raise AssertionError("it never ends")

    def cards(self) -> list[ReviewCard]:
        return self.world.read(lambda session: list(session.scalars(select(ReviewCard).order_by(ReviewCard.id))))

    def logs(self) -> list[ReviewLog]:
        """Of the review: without what quizzes measured before."""
        return self.world.read(lambda session: list(session.scalars(select(ReviewLog).where(ReviewLog.number > 0).order_by(ReviewLog.id))))


def finish_before(world: World, person: int, *elements: str) -> None:
    """Five days ago: what one learns, even answered right, is asked by now."""
    world.clock.pass_by(days=-5)
    for element in elements:
        world.finish(person, element)
    world.clock.pass_by(days=5)


def finishing(world: World) -> Reviewer:
    world.publish(courses.lesson("un-b", body=ASKING))
    person = world.person()
    finish_before(world, person, "un-a", "un-a-quiz", "un-b")
    return Reviewer(world, person, world.client())
