"""A test client that checks every page it fetches, so that a class of defects is mended once and for ever.

Each HTML answer is parsed as strict HTML5 and must have: a language, one `h1`, a title that begins with it, unique ids, a label for each
field, a `fieldset` with a `legend` around each group of radios or boxes, an alternative for each image, an action and a button for each form, CSRF in
each form that posts, no inline script or style, nothing from another host, references (`for`, `aria-*`, fragment links) that exist, and French
spaces in what people read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from functools import cached_property
from hashlib import sha256
from io import BufferedRandom
from typing import Any
from urllib.parse import urlsplit

import markupever
from flask import url_for
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from app.platform.french import JOINED, with_french_spaces
from app.platform.web.templating import READ, VERBATIM
from tests import connections

FOREIGN = {"svg": "http://www.w3.org/2000/svg", "math": "http://www.w3.org/1998/Math/MathML"}
"""What is within is of another vocabulary: a drawing's title is not the page's."""
STRICT = markupever.HtmlOptions(exact_errors=True)


def html_errors(html: str) -> list[str]:
    """What is wrong with a whole page as HTML5, as browsers' own rules find it: tags that are not closed, not open or not allowed there, attributes twice,
    references of no character…"""
    parser = markupever.Parser(STRICT)
    parser.process(html)
    parser.finish()
    return list(parser.errors())


def html_tree(html: str) -> Any:
    """Its elements, of libxml2, which knows less of HTML5 than `html_errors`: where that finds nothing, both read the same."""
    root = etree.fromstring(html, etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True))
    for block in root.iter("textarea", "pre", "listing"):
        block.text = block.text.removeprefix("\n") if block.text else block.text  # a new line right after the tag is not of the text
    for tag, vocabulary in FOREIGN.items():
        for outer in list(root.iter(tag)):
            for element in list(outer.iter()):
                element.tag = f"{{{vocabulary}}}{element.tag}"
    return root


def _query(path: str) -> etree.XPath:
    return etree.XPath(path, smart_strings=False)


_IDS, _INLINE, _FRAGMENTS = _query("//@id[. != '']"), _query("//@style | //@*[starts-with(name(), 'on')]"), _query("//@href[starts-with(., '#')]")
_NAMED = _query(" | ".join(f"//@{name}" for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "popovertarget", "form")))
_WORDS = _query(f"//text()[not({' or '.join(f'ancestor::{tag}' for tag in sorted(VERBATIM))})] | {' | '.join(f'//@{name}' for name in sorted(READ))}")
"""The texts that people read, attributes too; not what is shown or sent back as it was typed."""


class Page:
    """A parsed page, with the few questions that tests ask."""

    def __init__(self, html: str) -> None:
        self.html = html

    @cached_property
    def tree(self) -> Any:
        return html_tree(self.html)

    def all(self, tag: str) -> list[Any]:
        return list(self.tree.iter(tag))

    @staticmethod
    def text_of(element: Any) -> str:
        return " ".join("".join(element.itertext()).replace(JOINED, "-").split())

    @property
    def h1(self) -> str:
        return self.text_of(self.all("h1")[0])

    @property
    def text(self) -> str:
        return self.text_of(self.tree)

    def link(self, words: str) -> str:
        """The address of the first link whose text holds `words`."""
        for anchor in self.all("a"):
            if words in self.text_of(anchor):
                return str(anchor.get("href"))
        raise AssertionError(f"no link « {words} » in: {[self.text_of(a) for a in self.all('a')]}")

    def step(self, words: str) -> str:
        """The address of the step whose button says `words`: a link to its page, or the form that begins its quiz at once."""
        begun = [str(form.get("action")) for form in self.all("form") for one in form.iter("button") if words in self.text_of(one)]
        return begun[0].removesuffix("/tentatives") if begun else self.link(words)

    def form(self, words: str = "") -> dict[str, Any]:
        """The first form with a button (or action) that holds `words`: `action`, `method` and `fields` as a browser would send them."""
        for form in self.all("form"):
            controls = [*form.iter(), *(one for one in self.tree.iter() if form.get("id") and one.get("form") == form.get("id"))]
            if words in str(form.get("action")) or any(words in self.text_of(one) for one in controls if one.tag == "button"):
                return {"action": form.get("action"), "method": form.get("method", "get"), "fields": _fields(controls, words)}
        raise AssertionError(f"no form « {words} »")


def _fields(controls: Iterable[Any], words: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field in controls:
        name = field.get("name")
        if not name or field.get("disabled") is not None:
            continue
        for value in _sent(field, words):
            fields[name] = value if name not in fields else [*_listed(fields[name]), value]
    return fields


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _sent(field: Any, words: str) -> list[str]:
    """The values that a browser would send for one field when the button « words » is pressed."""
    kind = field.get("type", "text")
    if field.tag == "input" and kind in ("radio", "checkbox"):
        return [field.get("value", "on")] if field.get("checked") is not None else []
    if field.tag == "input":
        return [] if kind in ("submit", "button", "image", "file") else [field.get("value", "")]
    if field.tag == "textarea":
        return ["".join(field.itertext())]
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        return [option.get("value", Page.text_of(option)) for option in chosen]
    pressed = field.tag == "button" and words and words in Page.text_of(field) and field.get("value") is not None
    return [field.get("value")] if pressed else []


class StrictClient(FlaskClient):
    """Flask's test client, which also fetches by endpoint and checks each page."""

    page: Page

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)  # read to the end and closed, as a browser does
        with connections.let_go_of() if kwargs["buffered"] else nullcontext():
            response = super().open(*args, **kwargs)
        if kwargs["buffered"]:
            _close_what_was_sent(response)
        assert response.headers.get("Content-Type", "").count("charset") <= 1, "the framework says the charset of a text"
        moved = 300 <= response.status_code < 400  # the framework's own words, which no browser shows
        if response.mimetype == "text/html" and response.data and response.request.method != "HEAD" and not moved:
            self.page = check_page(response.get_data(as_text=True))
        return response

    def see(self, path: str, status: int = 200, **kwargs: Any) -> Page:
        """GET a page, assert its status, and return it checked."""
        response = self.get(path, **kwargs)
        assert response.status_code == status, f"{path}: {response.status_code} (expected {status}) → {response.headers.get('Location', '')}"
        return self.page

    def go(self, endpoint: str, status: int = 200, **values: Any) -> Page:
        """GET by endpoint name."""
        with self.application.test_request_context():
            path = url_for(endpoint, **values)
        return self.see(path, status)

    def submit(self, words: str, status: int = 303, follow: bool = True, **changes: Any) -> Page:
        """Fill the form of the present page that has a button « words », with `changes`, send it, follow where it leads."""
        form = self.page.form(words)
        data = {**form["fields"], **{name: value for name, value in changes.items() if value is not None}}
        for name, value in changes.items():
            if value is None:
                data.pop(name, None)
        send = self.post if form["method"].lower() == "post" else self.get
        response = send(form["action"], **({"data": data} if send == self.post else {"query_string": data}))
        assert response.status_code == status, f"{form['action']}: {response.status_code} (expected {status})"
        if follow and status in (302, 303):
            target = urlsplit(response.headers["Location"])
            return self.see(target.path + (f"?{target.query}" if target.query else ""), follow_redirects=True)
        return self.page


