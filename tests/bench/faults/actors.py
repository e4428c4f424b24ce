"""Who uses the site meanwhile: each does one thing again and again, and notes what the site said is kept. A connection that was cut says nothing."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

from tests.authoring.incoming.pictures import picture
from tests.bench.faults.house import House
from tests.bench.load import form_with_file, led, once, request_bytes
from tests.strict import Page

GOOD = {200, 303}
IMAGES = "/atelier/documents/un-a/images"


class Actor(threading.Thread):
    """Somebody signed in."""

    pause = 0.0

    def __init__(self, house: House, person: int) -> None:
        super().__init__(daemon=True)
        self.house, self.person = house, person
        self.cookie, self.token = house.cookie(person)
        self.acknowledged: list[Any] = []
        self.unexpected: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            try:
                done = self.work(number)
            except (OSError, IndexError, AttributeError):  # cut: nothing was said
                done = None
            if done is not None:
                self.acknowledged.append(done)
            self.over.wait(self.pause if done is not None else 0.02)

    def work(self, number: int) -> object:
        """What was acknowledged; None where nothing was."""
        raise NotImplementedError

    def get(self, path: str) -> Page:
        return Page(self.exchange(request_bytes("GET", path, self.cookie))[2].decode())

    def post(self, path: str, **fields: str) -> str | None:
        """Where it leads to; None where it is not kept."""
        status, head, _body = self.exchange(request_bytes("POST", path, self.cookie, [("csrf_token", self.token), *fields.items()]))
        return led(head) if status == 303 else None

    def send(self, path: str, name: str, data: bytes, **fields: str) -> tuple[int, bytes, bytes]:
        """A file."""
        return self.exchange(request_bytes("POST", path, self.cookie, sent=form_with_file(name, data, csrf_token=self.token, **fields)))

    def exchange(self, request: bytes) -> tuple[int, bytes, bytes]:
        answer = once(self.house.port, request)
        if answer[0] not in GOOD:
            self.unexpected.append(f"{request.splitlines()[0].decode()}: {answer[0]}")
        return answer


class Answering(Actor):
    """Saves one text after another to a question."""

    def __init__(self, house: House, person: int) -> None:
        super().__init__(house, person)
        client = house.world.signed_in(person)
        client.see("/quiz/un-a-quiz")
        page = client.submit("Commencer")
        self.action = page.form("/questions/")["action"]

    def work(self, number: int) -> object:
        text = f"réponse {number} de {self.person}"
        return text if self.post(self.action, key=f"k{number}", texte=text, then="stay") else None


class Noting(Actor):
    """Writes over one note."""

    def work(self, number: int) -> object:
        form = self.get("/carnet/noter/lecon/un-b?ancre=debut").form("Enregistrer")
        fields = {**form["fields"], "text": f"note {number}"}
        fields.pop("csrf_token")
        return number if self.post(form["action"], **fields) else None


class Sending(Actor):
    """Takes a quiz from its start to its sending."""

    def work(self, number: int) -> object:
        begun = self.post("/quiz/deux-final/tentatives")
        found = re.match(r"/tentatives/(\d+)", begun or "")
        if not found:
            return None
        base = found.group(0)
        for position in (1, 2):
            self.post(f"{base}/questions/{position}", key=f"k{position}", choix="c1", then="next")
        return int(found.group(1)) if self.post(f"{base}/envoi") else None


class Registering(Actor):
    """One after another asks for a place at a meeting, of which a letter tells them."""

    pause = 0.15

    def __init__(self, house: House, people: list[int]) -> None:
        super().__init__(house, people[0])
        self.people = [(person, *house.cookie(person)) for person in people]

    def work(self, number: int) -> object:
        if number > len(self.people):
            self.over.set()
            return None
        person, self.cookie, self.token = self.people[number - 1]
        return person if self.post("/rencontres/1/inscription") else None


class Picturing(Actor):
    """Adds images to a draft."""

    pause = 0.3

    def work(self, number: int) -> object:
        colour = (number % 256, number // 256, self.person % 256)
        status, _head, _body = self.send(IMAGES, f"plan-{number}.png", picture(colour=colour), alternative=f"Le plan {number}")
        return f"plan-{number}.png" if status == 303 else None


class Reading(Actor):
    """Opens pages."""

    pause = 0.05

    def work(self, number: int) -> object:
        path = ("/", "/lecons/un-a", "/progression", "/glossaire", "/modules/mod-un")[number % 5]
        return self.exchange(request_bytes("GET", path, self.cookie))[0]


def heard(actors: list[Actor]) -> int:
    return sum(len(actor.acknowledged) for actor in actors)


def end(actors: list[Actor]) -> None:
    for actor in actors:
        actor.over.set()
    for actor in actors:
        actor.join(timeout=60)


def several(actors: list[Actor], more: int, seconds: float = 20.0) -> None:
    """Until so many things more were acknowledged."""
    before, until = heard(actors), time.monotonic() + seconds
    while heard(actors) < before + more and time.monotonic() < until:
        time.sleep(0.005)
