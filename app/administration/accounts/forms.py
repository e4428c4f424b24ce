"""The forms about people, and the form of an invitation. Messages are in French."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import BooleanField, EmailField, Field, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from app.identity.forms import SIDES, Form, NewPasswordForm, SideField
from app.identity.rules import ADDRESS_LENGTH, NAME_LENGTH, TERRITORIAL_WORDS, Role, Side, TerritoryTree, normalise_address
from app.platform.web.edge import DayField, at_most, one_line

ROLES = [SelectChoice(role.value, role.value) for role in Role]


def boxes(label: str, **details: Any) -> SelectMultipleField:
    """A field of checkboxes: several choices may be ticked."""
    return SelectMultipleField(label, option_widget=CheckboxInput(), **details)


class AcceptForm(NewPasswordForm):
    """Behind an invitation: a password, or the answer of a passkey. Neither name nor address nor role is asked, so none can be slipped in."""

    credential = HiddenField()
    side = SideField()

    @property
    def by_key(self) -> bool:
        return bool(self.credential.data)

    def validate(self, **kwargs: object) -> bool:
        if self.by_key:
            self.password.validators = [Optional()]
        return bool(super().validate(**kwargs))

    @property
    def chosen_side(self) -> Side | None:
        return Side(self.side.data) if self.side.data else None


class DetailsForm(Form):
    """Name, address, employer."""

    name = StringField("Nom affiché", filters=[one_line], validators=[DataRequired("Indiquez un nom."), at_most(NAME_LENGTH)])
    email = EmailField(
        "Adresse de courriel",
        description="Vide : la personne n’en a pas, le site lui donne un identifiant.",
        filters=[lambda text: normalise_address(text or "")],
        validators=[Optional(), Length(max=ADDRESS_LENGTH, message="Cette adresse est trop longue.")],
        render_kw={"autocomplete": "off"},
    )
    side = SelectField("Employeur", choices=SIDES)

    @property
    def chosen_side(self) -> Side | None:
        return Side(self.side.data) if self.side.data else None


class InviteForm(DetailsForm):
    """A new person."""

    roles = boxes(
        "Rôles",
        description="Rien de coché : apprenant. Qui a un autre rôle n’est compté parmi les personnes qui suivent le cours que si « apprenant » est coché aussi.",
        choices=ROLES,
    )
    territory = SelectField(
        "Territoire", description=f"Là où la personne travaille. Qui est {TERRITORIAL_WORDS} suit aussi ce territoire, avec tout ce qu’il contient."
    )
    way = RadioField("Invitation", validators=[InputRequired("Choisissez comment inviter.")])

    def __init__(self, tree: TerritoryTree, by_mail: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.territory.choices = territory_choices(tree, "aucun pour le moment")
        self.way.choices = [SelectChoice("mail", "par courriel")] if by_mail else []
        self.way.choices += [SelectChoice("print", "par un lien à imprimer ou à transmettre"), SelectChoice("later", "plus tard")]

    @property
    def chosen_roles(self) -> tuple[Role, ...]:
        """Whoever is given none learns, as in a table of people; nobody else learns by default, and is counted for it."""
        return tuple(Role(role) for role in self.roles.data or ()) or (Role.LEARNER,)

    def validate_way(self, field: Field) -> None:
        if field.data == "mail" and not self.email.data:
            raise ValidationError("Sans adresse, choisissez un lien à imprimer.")


def territory_choices(tree: TerritoryTree, none: str = "", within: Collection[str] | None = None) -> list[SelectChoice]:
    """Every territory, cités under their département; only those of `within` when it is given."""
    first = [SelectChoice("", none)] if none else []
    return first + [SelectChoice(node.id, tree.path_name(node.id)) for node in tree.nodes.values() if within is None or node.id in within]


class RolesForm(Form):
    roles = boxes("Rôles", choices=ROLES, validators=[DataRequired("Cochez au moins un rôle.")])
    scope = boxes("Territoires suivis", description=f"Pour qui est {TERRITORIAL_WORDS} : chaque territoire coché, avec tout ce qu’il contient.")

    def __init__(self, tree: TerritoryTree, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scope.choices = territory_choices(tree)


class MoveForm(Form):
    """Where a person works from a day on."""

    territory = SelectField("Nouveau territoire", validators=[DataRequired("Choisissez un territoire.")])
    on = DayField("À partir du", validators=[InputRequired("Indiquez une date, par exemple 01/09/2026.")])
    leave = BooleanField("La personne quitte ce jour-là ses autres territoires", default=True)

    def __init__(self, tree: TerritoryTree, within: Collection[str] | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.territory.choices = territory_choices(tree, "Choisir…", within)
