"""The whole course of the repository goes out as a zip and comes in on an empty site: the same documents, the same generation, the same zip."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.authoring.incoming.archive import FileOutcome
from app.content.store import disk
from app.content.store.queries import generation
from app.content.store.survey import survey_files
from app.content.store.sync import sync
from app.platform.db import db
from app.platform.settings import ROOT
from tests.authoring.sites import NOON, Site
from tests.making import make_app, make_settings

pytestmark = pytest.mark.proof


def test_the_real_course_is_the_same_elsewhere(tmp_path: Path) -> None:
    one, two = (Site(make_app(make_settings(tmp_path / name))) for name in ("un", "deux"))
    files = disk.find(ROOT)
    one.do(lambda session: sync(session, files, survey_files(files, NOON.date()), one.media, NOON))
    data = one.export()
    assert {verdict.outcome for verdict in one.plan(data).verdicts} == {FileOutcome.UNCHANGED}
    assert two.bring_in(data) == len(one.state()) > 50
    assert two.state() == one.state()
    assert two.do(generation) == one.do(generation)
    assert two.export() == data
    for site in (one, two):
        with site.app.app_context():
            db.engine.dispose()
