"""The questions of a Moodle backup (`.mbz`) → a bank, by way of Moodle's own XML, which the reader of banks knows. Raises FileRefused. Pure.

A backup holds them in `questions.xml`, by category, each with the tables of its type (backup/moodle2/backup_stepslib.php and the plugins of each
qtype). Their pictures are in its file pool, by the digest of their content."""

from __future__ import annotations

import base64
import gzip
import io
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.ElementTree import fromstring

from app.authoring.incoming.images import Decoder
from app.exchange.banks.bank import Bank
from app.exchange.banks.reading.reader import bank_of
from app.platform import zips
from app.platform.zips import Bounds, FileRefused

BOUNDS = Bounds(entries=20_000, each=40_000_000, total=300_000_000, ratio=200)
_LARGEST = 300_000_000
_WANTED = ("questions.xml", "files.xml")
_NULL = "$@NULL@$"
_SUB = re.compile(r"\{#(\d{1,3})\}")
NOTHING = "Cette sauvegarde de cours ne contient aucune question : exportez la banque de questions en « XML Moodle »."


def bank_of_backup(data: bytes, decoder: Decoder) -> Bank:
    parts = _unpack(data)
    if "questions.xml" not in parts:
        raise FileRefused(NOTHING)
    try:
        root = fromstring(parts["questions.xml"], forbid_dtd=True)
        files = fromstring(parts["files.xml"], forbid_dtd=True) if "files.xml" in parts else None
    except Exception:
        raise FileRefused("Les questions de cette sauvegarde ne se lisent pas : exportez la banque de questions en « XML Moodle ».") from None
    quiz = Element("quiz")
    for each in _Backup(root, files, parts).questions():
        quiz.append(each)
    if not len(quiz):
        raise FileRefused(NOTHING)
    return bank_of(tostring(quiz, "utf-8"), decoder)


def _unpack(data: bytes) -> Mapping[str, bytes]:
    """The parts that are looked at, of a zip or of a compressed tar, in bounded memory."""
    if data[:2] == b"PK":
        return zips.unpack_zip(data, BOUNDS)
    found: dict[str, bytes] = {}
    total = 0
    try:
        with tarfile.open(fileobj=gzip.GzipFile(fileobj=io.BytesIO(data)), mode="r|") as archive:
            for member in archive:
                name = member.name.removeprefix("./")
                total += member.size
                if total > _LARGEST:
                    raise FileRefused("Cette sauvegarde est trop grosse : exportez la banque de questions en « XML Moodle ».")
                file = archive.extractfile(member) if member.isfile() and (name in _WANTED or name.startswith("files/")) else None
                if file is not None and member.size < BOUNDS.each:
                    found[name] = file.read()
    except (tarfile.TarError, OSError, EOFError, zlib.error):
        raise FileRefused("Cette sauvegarde est abîmée : téléchargez-la de nouveau.") from None
    return found


def _value_of(element: Element | None, name: str) -> str:
    said = (element.findtext(name) or "") if element is not None else ""
    return "" if said == _NULL else said


class _Backup:
    def __init__(self, root: Element, files: Element | None, parts: Mapping[str, bytes]) -> None:
        self.root, self.parts = root, parts
        self.sub = {each.get("id", ""): each for each in root.iter("question")}
        self.files: dict[str, list[tuple[str, str]]] = {}
        for file in files.iter("file") if files is not None else ():
            if _value_of(file, "component") == "question" and _value_of(file, "filename") not in ("", "."):
                self.files.setdefault(_value_of(file, "itemid"), []).append((_value_of(file, "filename"), _value_of(file, "contenthash")))

    def questions(self) -> Iterator[Element]:
        for category in self.root.iter("question_category"):
            name = _value_of(category, "name")
            asked = [each for each in _newest(category) if _value_of(each, "parent") in ("", "0") and _value_of(each, "qtype")]
            if asked and name != "top":
                head = Element("question", type="category")
                _text(SubElement(head, "category"), name)
                yield head
            yield from map(self._question, asked)

    def _question(self, source: Element) -> Element:
        kind = _value_of(source, "qtype")
        made = Element("question", type="cloze" if kind == "multianswer" else "matching" if kind == "match" else kind)
        _text(SubElement(made, "name"), _value_of(source, "name"))
        statement = _value_of(source, "questiontext")
        if kind == "multianswer":
            ids = [each.strip() for each in _value_of(source.find(".//multianswer"), "sequence").split(",")]
            statement = _SUB.sub(lambda found: self._code(ids, int(found[1])), statement)
        asked = SubElement(made, "questiontext", format="html")
        _text(asked, statement)
        for name, digest in self.files.get(source.get("id", ""), []):
            data = self.parts.get(f"files/{digest[:2]}/{digest}", b"")
            SubElement(asked, "file", name=name, encoding="base64").text = base64.b64encode(data).decode()
        _text(SubElement(made, "generalfeedback", format="html"), _value_of(source, "generalfeedback"))
        SubElement(made, "defaultgrade").text = _value_of(source, "defaultmark") or "1"
        for hint in source.iter("question_hint"):
            _text(SubElement(made, "hint", format="html"), _value_of(hint, "hint"))
        _KINDS.get(kind, _plain)(source, made)
        return made

    def _code(self, ids: list[str], number: int) -> str:
        found = self.sub.get(ids[number - 1]) if 0 < number <= len(ids) else None
        return _value_of(found, "questiontext")


