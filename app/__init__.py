"""Croisée: a self-paced course for those who coordinate a cité éducative. Where things live, each package above those that it imports:

platform           What no subject owns: settings, the database, pages as such, email, files, printing, the clock, the log.
  settings         Settings, frozen: defaults < `instance/settings.toml` < environment. What `known` does not name is refused.
  db               The database: declarative base, types, rows that are new, short writers. The same code runs on SQLite and PostgreSQL.
  sandbox          Our own code in a bounded process: little memory, little time, one at a time on a host.
  web              What all pages share and no subject: headers, errors, assets, templating, health, public pages.
  site             What the site says of itself: its name, who publishes it, its texts, its colours, its days and its hours, kept with their history.
  storage          Where files are kept that every host must see: one small interface, over a folder or a bucket of an S3-compatible store.
  printing         Values → an accessible PDF, by a template, in a bounded process.
  mail             Every email that the site sends, declared; and the outbox: rows written with their act, sent after its commit, never lost.
content            Text → frozen values; stored revisions; checks; the file sync. No pages, nothing of people.
  values           The vocabulary of the course: frozen values of texts, quizzes and the course.
  problems         What can be wrong with a file: one code, message and hint each.
  figures          Figures typed as simple lines → drawings, each with the same data in words.
    kinds          One file a kind of figure: how a line of it is read, drawn, and said in words.
  text             Markdown text: normalised, its head read, its tokens, its parts, what they say.
    inline         What a line of text holds besides words: formulas, and images with their caption and size.
    misread        What a reader would see otherwise than its writer meant: the habits of word processors, of other dialects and of the hand, told with their remedy.
  quiz             A quiz file → questions with their answers.
    source         Lines, keys, titles and sections of a quiz file, with their line numbers.
    dialects       Other ways to write a quiz: word processors and lettered options are understood, GIFT is pointed to the import.
    answers        One reader for each shape of answer.
  documents        Any file of the course → its value and its problems; what it was understood as.
  checks           What is wrong between the files of a course.
  papers           A paper, as values → its files for word processors.
  rendering        Values → HTML.
  store            Published revisions, the course folder on the disk, and the sync between both.
  search           The one analyser, what is found of each document, its index and the order of what is found.
identity           Accounts, roles, the territory tree, scopes, sign-in. Nothing of courses.
  territories      The territory tree: of the network file, and by hand.
  sessions         Open sessions, known browsers, limits on tries, what becomes of a form sent too late.
  passwords        Rules of passwords and the signed links that set one.
  sign_in          Signing in and out, and the guard before every page.
    institutions   Signing in by one's own institution (OpenID Connect): what is asked, what is taken as an answer, and whose account it opens.
    factors        The second factor: an application's code, a passkey, printed codes; how it is set up, asked for, lost.
  letters          How an email is sent, those about an account, which ones a person wants, and the one of the week.
  audit            Administrative acts and the access journal, as they are written.
assessment         Quiz → attempt → outcome: presenting, matching, grading. No pages.
  answers          Is it the same answer? Normalised texts, numbers, typing mistakes.
  kinds            One file a type of question: all that depends on the type, from a form's fields to its key in a package.
  questions        Drawing, presenting, grading and correcting questions.
  attempts         An attempt from its start to its result, and what is stored of it.
  regrading        Marking attempts again after a corrected key.
  item_analysis    Figures and remarks on a question from its answers.
  statistics       First attempts → item analysis, by question.
record             What people did and where they stand: the ledger, enrolments, progress, due dates, figures, attestations. No page.
  progress         States, percentages and what comes next, from the ledger's rows.
  figures          Everybody's progress in stored rows: the fence around 100,000 people.
  attestations     An attestation as values: what it says, how long it is fresh, its badge and the keys that sign it.
network            The cités éducatives and the network's meetings.
  atlas            The map of a network: its cités in their order, outlines of départements, where communes are, and what is drawn of them.
  cites            The page of each cité éducative.
  proposals        What the people of a cité propose for its page: read beside what it says now, accepted, or refused with a word.
  directory        The people of the network who agreed to appear on the page of their cité, and how each may be written to.
  meetings         The network's meetings: announced, their places and waiting list, calendars, letters.
    attendance     Who was there: by list, by a code shown in the room, on a sheet to sign.
learner            Every page that a learner reads: each composes what lies below, and shows nothing of a feature that this site leaves out.
  pages            Home, modules, lessons, the learner's record.
  quiz             The pages of a quiz: start, question, recap, correction.
  attestations     An attestation as anyone may check it: its page, its sheet of paper, its badge; and its revocation.
  positioning      What somebody knows already: a short test, what it proposes to be spared, and the first page.
    start          « Bienvenue »: what is asked on arriving, shown once.
  review           « Réviser »: the questions of what one finished come back before they are forgotten.
    letters        Three questions a week by mail, each behind its own address, in the letter of the week.
  notebook         « Mon carnet »: what a person answers to « Sur mon territoire », notes and keeps, theirs alone; and what they hand over.
    kept           Notes on a passage, and favourites: on a lesson, a heading, a tool, a word, a date.
    handover       Handing one's notes over to whoever comes next, and receiving them: never mixed up with one's own.
  reference        The glossary, the timeline, the sources, the toolbox and the library.
    toolbox        Papers to fill: their pages, and their files for word processors and spreadsheets.
    library        The library: documents to read, to hear and to download; and whether the links of the course still lead somewhere.
      watch        The links of the published course as a daily check finds them: what each said, since when it fails.
    syntheses      Papers made of the published course: a synthesis of each module, the glossary and the timeline on one sheet.
  messages         What somebody writes to the trainers from what they read, an error or a question, its answer, and what is published of it for all.
  surveys          What people think of the course, asked once they have done a part of it, and counted without them.
  search           « Trouver »: what somebody may read, found by words, on one page and from a shell.
  visitors         What is read without an account: the landing page, which lessons and images are open, what search engines are told.
authoring          « L'atelier »: every page a trainer writes in.
  home             The trainer's table, and new documents.
  outline          The plan of the course: its paths, modules, lessons and quizzes as one tree, arranged in place.
  drafts           A draft: saved, checked, created from nothing.
  comparing        Two texts word by word, as they were typed or on the page that learners read; three texts merged.
  editor           The editor beside the learner's page, with problems and remedies.
    questions      A form over one question of a quiz, and back to the same Markdown.
  publishing       From a draft to a revision: effect, date, a colleague's reading.
    remarks        What a reader says of a passage: on the page that learners will see, by a trainer or a guest, answered, closed.
    peer_review    A colleague's reading: asked for, read, answered.
  versions         History, restoring, withdrawal, merges.
    history        The revisions of a document: compared, taken up again, taken out of the course.
    merging        Two texts of one document set together: a draft and what is published, or a file of the course.
  circulating      A lesson out as a file for word processors, read by people who have no account, and in again with what they changed.
  feedback         What learners' answers and error reports say; regrading.
    regrading      Marking a quiz again by its corrected keys: what it would do, then the decision.
    inbox          What learners wrote, errors and questions: one inbox, the answers that they read, and what is published of them.
    links          The links of the course that lead nowhere any more, for whoever can mend them.
    statistics     Which question is bad, in words first.
  incoming         What comes in by a file.
    images         A document's images, checked and written again.
    library        The files of the library: checked whole before any of them is kept.
    archive        The course as a zip, out and in.
    word           Word documents and pasted texts → drafts.
      reading      A Word document or pasted text → Markdown, in a bounded process.
reporting          « Le pilotage »: where the people of a scope stand.
  scope            Who a reader may see, and the filters of a report.
  grid             A row a person, on the screen and in files.
  calls            Whom to call today, how, what was noted of it, and when again.
  overview         Groups, pictures, the map.
  person           One person's page, and what is decided for them.
  pdf              The report to print, as an accessible PDF.
  summaries        What leaves by scope and period: one page for a committee, the file of a funder, that of an employer.
  surveys          What people answered, in pictures and words, and the files of it.
  evidence         On paper, what one person did: the certificat de réalisation and the individual follow-up file.
  quality          The evidence of quality: a tile an indicator, what everybody may read of the results, what an auditor takes away.
  acting           Several people of the grid at once: reminded, put in a cohort, given another date.
  reminders        Letters by rule: audience, plan, sending, answers, weekly summary.
administration     The pages of those who run the site.
  about            What the site says of itself: its settings, previewed before they are kept, and their history.
  accounts         People: their account, roles, invitations, merging.
  territories      The territory tree by hand: named, moved, added, withdrawn, with its history.
  imports          A table of people, checked line by line, then imported.
  cohorts          Cohorts and their course version.
  help             What people answered that another can help with: listed, closed with a word.
  privacy          Data protection: what is held, who looked, erasure, retention.
    register       The register of processing: one declaration a table.
  site             The site itself: acts, settings, the outbox.
exchange           Other systems' formats, in and out.
  api              What other programs read of the site: `/api/v1`, its tokens, its description.
  banks            Banks of questions: Moodle XML, GIFT and Aiken in, judged question by question; Moodle XML and GIFT out.
    reading        A file of another system → questions in our quiz Markdown, each with what was lost of it or why it is refused; in a bounded process.
    writing        A quiz → the file of another system, and what that format cannot say of it.
  packages         A module as a package that an LMS plays, SCORM 1.2 or cmi5, by one writer: it stands alone, and marks as the site does.
  statements       What people do, told to learning record stores (xAPI 1.0.3): the ledger is the queue, one statement a row.
operations         What runs the site: prepare, doctor, gunicorn's settings.
  jobs             What is done without anybody asking: the timers, the process beside the site that runs them, and their page.
  watching         What a machine is told of the site: metrics, and errors as they happen.
  demonstration    Invented people and their months, from data files, written by the same services as everyone's; never in production.
  backup           One archive of database and images, written while the site serves, and restored.

In a room the file names repeat and import only downward: views | cli → forms → services → queries → models → rules.
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
    from app.operations import shell

    os.umask(0o077)  # the database, images, copies: what any process of ours writes is for its own account, not for the machine's others
    with collector.at_rest(set_aside="app.platform.web" not in sys.modules):  # the first of a process reads the code, which stays
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
    from app.operations import shell, unprepared
    from app.platform import db, log

    app = Flask(__name__, instance_path=str(settings.instance_path))
    app.config.update(flask_config(settings))
    log.init_app(app, quiet=shell.is_typed())
    db.init_app(app)
    if command:
        app.cli.add_command(command)
    else:
        _add_pages(app)
    unprepared.explain_commands(app)
    return app


def _add_pages(app: Flask) -> None:
    from app.platform import web
    from app.platform.web import endpoints

    web.init_app(app)
    for package in packages():
        package.init_app(app)
    endpoints.gather(app)


def packages() -> tuple[ModuleType, ...]:
    """Lists the packages that register something with Flask, in dependency order. Any of `FEATURES` may be left out."""
    from app import administration, assessment, authoring, content, exchange, identity, learner, network, operations, record, reporting
    from app.learner import notebook, positioning, reference, review, search, surveys
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
        search,
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
