"""A module of one question of each type, its packages, and what plays them: scorm-again in a page, or a small cmi5 system."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, request
from werkzeug.serving import make_server

from app.content.values.course import Course, Lesson, Module
from app.content.values.quiz import Policy, Quiz
from app.content.values.text import CompletionCriterion, Fragment, Heading, Objective
from app.exchange.packages.contents import PackageFormat, packed_module
from app.exchange.packages.views import Package, write_package
from tests import builders
from tests.npm_tools import tool

ON = date(2026, 11, 27)
DIGEST = "ab" * 32
BODY = """
Un paragraphe, et [le quiz](mod-quiz), [un outil](outil-absent), [une autre leçon](suite#ici).

![La carte du quartier](images/carte.png)

## Un titre {#un-titre}

La fin.
"""


def lesson(identifier: str, body: str, quiz: str | None = None, **more: Any) -> Lesson:
    text = Fragment(body, 1)
    headings = (Heading(2, "Un titre", "un-titre", 7),) if "un-titre" in body else ()
    values: dict[str, Any] = {
        "minutes": 5,
        "objectives": (),
        "criterion": CompletionCriterion.READ,
        "optional": False,
        "sources": (),
        "links": (),
        "images": (),
    }
    made = {**values, "territory_questions": (), "words": 20, **more}
    return Lesson(id=identifier, title=f"Leçon {identifier}", quiz_id=quiz, body=text, headings=headings, **made)


def course(points: Decimal = Decimal("0.7"), lessons_only: bool = False) -> Course:
    questions = builders.one_of_each()
    quiz = Quiz(
        "mod-quiz",
        "Quiz du module",
        None,
        "mod",
        Policy(pass_mark=points, shuffle=False),
        CompletionCriterion.PASSED,
        builders.fragment("Courage."),
        questions,
        author="Inès",
    )
    module = Module(
        "mod",
        "Le module « d’essai » & Cie",
        "ville",
        (Objective("O1", "Savoir", "", 1),),
        ("debut", "suite"),
        None if lessons_only else "mod-quiz",
        Fragment("Présentation.", 1),
        author="Inès",
    )
    lessons = {"debut": lesson("debut", BODY), "suite": lesson("suite", "## Ici {#ici}\n\nFin.", optional=False)}
    return Course(1, modules={"mod": module}, lessons=lessons, quizzes={} if lessons_only else {"mod-quiz": quiz}, media={"mod": {"carte.png": DIGEST}})


def suspended() -> int:
    """The characters that a system must keep of it, at most."""
    made = course()
    return packed_module(made, made.modules["mod"], ON).suspend_data_length()


def package(form: PackageFormat, **changes: Any) -> Package:
    made = course(**changes)
    return write_package(made, made.modules["mod"], form, ON)


def files_of(made: Package) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PLAYER = """<!doctype html><html lang="fr"><head><title>LMS</title><script src="/scorm12.js"></script></head><body>
<iframe title="Module" src="about:blank" style="width:100%;height:80vh"></iframe>
<script>
  const errors = window.errors = [];
  const API = window.API = new Scorm12API({ autocommit: false, logLevel: 5 });
  const kept = JSON.parse(localStorage.getItem("cmi") || "null");
  if (kept) API.loadFromJSON(kept);
  API.cmi.student_data.mastery_score = "MASTERY";
  for (const name of ["LMSSetValue", "LMSCommit", "LMSFinish", "LMSInitialize"]) {
    const said = API[name].bind(API);
    API[name] = (...sent) => {
      const answer = said(...sent), code = String(API.LMSGetLastError());
      if (code !== "0") errors.push([name, ...sent, code].join(" "));
      if (name !== "LMSSetValue") {
        const { core, suspend_data } = JSON.parse(JSON.stringify(API.cmi));
        localStorage.setItem("cmi", JSON.stringify({ core, suspend_data }));
        (window.calls ??= []).push(name);
      }
      return answer;
    };
  }
  document.querySelector("iframe").src = "/paquet/index.html";
</script></body></html>"""


@dataclass
class System:
    """Whoever plays a package: its pages, and for cmi5 what it was told."""

    files: dict[str, bytes]
    mastery: str = "70"
    mode: str = "Normal"
    failing: str = ""
    """What it has no answer to for now: `statements`, or the id of a state."""
    tokens: int = 0
    fetched: int = 0
    sessions: int = 0
    statements: list[dict[str, Any]] = field(default_factory=list)
    states: dict[str, Any] = field(default_factory=dict)
    address: str = ""

    def launch(self) -> str:
        """A new session: another address to fetch a token at."""
        self.sessions += 1
        told = {"endpoint": f"{self.address}/xapi/", "fetch": f"{self.address}/jeton/{self.sessions}", "actor": json.dumps(ACTOR)}
        return f"{self.address}/paquet/index.html?{urlencode({**told, 'registration': REGISTRATION, 'activityId': ACTIVITY})}"

    def launch_data(self) -> dict[str, Any]:
        session = {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": f"seance-{self.sessions}"}
        template = {"extensions": session, "contextActivities": {"grouping": [{"id": "https://croisee.example/modules/mod"}]}}
        found = {"contextTemplate": template, "launchMode": self.mode, "moveOn": "CompletedAndPassed", "returnURL": f"{self.address}/retour"}
        return {**found, "masteryScore": int(self.mastery) / 100}

    @property
    def verbs(self) -> list[str]:
        return [statement["verb"]["id"].rpartition("/")[2] for statement in self.statements]


ACTOR = {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "a1"}}
REGISTRATION, ACTIVITY = "5f2a3f0e-7d9a-4f5e-9e0c-0c6ad8f6a111", "https://lms.example/activites/7"


TYPES = {"html": "text/html; charset=utf-8", "css": "text/css", "js": "text/javascript", "png": "image/png", "txt": "text/plain"}
BACK = "<!doctype html><title>Retour</title><h1>Retour</h1>"


def _app(system: System) -> Flask:
    app = Flask(__name__, static_folder=None)
    player = PLAYER.replace("MASTERY", system.mastery)
    app.add_url_rule("/paquet/<path:name>", "file", lambda name: _file(system, name))
    app.add_url_rule("/scorm12.js", "scorm", lambda: Response((tool("scorm-again") / "dist" / "scorm12.min.js").read_bytes(), mimetype="text/javascript"))
    app.add_url_rule("/", "player", lambda: player)
    app.add_url_rule("/retour", "back", lambda: BACK)
    app.add_url_rule("/jeton/<int:session>", "token", lambda session: _token(system, session), methods=["POST"])
    app.add_url_rule("/xapi/activities/state", "state", lambda: _state(system), methods=["GET", "PUT"])
    app.add_url_rule("/xapi/agents/profile", "profile", lambda: _profile(system))
    app.add_url_rule("/xapi/statements", "statements", lambda: _statements(system), methods=["POST"])
    return app


def _file(system: System, name: str) -> Response:
    return Response(system.files.get(name) or abort(404), content_type=TYPES[name.rpartition(".")[2]])


def _token(system: System, session: int) -> Response:
    """Once for each session."""
    system.fetched += 1
    if session <= system.tokens:
        return jsonify({"error-code": "1", "error-text": "already used"})
    system.tokens = session
    return jsonify({"auth-token": f"jeton{session}"})


def _state(system: System) -> tuple[str, int] | Response:
    _checked(system)
    name = request.args["stateId"]
    if name == system.failing:
        abort(503)
    if request.method == "PUT":
        system.states[name] = request.get_json()
        return "", 204
    if name == "LMS.LaunchData":
        return jsonify(system.launch_data())
    return jsonify(system.states[name]) if name in system.states else ("", 404)


def _profile(system: System) -> Response:
    _checked(system)
    return jsonify({"languagePreference": "fr-FR"})


def _statements(system: System) -> Response:
    _checked(system)
    if system.failing == "statements":
        abort(503)
    sent = request.get_json()
    new = sent if isinstance(sent, list) else [sent]
    system.statements += new
    return jsonify([each["id"] for each in new])


def _checked(system: System) -> None:
    if request.headers.get("Authorization") != f"Basic jeton{system.sessions}" or request.headers.get("X-Experience-API-Version") != "1.0.3":
        abort(401)


@contextmanager
def playing(made: Package, **settings: Any) -> Iterator[System]:
    system = System(files_of(made), **settings)
    server = make_server("127.0.0.1", 0, _app(system), threaded=True)
    system.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        thread.join()
