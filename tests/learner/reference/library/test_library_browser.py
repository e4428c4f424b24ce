"""A recording in a real browser: its time codes seek, in a lesson and on its page; an address into its transcription unfolds it. What else a lesson shows."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Request, expect
from playwright.sync_api import Page as Tab
from sqlalchemy.orm import Session

from app.content.store import disk
from app.platform.settings import current_settings
from app.platform.storage import places
from tests.authoring.incoming.library import made
from tests.authoring.incoming.pictures import picture
from tests.browsers import arrive, in_each_size
from tests.content.publishing import publish
from tests.learner.reference.library.library_pages import TEXT
from tests.learner.reference.library.videos import VIDEO
from tests.platform.web.axe import complaints_in_each_size
from tests.record import courses
from tests.record.world import World

pytestmark = [pytest.mark.proof, pytest.mark.browser]

HEARD = f"{TEXT.replace('[1:02:03]', '[00:20]')}\n{VIDEO}"
SHOWN = r"""
![Deux rues](images/carte.png "Le *quartier*, vu du [nord](seance-2022)"){petite}

> [!TERRAIN]
> Ce qui a été fait quelque part.

Un taux : $\frac{a}{b} \leq 12 %$, pour 5 $ ou 10 $.

$$
\text{taux} = \frac{\text{élèves concernés par la mesure}}{\text{tous les élèves du réseau}} \times 100 + \text{un reste que l'on ne sait pas expliquer encore}
$$

![](video-d-essai)

> [!QUESTION]
> Qui peut convoquer ?
>
> - [x] Le préfet
> - [x] Le maire
> - [ ] Le principal
>
> Choix : une suffit
>
> Explication : L'un ou l'autre.
"""
LESSON = courses.lesson("la-lecon", module="le-module", body=f"Un mot.\n\n![](seance-2022)\n{SHOWN}")


@pytest.fixture
def site(world: World) -> World:
    def work(session: Session) -> None:
        files = {"seance.mp3": made.mp3(1500), "synthese.pdf": made.pdf()}
        kept = {name: disk.store(places.media(current_settings()), name, data) for name, data in files.items()}
        for path, text in (("modules/bibliotheque.md", HEARD), courses.module("le-module", ["la-lecon"]), LESSON):
            own = {"carte.png": disk.store(places.media(current_settings()), "carte.png", picture(size=(900, 600)))} if path == LESSON[0] else None
            publish(session, path, text, author_id=None, now=world.clock.now(), media=kept if path.endswith("bibliotheque.md") else own)

    world.write(work)
    world.person()
    return world


BROKEN = """() => [...document.querySelectorAll("dl dt")].flatMap((name) => [...name.firstChild.data.matchAll(/\\S+/gu)].filter((word) => {
  const range = document.createRange();
  range.setStart(name.firstChild, word.index);
  range.setEnd(name.firstChild, word.index + word[0].length);
  return new Set([...range.getClientRects()].map((box) => box.top)).size > 1;
}).map(String))"""
"""The names of facts that stand on two lines with one of their words."""


def test_no_name_of_a_fact_is_broken(site: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/connexion")
    tab.goto(f"{live}/bibliotheque/seance-2022")
    expect(tab.locator("dt", has_text="Événement")).to_be_visible()
    for width in (320, 390, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        for size in (100, 150, 200):
            tab.evaluate("size => { document.documentElement.style.fontSize = `${size}%`; }", size)
            assert tab.evaluate(BROKEN) == [], (width, size)


def _press_code(tab: Tab, words: str) -> None:
    tab.get_by_role("link", name=f"Écouter à {words}").click()
    tab.wait_for_function("() => document.querySelector('audio').currentTime >= 20")


def test_a_time_code_seeks_and_an_address_unfolds(site: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/connexion?next=/bibliotheque/seance-2022%23la-suite")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    tab.on("request", note)
    tab.goto(f"{live}/bibliotheque/seance-2022#la-suite")
    expect(tab.locator("details", has=tab.locator("#la-suite"))).to_have_attribute("open", "")
    assert not [address for address in asked if address.endswith("/fichier")], "nothing is fetched before somebody listens"
    _press_code(tab, "00:20")
    assert tab.url.endswith("#la-suite")
    for _ in in_each_size(tab):
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.goto(f"{live}/lecons/la-lecon")
    tab.get_by_text("Transcription", exact=True).first.click()
    _press_code(tab, "00:20")
    assert tab.url.endswith("/lecons/la-lecon")


def test_pictures_formulas_and_a_video_are_shown_and_nothing_comes_from_its_site(site: World, context: BrowserContext, live: str) -> None:
    tab = arrive(context, f"{live}/connexion?next=/lecons/la-lecon")
    tab.goto(f"{live}/lecons/la-lecon")
    figure = tab.get_by_role("figure", name="Le quartier, vu du nord")
    assert figure.locator("img").bounding_box()["width"] == 224  # type: ignore[index]
    expect(figure.get_by_role("link", name="nord")).to_be_visible()
    assert tab.locator("math").count() == 2
    assert tab.locator(".formula math").evaluate("math => math.getBoundingClientRect().height") > 24, "a fraction is drawn on two floors"
    watch = tab.get_by_role("link", name="Regarder sur tube.example")
    assert (watch.get_attribute("target"), watch.get_attribute("href")) == ("_blank", "https://www.tube.example/w/abc")
    tab.get_by_label("Le maire").check()
    tab.get_by_role("button", name="Vérifier").click()
    expect(tab.get_by_text("Juste aussi : une seule suffisait")).to_be_visible()
    for _ in in_each_size(tab):
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints_in_each_size(tab) == []
