"""The menus of the site, as data: by which entries each reader comes in, the tabs of each entry, where each tab leads on; and the old addresses.

An endpoint that a site does not have, or that is not this reader's, is left out, and so are a tab and an entry of which nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from flask import Flask, current_app, redirect, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response

from app.platform import hooks
from app.platform.web.conformity import declaration_of
from app.platform.web.endpoints import PUBLIC, page

# --- As data ---------------------------------------------------------------------------------------------------------

Pages = tuple[tuple[str, str], ...]
"""(endpoint, label) of each."""


class Tab(Struct, frozen=True):
    label: str
    pages: Pages
    """The first that is there is where the tab leads; the others stand beside the tabs while one is there."""
    within: Pages = ()
    """Reached from the words of those pages, where one needs them."""

    @property
    def all(self) -> Pages:
        return self.pages + self.within


class Entry(Struct, frozen=True):
    name: str
    tabs: tuple[Tab, ...]
    door: str = ""
    """Where the entry leads, when it is to none of its tabs."""
    named_by: str = ""
    """The endpoint that gives it its name: without it, the entry is called by the tab where it leads."""

    @property
    def label(self) -> str:
        """Its name; where one tab alone is left of it, the name of that: no carnet is named for questions."""
        left = tuple(islice((tab.label for tab in self.tabs if _there(tab.pages)), 2))
        return left[0] if len(left) == 1 and not self.door else self.name

    @property
    def all(self) -> Pages:
        own = ((self.door, "Ce qui attend"),) if self.door else ()
        return own + tuple(each for tab in self.tabs for each in tab.all)


def _tab(label: str, endpoint: str, *beside: tuple[str, str], within: Pages = ()) -> Tab:
    return Tab(label, ((endpoint, label), *beside), within)


_TESTED = ("positioning.positioning", "Positionnement")
_CHANGED = ("changes.changes", "Ce qui a changé pour vous")
_MARKS = (
    _tab("Frise", "reference.timeline"),
    _tab("Glossaire", "reference.glossary"),
    _tab("À vérifier", "reference.facts"),
)
_RESOURCES = (_tab("Ressources", "reference.resources"),)
_NETWORK = (
    _tab("Cités", "network.network", within=(("proposals.index", "Propositions pour les pages des cités"),)),
    _tab("Rencontres", "meetings.index", within=(("meetings.new", "Préparer une rencontre"), ("meetings.subscription", "Mon agenda des rencontres"))),
    _tab("Personnes", "directory.people", within=(("directory.mine", "Ma fiche dans l’annuaire"),)),
)
_REVIEW = _tab("Réviser", "review.review", within=(("review.practise", "Réviser quand même"), ("review.curve", "Ce que vous gardez en mémoire")))
_RECORD = _tab("Ma progression", "learning.record", within=(("privacy.my_learning", "Mes données d’apprentissage"),))

LEARNER = (
    Entry("Mon parcours", (_tab("Parcours", "learning.home", within=(_TESTED, _CHANGED, ("slots.slot", "Quand lire la suite"))), _RECORD)),
    Entry("Réviser", (_REVIEW,)),
    Entry("Repères", _MARKS),
    Entry("Ressources", _RESOURCES),
    Entry("Réseau", _NETWORK),
)
"""The five of whoever learns."""
COURSE = Entry("Le cours", (_tab("Parcours", "learning.plan", within=(_TESTED, _CHANGED, *_REVIEW.all, *_RECORD.all)), *_MARKS, *_RESOURCES, *_NETWORK))
"""The one of whoever does not: the same pages."""
WORK = (
    Entry(
        "Atelier",
        (
            _tab(
                "Plan",
                "authoring.plan",
                ("authoring.inbox", "Messages"),
                ("authoring.readings", "À relire"),
                ("authoring.facts", "Faits"),
                ("authoring.links", "Liens"),
                ("authoring.withdrawn_documents", "Textes retirés"),
                within=(("authoring.new", "Nouveau texte"), ("authoring.faqs", "Questions fréquentes")),
            ),
            Tab(
                "Importer",
                (
                    ("intake.index", "Importer"),
                    ("authoring.archive", "Archive du cours"),
                    ("authoring.files", "Fichiers du cours"),
                    ("git.repository", "Dépôt git"),
                    ("authoring.library_files", "Fichiers de la bibliothèque"),
                ),
            ),
            _tab("Statistiques", "authoring.statistics"),
        ),
    ),
    Entry(
        "Pilotage",
        (
            _tab("Cette semaine", "week.index", within=(("help.index", "Réponses à traiter"),)),
            _tab(
                "Personnes",
                "reporting.grid",
                ("reminders.index", "Rappels"),
                ("administration.people", "Comptes"),
                within=(("reminders.new", "Nouvelle règle de rappel"),),
            ),
            _tab("Bilan", "reporting.overview", ("opinions.index", "Enquêtes"), ("quality.index", "Qualité"), ("fact_standings.index", "Ce qui a changé")),
        ),
    ),
    Entry(
        "Administration",
        (
            _tab(
                "Personnes",
                "administration.people",
                ("invitation.new", "Inviter"),
                ("imports.new", "Importer"),
                ("cohorts.index", "Cohortes"),
                ("help.index", "Réponses à traiter"),
            ),
            _tab(
                "Le site",
                "about.settings",
                ("features.settings", "Ce que propose le site"),
                ("territories.tree", "Territoires"),
                ("establishments.index", "Établissements"),
                ("site.wordings", "Modèles de courriels"),
                within=(("about.logo", "Logo"), ("about.history", "Historique du site")),
            ),
            _tab(
                "Ce qui tourne",
                "jobs.jobs",
                ("site.outbox", "Courriels"),
                ("site.settings", "Réglages"),
                ("tokens.index", "Jetons d’accès"),
                ("statements.stores", "Traces d’apprentissage"),
            ),
            _tab("Journal", "site.acts_list"),
        ),
        door="administration.index",
    ),
)
VISITORS = (Entry("Découvrir", (_tab("Découvrir", "visitors.landing"),)), Entry("Repères", _MARKS), Entry("Réseau", _NETWORK))
"""What may be read without an account."""
OWN = (
    Entry(
        "Mon carnet",
        (
            _tab("Notes et favoris", "notebook.notebook"),
            _tab("Mon territoire", "notebook.sheet"),
            _tab("Mes questions", "messages.mine"),
            _tab("Passer le relais", "notebook.handover", within=(("notebook.receiving", "Recevoir un dossier de passation"),)),
        ),
        named_by="notebook.notebook",
    ),
    Entry(
        "Mon compte",
        (
            _tab(
                "Mon compte",
                "identity.account",
                within=(
                    ("identity.password", "Changer de mot de passe"),
                    ("factors.security", "Sécurité"),
                    ("identity.sessions", "Mes sessions"),
                    ("preferences.mine", "Mes courriels"),
                    ("week.monday_email", "Le courriel du lundi"),
                    ("privacy.my_data", "Toutes mes données"),
                    ("privacy.consultations", "Qui a consulté mes données"),
                    ("privacy.my_erasure", "Effacer mes données"),
                ),
            ),
        ),
    ),
)
"""Under one's name."""
BAR = (("learning.home", "Parcours"), ("review.review", "Réviser"), ("search.search", "Trouver"), ("notebook.notebook", "Carnet"))
"""At the bottom of a learner's telephone. Their pictures: macros/frame.html."""
FOOT = (
    ("web.help", "Aide"),
    ("web.sitemap", "Plan du site"),
    ("web.accessibility", "Accessibilité"),
    ("web.ecodesign", "Écoconception"),
    ("web.legal", "Mentions légales"),
    ("web.privacy", "Données personnelles"),
)
SITE = (
    ("search.search", "Trouver"),
    ("visitors.landing", "Découvrir le site"),
    ("identity.sign_in_help", "Se connecter, en images"),
    ("security.login", "Se connecter"),
    ("identity.forgotten_password", "Mot de passe oublié"),
    ("quality.results", "Nos résultats"),
    ("attestations.check", "Vérifier un badge"),
    ("identity.display", "Affichage"),
    *(each for each in FOOT if each[0] != "web.sitemap"),
)
"""What no entry has, on the map of the site."""

