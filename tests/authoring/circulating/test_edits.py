"""What a reader does in the file, and what becomes of the lesson's Markdown: each change at its place, all else untouched; what has no place is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from docx.oxml.ns import qn

from tests.authoring.circulating.carried import HEAD, back, carried, changed, commented, followed, out, paragraph, removed, tracked

TEXT = f"""{HEAD}Le **préfet** signe l'accord[^s1] avec la [CAF](https://www.caf.fr/) : « oui ».

## Qui décide {{#qui}}

- Le maire
- Le recteur
  - son adjoint
- [x] La ville

1. D'abord
2. Ensuite

> [!TERRAIN]
> À Lens, on se réunit.
> Puis on agit.

> [!QUESTION]
> Qui signe ?
>
> - [x] Le préfet
> - [ ] Le maire
>
> Explication : c'est la loi.

| Qui | Quoi |
|---|---|
| Le maire | décide \\| seul |
| Le préfet | **signe** |

```étapes
titre : L'ordre
Le maire : d'abord
```

![Un plan](images/plan.png "Le quartier")

Fin du texte.[^s1]

[^s1]: Loi de 2014.
"""


def _say(words: str, new: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        written = next(each for each in paragraph(document, words)._p.iter(qn("w:t")) if words in each.text)
        written.text = written.text.replace(words, new)

    return change


def _row(document: Any) -> None:
    for cell, words in zip(document.tables[0].add_row().cells, ("La CAF", "finance_tout"), strict=True):
        cell.text = words


def test_nothing_changes_by_itself() -> None:
    found = carried(TEXT)
    assert found.text == TEXT
    assert found.left == ()


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        pytest.param(lambda made: tracked(made, "avec la", "et pactise avec la"), "accord[^s1] avec", "accord[^s1] et pactise avec", id="tracked"),
        pytest.param(_say("préfet", "recteur"), "**préfet** signe", "**recteur** signe", id="bold"),
        pytest.param(_say("CAF", "Caf"), "[CAF](https", "[Caf](https", id="link"),
        pytest.param(_say("oui", "non * jamais"), "« oui »", "« non \\* jamais »", id="signs of Markdown"),
        pytest.param(_say("Qui décide", "Qui décide donc"), "## Qui décide {#qui}", "## Qui décide donc {#qui}", id="heading"),
        pytest.param(_say("Puis on agit", "Puis on décide"), "> Puis on agit", "> Puis on décide", id="callout"),
        pytest.param(_say("son adjoint", "son adjointe"), "  - son adjoint", "  - son adjointe", id="nested point"),
        pytest.param(_say("décide | seul", "décide | à deux"), "décide \\| seul", "décide \\| à deux", id="cell"),
        pytest.param(_say("d’abord", "en premier"), "Le maire : d'abord", "Le maire : en premier", id="line of a figure"),
        pytest.param(_say("Le quartier", "Le quartier en 2026"), '"Le quartier")', '"Le quartier en 2026")', id="caption"),
        pytest.param(_say("Le contrat", "Le contrat de ville"), "titre : Le contrat\n", "titre : Le contrat de ville\n", id="title"),
        pytest.param(lambda made: removed(made, "Le recteur"), "- Le recteur\n", "", id="point taken out"),
        pytest.param(lambda made: removed(made, "Ensuite"), "2. Ensuite\n", "", id="number taken out"),
        pytest.param(lambda made: followed(made, "Le maire", "La région", "List Bullet"), "- Le maire\n", "- Le maire\n- La région\n", id="point"),
        pytest.param(lambda made: followed(made, "Ensuite", "Enfin", "List Number"), "2. Ensuite\n", "2. Ensuite\n3. Enfin\n", id="number"),
        pytest.param(
            lambda made: followed(made, "Fin du texte", "# Un mot [1] de plus."),
            "texte.[^s1]\n",
            "texte.[^s1]\n\n\\# Un mot \\[1\\] de plus.\n",
            id="paragraph",
        ),
        pytest.param(lambda made: followed(made, "Fin du texte", "La suite", "Heading 2"), "texte.[^s1]\n", "texte.[^s1]\n\n## La suite\n", id="new heading"),
        pytest.param(
            lambda made: followed(made, "Puis on agit", "Et voilà.", "Encadré"), "> Puis on agit.\n", "> Puis on agit.\n>\n> Et voilà.\n", id="in a callout"
        ),
        pytest.param(_row, "| Le préfet | **signe** |\n", "| Le préfet | **signe** |\n| La CAF | finance\\_tout |\n", id="row"),
        pytest.param(lambda made: commented(made, "Fin du texte", "Bien."), "", "", id="comment"),
    ],
)
def test_a_change_is_made_at_its_place(change: Callable[[Any], None], old: str, new: str) -> None:
    found = carried(TEXT, change)
    assert found.text == TEXT.replace(old, new, 1)
    assert found.left == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(_say("Sur le terrain", "Sur le terrain, à Lens"), ("Sur le terrain", "Sur le terrain, à Lens"), id="what the paper says by itself"),
        pytest.param(_say("☑ ", "☐ "), ("☑ La ville", "☐ La ville"), id="a box"),
    ],
)
def test_what_has_no_place_is_told(change: Callable[[Any], None], told: tuple[str, str]) -> None:
    found = carried(TEXT, change)
    assert found.text == TEXT
    assert [(each.ours, each.theirs) for each in found.left] == [told]


TABLE = f"{HEAD}| A | B | C |\n|---|---|---|\n|  | b | c |\n| d | e | f |\n"


def _in_cells(row: int, *words: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        table = document.tables[0]
        for cell, said in zip(table.rows[row].cells if row < len(table.rows) else table.add_row().cells, words, strict=True):
            cell.text = said

    return change


@pytest.mark.parametrize(
    ("change", "added", "told"),
    [
        pytest.param(_in_cells(3, "g", "", "i"), "| g |  | i |\n", [], id="a new row with a hole"),
        pytest.param(_in_cells(3, "", "h", ""), "|  | h |\n", [], id="a new row that begins by a hole"),
        pytest.param(_in_cells(1, "a", "b", "c"), "", [("", "a")], id="a hole filled"),
        pytest.param(_in_cells(1, "b", "", "c"), "", [("b", "b (colonne 1)")], id="a cell moved"),
        pytest.param(lambda made: setattr(made.add_table(1, 1).rows[0].cells[0], "text", "z"), "", [("", "z")], id="another table"),
    ],
)
def test_words_of_a_table_stay_in_their_column_or_are_told(change: Callable[[Any], None], added: str, told: list[tuple[str, str]]) -> None:
    found = carried(TABLE, change)
    assert found.text == TABLE + added
    assert [(each.ours, each.theirs) for each in found.left] == told


def _two_lines_and_a_comment(document: Any) -> None:
    cell = document.tables[0].rows[2].cells[2]
    cell.add_paragraph("et g")
    commented(document, "et g", "Sûr ?")


def test_a_comment_in_a_cell_of_two_lines_stands_at_the_cell() -> None:
    text = f"{TABLE}\nUne fin.\n"
    came = back(changed(out(text), _two_lines_and_a_comment))
    (comment,) = came.comments
    assert (came.pieces[comment.at].text, comment.text) == ("f et g", "Sûr ?")


def test_marks_go_with_all_that_they_held_and_nowhere_else() -> None:
    text = f"{HEAD}Nom : ____ et **elle** et *lui* et [eux](https://a.fr) ici.\n"
    for word, written in (("elle", "**elle** "), ("lui", "*lui* "), ("eux", "[eux](https://a.fr) ")):
        found = carried(text, _say(word, ""))
        assert found.text == text.replace(written, "")
        assert found.left == ()


def test_notes_are_changed_where_the_lesson_defines_them_and_told_elsewhere() -> None:
    def change(document: Any) -> None:
        part = next(each for each in document.part.package.iter_parts() if str(each.partname) == "/word/footnotes.xml")
        part._blob = part.blob.replace(b"Loi de 2014", "Loi du 21 février 2014".encode())

    found = carried(TEXT, change)
    assert found.text == TEXT.replace("[^s1]: Loi de 2014.", "[^s1]: Loi du 21 février 2014.")
    text = TEXT.partition("[^s1]: ")[0]
    elsewhere = carried(text, change, {"s1": "Loi de 2014."})
    assert elsewhere.text == text
    assert [(each.ours, each.theirs) for each in elsewhere.left] == [("Loi de 2014.", "Loi du 21 février 2014.")] * 2
