"""Whether a question has earned the state « read »: what was made of its lines, against those lines and the rest of the file. Pure.

Nothing here knows by which shape a question was read. Each criterion holds of any question that a person can follow; where one does not hold, the
author is asked whether it is read as they meant it, once for all the questions that share the criterion, with the reading as the guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median

from msgspec import Struct

from app.exchange.intake.evidence import ANNOUNCES, ASKS_AT_END, GIVES, ORDER, ORDERS, words_of
from app.exchange.intake.lines import PaperLine
from app.exchange.intake.naming import annotation_of
from app.exchange.intake.options import WEAK_LOOKS
from app.exchange.intake.shapes import BLANK, LabelKind
from app.exchange.intake.statements import ANY_ANSWER
from app.exchange.intake.units import ASIDE, Doubt, Unit
from app.platform.french import short


class JudgedUnit(Struct, frozen=True):
    """A question as it was read, and the lines of the source that it was read from. `place`: among the units. `number`: in the source."""

    unit: Unit
    lines: Sequence[PaperLine]
    place: int
    number: int = 0
    told: bool = False
    """Its author has been asked how its answer is given."""
    placed: bool = False
    """Its author has been asked what a line of it does."""


Suspicion = tuple[str, str]
"""A criterion, and what is strange of one question, as the end of a sentence."""

WORDS, STATEMENT, OPTIONS, KEY, COMMENT, NUMBERS = "mots", "énoncé", "choix", "clé", "commentaire", "suite"
_ASKS = {
    WORDS: "Des mots ne sont nulle part dans ce qui est lu",
    STATEMENT: "Un énoncé se lit mal",
    OPTIONS: "Des réponses proposées se lisent mal",
    KEY: "Une bonne réponse surprend",
    COMMENT: "Un commentaire surprend",
    NUMBERS: "La suite des questions surprend",
}
"""What is asked of several at once."""

_CHOICES = ("single", "multiple")
_MOST = 100
"""Questions of which one doubt is."""
_PLACING = re.compile(
    r"questions?|reponses?|bonnes?|correctes?|exact|justes?|vrai|faux|points?|explication|commentaires?|corrige|correction|solution|indice|aide|astuce|plusieurs"
    r"|possibles|est|sont|attendue?s?|elements?|note|justification|pourquoi|answer|option|choix|ordre|resultat|remarque|rappel|source|reference|bareme|tolerance|marge"
    r"|environ|accept(?:e|ee|ees|er)|quiz|feedback|votes?|voix|pres"
)
"""Words that say the place of others."""
_COLUMN = re.compile(r"Laissé : « (?!(?:id|n°|type|kind|time limit|temps|dur[ée]e|points?|pts|bar[èe]me)\b)[^»]* : ", re.IGNORECASE)
"""What is told of a column that no question has a place for, but for what a sheet says of its own rows."""
_LISTS = re.compile(r"(?:^|\s)\(?[a-d1-4]\s?[).:]\s*\S.*\s\(?[b-e2-5]\s?[).:]\s*\S", re.IGNORECASE)
_LABELLED = re.compile(r"\s*\(?(?:\d{1,2}\s?[).°:/]|[a-h]\s?[).])\s*\S", re.IGNORECASE)
_CUT = re.compile(r"(?:\s[/(=|;,\[-]|[(\[])\s*$|^\s*[)\]/=;,|]")
_SIGNS = re.compile(r"→|=>|⇒|[✓✔✗☐☑☒]|_{3,}|\.{4,}")
_DOUBTS = re.compile(
    r"\b(?:euh|je crois|je pense|pas s[uû]re?|[àa] v[ée]rifier|peut[- ]?[êe]tre|il me semble|ou plut[ôo]t|non c['’]est)\b|\?\?|\?$", re.IGNORECASE
)
_VOICE = re.compile(
    r"(?<!-)\bje\b|\bj['’](?=[a-zà-ÿ])|\b(?:M\.|Mme|Mlle|MM\.)\s+[A-ZÀ-Þ]|[\w.]@\w|\b(?:[àa] (?:revoir|v[ée]rifier|compl[ée]ter|confirmer))\b|\b(?i:to-?do)\b|\bpenser à\b|\bne pas (?:oublier|diffuser)\b|\bpour moi\b|\bchez nous\b|\bok\b",
)
"""Whoever wrote a paper speaks for herself, or of somebody."""
_WHOLE = re.compile(ANY_ANSWER, re.IGNORECASE)
_LETTERS = re.compile(r"\W*[a-h](?:\W*(?:et|,|;|\s)\W*[a-h])*\W*", re.IGNORECASE)
_MEASURES = re.compile(r"\b(?:combien|quel(?:le)?s?|taux|part|nombre|ann[ée]e|date|montant|pourcentage|calcul\w*|quand|depuis|[âa]ge)\b|[%€]", re.IGNORECASE)
_REASONS = re.compile(r"en quoi|quel r[ôo]le|pourquoi|\bcomment (?!s['’]|appelle)|selon vous|expliqu|justifi|d[ée]fini|citez|donnez", re.IGNORECASE)
_ONE = re.compile(r"une seule|\b(?:lequel|laquelle)\b|\ben quelle année\b", re.IGNORECASE)
_SEVERAL = re.compile(r"(?:plusieurs|deux|trois|quatre) (?:bonnes )?r[ée]ponses|\blesquel(?:le)?s\b|\bcochez (?:les|toutes)\b", re.IGNORECASE)
_SAID_KINDS = (
    ("match", re.compile(r"^\W*(?:relie[rz]|associe[rz]|apparie[rz])\b|fai(?:tes|re) correspondre", re.IGNORECASE)),
    ("order", re.compile(r"^\W*(?:classe[rz]|range[rz]|ordonne[rz]|remette[rz]|num[ée]rote[rz]|hi[ée]rarchise[rz])\b|dans l['’]ordre", re.IGNORECASE)),
    ("true_false", re.compile(r"\bvrai\s*(?:ou|/)\s*faux\b", re.IGNORECASE)),
)


def suspect(judged: Sequence[JudgedUnit], given: Mapping[str, str]) -> Iterator[tuple[Doubt, tuple[int, ...]]]:
    """What is asked, and the places of the units of which it is. `given`: what its author has answered; of a unit that they have judged, the same is not asked again."""
    found: dict[str, dict[str, list[str]]] = {}
    compared = {one.place: _comparable(one) for one in judged}
    for one, others in ((each, [other for other in judged if other is not each]) for each in judged):
        for of, says in (*_alone(one), *_among(one, others, compared)):
            found.setdefault(of, {}).setdefault(one.unit.at, []).append(says)
    units = {one.unit.at: one for one in judged}
    kept = judged_before(given)
    for of, places in ((of, places) for of, all_places in found.items() for places in _bundles(all_places)):
        if _key(of, places) not in given:
            places = {at: says for at, says in places.items() if (of, at) not in kept}
        said = [(at, f"Question {units[at].unit.called} : {' ; '.join(dict.fromkeys(says))}") for at, says in places.items()]
        asked = tuple(units[at].place for at in places)
        if len(said) == 1:
            choices = ((said[0][0], "Oui, c’est bien cela"), (ASIDE, "Non : la laisser de côté"))
            yield Doubt(_key(of, places), f"{said[0][1]}. Est-ce bien cela ?", choices, said[0][0]), asked
        elif said:
            asks = f"{_ASKS[of]}, dans {len(said)} questions. Décochez celles qui sont mal lues : elles seront laissées de côté."
            yield Doubt(_key(of, places), asks, tuple(said), ",".join(value for value, _ in said), several=True), asked


def _bundles(places: Mapping[str, list[str]]) -> Iterator[dict[str, list[str]]]:
    """As many as one person looks at, and as one answer names."""
    for start in range(0, len(places), _MOST):
        yield dict([*places.items()][start : start + _MOST])


def _key(of: str, places: Iterable[str]) -> str:
    return f"cela:{of}:{','.join(places)}"


def judged_before(given: Mapping[str, str]) -> dict[tuple[str, str], bool]:
    """(criterion, where a question stands) → whether its author keeps it so, of all that they were asked, even of what nothing is strange any more."""
    asked = ((key.split(":", 2), answer.split(",")) for key, answer in given.items() if key.startswith("cela:") and key.count(":") > 1)
    return {(of, at): at in kept for (_, of, places), kept in asked for at in places.split(",")}


def _alone(one: JudgedUnit) -> Iterator[Suspicion]:
    """What a question has to be, whatever stands around it."""
    statement = _bare(one.unit.statement)
    if one.unit.text and (lost := _lost_words(one)):
        yield WORDS, f"« {short(lost, 60)} » n’est dans rien de ce qui est lu"
    if columns := next((line.plain for line in one.lines if one.unit.kind in ("short", "open") and line.plain.count("\t") > 2), ""):
        yield WORDS, f"« {short(' '.join(columns.split()), 60)} » a des colonnes"
    if (columns_left := sum(bool(_COLUMN.match(loss)) for loss in one.unit.losses)) > 2 and any(line.rows for line in one.lines):
        yield WORDS, f"{columns_left} colonnes de sa ligne sont laissées"
    if one.unit.kind in _CHOICES and (half := _half_marked(one.lines[1:])):
        yield KEY, f"« {short(half, 60)} » n’est marqué qu’en partie"
    key = () if one.told else _of_key(one.unit, statement)
    found = (
        (STATEMENT, _of_statement(one.unit, statement)),
        (OPTIONS, _of_options(one)),
        (KEY, key),
        (KEY, _of_number(one, statement)),
        (COMMENT, () if one.placed else _of_comments(one.unit)),
    )
    yield from ((of, says) for of, several in found for says in several)
    spoken = [line for line in one.unit.text.split("\n") if not line.startswith("- [") and _VOICE.search(re.sub("«[^»]*»", "", line))]
    if spoken and not one.placed:
        yield COMMENT, f"« {short(_bare(spoken[0]).lstrip('# >'), 60)} » n’est peut-être pas pour ceux qui apprennent"


class _Comparable(Struct, frozen=True):
    """Of a question, what its neighbours are compared with: read once, since each is compared with all. `options`: those of a choice."""

    statement: str
    options: tuple[str, ...]
    asks: bool
    loose: str


def _comparable(one: JudgedUnit) -> _Comparable:
    options = tuple(" ".join(words_of(each)) for each in one.unit.options) if one.unit.kind in _CHOICES else ()
    return _Comparable(" ".join(words_of(one.unit.statement)), options, _asks(one), _loose(one))


def _among(one: JudgedUnit, others: Sequence[JudgedUnit], compared: Mapping[int, _Comparable]) -> Iterator[Suspicion]:
    """What a question has to be beside its neighbours."""
    mine, theirs = compared[one.place], [compared[other.place] for other in others]
    if mine.options:
        yield from ((OPTIONS, says) for says in _odd_options(one.unit, mine.options, [each.options for each in theirs if each.options]))
    if any(each.statement == mine.statement for each in theirs):
        yield NUMBERS, "elle est posée deux fois"
    yield from ((NUMBERS, says) for says in _of_place(one, others))
    if one.unit.kind not in ("true_false", "gap") and not (one.number or mine.asks) and sum(each.asks for each in theirs) * 2 > len(others):
        yield STATEMENT, f"« {short(_bare(one.unit.statement), 60)} » ne demande rien, et les autres si"
    if one.unit.kind == "short" and any(line.label(LabelKind.BULLET) for line in one.lines[1:]) and any(other.unit.kind in _CHOICES for other in others):
        yield OPTIONS, "elle ne propose qu’une réponse, et les autres plusieurs"
    if (loose := mine.loose) and not one.placed and sum(bool(each.loose) for each in theirs) * 2 < len(others) + 1:
        yield (STATEMENT if loose in _bare(one.unit.statement) else COMMENT), (f"« {short(loose, 60)} » en fait-il partie")


def _of_place(one: JudgedUnit, others: Sequence[JudgedUnit]) -> Iterator[str]:
    """Its number, beside those that stand around it: a number twice is a slip of the hand, and one that is missing may be that of a question without any."""
    above = next((other for other in reversed(others) if other.place < one.place and other.number), None)
    below = next((other for other in others if other.place > one.place and other.number), None)
    fits = above is not None and below is not None and below.number == above.number + (below.place - above.place)
    if not one.number and not fits and sum(bool(other.number) for other in others) * 2 > max(2, len(others)):
        yield "elle n’a pas de numéro, et les autres en ont"
    if below is None or not one.number or max(one.number, below.number) >= 100:
        return
    if below.number not in (1, one.number, one.number + 1, one.number + (below.place - one.place)):
        yield f"la suivante porte le numéro {below.number} : rien ne manque-t-il entre les deux"


def _odd_options(unit: Unit, mine: Sequence[str], others: Sequence[Sequence[str]]) -> Iterator[str]:
    """Answers of a choice beside those of the other ones, as they compare."""
    most = max(map(len, others), default=5)
    if len(mine) > max(5, 3 * most // 2):
        yield f"elle propose {len(mine)} réponses, plus que les autres"
    *first, last = mine
    for theirs in others:
        if last == theirs[-1] and not any(each in theirs for each in first) and not _WHOLE.match(unit.options[-1]):
            yield f"« {short(unit.options[-1], 60)} » finit aussi une autre question : est-ce une réponse"
            return


def _asks(one: JudgedUnit) -> bool:
    statement = _bare(one.unit.statement)
    unended = one.unit.kind in _CHOICES and not re.search(r"[.!]\W*$", statement)  # its answers end it
    return unended or "?" in statement or bool(ANNOUNCES.search(statement) or ORDER.match(statement))


_LISTED = (LabelKind.LETTER, LabelKind.NUMBER, LabelKind.BULLET, LabelKind.BOX)


def _loose(one: JudgedUnit) -> str:
    """A line of its own, after the first, that nothing announces and that became a paragraph of the statement or a comment."""
    parts = [*re.split(r"\n\s*\n", one.unit.statement)[1:], *re.findall(r"^\s*> ?(.+)$", one.unit.text, re.MULTILINE)]
    known = {" ".join(words_of(_bare(part))): _bare(part).strip() for part in parts if words_of(part)}
    listed = next((line.plain for line in one.lines[1:] if line.label(LabelKind.LETTER) and line.plain in _bare(one.unit.statement)), "")
    free = (line for line in one.lines[1:] if not (line.label(*_LISTED) or line.quoted or line.rows or annotation_of(line.words)))
    return listed or next(
        (
            known[said]
            for line in free
            if (said := " ".join(words_of(line.body.plain if line.labels else line.plain))) in known and not BLANK.search(line.plain)
        ),
        "",
    )


def _bare(markdown: str) -> str:
    return re.sub(r"[\\*]", "", markdown)


def _lost_words(one: JudgedUnit) -> str:
    """The words of its lines that are nowhere in it, nor told as left."""
    kept = set(words_of(" ".join((one.unit.text, *one.unit.losses, *one.unit.key))))
    lines = (line.body if line.labels else line.words for line in one.lines if not line.rows)
    lost = [word for words in lines for word in words_of(words.plain) if len(word) > 3 and not (word.isdigit() or word in kept or _PLACING.fullmatch(word))]
    return " ".join(lost)


def _of_statement(unit: Unit, statement: str) -> Iterator[str]:
    if unit.kind == "gap":
        behind = re.search(r"\(([^()\[\]]+)\)\W*$", unit.text)
        if behind and set(words_of(behind[1])) <= set(words_of(" ".join(unit.key))):
            yield f"« {short(behind.group().strip(), 60)} » donne les mots à trouver"
        return
    paragraphs = [each for each in re.split(r"\n\s*\n", statement) if each.strip()]
    count, closed = len(words_of(statement)), bool(re.search(r"[.!»)]\W*$", re.sub(r"\([^()]*\)\s*", "", statement).strip()))
    asks = any("?" in each or ANNOUNCES.search(each) or BLANK.search(each) or ORDER.match(each) for each in paragraphs)
    asks = asks or " : " in statement or bool(ORDER.search(re.split(r"[.:]\s+", statement.strip(" ."))[-1]))
    after = re.sub(r"\([^()]*\)", "", statement).rpartition("?")[2] if "?" in statement else ""
    least = 2 if unit.kind in _CHOICES else 3
    if (count < least and not statement.rstrip().endswith("?") and not ORDER.match(statement)) or count > 90:
        yield f"l’énoncé est bien {'court' if count < least else 'long'} (« {short(statement, 60)} »)"
    elif not asks and closed and unit.kind != "true_false":
        yield f"« {short(statement, 80)} » ne demande rien"
    if len(words_of(after)) > 3 and not ORDER.match(after):
        yield f"« {short(' '.join(after.split()), 60)} » suit la question"
    yield from _of_paragraphs(paragraphs, statement)
    said = [kind for kind, shape in _SAID_KINDS if shape.search(statement)]
    if len(said) == 1 and unit.kind != said[0]:
        yield f"« {short(statement, 60)} » annonce une autre sorte de question"


def _of_paragraphs(paragraphs: Sequence[str], statement: str) -> Iterator[str]:
    if len(paragraphs) > 1 and len(words_of(paragraphs[0])) < 4 and not re.search(r"[?:…]\W*$", paragraphs[0]):
        yield f"« {short(' '.join(paragraphs[0].split()), 60)} » se lit avant la question"
    if any(_LABELLED.match(each) for each in paragraphs[1:]) or any(GIVES.search(each) or _LISTS.search(each) or _SIGNS.search(each) for each in paragraphs):
        yield f"une réponse se lit dans l’énoncé (« {short(' '.join(statement.split())[-60:], 60)} »)"
    if _CUT.search(statement):
        yield f"l’énoncé est coupé (« {short(statement, 60)} »)"


def _of_options(one: JudgedUnit) -> Iterator[str]:
    unit = one.unit
    shown = unit.options if unit.kind in _CHOICES else unit.key if unit.kind == "order" else ()
    options = [_bare(re.sub(r"^\d+\. ", "", each) if unit.kind == "order" else each) for each in shown]
    usual = median(map(len, options)) if options else 0
    for each in options:
        asks = "?" in each or (unit.kind in _CHOICES and bool(ORDERS.match(each)))
        if (asks and not all("?" in other or ORDERS.match(other) for other in options)) or each.rstrip().endswith(":"):
            yield f"« {short(each, 60)} » est-il une réponse proposée"
        elif GIVES.search(each) or _LISTS.search(each) or _LABELLED.match(each) or _SIGNS.search(each) or _CUT.search(each):
            yield f"« {short(each, 60)} » en contient-il une autre"
        elif len(each) > max(70, 4 * usual):
            yield f"« {short(each, 60)} » est bien plus long que les autres"
    twice = [each for each, times in Counter(" ".join(words_of(each.replace("+", " plus "))) for each in options).items() if each and times > 1]
    if twice:
        yield f"« {short(twice[0], 60)} » y est deux fois"
    if unit.kind in _CHOICES and len(options) < 2:
        yield "elle ne propose qu’une réponse"
    yield from _of_labels(one, options)


def _of_labels(one: JudgedUnit, options: Sequence[str]) -> Iterator[str]:
    """The letters and the boxes of the answers."""
    named = {" ".join(words_of(_bare(each))) for each in options}
    lines = [
        line for line in one.lines if line.labels and not line.automatic and (line.label(LabelKind.LETTER) or " ".join(words_of(line.body.plain)) in named)
    ]
    answers = [line for line in lines if line.labels[0].kind is not LabelKind.MARK or not any(line.labels[1:] == other.labels for other in lines)]
    lettered = [(label, " ".join(words_of(line.body.plain))) for line in answers if (label := line.label(LabelKind.LETTER))]
    letters = [label for place, (label, said) in enumerate(lettered) if place < len(options) or not any(each and said.startswith(each) for each in named)]
    kinds = {next((kind for kind in (LabelKind.LETTER, LabelKind.NUMBER, LabelKind.BULLET) if line.label(kind)), None) for line in lines}
    if any(line.label(LabelKind.BOX) for line in lines) and (odd := [line for line in lines if line.label(LabelKind.MARK) and not line.label(LabelKind.BOX)]):
        yield f"« {short(odd[0].plain, 60)} » n’a pas de case, et les autres en ont"
    if one.unit.kind in _CHOICES and (
        len(kinds) > 1 or [label.value for label in letters] != list(range(len(letters))) or len({label.style for label in letters}) > 1
    ):
        yield "ses lettres ne se suivent pas"


def _of_key(unit: Unit, statement: str) -> Iterator[str]:
    """A key that one types, or a model."""
    for each in unit.key if unit.kind in ("short", "open") else ():
        count = max(len(words_of(part)) for part in (each.split(" ou ") if unit.kind == "short" else [each]))
        if _DOUBTS.search(each):
            yield f"« {short(each, 60)} » dit un doute"
        elif unit.kind == "open":
            if count <= 4 or (count <= 12 and not ORDER.match(statement) and not _REASONS.search(statement)):
                yield f"« {short(each, 60)} » est montré après une réponse libre, que personne ne corrige"
        elif count > 4 or re.search(r"[(→;=…]|\.{2}|_", each) or _LETTERS.fullmatch(each) or (re.search(r"\d", each) and re.search(r"[^\W\d]{3}", each)):
            yield f"il faudra taper exactement « {short(each, 60)} »"
        elif f" {' '.join(words_of(each))} " in f" {' '.join(words_of(statement))} ":
            yield f"« {short(each, 60)} » se lit déjà dans l’énoncé"


def _half_marked(lines: Sequence[PaperLine]) -> str:
    """An answer that wears in its greater part what another one wears whole: its author's hand has slipped."""
    worn = [(line.plain, line.body) for line in lines if line.label(*_LISTED)]
    for look in (look for look in WEAK_LOOKS if any(words.wears(look) == "all" for _, words in worn)):
        for plain, words in worn:
            if words.wears(look) == "part" and sum(end - start for start, end in words.parts(look)) * 2 > len(words.plain):
                return plain
    return ""


