"""Handing over, and receiving: what is ticked and nothing else; seen before it is stored; hostile files refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from app.identity.rules import Role
from app.learner.notebook import handover_rules
from app.learner.notebook.handover_rules import CONTENTS, LIMITS, MANIFEST, parse_contents, read_pack
from app.learner.notebook.passage_rules import PassageKey
from app.learner.notebook.rules import LONGEST
from app.platform.zips import pack_zip
from tests.authoring.incoming.zips import bomb, locked, unzipped, with_link
from tests.learner.notebook.handover.handover import CHOOSE, client, handed, look, other, receive
from tests.learner.notebook.handover.packs import CONTENT, ENTRY, pack, with_entry
from tests.learner.notebook.kept.held import GLOSSARY, START, favour, favourites, note, rows, take_away, texts
from tests.learner.notebook.lessons import asking, save
from tests.record import courses
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import RECEIVE_TICKED

__all__ = ["client", "other"]

END = PassageKey("lecon", "un-b", "fin")


def row_of(world: World, anchor: str, *, favourite: bool = False) -> str:
    return next(str(row.id) for row in rows(world) if row.anchor == anchor and row.favourite == favourite)


# --- Out ---


def test_what_is_ticked_and_nothing_else(world: World, client: StrictClient) -> None:
    note(client, "À transmettre\n# pas un titre")
    note(client, "À garder", END)
    favour(client)
    favour(client, END)
    data = handed(client, garde=[row_of(world, "debut"), row_of(world, "fin", favourite=True)])
    files = unzipped(data)
    assert files.keys() == {MANIFEST, CONTENTS, "notes.md", "favoris.md"}
    whole = b"".join(files.values()).decode()
    assert "À transmettre" in files["notes.md"].decode()
    assert "    # pas un titre" in files["notes.md"].decode()
    assert "Seconde partie" in files["favoris.md"].decode()
    assert "À garder" not in whole
    assert "Inès" not in whole
    assert "Carpentier" not in whole
    assert [(entry.place, entry.favourite) for entry in parse_contents(read_pack(data)).entries] == [(START, False), (END, True)]


def test_all_of_a_lesson_the_sheet_and_one_s_name(world: World, client: StrictClient) -> None:
    world.publish(asking(id="un-a"))
    client.see("/lecons/un-a")
    save(client, "La Ville", "", "")
    note(client, "Un")
    note(client, "Deux", END)
    data = handed(client, page="lecon/un-b", fiche="docx", nom="1")
    files = unzipped(data)
    assert files["fiche-territoire.docx"].startswith(b"PK")
    assert parse_contents(read_pack(data)).author == "Inès Carpentier"
    assert len(parse_contents(read_pack(data)).entries) == 2
    assert json.loads(files[MANIFEST])["version"] == handover_rules.VERSION
    assert data == handed(client, page="lecon/un-b", fiche="docx", nom="1"), "the same for the same"
    assert unzipped(handed(client, fiche="odt")).keys() == {MANIFEST, CONTENTS, "notes.md", "favoris.md", "fiche-territoire.odt"}


def test_what_leads_elsewhere_is_handed_over_with_its_link(world: World, client: StrictClient) -> None:
    head = "type : guide\nlien : https://example.org/guide\n"
    kept = "type : guide\nlien : https://example.org/autre\nfichier : autre.pdf\n"
    world.publish(("modules/bibliotheque.md", f"## Un guide {{#guide-d-essai}}\n\n{head}\nÀ lire.\n\n## Un autre {{#autre}}\n\n{kept}\nÀ lire.\n"))
    favour(client, PassageKey("document", "guide-d-essai"))
    favour(client, PassageKey("document", "autre"))
    favour(client)
    told = unzipped(handed(client, garde=[str(row.id) for row in rows(world)]))["favoris.md"].decode()
    assert [line.strip() for line in told.splitlines() if line.startswith("  ")] == ["/lecons/un-b#debut", "https://example.org/guide", "/bibliotheque/autre"]


def test_nothing_ticked_is_said_and_what_was_ticked_comes_back(world: World, client: StrictClient) -> None:
    note(client, "Un")
    handed(client, 422, nom="1")
    assert "Cochez au moins" in words_of(client.page)
    assert [one.get("name") for one in client.page.all("input") if one.get("checked") is not None] == ["nom"]
    handed(client, 422, garde=["999", "x"], fiche="exe")


def test_too_much_for_one_pack_is_said(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    note(client, "Un mot " * 200)
    monkeypatch.setattr(handover_rules, "LIMITS", replace(LIMITS, contents=500))
    handed(client, 422, page="lecon/un-b")
    assert "Faites-en deux" in words_of(client.page)


def test_nobody_hands_over_what_is_another_s(world: World, client: StrictClient, other: StrictClient) -> None:
    note(client, "À moi seule")
    note(other, "À elle")
    assert b"moi seule" not in b"".join(unzipped(handed(other, garde=[row_of(world, "debut")], page="lecon/un-b")).values())


# --- In ---


def test_it_is_seen_then_stored_then_found_and_never_mixed_up(world: World, client: StrictClient, other: StrictClient) -> None:
    note(client, "Voir Paul au rectorat")
    favour(client)
    data = handed(client, page="lecon/un-b", garde=row_of(world, "debut", favourite=True), nom="1")
    note(other, "La mienne")
    page = look(other, data)
    assert "De Inès Carpentier" in words_of(page)
    assert "Voir Paul au rectorat" in words_of(page)
    assert len(rows(world, 2)) == 1, "nothing is stored yet"
    page = other.submit(RECEIVE_TICKED)
    assert "Reçu de Inès Carpentier le 24 novembre 2026" in words_of(page)
    lesson = words_of(other.see("/lecons/un-b"))
    assert "Voir Paul au rectorat" in lesson
    assert "La mienne" in lesson
    assert texts(world, 2) == {"debut": "La mienne"}
    assert favourites(world, 2) == [], "what was received is no favourite of theirs"
    assert "Reçu de Inès Carpentier" in words_of(other.see("/recherche?q=rectorat"))
    assert "rectorat" not in words_of(other.see(CHOOSE)), "nor is it handed on"
    assert len(rows(world)) == 2, "whoever handed it over still has it"


def test_a_received_note_is_never_called_one_s_own(world: World, client: StrictClient) -> None:
    world.publish(("modules/glossaire.md", GLOSSARY))
    word = {**ENTRY, "genre": "mot", "ref": "glossaire", "ancre": "rep"}
    receive(client, pack({**CONTENT, "entrees": [ENTRY, word]}))
    (said,) = (one.get("aria-label") for one in client.see("/lecons/un-b").all("div") if one.get("role") == "note")
    assert said.startswith("Reçu de Paul le")
    assert client.see("/glossaire").link("Note reçue")
    note(client, "La mienne", PassageKey("mot", "glossaire", "rep"))
    assert client.see("/glossaire").link("Ma note")


def test_twice_it_is_there_once(world: World, client: StrictClient) -> None:
    receive(client, pack())
    assert len(rows(world)) == 2
    page = look(client, pack())
    assert words_of(page).count("(déjà reçu)") == 2
    receive(client, pack({**CONTENT, "auteur": "Un autre nom"}), entree=["0", "1"])
    assert len(rows(world)) == 2
    receive(client, pack(with_entry(texte="Autre chose")))
    assert sorted(row.text for row in rows(world)) == ["", "Autre chose", "Voir Paul"]
    assert take_away(client, rows(world)[0].id, then="carnet").status_code == 303
    assert len(rows(world)) == 2


def test_only_what_is_ticked_and_what_went_is_said(world: World, client: StrictClient) -> None:
    world.publish(courses.lesson("un-b", body="Plus rien."))
    page = look(client, pack())
    assert words_of(page).count("(passage qui n’existe plus ici)") == 2
    page = client.submit(RECEIVE_TICKED, entree="1")
    assert [row.favourite for row in rows(world)] == [True]
    assert "Première partie" in words_of(page)
    receive(client, pack(), entree=None)
    assert len(rows(world)) == 1


def test_two_at_once_are_there_once(either: World) -> None:
    either.person()
    windows = [either.client() for _ in range(3)]
    for window in windows:
        look(window, pack())
    forms = [window.page.form(RECEIVE_TICKED) for window in windows]
    assert either.together(3, lambda number: windows[number].post(forms[number]["action"], data=forms[number]["fields"]).status_code) == [303] * 3
    assert len(rows(either)) == 2


def test_a_full_notebook_says_so(world: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.learner.notebook.handover.MOST_RECEIVED", 1)
    look(client, pack())
    page = client.submit(RECEIVE_TICKED, 422)
    assert "ne peut pas recevoir plus" in words_of(page)
    assert rows(world) == []


DEEP = b"[" * 100_000
HOSTILE: dict[str, Any] = {
    "empty": b"",
    "no zip": b"%PDF-1.7 rien",
    "huge": b"PK\x03\x04" + b"x" * LIMITS.file,
    "a bomb": bomb(20, CONTENTS),
    "a link": with_link(name=CONTENTS),
    "a way out": pack_zip({"../../etc/passwd": b"x", MANIFEST: b"{}"}),
    "locked": locked(pack()),
    "many files": pack(more={f"{number}.txt": b"x" for number in range(40)}),
    "no manifest": pack_zip({CONTENTS: json.dumps(CONTENT).encode()}),
    "a manifest of another shape": pack_zip({MANIFEST: b"[1, 2]", CONTENTS: b"{}"}),
    "a deep manifest": pack_zip({MANIFEST: DEEP, CONTENTS: b"{}"}),
    "another version": pack(version=3),
    "a file of no document": pack(more={"documents/a.pdf": b"x"}),
    "a document without its file": pack(with_entry(fichier="a.pdf")),
    "a program": pack(with_entry(fichier="a.exe"), more={"documents/a.exe": b"MZ"}),
    "a file elsewhere": pack(with_entry(fichier="../a.pdf")),
    "a file of another shape": pack(with_entry(fichier=["a.pdf"])),
    "a bomb among documents": bomb(20, "documents/a.pdf"),
    "another format": pack(format="croisee-cours"),
    "another digest": pack(fichiers={CONTENTS: "0" * 64}),
    "digests of another shape": pack(fichiers=["a"]),
    "no contents": pack(b"", fichiers={}),
    "no JSON": pack(b"\xff\xfe{"),
    "deep": pack(DEEP),
    "a list": pack([1]),
    "no entries": pack({"auteur": "", "date": "2026-11-24"}),
    "entries of another shape": pack({**CONTENT, "entrees": [3]}),
    "too many": pack({**CONTENT, "entrees": [{**ENTRY, "ancre": f"a{number}"} for number in range(LIMITS.entries + 1)]}),
    "too much": pack({**CONTENT, "entrees": [{**ENTRY, "ancre": f"a{number}", "texte": "é" * LONGEST} for number in range(200)]}),
    "twice the same": pack({**CONTENT, "entrees": [ENTRY, ENTRY]}),
    "a long text": pack(with_entry(texte="x" * (LONGEST + 1))),
    "a number": pack(with_entry(texte=12)),
    "an unknown kind": pack(with_entry(genre="inconnu")),
    "a path": pack(with_entry(ref="../un-b")),
    "a long title": pack(with_entry(titre="x" * 400)),
    "a letter of control": pack(with_entry(texte="a\x00b")),
    "half a letter": pack(with_entry(texte="a\ud800b")),
    "no day": pack(with_entry(date="hier")),
    "a day before all": pack(with_entry(date="0001-01-01")),
    "a long author": pack({**CONTENT, "auteur": "x" * 400}),
    "a huge number": pack(b'{"entrees": ' + b"9" * 10_000 + b"}"),
}


def test_a_hostile_file_is_refused_with_a_sentence_and_nothing_is_stored(world: World, client: StrictClient) -> None:
    for name, data in HOSTILE.items():
        page = look(client, data, 422)
        (said,) = (one for one in page.all("div") if one.get("role") == "alert")
        assert len(page.text_of(said)) > 40, name
    assert rows(world) == []


def test_what_comes_back_from_the_page_is_judged_again(world: World, client: StrictClient) -> None:
    look(client, pack())
    fields = client.page.form(RECEIVE_TICKED)["fields"]
    for contents in ("", "{}", json.dumps(with_entry(texte="x" * 5000)), "x" * 700_000):
        assert client.post("/carnet/passation/recu", data={**fields, "contents": contents}).status_code == 422
    assert rows(world) == []
    assert client.post("/carnet/passation/recu", data={**fields, "entree": ["7", "-1", "x", "99999999999"]}).status_code == 303
    assert rows(world) == []


@pytest.mark.parametrize("role", Role)
def test_whoever_has_an_account_hands_over_and_receives(world: World, role: Role) -> None:
    world.person("Une Autre", role=role)
    receive(world.client("Une Autre"), pack())
    assert len(rows(world)) == 2
