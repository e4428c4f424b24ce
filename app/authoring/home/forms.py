"""What is typed to begin a document. Messages are in French."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, Optional, Regexp

from app.authoring.drafts.create import TITLE_LENGTH
from app.content.limits import ID_LENGTH
from app.identity.forms import Form
from app.web.edge import at_most


class NewForm(Form):
    """A title, and an identifier that is made of it when none is given."""

    title = StringField(
        "Titre",
        filters=[lambda text: " ".join((text or "").split())],
        validators=[DataRequired("Donnez un titre."), at_most(TITLE_LENGTH)],
    )
    identifier = StringField(
        "Identifiant",
        description=f"De 3 à {ID_LENGTH} lettres minuscules sans accent, chiffres ou tirets. Il ne changera plus ; laissé vide, il est tiré du titre.",
        filters=[lambda text: (text or "").strip()],
        validators=[Optional(), Regexp(rf"[a-z0-9-]{{3,{ID_LENGTH}}}$", message=f"De 3 à {ID_LENGTH} lettres minuscules sans accent, chiffres ou tirets.")],
        render_kw={"maxlength": ID_LENGTH},
    )

    @property
    def home_id(self) -> str:
        return ""


class NewModuleForm(NewForm):
    history = SelectField("Histoire", validators=[InputRequired("Choisissez.")])

    def offer(self, histories: Mapping[str, str]) -> None:
        """`histories`: id → name of each line of the course, then the place where they cross."""
        self.history.choices = [SelectChoice(identifier, name) for identifier, name in histories.items()]

    @property
    def home_id(self) -> str:
        return str(self.history.data)


class _HomedForm(NewForm):
    home = SelectField("Dans", validators=[InputRequired("Choisissez.")])

    def offer(self, homes: Mapping[str, tuple[str, str]]) -> None:
        self.home.choices = [SelectChoice(identifier, title) for identifier, (title, _) in homes.items()]

    @property
    def home_id(self) -> str:
        return str(self.home.data)


class NewLessonForm(_HomedForm):
    home = SelectField("Module", validators=[InputRequired("Choisissez un module.")])


class NewQuizForm(_HomedForm):
    home = SelectField("Leçon que le quiz vérifie", validators=[InputRequired("Choisissez une leçon.")])
