"""What a word processor and a hurried hand leave in a question, made plain Markdown line by line: bullets, boxes, keys, quotations.

Each rewriting has one meaning, and is said (A20) unless the guide allows it. What has two meanings is left for the readers to refuse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from app.content.quiz.keys import ANSWERS, KeyLine, QuizKey, key_line, nearest_key
from app.content.quiz.lettered_options import BULLETS, CROSSED_BOXES, SPACE, box, box_understood, crossed_beside_ticks, find_box, is_ticked
from app.content.quiz.report import APART, INDENTED, NumberedLine, RewriteNotes, code_mask, short

_MARKED = re.compile(rf"( *)([-*+]|\d{{1,9}}[.)]){SPACE}")
_LISTED = re.compile(rf"( *)([-*+{BULLETS}–—]|\d{{1,9}}[.)])({SPACE}+)(\S.*)$")
_ARROW = re.compile(r"(?<!\\)(?:=>|→)")
_OTHER_ARROW = re.compile(r"(?<![-=])(?:==+>|-+>)|⇒|➔|➜|➡|⟶|⇨|\uf0e0|—>|–>|=&gt;")
_BARE_PAIR, _BARE_DECOY = re.compile(r"\s*[^\s>|#-][^|]* => \S"), re.compile(r" {0,3}=> ?\S")
_SAID_LATER = frozenset({QuizKey.TOLERANCE, QuizKey.IDENTIFIER, QuizKey.REFUSED})
"""Keys that the reader of settings speaks of, value in hand."""
_NOTE = re.compile(r" {0,3}\[\^[^\]\s]+\]:")
_LABELLED = re.compile(r" *>\s*[*_]{0,3}(indice|astuce|explication)[*_]{0,3}\s*:", re.IGNORECASE)
_POINTED = re.compile(r"\s*(?:→|↳|➔|➜|➡|⇒|⟶|=+>|-+>|—>|–>)\s*(\S.*)$")
"""A line that an arrow opens: under an option, it says something of it."""
_JUDGING = re.compile(
    r"\s*[*_«\"(]*(?:oui|non|exact|bravo|vrai|faux|juste|correct|en effet|effectivement|pas tout à fait|presque|dommage|erreur|(?:bonne|mauvaise) réponse)\b",
    re.IGNORECASE,
)
"""How a comment begins, and an option's second paragraph hardly ever."""
_GOES_ON = re.compile(r"\s*(?![a-z][).]\s)[a-zà-öø-ÿœ]")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*$")
_LONE_BULLET = re.compile(rf" {{0,3}}[-*+{BULLETS}–]{SPACE}*$")


def clean(lines: Sequence[NumberedLine], notes: RewriteNotes) -> list[NumberedLine]:
    """The lines of one question in plain Markdown: what touches an option is inside it, what is a key stands alone."""
    return _Cleaner(notes).run(_with_plain_arrows(lines, notes))


def _with_plain_arrows(lines: Sequence[NumberedLine], notes: RewriteNotes) -> list[NumberedLine]:
    """`->` or `⇒` in two list items or more are the arrows of a matching, and so are ` => ` in two bare lines or more."""
    mask = code_mask(lines)[0]
    listed = [index for index, line in enumerate(lines) if not mask[index] and _is_pair(line.text)]
    bare = [index for index, line in enumerate(lines) if not mask[index] and _is_bare_pair(line.text)]
    decoys = [index for index, line in enumerate(lines) if not mask[index] and _BARE_DECOY.match(line.text)] if len(bare) > 1 else []
    result = list(lines)
    for index in listed if len(listed) > 1 else ():
        text = lines[index].text
        if found := _OTHER_ARROW.search(text, 2):
            text = f"{text[: found.start()].rstrip()} => {text[found.end() :].lstrip()}"
        result[index] = notes.rewrite(lines[index], text, "Flèche comprise comme « => »")
    for index in [*bare, *decoys] if len(bare) > 1 and not any(box(line.text) for line in lines) else ():
        result[index] = notes.rewrite(lines[index], f"- {lines[index].text.strip()}", "Association comprise, bien que la puce manque")
    return result


