"""The cités éducatives and the network's meetings."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.identity.services import merged
    from app.network.cites import views as cites
    from app.network.directory import demo
    from app.network.directory import services as directory
    from app.network.directory import views as directory_views
    from app.network.views import blueprint

    for part in (blueprint, directory_views.blueprint):
        app.register_blueprint(part)
    cites.init_app(app)
    demo.init_app(app)
    merged.connect(directory.follow_merge)
