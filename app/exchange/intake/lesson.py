"""The text of a lesson: what of it looks like a sign that no page here shows as its author meant, asked once; and its Markdown. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from app.authoring.incoming.word import habits
from app.authoring.incoming.word.habits import MARK, WordBlock
from app.content.documents.reader import read_document
from app.content.text.pitfalls.signs import sign_of, without_sign
from app.exchange.intake.aside import speaks_aside
from app.exchange.intake.lines import AUTOMATIC, PaperLine, without_signs
from app.exchange.intake.rich import Look
from app.exchange.intake.units import ASIDE, Asker, Doubt, ImportSource
from app.platform.french import short

_MOST_SAID = 40
_LONGEST = 160
_SENTENCE = 14
"""Words of a line of text."""
_SHORT = re.compile(r"(?![a-zà-ÿ])\S+(?:\s+\S+){0,8}(?<![.!?:;,…»])")
_NOTE = re.compile(r"\[\^[^\]\s]+\]:\s")
TITLE, KEEP, BARE = "titre", "garder", "sans"


def ask_sign(line: PaperLine, written: str, asker: Asker) -> tuple[str, str]:
    """The sign that a line looks like, and what its author says of it, once for the whole source; empty where it is only words."""
    sign = sign_of(without_signs(MARK.sub("", written))) if not line.level and not line.code and not line.rows and not line.quoted else ""
    if not sign:
        return "", ""
    asks = f"« {short(line.plain or written.strip(), 100)} » ressemble à un signe d’un autre outil. Que faire de ces lignes ?"
    bare = without_sign(written)
    bare = bare if re.search(r"\w{2}", bare) and "]" not in bare[:1] else ""
    choices = [(KEEP, "Les montrer telles quelles"), (TITLE, "En faire des intertitres"), (ASIDE, "Les laisser de côté")]
    choices += [(BARE, f"Garder les mots sans le signe : « {short(bare, 60)} »")] if bare and bare != written.strip() else []
    guess = TITLE if sign == "gras seul" else KEEP if sign.endswith(" :") else BARE if len(choices) > 3 else ASIDE
    return sign, asker.ask(Doubt(f"texte:{sign}", asks, tuple(choices), guess))


def short_lines(lines: Sequence[PaperLine]) -> dict[PaperLine, bool]:
    """The lines of a lesson that are a few words and no sentence, title nor list → whether the text goes on around them, as around a heading.

    A menu, buttons, a signature are such lines, at the edges of what a page holds. None where they are many: the text is made of them."""
    long = [place for place, line in enumerate(lines) if len(line.plain.split()) > _SENTENCE]
    found = [
        place
        for place, (line, below) in enumerate(zip(lines, [*lines[1:], None], strict=False))
        if not (line.level or line.labels or line.automatic or line.rows or line.quoted or line.code or line.words.atoms)
        and (_SHORT.fullmatch(line.plain) or (speaks_aside(line) and len(line.plain) < _LONGEST))
        and not (habits.OPEN in line.plain or sign_of(line.plain))
        and (below is None or below.gap or not below.plain[:1].islower())
    ]
    inside = {lines[place]: long[0] < place < long[-1] and not speaks_aside(lines[place]) for place in found} if long else {}
    return inside if (len(inside) > 1 or not all(inside.values())) and len(inside) <= _MOST_SAID else {}


def said_of(text: str) -> tuple[str, ...]:
    """What the site would say of a lesson that reads so: each thing once."""
    found = read_document(
        "modules/importe/importe.md", f"---\nid : importe\ntitre : Import\ndurée : 1\nobjectifs :\n- O1 : Savoir → M1\nachèvement : lu\n---\n\n{text}\n"
    ).problems
    return tuple(dict.fromkeys(f"{each.message} {each.hint}" for each in found if each.code not in ("A47", "E06")))[:_MOST_SAID]


def body(source: ImportSource, lines: Sequence[PaperLine], answers: Mapping[int, str], gone: Collection[int]) -> str:
    """The Markdown of a lesson from its lines. `answers`: of the lines that look like a sign, by their place; `gone`: places of what is no part of it."""
    written = source.text.split("\n")
    for line in lines:
        if answers.get(line.at) == TITLE:
            written[line.at] = f"## {line.words.without(Look.BOLD).markdown().rstrip(' :')}"
        elif answers.get(line.at) == BARE:
            written[line.at] = without_sign(written[line.at])
    if source.plain:
        kept = "\n".join(line for at, line in enumerate(written) if at not in gone)
        return re.sub(r"\n{3,}", "\n\n", kept).strip()
    blocks: list[WordBlock] = []
    for line in lines:
        text = "\n".join(written[line.at : line.last + 1])
        blocks.append(habits.block_of(_as_typed(text)))
    return "\n\n".join(filter(None, (habits.body(blocks), "\n".join(_notes(source, blocks)))))


def _notes(source: ImportSource, blocks: Sequence[WordBlock]) -> list[str]:
    """The notes that the lesson calls, which the source defines at its end."""
    defined = [line.strip() for line in source.text.split("\n") if _NOTE.match(line.strip())]
    return habits.notes_of("\n".join(block.text for block in blocks), defined)


def _as_typed(text: str) -> str:
    """A paragraph with the label of its list as one types it: a bullet, or a number, indented by its level."""
    if found := AUTOMATIC.search(text):
        level = int(found[1].split(".")[1]) if found[1].count(".") > 1 else 0
        text = f"{'  ' * level}{text[found.end() :].lstrip()}"
    return without_signs(MARK.sub("", text)).rstrip("\\ ")
