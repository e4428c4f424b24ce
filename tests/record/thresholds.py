"""A lesson of the small course that tells a fact, with a question under its title; what tests of facts share."""

from __future__ import annotations

from tests.record import courses
from tests.record.world import World

QUESTION = "> [!QUESTION]\n> Quel est le seuil ?\n>\n> - [x] Celui d'aujourd'hui\n> - [ ] Celui d'hier"


def threshold(value: str, id: str = "un-b", module: str = "mod-un", question: bool = True) -> courses.Text:
    told = f"Le seuil est de **{value}**{{fait:seuil}}, hors taxes[^texte]." if value else "Il n'y a plus de seuil."
    note = "\n\n[^texte]: Le décret, Journal officiel, 2026, <https://decret.example/seuil> (catégorie : texte officiel ; lu : original ; vérifié : 2026-11)"
    body = f"Un début.\n\n## Le seuil {{#seuil}}\n\n{told}\n\n{QUESTION if question else ''}\n\n## La fin {{#fin}}\n\nDes faits."
    path, text = courses.lesson(id, module=module, body=body)
    return path, text + (note if value else "")


def begin(world: World, readers: int, question: bool = True) -> list[int]:
    """People who finished the lesson that tells the threshold."""
    world.publish(threshold("40 euros", question=question))
    people = [world.person(f"Lectrice {number}") for number in range(readers)]
    for person in people:
        world.finish(person, "un-b")
    return people
