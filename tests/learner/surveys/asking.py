"""Surveys of the small course, who may answer them, and answers of many without anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.content.store.queries import course
from app.content.values.library import Survey
from app.identity.rules import Role
from app.learner.surveys import services
from app.learner.surveys.queries import SurveyWeek
from app.learner.surveys.rules import text_mark
from app.record.services import attest
from tests.record.courses import Text
from tests.record.world import World
from tests.strict import StrictClient

HOT, COLD, MANAGER = "a-chaud", "a-froid", "responsables"


def _survey(identifier: str, title: str, moment: str, questions: str) -> Text:
    return f"modules/enquetes/{identifier}.md", f"---\nid : {identifier}\ntitre : {title}\nmoment : {moment}\n---\n\nDeux minutes.\n\n{questions}\n"


SURVEYS = (
    _survey(
        HOT,
        "Votre avis",
        "à chaud",
        "## Satisfait {#satisfait}\n\nÉchelle : accord\nMesure : satisfaction\n\n"
        "## Le temps {#temps}\n\n- [ ] Trop court\n- [ ] Juste\n- [ ] Trop long\n\n"
        "## Ce qui a aidé {#aide}\n\nChoix : multiple\n- [ ] Les leçons\n- [ ] Les quiz\n\n"
        "## Ce qui manque {#manque}\n\nRéponse libre",
    ),
    _survey(COLD, "Trois mois après", "à froid", "## Réutilisé {#reutilise}\n\nÉchelle : accord\nMesure : réutilisation"),
    _survey(MANAGER, "Une question", "responsable", "## Cela a aidé {#aide-poste}\n\nÉchelle : accord"),
)
PAGE = f"/enquetes/{HOT}/mod-un"


@dataclass
class Asked:
    world: World
    person: int
    client: StrictClient

    def survey(self, identifier: str = HOT) -> Survey:
        return self.world.course().surveys[identifier]

    def weeks(self) -> list[SurveyWeek]:
        return self.world.read(lambda session: session.query(SurveyWeek).all())

    def count(self, on: date, answers: dict[str, Sequence[str]], subject: str = "mod-un", survey: str = HOT) -> None:
        """One answer more, of nobody."""
        self.world.write(lambda session: services.count(session, course(session).surveys[survey], subject, answers, on))

    def many(self, people: int, on: date, subject: str = "mod-un", survey: str = HOT, **answers: Any) -> None:
        def work(session: Any) -> None:
            for _ in range(people):
                services.count(session, course(session).surveys[survey], subject, answers, on)

        self.world.write(work)

    def reader(self, role: Role = Role.MANAGER) -> StrictClient:
        return self.world.signed_in(self.world.person(f"Un {role.value}", enrolled=False, role=role))


def told_text(session: Any, on: date) -> str:
    """What five people wrote, as an address names it."""
    for _ in range(5):
        services.count(session, course(session).surveys[HOT], "mod-un", {"manque": ["Des exemples."]}, on)
    return text_mark("manque", "Des exemples.")


def finisher(world: World, name: str, elements: Sequence[str] = ("un-a", "un-a-quiz", "un-b")) -> int:
    """Somebody who has done these elements, and holds what is attested of them."""
    person = world.person(name)
    for element in elements:
        world.finish(person, element)
    world.do(attest, person)
    return person


def asking(world: World) -> Asked:
    person = finisher(world, "Inès Carpentier")
    return Asked(world, person, world.signed_in(person))
