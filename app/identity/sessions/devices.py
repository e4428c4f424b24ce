"""What a session's owner reads of where it was opened: the device, as its browser names itself, and the network, as its address says. Pure."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network

_BROWSERS: tuple[tuple[str, str], ...] = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
)
_BROWSERS += (("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS: tuple[tuple[str, str], ...] = (
    ("iPhone", "un iPhone"),
    ("iPad", "un iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "un Mac"),
    ("CrOS", "ChromeOS"),
)
_SYSTEMS += (("Linux", "Linux"),)
"""In this order: most browsers also bear the names of those that they resemble."""


def device(agent: str) -> str:
    """« Firefox sur Windows »; what is not recognised is said so."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if not system:
        return browser or "Appareil non reconnu"
    return f"{browser or 'Navigateur non reconnu'} sur {system}"


def place(address: str) -> str:
    """Returns an IP address without its last part: no service is asked for its location."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "réseau non reconnu"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return "la machine du site"
    if ip.is_private:
        return "le réseau local du site"
    if ip.version == 4:
        return re.sub(r"\d+$", "…", f"réseau {ip}")
    return f"réseau {ip_network((int(ip), 48), strict=False).network_address}…"