MOVED: Mapping[str, tuple[str, dict[str, str]]] = {
    "/outils": ("reference.resources", {"categorie": "outils"}),
    "/bibliotheque": ("reference.resources", {}),
    "/sources": ("reference.resources", {"categorie": "sources"}),
    "/atelier/plan": ("authoring.plan", {}),
    "/pilotage/grille": ("reporting.grid", {}),
    "/pilotage/grille/impression": ("reporting.grid_print", {}),
    "/pilotage/grille.xlsx": ("reporting.grid_xlsx", {}),
    "/pilotage/grille.csv": ("reporting.grid_csv", {}),
    "/atelier/a-faire": ("authoring.plan", {}),
    "/pilotage/appels": ("week.index", {}),
    "/pilotage/demandes": ("week.index", {}),
    "/compte/bilan": ("week.monday_email", {}),
    "/atelier/word": ("intake.index", {}),
    "/atelier/questions-moodle": ("intake.index", {}),
}
"""Old address → the endpoint that is there now, and what it is asked where the old one was asked nothing."""

EVERY = (*LEARNER, COURSE, *WORK, *OWN, *VISITORS)
NAMED = frozenset(endpoint for pages in (*(entry.all for entry in EVERY), BAR, FOOT, SITE) for endpoint, _ in pages)
"""Endpoints to which the frame leads: on their own page, it says so."""


# --- For one reader --------------------------------------------------------------------------------------------------


class NavItem(Struct, frozen=True):
    label: str
    url: str
    current: str
    """As `aria-current` says it: « page », « true » where one is below, empty elsewhere."""
    endpoint: str = ""


