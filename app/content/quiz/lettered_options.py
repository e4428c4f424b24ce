"""Options of a question, however they are typed: boxes, several on one line, letters with the right one said apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.content.quiz.keys import ANSWERS, KeyLine, QuizKey, bare, designates, key_line
from app.content.quiz.report import EACH_LINE, NumberedLine, RewriteNotes, code_mask, short

BULLETS = "•◦▪▫‣·●○►▶➤➢❖\uf0b7\uf0a7\uf0d8\uf076"
"""Word's bullets; those beyond U+F000 are what its symbol fonts become in plain text."""
TICKS, CROSSES = "☑✅✓✔🗸🗹\uf0fc\uf0fe", "✗✘❌☓✖✕🗴🗶\uf0fb"
CROSSED_BOXES = "☒❎🗵🗷\uf0fd"
"""A ticked box of Word, unless a tick is beside it: then nobody can tell."""
TICKED, EMPTY = f"{TICKS}{CROSSED_BOXES}■", f"{CROSSES}☐□▢◻❏❐❑❒⬜🔲🞎\uf0a8\uf06f"
_PICTURED = re.compile(f"(?<=[{TICKED}{EMPTY}])\ufe0f")
"""What makes a picture of a character, unseen."""

SPACE = r"[ \t\u00a0\u202f\u2009]"
_MARKER = rf"(?:[-*+]|\d{{1,9}}[.)]|[{BULLETS}–—o§](?={SPACE}*[\[({TICKED}{EMPTY}])|[A-Za-z][.)](?={SPACE}*\[))"
_BOX = re.compile(
    rf"( *)(?:({_MARKER})({SPACE}*))?"
    rf"(\[{SPACE}*[xX✓✔×]?{SPACE}*\](?![(\[:])|\({SPACE}*[xX•●✓✔]?{SPACE}*\)|[{TICKED}{EMPTY}])(?:({SPACE}*)(\S.*))?{SPACE}*$"
)


def without_pictures(lines: Sequence[NumberedLine]) -> list[NumberedLine]:
    """The lines with `✔️` as `✔`."""
    return [line.with_text(_PICTURED.sub("", line.text)) if "\ufe0f" in line.text else line for line in lines]


def box(text: str) -> tuple[bool, str] | None:
    """Whether a line begins with a box, ticked or not, and what follows it."""
    found = find_box(text)
    return (is_ticked(found[4]), found[6] or "") if found else None


def find_box(text: str) -> re.Match[str] | None:
    """The box at the start of a line: its indentation, bullet, space, mark, space, text. `(x)` and `()` are boxes only before a text, and without a bullet only when space stands between; `[]` always is."""
    found = _BOX.match(text)
    if found is None or found[4][0] == "[":
        return found
    marker, spaced, rest = found[2], found[5], found[6]
    is_box = rest and (marker or spaced) if found[4][0] == "(" else marker or rest
    return found if is_box else None


def is_ticked(sign: str) -> bool:
    return sign in TICKED or any(mark in sign for mark in "xX✓✔×•●")


def box_understood(found: re.Match[str]) -> str:
    """What is not the guide's form in a line that begins with a box, if anything is not."""
    sign, marker = re.sub(SPACE, " ", found[4]), found[2] or ""
    if sign not in ("[ ]", "[x]"):
        return f"« {sign} » compris comme « [{'x' if is_ticked(sign) else ' '}] »"
    if not marker:
        return "Case comprise, bien qu’il manque « - » devant elle"
    if marker not in "-*+" and not marker[:1].isdigit():
        return f"Puce « {marker} » comprise comme « - »"
    return "" if found[3] and found[5] else "Case comprise, bien qu’il manque une espace"


