"""What the people of a cité type of its page."""

from __future__ import annotations

from wtforms import TextAreaField

from app.identity.forms import Form
from app.network.proposals.rules import LIST_LENGTH, PRESENTATION_LENGTH, CiteTexts, tidy
from app.platform.web.edge import at_most


class CiteForm(Form):
    presentation = TextAreaField(
        "Présentation",
        description="Quelques phrases ; une ligne vide sépare deux paragraphes. Tout le monde la lit, même sans compte.",
        filters=[tidy],
        validators=[at_most(PRESENTATION_LENGTH)],
        render_kw={"rows": 8},
    )
    troika = TextAreaField(
        "La troïka, par fonction",
        description="Une fonction par ligne, jamais un nom : « sous-préfète d’arrondissement », « principal du collège ».",
        filters=[tidy],
        validators=[at_most(LIST_LENGTH)],
        render_kw={"rows": 4},
    )
    quartiers = TextAreaField("Quartiers", description="Un par ligne.", filters=[tidy], validators=[at_most(LIST_LENGTH)], render_kw={"rows": 4})
    contacts = TextAreaField(
        "Contacts",
        description="Un par ligne : la boîte du service, un standard. Seuls les inscrits les voient ; une personne paraît par l’annuaire, si elle l’accepte.",
        filters=[tidy],
        validators=[at_most(LIST_LENGTH)],
        render_kw={"rows": 3},
    )

    @property
    def texts(self) -> CiteTexts:
        return CiteTexts(*(self[name].data or "" for name in ("presentation", "troika", "quartiers", "contacts")))
