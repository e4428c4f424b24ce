"""Moodle XML → questions. Only what its own reader takes (question/format/xml/format.php) is looked for; what is not ours is named. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import unescape
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.exchange.banks.reading import cloze
from app.exchange.banks.reading.imported_question import FoundBank, ImportedAnswer, ImportedQuestion, check_count, number, plain_name
from app.exchange.banks.reading.texts import HTML, QuestionTexts
from app.platform.zips import FileRefused

DEEPEST, MOST_ELEMENTS = 60, 400_000
LINE = "croisee-line"
"""An attribute that no file can hold: where an element begins."""
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});")
_UNKNOWN = {
    "description": "C’est un texte sans question : recopiez-le en situation (« # Situation : … »), au-dessus de ses questions.",
    "calculated": "Une question calculée tire ses nombres au hasard : écrivez-en une ou plusieurs avec des nombres choisis.",
    "calculatedsimple": "Une question calculée tire ses nombres au hasard : écrivez-en une ou plusieurs avec des nombres choisis.",
    "calculatedmulti": "Une question calculée tire ses nombres au hasard : écrivez-en une ou plusieurs avec des nombres choisis.",
    "ddmarker": "Placer des repères sur une image ne se fait pas à l’aveugle : faites-en une association.",
    "ddimageortext": "Glisser sur une image ne se fait pas à l’aveugle : faites-en une association.",
    "random": "Ce n’est pas une question, mais un tirage au sort : écrivez « tirage : » en tête du quiz.",
    "randomsamatch": "Cette association tirée au sort n’a pas de réponses à elle : importez les questions d’où elle les tire.",
    "recordrtc": "Une réponse enregistrée ne se corrige pas ici : faites-en une question ouverte.",
}
_STANDARD = frozenset(
    {"votre réponse est correcte.", "votre réponse est partiellement correcte.", "votre réponse est incorrecte."}
    | {"your answer is correct.", "your answer is partially correct.", "your answer is incorrect."}
)
"""What Moodle writes by itself: here each question says it too."""


def recognises(text: str) -> bool:
    return text.lstrip().startswith("<")


def read_moodle_xml(text: str, pictures: list[bytes]) -> FoundBank:
    """Raises FileRefused."""
    root = _tree(_ENTITY.sub(lambda found: _character(found[1]), text))
    if root.tag != "quiz":
        raise FileRefused(f"Ce fichier XML commence par « {root.tag[:40]} », et non par « quiz » : exportez la banque de questions en « XML Moodle ».")
    category, found, introductions = "", list[ImportedQuestion](), dict[str, str]()
    elements = root.findall("question")
    check_count(sum(element.get("type") != "category" for element in elements))
    for element in elements:
        if element.get("type") == "category":
            category = path_of(_text_of(element.find("category")))
            said = _Question(element, category, pictures).introduction()
            introductions |= {category: said} if said else {}
        else:
            found.append(_Question(element, category, pictures).convert())
    return FoundBank(found, introductions)


def path_of(written: str) -> str:
    """`$course$/top/Défaut pour X/Les acteurs` → `Les acteurs`'s own path, without what every bank has."""
    parts = [" ".join(part.split()) for part in re.split(r"(?<!/)/(?!/)", unescape(written))]
    return " / ".join(part.replace("//", "/") for part in parts if part and part != "top" and not re.fullmatch(r"\$\w+\$", part))


# --- The tree ---


class _Builder(TreeBuilder):
    """Elements that know their line, no deeper and no more than a bank has."""

    def __init__(self) -> None:
        super().__init__()
        self.line: Callable[[], int] = lambda: 0
        self.depth = self.count = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise FileRefused("Ce fichier XML n’est pas une banque de questions : il a trop d’éléments, ou trop profonds.")
        element = super().start(tag, attrs)
        if tag == "question":
            element.set(LINE, str(self.line()))
        return element

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return super().end(tag)


def _tree(text: str) -> Element:
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.line = lambda: parser.parser.CurrentLineNumber
    try:
        parser.feed(text)
        root = parser.close()
    except DefusedXmlException:
        raise FileRefused("Ce fichier XML définit ses propres signes (DOCTYPE, ENTITY) : un export de Moodle n’en a pas. Exportez-le de nouveau.") from None
    except ParseError as error:
        line = error.position[0]
        raise FileRefused(f"Ce fichier n’est pas un XML bien formé : la ligne {line} ne se lit pas. Exportez-le de nouveau de Moodle.") from None
    return root


