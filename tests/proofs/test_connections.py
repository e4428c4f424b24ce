"""After every route, by every role, in every manner of ending, nothing of the database is held: no connection out of its pool, so no transaction.

`StrictClient` refuses a request that keeps a connection; here each answer is moreover left unread, so that what a slow or vanished client
would hold is seen at once. The forms of every page are sent as the page gives them, each route is made to fail once it has done its work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.routing import Rule

from app.assessment.models import AttemptRequest
from app.authoring.drafts import services as drafts
from app.content.store.queries import course
from app.identity.models import Person
from app.identity.rules import Role
from app.learner.positioning import services as positioning
from app.record.progress.models import Attestation, Cohort, CohortMember
from tests import connections
from tests.learner.positioning.taking import pools, take
from tests.record.conftest import clock
from tests.record.world import World
from tests.strict import StrictClient, check_page

__all__ = ["clock"]
pytestmark = pytest.mark.proof

ROLES = {"visitor": None, "learner": Role.LEARNER, "trainer": Role.TRAINER, "manager": Role.MANAGER, "administrator": Role.ADMINISTRATOR}


@pytest.fixture
def world(any_app: Flask, clock: Any) -> World:
    from tests.record import courses

    world = World(any_app, clock)
    any_app.config |= {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False, "TESTING": False}
    world.publish_together(*courses.small())
    return world


@pytest.fixture
def people(world: World) -> dict[str, int]:
    found = {name: world.person(f"Une {name}", role=role) for name, role in ROLES.items() if role}
    return found | {"somebody": world.graduate(), "other": world.person("Une autre")}


@pytest.fixture
def values(world: World, people: dict[str, int]) -> dict[str, Any]:
    """Something that exists for each variable of an address."""
    somebody, learner = people["somebody"], people["learner"]
    attempt = world.take(learner, "un-a-quiz", share=0)

    def fill(session: Any) -> dict[str, Any]:
        cohort = Cohort(name="Automne", path_id="acculturation", starts_on=world.clock.now().date())
        request = AttemptRequest(person_id=somebody, quiz_id="un-a-quiz", message="Encore", asked_at=world.clock.now())
        session.add_all([cohort, request])
        session.flush()
        session.add_all(
            [CohortMember(cohort_id=cohort.id, person_id=somebody, trainer=False), CohortMember(cohort_id=cohort.id, person_id=people["trainer"], trainer=True)]
        )
        draft = drafts.open_draft(session, "un-b", people["trainer"], world.clock.now())
        drafts.save_draft(session, draft, draft.text + "\nUne phrase de plus.\n", version=draft.version, now=world.clock.now())
        attestation = session.query(Attestation.id).filter_by(person_id=somebody).first()[0]
        return {"cohort_id": cohort.id, "request_id": request.id, "revision_id": draft.base_revision_id, "attestation_id": attestation}

    world.publish_together(*pools())
    results = take(world, people["other"])
    test = world.write(lambda session: positioning.begin(session, course(session), people["other"], "mod-deux", seed=1, now=world.clock.pass_by(days=8)).id)
    known = world.write(fill) | {"test_id": test, "result_id": results["mod-un"]}
    names = {"document_id": "un-b", "lesson_id": "un-a", "module_id": "mod-un", "quiz_id": "un-a-quiz", "filename": "croisee.css", "kind": "relance"}
    return {**known, **names, "person_id": somebody, "other_id": people["other"], "attempt_id": attempt, "position": 1}


def addresses(world: World, values: dict[str, Any]) -> Iterator[tuple[Rule, str, str]]:
    """(rule, method, address) of every route, twice: about what exists, about what does not."""
    for rule in world.app.url_map.iter_rules():
        nothing = {name: 999_999 if "Integer" in type(converter).__name__ else "x" for name, converter in rule._converters.items()}
        for chosen in (nothing | {name: value for name, value in values.items() if name in nothing}, nothing):
            for method in sorted((rule.methods or set()) & {"GET", "POST", "HEAD"}):
                yield rule, method, world.app.url_map.bind("localhost").build(rule.endpoint, chosen, method=method)
            if not nothing:
                break


class Browser:
    """Somebody whose session never ends, whose answers stay unread, and after each of whom the pool is looked at."""

    def __init__(self, world: World, person: int | None) -> None:
        self.world, self.person, self.wrong, self.answers = world, person, list[str](), Counter[int]()
        self.client: StrictClient = self._fresh()

    def _fresh(self) -> StrictClient:
        client = self.world.signed_in(self.person) if self.person else self.world.app.test_client()
        assert isinstance(client, StrictClient)
        return client

    def ask(self, method: str, path: str, read: bool = False, **more: Any) -> str:
        """The page, when it is asked for and is one; else nothing: the client has gone."""
        try:
            answer = self.client.open(path, method=method, buffered=False, **more)
        except AssertionError as error:
            self.wrong.append(f"{method} {path}: {error}")
            return ""
        self.answers[answer.status_code] += 1
        text = answer.get_data(as_text=True) if read and answer.status_code == 200 and answer.mimetype == "text/html" else ""
        if connections.held() and answer.mimetype != "text/csv":  # which reads on as it travels
            self.wrong.append(f"{method} {path}: something is held while the answer is unread")
        answer.close()
        if connections.held():
            self.wrong.append(f"{method} {path}: something is held once the answer is closed")
        if method == "POST":
            self.client = self._fresh()  # it may have ended the session
        return text


def after_its_work(view: Callable[..., Any]) -> Callable[..., Any]:
    def fail(**values: Any) -> Any:
        answer = view(**values)
        if isinstance(answer, Response):
            answer.close()
        raise RuntimeError("after its work")

    return fail


@pytest.mark.parametrize("who", ROLES)
def test_nothing_is_held(world: World, people: dict[str, int], values: dict[str, Any], who: str) -> None:
    browser = Browser(world, people.get(who))
    forms: dict[tuple[str, str], dict[str, Any]] = {}
    for _rule, method, path in addresses(world, values):
        if text := browser.ask(method, path, read=method == "GET"):
            page = check_page(text)
            for form in page.all("form"):
                found = page.form(form.get("action"))
                forms[found["method"].upper(), found["action"]] = found["fields"]
    for (method, path), fields in forms.items():
        if path.startswith("/"):
            browser.ask(method, path, **({"data": fields} if method == "POST" else {"query_string": fields}))
    for endpoint, view in world.app.view_functions.items():
        world.app.view_functions[endpoint] = after_its_work(view)
    for _rule, method, path in addresses(world, values):
        browser.ask(method, path)
    assert browser.wrong == []
    assert browser.answers[500] > 30, browser.answers
    assert forms
    with world.app.app_context():
        assert world.count(Person) >= len(people) - 2
