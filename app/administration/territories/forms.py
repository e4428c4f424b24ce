"""What is typed of a territory. Messages are in French."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired

from app.administration.accounts.forms import territory_choices
from app.identity.forms import Form
from app.identity.rules import LEVEL_LABELS, Level
from app.identity.territories.editing import TypedTerritory
from app.identity.territories.rules import TerritoryTree
from app.platform.holidays import ZONES
from app.platform.web.edge import at_most, one_line

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
