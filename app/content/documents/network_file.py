"""Reads cours.md (the cover of the site) and reseau.md (the cités, the territories above them, the meetings of the network)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from app.content.documents.reference_files import Body, is_date
from app.content.problems.catalogue import problem
from app.content.text.head import Head, HeadValues, is_id, read_head, read_lines
from app.content.text.markdown import plain, slug, split_anchor
from app.content.text.parts import parse_text
from app.content.text.scan import TextScan, scan_text
from app.content.values.course import MOST_LINES, CourseHistory, Cover
from app.content.values.library import KINDS, Cite, Commune, Network, NetworkPlace, PastMeeting
from app.content.values.text import CROSSING, Fragment, Problem
from app.platform.colours import PALETTE, Colour, read_colour, refusal
from app.platform.french import french

# --- cours.md ---
#
# A head on the course, a presentation, then a `##` for each line of the course, in their order, and for the place where they cross.

COVER_KEYS = ("titre", "pour", "accroche", "promesse", "auteur", "notes")
LINE_KEYS = ("dans une phrase", "couleur", "culture")
SIDES = ("etat", "collectivite", "education")


def cover(path: str, text: str) -> tuple[Cover | None, TextScan]:
    head, body, first, problems = read_head(path, text, COVER_KEYS)
    tokens = parse_text(body, first).tokens
    scan = scan_text(path, body, first, tokens)
    values = HeadValues(path, head)
    title, audience, heading = (values.required_text(key) for key in ("titre", "pour", "accroche"))
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


# --- reseau.md ---
#
# The cités éducatives in one table, the territories above them as a list of lists, the network's meetings as `##`.

COLUMNS = ("nom", "communes", "département", "vague", "label")
QUARTIERS, TROIKA, POSITION = "quartiers", "troïka", "position"
"""Columns that may be left out, as their cells may be empty."""
_COLUMN_SLUGS = {
    "nom": "nom",
    "cite": "nom",
    "commune": "communes",
    "departement": "département",
    "vague": "vague",
    "label": "label",
    "date": "label",
    "quartier": QUARTIERS,
    "troika": TROIKA,
    "position": POSITION,
}
TERRITORIES = "territoires"
MEETING_KEYS = ("intervenants", "documents")
"""What may stand under the title of a meeting."""
_KNOWN = re.compile(rf"(?:{'|'.join(MEETING_KEYS)})\s*:", re.IGNORECASE)
_PLACE = re.compile(r"([^()]+?)\s*\(([^,()]+)(?:,\s*zone\s+([A-Ca-c]))?\)")
_COMMUNE = re.compile(r"([^,()]+?)\s*\(((?:\d\d|2[AB])\d{3})\)\s*(?:,|$)")
_POSITION = re.compile(r"(-?\d{1,2}(?:[.,]\d+)?)\s*(?:[;/]|,?\s)\s*(-?\d{1,3}(?:[.,]\d+)?)")
"""« 50,44 ; 2,82 », as « 50.44, 2.82 » of a map on the Web."""
_WAVE = re.compile(r"(?:vague\s*)?(\d{1,2})(?:\s*(?:re|ère|e|ème)?(?:\s*vague)?)?", re.IGNORECASE)


def network(path: str, text: str) -> tuple[Network, TextScan]:
    """The cités, in the order of the table, and the meetings, in the order of the file."""
    body = Body(path, text)
    cites, places = tuple(_cites(body)), tuple(_places(body))
    openings = [index for index, token in enumerate(body.tokens) if token.type == "heading_open" and token.tag == "h2"]
    starts = [body.line_of(body.tokens[index]) for index in openings]
    notes = [body.line_of(token) for token in body.tokens if token.type == "footnote_reference_open"]
    end = min(notes, default=body.first_line + len(body.lines))  # the notes at the end of the file belong to no meeting
    meetings = tuple(_meetings(body, openings, [*starts, end][1:]))
    first = min([*starts, *(body.line_of(token) for token in body.tokens if token.type == "table_open"), end])
    introduction = "\n".join(body.slice(body.first_line, first)).strip()
    fragment = Fragment(introduction, body.first_line) if introduction else None
    return Network(fragment, cites, meetings, tuple(body.scan.sources), body.scan.called_labels, places), body.scan


def _meetings(body: Body, openings: list[int], ends: list[int]) -> Iterator[PastMeeting]:
    """Each `##` but the one that holds the table. `ends` are the lines before which each stops."""
    tables = [body.line_of(token) for token in body.tokens if token.type == "table_open"]
    for index, end in zip(openings, ends, strict=True):
        line = body.line_of(body.tokens[index])
        if bisect_left(tables, line) < bisect_left(tables, end):
            continue
        title, anchor = split_anchor(body.tokens[index + 1].content)
        if slug(title) == TERRITORIES:
            continue
        start, values = _read_details(body, (body.tokens[index].map or [line, line + 1])[1], end)
        told = Fragment("\n".join(body.slice(start, end)).strip("\n"), start)
        yield PastMeeting(title, anchor or slug(title), told, line, french(values.head.text("intervenants")), values.ids("documents"))
        body.scan.problems += values.problems
        body.scan.cited |= values.cited


def _read_details(body: Body, first: int, end: int) -> tuple[int, HeadValues]:
    """The `clé : valeur` lines under a meeting's title, if there are some, and the line where its text begins."""
    start = next((number for number, line in enumerate(body.slice(first, end), first) if line.strip()), end)
    stop = next((number for number, line in enumerate(body.slice(start, end), start) if not line.strip()), end)
    lines = body.slice(start, stop)
    if not lines or not _KNOWN.match(lines[0]):
        return first, HeadValues(body.path, Head())
    head, problems = read_lines(body.path, list(lines), start, MEETING_KEYS)
    body.scan.problems += problems
    return stop, HeadValues(body.path, head)


