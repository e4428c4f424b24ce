"""The files of the documents that one hands over: as far as there is room; and what a site does with those that it receives."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.content.store import disk
from app.learner.notebook.handover_rules import LIMITS, parse_contents, read_pack
from app.learner.notebook.passage_rules import PassageKey
from app.platform.settings import current_settings
from app.platform.storage import places
from tests.authoring.incoming.zips import unzipped
from tests.content.publishing import publish
from tests.learner.notebook.handover.handover import CHOOSE, client, handed, look, other
from tests.learner.notebook.handover.packs import CONTENT, ENTRY, pack
from tests.learner.notebook.kept.held import favour, rows
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import RECEIVE_TICKED

__all__ = ["client", "other"]


def shelve(world: World, *names: str) -> None:
    """A document of the library for each file, of 1.2 kB."""

    def work(session: Session) -> None:
        kept = {f"{name}.pdf": disk.store(places.media(current_settings()), f"{name}.pdf", name[:1].encode() * 1240) for name in names}
        text = "\n".join(f"## Guide {name} {{#{name}}}\n\ntype : guide\nfichier : {name}.pdf\n\nÀ lire.\n" for name in names)
        publish(session, "modules/bibliotheque.md", text, author_id=None, now=world.clock.now(), media=kept)

    world.write(work)


def test_files_of_documents_go_along_as_far_as_there_is_room(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(world, "alpha", "beta")
    for ref in ("alpha", "beta"):
        favour(client, PassageKey("document", ref))
    assert "Guide alpha (fichier joint : 1 Ko)" in words_of(client.see(CHOOSE))
    ids = [str(row.id) for row in rows(world)]
    files = unzipped(handed(client, garde=ids))
    assert {name: data for name, data in files.items() if name.startswith("documents/")} == {
        "documents/alpha.pdf": b"a" * 1240,
        "documents/beta.pdf": b"b" * 1240,
    }
    monkeypatch.setattr("app.learner.notebook.handover.LIMITS", replace(LIMITS, documents=1500))
    data = handed(client, garde=ids)
    files = unzipped(data)
    assert [name for name in files if name.startswith("documents/")] == ["documents/alpha.pdf"]
    told = " ".join(files["favoris.md"].decode().split())
    assert "Fichier joint : documents/alpha.pdf" in told
    assert "Fichier non joint, faute de place (1 Ko)" in told
    assert [entry.file for entry in parse_contents(read_pack(data)).entries] == ["alpha.pdf", ""]


def test_a_received_document_is_the_library_s_or_stays_in_the_zip(world: World, client: StrictClient, other: StrictClient) -> None:
    """A site keeps no file of a pack: what its library holds is there, what it does not hold nobody has checked."""
    shelve(world, "alpha")
    held, strange = ({**ENTRY, "genre": "document", "ref": ref, "ancre": "", "texte": "", "fichier": f"{ref}.pdf"} for ref in ("alpha", "ailleurs"))
    kept = list(world.read(lambda _: current_settings().instance_path / "media").iterdir())
    page = look(other, pack({**CONTENT, "entrees": [held, strange]}, more={"documents/alpha.pdf": b"%PDF", "documents/ailleurs.pdf": b"MZ"}))
    said = words_of(page)
    assert "(dans la bibliothèque de ce site)" in said
    assert "(fichier ailleurs.pdf, dans le zip seulement)" in said
    assert "n’ont pas été vérifiés ici" in said
    page = other.submit(RECEIVE_TICKED)
    assert page.link("Guide alpha") == "/bibliotheque/alpha"
    assert list(world.read(lambda _: current_settings().instance_path / "media").iterdir()) == kept
    assert len(rows(world, 2)) == 2
