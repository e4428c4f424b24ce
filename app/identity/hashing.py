"""What is stored of a password. Alone here, as it brings all of Flask-Security, which commands that hash nothing do without."""

from __future__ import annotations

from flask_security import hash_password

from app.identity.passwords import Hashed, normalise_password


def hash_new_password(password: str) -> Hashed:
    """Hashes a password that `password_faults` accepts. This is slow: call it before taking any lock."""
    return Hashed(hash_password(normalise_password(password)))
