"""A situation: a case told in scenes, each choice of which leads to another."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct


class Scene(Struct, frozen=True):
    """A part of a situation, from its title to the choices that end it; the opening has no title."""

    title: str
    anchor: str
    line: int
    words: int
    choices: tuple[SceneChoice, ...] = ()
    """Two to four in the opening and in each scene to which it leads; none after the second."""

    def scenes(self) -> Iterator[Scene]:
        """Yields the scenes that its choices lead to, each followed by its own."""
        for choice in self.choices:
            yield choice.scene
            yield from choice.scene.scenes()

    def paths(self) -> Iterator[int]:
        """The words of each way from here to an end."""
        if not self.choices:
            yield self.words
        for choice in self.choices:
            yield from (self.words + words for words in choice.scene.paths())


class SceneChoice(Struct, frozen=True):
    """What one may do at the end of a scene, and the scene that follows."""

    text: str
    scene: Scene
