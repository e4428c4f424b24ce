"""Shapes of a trainer's text, each as long as one wants: what is ordinary, what a paste may bring, and what somebody hostile would try.

`SHAPES[name]` is (path, shape); `shape(size)` gives a whole file of about `size` characters.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

Shape = Callable[[int], str]
LESSON, QUIZ, MODULE = "modules/un/01-accueil.md", "quizzes/accueil-quiz.md", "modules/un/module.md"
LESSON_HEAD = "---\nid : accueil\ntitre : T\ndurée : 3\nobjectifs :\n- O1 : Nommer → M1\n---\n"
QUIZ_HEAD = "---\nid : accueil-quiz\ntitre : T\nleçon : accueil\n---\n"
QUESTION = QUIZ_HEAD + "## Question ? {#question-un}\n\n"
MODULE_HEAD = "---\nid : module-un\ntitre : T\nhistoire : croisement\nobjectifs :\n- M1 : Nommer\nleçons :\n- accueil\n- suite\n---\n"
CITES = "| nom | communes | département | vague | label |\n|---|---|---|---|---|\n"
WIDTH = 7_900  # characters of a line of one paragraph, just under what is parsed


def word(number: int, letters: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ") -> str:
    """The number in letters, four of them: another word for each number."""
    said = ""
    for _ in range(4):
        number, rest = divmod(number, len(letters))
        said += letters[rest]
    return said


def repeated(piece: str, head: str = LESSON_HEAD, end: str = "") -> Shape:
    return lambda size: head + piece * ((size - len(head)) // len(piece)) + end


def numbered(piece: str, head: str = LESSON_HEAD, end: str = "") -> Shape:
    """`@` is the piece's number and `$` its word: no two pieces are the same."""

    def shape(size: int) -> str:
        parts, length = [head], len(head)
        for number in count():
            if length >= size:
                return "".join([*parts, end])
            parts.append(piece.replace("@", str(number)).replace("$", word(number)))
            length += len(parts[-1])
        raise AssertionError

    return shape


