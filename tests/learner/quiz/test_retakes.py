"""Retakes and grading as peers got them wrong. The numbers are those of the study of peers, §3.3.

Rows 43, 45, 47 and 56 are also tables of cases in tests/assessment.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.assessment.attempts import results, services
from app.assessment.models import Attempt
from app.content.store.queries import course
from app.record.progress.models import LearningEvent
from app.record.progress.rules import ProgressState
from tests.record import courses
from tests.record.world import World, words_of
from tests.words import ASK_ATTEMPT, ATTEMPT_PASSED, RESUME_ATTEMPT, RETAKE_MISSED, SAVE_AND_GO_ON, SEND_FOR_GOOD, TAKE_QUIZ_AGAIN


def limited(world: World, **head: object) -> int:
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", **head))
    return world.person()


def test_43_the_best_mark_never_falls(world: World) -> None:
    """canvas-lms#2187: « keep highest » lowered the kept score."""
    person = limited(world)
    world.take(person, "un-a-quiz", share=0.5)
    world.take(person, "un-a-quiz", share=0)
    page = world.client().see("/tentatives/2")
    assert "La note qui compte pour ce quiz est 50 %." in words_of(page)


def test_44_each_attempt_has_its_own_address(world: World) -> None:
    """frappe/lms#398: « Try again » reloads the first result."""
    person = limited(world)
    world.take(person, "un-a-quiz", share=0)
    client = world.client()
    page = client.see("/tentatives/1")
    client.submit(TAKE_QUIZ_AGAIN)
    assert client.page.form(SAVE_AND_GO_ON)["action"] == "/tentatives/2/questions/1"
    assert client.see("/quiz/un-a-quiz").link("Tentative 1") == "/tentatives/1"
    assert page.h1 == client.see("/tentatives/1").h1


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_45_47_a_limit_counts_attempts_in_all_the_running_one_included_once(world: World, limit: int) -> None:
    """lifterlms#348, BE-SoftLms#24: off by one."""
    person = limited(world, tentatives=limit)
    client = world.client()
    for number in range(1, limit + 1):
        page = client.see("/quiz/un-a-quiz")
        assert page.form("Commencer" if number == 1 else "Recommencer")
        world.take(person, "un-a-quiz", share=0)
    page = client.see("/quiz/un-a-quiz")
    assert "Recommencer" not in words_of(page)
    assert page.form(ASK_ATTEMPT)
    assert world.count(Attempt) == limit


def test_46_an_attempt_under_way_is_resumed_even_at_the_limit(world: World) -> None:
    """lifterlms#2865: a paused single attempt cannot be resumed, « limit reached »."""
    limited(world, tentatives=1)
    client = world.client()
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    assert client.see("/quiz/un-a-quiz").link(RESUME_ATTEMPT) == "/tentatives/1/questions/1"


def test_48_none_left_is_no_dead_end(world: World) -> None:
    """sensei#2286: after the limit, is the learner blocked for ever?"""
    person, trainer = limited(world, tentatives=1), world.person("Un Formateur")
    world.take(person, "un-a-quiz", share=0)
    client = world.client()
    client.see("/quiz/un-a-quiz")
    page = client.submit(ASK_ATTEMPT, message="J’ai relu la leçon.")
    assert "Votre demande de tentative est transmise aux formateurs." in words_of(page)
    assert ASK_ATTEMPT not in words_of(page)

    world.write(
        lambda session: results.grant_attempt(session, course(session), person, "un-a-quiz", actor_id=trainer, reason="Bien relu.", now=world.clock.now())
    )
    page = client.see("/quiz/un-a-quiz")
    assert "Réponse des formateurs : Bien relu." in words_of(page)
    client.submit("Recommencer")
    for position, form in world.answers(person, 2):
        client.see(f"/tentatives/2/questions/{position}")
        client.submit(SAVE_AND_GO_ON, **form)
    client.submit(SEND_FOR_GOOD)
    assert world.state(person, "un-a-quiz") == ProgressState.COMPLETE_PASS


def test_49_only_what_was_missed_may_be_taken_again_and_it_changes_no_record(world: World) -> None:
    """sensei#3877: a retake deletes former answers."""
    person = limited(world)
    world.take(person, "un-a-quiz", share=0.5)
    rows, before = world.ledger_size(), world.projection(person)
    client = world.client()
    client.see("/tentatives/1")
    page = client.submit(RETAKE_MISSED)
    assert page.h1 == "Question 1 sur 1"
    client.submit(SAVE_AND_GO_ON, **dict(world.answers(person, 2)[0][1]))
    page = client.submit(SEND_FOR_GOOD)
    assert page.h1 == "Questions refaites"
    assert "Les refaire ne change pas votre résultat." in words_of(page)
    assert (world.ledger_size(), world.projection(person)) == (rows, before)
    assert "50 %" in words_of(client.see("/tentatives/1"))


