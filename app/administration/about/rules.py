"""What a change of the site's settings changed, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from app.platform.site.rules import SETTINGS, UNTOLD


class SiteChange(Struct, frozen=True):
    label: str
    before: str
    after: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[SiteChange]:
    """Lists the settings that differ between two stored versions, in the order of the form."""
    for key, one in SETTINGS.items():
        if before.get(key) != after.get(key):
            default = one.to_json(getattr(UNTOLD, key))
            yield SiteChange(one.briefly or one.title, *(one.in_words(values.get(key, default)) for values in (before, after)))
