"""A video of the library: a link that names its site, with what it says; nothing of that site is on our pages."""

from __future__ import annotations

from tests.learner.reference.library.library_pages import PATH, keep
from tests.learner.reference.library.videos import VIDEO
from tests.record import courses
from tests.record.world import World


def test_a_video_is_a_link_that_names_its_site_with_what_it_says(world: World) -> None:
    keep(world, (PATH, VIDEO), courses.module("le-module", ["la-lecon"]), courses.lesson("la-lecon", module="le-module", body="![](video-d-essai)"))
    world.person()
    client = world.client()
    for address in ("/lecons/la-lecon", "/bibliotheque/video-d-essai"):
        html = client.get(address).get_data(as_text=True)
        assert 'target="_blank" href="https://www.tube.example/w/abc">Regarder sur tube.example' in html
        assert '<span class="time-code">00:10</span>' in html
        assert "cartographes" in html
        assert not {"<iframe", "<video", 'src="https://'} & set(html.split())
    assert "/bibliotheque/video-d-essai#transcription" in client.get("/recherche?q=cartographes").get_data(as_text=True)
