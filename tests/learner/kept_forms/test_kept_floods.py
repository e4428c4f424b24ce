"""A flood throws away nothing of what others typed: not a stranger's, nor that of somebody of ours."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.identity import services as identity
from app.identity.models import Person
from app.identity.rules import Role
from app.learner.kept_forms import rules as kept_forms_rules
from app.learner.kept_forms import services as kept_forms
from app.learner.kept_forms.rules import Quota
from app.record.progress.models import Submission
from tests.identity.builders import statements
from tests.learner.kept_forms.test_submissions import HERE, end_sessions
from tests.record.keeping import address_of, from_elsewhere, kept_answer, send, sign_in
from tests.record.world import World, words_of
from tests.strict import StrictClient


def anonymous_flood(world: World, client: StrictClient, many: int, long: int) -> None:
    """Whatever a stranger sends, from the same address, writes nothing."""
    address = kept_answer(world, client)
    stranger = world.app.test_client()
    with statements(world.app) as sent:
        for number in range(many):
            assert send(world, stranger, x="y", number=str(number)) == "/connexion"
        for _ in range(long):
            send(world, stranger, "/atelier/documents/un-a", text="y" * 400_000)
    assert not [statement for statement in sent if not statement.startswith("SELECT")]
    assert world.count(Submission) == 1
    sign_in(client)
    assert client.see(address).h1 == "Reprendre votre saisie"


def test_a_stranger_writes_nothing_however_much_they_send(world: World, client: StrictClient) -> None:
    anonymous_flood(world, client, many=30, long=2)


@pytest.mark.proof
def test_a_stranger_writes_nothing_in_full(world: World, client: StrictClient) -> None:
    anonymous_flood(world, client, many=520, long=40)


def flood(world: World, client: StrictClient, many: int, long: int) -> None:
    """Inès' answer and her long text stay, whatever somebody of ours sends from elsewhere, in a browser of theirs."""
    answer, text = kept_answer(world, client), address_of(send(world, client, "/atelier/documents/un-a", text="Mon texte. " * 2000, version="0"))
    other = from_elsewhere(world)
    with_role(world, "Karim Nouveau", Role.TRAINER)
    for number in range(many):
        address_of(send(world, other, x="y", number=str(number)))
    for _ in range(long):
        address_of(send(world, other, "/atelier/documents/un-a", text="y" * (kept_forms.LONGEST + 1)))
    assert world.count(Submission, person_id=2) == kept_forms_rules.ANY.browser
    held = world.read(lambda session: session.scalars(select(Submission.size).where(Submission.person_id == 2)).all())
    assert sum(size > kept_forms.LONGEST for size in held) == kept_forms_rules.LONG.browser
    sign_in(client)
    assert "Votre réponse" in words_of(client.see(answer))
    assert "Mon texte." in words_of(client.see(text))


def with_role(world: World, name: str, role: Role) -> None:
    def give(session: Any) -> None:
        person = session.scalars(select(Person).where(Person.name == name)).one()
        identity.set_roles(session, person, [role])

    world.write(give)


def test_a_flood_of_somebody_of_ours_evicts_only_their_own(either: World, both: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms_rules, "ANY", Quota(browser=3, person_id=3, network=4, all=5))
    monkeypatch.setattr(kept_forms_rules, "LONG", Quota(browser=1, person_id=1, network=2, all=3))
    flood(either, both, many=6, long=3)


@pytest.mark.proof
def test_the_same_in_full(either: World, both: StrictClient) -> None:
    flood(either, both, many=520, long=40)


def test_when_every_place_is_taken_nothing_is_thrown_away_and_the_person_is_told(either: World, both: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms_rules, "ANY", Quota(browser=3, person_id=3, network=3, all=2))
    other = from_elsewhere(either)
    for _ in range(4):
        address_of(send(either, other))
    assert either.count(Submission) == 2
    both.see("/lecons/un-a")
    form = both.page.form("J’ai lu cette leçon")
    end_sessions(either)
    answer = both.post(form["action"], data=form["fields"], headers={**HERE, "Referer": "http://localhost/lecons/un-a"})
    assert answer.headers["Location"] == "/connexion?next=/lecons/un-a"
    assert "ce que vous veniez d’envoyer n’est pas enregistré et n’a pas pu être gardé" in words_of(both.see("/connexion"))
    assert either.count(Submission, person_id=2) == 2


def test_a_form_longer_than_any_answer_is_not_kept_and_the_person_is_told(world: World, client: StrictClient) -> None:
    end_sessions(world)
    assert send(world, client, message="x" * kept_forms.LONGEST) == "/connexion"
    assert "n’a pas pu être gardé" in words_of(client.see("/connexion"))
    assert world.count(Submission) == 0


def test_signing_out_when_it_is_over_loses_nothing_and_nothing_is_told(world: World, client: StrictClient) -> None:
    client.see("/")
    end_sessions(world)
    client.submit("Se déconnecter", follow=False)
    assert "n’a pas pu être gardé" not in words_of(client.see("/connexion"))
