"""The follow-up file lists exchanges and meetings: by kind and date for whoever may read it, with what was written for the person alone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.learner.messages import services as messages
from app.learner.messages.queries import TextShown
from app.learner.messages.queries import ThreadKind as MessageKind
from app.learner.messages.services import MessageTyped
from app.network.meetings.models import Meeting, MeetingPerson
from app.network.meetings.rules import MeetingStage, Presence, Seat
from app.reporting.week.calls import CallRow
from tests.identity.builders import TODAY
from tests.network.meetings.meeting import BLANK
from tests.record.world import World
from tests.reporting.evidence.evidence import MINE, around, ines, plain, theirs, told

__all__ = ["ines"]
MET = (
    ("Suivie", -9, Seat.TAKEN, Presence.PRESENT),
    ("Excusée", -8, Seat.TAKEN, Presence.EXCUSED),
    ("Attendue", 7, Seat.WAITING, Presence.UNKNOWN),
    ("Rendue", 8, Seat.NONE, Presence.UNKNOWN),
)


def test_exchanges_and_meetings_are_told_and_what_was_written_to_the_person_alone(world: World, ines: int) -> None:
    """One question answered and asked again, an error, a call; a meeting attended, one excused, one to come, one that was given back."""
    near = around(world, ines)["near"]
    settings, now, lesson = world.app.config["CROISEE"], world.clock.now(), TextShown("un-a", "un-a", "f", None)

    def exchange(session: Session) -> None:
        first = messages.send_message(session, ines, lesson, MessageTyped(MessageKind.QUESTION, "Qui préside le comité ?"), now)
        messages.answer(session, settings, first.id, actor_id=near, fixed=False, words="Le préfet ou son\ndélégué.", now=now + timedelta(days=1))
        messages.ask_again(session, ines, first.id, "Et à défaut ?", now + timedelta(days=2))
        messages.send_message(session, ines, lesson, MessageTyped(MessageKind.ERROR, "La date est fausse."), now + timedelta(days=3))
        session.add(CallRow(person_id=ines, actor_id=near, at=now + timedelta(days=4), note="Reprend lundi.", back_on=TODAY))

    def meet(session: Session) -> None:
        for title, days, seat, presence in MET:
            begins = now + timedelta(days=days)
            row = Meeting(stage=MeetingStage.ANNOUNCED, starts_at=begins, ends_at=begins + timedelta(minutes=150), **BLANK | {"title": title})
            session.add(row)
            session.flush()
            session.add(MeetingPerson(meeting_id=row.id, person_id=ines, seat=seat, presence=presence))

    with world.app.test_request_context():
        world.write(exchange)
    world.write(meet)
    mine, theirs_ = told(world.client(), MINE["suivi"]), told(world.signed_in(near), theirs(ines, "suivi"))
    for said in (mine, theirs_):
        for words in (
            "« Suivie », présence notée, 2 h 30",
            "« Excusée », absence excusée",
            "« Attendue », en liste d’attente",
            "En tout, d’après les horaires annoncés : 2 h 30.",
            "Question posée aux formateurs le 24 décembre 2026",
            "réponse le 25 décembre 2026",
            "Précision demandée aux formateurs le 26 décembre 2026",
            "Erreur signalée le 27 décembre 2026",
            "en attente d’une réponse",
            "Appel noté le 28 décembre 2026",
        ):
            assert plain(words) in said, words
        assert plain("Rendue") not in said
    private = ("Qui préside le comité ?", "Le préfet ou son délégué.", "Et à défaut ?", "La date est fausse.", "Reprend lundi.", "à propos de")
    for words in private:
        assert plain(words) in mine, words
        assert plain(words) not in theirs_, words
    assert plain("ne sont montrés qu’à elle") in theirs_
