"""Texts with gaps: Moodle's codes inside a text (`{1:SHORTANSWER:=mot~=variante}`), and places filled from a list (`[[1]]`). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.authoring.incoming.word.habits import CLOSE, OPEN
from app.content.quiz.answers.number import as_typed
from app.exchange.banks.reading.imported_question import ImportedAnswer, ImportedQuestion, bars, gap_markup, number
from app.exchange.banks.reading.texts import QuestionTexts

_CODE = re.compile(r"\{(\d*):([A-Z_]+):((?:[^{}\\]|\\.)*)\}", re.DOTALL)
_LOOSE = re.compile(r"\{\d*:[A-Za-z_]+:")
_ANSWER = re.compile(r"\s*(?:(=)|%(-?\d+(?:[.,]\d+)?)%)?\s*(.*)", re.DOTALL)
_PLACE = re.compile(r"\\\[\\\[(\d{1,3})\\\]\\\]")
_HELD = re.compile(f"{OPEN}c(\\d+){CLOSE}")
_MENUS = re.compile(r"(?:MULTICHOICE|MC)(?:_?[HVS]{1,2})?")
_TYPED = re.compile(r"(?:SHORTANSWER|SA|MW)(?:_?C)?")
_CASED = re.compile(r".*_?C")
_NUMBERS = ("NUMERICAL", "NM")


def fill(question: ImportedQuestion, text: str, format: str, texts: QuestionTexts) -> None:
    """Replaces each code of a Cloze statement by a gap of our own syntax."""
    gaps: list[str] = []
    weights: set[str] = set()

    def keep(found: re.Match[str]) -> str:
        weights.add(found[1] or "1")
        gaps.append(_gap(question, found[2], found[3]))
        return f"{OPEN}c{len(gaps) - 1}{CLOSE}"

    held = _CODE.sub(keep, text)
    if not gaps or _LOOSE.search(held):
        question.refuse("Un trou de ce texte ne se lit pas : il y manque une accolade, ou son code n’est pas celui de Moodle.")
    if len(weights) > 1:
        question.lose("Les trous n’avaient pas tous le même poids : ils comptent ici autant les uns que les autres.")
    question.statement = _HELD.sub(lambda found: gaps[int(found[1])], texts.markdown(held, format))


def _gap(question: ImportedQuestion, code: str, body: str) -> str:
    options = [_option(part) for part in re.split(r"(?<!\\)~", body) if part.strip()]
    if any(option.feedback for option in options):
        question.lose("Les commentaires d’un trou ne sont pas repris : dites-les dans l’explication.")
    if any(option.is_weighted for option in options):
        question.lose("Pondération ignorée : dans un trou, une réponse qui ne valait qu’une partie des points est fausse.")
    if not any(option.whole for option in options):
        question.refuse("Dans un trou, aucune réponse ne donne tous les points.")
    if _MENUS.fullmatch(code):
        return menu(question, [(option.text, option.whole) for option in options])
    if code in _NUMBERS:
        return gap_markup([_interval(option.text) for option in options if option.whole])
    if _TYPED.fullmatch(code):
        return _typed_gap(question, options, bool(_CASED.fullmatch(code)))
    question.refuse(f"Le trou « {code} » ne se fait pas ici : il faut en cocher plusieurs. Faites-en une question à part.")
    return ""


def _option(part: str) -> ImportedAnswer:
    found = _ANSWER.fullmatch(part)
    sign, weight, said = (found[1], found[2], found[3]) if found else ("", "", part)
    text, _, feedback = re.sub(r"\\#", "\ue102", said).partition("#")
    fraction = number(weight) if weight else Decimal(100 if sign else 0)
    return ImportedAnswer(_plain(text), fraction, _plain(feedback))


def _plain(text: str) -> str:
    text = re.sub(r"\\([~=#{}/\"\\])", r"\1", text).replace("\ue102", "#")
    return QuestionTexts.words(text)


def _typed_gap(question: ImportedQuestion, options: Sequence[ImportedAnswer], cased: bool) -> str:
    right, wrong = [each.text for each in options if each.whole], [each.text for each in options if not each.right and each.text != "*"]
    if any("*" in each for each in right):
        question.refuse("Un trou accepte une suite quelconque de signes (« * ») : écrivez les réponses qu’il attend.")
    if wrong:
        question.lose("Les réponses fausses attendues d’un trou ne sont pas reprises.")
    if cased:
        question.lose("Dans un trou, majuscules et minuscules se valent ici.")
    return gap_markup(right)


def menu(question: ImportedQuestion, options: Sequence[tuple[str, bool]]) -> str:
    right = [text for text, is_right in options if is_right]
    if len(right) != 1:
        question.refuse("Un menu de ce texte a plusieurs bons choix, ou aucun : il en faut un seul.")
        return ""
    if len(options) == 1:
        return gap_markup(right)
    return "[[" + " | ".join(f"({bars(text)})" if is_right else bars(text) for text, is_right in options) + "]]"


def _interval(text: str) -> str:
    """`2014:2` → `2014 ± 2`."""
    value, _, margin = text.partition(":")
    reach = number(margin)
    return f"{as_typed(number(value))} ± {as_typed(reach)}" if reach else as_typed(number(value)) if value.strip() else ""


def place(question: ImportedQuestion, boxes: Sequence[tuple[str, str]]) -> None:
    """`[[1]]` → a menu of the words of its group."""

    def fill_place(found: re.Match[str]) -> str:
        index = int(found[1]) - 1
        if not 0 <= index < len(boxes):
            question.refuse(f"La place [[{found[1]}]] n’a pas de mot : la liste n’en compte que {len(boxes)}.")
            return ""
        text, group = boxes[index]
        others = [word for word, of in boxes if of == group]
        return menu(question, [(word, word == text) for word in dict.fromkeys(others)])

    question.statement = _PLACE.sub(fill_place, question.statement)
    if "[[" not in question.statement:
        question.refuse("Ce texte n’a aucune place à remplir.")
