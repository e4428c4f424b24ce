"""Security headers of every response, and what browsers may cache. Nothing is loaded from another host; no inline script or style."""

from __future__ import annotations

from flask import Flask, Response, g, request

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


def init_app(app: Flask) -> None:
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
