"""What is given → what waits; what waits and was understood → drafts. `take` and `throw_away` flush, never commit."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.authoring.drafts import create
from app.authoring.drafts.placing import Desk
from app.authoring.drafts.queries import draft_of
from app.authoring.incoming.image_views import find_images
from app.authoring.incoming.word_views import LIMITS
from app.authoring.outline import Outline
from app.content.documents.reader import read_document
from app.content.store import survey
from app.content.store.survey import NotMade
from app.content.text.pitfalls.signs import KEPT
from app.content.values.course import Module
from app.exchange.banks.bank import Bank, BankItem
from app.exchange.banks.services import BankDesk, Destination
from app.exchange.intake.staging import MOST_FILES, StagedImport
from app.exchange.intake.units import LESSON, SourceReading, Unit
from app.platform import sandbox
from app.platform.log import event
from app.platform.storage.folder import Store
from app.platform.zips import FileRefused

READER = Path(__file__).with_name("process.py")
"""Not imported: what it needs to read stays out of the workers."""
WORDS_A_MINUTE = 90
"""Read, with time to think and to look at the notes: what the lessons of the course take."""
_OBJECTIVE = "Ce que l'on saura faire à la fin de la leçon"


def stage(instance: Path, files: Sequence[tuple[str, bytes]]) -> StagedImport:
    """What several files hold, each (name, bytes) read in a process of its own. Raises FileRefused, TooBusy."""
    if len(files) > MOST_FILES:
        raise FileRefused(f"{MOST_FILES} fichiers au plus à la fois.")
    found = [_read_file(instance, name, data) for name, data in files]
    return StagedImport(
        sources=tuple(source for each in found for source in each.sources), pictures={name: data for each in found for name, data in each.pictures.items()}
    )


def _read_file(instance: Path, name: str, data: bytes) -> StagedImport:
    answer = sandbox.read_file(
        instance,
        READER,
        data,
        LIMITS,
        header=(name,),
        too_long=f"« {name} » demande trop de temps pour être lu : coupez-le en deux.",
        unreadable=f"« {name} » n’a pas pu être lu : ouvrez-le dans votre logiciel et enregistrez-le de nouveau.",
    )
    return msgspec.json.decode(answer, type=StagedImport)


def is_course(data: bytes) -> bool:
    """Whether a zip is a course of this site, or a part of one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:5000]
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return any(re.search(r"(?:^|/)(?:modules/[^/]+/module\.md|croisee\.json|parcours\.md)$", name) for name in names)


# --- Taken -----------------------------------------------------------------------------------------------------------


class Wish(Struct, frozen=True):
    """Where things go: lessons into `module_id`, questions without a lesson to `place`. `chosen`: « 0:3 », the third unit of the first source."""

    chosen: frozenset[str]
    module_id: str = ""
    place: Destination = Destination()
    title: str = ""
    """In the place of the one that was found, where there is one source."""


def take(session: Session, staged: StagedImport, wish: Wish, author_id: int, media_store: Store, now: datetime) -> list[str]:
    """Makes the drafts, one a thing; gives their ids. All is read before any is kept. Raises DomainError: then nothing is changed."""
    taking = BankDesk(Desk(session, author_id, now), media_store)
    made: list[str] = []
    for place, reading in enumerate(staged.readings()):
        chosen = [unit for unit in reading.units if f"{place}:{unit.n}" in wish.chosen and unit.takes]
        asked = [unit for unit in chosen if unit.kind != LESSON]
        lesson = next((unit for unit in chosen if unit.kind == LESSON), None)
        title = ((wish.title if len(staged.sources) == 1 else "") or reading.title)[: create.TITLE_LENGTH]
        to = wish.place if wish.place.quiz_id else replace(wish.place, title=title)
        if lesson is not None:
            made.append(_put_lesson(taking, staged, lesson, title, wish.module_id))
            to = Destination(home_id=made[-1], title=f"Quiz : {title}")
        if asked:
            made += [each for each in taking.put(_bank(staged, reading, asked), range(len(asked)), to) if each not in made]
    if not made:
        raise NotMade("Choisissez au moins une chose à reprendre.")
    taking.save()
    event("import_taken", author=author_id, drafts=len(made))
    return made


def _put_lesson(taking: BankDesk, staged: StagedImport, unit: Unit, title: str, module_id: str) -> str:
    desk = taking.desk
    homes = create.homes(desk.session, desk.author_id, Module)
    if module_id not in homes:
        raise NotMade("Choisissez le module de la leçon.")
    if not title:
        raise NotMade("Donnez un titre à la leçon.")
    identifier = create.free_id(desk, title)
    paths = [*create.paths(desk.session), *(sheet.path for sheet in desk.sheets.values())]
    path = survey.lesson(paths, homes[module_id][1].rpartition("/")[0], identifier, title).path
    minutes = max(1, round(read_document(path, unit.text).scan.words / WORDS_A_MINUTE))
    head = [f"id : {identifier}", f"titre : {title}", f"durée : {minutes}", "objectifs :", f"- O1 : {_OBJECTIVE} → M1", "achèvement : lu"]
    head += [f"{KEPT} : {', '.join(unit.signs)}"] if unit.signs else []
    desk.begin(identifier, path, "\n".join(["---", *head, "---", "", unit.text, ""]))
    desk.put_lesson(identifier, module_id)
    taking.shown[identifier] = {name: staged.picture(name) for name in find_images(unit.text) if name in staged.pictures}
    return identifier


def _bank(staged: StagedImport, reading: SourceReading, asked: Sequence[Unit]) -> Bank:
    """The questions of a source as a bank; what was set aside and is kept introduces them."""
    items = tuple(BankItem(unit.line, unit.statement, unit.category, unit.text, unit.id, unit.losses) for unit in asked)
    kept = "\n\n".join(each.text for each in reading.aside if each.kept)
    introductions = {**reading.introductions, **({"": "\n\n".join(filter(None, (reading.introductions.get(""), kept)))} if kept else {})}
    return Bank(items, introductions, {name: staged.picture(name) for name in staged.pictures})


def throw_away(session: Session, drafts: Collection[str], author_id: int, now: datetime) -> int:
    """Discards the drafts that an import made and that were never published; how many."""
    outline = Outline(session, author_id, now)
    left = [each for each in drafts if (draft := draft_of(session, each, author_id)) is not None and draft.base_revision_id is None]
    for identifier in left:
        if identifier not in outline.gone:
            outline.discard(identifier)
    outline.save()
    event("import_thrown_away", author=author_id, drafts=len(left))
    return len(left)
