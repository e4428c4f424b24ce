"""A source and the answers of its author → what it holds. A fold: the same source and the same answers always give the same reading. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from app.exchange.banks.bank import question_of
from app.exchange.banks.reading import converting
from app.exchange.banks.reading.imported_question import ImportedQuestion
from app.exchange.intake import lesson
from app.exchange.intake.aside import LEGENDED, PEOPLE, TALK, names_somebody, repeated_lines, speaks_aside, why_aside
from app.exchange.intake.cutting import PaperCut, PaperPart, cut_paper, hidden_questions
from app.exchange.intake.evidence import asks_by_itself, posed_questions
from app.exchange.intake.judgement import JudgedUnit, judged_before, suspect
from app.exchange.intake.lines import PaperLine, lines_of, without_signs
from app.exchange.intake.naming import annotation_of
from app.exchange.intake.options import TICKED, WEAK_LOOKS, Facts, looks_that_tell, option_of
from app.exchange.intake.questions import Block, Guess, QuestionReader
from app.exchange.intake.rich import Look, rich
from app.exchange.intake.shapes import CROSSED_BOXES, CROSSES, HOLLOW, TICKS, LabelKind, called_number, mark_behind
from app.exchange.intake.units import ASIDE, COMMENT, KINDS, LESSON, Asker, Doubt, ImportSource, LeftAside, SourceReading, Unit, key_words
from app.platform.french import short

_PROSE = 80
"""Words outside of its questions that make a lesson of a paper; some, and it is asked."""
_SOME = 30
_AROUND = "texte-autour"
"""The key of what is asked of a text around questions."""
_POSED = "est-ce-une-leçon"
"""Of a text that asks, where nothing of it was read as a question."""
_KEYLESS = "sans-réponses"
"""Of a source where no question has its answer."""
_FEW = 3
_FORM = re.compile(r"\bavis\b|anonyme|satisfaction|(?:pas|aucune|ni)\b.{0,20}\b(?:bonne|mauvaise)s? (?:ou|ni|r[ée]ponse)", re.IGNORECASE)
"""What says of questions that nobody grades them."""
_REPEATED = "lignes-répétées"
"""Of lines that come back, whoever's they are."""
_NOTE = re.compile(r"\[\^([^\]\s]+)\]:\s*(.*)")


_GUESSES = {
    Guess.ALIKE: ("est-ce une question d’un quiz", "Non, c’est du texte"),
    Guess.WITHIN: ("est-ce une autre question", "Non, c’est la suite de celle qui précède"),
    Guess.TEXT: ("est-ce une question d’un quiz", "Non, c’est du texte"),
}
"""What is asked of each, and what it is otherwise."""


def read_source(source: ImportSource, answers: Mapping[str, str]) -> SourceReading:
    if source.units:
        return SourceReading(name=source.name, title=source.title, units=source.units, introductions=source.introductions, remarks=source.remarks)
    return _Reader(source, answers).read()


