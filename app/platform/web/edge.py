"""What every request passes before and after its view: prefix, host, size, security headers; and the parsing of what comes from outside."""

from __future__ import annotations

import csv
import gzip
import io
import re
import secrets
import tempfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import IO, Any
from urllib.parse import quote, urlsplit

import brotli
from flask import Flask, Request, Response, copy_current_request_context, current_app, g, request, send_file
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, iter_multi_items
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, ValidationError
from wtforms import DateField
from wtforms.validators import Length

from app.platform import log, unicode
from app.platform.french import exact
from app.platform.settings import current_settings
from app.platform.unicode import bounded_marks

# --- A site under a prefix (`SCRIPT_NAME`) ---
#
# `url_for` writes the prefix; here it is added to the addresses that have none, where the answer leaves.
# Texts of the course are rendered once for every request, with addresses from the root of the site; a request's own path, to come back to, has no prefix either.
# A prefix that is also the name of a section of the site (« /lecons ») could not be told from it: there is no such prefix.


def prefix_addresses(html: str) -> str:
    """Puts the prefix of the request before every address of this site in the HTML."""
    root = request.root_path
    return _unprefixed_pattern(root).sub(rf"\g<0>{root}", html) if root else str(html)


@lru_cache(maxsize=4)
def _unprefixed_pattern(root: str) -> re.Pattern[str]:
    """What stands before an address that has no prefix yet. In text, quotes are entities: only attributes are found."""
    return re.compile(rf'(?<=\s)(?:href|src|(?:form)?action)="(?=/(?!/))(?!{re.escape(root)}[/"?#])')


def add_prefix(response: Response) -> Response:
    """Puts the prefix into a page's addresses, and into the address that a response redirects to."""
    root = request.root_path
    if not root:
        return response
    if response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(prefix_addresses(response.get_data(as_text=True)))
    if response.location and _unprefixed_pattern(root).search(f' href="{response.location}"'):
        response.location = root + response.location
    return response


def mount_under_prefix(app: Flask) -> None:
    app.after_request(add_prefix)


# --- Security headers, and what browsers may cache ---
#
# Nothing is loaded from another host; no inline script or style.

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
}


KEPT = frozenset({"static", "media.image", "library.file", "syntheses.paper"})
"""Endpoints whose answers a browser may keep, as each says: they hold nothing of anybody."""

SHARED = 300
"""Seconds that any cache may keep what is the same for every visitor who brings no cookie (`g.shared`, which the guard says)."""


def set_headers(app: Flask) -> None:
    production = app.config["CROISEE"].production

    @app.after_request
    def secure(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if production:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint not in KEPT:
            _say_who_keeps_it(response)
        return response


def _say_who_keeps_it(response: Response) -> None:
    """Whatever is not shared may show somebody's record: no cache keeps it, whatever the view or the framework says, and the back button after
    sign-out shows nothing."""
    if g.get("shared") and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={SHARED}"
        response.vary.add("Cookie")
    else:
        response.headers["Cache-Control"] = "no-store"


# --- Values from outside, files and addresses sent there ---
#
# Numbers within the database's bounds, days within a calendar's, text without what no database stores.

LARGEST = 2**31 - 1
"""Of an INTEGER of PostgreSQL, the narrowest column that an address or a form names. No table of ours ever counts as far."""
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
"""Days that somebody may type: no time zone takes them out of what a `datetime` can tell."""
NOT_A_DAY = "Indiquez une date entre 1900 et 2100, par exemple 01/09/2026."

SEARCH_LENGTH = 120
"""Characters of a search that are looked for: a field takes no more, an address that holds more is cut."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL stores no NUL, and a lone surrogate is half a character: neither is anything that somebody wrote."""
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def bounded_int(text: str) -> int:
    """A number as an address or a form gives it: `request.args.get("page", 1, bounded_int)`. Raises ValueError, also for what no column holds."""
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > LARGEST:
        raise ValueError(text[:20])
    return int(text)


def parse_day(text: str) -> date:
    """A day as `<input type="date">` gives it, or as people write it. Raises ValueError, whose words are NOT_A_DAY."""
    return parse_moment(text).date()


def parse_moment(text: str) -> datetime:
    """A day, or a day and an hour, as fields and addresses give them, or a day as people write it: « 01/09/2026 ».

    Raises ValueError, whose words are NOT_A_DAY.
    """
    try:
        found = datetime.strptime(text, "%d/%m/%Y") if "/" in text else datetime.fromisoformat(text)  # noqa: DTZ007 — in Paris, as the other
    except ValueError:
        raise ValueError(NOT_A_DAY) from None
    if not EARLIEST <= found.date() <= LATEST:
        raise ValueError(NOT_A_DAY)
    return found


def path_of(endpoint: str, **values: object) -> str:
    """Returns the path of a page from the root of the site, the same inside and outside a request; the site's address goes before it."""
    return current_app.url_map.bind("localhost").build(endpoint, values)


def public_address(path: str) -> str:
    """A page's address as others are told it, by its `path_of`. Empty in production where the site has none of its own: a request's Host is anybody's word.

    In a demonstration it is that of the request: nobody else reads it.
    """
    settings = current_settings()
    return settings.address_of(path) or ("" if settings.production else request.url_root.rstrip("/") + path)


def download(data: bytes | Iterable[bytes] | str, mimetype: str, name: str) -> Response:
    """A file that a browser keeps under this name, of characters that need no quoting, instead of showing it."""
    return Response(data, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})


