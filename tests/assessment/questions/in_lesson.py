"""What several tests share: the questions that a lesson asks by the way: what the page holds before an answer, and after; whatever the address says."""

from __future__ import annotations

from tests.content.quiz.lesson_questions import NINE, quoted

SECRET = "Explication réservée à qui a répondu."
NOTES = "\n\n[^s1]: Une source.\n[^s2]: Une source de l'explication seule.\n"


def asking(question: str) -> str:
    return f"> [!QUESTION]\n{quoted(question.strip())}\n>\n> Explication : {SECRET}[^s2]"


QUESTIONS = [f"## {part}" for part in NINE.strip().removeprefix("## ").split("\n## ")]
BODY = "Un fait.[^s1]\n\n" + "\n\nDu texte.\n\n".join(map(asking, QUESTIONS)) + NOTES
