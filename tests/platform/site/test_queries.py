"""The site is known for nothing where the course is read, follows a change at once, and never loses one."""

from __future__ import annotations

from datetime import date

import pytest

from app.content.store.queries import course
from app.platform import french, holidays
from app.platform import site as stored_site
from app.platform.db import db
from app.platform.site_rules import Site
from tests.identity.builders import statements
from tests.record.world import World


def save(world: World, site: Site, follows: int) -> int:
    person = world.person("Une Administratrice", enrolled=False)
    return world.write(lambda session: stored_site.save(session, site, follows, person, world.clock.now()).id)


def test_it_comes_with_the_course(world: World) -> None:
    save(world, Site("Les deux fils"), 0)
    assert world.read(stored_site.site_of).name == "Les deux fils"
    world.read(course)
    with world.app.app_context(), statements(world.app) as seen:
        course(db.session)
        assert stored_site.site_of(db.session).name == "Les deux fils"
        assert len(seen) == 1


def test_a_page_that_reads_no_course_takes_what_is_known_until_it_changes(world: World) -> None:
    client = world.app.test_client()
    client.get("/aide")
    with statements(world.app) as seen:
        client.get("/aide")
    assert seen == []
    save(world, Site("Les deux fils"), 0)
    assert "Les deux fils" in client.get("/aide").text


def test_of_two_who_save_upon_one_version_the_second_is_told(world: World) -> None:
    first = save(world, Site("Un nom"), 0)
    with pytest.raises(stored_site.SettingsChangedMeanwhile):
        world.write(lambda session: stored_site.save(session, Site("Un autre"), 0, 1, world.clock.now()))
    assert world.read(stored_site.typed_site).name == "Un nom"
    world.write(lambda session: stored_site.save(session, Site("Un autre"), first, 1, world.clock.now()))
    assert world.read(stored_site.typed_site).name == "Un autre"


def test_dates_and_holidays_follow(world: World) -> None:
    try:
        save(world, Site(time_zone="Indian/Reunion", region="974", days_off=(date(2027, 1, 5),)), 0)
        world.read(stored_site.site_of)
        assert str(french.zone()) == "Indian/Reunion"
        assert holidays.is_public_holiday(date(2026, 12, 20))  # the abolition of slavery, there
        assert holidays.is_public_holiday(date(2027, 1, 5))
    finally:
        french.use_zone(french.PARIS)
        holidays.observe("")
    assert not holidays.is_public_holiday(date(2026, 12, 20))
