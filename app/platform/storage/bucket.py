"""Media in an S3-compatible bucket: signed addresses, and the store that reads and writes it."""

from __future__ import annotations

import hashlib
import hmac
import io
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from os import getpid
from typing import IO, TypeVar
from urllib.parse import quote, urlsplit

from flask import has_app_context
from msgspec import Struct
from obstore.exceptions import AlreadyExistsError, BaseError, NotSupportedError
from obstore.store import S3Store

from app.platform import clock, log
from app.platform.settings import Settings
from app.platform.storage.folder import Source, StoreAway, StoreEntry

# --- Signed addresses (AWS Signature Version 4, in the query) ---
#
# `obstore` signs too, but not the name under which a browser is to save the file.

ALGORITHM = "AWS4-HMAC-SHA256"


class Bucket(Struct, frozen=True):
    url: str
    name: str
    region: str
    key: str
    secret: str
    path_style: bool

    def base(self) -> tuple[str, str, str]:
        """(scheme, host, path) of what it holds."""
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/")
        return (parts.scheme, parts.netloc, f"{path}/{self.name}") if self.path_style else (parts.scheme, f"{self.name}.{parts.netloc}", path)


def bucket_of(settings: Settings) -> Bucket:
    return Bucket(
        settings.bucket_url, settings.bucket, settings.bucket_region, settings.bucket_key, settings.bucket_secret, path_style=settings.bucket_path_style
    )


