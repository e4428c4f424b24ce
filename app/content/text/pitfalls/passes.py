"""Finds pitfalls block by block: lines that Markdown runs together, blocks that are not what was meant, sentences left of a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from app.content.problems.catalogue import problem
from app.content.text.callouts import CALLOUTS, callout_meant_by
from app.content.text.markdown import clean_title_line, plain
from app.content.text.maths import caption_of
from app.content.text.parts import QUESTION_MARK
from app.content.text.pitfalls import words
from app.content.text.pitfalls.words import Pitfall
from app.content.values.text import DocumentKind, Problem
from app.platform.french import join_words, short

BULLETS = "•◦▪▫‣·●○►▶➤➢❖\uf0b7\uf0a7\uf0d8\uf076"
_WIDE = "[ \t\u00a0\u202f\u2009\u2002\u2003]"
ODD = re.compile(r"^[ \t]*(?:[^\w\s«“\"'(]|o[ \t\u00a0]|\(?\w{1,4}[ \u00a0]?[).°/–-])|[|\t]", re.MULTILINE)
"""Cheap: a paragraph where no line is so has nothing to tell."""

GLUED = re.compile(rf" {{0,3}}(?:(#{{2,}})(?:{_WIDE}*)(?=[^\s#!])|(#)(?:[\u00a0\u202f\u2009]|(?=[^\W\d_])))")
"""`##Titre`, `####### Titre`, or a no-break space after them."""
BULLET = re.compile(rf"\s*(?:[{BULLETS}]{_WIDE}*|–{_WIDE}+|[-+*][\u00a0\u202f\u2009]+|[-+](?=[^\W\d_])|o{_WIDE}+)(?=\S)")
_DASH = re.compile(rf"\s*—{_WIDE}*(?=\S)")
LETTER = re.compile(
    r"\s*(?:\(?[a-zA-Z]\)|[a-zA-Z]\.|\d{1,2}(?:°|/|[ \u00a0]?[–-])|\(\d{1,2}\)|[IVX]{1,4}[.)/-])[ \u00a0]\s*(?=\S)|\s*\d{1,3}[.)](?=[^\W\d_])|\s*[☐☑☒□■✓✔✗✘→⇒]"
)
_NUMBER = re.compile(r"\s*\d{1,3}[.)]\s+\S")
_SIGN = re.compile(r"\s*[-*+]\s+\S")
ROW = re.compile(r"\s*\|.*\|\s*$|[^|]*[^|\s\\]\s*\|\s*[^|\s]")
RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
ADMONITION = re.compile(r"\s*(?:!!!|\?\?\?\+?|:::+|///)\s*\{?\.?(\w*)\}?\s*[\"“«|]?\s*(.*?)\s*[\"”»]?\s*$")
ALERT = re.compile(r"\s*\[!([\w -]+)\][-+]?[ \t]*(.*)$")
NOTE = re.compile(r"\s*\[\^[^\]\s]+\][ \u00a0\u202f]+:")
_TAB = re.compile(r"\S\t+\S")


def opening_faults(lines: Sequence[str]) -> Iterator[Pitfall]:
    """What is wrong with the beginnings of the lines of one paragraph: each habit once, where it begins."""
    for number, line in enumerate(lines):
        if GLUED.match(line):
            yield Pitfall(number, "A36", f"« {short(line, 50)} » n’est pas un titre.", "Écrivez une espace ordinaire après les signes # : ## Titre.")
        elif NOTE.match(line):
            yield Pitfall(
                number, "A43", f"« {short(line, 40)} » n’est pas la définition d’une note.", "Écrivez les deux-points juste après le crochet : [^s12]: …"
            )
    yield from _list_faults(lines)
    yield from _rows(lines)
    yield from _admonition(lines)


def _list_faults(lines: Sequence[str]) -> Iterator[Pitfall]:
    first = next((number for number, line in enumerate(lines) if BULLET.match(line)), None)
    if first is not None:
        message = f"« {short(lines[first], 40)} » n’est pas un élément de liste : les lignes se suivraient dans un même paragraphe."
        yield Pitfall(first, "A38", message, "Écrivez un tiret et une espace ordinaire devant chaque élément : - …")
        return
    for pattern, fewest, message, hint in (
        (LETTER, 2, "ces lignes se suivraient dans un même paragraphe", "Mettez « - » et une espace devant chaque ligne, ou une ligne vide entre elles."),
        (_DASH, 2, "ces lignes se suivraient dans un même paragraphe", "Mettez une ligne vide entre elles ; pour une liste, « - » et une espace."),
    ):
        found = [number for number, line in enumerate(lines) if pattern.match(line)]
        if len(found) >= fewest:
            yield Pitfall(found[0], "A38", f"« {short(lines[found[0]], 40)} » : {message}.", hint)
    inside = next((number for number, line in enumerate(lines) if number and (_NUMBER.match(line) or _SIGN.match(line))), None)
    if inside is not None:
        message = f"« {short(lines[inside], 40)} » n’est pas un élément de liste : cette ligne suit le texte du dessus."
        yield Pitfall(inside, "A38", message, "Écrivez ces lignes à la marge, après une ligne vide.")


def _rows(lines: Sequence[str]) -> Iterator[Pitfall]:
    rows = [number for number, line in enumerate(lines) if "|" in line and ROW.match(line)]
    if len(rows) > 1 or (rows and lines[rows[0]].strip().startswith("|")):
        ruled = any("|" in line and RULE.match(line) for line in lines)
        message = "Ces lignes ne forment pas un tableau, et seraient montrées avec leurs barres."
        hint = (
            "Donnez à la ligne de tirets autant de cases qu’à la première."
            if ruled
            else "Écrivez sous la première ligne : | --- | --- |, une case par colonne."
        )
        yield Pitfall(rows[0], "A42", message, hint)
    tabs = [number for number, line in enumerate(lines) if _TAB.search(line)]
    if len(tabs) > 1:
        message = "Ces lignes sont séparées par des tabulations : ce n’est pas un tableau, tout se suivrait."
        yield Pitfall(tabs[0], "A42", message, "Faites un tableau : | Qui | Quoi |, puis | --- | --- |, puis une ligne par rangée.")


def _admonition(lines: Sequence[str]) -> Iterator[Pitfall]:
    for number, line in enumerate(lines):
        if line.lstrip().startswith(("!!!", "???", ":::", "///")) and (found := ADMONITION.match(line)) and (found[1] or number == 0):
            yield Pitfall(
                number, "A39", f"« {short(line, 40)} » n’est pas un encadré de ce cours.", "Écrivez « > [!NOTE] », puis le texte, chaque ligne après un >."
            )
            return
        if line.lstrip().startswith("==="):
            yield Pitfall(number, "A43", f"« {short(line, 40)} » : un onglet d’un autre logiciel, qui serait montré tel quel.", "Faites-en un titre : ### …")
            return
    found = ALERT.match(lines[0])
    if found and found[1].casefold() not in _OURS:
        yield Pitfall(0, "A39", f"« {short(lines[0], 40)} » n’est pas un encadré de ce cours.", _how(lines[0]))


def _how(line: str) -> str:
    """A mark that is not known has no button: its writer chooses among those that are."""
    found = ALERT.match(line)
    marks = f"> {join_words([f'[!{mark}]' for mark in CALLOUTS], 'ou')}"
    return (
        f"Écrivez la marque seule sur sa ligne : {marks}."
        if found and callout_meant_by(found[1])
        else f"Choisissez l’un des encadrés du cours, seul sur sa ligne : {marks}."
    )


_OURS = frozenset({"question", "choix"})


# --- One pass over the tokens of a text ---
#
# Each block that is not what its writer meant, each passage that shows its own marks.

_FENCE = re.compile(r"[\s>]*(?:[-*+]\s+|\d+[.)]\s+)*(`{3,}|~{3,})\s*$")
_FIELDS = re.compile(r"\[\[.*?\]\]")
_QUOTED = re.compile(r"(?:\s{0,3}>\s?)+")
_DRAWN_ELSEWHERE = frozenset(
    {"mermaid", "plantuml", "dot", "graphviz", "math", "latex", "katex", "asciimath", "ascii", "puml", "abc", "note", "warning", "tip"}
)
_DEFINED = re.compile(r"^ {0,3}\[([^\]^\n][^\]\n]*)\]:[ \t]*\S", re.MULTILINE)
YEARS = range(1000, 2200)


def find_pitfalls(path: str, body: str, first_line: int, tokens: Sequence[Token], kind: DocumentKind | None) -> list[Problem]:
    """The Problems of a body whose tokens carry the file's lines. `kind`, as for `scan_text`."""
    found = _Pass(path, body, first_line, kind)
    found.run(tokens)
    return found.problems


