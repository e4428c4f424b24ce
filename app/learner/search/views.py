"""`/recherche`: one form, one list. Nothing of what is looked for is noted; whose name is shown is, as in any list."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request

from app.content.store.queries import course
from app.identity.audit import access
from app.identity.sign_in.guards import person_or_none
from app.learner.search.queries import SearchReader, SearchWish, search_page
from app.platform import clock
from app.platform.db import db
from app.platform.french import day_of
from app.platform.web.edge import bounded_int, searched
from app.platform.web.endpoints import OPEN, page

blueprint = Blueprint("search", __name__)


@blueprint.get("/recherche")
@page(who=OPEN, names_people="Recherche où vous figurez")
def search() -> str:
    now = clock.now()
    wish = SearchWish(searched(), searched(name="genre"), searched(name="module"), request.args.get("page", 1, bounded_int), "frappe" in request.args)
    reader = SearchReader(person_or_none(), to_themselves="watcher" not in g)
    page = search_page(db.session, course(db.session), reader, wish, day_of(now))
    access.record_access([*(person.id for person in page.apart.people), *(card.person_id for card in page.apart.directory)], "search.search", now)
    return render_template("learner/search/search.html", page=page)
