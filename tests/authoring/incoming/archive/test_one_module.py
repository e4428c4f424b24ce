"""One module from one site to another: whole by itself, signed, told for what it is whatever was done to it on the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from msgspec.structs import replace

from app.authoring.incoming.archive import signature
from app.authoring.incoming.archive.one_module import module_archive
from app.authoring.incoming.archive.queries import FileOutcome
from app.authoring.incoming.archive.signature import NAME, About, Standing
from app.content.store.queries import course
from app.platform.errors import NotYours
from app.platform.storage.folder import FolderStore
from app.record.attestations import keys
from tests.authoring.incoming.pictures import picture
from tests.authoring.incoming.zips import unzipped
from tests.authoring.sites import IMAGE, LATER, Site, site_with
from tests.content.course_folder import LESSON

SOURCE = "[^s9]: Un rapport, ANCT, 2024, <https://example.org/rapport> (catégorie : rapport public ; lu : original ; vérifié : 2026-11)"
ELSEWHERE = "---\nid : autre-un\ntitre : Une autre leçon\ndurée : 5\nachèvement : lu\n---\n\nDes faits.\n\n## À retenir\n\n- Un point.\n"


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Site]:
    """Its lesson calls a source of the course's list and links to a lesson that stays."""
    with site_with(tmp_path, picture()) as site:
        site.publish("modules/sources.md", f"Les sources.\n\n{SOURCE}\n")
        site.publish("modules/autre/01-un.md", ELSEWHERE)
        lesson = next(text for path, text in unzipped(site.export()).items() if path == LESSON).decode()
        site.publish(
            LESSON,
            lesson.replace("auteur", "")
            .replace("## À retenir", "Voyez [ailleurs](autre-un) et un rapport.[^s9]\n\n## À retenir")
            .replace("achèvement : lu", "achèvement : lu\nauteur : Inès Carpentier"),
        )
        settings = site.app.config["CROISEE"] = replace(site.app.config["CROISEE"], site_url="https://un.example")
        site.do(lambda session: keys.prepare_key(session, settings.instance_path, LATER, bits=2048))
        yield site


def leaving(site: Site, module: str = "exemple") -> bytes:
    data: bytes = site.do(lambda session: module_archive(session, site.app.config["CROISEE"], FolderStore(site.media), module, "CC BY-SA 4.0"))
    return data


def test_it_stands_by_itself_elsewhere_and_says_where_it_comes_from(one: Site, two: Site) -> None:
    data = leaving(one)
    assert data == leaving(one), "the same bytes for the same module"
    assert set(unzipped(data)) == {"modules/exemple/module.md", LESSON, IMAGE, "quizzes/exemple-un-quiz.md", "croisee.json", NAME}
    plan = two.plan(data)
    assert plan.acceptable
    said = plan.provenance
    assert (said.standing, said.about) == (
        Standing.OTHER,
        About("https://un.example/", "Croisée", "Un module d’exemple", "CC BY-SA 4.0", ("Inès Carpentier",), ("Une autre leçon",)),
    )
    assert said.key_address.startswith("https://un.example/badges/cles/")
    assert two.bring_in(data) == 3
    lesson = two.do(course).lessons["exemple-un"]
    assert [source.label for source in two.do(course).sources_of(lesson)] == ["s1", "s9"]
    assert "](https://un.example/lecons/autre-un)" in unzipped(two.export())[LESSON].decode()


def test_come_back_to_its_site_it_changes_nothing(one: Site) -> None:
    plan = one.plan(leaving(one))
    assert plan.provenance.standing is Standing.OURS
    assert {verdict.outcome for verdict in plan.verdicts} <= {FileOutcome.UNCHANGED, FileOutcome.NEWER_HERE}
    assert plan.texts == ()


def test_it_clashes_by_its_ids_with_what_stands_there(one: Site, two: Site) -> None:
    two.publish("modules/mien/01-un.md", ELSEWHERE.replace("autre-un", "exemple-un"))
    plan = two.plan(leaving(one))
    assert not plan.acceptable
    assert [verdict.path for verdict in plan.verdicts if verdict.outcome is FileOutcome.CONFLICT] == [LESSON]


def test_a_site_without_a_key_or_an_address_sends_it_as_it_is(one: Site, two: Site) -> None:
    one.app.config["CROISEE"] = replace(one.app.config["CROISEE"], site_url="")
    (one.app.config["CROISEE"].instance_path / keys.FILE).unlink()
    plan = two.plan(leaving(one))
    assert plan.provenance.standing is Standing.ABSENT
    assert [problem.code for verdict in plan.verdicts for problem in verdict.problems if problem.is_error] == ["E13"], "what is missing is said by its line"
    with pytest.raises(NotYours):
        leaving(one, "inconnu")


