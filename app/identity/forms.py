"""What people type about themselves and their passwords. Messages are in French, WTForms' own included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask_security import LoginForm, verify_password
from flask_wtf import FlaskForm
from msgspec import Struct
from wtforms import EmailField, Field, HiddenField, PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, Length

from app.identity import sessions, tries
from app.identity.models import Person
from app.identity.passwords import MAXIMUM, MINIMUM, WANTED, normalise_password, password_faults, strength_in_words
from app.identity.rules import ADDRESS_LENGTH, NAME_LENGTH, PHONE_LENGTH, SIDE_LABELS, Side, is_phone, normalise_address, side_use
from app.identity.sessions import safe_next
from app.identity.tries import Tries
from app.platform.errors import DomainError
from app.platform.settings.tables import Provider
from app.platform.site import offers
from app.platform.web.display import CHOICES, Display
from app.platform.web.edge import at_most, one_line

REFUSED = "Adresse ou mot de passe inexact."
CLOSED = "Ce compte est fermé."
T = TypeVar("T")


class Form(FlaskForm):
    class Meta(FlaskForm.Meta):
        locales = ("fr",)

    refused = 0

    def refuse(self, field: Field, error: DomainError) -> None:
        """Say of a field what the rules found wrong once the form was read."""
        field.errors, self.refused = [error.sentence], error.status

    def accept(self, work: Callable[[], T], field: Field | None = None) -> T | None:
        """What `work` gives; None where the rules refuse it, which the form then says, of that field or of the whole."""
        try:
            return work()
        except DomainError as error:
            if field is None:
                self.form_errors.append(error.sentence)
                self.refused = error.status if error.status >= 500 else self.refused
            else:
                self.refuse(field, error)
            return None

    @property
    def status(self) -> int:
        """What a page that shows this form answers."""
        return self.refused or (422 if self.errors else 200)


def _address(text: str | None) -> str:
    return normalise_address(text or "")


class LimitedForm:
    """A form that may be tried so many times."""

    errors: Any
    wait = 0
    """Seconds until the next try; 0: this one was let through."""

    def must_wait(self, limit: Tries) -> bool:
        self.wait = tries.wait(limit)
        return bool(self.wait)

    def came_late(self, limit: Tries, *, right: bool) -> bool:
        """Must this try wait after all? A wrong one counts; others may have used up the limit meanwhile."""
        self.wait = tries.wait(limit) if right else tries.count(limit)
        return bool(self.wait)

    @property
    def answer(self) -> tuple[int, dict[str, str]]:
        """The status of the page that shows this form, and its headers."""
        refused = 429 if self.wait else 422
        return refused if self.errors else 200, {"Retry-After": str(self.wait)} if self.wait else {}


class SignInForm(LimitedForm, LoginForm):
    """Flask-Security's form, which checks the pair. One sentence answers every wrong pair, whatever is wrong with it."""

    email = EmailField(
        "Adresse de courriel", filters=[_address], validators=[DataRequired("Indiquez votre adresse de courriel.")], render_kw={"autocomplete": "email"}
    )
    password = PasswordField("Mot de passe", validators=[DataRequired("Indiquez votre mot de passe.")], render_kw={"autocomplete": "current-password"})
    remember = None
    submit = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = safe_next(self.next.data) or ""

    def validate_password(self, field: Field) -> None:
        """No stored password is longer, and the hash function must not meet what is."""
        if len(normalise_password(field.data)) > MAXIMUM:
            raise ValidationError(REFUSED)

    def validate(self, **kwargs: Any) -> bool:
        address = self.email.data or ""
        limit = tries.sign_in(address, sessions.known_to(address))
        if self.must_wait(limit):
            return self._refuse(tries.sentence(self.wait))
        right = super().validate(**kwargs)
        if not (address and self.password.data):
            return False  # nothing was tried: the fields say what is missing
        if self.came_late(limit, right=self.user_authenticated):
            return self._refuse(tries.sentence(self.wait))
        return right or self._refuse(CLOSED if self.user_authenticated else REFUSED)

    def _refuse(self, sentence: str) -> bool:
        self.email.errors, self.password.errors = [], []
        self.form_errors = [sentence]
        return False

    @property
    def answer(self) -> tuple[int, dict[str, str]]:
        """403 to the holder of a closed account, who proved to be that person."""
        return (403, {}) if self.errors and self.user_authenticated and not self.wait else super().answer


