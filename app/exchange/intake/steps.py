"""Things to put in order: by a key, by the rank that each says, by a chain « a > b > c ». Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.exchange.intake.naming import named_options
from app.exchange.intake.options import TICKED, PaperOption
from app.exchange.intake.question_parts import QuestionParts, as_answer, leave
from app.exchange.intake.rich import Rich
from app.exchange.intake.statements import ORDERED
from app.exchange.intake.units import ASIDE, Doubt
from app.platform.french import short


def of_steps(one: QuestionParts) -> bool:
    asks = bool(ORDERED.search(one.words))
    if asks and one.rows and not one.options and not one.keys and (ranked := _by_table(one.rows[0])):
        one.rows.pop(0)
        return _set_steps(one, ranked, sure=True)
    if len(one.options) < 3:
        return False
    if asks and not one.keys and _by_numbers(one):
        return True
    order = _said_order(one)
    if order and (asks or list(order) != sorted(order)):
        return _set_steps(one, [one.options[place] for place in order], sure=asks and not one.unsure)
    if not asks or one.keys or any(option.sign in TICKED for option in one.options):
        return False
    lettered = ASIDE if any(option.name.isalpha() for option in one.options) else ""
    asks_order = f"{one.called} : ces lignes sont-elles déjà dans le bon ordre ?"
    answer = one.ask(Doubt(f"ordre:{one.key}", asks_order, (("oui", "Oui"), (ASIDE, "Non : laisser cette question de côté")), lettered or "oui"))
    if answer == ASIDE:
        leave(one, "Le bon ordre n’est pas dit : écrivez-le dans l’éditeur.")
    return _set_steps(one, one.options, sure=True)


def _said_order(one: QuestionParts) -> tuple[int, ...]:
    """The places of all the options, in the order that a key gives them; empty where none names them all."""
    names, texts = [option.name or chr(97 + place) for place, option in enumerate(one.options)], [option.words.plain for option in one.options]
    numbers = [str(place + 1) for place in range(len(names))] if not any(option.name for option in one.options) else []
    for value, _ in one.keys:
        spaced = Rich(re.sub(r"\s*(?:→|>|<|puis|[-–])\s*", ", ", value.plain))
        said = named_options(spaced, names, texts) or (named_options(spaced, numbers, texts) if numbers else None)
        if said is not None and len(said.places) == len(one.options):
            return said.places
    return ()


def _by_numbers(one: QuestionParts) -> bool:
    """« (3) Le vote », « 3. Le vote » out of order, « Le vote : 3 »: each line says its rank."""
    named_ranks = [int(option.name) for option in one.options if option.name.isdigit()]
    ranks = named_ranks if len(named_ranks) == len(one.options) and named_ranks != sorted(named_ranks) else [_rank(option) for option in one.options]
    if sorted(ranks) != list(range(1, len(ranks) + 1)):
        return False
    return _set_steps(one, [one.options[ranks.index(place)] for place in range(1, len(ranks) + 1)], sure=True)


def _by_table(rows: Sequence[Sequence[Rich]]) -> list[PaperOption]:
    """Of a table of two columns, of which one says ranks: the other, in that order; nothing where none does."""
    for ranks, steps in ((0, 1), (1, 0)) if all(len(row) == 2 for row in rows) else ():
        found = {int(row[ranks].plain): row[steps] for row in rows if row[ranks].plain.strip().isdigit() and row[steps]}
        if len(found) > 2 and sorted(found) == list(range(1, len(found) + 1)) and len(found) >= len(rows) - 1:
            return [PaperOption(found[place], None) for place in sorted(found)]
    return []


def _rank(option: PaperOption) -> int:
    """« (3) Le label », « Le label : 3 »: the rank that is written in a line."""
    found = re.fullmatch(r"[(\[]\s*(\d{1,2})\s*[)\]]\s*(.+)|(.+?)\s*(?:[(\[]\s*(\d{1,2})\s*[)\]]|[:=–—]\s*(\d{1,2}))", option.words.plain)
    if found is None or (not option.name.isalpha() and option.name):
        return 0
    value = found[1] or found[4] or found[5]
    option.words = option.words.cut(found.start(2), found.end(2)) if found[1] else option.words.cut(0, found.end(3))
    return int(value)


def _set_steps(one: QuestionParts, steps: Sequence[PaperOption], sure: bool) -> bool:
    if not sure:
        choices = (("oui", "Oui, dans cet ordre"), ("non", "Non : ce sont les bonnes réponses d’un choix"))
        asks = f"{one.called} : faut-il remettre ces lignes dans l’ordre, en commençant par « {short(steps[0].words.plain, 60)} » ?"
        if one.ask(Doubt(f"étapes:{one.key}", asks, choices, "oui")) == "non":
            return False
    one.found.kind = "ordering"
    one.found.answers = [as_answer(option, True) for option in steps]
    return True
