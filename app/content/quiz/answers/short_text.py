"""`Réponse : …`: a short text, a strict text, a number, or true and false, with the list under it; and the open question, `Réponse libre`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.content.quiz.answers.choices import comparable_text, true_false
from app.content.quiz.answers.gaps import alternatives, ambiguity, join_pieces, perhaps_several, pieces, right_pieces, stressed_piece, strip_wrapping
from app.content.quiz.answers.number import SETTINGS, AnswerShape, NumberDoubt, NumberReading, comment, lone_unit, read_number, words
from app.content.quiz.blocks import ListItem, QuizBlock, Shape
from app.content.quiz.keys import QuizKey, bare, designates
from app.content.quiz.lettered_options import EMPTY, TICKED
from app.content.quiz.report import WITHOUT, QuizReport, short
from app.content.quiz.settings import QuestionSettings
from app.content.values.quiz import Answer, Interval, NumberAnswer, OpenText, ShortText, TypedAnswer
from app.content.values.text import Fragment

_NOTE_CALL = re.compile(r"\s*\[\^[^\]\s]+\]")
_JUDGED = re.compile(r"(?:c['’]est\s+|affirmation\s+)?(vraie?|faux|fausse)\b[\s,;:.!()–—-]*(.*?)\)?", re.IGNORECASE)
"""« Vrai, car… », « c’est faux »."""
_FREE = re.compile(
    r"(?:(?:reponse|texte|question|redaction|expression) )?(?:libre|ouverte?|personnelle)|au choix|variable|redaction|texte|todo|x{2,}|[\W_]+"
    r"|a \w+(?:er|ir|re)\b.*|(?:ca|cela) depend\b.*|selon .*|voir .*|cf\.? .*|non notee?|pas de (?:bonne )?reponse.*|(?:plusieurs|toutes? les?) reponses?.*"
)
"""What announces an answer that everybody writes for themselves, or one that is still to be written."""
_LETTERS = frozenset({"v", "f", "t", "true", "false", "oui", "non"})
_EITHER = re.compile(r"\s*(?:[/|]|\bou\b)\s*", re.IGNORECASE)
_BOXED = re.compile(rf"[{TICKED}{EMPTY}]|\[ ?[xX]? ?\]")
_OPEN_OR_TYPED = (
    "Pour une question ouverte, écrivez « Réponse libre » seul sur sa ligne, puis « Modèle : … ». Pour ce texte, mettez-le sous « Réponse : », - [x] …"
)
_LONGEST = 300
"""Characters of one answer to type."""
_LONGEST_WORDS, _SHORTEST_SENTENCE = 12, 5
"""The longest name of a service has ten words; a sentence with its stop has more than five."""


def read_typed(answers: Sequence[QuizBlock], lists: Sequence[QuizBlock], settings: QuestionSettings, report: QuizReport) -> Answer | None:
    """The answer of one question to which the learner types; None when it cannot be asked."""
    first = answers[0]
    if len(answers) > 1:
        message = f"Deux lignes « Réponse : » (la première ligne {first.line}) : l’une ou l’autre, ou les deux à la fois ?"
        report.add(
            answers[1].line, "E32", message, "Deux écritures acceptées : Réponse : a | b. Deux réponses attendues : faites un texte à trous, ou deux questions."
        )
        return None
    return _AnswerList(first, lists, settings, report).answer()


class _AnswerList:
    def __init__(self, block: QuizBlock, lists: Sequence[QuizBlock], settings: QuestionSettings, report: QuizReport) -> None:
        key = block.key
        self.line = block.line
        self.strict = key is not None and key.key is QuizKey.STRICT
        self.items = [item for listed in lists for item in listed.items]
        self.settings = settings
        self.report = report
        self.apart: dict[QuizKey, str] = {}
        """The unit and the tolerance that stand on lines of their own, as the answer would say them."""
        self.name = key.key.value if key else QuizKey.ANSWER.value
        self.value = self._clean_value(key.value if key else "")
        if key is not None and key.key is QuizKey.RIGHT:
            report.tolerate(self.line, "« Bonne réponse : » comprise comme une réponse à taper", f"Réponse : {self.value}")

    def _clean_value(self, value: str) -> str:
        """Without note calls, and without the quotation marks or the emphasis around the whole answer."""
        if _NOTE_CALL.search(value):
            value = _NOTE_CALL.sub("", value).strip()
            self.report.tolerate(self.line, "Appel de note retiré de la réponse", f"{self.name} : {value}, et l’appel dans l’explication")
        self.marks = [] if self.strict else list(filter(None, right_pieces(value) or [stressed_piece(value)]))
        written = [part.strip() for part in pieces(value)]
        plain = [strip_wrapping(part) for part in written]
        if plain != written and not self.marks:
            value = " | ".join(plain)
            self.report.tolerate(self.line, "Guillemets ou mise en forme retirés de la réponse", f"{self.name} : {value}")
        return value

    def answer(self) -> Answer | None:
        if not self.value and not self.items:
            self.report.add(self.line, "E11", f"La ligne « {self.name} : » est vide.", "Écrivez la réponse sur la même ligne, ou dessous une liste - [x] …")
            return None
        texts = self._texts()
        if self._too_long(texts):
            return None
        if not self.strict and (truth := self._truth()):
            return self._true_false(truth == "Vrai")
        if self.marks:
            message = f"« {self.name} : {short(self.value, 60)} » : « {short(self.marks[0], 30)} » est-il le seul bon choix, ou l’une des réponses acceptées ?"
            return self._refuse("E32", message, "Pour un choix, mettez des cases : - [x] devant le bon, - [ ] devant les autres. Sinon, retirez la marque.")
        if not self.strict and (refused := self._unclear() or self._perhaps_open()):
            return self._refuse(*refused)
        numbers = [None if self.strict else read_number(text) for text in texts]
        if refused := self._doubtful(texts, numbers):
            return self._refuse(*refused)
        read = [number for number in numbers if isinstance(number, NumberReading)]
        if texts and len(read) == len(numbers):
            return self._number(read)
        return self._text(texts)

    def _truth(self) -> str:
        """« Vrai » or « Faux », where the answer says no more than that: « c’est faux »."""
        plain = comparable_text(self.value)
        judged = None if self.items else _JUDGED.fullmatch(self.value)
        if plain not in ("vrai", "faux") and (judged is None or judged[2] or plain in _LETTERS):
            return ""
        truth = "Vrai" if (judged[1] if judged else plain)[0] in "vV" else "Faux"
        if plain not in ("vrai", "faux"):
            self.report.tolerate(self.line, f"« {short(self.value, 30)} » compris comme « {truth} »", f"{self.name} : {truth}")
        return truth

    def _unclear(self) -> tuple[str, str, str] | None:
        """What is neither a text to type nor a judgement for sure: its code, what to say, what to write."""
        said, plain = f"« {self.name} : {short(self.value, 60)} »", comparable_text(self.value)
        if plain in _LETTERS:
            return "E32", f"{said} : est-ce vrai ou faux, ou ce texte à taper ?", "Écrivez Réponse : Vrai, ou Réponse : Faux."
        if {comparable_text(piece) for piece in _EITHER.split(self.value)} == {"vrai", "faux"}:
            return "E43", f"{said} ne dit pas laquelle des deux est la bonne.", "Écrivez Réponse : Vrai, ou Réponse : Faux."
        if designates(self.value):
            hint = "Pour un choix, cochez les cases des bonnes réponses, - [x] … ; pour une association, écrivez - gauche => droite."
            hint += f" Pour ce texte à taper, mettez-le sous « Réponse : », - [x] {short(self.value, 50)}"
            return "E32", f"{said} : ce sont des réponses désignées par leur lettre, ou ce texte à taper ?", hint
        if _BOXED.search(self.value):
            return "E32", f"{said} : des cases à cocher, ou ce texte à taper ?", "Écrivez une réponse par ligne : - [x] la bonne, - [ ] les autres."
        return None

    def _perhaps_open(self) -> tuple[str, str, str] | None:
        """The same of what is rather an open question, or a judgement with its reason."""
        if self.items:
            return None
        said = f"« {self.name} : {short(self.value, 60)} »"
        if _FREE.fullmatch(bare(self.value).strip("() .")):
            return "E53", f"{said} : est-ce une question ouverte, ou ce mot à taper ?", _OPEN_OR_TYPED
        if judged := _JUDGED.fullmatch(self.value):
            truth = "Vrai" if judged[1][0] in "vV" else "Faux"
            hint = f"Écrivez « {self.name} : {truth} », une ligne vide, puis l’explication derrière un > : > {short(judged[2], 60)}"
            return "E32", f"{said} : une explication suit « {truth} » sur la même ligne.", hint
        words = len(self.value.split()) if len(pieces(self.value)) == 1 else 0
        if words > _LONGEST_WORDS or (words > _SHORTEST_SENTENCE and self.value.endswith((".", "!"))):
            return "E53", f"{said} : est-ce une question ouverte, ou cette phrase à taper mot pour mot ?", _OPEN_OR_TYPED
        return None

    def _doubtful(self, texts: Sequence[str], numbers: Sequence[NumberReading | NumberDoubt | None]) -> tuple[str, str, str] | None:
        """The same of numbers."""
        if doubt := next((number for number in numbers if isinstance(number, NumberDoubt)), None):
            return "E46", doubt.message, doubt.hint
        if unit := lone_unit(texts, numbers):
            clean = join_pieces(text for text, number in zip(texts, numbers, strict=True) if number)
            hint = f"Écrivez l’unité derrière son nombre seulement : {self.name} : {clean}. Quand on répond, elle est facultative."
            return "E32", f"« {self.name} : {short(self.value, 60)} » : « {unit} », seul, serait une réponse juste.", hint
        return None

    def _refuse(self, code: str, message: str, hint: str, line: int = 0) -> Answer | None:
        """Say why there is no answer."""
        self.report.add(line or self.line, code, message, hint)
        return None

    def _texts(self) -> list[str]:
        texts = alternatives(self.value) if self.value else []
        kept = list(dict.fromkeys(text for text in texts if text))
        if len(kept) < len(texts):
            self.report.tolerate(self.line, "Variante vide ou répétée, ignorée", f"{self.name} : {join_pieces(kept)}")
        return kept

    def _too_long(self, texts: Sequence[str]) -> bool:
        long = next((text for text in texts if len(text) > _LONGEST), None)
        if long is not None:
            self._refuse("E46", f"Réponse de plus de {_LONGEST} caractères : personne ne la tapera.", "Raccourcissez-la, ou proposez des cases.")
        return long is not None

    def _true_false(self, true: bool) -> Answer | None:
        if not self.items:
            return true_false(true, self.line)
        hint = "Gardez les cases, avec leur croix, ou la ligne « Réponse : » seule."
        self.report.add(self.items[0].line, "E30", f"Deux formes de réponse : « {self.name} : {self.value} » (ligne {self.line}), et des cases.", hint)
        return None

    # --- Numbers ---

    def _number(self, read: list[NumberReading]) -> Answer | None:
        if self.items:
            return self._text([number.interval.shown for number in read]) if all(_exact(number) for number in read) else self._no_mistakes()
        said = self.settings.unit
        units = list(dict.fromkeys(number.unit for number in read if number.unit))
        if len(units) > 1 or (units and said not in ("", units[0])):
            other = units[1] if len(units) > 1 else said
            return self._refuse("E46", f"Deux unités dans la réponse : « {units[0]} » et « {other} ».", "Écrivez toutes les variantes dans la même unité.")
        if said:
            self._understood_apart(QuizKey.UNIT, "" if units else f" {said}")
        unit = units[0] if units else said
        if self.settings.unit_required and not unit:
            hint = "Écrivez l’unité derrière le nombre, comme dans « Réponse : 12,5 % »."
            return self._refuse("E38", "« Unité : exigée », mais la réponse n’a pas d’unité.", hint, self.settings.lines.get(QuizKey.UNIT, 0))
        for number in read:
            if number.clean:
                self.report.tolerate(self.line, f"« {number.interval.shown} » compris", f"Réponse : {number.clean}")
        intervals = self._with_tolerance(read)
        self._say_apart(read)
        return None if intervals is None else NumberAnswer(tuple(intervals), unit, self.settings.unit_required)

    def _understood_apart(self, key: QuizKey, added: str) -> None:
        """The unit or the tolerance that a line of its own says."""
        if added:
            self.apart[key] = added
        else:
            self.report.tolerate(self.settings.lines[key], f"« {key.value} : » répète la réponse", "(rien : la réponse le dit)")

    def _say_apart(self, read: Sequence[NumberReading]) -> None:
        """One remedy for both, which writes them where the guide has them: followed one after the other, the second would lose the first."""
        if not self.apart:
            return
        lines = {key: self.settings.lines[key] for key in self.apart}
        added = self.apart.get(QuizKey.TOLERANCE, "") + self.apart.get(QuizKey.UNIT, "")
        clean = f"{self.name} : {' | '.join(f'{number.interval.shown}{added}' for number in read)}"
        named = " et ".join(f"« {key.value} : » (ligne {line})" for key, line in lines.items())
        said = "comprises comme des parties de la réponse" if len(lines) > 1 else "comprise comme une partie de la réponse"
        self.report.tolerate(self.line, f"{named} {said}", f"{clean}{WITHOUT} {' et la ligne '.join(map(str, sorted(lines.values())))})")

    def _no_mistakes(self) -> Answer | None:
        message = f"Un nombre avec tolérance (ligne {self.line}) et une liste de réponses : laquelle des deux formes garder ?"
        return self._refuse("E30", message, "Pour un nombre, mettez les commentaires dans l’explication : > …", self.items[0].line)

    def _with_tolerance(self, read: list[NumberReading]) -> list[Interval] | None:
        intervals = [number.interval for number in read]
        if not self.settings.tolerance:
            return intervals
        margin = read_number(self.settings.tolerance)
        if not all(map(_exact, read)):
            message = f"Deux tolérances : celle de la réponse, et « {short(self.settings.tolerance, 30)} »."
            self._refuse("E46", message, "Gardez celle de la réponse, et retirez cette ligne.", self.settings.lines[QuizKey.TOLERANCE])
            return None
        if not isinstance(margin, NumberReading) or not _exact(margin) or margin.unit.startswith("%"):
            line = self.settings.lines.get(QuizKey.TOLERANCE, self.line)
            message = f"Tolérance « {short(self.settings.tolerance, 30)} » non comprise."
            self._refuse("E46", message, "Écrivez-la dans la réponse : Réponse : 1 362 ± 10", line)
            return None
        self._understood_apart(QuizKey.TOLERANCE, f" ± {self.settings.tolerance}")
        reach = abs(margin.interval.low)
        return [Interval(each.low - reach, each.high + reach, f"{each.shown} ± {self.settings.tolerance}") for each in intervals]

    # --- Texts ---

    def _text(self, texts: list[str]) -> Answer | None:
        if readings := ambiguity(self.value):
            hint = "Deux réponses : séparez-les par une barre, a | b. Une seule : mettez-la sous « Réponse : », - [x] …"
            return self._refuse("E32", f"« {self.name} : {short(self.value, 60)} » a deux lectures : {readings}", hint)
        if not self.strict and (said := perhaps_several(self.value)):
            self.report.add(self.line, "A18", said, "Deux réponses dont une suffit : a | b. Une seule : mettez-la sous « Réponse : », - [x] …")
        accepted = [TypedAnswer(text) for text in texts]
        mistakes: list[TypedAnswer] = []
        for item in self.items:
            if item.checked is None:
                hint = "Écrivez - [x] devant une réponse acceptée, - [ ] devant une erreur attendue."
                return self._refuse("E33", f"« {short(item.text.text, 40)} » n’a pas de case.", hint, item.line)
            (accepted if item.checked else mistakes).extend(self._read_item(item))
        if not accepted:
            return self._refuse("E03", "Aucune réponse acceptée.", "Cochez celles qui le sont : - [x] …", self.items[0].line)
        return self._settle_answer(accepted, mistakes)

    def _read_item(self, item: ListItem) -> list[TypedAnswer]:
        """An answer of the list; a plain number is accepted with its spaces and without."""
        text = " ".join(item.text.text.split())
        if strip_wrapping(text) != text:
            text = strip_wrapping(text).replace("\\|", "|")
            clean = f"- [{'x' if item.checked else ' '}] {text}"
            self.report.tolerate(item.line, "Guillemets ou mise en forme retirés de la réponse", clean)
        number = None if self.strict else read_number(text)
        texts = [text]
        if isinstance(number, NumberReading) and _exact(number) and not number.unit:
            texts.append(re.sub(r"\s", "", text))
        return [TypedAnswer(each, item.feedback) for each in dict.fromkeys(texts)]

    def _settle_answer(self, accepted: list[TypedAnswer], mistakes: list[TypedAnswer]) -> Answer | None:
        known: dict[str, TypedAnswer] = {}
        for answer in accepted:
            if answer.text not in known or (answer.feedback and not known[answer.text].feedback):
                known[answer.text] = answer
        both = next((answer for answer in mistakes if answer.text.casefold() in {text.casefold() for text in known}), None)
        if both is not None:
            message = f"« {short(both.text, 40)} » est à la fois une réponse acceptée et une erreur attendue."
            if self.value and all(not item.checked for item in self.items):
                message += " Ces cases sont-elles plutôt des réponses à choisir ?"
            hint = "Retirez-la de l’une des deux. Pour un choix, cochez la bonne case et effacez la ligne « Réponse : »."
            return self._refuse("E35", message, hint, next(item.line for item in self.items if not item.checked))
        return ShortText(tuple(known.values()), tuple(dict.fromkeys(mistakes)), self.strict)


def _exact(number: NumberReading) -> bool:
    return number.interval.low == number.interval.high


class ShortTextShape(AnswerShape[ShortText]):
    def name(self, answer: ShortText) -> str:
        return "Texte à taper exactement" if answer.strict else super().name(answer)

    def lines(self, answer: ShortText) -> Iterator[str]:
        for name, writings in (("accepté", answer.accepted), ("erreur attendue", answer.mistakes)):
            for typed in writings:
                yield f"{name} : {typed.text}"
                yield from comment(typed.feedback)


# --- An open question ---
#
# The line `Réponse libre`, then `Modèle :` and the model answer, in Markdown, up to the end of the question.

_MODEL = re.compile(r" {0,3}([*_]{0,3})mod[eè]le\s*(?:\1\s*[:：]|[:：]\s*\1|[:：])\s*", re.IGNORECASE)
"""`**Modèle :** …`: the emphasis that the key wears, never the one that opens the answer."""
_FENCES = ("```", "~~~")


def cut_at_free_line(blocks: Sequence[QuizBlock]) -> tuple[list[QuizBlock], list[QuizBlock]]:
    """The blocks above the line `Réponse libre`, and those from it on: the line, then what follows. Without such a line, all and none."""
    for index, block in enumerate(blocks):
        may_hold = block.shape is Shape.TEXT and not block.code and not block.text.startswith(_FENCES) and "libre" in block.text.casefold()
        lines = block.text.split("\n") if may_hold else []
        place = next((place for place, line in enumerate(lines) if bare(line.strip(" *_:：")) == "reponse libre"), None)
        if place is not None:
            parts = [_part(block, start, lines[start:end]) for start, end in ((0, place), (place, place + 1), (place + 1, len(lines))) if start < end]
            at = int(place > 0)
            return [*blocks[:index], *parts[:at]], [*parts[at:], *blocks[index + 1 :]]
    return list(blocks), []


def _part(block: QuizBlock, start: int, lines: Sequence[str]) -> QuizBlock:
    text = "\n".join(lines)
    return replace(block, text=text, raw=text, line=block.line + start, last=block.line + start + len(lines) - 1)


def read_open(written: Sequence[QuizBlock], report: QuizReport) -> OpenText | None:
    """The model answer; None without one (E53)."""
    first, *rest = written
    while rest and rest[-1].shape is Shape.RULE:
        rest.pop()
    found = _MODEL.match(rest[0].raw) if rest and rest[0].shape is Shape.TEXT else None
    if found:
        opening = rest[0].raw[found.end() :]
        pieces = [opening, *(block.raw for block in rest[1:])]
        text = "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())
        if text:
            line = rest[0].line + opening.count("\n", 0, len(opening) - len(opening.lstrip("\n"))) if opening.strip() else rest[1].line
            return OpenText(Fragment(text, line))
    hint = "Écrivez dessous « Modèle : … », la réponse à laquelle chacun comparera la sienne."
    report.add(first.line, "E53", "« Réponse libre » n’est pas suivie de « Modèle : » : on n’aurait rien à quoi comparer ce qu’on écrit.", hint)
    return None


class OpenTextShape(AnswerShape[OpenText]):
    def lines(self, answer: OpenText) -> Iterator[str]:
        yield f"modèle : {words(answer.model)}"

    def settings(self, answer: OpenText) -> frozenset[QuizKey]:
        """Returns the settings that apply to an open question: all but its points."""
        return SETTINGS - {QuizKey.POINTS}
