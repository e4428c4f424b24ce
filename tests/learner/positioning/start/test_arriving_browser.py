"""From an invitation to the first line of the first lesson, in a real browser: what one presses, and what one types."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from app.administration.accounts import invitations
from app.identity.models import Person
from app.platform.settings import current_settings
from tests.browsers import follow, served
from tests.identity.builders import PASSWORD
from tests.learner.positioning.taking import pools
from tests.platform.web.axe import complaints
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World

__all__ = ["clock", "either", "empty", "world"]

pytestmark = pytest.mark.browser

IN_SIGHT = """() => document.querySelector(".lesson .prose p").getBoundingClientRect().top < innerHeight"""


@pytest.fixture
def invited(world: World) -> str:
    """The path of an invitation's link."""
    world.publish_together(*pools())
    person_id = world.person(enrolled=False)

    def invite(session: Session) -> str:
        person, settings = session.get_one(Person, person_id), current_settings()
        person.password = None
        return invitations.link(settings, invitations.invite(session, settings, person, None, world.clock.now(), by_mail=False))

    return urlsplit(world.write(invite)).path


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param, locale="fr-FR", viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def test_one_password_and_two_presses(world: World, invited: str, tab: Page) -> None:
    with served(world.app) as live:
        tab.goto(live + invited)
        if tab.evaluate("() => document.querySelector('[data-shows]').closest('.field').hidden === false"):
            assert complaints(tab) == []
        fields = tab.locator("main input[type=password]")
        assert fields.count() == 1
        fields.fill(PASSWORD)
        follow(tab.get_by_role("button", name="Entrer dans"))
        follow(tab.get_by_role("link", name="Commencer"))
        assert tab.evaluate(IN_SIGHT)
        assert urlsplit(tab.url).path == "/lecons/un-a"
