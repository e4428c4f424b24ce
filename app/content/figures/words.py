"""Says the data of a drawing in words below it: a table or a list, closed until it is opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from app.content.figures.shapes import markup
from app.platform.french import french


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True) -> Markup:
    """The first column names the rows; the others hold numbers, or words."""
    css = Markup(' class="number"') if numbers else Markup("")
    named = [markup('<th scope="col"{}>{}</th>', css if place else "", french(head)) for place, head in enumerate(heads)]
    lines = [
        markup('<tr><th scope="row">{}</th>{}</tr>\n', first, Markup("").join(markup("<td{}>{}</td>", css, each) for each in rest)) for first, *rest in rows
    ]
    return markup(
        '<details class="disclosure chart-data"><summary>Les mêmes données en tableau</summary>\n<table>\n<caption class="visually-hidden">{}</caption>\n'
        "<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table></details>\n",
        french(title),
        Markup("").join(named),
        Markup("").join(lines),
    )


def in_words(inner: Markup) -> Markup:
    return markup('<details class="disclosure chart-data"><summary>Lire en texte</summary>\n{}</details>\n', inner)


def labelled_text(label: str, text: str) -> Markup:
    """« Label : texte »."""
    name = markup("<strong>{}</strong>", french(label))
    return markup("{}{}", name, french(f" : {text}")) if text else name
