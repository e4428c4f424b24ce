"""What was found under a statement → the kind of the question and its key. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.exchange.banks.reading.imported import ImportedAnswer, ImportedQuestion, gap_markup, literal
from app.exchange.intake.naming import FALSE, TRUE, comparable, is_unsure, named, truth_of
from app.exchange.intake.options import EMPTY, TICKED, WEAK_LOOKS, Facts, Option, RightAnswers
from app.exchange.intake.rich import Look, Rich, join
from app.exchange.intake.shapes import BLANK, LabelKind, labels_of
from app.exchange.intake.units import ASIDE, Asker, Doubt
from app.platform.french import short

SEVERAL = re.compile(
    r"plusieurs (?:bonnes )?(?:réponses?|choix)|cochez (?:les|toutes)|\blesquel(?:s|les)\b|toutes les (?:bonnes )?réponses|\bles bonnes réponses\b|choix multiples?",
    re.IGNORECASE,
)
_ORDERING = re.compile(r"\bordre\b|\bclasse[zr]\b|\brange[zr]\b|\bordonne|chronolog|du plus .{2,30} au plus|\bremett", re.IGNORECASE)
_MATCHING = re.compile(r"\breli(?:ez|er|e)\b|\bassoci(?:ez|er|e)\b|\bappari|\bcorrespond|\bà chaque\b|\battribu", re.IGNORECASE)
_PAIR = re.compile(r"(.{1,160}?)\s*(?:→|⇒|➔|➜|↔|<[-=]+>|[-=]+>|\t+|\s\|\s|\.{4,}|…{2,}|_{3,})\s*(.{1,300})$")
_WEAK_PAIR = re.compile(r"(.{1,80}?)\s*(?:\s[:=–—-]\s|\s?=\s?|:\s)\s*(.{1,300})$")
_COUPLE = re.compile(r"[(\[]?\b(?:([A-Za-z])\s*[-–—=:.→>)]*\s*(\d{1,2})|(\d{1,2})\s*[-–—=:.→>)]*\s*([A-Za-z]))\b[)\]]?")
_ASKS_WORDS = re.compile(
    r"\b(?:expliquez|justifiez|décrivez|développez|argumentez|commentez|présentez|définissez|pourquoi|comment|rédigez|proposez|donnez (?:un|deux|trois|des) exemples?|selon vous|citez|racontez|analysez|que (?:pensez|feriez))\b",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"(?:à r[ée]diger|libre|ouverte?|au choix|r[ée]ponse (?:personnelle|libre|ouverte)|variables?|à d[ée]battre|-+|[.…_\s]+|\?+|todo|à compl[ée]ter|n/?a|xxx+)\.?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:environ|≈|~|à peu près)?\s*([-+]?\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?:,\d+)?|[-+]?\d+(?:[.,]\d+)?)\s*(%|[kKM]?€|[A-Za-zéèêµ°²³/]{1,14}(?:\s(?:d['’]euros|€|carrés?|d['’]habitants))?)?\s*\.?$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:environ|≈|~|à peu près)", re.IGNORECASE)
_LETTERS = re.compile(
    r"(?:(?:la\s+)?(?:r[ée]ponse|lettre)\s+)?[(\[]?[A-Ha-h][)\].]?(?:\s*(?:,|;|/|et|-|\s)\s*[(\[]?[A-Ha-h][)\].]?)*|(?:\d{1,2}\s*[-–.):]?\s*[A-Ha-h]\b[\s,;/–-]*){2,}"
)
"""Names of options, where there are none: what they named was not understood."""
_OR = re.compile(r"\s*(?:\bou\b|\s/\s|\|)\s*")


@dataclass
class Collected:
    """What stands under a statement. `key`: what begins the keys of its doubts."""

    facts: Facts
    asker: Asker
    found: ImportedQuestion
    called: str
    key: str
    statement: list[Rich] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    second: list[Option] = field(default_factory=list)
    """A list of letters beside a list of numbers."""
    keys: list[tuple[Rich, bool]] = field(default_factory=list)
    """Values that give the answer, and whether each surely does."""
    explained: list[Rich] = field(default_factory=list)
    rows: list[tuple[tuple[Rich, ...], ...]] = field(default_factory=list)
    """Of each table."""
    dots: bool = False
    """Room is left for a written answer."""
    truth: Rich | None = None
    """« Vrai / Faux », as it is written."""

    def ask(self, doubt: Doubt) -> str:
        return self.asker.ask(doubt)

    def right_answers(self, options: list[Option]) -> RightAnswers:
        return RightAnswers(options, self.facts, self.asker, self.called, self.key)

    @property
    def unsure(self) -> bool:
        return any(is_unsure(value.plain) or not sure for value, sure in self.keys)

    @property
    def words(self) -> str:
        return " ".join(part.plain for part in self.statement)


def decide(one: Collected) -> None:
    """Gives `one.found` its kind and its answers; refuses it where nobody can tell."""
    for reader in (_of_pairs, _of_steps, _of_truth, _of_gaps, _of_options):
        if reader(one):
            return
    _of_words(one)


def imported(option: Option, right: bool) -> ImportedAnswer:
    words = option.words
    for look in (Look.BOLD, Look.ITALIC):
        words = words.without(look) if words.wears(look) == "all" else words
    return ImportedAnswer(words.markdown() or literal(words.plain), Decimal(100 if right else 0), join(option.said))


def leave(one: Collected, why: str) -> None:
    one.found.refuse(why)


# --- Pairs -----------------------------------------------------------------------------------------------------------


def _of_pairs(one: Collected) -> bool:
    asks = bool(_MATCHING.search(one.words))
    couples = _couples(one)
    if one.second and one.options and (couples or asks):
        return _two_lists(one, one.options, one.second, couples)
    if couples and len(one.options) > 1 and (columns := _columns(one.options)):
        return _two_lists(one, *columns, couples)
    if one.rows and (asks or couples) and len(one.rows[0][0]) >= 2:
        return _table(one, one.rows[0], couples)
    strong = [_PAIR.fullmatch(option.words.plain) for option in one.options]
    if len(strong) > 1 and all(strong) and not one.keys and not any(option.sign in TICKED | EMPTY for option in one.options):
        return _set_pairs(one, [_halves(option.words, found) for option, found in zip(one.options, strong, strict=True) if found])
    weak = [_WEAK_PAIR.fullmatch(option.words.plain) for option in one.options]
    if asks and len(weak) > 1 and all(weak) and not one.keys:
        pairs = [_halves(option.words, found) for option, found in zip(one.options, weak, strict=True) if found]
        return _asked_pairs(one, pairs)
    if asks and one.options and not one.keys and (columns := _columns(one.options)):
        return _asked_pairs(one, [(left.words, right.words) for left, right in zip(*columns, strict=False)])
    return False


def _couples(one: Collected) -> list[tuple[str, str]]:
    """« 1-c, 2-a »: (number, letter)."""
    for value, _ in one.keys:
        found = [(match[3] or match[2], (match[4] or match[1]).casefold()) for match in _COUPLE.finditer(value.plain)]
        left = _COUPLE.sub("", value.plain)
        if len(found) > 1 and not re.search(r"\w{2,}", left):
            return found
    return []


def _columns(options: Sequence[Option]) -> tuple[list[Option], list[Option]] | None:
    """Each line in two, where a tab or a bar parts it."""
    cut = [re.search(r"\t+|\s\|\s|\s{4,}|\.{4,}|…{2,}|_{3,}", option.words.plain) for option in options]
    if not all(cut):
        return None
    left, right = [], []
    for place, (option, found) in enumerate(zip(options, cut, strict=True)):
        if found is None:
            return None
        labels, body = labels_of(option.words.cut(found.end()))
        letter = next((label for label in labels if label.kind is LabelKind.LETTER), None)
        left.append(Option(option.words.cut(0, found.start()), option.line, option.name or str(place + 1)))
        right.append(Option(body, option.line, chr(97 + letter.value) if letter else chr(97 + place)))
    return left, right


def _two_lists(one: Collected, left: list[Option], right: list[Option], couples: Sequence[tuple[str, str]]) -> bool:
    if left and left[0].name.isalpha() and right and right[0].name.isdigit():
        left, right = right, left
    names, others = [option.name or str(place + 1) for place, option in enumerate(left)], [option.name or chr(97 + place) for place, option in enumerate(right)]
    chosen = {names.index(number): others.index(letter) for number, letter in couples if number in names and letter in others}
    if len(chosen) < len(left):
        choices = tuple((str(place), option.words.plain) for place, option in enumerate(right))
        for place, option in enumerate(left):
            asks = f"{one.called} : à quoi correspond « {short(option.words.plain, 80)} » ?"
            answer = one.ask(Doubt(f"paire:{one.key}:{place}", asks, choices, str(chosen.get(place, ""))))
            if answer.isdigit() and int(answer) < len(right):
                chosen[place] = int(answer)
    elif len(chosen) < len(couples):
        one.found.lose("Une paire de la réponse ne nomme rien de ces listes.")
    pairs = [(option.words, right[chosen[place]].words) for place, option in enumerate(left) if place in chosen]
    alone = [(Rich(""), option.words) for place, option in enumerate(right) if place not in chosen.values()]
    return _set_pairs(one, [*pairs, *alone])


def _table(one: Collected, rows: Sequence[Sequence[Rich]], couples: Sequence[tuple[str, str]]) -> bool:
    cells = [[labels_of(cell) for cell in row] for row in rows]
    first, rest = rows[0], rows[1:]
    labelled = [bool(row[0][0]) for row in cells]
    headed = all(cell.wears(Look.BOLD) == "all" for cell in first if cell) or (bool(rest) and not labelled[0] and all(labelled[1:]))
    body = cells[1:] if headed else cells
    one.rows.pop(0)
    if couples:
        left = [Option(row[0][1], None, _name(row[0][0], str(place + 1))) for place, row in enumerate(body) if row[0][1]]
        right = [Option(row[-1][1], None, _name(row[-1][0], chr(97 + place))) for place, row in enumerate(body) if row[-1][1]]
        return _two_lists(one, left, right, couples)
    return _asked_pairs(one, [(row[0][1], row[-1][1]) for row in body if row[0][1] and row[-1][1]])


def _name(labels: Sequence[object], otherwise: str) -> str:
    for label in labels:
        kind, value = getattr(label, "kind", ""), getattr(label, "value", 0)
        if kind is LabelKind.NUMBER:
            return str(value)
        if kind is LabelKind.LETTER:
            return chr(97 + value)
    return otherwise


def _asked_pairs(one: Collected, pairs: Sequence[tuple[Rich, Rich]]) -> bool:
    left, right = pairs[0] if pairs else (Rich(""), Rich(""))
    asks = f"{one.called} : chaque ligne est-elle déjà une bonne paire (« {short(left.plain, 50)} » va avec « {short(right.plain, 50)} ») ?"
    answer = one.ask(Doubt("paires-en-place", asks, (("oui", "Oui"), ("non", "Non, elles sont mélangées")), "oui"))
    if answer == "non":
        lefts = [Option(words, None, str(place + 1)) for place, (words, _) in enumerate(pairs)]
        rights = [Option(words, None, chr(97 + place)) for place, (_, words) in enumerate(pairs)]
        return _two_lists(one, lefts, rights, [])
    return _set_pairs(one, pairs)


def _halves(words: Rich, found: re.Match[str]) -> tuple[Rich, Rich]:
    return words.cut(found.start(1), found.end(1)), words.cut(found.start(2), found.end(2))


def _set_pairs(one: Collected, pairs: Sequence[tuple[Rich, Rich]]) -> bool:
    one.found.kind = "matching"
    one.found.pairs = [(left.markdown(), " ".join(right.plain.split()), "") for left, right in pairs]
    if len([pair for pair in pairs if pair[0]]) < 2:
        leave(one, "Une association demande au moins deux paires.")
    return True


# --- Steps -----------------------------------------------------------------------------------------------------------


def _of_steps(one: Collected) -> bool:
    asks = bool(_ORDERING.search(one.words))
    if len(one.options) < 3:
        return False
    names = [option.name or chr(97 + place) for place, option in enumerate(one.options)]
    order: tuple[int, ...] = ()
    for value, _ in one.keys:
        spaced = Rich(re.sub(r"\s*(?:→|>|<|puis|[-–])\s*", ", ", value.plain))
        said = named(spaced, names, [option.words.plain for option in one.options])
        if said is not None and len(said.places) == len(one.options):
            order = said.places
    if order and (asks or list(order) != sorted(order)):
        return _set_steps(one, [one.options[place] for place in order], sure=asks and not one.unsure)
    if not asks or one.keys or any(option.sign in TICKED for option in one.options):
        return False
    ranks = [_rank(option) for option in one.options]
    if sorted(rank for rank in ranks if rank) == list(range(1, len(ranks) + 1)):
        return _set_steps(one, [one.options[ranks.index(place)] for place in range(1, len(ranks) + 1)], sure=True)
    asks_order = f"{one.called} : ces lignes sont-elles déjà dans le bon ordre ?"
    answer = one.ask(Doubt(f"ordre:{one.key}", asks_order, (("oui", "Oui"), (ASIDE, "Non : laisser cette question de côté")), "oui"))
    if answer == ASIDE:
        leave(one, "Le bon ordre n’est pas dit : écrivez-le dans l’éditeur.")
    return _set_steps(one, one.options, sure=True)


def _rank(option: Option) -> int:
    """« (3) Le label », « Le label : 3 »: the rank that is written in a line."""
    found = re.fullmatch(r"[(\[]\s*(\d{1,2})\s*[)\]]\s*(.+)|(.+?)\s*(?:[(\[]\s*(\d{1,2})\s*[)\]]|[:=–—]\s*(\d{1,2}))", option.words.plain)
    if found is None or (not option.name.isalpha() and option.name):
        return 0
    value = found[1] or found[4] or found[5]
    option.words = option.words.cut(found.start(2), found.end(2)) if found[1] else option.words.cut(0, found.end(3))
    return int(value)


def _set_steps(one: Collected, steps: Sequence[Option], sure: bool) -> bool:
    if not sure:
        choices = (("oui", "Oui, dans cet ordre"), ("non", "Non : ce sont les bonnes réponses d’un choix"))
        asks = f"{one.called} : faut-il remettre ces lignes dans l’ordre, en commençant par « {short(steps[0].words.plain, 60)} » ?"
        if one.ask(Doubt(f"étapes:{one.key}", asks, choices, "oui")) == "non":
            return False
    one.found.kind = "ordering"
    one.found.answers = [imported(option, True) for option in steps]
    return True


# --- Vrai ou faux ----------------------------------------------------------------------------------------------------


def _of_truth(one: Collected) -> bool:
    words = [comparable(option.words.plain) for option in one.options]
    listed = len(words) == 2 and {words[0] in TRUE, words[1] in TRUE} == {True, False} and {words[0] in FALSE, words[1] in FALSE} == {True, False}
    said = [truth_of(value) for value, _ in one.keys]
    if not listed and (one.options or not (one.truth is not None or (said and all(each is not None for each in said)))):
        return False
    if _ASKS_WORDS.search(one.words) and one.truth is None and not listed:
        return False
    if listed:
        options = [option for option in one.options if comparable(option.words.plain) in TRUE] + [
            option for option in one.options if comparable(option.words.plain) in FALSE
        ]
    else:
        options = []
    truth = _truth_by_key(one, said) if one.keys else _truth_by_look(one, options)
    if truth is None:
        answer = one.ask(Doubt(f"clé:{one.key}", f"{one.called} : est-ce vrai ou faux ?", (("vrai", "Vrai"), ("faux", "Faux")), ""))
        truth = {"vrai": True, "faux": False}.get(answer)
    one.found.kind = "truefalse"
    comments = {"true": join(options[0].said), "false": join(options[1].said)} if options else {"true": "", "false": ""}
    if truth is None:
        leave(one, "On ne sait pas si c’est vrai ou faux.")
    one.found.answers = [
        ImportedAnswer("true", Decimal(100 if truth else 0), comments["true"]),
        ImportedAnswer("false", Decimal(0 if truth else 100), comments["false"]),
    ]
    return True


def _truth_by_key(one: Collected, said: Sequence[tuple[bool, Rich] | None]) -> bool | None:
    found = {each[0] for each in said if each is not None}
    if not found and one.options:
        names, texts = [option.name or chr(97 + place) for place, option in enumerate(one.options)], [option.words.plain for option in one.options]
        places = [named(value, names, texts) for value, _ in one.keys]
        found = {comparable(texts[each.places[0]]) in TRUE for each in places if each is not None}
        one.explained = [*(each.rest for each in places if each is not None and each.rest), *one.explained]
    one.explained = [*(each[1] for each in said if each is not None and each[1]), *one.explained]
    if len(found) != 1 or one.unsure:
        guess = "vrai" if found == {True} else "faux" if found == {False} else ""
        choices = (("vrai", "Vrai"), ("faux", "Faux"))
        answer = one.ask(Doubt(f"clé:{one.key}", f"{one.called} : est-ce vrai ou faux ?", choices, guess))
        return {"vrai": True, "faux": False}.get(answer)
    return next(iter(found))


def _truth_by_look(one: Collected, options: list[Option]) -> bool | None:
    if not options and one.truth is not None:
        options = list(_truth_options(one.truth))
    if len(options) != 2:
        return None
    places = one.right_answers(options)
    chosen = places.by_signs()
    chosen = places.by_looks() if chosen is None else chosen
    return 0 in chosen if chosen is not None and len(chosen) == 1 else None


def _truth_options(row: Rich) -> list[Option]:
    """« ☐ Vrai ☒ Faux », « Vrai / **Faux** »: the two words, each with the box that is its own."""
    found = list(re.finditer(r"\b(vrai|v|oui)\b|\b(faux|f|non)\b", row.plain, re.IGNORECASE))[:2]
    if len(found) != 2:
        return []
    boxes = re.compile(r"[☐□○◯☑✓✔✗✘☒●◉✅❌🗹⚪⚫]|\[\s*[xX]?\s*\]|\(\s*[xX]?\s*\)")
    before = bool(boxes.search(row.plain[: found[0].start()]))
    options = []
    for place, match in enumerate(found):
        start = found[place - 1].end() if place else 0
        end = found[place + 1].start() if place + 1 < len(found) else len(row.plain)
        area = row.plain[start : match.start()] if before else row.plain[match.end() : end]
        sign = boxes.search(area)
        sign_text = re.sub(r"\s", "", sign.group()) if sign else ""
        options.append(Option(row.cut(match.start(), match.end()), None, sign=sign_text))
    truths = [match[1] is not None for match in found]
    return options if truths == [True, False] else options[::-1]


# --- Gaps ------------------------------------------------------------------------------------------------------------


def _of_gaps(one: Collected) -> bool:
    if one.options and not _is_bank(one):
        return False
    text = Rich("\n".join(part.plain for part in one.statement))
    blanks = list(BLANK.finditer(text.plain))
    if not blanks:
        return _shown_gaps(one)
    if DOTS_ONLY.fullmatch(text.plain[blanks[0].start() :]) and _COMPLETE.search(text.plain[: blanks[0].start()]):
        one.dots = True
        one.found.statement = literal(text.plain[: blanks[0].start()].strip())
        return False
    wanted = _gap_words(one, len(blanks))
    one.found.kind = "gaps"
    if not wanted:
        asks = f"{one.called} : {'quel mot va dans le trou' if len(blanks) == 1 else f'quels mots vont dans les {len(blanks)} trous, dans leur ordre, séparés par des points-virgules'} ?"
        answer = one.ask(Doubt(f"trous:{one.key}", asks, (), " ; ".join(value.plain for value, _ in one.keys)))
        wanted = [part.strip() for part in answer.split(";") if part.strip()]
    if len(wanted) != len(blanks):
        leave(one, "On ne sait pas quels mots vont dans ses trous.")
        one.found.statement = literal(text.plain)
        return True
    pieces, position = [], 0
    for found, word in zip(blanks, wanted, strict=True):
        pieces += [_words(text.plain[position : found.start()]), gap_markup([each.strip() for each in _OR.split(word) if each.strip()])]
        position = found.end()
    pieces.append(_words(text.plain[position:]))
    one.found.statement = "\n\n".join(filter(None, "".join(pieces).split("\n")))
    one.options = []
    return True


DOTS_ONLY = re.compile(r"[\s._…]+")
_COMPLETE = re.compile(r"[?:.]\s*$")


def _words(text: str) -> str:
    """Literal words, with the blanks at their ends."""
    lines = []
    for line in text.split("\n"):
        said = literal(line) if line.strip() else ""
        lines.append(f"{line[: len(line) - len(line.lstrip())] and ' '}{said}{line[len(line.rstrip()) :] and said and ' '}")
    return "\n".join(lines)


def _is_bank(one: Collected) -> bool:
    """Whether the options are the words to place: as many as the blanks, or more, and the key fills them."""
    return bool(one.keys) and len(BLANK.findall(one.words)) > 1 and not any(option.sign for option in one.options)


def _gap_words(one: Collected, count: int) -> list[str]:
    values = [value.plain.strip(" .") for value, sure in one.keys if value]
    if one.unsure or not values:
        return []
    if len(values) == count and count > 1:
        return values
    value = values[0]
    if one.options:
        said = named(
            one.keys[0][0], [option.name or chr(97 + place) for place, option in enumerate(one.options)], [option.words.plain for option in one.options]
        )
        if said is not None and len(said.places) == count:
            return [one.options[place].words.plain for place in said.places]
    if count == 1:
        return [value] if len(value.split()) < 6 and not re.search(r"\d\s*[.):]\s*\D.*\d\s*[.):]", value) else []
    for sign in (r"\s*[;|]\s*", r"\s+/\s+|/", r"\s*(?:,|\bet\b)\s*", r"\s+[–—-]\s+", r"\s*\(?\d[).:]\s*"):
        parts = [part.strip(" .") for part in re.split(sign, value) if part.strip(" .")]
        if len(parts) == count:
            return [re.sub(r"^\(?\d\s*[).:=-]\s*", "", part) for part in parts]
    return []


def _shown_gaps(one: Collected) -> bool:
    """A text whose answers stand in it, in brackets or by what they wear: « la loi [Lamy] de 2014 »."""
    if one.options or one.keys or one.truth is not None or not one.statement:
        return False
    menus = [re.compile(r"\[\[?([^\[\]]{1,120})\]\]?|\{([^{}]{1,120})\}").finditer(part.plain) for part in one.statement]
    bracketed = [[found for found in finditer if (found[1] or found[2]).strip()] for finditer in menus]
    asks = bool(re.search(r"compl[ée]te|trous?\b|manqu", one.words, re.IGNORECASE))
    if any(bracketed):
        asks_gap = f"{one.called} : « {short(next(found.group() for each in bracketed for found in each), 40)} » est-ce un mot à trouver ?"
        if one.ask(Doubt("crochets-trou", asks_gap, (("oui", "Oui, un trou"), ("non", "Non, du texte")), "oui")) != "oui":
            return False
        one.found.kind = "gaps"
        one.found.statement = "\n\n".join(_filled(part.plain, found) for part, found in zip(one.statement, bracketed, strict=True))
        return True
    for look in WEAK_LOOKS if asks else ():
        parts = [part.parts(look) for part in one.statement]
        if any(parts) and not any(part.wears(look) == "all" for part, places in zip(one.statement, parts, strict=True) if places):
            first = next(part.plain[places[0][0] : places[0][1]] for part, places in zip(one.statement, parts, strict=True) if places)
            asks_gap = f"{one.called} : « {short(first, 40)} » est {look.value} : est-ce un mot à trouver ?"
            if one.ask(Doubt(f"trou:{look.name}", asks_gap, (("oui", "Oui, un trou"), ("non", "Non")), "oui")) == "oui":
                one.found.kind = "gaps"
                one.found.statement = "\n\n".join(_worn(part.plain, places) for part, places in zip(one.statement, parts, strict=True))
                return True
    return False


def _filled(text: str, found: Sequence[re.Match[str]]) -> str:
    pieces, position = [], 0
    for match in found:
        pieces += [_words(text[position : match.start()]), _menu((match[1] or match[2]).strip())]
        position = match.end()
    return "".join([*pieces, _words(text[position:])]).strip()


def _menu(inside: str) -> str:
    """`*préfet | maire`: a list where one choice is marked; other bars part what is accepted."""
    choices = [part.strip() for part in re.split(r"\s*[|/]\s*", inside) if part.strip()]
    marked = [re.fullmatch(r"[*=✓✔]\s*(.+)|(.+?)\s*[*✓✔]", choice) for choice in choices]
    if len(choices) > 1 and sum(map(bool, marked)) == 1:
        said = [f"({found[1] or found[2]})" if found else choice for choice, found in zip(choices, marked, strict=True)]
        return f"[[{' | '.join(said)}]]"
    return gap_markup(choices)


def _worn(text: str, places: Sequence[tuple[int, int]]) -> str:
    pieces, position = [], 0
    for start, end in places:
        pieces += [_words(text[position:start]), gap_markup([text[start:end].strip(" .,;")])]
        position = end
    return "".join([*pieces, _words(text[position:])]).strip()


# --- Options ---------------------------------------------------------------------------------------------------------


def _of_options(one: Collected) -> bool:
    if not one.options:
        return False
    if len(one.options) == 1:
        if not one.keys:
            one.keys.append((one.options[0].words, True))
            one.options = []
            return False
        one.statement.append(one.options[0].words)
        one.found.statement = f"{one.found.statement}\n\n{one.options[0].words.markdown()}"
        one.options = []
        return False
    answers = one.right_answers(one.options)
    right = answers.find(one.keys)
    if right is None:
        right = answers.choose()
    one.explained = [*answers.rest, *one.explained]
    one.found.kind = "multichoice"
    one.found.answers = [imported(option, place in (right or ())) for place, option in enumerate(one.options)]
    one.found.several = bool(right) and (len(right or ()) > 1 or bool(SEVERAL.search(one.words)))
    if one.found.several and right:
        share = Decimal(100) / len(right)
        for place, each in enumerate(one.found.answers):
            each.fraction = share if place in right else Decimal(-100) / max(1, len(one.options) - len(right))
    if not right:
        leave(one, "On ne sait pas quelle est la bonne réponse.")
    return True


# --- Words -----------------------------------------------------------------------------------------------------------


def _of_words(one: Collected) -> None:
    """An answer that is typed, or a free one with its model."""
    values = [value for value, _ in one.keys if value]
    plain = values[0].plain.strip() if values else ""
    if not plain or _FREE.fullmatch(plain):
        _free(one, "")
        return
    if (one.unsure and not _OR.search(plain)) or _LETTERS.fullmatch(plain):
        answer = one.ask(Doubt(f"clé:{one.key}", f"{one.called} : la réponse est-elle bien « {short(plain, 80)} » ?", (), plain))
        plain = answer or plain
    short_plain, rest = _apart(plain)
    if found := _NUMBER.fullmatch(short_plain):
        return _number(one, found, rest)
    parts = [part.strip(' .«»"') for part in _OR.split(short_plain) if part.strip(' .«»"')]
    longest = max((len(part.split()) for part in parts), default=0)
    if len(values) > 1 or longest > 7 or (_ASKS_WORDS.search(one.words) and longest > 2) or "\n" in plain:
        return _free(one, "\n\n".join(value.markdown() for value in values))
    if longest > 3 or re.search(r"[,;]", short_plain):
        asks = f"{one.called} : « {short(plain, 100)} » est-ce un texte à taper exactement ?"
        choices = (("taper", "Oui, la personne doit taper ces mots"), ("modèle", "Non, c’est un modèle, montré après une réponse libre"))
        if one.ask(Doubt(f"taper:{one.key}", asks, choices, "modèle")) == "modèle":
            return _free(one, values[0].markdown())
    if rest:
        one.explained = [Rich(rest), *one.explained]
    one.found.kind = "shortanswer"
    one.found.answers = [ImportedAnswer(part, Decimal(100)) for part in parts]
    return None


def _apart(plain: str) -> tuple[str, str]:
    """« 1981 (création des ZEP) »: the answer, and what it is followed by."""
    found = re.fullmatch(r"(.{1,60}?)\s*(?:\((.{4,})\)\.?|\s[–—-]\s(.{12,})|\.\s+(.{12,}))", plain, re.DOTALL)
    return (found[1], found[2] or found[3] or found[4]) if found else (plain, "")


def _number(one: Collected, found: re.Match[str], rest: str) -> None:
    one.found.kind = "numerical"
    digits = re.sub(r"[ \u00a0\u202f]", "", found[1])
    digits = digits.replace(".", "") if re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3})+", digits) else digits
    one.found.answers = [ImportedAnswer(digits, Decimal(100))]
    one.found.unit = found[2] or ""
    if _ABOUT.match(found.group()):
        asks = f"{one.called} : de combien peut-on s’écarter de {digits} ?"
        margin = one.ask(Doubt(f"marge:{one.key}", asks, (), "0"))
        one.found.answers = [ImportedAnswer(digits, Decimal(100), tolerance=margin if re.fullmatch(r"\d+([.,]\d+)?", margin) else "0")]
    if rest:
        one.explained = [Rich(rest), *one.explained]


def _free(one: Collected, model: str) -> None:
    one.found.kind = "essay"
    if not model:
        asks = f"{one.called} : aucune réponse n’est donnée. Que montrer comme modèle, après une réponse libre ? (rien : la laisser de côté)"
        model = literal(one.ask(Doubt(f"modèle:{one.key}", asks)))
    one.found.answers = [ImportedAnswer(model, Decimal(100))] if model else []
