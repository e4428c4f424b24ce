"""Papers and lessons that LibreOffice Writer writes itself: each is a flat OpenDocument text, which it opens and saves as a Word document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from tests.exchange.intake.papers import QUESTIONS

_SPACES = {
    "office": "office:1.0", "style": "style:1.0", "text": "text:1.0", "table": "table:1.0", "fo": "xsl-fo-compatible:1.0",
}  # fmt: skip
_LOOKS = {
    "gras": 'fo:font-weight="bold"',
    "surligné": 'fo:background-color="#ffff00"',
    "rouge": 'fo:color="#ff0000"',
    "souligné": 'style:text-underline-style="solid" style:text-underline-width="auto" style:text-underline-color="font-color"',
    "exposant": 'style:text-position="super 58%"',
}
_LEVEL = (
    '<text:list-level-style-number text:level="{}" style:num-format="{}" style:num-suffix="{}">'
    '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
    '<style:list-level-label-alignment text:label-followed-by="listtab" fo:margin-left="{}cm" fo:text-indent="-0.6cm"/></style:list-level-properties>'
    "</text:list-level-style-number>"
)
_BULLET = (
    '<text:list-level-style-bullet text:level="{}" text:bullet-char="•"><style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
    '<style:list-level-label-alignment text:label-followed-by="listtab" fo:margin-left="{}cm" fo:text-indent="-0.6cm"/></style:list-level-properties>'
    "</text:list-level-style-bullet>"
)
STYLES = (
    "".join(f'<style:style style:name="{name}" style:family="text"><style:text-properties {look}/></style:style>' for name, look in _LOOKS.items())
    + f'<text:list-style style:name="numeros">{_LEVEL.format(1, "1", ".", 1)}{_LEVEL.format(2, "a", ")", 2)}</text:list-style>'
    + f'<text:list-style style:name="questions">{_LEVEL.format(1, "1", ".", 1)}{_BULLET.format(2, 2)}</text:list-style>'
    + f'<text:list-style style:name="puces">{_BULLET.format(1, 1)}{_BULLET.format(2, 2)}</text:list-style>'
)

TITLES = "".join(
    f'<style:style style:name="Heading_20_{level}" style:display-name="Heading {level}" style:family="paragraph" style:default-outline-level="{level}"/>'
    for level in (1, 2)
)


def fodt(body: str) -> bytes:
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{uri}"' for name, uri in _SPACES.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {names} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:styles>{TITLES}</office:styles><office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document>"
    ).encode()


def p(words: str, look: str = "") -> Markup:
    inner = Markup('<text:span text:style-name="{}">{}</text:span>').format(look, words) if look else Markup.escape(words)
    return Markup("<text:p>{}</text:p>").format(inner)


def h(words: str, level: int = 1) -> Markup:
    return Markup('<text:h text:style-name="Heading_20_{}" text:outline-level="{}">{}</text:h>').format(level, level, words)


def list_of(style: str, items: list[tuple[Markup, list[Markup]]]) -> Markup:
    def points(each: tuple[Markup, list[Markup]]) -> Markup:
        inner = Markup("").join(Markup("<text:list-item>{}</text:list-item>").format(deep) for deep in each[1])
        return Markup("<text:list-item>{}{}</text:list-item>").format(each[0], Markup("<text:list>{}</text:list>").format(inner) if inner else "")

    return Markup('<text:list text:style-name="{}">{}</text:list>').format(style, Markup("").join(points(each) for each in items))


def table(rows: list[tuple[str, ...]]) -> Markup:
    cells = [Markup("").join(Markup("<table:table-cell>{}</table:table-cell>").format(p(words)) for words in row) for row in rows]
    shown = Markup("").join(Markup("<table:table-row>{}</table:table-row>").format(row) for row in cells)
    return Markup('<table:table><table:table-column table:number-columns-repeated="{}"/>{}</table:table>').format(len(rows[0]), shown)


def _list_of_questions(style: str, look: str) -> Markup:
    items = [(p(ask), [p(words, look if place == right else "") for place, words in enumerate(options)]) for ask, options, right in QUESTIONS]
    return list_of(style, items)


def _questions_by_hand(ask: Callable[[int], str], offer: Callable[[int], str], look: str) -> Markup:
    lines: list[Markup] = []
    for number, (question, options, right) in enumerate(QUESTIONS):
        lines.append(p(ask(number) + question))
        lines += [p(offer(place) + words, look if place == right else "") for place, words in enumerate(options)]
    return Markup("").join(lines)


def _questions_with_boxes() -> Markup:
    lines: list[Markup] = []
    for number, (question, options, right) in enumerate(QUESTIONS, 1):
        lines += [p(f"{number}) {question}"), *(p(f"{'☒' if place == right else '☐'} {words}") for place, words in enumerate(options))]
    return Markup("").join(lines)


TITLE = h("Le contrat de ville")
KEY = table([("Question", "Réponse"), ("1", "b"), ("2", "c")])
PAPERS: Mapping[str, Markup] = {
    **{f"numéros et lettres automatiques, {look}": TITLE + _list_of_questions("numeros", look) for look in ("gras", "surligné", "rouge", "souligné")},
    **{f"numéros et puces automatiques, {look}": TITLE + _list_of_questions("questions", look) for look in ("gras", "surligné")},
    "lettres automatiques, corrigé en tableau": TITLE + _list_of_questions("numeros", "") + p("Corrigé") + KEY,
    "lettres automatiques, corrigé en ligne": TITLE + _list_of_questions("numeros", "") + p("Réponses : 1b, 2c"),
    "lettres automatiques, titre Corrigé": TITLE
    + _list_of_questions("numeros", "")
    + h("Corrigé", 2)
    + p("Question 1 : réponse b")
    + p("Question 2 : réponse c"),
    "tout est tapé, gras": TITLE + _questions_by_hand(lambda number: f"Question {number + 1} : ", lambda place: f"{'abc'[place]}) ", "gras"),
    "Q1 et tirets, surligné": TITLE + _questions_by_hand(lambda number: f"Q{number + 1} ", lambda place: "- ", "surligné"),
    "cases à cocher": TITLE + _questions_with_boxes(),
}
"""Two questions each, `QUESTIONS`, and their right answers."""
LESSONS: Mapping[str, tuple[Markup, str]] = {
    "puces de deux niveaux": (list_of("puces", [(p("Un"), [p("Dedans")]), (p("Deux"), [])]), "- Un\n  - Dedans\n- Deux"),
    "numéros et lettres": (list_of("numeros", [(p("Préparer"), [p("inviter"), p("réserver")])]), "1. Préparer\n   1. inviter\n   2. réserver"),
    "tableau": (table([("Qui", "Quoi"), ("Le préfet", "signe")]), "| Qui | Quoi |\n| --- | --- |\n| Le préfet | signe |"),
    "exposant": (Markup('<text:p>Il y a 10<text:span text:style-name="exposant">3</text:span> habitants.</text:p>'), "10³ habitants"),
    "année en tête": (p("2014. La loi Lamy."), "2014\\. La loi Lamy."),
    "souligné": (p("Une phrase soulignée.", "souligné"), "Le souligné n’est pas repris"),
    "titres": (h("Qui signe", 2) + p("Le préfet."), "## Qui signe\n\nLe préfet."),
}
"""What is written, and what the lesson must have of it."""
