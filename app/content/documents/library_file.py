"""bibliotheque.md: a `## Titre {#id}` a document, `clé : valeur` lines, its summary, and under `### Transcription` what it says, whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from app.content.documents.reference_files import is_date
from app.content.problems.catalogue import problem
from app.content.text.head import Head, HeadValues, is_id, read_lines, read_optional_head
from app.content.text.markdown import slug, split_anchor
from app.content.text.parts import parse_text
from app.content.text.scan import Image, TextScan, scan_text
from app.content.values.library import FILE_TYPES, DocumentType, Library, LibraryDocument
from app.content.values.text import DocumentKind, Fragment
from app.platform.french import french

KEYS = (
    *("type", "auteur", "éditeur", "événement", "publié", "modifié", "thèmes", "territoires", "licence"),
    *("fichier", "lien", "liés", "public"),
)
TRANSCRIPT = "transcription"
"""The anchor of the title under which a document is told whole."""
_FILE = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,90}[a-z0-9])?\.[a-z0-9]{3,4}")
_ADDRESS = re.compile(r"https?://[^\s<>/]+\.[^\s<>]+")
_KEY = re.compile(r"[ \t]*(?:[-•–][ \t]|[^\W\d_][\w ]{1,20}[ \t]*:)")


def library(path: str, text: str) -> tuple[Library, TextScan]:
    """The documents, in the order of the file. What stands above the first introduces them all."""
    _, body, first_line, problems = read_optional_head(path, text)
    parsed, lines = parse_text(body, first_line).tokens, body.split("\n")
    openings = [index for index, token in enumerate(parsed) if token.type == "heading_open" and token.tag == "h2" and token.level == 0]
    starts = [_line(parsed[index], first_line) for index in openings]
    gathered = TextScan(problems=list(problems))
    before = _Part(path, lines, first_line, parsed[: openings[0] if openings else None], starts[0] if starts else first_line + len(lines))
    before.merge_into(gathered)
    ends = [*starts, first_line + len(lines)][1:]
    parts = [
        _Part(path, lines, first_line, parsed[index:after], end, start)
        for index, after, start, end in zip(openings, [*openings, len(parsed)][1:], starts, ends, strict=True)
    ]
    documents = tuple(document for part in parts if (document := part.document()) is not None)
    for part in parts:
        part.merge_into(gathered)
    introduction = Fragment("\n".join(lines[: before.end - first_line]).strip("\n"), first_line)
    return Library(documents, introduction if introduction.text.strip() else None, tuple(gathered.sources), gathered.called_labels), gathered


def _line(token: Token, default: int) -> int:
    return token.map[0] if token.map else default


class _Part:
    """One document's lines and tokens: each has its own anchors, as it has its own page."""

    def __init__(self, path: str, lines: Sequence[str], first_line: int, parsed: Sequence[Token], end: int, start: int = 0) -> None:
        self.path, self.lines, self.first_line, self.parsed, self.end = path, lines, first_line, parsed, end
        self.start = start or first_line
        below = (parsed[0].map or [self.start, self.start + 1])[1] if start else first_line
        self.head = self._head_lines(below) if start else (below, below)
        self.scan = scan_text(path, self._text(self.start, end), self.start, self._prose(), DocumentKind.LIBRARY)
        for image in self.scan.images:
            hint = "Gardez l’image comme un document, ou montrez-la dans une leçon."
            self.report(image.line, "E67", "La page d’un document ne montre pas d’autre image.", hint)
        self.scan.images = []

    def report(self, line: int, code: str, message: str, hint: str) -> None:
        self.scan.problems.append(problem(self.path, line, code, message, hint))

    def _text(self, start: int, end: int) -> str:
        return "\n".join(self._slice(start, end))

    def _prose(self) -> list[Token]:
        """Its tokens but those of its keys: a code in an address is no acronym."""
        first, last = self.head
        after = next((index for index, token in enumerate(self.parsed) if token.level == 0 and token.map and token.map[0] >= last), len(self.parsed))
        before = next((index for index, token in enumerate(self.parsed) if token.map and token.map[0] >= first), len(self.parsed))
        return [*self.parsed[:before], *self.parsed[after:]] if last > first else list(self.parsed)

    def merge_into(self, whole: TextScan) -> None:
        for name in ("headings", "links", "images", "sources", "calls", "questions", "choices", "figures", "problems"):
            getattr(whole, name).extend(getattr(self.scan, name))
        whole.acronyms = {**self.scan.acronyms, **whole.acronyms}
        whole.cited = {**self.scan.cited, **whole.cited}
        whole.words += self.scan.words

    # --- A document ---

    def document(self) -> LibraryDocument | None:
        """None where its title or its identifier is missing."""
        title, identifier = split_anchor(self.parsed[1].content)
        first, last = self.head
        head, problems = read_lines(self.path, list(self._slice(first, last)), first, KEYS)
        self.scan.problems += problems
        values = HeadValues(self.path, Head(head.entries, self.start))
        kind = self._type(values)
        file, address = self._file(values), self._address(values)
        if not file and not address and not (head.text("fichier") or head.text("lien")):
            hint = "Ajoutez « fichier : nom.pdf », ou « lien : https://… »."
            self.report(self.start, "E67", f"Le document « {title[:60]} » n’a ni fichier ni lien.", hint)
        summary, transcript = self._texts(last)
        related = values.ids("liés")
        days = {key: self._day(values, key) for key in ("événement", "publié", "modifié")}
        self.scan.problems += values.problems
        self.scan.cited |= values.cited
        if not self._check_title(title, identifier):
            return None
        found = LibraryDocument(
            id=identifier,
            title=french(title),
            type=kind,
            summary=summary,
            line=self.start,
            author=french(head.text("auteur")),
            publisher=french(head.text("éditeur")),
            event=days["événement"],
            published=days["publié"],
            modified=days["modifié"],
            themes=tuple(french(item.text) for item in head.items("thèmes")),
            territories=tuple(french(item.text) for item in head.items("territoires")),
            licence=french(head.text("licence")),
            file=file,
            address=address,
            transcript=transcript,
            headings=tuple(heading for heading in self.scan.headings if heading.level > 2),
            related=related,
            public=head.yes("public", False),
        )
        self._judge(found)
        return found

    def _slice(self, start: int, end: int) -> Sequence[str]:
        return self.lines[start - self.first_line : end - self.first_line]

    def _head_lines(self, below: int) -> tuple[int, int]:
        """From its first key to the empty line that ends them; nothing where prose begins at once."""
        first = next((number for number, line in enumerate(self._slice(below, self.end), below) if line.strip()), self.end)
        if first == self.end or not _KEY.match(self._slice(first, first + 1)[0]):
            return below, below
        last = next((number for number, line in enumerate(self._slice(first, self.end), first) if not line.strip()), self.end)
        return first, last

    def _texts(self, start: int) -> tuple[Fragment, Fragment | None]:
        """The summary, and what is under « Transcription ». Definitions of notes belong to neither."""
        notes = [_line(token, self.end) for token in self.parsed if token.type == "footnote_reference_open"]
        end = min([*notes, self.end])
        opening = next((heading.line for heading in self.scan.headings if heading.level == 3 and heading.anchor == TRANSCRIPT), None)
        if opening is None or opening >= end:
            return Fragment(self._text(start, end), start), None
        told = Fragment(self._text(opening + 1, end), opening + 1)
        return Fragment(self._text(start, opening), start), told if told.text.strip() else None

    def _check_title(self, title: str, identifier: str) -> bool:
        if not title:
            self.report(self.start, "E10", "Un document de la bibliothèque n’a pas de titre.", "Écrivez « ## Titre {#identifiant} ».")
        elif not identifier:
            hint = "Ajoutez-le à la fin de son titre : ## Titre {#identifiant}."
            self.report(self.start, "E06", f"Le document « {title[:60]} » n’a pas d’identifiant.", hint)
        elif not is_id(identifier):
            hint = "De 3 à 60 lettres minuscules sans accent, chiffres ou tirets."
            self.report(self.start, "E08", f"Identifiant mal formé : « {identifier[:60]} ».", hint)
        else:
            return bool(title)
        return False

    # --- Its values ---

    def _type(self, values: HeadValues) -> DocumentType:
        written = values.required_text("type").casefold()
        known = {slug(each.value): each for each in DocumentType}
        if written and slug(written) not in known:
            values.report(values.head.line("type"), "E09", f"Type inconnu : « {written[:60]} ».", f"Écrivez l’un de : {', '.join(DocumentType)}.")
        return known.get(slug(written), DocumentType.OTHER)

    def _day(self, values: HeadValues, key: str) -> str:
        written = values.head.text(key)
        if written and not is_date(written):
            values.report(values.head.line(key), "E09", f"Date non comprise : « {written[:40]} ».", "Écrivez 2022-06-09, 2022-06 ou 2022.")
            return ""
        return written

    def _address(self, values: HeadValues) -> str:
        written = values.head.text("lien")
        if written and not _ADDRESS.fullmatch(written):
            values.report(values.head.line("lien"), "E18", f"Adresse refusée : « {written[:60]} ».", "Une adresse commence par https:// ou http://.")
            return ""
        return written

    def _file(self, values: HeadValues) -> str:
        written, line = values.head.text("fichier"), values.head.line("fichier")
        if not written:
            return ""
        if not _FILE.fullmatch(written):
            hint = "Des lettres minuscules sans accent, des chiffres, des tirets, et l’extension : « synthese-2022.pdf »."
            values.report(line, "E67", f"Nom de fichier mal formé : « {written[:60]} ».", hint)
            return ""
        if f".{written.rpartition('.')[2]}" not in FILE_TYPES:
            hint = f"Types gardés : {', '.join(each.removeprefix('.') for each in FILE_TYPES)}. Ailleurs, donnez un lien."
            values.report(line, "E67", f"Un fichier « .{written.rpartition('.')[2]} » n’est pas gardé dans la bibliothèque.", hint)
            return ""
        self.scan.images.append(Image(written, line))
        return written

    def _judge(self, found: LibraryDocument) -> None:
        if found.type is DocumentType.VIDEO and not found.address:
            self.report(found.line, "E67", f"La vidéo « {found.title[:60]} » n’a pas d’adresse.", "Donnez celle du site qui la montre : « lien : https://… ».")
        if found.plays and found.transcript is None:
            named = "L’enregistrement" if found.is_audio else "La vidéo"
            hint = "Écrivez sous « ### Transcription » ce qui est dit, avec des repères de temps : [02:30]."
            self.report(found.line, "E68", f"{named} « {found.title[:60]} » n’a pas de transcription.", hint)
        if not found.summary.text.strip():
            self.report(found.line, "A34", f"Le document « {found.title[:60]} » n’a pas de résumé.", "Dites en quelques lignes ce qu’on y trouve.")
