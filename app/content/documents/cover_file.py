"""cours.md: a head on the course, a presentation, then a `##` for each line of the course, in their order, and for the place where they cross."""

from __future__ import annotations

from collections.abc import Iterator

from app.content.problems.catalogue import problem
from app.content.text.head import Head, read_head, read_lines
from app.content.text.head_values import HeadValues, is_id
from app.content.text.markdown import plain, slug, split_anchor
from app.content.text.parts import parse_text
from app.content.text.scan import TextScan, scan_text
from app.content.values.cover import MOST_LINES, CourseHistory, Cover
from app.content.values.text import CROSSING, Problem
from app.platform.colours import PALETTE, Colour, read_colour, refusal
from app.platform.french import french

COVER_KEYS = ("titre", "pour", "accroche", "promesse", "auteur", "notes")
LINE_KEYS = ("dans une phrase", "couleur", "culture")
SIDES = ("etat", "collectivite", "education")


def cover(path: str, text: str) -> tuple[Cover | None, TextScan]:
    head, body, first, problems = read_head(path, text, COVER_KEYS)
    tokens = parse_text(body, first).tokens
    scan = scan_text(path, body, first, tokens)
    values = HeadValues(path, head)
    title, audience, heading = (values.required(key) for key in ("titre", "pour", "accroche"))
    reader = _CoverReader(path, body.split("\n"), first)
    opened = [
        (token.map[0], tokens[index + 1].content) for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2" and token.map
    ]
    lines = reader.read(opened)
    scan.problems += [*problems, *values.problems, *reader.problems]
    if not (title and audience and heading and lines):
        return None, scan
    end = opened[0][0] if opened else first
    before = (tokens[index + 1] for index, token in enumerate(tokens) if token.type == "paragraph_open" and token.map and token.map[0] < end)
    introduction = french(" ".join(plain(inline.children) for inline in before))
    promise = french(head.text("promesse"))
    return Cover(french(title), french(audience), french(heading), promise, introduction, lines, *reader.crossing), scan


class _CoverReader:
    """Reads the `##` of cours.md. What is wrong goes to `problems`, with its line."""

    def __init__(self, path: str, written: list[str], first: int) -> None:
        self.path, self.written, self.first = path, written, first
        self.problems: list[Problem] = []
        self.crossing = ("Croisement", "au croisement")

    def report(self, line: int, code: str, message: str, hint: str = "") -> None:
        self.problems.append(problem(self.path, line, code, message, hint))

    def read(self, opened: list[tuple[int, str]]) -> tuple[CourseHistory, ...]:
        found: dict[str, CourseHistory] = {}
        for line in self._each(opened):
            if line.id in found:
                self.report(line.line, "E23", f"La ligne « {line.id} » est déjà écrite ligne {found[line.id].line}.", "Gardez-en une.")
            found.setdefault(line.id, line)
        if not found:
            self.report(
                self.first, "E10", "Le cours n’a aucune ligne.", "Écrivez « ## Politique de la ville {#politique-de-la-ville} », une fois par histoire."
            )
        for extra in list(found.values())[MOST_LINES:]:
            self.report(extra.line, "E09", f"Un cours a {MOST_LINES} lignes au plus.", "Réunissez deux histoires en une.")
        return tuple(found.values())[:MOST_LINES]

    def _each(self, opened: list[tuple[int, str]]) -> Iterator[CourseHistory]:
        ends = [*(start for start, _ in opened), self.first + len(self.written)][1:]
        place = 0
        for (start, title), end in zip(opened, ends, strict=True):
            name, identifier = split_anchor(title)
            identifier = identifier or slug(name)
            if not is_id(identifier):
                self.report(start, "E08", f"Identifiant mal formé : « {identifier[:60]} ».", "De 3 à 60 lettres minuscules sans accent, chiffres ou tirets.")
                continue
            head, problems = read_lines(self.path, self.written[start - self.first + 1 : end - self.first], start + 1, LINE_KEYS)
            self.problems += problems
            if identifier == CROSSING:
                self.crossing = french(name), french(head.text("dans une phrase") or self.crossing[1])
                continue
            colour = self._colour(head, PALETTE[min(place, MOST_LINES - 1)])
            said = head.text("dans une phrase") or name[:1].lower() + name[1:]
            yield CourseHistory(identifier, french(name), french(said), colour, self._side(head), start)
            place += 1

    def _colour(self, head: Head, default: Colour) -> Colour:
        """`couleur : #a63d17 / #f0966f`: by day, by night."""
        written = head.text("couleur")
        if not written:
            return default
        light, _, dark = written.partition("/")
        colour = Colour(read_colour(light), read_colour(dark))
        if not (colour.light and colour.dark):
            hint = "Écrivez deux couleurs, en clair puis en sombre : « couleur : #a63d17 / #f0966f »."
            self.report(head.line("couleur"), "E09", f"Couleur non comprise : « {written[:40]} ».", hint)
            return default
        if sentence := refusal(colour):
            self.report(head.line("couleur"), "E09", sentence)
            return default
        return colour

    def _side(self, head: Head) -> str:
        written = head.text("culture")
        if written and slug(written) not in SIDES:
            self.report(head.line("culture"), "E09", f"Culture inconnue : « {written[:40]} ».", "Écrivez l’une de : état, collectivité, éducation.")
            return ""
        return slug(written)
