"""What makes a question guessable, misread or mute: advice on one that is otherwise well formed. Pure: a Quiz or a Lesson in, Problems out.

The rules are those of test writing (Haladyna, Downing and Rodriguez, 2002): same length, no pattern of place, no « all of the above »,
negation stressed, feedback given, no absolute word that gives a distractor away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from app.content.problems.catalogue import problem
from app.content.quiz.report import short, spans
from app.content.text.markdown import inline_tokens, plain
from app.content.values.course import Lesson
from app.content.values.quiz import CorrectionTime, Option, Question, Quiz
from app.content.values.text import Fragment, Problem

FEWEST = 4
"""Questions of one type below which a tendency proves nothing."""
MOSTLY = 0.5
"""Share of the questions above which the longest answer is « most often » the right one."""
ALWAYS = 0.8
"""Share of the questions from which one place is « nearly always » the right one."""
LONGEST_PERIOD = 4
LONGEST_READ = 600
"""Characters of a statement in which a negation is looked for."""

_ALL = re.compile(
    r"(?:toutes?|tous|l'ensemble de)\s+(?:(?:les|ces)\s+)?(?:réponses|propositions|affirmations|choix|options)\b|tout ce qui précède|toutes?\s*\.?$"
    r"|les (?:deux|trois|quatre)(?: réponses| à la fois)?\s*\.?$|(?:réponses? )?[a-e](?: ?[,+] ?[a-e])* (?:et|\+) [a-e]\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"(?:^|[,;:.!] )(?:lequel|laquelle|lesquels|lesquelles|qui|quels?|quelles?)\b"
    r"(?:(?!\b(?:qui|que|qu'|dont|où|si)\b)[^;:?.!]){0,120}?(?:\bne\b|\bn')[^,;:?]{0,60}?\b(pas|jamais|aucune?|plus|rien)\b",
    re.IGNORECASE,
)
"""The main verb denied: a relative clause between the question word and the negation is another sentence's."""
_EXCEPTION = re.compile(r"\b(sauf|excepté|hormis|à l'exception de)\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:ne|n')\s?[^,;:?.]*?\b(pas|jamais|aucune?|plus|rien)\b", re.IGNORECASE)
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_STRESSED = re.compile(r"\*\*[^*]+\*\*|__[^_]+__|\*[^*]+\*|_[^_]+_|\b(?:NE|PAS|SAUF|JAMAIS|AUCUNE?|N'EST)\b")
_ABSOLUTE = re.compile(
    r"\b(toujours|jamais|systématiquement|uniquement|exclusivement|forcément|obligatoirement|nécessairement|en aucun cas|dans tous les cas|quoi qu'il arrive)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\b(tous les|toutes les|aucune?)\b", re.IGNORECASE)
_NONE_OF_THEM = re.compile(r"aucune? de ces|aucune? des|aucune? réponse", re.IGNORECASE)


def check_quiz(quiz: Quiz) -> tuple[Problem, ...]:
    """Advice on the questions of one quiz, in the order of the file."""
    found = [*_longest(quiz), *_places(quiz), *_same_truth(quiz)]
    hidden = quiz.policy.correction is CorrectionTime.NEVER  # which needs nothing to read
    for question in quiz.questions:
        mute = () if hidden else _mute(question, "Ajoutez après les réponses une ligne vide, puis : > …")
        found += _to_problems(quiz.path, question.number, question, (*_advice(question), *mute, *_placing_advice(question)))
    return tuple(sorted(found, key=lambda each: (each.line, each.code)))


def check_lesson(lesson: Lesson) -> tuple[Problem, ...]:
    """Advice on the questions that a lesson asks by the way, in its order. One without an explanation teaches nothing."""
    found: list[Problem] = []
    for question in lesson.questions:
        mute = _mute(question, "Ajoutez à la fin de l’encadré : > Explication : …")
        found += _to_problems(lesson.path, question.number, question, (*_advice(question), *mute))
    return tuple(sorted(found, key=lambda each: (each.line, each.code)))


_Said = tuple[int, str, str, str]


def _to_problems(path: str, number: int, question: Question, said: Iterable[_Said]) -> Iterator[Problem]:
    name = f"Question {number} « {short(_plain(question.statement), 40)} »"
    return (problem(path, line, code, f"{name} : {message}", hint) for line, code, message, hint in said)


def _advice(question: Question) -> Iterator[_Said]:
    yield from _all_of_them(question)
    yield from _negation(question)
    yield from _absolute(question)


def _plain(fragment: Fragment) -> str:
    return " ".join(plain(inline_tokens(fragment.text)).replace("’", "'").split())


def _single(quiz: Quiz) -> list[tuple[Question, Sequence[Option]]]:
    """The questions with one right option among several."""
    return [(question, options) for question in quiz.questions if (options := question.answer.alternatives())]


# --- Over the whole quiz ---


def _longest(quiz: Quiz) -> Iterator[Problem]:
    """A02: the right option is strictly the longest in most questions with one right answer."""
    singles = _single(quiz)
    given_away = [question for question, options in singles if _right_is_longest(options)]
    if len(singles) >= FEWEST and len(given_away) > MOSTLY * len(singles):
        message = f"La bonne réponse est la plus longue dans {len(given_away)} questions sur {len(singles)} ({spans(each.line for each in given_away)})."
        yield problem(quiz.path, given_away[0].line, "A02", message, "Raccourcissez ces bonnes réponses, ou étoffez les autres.")


