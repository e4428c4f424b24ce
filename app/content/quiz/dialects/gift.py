"""What a Moodle habit writes in a question, GIFT's braces above all, rewritten as this format writes it, or refused with the reason.

GIFT: https://docs.moodle.org/en/GIFT_format; holes inside a text: https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from app.content.quiz.source.lines import NumberedLine, code_mask
from app.content.quiz.source.report import Notes, short

_COMMENT = re.compile(r"\s*//(?!\S*\.\S)\s*(.*)$")
_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:", re.IGNORECASE)
_FORMAT = re.compile(r"\[(?:html|markdown|plain|moodle)\]\s*")
_SIGNED = re.compile(r"(?<!\\)([=~])\s*(?:%(-?[\d.,]+)%)?")
_TRUE_FALSE = re.compile(r"\s*(true|t|vrai|v|false|f|faux)\s*(?:#(?!###)([^#]*))?(?:#(?!###)([^#]*))?\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(?:(:|\.\.)\s*(-?\d+(?:[.,]\d+)?))?\s*$")
_CLOZE = re.compile(r"\{(\d*):([A-Z_]+):((?:[^{}\\]|\\.)*)\}")
_TYPED = frozenset({"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC", "NUMERICAL", "NM"})
_ESCAPED = re.compile(r"\\([~=#{}:])")
_OPENS = re.compile(r"(?<!\\)\{\s*(?:[=~]|#\s*[-\d=.]|\}|(?:true|t|vrai|v|false|f|faux)\s*[#}]|$)", re.IGNORECASE)
_MOST_LINES = 60
_LONGEST = 4_000
"""Characters between two braces: a longer passage is no answer."""


@dataclass(frozen=True, slots=True)
class _Choice:
    right: bool
    weight: str
    text: str
    feedback: str
    offset: int = 0
    """Lines between the brace and it."""


def without_gift(lines: Sequence[NumberedLine], notes: Notes) -> list[NumberedLine]:
    """The lines of a question, GIFT's answers rewritten, its comments taken away."""
    return _Gift(lines, notes).run()


def without_gift_notes(lines: Sequence[NumberedLine], notes: Notes) -> list[NumberedLine]:
    """The lines of an introduction or a case, where GIFT's comments and categories alone have a meaning."""
    gift = _Gift(lines, notes)
    return [line if code else gift.without_note(line) for line, code in zip(gift.lines, gift.mask, strict=True)]


