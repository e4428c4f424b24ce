"""One's card, and a message to somebody."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired

from app.identity.forms import Form
from app.network.directory.rules import CONTACT_WORDS, FUNCTION_LENGTH, HELP_LENGTH, MESSAGE_LENGTH, ContactChoice
from app.platform.web.edge import at_most, one_line


class CardForm(Form):
    function = StringField(
        "Votre fonction",
        description="Telle que vous la diriez : « cheffe de projet de la cité éducative », « principal adjoint ».",
        filters=[one_line],
        validators=[DataRequired("Indiquez votre fonction."), at_most(FUNCTION_LENGTH)],
    )
    help_with = TextAreaField(
        "Ce sur quoi vous pouvez aider",
        description="En une phrase ou deux : un diagnostic, un appel à projets, un conseil d’enfants…",
        filters=[lambda text: (text or "").strip()],
        validators=[at_most(HELP_LENGTH)],
        render_kw={"rows": 3},
    )
    contact = RadioField("Comment on vous écrit", choices=[SelectChoice(value.value, words) for value, words in CONTACT_WORDS.items()])
    agree = BooleanField(
        "J’accepte de paraître, avec mon nom, sur la page de ma cité",
        description="Seuls les inscrits vous voient. Vous retirez votre accord quand vous voulez, d’un clic, ici même.",
        validators=[DataRequired("Sans votre accord, rien ne paraît : cochez cette case, ou quittez la page.")],
    )

    @property
    def chosen_contact(self) -> ContactChoice:
        return ContactChoice(self.contact.data)


class MessageForm(Form):
    message = TextAreaField(
        "Votre message",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Écrivez votre message."), at_most(MESSAGE_LENGTH)],
        render_kw={"rows": 8},
    )
