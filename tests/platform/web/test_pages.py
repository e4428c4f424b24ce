"""The public pages, and every error page: strict HTML, useful words, nothing asked of the database."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from msgspec.structs import replace
from sqlalchemy import event

from app.content.values.quiz import KIND_NAMES
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.web.errors import SENTENCES
from tests.strict import StrictClient
from tests.words import SKIP_TO_CONTENT

PUBLIC = ("/aide", "/accessibilite", "/ecoconception", "/mentions-legales", "/donnees-personnelles")


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_name_the_contact_and_are_linked_from_every_footer(visitor: StrictClient, path: str) -> None:
    page = visitor.see(path)
    assert "equipe@croisee.example" in page.text
    footer = page.all("footer")[0]
    assert [anchor.get("href") for anchor in footer.iter("a")] == ["/aide", "/plan-du-site", *PUBLIC[1:]]


def test_without_a_contact_the_pages_still_say_whom_to_ask(bare: Flask, visitor: StrictClient) -> None:
    bare.config["CROISEE"] = replace(bare.config["CROISEE"], contact="")
    assert "qui vous a donné l’adresse de ce site" in visitor.see("/aide").text


def test_the_help_says_how_each_type_of_question_is_marked(visitor: StrictClient) -> None:
    page = visitor.see("/aide")
    told = " ".join(page.text_of(each) for each in page.all("li")).lower()
    assert [name for name in KIND_NAMES.values() if name not in told] == []
    assert "texte court à taper, nombre à taper : tout ou rien." in told


def test_a_page_leads_to_its_content_first(visitor: StrictClient) -> None:
    page = visitor.see("/aide")
    first = page.all("a")[0]
    assert (page.text_of(first), first.get("href")) == (SKIP_TO_CONTENT, "#contenu")
    assert page.all("main")[0].get("id") == "contenu"


@pytest.mark.parametrize("status", sorted(SENTENCES))
def test_every_error_has_a_page_and_a_failing_site_asks_nothing_of_the_database(bare: Flask, visitor: StrictClient, status: int) -> None:
    def broken() -> str:
        if status == 422:
            raise DomainError("Ce quiz est déjà envoyé.")
        abort(status)

    bare.add_url_rule("/broken", view_func=broken)
    statements: list[str] = []
    with bare.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    page = visitor.see("/broken", status)
    assert page.h1 == SENTENCES[status][0]
    assert f"Erreur {status}" in page.text
    assert ("Ce quiz est déjà envoyé." if status == 422 else " ".join(SENTENCES[status][1].split())) in page.text
    assert page.link("Aller à l’accueil") == "/"
    assert status < 500 or statements == []


def test_an_unexpected_error_gives_a_reference_to_pass_on_and_no_detail(bare: Flask, visitor: StrictClient) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    bare.config["PROPAGATE_EXCEPTIONS"] = False
    bare.add_url_rule("/broken", view_func=broken)
    page = visitor.see("/broken", 500)
    assert "Référence à transmettre" in page.text
    assert "secret detail" not in page.html
