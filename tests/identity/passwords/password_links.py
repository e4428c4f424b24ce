"""What several tests share: links that let somebody choose a password: by mail or by hand, once, for a time, and they tell nobody who has an account."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from app.identity import services
from app.identity.models import Person
from app.platform import clock
from app.platform.db import db


def token_for(app: Flask, person_id: int, **age: int) -> str:
    with app.app_context():
        person = db.session.get_one(Person, person_id)
        return services.password_link_token(app.config["CROISEE"].secret_key, person, clock.now() + timedelta(**age))
