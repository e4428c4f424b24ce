"""Run by the code of the version before, in its own files, on the database of this one: people sign in, read, answer, write; what each page answered, as JSON.

It says only what that version's own tests also say: nothing here may be newer than it.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

from app.db import db

from app import clock as time
from app import create_app
from tests.identity.builders import sign_in
from tests.learning.world import MORNING, Clock, World
from tests.making import make_settings
from tests.strict import StrictClient

LEARNER_PAGES = ("/", "/modules/mod-un", "/lecons/un-a", "/quiz/un-a-quiz", "/progression", "/glossaire", "/frise", "/revision", "/carnet", "/compte")
MANAGER_PAGES = ("/pilotage", "/pilotage/grille", "/pilotage/grille.csv", "/pilotage/grille.xlsx", "/administration")
TRAINER_PAGES = ("/atelier", "/atelier/signalements")


def main(folder: str, database: str, learner_id: int) -> None:
    app = create_app(make_settings(Path(folder), database_url=database))
    app.test_client_class = StrictClient
    clock = Clock(MORNING + timedelta(days=1))
    time.now = clock.now
    world = World(app, clock)
    learner, manager, trainer = app.test_client(), app.test_client(), app.test_client()
    for client, name in ((learner, "une.personne"), (manager, "un.responsable"), (trainer, "une.formatrice")):
        sign_in(client, f"{name}@croisee.example")  # which fails where it is refused
    found = {path: learner.get(path).status_code for path in LEARNER_PAGES}
    attempt = world.take(learner_id, "un-a-quiz")
    found["attempt"] = learner.get(f"/tentatives/{attempt}").status_code
    learner.see("/lecons/un-b")
    learner.submit("Envoyer aux formateurs", message="Une date est fausse.")
    found |= {path: manager.get(path).status_code for path in (*MANAGER_PAGES, f"/pilotage/personnes/{learner_id}")}
    found |= {path: trainer.get(path).status_code for path in TRAINER_PAGES}
    somebody = world.person("Quelqu'un d'autre")
    sys.stdout.write(json.dumps({"answers": found, "attempt": attempt, "somebody": somebody}) + "\n")
    with app.app_context():
        db.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