class _Gift:
    def __init__(self, lines: Sequence[NumberedLine], notes: Notes) -> None:
        self.lines = list(lines)
        self.notes = notes
        self.mask = code_mask(self.lines)[0]
        self.closing = [index for index, line in enumerate(self.lines) if "}" in line.text]

    def run(self) -> list[NumberedLine]:
        result: list[NumberedLine] = []
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            if self.mask[index] or line.blank:
                result.append(line)
                index += 1
                continue
            end = self._end_of_braces(index)
            result += self._braces(index, end) if end else [self._line(line)]
            index = end or index + 1
        return result

    # --- Lines of their own ---

    def without_note(self, line: NumberedLine) -> NumberedLine:
        """Blank, where the line is a comment or a category."""
        text = line.text
        if "//" in text and (found := _COMMENT.match(text)):
            self.notes.tolerated(line.number, "Commentaire « // » compris : il n’est pas montré", f"<!-- {found[1]} -->")
            self.notes.unshown[line.number] = [f"<!-- {found[1].replace('--', '–')} -->"]
            return line.with_text("")
        if "$" in text and _CATEGORY.match(text):
            message = "Les catégories de Moodle n’existent pas ici."
            self.notes.add(line.number, "E49", message, "Écrivez sous chaque question une ligne « Étiquettes : … ».")
            return line.with_text("")
        return line

    def _line(self, line: NumberedLine) -> NumberedLine:
        line = self.without_note(line)
        if "{" in line.text:
            line = line.with_text(_CLOZE.sub(lambda found: self._cloze(line, found), line.text))
        if "[" in line.text and _FORMAT.search(line.text):
            line = line.with_text(_FORMAT.sub("", line.text))
            self.notes.tolerated(line.number, "Indication de format ignorée : tout est en Markdown", line.text)
        return line

    def _cloze(self, line: NumberedLine, found: re.Match[str]) -> str:
        """`{1:SHORTANSWER:=Paris}` and `{1:MC:=Paris~Lyon}` are holes."""
        body = found[3] if found[3][:1] in "=~%" else f"~{found[3]}"
        choices = _choices(re.sub(r"(^|~)%100%", r"\1=", body).replace("~=", "="))
        if self._refused(line, choices):
            return found.group()
        typed = found[2] in _TYPED
        clean = _hole([choice for choice in choices if choice.right or not typed], menu=not typed)
        self.notes.tolerated(line.number, "Trou de Moodle compris", clean)
        return clean

    # --- Braces ---

    def _end_of_braces(self, start: int) -> int | None:
        """The index after the line where the answer that opens on this line closes, if one does."""
        nearest = bisect_left(self.closing, start)
        if nearest == len(self.closing) or self.closing[nearest] > start + _MOST_LINES or not _OPENS.search(self.lines[start].text):
            return None
        size = 0
        for index in range(start, min(start + _MOST_LINES, len(self.lines))):
            size += len(self.lines[index].text)
            if self.mask[index] or size > _LONGEST:
                return None
            tail = self.lines[index].text if index > start else self.lines[index].text.partition("{")[2]
            if re.search(r"(?<!\\)\}", tail):
                return index + 1
        return None

    def _braces(self, start: int, end: int) -> list[NumberedLine]:
        """Before the brace: statement. Inside: the answer, said at the line of each part. After: the rest of a text with a hole."""
        text = "\n".join(line.text for line in self.lines[start:end])
        opening = _OPENS.search(text)
        close = re.search(r"(?<!\\)\}", text[opening.end() - 1 :]) if opening else None
        if opening is None or close is None:
            return self.lines[start:end]
        inside_start, inside_end = text.index("{", opening.start()) + 1, opening.end() - 1 + close.start()
        before, inside, after = text[: opening.start()], text[inside_start:inside_end], text[inside_end + 1 :]
        answer = _Answer(inside, start + text.count("\n", 0, inside_start), self)
        statement = [self.lines[start].with_text(before)] if before.strip() else []
        rewritten = answer.as_hole(before, after) if after.strip() else answer.lines()
        (self.notes.rewritten if rewritten else self.notes.refused).update(line.number for line in self.lines[start:end])
        return rewritten if after.strip() else [*statement, self.lines[start].with_text(""), *rewritten]

    def _refused(self, line: NumberedLine, choices: Sequence[_Choice]) -> bool:
        weighted = next((choice for choice in choices if choice.weight not in ("", "100", "0", "-100") or (choice.weight == "100") > choice.right), None)
        if weighted is None:
            return False
        message = f"Poids « %{weighted.weight}% » refusé : chaque réponse est juste ou fausse, le crédit partiel se calcule seul."
        self.notes.add(line.number, "E37", message, f"Écrivez : {short(_unweighted(choices))}")
        return True


