"""What cannot be read in one way is asked again before it is marked: never by what the key says, always by what was typed and what the question says. Pure."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class AnswerDoubt(StrEnum):
    """Why an answer is asked again."""

    NO_NUMBER = "nombre_absent"
    SEVERAL_NUMBERS = "plusieurs_nombres"
    POINT = "point_ambigu"
    WORD = "mot_hors_question"
    UNIT = "autre_unité"
    ABOUT = "nombre_approché"
    SCALE = "autre_échelle"
    UNIT_MISSING = "unité_exigée"
    TWO_THINGS = "deux_choses"


class AskAgain(Struct, frozen=True):
    """`sentence` tells the learner what to write, in French."""

    doubt: AnswerDoubt
    sentence: str