# --- Signatures ---------------------------------------------------------------------------------------------------------

FILES = {"modules/a/module.md": b"un", "modules/a/01.md": b"deux"}


@cache
def key(number: int = 0) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": f"cle-{number}"})


def archive(**told: Any) -> dict[str, bytes]:
    return {**FILES, NAME: signature.signed(FILES, About(title="Un module"), key(), "https://un.example/badges/cles/a")}


def forged(payload: dict[str, Any], header: dict[str, Any] | None = None, by: Any = None) -> bytes:
    head = {"alg": "RS256", "typ": signature.KIND, **(header or {})}
    return jws.serialize_compact(head, json.dumps(payload).encode(), by or key(), algorithms=[head["alg"]]).encode()


def payload(**changes: Any) -> dict[str, Any]:
    public = {name: value for name, value in key().as_dict(private=False).items() if name in ("kty", "n", "e")}
    return {"about": {}, "files": {}, "key": public, "key_address": "", **changes}


Change = Callable[[dict[str, bytes]], Any]


@pytest.mark.parametrize(("change", "standing", "named"), [
    (lambda _: None, Standing.OTHER, ()),
    (lambda files: files.pop(NAME), Standing.ABSENT, ()),
    (lambda files: files.update({"modules/a/01.md": b"trois"}), Standing.CHANGED, ("modules/a/01.md",)),
    (lambda files: files.update({"modules/a/02.md": b"de plus"}), Standing.CHANGED, ("modules/a/02.md",)),
    (lambda files: files.pop("modules/a/01.md"), Standing.CHANGED, ("modules/a/01.md",)),
    (lambda files: files.update({NAME: files[NAME][:-8] + b"AAAAAAAA"}), Standing.INVALID, ()),
    (lambda files: files.update({NAME: b"."}), Standing.INVALID, ()),
    (lambda files: files.update({NAME: b"\xff\x00"}), Standing.INVALID, ()),
    (lambda files: files.update({NAME: b"a" * (signature.LARGEST + 1)}), Standing.INVALID, ()),
    (lambda files: files.update({NAME: forged(payload(), {"typ": "JWT"})}), Standing.INVALID, ()),
    (lambda files: files.update({NAME: forged(payload(), by=key(1))}), Standing.INVALID, ()),
    (lambda files: files.update({NAME: forged(payload(), {"alg": "HS256"}, OctKey.import_key("un secret que tous connaissent"))}), Standing.INVALID, ()),
    (lambda files: files.update({NAME: forged(payload(key={"kty": "RSA", "n": "AQAB", "e": "AQAB"}))}), Standing.INVALID, ()),
    (lambda files: files.update({NAME: forged(payload(files=[1]))}), Standing.INVALID, ()),
    (lambda files: files.update({NAME: forged(payload(about="moi"))}), Standing.INVALID, ()),
    (lambda files: files.update({NAME: forged([])}), Standing.INVALID, ()),  # type: ignore[arg-type]
])  # fmt: skip
def test_whatever_was_done_to_it_is_said(change: Change, standing: Standing, named: tuple[str, ...]) -> None:
    files = archive()
    change(files)
    found = signature.checked(files, ())
    assert (found.standing, found.changed) == (standing, named)
    assert found.sure is (standing is Standing.OTHER)


def test_signed_again_by_somebody_else_it_has_another_thumbprint() -> None:
    mine, other = (signature.checked({**FILES, NAME: signature.signed(FILES, About(), each, "")}, (key().thumbprint(),)) for each in (key(), key(1)))
    assert (mine.standing, other.standing) == (Standing.OURS, Standing.OTHER)
    assert mine.thumbprint != other.thumbprint


def test_long_words_are_cut() -> None:
    about = About(title="é" * 1000, authors=tuple("abc" * 100 for _ in range(100)))
    found = signature.checked({**FILES, NAME: signature.signed(FILES, about, key(), "x" * 1000)}, ())
    assert (len(found.about.title), len(found.about.authors), len(found.about.authors[0]), len(found.key_address)) == (200, 50, 200, 200)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_signature_or_not(data: bytes) -> None:
    assert signature.checked({**FILES, NAME: data}, ()).standing is Standing.INVALID