def test_50_the_pass_mark_is_said_in_questions_and_the_result_in_points(world: World) -> None:
    """mentingo#509: pass mark, attempt limit, right answers behind the percentage."""
    person = limited(world, tentatives=3, count=10)
    page = world.client().see("/quiz/un-a-quiz")
    assert "70 %" in words_of(page)
    assert "7" in words_of(page)
    assert "3 tentatives" in words_of(page)
    world.take(person, "un-a-quiz", share=0.6)
    result = words_of(world.client().see("/tentatives/1"))
    assert "60 %6 sur 10 points" in result
    assert "il fallait 70 %" in result


def test_51_the_policy_is_a_sentence_made_of_the_settings(world: World) -> None:
    limited(world, tentatives=2, note="dernière", correction="jamais")
    page = words_of(world.client().see("/quiz/un-a-quiz"))
    assert "la dernière note compte" in page
    assert "La correction ne s’affiche pas ; vous connaîtrez votre note." in page


def test_52_an_attempt_opened_by_accident_is_not_spent(world: World) -> None:
    """nus-cs2103: an attempt consumed by accident. It waits, whatever time passes, and its questions stay."""
    limited(world, tentatives=1)
    client = world.client()
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    world.clock.pass_by(days=90)
    client = world.client()  # no session lasts so long
    page = client.see(client.see("/quiz/un-a-quiz").link(RESUME_ATTEMPT))
    assert page.h1 == "Question 1 sur 2"


def test_54_no_verdict_is_in_the_page_before_the_sending(world: World) -> None:
    """taskgrader#90: brute force with unlimited tries."""
    person = limited(world, questions=courses.EIGHT)
    world.take(person, "un-a-quiz", share=0)
    client = world.client()
    client.see("/quiz/un-a-quiz")
    client.submit("Recommencer")
    for position, form in world.answers(person, 2):
        page = client.see(f"/tentatives/2/questions/{position}")
        assert "Explication réservée" not in page.html
        assert "Il représente la commune" not in page.html
        client.submit(SAVE_AND_GO_ON, **form)
    recap = client.see("/tentatives/2/recapitulatif")
    assert "Juste" not in words_of(recap)
    assert "Explication réservée" not in recap.html


def test_55_two_submissions_at_once_do_not_beat_the_limit(either: World) -> None:
    """CTFd 3.8.7: concurrent posts. See test_concurrency for twenty."""
    person = limited(either, tentatives=1)
    client = either.client()
    client.see("/quiz/un-a-quiz")
    form = client.page.form("Commencer")
    cookie = client.get_cookie("croisee")
    assert cookie

    def post(_number: int) -> str:
        other = either.app.test_client()
        other.set_cookie("croisee", cookie.value)
        return str(other.post(form["action"], data=form["fields"]).headers["Location"])

    assert set(either.together(8, post)) == {"/tentatives/1/questions/1"}
    assert either.count(Attempt, person_id=person) == 1


def test_56_practice_and_what_counts_are_told_apart(world: World) -> None:
    """kolibri#8510."""
    person = limited(world)
    world.take(person, "un-a-quiz", share=0)
    client = world.client()
    client.see("/quiz/un-a-quiz")
    client.submit(RETAKE_MISSED)
    assert "rien de ce que vous faites ici ne compte" in words_of(client.page)
    assert "Tentative 2" not in words_of(client.see("/quiz/un-a-quiz"))
    assert world.count(LearningEvent, event="submitted") == 1


def test_a_failed_quiz_with_criterion_submitted_counts_as_done(world: World) -> None:
    person = limited(world, criterion="remis", tentatives=1)
    world.take(person, "un-a-quiz", share=0)
    assert world.state(person, "un-a-quiz") == ProgressState.COMPLETE_FAIL
    assert "Terminé, non réussi" in words_of(world.client().see("/progression"))


