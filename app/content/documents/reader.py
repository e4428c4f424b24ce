"""Parses any text of a course, by its path, into a frozen Document and its Problems; reads modules, lessons and sources.md itself. Never raises."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from markdown_it.token import Token
from msgspec import Struct

from app.content.documents import library_file, network_file, reference_files, survey_file
from app.content.documents.reference_files import Body
from app.content.problems.catalogue import problem
from app.content.quiz.reader import read_lesson_question, read_quiz
from app.content.quiz.report import short
from app.content.text.head import HeadValues, read_head
from app.content.text.markdown import count_words, plain, slug
from app.content.text.normalise import fingerprint, normalise, readable, refusal
from app.content.text.parts import ParsedText, TextPart, WrittenChoice, WrittenChoices, offers, parse_text
from app.content.text.pitfalls.mending import unsourced_passages
from app.content.text.pitfalls.passes import model_lines_left
from app.content.text.pitfalls.signs import KEPT, unknown_signs
from app.content.text.scan import EXAMPLE, TextScan, scan_text
from app.content.values.course import SYNTHESIS, Document, Lesson, Module, Scene, SceneChoice, Sources
from app.content.values.quiz import Question
from app.content.values.text import CompletionCriterion, DocumentKind, Fragment, Problem, Source
from app.platform.french import french


def sources(path: str, text: str) -> tuple[Sources, TextScan]:
    """Parses sources.md, in the order of the file. Prose and titles may stand between sources; no source cites another."""
    body = Body(path, text)
    for stray in body.strays("footnote_reference"):
        body.report(
            body.line_of(stray), "E09", f"Ligne non comprise : « {stray.content[:60]} ».", f"Écrivez « [^nom]: Titre, éditeur, date, <https://…> {EXAMPLE} »."
        )
    for source in body.scan.sources:
        if missing := ", ".join(_missing(source)):
            hint = f"Écrivez « [^{source.label}]: Titre, éditeur, date, <https://…> {EXAMPLE} »."
            body.report(source.line, "E28", f"Il manque à la source « {source.label} » : {missing}.", hint)
    return Sources(tuple(body.scan.sources)), body.scan


def _missing(source: Source) -> list[str]:
    parts = source.text.partition("<")[0].rstrip(" ,").count(",") + 1
    found = {
        "son titre, son éditeur ou sa date": parts >= 3,
        "son adresse": bool(source.address),
        "sa catégorie": source.kind is not None,
        "ce qui a été lu (« lu : original »)": source.read is not None,
        "sa date de vérification": source.checked is not None,
    }
    return [words for words, given in found.items() if not given]


# --- A lesson told as a situation ---
#
# Its scenes are a tree of two levels of choices; what is wrong with it is E62 to E66. The tree is given only where nothing is wrong, as
# rendering relies on it: otherwise the lesson is shown as it is written.

DEEPEST = 2
"""Choices on any way to an end."""
FEWEST, MOST = 2, 4
"""Choices at the end of a scene."""
_WRITE = "Écrivez un choix par ligne : > - [Ce que l’on fait](#ancre-de-la-scene)."

_Said = tuple[int, str, str, str]
"""Line, code, message, hint."""


def read_situation(path: str, parsed: ParsedText) -> tuple[Scene | None, tuple[Problem, ...]]:
    """The opening scene with all that follows it, and the problems; (None, ()) for a lesson without choices."""
    parts, closing = parsed.story, [token for part in parsed.closing for token in part.tokens]
    late = [token.map[0] for index, token in enumerate(closing) if token.level == 0 and token.map and offers(closing, index)]
    if not late and not any(part.scene.choices for part in parts):
        return None, ()
    tree = _SceneTree(parts)
    said = [*_check_ending(parts, closing, late), *chain.from_iterable(tree.check_part(part) for part in parts)]
    return (None if said else tree.scene(parts[0])), tuple(problem(path, *each) for each in said)


def _check_ending(parts: Sequence[TextPart], closing: Sequence[Token], late: Sequence[int]) -> Iterator[_Said]:
    """It ends in the same words whatever was chosen, and nothing is chosen there."""
    if not closing:
        line = next(part.scene.choices[0].line for part in parts if part.scene.choices)
        yield line, "E66", "Cette situation n’a pas de « À retenir ».", "Ajoutez-le après la dernière scène : ## À retenir."
    for line in late:
        yield line, "E62", "Des choix ne se proposent pas après « À retenir ».", "Mettez-les à la fin d’une scène, avant lui."


class _SceneTree:
    """Which part may follow which: `##` after the opening, `###` after the `##` above it."""

    def __init__(self, parts: Sequence[TextPart]) -> None:
        self.named = {part.anchor: part for part in reversed(parts) if part.depth}
        self.before: dict[str, TextPart | None] = {}
        above: list[TextPart | None] = [parts[0], None, None]
        for part in parts[1:]:
            self.before.setdefault(part.anchor, above[part.depth - 1])
            above[part.depth] = part

    def scene(self, part: TextPart) -> Scene:
        choices = [each for written in part.scene.choices for each in written.items]
        inline = [token.children or [] for token in part.told_inline()]
        inline += [*(written.asked for written in part.scene.choices), *(choice.words for choice in choices)]
        words = sum(count_words(plain(children)) for children in inline)
        led = tuple(SceneChoice(french(plain(choice.words)), self.scene(self.named[choice.anchor])) for choice in choices)
        return Scene(french(part.title), part.anchor, part.line, words, led)

    def check_part(self, part: TextPart) -> Iterator[_Said]:
        if part.depth and not self._is_reached(part):
            hint = f"Ajoutez aux choix qui la précèdent : > - [Ce que l’on fait](#{part.anchor})."
            yield part.line, "E64", f"Aucun choix ne mène à la scène « {short(part.title, 60)} ».", hint
        elif part.depth >= DEEPEST:
            for written in part.scene.choices:
                hint = "Racontez la fin ici, ou remontez ces choix d’un niveau : une situation en a deux, l’un après l’autre."
                yield written.line, "E65", f"« {short(part.title, 60)} » est déjà au second niveau : on n’y choisit plus.", hint
        elif not part.scene.choices:
            where = f"La scène « {short(part.title, 60)} »" if part.depth else "Le récit du début, avant tout titre,"
            yield part.line, "E65", f"{where} n’offre aucun choix : une situation en a deux niveaux.", "Ajoutez à sa fin un encadré > [!CHOIX] et sa liste."
        if part.depth < DEEPEST and part.scene.choices:
            yield from self._check_choices(part, part.scene.choices[0])

    def _is_reached(self, part: TextPart) -> bool:
        """Whether some choice leads there, or would, once those of the scene before, which say what is wrong with them, are mended."""
        before = self.before.get(part.anchor)
        offered = [choice.anchor for written in before.scene.choices for choice in written.items] if before else []
        mended = len(set(offered)) == len(offered) > 0 and all(self.before.get(anchor) is before for anchor in offered)
        return part.anchor in offered or (before is not None and not mended)

    def _check_choices(self, part: TextPart, written: WrittenChoices) -> Iterator[_Said]:
        for other in part.scene.choices[1:]:
            yield other.line, "E62", f"Cette scène propose déjà des choix, ligne {written.line}.", "Gardez une seule liste, à la fin de la scène."
        if part.scene.after and len(part.scene.choices) == 1:
            yield part.scene.after, "E62", "Un passage suit les choix de cette scène.", "Mettez-le avant eux, ou dans la scène où un choix mène."
        number = len(written.items)
        if not number:
            yield written.line, "E62", "Ces choix ne forment pas une liste.", _WRITE
        elif not FEWEST <= number <= MOST:
            said = f"Cette scène propose {number} choix : il en faut de {FEWEST} à {MOST}."
            yield written.line, "E62", said, "Qui n’a qu’une chose à faire ne choisit pas." if number < FEWEST else "Gardez ceux entre lesquels on hésite."
        for place, choice in enumerate(written.items):
            yield from self._check_choice(part, choice, {each.anchor for each in written.items[:place]})

    def _check_choice(self, part: TextPart, choice: WrittenChoice, taken: set[str]) -> Iterator[_Said]:
        """One choice leads to a scene that follows, and to which no other leads."""
        target = self.named.get(choice.anchor)
        if not choice.anchor:
            yield choice.line, "E62", f"Ce choix n’est pas un lien vers une scène : « {short(plain(choice.words), 60)} ».", _WRITE
        elif target is None:
            near = difflib.get_close_matches(choice.anchor[:60], self.named, n=1, cutoff=0.7)
            hint = f"Vouliez-vous dire « {near[0]} » ?" if near else f"Donnez cette ancre au titre d’une scène : {{#{choice.anchor[:60]}}}."
            yield choice.line, "E63", f"Aucune scène n’a l’ancre « #{choice.anchor[:60]} ».", hint
        elif choice.anchor in taken:
            hint = "Donnez à chaque choix sa scène : sans suite propre, ce n’en est pas un autre."
            yield choice.line, "E63", f"Un autre choix de cette scène mène déjà à « {short(target.title, 60)} ».", hint
        elif target is part or target is self.before.get(part.anchor):
            hint = "Menez à une scène nouvelle : les autres choix restent sous les yeux, on y revient sans lien."
            yield choice.line, "E63", f"Ce choix ramène en arrière, à « {short(target.title, 60)} ».", hint
        elif self.before.get(choice.anchor) is not part:
            hint = f"La suite d’une scène est un titre « ### » placé sous elle{', celle du récit un titre « ## »' if not part.depth else ''}."
            yield choice.line, "E63", f"Ce choix mène à « {short(target.title, 60)} », qui n’est pas la suite de cette scène.", hint


# --- Any document, by its path ---
#
# A Document is given whenever its required parts could be read, even if other Problems stop its publication, so that the checks across
# files see as much as possible of a course that is being written.

MODULE_KEYS = ("id", "titre", "histoire", "objectifs", "leçons", "quiz", "achèvement", "auteur", "notes")
LESSON_KEYS = ("id", "titre", "durée", "objectifs", "quiz", "achèvement", "équivalent", "facultatif", "public", "auteur", "notes", "signes")
_FROM_MODELS = frozenset({DocumentKind.MODULE, DocumentKind.LESSON, DocumentKind.QUIZ, DocumentKind.TOOL})
MAX_PROBLEMS = 300
"""Listed of one file."""

_ID_LINE = re.compile(r"^\s*id\s*:\s*([a-z0-9-]{3,60})\s*$", re.MULTILINE)
_PATHS = (
    (re.compile(r"modules/outils/[^/.][^/]*\.md"), DocumentKind.TOOL),
    (re.compile(r"modules/enquetes/[^/.][^/]*\.md"), DocumentKind.SURVEY),
    (re.compile(r"modules/[^/.][^/]*/module\.md"), DocumentKind.MODULE),
    (re.compile(r"modules/[^/.][^/]*/[^/.][^/]*\.md"), DocumentKind.LESSON),
    (re.compile(r"quizzes/[^/.][^/]*\.md"), DocumentKind.QUIZ),
    (re.compile(r"modules/parcours\.md"), DocumentKind.PATHS),
    (re.compile(r"modules/glossaire\.md"), DocumentKind.GLOSSARY),
    (re.compile(r"modules/frise\.md"), DocumentKind.TIMELINE),
    (re.compile(r"modules/confusions\.md"), DocumentKind.CONFUSABLES),
    (re.compile(r"modules/reseau\.md"), DocumentKind.NETWORK),
    (re.compile(r"modules/sources\.md"), DocumentKind.SOURCES),
    (re.compile(r"modules/bibliotheque\.md"), DocumentKind.LIBRARY),
    (re.compile(r"modules/cours\.md"), DocumentKind.COVER),
    (re.compile(r"modules/a-verifier\.md"), DocumentKind.FACTS),
)


class DocumentReading(Struct, frozen=True):
    """One file, read: its value if it has one, what is wrong with it, and the scan that checks across files need."""

    path: str
    kind: DocumentKind
    fingerprint: str
    document: Document | None
    problems: tuple[Problem, ...]
    scan: TextScan

    @property
    def publishable(self) -> bool:
        return self.document is not None and not any(found.is_error for found in self.problems)


def kind_of(path: str) -> DocumentKind | None:
    """What a path of the course holds; None for what is no document. A path that has a kind cannot lead out of its folder."""
    return next((kind for pattern, kind in _PATHS if pattern.fullmatch(path)), None)


def parse(path: str, text: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The value of a course file and its problems. A path that is no document's is read as a lesson."""
    reading = read_document(path, text, bounded=False)
    return reading.document, reading.problems


