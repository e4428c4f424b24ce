"""Understands other ways to write a quiz: word processors and lettered options are read, GIFT is sent to the import.

Each way that is understood is an example in `tests/content/fixtures/ecritures-*.md`.
"""