class LinkForm(LimitedForm, Form):
    """« J’ai oublié mon mot de passe »."""

    email = EmailField(
        "Adresse de courriel",
        filters=[_address],
        validators=[DataRequired("Indiquez votre adresse de courriel."), Length(max=ADDRESS_LENGTH, message="Cette adresse est trop longue.")],
        render_kw={"autocomplete": "email"},
    )

    @property
    def address(self) -> str:
        return self.email.data or ""

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        limit = tries.password_email(self.address)
        self.wait = tries.wait(limit) or tries.count(limit)  # one that must wait counts nowhere
        if self.wait:
            found = "Des liens ont peut-être déjà été envoyés à cette adresse : regardez dans vos courriels."
            self.form_errors = [f"{tries.sentence(self.wait)} {found}"]
            return False
        return True


class NewPasswordForm(Form):
    """A password typed once, which may be read before it is sent, checked against the rules for one person."""

    password = PasswordField(
        "Nouveau mot de passe",
        description=WANTED,
        validators=[InputRequired("Choisissez un mot de passe.")],
        render_kw={"autocomplete": "new-password", "minlength": MINIMUM, "maxlength": MAXIMUM},
    )

    def __init__(self, person: Person, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.person = person

    @property
    def new_password(self) -> str:
        return self.password.data or ""

    @property
    def strength(self) -> str:
        """How strong what was chosen is, to be told with its acceptance."""
        return strength_in_words(self.new_password)

    def validate_password(self, field: Field) -> None:
        for fault in password_faults(field.data, self.person.name, self.person.email):
            raise ValidationError(fault)


class PasswordAgain(LimitedForm):
    """The current password is asked again: an open session on a desk is not enough."""

    person: Person
    current = PasswordField(
        "Mot de passe actuel",
        validators=[InputRequired("Indiquez votre mot de passe actuel.")],
        render_kw={"autocomplete": "current-password"},
    )

    def validate_current(self, field: Field) -> None:
        limit = tries.password_again(self.person.id)
        if self.must_wait(limit):
            raise ValidationError(tries.sentence(self.wait))
        typed = normalise_password(field.data)
        right = bool(len(typed) <= MAXIMUM and self.person.password and verify_password(typed, self.person.password))
        if self.came_late(limit, right=right):
            raise ValidationError(tries.sentence(self.wait))
        if not right:
            raise ValidationError("Ce n’est pas votre mot de passe actuel.")


class ChangePasswordForm(PasswordAgain, NewPasswordForm):
    pass


SIDES = [SelectChoice("", "non précisé"), *(SelectChoice(side.value, label) for side, label in SIDE_LABELS.items())]


class SideField(SelectField):
    """One's own employer, with what becomes of the answer on this site."""

    def __init__(self, **details: Any) -> None:
        super().__init__("Votre employeur est", description=side_use(offers("api"), offers("hr")), choices=SIDES, **details)


class ProfileForm(Form):
    name = StringField(
        "Nom affiché",
        filters=[one_line],
        validators=[DataRequired("Indiquez le nom sous lequel on vous connaît."), at_most(NAME_LENGTH)],
        render_kw={"autocomplete": "name"},
    )
    side = SideField()
    phone = StringField(
        "Téléphone",
        description="Pour que l’on puisse vous appeler : le voient les responsables de vos territoires, les formateurs de votre groupe et qui administre le site.",
        filters=[one_line],
        validators=[at_most(PHONE_LENGTH)],
        render_kw={"autocomplete": "tel", "type": "tel"},
    )

    def validate_phone(self, field: Field) -> None:
        if field.data and not is_phone(field.data):
            raise ValidationError("Écrivez un numéro comme « 03 20 00 00 00 », ou laissez ce champ vide.")

    @property
    def chosen_phone(self) -> str | None:
        return self.phone.data or None

    @property
    def chosen_name(self) -> str:
        return self.name.data or ""

    @property
    def chosen_side(self) -> Side | None:
        return Side(self.side.data) if self.side.data else None


def _choice(name: str) -> RadioField:
    legend, names = CHOICES[name]
    return RadioField(legend, choices=[SelectChoice(value, words) for value, words in names.items()])


class DisplayForm(Form):
    """How pages look."""

    size, spacing, scheme, shortcut = map(_choice, CHOICES)
    page = HiddenField()
    """Where the person came from."""
    reset = HiddenField()
    """Sent by the button that gives the usual look back."""

    @property
    def chosen_display(self) -> Display:
        return Display() if self.reset.data else Display(*(self[name].data for name in CHOICES))


class SignInPage(Struct, frozen=True):
    """`/connexion`. `arriving`: the person asked for a page and was sent here first."""

    form: SignInForm
    contact: str
    arriving: bool
    key: str
    """What the browser is asked to sign in with a passkey, as JSON; empty where no key can be used."""
    institutions: tuple[Provider, ...]