def crossed_beside_ticks(lines: Sequence[NumberedLine], mask: Sequence[bool]) -> list[NumberedLine]:
    """The lines whose box is crossed, in a question where others are ticked by a tick."""
    boxed = [(line, found[4]) for line, code in zip(lines, mask, strict=True) if not code and (found := find_box(line.text))]
    ticked = any(sign in TICKS for _, sign in boxed)
    return [line for line, sign in boxed if ticked and sign in CROSSED_BOXES]


# --- Options on one line, `a) oui b) non` or `☑ Vrai ☐ Faux`, cut into as many lines ---

_INLINE = re.compile(r"(?:(?<=\s)|^)\(?([a-hA-H])\)\s+")
_ROWS = (re.compile(rf"[{TICKED}{EMPTY}](?=\s*\S)"), re.compile(r"(?<!\S)\[[ xX]?\](?=\s+\S)"), re.compile(r"(?<!\S)\([ xX]?\)(?=\s+\S)"))
"""The boxes of a row, of one kind: `☑ Vrai ☐ Faux`, `[x] Vrai [ ] Faux`, `(x) Vrai ( ) Faux`."""


def one_option_a_line(lines: Sequence[NumberedLine], notes: RewriteNotes) -> list[NumberedLine]:
    """`a) oui b) non` and `☑ Vrai ☐ Faux` are cut into as many lines; beside a `☒`, boxes keep their marks, which only the whole question explains."""
    signed = any(sign in line.text for line in lines for sign in CROSSED_BOXES)
    result: list[NumberedLine] = []
    for line, code in zip(lines, code_mask(lines)[0], strict=True):
        starts = [] if code or len(line.text) > 2_000 else _inline_options(line.text)
        parts = [line.text[start:end].strip(" \t,;/") for start, end in zip(starts, [*starts[1:], None], strict=False)]
        if parts:
            notes.tolerate(line.number, "Réponses écrites sur une même ligne, comprises une à une", f"{EACH_LINE}{_plain_box(parts[0])}")
        result += [line.with_text(part if signed else _plain_box(part)) for part in parts] or [line]
    return result


def _plain_box(text: str) -> str:
    """`☑ Vrai` as `- [x] Vrai`; another text as it is."""
    found = box(text)
    return f"- [{'x' if found[0] else ' '}] {found[1]}" if found else text


def _inline_options(text: str) -> list[int]:
    """Where each option begins of a line that holds several, the first at its start."""
    letters = list(_INLINE.finditer(text))
    if len(letters) > 1 and not letters[0].start() and "abcdefgh".startswith("".join(found[1].lower() for found in letters)):
        return [found.start() for found in letters]
    rows = ([found.start() for found in boxes.finditer(text)] for boxes in _ROWS)
    return next((row for row in rows if len(row) > 1 and _opens(text[: row[0]].strip(), text[row[0]])), [])


def _opens(before: str, sign: str) -> bool:
    """Whether nothing stands before the first box but a bullet; behind a bullet, `[ ]` and `( )` may be words of the option."""
    return not before or (before in "-*+•" and sign not in "[(")


# --- Options named by a letter or a number, and the right one said apart ---
#
# `a) Le préfet`, `b) Le maire`, `Bonne réponse : a`.