def _is_bare_pair(text: str) -> bool:
    return bool(_BARE_PAIR.match(text)) and not (_match_list_item(text) or key_line(text))


def _is_pair(text: str) -> bool:
    return bool(_match_list_item(text)) and box(text) is None and not _ARROW.search(text) and bool(_OTHER_ARROW.search(text, 2))


def _match_list_item(text: str) -> re.Match[str] | None:
    """A list item and its text, whatever its bullet; a long dash is that of a dialogue, unless an arrow follows."""
    found = _LISTED.match(text)
    return found if found and (found[2] not in "–—" or re.search("=>|→", found[4][1:])) else None


class _Cleaner:
    """One pass over the lines of a question. `depth` is how far the text of the answer item above is indented, None outside one."""

    def __init__(self, notes: RewriteNotes) -> None:
        self.notes = notes
        self.out: list[NumberedLine] = []
        self.depth: int | None = None
        self.touching = False
        self.marked = False
        """Whether the line above is a comment, or was said to be part of the option."""
        self.commented = False
        """Whether the option has a comment."""
        self.stray = False
        """Whether the line above was asked about."""
        self.shift = 0
        self.in_list = False
        self.answered = False
        self.crossed: set[int] = set()
        self.rows: set[int] = set()
        """Lines of the file that were cut into several options, which is said already."""
        self.option = ""
        self.plain_marker = ""
        self.other_marker: dict[str, str] = {}

    def run(self, lines: Sequence[NumberedLine]) -> list[NumberedLine]:
        mask = code_mask(lines)[0]
        self.crossed = {line.number for line in crossed_beside_ticks(lines, mask)}
        self.rows = {before.number for before, after in pairwise(lines) if before.number == after.number}
        for line, code in zip(lines, mask, strict=True):
            if code:
                self.out.append(self._shift_line(line))
            elif line.blank:
                self.out.append(line.with_text(""))
                self.touching = self.marked = self.stray = False
            else:
                self._line(self._shift_line(line))
        return self.out

    def _shift_line(self, line: NumberedLine) -> NumberedLine:
        """A list that is indented as a whole is moved to the margin, where it cannot be taken for code."""
        if not self.shift or not line.indent:
            return line
        self.notes.rewritten.add(line.number)
        return line.with_text(line.text[min(self.shift, line.indent) :])

    def _line(self, line: NumberedLine) -> None:
        if (key := key_line(line.text.lstrip())) is not None:
            self._key(line, key)
        elif found := find_box(line.text):
            self._box(line, found)
        elif line.text.lstrip().startswith(">"):
            self._quote(line)
        elif _NOTE.match(line.text):
            self._alone(line)
        elif _LONE_BULLET.match(line.text):
            self.notes.tolerate(line.number, "Puce sans texte, ignorée", "(rien)")
            self.out.append(line.with_text(""))
        else:
            self._text(line)

    # --- Boxes ---

    def _box(self, line: NumberedLine, found: re.Match[str]) -> None:
        indent = len(found[1])
        if not self.in_list:
            if indent > 1:
                self.shift, indent = self.shift + indent, 0
                self.notes.rewritten.add(line.number)
            # A list of the statement, a blank line, boxes: two lists, which Markdown would make one if their marks were the same.
            apart = self.out and self.out[-1].blank and self.plain_marker in ("-", "*", "+")
            self.other_marker = {self.plain_marker: "*" if self.plain_marker != "*" else "-"} if apart else {}
        if self.depth is not None and self.in_list and indent >= self.depth:
            if found[2]:
                self.out.append(line)  # a list of boxes inside an option: text
            else:
                self._ask(line)  # a sign alone begins no list
            return
        doubtful = line.number in self.crossed and found[4] in CROSSED_BOXES
        if doubtful:
            message = f"« {short(line.text, 40)} » : {found[4]}, à côté de cases cochées d’une coche, est-ce une case cochée, ou une réponse barrée ?"
            self.notes.add(line.number, "E33", message, "Écrivez - [x] devant une bonne réponse, - [ ] devant une mauvaise.")
        ticked, rest = is_ticked(found[4]), found[6]
        if not rest:
            self.notes.add(line.number, "E33", "Cette case n’a pas de texte.", "Écrivez la réponse après elle, ou effacez la ligne.")
            self.out.append(line.with_text(""))
            return
        marker = found[2] if found[2] and (found[2] in "-*+" or found[2][0].isdigit()) else "-"
        text = f"[{'x' if ticked else ' '}] {rest}"
        if not doubtful and line.number not in self.rows and (understood := box_understood(found)):
            self.notes.tolerate(line.number, understood, f"{marker} {text}")
        self._item(line.with_text(f"{self.other_marker.get(marker, marker)} {text}"), len(marker) + 1)

    def _item(self, line: NumberedLine, depth: int) -> None:
        self.out.append(line)
        self.depth, self.touching, self.in_list, self.answered, self.option = depth, True, True, True, line.text
        self.marked = self.commented = self.stray = False

    # --- Other lines ---

    def _key(self, line: NumberedLine, key: KeyLine) -> None:
        """A key is put alone, so that no list, quotation or table above takes it in."""
        if self.in_list and line.indent > 1:
            self._inner_key(line, key)
            return
        if key.soft and not self.answered:
            self._text(line)
            return
        if not key.clean and key.key not in _SAID_LATER:
            self.notes.tolerate(line.number, f"« {key.typed} » compris comme « {key.key.value} : »", key.clean_line)
        self._alone(NumberedLine(line.number, key.clean_line, key))
        self.answered = self.answered or key.key in ANSWERS

    def _inner_key(self, line: NumberedLine, key: KeyLine) -> None:
        """A key under an option, indented as its text is: the feedback of that option, or who knows what."""
        if key.key is QuizKey.EXPLANATION and self.depth is not None:
            self.notes.tolerate(line.number, f"« {key.written} : » sous une réponse, compris comme son commentaire", f"> {key.value}{INDENTED}")
            self.out.append(line.with_text(f"{' ' * self.depth}> {key.value}"))
            self.marked = True
        elif key.soft or key.key is QuizKey.REFUSED:
            self._text(line)
        else:
            message = f"« {short(key.clean_line, 40)} », en retrait : est-ce un réglage de la question, ou la suite de la réponse du dessus ?"
            self.notes.add(line.number, "E38", message, "Un réglage commence sa ligne à la marge, après une ligne vide.")
            self._alone(NumberedLine(line.number, key.clean_line, key))

    def _alone(self, line: NumberedLine) -> None:
        if self.out and not self.out[-1].blank:
            self.out.append(line.with_text(""))
        self.out.append(NumberedLine(line.number, line.text.lstrip(), line.key))
        self.depth, self.touching, self.in_list, self.shift = None, False, False, 0
        self.marked = self.stray = False

    def _quote(self, line: NumberedLine) -> None:
        """Touching an option, it is that option's feedback, whatever its indentation; unless it says that it is something else."""
        labelled = _LABELLED.match(line.text)
        inside = self.depth is not None and line.indent >= self.depth and (labelled is None or labelled[1].casefold() == "explication")
        if not self.touching or self.depth is None or inside:
            self.marked = self.commented = True
            self._text(line)
        elif labelled:
            self.notes.tolerate(line.number, "Indice ou explication compris, bien qu’il touche une réponse", f"{line.text.strip()}{APART}")
            self._alone(line)
        else:
            self.out.append(line.with_text(" " * self.depth + line.text.lstrip()))
            self.marked = True

    def _text(self, line: NumberedLine) -> None:
        line = self._with_plain_marker(line)
        marked = _MARKED.match(line.text)
        if not marked and self._goes_on_quote(line):
            return
        if self._under_option(line, bool(marked)):
            return
        if marked and _ARROW.search(line.text) and len(marked[1]) < 2:
            self._item(line, len(marked[0]))
            return
        if marked and len(marked[1]) < 2 and self.in_list:
            self.depth, self.touching = len(marked[0]), True
        elif not marked and line.indent == 0 and not self.touching:
            self.in_list, self.shift, self.depth = False, 0, None
        if marked or line.indent == 0:
            self.plain_marker = marked[2] if marked else ""
        self.out.append(line)

    def _goes_on_quote(self, line: NumberedLine) -> bool:
        """Whether the line touches a comment or an explanation and is not marked as one: Markdown would join them, and nobody knows whether its author does."""
        above = self.out[-1] if self.out else None
        if above is None or above.blank or not above.text.lstrip().startswith(">") or line.text.lstrip().startswith(">"):
            return False
        if line.text.lstrip()[:1].islower() and not re.search(r"[.!?…:]\W*$", above.text):
            return False  # the sentence goes on
        message = f"« {short(line.text, 50)} », sous « {short(above.text.strip(), 40)} » : en est-ce la suite ?"
        self.notes.add(
            line.number, "E45", message, "La suite d’un commentaire ou d’une explication commence aussi par > ; autre chose s’écrit après une ligne vide."
        )
        self.out.append(line.with_text(""))
        return True

    # --- What stands under an option without a mark ---

    def _under_option(self, line: NumberedLine, marked: bool) -> bool:
        """Whether the line is under an option and says neither that it is a comment nor that it is not: it is never joined to the option."""
        inside = self.depth is not None and self.in_list and (self.touching or line.indent >= self.depth)
        if (
            marked
            or not inside
            or self.depth is None
            or line.text.lstrip().startswith((">", "![", "$$", "|"))
            or (_RULE.match(line.text) and line.indent < self.depth)
        ):
            return False
        if self.stray:
            self.out.append(line.with_text(""))
            return True
        if self.marked:
            return False
        if (found := _POINTED.match(line.text)) and not _ARROW.search(self.option):
            said = "Flèche sous une réponse, comprise comme son commentaire"
            self.notes.tolerate(line.number, said, f"> {found[1]}{INDENTED}")
            self.out.append(line.with_text(f"{' ' * self.depth}> {found[1]}"))
            self.marked = True
            return True
        if not self.touching and not _JUDGING.match(line.text):
            if not (_GOES_ON.match(line.text) or self.commented or _ARROW.search(self.option)):  # the sentence of the option goes on; or it is refused
                message = f"« {short(line.text, 50)} », en retrait sous une réponse, en fait partie : on le lit avant de répondre."
                self.notes.add(line.number, "A17", message, "Si c’est un commentaire, mettez > devant lui.")
            self.marked = True
            return False
        self._ask(line)
        return True

    def _ask(self, line: NumberedLine) -> None:
        option = short(re.sub(r"^\S+ (?:\[[ x]\] )?", "", self.option), 40)
        message = f"« {short(line.text, 50)} », sous « {option} » : est-ce son commentaire, la suite de la réponse, ou l’explication ?"
        hint = "Un commentaire commence par > ; la suite de la réponse s’écrit sur la même ligne qu’elle ; l’explication, après une ligne vide, commence par >."
        if (key := nearest_key(line.text)) is not None:
            hint = f"Pour un réglage, écrivez « {key.value} : … » à la marge, après une ligne vide. {hint}"
        self.notes.add(line.number, "E45", message, hint)
        self.out.append(line.with_text(""))
        self.stray = True

    def _with_plain_marker(self, line: NumberedLine) -> NumberedLine:
        found = _match_list_item(line.text)
        if found is None:
            return line
        indent, sign, space, rest = found.groups()
        if sign in BULLETS:
            return self.notes.rewrite(line, f"{indent}- {rest}", f"Puce « {sign} » comprise comme « - »")
        if sign in "–—":
            return self.notes.rewrite(line, f"{indent}- {rest}", "Tiret long compris comme « - »")
        return line if " " in space else line.with_text(f"{indent}{sign} {rest}")