def _close_what_was_sent(response: TestResponse) -> None:
    """A large body stands in a temporary file, which the framework's client opens and leaves open."""
    for answered in (*response.history, response):
        if isinstance(body := answered.request.environ["wsgi.input"], BufferedRandom):
            body.close()


TOKEN = re.compile(r'name="csrf_token" value="[^"]+"|data-options="[^"]+"')
_checked: set[bytes] = set()
"""Digests of the pages in which this process found nothing to say: the same page, but for its token and the challenge of its keys, is not checked again."""


def check_page(html: str) -> Page:
    """Parse and check one page. Every complaint is listed at once."""
    page = Page(html)
    digest = sha256(TOKEN.sub("", html).encode("utf-8", "surrogatepass")).digest()
    if digest in _checked:
        return page
    complaints = [f"HTML: {error}" for error in html_errors(page.html)]
    for check in (_frame, _ids, _references, _labels, _names, _groups, _images, _forms, _inert, _own_host, _spaces):
        complaints += check(page)
    assert not complaints, "\n".join(complaints) + "\n" + html[:3000]
    _checked.add(digest)
    return page


def _frame(page: Page) -> list[str]:
    titles, headings, root = page.all("title"), page.all("h1"), page.all("html")
    if root[0].get("lang") != "fr":
        return ["no lang=fr"]
    if len(titles) != 1 or len(headings) != 1:
        return [f"{len(titles)} title, {len(headings)} h1"]
    title, heading = page.text_of(titles[0]), page.text_of(headings[0])
    return [] if title.startswith(heading) else [f"title « {title} » does not begin with h1 « {heading} »"]


