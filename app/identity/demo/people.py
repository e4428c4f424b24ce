"""The people of the demonstration: invented, under croisee.example, over the cités of Hauts-de-France, at every stage of the course."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from app.identity.rules import Role, Side, over_territories
from app.platform.french import fold

DOMAIN = "croisee.example"


class Stage(StrEnum):
    """How far a person has come. `learning` writes the history that each one asks for."""

    NOTHING = "nothing"
    """Has an account, has begun nothing."""
    FIRST_LESSON = "first lesson"
    FIRST_MODULE = "first module"
    """In the middle of it."""
    STUCK = "stuck"
    """Failed a quiz more than once, then went silent."""
    ONE_MODULE = "one module"
    TWO_MODULES = "two modules"
    WAIVED = "waived"
    """Was spared what a positioning test showed to be known."""
    VALIDATED = "validated"
    """Did some of it elsewhere: a trainer validated it by hand, and took one of these decisions back."""
    ASKING = "asking"
    """Used all attempts at a module's last quiz, and asks for one more."""
    GRANTED = "granted"
    """Was given that attempt, passed, and went on."""
    LAST_QUIZ = "last quiz"
    """Everything but the final one."""
    FINISHED = "finished"
    FINISHED_THEN_NEWS = "finished, then news"
    """Finished before an element was added."""
    SILENT = "silent"
    """Began, and has not come for two months."""
    IN_PERSON = "in person"
    """On a path that a meeting of the network completes."""
    STAFF = "staff"
    """Trains, manages or administers; reads the course without following it."""


class DemoPerson(Struct, frozen=True):
    name: str
    side: Side
    territory: str
    """Where the person belongs, or looks after when responsable; empty for nowhere."""
    stage: Stage
    days: int
    """How many days before the load the account was opened."""
    roles: tuple[Role, ...] = (Role.LEARNER,)
    before: str = ""
    """The cité where the person worked until half of those days ago."""

    @property
    def email(self) -> str:
        return f"{fold(self.name).replace(' ', '.')}@{DOMAIN}"

    @property
    def main_role(self) -> Role:
        return self.roles[0]

    @property
    def scope(self) -> str:
        return self.territory if over_territories(self.roles) else ""


_LOCAL, _SCHOOL, _STATE, _CLUB, _OTHER = Side.COLLECTIVITE, Side.EDUCATION, Side.ETAT, Side.ASSOCIATION, Side.AUTRE