class _Reader:
    def __init__(self, source: ImportSource, answers: Mapping[str, str]) -> None:
        self.source = source
        self.asker = Asker(answers)
        self.misread = {at for (_, at), kept in judged_before(answers).items() if not kept}
        """Where the questions stand that their author says are read badly."""
        notes = [line for line in lines_of(source.text) if _NOTE.match(line.plain) or _NOTE.match(source.text.split("\n")[line.at].strip())]
        self.notes = {found[1]: found[2] for line in notes if (found := _NOTE.match(source.text.split("\n")[line.at].strip()))}
        apart = {line.at for line in notes}
        self.lines = [line for line in lines_of(source.text) if line.at not in apart]
        self.units: list[Unit] = []
        self.judged: list[JudgedUnit] = []
        self.aside: list[LeftAside] = []
        self.lesson: list[PaperLine] = []
        self.introduction: list[str] = []
        self.written = source.text.split("\n")
        self.said: dict[int, str] = {}
        """What its author says of a line that looks like a sign."""
        self.gone: set[int] = set()
        """Places of the lines that are no part of the lesson."""
        self.signs: list[str] = []
        """Those of the lesson that stay as they are."""
        self.remarks = list(source.remarks)

    def read(self) -> SourceReading:
        repeated = self._leave_repeated()
        found = cut_paper(self.lines)
        if hidden := hidden_questions(found):
            found = cut_paper(self.lines, hidden)
        self._leave_rejected(found)
        facts = _facts(found)
        self.gone |= {found.titled_at} | found.key_lines
        whole = self._is_lesson(found)
        for above, part, below in zip([None, *found.parts], found.parts, [*found.parts[1:], None], strict=False):
            self.asker.begin(part.guessed.value)
            ends = below.all_lines()[0].at if below is not None else len(self.written)
            if bisect_left(repeated, part.all_lines()[0].at) < bisect_left(repeated, ends):
                self.asker.meet(_REPEATED)
            if isinstance(above, Block) and above.guessed in (Guess.TEXT, Guess.WITHIN):
                self.asker.meet(above.guessed.value)
            if isinstance(part, Block) and isinstance(below, Block) and below.guessed is Guess.WITHIN:
                self.asker.meet(below.guessed.value)
            if isinstance(part, Block):
                self.gone |= set(range(part.head.at, max(line.last for line in part.all_lines()) + 1))
                self._question(part, facts)
            else:
                self._around(part, whole, isinstance(below, Block))
        self._ask_of_keyless()
        self._judge()
        self.remarks += [
            f"La réponse {called_number(entry.number)} (« {short(entry.value.plain, 40)} ») ne correspond à aucune question." for entry in found.lost_keys
        ]
        self.remarks += [said for number, said in enumerate(self.source.said) if not said.startswith(COMMENT) and said not in self.remarks]
        title = self.asker.given.get("titre", "") or found.title or self.source.title
        self._close_lesson(bool(title))
        return SourceReading(
            name=self.source.name,
            title=title,
            units=tuple(replace(unit, n=place) for place, unit in enumerate(self.units, 1)),
            doubts=tuple(self.asker.open.values()),
            aside=tuple(self.aside),
            remarks=tuple(dict.fromkeys(self.remarks)),
            introductions={"": "\n\n".join(self.introduction)} if self.introduction else {},
            settled=tuple(self.asker.settled.values()),
        )

    def _around(self, part: PaperPart, whole: bool | None, asks: bool) -> None:
        """What is no question. `whole`: as of `_is_lesson`; `asks`: a question follows at once, of which a title speaks."""
        if part.why or whole is False or (asks and part.title):
            self._set_aside(part.lines, part.why or ("un titre de partie" if part.title else "un texte autour des questions"))
        elif whole:
            self._text(part)
        else:
            self.introduction += [
                without_signs("\n".join(self.written[line.at : line.last + 1])) if line.rows else line.words.markdown() for line in part.lines
            ]
            self.aside += [LeftAside(line.n, line.words.markdown(), "l’introduction du quiz") for line in part.lines]

    def _close_lesson(self, titled: bool) -> None:
        """All the text of the source is one lesson, where its first words stand."""
        place = next((place for place, unit in enumerate(self.units) if unit.kind == LESSON), None)
        if place is None:
            return
        self.asker.begin()
        if not titled:
            self.asker.ask(Doubt("titre", "Cette leçon n’a pas de titre. Comment s’appelle-t-elle ?"))
        for key in (Guess.TEXT.value, _AROUND, _POSED):
            self.asker.meet(key)
        self.asker.quiet = bool(self.asker.met)
        self._leave_short()
        self.asker.meet(_REPEATED)
        self.units[place] = replace(self.units[place], doubts=tuple(dict.fromkeys((*self.units[place].doubts, *self.asker.met))))
        text = lesson.body(self.source, self.lesson, self.said, self.gone)
        losses = tuple(dict.fromkeys((*self.units[place].losses, *self._told_of_text(), *lesson.said_of(text))))
        self.units[place] = replace(self.units[place], text=text, signs=tuple(dict.fromkeys(self.signs)), losses=losses)

    def _leave_short(self) -> None:
        """Of the lines that are no sentence, those that its author leaves."""
        found = {line: inside for line, inside in lesson.short_lines(self.lesson).items() if line.at not in self.said}
        if not found:
            return
        said = tuple((str(line.at), f"« {short(line.plain, 80)} »") for line in found)
        asks = "Des lignes courtes se mêlent au texte : menus, boutons, signatures ou titres. Cochez celles que la leçon garde."
        kept = self.asker.ask(Doubt("lignes-courtes", asks, said, ",".join(str(line.at) for line, inside in found.items() if inside), several=True)).split(",")
        left = {line.at: line for line in found if str(line.at) not in kept}
        self.lesson = [line for line in self.lesson if line.at not in left]
        self._set_aside(tuple(left.values()), "une ligne courte")

    def _told_of_text(self) -> Iterator[str]:
        """What its author should know of the lesson, said once: it asks, and nobody makes a quiz of that; it names people."""
        texts = [line for line in self.lesson if not line.level]
        if asking := _numbers(line for line in texts if asks_by_itself(line.words.plain)):
            yield f"Des questions restent dans le texte ({asking}) : elles ne font pas de quiz."
        if naming := _numbers(line for line in self.lesson if names_somebody(line)):
            yield f"Le nom, le téléphone ou l’adresse de quelqu’un se lit dans le texte ({naming})."

    # --- Questions ---

    def _question(self, block: Block, facts: Facts) -> None:
        said = [self.source.said[number] for line in block.all_lines() for number in line.remarks if number < len(self.source.said)]
        block.notes = [rich(each.removeprefix(COMMENT)) for each in said if each.startswith(COMMENT)]
        called = re.findall(r"\[\^([^\]\s]+)\]", " ".join(atom for line in block.all_lines() for atom in line.words.atoms))
        block.notes += [rich(self.notes[label]) for label in called if label in self.notes and annotation_of(rich(self.notes[label]))]
        imported = QuestionReader(block, facts, self.asker, "q").read()
        for each in said:
            if not each.startswith(COMMENT):
                imported.lose(each)
        self.units.append(self._unit(imported, block))
        told = any(key.startswith(("taper:", "modèle:")) and key.endswith(f":q{block.key}") for key in (*self.asker.open, *self.asker.settled))
        placed = any(key.startswith(f"ligne:q{block.key}:") for key in (*self.asker.open, *self.asker.settled))
        self.judged.append(JudgedUnit(self.units[-1], block.all_lines(), len(self.units) - 1, block.number, told, placed))

    def _judge(self) -> None:
        """What was read and surprises is asked; what its author says is read badly is left."""
        for doubt, places in suspect([each for each in self.judged if not {*Guess, _KEYLESS} & {*each.unit.doubts}], self.asker.given):
            self.asker.begin()
            self.asker.ask(doubt)
            for place in places:
                self.units[place] = replace(self.units[place], doubts=(*self.units[place].doubts, *self.asker.met))
        for place, unit in enumerate(self.units):
            if unit.at in self.misread:
                self.units[place] = replace(unit, text="", refused="Vous la dites mal lue : écrivez-la dans l’éditeur.")

    def _ask_of_keyless(self) -> None:
        """Of a source where no question has its answer: it is a form, or its answers are elsewhere."""
        waits = [f"{kind}:q{each.unit.at}" for each in self.judged for kind in ("clé", "modèle", "trous")]
        waiting = [each for each in self.judged if each.unit.at not in self.misread and {*each.unit.doubts} & {*waits} and not each.unit.key]
        form = _FORM.search(" ".join(line.plain for line in self.lines))
        if len(waiting) < max(_FEW, len(self.judged) - len(self.misread)) or set(waits) & set(self.asker.given):
            return
        asks = f"Aucune des {len(waiting)} questions ne donne sa réponse. Est-ce un quiz, dont vous direz les réponses ?"
        self.asker.begin()
        answer = self.asker.ask(Doubt(_KEYLESS, asks, (("oui", "Oui : me les demander"), (ASIDE, "Non : laisser ces questions")), ASIDE if form else "oui"))
        if answer == "oui" and not self.asker.met:
            return
        for key in [key for key in self.asker.open if re.search(r":q[\d.]+(?::|$)", key)]:
            del self.asker.open[key]
        for each in waiting:
            unit = replace(each.unit, doubts=tuple(self.asker.met))
            self.units[each.place] = unit if self.asker.met else replace(unit, text="", refused="Vous la laissez : sa réponse n’est donnée nulle part.")

    def _unit(self, imported: ImportedQuestion, block: Block) -> Unit:
        item = converting.item(imported)
        doubts = tuple(self.asker.met)
        asked = question_of(item.text) if item.text else None
        if asked is None:
            imported.lost += [
                f"Elle dit aussi : « {short(said, 300)} »." for said in (imported.explanation, *imported.hints, *self._given_answers(imported)) if said
            ]
        kind, options, key = key_words(asked) if asked is not None else (kind_of(imported), options_of(imported), ())
        return Unit(
            n=0,
            kind=kind,
            line=block.head.n,
            at=block.key,
            called=block.name,
            statement=asked.statement.text if asked is not None and kind != "gap" else imported.statement or block.statement.plain,
            options=options,
            key=key,
            text=item.text,
            category=item.category,
            doubts=doubts,
            losses=tuple(dict.fromkeys(item.lost or imported.lost)),
            refused=item.refused,
        )

    @staticmethod
    def _given_answers(imported: ImportedQuestion) -> list[str]:
        """What a question that cannot be asked was given for answers, where its options do not show it."""
        if imported.kind == "multichoice":
            return [answer.feedback for answer in imported.answers]
        return [*(answer.text for answer in imported.answers if imported.kind != "truefalse"), *(f"{left} → {right}" for left, right, _ in imported.pairs)]

    def _leave_rejected(self, found: PaperCut) -> None:
        """What is only alike is asked, once; what its author says is no question is text again, or a part of the one above."""
        texts = [line for part in found.parts if isinstance(part, PaperPart) and not part.why and not part.title for line in part.lines]
        words = sum(len(line.plain.split()) for line in texts)
        for guess, (wanted, other) in _GUESSES.items():
            guessed = [block for block in found.blocks if block.guessed is guess]
            if not guessed:
                continue
            likely = guess is Guess.WITHIN or len(found.blocks) > len(guessed) or words < _SOME * len(guessed)
            asks = f"« {short(guessed[0].statement.plain or guessed[0].head.plain, 100)} » : {wanted}"
            others = f" ({len(guessed)} passages y ressemblent)" if len(guessed) > 1 else ""
            if self.asker.ask(Doubt(guess.value, f"{asks} ?{others}", (("oui", "Oui"), (ASIDE, other)), "oui" if likely else ASIDE)) == ASIDE:
                found.parts = _without(found.parts, guess)

    # --- Text ---

    def _leave_repeated(self) -> list[int]:
        """Places, in order, of the lines that come back, and are left aside unless their author says that they belong to something."""
        groups = {str(found[0].at): found for found in repeated_lines(self.lines)}
        if not groups:
            return []
        said = tuple((value, f"« {short(found[0].plain, 80)} », {len(found)} fois") for value, found in groups.items())
        asks = "Des lignes reviennent d’un bout à l’autre : elles sont laissées de côté. Cochez celles qui font partie des questions ou du texte."
        kept = self.asker.ask(Doubt(_REPEATED, asks, said, several=True)).split(",")
        left = [found for value, found in groups.items() if value not in kept]
        gone = {line.at for found in left for line in found}
        self.aside += [LeftAside(found[0].n, found[0].plain, f"une ligne qui revient {len(found)} fois") for found in left]
        self.gone |= gone
        self.lines = [line for line in self.lines if line.at not in gone]
        return sorted(line.at for found in groups.values() for line in found)

    def _is_lesson(self, found: PaperCut) -> bool | None:
        """True: the text around the questions is a lesson. None: it introduces the quiz. False: it is set aside."""
        texts = [part for part in found.parts if isinstance(part, PaperPart) and not part.why]
        words = sum(_weight(line) for part in texts if not part.title for line in part.lines)
        if not found.blocks:
            return self._is_text([line for part in texts for line in part.lines])
        begun = found.blocks[0].head.at
        if words >= _PROSE and sum(_weight(line) for part in texts if not part.title for line in part.lines if line.at < begun) * 2 >= words:
            return True
        if words < _SOME:
            return False
        first = next(line for part in texts if not part.title for line in part.lines)
        shows = any(atom.startswith("![") for part in texts for line in part.lines for atom in line.words.atoms)
        private = any(speaks_aside(line) or why_aside(line, edge=True) in (TALK, PEOPLE) for part in texts for line in part.lines)
        guess = ASIDE if private else "leçon" if shows or any(line.level > 1 for part in texts for line in part.lines) else "introduction"
        asks = f"« {short(next(filter(None, (cell.plain for cell in first.cells)), ''), 100)} » : que faire de ce texte, autour des questions ?"
        choices = (("leçon", "Une leçon"), ("introduction", "L’introduction du quiz"), (ASIDE, "Le laisser"))
        answer = self.asker.ask(Doubt(_AROUND, asks, choices, guess))
        return {"leçon": True, "introduction": None}.get(answer, False)

    def _is_text(self, lines: Sequence[PaperLine]) -> bool:
        """Whether a source where nothing was read as a question is a lesson: asked where it asks, line after line."""
        if posed := posed_questions(lines):
            asks = f"Rien n’est lu ici comme un quiz, et le texte demande « {short(posed[0].plain, 80)} » : est-ce une leçon ?"
            self.asker.ask(Doubt(_POSED, asks, (("oui", "Oui, une leçon"), (ASIDE, "Non : laisser ce texte")), ASIDE))
        return self.asker.given.get(_POSED) != ASIDE

    def _text(self, part: PaperPart) -> None:
        """A run of the lesson, and what of it looks like a sign that nobody here understands."""
        kept = []
        for line in part.lines:
            sign, answer = lesson.ask_sign(line, self.written[line.at], self.asker)
            if answer == ASIDE and f"texte:{sign}" in self.asker.given:
                self._set_aside([line], "un signe d’un autre outil")
                continue
            if sign and f"texte:{sign}" in self.asker.given:
                self.said[line.at] = answer
            self.signs += [sign] if sign and self.said.get(line.at) == lesson.KEEP else []
            kept.append(line)
        if not kept:
            return
        self.lesson += kept
        statement = " ".join(line.plain for line in kept)
        losses = tuple(
            self.source.said[number]
            for line in kept
            for number in line.remarks
            if number < len(self.source.said) and not self.source.said[number].startswith(COMMENT)
        )
        comments = [
            self.source.said[number].removeprefix(COMMENT)
            for line in kept
            for number in line.remarks
            if number < len(self.source.said) and self.source.said[number].startswith(COMMENT)
        ]
        self.aside += [LeftAside(kept[0].n, comment, "un commentaire du document", f"aside:{kept[0].at}:c") for comment in comments]
        place = next((place for place, unit in enumerate(self.units) if unit.kind == LESSON), None)
        if place is not None:
            before = self.units[place]
            self.units[place] = replace(before, doubts=tuple(dict.fromkeys((*before.doubts, *self.asker.met))), losses=(*before.losses, *losses))
        else:
            self.units.append(Unit(n=0, kind=LESSON, line=kept[0].n, statement=short(statement, 300), doubts=tuple(self.asker.met), losses=losses))

    def _set_aside(self, lines: Sequence[PaperLine], why: str) -> None:
        for line in lines:
            self.gone |= set(range(line.at, line.last + 1))
            text = (line.words.markdown() if line.words.atoms else line.plain) or " | ".join(cell.plain for row in line.rows for cell in row)
            key = f"aside:{line.at}"
            self.aside.append(LeftAside(line.n, text, why, key, self.asker.given.get(key) == lesson.KEEP))


