"""How many bytes of each kind of file are taken in."""

from __future__ import annotations

LARGEST_UPLOAD = 15_000_000
"""Bytes of what is sent: a telephone's photograph. What is kept of it is far less."""
LARGEST_DOCUMENT = 15_000_000
LARGEST_ARCHIVE = 60_000_000
LARGEST_FILE = 60_000_000
"""Of a file of the library: an hour of speech. Heavier ones are put in the course's folder."""
