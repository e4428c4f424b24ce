"""The paths of a course: which modules in which order, by when, and what their attestation is worth."""

from __future__ import annotations

from msgspec import Struct


class LearningPath(Struct, frozen=True):
    """One `## Titre {#id}` of parcours.md."""

    id: str
    title: str
    module_ids: tuple[str, ...]
    required_ids: tuple[str, ...]
    """Modules that the attestation asks for; all of them when the file names none."""
    attestation: bool
    default: bool
    line: int
    days: int | None = None
    """How long it may take, from the beginning of one's cohort, else from joining it; None for as long as one likes."""
    steps: tuple[tuple[str, int], ...] = ()
    """(module, days) of the modules that are to be done before the whole."""
    validity: int = 0
    """Months during which its attestation is fresh; 0 for ever."""


class Paths(Struct, frozen=True):
    paths: tuple[LearningPath, ...] = ()

    @property
    def default(self) -> LearningPath | None:
        return next((path for path in self.paths if path.default), None)