PEOPLE = (
    DemoPerson("Inès Carpentier", _LOCAL, "cite-lille-sud", Stage.NOTHING, 2),
    DemoPerson("Thomas Delvigne", _SCHOOL, "", Stage.STAFF, 300, (Role.TRAINER,)),
    DemoPerson("Solène Wattiez", _LOCAL, "cite-lille-sud", Stage.STAFF, 280, (Role.MANAGER,)),
    DemoPerson("Karim Haddouche", _STATE, "departement-nord", Stage.STAFF, 290, (Role.MANAGER,)),
    DemoPerson("Marguerite Fauquembergue", _STATE, "region-hauts-de-france", Stage.STAFF, 310, (Role.MANAGER,)),
    DemoPerson("Aurélie Dussart", _OTHER, "", Stage.STAFF, 320, (Role.ADMINISTRATOR,)),
    DemoPerson("Bastien Lorthiois", _CLUB, "cite-arras", Stage.ONE_MODULE, 240, (Role.TRAINER, Role.LEARNER)),
    DemoPerson("Youssef Benkaddour", _LOCAL, "cite-roubaix", Stage.FINISHED, 210),
    DemoPerson("Céline Vandamme", _LOCAL, "cite-tourcoing-nord-est", Stage.FINISHED_THEN_NEWS, 205),
    DemoPerson("Grégoire Masurel", _SCHOOL, "cite-tourcoing-sud", Stage.TWO_MODULES, 160),
    DemoPerson("Fatou Diarrassouba", _LOCAL, "cite-amiens-nord", Stage.FINISHED, 198),
    DemoPerson("Élodie Quignon", _SCHOOL, "cite-amiens-etouvie", Stage.LAST_QUIZ, 150),
    DemoPerson("Romain Desplanques", _STATE, "cite-saint-quentin", Stage.STUCK, 120),
    DemoPerson("Nathalie Rigaux", _LOCAL, "cite-laon", Stage.FIRST_MODULE, 60),
    DemoPerson("Mehdi Ouarab", _CLUB, "cite-soissons", Stage.SILENT, 140),
    DemoPerson("Capucine Thellier", _LOCAL, "cite-beauvais", Stage.ONE_MODULE, 95),
    DemoPerson("Olivier Brasseur", _SCHOOL, "cite-creil", Stage.WAIVED, 110),
    DemoPerson("Samira Mokrani", _LOCAL, "cite-montataire", Stage.FIRST_LESSON, 25),
    DemoPerson("Hélène Ducrocq", _STATE, "cite-compiegne", Stage.TWO_MODULES, 130),
    DemoPerson("Antonin Leuridan", _LOCAL, "cite-boulogne-sur-mer", Stage.FINISHED, 180),
    DemoPerson("Pauline Caron Wibaux", _LOCAL, "cite-calais", Stage.STUCK, 100),
    DemoPerson("Sofiane Larbi", _SCHOOL, "cite-lens", Stage.FIRST_MODULE, 45),
    DemoPerson("Justine Hennebelle", _LOCAL, "cite-lievin", Stage.NOTHING, 12),
    DemoPerson("Damien Platteau", _CLUB, "cite-lille-sud", Stage.FIRST_LESSON, 30),
    DemoPerson("Véronique Tiberghien", _LOCAL, "cite-denain", Stage.LAST_QUIZ, 155),
    DemoPerson("Ludovic Pamart", _LOCAL, "cite-valenciennes-anzin", Stage.WAIVED, 90, before="cite-maubeuge"),
    DemoPerson("Aminata Keïta", _SCHOOL, "cite-maubeuge", Stage.ONE_MODULE, 85),
    DemoPerson("Florent Descatoire", _LOCAL, "cite-fourmies", Stage.SILENT, 170),
    DemoPerson("Maëlle Cousin Degroote", _STATE, "cite-douai-waziers", Stage.FIRST_MODULE, 50),
    DemoPerson("Tarek Zeghdoudi", _LOCAL, "cite-dunkerque-grande-synthe", Stage.FINISHED_THEN_NEWS, 190),
    DemoPerson("Clémence Harduin", _LOCAL, "cite-lille-nord-est", Stage.TWO_MODULES, 125, before="cite-loos"),
    DemoPerson("Étienne Bocquillon", _OTHER, "cite-hautmont-louvroil-neuf-mesnil", Stage.FIRST_LESSON, 18),
    DemoPerson("Louise Ternynck", _LOCAL, "cite-lille-sud", Stage.FINISHED, 185),
    DemoPerson("Nassim Belhadj", _CLUB, "cite-lille-sud", Stage.ASKING, 75),
    DemoPerson("Gaëlle Six", _SCHOOL, "cite-lille-sud", Stage.TWO_MODULES, 140),
    DemoPerson("Corentin Verhaeghe", _LOCAL, "cite-lille-sud", Stage.SILENT, 150),
    DemoPerson("Ouarda Meziane", _STATE, "cite-lille-sud", Stage.GRANTED, 115),
    DemoPerson("Hugues Dambrine", _LOCAL, "cite-lille-sud", Stage.NOTHING, 33),
    DemoPerson("Mathilde Crombez", _SCHOOL, "cite-lille-sud", Stage.ONE_MODULE, 70),
    DemoPerson("Idriss Camara", _LOCAL, "cite-roubaix", Stage.VALIDATED, 88),
    DemoPerson("Perrine Delbecque", _SCHOOL, "cite-roubaix", Stage.STUCK, 105),
    DemoPerson("Jean-Baptiste Wauquier", _STATE, "cite-tourcoing-nord-est", Stage.SILENT, 165),
    DemoPerson("Salomé Hochart", _LOCAL, "cite-valenciennes-anzin", Stage.ONE_MODULE, 175),
    DemoPerson("Kévin Lemaire Brunin", _CLUB, "cite-denain", Stage.FIRST_MODULE, 40),
    DemoPerson("Amandine Poulet", _LOCAL, "cite-douai-waziers", Stage.FINISHED, 200),
    DemoPerson("Rachid Ould Kaci", _LOCAL, "cite-calais", Stage.GRANTED, 135),
    DemoPerson("Yolande Fiévet", _SCHOOL, "cite-lens", Stage.ONE_MODULE, 92),
    DemoPerson("Armand Queste", _LOCAL, "cite-bethune", Stage.SILENT, 145),
    DemoPerson("Bérénice Laloux", _STATE, "cite-avion", Stage.NOTHING, 21),
    DemoPerson("Dorian Macrez", _LOCAL, "cite-boulogne-sur-mer", Stage.TWO_MODULES, 128),
    DemoPerson("Léonie Boidin", _SCHOOL, "cite-amiens-nord", Stage.VALIDATED, 80),
    DemoPerson("Moussa Sissoko Lambert", _CLUB, "cite-amiens-etouvie", Stage.FIRST_MODULE, 55),
    DemoPerson("Agathe Poiret", _LOCAL, "cite-amiens-nord", Stage.FIRST_MODULE, 195),
    DemoPerson("Fabrice Ledoux", _LOCAL, "cite-saint-quentin", Stage.ASKING, 98),
    DemoPerson("Zineb Haddad", _SCHOOL, "cite-soissons", Stage.ONE_MODULE, 84),
    DemoPerson("Quentin Robillard", _STATE, "cite-laon", Stage.ONE_MODULE, 170),
    DemoPerson("Margaux Hénocq", _LOCAL, "cite-creil", Stage.STUCK, 112),
    DemoPerson("Pascal Wargnier", _SCHOOL, "cite-beauvais", Stage.FIRST_LESSON, 158),
    DemoPerson("Rosalie Dumetz", _LOCAL, "cite-maubeuge", Stage.IN_PERSON, 65),
    DemoPerson("Ilyès Bouchareb", _SCHOOL, "cite-bethune", Stage.IN_PERSON, 50),
)
"""First, one of each role: a newcomer, a trainer, the responsable of a cité, of a département and of the region, an administrator."""