def test_a_failed_quiz_that_the_path_does_not_ask_for_leads_on(world: World) -> None:
    """And one that it asks for does not."""
    shown = {}
    for asked in ("un-b, deux-a", "un-a, un-a-quiz"):
        world.publish(courses.two_paths(asked))
        person = world.person(f"Quelqu Un{len(shown)}")
        world.take(person, "un-a-quiz", share=0)
        attempt = world.read(lambda session, person=person: session.scalars(select(Attempt.id).filter_by(person_id=person)).one())
        page = world.signed_in(person).see(f"/tentatives/{attempt}")
        block = next(each for each in page.all("div") if "result" in str(each.get("class")))
        shown[asked] = [page.text_of(one) for one in block.iter("a", "button") if str(one.get("class")).split() == ["button"]]
    assert shown["un-a, un-a-quiz"] == [TAKE_QUIZ_AGAIN]
    assert shown["un-b, deux-a"] not in ([], [TAKE_QUIZ_AGAIN])


def test_an_attempt_counts_by_the_easier_of_the_criteria_at_its_start_and_at_its_end(world: World) -> None:
    """Whoever read « envoyé suffit » before starting keeps it; whoever reads it now has it too."""
    for before, after in (("remis", "réussi"), ("réussi", "remis")):
        world.publish(courses.quiz("un-a-quiz", lesson="un-a", criterion=before))
        person = world.person(f"Quelqu Un{before[:2]}")
        attempt = world.write(
            lambda session, person=person: services.start_attempt(session, course(session), person, "un-a-quiz", seed=1, now=world.clock.now()).id
        )
        world.publish(courses.quiz("un-a-quiz", lesson="un-a", criterion=after))
        assert attempt
        world.take(person, "un-a-quiz", share=0)
        assert world.state(person, "un-a-quiz").done


def test_an_attempt_at_a_quiz_that_was_withdrawn_meanwhile_still_counts(world: World) -> None:
    person = world.person()
    client = world.client()
    client.see("/quiz/un-a-quiz")
    client.submit("Commencer")
    world.withdraw("un-a-quiz")
    for position, form in world.answers(person, 1):
        client.see(f"/tentatives/1/questions/{position}")
        client.submit(SAVE_AND_GO_ON, **form)
    page = client.submit(SEND_FOR_GOOD)
    assert ATTEMPT_PASSED in words_of(page)
    assert world.state(person, "un-a-quiz") == ProgressState.COMPLETE_PASS
    assert "Étape retirée du cours (un-a-quiz)" in words_of(client.see("/progression"))


def test_what_one_can_do_is_what_one_answered_right_and_the_rest_is_folded(world: World) -> None:
    """Each objective by its own questions: of two, an attempt that is half right shows one, though it failed."""
    asked = (("un-a/O1", 2), ("un-b/O1", 4))
    questions = "\n\n".join(
        f"## Question {n} de {objective} ? {{#q{objective[3]}{n}}}\n\n- [x] Juste\n- [ ] Fausse\n\nObjectif : {objective}\nLeçon : un-a#debut"
        for objective, count in asked
        for n in range(count)
    )
    person = limited(world, questions=questions)
    for share in (0, 0.5, 1):
        world.take(person, "un-a-quiz", share=share)
    none, half, all_of_it = pages = [world.client().see(f"/tentatives/{number}") for number in (1, 2, 3)]
    assert ["Vous savez" in words_of(page) for page in pages] == [False, True, True]
    assert ("Savoir un-a" in words_of(half), "Savoir un-b" in words_of(half)) == (True, False)
    assert "Vous savez maintenant Savoir un-a Savoir un-b" in words_of(all_of_it)
    open_ones = [sum(not any(up.tag == "details" for up in one.iterancestors()) for one in page.all("article")) for page in pages]
    assert open_ones == [2, 2, 0], "the first two that are not right"
    for page in pages:
        block = next(each for each in page.all("div") if "result" in str(each.get("class")))
        assert len([one for one in block.iter("a", "button") if str(one.get("class")).split() == ["button"]]) == 1, "one button"
    assert "Relisez" in words_of(none)


def test_the_last_step_of_a_module_leads_to_what_one_can_do_and_what_the_path_has_become(world: World) -> None:
    person, client = world.person(), world.client()
    assert "Vous savez maintenant" not in words_of(client.see("/modules/mod-un"))
    for step in ("un-a", "un-b"):
        world.finish(person, step)
    world.take(person, "un-a-quiz")
    page = client.see(client.see("/tentatives/1").link("Module terminé"))
    said = words_of(page)
    assert page.h1 == "Module mod-un"
    assert "Module terminé le 24 novembre 2026" in said
    assert "Vous savez maintenant Comprendre mod-un" in said
    assert "3 étapes sur 6" in said
    assert page.link("Continuer") == "/lecons/deux-a"