_LETTERED = re.compile(rf"\s{{0,8}}(?:[-*+{BULLETS}–]\s+)?(\*?)\(?([A-Za-z])\s?(?:[).]|[-–—:/°]\)?(?=\s)|\s[–:-](?=\s)|(?=\t))\s*(\S.*)$")
_LISTED = re.compile(rf"\s{{0,3}}(?:[-*+{BULLETS}]|(\d{{1,2}})(?:[.)]|\s?[-–—°/](?=\s)))\s+(\S.*)$")
_MARK = re.compile(
    rf"\s*(?:[{TICKS}]|(?<=[^\s*] )\*|<?[-—]*[←<]+[-—]*\s*(?:bonne|juste)\b.*|\((?:x|la )?(?:bonne(?: réponse)?|correcte?|juste|réponse (?:correcte|juste|exacte))?\))\s*$",
    re.IGNORECASE,
)
_WRONG = re.compile(rf"\s*(?:[(\[](?:(?:mauvaise|fausse)(?: réponse)?|faux|incorrecte?|non|erreur|distracteur|leurre)[)\]]|[{CROSSES}])\s*$", re.IGNORECASE)
_ODD_ONE = re.compile(r"\s*[(\[]intrus[)\]]\s*$", re.IGNORECASE)
_NAMED = re.compile(r"\(?([A-Za-z]|\d{1,2})\s?[).:–-]\s*(\S.*)$")
_BETWEEN = re.compile(r"\s*(?:[,;/&+]|\bet\b|\s)\s*", re.IGNORECASE)
_STEPS = re.compile(r"\s*(?:[,;/&+<>→–-]|\bet\b|\bpuis\b|\s)\s*", re.IGNORECASE)
_LABEL = r"(?:\(?(?:[A-Za-z]|\d{1,2})\s?[.)°:–-]\s*)?"
_COLUMNS = re.compile(rf"\s*{_LABEL}(\S[^\t]*?)\s*\t\s*{_LABEL}(\S[^\t]*)$")
_OTHER_SHAPE = re.compile(r"\[\[|(?<!\\)(?:=>|→)")
_LONGEST = 1_000
"""Characters of a text in which a mark is looked for."""
_MOST = 60
"""Options among which one is looked for by its name: more are refused anyway."""
_EMPHASIS = re.compile(r"[*_`]|\[\^[^\]]*\]")


@dataclass(slots=True)
class _Option:
    index: int
    """Of its line."""
    name: str
    """Its letter or number, in small letters; empty when it has none."""
    text: str
    ticked: bool = False

    @property
    def comparable(self) -> str:
        return _comparable_text(self.text).rstrip(" .")


def _comparable_text(text: str) -> str:
    return bare(_EMPHASIS.sub("", text))


def with_designated(lines: Sequence[NumberedLine], notes: RewriteNotes) -> list[NumberedLine]:
    """Turns lettered options into ticked boxes and removes the line that named the right ones."""
    return _Designation(one_option_a_line(lines, notes), notes).run()


