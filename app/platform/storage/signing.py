"""The address of a file of a bucket, signed for some minutes (AWS Signature Version 4, in the query). Pure.

`obstore` signs too, but not the name under which a browser is to save the file.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlsplit

from msgspec import Struct

from app.platform.settings import Settings

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


def signed(bucket: Bucket, name: str, said: Mapping[str, str], now: datetime, seconds: int) -> str:
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
    query = "&".join(f"{_quoted(key)}={_quoted(values[key])}" for key in sorted(values))
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


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
