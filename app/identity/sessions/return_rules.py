"""What becomes of a form that somebody sends once their session has ended: one line for each POST that asks for sign-in. Pure.

A form sent by one click on return must be harmless: whatever ends, publishes, erases or gives rights is done on its own page, where what it
does is said first. A test walks the URL map, so that a new POST must be placed here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct, field


class Return(Struct, frozen=True):
    """A form that is kept."""

    what: str
    """In words: after « vous avez envoyé », or for a sensitive act after « votre session s’est terminée avant »."""
    page: str = ""
    """The endpoint where a sensitive act is done. Empty: the whole form is kept, and one click sends it again."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """Field → label of what is kept of a sensitive act, to be read on return. The rest is not: a password is never stored."""

    @property
    def sensitive(self) -> bool:
        return bool(self.page)


def _on(page: str, what: str, **typed: str) -> Return:
    return Return(what, page, typed)


_PERSON = "administration.person"
_SITE = {"name": "Nom du site", "publisher": "Éditeur", "legal": "Autres mentions légales", "accessibility": "Accessibilité : qui répond"}
_REASON = "Votre raison"

RETURNS: dict[str, Return | None] = {
    # Kept whole, and sent again by one click
    "quiz.save_answer": Return("votre réponse à une question"),
    "quiz.ask_attempt": Return("votre demande de tentative"),
    "authoring.edit": Return("un texte de l’atelier"),
    "authoring.remark": Return("votre remarque sur un texte"),
    "authoring.reading_remark": Return("votre remarque sur un texte"),
    "learning.mark_read": Return("« J’ai lu cette leçon »"),
    "messages.report_lesson": Return("le signalement d’une erreur"),
    "messages.report_question": Return("le signalement d’une erreur"),
    "messages.ask_lesson": Return("votre question aux formateurs"),
    "messages.ask_question": Return("votre question aux formateurs"),
    "notebook.answer": Return("vos réponses « Sur mon territoire »"),
    "notebook.save_passage": Return("votre note"),
    "positioning.answer": Return("votre réponse à une question du positionnement"),
    "start.save": Return("vos réponses de bienvenue"),
    "review.answer": Return("votre réponse à une question de révision"),
    "meetings.new": Return("la préparation d’une rencontre"),
    "meetings.register": Return("votre inscription à une rencontre"),
    "proposals.propose": Return("une proposition pour la page de votre cité"),
    "directory.write": Return("un message par l’annuaire"),
    # Sensitive: shown, and done on their own page
    "quiz.submit_attempt": _on("quiz.recap", "l’envoi définitif de votre tentative"),
    "identity.close_sessions": _on("identity.account", "la fermeture de vos autres sessions"),
    "identity.close_session": _on("identity.sessions", "la fermeture d’une de vos sessions"),
    "factors.application": _on("factors.application", "l’ajout d’une application de codes"),
    "factors.remove_application": _on("factors.security", "le retrait de votre application de codes"),
    "factors.new_key": _on("factors.new_key", "l’ajout d’une clé d’accès"),
    "factors.remove_key": _on("factors.security", "le retrait d’une clé d’accès"),
    "factors.draw_codes": _on("factors.security", "la demande de nouveaux codes de secours"),
    "institutions.join": _on("institutions.join", "le rattachement de votre compte"),
    "institutions.unlink": _on("factors.security", "le retrait d’une institution"),
    "losses.report": _on("losses.loss", "la perte du second facteur d’une personne"),
    "losses.forget": _on("losses.loss", "l’abandon d’un retrait de second facteur"),
    "privacy.confirm_my_erasure": _on("privacy.my_erasure", "l’effacement de votre compte"),
    "privacy.confirm_person_erasure": _on("privacy.person_erasure", "l’effacement d’un compte"),
    "authoring.discard": _on("authoring.edit", "l’abandon d’un brouillon"),
    "authoring.publish": _on("authoring.review", "une publication", change="Sorte de changement", due="Date demandée"),
    "authoring.ask": _on("authoring.review", "votre demande de relecture", message="Votre message"),
    "authoring.invite": _on("authoring.remarks", "un lien pour un invité"),
    "authoring.uninvite": _on("authoring.remarks", "la fin du lien d’un invité"),
    "authoring.cancel": _on("authoring.review", "l’annulation d’une publication programmée"),
    "authoring.answer": _on("authoring.reading", "votre réponse à une demande de relecture", remarks="Vos remarques"),
    "authoring.restore": _on("authoring.revision", "la reprise d’un ancien texte"),
    "authoring.withdraw": _on("authoring.withdrawal", "le retrait d’un texte"),
    "authoring.save_merge": _on("authoring.merge", "la réunion de deux versions"),
    "authoring.save_file_merge": _on("authoring.merge_file", "la réunion d’un fichier et du texte publié"),
    "authoring.send_text": _on("authoring.circulate", "une leçon à donner à relire"),
    "authoring.keep_returned": _on("authoring.returned", "les changements d’un fichier relu"),
    "authoring.remove_library_file": _on("authoring.library_files", "le retrait d’un fichier"),
    "authoring.remove_image": _on("authoring.images", "le retrait d’une image"),
    "authoring.archive_import": _on("authoring.archive_check", "l’import d’une archive"),
    "banks.check": _on("banks.check", "la reprise de questions de Moodle", title="Titre du quiz nouveau"),
    "authoring.confirm_regrade": _on("authoring.regrade", "une reprise de notes", reason=_REASON),
    "authoring.answer_message": _on("authoring.inbox", "votre réponse à un message", answer="Votre réponse"),
    "messages.react": _on("messages.mine", "votre mot sur une réponse", message="Ce qui reste obscur"),
    "authoring.publish_faq": _on("authoring.publishing_faq", "une question fréquente", question="La question", answer="La réponse"),
    "authoring.change_faq": _on("authoring.faq_page", "une question fréquente", question="La question", answer="La réponse"),
    "authoring.withdraw_faq": _on("authoring.faqs", "le retrait d’une question fréquente"),
    "acting.act": _on("acting.choose", "une décision pour plusieurs personnes", due_on="Nouvelle échéance", due_reason=_REASON, note="Votre mot"),
    "saved.save": _on("reporting.grid", "une vue de la grille", vue="Nom de la vue"),
    "saved.delete": _on("reporting.grid", "le retrait d’une vue de la grille"),
    "reporting.move_due": _on("reporting.person", "une échéance déplacée", due_on="Nouvelle échéance", due_reason=_REASON),
    "reporting.decide": _on("reporting.person", "une décision sur le parcours d’une personne", reason=_REASON),
    "calls.note": _on("calls.call", "la note d’un appel", note="Ce qui a été dit"),
    "reporting.revoke": _on("reporting.person", "le retrait d’une dispense", reason=_REASON),
    "reporting.decide_attestation": _on("reporting.person", "une décision sur une attestation", reason=_REASON),
    "reporting.answer": _on("reporting.requests", "votre réponse à une demande de tentative", reason=_REASON),
    "opinions.withdraw_text": _on("opinions.text", "le retrait d’une réponse libre"),
    "files.ask": _on("files.index", "la demande d’un grand fichier du pilotage"),
    "quality.draw": _on("quality.index", "le tirage d’un échantillon pour un audit"),
    "reminders.run": _on("reminders.rule", "la mise en route ou en pause d’une règle de rappel"),
    "reminders.delete": _on("reminders.rule", "la suppression d’une règle de rappel"),
    "invitation.new": _on("invitation.new", "la création d’un compte"),
    "invitation.send": _on(_PERSON, "une invitation"),
    "invitation.draw": _on(_PERSON, "la création d’un lien d’invitation"),
    "invitation.withdraw": _on(_PERSON, "le retrait d’une invitation"),
    "administration.move": _on(_PERSON, "un changement de territoire"),
    "administration.depart": _on(_PERSON, "un départ de territoire"),
    "administration.details": _on("administration.details", "la correction d’un compte"),
    "administration.roles": _on("administration.roles", "un changement de rôles", roles="Rôles cochés"),
    "administration.sessions": _on(_PERSON, "la fermeture des sessions d’une personne"),
    "administration.close": _on(_PERSON, "la fermeture d’un compte"),
    "administration.reopen": _on(_PERSON, "la réouverture d’un compte"),
    "proposals.decide": _on("proposals.decision", "une décision sur une proposition", word="Votre mot"),
    "help.close": _on("help.index", "la clôture d’une réponse à traiter", word="Ce qui a été fait"),
    "merging.merge": _on("merging.preview", "la fusion de deux comptes"),
    "seeing.start": _on(_PERSON, "la demande de « voir comme » une autre personne"),
    "meetings.edit": _on("meetings.edit", "la modification d’une rencontre", title="Titre", programme="Programme", synthesis="Synthèse"),
    "meetings.cancel": _on("meetings.cancel", "l’annulation d’une rencontre", reason="Votre mot"),
    "meetings.announce": _on("meetings.meeting", "l’annonce d’une rencontre"),
    "meetings.withdraw": _on("meetings.meeting", "votre désistement d’une rencontre"),
    "attendance.attendance": _on("attendance.attendance", "une liste de présences"),
    "cohorts.join": _on("cohorts.cohort", "l’ajout de personnes à une cohorte"),
    "cohorts.leave": _on("cohorts.cohort", "le retrait d’une personne d’une cohorte"),
    "cohorts.move": _on("cohorts.version", "le passage d’une cohorte à une autre version"),
    "imports.columns": _on("imports.columns", "le choix des colonnes d’un import"),
    "imports.correct": _on("imports.check", "des corrections d’un import"),
    "imports.apply": _on("imports.check", "l’import de personnes"),
    "imports.undo": _on("imports.check", "l’annulation d’un import"),
    "imports.invite": _on("imports.check", "l’envoi d’invitations"),
    "about.settings": _on("about.settings", "un changement des réglages du site", **_SITE),
    "tokens.make": _on("tokens.index", "la création d’un jeton", name="Pour quel logiciel, de qui"),
    "tokens.revoke": _on("tokens.index", "la révocation d’un jeton"),
    "establishments.index": _on("establishments.index", "le territoire d’un établissement", pattern="SIRET"),
    "establishments.forget": _on("establishments.index", "le retrait d’un établissement"),
    "territories.withdraw": _on("territories.tree", "le retrait d’un territoire"),
    "statements.again": _on("statements.stores", "le renvoi de traces d’apprentissage"),
    "statements.pause": _on("statements.stores", "la suspension ou la reprise d’un envoi de traces"),
    "jobs.ask": _on("jobs.jobs", "la demande d’un travail"),
    "site.retry": _on("site.outbox", "une relance de courriels"),
    "site.wording": _on("site.wording", "un modèle de courriel", subject="Objet", text="Texte"),
    "site.resend": _on("site.outbox", "le renvoi d’un courriel"),
    "site.discard": _on("site.outbox", "l’abandon d’un courriel"),
    # Not kept: a button to press again, a password, a file, a script’s call, a few fields to fill in again. Whoever sent it is told so
    "security.logout": None,
    "seeing.stop": None,
    "identity.account": None,
    "directory.mine": None,
    "directory.withdraw": None,
    "identity.password": None,
    "learning.take_news": None,
    "surveys.answer": None,
    "authoring.take_message": None,
    "notebook.keep": None,
    "notebook.take_away": None,
    "notebook.hand_over": None,
    "notebook.look_at_pack": None,
    "notebook.receive": None,
    "learning.keep_place": None,
    "learning.attest": None,
    "attestations.refresh": None,
    "learning.forget": None,
    "review.set_aside": None,
    "review.take_back": None,
    "review.pause": None,
    "review.choose": None,
    "quiz.start_attempt": None,
    "quiz.start_practice": None,
    "positioning.begin": None,
    "positioning.finish": None,
    "positioning.decide": None,
    "authoring.new": None,
    "authoring.plan": None,
    "authoring.preview": None,
    "authoring.question": None,
    "authoring.images": None,
    "authoring.library_files": None,
    "authoring.word": None,
    "authoring.paste": None,
    "authoring.forget_remarks": None,
    "authoring.archive": None,
    "banks.bank": None,
    "imports.new": None,
    "about.logo": None,
    "territories.tree": None,
    "territories.territory": None,
    "meetings.instead": None,
    "meetings.subscription": None,
    "attendance.attend": None,
    "attendance.link": None,
    "attendance.add": None,
    "attendance.code": None,
    "cohorts.index": None,
    "cohorts.cohort": None,
    "reminders.new": None,
    "reminders.edit": None,
    "reminders.digest": None,
}
"""Endpoint → what is kept of its form, or None."""

SOFTENED = {("then", "correct"): ("then", "stay"), ("erase", "1"): ("then", "stay")}
"""(field, value) of a harmless form that would end something → what is sent on return. « Valider ma réponse » closes a question, « Effacer ma
réponse » takes away what the page of return shows: the answer is saved, and the question is shown, where those buttons stand."""


def safe_next(address: str | None) -> str | None:
    """`address` if it is a path of this site, else None.

    Browsers read `//host`, `/\\host` and `/<tab>/host` as another host, and drop control characters: only a path that begins with one
    slash and holds no backslash and no invisible character is let through.
    """
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return None
    if any(unicodedata.category(character)[0] in "CZ" for character in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address
