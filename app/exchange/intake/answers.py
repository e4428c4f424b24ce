"""What was found under a statement → the kind of the question and its key. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.exchange.banks.reading.imported_question import ImportedAnswer, literal
from app.exchange.intake.gaps import of_gaps
from app.exchange.intake.naming import FALSE, TRUE, comparable, is_unsure, named_options, truth_of
from app.exchange.intake.options import PaperOption
from app.exchange.intake.pairs import of_pairs
from app.exchange.intake.question_parts import OR, QuestionParts, as_answer, leave
from app.exchange.intake.rich import Rich, join
from app.exchange.intake.steps import of_steps
from app.exchange.intake.units import ASIDE, Doubt
from app.platform.french import short

SEVERAL = re.compile(
    r"plusieurs (?:bonnes )?(?:réponses?|choix)|cochez (?:les|toutes)|\blesquel(?:s|les)\b|toutes les (?:bonnes )?réponses|\bles bonnes réponses\b|choix multiples?",
    re.IGNORECASE,
)
_ASKS_WORDS = re.compile(
    r"\b(?:expliquez|justifiez|décrivez|développez|argumentez|commentez|présentez|définissez|pourquoi|comment(?! (?:s['’])?(?:appelle|nomme|dit))|rédigez|proposez|donnez (?:un|deux|trois|des) exemples?|selon vous|citez|racontez|analysez|que (?:pensez|feriez))\b",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"(?:(?:lecture|discussion|[àa] discuter|mise en commun|[àa] l['’]oral|en s[ée]ance)\b.*|à r[ée]diger|libre|ouverte?|au choix|r[ée]ponse (?:personnelle|libre|ouverte)|variables?|à d[ée]battre|-+|[.…_\s]+|\?+|todo|à compl[ée]ter|n/?a|xxx+)\.?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:environ|≈|~|à peu près|en|depuis|il y en a)?\s*([-+]?\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?:,\d+)?|[-+]?\d+(?:[.,]\d+)?)\s*(%|[kKM]?€|[A-Za-zéèêµ°²³/]{1,14}(?:\s(?:d['’]euros|€|carrés?|d['’]habitants))?)?\s*\.?$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:environ|≈|~|à peu près)", re.IGNORECASE)
_WITHIN = re.compile(
    r"(?!\d|à\s*[\d.,]+\.?$)(?:(?:tol[ée]rance|marge)(?:\s+de)?\s*:?|à)?\s*(?:±|\+\s?/\s?-)?\s*(\d+(?:[.,]\d+)?)(?:\s+près)?\.?", re.IGNORECASE
)
"""« tolérance 2 », « à ± 1 près », behind a number."""
_ACCEPTED = re.compile(r"(?:on\s+)?(?:accept|adm[ei]t|tol[ée]r)\w*\s+(?:de|entre)\s+(\d+(?:[.,]\d+)?)\s+(?:à|et)\s+(\d+(?:[.,]\d+)?)\.?", re.IGNORECASE)
"""« accepter de 350 à 370 », behind a number."""
_LONG = 10
"""Words of an answer that nobody types exactly."""
_ALSO = re.compile(r"\s*\(\s*(?:ou|(?:on )?(?:accept|adm[ei]t)\w*\b(?: aussi\b)?(?!\s+(?:de|entre)\b)|aussi)\s*:?\s*«?\s*([^()«»]+?)\s*»?\s*\)", re.IGNORECASE)
"""« IPS (ou : indice de position sociale) »."""
_LETTERS = re.compile(
    r"(?:(?:la\s+)?(?:r[ée]ponse|lettre)\s+)?[(\[]?[A-Ha-h][)\].]?(?:\s*(?:,|;|/|et|-|\s)\s*[(\[]?[A-Ha-h][)\].]?)*|(?:\d{1,2}\s*[-–.):]?\s*[A-Ha-h]\b[\s,;/–-]*){2,}"
)
"""Names of options, where there are none: what they named was not understood."""


def decide(one: QuestionParts) -> None:
    """Gives `one.found` its kind and its answers; refuses it where nobody can tell."""
    for reader in (of_pairs, of_steps, _of_truth, of_gaps, _of_options):
        if reader(one):
            return
    _of_words(one)
    if one.rows:
        asks = f"{one.called} : son tableau n’est pas compris. La garder sans lui ?"
        if one.ask(Doubt(f"tableau:{one.key}", asks, (("oui", "Oui"), (ASIDE, "Non : laisser cette question de côté")), ASIDE)) == ASIDE:
            leave(one, "Son tableau n’est pas compris.")


# --- Vrai ou faux ------------------------------------------------------------------------------------------------


def _of_truth(one: QuestionParts) -> bool:
    if len(one.options) == 1 and not one.keys and one.truth is not None and truth_of(one.options[0].words) is not None:
        one.keys.append((one.options.pop().words, True))
    words = [comparable(option.words.plain) for option in one.options]
    listed = sorted(words) in (["faux", "vrai"], ["f", "v"], ["false", "true"])
    said = [truth_of(value) for value, _ in one.keys]
    if not listed and (one.options or not (one.truth is not None or (said and all(each is not None for each in said)))):
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


_OTHERWISE = re.compile(r"\bou\b(?!\s*(?:vrai|faux)\b)", re.IGNORECASE)
"""« Faux, par le maire ou son adjoint »: no doubt."""


def _truth_by_key(one: QuestionParts, said: Sequence[tuple[bool, Rich] | None]) -> bool | None:
    found = {each[0] for each in said if each is not None}
    if not found and one.options:
        names, texts = [option.name or chr(97 + place) for place, option in enumerate(one.options)], [option.words.plain for option in one.options]
        places = [named_options(value, names, texts) for value, _ in one.keys]
        found = {comparable(texts[each.places[0]]) in TRUE for each in places if each is not None}
        one.explained = [*(each.rest for each in places if each is not None and each.rest), *one.explained]
    one.explained = [*(each[1] for each in said if each is not None and each[1]), *one.explained]
    turned = any(re.match(r"\W*(?:vrai|faux)\b", each[1].plain, re.IGNORECASE) for each in said if each is not None)
    unsure = any(not sure or is_unsure(_OTHERWISE.sub("", value.plain)) for value, sure in one.keys)
    if len(found) != 1 or unsure or turned:
        guess = "vrai" if found == {True} else "faux" if found == {False} else ""
        choices = (("vrai", "Vrai"), ("faux", "Faux"))
        answer = one.ask(Doubt(f"clé:{one.key}", f"{one.called} : est-ce vrai ou faux ?", choices, guess))
        return {"vrai": True, "faux": False}.get(answer)
    return next(iter(found))


def _truth_by_look(one: QuestionParts, options: list[PaperOption]) -> bool | None:
    if not options and one.truth is not None:
        options = list(_truth_options(one.truth))
    if len(options) != 2:
        return None
    places = one.right_answers(options)
    chosen = places.by_signs()
    chosen = places.by_looks() if chosen is None else chosen
    return 0 in chosen if chosen is not None and len(chosen) == 1 else None


def _truth_options(row: Rich) -> list[PaperOption]:
    """« ☐ Vrai ☒ Faux », « Vrai / **Faux** »: the two words, each with the box that is its own."""
    found = list(re.finditer(r"\b(vrai|v|oui)\b|\b(faux|f|non)\b", row.plain, re.IGNORECASE))[:2]
    if len(found) != 2:
        return []
    boxes = re.compile(r"[☐□○◯☑✓✔✗✘☒●◉✅❌🗹⚪⚫]|\[\s*[xX]?\s*\]|\(\s*[xX]?\s*\)|\*")
    before = bool(boxes.search(row.plain[: found[0].start()]))
    options = []
    for place, match in enumerate(found):
        start = found[place - 1].end() if place else 0
        end = found[place + 1].start() if place + 1 < len(found) else len(row.plain)
        area = row.plain[start : match.start()] if before else row.plain[match.end() : end]
        sign = boxes.search(area)
        sign_text = re.sub(r"\s", "", sign.group()) if sign else ""
        options.append(PaperOption(row.cut(match.start(), match.end()), None, sign=sign_text))
    truths = [match[1] is not None for match in found]
    return options if truths == [True, False] else options[::-1]


# --- Options -----------------------------------------------------------------------------------------------------


def _of_options(one: QuestionParts) -> bool:
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
    one.found.answers = [as_answer(option, place in (right or ())) for place, option in enumerate(one.options)]
    one.found.several = bool(right) and (len(right or ()) > 1 or bool(SEVERAL.search(one.words)))
    if one.found.several and right:
        share = Decimal(100) / len(right)
        for place, each in enumerate(one.found.answers):
            each.fraction = share if place in right else Decimal(-100) / max(1, len(one.options) - len(right))
    if not right:
        leave(one, "On ne sait pas quelle est la bonne réponse.")
    return True


# --- Words -------------------------------------------------------------------------------------------------------


def _of_words(one: QuestionParts) -> None:
    """An answer that is typed, or a free one with its model."""
    values = [value for value, _ in one.keys if value] or _behind_question(one)
    plain = _without_free(values[0].plain.strip()) if values else ""
    if not plain or _FREE.fullmatch(plain.strip("()")):
        _free(one, "")
        return
    if (one.unsure and not OR.search(plain)) or _LETTERS.fullmatch(plain):
        plain = one.ask(Doubt(f"clé:{one.key}", f"{one.called} : la réponse est-elle bien « {short(plain, 80)} » ?", (), plain))
    plain = _ALSO.sub(r" ou \1", plain)
    short_plain, rest = _split_explanation(plain)
    if found := _NUMBER.fullmatch(short_plain):
        return _number(one, found, rest)
    parts = [part.strip(' .,«»"') for part in OR.split(short_plain) if part.strip(' .,«»"')]
    longest = max((len(part.split()) for part in parts), default=0)
    if not plain or len(values) > 1 or longest > _LONG or (_ASKS_WORDS.search(one.words) and longest > 2) or "\n" in plain:
        return _free(one, "\n\n".join(value.markdown() for value in values) if plain else "")
    if longest > 3 or re.search(r"[,;]", short_plain) or (rest and "(" in plain):
        asks = f"{one.called} : « {short(plain, 100)} » est-ce un texte à taper exactement ?"
        choices = (("taper", "Oui, la personne doit taper ces mots"), ("modèle", "Non, c’est un modèle, montré après une réponse libre"))
        if one.ask(Doubt(f"taper:{one.key}", asks, choices, "modèle")) == "modèle":
            return _free(one, values[0].markdown())
    if rest:
        one.explained = [Rich(rest), *one.explained]
    one.found.kind = "shortanswer"
    one.found.answers = [ImportedAnswer(part, Decimal(100)) for part in parts]
    return None


def _without_free(plain: str) -> str:
    """« Réponse libre (un exemple) »: the example, which is a model."""
    said, rest = _split_explanation(plain)
    if not (rest and _FREE.fullmatch(said)):
        return plain
    return "" if re.search(r"\b(?:lignes?|phrases?|mots|pages?|minutes?|tour de table)\b", rest) else rest


def _behind_question(one: QuestionParts) -> list[Rich]:
    """« En quelle année ? (2019) », « … ? En 2019. », where nothing else answers: what follows, if its author says that it does."""
    found = re.search(r"\?\s*\(([^()]{1,80})\)\s*$|\?\s+([^?]{1,60})$", one.statement[-1].plain) if one.statement else None
    if found is None:
        return []
    asks = f"{one.called} : « {short(found[1] or found[2], 60)} », derrière la question, est-ce la réponse ?"
    if one.ask(Doubt("derrière", asks, (("clé", "Oui, c’est la réponse"), ("énoncé", "Non, c’est la suite de la question")), "clé")) != "clé":
        return []
    last = one.statement[-1]
    one.statement[-1] = last.cut(0, found.start() + 1)
    one.found.statement = "\n\n".join(part.markdown() for part in one.statement)
    return [last.cut(*found.span(1 if found[1] else 2))]


def _split_explanation(plain: str) -> tuple[str, str]:
    """« 1981 (création des ZEP) »: the answer, and what it is followed by."""
    found = re.fullmatch(r"(.{1,60}?)\s*(?:\((.{4,})\)\.?|\s[–—-]\s(.{12,})|\.\s+(.{12,}))", plain, re.DOTALL)
    return (found[1], found[2] or found[3] or found[4]) if found else (plain, "")


def _number(one: QuestionParts, found: re.Match[str], rest: str) -> None:
    one.found.kind = "numerical"
    digits = re.sub(r"[ \u00a0\u202f]", "", found[1])
    digits = digits.replace(".", "") if re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3})+", digits) else digits
    value, tolerance = digits, ""
    one.found.unit = found[2] or ""
    if _ABOUT.match(found.group()):
        asks = f"{one.called} : de combien peut-on s’écarter de {digits} ?"
        margin = one.ask(Doubt(f"marge:{one.key}", asks, (), "0"))
        tolerance = margin if re.fullmatch(r"\d+([.,]\d+)?", margin) else "0"
    if within := _WITHIN.fullmatch(rest):
        tolerance = within[1]
    elif accepted := _ACCEPTED.fullmatch(rest):
        least, most = (Decimal(bound.replace(",", ".")) for bound in accepted.groups())
        value, tolerance = f"{(least + most) / 2}", f"{abs(most - least) / 2}"
    elif rest:
        one.explained = [Rich(rest), *one.explained]
    one.found.answers = [ImportedAnswer(value, Decimal(100), tolerance=tolerance)]


def _free(one: QuestionParts, model: str) -> None:
    one.found.kind = "essay"
    if not model:
        asks = f"{one.called} : aucune réponse n’est donnée. Que montrer comme modèle, après une réponse libre ? (rien : la laisser de côté)"
        model = literal(one.ask(Doubt(f"modèle:{one.key}", asks)))
    one.found.answers = [ImportedAnswer(model, Decimal(100))] if model else []
