"""French that reads: spelling, typography, short sentences, nothing said twice in the same words."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.content.values.quiz import Choices
from tests.course.the_course import NOTE, ROOT, WORD, glossary, lessons, passages, questions, sentences, shown

WORDS = Path(__file__).parent / "mots.txt"
SHINGLE = 8
FILES = [*sorted(ROOT.glob("modules/*.md")), *sorted(ROOT.glob("modules/*/*.md")), *sorted(ROOT.glob("quizzes/*.md"))]
ELISION = re.compile(r"^(?:[cdjlmnstCDJLMNST]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu)['’]")
HIDDEN = (
    re.compile(r"^\[\^[^\]]+\]:.*$", re.MULTILINE),
    re.compile(r"^(?:id|quiz|leçon|module|histoire|modules|requis|seulement|reprend|Objectif|Leçon|Niveau|Étiquettes|lien|fichier|liés) :.*$", re.MULTILINE),
    re.compile(r"^- [a-z]+(?:-[a-z0-9]+)+$", re.MULTILINE),
    re.compile(r"\{#[^}]*\}|\{fait:[^}]*\}"),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"^> \[![A-Z]+\](?: |$)", re.MULTILINE),
    re.compile(r"^---$|^\|[-|]+\|$", re.MULTILINE),
    re.compile(r"(?<=^- )[MO]\d : | → M\d$", re.MULTILINE),
    re.compile(r"^[A-F]\d\d? (?=\w)|^contour (?=.+ : [A-F]\d)|(?<= :)(?: [A-F]\d\d?)+$", re.MULTILINE),
    re.compile(" ?" + NOTE.pattern),
)
"""Of a file, what no reader sees: notes aside, keys that hold ids, anchors, addresses, cells of a map."""


def read(path: Path) -> str:
    """What is read of a file, on the same lines."""
    text = path.read_text(encoding="utf-8")
    for pattern in HIDDEN:
        text = pattern.sub("", text)
    return text


# --- Spelling ---


def hunspell(text: str, *options: str) -> set[str]:
    """Words that Debian's French dictionary does not know, bare of elision and of the stop that closes a sentence."""
    command = ["hunspell", "-d", "fr_FR", "-i", "utf-8", "-l", *options]
    said = subprocess.run(command, input=text, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    return {ELISION.sub("", word.rstrip(".")) for word in said.split()}


def needs_hunspell() -> None:
    if shutil.which("hunspell") is None or subprocess.run(["hunspell", "-d", "fr_FR", "-l"], input="", capture_output=True, text=True).returncode:
        pytest.skip("apt-get install hunspell hunspell-fr")


def known_words() -> list[str]:
    """Names and foreign words of the course; the sigles of the glossary are known besides."""
    return WORDS.read_text(encoding="utf-8").split("\n")[:-1]


def known_sigles() -> set[str]:
    return {word for entry in glossary().entries for word in re.findall(r"[\w-]+", entry.term)}


@pytest.mark.proof
def test_spelling() -> None:
    needs_hunspell()
    known = set(known_words()) | known_sigles()
    unknown = {path.relative_to(ROOT).as_posix(): sorted(hunspell(read(path)) - known) for path in FILES}
    assert {path: words for path, words in unknown.items() if words} == {}


@pytest.mark.proof
def test_the_word_list_is_sorted_and_each_word_serves() -> None:
    assert known_words() == sorted(set(known_words()))
    needs_hunspell()
    assert set(known_words()) - hunspell("\n".join(read(path) for path in FILES)) == set()


# --- Typography of what is written: the engine adds narrow spaces and curls apostrophes ---

MISPRINTS = {
    "apostrophe typographique : écrire '": re.compile("’"),
    "espace insécable : le moteur la met": re.compile("[\u00a0\u202f]"),
    "points de suspension en trois points": re.compile(r"\.\.\."),
    "guillemets droits": re.compile(r'"'),
    "deux espaces": re.compile(r"\S  +\S"),
    "espace avant une virgule ou un point": re.compile(r"\w [,.](?:\s|$)"),
    "pas d'espace avant un signe double": re.compile(r"[A-Za-zÀ-ÿ»)][;:!?](?:\s|$)"),
    "guillemet collé": re.compile(r"«\S|\S»"),
    "espace avant %": re.compile(r"\d%"),
    "point médian": re.compile(r"\w·\w"),
    "millier sans espace": re.compile(r"(?<![\d-])\d{5,}(?![\d-])"),
    "capitale sans accent": re.compile(
        r"\b(?:Etat|Etats|Ecole|Ecoles|Education|Educatif|Educative|Educateur|Egalité|Egalement|Eligible|Election|Elections|Elève|Elèves|Elu|Elue"
        r"|Emeutes|Enoncer|Equipe|Equipes|Etablissement|Etape|Etapes|Etude|Evaluation|Evaluer|Ecrire|Ecouter|Echange|Eviter|Ile|Iles|Evénement)\b"
    ),
    "« A » en tête de phrase": re.compile(r"(?:^|[.!?] |« |[|>-] )A [a-zà-ÿ]", re.MULTILINE),
    "oe pour œ": re.compile(r"\b(?:coeur|oeuvre|soeur|noeud|voeu|boeuf)", re.IGNORECASE),
    "emphase": re.compile(r"!(?!\[)"),
}
INSEE = re.compile(r" \(\d{5}\)")


def test_typography(subtests: pytest.Subtests) -> None:
    for path in FILES:
        with subtests.test(path.relative_to(ROOT).as_posix()):
            text = INSEE.sub("", re.sub(r"^\s+", "", read(path), flags=re.MULTILINE))
            found = [
                f"{name} : {text[max(0, match.start() - 25) : match.end() + 25]!r}" for name, pattern in MISPRINTS.items() for match in pattern.finditer(text)
            ]
            assert found == []


PADDING = re.compile(
    r"il est important|il convient de|n'hésitez pas|force est de constater|en termes de|dans le cadre de la mise en|mettre en place des|"
    r"de manière générale|il faut savoir que|véritable levier|faire sens|acteurs du territoire|monter en compétences",
    re.IGNORECASE,
)


def test_no_padding() -> None:
    found = [f"{path.name} : {match.group()}" for path in FILES for match in PADDING.finditer(read(path))]
    assert found == []


# --- Sentences ---


def lengths(lesson_id: str) -> list[int]:
    return [len(WORD.findall(sentence)) for sentence in sentences(lessons()[lesson_id])]


def test_sentences_are_short(subtests: pytest.Subtests) -> None:
    """As measured when the course was written, with little to spare: the longest means are of 15 words, 8 % of sentences over 25."""
    for lesson_id in sorted(lessons()):
        with subtests.test(lesson_id):
            words = lengths(lesson_id)
            assert sum(words) / len(words) <= 16
            assert sum(number > 25 for number in words) / len(words) <= 0.10
            assert max(words) <= 36


def test_sentences_of_the_whole_are_short() -> None:
    words = [number for lesson_id in lessons() for number in lengths(lesson_id)]
    assert sum(words) / len(words) <= 13.5
    assert sum(number > 25 for number in words) / len(words) <= 0.05


# --- Nothing twice ---


def test_no_sentence_of_a_lesson_is_repeated_in_another() -> None:
    """No eight words in a row; the names and expansions of the glossary count for one."""
    where: dict[str, set[str]] = defaultdict(set)
    for lesson in lessons().values():
        for passage in passages(lesson):
            for shingle in shingles(passage.text):
                where[shingle].add(lesson.id)
    assert {shingle: sorted(ids) for shingle, ids in where.items() if len(ids) > 1} == {}


def shingles(text: str) -> Iterator[str]:
    words = WORD.findall(names().sub("_", text.casefold()))
    return (" ".join(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1))


def names() -> re.Pattern[str]:
    """Names of several words, longest first."""
    terms = {name.casefold() for entry in glossary().entries for name in (entry.term, entry.expansion) if " " in name}
    return re.compile("|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True)))


def test_no_explanation_nor_feedback_twice() -> None:
    said: dict[str, list[str]] = defaultdict(list)
    for _, question in questions():
        if question.explanation:
            said[shown(question.explanation).casefold()].append(question.id)
        for option in question.answer.options if isinstance(question.answer, Choices) else ():
            if option.feedback:
                said[shown(option.feedback).casefold()].append(question.id)
    assert {text: ids for text, ids in said.items() if len(ids) > 1} == {}
