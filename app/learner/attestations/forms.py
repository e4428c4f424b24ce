"""A badge to check, and a reason to revoke. Messages are in French."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import DataRequired

from app.identity.forms import Form
from app.platform.web.edge import at_most
from app.record.attestations.badges import LONGEST


class BadgeForm(Form):
    badge = TextAreaField(
        "Badge à vérifier",
        description="Le texte du fichier « .jwt », en entier.",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Collez le texte d’un badge."), at_most(LONGEST)],
    )
