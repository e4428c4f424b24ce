"""A ledger to send, written row by row, and a site that sends it to a stub."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select

from app.exchange.statements import services
from app.exchange.statements.queries import LrsParked, LrsQueue
from app.exchange.statements.services import Report
from app.platform.db import db, writing
from app.platform.settings.tables import Lrs
from app.record.progress.models import LearningEvent
from tests.exchange.statements.stub import Store, serving
from tests.identity.builders import stored_person
from tests.record.world import MORNING

SITE = "https://croisee.example"


@dataclass
class Site:
    """`now` moves only when a test says so."""

    app: Flask
    store: Store
    person: int
    now: datetime = MORNING

    def declare(self, *stores: Lrs) -> None:
        self.app.config["CROISEE"] = replace(self.app.config["CROISEE"], site_url=SITE, lrs=stores)

    def write(self, *elements: str, event: str = "viewed", person: int = 0, **columns: Any) -> None:
        with self.app.app_context(), writing() as session:
            for element in elements:
                at = self.now + timedelta(seconds=len(element))
                row = {
                    "person_id": person or self.person,
                    "element_id": element,
                    "event": event,
                    "at": at,
                    "idempotency_key": f"{event}:{element}:{at}",
                    **columns,
                }
                session.add(LearningEvent(**row))
                session.flush()

    def send(self, **later: float) -> Report:
        """One run of the jobs, so much later; of the first store."""
        self.now += timedelta(**later)
        with self.app.app_context():
            return services.send(self.app.config["CROISEE"], self.now)[0]

    def queue(self) -> LrsQueue:
        with self.app.app_context():
            return db.session.scalars(select(LrsQueue)).one()

    def parked(self) -> list[str]:
        with self.app.app_context():
            query = select(LearningEvent.element_id).join(LrsParked, LrsParked.event_id == LearningEvent.id).order_by(LearningEvent.id)
            return list(db.session.scalars(query))

    def there(self) -> list[str]:
        """Elements of what the store holds, in the order of arrival."""
        return [each["object"]["id"].rpartition("/")[2] for each in self.store.kept.values()]

    def decide(self, verb: Callable[..., None], **named: Any) -> None:
        with self.app.app_context(), writing() as session:
            verb(session, self.app.config["CROISEE"].lrs[0], self.person, self.now, **named)


@contextmanager
def a_site(app: Flask) -> Iterator[Site]:
    with serving() as store:
        site = Site(app, store, stored_person(app, name="Inès Carpentier"))
        site.declare(store.lrs())
        yield site