class _Designation:
    def __init__(self, lines: list[NumberedLine], notes: RewriteNotes) -> None:
        self.lines = lines
        self.notes = notes
        self.mask = code_mask(lines)[0]
        self.keys: list[tuple[int, KeyLine]] = []
        self.boxed: list[_Option] = []
        self.listed: list[_Option] = []
        self.lettered: list[_Option] = []
        self.other_shape = False
        self.unticked = False
        """Whether every box is empty: what stands behind them ticks them."""
        for index, line in enumerate(lines):
            if not self.mask[index] and not line.blank:
                self._read_line(index, line.text)

    def _read_line(self, index: int, text: str) -> None:
        following = chr(ord("a") + len(self.lettered))  # initials of names seldom follow the alphabet
        if (key := key_line(text)) is not None and key.key in ANSWERS:
            self.keys.append((index, key))
        elif (boxed := box(text)) is not None:
            label = _LETTERED.match(boxed[1])
            self.boxed.append(_Option(index, label[2].lower() if label else "", label[3] if label else boxed[1], boxed[0]))
        elif (found := _LETTERED.match(text)) and found[2].lower() == following:
            self._letter(index, following, found)
        elif found := _LISTED.match(text):
            self.listed.append(_read_mark(_Option(index, found[1] or "", found[2])))
        self.other_shape = self.other_shape or bool(_OTHER_SHAPE.search(text))

    def _letter(self, index: int, letter: str, found: re.Match[str]) -> None:
        if (inner := box(found[3])) is None:
            self.lettered.append(_read_mark(_Option(index, letter, found[3], bool(found[1]))))
        else:
            self.boxed.append(_Option(index, letter, inner[1], inner[0]))
            self.lettered.append(self.boxed[-1])

    def run(self) -> list[NumberedLine]:
        if self._in_columns():
            return self.lines
        if self.boxed:
            self._with_boxes()
        elif len(self.lettered) > 1:
            self._with_letters()
        elif len(self.listed) > 1 and not self.other_shape:
            self._with_list()
        return self.lines

    def _in_columns(self) -> bool:
        """E44: two columns, whose pairs a key names, or nothing does."""
        found = [
            (index, pair)
            for index, line in enumerate(self.lines)
            if "\t" in line.text[:_LONGEST] and not self.mask[index] and (pair := _COLUMNS.match(line.text[:_LONGEST]))
        ]
        if len(found) < 2 or self.boxed or self.other_shape or not all(designates(key.value) for _, key in self.keys):
            return False
        line, pair = self.lines[found[0][0]].number, found[0][1]
        message = f"« {short(pair[1], 30)} » et « {short(pair[2], 30)} », en deux colonnes : est-ce une association ?"
        hint = f"Écrivez une association par ligne, la bonne droite en face de chaque gauche : - {pair[1].strip()} => … ; un leurre : - => …"
        self.notes.add(line, "E44", message, hint)
        for index in [*(index for index, _ in found), *(index for index, _ in self.keys)]:
            self._blank(index)
        return True

    # --- The three ways of writing options ---

    def _with_boxes(self) -> None:
        """Boxes, and a line that says which: it ticks them, repeats them, or contradicts them."""
        self.unticked = not any(option.ticked for option in self.boxed)
        for option in self.boxed:
            self._unmark(option)
        last = self.boxed[-1].index
        for index, key in self.keys:
            if key.key is QuizKey.STRICT or not key.value or (key.key is QuizKey.ANSWER and index < last):
                continue
            chosen = _find_options(key.value, self.boxed, by_number=key.key is QuizKey.RIGHT)
            if chosen is None and key.key is QuizKey.RIGHT:
                self._unknown(index, key)
            elif chosen is not None:
                self._settle_boxes(self.lines[index].number, key, chosen)
                self._blank(index)

    def _unmark(self, option: _Option) -> None:
        """« (correct) », « (faux) », « ✗ » at its end: it repeats the box, or contradicts it."""
        line, text = self.lines[option.index].number, option.text[-_LONGEST:]
        right, wrong, odd = _read_mark(_Option(0, "", text)).ticked, _WRONG.search(text), _ODD_ONE.search(text)
        if not (right or wrong or odd):
            return
        alone = right and self.unticked
        if odd or (not alone and bool(right) is not option.ticked):
            said = odd.group().strip() if odd else wrong.group().strip() if wrong else "« correct »"
            box_says = "juste" if option.ticked else "fausse"
            message = f"« {short(option.text, 40)} » : la case dit la réponse {box_says} ; que veut dire {said} ?"
            self.notes.add(line, "E43", message, "Gardez la case, et effacez la mention : elle serait montrée.")
            return
        option.ticked = option.ticked or bool(right)
        option.text = _read_mark(_Option(0, "", option.text)).text if right else _WRONG.sub("", option.text)
        self.lines[option.index] = self.notes.rewrite(
            self.lines[option.index], f"- [{'x' if option.ticked else ' '}] {option.text}", "Mention de la bonne réponse, retirée"
        )

    def _settle_boxes(self, line: int, key: KeyLine, chosen: list[_Option]) -> None:
        ticked = [option for option in self.boxed if option.ticked]
        if not ticked:
            self.notes.tolerate(line, f"« {short(key.clean_line, 40)} » comprise comme la case à cocher", f"{EACH_LINE}- [x] {chosen[0].text}")
            self._rewrite(self.boxed, chosen)
        elif ticked == chosen:
            self.notes.tolerate(line, f"« {short(key.clean_line, 40)} » répète la case cochée", "(rien : la case suffit)")
        else:
            said = ", ".join(f"« {short(option.text, 40)} »" for option in ticked)
            message = f"Deux bonnes réponses qui se contredisent : les cases disent {said}, cette ligne dit « {short(key.value, 40)} »."
            self.notes.add(line, "E43", message, "Gardez les cases, et effacez cette ligne.")

    def _with_letters(self) -> None:
        chosen: list[_Option] | None = [option for option in self.lettered if option.ticked]
        for index, key in self.keys:
            if key.key is QuizKey.STRICT or not key.value:
                return
            if self._orders(index, key, self.lettered):
                return
            chosen = _find_options(key.value, self.lettered, by_number=False)
            if chosen is None:
                self._unknown(index, key, "Cochez plutôt la case de la bonne réponse, - [x] … ; si la réponse est à taper, ôtez les lettres.")
                return
            self._blank(index)
        if chosen or not (self.other_shape or self.keys):
            said = "Réponses « a) » comprises comme des cases à cocher"
            clean = EACH_LINE + (f"- [x] {chosen[0].text}" if chosen else f"- [ ] {self.lettered[0].text}")
            named = (self.lines[index].number for index, _ in self.keys)
            self.notes.tolerate(self.lines[self.lettered[0].index].number, said, clean, named)
            self._rewrite(self.lettered, chosen or [])

    def _with_list(self) -> None:
        """A plain list is options only if something says which one is right."""
        keys = [(index, key) for index, key in self.keys if key.value]
        marked = [option for option in self.listed if option.ticked]
        if not keys and marked:
            self._turn_into_boxes(self.lines[marked[0].index].number, marked)
        for index, key in keys:
            chosen = _find_options(key.value, self.listed, by_number=True)
            if self._orders(index, key, self.listed):
                return
            if chosen is None and (key.key is QuizKey.RIGHT or designates(key.value)):
                self._unknown(index, key)
            elif key.key is QuizKey.RIGHT and chosen:
                self._blank(index)
                self._turn_into_boxes(self.lines[index].number, chosen)
            elif key.key is QuizKey.ANSWER and chosen:
                self._ambiguous(index, key, chosen)

    def _turn_into_boxes(self, line: int, chosen: list[_Option]) -> None:
        self.notes.tolerate(line, "Liste et bonne réponse comprises comme des cases à cocher", f"{EACH_LINE}- [x] {chosen[0].text}")
        self._rewrite(self.listed, chosen)

    def _rewrite(self, options: list[_Option], chosen: list[_Option]) -> None:
        for option in options:
            option.ticked = option in chosen
            option.text = option.text if option.ticked else _WRONG.sub("", option.text)
            self.lines[option.index] = self.lines[option.index].with_text(f"- [{'x' if option.ticked else ' '}] {option.text}")
            self.notes.rewritten.add(self.lines[option.index].number)
            self._unmark(option)

    def _blank(self, index: int) -> None:
        self.lines[index] = self.lines[index].with_text("")

    # --- What cannot be told ---

    def _orders(self, index: int, key: KeyLine, options: list[_Option]) -> bool:
        """E32: « Réponse : b, a, c » names every option, in another order than theirs."""
        names = [piece.strip("()[].").lower() for piece in _STEPS.split(key.value.strip().rstrip(".")) if piece.strip("()[].")]
        letters = [chr(ord("a") + place) for place in range(min(len(options), 26))]
        numbers = [str(place + 1) for place in range(len(options))]
        if len(names) < 3 or sorted(names) not in (sorted(letters), sorted(numbers)) or names in (letters, numbers):
            return False
        message = f"« {short(key.clean_line, 60)} » : est-ce l’ordre juste, ou ces réponses sont-elles toutes bonnes ?"
        hint = "Un ordre : écrivez les étapes dans le bon ordre, numérotées 1. 2. 3. Plusieurs bonnes réponses : cochez leurs cases."
        self.notes.add(self.lines[index].number, "E32", message, hint)
        self._blank(index)
        return True

    def _unknown(self, index: int, key: KeyLine, hint: str = "Cochez plutôt la case de la bonne réponse : - [x] …") -> None:
        options = self.boxed or self.lettered or self.listed
        named = f"celles de la question vont de {options[0].name} à {options[-1].name}" if options[0].name else f"la question en a {len(options)}"
        message = f"« {short(key.clean_line, 60)} » ne désigne aucune réponse : {named}."
        if (said := _NAMED.match(key.value)) and (option := _by_name(said[1], options, by_number=False)):
            message = (
                f"« {short(key.clean_line, 60)} » : « {said[1]} » est « {short(option.text, 40)} », et non « {short(said[2], 40)} » : laquelle est la bonne ?"
            )
        pairs = re.search(r"\b\d{1,2}\W{0,3}[A-Za-z]\b", key.value)
        self.notes.add(self.lines[index].number, "E43", message, "Écrivez une association par ligne : - gauche => droite." if pairs else hint)
        self._blank(index)

    def _ambiguous(self, index: int, key: KeyLine, chosen: list[_Option]) -> None:
        line = self.lines[index].number
        text = short(chosen[0].text, 50)
        if key.value.strip().isdigit() and chosen[0].comparable != bare(key.value) and not chosen[0].name:
            message = f"« {short(key.clean_line, 40)} » est compris comme le nombre {key.value}, et non comme la réponse « {text} » de la liste."
            self.notes.add(line, "A13", message, f"Pour la désigner, cochez-la : - [x] {text}")
        else:
            message = f"« {short(key.clean_line, 60)} » a deux lectures : une réponse à taper, ou le choix de « {text} » dans la liste."
            other = "ce nombre à taper, mettez-le" if key.value.strip().isdigit() else "ce texte à taper, mettez-le"
            hint = f"Pour un choix, mettez des cases : - [x] {text}. Pour {other} sous « Réponse : », - [x] {short(key.value, 50)}"
            self.notes.add(line, "E32", message, hint)
            if designates(key.value):
                self._blank(index)  # what reads typed answers would ask the same


