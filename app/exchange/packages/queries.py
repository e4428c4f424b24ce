"""The page of a module's packages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from app.content.values.course import Course, Module
from app.exchange.packages.contents import PackedModule, packed_module
from app.exchange.packages.rules import TooMuchToKeep
from app.exchange.packages.told import losses


class PackagesPage(Struct, frozen=True):
    id: str
    title: str
    history: str
    lessons: int
    questions: int
    pass_mark: Decimal | None
    lost: tuple[str, ...]
    refused: str
    """Why there is no package, in French."""


def packages_page(course: Course, module: Module, on: date) -> PackagesPage:
    made = packed_module(course, module, on)
    return PackagesPage(module.id, module.title, module.history, len(made.lessons), len(made.quiz_questions), made.pass_mark, losses(made), _why_refused(made))


def _why_refused(made: PackedModule) -> str:
    try:
        made.suspended()
    except TooMuchToKeep as error:
        return error.sentence
    return ""