def read_document(path: str, text: str, bounded: bool = True) -> DocumentReading:
    """Parses a file into its document, its problems and the scan that checks across files need.

    `bounded`: no further than `MAX_MARKS`; what is published already is read whole, whatever is accepted today.
    """
    kind = kind_of(path) or DocumentKind.LESSON
    text = normalise(text)
    if refused := refusal(path, text):
        return DocumentReading(path, kind, fingerprint(text), None, (refused,), TextScan(id=_glimpsed_id(text)))
    read_text, cut = readable(path, text) if bounded else (text, None)
    document, scan = _PARSERS[kind](path, read_text)
    scan.unsourced = tuple(islice(unsourced_passages(document), MAX_PROBLEMS)) if document else ()
    scan.id = scan.id or ("" if document else _glimpsed_id(text))
    for line in scan.choices if kind is not DocumentKind.LESSON else ():
        hint = "Déplacez-les dans une leçon, à la fin de la scène qui les prépare."
        scan.problems.append(problem(path, line, "E62", "Des choix ne se proposent que dans une leçon.", hint))
    scan.problems += model_lines_left(path, read_text) if kind in _FROM_MODELS else ()
    problems = _sort_problems(path, scan.problems)
    if cut:
        problems = (*problems[:MAX_PROBLEMS], cut)
    return DocumentReading(path, kind, fingerprint(text), document, problems, scan)