def _places(body: Body) -> Iterator[NetworkPlace]:
    """« - Nord (département, zone B) » of « ## Territoires »: what is further in belongs to what it hangs from."""
    inside, above = False, list[str]()
    for index, token in enumerate(body.tokens):
        if token.type == "heading_open":
            inside = token.tag == "h2" and slug(split_anchor(body.tokens[index + 1].content)[0]) == TERRITORIES
        elif inside and token.type == "list_item_close":
            above.pop()
        elif inside and token.type == "list_item_open":
            place = _place(body, body.tokens[index + 2], above)
            above.append(place.name if place else "")
            if place:
                yield place


def _place(body: Body, token: Token, above: Sequence[str]) -> NetworkPlace | None:
    line = body.line_of(token)
    written, identifier = split_anchor(token.content.split("\n")[0])
    found = _PLACE.fullmatch(written)
    kind = KINDS.get(found[2].strip().lower()) if found else None
    if found is None or kind is None:
        hint = f"Écrivez « - Nord (département, zone B) » ; sortes : {', '.join(KINDS)}."
        body.report(line, "E09", f"Territoire non compris : « {written[:60]} ».", hint)
        return None
    return NetworkPlace(found[1].strip(), kind, next(filter(None, reversed(above)), ""), (found[3] or "").upper(), line, identifier)


def _cites(body: Body) -> Iterator[Cite]:
    columns: list[str] = []
    missing = list(COLUMNS)
    lines: dict[str, int] = {}
    for line, cells, header in _rows(body.tokens):
        if header:
            columns = [_column(cell) for cell in cells]
            missing = [column for column in COLUMNS if column not in columns]
            if missing:
                body.report(line, "E10", f"Il manque au tableau des cités : {', '.join(missing)}.", f"Colonnes attendues : {', '.join(COLUMNS)}.")
        elif not missing and (cite := _cite(body, dict(zip(columns, cells, strict=True)), line)) is not None:
            if (first := lines.setdefault(slug(cite.name), line)) != line:
                body.report(
                    line, "E07", f"La cité « {cite.name[:60]} » est déjà à la ligne {first}.", "Donnez à chacune un nom, qui est aussi l’adresse de sa page."
                )
            yield cite


def _rows(tokens: Sequence[Token]) -> Iterator[tuple[int, list[str], bool]]:
    """(line, cells as plain text, whether it is the header) of every row of every table."""
    cells: list[str] = []
    line, header = 0, False
    for index, token in enumerate(tokens):
        if token.type == "tr_open":
            cells, line = [], token.map[0] if token.map else 0
        elif token.type in ("th_open", "td_open"):
            header = token.type == "th_open"
            cells.append(plain(tokens[index + 1].children).strip())
        elif token.type == "tr_close":
            yield line, cells, header


def _column(title: str) -> str:
    return next((name for start, name in _COLUMN_SLUGS.items() if slug(title).startswith(start)), slug(title))


def _cite(body: Body, row: dict[str, str], line: int) -> Cite | None:
    communes = tuple(Commune(found[1].strip(), found[2]) for found in _COMMUNE.finditer(row["communes"]))
    wave = _WAVE.fullmatch(row["vague"])
    rest = _COMMUNE.sub("", row["communes"]).strip()
    if not communes or rest:
        body.report(line, "E09", f"Communes non comprises : « {row['communes'][:60]} ».", "Écrivez « Douai (59178), Waziers (59654) ».")
    if wave is None:
        body.report(line, "E09", f"Vague non comprise : « {row['vague'][:40]} ».", "Écrivez son numéro : 1, 2, 3…")
    if not is_date(row["label"]):
        body.report(line, "E09", f"Date de label non comprise : « {row['label'][:40]} ».", "Écrivez 2019-09-05, 2019-09 ou 2019.")
    position = _position(row.get(POSITION, ""))
    if row.get(POSITION) and position is None:
        body.report(line, "E09", f"Position non comprise : « {row[POSITION][:40]} ».", "Écrivez la latitude, puis la longitude : « 50,44 ; 2,82 ».")
    if not row["nom"] or not row["département"]:
        body.report(line, "E10", "Cette cité n’a pas de nom ou pas de département.", "Complétez la ligne.")
    if not communes or rest or wave is None or not is_date(row["label"]) or not row["nom"]:
        return None
    return Cite(row["nom"], communes, row["département"], int(wave[1]), row["label"], line, _parts(row, QUARTIERS, ","), _parts(row, TROIKA, ";"), position)


def _parts(row: dict[str, str], column: str, between: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in row.get(column, "").split(between))))


def _position(written: str) -> tuple[float, float] | None:
    """Latitude, longitude; None for what is not on Earth."""
    found = _POSITION.fullmatch(written.strip())
    if found is None:
        return None
    latitude, longitude = (float(number.replace(",", ".")) for number in found.groups())
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
