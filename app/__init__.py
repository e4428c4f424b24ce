"""Croisée: a self-paced course for those who coordinate a cité éducative. Where things live, each package above those that it imports:

platform           What no subject owns: settings, the database, pages as such, email, files, printing, the clock, the log.
  settings         Settings, frozen: defaults < `instance/settings.toml` < environment. A name that is not in `SETTINGS` is refused.
  db               The database: declarative base, types, rows that are new, short writers. The same code runs on SQLite and PostgreSQL.
  web              What all pages share and no subject: headers, errors, assets, templating, health, public pages.
  storage          Where files are kept that every host must see: one small interface, over a folder or a bucket of an S3-compatible store.
  mail             Every email that the site sends, declared; and the outbox: rows written with their act, sent after its commit, never lost.
content            Text → frozen values; stored revisions; checks; the file sync. No pages, nothing of people.
  values           The vocabulary of the course: frozen values of texts, quizzes and the course.
  problems         What can be wrong with a file: one code, message and hint each.
  figures          Figures typed as simple lines → drawings, each with the same data in words.
  text             Markdown text: normalised, its head read, its tokens, its parts, what they say.
    pitfalls       What a reader would see otherwise than its writer meant: habits of word processors, of other dialects and of the hand, each with its remedy.
  quiz             A quiz file → questions with their answers.
    answers        One reader for each shape of answer.
  documents        Parses any file of the course into its value and its problems, and says how it was understood.
  papers           A paper, as values → its files for word processors.
  rendering        Values → HTML.
  store            Published revisions, the course folder on the disk, and the sync between both.
  search           The one analyser, what is found of each document, its index and the order of what is found.
identity           Accounts, roles, the territory tree, scopes, sign-in. Nothing of courses.
  sign_in          Signing in and out, and the guard before every page.
assessment         Quiz → attempt → outcome: presenting, matching, grading. No pages.
  answers          Is it the same answer? Normalised texts, numbers, typing mistakes.
  kinds            One file a type of question: all that depends on the type, from a form's fields to its key in a package.
  questions        Drawing, presenting, grading and correcting questions.
  attempts         An attempt from its start to its result, and what is stored of it.
record             What people did and where they stand: the ledger, enrolments, progress, due dates, figures, attestations. No page.
  figures          Everybody's progress in stored rows, so that reports on 100,000 people stay quick.
  progress         States, percentages and what comes next, from the ledger's rows.
network            The cités éducatives and the network's meetings.
  meetings         The network's meetings: announced, their places and waiting list, calendars, emails.
learner            Every page that a learner reads: each composes what lies below, and shows nothing of a feature that this site leaves out.
  positioning      What somebody knows already: a short test, what it proposes to be spared, and the first page.
  review           « Réviser »: the questions of what one finished come back before they are forgotten.
  notebook         « Mon carnet »: what a person answers to « Sur mon territoire », notes and keeps, theirs alone; and what they hand over.
  reference        The glossary, the timeline, the sources, the toolbox and the library.
    syntheses      Papers made of the published course: a synthesis of each module, the glossary and the timeline on one sheet.
  messages         What somebody writes to the trainers from what they read, an error or a question, its answer, and what is published of it for all.
  surveys          What people think of the course, asked once they have done a part of it, and counted without them.
  home             Home, modules, lessons, the record of whoever learns: what composes all the others.
authoring          « L'atelier »: every page a trainer writes in.
  drafts           A draft: saved, checked, created from nothing.
  comparing        Two texts word by word, as they were typed or on the page that learners read; three texts merged.
  editor           The editor beside the learner's page, with problems and remedies.
  publishing       Publishes a draft as a revision: its effects, its date, a colleague's review.
  circulating      A lesson out as a file for word processors, read by people who have no account, and in again with what they changed.
  incoming         What comes in by a file.
    word           Word documents and pasted texts → Markdown.
reporting          « Le pilotage »: where the people of a scope stand.
  grid             A row a person, on the screen and in files.
  overview         Groups, pictures, the map.
  reminders        Reminders by email: audience, plan, sending, answers.
  week             « Cette semaine »: what moved, whom to call, what waits; its page, and its email on Monday.
administration     The pages of those who run the site.
  accounts         People: their account, roles, invitations, merging.
  imports          A table of people, checked line by line, then imported.
  privacy          Data protection: what is held, who looked, erasure, retention.
    register       The register of processing: one declaration a table.
exchange           Imports and exports the formats of other systems.
  api              What other programs read of the site: `/api/v1`, its tokens, its description.
  banks            Banks of questions: Moodle XML, GIFT and Aiken in, judged question by question; Moodle XML and GIFT out.
    reading        A file of another system → questions in our quiz Markdown, each with what was lost of it or why it is refused; in a bounded process.
    writing        A quiz → the file of another system, and what that format cannot say of it.
  folder           A folder of Markdown as a course, without a site: seen while it is written, built as static pages, compared, begun from nothing.
  git              A repository that the site follows (`[git]` of settings.toml): what is pushed comes in, checked as a whole; what is published goes out, by its author.
  intake           One import for all that a trainer owns: read by shape in a bounded process, its doubts asked, nothing kept before it is taken.
  packages         A module as a package that an LMS plays, SCORM 1.2 or cmi5, by one writer: it stands alone, and marks as the site does.
  statements       What people do, sent to learning record stores (xAPI 1.0.3): the ledger is the queue, one statement a row.
operations         What runs the site: prepare, doctor, gunicorn's settings.
  jobs             What is done without anybody asking: the timers, the process beside the site that runs them, and their page.
  demonstration    Invented people and their months, from data files, written by the same services as everyone's; never in production.
  backup           One archive of database and images, written while the site serves, and restored.

What a site may do without is said once, in `features.py`, which every package may read.
In a folder the file names repeat and import only downward: views | cli → forms → services → queries → models → rules.
What must go up is a hook: `platform/hooks.py`. `create_app` below is the only code that knows every package.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType

import click
from flask import Flask

from app.platform import collector
from app.platform import settings as settings_file
from app.platform.errors import SettingsError
from app.platform.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve; without its pages, where `flask` runs a command that needs none. Raises `SettingsError` where the set-up is wrong."""
    os.umask(0o077)  # the database, images, copies: what any process of ours writes is for its own account, not for the machine's others
    with collector.at_rest(set_aside="app.platform.web" not in sys.modules):  # the first of a process reads the code, which stays
        from app.operations import shell

        try:
            settings = settings or settings_file.load()
        except SettingsError as error:
            if shell.asked_for()[:1] == ("doctor",):
                return _explaining(error)
            raise
        return _application(settings, shell.without_pages())


