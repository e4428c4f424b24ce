"""The layout of a situation: each choice folds the scene to which it leads, so that neither a script nor a memory of who chose is needed.

What follows a choice opens under it; the other choices stay in sight, to be tried. On paper all is open, numbered, and each list of choices says
where to go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markdown_it.token import Token
from markupsafe import Markup

from app.content.rendering.html import render, render_inline
from app.content.rendering.state import PageState
from app.content.text.parts import ParsedText, TextPart
from app.content.text.scenes import WrittenChoices
from app.platform.french import french

_PLACE = "a-choisir"
"""Id of the first choices; those that end scene 2 are `a-choisir-2`."""
_TOLD = french("La suite s'ouvre sous votre choix. Rien n'est noté ni gardé : essayez-en un, puis les autres.")
_PAPER = Markup("<li>{}</li>\n").format(french("Si vous choisissez « {} » : voir {}."))


def render_story(parsed: ParsedText, state: PageState) -> Markup:
    """The opening with every scene, without what closes the lesson. Only for a lesson whose scenes are all in order."""
    opening, *scenes = parsed.story
    return _Story({part.anchor: part for part in scenes}, state, parsed.closing[0].anchor).render_part(opening, "")


class _Story:
    def __init__(self, scenes: Mapping[str, TextPart], state: PageState, closing: str) -> None:
        self.scenes = scenes
        self.state = state
        self.closing = closing

    def render_part(self, part: TextPart, number: str) -> Markup:
        """A part, then what one may choose; after an end, the ways back."""
        text, choices = render(part.scene.told, self.state), part.scene.choices
        return text + (self._choices(choices[0], number) if choices else self._ways_back(number))

    def _choices(self, written: WrittenChoices, number: str) -> Markup:
        numbers = [f"{number}.{rank}" if number else str(rank) for rank in range(1, len(written.items) + 1)]
        led = [(where, self._words(choice.words), choice) for where, choice in zip(numbers, written.items, strict=True)]
        paper = Markup("").join(_PAPER.format(said, where) for where, said, _ in led)
        return Markup(
            '<div class="fork" role="group" id="{p}" tabindex="-1" aria-labelledby="{p}-titre">\n<p class="fork-asked" id="{p}-titre"{l}>{a}</p>\n{t}'
            '<ul class="fork-paper">\n{u}</ul>\n{s}</div>\n'
        ).format(
            p=f"{_PLACE}-{number}" if number else _PLACE,
            l=self._line(written.line),
            a=self._words(written.asked),
            t="" if number else Markup('<p class="fork-told no-print">{}</p>\n').format(_TOLD),
            u=paper,
            s=Markup("").join(
                Markup(
                    '<details class="scene"{}>\n<summary><span class="scene-number">{}</span> <span>{}</span></summary>\n<div class="scene-told">\n{}</div>\n</details>\n'
                ).format(self._line(choice.line), where, said, self.render_part(self.scenes[choice.anchor], where))
                for where, said, choice in led
            ),
        )

    def _words(self, inline: Sequence[Token]) -> Markup:
        """Of what is pressed: no other button stands there."""
        self.state.quiet += 1
        html = render_inline(inline, self.state)
        self.state.quiet -= 1
        return html

    def _line(self, line: int) -> Markup:
        return Markup(' data-line="{}"').format(line) if self.state.lined else Markup("")

    def _ways_back(self, number: str) -> Markup:
        before = number.partition(".")[0]
        return Markup(
            '<p class="scene-after no-print"><a href="#{p}-{n}">Essayer un autre choix</a> <a href="#{p}">Revenir au premier choix</a> <a href="#{c}">{w}</a></p>\n'
        ).format(p=_PLACE, n=before, c=self.closing, w=french("Aller à « À retenir »"))
