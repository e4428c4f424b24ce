"""nginx with the very file of the operators' guide, gunicorn with the options of `make serve`: slow clients, forged headers, large files."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.serving import BIN, ROOT, free_port, serving
from tests.proofs.behind_nginx import CHUNK, CHUNKS, DIGEST
from tests.proofs.shipped import behind_nginx, nginx, trusting
from tests.proofs.trickling import BODY, HEAD, SITE, SLOW, slowest, trickling

pytestmark = [pytest.mark.proof, pytest.mark.xdist_group("nginx")]  # its servers are started once


@dataclass(frozen=True)
class Site:
    direct: int
    plain: int
    secure: int


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    instance = tmp_path_factory.mktemp("instance")
    environ = {"CROISEE_INSTANCE": str(instance), "CROISEE_ENV": "production", "CROISEE_PROXIES": "1", "CROISEE_SITE_URL": f"https://{SITE}"}
    subprocess.run([str(BIN / "flask"), "--app", "app", "prepare"], cwd=ROOT, env={**os.environ, **environ}, check=True, stdout=subprocess.DEVNULL)
    return environ


@contextmanager
def running(folder: Path, upstream: int, plain: int, secure: int) -> Iterator[None]:
    """nginx with the guide's file, with other ports, another certificate and another upstream; nothing else is touched."""
    ports = ((r"listen 80\b", f"listen 127.0.0.1:{plain}"), (r"listen 443\b", f"listen 127.0.0.1:{secure}"), (r"127\.0\.0\.1:8000", f"127.0.0.1:{upstream}"))
    with nginx(folder, behind_nginx(folder, *ports), secure):
        yield


@pytest.fixture(scope="module")
def site(environ: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, plain, secure = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    with serving("tests.proofs.behind_nginx:application()", environ) as (port, _), running(folder, port, plain, secure):
        ask(Site(port, plain, secure), "GET", "/connexion")
        yield Site(port, plain, secure)


def connected(port: int, source: str = "127.0.0.1", name: str = SITE) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(source, 0))
    try:
        return trusting().wrap_socket(plain, server_hostname=name)
    except OSError:
        plain.close()
        raise


@contextmanager
def opened(site: Site, method: str, path: str, body: bytes | None = None, **headers: str) -> Iterator[http.client.HTTPResponse]:
    """An answer of which the head is here."""
    connection = http.client.HTTPConnection(SITE)
    connection.sock = connected(site.secure)
    with closing(connection):
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was sent: the answer says why
            connection.request(method, path, body, {"Host": SITE, **headers})
        with connection.getresponse() as response:
            yield response


def ask(site: Site, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    with opened(site, method, path, body, **headers) as response:
        return response.status, response.read()


def direct(port: int) -> float:
    """How long a page takes that is asked of gunicorn itself."""
    start = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", "/connexion")
        assert connection.getresponse().status == 200
    return time.monotonic() - start


# --- Slow clients ----------------------------------------------------------------------------------------------------


def test_sixty_four_slow_clients_of_each_kind_hold_nobody_up_behind_nginx(site: Site) -> None:
    def page() -> float:
        start = time.monotonic()
        assert ask(site, "GET", "/connexion")[0] == 200
        return time.monotonic() - start

    with ExitStack() as stack:
        for place, kind in enumerate(SLOW.values()):
            stack.enter_context(trickling([connected(site.secure, f"127.0.1.{1 + place}") for _ in range(64)], *kind))
        assert slowest(page) < 3


def test_one_address_takes_only_so_many_places(site: Site) -> None:
    silent, answers = [connected(site.secure, "127.0.0.3") for _ in range(64)], list[bytes]()
    until = time.monotonic() + 20
    with trickling(silent.copy(), BODY, b"a"):
        while len(answers) < 14 and time.monotonic() < until:
            answers += answered(silent)
        answers += answered(silent)
    assert answers == [b"HTTP/1.1 429"] * 14


def answered(silent: list[ssl.SSLSocket]) -> list[bytes]:
    """What those say that no longer are silent, which leave the list."""
    found = []
    for each in silent.copy():
        each.settimeout(0.05)
        with suppress(OSError):
            found.append(each.recv(100)[:12])
            silent.remove(each)
    return found


def test_a_head_that_does_not_come_is_not_waited_for(site: Site) -> None:
    """Whose name is not known yet has the first server's patience, in clear and before the encryption."""
    waiting = [socket.create_connection(("127.0.0.1", port), timeout=20, source_address=("127.0.0.4", 0)) for port in (site.plain, site.secure)]
    with closing(waiting[1]), trickling(waiting[:1], HEAD, b"X-A: b\r\n"):
        for each in waiting:
            with suppress(ConnectionResetError):
                assert each.recv(100)[:12] in (b"", b"HTTP/1.1 408")


def test_a_site_that_is_stopped_says_so_in_french(environ: Mapping[str, str], tmp_path: Path) -> None:
    plain, secure = free_port(), free_port()
    with running(tmp_path, free_port(), plain, secure), opened(Site(0, plain, secure), "GET", "/connexion") as response:
        assert (response.status, response.headers["Retry-After"], response.headers.get_content_charset()) == (503, "60", "utf-8")
        assert "Le site est arrêté ou redémarre" in response.read().decode()


# --- Whom it is, and where -------------------------------------------------------------------------------------------


def test_what_a_client_claims_is_not_believed(site: Site) -> None:
    forged = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Port": "1",
        "Forwarded": "for=203.0.113.9;host=evil.example",
        "SCRIPT_NAME": "/evil",
    }
    said = json.loads(ask(site, "GET", "/aide?preuve=vu", **forged)[1])
    assert (said["REMOTE_ADDR"], said["wsgi.url_scheme"], said["SCRIPT_NAME"]) == ("127.0.0.1", "https", "")
    assert said["HTTP_HOST"] == f"{SITE}:{site.secure}"
    assert said["forwarded"] == {"HTTP_X_FORWARDED_FOR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"}


