"""What several tests share: what is written to the trainers: under a lesson and a correction, found beside the line, answered once, read by whoever wrote it."""

from __future__ import annotations

from app.identity.rules import Role
from tests.record import courses
from tests.record.regrades import quiz
from tests.record.world import World
from tests.strict import StrictClient

BODY = "Une introduction.\n\n## Le préfet {#prefet}\n\nIl signe l'« arrêté » en 1995.\n\n## Le maire {#maire}\n\nIl signe aussi."


def begun(world: World) -> tuple[StrictClient, StrictClient]:
    """(the learner's browser, the trainer's)."""
    lesson = courses.lesson("la-lecon", module="mod-reprise", quiz="controle", body=BODY)
    world.publish_together(courses.module("mod-reprise", ["la-lecon"]), lesson, quiz(), courses.path(["mod-reprise"]))
    trainer = world.person("Claire Formatrice", enrolled=False, role=Role.TRAINER)
    return world.signed_in(world.person()), world.signed_in(trainer)