def _ids(page: Page) -> list[str]:
    return [f"id twice: {name}" for name, times in Counter(_IDS(page.tree)).items() if times > 1]


def _references(page: Page) -> list[str]:
    ids = {*_IDS(page.tree), ""}
    named = [(value, target) for value in _NAMED(page.tree) for target in value.split()]
    linked = [(href, href[1:]) for href in _FRAGMENTS(page.tree)]
    return [f"« {value} » names {target}: no such id" for value, target in named + linked if target not in ids]


def _labels(page: Page) -> list[str]:
    named = {label.get("for") for label in page.all("label")}
    inside = {field for label in page.all("label") for field in label.iter()}

    def labelled(field: Any) -> bool:
        hidden = field.get("type") in ("hidden", "submit", "button")
        return hidden or field.get("id") in named or field in inside or bool(field.get("aria-label") or field.get("aria-labelledby"))

    fields = [field for tag in ("input", "select", "textarea") for field in page.all(tag)]
    return [f"{field.tag} {field.get('name')}: no label" for field in fields if not labelled(field)]


def _names(page: Page) -> list[str]:
    """Buttons and links must say what they do."""

    def silent(element: Any) -> bool:
        return not page.text_of(element) and not element.get("aria-label") and not any(image.get("alt") for image in element.iter("img"))

    wrong = [f"button {button.get('name')}: no name" for button in page.all("button") if silent(button)]
    return wrong + [f"link {anchor.get('href')}: no name" for anchor in page.all("a") if anchor.get("href") and silent(anchor)]


def _groups(page: Page) -> list[str]:
    grouped = {field for group in page.all("fieldset") if group.find("legend") is not None for field in group.iter("input")}
    names = [field.get("name") for field in page.all("input") if field.get("type") in ("radio", "checkbox")]
    wrong = []
    for field in page.all("input"):
        many = names.count(field.get("name")) > 1
        if field.get("type") in ("radio", "checkbox") and many and field not in grouped:
            wrong.append(f"{field.get('type')} {field.get('name')}: outside a fieldset with a legend")
    return wrong


def _images(page: Page) -> list[str]:
    return [f"img {image.get('src')}: no alt" for image in page.all("img") if image.get("alt") is None]


def _forms(page: Page) -> list[str]:
    wrong = []
    for form in page.all("form"):
        if not form.get("action"):
            wrong.append("form without action")
        if form.get("method", "get").lower() == "post" and "csrf_token" not in {field.get("name") for field in form.iter("input")}:
            wrong.append(f"form {form.get('action')}: no csrf_token")
        if not any(button.get("type", "submit") == "submit" for button in form.iter("button")):
            wrong.append(f"form {form.get('action')}: no button")
    return wrong


def _inert(page: Page) -> list[str]:
    wrong = [f"inline {tag}" for tag in ("script", "style") for element in page.all(tag) if tag == "style" or not element.get("src")]
    return wrong + [f"inline style or script: {value}" for value in _INLINE(page.tree)]


def _own_host(page: Page) -> list[str]:
    wrong = []
    for tag, name in (("script", "src"), ("link", "href"), ("img", "src"), ("source", "src"), ("iframe", "src"), ("form", "action")):
        for element in page.all(tag):
            address = element.get(name) or ""
            if tag == "link" and element.get("rel") == "canonical":
                continue
            if re.match(r"(https?:)?//", address):
                wrong.append(f"{tag} from another host: {address}")
    return wrong


def _spaces(page: Page) -> list[str]:
    """A plain space stands nowhere that French wants another."""
    return [
        f"plain space in « {text.strip()} »"
        for text in _WORDS(page.tree)
        if (french := with_french_spaces(text)) != text and any(typed == " " != wanted for typed, wanted in zip(text, french, strict=True))
    ]
