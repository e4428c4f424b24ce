"""What a package says in words: what it leaves behind, what asks again, whose work it is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.content.values.course import Course
from app.content.values.policy import CorrectionTime
from app.content.values.text import CompletionCriterion
from app.exchange.packages.contents import PackedModule
from app.platform.french import french, plural
from app.platform.site.rules import Site

DOUBTS = {
    name: french(text)
    for name, text in {
        "vide": "Vous n’avez pas encore répondu.",
        "incomplet": "Il reste des lignes sans réponse : complétez-les avant de valider.",
        "rang_double": "Un même rang est donné plusieurs fois : donnez à chaque élément un rang différent.",
        "nombre_absent": "Écrivez le nombre en chiffres.",
        "plusieurs_nombres": "Votre réponse se lit comme plusieurs nombres : écrivez-en un seul.",
        "point_ambigu": "Ce nombre se lit de deux façons : mettez une espace entre les milliers, ou une virgule avant les décimales.",
        "autre_échelle": "Écrivez le nombre dans l’unité que demande la question.",
        "unité_exigée": "Écrivez aussi l’unité, après le nombre.",
        "deux_choses": "Votre réponse dit deux choses : le sigle n’est pas celui de ce qui l’accompagne. Écrivez l’un ou l’autre.",
        "autre": "Écrivez le nombre seul, ou suivi d’un mot de la question.",
    }.items()
}
"""Why an answer is asked again, as the script names it → what is told."""


def losses(made: PackedModule) -> tuple[str, ...]:
    return tuple(french(text) for text in _losses(made))


def _losses(made: PackedModule) -> Iterator[str]:
    quizzes = [step.quiz for step in made.quizzes]
    if any(quiz.policy.draw for quiz in quizzes):
        yield "Le tirage au sort : tous ceux qui ouvrent ce paquet ont les mêmes questions, dans le même ordre."
    if any(quiz.policy.max_attempts for quiz in quizzes):
        yield "Le nombre de tentatives de chaque quiz : c’est à votre plateforme de le limiter."
    if quizzes and any(quiz.policy.correction is not CorrectionTime.AFTER_EACH for quiz in quizzes):
        yield "Le moment de la correction : elle s’affiche après chaque réponse."
    if len(quizzes) > 1:
        yield "Le résultat de chaque quiz : la plateforme reçoit un seul score, tous points confondus, et le seuil le plus haut des quiz."
    if open_ones := sum(question.key.unmarked for question in made.quiz_questions):
        yield f"Le texte de {plural(open_ones, 'réponse libre', 'réponses libres')} : il est comparé avec le modèle, sans note, et n’est pas gardé."
    if any(step.lesson.territory_questions for step in made.lessons):
        yield "Le carnet : les questions de « Sur mon territoire » se lisent, mais n’offrent pas où répondre."
    if any(step.lesson.criterion is not CompletionCriterion.READ for step in made.lessons):
        yield "Les leçons qui se terminent par une rencontre : ici, les lire suffit."
    yield "La révision espacée, l’écoute à voix haute, le glossaire et la frise : les liens vers le reste du site deviennent de simples mots."
    yield "L’attestation : c’est à votre plateforme de la délivrer."


def licence(site: Site, course: Course, authors: Sequence[str]) -> str:
    """The file that travels with the text."""
    by = f"Rédaction : {', '.join(authors)}.\n" if authors else ""
    publisher = f"Éditeur : {site.publisher}.\n" if site.publisher else ""
    return (
        f"{course.cover.title or site.name}\n\n{by}{publisher}\n"
        "Le texte du cours et des quiz est publié sous licence Creative Commons Attribution - Partage dans les mêmes conditions 4.0 International (CC BY-SA 4.0).\n"
        "Vous pouvez le reprendre et le modifier, à condition d’en citer l’origine et de partager de la même façon.\n"
        "Les sources et les crédits des images sont dits dans les pages elles-mêmes.\n\n"
        "Les scripts et la feuille de style viennent du logiciel libre Croisée, sous licence publique de l’Union européenne (EUPL) version 1.2.\n"
    )
