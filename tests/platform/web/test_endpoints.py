"""What is said of an address on its view: the build refuses a view that says too little, and what is said is what is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from flask import Blueprint, Flask

from app.platform.web.endpoints import SIGNED_IN, Return, act, find, gather, gathered, keep_private, page


def shown() -> str:
    return "reached"


@pytest.fixture
def bare() -> Flask:
    return Flask(__name__, static_folder=None)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_build_refuses_a_view_that_says_nothing(bare: Flask, method: str) -> None:
    bare.add_url_rule("/nouveau", "new.page", wraps(shown)(lambda: shown()), methods=[method])
    with pytest.raises(LookupError, match=r"new\.page"):
        gather(bare)


def test_what_is_said_is_what_is_asked(bare: Flask) -> None:
    """Also through another decorator; of a private blueprint, every page is."""
    own, other = Blueprint("own", __name__, url_prefix="/own"), Blueprint("other", __name__)
    back = Return("votre réponse", lambda *_: ())
    keep_private(own, "cela ne se lit que par qui l’a écrit")
    own.add_url_rule("/a", "a", page(who=SIGNED_IN, gives_key=True)(wraps(shown)(lambda: shown())))
    own.add_url_rule("/b", "b", wrapped(act(who=SIGNED_IN, returns=back)(wraps(shown)(lambda: shown()))), methods=["POST"])
    other.add_url_rule("/c", "c", act(who=SIGNED_IN)(wraps(shown)(lambda: shown())), methods=["POST"])
    for blueprint in (own, other):
        bare.register_blueprint(blueprint)
    gather(bare)
    with bare.app_context():
        said = [find(endpoint) for endpoint in ("own.a", "own.b", "other.c", "nowhere")]
        assert [bool(one and one.private) for one in said] == [True, True, False, False]
        assert [one.returns if one else None for one in said] == [None, back, None, None]


def wrapped(view: Callable[..., Any]) -> Callable[..., Any]:
    return wraps(view)(lambda *values: view(*values))


def test_all_is_gathered_when_the_application_is_made(app: Flask) -> None:
    assert gathered.of(app).keys() == {rule.endpoint for rule in app.url_map.iter_rules()}
