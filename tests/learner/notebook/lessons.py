"""A lesson that asks about one's territory, and what a person sends, or has, under its questions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.learner.notebook.notes import TerritoryNote
from tests.record import courses
from tests.record.courses import Text
from tests.record.world import World
from tests.strict import Page, StrictClient

LESSON = "/lecons/un-a"
QUESTIONS = ("Qui *porte* le PRE chez nous ?", "Que reste-t-il du CUCS ?", "Qui dois-je appeler ?")
READ = ("Qui porte le PRE chez nous ?", *QUESTIONS[1:])
"""As one reads them, with plain spaces."""


def asking(questions: Sequence[str] = QUESTIONS, id: str = "un-a", **more: str) -> Text:
    listed = "\n".join(f"- {question}" for question in questions)
    return courses.lesson(id, quiz=f"{id}-quiz" if id == "un-a" else "", body=f"Un paragraphe.\n\n## Sur mon territoire\n\n{listed}", **more)


def answers(page: Page) -> list[str]:
    """What the fields of the page hold."""
    found = page.form("Enregistrer")["fields"]["answer"]
    return found if isinstance(found, list) else [found]


def save(client: StrictClient, *texts: str, at: int = 1, status: int = 303, **more: str) -> Page:
    """Fill in the fields of the page that is open, and press the button under question `at`."""
    return client.submit("Enregistrer", status, answer=list(texts), at=str(at), **more)


def stored(world: World, person: int = 1) -> dict[str, str]:
    """Question → answer."""
    rows = world.read(lambda session: session.scalars(select(TerritoryNote).where(TerritoryNote.person_id == person).order_by(TerritoryNote.id)).all())
    return {plain(row.question): row.answer for row in rows}


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u2011", "-")
