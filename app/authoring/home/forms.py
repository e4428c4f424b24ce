"""What is typed to begin a document. Messages are in French."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired

from app.authoring.drafts.create import TITLE_LENGTH, Choice
from app.identity.forms import Form
from app.platform.web.edge import at_most, one_line


class NewForm(Form):
    """A title; the identifier is made of it."""

    title = StringField(
        "Titre",
        filters=[one_line],
        validators=[DataRequired("Donnez un titre."), at_most(TITLE_LENGTH)],
    )

    @property
    def home_id(self) -> str:
        return ""


class NewModuleForm(NewForm):
    history = SelectField("Histoire", validators=[InputRequired("Choisissez l’histoire que raconte le module.")])

    def offer(self, histories: Mapping[str, str]) -> None:
        """`histories`: id → name of each line of the course, then the place where they cross. None is chosen beforehand: it colours the module."""
        self.history.choices = [SelectChoice("", "Choisissez"), *(SelectChoice(identifier, name) for identifier, name in histories.items())]

    @property
    def home_id(self) -> str:
        return str(self.history.data)


class _HomedForm(NewForm):
    home = SelectField("Dans", validators=[InputRequired("Choisissez.")])

    def offer(self, homes: Sequence[Choice]) -> None:
        self.home.choices = [SelectChoice(identifier, title, optgroup=group) for group, identifier, title in homes]

    @property
    def home_id(self) -> str:
        return str(self.home.data)


class NewLessonForm(_HomedForm):
    home = SelectField("Module", validators=[InputRequired("Choisissez un module.")])


class NewQuizForm(_HomedForm):
    home = SelectField("Leçon ou module que le quiz vérifie", validators=[InputRequired("Choisissez une leçon ou un module.")])
