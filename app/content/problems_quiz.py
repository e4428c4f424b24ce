"""The codes of quizzes: E03, E11, E30 to E59 (add yours here); A02, A06 to A19."""

from __future__ import annotations

from app.content.problem_rule import Rule

QUIZ_RULES: dict[str, Rule] = {
    "E03": Rule(
        "Aucune bonne réponse cochée",
        "Une question à cases doit dire laquelle est juste. Mettez un x entre les crochets de la bonne réponse : `- [x] Le préfet`.",
    ),
    "E11": Rule(
        "Question sans réponse reconnue",
        "Le type d’une question se lit dans la forme de sa réponse. Ajoutez une liste à cases `- [ ]`, une ligne `Réponse : …`, "
        "des lignes `- gauche => droite`, une liste numérotée ou un trou `[[…]]`.",
    ),
    "A02": Rule(
        "La bonne réponse est souvent la plus longue",
        "Qui ne sait pas choisit la réponse la plus longue. Raccourcissez les bonnes réponses, ou étoffez les autres.",
    ),
}
