"""A disk that fills: the site lives on a small one of memory. What cannot be written is refused in words, nothing acknowledged is lost, and it goes on once there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from tests.authoring.incoming.pictures import picture
from tests.authoring.incoming.zips import unzipped, zipped
from tests.bench.faults.actors import IMAGES, Actor, Answering, Picturing
from tests.bench.faults.house import House, running
from tests.bench.faults.table import Line, answered, damage
from tests.bench.load import request_bytes
from tests.words import DISK_FULL, SEND_AGAIN

MEGABYTES = 24
FULL = DISK_FULL
MOST = 600
"""Answers until SQLite's journal must grow."""


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Needs root."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=700", "none", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """No byte is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        filler.unlink()


def refused(line: Line, what: str, answer: tuple[int, bytes, bytes]) -> str:
    """The page says what is the matter, and when to come again."""
    status, head, body = answer
    if status != 503 or b"retry-after" not in head.lower() or FULL not in body.decode().replace("\u202f", " ").replace("\u00a0", " "):
        line.wrong.append(f"{what}: {status}")
    return body.decode()


def fill_up(house: House) -> list[Line]:
    people = house.people()
    house.serve()
    house.work()
    writer, trainer = Answering(house, people["Personne 0"]), Picturing(house, people["Théo Formateur"])
    saved = [writer.work(number) for number in range(3)]
    assert trainer.work(1)
    archive = trainer.exchange(request_bytes("GET", "/atelier/archive/cours.zip", trainer.cookie))[2]
    archive = zipped({name: data + b"\n" if name.endswith(".md") else data for name, data in unzipped(archive).items()})
    line = Line("the disk is full", 1)
    with full(house.instance):
        fields, answers = _until_it_is_full(line, writer)
        saved += answers
        refused(line, "an image", trainer.send(IMAGES, "plan-2.png", picture(colour="red"), alternative="Le plan"))
        refused(line, "an archive", trainer.send("/atelier/archive", "cours.zip", archive))
        if writer.exchange(request_bytes("GET", "/lecons/un-a", writer.cookie))[0] != 200:
            line.wrong.append("a lesson is not read")
        _backup(line, house, well=False)
    again = [writer.post(writer.action, **fields) and fields["texte"], trainer.work(3), trainer.send("/atelier/archive", "cours.zip", archive)[0] == 303]
    if not all(again):
        line.wrong.append(f"it does not go on: {again}")
    _backup(line, house, well=True)
    if not running(house.jobs.pid if house.jobs else 0):
        line.wrong.append("the jobs are gone")
    return [line, house.world.read(lambda session: _kept(session, [*filter(None, saved), again[0]]))]


def _until_it_is_full(line: Line, writer: Actor) -> tuple[dict[str, str], list[str]]:
    """The answer that is refused, and those that were taken before."""
    taken: list[str] = []
    for number in range(10, MOST):
        fields = {"key": f"k{number}", "texte": f"réponse {number} de plus", "then": "stay"}
        answer = writer.exchange(request_bytes("POST", writer.action, writer.cookie, [("csrf_token", writer.token), *fields.items()]))
        if answer[0] != 303:
            page = refused(line, "an answer", answer)
            if fields["texte"] not in page or SEND_AGAIN not in page:
                line.wrong.append("what was typed is not given back")
            return fields, taken
        taken.append(fields["texte"])
    line.wrong.append("it never filled")
    return fields, taken


def _backup(line: Line, house: House, *, well: bool) -> None:
    """As the timer does, in a process of its own."""
    target = house.instance / "backup.zip"
    code = house.command("backup", str(target)).wait(timeout=60)
    left = [path.name for path in house.instance.glob("backup.zip*")]
    if (code, left) != ((0, [target.name]) if well else (1, [])):
        line.wrong.append(f"a backup: {code}, {left}")


def _kept(session: Session, acknowledged: Collection[object]) -> Line:
    line = answered(session, acknowledged)
    line.wrong += damage(session)
    return line
