"""A lesson told as a situation: its scenes as a tree of two levels of choices, and what is wrong with it (E62 to E66). Never raises.

The tree is given only where nothing is wrong: rendering relies on it. Otherwise the lesson is shown as it is written.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from itertools import chain

from markdown_it.token import Token

from app.content.problems.catalogue import problem
from app.content.quiz.source.report import short
from app.content.text.markdown import count_words, plain
from app.content.text.parts import ParsedText, TextPart
from app.content.text.scenes import WrittenChoice, WrittenChoices, offers
from app.content.values.scenes import Scene, SceneChoice
from app.content.values.text import Problem
from app.platform.french import french

DEEPEST = 2
"""Choices on any way to an end."""
FEWEST, MOST = 2, 4
"""Choices at the end of a scene."""
_WRITE = "Écrivez un choix par ligne : > - [Ce que l’on fait](#ancre-de-la-scene)."

_Said = tuple[int, str, str, str]
"""Line, code, message, hint."""


def read_situation(path: str, parsed: ParsedText) -> tuple[Scene | None, tuple[Problem, ...]]:
    """The opening scene with all that follows it, and the problems; (None, ()) for a lesson without choices."""
    parts, closing = parsed.story, [token for part in parsed.closing for token in part.tokens]
    late = [token.map[0] for index, token in enumerate(closing) if token.level == 0 and token.map and offers(closing, index)]
    if not late and not any(part.scene.choices for part in parts):
        return None, ()
    tree = _SceneTree(parts)
    said = [*_closed(parts, closing, late), *chain.from_iterable(tree.judged(part) for part in parts)]
    return (None if said else tree.scene(parts[0])), tuple(problem(path, *each) for each in said)


def _closed(parts: Sequence[TextPart], closing: Sequence[Token], late: Sequence[int]) -> Iterator[_Said]:
    """It ends in the same words whatever was chosen, and nothing is chosen there."""
    if not closing:
        line = next(part.scene.choices[0].line for part in parts if part.scene.choices)
        yield line, "E66", "Cette situation n’a pas de « À retenir ».", "Ajoutez-le après la dernière scène : ## À retenir."
    for line in late:
        yield line, "E62", "Des choix ne se proposent pas après « À retenir ».", "Mettez-les à la fin d’une scène, avant lui."


class _SceneTree:
    """Which part may follow which: `##` after the opening, `###` after the `##` above it."""

    def __init__(self, parts: Sequence[TextPart]) -> None:
        self.named = {part.anchor: part for part in reversed(parts) if part.depth}
        self.before: dict[str, TextPart | None] = {}
        above: list[TextPart | None] = [parts[0], None, None]
        for part in parts[1:]:
            self.before.setdefault(part.anchor, above[part.depth - 1])
            above[part.depth] = part

    def scene(self, part: TextPart) -> Scene:
        choices = [each for written in part.scene.choices for each in written.items]
        inline = [token.children or [] for token in part.told_inline()]
        inline += [*(written.asked for written in part.scene.choices), *(choice.words for choice in choices)]
        words = sum(count_words(plain(children)) for children in inline)
        led = tuple(SceneChoice(french(plain(choice.words)), self.scene(self.named[choice.anchor])) for choice in choices)
        return Scene(french(part.title), part.anchor, part.line, words, led)

    def judged(self, part: TextPart) -> Iterator[_Said]:
        if part.depth and not self._reached(part):
            hint = f"Ajoutez aux choix qui la précèdent : > - [Ce que l’on fait](#{part.anchor})."
            yield part.line, "E64", f"Aucun choix ne mène à la scène « {short(part.title, 60)} ».", hint
        elif part.depth >= DEEPEST:
            for written in part.scene.choices:
                hint = "Racontez la fin ici, ou remontez ces choix d’un niveau : une situation en a deux, l’un après l’autre."
                yield written.line, "E65", f"« {short(part.title, 60)} » est déjà au second niveau : on n’y choisit plus.", hint
        elif not part.scene.choices:
            where = f"La scène « {short(part.title, 60)} »" if part.depth else "Le récit du début, avant tout titre,"
            yield part.line, "E65", f"{where} n’offre aucun choix : une situation en a deux niveaux.", "Ajoutez à sa fin un encadré > [!CHOIX] et sa liste."
        if part.depth < DEEPEST and part.scene.choices:
            yield from self._offered(part, part.scene.choices[0])

    def _reached(self, part: TextPart) -> bool:
        """Whether some choice leads there, or would, once those of the scene before, which say what is wrong with them, are mended."""
        before = self.before.get(part.anchor)
        offered = [choice.anchor for written in before.scene.choices for choice in written.items] if before else []
        mended = len(set(offered)) == len(offered) > 0 and all(self.before.get(anchor) is before for anchor in offered)
        return part.anchor in offered or (before is not None and not mended)

    def _offered(self, part: TextPart, written: WrittenChoices) -> Iterator[_Said]:
        for other in part.scene.choices[1:]:
            yield other.line, "E62", f"Cette scène propose déjà des choix, ligne {written.line}.", "Gardez une seule liste, à la fin de la scène."
        if part.scene.after and len(part.scene.choices) == 1:
            yield part.scene.after, "E62", "Un passage suit les choix de cette scène.", "Mettez-le avant eux, ou dans la scène où un choix mène."
        number = len(written.items)
        if not number:
            yield written.line, "E62", "Ces choix ne forment pas une liste.", _WRITE
        elif not FEWEST <= number <= MOST:
            said = f"Cette scène propose {number} choix : il en faut de {FEWEST} à {MOST}."
            yield written.line, "E62", said, "Qui n’a qu’une chose à faire ne choisit pas." if number < FEWEST else "Gardez ceux entre lesquels on hésite."
        for place, choice in enumerate(written.items):
            yield from self._led(part, choice, {each.anchor for each in written.items[:place]})

    def _led(self, part: TextPart, choice: WrittenChoice, taken: set[str]) -> Iterator[_Said]:
        """One choice leads to a scene that follows, and to which no other leads."""
        target = self.named.get(choice.anchor)
        if not choice.anchor:
            yield choice.line, "E62", f"Ce choix n’est pas un lien vers une scène : « {short(plain(choice.words), 60)} ».", _WRITE
        elif target is None:
            near = difflib.get_close_matches(choice.anchor[:60], self.named, n=1, cutoff=0.7)
            hint = f"Vouliez-vous dire « {near[0]} » ?" if near else f"Donnez cette ancre au titre d’une scène : {{#{choice.anchor[:60]}}}."
            yield choice.line, "E63", f"Aucune scène n’a l’ancre « #{choice.anchor[:60]} ».", hint
        elif choice.anchor in taken:
            hint = "Donnez à chaque choix sa scène : sans suite propre, ce n’en est pas un autre."
            yield choice.line, "E63", f"Un autre choix de cette scène mène déjà à « {short(target.title, 60)} ».", hint
        elif target is part or target is self.before.get(part.anchor):
            hint = "Menez à une scène nouvelle : les autres choix restent sous les yeux, on y revient sans lien."
            yield choice.line, "E63", f"Ce choix ramène en arrière, à « {short(target.title, 60)} ».", hint
        elif self.before.get(choice.anchor) is not part:
            hint = f"La suite d’une scène est un titre « ### » placé sous elle{', celle du récit un titre « ## »' if not part.depth else ''}."
            yield choice.line, "E63", f"Ce choix mène à « {short(target.title, 60)} », qui n’est pas la suite de cette scène.", hint
