"""What the pages say, as runs and blocks for paper."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.rendering.html import render
from app.content.rendering.page import PageRenderer
from app.content.text.markdown import tokens
from app.content.text.normalise import normalise
from app.content.text.parts import parse_text
from app.content.values.course import Course, Glossary, GlossaryEntry, Module
from app.content.values.text import Fragment, Source
from app.learner.reference.syntheses.blocks import Translator
from app.learner.reference.syntheses.synthesis import takeaways

MODULE = Module("m", "M", "ville", (), (), None, Fragment("", 1), (Source("s1", "Un titre, un éditeur, 2026, <https://example.org/x>", 1),))
ZEP = GlossaryEntry("ZEP", "zone d'éducation prioritaire", Fragment("Une zone.", 1), "zep", 1)
BARS = "```barres\ntitre : Cités\n2019 : 80\n2021 : 126\n```"


def blocks(text: str, site: str = "https://c.example") -> list[dict[str, Any]]:
    renderer = PageRenderer(Course(0, modules={"m": MODULE}, glossary=Glossary((ZEP,))), MODULE)
    return Translator(site).blocks(render(tokens(normalise(text)), renderer.state))


def words(found: Any) -> str:
    """All that is said, in order."""
    if isinstance(found, dict):
        return "".join(words(found[key]) for key in ("text", "calls", "runs", "title", "items", "rows", "lines", "blocks") if key in found)
    return "".join(map(words, found)) if isinstance(found, list) else str(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Les ZEP, puis les ZEP.", "Les ZEP (zone d’éducation prioritaire), puis les ZEP."),
        ("Une zone d'éducation prioritaire (ZEP).", "Une zone d’éducation prioritaire (ZEP)."),
        ("Un réseau (ZEP).", "Un réseau (ZEP, zone d’éducation prioritaire)."),
        ("Un fait.[^s1] Un autre.[^s1]", "Un fait.1 Un autre.1"),
        ("Le 1er juillet", "Le 1er juillet"),
        ("- [x] fait\n- [ ] à faire", "☑ fait☐ à faire"),
        ("> [!TIP]\n> Un conseil.", "ConseilUn conseil."),
        ("| A | B |\n|---|--:|\n| un | 2 |", "ABun2"),
        ("Le taux $\\frac{1}{2}$.", "Le taux 1/2."),
        ("Dit « oui » : certes", "Dit « oui » : certes"),
    ],
)
def test_the_same_words_in_the_same_order(text: str, said: str) -> None:
    assert words(blocks(text)).replace("\u202f", " ").replace("\u00a0", " ").replace("\u2060", "") == said


@pytest.mark.parametrize(("site", "to"), [("https://c.example", "https://c.example/modules/m"), ("", "")])
def test_links_lead_out_of_paper_or_are_words(site: str, to: str) -> None:
    inside, outside = [block["runs"][0] for block in blocks("[ici](m)\n\n[**là**](https://example.org/)", site)]
    assert (inside["text"], inside["to"]) == ("ici", to)
    assert (outside["is"], outside["to"]) == (["bold"], "https://example.org/")


def test_a_figure_is_drawn_with_its_data_in_words() -> None:
    (figure,) = blocks(BARS)
    assert figure["alt"].replace("\u202f", " ") == "Cités. 2019 : 80 ; 2021 : 126."
    assert figure["drawing"].startswith('<svg viewBox="0,0,360,')
    assert "<style>" in figure["drawing"]
    assert figure["blocks"] == []


def test_a_picture_is_its_alternative_and_its_caption() -> None:
    told = Translator().blocks('<figure class="image"><img src="/m" alt="Un plan"><figcaption>Le <em>quartier</em></figcaption></figure>')
    assert words(told) == "Image : Un plan. Le quartier"


def test_a_list_in_a_list_and_a_number_that_goes_on() -> None:
    (numbered,) = blocks("3. trois\n   - dedans\n4. quatre")
    assert (numbered["start"], [block["kind"] for block in numbered["items"][0]]) == (3, ["text", "list"])


def test_what_to_retain_ends_with_the_next_title() -> None:
    text = "## Avant\n\nNon.\n\n## À retenir\n\n- Oui\n\n### Encore\n\nOui.\n\n> [!QUESTION]\n> Non ?\n>\n> Réponse : Vrai\n\n## Sur mon territoire\n\n- Non"
    assert [token.content for token in takeaways(parse_text(text)) if token.type == "inline"] == ["Oui", "Encore", "Oui."]
    assert takeaways(parse_text("## Autre\n\nRien.")) == []


@given(st.text(alphabet="ab *_`[]()<>|#-\n>1.!&«»:\\^~", max_size=120))
def test_any_text_is_told(text: str) -> None:
    words(blocks(text))
