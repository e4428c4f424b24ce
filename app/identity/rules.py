"""Who may do what: the roles and the one permission table; how a person is named and looked up. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from enum import Enum, StrEnum

from app.french import fold

NAME_LENGTH, ADDRESS_LENGTH = 120, 254
"""Characters of a person's name, and of the longest address of mail there is (RFC 5321)."""


class Level(StrEnum):
    """Of a territory, from the widest."""

    REGION = "region"
    DEPARTEMENT = "departement"
    CITE = "cite"


LEVEL_LABELS = {Level.REGION: "région", Level.DEPARTEMENT: "département", Level.CITE: "cité éducative"}


class Role(StrEnum):
    """A person has one or several. Everyone who is signed in may learn, whatever the role."""

    LEARNER = "apprenant"
    TRAINER = "formateur"
    MANAGER = "responsable"
    ADMINISTRATOR = "administrateur"


ROLE_WORDS = {
    Role.LEARNER: "suivre le cours",
    Role.TRAINER: "écrire le cours",
    Role.MANAGER: "accompagner des territoires",
    Role.ADMINISTRATOR: "administrer le site",
}
"""What each role is for, to whoever holds it."""


class Side(StrEnum):
    """Who employs the person: it decides which lens of a lesson opens first, nothing else."""

    COLLECTIVITE = "collectivite"
    EDUCATION = "education"
    ETAT = "etat"
    ASSOCIATION = "association"
    AUTRE = "autre"


SIDE_LABELS = {
    Side.COLLECTIVITE: "une collectivité, une intercommunalité",
    Side.EDUCATION: "l’Éducation nationale",
    Side.ETAT: "l’État (préfecture, service déconcentré)",
    Side.ASSOCIATION: "une association",
    Side.AUTRE: "un autre employeur",
}


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
AUTHORS = frozenset({Role.TRAINER})
TRAINERS = frozenset({Role.TRAINER, Role.ADMINISTRATOR})
TERRITORIAL = frozenset({Role.MANAGER})
"""Roles that are held over territories: given with one at least, taken back with the last, and showing whoever belongs there."""

MANAGERS = TERRITORIAL | {Role.ADMINISTRATOR}
REPORTERS = TRAINERS | MANAGERS
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

SESSION_DAYS = 14
"""How long a sign-in opens pages, unless it is ended before: the cookie, its row and the register say the same."""

PERMISSIONS: dict[str, Who | frozenset[Role]] = {
    "static": PUBLIC,
    "health.live": PUBLIC,
    "health.ready": PUBLIC,
    "web.help": PUBLIC,
    "web.legal": PUBLIC,
    "web.privacy": PUBLIC,
    "web.accessibility": PUBLIC,
    "web.manifest": PUBLIC,
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
    "learning.attestation": PUBLIC,
    "reference.glossary": OPEN,
    "reference.timeline": OPEN,
    "reference.sources": SIGNED_IN,
    "network.network": OPEN,
    "search.search": OPEN,
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
    # notebook: what one writes for oneself
    "notebook.notebook": SIGNED_IN,
    "notebook.file": SIGNED_IN,
    "notebook.note": SIGNED_IN,
    "notebook.answer": SIGNED_IN,
    # reporting: whoever trains or manages, each within their scope
    "reporting.overview": REPORTERS,
    "reporting.grid": REPORTERS,
    "reporting.grid_csv": REPORTERS,
    "reporting.grid_xlsx": REPORTERS,
    "printing.report_pdf": REPORTERS,
    "reporting.person": REPORTERS,
    "reporting.decide": REPORTERS,
    "reporting.requests": REPORTERS,
    "reporting.answer": REPORTERS,
    "reminders.index": REPORTERS,
    "reminders.new": REPORTERS,
    "reminders.rule": REPORTERS,
    "reminders.edit": REPORTERS,
    "reminders.run": REPORTERS,
    "reminders.delete": REPORTERS,
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
    "site.settings": ADMINISTRATORS,
    "site.outbox": ADMINISTRATORS,
    "site.retry": ADMINISTRATORS,
    "site.discard": ADMINISTRATORS,
    "imports.new": ADMINISTRATORS,
    "imports.check": ADMINISTRATORS,
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


def over_territories(roles: Collection[Role]) -> bool:
    """Somebody with these roles looks after territories."""
    return not TERRITORIAL.isdisjoint(roles)


def may(roles: Collection[Role] | None, endpoint: str) -> bool:
    """True when the page would be shown."""
    return admission(roles, endpoint) is Admission.ALLOWED


def search_key(name: str, address: str) -> str:
    """Where a person is looked for and stands in a list: no word crosses from name to address, « Anne » is before « Anne-Marie », an index has the room."""
    return f"{fold(name)[:240]}\n{fold(address)[:ADDRESS_LENGTH]}"


def normalise_address(address: str) -> str:
    """The one form under which an e-mail address is stored and looked up: trimmed, composed, lower case."""
    composed = unicodedata.normalize("NFKC", address.replace("\x00", "\ufffd"))  # PostgreSQL stores no NUL
    return unicodedata.normalize("NFKC", composed.lower()).strip()
