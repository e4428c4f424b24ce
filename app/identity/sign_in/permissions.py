"""Who may open what: one line an endpoint. What is absent answers 404 to everybody."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from app.identity.rules import ADMINISTRATORS, AUTHORS, DECIDERS, MANAGERS, REPORTERS, Role


class Who(Enum):
    PUBLIC = "public"
    SIGNED_IN = "signed in"
    OPEN = "open"
    """Whoever is signed in, and visitors too where the site is open to them: `guards.open_to_visitors` says which addresses."""


class Admission(Enum):
    """What the guard answers: go on, go and sign in, or « this page does not exist »."""

    ALLOWED = "allowed"
    SIGN_IN = "sign in"
    HIDDEN = "hidden"


PUBLIC, SIGNED_IN, OPEN = Who.PUBLIC, Who.SIGNED_IN, Who.OPEN

PERMISSIONS: dict[str, Who | frozenset[Role]] = {
    # web: what all pages share
    "static": PUBLIC,
    "health.live": PUBLIC,
    "health.ready": PUBLIC,
    "web.help": PUBLIC,
    "web.legal": PUBLIC,
    "web.privacy": PUBLIC,
    "web.accessibility": PUBLIC,
    "web.manifest": PUBLIC,
    "web.logo": PUBLIC,
    "web.ecodesign": PUBLIC,
    "web.sitemap": PUBLIC,
    # identity: sign-in and one's own account
    "security.login": PUBLIC,
    "security.logout": SIGNED_IN,
    "identity.forgotten": PUBLIC,
    "identity.forgotten_sent": PUBLIC,
    "identity.reset": PUBLIC,
    "identity.display": PUBLIC,
    "identity.account": SIGNED_IN,
    "identity.password": SIGNED_IN,
    "identity.close_sessions": SIGNED_IN,
    # learning: one's own course and record; the attestation is proof for anyone who was given its address
    "learning.home": SIGNED_IN,
    "learning.take_news": SIGNED_IN,
    "learning.module": SIGNED_IN,
    "learning.lesson": OPEN,
    "learning.mark_read": SIGNED_IN,
    "learning.keep_place": SIGNED_IN,
    "learning.record": SIGNED_IN,
    "learning.attest": SIGNED_IN,
    "evidence.my_certificate": SIGNED_IN,
    "evidence.my_follow_up": SIGNED_IN,
    "attestations.attestation": PUBLIC,
    "attestations.pdf": PUBLIC,
    "attestations.badge": PUBLIC,
    "attestations.issuer": PUBLIC,
    "attestations.key": PUBLIC,
    "attestations.revocations": PUBLIC,
    "attestations.check": PUBLIC,
    "attestations.check_badge": PUBLIC,
    "search.search": OPEN,
    "reference.glossary": OPEN,
    "reference.timeline": OPEN,
    "reference.sources": SIGNED_IN,
    "network.network": OPEN,
    "toolbox.tools": SIGNED_IN,
    "toolbox.tool": SIGNED_IN,
    "toolbox.example": SIGNED_IN,
    "toolbox.file": SIGNED_IN,
    "learning.resume": SIGNED_IN,
    "learning.forget": SIGNED_IN,
    "media.image": OPEN,
    "visitors.landing": OPEN,
    "visitors.robots": PUBLIC,
    "visitors.sitemap": PUBLIC,
    "reports.lesson": SIGNED_IN,
    "reports.question": SIGNED_IN,
    "quiz.quiz": SIGNED_IN,
    "quiz.start_attempt": SIGNED_IN,
    "quiz.start_practice": SIGNED_IN,
    "quiz.ask_attempt": SIGNED_IN,
    "quiz.question": SIGNED_IN,
    "quiz.save_answer": SIGNED_IN,
    "quiz.recap": SIGNED_IN,
    "quiz.submit_attempt": SIGNED_IN,
    "quiz.attempt": SIGNED_IN,
    # review: for oneself; a question by mail is for whoever holds its address
    "review.review": SIGNED_IN,
    "review.question": SIGNED_IN,
    "review.answer": SIGNED_IN,
    "review.answered": SIGNED_IN,
    "review.practise": SIGNED_IN,
    "review.curve": SIGNED_IN,
    "review.set_aside": SIGNED_IN,
    "review.take_back": SIGNED_IN,
    "review.pause": SIGNED_IN,
    "review.choose": SIGNED_IN,
    "review_letters.question": PUBLIC,
    "review_letters.answer": PUBLIC,
    # notebook: what one writes for oneself
    "notebook.notebook": SIGNED_IN,
    "notebook.file": SIGNED_IN,
    "notebook.note": SIGNED_IN,
    "notebook.sheet": SIGNED_IN,
    "notebook.sheet_file": SIGNED_IN,
    "notebook.answer": SIGNED_IN,
    # positioning: what one knows already, and the first page
    "positioning.positioning": SIGNED_IN,
    "positioning.begin": SIGNED_IN,
    "positioning.question": SIGNED_IN,
    "positioning.answer": SIGNED_IN,
    "positioning.finish": SIGNED_IN,
    "positioning.decide": SIGNED_IN,
    "start.start": SIGNED_IN,
    "start.save": SIGNED_IN,
    # reporting: whoever trains or looks after territories, each within their scope
    "reporting.overview": REPORTERS,
    "reporting.grid": REPORTERS,
    "reporting.grid_print": REPORTERS,
    "reporting.grid_csv": REPORTERS,
    "saved.save": REPORTERS,
    "saved.open": REPORTERS,
    "saved.delete": REPORTERS,
    "acting.choose": DECIDERS,
    "acting.act": DECIDERS,
    "reporting.grid_xlsx": REPORTERS,
    "printing.report_pdf": REPORTERS,
    "reporting.person": REPORTERS,
    "evidence.certificate": REPORTERS,
    "evidence.follow_up": REPORTERS,
    "reporting.drawing": REPORTERS,
    "summaries.committee": REPORTERS,
    "summaries.funder": REPORTERS,
    "calls.index": REPORTERS,
    "calls.call": REPORTERS,
    "calls.note": REPORTERS,
    "reporting.decide": DECIDERS,
    "reporting.move_due": DECIDERS,
    "reporting.revoke": DECIDERS,
    "reporting.decide_attestation": DECIDERS,
    "reporting.requests": DECIDERS,
    "reporting.answer": DECIDERS,
    "reminders.index": DECIDERS,
    "reminders.new": DECIDERS,
    "reminders.rule": DECIDERS,
    "reminders.edit": DECIDERS,
    "reminders.run": DECIDERS,
    "reminders.delete": DECIDERS,
    "reminders.answer": PUBLIC,
    "reminders.digest": REPORTERS,
    # authoring: only trainers write the course; administering is another work
    "authoring.home": AUTHORS,
    "authoring.new": AUTHORS,
    "authoring.edit": AUTHORS,
    "authoring.preview": AUTHORS,
    "authoring.discard": AUTHORS,
    "authoring.review": AUTHORS,
    "authoring.publish": AUTHORS,
    "authoring.cancel": AUTHORS,
    "authoring.ask": AUTHORS,
    "authoring.readings": AUTHORS,
    "authoring.reading": AUTHORS,
    "authoring.answer": AUTHORS,
    "authoring.history": AUTHORS,
    "authoring.revision": AUTHORS,
    "authoring.restore": AUTHORS,
    "authoring.withdrawn": AUTHORS,
    "authoring.withdrawal": AUTHORS,
    "authoring.withdraw": AUTHORS,
    "authoring.merge": AUTHORS,
    "authoring.save_merge": AUTHORS,
    "authoring.files": AUTHORS,
    "authoring.merge_file": AUTHORS,
    "authoring.save_file_merge": AUTHORS,
    "authoring.images": AUTHORS,
    "authoring.remove_image": AUTHORS,
    "authoring.word": AUTHORS,
    "authoring.word_report": AUTHORS,
    "authoring.forget_remarks": AUTHORS,
    "authoring.archive": AUTHORS,
    "authoring.archive_file": AUTHORS,
    "authoring.archive_check": AUTHORS,
    "authoring.archive_import": AUTHORS,
    "authoring.statistics": AUTHORS,
    "authoring.question_statistics": AUTHORS,
    "authoring.regrade": AUTHORS,
    "authoring.confirm_regrade": AUTHORS,
    "authoring.reports": AUTHORS,
    "authoring.answer_report": AUTHORS,
    # people: one's own data, and who looked at it; an administrator answers requests
    "privacy.consultations": SIGNED_IN,
    "privacy.my_data": SIGNED_IN,
    "privacy.my_data_json": SIGNED_IN,
    "privacy.my_learning": SIGNED_IN,
    "privacy.my_learning_json": SIGNED_IN,
    "privacy.my_erasure": SIGNED_IN,
    "privacy.confirm_my_erasure": SIGNED_IN,
    "privacy.person_data": ADMINISTRATORS,
    "privacy.person_data_json": ADMINISTRATORS,
    "privacy.person_erasure": ADMINISTRATORS,
    "privacy.confirm_person_erasure": ADMINISTRATORS,
    "preferences.mine": SIGNED_IN,
    "preferences.letters": PUBLIC,
    "preferences.choose_letters": PUBLIC,
    "preferences.stop": PUBLIC,
    "preferences.stopped": PUBLIC,
    # people: an invitation is for whoever holds its link; responsables see and move the people of their territories
    "invitation.accept": PUBLIC,
    "invitation.new": ADMINISTRATORS,
    "invitation.send": ADMINISTRATORS,
    "invitation.draw": ADMINISTRATORS,
    "invitation.printed": ADMINISTRATORS,
    "invitation.withdraw": ADMINISTRATORS,
    "administration.index": MANAGERS,
    "help.index": MANAGERS,
    "help.close": MANAGERS,
    "administration.people": MANAGERS,
    "administration.person": MANAGERS,
    "administration.move": MANAGERS,
    "administration.depart": MANAGERS,
    "administration.details": ADMINISTRATORS,
    "administration.roles": ADMINISTRATORS,
    "administration.sessions": ADMINISTRATORS,
    "administration.close": ADMINISTRATORS,
    "administration.reopen": ADMINISTRATORS,
    "site.acts_list": ADMINISTRATORS,
    "territories.tree": ADMINISTRATORS,
    "territories.territory": ADMINISTRATORS,
    "territories.withdraw": ADMINISTRATORS,
    "about.settings": ADMINISTRATORS,
    "about.logo": ADMINISTRATORS,
    "about.history": ADMINISTRATORS,
    "site.settings": ADMINISTRATORS,
    "jobs.jobs": ADMINISTRATORS,
    "jobs.ask": ADMINISTRATORS,
    "site.outbox": ADMINISTRATORS,
    "site.wordings": ADMINISTRATORS,
    "site.wording": ADMINISTRATORS,
    "site.retry": ADMINISTRATORS,
    "site.resend": ADMINISTRATORS,
    "site.discard": ADMINISTRATORS,
    "imports.new": ADMINISTRATORS,
    "imports.check": ADMINISTRATORS,
    "imports.columns": ADMINISTRATORS,
    "imports.correct": ADMINISTRATORS,
    "imports.refused": ADMINISTRATORS,
    "imports.apply": ADMINISTRATORS,
    "imports.invite": ADMINISTRATORS,
    "imports.model_csv": ADMINISTRATORS,
    "imports.model_xlsx": ADMINISTRATORS,
    "cohorts.index": ADMINISTRATORS,
    "cohorts.cohort": ADMINISTRATORS,
    "cohorts.join": ADMINISTRATORS,
    "cohorts.leave": ADMINISTRATORS,
    "cohorts.version": ADMINISTRATORS,
    "cohorts.move": ADMINISTRATORS,
    "merging.choose": ADMINISTRATORS,
    "merging.preview": ADMINISTRATORS,
    "merging.merge": ADMINISTRATORS,
    "seeing.start": ADMINISTRATORS,
    "seeing.stop": SIGNED_IN,
}
"""Endpoint → who. An endpoint that is not here answers 404 to everybody, and a test asks for its line."""


def admission(roles: Collection[Role] | None, endpoint: str) -> Admission:
    """What somebody may expect of an endpoint. `roles` is None for a visitor, who is not signed in."""
    who = PERMISSIONS.get(endpoint)
    if who is None:
        return Admission.HIDDEN
    if who is PUBLIC:
        return Admission.ALLOWED
    if roles is None:
        return Admission.SIGN_IN
    return Admission.ALLOWED if isinstance(who, Who) or who.intersection(roles) else Admission.HIDDEN


def may(roles: Collection[Role] | None, endpoint: str) -> bool:
    """True when the page would be shown."""
    return admission(roles, endpoint) is Admission.ALLOWED