BOM = "\ufeff"
"""Without it Excel reads UTF-8 as Windows-1252."""


def csv_table(rows: Iterable[Sequence[str]]) -> bytes:
    """A small table as French spreadsheets expect it; no text of it is run as a formula."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([unicode.neutral(cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode()


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SMALL_FILE = 4 * 1024 * 1024
"""A larger one waits on disk, not in memory."""


def written_file(write: Callable[[IO[bytes]], None], mimetype: str, name: str) -> Response:
    """A file written whole before anything is sent. Its length goes first, so that one cut short never looks whole."""
    target = tempfile.SpooledTemporaryFile(max_size=SMALL_FILE)  # noqa: SIM115 — closed when the answer has been sent
    try:
        write(target)
    except BaseException:
        target.close()
        raise
    length = target.tell()
    target.seek(0)
    response = send_file(target, mimetype=mimetype, as_attachment=True, download_name=name)
    response.content_length = length
    return response


def streamed_file(pieces: Iterator[bytes], mimetype: str, name: str) -> Response:
    """A file sent as it is written, however long it is: the request is over by then, and what `pieces` reads is its own. Its length is not known, so that the
    server sends chunks and tells their end: one that breaks off never looks whole."""
    reference = g.get("reference", "")

    @copy_current_request_context
    def log_break(error: Exception) -> None:
        g.reference = reference
        log.fault(error, traced=True, file="broken_off")

    def watch_pieces() -> Iterator[bytes]:
        try:
            yield from pieces
        except Exception as error:
            log_break(error)
            raise

    return download(watch_pieces(), mimetype, name)


def at_most(length: int) -> Length:
    """The validator of a text's length, in characters. The field's `maxlength` comes from it."""
    return Length(max=length, message=f"{exact(length)} caractères au plus.")


def one_line(text: str | None) -> str:
    """The filter of a field whose text stands on one line."""
    return unicode.one_line(text or "")


def searched_words(default: str = "", name: str = "q") -> str:
    """What the address of a page of results looks for."""
    return request.args.get(name, default).strip()[:SEARCH_LENGTH]


def nearest_page(wanted: int, total: int, size: int) -> tuple[int, int]:
    """The page to show, counted from 1, and the last one, of `total` lines by `size`: a number out of range gives the nearest."""
    last = max(1, -(-total // size))
    return min(max(1, wanted), last), last


def storable(text: str) -> str:
    """The text without what no database stores, and without runs of marks that would hold whatever normalises it: `urlsplit`, a form's filter."""
    return bounded_marks(_UNSTORABLE.sub("", text))


def readable_address(text: str) -> bool:
    """False for what the standard library refuses to split, such as « http://[ »."""
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


class DayField(DateField):
    """A day that somebody types."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist:
            self.data = parse_day(valuelist[0])


class BoundedIntegerConverter(BaseConverter):
    """`<int:…>` of every route: what no column holds is no address."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        try:
            return bounded_int(value)
        except ValueError:
            raise ValidationError from None


