"""A line that is no statement, answer, comment nor known key, wherever a hand puts it under an answer: it is asked, and joined to nothing.

Of a text with gaps, the lines are the answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.content.documents.reader import read_document
from app.content.values.quiz import Quiz
from tests.content.quiz.quiz_writings import HEAD, PATH

QUESTIONS = {
    "choix": "## Qui signe le contrat ? {#qui-signe}\n\n- [x] Le préfet\n  > Oui, lui.\n- [ ] Le maire\n- [ ] La Caf\n\n> C'est la loi.\n",
    "choix nu": "## Qui signe le contrat ? {#qui-signe}\n\n- [x] Le préfet\n- [ ] Le maire\n",
    "texte": "## Quel est ce sigle ? {#quel-sigle}\n\nRéponse : REP | réseau\n\n> C'est ainsi.\n",
    "nombre": "## Combien de cités ? {#combien}\n\nRéponse : 208\n",
    "association": "## Reliez. {#reliez-les}\n\n- REP => réseau\n- QPV => quartier\n",
    "ordre": "## Dans quel ordre ? {#quel-ordre}\n\n1. Poser\n2. Mener\n3. Évaluer\n",
    "vrai ou faux": "## Le label est national. {#le-label}\n\nRéponse : vrai\n",
}
LINES = (
    "Une ligne de plus qui dit autre chose",
    "Le recteur",
    "→ Non : c'est l'autre",
    "✗ La région",
    "✓ La région",
    "(c'est le préfet)",
    "Bonne réponse : B",
    "Note : à revoir",
    "[SM1] Commentaire de Sylvie",
    "a) la région",
    "La région ?",
    "2. Qui paie ?",
    "Rep : b",
    "=> la région",
    "**Gras seul**",
    "{=vrai}",
    "____",
    "TODO vérifier",
    "Vrai / Faux",
    "B",
    "o la région",
    "[] La région",
    "( ) La région",
    "@Sylvie d'accord ?",
    "Explication - parce que",
    "Réponse fausse : B",
)


def _meaning(text: str) -> tuple[list[list[object]], list[str], bool] | None:
    """The keys, what is said after them, and whether anything is told; None where the file has no quiz."""
    read = read_document(PATH, text)
    if not isinstance(read.document, Quiz):
        return None
    said = [" ".join(each.text for each in (question.explanation, question.hint) if each) for question in read.document.questions]
    return [question.answer.identity() for question in read.document.questions], said, bool(read.problems)


def _texts_with_one_line_more(rows: list[str]) -> Iterator[tuple[str, str]]:
    """A text with one line more, at each place under the first line of the answer; and that line."""
    for place in range(3, len(rows)):
        for line in LINES:
            for indent in ("", "  "):
                yield HEAD + "\n".join([*rows[:place], indent + line, *rows[place:]]), indent + line


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_strange_line_under_an_answer_is_never_joined_in_silence(kind: str) -> None:
    plain = _meaning(HEAD + QUESTIONS[kind])
    assert plain is not None
    assert not plain[2]
    found = [(line, text, _meaning(text)) for text, line in _texts_with_one_line_more(QUESTIONS[kind].split("\n"))]
    assert [text for _, text, meant in found if meant is not None and not meant[2] and meant[:2] != plain[:2]] == []
