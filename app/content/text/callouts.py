"""The call-outs of the course, `> [!NOTE]`: one line each, by which Markdown, its HTML, its remedies and the editor's toolbar go. Pure."""

from __future__ import annotations

from msgspec import Struct


class Callout(Struct, frozen=True):
    mark: str
    title: str
    look: str
    """The class of its look, `callout-…` in `text.css`."""
    meant: str
    """Words of other dialects that mean it, in small letters, their spaces as hyphens."""
    model: str = ""
    """What the toolbar inserts under the mark; nothing where it does not offer it."""


CALLOUTS = {
    each.mark: each
    for each in (
        Callout(
            "NOTE",
            "À noter",
            "note",
            "note remarque remarques info information précision a-noter à-noter abstract seealso définition",
            "Une précision utile, en deux phrases.",
        ),
        Callout("SAVOIR", "À savoir", "note", "savoir à-savoir a-savoir bon-à-savoir repère", "Un repère à connaître."),
        Callout("TIP", "Conseil", "tip", "tip conseil conseils astuce astuces hint idée success", "Un conseil de terrain."),
        Callout(
            "TERRAIN",
            "Sur le terrain",
            "terrain",
            "terrain sur-le-terrain exemple example cas pratique témoignage",
            "Ce qui a été fait quelque part, et ce que cela a donné.",
        ),
        Callout("IMPORTANT", "Important", "important", "important essentiel attention-important retenir à-retenir", "Ce qu'il ne faut pas manquer."),
        Callout("WARNING", "Attention", "important", "warning attention avertissement"),
        Callout("CAUTION", "Prudence", "important", "caution danger prudence error erreur bug failure"),
        Callout(
            "LIRE",
            "Pour aller plus loin",
            "tip",
            "lire à-lire pour-aller-plus-loin aller-plus-loin ressource ressources",
            "Ce que l'on peut lire ensuite, et pourquoi.",
        ),
    )
}


def callout_meant_by(word: str) -> Callout | None:
    """The call-out that a word of another language or dialect means."""
    plain = "-".join(word.casefold().split())
    return next((each for each in CALLOUTS.values() if plain in each.meant.split()), None)