def _glimpsed_id(text: str) -> str:
    """The id of a file that could not be read, if it can be seen: those who name it are not at fault."""
    found = _ID_LINE.search(text[:2000])
    return found[1] if found else ""


def _sort_problems(path: str, problems: list[Problem]) -> tuple[Problem, ...]:
    """In order of line. Of a text where everything is wrong, the beginning is enough."""
    if any(found.code == "E04" for found in problems):  # without its head, a file has none of its keys: that is one thing to mend
        problems = [found for found in problems if found.code not in ("E06", "E10")]
    ordered = sorted(problems, key=lambda found: (found.line, found.code))
    if len(ordered) > MAX_PROBLEMS:
        message = f"Plus de {MAX_PROBLEMS} problèmes dans ce fichier : seuls les premiers sont donnés."
        ordered[MAX_PROBLEMS:] = [problem(path, ordered[MAX_PROBLEMS].line, "E02", message, "Ce fichier est-il bien ce qu’il devrait être ?")]
    return tuple(ordered)


def _module(path: str, text: str) -> tuple[Module | None, TextScan]:
    head, body, line, problems = read_head(path, text, MODULE_KEYS)
    scan = scan_text(path, body, line, parse_text(body, line).tokens, DocumentKind.MODULE)
    values = HeadValues(path, head)
    identifier, title, history = values.id(), values.title(), values.history()
    objectives, lessons, quiz = values.objectives("M"), values.ids("leçons"), values.one_id("quiz")
    if head.text("achèvement").casefold() not in ("", "tous"):
        values.report(head.line("achèvement"), "E09", "Un module est achevé quand toutes ses étapes le sont.", "Retirez la clé « achèvement ».")
    scan.problems += [*problems, *values.problems]
    for lines in scan.questions:
        hint = "Déplacez-la dans une leçon, après le passage qui l’enseigne."
        scan.problems.append(problem(path, lines.start, "E54", "Une question ne se pose que dans une leçon ou dans un quiz.", hint))
    scan.cited, scan.id = values.cited, head.text("id")
    if not identifier or not title or not history:
        return None, scan
    fragment = Fragment(body, line)
    module = Module(
        identifier, title, history, objectives, lessons, quiz, fragment, tuple(scan.sources), tuple(scan.links), path, head.text("auteur"), scan.called_labels
    )
    return module, scan


