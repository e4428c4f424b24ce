"""What the newcomer's guides tell to press, fill and read is on the pages, in these words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHORT = "app/templates/authoring/outline/guide.html"
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").replace("'", "’")
    for folder in ("app/templates", "app/authoring", "app/static/js/editor")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".html", ".py", ".js")
}
GUIDES = {
    "docs/formateurs/premiere-lecon.md": r"\*\*([A-ZÀ-Ý][^*]+)\*\*",
    "docs/formateurs/premier-module.md": r"\*\*([A-ZÀ-Ý][^*]+)\*\*",
    "docs/formateurs/publier.md": r"\*\*([A-ZÀ-Ý][^*]+)\*\*",
    SHORT: r"<strong>([^<]+)</strong>",
}
KEYS = re.compile(r"Ctrl \+ .")


@pytest.mark.parametrize("name", GUIDES)
def test_the_words_that_a_guide_quotes_are_on_the_pages(name: str) -> None:
    quoted = dict.fromkeys(re.findall(GUIDES[name], " ".join((ROOT / name).read_text(encoding="utf-8").split())))
    assert quoted
    said = "\n".join(text for path, text in PAGES.items() if path != name)
    assert [words for words in quoted if not KEYS.fullmatch(words) and words.replace("'", "’").rstrip(" .") not in said] == []