class _Answer:
    """What stands between two braces; `first` is the index of the line where it begins."""

    def __init__(self, inside: str, first: int, gift: _Gift) -> None:
        answer, _, general = inside.partition("####")
        self.inside, self.general = answer.rstrip(), _plain(general)
        self.first = first
        self.line = gift.lines[first]
        self.gift = gift

    def _say(self, texts: Sequence[tuple[int, str]]) -> list[NumberedLine]:
        """Rewritten lines, each at the line of the text that it comes from, and the habit said once."""
        lines = self._placed(texts)
        if self.general:
            lines += [lines[-1].with_text(""), lines[-1].with_text(f"> {self.general}")]
        shown = next((line.text for line in lines if line.text), "")
        self.gift.notes.tolerated(self.line.number, "Réponse GIFT comprise", shown if len(lines) < 2 else f"{shown} …")
        return lines

    def _refuse(self, message: str, hint: str) -> list[NumberedLine]:
        self.gift.notes.add(self.line.number, "E49", message, hint)
        return []

    def lines(self) -> list[NumberedLine]:
        if not self.inside.strip():
            hint = "Écrivez-la en question ouverte, avec sa réponse modèle : « Réponse libre », puis « Modèle : »."
            return self._refuse("Question ouverte « {} » : il lui faut une réponse modèle, que Moodle ne donne pas.", hint)
        if found := _TRUE_FALSE.match(self.inside):
            return self._true_false(found)
        if self.inside.lstrip().startswith("#"):
            return self._number(self.inside.lstrip()[1:])
        return self._listed()

    def _true_false(self, found: re.Match[str]) -> list[NumberedLine]:
        """`{T#said when wrong#said when right}`."""
        true = found[1].casefold() in ("true", "t", "vrai", "v")
        wrong, right = (found[2] or "").strip(), (found[3] or "").strip()
        if not wrong and not right:
            return self._say([(0, f"Réponse : {'Vrai' if true else 'Faux'}")])
        return self._say(_boxes([_Choice(true, "", "Vrai", right if true else wrong), _Choice(not true, "", "Faux", wrong if true else right)]))

    def _number(self, body: str) -> list[NumberedLine]:
        parts = [part.strip() for part in body.split("=") if part.strip()]
        if self.gift._refused(self.line, _choices(body)):
            return []
        numbers = [_NUMBER.match(part) for part in parts]
        said = [_number(found) for found in numbers if found]
        if len(said) != len(parts) or not said:
            return self._refuse(f"Réponse numérique GIFT non comprise : « {short(body, 40)} ».", "Écrivez : Réponse : 1 362 ± 10")
        return self._say([(0, f"Réponse : {' | '.join(said)}")])

    def _listed(self) -> list[NumberedLine]:
        choices = _choices(self.inside)
        if not choices or self.gift._refused(self.line, choices):
            return []
        rights = [choice for choice in choices if choice.right]
        if len(rights) == len(choices):
            return self._typed_or_matched(choices)
        if len(rights) > 1:
            hint = "Toutes à cocher : - [x] devant chacune. L’une d’elles suffit : les mêmes croix, puis « Choix : une suffit »."
            return self._refuse("Plusieurs « = » avec des « ~ » : faut-il les cocher tous, ou l’un d’eux suffit-il ?", hint)
        return self._say(_boxes(choices))

    def _typed_or_matched(self, choices: Sequence[_Choice]) -> list[NumberedLine]:
        if all("->" in choice.text for choice in choices):
            return self._say(_items(choices, [re.sub(r"\s*->\s*", " => ", choice.text, count=1).lstrip() for choice in choices]))
        if any(choice.feedback for choice in choices):
            return self._say([(0, "Réponse :"), (0, ""), *_boxes(choices)])
        return self._say([(0, f"Réponse : {' | '.join(choice.text.replace('|', chr(92) + '|') for choice in choices)}")])

    def as_hole(self, before: str, after: str) -> list[NumberedLine]:
        """`La {=Seine ~Loire} traverse Paris.` is a text with one hole."""
        choices = _choices(self.inside)
        if not choices or self.gift._refused(self.line, choices):
            return []
        if any(choice.feedback for choice in choices) or self.general:
            return self._refuse("Un trou ne porte pas de commentaire.", "Dites-le à tous dans l’explication, sous le texte : > …")
        hole = _hole(choices, menu=any(not choice.right for choice in choices))
        self.gift.notes.tolerated(self.line.number, "Mot manquant GIFT compris comme un trou", hole)
        return self._placed(enumerate(f"{before}{hole}{after}".split("\n")))

    def _placed(self, texts: Iterable[tuple[int, str]]) -> list[NumberedLine]:
        """Each text at the line that stands so many lines after the brace."""
        last = len(self.gift.lines) - 1
        return [self.gift.lines[min(self.first + offset, last)].with_text(text) for offset, text in texts]


def _boxes(choices: Sequence[_Choice]) -> list[tuple[int, str]]:
    return _items(choices, [f"[{'x' if choice.right else ' '}] {choice.text}" for choice in choices])


def _items(choices: Sequence[_Choice], texts: Sequence[str]) -> list[tuple[int, str]]:
    """A list of these texts, each with the feedback of its choice."""
    said: list[tuple[int, str]] = []
    for choice, text in zip(choices, texts, strict=True):
        said.append((choice.offset, f"- {text}"))
        if choice.feedback:
            said.append((choice.offset, f"  > {choice.feedback}"))
    return said


def _hole(choices: Sequence[_Choice], menu: bool) -> str:
    """A menu says which of its choices are right."""
    return f"[[{' | '.join(f'({choice.text})' if menu and choice.right else choice.text for choice in choices)}]]"


def _choices(inside: str) -> list[_Choice]:
    """`=right#said ~%-50%wrong` → its choices. Empty when the braces hold something else."""
    found = list(_SIGNED.finditer(inside))
    choices: list[_Choice] = []
    for match, following in zip_longest(found, found[1:]):
        written = inside[match.end() : following.start() if following else len(inside)]
        text, _, feedback = re.sub(r"\\#", "\ue002", written).partition("#")
        weight = (match[2] or "").replace(",", ".").removesuffix(".0")
        choices.append(_Choice(match[1] == "=", weight, _plain(text), _plain(feedback), inside.count("\n", 0, match.start())))
    return choices


def _plain(text: str) -> str:
    return " ".join(_ESCAPED.sub(r"\1", _FORMAT.sub("", text)).replace("\ue002", "#").split())


def _unweighted(choices: Sequence[_Choice]) -> str:
    """The clean form that weights stand for: what has some of the mark is right."""
    if all(choice.right for choice in choices):
        return f"Réponse : {' | '.join(choice.text for choice in choices)}"
    return " ".join(f"- [{'x' if choice.right or (choice.weight.strip('-0.') and choice.weight[0] != '-') else ' '}] {choice.text}" for choice in choices)


def _number(found: re.Match[str]) -> str:
    if found[2] == ":":
        return f"{found[1]} ± {found[3]}"
    return f"{found[1]} à {found[3]}" if found[2] else found[1]