def _lesson(path: str, text: str) -> tuple[Lesson | None, TextScan]:
    head, body, line, problems = read_head(path, text, LESSON_KEYS)
    parsed = parse_text(body, line)
    scan = scan_text(path, body, line, parsed.tokens, DocumentKind.LESSON)
    values = HeadValues(path, head)
    identifier, title, minutes = values.id(), values.title(), values.minutes()
    objectives, quiz = values.objectives("O"), values.one_id("quiz")
    criterion = values.criterion((CompletionCriterion.READ, CompletionCriterion.PRESENCE), CompletionCriterion.READ)
    equivalent = _equivalent(values, criterion)
    questions = _questions(path, body, line, scan)
    situation, misled = read_situation(path, parsed) if scan.choices else (None, ())
    scan.problems += [*problems, *values.problems, *misled]
    told = {found.line for found in scan.problems}
    scan.problems += unknown_signs(path, line, parsed.tokens, head.text(KEPT), told)
    scan.cited, scan.id = values.cited, head.text("id")
    if not identifier or not title:
        return None, scan
    lesson = Lesson(
        id=identifier,
        title=title,
        minutes=minutes,
        objectives=objectives,
        quiz_id=quiz,
        criterion=criterion,
        equivalent=equivalent,
        optional=head.yes("facultatif", False),
        body=Fragment(body, line),
        headings=tuple(scan.headings),
        sources=tuple(scan.sources),
        links=tuple(scan.links),
        images=tuple(dict.fromkeys(image.name for image in scan.images)),
        territory_questions=parsed.territory,
        words=scan.words,
        questions=questions,
        asking=tuple(scan.asking),
        situation=situation,
        public=head.yes("public", False),
        path=path,
        author=head.text("auteur"),
        calls=scan.called_labels,
        tells=tuple(scan.facts),
    )
    return lesson, scan