class Fields(ImmutableMultiDict[str, Any]):
    """Query, form or files. Text keeps all that can be stored: what a person pasted is not lost for one character that nobody sees."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__([(storable(name), _storable(value)) for name, value in iter_multi_items(mapping or ())])


def _storable(value: str | FileStorage) -> str | FileStorage:
    if isinstance(value, FileStorage):
        value.filename = storable(value.filename or "")
        return value
    return storable(value)


class EdgeRequest(Request):
    parameter_storage_class = Fields
    is_json = False
    """No page reads JSON: whoever sends some has sent nothing."""

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        for header in ("HTTP_ORIGIN", "HTTP_REFERER"):
            if not readable_address(environ.get(header, "")):
                del environ[header]
        super().__init__(environ, *args, **kwargs)
        self.query_string = quote(self.query_string, safe=_PRINTABLE).encode()  # raw bytes become what they should have been


def _refuse_paths() -> None:
    """A path names something: what is cut out of it would name something else."""
    if storable(request.path) != request.path:
        raise NotFound


def init_app(app: Flask) -> None:
    """Sets up requests, converters and path checks. Must run before any route is registered."""
    app.request_class = EdgeRequest
    app.url_map.converters["int"] = BoundedIntegerConverter
    app.before_request(_refuse_paths)


# --- Pages are compressed for readers of this site only, and the token of their forms looks different in each: decision 16 says against what.

SMALLEST = 1_400
"""Bytes that fit in one packet as they are."""
LEVEL = 8
"""Of gzip: the glossary is 0.5 kB lighter than at 6."""


def _brotli(page: bytes) -> bytes:
    return bytes(brotli.compress(page, mode=brotli.MODE_TEXT, quality=5))


def _gzip(page: bytes) -> bytes:
    return gzip.compress(page, LEVEL, mtime=0)


ENCODINGS = {"br": _brotli, "gzip": _gzip}
"""The first is lighter by a tenth, in half the time, for whoever takes both (decision 37)."""

ASKED_BY_A_READER = frozenset({"same-origin", "none"})
"""Of `Sec-Fetch-Site`, which no script can set: the reader followed a link of ours, or typed the address. What another site had the reader's
browser ask for is answered whole, and so is a browser that does not say."""


class MaskedTokens(CSRFProtect):  # type: ignore[misc]  # the extension ships no types
    """Flask-WTF's protection, whose token stays the same for a session, under another mask in each page."""

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.jinja_env.globals["csrf_token"] = masked_token
        app.context_processor(lambda: {"csrf_token": masked_token})

    def _get_csrf_token(self) -> str | None:
        sent = super()._get_csrf_token()
        return unmask(sent) if sent else None


ANYBODYS = "\ue001"
"""Stands for it in what is made for every reader: a character that no text holds."""


def masked_token() -> str:
    """The token of this session's forms, the same in all of one page."""
    if g.get("for_all"):
        return ANYBODYS
    token = g.get("csrf_token") or generate_csrf()  # where the extension keeps it
    if g.get("masked_token", ("",))[0] != token:  # signing in draws another one within a request
        g.masked_token = (token, mask(token))
    return str(g.masked_token[1])


def mask(token: str) -> str:
    """The token, by a pad drawn at random and by what it makes of it: twice as long, and different each time."""
    pad = secrets.token_bytes(len(token))
    return urlsafe_b64encode(pad + _either(pad, token.encode())).decode()


def unmask(sent: str) -> str:
    """The token; empty for what never was one."""
    try:
        both = urlsafe_b64decode(sent)
        return _either(both[: len(both) // 2], both[len(both) // 2 :]).decode()
    except ValueError:
        return ""


def _either(one: bytes, other: bytes) -> bytes:
    if len(one) != len(other):
        raise ValueError
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))


def compress(response: Response) -> Response:
    if response.mimetype != "text/html" or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
    encoding = request.accept_encodings.best_match(ENCODINGS) if request.headers.get("Sec-Fetch-Site") in ASKED_BY_A_READER else None
    if encoding:
        whole = response.get_data()
        if len(whole) >= SMALLEST:
            response.set_data(ENCODINGS[encoding](whole))
            response.headers["Content-Encoding"] = encoding
    return response


def init_compression(app: Flask) -> None:
    app.after_request(compress)