def _explaining(error: SettingsError) -> Flask:
    from app.operations import doctor

    return doctor.bare_app(error)


def _application(settings: Settings, command: click.Command | None) -> Flask:
    from app.operations import shell
    from app.platform import db, log

    app = Flask(__name__, instance_path=str(settings.instance_path))
    app.config.update(flask_config(settings))
    log.init_app(app, quiet=shell.is_typed())
    db.init_app(app)
    if command:
        app.cli.add_command(command)
    else:
        _add_pages(app)
    shell.explain_commands(app)
    return app


def _add_pages(app: Flask) -> None:
    from app.platform import web
    from app.platform.web import endpoints, menus

    web.init_app(app)
    for package in packages():
        package.init_app(app)
    menus.lead_on(app)
    endpoints.gather(app)


def packages() -> tuple[ModuleType, ...]:
    """Lists the packages that register something with Flask, in dependency order. What a site does without is off at each request (`app/features.py`)."""
    from app import administration, assessment, authoring, content, exchange, identity, learner, network, operations, record, reporting
    from app.learner import notebook, positioning, reference, review, search_views, surveys
    from app.platform import mail

    return (
        mail,
        content,
        identity,
        assessment,
        record,
        learner,
        positioning,
        notebook,
        network,
        reference,
        review,
        surveys,
        administration,
        reporting,
        authoring,
        exchange,
        search_views,
        operations,
    )


def flask_config(settings: Settings) -> dict[str, object]:
    """What Flask and its extensions are told, from our settings."""
    from app.platform.db.engines import engine_config

    return {
        "CROISEE": settings,
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": settings.keys[:-1],
        "WTF_CSRF_SECRET_KEY": settings.keys,
        "TESTING": settings.environment == "test",
        "SQLALCHEMY_ENGINES": {"default": engine_config(settings.database_url, settings.pooler)},
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SESSION_COOKIE_NAME": "croisee",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.production,
        "WTF_CSRF_TIME_LIMIT": None,
    }