def _equivalent(values: HeadValues, criterion: CompletionCriterion) -> str:
    """« synthèse », or a lesson; empty where nothing is written, or nothing that is understood."""
    written = values.head.text("équivalent")
    if written and criterion is not CompletionCriterion.PRESENCE:
        hint = "Ajoutez « achèvement : présence », ou retirez cette ligne."
        values.report(values.head.line("équivalent"), "E09", "« équivalent » ne vaut que pour une étape qu’une rencontre termine.", hint)
        return ""
    return SYNTHESIS if slug(written) == slug(SYNTHESIS) else values.one_id("équivalent") or ""


def _questions(path: str, body: str, first_line: int, scan: TextScan) -> tuple[Question, ...]:
    """Those that the lesson asks by the way; their problems join the others."""
    written = body.split("\n") if scan.questions else []
    questions: list[Question] = []
    for number, lines in enumerate(scan.questions, 1):
        quoted = written[lines.start - first_line : lines.stop - first_line]
        question, problems = read_lesson_question(path, quoted, lines.start, number)
        scan.problems += problems
        questions += [question] if question else []
    return tuple(questions)


_PARSERS: dict[DocumentKind, Callable[[str, str], tuple[Document | None, TextScan]]] = {
    DocumentKind.MODULE: _module,
    DocumentKind.LESSON: _lesson,
    DocumentKind.QUIZ: read_quiz,
    DocumentKind.PATHS: reference_files.paths,
    DocumentKind.GLOSSARY: reference_files.glossary,
    DocumentKind.TIMELINE: reference_files.timeline,
    DocumentKind.CONFUSABLES: reference_files.confusables,
    DocumentKind.NETWORK: network_file.network,
    DocumentKind.SOURCES: sources,
    DocumentKind.TOOL: survey_file.tool,
    DocumentKind.SURVEY: survey_file.survey,
    DocumentKind.LIBRARY: library_file.library,
    DocumentKind.COVER: network_file.cover,
    DocumentKind.FACTS: reference_files.dated_facts,
}
