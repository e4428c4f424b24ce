"""The email of a reminder, in the words of the site: the same for the preview and for the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from app.content.values.course import Course
from app.identity.letters import preferences
from app.identity.letters.answers import REASONS
from app.identity.letters.sending import message
from app.platform.french import day_and_month, plural
from app.platform.mail import outbox
from app.platform.mail.emails import REMINDER
from app.platform.mail.outbox import Message
from app.platform.mail.wordings import LinkedItem, Value
from app.platform.settings import Settings
from app.platform.site.queries import current_site
from app.platform.web.edge import path_of
from app.record.progress.cards import element_page
from app.record.progress.path_progress import element_of
from app.reporting.grid.columns import element_title
from app.reporting.reminders.audience import KIND, Recipient, RuleTarget, audience_words
from app.reporting.reminders.rules import Trigger, sentence

PERSONAL = "lien-personnel"
"""What a preview shows in place of a signed link: whoever reads it could otherwise answer in somebody's name."""


class Reader(Struct, frozen=True):
    id: int
    name: str
    email: str


class AuthorNote(Struct, frozen=True):
    """What the author of a rule adds, paragraph by paragraph."""

    author: str
    paragraphs: tuple[str, ...]


def compose(
    settings: Settings,
    course: Course,
    recipient: Recipient,
    targets: Sequence[RuleTarget],
    cohorts: dict[int, str],
    words: tuple[str, str],
    *,
    preview: bool,
    notes: Sequence[AuthorNote] = (),
    why: Sequence[str] = (),
    writer: str = "",
    also: Sequence[LinkedItem] = (),
) -> Message:
    """One email for all the rules that write to the person that day, or for somebody who chose to (`notes`, `why`, their address as `writer`); `also`: the lines of their week.

    A preview has neither address nor signed link. `words`: subject and text, as `current_words` gives them.
    """
    token = PERSONAL if preview else preferences.token(settings.keys, recipient.person.id)
    values = _values(settings, course, recipient, targets, token)
    values["mot"] = _signed((*_notes(targets), *notes))
    values["semaine"] = tuple(also)
    values["règles"] = tuple(map(LinkedItem, (*(sentence(target.rule, audience_words(target.scope, target.row, cohorts)) for target in targets), *why)))
    reader = Reader(recipient.person.id, recipient.person.name, recipient.address)
    written = message(settings, REMINDER, words, reader, values, reply_to=reply_to(targets, writer))
    return replace(written, recipient="", unsubscribe="") if preview else written


def _values(settings: Settings, course: Course, recipient: Recipient, targets: Sequence[RuleTarget], token: str) -> dict[str, Value]:
    base = outbox.base(settings)
    answer = base + path_of("reminders.answer", token=token)
    return {
        "objet": _subject(recipient, targets),
        "avancement": _opening(recipient, targets),
        "suite": _button(course, recipient),
        "lien": base + _next_path(course, _clear_next(recipient)),
        "mot de passe": "" if recipient.has_password else base + path_of("identity.forgotten"),
        "raisons": tuple(LinkedItem(words, f"{answer}?raison={code}") for code, words in REASONS.items()),
        "arrêt": base + path_of("preferences.stop", token=token, kind=KIND),
    }


def _subject(recipient: Recipient, targets: Sequence[RuleTarget]) -> str:
    due = recipient.facts.due_on
    if due and _about(Trigger.OVERDUE, targets):
        return f"votre parcours était à terminer pour le {day_and_month(due)}"
    if due and _about(Trigger.DUE, targets):
        return f"votre parcours est à terminer pour le {day_and_month(due)}"
    return "votre parcours vous attend" if recipient.facts.last_on is None else "reprendre votre parcours"


def reply_to(targets: Sequence[RuleTarget], writer: str) -> str:
    """Returns the addresses that answers go to: those whose words the email carries or who sent it. Empty if none."""
    signed = dict.fromkeys([*(target.address for target in targets if target.row.words), writer])
    return ", ".join(filter(None, map(outbox.reachable, signed)))


def _about(trigger: Trigger, targets: Sequence[RuleTarget]) -> bool:
    return any(target.rule.trigger is trigger for target in targets)


def _opening(recipient: Recipient, targets: Sequence[RuleTarget]) -> str:
    facts = recipient.facts
    if facts.last_on is None:
        opening = f"Vous êtes inscrit(e) dans {current_site().name} depuis le {day_and_month(facts.since_on)}, et votre parcours n’est pas commencé."
    else:
        done = f"{plural(facts.progress.done, 'élément fait', 'éléments faits')} sur {facts.progress.required}"
        opening = f"Votre parcours dans {current_site().name} : {done}, la dernière fois le {day_and_month(facts.last_on)}."
    if facts.due_on and _about(Trigger.OVERDUE, targets):
        return f"{opening} L’échéance était le {day_and_month(facts.due_on)}. Si cette date ne vous convient plus, dites-le à qui suit votre parcours : elle se déplace."
    return f"{opening} Il est à terminer pour le {day_and_month(facts.due_on)}." if facts.due_on and _about(Trigger.DUE, targets) else opening


def _notes(targets: Sequence[RuleTarget]) -> tuple[AuthorNote, ...]:
    """What the authors of the rules add, each once and signed, paragraph by paragraph."""
    notes = dict.fromkeys((target.author, target.row.words) for target in targets if target.row.words)
    return tuple(AuthorNote(author, paragraphs(words)) for author, words in notes)


def _signed(notes: Sequence[AuthorNote]) -> str:
    return "\n\n".join("\n".join((f"{note.author} vous écrit :", *note.paragraphs)) for note in notes)


def paragraphs(words: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in words.split("\n\n") if part.strip())


def _button(course: Course, recipient: Recipient) -> str:
    verb = "Commencer" if recipient.facts.last_on is None else "Reprendre"
    following = _clear_next(recipient)
    return f"{verb} : {element_title(course, following)}" if following else f"{verb} mon parcours"


def _clear_next(recipient: Recipient) -> str | None:
    """What comes next; None for a quiz that was failed: it may wait for somebody's answer, which the learner's table knows when it is opened."""
    figures = recipient.person.figures
    return None if figures.next_id == figures.failing_id else figures.next_id


def _next_path(course: Course, element_id: str | None) -> str:
    """The one next thing; home where it is no longer published."""
    if element_id is None or element_of(course, element_id) is None:
        return path_of("learning.home")
    endpoint, values = element_page(course, element_id)
    return path_of(endpoint, **values)
