"""What several tests share: a lesson given to read in a file, from its page to the remarks: recognised, compared with what it was made from, merged with what it has become, kept or not."""

from __future__ import annotations

import io

import pytest

from app.identity.rules import Role
from tests.record.world import World
from tests.strict import StrictClient

LESSON = "/atelier/documents/un-a"
PAGE = f"{LESSON}/fichier-a-relire"


@pytest.fixture
def theo(world: World) -> int:
    return world.person("Théo Formateur", role=Role.TRAINER, enrolled=False)


@pytest.fixture
def author(world: World, theo: int) -> StrictClient:
    return world.signed_in(theo)


def sent(author: StrictClient, extension: str = "docx", page: str = PAGE) -> bytes:
    author.see(page)
    author.submit("Fichier Word (.docx)" if extension == "docx" else "Fichier LibreOffice (.odt)", follow=False)
    address = next(str(each.get("href")) for each in author.see(page).all("a") if str(each.get("href")).endswith(f"/{extension}"))
    data: bytes = author.get(address).data
    return data


def brought(author: StrictClient, data: bytes, name: str = "relu.docx") -> None:
    author.see("/atelier/importer")
    author.submit("Regarder", files=(io.BytesIO(data), name))
