"""Connections to the Internet alone. A text of the course, and whatever answers it, may name any host: it is resolved once, judged, and connected to by
the address that was judged, so that no spelling and no second answer of a name server leads to this machine or its network."""

from __future__ import annotations

import socket
import ssl
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, Request

from app.platform import outgoing

PORTS = frozenset({80, 443})
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""An IPv4 address is behind each."""


class NotPublic(Exception):
    """A name that leads to this machine or its network, as far as one can tell."""


def is_plain(address: str) -> bool:
    """Whether an address names its host plainly: without a name and password before it, a port that is not the Web's, or an escaped sign. Raises ValueError."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not set(parts.netloc) & set("%@\\") and parts.port in (None, *PORTS)


def is_public(address: str) -> bool:
    """Is it an address of the Internet, and what it stands for too?"""
    found = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (found, *_inside(found)))


def _inside(address: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    if isinstance(address, IPv4Address):
        return ()
    translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in _TRANSLATED else None
    return tuple(one for one in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()), translated) if one)


def connection_to(host: str, port: int, timeout: float | None) -> socket.socket:
    """An open connection to a host of the Internet. Raises NotPublic, or OSError where nobody answers."""
    if port not in PORTS:
        raise NotPublic
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except UnicodeError as error:
        raise OSError(str(error)) from error
    if not all(map(is_public, found)):
        raise NotPublic
    last: OSError = OSError(host)
    for address in found:
        try:
            opened = socket.create_connection((address, port), timeout)
        except OSError as error:
            last = error
            continue
        if is_public(opened.getpeername()[0]):
            return opened
        opened.close()
        raise NotPublic
    raise last


def opener() -> OpenerDirector:
    """Where the machine goes out through a proxy, it is the proxy that resolves, connects and refuses."""
    return outgoing.opener(_Http(), _Https(context=ssl.create_default_context()))


class _Connection(HTTPConnection):
    def connect(self) -> None:
        self.sock = connection_to(self.host, self.port, self.timeout)


class _SecureConnection(HTTPSConnection):
    def __init__(self, host: str, **kwargs: Any) -> None:
        super().__init__(host, **kwargs)
        self.secure: ssl.SSLContext = kwargs["context"]

    def connect(self) -> None:
        self.sock = self.secure.wrap_socket(connection_to(self.host, self.port, self.timeout), server_hostname=self.host)


class _Http(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        return super().http_open(req) if _by_proxy(req) else self.do_open(_Connection, req)


class _Https(HTTPSHandler):
    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self.secure = context

    def https_open(self, req: Request) -> HTTPResponse:
        return super().https_open(req) if _by_proxy(req) else self.do_open(_SecureConnection, req, context=self.secure)


def _by_proxy(request: Request) -> bool:
    """Whether urllib sends this request to a proxy, which is then its host: of http, of https."""
    return request.has_proxy() or bool(getattr(request, "_tunnel_host", None))
