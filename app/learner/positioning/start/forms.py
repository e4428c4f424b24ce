"""What one may say on arriving. Both questions may be left."""

from __future__ import annotations

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older

from app.identity.forms import Form
from app.identity.rules import SIDE_LABELS, SIDE_USE, Side
from app.platform.web.edge import at_most

LONGEST = 1_000


class StartForm(Form):
    side = SelectField(
        "Votre employeur est",
        description=SIDE_USE,
        choices=[SelectChoice("", "non précisé"), *(SelectChoice(side.value, label) for side, label in SIDE_LABELS.items())],
    )
    wish = TextAreaField(
        "Ce que vous attendez de ce cours",
        description="Par exemple une situation que vous voulez savoir conduire. Seules les personnes qui vous forment le lisent.",
        filters=[lambda text: (text or "").strip()],
        validators=[at_most(LONGEST)],
    )

    @property
    def chosen_side(self) -> Side | None:
        return Side(self.side.data) if self.side.data else None
