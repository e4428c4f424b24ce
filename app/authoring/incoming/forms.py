"""Forms by which files come in. Messages are in French."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired

from app.authoring.drafts.create import TITLE_LENGTH
from app.authoring.incoming.limits import LARGEST_FILE
from app.content.values.library import FILE_TYPES
from app.identity.forms import Form
from app.platform.web.edge import at_most, one_line

ALTERNATIVE_LENGTH = 300
"""Characters of what is said of an image to whoever does not see it."""
NEW_LESSON = "+"
"""No lesson can have this identifier."""


class ImageForm(Form):
    file = FileField(
        "Image",
        description="PNG, JPEG, WebP ou GIF fixe, 15 Mo au plus. Elle est réduite à 1600 points de large ; le lieu et la date de la prise de vue sont effacés.",
        validators=[FileRequired("Choisissez une image.")],
        render_kw={"accept": ".png,.jpg,.jpeg,.webp,.gif"},
    )
    alternative = StringField(
        "Ce que montre l’image",
        description="Lu à voix haute à qui ne voit pas l’image : dites ce qu’elle apporte, en une phrase.",
        filters=[one_line],
        validators=[DataRequired("Dites en une phrase ce que montre l’image."), at_most(ALTERNATIVE_LENGTH)],
    )
    append = BooleanField("L’ajouter à la fin du texte", default=True)


class WordForm(Form):
    module = SelectField("Module", validators=[InputRequired("Choisissez un module.")])
    lesson = SelectField(
        "Ce que le document contient",
        description="Des questions seules peuvent devenir le quiz d’une leçon qui existe.",
        validators=[InputRequired("Choisissez.")],
    )
    title = StringField(
        "Titre",
        description="Utile seulement si le document n’en porte pas.",
        filters=[one_line],
        validators=[at_most(TITLE_LENGTH)],
    )
    file = FileField(
        "Document Word (.docx)",
        description="15 Mo au plus. Une leçon que vous aviez donnée à relire est reconnue. Un texte LibreOffice (.odt) s’enregistre d’abord au format .docx.",
        render_kw={"accept": ".docx"},
    )
    pasted = TextAreaField(
        "Ou texte copié",
        description="Copiez le texte dans votre traitement de texte et collez-le ici : titres, listes, tableaux et liens sont repris.",
        render_kw={"rows": 10, "data-word-paste": ""},
    )
    again = BooleanField("Remplacer mon brouillon du même titre, si j’en ai un qui n’est pas encore publié")
    html = HiddenField()

    def offer(self, modules: Mapping[str, tuple[str, str]], lessons: Mapping[str, tuple[str, str]]) -> None:
        self.module.choices = [SelectChoice(identifier, title) for identifier, (title, _) in modules.items()]
        quizzes = (SelectChoice(identifier, f"des questions, pour la leçon « {title} »") for identifier, (title, _) in lessons.items())
        self.lesson.choices = [SelectChoice(NEW_LESSON, "une leçon nouvelle, avec ou sans questions"), *quizzes]


class FileForm(Form):
    file = FileField(
        "Fichier",
        description=f"PDF, texte ODT ou DOCX, tableur XLSX, image, son MP3, OGG, OPUS ou M4A, {LARGEST_FILE // 1_000_000} Mo au plus. Sans macro ni mot de passe. "
        "Plus lourd, il se dépose dans modules/bibliotheque/, avec les fichiers du cours.",
        validators=[FileRequired("Choisissez un fichier.")],
        render_kw={"accept": ",".join(FILE_TYPES)},
    )


class ArchiveForm(Form):
    file = FileField(
        "Archive du cours (.zip)",
        description="Les dossiers modules/ et quizzes/, ou une partie d’entre eux, 60 Mo au plus. Rien n’est changé avant que vous ayez lu ce que l’archive ferait.",
        validators=[FileRequired("Choisissez une archive.")],
        render_kw={"accept": ".zip"},
    )