def _numbers(lines: Iterable[PaperLine]) -> str:
    """« lignes 3, 8 »; empty where there is none."""
    found = [str(line.n) for line in lines]
    return f"{'ligne' if len(found) == 1 else 'lignes'} {', '.join(found[:8])}{'…' if len(found) > 8 else ''}" if found else ""


def _without(parts: Sequence[PaperPart | Block], guess: Guess) -> list[PaperPart | Block]:
    """The parts without the questions of one guess, which are text, or the rest of the question above."""
    kept: list[PaperPart | Block] = []
    for part in parts:
        if not isinstance(part, Block) or part.guessed is not guess:
            kept.append(part)
            continue
        lines = part.all_lines()
        if guess is Guess.WITHIN and kept and isinstance(kept[-1], Block):
            kept[-1].lines += lines
        else:
            kept.append(PaperPart(lines, guessed=guess))
    return kept


def _weight(line: PaperLine) -> int:
    """How many words a line of text counts for; a picture is worth a lesson's paragraph."""
    shown = sum(atom.startswith("![") for atom in line.words.atoms)
    return len(line.plain.split()) + sum(len(cell.plain.split()) for row in line.rows for cell in row) + _SOME * shown


def kind_of(question: ImportedQuestion) -> str:
    if question.kind == "multichoice":
        return "multiple" if question.several else "single"
    return KINDS.get(question.kind, question.kind)