def _read_mark(option: _Option) -> _Option:
    """An option that ends with ✓, a star apart or « (bonne réponse) » is a right one."""
    found = _MARK.search(option.text) if len(option.text) < _LONGEST and option.text[-1:] in f")*{TICKS}esE" else None
    if found and option.text[: found.start()].strip() and found.group().strip() != "()":
        return _Option(option.index, option.name, option.text[: found.start()].strip(), True)
    return option


def _find_options(value: str, options: list[_Option], by_number: bool) -> list[_Option] | None:
    """The options that a value designates, by letter, number or text; None when it designates none."""
    value, options = value.strip().rstrip(".").strip()[:_LONGEST], options[:_MOST]
    compared = _comparable_text(value)
    if same := [option for option in options if option.comparable == compared]:
        return same[:1]
    if (named := _NAMED.match(value)) and (option := _by_name(named[1], options, by_number)):
        return [option] if option.comparable == _comparable_text(named[2]).rstrip(" .") else None
    pieces = [piece.strip("()[].") for piece in _BETWEEN.split(value) if piece.strip("()[].")]
    if len(pieces) > len(options):
        return None
    by_name = [_by_name(piece, options, by_number) for piece in pieces]
    if pieces and None not in by_name:
        return [option for option in options if option in by_name]
    texts = [_comparable_text(piece) for piece in re.split(r"\s*[|;]\s*", value)]
    by_text = [option for option in options if option.comparable in texts]
    return by_text if len(by_text) == len(texts) > 1 else None


def _by_name(name: str, options: list[_Option], by_number: bool) -> _Option | None:
    name = name.lower()
    for position, option in enumerate(options):
        if option.name == name:
            return option
        if not option.name and len(name) == 1 and name == chr(ord("a") + position) and position < 26:
            return option
        if by_number and name.isdigit() and not option.name.isdigit() and int(name) == position + 1:
            return option
    return None
