"""A question of ours in the words of `flask authoring read`: its kind, its options, its key. Pure."""

from __future__ import annotations

from app.content.values.quiz import Choices, Gaps, Matching, NumberAnswer, OpenText, Ordering, Question, QuestionType, ShortText


def key_words(question: Question) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(kind, options, key): what is right, in its order where that counts."""
    answer = question.answer
    if isinstance(answer, Choices):
        kind = {QuestionType.SINGLE: "single", QuestionType.MULTIPLE: "multiple"}.get(answer.kind, "true_false")
        options = tuple(option.text.text for option in answer.options)
        return kind, () if kind == "true_false" else options, tuple(option.text.text for option in answer.options if option.correct)
    if isinstance(answer, ShortText):
        return "short", (), tuple(each.text for each in answer.accepted)
    if isinstance(answer, NumberAnswer):
        unit = f" {answer.unit}" if answer.unit else ""
        return "numeric", (), tuple(f"{each.shown}{'' if answer.unit and answer.unit in each.shown else unit}" for each in answer.accepted)
    if isinstance(answer, Matching):
        return "match", tuple(pair.right for pair in answer.pairs) + answer.distractors, tuple(f"{pair.left.text} → {pair.right}" for pair in answer.pairs)
    if isinstance(answer, Ordering):
        return "order", (), tuple(item.text.text for item in answer.items)
    if isinstance(answer, Gaps):
        return "gap", tuple(choice for gap in answer.gaps for choice in gap.menu), tuple(" | ".join(gap.accepted) for gap in answer.gaps)
    return "open", (), (answer.model.text,) if isinstance(answer, OpenText) else ()
