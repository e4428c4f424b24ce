"""What several tests share: what is dear is done in one process at a time on a host, outside any transaction that writes; who comes meanwhile is told so and loses nothing."""

from __future__ import annotations

from tests.authoring.incoming.documents import Docx, image, paragraph
from tests.authoring.incoming.pictures import picture
from tests.authoring.incoming.zips import unzipped, zipped
from tests.strict import StrictClient

IMAGES, WORD, ARCHIVE, PEOPLE = "/atelier/documents/un-a/images", "/atelier/importer", "/atelier/archive", "/administration/import"
FETCH = {"X-Requested-With": "fetch"}
DOCUMENT = Docx([paragraph("Le contrat de ville", style="Titre"), paragraph("Un texte."), paragraph("", inner=image())]).with_image()


def archive_with_image(client: StrictClient) -> bytes:
    files = unzipped(client.get("/atelier/archive/cours.zip").data)
    lesson = "modules/mod-un/un-a.md"
    shown = files[lesson] + b"\n![Le plan](images/plan.png)\n"
    return zipped({**files, lesson: shown, "modules/mod-un/images/plan.png": picture()})