def signed_address(bucket: Bucket, name: str, said: Mapping[str, str], now: datetime, seconds: int) -> str:
    """Where `name` is read until then. `said`: headers of the answer, as `response-content-type`."""
    scheme, host, path = bucket.base()
    path = f"{path}/{quote(name)}"
    scope = f"{now:%Y%m%d}/{bucket.region}/s3/aws4_request"
    values = {
        **said,
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{bucket.key}/{scope}",
        "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    query = "&".join(f"{_quote_parameter(key)}={_quote_parameter(values[key])}" for key in sorted(values))
    canonical = "\n".join(("GET", path, query, f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"))
    told = "\n".join((ALGORITHM, f"{now:%Y%m%dT%H%M%SZ}", scope, hashlib.sha256(canonical.encode()).hexdigest()))
    return f"{scheme}://{host}{path}?{query}&X-Amz-Signature={_mac(_key(bucket.secret, scope), told).hex()}"


def _key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _quote_parameter(text: str) -> str:
    return quote(text, safe="-_.~")


# --- The store, by `obstore`, which is loaded only where a bucket is set (decision 45) ---
#
# Each request has its time, and is tried twice. A store that did not answer is left alone for some seconds, then asked by one at a time until it
# does: pages say so at once instead of keeping a worker each.

CONNECT, ANSWER = "3s", "15s"
"""For a connection, and for a whole request."""
TRIES = 2
LEFT_ALONE = 5.0
"""Seconds."""
ONE_TRY = 30.0
"""Seconds that one request may take in all: for so long, nobody else asks a store that did not answer."""
PIECE, PART = 4 * 1024 * 1024, 5 * 1024 * 1024
"""Bytes of one request, when a large file is read, and when it is sent: S3 takes no smaller part but the last."""
AT_ONCE = 2
"""Parts that are sent together: each is in memory."""
FRESH = 24 * 3600
"""Seconds for which a file that is asked for again need not be marked as used."""
_Answer = TypeVar("_Answer")


class BucketStore:
    def __init__(self, held: S3Store, *, lasting: bool = True) -> None:
        """`lasting`: what has a name stays there."""
        self.held, self.lasting = held, lasting
        self.answers: bool | None = None
        """Did it, when it was last asked? None before that."""
        self.quiet_until = 0.0
        self.sizes: dict[str, int] = {}
        """Of what was seen there, where it lasts: pages ask again and again."""

    def put(self, name: str, source: Source) -> None:
        there = self._head(name)
        if there is None:
            self._send(name, source, again=False)
        elif there.kept_at < clock.now().timestamp() - FRESH:
            self._send(name, source, again=True)

    def _send(self, name: str, source: Source, *, again: bool) -> None:
        """In one request that refuses to write over anything; what is large comes together at its end, and then is the same if it was there."""
        weight = len(source) if isinstance(source, bytes) else source.stat().st_size
        if again or weight > PIECE:
            self._ask_bucket(lambda: self.held.put(name, source, use_multipart=weight > PIECE, chunk_size=PART, max_concurrency=AT_ONCE))
            return
        try:
            self._ask_bucket(lambda: self.held.put(name, source, mode="create", use_multipart=False))
        except AlreadyExistsError:
            return  # another host was first
        except NotSupportedError:
            self._send(name, source, again=True)

    def read(self, name: str) -> bytes:
        return self._ask_bucket(lambda: bytes(self.held.get(name).bytes()))

    def open(self, name: str) -> IO[bytes]:
        size = self.size(name)
        if size is None:
            raise FileNotFoundError(name)
        return io.BufferedReader(_Pieces(self, name, size), PIECE)

    def piece(self, name: str, start: int, length: int) -> bytes:
        return self._ask_bucket(lambda: bytes(self.held.get_range(name, start=start, length=length)))

    def size(self, name: str) -> int | None:
        if name in self.sizes:
            return self.sizes[name]
        found = self._head(name)
        if found and self.lasting:
            self.sizes[name] = found.bytes
        return found.bytes if found else None

    def _head(self, name: str) -> StoreEntry | None:
        try:
            found = self._ask_bucket(lambda: self.held.head(name))
        except FileNotFoundError:
            return None
        return StoreEntry(name, found["size"], found["last_modified"].timestamp())

    def delete(self, name: str) -> None:
        self.sizes.pop(name, None)
        self._ask_bucket(lambda: self.held.delete(name))

    def entries(self) -> Iterator[StoreEntry]:
        pages = self._ask_bucket(lambda: [each for page in self.held.list() for each in page])
        yield from sorted((StoreEntry(each["path"], each["size"], each["last_modified"].timestamp()) for each in pages), key=lambda entry: entry.name)

    def sweep(self, before: float) -> int:
        """The store itself forgets pieces that never came together, by a rule of the bucket (`docs/exploitants/plusieurs-machines.md`)."""
        return 0

    def _ask_bucket(self, ask: Callable[[], _Answer]) -> _Answer:
        now = time.monotonic()
        if now < self.quiet_until:
            raise StoreAway("il n’a pas répondu à l’instant")
        if self.answers is False:
            self.quiet_until = now + ONE_TRY  # this one asks again; the others are told at once until it knows
        try:
            found = ask()
        except (FileNotFoundError, AlreadyExistsError, NotSupportedError) as error:
            if "NoSuchBucket" in str(error):
                raise self._away(error) from None
            self._note_answer()
            raise
        except BaseError as error:
            raise self._away(error) from None
        self._note_answer()
        return found

    def _note_answer(self) -> None:
        self.answers, self.quiet_until = True, 0.0

    def _away(self, error: Exception) -> StoreAway:
        why = f"{type(error).__name__} : {str(error).partition(chr(10))[0][:300]}"
        self.answers, self.quiet_until = False, time.monotonic() + LEFT_ALONE
        if has_app_context():
            log.fault(error, bucket=why)
        return StoreAway(why)


class _Pieces(io.RawIOBase):
    """A file of the bucket, each piece by a request of its own: whoever reads slowly holds nothing there."""

    def __init__(self, store: BucketStore, name: str, size: int) -> None:
        self.store, self.name, self.size, self.at = store, name, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence]
        return self.at

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        length = min(len(buffer), self.size - self.at)
        if length <= 0:
            return 0
        data = self.store.piece(self.name, self.at, length)
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)

    def readall(self) -> bytes:
        """To the end by one request, where Python's own makes one for each 8 kB."""
        length = max(0, self.size - self.at)
        data = self.store.piece(self.name, self.at, length) if length else b""
        self.at += len(data)
        return data


def store_of(settings: Settings, area: str, *, lasting: bool) -> BucketStore:
    return _store(bucket_of(settings), area, lasting, getpid())


@lru_cache(maxsize=8)
def _store(bucket: Bucket, area: str, lasting: bool, _process: int) -> BucketStore:
    """One a process: its connections are kept, and none outlives a fork."""
    scheme, host, path = bucket.base()
    return BucketStore(
        S3Store(
            bucket.name,
            prefix=area,
            endpoint=bucket.url if bucket.path_style else f"{scheme}://{host}{path}",
            region=bucket.region,
            access_key_id=bucket.key,
            secret_access_key=bucket.secret,
            virtual_hosted_style_request=not bucket.path_style,
            client_options={"allow_http": True, "connect_timeout": CONNECT, "timeout": ANSWER},
            retry_config={"max_retries": TRIES - 1, "retry_timeout": timedelta(seconds=15)},
        ),
        lasting=lasting,
    )