def test_another_host_gets_no_answer(site: Site) -> None:
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        ask(site, "GET", "/connexion", Host="evil.example")
    with pytest.raises(ssl.SSLError):
        connected(site.secure, name="evil.example")


def test_in_clear_one_is_sent_to_the_encrypted_site(site: Site) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", site.plain, timeout=30)) as connection:
        connection.request("GET", "/lecons//x?a=b", headers={"Host": SITE})
        answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{SITE}/lecons//x?a=b")
    assert ask(site, "GET", "/lecons//x")[0] == 404


def test_the_log_holds_nothing_that_opens_anything(tmp_path: Path) -> None:
    """Every address of the site with a mark in it, whatever its spelling, encrypted or not; nor what is asked after « ? », nor the page before."""
    site = Site(0, free_port(), free_port())
    marked = {line.split()[1] for line in (ROOT / "tests" / "urls.txt").read_text(encoding="utf-8").splitlines() if "<token>" in line}
    assert marked
    paths = [re.sub("<.*", "SECRET", path) for path in marked]
    with running(tmp_path, free_port(), site.plain, site.secure):
        for path in (*paths, "/%69nvitation//SECRET", "/recherche?q=SECRET", "/derniere"):
            assert ask(site, "GET", path, Referer=f"https://{SITE}/invitation/SECRET")[0] == 503
            with closing(http.client.HTTPConnection("127.0.0.1", site.plain, timeout=30)) as connection:
                connection.request("GET", path, headers={"Host": SITE})
                assert connection.getresponse().status == 301
    log = (tmp_path / "croisee.log").read_text(encoding="utf-8")
    assert log.count("GET /recherche HTTP/1.1") == 2
    assert log.count("GET /invitation/... HTTP/1.1") >= 2
    assert "SECRET" not in log


# --- Large files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/atelier/archive", 60_000_000, 200),
        ("/atelier/archive", 65_000_000, 413),
        ("/atelier/importer", 15_500_000, 200),
        ("/atelier/documents/un-a/images", 15_500_000, 200),
        ("/atelier/documents/un-a/images", 17_000_000, 413),
        ("/atelier/documents/un-a", 2_000_000, 200),
        ("/connexion", 2_200_000, 413),
    ],
)
def test_a_large_upload_arrives_whole_where_the_site_takes_it(site: Site, path: str, size: int, status: int) -> None:
    body = CHUNK * (size // len(CHUNK))
    answered, text = ask(site, "POST", f"{path}?preuve=vu", body)
    assert answered == status
    if status == 200:
        said = json.loads(text)
        assert (said["length"], said["digest"]) == (len(body), hashlib.sha256(body).hexdigest())
    else:
        assert "dépasse la taille permise" in text.decode()


def test_a_long_download_arrives_whole_and_frees_gunicorn_at_once(site: Site) -> None:
    """Eight read slowly, as many as there are threads, and pages are still served."""
    with ExitStack() as stack:
        readers = [stack.enter_context(opened(site, "GET", "/aide?preuve=long")) for _ in range(8)]
        starts = [reader.read(100_000) for reader in readers]
        assert slowest(lambda: direct(site.direct)) < 3
        for start, reader in zip(starts, readers, strict=True):
            whole = start + reader.read()
            assert (len(whole), hashlib.sha256(whole).hexdigest()) == (len(CHUNK) * CHUNKS, DIGEST)


def test_an_answer_that_was_cut_does_not_look_whole(site: Site) -> None:
    with pytest.raises(http.client.IncompleteRead) as broken:
        ask(site, "GET", "/aide?preuve=coupe")
    assert len(broken.value.partial) <= 2 * len(CHUNK)
