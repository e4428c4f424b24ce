"""`make docs`: links of the repository lead to where their files stand on the site."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.operations.deploying import deploy_module


@pytest.fixture(scope="module")
def docs_site() -> ModuleType:
    return deploy_module("docs/site.py")


@pytest.mark.parametrize(
    ("path", "link", "led", "target"),
    [
        ("docs/README.md", "../LISEZMOI.md", "LISEZMOI.md", "LISEZMOI.md"),
        ("docs/README.md", "formateurs/quiz.md#ordre", "formateurs/quiz.md#ordre", "docs/formateurs/quiz.md"),
        ("LISEZMOI.md", "docs/images/lecon.png", "images/lecon.png", "docs/images/lecon.png"),
        ("LISEZMOI.md", "docs/README.md", "index.md", "docs/README.md"),
        ("docs/exploitants/machine.md", "../../deploy/nginx.conf", "../deploy/nginx.conf", "deploy/nginx.conf"),
        ("docs/exploitants/machine.md", "../README.md", "../index.md", "docs/README.md"),
        ("docs/exploitants/machine.md", "#plus-bas", "#plus-bas", None),
        ("docs/exploitants/machine.md", "mailto:qui@ville.example", "mailto:qui@ville.example", None),
    ],
)
def test_a_link_leads_on_the_site_where_it_led_in_the_repository(docs_site: ModuleType, path: str, link: str, led: str, target: str | None) -> None:
    assert docs_site.lead_links(path, f"Voir [ici]({link}).") == (f"Voir [ici]({led}).", {target} - {None})


@pytest.mark.parametrize("code", ["`[a](b.md)`", "``[a](b.md) ` ``", "```\n[a](b.md)\n```", "~~~md\n[a](b.md)\n```\n[c](d.md)\n~~~"])
def test_code_holds_no_link(docs_site: ModuleType, code: str) -> None:
    text = f"Avant.\n\n{code}\n\nAprès : [ici](quiz.md)."
    assert docs_site.lead_links("docs/formateurs/cours.md", text) == (text, {"docs/formateurs/quiz.md"})


def test_menus_name_each_page_however_deep(docs_site: ModuleType) -> None:
    menu = [{"Accueil": "index.md"}, {"Former": [{"Écrire": ["a.md", "b.md"]}, "c.md"]}]
    assert list(docs_site.menu_pages(menu)) == ["index.md", "a.md", "b.md", "c.md"]
