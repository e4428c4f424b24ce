"""`flask learning verify` and `rebuild`: the projection against the ledger."""

from __future__ import annotations

from sqlalchemy import delete, update

from app.content.store.queries import course
from app.record import ledger
from app.record.progress.models import ElementState
from tests.record.world import World


def test_verify_and_rebuild(either: World) -> None:
    person = either.person()
    either.finish(person, "un-a")
    run = either.app.test_cli_runner()
    good = run.invoke(args=["learning", "verify"])
    assert (good.exit_code, good.output.startswith("0 différence(s). Empreinte du registre : ")) == (0, True)
    either.write(lambda session: session.execute(update(ElementState).values(state="not_started")))
    bad = run.invoke(args=["learning", "verify"])
    assert bad.exit_code == 1
    assert f"Personne {person}, étape un-a : le registre et la projection diffèrent." in bad.output
    assert run.invoke(args=["learning", "rebuild"]).output == "1 lignes recalculées à partir du registre, et les chiffres de 1 personnes.\n"
    assert run.invoke(args=["learning", "verify"]).output == good.output


def test_rebuild_forgets_rows_without_an_event(either: World) -> None:
    one, two = either.person(), either.person("Karim Nouveau")
    either.finish(one, "un-a")
    either.write(lambda session: session.add(ElementState(person_id=two, element_id="un-a", state="complete")))
    assert "Personne 2" in either.app.test_cli_runner().invoke(args=["learning", "verify"]).output
    either.write(ledger.rebuild_states)
    assert either.count(ElementState, person_id=two) == 0
    either.write(lambda session: session.execute(delete(ElementState)))
    assert either.write(ledger.rebuild_states) == 1


def test_some_are_drawn_and_nobody_else_is_compared(either: World) -> None:
    people = [either.person(f"Personne {number}") for number in range(8)]
    for person in people:
        either.finish(person, "un-a")
    drawn = either.read(lambda session: [ledger.draw_people(session, 3) for _ in range(20)])
    assert all(len(set(some)) == 3 for some in drawn)
    assert len({number for some in drawn for number in some}) > 3
    assert sorted(either.read(lambda session: ledger.draw_people(session, 100))) == people
    either.write(lambda session: session.execute(update(ElementState).values(state="not_started")))
    wrong = either.read(lambda session: ledger.find_differences(session, course(session), people[:1]))
    assert wrong
    assert all(line.startswith(f"Personne {people[0]}") for line in wrong)
