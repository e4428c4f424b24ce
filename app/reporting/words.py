"""The eight words of a manager, each with its one meaning: pages, Monday's email, printed reports and files say these and no other for the same thing. Pure."""

from __future__ import annotations

from msgspec import Struct


class ManagerWord(Struct, frozen=True):
    word: str
    meaning: str


ENROLLED = ManagerWord("inscrit", "une personne qui apprend, dont le compte est ouvert, et que vous suivez aujourd’hui")
NOT_STARTED = ManagerWord("pas commencé", "aucune leçon ouverte, aucun quiz commencé")
STARTED = ManagerWord("en cours", "quelque chose a été fait dans les 21 derniers jours, et tout n’est pas terminé")
STUCK = ManagerWord("à l’arrêt", "la personne a commencé, n’a pas terminé, et n’a rien fait depuis plus de 21 jours")
BACK = ManagerWord("de retour", "la personne a repris, après plus de 21 jours sans rien faire")
LATE = ManagerWord("en retard", "une échéance, du parcours ou d’un de ses modules, est passée, et il reste à y faire")
FINISHED = ManagerWord("terminé", "tout ce que le parcours demande à la personne est fait, validé ou dispensé")
WAIVED = ManagerWord("dispensé", "la personne n’a pas à faire cette étape : elle sait déjà ; l’étape compte comme faite")

GLOSSARY = (ENROLLED, NOT_STARTED, STARTED, STUCK, BACK, LATE, FINISHED, WAIVED)
"""In the order of a path."""
