"""A site served under a prefix (`SCRIPT_NAME`): `url_for` writes it, and here it is added to the addresses that have none, where the answer leaves.

Texts of the course are rendered once for every request, with addresses from the root of the site; a request's own path, to come back to, has no prefix either.
A prefix that is also the name of a section of the site (« /lecons ») could not be told from it: there is no such prefix.
"""

from __future__ import annotations

import re
from functools import lru_cache

from flask import Flask, Response, request


def prefixed(html: str) -> str:
    """Puts the prefix of the request before every address of this site in the HTML."""
    root = request.root_path
    return _unprefixed(root).sub(rf"\g<0>{root}", html) if root else str(html)


@lru_cache(maxsize=4)
def _unprefixed(root: str) -> re.Pattern[str]:
    """What stands before an address that has no prefix yet. In text, quotes are entities: only attributes are found."""
    return re.compile(rf'(?<=\s)(?:href|src|(?:form)?action)="(?=/(?!/))(?!{re.escape(root)}[/"?#])')


def add_prefix(response: Response) -> Response:
    """Puts the prefix into a page's addresses, and into the address that a response redirects to."""
    root = request.root_path
    if not root:
        return response
    if response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(prefixed(response.get_data(as_text=True)))
    if response.location and _unprefixed(root).search(f' href="{response.location}"'):
        response.location = root + response.location
    return response


def init_app(app: Flask) -> None:
    app.after_request(add_prefix)
