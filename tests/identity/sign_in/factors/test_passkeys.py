"""Passkeys: alone, after the password, and everything that is none."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.identity.builders import INES, copy_of, sign_in, signed_in, stored_person
from tests.identity.sign_in.factors.phone import VERIFY, Key, another, asked
from tests.strict import StrictClient
from tests.words import CREATE_PASSKEY, USE_A_PASSKEY, USE_MY_PASSKEY


def with_key(client: StrictClient, key: Key) -> StrictClient:
    client.see("/compte/securite/cle")
    client.submit(CREATE_PASSKEY, status=200, name="Mon téléphone", credential=key.create(asked(client)))
    return client


@pytest.mark.usefixtures("ines")
def test_a_key_signs_in_alone_or_after_the_password_and_never_twice(app: Flask, client: StrictClient) -> None:
    sign_in(client)
    key = Key()
    with_key(client, key)
    assert client.page.h1 == "Codes de secours"
    assert "Mon téléphone" in client.see("/compte/securite").text
    alone = another(app)
    alone.see("/connexion?next=/compte")
    answer = key.prove(asked(alone))
    before = copy_of(alone)
    fields = alone.page.form(USE_A_PASSKEY)["fields"]
    assert alone.submit(USE_A_PASSKEY, credential=answer).h1 == "Mon compte"
    # the same answer from a copy of the cookie that asked for it
    assert before.post("/connexion/cle", data={**fields, "credential": answer}).status_code == 303
    assert not signed_in(before)
    second = another(app)
    sign_in(second)
    second.see(VERIFY)
    second.submit(USE_MY_PASSKEY, follow=False, credential=key.prove(asked(second), unlocked=False))
    assert signed_in(second)


@pytest.mark.usefixtures("ines")
def test_a_key_that_is_not_right_opens_nothing(app: Flask, client: StrictClient) -> None:
    sign_in(client)
    key = Key()
    with_key(client, key)
    elsewhere, unknown = Key(origin="http://localhost.example"), Key()
    elsewhere.private, elsewhere.id, elsewhere.count = key.private, key.id, 50
    for name, answer in {
        "not unlocked": lambda options: key.prove(options, unlocked=False),
        "of another site": elsewhere.prove,
        "unknown": unknown.prove,
        "of another challenge": lambda options: key.prove(options.replace('"challenge": "', '"challenge": "AA')),
        "nonsense": lambda _options: '{"id": 1}',
        "nested": lambda _options: "[" * 5000,
        "empty": lambda _options: "",
    }.items():
        other = another(app)
        other.see("/connexion")
        page = other.submit(USE_A_PASSKEY, credential=answer(asked(other)))
        assert "n’a pas été reconnue" in page.text, name
        assert not signed_in(other), name
    lost = Key()
    lost.private, lost.id, lost.count = key.private, key.id, 0  # a copy of the key counts less than the key
    key.count = 20
    first = another(app)
    first.see("/connexion")
    first.submit(USE_A_PASSKEY, follow=False, credential=key.prove(asked(first)))
    assert signed_in(first)
    copied = another(app)
    copied.see("/connexion")
    assert "n’a pas été reconnue" in copied.submit(USE_A_PASSKEY, credential=lost.prove(asked(copied))).text


@pytest.mark.usefixtures("ines")
def test_somebody_elses_key_is_no_second_factor(app: Flask, client: StrictClient) -> None:
    sign_in(client)
    with_key(client, Key())
    stored_person(app, name="Paul Voisin")
    paul, key = another(app), Key()
    sign_in(paul, "paul.voisin@croisee.example")
    with_key(paul, key)
    thief = another(app)
    sign_in(thief, INES)
    thief.see(VERIFY)
    thief.submit(USE_MY_PASSKEY, status=422, credential=key.prove(asked(thief)))
    assert not signed_in(thief)
