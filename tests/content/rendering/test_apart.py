"""A page within another keeps its references."""

from __future__ import annotations

from app.content.rendering.page import prefix_names


def test_the_same_names_stand_twice_on_a_page() -> None:
    html = '<h2 id="a">Un</h2><a href="#a" aria-describedby="a b">id="a"</a><a href="/x#a">x</a><rect fill="url(#a)"/>'
    assert (
        prefix_names(html, "quiz-")
        == '<h2 id="quiz-a">Un</h2><a href="#quiz-a" aria-describedby="quiz-a quiz-b">id="a"</a><a href="/x#a">x</a><rect fill="url(#quiz-a)"/>'
    )
