"""The cités éducatives and the network's meetings."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.network.cites import views as cites
    from app.network.views import blueprint

    app.register_blueprint(blueprint)
    cites.init_app(app)
