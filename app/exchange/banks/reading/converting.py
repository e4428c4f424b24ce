"""A question of another system → ours: what its answers were worth, and the Markdown that asks it. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec.structs import replace

from app.assessment.kinds import choices, gaps, matching, open_text, ordering, short_text
from app.assessment.kinds.answer_form import BankForms, Row
from app.assessment.kinds.registry import kind_of
from app.authoring.editor import question_rules
from app.authoring.editor.question_rules import QuestionFormValues
from app.content.quiz.answers.number import as_typed
from app.content.quiz.keys import key_line
from app.content.quiz.question import COMPLETE
from app.content.quiz.report import QuizReport
from app.content.quiz.sections import read_title
from app.content.text.head import is_id
from app.content.values.quiz import GAP, Gap, Interval, MatchingPair, Option, OrderedItem, TypedAnswer
from app.content.values.text import Fragment
from app.exchange.banks.bank import PATH, BankItem, read_alone
from app.exchange.banks.reading.imported_question import ImportedAnswer, ImportedQuestion, number, one_line
from app.platform.french import number as french_number
from app.platform.french import short

NO_PART = "Pondération ignorée : seule une réponse qui donnait tous les points en rapporte."
NO_PART_TYPED = "Pondération ignorée : une réponse qui ne valait qu’une partie des points est comptée fausse."
NO_PART_NUMBER = "Pondération ignorée : un nombre qui ne valait qu’une partie des points est compté faux."
NO_PENALTY = "Pondération ignorée : une mauvaise réponse ne retire pas de points."
ONE_SUFFICED = "Plusieurs réponses pouvaient être cochées, et une bonne suffisait : ici, on en choisit une."
EQUAL_PARTS = "Pondération ignorée : chaque bonne réponse compte autant, et il faut les cocher toutes pour avoir tous les points."
WRONG_TICKED = "Pondération ignorée : cocher une mauvaise réponse retire ici de quoi annuler, toutes cochées, les bonnes."
"""Each is true of the question as the site marks it."""


def is_shared(found: ImportedQuestion) -> bool:
    """Whether its right answers each bring a part: where one of several brings all the points, it suffices."""
    return sum(each.right for each in found.answers) < 2 or not any(each.whole for each in found.answers)


def weigh(found: ImportedQuestion, several: bool) -> None:
    """Says what of the fractions our credit does not: where several are ticked, ours is 1/r for each right one, −1/w for each wrong one."""
    right, wrong = [each for each in found.answers if each.right], [each for each in found.answers if not each.right]
    if found.several and not several:
        found.lose(ONE_SUFFICED)
    if not several:
        if any(each.fraction < 0 for each in found.answers):
            found.lose(NO_PENALTY)
        return say_parts(found, NO_PART)
    if found.exact:
        return None
    if any(abs(each.fraction * len(right) - 100) > Decimal("1.5") for each in right):
        found.lose(EQUAL_PARTS)
    if any(abs(each.fraction * len(wrong) + 100) > Decimal("1.5") for each in wrong):
        found.lose(WRONG_TICKED)
    return None


def say_parts(found: ImportedQuestion, said: str) -> None:
    if any(each.is_weighted for each in found.answers):
        found.lose(said)


def has_joker(each: ImportedAnswer) -> bool:
    return "*" in each.text.replace("\\*", "")


def say_jokers(found: ImportedQuestion) -> None:
    """Reports the comments of wrong answers with a wildcard, which are not imported."""
    for each in found.answers:
        if each.feedback and not each.whole and has_joker(each):
            of = "des autres réponses" if each.text == "*" else f"des réponses « {short(each.text, 60)} »"
            found.lose(f"Commentaire {of}, non repris : « {short(each.feedback, 120)} »")


# --- A question as the atelier's own form writes one ---
# What cannot be said is named, what cannot be asked is refused.

ALTERNATIVE = "E16"
"""An image that says nothing to whoever does not see it: its trainer writes that before publishing."""
NO_ALTERNATIVE = "Une image n’a pas de texte de remplacement : écrivez ce qu’elle montre avant de publier."
_LONGEST_TITLE, _LONGEST = 300, 50_000
_SIMPLE = re.compile(r"(?!(?:vrai|faux|oui|non|libre|ouverte)\b)(?=.{3})[^\W\d_][\w'’-]*(?: (?!(?:ou|et)\b)[^\W\d_][\w'’-]*)*", re.IGNORECASE)
"""What `Réponse : …` can only mean as it is; anything else stands in a list under it."""
_BLOCKS = re.compile(r"(?m)^ {0,3}(?:[-*+>#|]|\d+[.)] |```|!\[)")


def item(found: ImportedQuestion) -> BankItem:
    """What becomes of a question."""
    name = short(found.name or found.statement or found.kind, 120)
    if not found.refused:
        asked = _to_form(found)
        text = "\n".join(question_rules.markdown_lines(asked)) if asked else ""
        if len(text) > _LONGEST:
            found.refuse(f"Elle dépasse {french_number(_LONGEST)} caractères : gardez-en l’essentiel, le reste a sa place dans une leçon.")
        if not found.refused and text:
            found.refused = _unreadable(found, text)
        if not found.refused:
            identifier = found.id if is_id(found.id) else ""
            return BankItem(found.line, name, found.category, text, identifier, tuple(found.lost))
    told = (f"Elle demande : « {short(found.statement, 300)} ».",) if found.name and found.statement else ()
    return BankItem(found.line, name, found.category, lost=told, refused=found.refused or "Cette question n’a pas de réponse.")


def _unreadable(found: ImportedQuestion, text: str) -> str:
    """Why our Markdown would not ask the same; empty where it does."""
    question, scan = read_alone(text)
    errors = [each for each in scan.problems if each.is_error and each.code not in ("E06", ALTERNATIVE)]
    if any(each.code == ALTERNATIVE for each in scan.problems):
        found.lose(NO_ALTERNATIVE)
    if errors:
        said = re.sub(r"^Question \d+(?: « .*? »)? : ", "", errors[0].message)
        return f"Une fois traduite, elle ne se laisserait pas poser : {said[:1].lower()}{said[1:]} {errors[0].hint}".strip()
    if question is None or not kind_of(question).put_into(_Alike(found)):
        return "Une fois traduite, elle dirait autre chose : ses signes se confondent avec ceux d’un quiz. Recopiez-la dans l’éditeur."
    return ""


class _Alike(BankForms[bool]):
    """Whether our question, once read again, has the form of the one that was found, and as many answers."""

    def __init__(self, found: ImportedQuestion) -> None:
        self.found = found

    def _rights(self, options: Sequence[Option]) -> bool:
        return self.found.kind == "multichoice" and [option.correct for option in options] == [given.right for given in self.found.answers]

    def choices(self, options: Sequence[Option], several: bool, exact: bool, fixed: bool) -> bool:
        return self._rights(options)

    def truth(self, options: Sequence[Option]) -> bool:
        return self.found.kind == "truefalse" or self._rights(options)

    def put_typed(self, accepted: Sequence[TypedAnswer], mistakes: Sequence[TypedAnswer], strict: bool) -> bool:
        return self.found.kind in ("shortanswer", "numerical")

    def number(self, accepted: Sequence[Interval], unit: str, unit_required: bool) -> bool:
        return self.found.kind in ("shortanswer", "numerical")

    def pairs(self, pairs: Sequence[MatchingPair], distractors: Sequence[str]) -> bool:
        return self.found.kind == "matching" and len(pairs) + len(distractors) == len(self.found.pairs)

    def steps(self, items: Sequence[OrderedItem]) -> bool:
        return self.found.kind == "ordering" and len(items) == len(self.found.answers)

    def gaps(self, body: Fragment, gaps: Sequence[Gap]) -> bool:
        return self.found.kind == "gaps" and len(GAP.findall(body.text)) == self.found.statement.count("[[")

    def essay(self, model: Fragment) -> bool:
        return self.found.kind == "essay"


def _to_form(found: ImportedQuestion) -> QuestionFormValues | None:
    """As the form over one question holds it; None where it is refused."""
    maker = _MAKERS.get(found.kind)
    if maker is None:
        found.refuse(f"Le type « {found.kind} » n’existe pas ici.")
        return None
    asked = maker(found)
    if asked is None or found.refused:
        return None
    title, statement = _heading(found.statement, bool(asked.answer) and bool(asked.form.within))
    if asked.form.within:
        asked = replace(asked, answer=statement)
        title, statement = title or COMPLETE, ""
    if not title and not statement and not asked.form.within:
        found.refuse("Cette question n’a pas d’énoncé.")
        return None
    return replace(asked, title=title, statement=statement, explanation=asked.explanation or found.explanation, kept=_setting_lines(found, asked))


def _heading(statement: str, gaps: bool) -> tuple[str, str]:
    """The first paragraph as a title, where a title says the same; and the rest."""
    first, _, rest = statement.partition("\n\n")
    if len(first) > _LONGEST_TITLE:
        return "", statement
    report = QuizReport(PATH)
    title = read_title(first, 1, report)
    sound = (
        title.text == first
        and not report.problems
        and title.points is None
        and not title.id
        and not first.endswith("#")
        and "\n" not in first
        and key_line(first) is None
    )
    if not sound or _BLOCKS.match(first) or (gaps and ("[[" in first or not rest)):
        return "", statement
    return first, rest


def _setting_lines(found: ImportedQuestion, asked: QuestionFormValues) -> tuple[str, ...]:
    """The lines that set something."""
    lines = list(asked.kept)
    if found.hints:
        if len(found.hints) > 1:
            found.lose(f"Ses {len(found.hints)} indices sont montrés ensemble.")
        lines.append(f"Indice : {one_line(' '.join(found.hints))}")
    if found.points != 1 and asked.form is not open_text.FREE:
        points = round(found.points, 2)
        if not 0 < points < 1000:
            found.lose(f"Ses points, {as_typed(found.points)}, ne sont pas possibles ici : elle en vaut 1.")
        else:
            lines.append(f"Points : {as_typed(points)}")
            if points != found.points:
                found.lose(f"Ses points, {as_typed(found.points)}, sont arrondis à {as_typed(points)}.")
    if tags := [" ".join(tag.replace(",", " ").split()) for tag in found.tags if tag.strip()]:
        lines.append(f"Étiquettes : {', '.join(tags)}")
    return tuple(lines)


# --- By type ---


def _choices(found: ImportedQuestion) -> QuestionFormValues | None:
    """Where several may be ticked, each that is worth something is right; where one is chosen, only what is worth all the points."""
    several = found.several and (found.exact or is_shared(found))
    weigh(found, several)
    if any(not each.text for each in found.answers):
        found.refuse("Une de ses réponses est vide.")
    found.answers = [dataclasses.replace(each, fraction=Decimal(100 * (each.right if several else each.whole))) for each in found.answers]
    right = sum(each.right for each in found.answers)
    if not right:
        found.refuse("Elle n’a aucune bonne réponse : aucune ne donne tous les points.")
    kept = ["Crédit : exact"] * found.exact + ["Ordre : fixe"] * found.fixed + ["Choix : multiple"] * (several and right == 1)
    rows = tuple(Row(each.text, each.right, each.feedback) for each in found.answers)
    return QuestionFormValues(choices.OPTIONS, rows=rows, kept=tuple(kept), one=not several and right > 1)


def _truth(found: ImportedQuestion) -> QuestionFormValues | None:
    say_parts(found, NO_PART)
    true = next((each for each in found.answers if each.text in ("true", "vrai")), None)
    false = next((each for each in found.answers if each.text in ("false", "faux")), None)
    if true is None or false is None or true.whole == false.whole:
        found.refuse("On ne sait pas laquelle de ses deux réponses est la bonne.")
        return None
    if not true.feedback and not false.feedback:
        return QuestionFormValues(choices.TRUTH, answer="Vrai" if true.whole else "Faux")
    return QuestionFormValues(choices.OPTIONS, rows=(Row("Vrai", true.whole, true.feedback), Row("Faux", false.whole, false.feedback)))


def _typed_form(found: ImportedQuestion) -> QuestionFormValues | None:
    say_parts(found, NO_PART_TYPED)
    say_jokers(found)
    right = [each for each in found.answers if each.whole]
    wrong = [each for each in found.answers if not each.whole and not has_joker(each)]
    if not right:
        found.refuse("Aucune de ses réponses ne donne tous les points.")
        return None
    if any(map(has_joker, right)):
        found.refuse("Une réponse accepte une suite quelconque de signes (« * ») : écrivez les réponses qu’elle attend, séparées par une barre.")
        return None
    rows = tuple(Row(each.text.replace("\\*", "*"), each.whole, each.feedback) for each in (*right, *wrong))
    if all(row.right and not row.other and _SIMPLE.fullmatch(row.text) for row in rows):
        return QuestionFormValues(short_text.TYPED, answer="\n".join(row.text for row in rows), strict=found.strict)
    return QuestionFormValues(short_text.TYPED, rows=rows, strict=found.strict)


def _number(found: ImportedQuestion) -> QuestionFormValues | None:
    right = [each for each in found.answers if each.whole]
    say_parts(found, NO_PART_NUMBER)
    if any(each.feedback for each in found.answers):
        found.lose("Les commentaires de chaque nombre ne sont pas repris : dites-les dans l’explication.")
    if not right or any(number(each.text, Decimal("Infinity")).is_infinite() for each in right):
        found.refuse("Sa réponse n’est pas un nombre : un caractère joker ou une formule ne se corrige pas ici.")
        return None
    unit = f" {found.unit}" if found.unit else ""
    both = unit if unit.startswith(" %") else ""  # « 12 ± 1 % » could be a share of twelve
    said = [f"{as_typed(number(each.text))}{both if margin else ''}{margin}{unit}" for each in right for margin in (_margin(each.tolerance),)]
    return QuestionFormValues(short_text.TYPED, answer="\n".join(said), kept=("Unité : exigée",) if found.unit_required else ())


def _margin(tolerance: str) -> str:
    reach = abs(number(tolerance))
    return f" ± {as_typed(reach)}" if reach else ""


def _pairs(found: ImportedQuestion) -> QuestionFormValues | None:
    found.pairs = [(left.replace("=>", "\\=>").replace("→", "\\→"), right, said) for left, right, said in found.pairs if left or right]
    return QuestionFormValues(matching.PAIRS, rows=tuple(Row(left, other=right, told=comment) for left, right, comment in found.pairs))


def _steps(found: ImportedQuestion) -> QuestionFormValues | None:
    return QuestionFormValues(ordering.STEPS, rows=tuple(Row(each.text) for each in found.answers))


def _gaps(found: ImportedQuestion) -> QuestionFormValues | None:
    return QuestionFormValues(gaps.TEXT, answer=found.statement)


def _open(found: ImportedQuestion) -> QuestionFormValues | None:
    if not found.answers:
        found.refuse("Une question ouverte a ici une réponse modèle, que celle-ci n’a pas : écrivez-la dans l’éditeur (« Réponse libre », puis « Modèle : »).")
        return None
    model, explanation = found.answers[0].text, found.explanation
    if explanation:
        found.explanation = ""
        return QuestionFormValues(open_text.FREE, answer=model, kept=(f"Explication : {one_line(explanation)}",))
    return QuestionFormValues(open_text.FREE, answer=model)


_MAKERS: dict[str, Callable[[ImportedQuestion], QuestionFormValues | None]] = {
    "multichoice": _choices,
    "truefalse": _truth,
    "shortanswer": _typed_form,
    "numerical": _number,
    "matching": _pairs,
    "ordering": _steps,
    "gaps": _gaps,
    "essay": _open,
}
