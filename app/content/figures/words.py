"""The same data in words, below a drawing: a table or a list, closed until it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from app.french import french


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True) -> Markup:
    """The first column names the rows; the others hold numbers, or words."""
    css = Markup(' class="number"') if numbers else Markup("")
    named = [Markup('<th scope="col"{}>{}</th>').format(css if place else "", french(head)) for place, head in enumerate(heads)]
    cell = Markup("<td{}>{}</td>")
    lines = [Markup('<tr><th scope="row">{}</th>{}</tr>\n').format(first, Markup("").join(cell.format(css, each) for each in rest)) for first, *rest in rows]
    return Markup(
        '<details class="disclosure chart-data"><summary>Les mêmes données en tableau</summary>\n<table>\n<caption class="visually-hidden">{}</caption>\n'
        "<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table></details>\n"
    ).format(french(title), Markup("").join(named), Markup("").join(lines))


def in_words(inner: Markup) -> Markup:
    return Markup('<details class="disclosure chart-data"><summary>Lire en texte</summary>\n{}</details>\n').format(inner)


def said(label: str, text: str) -> Markup:
    """« Label : texte »."""
    name = Markup("<strong>{}</strong>").format(french(label))
    return Markup("{}{}").format(name, french(f" : {text}")) if text else name
