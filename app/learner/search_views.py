"""`/recherche`, and `flask search`, which answers the same in a shell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click
from flask import Blueprint, Flask, Response, g, jsonify, render_template, request, url_for
from flask.cli import with_appcontext

from app.content.search.entries import SearchKind
from app.content.store.queries import course
from app.identity import audit
from app.identity.services import SignedIn, open_account, person_by_address
from app.identity.sign_in.guards import person_or_none
from app.learner.search import Hit, SearchPage, SearchReader, SearchWish, search_page
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of, plural
from app.platform.shell_json import print_json
from app.platform.web.edge import bounded_int, searched_words
from app.platform.web.endpoints import OPEN, page

# --- `/recherche` ----------------------------------------------------------------------------------------------------
# Nothing of what is searched for is logged; whose name is shown is, as in any list.

blueprint = Blueprint("search", __name__)


@blueprint.get("/recherche")
@page(who=OPEN, names_people="Recherche où vous figurez")
def search() -> str | Response:
    now = clock.now()
    wish = SearchWish(
        searched_words(), searched_words(name="genre"), searched_words(name="module"), request.args.get("page", 1, bounded_int), "frappe" in request.args
    )
    reader = SearchReader(person_or_none(), to_themselves="watcher" not in g)
    page = search_page(db.session, course(db.session), reader, wish, day_of(now))
    audit.record_access([*(person.id for person in page.apart.people), *(card.person_id for card in page.apart.directory)], "search.search", now)
    if request.args.get("frappe") == "champ":
        return jsonify([{"title": hit.title, "name": hit.name, "url": _address_of(hit)} for hit in _suggestions(page.hits)])
    return render_template("learner/search/search.html", page=page, there=_address_of)


def _address_of(hit: Hit) -> str:
    if hit.seen:
        return url_for("quiz.attempt", attempt_id=hit.seen.attempt_id, _anchor=f"question-{hit.seen.position}")
    if hit.category:
        return url_for("reference.resources", categorie=hit.category, _anchor=hit.anchor)
    if hit.note_id and not hit.path:
        return url_for("notebook.note", note_id=hit.note_id)
    return hit.path or url_for("notebook.notebook")


MOST_SUGGESTED = 6


def _suggestions(found: Sequence[Hit]) -> list[Hit]:
    """The first ones for the field of the header, of which two at most are parts of one text."""
    parts, kept = Counter[str](), []
    for hit in found:
        text = hit.ref if hit.kind in (SearchKind.LESSON, SearchKind.TOOL, SearchKind.DOCUMENT) else f"{hit.ref}#{hit.anchor}"
        parts[text] += 1
        if parts[text] < 3:
            kept.append(hit)
    return kept[:MOST_SUGGESTED]


# --- `flask search` --------------------------------------------------------------------------------------------------


@click.command()
@click.argument("words")
@click.option("--as", "address", metavar="COURRIEL", help="Qui cherche ; sans elle, un visiteur.")
@click.option("--genre", "choice", default="", help="Un genre seulement : lecons, glossaire, frise, outils, documents, reseau, questions, carnet, sources.")
@click.option("--module", default="", help="Un module seulement, par son identifiant.")
@click.option("--json", "as_json", is_flag=True, help="Pour une machine : [{kind, ref, anchor, title}].")
@with_appcontext
def search_command(words: str, address: str | None, choice: str, module: str, as_json: bool) -> None:
    """Ce que quelqu’un trouve par ces MOTS, dans l’ordre de la page /recherche."""
    reader = SearchReader(_person(address) if address else None)
    page = search_page(db.session, course(db.session), reader, SearchWish(words, choice, module), day_of(clock.now()))
    rows = _rows(page)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['kind']:9} {row['ref']}{'#' if row['anchor'] else ''}{row['anchor']}  {row['title']}")
    click.echo(
        f"{plural(page.total, 'passage')}{f' pour « {page.instead} »' if page.instead else ''}."
        + (f" Vouliez-vous dire « {page.suggestion} » ?" if page.suggestion else ""),
        err=True,
    )


def _person(address: str) -> SignedIn:
    person = person_by_address(db.session, address)
    reader = open_account(db.session, person.id) if person else None
    if reader is None:
        raise click.ClickException(f"Aucun compte ouvert ne porte l’adresse {address}.")
    return reader


def _rows(page: SearchPage) -> list[dict[str, str]]:
    """What is found, then what stands apart on the page: drafts, people."""
    found = [(hit.kind.value, hit.ref, hit.anchor, hit.title) for hit in page.hits]
    found += [("draft", draft.document_id, "", draft.title) for draft in page.apart.drafts]
    found += [("person", str(person.id), "", person.name) for person in page.apart.people]
    return [dict(zip(("kind", "ref", "anchor", "title"), row, strict=True)) for row in found]


# --- Both ------------------------------------------------------------------------------------------------------------


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.cli.add_command(search_command)
