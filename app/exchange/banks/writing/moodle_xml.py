"""A quiz → Moodle XML, as its own reader takes it. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from app.assessment.kinds.registry import kind_of
from app.content.quiz.answers.number import bare, words
from app.content.values.quiz import GAP, Gap, Interval, MatchingPair, Option, OrderedItem, Question, Quiz, TypedAnswer
from app.content.values.text import Fragment, Source
from app.exchange.banks.writing.texts import ExportFile, Html, Losses, QuestionWriter, Say
from app.platform.french import short

TYPED = "Une réponse à taper n’y est acceptée qu’à l’identique, aux majuscules près : ni sigles développés, ni accents oubliés, ni fautes de frappe."
STRICT = "Une réponse exacte y distingue les majuscules."
OPEN = "Une question ouverte y devient une composition, à corriger à la main ; son modèle n’est montré qu’au correcteur."
RULES = "Le seuil, les tentatives, le tirage et le moment de la correction se règlent dans le test de Moodle."
_NOT_SAID = "Objectif, niveau et leçon d’une question ne sont pas des champs de Moodle : ils n’y sont pas."


def write(quiz: Quiz, sources: Mapping[str, Source], images: Mapping[str, bytes]) -> ExportFile:
    """`sources` and `images`: what its texts may call, by label, and show, by name."""
    losses = Losses()
    losses.of_all(RULES)
    root = Element("quiz")
    category = SubElement(root, "question", type="category")
    _text(SubElement(category, "category"), f"$course$/top/{quiz.title.replace('/', '//')}")
    introduction = Html(sources, losses.of_all)
    _join(_text(SubElement(category, "info", format="html"), introduction.of(quiz.introduction)), introduction, images, losses.of_all)
    for question in quiz.questions:
        _MoodleWriter(root, quiz, question, losses, Html(sources, losses.of_all), images).write()
    if quiz.reuses:
        losses.of_all(f"Les questions reprises d’autres quiz ({', '.join(quiz.reuses)}) n’y sont pas : emportez aussi ces quiz.")
    indent(root, "")
    return ExportFile(b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "utf-8") + b"\n", losses.as_list())


def _text(parent: Element, said: str) -> Element:
    SubElement(parent, "text").text = said
    return parent


def _join(element: Element, html: Html, images: Mapping[str, bytes], lose: Say) -> Element:
    """With a file for each image that its text shows; one that is not there is said."""
    shown, html.images = dict.fromkeys(html.images), []
    for image in shown:
        data = images.get(image)  # once: it is read from the disk
        if data is None:
            lose(f"L’image « {image} » n’est pas jointe.")
            continue
        file = SubElement(element, "file", name=image, path="/", encoding="base64")
        file.text = base64.b64encode(data).decode()
    return element


def value_and_tolerance(interval: Interval) -> tuple[str, str]:
    """A value and its tolerance."""
    return bare((interval.low + interval.high) / 2), bare((interval.high - interval.low) / 2)


class _MoodleWriter(QuestionWriter[None]):
    """Each form begins the element by its type, then writes its answers."""

    element: Element

    def __init__(self, root: Element, quiz: Quiz, question: Question, losses: Losses, html: Html, images: Mapping[str, bytes]) -> None:
        super().__init__(quiz, question, losses, html)
        self.root, self.images = root, images

    def write(self) -> None:
        kind_of(self.question).put_into(self)
        self._rest()

    def _statement(self) -> str:
        return self._case() + self.html.of(self.question.statement)

    def _begin(self, form: str, statement: str, *, cloze: bool = False) -> None:
        """What every question says before its answers. A « cloze » counts a point a gap."""
        question = self.question
        self.element = element = SubElement(self.root, "question", type=form)
        _text(SubElement(element, "name"), short(words(question.statement), 250) or question.id)
        self._html(element, "questiontext", statement)
        self._html(element, "generalfeedback", self.html.of(question.explanation))
        if not cloze:
            SubElement(element, "defaultgrade").text = bare(question.points)
        elif question.points != 1:
            self._lose(f"Ses {bare(question.points)} points : Moodle compte un point par trou.")
        SubElement(element, "penalty").text = "0"
        SubElement(element, "hidden").text = "0"
        SubElement(element, "idnumber").text = question.id

    def _html(self, parent: Element, name: str, html: str) -> Element:
        """A text, with the images that it shows."""
        return self._join(_text(SubElement(parent, name, format="html"), html))

    def _join(self, element: Element) -> Element:
        return _join(element, self.html, self.images, self._lose)

    def _rest(self) -> None:
        question, element = self.question, self.element
        if question.hint:
            self._html(element, "hint", self.html.of(question.hint))
        if question.tags:
            tags = SubElement(element, "tags")
            for tag in question.tags:
                _text(SubElement(tags, "tag"), tag)
        if question.objective or question.level != 1 or question.lesson_link:
            self.losses.of_all(_NOT_SAID)

    def _answer(self, fraction: str, html: str, feedback: Fragment | None, **attributes: str) -> Element:
        answer = SubElement(self.element, "answer", {"fraction": fraction, **attributes})
        self._join(_text(answer, html))
        self._html(answer, "feedback", self.html.of(feedback))
        return answer

    # --- By form ---

    def truth(self, options: Sequence[Option]) -> None:
        self._begin("truefalse", self._statement())
        for option in options:
            self._answer("100" if option.correct else "0", "true" if option.text.text == "Vrai" else "false", option.feedback, format="moodle_auto_format")

    def choices(self, options: Sequence[Option], several: bool, exact: bool, fixed: bool) -> None:
        self._begin("multichoice", self._statement())
        if any(option.stays_last for option in options) and not fixed:
            self._lose("La proposition qui reste en dernier y est mélangée avec les autres.")
        for name, said in (("single", not several), ("shuffleanswers", not fixed)):
            SubElement(self.element, name).text = "true" if said else "false"
        SubElement(self.element, "answernumbering").text = "none"
        SubElement(self.element, "showstandardinstruction").text = "0"
        right, wrong = self._shares(options, exact) if several else ("100", "0")
        for option in options:
            self._answer(right if option.correct else wrong, self.html.of(option.text), option.feedback, format="html")

    def put_typed(self, accepted: Sequence[TypedAnswer], mistakes: Sequence[TypedAnswer], strict: bool) -> None:
        self._begin("shortanswer", self._statement())
        self.losses.of_all(STRICT if strict else TYPED)
        SubElement(self.element, "usecase").text = "1" if strict else "0"
        for fraction, writings in (("100", accepted), ("0", mistakes)):
            for typed in writings:
                self._answer(fraction, typed.text.replace("*", "\\*"), typed.feedback, format="moodle_auto_format")

    def number(self, accepted: Sequence[Interval], unit: str, unit_required: bool) -> None:
        self._begin("numerical", self._statement())
        for interval in accepted:
            value, tolerance = value_and_tolerance(interval)
            SubElement(self._answer("100", value, None, format="moodle_auto_format"), "tolerance").text = tolerance
        if unit:
            counted = SubElement(SubElement(self.element, "units"), "unit")
            SubElement(counted, "multiplier").text = "1"
            SubElement(counted, "unit_name").text = unit
        SubElement(self.element, "unitgradingtype").text = "1" if unit_required else "0"
        SubElement(self.element, "unitpenalty").text = "1" if unit_required else "0"
        SubElement(self.element, "showunits").text = "0" if unit else "3"
        SubElement(self.element, "unitsleft").text = "0"

    def pairs(self, pairs: Sequence[MatchingPair], distractors: Sequence[str]) -> None:
        self._begin("matching", self._statement())
        SubElement(self.element, "shuffleanswers").text = "true"
        for pair in pairs:
            if pair.feedback:
                self._lose("Le commentaire d’une association n’y est pas.")
            sub = self._html(self.element, "subquestion", self.html.line(pair.left))
            _text(SubElement(sub, "answer"), pair.right)
        for distractor in distractors:
            _text(SubElement(self._html(self.element, "subquestion", ""), "answer"), distractor)
        if len({pair.right for pair in pairs} | set(distractors)) < 3:
            self._lose("Moodle demande au moins trois réponses à associer : ajoutez-y un leurre.")

    def steps(self, items: Sequence[OrderedItem]) -> None:
        self._begin("ordering", self._statement())
        settings = {"layouttype": "VERTICAL", "selecttype": "ALL", "selectcount": str(len(items))}
        for name, said in {**settings, "gradingtype": "RELATIVE_NEXT_EXCLUDE_LAST", "showgrading": "SHOW", "numberingstyle": "none"}.items():
            SubElement(self.element, name).text = said
        for place, item in enumerate(items, 1):
            self._answer(str(place), self.html.line(item.text), None, format="html")

    def gaps(self, body: Fragment, gaps: Sequence[Gap]) -> None:
        statement, html = self._statement(), self.html.of(Fragment(body.text, 0))
        self._begin("cloze", f"{statement}\n" + GAP.sub(lambda found: self._gap(gaps[int(found[1])]), html), cloze=True)
        if any(not gap.menu for gap in gaps):
            self.losses.of_all(TYPED)

    def _gap(self, gap: Gap) -> str:
        if gap.menu:
            return _code("MULTICHOICE_S", [(choice == gap.accepted[0], choice) for choice in gap.menu])
        if gap.numbers and len(gap.numbers) == len(gap.accepted):
            if gap.unit:
                self._lose(f"L’unité d’un trou, « {gap.unit} », n’y est pas dite.")
            return "{1:NUMERICAL:" + "~".join("=" + ":".join(value_and_tolerance(interval)) for interval in gap.numbers) + "}"
        return _code("SHORTANSWER", [(True, text) for text in gap.accepted])

    def essay(self, model: Fragment) -> None:
        self._begin("essay", self._statement())
        self.losses.of_all(OPEN)
        SubElement(self.element, "responseformat").text = "editor"
        SubElement(self.element, "responserequired").text = "1"
        SubElement(self.element, "attachments").text = "0"
        self._html(self.element, "graderinfo", self.html.of(model))


def _code(name: str, answers: list[tuple[bool, str]]) -> str:
    """A code of Moodle inside HTML, its own signs protected."""
    said = (f"{'=' if right else ''}{_protect_cloze(text)}" for right, text in answers)
    return f"{{1:{name}:{'~'.join(said)}}}"


def _protect_cloze(text: str) -> str:
    return re.sub(r"[}#~/\"\\{=]", r"\\\g<0>", escape(text, quote=False))
