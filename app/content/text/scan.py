"""What one text's tokens say: its acronyms, its sources, and all else gathered in a single pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import unquote

from markdown_it.token import Token
from msgspec import Struct

from app.content.figures import drawing
from app.content.problems.catalogue import problem
from app.content.text.facts import read_facts
from app.content.text.markdown import MAX_NESTING, count_words, placing_hint, plain, slug
from app.content.text.maths import caption_of
from app.content.text.parts import QUESTION_MARK, SCENE_MARK, asks, offers, without_mark
from app.content.text.pitfalls.passes import find_pitfalls
from app.content.values.addresses import is_taken
from app.content.values.quiz import GAP
from app.content.values.text import ID_LENGTH, DocumentKind, Fact, Heading, Link, Problem, Source, SourceKind, SourceRead
from app.platform.french import french, strip_accents

_CAPITALS = "A-ZÀÂÉÈÊËÎÏÔÛÙÜÇ"
_WORD = re.compile(rf"(?<!\w)[{_CAPITALS}][{_CAPITALS}0-9.-]*[{_CAPITALS}0-9]\+?(?!\w)")
_COMPOUND = re.compile(r"\w+(?:-\w+)*\+?")
_BETWEEN = re.compile(r"[-+]")
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
"""Centuries, kings and chapters; `CIV` and `CM` would be numbers too, but in these texts they are acronyms."""
_LONGEST = 8
"""Letters of an acronym: a longer word in capitals is a word."""
_ORDINARY = (
    " AU AUX AVEC CE CES DANS DE DES DU ELLE EN EST ET EUX IL ILS LA LE LES LEUR MAIS NE NI NON NOS NOTE NOUS ON ONT OU OÙ OUI PAR PAS "
    "POUR QUE QUI SA SANS SE SES SI SON SUR TOUS TOUT UN UNE VOUS VRAI FAUX ATTENTION EXEMPLE "
)


def candidates(text: str) -> Iterator[str]:
    """Each writing in `text` that has the form of an acronym, in order, repeated as it is. `C.P.O.` gives `CPO`."""
    for found in _WORD.finditer(text):
        word = strip_dots(found.group())
        if _is_acronym(word):
            yield word


def strip_dots(word: str) -> str:
    return word.replace(".", "")


def parts(word: str) -> list[str]:
    """The acronyms of a compound: `IA-DASEN` → ["IA", "DASEN"], for a glossary that has each but not the whole."""
    return [part for part in word.split("-") if _is_acronym(part)]


def words_of(text: str) -> frozenset[str]:
    """Every word that a text holds, and every compound: `peut-être` gives `peut-être`, `peut` and `être`."""
    found = set(_COMPOUND.findall(text))
    return frozenset(found.union(*(_BETWEEN.split(each) for each in found if not each.isalnum())))


def written_as_word(word: str, among: Set[str]) -> bool:
    """Whether a text of these `words` also writes it in small letters, and so as an ordinary word. Short ones prove nothing: `PRE` is not `pré`."""
    return len(word) > 3 and word.lower() in among


def initials_of(word: str, expansion: str) -> bool:
    """Whether a word in small letters is an acronym all the same: `Caf`, whose letters begin words of its expansion, in their order."""
    if not (word.isalpha() and 3 <= len(word) <= _LONGEST and word[0].isupper()):
        return False
    initials = iter(strip_accents(found[0].lower()) for found in re.findall(r"\w+", expansion))
    return all(letter in initials for letter in strip_accents(word.lower()))


def _is_acronym(word: str) -> bool:
    letters = sum(letter.isalpha() for letter in word)
    if not 2 <= letters <= _LONGEST or f" {word} " in _ORDINARY:
        return False
    return _ROMAN.fullmatch(word) is None


# --- One note as written ---
#
# What it says of its source, and the parenthesis that ends it: category, what was read, dates.

Word = TypeVar("Word", bound=StrEnum)
EXAMPLE = "(catégorie : presse ; lu : original ; vérifié : 2026-11)"
_MENTION = re.compile(r"\s*\(([^()]*(?:vérifi|à revoir|catégorie|\blue? ?:)[^()]*)\)\s*\.?\s*$")
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_KEYS = {"catégorie": "kind", "lu": "read", "lue": "read", "vérifié": "checked", "vérifiée": "checked", "à revoir": "review"}


def read_source(path: str, label: str, written: str, line: int) -> tuple[Source, tuple[Problem, ...]]:
    """`[^label]: Titre, éditeur, date, <adresse> (catégorie : … ; lu : … ; vérifié : 2026-11 ; à revoir : 2027-11)`; each of the four may be left out."""
    text = written.partition("]:")[2].strip()
    mention = _MENTION.search(text)
    if mention is None:
        return Source(label, text, line), ()
    values: dict[str, str] = {}
    for part in mention[1].split(";"):
        key, colon, value = part.partition(":")
        name = _KEYS.get(key.strip().casefold())
        if not colon or name is None or name in values:
            return Source(label, text, line), (
                _source_problem(path, line, f"Fin de note non comprise : « {mention[0].strip()[:80]} ».", f"Écrivez « {EXAMPLE} »."),
            )
        values[name] = value.strip()
    problems: list[Problem] = []
    checked, review = (_date(values.get(name), path, line, problems) for name in ("checked", "review"))
    kind = _word(SourceKind, values.get("kind"), "Catégorie de source inconnue", path, line, problems)
    read = _word(SourceRead, values.get("read"), "« lu » non compris", path, line, problems)
    return Source(label, text[: mention.start()].rstrip(), line, checked, review, kind, read), tuple(problems)


def _date(written: str | None, path: str, line: int, problems: list[Problem]) -> date | None:
    if written is None:
        return None
    found = _DATE.fullmatch(written)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        pass
    problems.append(_source_problem(path, line, f"Date non comprise : « {written[:40]} ».", "Écrivez l’année et le mois : 2026-11."))
    return None


def _word(words: type[Word], written: str | None, what: str, path: str, line: int, problems: list[Problem]) -> Word | None:
    """The one of these words that is written, however its accents and apostrophe are."""
    found = next((word for word in words if written and _plain(word.value) == _plain(written)), None)
    if written is not None and found is None:
        problems.append(_source_problem(path, line, f"{what} : « {written[:40]} ».", f"Écrivez l’un de ces mots : {', '.join(word.value for word in words)}."))
    return found


def _plain(words: str) -> str:
    return slug(words.replace("’", "'"))


def _source_problem(path: str, line: int, message: str, hint: str) -> Problem:
    return problem(path, line, "E09", message, hint)


# --- The single pass ---
#
# Headings, links, images, notes, acronyms, words and what is wrong. Parsing takes its values from here, and the checks across files read it
# again: no text is parsed twice.

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_LIBRARY_ID = re.compile(rf"[a-z0-9-]{{3,{ID_LENGTH}}}")
_SAFE_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REFUSED = re.compile(r"(?:\]\(\s*<?|<)\s*(?:javascript|vbscript|file|data):", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>")
_TWO_CAPITALS = re.compile("[A-ZÀ-Ý].?[A-ZÀ-Ý0-9]")


class Image(Struct, frozen=True):
    name: str
    """Under `images/`."""
    line: int


class NoteCall(Struct, frozen=True):
    """A note called, and where."""

    label: str
    line: int


@dataclass(slots=True)
class TextScan:
    """What the tokens of one body say. Lines are the file's."""

    headings: list[Heading] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    calls: list[NoteCall] = field(default_factory=list)
    questions: list[range] = field(default_factory=list)
    """The lines of each `> [!QUESTION]`, in a lesson or wherever one was put."""
    choices: list[int] = field(default_factory=list)
    """The line of each `> [!CHOIX]`, in a lesson or wherever one was put."""
    asking: list[range] = field(default_factory=list)
    """The lines of both, and of a question that does not stand on its own."""
    figures: list[str] = field(default_factory=list)
    """The kind of each figure that the engine draws."""
    facts: list[Fact] = field(default_factory=list)
    acronyms: dict[str, int] = field(default_factory=dict)
    """Each writing, and the line of its first occurrence; notes left out."""
    words: int = 0
    """Of the text, notes left out."""
    id: str = ""
    """As the head gives it, even where no value could be made of the rest."""
    cited: dict[str, int] = field(default_factory=dict)
    """Where the head speaks: the line of each key, and of each id that it names."""
    unsourced: tuple[tuple[int, str], ...] = ()  # line and words of what gives a number and calls no note
    problems: list[Problem] = field(default_factory=list)

    @property
    def called_labels(self) -> tuple[str, ...]:
        """Labels of the notes called, in the order of the first calls."""
        return tuple(dict.fromkeys(call.label for call in self.calls))


