"""nginx, with the places of `deploy/nginx.conf`, sends what the site agreed to: from the folder, from the bucket, to nobody who asks for it by itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from app.platform.settings import ROOT
from tests.authoring.incoming.library import made
from tests.authoring.incoming.pictures import picture
from tests.bench.serving import free_port
from tests.browsers import served
from tests.learner.reference.library.library_pages import LESSON, PATH, TEXT, keep
from tests.platform.storage.hosts import closed, site_of
from tests.proofs.shipped import nginx
from tests.record import courses
from tests.record.world import Clock, World

pytestmark = pytest.mark.proof

SERVER = "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {upstream}; }}\n{places}\n}}"


def places_of(folder: Path, bucket_url: str) -> str:
    """Both locations of the file that is shipped, the second without its signs."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    found = re.findall(r"^    location /_media/ \{.*?^    \}|^    # location /_seau/ \{.*?^    # \}", text, re.MULTILINE | re.DOTALL)
    assert len(found) == 2
    plain = "\n".join(found).replace("    # ", "    ")
    assert plain.count("https://s3.exemple.fr") == 1
    plain = plain.replace("https://s3.exemple.fr", bucket_url).replace("s3.exemple.fr", bucket_url.partition("//")[2])
    return plain.replace("/var/lib/croisee/media/", f"{folder}/media/")


@pytest.mark.parametrize("in_bucket", [False, True])
def test_nginx_sends_what_the_site_agreed_to(tmp_path: Path, clock: Clock, bucket: dict[str, Any], in_bucket: bool) -> None:
    world: World = site_of(tmp_path / "instance", clock, downloads="mandataire", **(bucket if in_bucket else {}))
    image, file = picture(), made.pdf()
    keep(world, (PATH, TEXT), courses.module("le-module", ["la-lecon"]), LESSON, synthese__pdf=file, plan__png=image)
    name = f"{world.course().media['library']['plan.png']}.png"
    cookie = world.signed_in(world.person()).get_cookie("croisee")
    assert cookie is not None
    port = free_port()

    def asked(path: str, **headers: str) -> Any:
        return urlopen(Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"croisee={cookie.value}", **headers}))

    with served(world.app) as upstream:
        places = places_of(world.app.config["CROISEE"].instance_path, bucket["bucket_url"])
        with nginx(tmp_path, SERVER.format(port=port, upstream=upstream, places=places), port):
            with asked(f"/media/{name}") as shown:
                assert (shown.read(), shown.headers["Content-Type"], shown.headers["X-Content-Type-Options"]) == (image, "image/png", "nosniff")
                assert "immutable" in shown.headers["Cache-Control"]
            with asked("/bibliotheque/synthese-d-essai/fichier") as sent:
                assert (sent.read(), sent.headers["Content-Disposition"]) == (file, "attachment; filename=synthese.pdf")
                assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            with asked("/bibliotheque/synthese-d-essai/fichier", Range="bytes=0-3") as part:
                assert (part.status, part.read()) == (206, file[:4])
            for alone in (f"/_media/{name}", f"/_seau/{bucket['bucket']}/media/{name}"):
                with pytest.raises(HTTPError, match="404") as refused:
                    asked(alone)
                refused.value.close()
    closed(world.app)