def packed(piece: str, width: int = WIDTH) -> Shape:
    """Paragraphs as long as may be."""
    return repeated((piece * (width // len(piece) + 1))[:width] + "\n\n")


def packed_words(piece: str) -> Shape:
    """The same, no two pieces alike."""

    def shape(size: int) -> str:
        text = numbered(piece, "")(size)
        return LESSON_HEAD + "\n\n".join(text[start : start + WIDTH] for start in range(0, size, WIDTH)) + "\n"

    return shape


def table(columns: int, row: str = "") -> Shape:
    head = "|".join("a" * columns) + "\n" + "|".join("-" * columns) + "\n"
    return repeated((row or "|".join("b" * columns)) + "\n", LESSON_HEAD + head)


def nested(marker: str, depth: int = 9) -> Shape:
    return repeated("".join("  " * level + f"{marker} a\n" for level in range(depth)) + "\n")


PROSE = (
    "## Partie @ {#partie-@}\n\nLe préfet, le recteur et le maire signent en 2014 la **convention** d'une *cité éducative* : « ensemble »[^s@], "
    "pour 1 362 élèves du PEDT. Voir [la suite](suite) ou [le site](https://exemple.example/@).\n\n- un point ;\n- un autre.\n\n"
    "[^s@]: Titre, éditeur, 2026, <https://exemple.example/@> (vérifié : 2026-11)\n\n"
)

_BLOCKS: dict[str, Shape] = {
    "prose": numbered(PROSE),
    "short paragraphs": repeated("un mot\n\n"),
    "paragraphs of a letter": repeated("a\n\n"),
    "long paragraphs": packed("Le préfet signe la convention avec le maire. "),
    "lines of one word": repeated("mot\n" * 1_900 + "\n"),
    "line breaks": repeated("a\\\n" * 2_600 + "\n"),
    "titles": numbered("## Titre @\n\n"),
    "titles all the same": repeated("## a\n\n"),
    "titles with anchors": numbered("## a {#t@}\n\n"),
    "titles underlined": numbered("a @\n---\n\n"),
    "levels of title": repeated("###### a\n\n## b\n\n"),
    "anchors never closed": packed("{#"),
    "anchors in titles": repeated("## " + "{#" * 3_900 + "\n\n"),
    "bullets": repeated("- a\n"),
    "loose bullets": repeated("- a\n\n"),
    "bullets on one line": repeated("- " * 9 + "a\n"),
    "changing bullets": repeated("- a\n* a\n"),
    "nested lists": nested("-"),
    "numbers": numbered("@. a\n"),
    "numbered lists": numbered("@. a\n\nb\n\n"),
    "tasks": repeated("- [x] a\n"),
    "a quotation": repeated("> a\n"),
    "quotations": repeated("> a\n\n"),
    "nested quotations": repeated("> " * 9 + "a\n\n"),
    "lazy quotations": repeated("> a\nb\n" * 1_000 + "\n"),
    "call-outs": repeated("> [!NOTE]\n> a\n\n"),
    "empty call-outs": repeated("> [!NOTE]\n"),
    "small tables": repeated("a|b\n-|-\nc|d\n\n"),
    "tables with other heads": numbered("a@|b\n-|-\nc|d\n\n"),
    "tables without rows": repeated("a|b\n-|-\n\n"),
    "a long table": table(3),
    "a wide table": table(1_900),
    "short rows of a wide table": table(99, "a"),
    "short rows of wide tables": repeated(table(99, "a")(1_700).removeprefix(LESSON_HEAD) + "\n"),
    "fences": repeated("```\na\n```\n\n"),
    "one fence": repeated("a\n", LESSON_HEAD + "```\n"),
    "bare fences": repeated("```\n"),
    "growing fences": numbered("```@\na\n"),
    "code in retreat": repeated("    a\n\n"),
    "rules": repeated("---\n"),
    "definitions": repeated("a\n: b\n\n"),
    "definitions of one word": repeated(": b\n", LESSON_HEAD + "a\n"),
    "references": numbered("[r@]: http://a/b\n"),
    "references called": numbered("[r@]\n\n[r@]: http://a/b\n\n"),
    "one reference called": repeated("[a] [a]\n\n", LESSON_HEAD + "[a]: https://exemple.example/a\n\n"),
    "references never closed": repeated('[a]: b "\n\n'),
    "notes": numbered("Mot[^s@].\n\n[^s@]: Titre, <https://e.org/@> (vérifié : 2026-11 ; à revoir : 2027-11)\n\n"),
    "one note": packed("Mot[^s]. "),
    "notes without definition": numbered("Mot[^s@].\n\n"),
    "notes never called": numbered("[^s@]: Titre\n"),
    "notes of several paragraphs": numbered("[^s@]: Titre\n\n    suite\n\n"),
    "notes defined twice": repeated("[^s]: Titre\n\n"),
    "dates of notes": repeated("[^s]: " + "(vérifié " * 800 + "\n\n"),
}
_WORDS: dict[str, Shape] = {
    "stars": packed("*a "),
    "emphasis": packed("*a* "),
    "strong": packed("**a** "),
    "mixed emphasis": packed("_a*b_c"),
    "nested emphasis": packed("*a **b "),
    "runs of stars": packed("a***** "),
    "strikes": packed("~~a "),
    "struck": packed("~~a~~ "),
    "code": packed("`a` "),
    "growing backticks": packed("".join("`" * length + " " for length in range(1, 124))),
    "brackets": packed("["),
    "closing brackets": packed("]"),
    "nested brackets": packed("[" * 40 + "a" + "]" * 40),
    "deep brackets": packed("[" * 3_900 + "a" + "]" * 3_900),
    "images never closed": packed("!["),
    "images": packed("![a](images/a.png) "),
    "images without words": packed("![](a)"),
    "images in images": packed("![![a](b)](c) "),
    "deep images": packed("![" * 1_900 + "a" + "](b)" * 1_000),
    "links never closed": packed("[a](b"),
    "links": packed("[a](https://e.org/b) "),
    "links of the course": packed("[a](suite#fin) "),
    "links nowhere": packed_words("[a](lieu-@#b@) "),
    "anchors nowhere": numbered("## a {#titre-@}\n\n[a](#titer-@)\n\n"),
    "refused links": packed("[a](javascript:b) "),
    "half refused links": repeated("](<" + " " * 7_000 + "\n\n"),
    "titles of links": packed('[a](b "c" '),
    "addresses": packed("<https://e.org/a> "),
    "addresses never closed": packed("<a:"),
    "entities": packed("&amp;"),
    "entities never closed": packed("&a"),
    "backslashes": packed("\\*"),
    "tags": packed("<b>a</b> "),
    "tags never closed": packed("<a "),
    "comments": repeated("a <!-- b -->\n\n"),
    "comments never closed": repeated("<!--" * 1_000 + "\n"),
    "code and comments": repeated("`<!--` " * 900 + "\n\n"),
    "sigles": numbered("$ est un sigle.\n\n"),
    "sigles packed": packed_words("$ "),
    "known sigles": packed("Le PEDT et "),
    "sigles in small letters": packed_words("Q$ "),
    "compound sigles": packed_words("IA-$ "),
    "dots": packed("A."),
    "quotation marks": packed('"a" '),
    "quotation marks never closed": packed('" a'),
    "signs": packed("a ; b : c ! « d » "),
    "figures": packed("1 362 % de 12 € "),
    "ordinals": packed("XXe 1er IIe "),
    "spaces": repeated("a" + " " * WIDTH + "b\n\n"),
    "accents": repeated("\u0301\u0327", LESSON_HEAD + "e", "\n"),
    "every sign": packed("*a* [b](c) `d` _e_ ![f](g) [^h] <i> &amp; ~~j~~ "),
}
_OWN: dict[str, Shape] = {
    "chronologies": numbered("```chronologie\ntitre : T@\n1981 : a\n1990 : b\n```\n\n"),
    "bars": numbered("```barres\ntitre : T@\nunité : %\na : 1\nb : 2,5\n```\n\n"),
    "a long figure": repeated("1981 : a\n", LESSON_HEAD + "```chronologie\ntitre : T\n", "```\n"),
    "a figure of a long line": repeated("```barres\ntitre : " + "mot " * 1_900 + "\na : 1\nb : 2\n```\n\n"),
    "lenses": repeated("### Vu de l'État\n\na\n\n### Vu de la collectivité\n\nb\n\n"),
    "closing sections": repeated("## À retenir\n\n- a\n\n"),
    "questions of one's territory": repeated("- Qui signe chez moi ?\n", LESSON_HEAD + "## Sur mon territoire\n\n"),
}


def _head(keys: str) -> Shape:
    """A head as large as may be, then words."""
    return lambda size: "---\nid : accueil\ntitre : T\ndurée : 3\nobjectifs :\n" + keys + "---\n" + "mot " * 20 + "\n" + "un mot\n\n" * (size // 9)


_HEADS: dict[str, Shape] = {
    "many objectives": _head("".join(f"- O{number} : a → M1\n" for number in range(1, 280))),
    "a long objective": _head("- O1 : a\n" + ("  " + "b " * 60 + "\n") * 120),
    "many keys": _head("".join(f"clé{number} : a\n" for number in range(280))),
    "many accents": _head("- O1 : " + "é→" * 9_000 + "\n"),
    "no head": repeated("a : b\n\n", ""),
    "an endless head": repeated("titre : a\n", "---\n"),
}


def quiz(piece: str) -> Shape:
    """Questions one after the other, as long as asked: those beyond what is read are part of the shape."""
    return numbered(piece, QUIZ_HEAD)


def large_quiz(piece: str, most: int = 450) -> Shape:
    """Questions of 850 letters, up to as many as are read, then longer ones; `%` stands for what is repeated."""
    before, repeat, after = piece.split("%")

    def shape(size: int) -> str:
        count = min(most, size // 850)
        times = max(1, (size // count - len(before) - len(after)) // len(repeat))
        return QUIZ_HEAD + "".join(before.replace("@", str(number)) + repeat * times + after for number in range(count))

    return shape


def _in_question(piece: str, end: str = "\n\n- [x] a\n- [ ] b\n") -> Shape:
    return numbered(piece, QUESTION, end)


_QUIZZES: dict[str, Shape] = {
    "questions": quiz("## Question @ ? {#q-@}\n\n- [x] a\n- [ ] b\n\n> c\n\nObjectif : O1\nLeçon : accueil\n\n"),
    "long questions": large_quiz("## Question @ ? {#q-@}\n\n%Le préfet signe la convention.\n\n%- [x] a\n- [ ] b\n\n> c\n\n"),
    "options": _in_question("- [ ] Réponse @\n", "- [x] a\n"),
    "options with feedback": _in_question("- [ ] Réponse @\n  > Pourquoi.\n", "- [x] a\n"),
    "options all the same": _in_question("- [x] a\n"),
    "true or false": quiz("## Question @ ? {#q-@}\n\nRéponse : Vrai\n\n"),
    "typed": quiz("## Question @ ? {#q-@}\n\nRéponse : a | b | c\n\n"),
    "one answer in many lines": _in_question("Réponse : a@\n", ""),
    "numbers to type": quiz("## Question @ ? {#q-@}\n\nRéponse : 1 362 ± 10 élèves\n\n"),
    "a long number": _in_question("Réponse : " + "1 " * 3_900 + "\n", ""),
    "pairs": _in_question("- gauche @ => droite @\n", ""),
    "few pairs": quiz("## Question @ ? {#q-@}\n\n- a => b\n- c => d\n- => e\n\n"),
    "arrows": _in_question("- " + "->" * 3_900 + "\n", ""),
    "steps": _in_question("1. Étape @\n", ""),
    "gaps": _in_question("Le [[mot]] manque.\n\n", ""),
    "gaps on one line": _in_question("[[mot]] " * 900 + "\n\n", ""),
    "questions with gaps": large_quiz("## Complétez @ {#q-@}\n\n%Le [[mot@ | variante]] manque. %\n\n"),
    "gaps never closed": _in_question("[[" * 3_900 + "\n\n", ""),
    "a gap in code": _in_question("`[[a]]` " * 900 + "\n\n"),
    "gaps in a table's head": _in_question("a [[b]] | c\n---|---\nd | e\n\n", ""),
    "braces": quiz("## Question @ ? {#q-@}\n\n{=a ~b ~c#d}\n\n"),
    "many braces": _in_question("{=a ~b}\n", ""),
    "braces never closed": _in_question("{=" * 3_900 + "\n", ""),
    "a long brace": _in_question("{\n" + "=a -> b\n" * 50 + "}\n", ""),
    "cloze": _in_question("La {1:MC:=Seine~Loire} traverse Paris.\n\n", ""),
    "GIFT's comments": _in_question("// un commentaire\n"),
    "cases": quiz("# Situation : @ {#s-@}\n\nUn cas.\n\n## Question @ ? {#q-@}\n\n- [x] a\n- [ ] b\n\n# Suite\n\n"),
    "one case": numbered("## Question @ ? {#q-@}\n\n- [x] a\n- [ ] b\n\n", QUIZ_HEAD + "# Situation : a {#cas}\n\nUn cas.\n\n"),
    "settings": _in_question("Points : 2\n"),
    "misspelt settings": _in_question("Ojectif : O1\n\n"),
    "hints": _in_question("> Indice : a\n\n"),
    "explanations": numbered("> Parce que @.\n\n", QUESTION + "- [x] a\n- [ ] b\n\n"),
    "drawn boxes": _in_question("☐ a @\n", "☑ b\n"),
    "letters": _in_question("a) Réponse @\n", "\nRéponse : A\n"),
    "questions without answer": quiz("## Question @ ? {#q-@}\n\nUn texte.\n\n"),
    "ids missing": quiz("## Question @ ?\n\n- [x] a\n- [ ] b\n\n"),
    "ids twice": quiz("## Question ? {#abc}\n\n- [x] a\n- [ ] b\n\n"),
    "taken up": _in_question("![[question-@]]\n"),
    "a denied question": _in_question("Lequel ne " + "dit mot " * 900 + "\n\n"),
    "notes of a quiz": quiz("## Question @ ?[^s@] {#q-@}\n\n- [x] a\n- [ ] b\n\n> c[^s@]\n\n[^s@]: Titre (vérifié : 2026-11)\n\n"),
    "figures in questions": large_quiz("## Question @ ? {#q-@}\n\n%```barres\ntitre : T\na : 1\nb : 2\n```\n\n%- [x] a\n- [ ] b\n\n"),
    "tables in questions": large_quiz("## Question @ ? {#q-@}\n\n%a | b\n---|---\nd | e\n\n%- [x] a\n- [ ] b\n\n"),
    "lines of a statement": _in_question("mot\n"),
    "brackets in questions": large_quiz("## Question @ ? {#q-@}\n\n%[%\n\n- [x] a\n- [ ] b\n\n"),
    "images never closed in questions": large_quiz("## Question @ ? {#q-@}\n\n- [x] a\n- [ ] %![%\n\n"),
}
_FILES: dict[str, tuple[str, Shape]] = {
    "glossary": ("modules/glossaire.md", numbered("$\n: projet éducatif. Une définition[^s@].\n\n[^s@]: Titre\n\n", "")),
    "glossary of known words": ("modules/glossaire.md", numbered("Mot @\n: a\n: b\n\n", "")),
    "timeline": ("modules/frise.md", numbered("- 1981-07-01 · éducation prioritaire · Événement @[^s@]\n\n[^s@]: Titre\n", "")),
    "timeline misspelt": ("modules/frise.md", numbered("- 1981 · a@ + b · c\n", "")),
    "confusions": ("modules/confusions.md", numbered("- $ | a$ | b$ | c$\n", "")),
    "paths": ("modules/parcours.md", numbered("## Parcours @ {#parcours-@}\n\nmodules : module-un\n\n", "")),
    "one path": ("modules/parcours.md", numbered("- module-@\n", "## Parcours {#parcours}\n\nmodules :\n")),
    "network": ("modules/reseau.md", numbered("| Cité @ | Douai (59178) | Nord | 1 | 2019-09-05 |\n", CITES)),
    "communes": ("modules/reseau.md", repeated("| Cité | " + "Douai (59178), " * 500 + " | Nord | 1 | 2019 |\n", CITES)),
    "meetings": ("modules/reseau.md", numbered("## Rencontre @ {#r-@}\n\nLe 12 mai.\n\n", "")),
    "sources": ("modules/sources.md", numbered("[^s@]: Titre, éditeur, 2024, <https://e.org/@> (catégorie : presse ; lu : copie)\n", "")),
    "module": (MODULE, numbered(PROSE, MODULE_HEAD)),
    "module of links": (MODULE, numbered("[a](lecon-@)\n\n", MODULE_HEAD)),
}
SHAPES: dict[str, tuple[str, Shape]] = {
    **{name: (LESSON, shape) for name, shape in {**_BLOCKS, **_WORDS, **_OWN, **_HEADS}.items()},
    **{name: (QUIZ, shape) for name, shape in _QUIZZES.items()},
    **_FILES,
}
