"""Addresses that last some minutes are those that Amazon's own library would sign."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from app.platform.storage.bucket import Bucket, signed_address

NOW = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
SAID = {"response-content-disposition": "attachment; filename*=UTF-8''Compte%20rendu%20d%E2%80%99%C3%A9t%C3%A9.pdf", "response-content-type": "application/pdf"}


@pytest.mark.parametrize("path_style", [True, False])
@pytest.mark.parametrize("url", ["https://s3.exemple.fr", "http://10.0.0.8:9000/", "https://exemple.fr/entrepot"])
@pytest.mark.parametrize("said", [{}, SAID])
def test_it_is_signed_as_the_reference_signs(path_style: bool, url: str, said: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = Bucket(url, "seau", "fr-par", "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", path_style)
    address = urlsplit(signed_address(bucket, "media/ab c.pdf", said, NOW, 300))
    assert address.netloc == (urlsplit(url).netloc if path_style else f"seau.{urlsplit(url).netloc}")
    given = dict(parse_qsl(address.query))
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None))
    request = AWSRequest("GET", f"{address.scheme}://{address.netloc}{address.path}", params=dict(sorted(said.items())))
    S3SigV4QueryAuth(Credentials(bucket.key, bucket.secret), "s3", "fr-par", expires=300).add_auth(request)
    expected = dict(parse_qsl(urlsplit(request.url).query))
    assert given == expected