class _Pass:
    def __init__(self, path: str, body: str, first_line: int, kind: DocumentKind | None) -> None:
        self.path, self.body, self.first_line, self.kind = path, body, first_line, kind
        self.quiz = path.startswith("quizzes/")
        self.signs = words.suspect_characters(body)
        self.anchored = kind is None and not self.quiz
        """Its list items and terms carry their ids, as titles do."""
        self.fields = self.quiz or kind is DocumentKind.TOOL
        self.problems: list[Problem] = []
        self.written: list[str] | None = None
        self.asking = False
        self.columns = 0
        self.level = 1
        self.blocks: dict[str, Callable[[Sequence[Token], int], None]] = {
            "fence": self._fence,
            "math_block": self._formula,
            "code_block": self._code,
            "heading_open": self._heading,
            "ordered_list_open": self._check_numbers,
            "blockquote_open": self._quotation,
            "blockquote_close": self._quotation,
            "thead_open": self._head,
            "tr_open": self._row,
        }

    def run(self, tokens: Sequence[Token]) -> None:
        for index, token in enumerate(tokens):
            if token.type == "inline":
                self._passage(token, tokens[index - 1])
            elif (judge := self.blocks.get(token.type)) is not None:
                judge(tokens, index)
        self._definitions()

    def _report(self, line: int, code: str, message: str, hint: str) -> None:
        self.problems.append(problem(self.path, line, code, message, hint))

    def _line(self, number: int) -> str:
        """As written in the file."""
        if self.written is None:
            self.written = self.body.split("\n")
        place = number - self.first_line
        return self.written[place] if 0 <= place < len(self.written) else ""

    # --- Passages ---

    def _passage(self, token: Token, opening: Token) -> None:
        line = token.map[0] if token.map else self.first_line
        inside, text = opening.type, token.content
        said: Iterable[words.Pitfall] = words.passage_faults(token, self.signs, inside == "heading_open" or self.anchored, self.fields or self.asking)
        self._tell(line, said)
        if "$" in text:
            self._tell(line, words.formulas(token))
        if "![" in text:
            self._tell(line, words.pictures(token, inside == "paragraph_open" and not opening.hidden and len(token.children or ()) == 1))
            for child in token.children or ():
                self._tell(
                    line, words.passage_faults(child.copy(children=caption_of(child), content=str(child.attrs.get("title", "")))) if caption_of(child) else ()
                )
        lone = "\n" not in text and text[:1].isalpha() and not text[1:2].isspace()  # a line that begins with a word
        if inside == "paragraph_open" and not lone and not self.asking and ODD.search(text):
            self._tell(line, opening_faults(text.split("\n")))

    def _tell(self, line: int, said: Iterable[words.Pitfall]) -> None:
        for each in said:
            self._report(line + each.line, each.code, each.message, each.hint)

    # --- Blocks ---

    def _fence(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        start, end = token.map or [self.first_line, self.first_line]
        closing = _FENCE.match(self._line(end - 1)) if end > start + 1 else None
        if closing is None or not closing[1].startswith(token.markup):
            message = "Ce bloc n’est jamais fermé : tout ce qui suit serait montré comme du code."
            self._report(start, "E50", message, f"Ajoutez à sa fin une ligne {token.markup}.")
        elif (drawn := token.info.strip("{} ").split(" ")[0].casefold()) in _DRAWN_ELSEWHERE:
            message = f"« {drawn} » : un bloc d’un autre logiciel, qui serait montré comme du code."
            hint = "Une formule s’écrit entre deux signes $$." if drawn in ("math", "latex", "katex") else "Ce cours a ses propres figures : voyez leur guide."
            self._report(start, "A43", message, hint)

    def _formula(self, tokens: Sequence[Token], index: int) -> None:
        self._tell((tokens[index].map or [self.first_line])[0], words.formulas(tokens[index]))

    def _code(self, tokens: Sequence[Token], index: int) -> None:
        if not self.quiz and not self.asking:
            hint = "Écrivez ces lignes sans les espaces qui les ouvrent ; si c’est du code, encadrez-le de ```."
            self._report((tokens[index].map or [self.first_line])[0], "A14", "Paragraphe en retrait, compris comme du code.", hint)

    def _heading(self, tokens: Sequence[Token], index: int) -> None:
        token, content = tokens[index], tokens[index + 1]
        line, level = (token.map or [self.first_line])[0], int(token.tag[1])
        title = plain(content.children)
        if token.markup in ("-", "=") and not self.quiz and not self.asking:
            message = f"« {short(title, 40)} », au-dessus d’un trait, est compris comme un titre."
            ended = title.rstrip().endswith((".", "!", "?", ":", ";", ",", "…", "»"))
            hint = (
                "Écrivez une ligne vide au-dessus du trait"
                if ended or "\n" in content.content
                else f"Écrivez {'##' if level == 2 else '#'} devant le titre, sans trait"
            )
            self._report(line, "A14", message, f"{hint}.")
        if self.kind is DocumentKind.LESSON and not self.asking and (clean := clean_title_line(title, level)):
            message = f"« {'#' * level} {title} » n’est pas mis en page comme « {clean.lstrip('# ')} »."
            self._report(line, "A37", message, f"Écrivez « {clean} ».")

    def _check_numbers(self, tokens: Sequence[Token], index: int) -> None:
        """A year at the head of a line; numbers that would be shown as others."""
        opening = tokens[index]
        if self.quiz or self.asking:
            return
        close = _closing(tokens, index, "ordered_list_close")
        items = [token for token in tokens[index:close] if token.type == "list_item_open" and token.level == opening.level + 1]
        numbers = [int(token.info) for token in items if token.info.isdecimal()]
        line = (opening.map or [self.first_line])[0]
        year = next((place for place, number in enumerate(numbers) if number in YEARS), None)
        if year is not None:
            line = (items[year].map or [line])[0]
            message = f"« {numbers[year]}. » en tête de ligne est compris comme le numéro d’une liste."
            self._report(line, "A14", message, f"Écrivez « {numbers[year]}\\. », ou commencez la phrase autrement.")
        elif numbers and numbers not in ([numbers[0]] * len(numbers), list(range(numbers[0], numbers[0] + len(numbers)))):
            shown = ", ".join(str(numbers[0] + place) for place in range(len(numbers)))
            message = f"Ces numéros seraient montrés comme {short(shown, 40)}."
            self._report(line, "A14", message, "Numérotez à la suite ; pour garder des numéros, faites des paragraphes : 3\\. …")

    def _quotation(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        if token.nesting < 0:
            self.asking = self.asking and bool(token.level)
            return
        content = tokens[index + 2].content if index + 2 < len(tokens) and tokens[index + 2].type == "inline" else ""
        self.asking = self.asking or (not token.level and bool(QUESTION_MARK.match(content)))

    # --- Tables ---

    def _head(self, tokens: Sequence[Token], index: int) -> None:
        self.columns = sum(1 for token in tokens[index : _closing(tokens, index, "thead_close")] if token.type == "th_open")

    def _row(self, tokens: Sequence[Token], index: int) -> None:
        """E69: what stands beyond the heads is shown to nobody."""
        line = (tokens[index].map or [0])[0]
        if not line or tokens[index - 1].type == "thead_open":
            return
        cells = escapedSplit(self._bare_row(line))
        cells = cells[cells[0].strip() == "" : len(cells) - (len(cells) > 1 and cells[-1].strip() == "")]
        beyond = [cell for cell in cells[self.columns :] if cell.strip()]
        if beyond:
            message = f"« {short(beyond[0].strip(), 40)} » dépasse les {self.columns} colonnes du tableau, et ne serait montré à personne."
            self._report(line, "E69", message, "Ajoutez une colonne à la première ligne et à celle des tirets ; une vraie barre s’écrit \\|.")

    def _bare_row(self, line: int) -> str:
        row = _QUOTED.sub("", self._line(line), count=1).strip()
        return _FIELDS.sub("", row) if self.fields else row

    # --- What vanishes ---

    def _definitions(self) -> None:
        """`[nom]: https://…`, which Markdown takes out of the text, and which no link calls."""
        for found in _DEFINED.finditer(self.body) if "]:" in self.body and not self.quiz else ():
            name = found[1]
            if self.body.casefold().count(f"[{name.casefold()}]") < 2:
                line = self.first_line + self.body.count("\n", 0, found.start())
                message = f"« [{short(name, 30)}]: … » est une adresse qu’aucun lien n’appelle : cette ligne ne serait pas montrée."
                self._report(line, "A43", message, "Retirez-la, ou écrivez le lien là où il est lu : [texte](https://…).")


def _closing(tokens: Sequence[Token], index: int, kind: str) -> int:
    """Looked for without a copy of what follows: a text may have thousands of lists."""
    return next(place for place in range(index, len(tokens)) if tokens[place].type == kind and tokens[place].level == tokens[index].level)


# --- E70: what a text keeps of the model from which it began ---
#
# Of one of `content.store.survey`, or of the toolbar of the editor.

SENTENCES = (
    "Ce que l'on saura faire à la fin du module",
    "Ce que l'on saura faire à la fin de la leçon",
    "Ce que l'on sait mieux faire après avoir essayé",
    "Pourquoi cette histoire compte pour un CPO, et ce qu'il saura faire à la fin.",
    "Une situation de terrain : quelqu'un, quelque part, devant une question.",
    "Une situation de terrain : quelqu'un, quelque part, doit répondre.",
    "Le texte de la leçon. Un chiffre, une date ou une loi appelle une note, écrite à la fin du fichier.",
    "Premier titre",
    "Une phrase que l'on emporte.",
    "Une phrase qui vaut quel que soit le chemin.",
    "Une question que le lecteur se pose sur son propre territoire.",
    "Ce qui arrive, ce que l'on y gagne, ce que cela coûte.",
    "Ce que cela rapporte, ce que cela coûte.",
    "À quoi il sert, en une phrase.",
    "Quand on en a besoin.",
    "Comment s'en servir, en quelques lignes : seule la page de l'outil les montre.",
    "Une phrase d'introduction.",
    "La première question ?",
    "La bonne réponse",
    "Une réponse fausse",
    "Une autre réponse fausse",
    "Une réponse juste",
    "Une autre réponse juste",
    "Encore une réponse fausse",
    "Une réponse plausible",
    "Une autre réponse plausible",
    "Pourquoi elle est fausse.",
    "L'explication, montrée à tous avec la correction.",
    "Ce qui est lu dès qu'on a répondu.",
    "Que vient-on de lire ?",
    "Quelle est la bonne réponse ?",
    "Quelles réponses sont justes ?",
    "Quelle réponse est juste ?",
    "Une phrase à juger.",
    "réponse attendue | autre écriture",
    "La première étape",
    "La deuxième étape",
    "La troisième étape",
    "Une réponse possible, en quelques phrases.",
    "Le cas, raconté en quelques lignes.",
    "Situation : le titre du cas",
    "Un titre",
    "Un sous-titre",
    "Premier point",
    "Deuxième point",
    "Ce qui a été dit, mot pour mot.",
    "Une précision utile, en deux phrases.",
    "Ce qu'il ne faut pas manquer.",
    "Un conseil de terrain.",
    "Un repère à connaître.",
    "Ce qui a été fait quelque part, et ce que cela a donné.",
    "Ce que l'on peut lire ensuite, et pourquoi.",
    "Ce que cela change pour la ville.",
    "Ce que cela change pour l'école.",
    "Ce que cela change pour la préfecture.",
    "Les dates qui comptent",
    "Ce que l'on compare",
    "Ce qui se passe, dans l'ordre",
    "Où sont les lieux",
    "Titre à écrire",
)
"""Each is the whole of a line, but for the marks that make it a title, an item, an answer."""

_SIGNS = re.compile(
    r"[\s>]*(?:#+\s+|[-*+]\s+|\d+[.)]\s+)?(?:\[[ xX]\]\s+)?(?:(?:[OM]\d+|Réponse|Modèle|Explication|titre|usage|moment)\s*:\s*)?(.*?)(?:\s*→\s*M\d+)?(?:\s*\{#[^{}]*\})?\s*"
)
_BEFORE = " >#-*[]xX0123456789."
_OPENING = 6
_KNOWN = frozenset(SENTENCES)
_OPENINGS = frozenset(sentence[:_OPENING].replace("'", sign) for sentence in SENTENCES for sign in "'’")
"""Cheap: most lines begin otherwise."""


def model_lines_left(path: str, text: str) -> Iterator[Problem]:
    """Each line of a normalised text that is that of a model, in the order of the file."""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.lstrip(_BEFORE)
        if bare[:_OPENING] in _OPENINGS or (" : " in bare[:14] and bare.partition(" : ")[2][:_OPENING] in _OPENINGS):
            found = _SIGNS.fullmatch(line.replace("’", "'"))
            if found and found[1] in _KNOWN:
                yield problem(path, number, "E70", f"« {short(found[1], 60)} » est le texte du modèle.", "Remplacez-le par le vôtre, ou effacez la ligne.")
