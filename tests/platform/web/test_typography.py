"""One convention of spaces: sources type plain ones, and what people read gets the French ones where it is rendered (tests/strict.py looks at each page)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from markupsafe import Markup
from wtforms import Form, SelectChoice, SelectField

import app as package
from app.platform.web.templating import TemplatePlace

FOLDER = Path(package.__file__).parent
RULES = ("platform/french.py", "content/", "authoring/incoming/word/", "exchange/intake/", "platform/printing_process.py")
"""Where such spaces are read or made: what a trainer's files and Word documents may hold, and what a PDF can draw."""
SOURCES = sorted(
    name
    for path in FOLDER.rglob("*")
    if path.suffix in (".py", ".html", ".txt") and "course/" not in (name := path.relative_to(FOLDER).as_posix()) and not name.startswith(RULES)
)
TYPED = re.compile(r"\\u202f|\\u00a0|\\xa0|[\u202f\u00a0]|&nbsp;|&#(?:8239|160|x202f|xa0);", re.IGNORECASE)
BOX = ">&nbsp;<"
"""An empty line of a text that must have a height."""

SHOWN = str.maketrans({"\u202f": "_", "\u00a0": "~"})


def test_no_source_types_a_french_space(subtests: pytest.Subtests) -> None:
    for name in SOURCES:
        with subtests.test(name):
            assert TYPED.findall((FOLDER / name).read_text(encoding="utf-8").replace(BOX, "")) == []


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>Oui : non</p>", "<p>Oui_: non</p>"),
        ('<a href="/a?b : c" title="Ouvrir : là">ici</a> ; là', '<a href="/a?b : c" title="Ouvrir_: là">ici</a>_; là'),
        ("<a href='a : b' class=\"x : y\"\n aria-label='Aller : loin'>", "<a href='a : b' class=\"x : y\"\n aria-label='Aller_: loin'>"),
        ('<input value="a : b" placeholder="par exemple : a">', '<input value="a : b" placeholder="par exemple_: a">'),
        ("<p><code>Réponse : a</code> : la ligne</p>", "<p><code>Réponse : a</code>_: la ligne</p>"),
        ("<pre>a : <code>b : c</code> : d</pre> : e", "<pre>a : <code>b : c</code> : d</pre>_: e"),
        ("<textarea>a : b</textarea>a : b", "<textarea>a : b</textarea>a_: b"),
        ("<script>a ? b : c</script>", "<script>a ? b : c</script>"),
        ("<!-- a : b --> a : b", "<!-- a : b --> a_: b"),
        ("a &amp; b : c &lt; d &eacute; ; e", "a &amp; b_: c &lt; d &eacute;_; e"),
        ("1 < 2 : vrai", "1 < 2_: vrai"),
        ("", ""),
    ],
)
def test_text_is_set_and_markup_is_not(source: str, shown: str) -> None:
    assert TemplatePlace().set(source).translate(SHOWN) == shown


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ x }} : y", "a : b_: y"),
        ("<p>{{ said }}</p>", "<p>Oui_: non_!</p>"),
        ("<p>{{ said | e }}</p>", "<p>Oui : non !</p>"),
        ("<p>{{ html }}</p>", "<p><i>a : b</i></p>"),
        ('<input value="{{ said }}" title="{{ said }}">', '<input value="Oui : non !" title="Oui_: non_!">'),
        ('<p{% if said %} class="{{ said }}"{% endif %}>{{ said }}', '<p class="Oui : non !">Oui_: non_!'),
        ("<code>{{ said }}</code>", "<code>Oui : non !</code>"),
        ("{{ 'oui : ' if said else 'non' }}{{ none }}{{ 12 }} jours", "oui_: None12~jours"),
        ("{% macro line(words) %}<b>{{ words }}</b>{% endmacro %}{{ line(said) }}", "<b>Oui_: non_!</b>"),
        ('{% set words %}a : {{ said }}{% endset %}<i title="{{ words }}">', '<i title="a_: Oui_: non_!">'),
        ("{# a : b #}{{ absent }} ; b", "_; b"),
    ],
)
def test_what_an_expression_prints_as_text_is_set(app: Flask, template: str, shown: str) -> None:
    values = {"said": "Oui : non !", "html": Markup("<i>a : b</i>"), "x": Markup("a : b"), "none": None}
    assert app.jinja_env.from_string(template).render(values).translate(SHOWN) == shown


def test_the_options_of_a_list_are_set_and_their_values_are_not(app: Flask) -> None:
    source = "{{ field() | spaced_html }}"
    field = SelectField(choices=[SelectChoice("a : b", "Module : Leçon « deux »")]).bind(form=Form(), name="x")
    field.process(None)
    shown = app.jinja_env.from_string(source).render(field=field).translate(SHOWN)
    assert '<option value="a : b">Module_: Leçon «_deux_»</option>' in shown


def test_a_message_with_a_link_is_set_and_a_plain_one_is_escaped(app: Flask) -> None:
    message = app.jinja_env.from_string("{{ message | spaced_html }}")
    assert message.render(message=Markup('Fini : <a href="/a : b">voir</a>')).translate(SHOWN) == 'Fini_: <a href="/a : b">voir</a>'
    assert message.render(message="<b> : fini").translate(SHOWN) == "&lt;b&gt;_: fini"