def _right_is_longest(options: Sequence[Option]) -> bool:
    right = max((len(_plain(option.text)) for option in options if option.correct), default=0)
    return right > max((len(_plain(option.text)) for option in options if not option.correct), default=0)


def _places(quiz: Quiz) -> Iterator[Problem]:
    """A06: the right option is nearly always at the same place, or, where nothing is shuffled, the places repeat."""
    singles = _single(quiz)
    places = [next(place for place, option in enumerate(options, 1) if option.correct) for _, options in singles]
    if len(places) < FEWEST:
        return
    place, times = Counter(places).most_common(1)[0]
    if times == len(places) or (len(places) > FEWEST and times >= ALWAYS * len(places)):
        message = f"La bonne réponse est à la place {place} dans {times} questions sur {len(places)}."
    elif not quiz.policy.shuffle and (period := _period(places)):
        message = f"Les places de la bonne réponse se répètent toutes les {period} questions : {', '.join(map(str, places))}."
    else:
        return
    hint = "Changez l’ordre des réponses dans le fichier."
    if quiz.policy.shuffle:
        hint += " Le mélange le cache à l’écran, non à qui imprime ou relit."
    yield problem(quiz.path, singles[0][0].line, "A06", message, hint)


def _period(places: Sequence[int]) -> int:
    """The length of the pattern that the places repeat at least twice, 0 without one."""
    for period in range(2, LONGEST_PERIOD + 1):
        if len(places) > 2 * period and all(places[index] == places[index - period] for index in range(period, len(places))):
            return period
    return 0


def _same_truth(quiz: Quiz) -> Iterator[Problem]:
    """A06 again: true or false, always the same."""
    truths = [
        (question, next(_plain(option.text) for option in question.answer.proposed_options() if option.correct))
        for question in quiz.questions
        if question.answer.judges_truth()
    ]
    if len(truths) >= FEWEST and len({truth for _, truth in truths}) == 1:
        message = f"Les {len(truths)} « vrai ou faux » ont la même réponse : {truths[0][1]}."
        yield problem(quiz.path, truths[0][0].line, "A06", message, "Retournez-en quelques-uns.")


# --- One question ---


def _all_of_them(question: Question) -> Iterator[_Said]:
    """A07."""
    for option in question.answer.proposed_options():
        if _ALL.match(_plain(option.text)):
            hint = "Faites cocher plusieurs réponses, ou remplacez-la par une vraie proposition."
            yield option.text.line, "A07", f"« {short(_plain(option.text), 40)} » se devine sans savoir.", hint


def _negation(question: Question) -> Iterator[_Said]:
    """A08: the question itself, or the sentence to judge true or false, denies without stress. What is quoted is not the question."""
    written = question.statement.text.split("\n")[0].replace("’", "'")[:LONGEST_READ]
    asked = plain(inline_tokens(_STRESSED.sub(" ", _QUOTED.sub(" ", written))))
    found = _EXCEPTION.search(asked) or (_DENIED if question.answer.judges_truth() else _NEGATION).search(asked)
    if found:
        hint = f"Posez-la à la forme affirmative, ou mettez la négation en gras : **{found[1]}**."
        yield question.line, "A08", f"la négation « {found[1]} » se lit trop vite.", hint


def _mute(question: Question, hint: str) -> Iterator[_Said]:
    """A09: nothing to read after having answered."""
    if question.explanation is None and not question.answer.feedbacks():
        yield question.line, "A09", "ni explication, ni commentaire.", hint


def _absolute(question: Question) -> Iterator[_Said]:
    """A10: an absolute word in a wrong option and in no right one; « tous les », « aucun », milder, in two wrong ones."""
    options = () if question.answer.judges_truth() else question.answer.proposed_options()
    for pattern, fewest in ((_ABSOLUTE, 1), (_WHOLE, 2)):
        said = [(option, _word(pattern, option)) for option in options]
        wrong = [(option, word) for option, word in said if word and not option.correct]
        if len(wrong) >= fewest and not any(word for option, word in said if option.correct):
            words = ", ".join(dict.fromkeys(f"« {word} »" for _, word in wrong))
            message = f"{words} ne se trouve que dans {'une mauvaise réponse' if len(wrong) == 1 else 'les mauvaises réponses'}."
            yield wrong[0][0].text.line, "A10", message, "Nuancez, ou donnez à la bonne réponse la même force."
            return


def _word(pattern: re.Pattern[str], option: Option) -> str:
    text = _plain(option.text)
    found = pattern.search(text)
    return found[1].lower() if found and not _NONE_OF_THEM.match(text) and not _ALL.match(text) else ""


def _placing_advice(question: Question) -> Iterator[_Said]:
    """A11."""
    missing = [name for name, value in (("Objectif : O1", question.objective), ("Leçon : identifiant#ancre", question.lesson_link)) if not value]
    if missing:
        said = "ni objectif, ni leçon" if len(missing) == 2 else f"pas de ligne « {missing[0].partition(' :')[0]} : »"
        yield question.line, "A11", f"{said}.", f"Ajoutez sous elle : {' et '.join(missing)}"
