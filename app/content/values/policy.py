"""How a quiz is taken and marked, as frozen values."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct


class GradingMethod(StrEnum):
    BEST = "meilleure"
    MEAN = "moyenne"
    FIRST = "première"
    LAST = "dernière"


class CorrectionTime(StrEnum):
    AFTER_EACH = "après chaque question"
    AFTER_SUBMIT = "après envoi"
    AFTER_LAST = "après dernière tentative"
    NEVER = "jamais"


class Policy(Struct, frozen=True):
    """How a quiz is taken and marked; frozen, whole, in each attempt. `pass_mark` is a fraction, 0 to 1."""

    pass_mark: Decimal = Decimal("0.7")
    max_attempts: int = 0
    """In total; 0 = as many as one likes."""
    method: GradingMethod = GradingMethod.BEST
    correction: CorrectionTime = CorrectionTime.AFTER_SUBMIT
    shuffle: bool = True
    draw: int | None = None
    """Questions drawn per attempt; None = all."""
