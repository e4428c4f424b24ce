"""What a text says of its place, edited line by line: what is meant changes, every other line stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.authoring.drafts import placing
from app.content.documents.reader import read_document
from app.content.values.course import Module, Paths

HEAD = "---\nid : uno\ntitre : Un\nhistoire : croisement\nobjectifs :\n- M1 : Savoir « un »\nleçons :\n- a-b\n- c-d\nquiz : fin\n---\n\nVoyez [un](uno), quiz : fin, et uno.\n"
PATHS = "Un mot.\n\n## Le parcours {#tout}\n\nmodules : un, deux\nrequis : un\ndéfaut : oui\n\n## Autre {#autre}\n\nmodules :\n- trois\n"
IDS = st.lists(st.from_regex(r"x[a-z]{3,8}(-[a-z]{2,5})?", fullmatch=True), unique=True, max_size=6)


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (lambda text: placing.with_value(text, "quiz", "autre"), "quiz : fin\n---", "quiz : autre\n---"),
        (lambda text: placing.with_value(text, "quiz", ""), "quiz : fin\n---", "---"),
        (lambda text: placing.with_value(text, "auteur", "Ana"), "quiz : fin\n---", "quiz : fin\nauteur : Ana\n---"),
        (lambda text: placing.with_items(text, "leçons", ["c-d", "a-b"]), "- a-b\n- c-d", "- c-d\n- a-b"),
        (lambda text: placing.with_items(text, "leçons", []), "leçons :\n- a-b\n- c-d\n", "leçons :\n"),
    ],
)
def test_a_head_is_rewritten_in_its_place(edit: object, before: str, after: str) -> None:
    assert callable(edit)
    assert edit(HEAD) == HEAD.replace(before, after, 1)


def test_one_path_changes_and_the_others_stay() -> None:
    assert placing.with_path(PATHS, "tout", "modules", ["deux"]) == PATHS.replace("un, deux", "deux")
    assert placing.with_path(PATHS, "autre", "modules", ["trois", "un"]) == PATHS.replace("modules :\n- trois", "modules : trois, un")
    assert placing.with_path(PATHS, "autre", "requis", ["trois"]) == f"{PATHS.rstrip()}\nrequis : trois\n"
    assert placing.with_path(PATHS, "inconnu", "modules", ["un"]) == PATHS
    assert (placing.says_required(PATHS, "tout"), placing.says_required(PATHS, "autre"), placing.says_required(PATHS, "inconnu")) == (True, False, False)
    assert placing.with_path_title(PATHS, "autre", "Nouveau nom") == PATHS.replace("## Autre", "## Nouveau nom")


def test_a_first_path_is_the_one_of_newcomers() -> None:
    first = placing.with_new_path("", "tout", "Le parcours")
    assert read_document("modules/parcours.md", placing.with_path(first, "tout", "modules", ["mod-un"])).publishable
    assert "défaut" not in placing.with_new_path(PATHS, "bis", "Bis").removeprefix(PATHS)


def test_an_id_follows_where_it_names_and_nowhere_else() -> None:
    text = HEAD.replace("- a-b", "- uno\n- unofficiel")
    changed = placing.with_other_id(text, "uno", "deux")
    assert changed == text.replace("id : uno", "id : deux").replace("- uno\n", "- deux\n").replace("](uno)", "](deux)")
    assert placing.with_other_id("## Q\n\nLeçon : un#ancre\n\nun\n", "un", "deux") == "## Q\n\nLeçon : deux#ancre\n\nun\n"


@given(IDS)
def test_a_list_that_is_written_is_the_one_that_is_read(ids: list[str]) -> None:
    document = read_document("modules/un/module.md", placing.with_items(HEAD, "leçons", ids)).document
    assert isinstance(document, Module)
    assert list(document.lesson_ids) == ids
    paths = read_document("modules/parcours.md", placing.with_path(PATHS, "tout", "modules", ids)).document
    assert isinstance(paths, Paths)
    assert list(paths.paths[0].module_ids) == ids
    assert paths.paths[1].module_ids == ("trois",)