def scan_text(path: str, body: str, first_line: int, tokens: Sequence[Token], kind: DocumentKind | None = None) -> TextScan:
    """The scan of a body whose tokens carry the file's lines. `kind`, where its titles are titles of a page."""
    scan = _Gatherer(path, body, first_line, kind).run(tokens)
    scan.problems += find_pitfalls(path, body, first_line, tokens, kind)
    return scan


class _Gatherer:
    def __init__(self, path: str, body: str, first_line: int, kind: DocumentKind | None) -> None:
        self.path = path
        self.kind = kind
        self.body = body
        self.first_line = first_line
        self.lines: list[str] | None = None
        self.scan = TextScan()
        self.in_note = False
        self.in_question = False
        self.in_choices = False
        self.level = 1
        self.anchors: dict[str, int] = {}
        self.notes: dict[str, int] = {}
        self.address_letters = 0
        self.inline: dict[str, Callable[[Token, int], None]] = {
            "text": self._text,
            "link_open": self._link,
            "image": self._image,
            "footnote_ref": lambda token, line: self.scan.calls.append(NoteCall(str(token.meta["label"]), line)),
        }

    def run(self, tokens: Sequence[Token]) -> TextScan:
        for index, token in enumerate(tokens):
            kind = token.type
            if kind == "inline":
                self._inline(token)
            elif kind == "heading_open":
                self._heading(token)
            elif kind.startswith("blockquote_"):
                self._quotation(tokens, index)
            elif kind == "footnote_reference_open":
                self.in_note = True
                self._note(token)
            elif kind == "footnote_reference_close":
                self.in_note = False
            elif kind == "fence":
                self._fence(token)
        self._too_deep(tokens)
        self._too_many_addresses()
        self._settle()
        return self.scan

    def report(self, line: int, code: str, message: str, hint: str = "") -> None:
        self.scan.problems.append(problem(self.path, line, code, message, hint))

    def _line(self, token: Token) -> int:
        return token.map[0] if token.map else self.first_line

    # --- Blocks ---

    def _inline(self, token: Token) -> None:
        line = self._line(token)
        if token.meta.get("too_long"):
            self.report(line, "E02", "Paragraphe trop long : le moteur ne le met pas en forme.", "Coupez-le en plusieurs paragraphes.")
        if "facts" in token.meta:
            self._facts(token, line)
        shown: list[str] = []
        for child in self._own_words(token):
            if (handle := self.inline.get(child.type)) is not None:
                handle(child, line)
            elif child.type == "softbreak" or child.type == "hardbreak":
                line += 1
            shown.append(child.content or " " * (child.type == "softbreak"))
        if not self.in_note:
            self.scan.words += count_words("".join(shown))

    def _facts(self, token: Token, line: int) -> None:
        facts, problems = read_facts(self.path, token, line, self.scan.headings[-1].anchor if self.scan.headings else "")
        self.scan.facts += facts
        self.scan.problems += problems

    def _own_words(self, token: Token) -> Sequence[Token]:
        """Its words, without the mark that begins a question or a list of choices."""
        children = token.children or ()
        if not (self.in_question or self.in_choices):
            return children
        return without_mark(QUESTION_MARK if self.in_question else SCENE_MARK, children)

    def _quotation(self, tokens: Sequence[Token], index: int) -> None:
        """Where it is a question or a list of choices, it stands on its own, so that it has a place in the page (E54, E62)."""
        token = tokens[index]
        asked, offered = asks(tokens, index), offers(tokens, index)
        if asked or offered:
            self.scan.asking.append(range(*(token.map or (self.first_line, self.first_line))))
        if offered:
            self._offering(token)
        elif asked and not token.level:
            self.in_question = True
            self.scan.questions.append(self.scan.asking[-1])
        elif asked:
            message = "Une question se pose hors d’une liste, d’une citation ou d’une note."
            self.report(self._line(token), "E54", message, "Mettez « > [!QUESTION] » en début de ligne, entre deux paragraphes.")
        elif not token.level and token.nesting < 0:
            self.in_question = self.in_choices = False

    def _offering(self, token: Token) -> None:
        self.in_choices = not token.level
        self.scan.choices.append(self._line(token))
        if token.level:
            message = "Des choix se proposent hors d’une liste, d’une citation ou d’une note."
            self.report(self._line(token), "E62", message, "Mettez « > [!CHOIX] » en début de ligne, à la fin de sa scène.")

    def _heading(self, opening: Token) -> None:
        """A title of the text; a question's own is no part of its outline."""
        if self.in_question:
            return
        line = self._line(opening)
        level = int(opening.tag[1])
        title, anchor = opening.meta["title"], opening.meta["anchor"]
        if level > self.level + 1 or level == 1:
            self.report(line, "A27", f"Titre de niveau {level} inattendu : « {title} ».", placing_hint(title, min(self.level + 1, max(level, 2))))
        if self.kind and is_taken(self.kind, anchor):
            message = f"L’ancre « {anchor} » est déjà celle d’une partie de la page."
            self.report(line, "E23", message, f"Donnez une ancre à ce titre : {{#titre-{slug(anchor)}}}.")
        elif anchor in self.anchors:
            message = f"L’ancre « {anchor} » est déjà celle du titre de la ligne {self.anchors[anchor]}."
            self.report(line, "E23", message, f"Donnez une ancre à ce titre : {{#{anchor}-2}}.")
        self.level = max(level, 1)
        self.anchors.setdefault(anchor, line)
        self.scan.headings.append(Heading(level, french(title), anchor, line))

    def _fence(self, token: Token) -> None:
        if drawing.is_figure(token.info):
            line = self._line(token)
            figure, problems = drawing.read_figure(self.path, token.info, token.content, line + 1)
            self.scan.problems += problems
            if figure is not None:
                self.scan.figures.append(figure.kind)
                self.scan.calls += [NoteCall(label, line) for label in figure.calls]

    def _note(self, token: Token) -> None:
        start, end = token.map or [self.first_line, self.first_line]
        label = str(token.meta["label"])
        if label in self.notes:
            self.report(start, "E24", f"La note « {label} » est déjà définie ligne {self.notes[label]}.", "Gardez-en une, ou renommez celle-ci.")
            return
        self.notes[label] = start
        source, problems = read_source(self.path, label, self._slice(start, end), start)
        self.scan.sources.append(source)
        self.scan.problems += problems

    def _slice(self, start: int, end: int) -> str:
        if self.lines is None:
            self.lines = self.body.split("\n")
        return "\n".join(self.lines[start - self.first_line : end - self.first_line])

    # --- Inline ---

    def _text(self, token: Token, line: int) -> None:
        content = token.content
        if not self.in_note and _TWO_CAPITALS.search(content):
            for word in candidates(content):
                self.scan.acronyms.setdefault(word, line)
        if "<" in content and (tag := _TAG.search(content)):
            self.report(line, "A26", f"La balise « {tag.group()[:40]} » sera montrée telle quelle.", "Écrivez en Markdown.")
        if ":" in content and _REFUSED.search(content):
            self.report(line, "E18", "Cette adresse peut exécuter un programme : elle est refusée.", "Mettez une adresse https://.")

    def _link(self, token: Token, line: int) -> None:
        target = str(token.attrs.get("href", ""))
        self.address_letters += len(target)
        if _SAFE_SCHEME.match(target):
            return
        if _SCHEME.match(target) or target.startswith("//"):
            self.report(line, "E18", f"Adresse refusée : « {target[:60]} ».", "Une adresse commence par https://, http://, mailto: ou tel:.")
            return
        document, _, anchor = unquote(target).partition("#")
        if self.in_choices and not document:
            return  # a choice: where it leads is judged with its scenes
        self.scan.links.append(Link(document, anchor, line))

    def _image(self, token: Token, line: int) -> None:
        source = unquote(str(token.attrs.get("src", "")))
        if _LIBRARY_ID.fullmatch(source):
            self.scan.links.append(Link(source, "", line))  # a document of the library, which says its own title
            return
        folder, _, name = source.partition("/")
        if _SCHEME.match(source) or source.startswith("//"):
            hint = "Copiez une image dans le module ; une vidéo se range dans la bibliothèque, avec sa transcription, puis ![](identifiant)."
            self.report(line, "E18", f"Image d’un autre site refusée : « {source[:60]} ».", hint)
        elif folder != "images" or not name or "/" in name or name.startswith("."):
            self.report(line, "E15", f"Adresse d’image non comprise : « {source[:60]} ».", "Écrivez toujours images/nom.png.")
        else:
            self.scan.images.append(Image(name, line))
        described = plain(token.children)
        if GAP.search(described):
            self.report(line, "E36", "Un trou dans la description d’une image n’est montré à personne.", "Mettez-le dans le texte à compléter.")
        if not described.strip():
            hint = "Décrivez-la entre les crochets : ![ce que montre l’image](images/…)."
            self.report(line, "E16", f"L’image « {source[:60]} » n’a pas de texte de remplacement.", hint)
        for said in caption_of(token):
            if (handle := self.inline.get(said.type)) is not None:
                handle(said, line)

    # --- At the end ---

    def _too_deep(self, tokens: Sequence[Token]) -> None:
        """markdown-it drops what is nested deeper than it allows: nothing may vanish without a word."""
        for token in tokens:
            if token.level >= MAX_NESTING - 1:
                self.report(self._line(token), "E27", "Listes ou citations trop emboîtées : la suite serait perdue.", "Aplatissez ce passage.")
                return

    def _too_many_addresses(self) -> None:
        """A long address defined once (`[a]: https://…`) and called thousands of times would make a page of a gigabyte."""
        if self.address_letters > 2 * len(self.body) + 20_000:
            self.report(self.first_line, "E02", "Les adresses de ce texte, mises bout à bout, sont démesurées.", "Raccourcissez-les, ou faites moins de liens.")

    def _settle(self) -> None:
        """Acronyms against the words of the same text."""
        if self.scan.acronyms:
            words = words_of(self.body)
            self.scan.acronyms = {word: line for word, line in self.scan.acronyms.items() if not written_as_word(word, words)}
