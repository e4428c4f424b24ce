"""What somebody did on two accounts, table by table, once they are one. The pages of a merge are in `test_merging`."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt, AttemptRequest, ExtraAttempt
from app.learner.messages.queries import TrainerMessage
from app.record.progress.models import Attestation, ElementState, Enrolment, LearningEvent, ReadingPlace, Submission
from tests.administration.accounts.two_accounts import ACTOR, GONE, KEPT, OTHER, at, attempt, enrolment, event, merge, owners
from tests.identity.builders import NOW

# --- The record ------------------------------------------------------------------------------------------------------


def test_the_ledger_changes_owner_and_states_are_worked_out_from_both(two: Session) -> None:
    two.add_all([event(KEPT, "a", -9), event(GONE, "a", -8), event(GONE, "b", -7), event(OTHER, "b", -7)])
    two.add_all([ElementState(person_id=who, element_id="old", state="complete") for who in (KEPT, GONE, OTHER)])
    merge(two)
    assert owners(two, LearningEvent, "element_id") == [(KEPT, "a"), (KEPT, "a"), (KEPT, "b"), (OTHER, "b")]
    assert owners(two, ElementState, "element_id", "state") == [(KEPT, "a", "complete"), (KEPT, "b", "complete"), (OTHER, "old", "complete")]
    assert two.get_one(ElementState, (KEPT, "a")).last_at == at(-8)


def test_what_a_person_may_hold_once_stays_where_both_hold_it(two: Session) -> None:
    """Two attestations of one module, two places in one lesson: the kept account's own. All else comes along; nobody else's is touched."""
    held = [(KEPT, "m1"), (GONE, "m1"), (GONE, "m2"), (OTHER, "m2")]
    for who, subject in held:
        two.add(Attestation(id=f"{who}{subject}", person_id=who, subject_id=subject, title="M", completed_at=NOW, content_version="v", issued_at=NOW))
        two.add(ReadingPlace(person_id=who, lesson_id=subject, anchor=f"titre-{who}", at=NOW))
    for who in (KEPT, GONE, OTHER):
        two.add(Submission(id=f"s{who}", person_id=who, path="/x", fields=[], kind="kept", at=NOW))
        two.add(TrainerMessage(person_id=who, element_id="a", document_id="a", fingerprint="f", message=f"de {who}", sent_at=NOW))
        two.add(ExtraAttempt(person_id=who, quiz_id="quiz", actor_id=ACTOR, reason=f"à {who}", granted_at=NOW))
    merge(two)
    assert owners(two, Attestation, "id") == [(KEPT, "1m1"), (KEPT, "2m2"), (GONE, "2m1"), (OTHER, "4m2")]
    assert owners(two, ReadingPlace, "lesson_id", "anchor") == [
        (KEPT, "m1", "titre-1"),
        (KEPT, "m2", "titre-2"),
        (GONE, "m1", "titre-2"),
        (OTHER, "m2", "titre-4"),
    ]
    assert owners(two, Submission, "id") == [(KEPT, "s1"), (KEPT, "s2"), (OTHER, "s4")]
    assert owners(two, TrainerMessage, "message") == [(KEPT, "de 1"), (KEPT, "de 2"), (OTHER, "de 4")]
    assert owners(two, ExtraAttempt, "reason") == [(KEPT, "à 1"), (KEPT, "à 2"), (OTHER, "à 4")]


def test_attempts_are_numbered_after_the_kept_accounts_own(two: Session) -> None:
    """By quiz, practice apart. Where one is under way on both sides, the closed account's stays there, unsent."""
    two.add_all([attempt(KEPT, 1), attempt(KEPT, 2), attempt(KEPT, 1, practice=True), attempt(KEPT, 3, submitted=False), attempt(OTHER, 9)])
    two.add_all([attempt(GONE, 1), attempt(GONE, 1, practice=True), attempt(GONE, 2, practice=True, submitted=False), attempt(GONE, 2, submitted=False)])
    two.add_all([attempt(GONE, 1, "autre"), attempt(GONE, 2, "autre", submitted=False)])
    merge(two)
    assert owners(two, Attempt, "quiz_id", "practice", "number") == [
        (KEPT, "autre", False, 1),
        (KEPT, "autre", False, 2),
        (KEPT, "quiz", False, 1),
        (KEPT, "quiz", False, 2),
        (KEPT, "quiz", False, 3),
        (KEPT, "quiz", False, 4),
        (KEPT, "quiz", True, 1),
        (KEPT, "quiz", True, 2),
        (KEPT, "quiz", True, 3),
        (GONE, "quiz", False, 2),
        (OTHER, "quiz", False, 9),
    ]


def test_each_quiz_has_its_own_numbers(two: Session) -> None:
    two.add_all([attempt(KEPT, number) for number in (1, 2, 3)] + [attempt(KEPT, 1, "autre"), attempt(GONE, 1), attempt(GONE, 1, "autre")])
    merge(two)
    numbers = [("autre", 1), ("autre", 2), ("quiz", 1), ("quiz", 2), ("quiz", 3), ("quiz", 4)]
    assert owners(two, Attempt, "quiz_id", "number") == [(KEPT, *number) for number in numbers]


def test_a_request_for_an_attempt_comes_along_unless_the_same_one_is_open(two: Session) -> None:
    def request(who: int, quiz: str, answered: bool) -> AttemptRequest:
        return AttemptRequest(person_id=who, quiz_id=quiz, message=f"{quiz} {who} {answered}", asked_at=NOW, answered_at=NOW if answered else None)

    two.add_all([request(KEPT, "a", False), request(KEPT, "c", True)])
    two.add_all([request(GONE, "a", False), request(GONE, "a", True), request(GONE, "b", False), request(GONE, "c", False), request(OTHER, "b", False)])
    merge(two)
    assert owners(two, AttemptRequest, "message") == [
        (KEPT, "a 1 False"),
        (KEPT, "a 2 True"),
        (KEPT, "b 2 False"),
        (KEPT, "c 1 True"),
        (KEPT, "c 2 False"),
        (GONE, "a 2 False"),
        (OTHER, "b 4 False"),
    ]


def test_on_a_path_that_both_follow_nothing_done_leaves_and_nothing_new_is_asked(two: Session) -> None:
    """The kept account's set, with what was done of the other's; since the earlier of the two days. Another path comes along as it is."""
    two.add_all([enrolment(KEPT, "cours", -9, "a", "b"), enrolment(GONE, "cours", -20, "b", "c", "d"), enrolment(GONE, "autre", -7, "e")])
    two.add_all([enrolment(OTHER, "cours", -8, "a"), event(GONE, "b", -7), event(GONE, "c", -6), event(GONE, "d", -5, "viewed")])
    two.add_all([enrolment(KEPT, "court", -20, "a"), enrolment(GONE, "court", -9, "a")])
    merge(two)
    found = {
        row.path_id: (row.person_id, row.enrolled_at, [(pin[0], pin[2]) for pin in row.pins])
        for row in two.scalars(select(Enrolment))
        if row.person_id != OTHER
    }
    early, late = at(-20).isoformat(), at(-9).isoformat()
    assert found == {
        "cours": (KEPT, at(-20), [("a", late), ("b", late), ("c", early)]),
        "autre": (KEPT, at(-7), [("e", at(-7).isoformat())]),
        "court": (KEPT, at(-20), [("a", early)]),
    }
    assert owners(two, Enrolment, "path_id") == [(KEPT, "autre"), (KEPT, "cours"), (KEPT, "court"), (OTHER, "cours")]