def _newest(category: Element) -> Iterator[Element]:
    """The questions of a category, of each its last version alone: since Moodle 4, all are kept."""
    past = {
        question.get("id")
        for entry in category.iter("question_bank_entry")
        for version in sorted(entry.iter("question_versions"), key=lambda each: int(_value_of(each, "version") or 0))[:-1]
        for question in version.iter("question")
    }
    return (question for question in category.iter("question") if question.get("id") not in past)


def _text(parent: Element, said: str) -> None:
    SubElement(parent, "text").text = said


def _answers(source: Element, made: Element) -> None:
    margins = {_value_of(each, "answer"): _value_of(each, "tolerance") for each in source.iter("numerical_record")}
    for answer in source.iter("answer"):
        if answer.find("answertext") is None and answer.find("answer_text") is None:
            continue
        fraction = float(_value_of(answer, "fraction") or 0) * 100
        given = SubElement(made, "answer", fraction=f"{fraction:g}", format="html" if _value_of(answer, "answerformat") == "1" else "plain_text")
        _text(given, _value_of(answer, "answertext") or _value_of(answer, "answer_text"))
        _text(SubElement(given, "feedback", format="html"), _value_of(answer, "feedback"))
        if margin := margins.get(answer.get("id", "")):
            SubElement(given, "tolerance").text = margin


def _plain(source: Element, made: Element) -> None:
    _answers(source, made)


def _choices(source: Element, made: Element) -> None:
    options = source.find(".//multichoice")
    SubElement(made, "single").text = "true" if _value_of(options, "single") == "1" else "false"
    SubElement(made, "shuffleanswers").text = _value_of(options, "shuffleanswers") or "1"
    _answers(source, made)


def _truth(source: Element, made: Element) -> None:
    right = next((each.get("id") for each in source.iter("answer") if float(_value_of(each, "fraction") or 0) > 0), "")
    true = _value_of(source.find(".//truefalse"), "trueanswer")
    for answer in source.iter("answer"):
        if answer.find("answertext") is None and answer.find("answer_text") is None:
            continue
        given = SubElement(made, "answer", fraction="100" if answer.get("id") == right else "0")
        _text(given, "true" if answer.get("id") == true else "false")
        _text(SubElement(given, "feedback", format="html"), _value_of(answer, "feedback"))


def _typed_answers(source: Element, made: Element) -> None:
    SubElement(made, "usecase").text = _value_of(source.find(".//shortanswer"), "usecase") or "0"
    _answers(source, made)


def _pairs(source: Element, made: Element) -> None:
    for match in source.iter("match"):
        if match.find("answertext") is None:
            continue
        pair = SubElement(made, "subquestion", format="html")
        _text(pair, _value_of(match, "questiontext"))
        _text(SubElement(pair, "answer"), _value_of(match, "answertext"))


def _number(source: Element, made: Element) -> None:
    _answers(source, made)
    units = SubElement(made, "units")
    for unit in source.iter("numerical_unit"):
        one = SubElement(units, "unit")
        SubElement(one, "multiplier").text = _value_of(unit, "multiplier")
        SubElement(one, "unit_name").text = _value_of(unit, "unit")


def _places(source: Element, made: Element) -> None:
    for answer in source.iter("answer"):
        if answer.find("answertext") is None and answer.find("answer_text") is None:
            continue
        box = SubElement(made, "selectoption")
        _text(box, _value_of(answer, "answertext") or _value_of(answer, "answer_text"))
        SubElement(box, "group").text = _value_of(answer, "feedback") or "1"


_KINDS = {"multichoice": _choices, "truefalse": _truth, "shortanswer": _typed_answers, "match": _pairs, "numerical": _number, "gapselect": _places}
