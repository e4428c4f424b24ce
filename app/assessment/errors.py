"""What assessment refuses, each with the sentence that the person reads."""

from __future__ import annotations

from app.platform.errors import DomainError


class AttemptClosed(DomainError):
    """The attempt was submitted: its answers no longer change."""

    sentence = "Cette tentative est déjà envoyée : ses réponses ne changent plus."


class AttemptOpen(DomainError):
    """What is asked needs a submitted attempt."""

    sentence = "Envoyez d’abord cette tentative."


class QuestionLocked(DomainError):
    """« Après chaque question »: it was corrected."""

    sentence = "Cette question est déjà corrigée : sa réponse ne change plus."


class QuestionGone(DomainError):
    """The pinned text of a question can no longer be read after a change of the software: it is left out of the mark."""

    sentence = "Cette question ne peut plus être affichée : elle ne compte pas."


class NothingToCorrect(DomainError):
    sentence = "Répondez à la question avant de demander sa correction."


class UnclearAnswer(DomainError):
    """An answer can be read in two ways or in none: nothing is marked before it is clarified. Raised with the sentence that helps."""

    sentence = "Précisez votre réponse : elle se lit de plusieurs façons."


class UnclearAttempt(DomainError):
    """The attempt holds answers that must be clarified before it is sent; its recap names them."""

    sentence = "Cette tentative n’est pas encore envoyée."


class CorrectedAtTheEnd(DomainError):
    """The quiz does not correct question by question."""

    sentence = "Ce quiz ne se corrige pas question par question."


class NoAttemptLeft(DomainError):
    sentence = "Il ne vous reste aucune tentative pour ce quiz."


class EmptyQuiz(DomainError):
    sentence = "Ce quiz n’a encore aucune question."


class NothingMissed(DomainError):
    """A practice needs missed questions whose correction may be read."""

    sentence = "Il n’y a rien à refaire ici."


class RequestNotNeeded(DomainError):
    sentence = "Une tentative est encore possible, ou le quiz est réussi : il n’y a rien à demander."


class ReasonMissing(DomainError):
    sentence = "Donnez la raison : la personne la lira."
