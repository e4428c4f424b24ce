"""The pages of the territory tree, and of employers' establishments in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired

from app.administration.accounts.forms import territory_choices
from app.identity import audit, territories
from app.identity.forms import Form
from app.identity.models import Membership, Person, Scope, Territory, TerritoryChange
from app.identity.rules import ADMINISTRATORS, LEVEL_LABELS, Level, Node, TerritoryTree
from app.identity.services import territory_tree
from app.identity.sign_in import institution_accounts
from app.identity.sign_in.guards import current_person
from app.identity.sign_in.institution_accounts import EstablishmentRule, UnplacedEstablishment
from app.identity.territories import TypedTerritory, belongs_on
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.french import agree, day_of, plural
from app.platform.holidays import ZONES
from app.platform.web.edge import at_most, bounded_int, one_line
from app.platform.web.endpoints import act, page

# --- What the pages of the tree receive ---


class Branch(Struct, frozen=True):
    id: str
    name: str
    kind: str
    zone: str
    people: int
    """Who belong there today."""
    managers: int
    below: tuple[Branch, ...]


class ChangeRow(Struct, frozen=True):
    at: datetime
    author: str
    said: tuple[tuple[str, str, str], ...]
    """(what, before, after)."""


class TerritoryCard(Struct, frozen=True):
    id: str
    name: str
    kind: str
    edition: int
    withdrawn: bool
    above: tuple[tuple[str, str], ...]
    """(id, name), from the top."""
    changes: tuple[ChangeRow, ...]


def own_territory(session: Session, number: str) -> Territory:
    row = session.get(Territory, number)
    if row is None:
        raise NotYours
    return row


def form_values(row: Territory) -> dict[str, str]:
    return {"level": row.level.value, "name": row.name, "parent": row.parent_id or "", "zone": row.zone}


def branches(session: Session, now: datetime) -> tuple[Branch, ...]:
    tree = territory_tree(session)
    people = _counts(session, select(Membership.territory_id, func.count()).where(belongs_on(day_of(now))).group_by(Membership.territory_id))
    managers = _counts(session, select(Scope.territory_id, func.count()).group_by(Scope.territory_id))
    return tuple(_branches(tree, [tree.nodes[root] for root in tree.roots], people, managers, withdrawn_territories(session)))


def withdrawn_territories(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(Territory.id).where(Territory.withdrawn)))


def _counts(session: Session, query: Any) -> dict[str, int]:
    return dict(session.execute(query).all())


def _branches(tree: TerritoryTree, nodes: list[Node], people: Mapping[str, int], managers: Mapping[str, int], gone: frozenset[str]) -> Iterator[Branch]:
    """What still stands below a withdrawn node stands in its place: each has its link."""
    for node in nodes:
        below = tuple(_branches(tree, list(tree.children(node.id)), people, managers, gone))
        if node.id in gone:
            yield from below
        else:
            yield Branch(node.id, node.name, LEVEL_LABELS[node.level], node.zone, people.get(node.id, 0), managers.get(node.id, 0), below)


def territory_card(session: Session, number: str) -> TerritoryCard:
    row, tree = own_territory(session, number), territory_tree(session)
    above = tuple((node.id, node.name) for node in reversed(tree.ancestors(number)[1:]))
    changes = tuple(_changes(session, number, tree))
    return TerritoryCard(row.id, row.name, LEVEL_LABELS[row.level], row.edition, row.withdrawn, above, changes)


def _changes(session: Session, number: str, tree: TerritoryTree) -> Iterator[ChangeRow]:
    query = select(TerritoryChange, Person.name).outerjoin(Person, Person.id == TerritoryChange.author_id)
    for change, author in session.execute(query.where(TerritoryChange.territory_id == number).order_by(TerritoryChange.id.desc())):
        yield ChangeRow(change.at, author or "compte effacé", tuple(_changed_fields(change.before, change.after, tree)))


def _changed_fields(before: Mapping[str, str], after: Mapping[str, str], tree: TerritoryTree) -> Iterator[tuple[str, str, str]]:
    for key, label in (("level", "Sorte"), ("name", "Nom"), ("parent", "Dans"), ("zone", "Zone de vacances")):
        if before.get(key) != after.get(key):
            yield label, _words(key, before.get(key), tree), _words(key, after.get(key), tree)


def _words(key: str, value: str | None, tree: TerritoryTree) -> str:
    if not value:
        return "–"
    if key == "level":
        return LEVEL_LABELS[Level(value)]
    return tree.nodes[value].name if key == "parent" and value in tree.nodes else value


# --- The forms, whose messages are in French ---

TERRITORY_NAME_LENGTH = 160
PATTERN_LENGTH = 14


class TerritoryForm(Form):
    level = SelectField("Sorte", choices=[SelectChoice(level.value, words) for level, words in LEVEL_LABELS.items()], validators=[InputRequired("Choisissez.")])
    name = StringField("Nom", filters=[one_line], validators=[DataRequired("Donnez un nom."), at_most(TERRITORY_NAME_LENGTH)])
    parent = SelectField("Dans", description="Le territoire au-dessus.")
    zone = SelectField(
        "Zone de vacances scolaires",
        description="Elle vaut aussi pour ce qu’il contient.",
        choices=[SelectChoice("", "celle du territoire au-dessus"), *(SelectChoice(zone, f"zone {zone}") for zone in ZONES)],
    )

    def __init__(self, tree: TerritoryTree, withdrawn: Collection[str], **kwargs: Any) -> None:
        """A withdrawn territory is offered to what depends on it already, and to nothing else."""
        super().__init__(**kwargs)
        gone = set(withdrawn) - {self.parent.object_data}
        above = [node for node in tree.nodes.values() if node.level is not Level.CITE and node.id not in gone]
        self.parent.choices = [SelectChoice("", "aucun, tout en haut"), *(SelectChoice(node.id, f"{node.name} ({LEVEL_LABELS[node.level]})") for node in above)]

    def typed_territory(self) -> TypedTerritory:
        return TypedTerritory(Level(self.level.data), self.name.data or "", self.parent.data or None, self.zone.data or "")


class EstablishmentForm(Form):
    pattern = StringField(
        "SIRET, ou SIREN suivi d’une étoile",
        description="Un SIREN et une étoile, par exemple 219300662*, vaut pour tous les établissements d’un employeur.",
        filters=[lambda text: "".join((text or "").split())],
        validators=[DataRequired("Écrivez un numéro."), at_most(PATTERN_LENGTH)],
    )
    territory = SelectField("Territoire", validators=[DataRequired("Choisissez un territoire.")])

    def __init__(self, tree: TerritoryTree, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.territory.choices = territory_choices(tree, "Choisir…", None)


# --- `/administration/etablissements` ---
# Which territory an employer's number means, and those that nobody placed yet.

establishments_blueprint = Blueprint("establishments", __name__, url_prefix="/administration/etablissements")


class EstablishmentsPage(Struct, frozen=True):
    form: EstablishmentForm
    unplaced: tuple[UnplacedEstablishment, ...]
    placed: tuple[EstablishmentRule, ...]


@establishments_blueprint.route("", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def index() -> ResponseReturnValue:
    form, now = EstablishmentForm(territory_tree(db.session), data={"pattern": request.args.get("siret", "")[:14]}), clock.now()
    good = form.validate_on_submit()
    moved = form.accept(lambda: institution_accounts.place(db.session, form.pattern.data or "", form.territory.data, now), form.pattern) if good else None
    if moved is None:
        page = EstablishmentsPage(form, institution_accounts.unplaced_establishments(db.session), institution_accounts.establishment_rules(db.session))
        return render_template("administration/territories/establishments.html", page=page), form.status
    audit.record(db.session, current_person().id, "establishment_placed", None, now, personnes=moved)
    flash("C’est enregistré." + (f" {plural(moved, 'personne')} sans territoire {agree(moved, 'le rejoint', 'le rejoignent')}." if moved else ""), "success")
    db.session.commit()
    return redirect(url_for("establishments.index"), 303)


@establishments_blueprint.post("/retrait")
@act(who=ADMINISTRATORS)
def forget() -> ResponseReturnValue:
    institution_accounts.forget(db.session, request.form.get("pattern", ""))
    audit.record(db.session, current_person().id, "establishment_forgotten", None, clock.now())
    flash("La ligne est retirée. Qui est dans ce territoire y reste.", "success")
    db.session.commit()
    return redirect(url_for("establishments.index"), 303)


# --- `/administration/territoires`: the tree, and the page of one territory ---

blueprint = Blueprint("territories", __name__, url_prefix="/administration/territoires")


class TreePage(Struct, frozen=True):
    branches: tuple[Branch, ...]
    form: TerritoryForm


class TerritoryPage(Struct, frozen=True):
    card: TerritoryCard
    form: TerritoryForm


@blueprint.route("", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def tree() -> ResponseReturnValue:
    form = _form({"level": "cite"})
    now, person = clock.now(), current_person()
    row = form.accept(lambda: territories.add(db.session, form.typed_territory(), person.id, now)) if form.validate_on_submit() else None
    if row is None:
        page = TreePage(branches(db.session, now), form)
        return render_template("administration/territories/tree.html", page=page), form.status
    audit.record(db.session, person.id, "territory_added", None, now)
    flash(f"« {row.name} » est ajouté.", "success")
    db.session.commit()
    return redirect(url_for("territories.tree"), 303)


@blueprint.route("/<territory_id>", methods=["GET", "POST"])
@page(who=ADMINISTRATORS)
def territory(territory_id: str) -> ResponseReturnValue:
    form = _form(form_values(own_territory(db.session, territory_id)))
    now, person = clock.now(), current_person()
    good = form.validate_on_submit()
    if good and form.accept(lambda: territories.change(db.session, territory_id, _edition(), form.typed_territory(), person.id, now)):
        audit.record(db.session, person.id, "territory_changed", None, now)
        flash("Le territoire est enregistré. Les personnes qui y sont rattachées, et celles qui le suivent, le restent.", "success")
        db.session.commit()
        return redirect(url_for("territories.territory", territory_id=territory_id), 303)
    return _page(territory_id, form)


@blueprint.post("/<territory_id>/retrait")
@act(who=ADMINISTRATORS)
def withdraw(territory_id: str) -> ResponseReturnValue:
    row = own_territory(db.session, territory_id)
    form = _form(form_values(row), formdata=None)
    now, person = clock.now(), current_person()
    try:
        territories.withdraw(db.session, territory_id, _edition(), person.id, now)
    except DomainError as error:
        form.form_errors.append(error.sentence)
        return _page(territory_id, form)
    audit.record(db.session, person.id, "territory_withdrawn", None, now)
    flash(f"« {row.name} » est retiré. Ajouté de nouveau sous ce nom, il retrouvera son passé.")
    db.session.commit()
    return redirect(url_for("territories.tree"), 303)


def _form(data: dict[str, str], **kwargs: Any) -> TerritoryForm:
    return TerritoryForm(territory_tree(db.session), withdrawn_territories(db.session), data=data, **kwargs)


def _edition() -> int:
    return request.form.get("edition", -1, bounded_int)


def _page(territory_id: str, form: TerritoryForm) -> ResponseReturnValue:
    db.session.rollback()
    page = TerritoryPage(territory_card(db.session, territory_id), form)
    return render_template("administration/territories/territory.html", page=page), form.status
