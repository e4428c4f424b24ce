"""What several tests share: the library through its pages: the list, a document, its file in parts, who may read it, recordings in a lesson; and 200 MB without memory."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.content.store import disk
from app.platform.settings import current_settings
from app.platform.storage import places
from tests.content.publishing import publish
from tests.record import courses
from tests.record.world import World

PATH = "modules/bibliotheque.md"
DATA = bytes(range(256)) * 40
TEXT = """## Une séance du <réseau> {#seance-2022}

type : enregistrement
auteur : Ada
éditeur : Un centre
événement : 2022-06-09
publié : 2023-02-13
thèmes : éducation
territoires : Hauts-de-France
licence : Licence ouverte
fichier : seance.mp3
liés : guide-d-essai
public : oui

Ce qu'on y entend.

### Transcription

[00:05] Bonjour à tous les chasseurs de carroyage.

#### La suite {#la-suite}

[1:02:03] Au revoir.

## Un guide d'essai {#guide-d-essai}

type : guide
lien : https://example.org/guide

À lire.

## Une synthèse {#synthese-d-essai}

type : synthèse
fichier : synthese.pdf
thèmes : politique de la ville

Elle résume.
"""
LESSON = courses.lesson("la-lecon", body="Voir [la suite](seance-2022#la-suite), ![](guide-d-essai) et ![le PDF](synthese-d-essai).\n\n![](seance-2022)")


def keep(world: World, *texts: tuple[str, str], **files: bytes) -> None:
    def work(session: Session) -> None:
        folder = places.media(current_settings())
        kept = {name.replace("__", "."): disk.store(folder, name.replace("__", "."), data) for name, data in files.items()}
        for path, text in texts:
            publish(session, path, text, author_id=None, now=world.clock.now(), media=kept if path == PATH else None)

    world.write(work)