def options_of(question: ImportedQuestion) -> tuple[str, ...]:
    if question.kind == "multichoice":
        return tuple(answer.text for answer in question.answers)
    if question.kind == "matching":
        return tuple(right for _, right, _ in question.pairs)
    return ()


# --- What is true of the whole ---------------------------------------------------------------------------------------

_LOOK_WORDS = {
    Look.BOLD: r"\bgras\b",
    Look.UNDERLINE: r"soulign",
    Look.HIGHLIGHT: r"surlign|fluo|\bjaune",
    Look.GREEN: r"\bvert",
    Look.RED: r"\brouge",
    Look.COLOUR: r"couleur|\bbleu|\borange|\bviolet",
    Look.ITALIC: r"italique",
    Look.STRIKE: r"barr[ée]",
    Look.FRAME: r"encadr",
}
_WRONG = re.compile(r"mauvaise|fausse|\bfaux\b|incorrect|erreur", re.IGNORECASE)
_SIGN = re.compile(r"([✓✔✅☑✗✘❌✖☒×*→★]|\bx\b|ast[ée]risque|[ée]toile)", re.IGNORECASE)


def _facts(found: PaperCut) -> Facts:
    """Legends, ticks, and the looks that tell the key of every question."""
    legend: dict[str, bool] = {}
    for part in found.parts:
        for line in part.lines if isinstance(part, PaperPart) and part.why == LEGENDED else ():
            plain = line.plain
            right = not _WRONG.search(plain) or bool(re.search(r"bonne|juste|correct", plain, re.IGNORECASE))
            said = {look.value: right for look, pattern in _LOOK_WORDS.items() if re.search(pattern, plain, re.IGNORECASE)}
            if len(said) == 1 or not _WRONG.search(plain):
                legend |= said
            if (sign := _SIGN.search(plain)) and not said:
                legend["*" if sign[1].casefold().startswith(("ast", "ét", "et")) else sign[1]] = right
    listed = [lines for block in found.blocks if len(lines := _option_lines(block)) > 1]
    ticks = any(
        any(label.sign in TICKED and label.sign in TICKS for label in line.labels) or ((behind := mark_behind(line.body)[0]) and behind.sign in TICKS)
        for lines in listed
        for line in lines
    )
    signs = {sign for block in found.blocks for line in block.all_lines() for sign in line.plain if sign in TICKS + CROSSES + CROSSED_BOXES + HOLLOW}
    boxed = bool(signs & {*CROSSED_BOXES}) and bool(signs & {*HOLLOW}) and signs <= {*CROSSED_BOXES, *HOLLOW}
    told = [set(looks_that_tell([option_of(line.words, line.labels, line.body, line) for line in lines])) for lines in listed]
    steady = frozenset(look for look in WEAK_LOOKS if len(told) > 1 and all(look in each for each in told))
    return Facts(legend, ticks, boxed, steady)


def _option_lines(block: Block) -> list[PaperLine]:
    return [line for line in block.lines if line.label(LabelKind.LETTER, LabelKind.BOX, LabelKind.BULLET)]


def as_json(readings: Sequence[SourceReading]) -> dict[str, Any]:
    """What `flask authoring read --json` prints: the units of all the sources, one after the other."""
    told = [reading.json_values() for reading in readings]
    if len(told) == 1:
        return told[0]
    return {"units": [{**unit, "name": each["name"]} for each in told for unit in each["units"]], "sources": told}
