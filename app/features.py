"""What a site may do without: each feature said once, for the guard, menus, jobs, commands, the page where administrators choose and `CROISEE_FEATURES`. Pure.

Off, a feature leaves no trace, and what it stored is kept. Its views are those of its `blueprints`, and those that name it by `feature=` (`web.endpoints`); a timer
(`operations.jobs.queries`), a kind of email, a column or a setting of administrators names it likewise; a page asks `site.offers(key)`, in a template or in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

LEARNERS, TRAINERS, MANAGERS, ADMINISTRATORS = "Qui apprend", "Qui écrit le cours", "Qui suit un territoire", "Qui administre, et ses logiciels"
"""Who meets a feature: headings of the page."""
COMPLETE = "complet"
"""The word of `CROISEE_FEATURES` by which all is on that nobody turned off."""


class Feature(Struct, frozen=True, kw_only=True):
    key: str
    name: str
    adds: str
    """What it adds, in one sentence."""
    who: str
    simple: bool = True
    """Is it on in a new site?"""
    needs: str = ""
    """Another feature, without which it is off."""
    table: str = ""
    """The table of settings.toml without which it shows nothing."""
    blueprints: tuple[str, ...] = ()
    """Whose every view is its own."""
    commands: tuple[str, ...] = ()
    """Of `flask`, by their first words."""


FEATURES = (
    Feature(
        key="positioning",
        name="Positionnement",
        adds="Un court test dit ce que chacun sait déjà, et propose de l’en dispenser.",
        who=LEARNERS,
        blueprints=("positioning", "start"),
        commands=("positioning",),
    ),
    Feature(
        key="review",
        name="Révision",
        adds="Les questions de ce qui est appris reviennent avant d’être oubliées, quelques-unes par semaine.",
        who=LEARNERS,
        blueprints=("review", "review_letters"),
        commands=("review",),
    ),
    Feature(
        key="notebook",
        name="Carnet",
        adds="Chacun garde ses notes, ses favoris et ses réponses « Sur mon territoire », lus de lui seul.",
        who=LEARNERS,
        blueprints=("notebook",),
    ),
    Feature(
        key="handover",
        name="Dossier de passation",
        adds="Qui quitte son poste transmet des notes choisies de son carnet à qui lui succède.",
        who=LEARNERS,
        simple=False,
        needs="notebook",
    ),
    Feature(
        key="changes",
        name="Ce qui a changé pour vous",
        adds="Quand un fait du cours change, ceux qui l’avaient appris lisent l’avant, l’après et pourquoi, une fois.",
        who=LEARNERS,
        blueprints=("changes", "fact_standings"),
    ),
    Feature(
        key="library",
        name="Bibliothèque",
        adds="Rapports, enregistrements et documents s’ouvrent depuis les leçons et dans un catalogue.",
        who=LEARNERS,
        blueprints=("library",),
    ),
    Feature(
        key="tools",
        name="Outils",
        adds="Des modèles à remplir, du tableau de bord à la fiche action, se téléchargent.",
        who=LEARNERS,
        blueprints=("toolbox",),
    ),
    Feature(
        key="meetings",
        name="Rencontres",
        adds="Le réseau annonce ses rencontres, prend les inscriptions et note les présences.",
        who=LEARNERS,
        blueprints=("meetings", "attendance"),
        commands=("meetings",),
    ),
    Feature(
        key="directory",
        name="Annuaire",
        adds="Qui le veut paraît sur la page de sa cité éducative, et peut être joint par ses pairs.",
        who=LEARNERS,
        blueprints=("directory",),
    ),
    Feature(
        key="questions",
        name="Questions aux formateurs",
        adds="Depuis une leçon ou une question de quiz, chacun pose une question ou signale une erreur, et reçoit une réponse.",
        who=LEARNERS,
        blueprints=("messages",),
    ),
    Feature(
        key="surveys",
        name="Enquêtes",
        adds="Le cours demande son avis à qui l’a suivi, et le pilotage lit les réponses sans aucun nom.",
        who=LEARNERS,
        simple=False,
        blueprints=("surveys", "opinions"),
    ),
    Feature(
        key="guests",
        name="Lecture par des invités",
        adds="Une personne sans compte lit un brouillon par un lien qui expire, et y laisse ses remarques.",
        who=TRAINERS,
        simple=False,
        blueprints=("guests",),
    ),
    Feature(
        key="word",
        name="Aller et retour par Word",
        adds="Une leçon part en fichier Word ou LibreOffice, et revient avec les corrections de qui l’a relue.",
        who=TRAINERS,
        simple=False,
    ),
    Feature(
        key="formulas",
        name="Formules",
        adds="Une leçon écrit des formules mathématiques en LaTeX.",
        who=TRAINERS,
        simple=False,
    ),
    Feature(
        key="git",
        name="Dépôt git",
        adds="Le cours suit un dépôt : ce qui y est poussé arrive ici, ce qui est publié ici y devient un commit de son auteur.",
        who=TRAINERS,
        simple=False,
        table="git",
        blueprints=("git",),
        commands=("git",),
    ),
    Feature(
        key="links",
        name="Veille des liens",
        adds="Chaque nuit, les adresses citées par le cours sont essayées ; celles qui ne répondent plus sont dites.",
        who=TRAINERS,
        simple=False,
        commands=("library",),
    ),
    Feature(
        key="packages",
        name="Modules pour un LMS",
        adds="Un module s’emporte en SCORM 1.2 ou en cmi5, pour être suivi dans Moodle ou Magistère.",
        who=TRAINERS,
        simple=False,
        blueprints=("packages",),
    ),
    Feature(
        key="quality",
        name="Qualité",
        adds="Les preuves demandées par le référentiel national, et les résultats publics du cours.",
        who=MANAGERS,
        simple=False,
        blueprints=("quality",),
        commands=("quality",),
    ),
    Feature(
        key="hr",
        name="Fichier RH",
        adds="Un employeur reçoit les parcours de ses agents, une ligne chacun, avec le SIRET de leur organisme.",
        who=MANAGERS,
        simple=False,
    ),
    Feature(
        key="badges",
        name="Badges",
        adds="Une attestation s’emporte aussi en badge vérifiable (Open Badges 3.0).",
        who=MANAGERS,
        simple=False,
    ),
    Feature(
        key="passkeys",
        name="Clés d’accès",
        adds="On entre par l’empreinte, le visage ou le code de son appareil, sans mot de passe.",
        who=ADMINISTRATORS,
    ),
    Feature(
        key="institutions",
        name="Connexion par une institution",
        adds="On entre par le compte de son employeur ou par ProConnect.",
        who=ADMINISTRATORS,
        simple=False,
        table="oidc",
        blueprints=("institutions", "establishments"),
    ),
    Feature(
        key="statements",
        name="Traces d’apprentissage (LRS)",
        adds="Ce que chacun fait dans le cours part, sans nom, vers un entrepôt de traces xAPI.",
        who=ADMINISTRATORS,
        simple=False,
        table="lrs",
        blueprints=("statements",),
        commands=("statements",),
    ),
    Feature(
        key="api",
        name="Lecture par d’autres logiciels (API)",
        adds="Un autre logiciel lit personnes, avancement et rencontres d’un territoire, par un jeton.",
        who=ADMINISTRATORS,
        simple=False,
        blueprints=("api", "tokens"),
    ),
)
"""In the order of the page."""
KNOWN = {one.key: one for one in FEATURES}
ALL = frozenset(KNOWN)
OF_BLUEPRINT = {blueprint: one.key for one in FEATURES for blueprint in one.blueprints}
OF_COMMAND = {command: one.key for one in FEATURES for command in one.commands}


def read_wish(written: str) -> tuple[bool, dict[str, bool]]:
    """What an operator wrote, « complet, -surveys, +api »: is all on that nobody turned off, and which features are fixed. Raises ValueError for a word that is none."""
    words = [word.strip() for word in written.split(",") if word.strip()]
    fixed = {word.lstrip("+-"): not word.startswith("-") for word in words if word != COMPLETE}
    if unknown := fixed.keys() - ALL:
        raise ValueError(", ".join(sorted(unknown)))
    return COMPLETE in words, fixed


def features_on(chosen: Mapping[str, bool], wish: str) -> frozenset[str]:
    """Keys of the features that are on: what an operator fixed, then what an administrator chose, then the profile; and of those, what has all that it needs.

    `chosen`: key → on, of an administrator; a key that this version does not know is left aside. `wish`: `CROISEE_FEATURES`.
    """
    wanted = wanted_features(chosen, wish)
    return frozenset(key for key in wanted if KNOWN[key].needs in (*wanted, ""))


def wanted_features(chosen: Mapping[str, bool], wish: str) -> frozenset[str]:
    """As `features_on`, those too that wait for another one to be on."""
    complete, fixed = read_wish(wish)
    return frozenset(one.key for one in FEATURES if fixed.get(one.key, chosen.get(one.key, complete or one.simple)))


def feature_of_command(words: Iterable[str]) -> str:
    """The feature that a command of `flask` belongs to, by its words; empty: it is always there. A whole group comes before its parts."""
    said = tuple(words)
    return next((OF_COMMAND[begun] for length in range(len(said), 0, -1) if (begun := " ".join(said[:length])) in OF_COMMAND), "")