def _character(name: str) -> str:
    found = unescape(f"&{name};")
    return f"&amp;{name};" if found.startswith("&") else found.replace("<", "&lt;").replace("&", "&amp;")


def _text_of(element: Element | None) -> str:
    """Its `text`, or what it holds itself."""
    if element is None:
        return ""
    inner = element.find("text")
    return ("".join(inner.itertext()) if inner is not None else element.text or "").strip()


def _format(element: Element | None) -> str:
    return (element.get("format") if element is not None else "") or HTML


# --- A question ---


class _Question:
    def __init__(self, element: Element, category: str, pictures: list[bytes]) -> None:
        self.element = element
        self.kind = element.get("type", "")
        self.texts = QuestionTexts(pictures)
        self.pictures = pictures
        self.files: dict[str, int] = {}
        """Images of any of its texts: name → number."""
        self.beside: dict[Element, dict[str, int]] = {}
        """Those that stand beside one text: two of them may each have an « image.png »."""
        self.question = ImportedQuestion(int(element.get(LINE, 0)), self.kind, plain_name(_text_of(element.find("name"))), category)

    def convert(self) -> ImportedQuestion:
        question = self.question
        self._files()
        reader = _KINDS.get(self.kind)
        if reader is None:
            said = _UNKNOWN.get(self.kind, f"Le type « {self.kind[:40]} » n’existe pas ici : refaites-la en question à choix, à taper ou à associer.")
            question.refuse(said)
            return question
        question.statement = self._text(self.element.find("questiontext"))
        self._read_common_parts()
        reader(self)
        question.lost += [each for each in self.texts.remarks if each not in question.lost]
        return question

    def introduction(self) -> str:
        """Of a category, which a file writes as a question."""
        self._files()
        return self._text(self.element.find("info"))

    def _files(self) -> None:
        """An old file has one of the whole."""
        for element in self.element.iter():
            for file in element.findall("file"):
                self._file(element, file.get("name", ""), file.text or "")
        old = self.element.findtext("image_base64")
        if old and old.strip():
            name = (self.element.findtext("image") or "image.png").rpartition("/")[2]
            self._file(self.element, name, old)
            text = self.element.find("questiontext/text")
            if text is not None:
                text.text = f'{text.text or ""}<p><img src="@@PLUGINFILE@@/{name}" alt=""></p>'

    def _file(self, element: Element, name: str, written: str) -> None:
        try:
            data = base64.b64decode("".join(written.split()), validate=True)
        except (binascii.Error, ValueError):
            data = b""
        self.files[name] = self.beside.setdefault(element, {})[name] = len(self.pictures)
        self.pictures.append(data)

    def _of(self, element: Element | None) -> QuestionTexts:
        """To read it: a name means the image beside it first."""
        self.texts.files = self.files | (self.beside.get(element, {}) if element is not None else {})
        return self.texts

    def _text(self, element: Element | None) -> str:
        return self._of(element).markdown(_text_of(element), _format(element))

    def _line(self, element: Element | None) -> str:
        return self._of(element).line(_text_of(element), _format(element))

    def _words(self, element: Element | None) -> str:
        return self.texts.words(_text_of(element), _format(element))

    def _flag(self, name: str) -> bool:
        return _text_of(self.element.find(name)).casefold() in ("true", "1")

    def _read_common_parts(self) -> None:
        question, element = self.question, self.element
        question.explanation = self._text(element.find("generalfeedback"))
        question.hints = [hint for each in element.findall("hint") if (hint := self._text(each))]
        question.points = number(element.findtext("defaultgrade") or "1", Decimal(1))
        question.tags = [" ".join(_text_of(each).split()) for each in element.findall("tags/tag")]
        question.id = _text_of(element.find("idnumber"))
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            said = self._words(element.find(name))
            if said and said.casefold() not in _STANDARD:
                question.lose(f"Commentaire selon le résultat, non repris : « {said} »")

    # --- By type ---

    def _answers(self, texts: Callable[[Element], str]) -> Iterator[ImportedAnswer]:
        for element in self.element.findall("answer"):
            given = ImportedAnswer(texts(element), number(element.get("fraction", "0")), self._text(element.find("feedback")))
            given.tolerance = (element.findtext("tolerance") or "").strip()
            yield given

    def choices(self) -> None:
        question = self.question
        question.answers = list(self._answers(self._text))
        question.several = _text_of(self.element.find("single")).casefold() not in ("true", "1", "") or self.kind == "multichoiceset"
        question.exact = self.kind == "multichoiceset"
        question.fixed = not self._flag("shuffleanswers") and self.element.find("shuffleanswers") is not None
        question.kind = "multichoice"

    def truth(self) -> None:
        answers = list(self._answers(lambda element: _text_of(element).casefold()))
        said = {"true", "false", "vrai", "faux"}
        if len(answers) == 2 and not all(given.text in said for given in answers):
            self.question.lose("Les réponses n’étaient pas « true » et « false » : la première est prise pour « Vrai ».")
            answers[0].text, answers[1].text = "true", "false"
        self.question.answers = answers

    def read_typed(self) -> None:
        self.question.answers = list(self._answers(lambda element: self.texts.words(_text_of(element), "")))
        self.question.strict = self._flag("usecase")

    def numerical(self) -> None:
        question = self.question
        question.answers = list(self._answers(_text_of))
        units = [_text_of(each.find("unit_name")) or (each.findtext("unit_name") or "").strip() for each in self.element.findall("units/unit")]
        question.unit = units[0] if units else ""
        question.unit_required = bool(units) and _text_of(self.element.find("unitgradingtype")) in ("1", "2")
        if len(units) > 1:
            question.lose(f"Une seule unité est gardée, « {units[0]} » : {', '.join(units[1:])} ne sont plus comprises.")

    def matching(self) -> None:
        pairs = [(self._line(each), self._words(each.find("answer")), "") for each in self.element.findall("subquestion")]
        self.question.pairs, self.question.kind = pairs, "matching"

    def ordering(self) -> None:
        self.question.answers = [ImportedAnswer(self._text(each)) for each in self.element.findall("answer")]
        if _text_of(self.element.find("selecttype")).upper() in ("RANDOM", "CONTIGUOUS", "1", "2"):
            self.question.lose("Moodle n’en montrait que quelques étapes, tirées au sort : toutes sont montrées ici.")
        grading = _text_of(self.element.find("gradingtype")).upper()
        if grading and grading not in ("RELATIVE_NEXT_EXCLUDE_LAST", "1"):
            self.question.lose("Les points se comptent ici par voisins : chaque étape suivie de la bonne.")

    def cloze(self) -> None:
        text = self.element.find("questiontext")
        cloze.fill(self.question, _text_of(text), _format(text), self._of(text))
        self.question.kind = "gaps"

    def places(self) -> None:
        """`gapselect` and `ddwtos`: `[[1]]` in the text, its words in a list of their own."""
        boxes = [
            (" ".join((self.texts.words(_text_of(each) or each.findtext("text") or "")).split()), (each.findtext("group") or each.findtext("draggroup") or "1"))
            for each in (*self.element.findall("selectoption"), *self.element.findall("dragbox"))
        ]
        cloze.place(self.question, boxes)
        self.question.kind = "gaps"

    def essay(self) -> None:
        model = self._text(self.element.find("graderinfo"))
        self.question.answers = [ImportedAnswer(model)] if model else []
        if self._words(self.element.find("responsetemplate")):
            self.question.lose("Le modèle de réponse à compléter n’est pas repris : mettez-le dans l’énoncé.")


_KINDS: dict[str, Callable[[_Question], None]] = {
    "multichoice": _Question.choices,
    "multichoiceset": _Question.choices,
    "truefalse": _Question.truth,
    "shortanswer": _Question.read_typed,
    "numerical": _Question.numerical,
    "matching": _Question.matching,
    "match": _Question.matching,
    "ordering": _Question.ordering,
    "cloze": _Question.cloze,
    "multianswer": _Question.cloze,
    "gapselect": _Question.places,
    "ddwtos": _Question.places,
    "essay": _Question.essay,
}
