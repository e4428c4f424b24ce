"""What is said of an address on its view: the build refuses a view that says too little, and what is said is what is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from flask import Blueprint, Flask

from app.platform.web.endpoints import NOT_KEPT, PUBLIC, SIGNED_IN, Return, act, find, gather, gathered, keep_private, kept_return, page, redo_on


def shown() -> str:
    return "reached"


@pytest.fixture
def bare() -> Flask:
    return Flask(__name__, static_folder=None)


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("GET", None),
        ("POST", None),
        ("POST", act(who=SIGNED_IN)),
        ("POST", page(who=frozenset({"formateur"}), names_people="Une page où vous figurez")),
    ],
    ids=["a page that says nothing", "an act that says nothing", "an act for whoever is signed in", "a form of a page for some"],
)
def test_the_build_refuses_a_view_that_says_too_little(bare: Flask, method: str, said: Callable[[Any], Any] | None) -> None:
    view = wraps(shown)(lambda: shown())
    bare.add_url_rule("/nouveau", "new.page", said(view) if said else view, methods=[method])
    with pytest.raises(LookupError, match=r"new\.page"):
        gather(bare)


def test_what_is_said_is_what_is_asked(bare: Flask) -> None:
    """Also through another decorator; of a private blueprint, every page is."""
    own, other = Blueprint("own", __name__, url_prefix="/own"), Blueprint("other", __name__)
    keep_private(own, "cela ne se lit que par qui l’a écrit")
    own.add_url_rule("/a", "a", page(who=SIGNED_IN, gives_key=True)(wraps(shown)(lambda: shown())))
    own.add_url_rule("/b", "b", wrapped(act(who=SIGNED_IN, returns="votre réponse")(wraps(shown)(lambda: shown()))), methods=["POST"])
    other.add_url_rule(
        "/c", "c", act(who=SIGNED_IN, returns=redo_on("own.a", "un retrait", reason="Votre raison"))(wraps(shown)(lambda: shown())), methods=["POST"]
    )
    other.add_url_rule("/d", "d", act(who=SIGNED_IN, returns=NOT_KEPT)(wraps(shown)(lambda: shown())), methods=["POST"])
    other.add_url_rule("/e", "e", act(who=PUBLIC)(wraps(shown)(lambda: shown())), methods=["POST"])
    for blueprint in (own, other):
        bare.register_blueprint(blueprint)
    gather(bare)
    with bare.app_context():
        assert [bool(said and said.private) for said in map(find, ("own.a", "own.b", "other.c"))] == [True, True, False]
        assert [kept_return(endpoint) for endpoint in ("own.a", "own.b", "other.c", "other.d", "other.e", "nowhere")] == [
            None,
            Return("votre réponse"),
            Return("un retrait", "own.a", {"reason": "Votre raison"}),
            None,
            None,
            None,
        ]


def wrapped(view: Callable[..., Any]) -> Callable[..., Any]:
    return wraps(view)(lambda *values: view(*values))


def test_all_is_gathered_when_the_application_is_made(app: Flask) -> None:
    assert gathered.of(app).keys() == {rule.endpoint for rule in app.url_map.iter_rules()}