class NavTabs(Struct, frozen=True):
    """The second row of the header: the tabs of the entry where one is, and what stands beside the one of them."""

    label: str
    tabs: tuple[NavItem, ...]
    beside: tuple[NavItem, ...]


def place(endpoint: str, **values: Any) -> str:
    """Address of an endpoint; empty when it does not exist here, or is not for the person who reads this page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions and hooks.may_follow.here()(endpoint) else ""


def entries(learns: bool) -> Sequence[Entry]:
    """The main menu. `learns`: of whoever has the role of a learner."""
    if not place("learning.home"):
        return VISITORS
    work = tuple(entry for entry in WORK if not entry.door or place(entry.door))
    return (*LEARNER, *work) if learns else (*work, COURSE)


def nav_items(learns: bool) -> list[NavItem]:
    return _entry_items(entries(learns), _here(learns))


def own_items(learns: bool) -> list[NavItem]:
    return _entry_items(OWN, _here(learns))


def bar_items() -> list[NavItem]:
    return _items(BAR)


def foot_items() -> list[NavItem]:
    """What a site owes to everybody."""
    verdict = declaration_of("rgaa").verdict
    return _items((endpoint, f"{label} : {verdict}" if endpoint == "web.accessibility" else label) for endpoint, label in FOOT)


def nav_tabs(learns: bool) -> NavTabs | None:
    """None where one is in no entry, or in one with a single page."""
    entry = _here(learns)
    if entry is None:
        return None
    tabs = tuple(item for tab in entry.tabs if (item := _item(tab.label, _there(tab.pages), tab.all)))
    current = next((tab for tab in entry.tabs if _holds(tab.all)), None)
    beside = _items(current.pages) if current else []
    others = tuple(item for item in beside if current and item.label != current.label) if len(beside) > 1 else ()
    found = NavTabs(_label(entry), tabs if len(tabs) > 1 else (), others)
    return found if found.tabs or found.beside else None


def site_map(learns: bool) -> Iterator[tuple[str, list[NavItem]]]:
    """Every page that has an address of its own, for whoever reads, by entry."""
    shown: set[str] = set()
    menus = (*entries(learns), *OWN) if place("learning.home") else entries(learns)
    for label, pages in (*((_label(entry), entry.all) for entry in menus), ("Le site", SITE)):
        items = [item for item in _items(pages) if item.endpoint not in shown]
        shown.update(item.endpoint for item in items)
        if items:
            yield label, items


def _here(learns: bool) -> Entry | None:
    """The entry where one is. Of several, the last: an administrator finds accounts in the administration, a responsable in the pilotage."""
    return next((entry for entry in reversed((*OWN, *entries(learns))) if _holds(entry.all)), None)


def _holds(pages: Pages) -> bool:
    return any(endpoint == request.endpoint for endpoint, _ in pages)


def _there(pages: Iterable[tuple[str, str]]) -> str:
    """The first endpoint that this reader may open."""
    return next((endpoint for endpoint, _ in pages if place(endpoint)), "")


def _label(entry: Entry) -> str:
    left = (tab.label for tab in entry.tabs if _there(tab.pages)) if entry.named_by and not place(entry.named_by) else iter(())
    return next(left, entry.label)


def _item(label: str, endpoint: str, below: Pages) -> NavItem | None:
    current = "page" if request.endpoint == endpoint else "true" if _holds(below) else ""
    return NavItem(label, place(endpoint), current, endpoint) if endpoint else None


def _entry_items(menu: Iterable[Entry], here: Entry | None) -> list[NavItem]:
    found = (
        _item(_label(entry), _there([(entry.door, ""), *(page for tab in entry.tabs for page in tab.pages)]), entry.all if entry is here else ())
        for entry in menu
    )
    return [item for item in found if item]


def _items(pages: Iterable[tuple[str, str]]) -> list[NavItem]:
    return [NavItem(label, url, "page" if request.endpoint == endpoint else "", endpoint) for endpoint, label in pages if (url := place(endpoint))]


# --- Old addresses ---------------------------------------------------------------------------------------------------


@page(who=PUBLIC)
def _lead_on() -> Response:
    """With all that was asked: whether its author may read it, the new address says."""
    endpoint, values = MOVED[str(request.url_rule)]
    asked: dict[str, Any] = {**values, **request.args.to_dict(flat=False)}
    return redirect(url_for(endpoint, **asked), 308)


def lead_on(app: Flask) -> None:
    """The old addresses of what this site has: asked once all its pages are registered."""
    for old, (endpoint, _) in MOVED.items():
        if endpoint in app.view_functions:
            app.add_url_rule(old, f"moved.{old.strip('/').replace('/', '_').replace('.', '_')}", _lead_on)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        place=place, nav_items=nav_items, nav_tabs=nav_tabs, own_items=own_items, bar_items=bar_items, foot_items=foot_items, site_map=site_map
    )
