"""The whole ledger of the demonstration told to a store that nobody here wrote, twice: it holds each statement once, and finds every shape valid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select, text

from app.administration.acts import Erasure
from app.exchange.statements import services
from app.exchange.statements.queries import LrsParked
from app.exchange.statements.rules import VERBS
from app.platform.db import db, writing
from app.record.progress.models import LearningEvent
from tests.demonstrations import demonstration_in
from tests.exchange.statements import ralph
from tests.exchange.statements.ledger import SITE
from tests.making import make_app, make_settings
from tests.record.world import MORNING


@pytest.mark.proof
def test_the_ledger_of_the_demonstration_sent_twice_is_there_once(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    app = make_app(make_settings(demonstration_in(tmp_path_factory, tmp_path / "instance")))
    with ralph.serving(tmp_path) as (store, kept), app.app_context():
        settings = replace(app.config["CROISEE"], site_url=SITE, lrs=(store,))
        sent = [event.value for event in VERBS]
        query = select(func.count(LearningEvent.id)).where(LearningEvent.event.in_(sent), LearningEvent.person_id.not_in(select(Erasure.person_id)))
        wanted = db.session.scalar(query)
        db.session.rollback()
        for _ in range(2):
            (report,) = services.send(settings, MORNING)
            assert (report.sent, report.parked, report.said) == (wanted, 0, "")
            held = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
            assert len(held) == len({each["id"] for each in held}) == wanted
            with writing() as session:
                session.execute(text("UPDATE lrs_queue SET cursor = 0"))
        assert ralph.wrong_in(kept.read_text(encoding="utf-8")) == ""
        assert db.session.scalar(select(func.count()).select_from(LrsParked)) == 0
        db.session.rollback()
        kinds = db.session.scalar(select(func.count(LearningEvent.event.distinct())))
        assert (kinds or 0) >= 8, "the demonstration has nearly every shape"
        db.engine.dispose()