def _of_number(one: JudgedUnit, statement: str) -> Iterator[str]:
    """How many are right, and whether the statement says so."""
    unit = one.unit
    if unit.kind == "numeric" and not _MEASURES.search(statement):
        yield f"la réponse est un nombre ({unit.key[0] if unit.key else ''})"
    if unit.kind == "true_false" and statement.rstrip().endswith("?") and not re.search(r"\b(?:vrai|faux|V|F)\b", " ".join(line.plain for line in one.lines)):
        yield "elle se répond par oui ou non plutôt que par vrai ou faux"
    if unit.kind == "multiple" and len(unit.key) == len(unit.options):
        yield "toutes ses réponses sont bonnes"
    elif unit.kind == "multiple" and len(unit.key) > 1 and _ONE.search(statement) and not _SEVERAL.search(statement):
        yield f"elle a {len(unit.key)} bonnes réponses, et l’énoncé en demande une"
    elif len(unit.key) == 1 and unit.kind in _CHOICES and _SEVERAL.search(statement):
        yield "elle a une bonne réponse, et l’énoncé en demande plusieurs"


def _of_comments(unit: Unit) -> Iterator[str]:
    said = [line.strip().lstrip("> ") for line in unit.text.split("\n") if line.strip().startswith(">")]
    for each in map(_bare, filter(None, said)):
        if ASKS_AT_END.search(re.sub(r"«[^»]*»", "", each)) or _LABELLED.match(each) or GIVES.search(each) or len(words_of(each)) < 2:
            yield f"« {short(each, 60)} » sera montré comme explication"
