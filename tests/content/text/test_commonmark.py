"""Our parser beside CommonMark: what both know is read alike, in every place where it may stand; and no text, ordinary or hostile, stops it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from app.content.documents.reader import read_document
from app.content.text.markdown import PARSER
from tests.authoring.shapes import SHAPES

PLAIN = MarkdownIt("commonmark", {"html": False}).disable(["html_block", "html_inline"])
INLINE = (
    "un mot",
    "*penché*",
    "_penché_",
    "**gras**",
    "***les deux***",
    "**gras *et penché***",
    "*ouvert",
    "a*b*c_d_e",
    "2 * 3 * 4",
    r"\*échappé\*",
    "`code`",
    "``a ` b``",
    "`ouvert",
    "[lien](/page)",
    '[lien](/page "titre")',
    "[lien](</une page>)",
    "[vide]()",
    "[sans adresse]",
    "[un [dedans] deux](/page)",
    "![image](/image.png)",
    "[![image](/image.png)](/page)",
    "<https://exemple.example>",
    "<nom@exemple.example>",
    "[appel][la]",
    "[la]",
    "&amp; &eacute; &#233; &inconnu;",
    "fin  \nde ligne",
    "fin\\\nde ligne",
    "a < b > c",
    "*[lien penché](/page)*",
    "**`code gras`**",
    "1986\\. Une année",
)
AROUND: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: f"# {text}",
    lambda text: f"### {text} ###",
    lambda text: f"{text}\n===",
    lambda text: f"- {text}\n- autre",
    lambda text: f"- {text}\n\n- autre",
    lambda text: f"1. {text}\n2. autre",
    lambda text: f"7) {text}",
    lambda text: f"- a\n  - {text}\n    1. b",
    lambda text: f"> {text}",
    lambda text: f"> a\n{text}",
    lambda text: f"> - {text}\n>\n> b",
    lambda text: f"    {text}",
    lambda text: f"```\n{text}\n```",
    lambda text: f"~~~ texte\n{text}\n~~~",
    lambda text: f"avant\n{text}\naprès",
    lambda text: f"avant\n\n---\n\n{text}",
    lambda text: f"\n\n   {text}\n\n\n",
)
LINK = "\n\n[la]: /definie 'titre'\n"


@pytest.mark.proof
def test_what_commonmark_knows_is_read_alike(record_property: Callable[[str, object], None]) -> None:
    texts = [around(text) + LINK for around, text in product(AROUND, INLINE)]
    other = [text for text in texts if PARSER.render(text) != PLAIN.render(text)]
    alike = len(texts) - len(other)
    record_property("shown", f"CommonMark : {alike} textes sur {len(texts)} lus comme par l’analyseur sans réglage ({100 * alike / len(texts):.1f} %)")
    assert other == []


@pytest.mark.proof
def test_no_text_stops_the_parser(record_property: Callable[[str, object], None]) -> None:
    """The course, and whatever a paste may bring or somebody hostile would try, 20 kB each."""
    root = Path(__file__).parents[3]
    texts = [
        (path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in sorted([*root.glob("modules/**/*.md"), *root.glob("quizzes/*.md")])
    ]
    texts += [(path, shape(20_000)) for path, shape in SHAPES.values()]
    spent = []
    for path, text in texts:
        begin = time.process_time()
        assert read_document(path, text).path == path
        spent.append(1000 * (time.process_time() - begin))
    record_property("shown", f"textes éprouvés : {len(texts)}, 0 panne, médiane {statistics.median(spent):.0f} ms, pire {max(spent):.0f} ms")
