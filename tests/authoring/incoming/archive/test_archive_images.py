"""Images of an archive that another program wrote: they keep their bytes on the site that has them, and are written again on any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.authoring.incoming import archive_files
from app.authoring.incoming.archive import FileOutcome, published_course
from app.authoring.incoming.image_process import answers
from tests.authoring.incoming.pictures import picture
from tests.authoring.incoming.zips import unzipped, zipped
from tests.authoring.sites import IMAGE, Site, site_with
from tests.content.course_folder import LESSON

FOREIGN = picture(optimize=True)
DRAWN = picture()
"""The same as the atelier writes it."""


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Site]:
    """A site whose image another program wrote."""
    with site_with(tmp_path, FOREIGN) as site:
        yield site


def outcomes(site: Site, data: bytes) -> dict[str, FileOutcome]:
    return {verdict.path: verdict.outcome for verdict in site.plan(data).verdicts}


def test_an_image_of_another_program_keeps_its_bytes_where_it_is_and_is_written_once_elsewhere(foreign: Site, two: Site) -> None:
    data = foreign.export()
    assert unzipped(data)[IMAGE] == FOREIGN
    assert set(outcomes(foreign, data).values()) == {FileOutcome.UNCHANGED}
    assert "seule l’image" in next(each.said for each in two.plan(data).verdicts if each.path == IMAGE)
    assert two.bring_in(data) == len(foreign.state())
    assert [path.read_bytes() for path in two.media.iterdir()] == [DRAWN]
    assert set(outcomes(two, data).values()) == {FileOutcome.UNCHANGED}
    two.publish(LESSON, unzipped(data)[LESSON].decode().replace("## À retenir", "Écrit là-bas.\n\n## À retenir"))
    assert outcomes(two, data)[LESSON] is FileOutcome.NEWER_HERE  # what the archive remembers is said of the image as it is there


def test_an_image_that_a_text_once_showed_comes_back_with_its_bytes(foreign: Site) -> None:
    data = foreign.export()
    foreign.publish(LESSON, unzipped(data)[LESSON].decode())
    assert unzipped(foreign.export())[IMAGE] == DRAWN
    without = zipped({path: text for path, text in unzipped(data).items() if path != archive_files.MEMORY})
    assert archive_files.read_archive(without, answers, foreign.do(published_course).digests).pictures[IMAGE].data == FOREIGN


def test_a_text_changed_in_an_archive_from_elsewhere(foreign: Site, two: Site) -> None:
    """Taken to the second site it is a change, as ever; brought back from there a conflict: its image is not the one that left."""
    two.bring_in(foreign.export())
    for here, there, outcome in ((foreign, two, FileOutcome.CHANGED), (two, foreign, FileOutcome.CONFLICT)):
        files = unzipped(here.export())
        assert outcomes(there, here.export())[LESSON] in (FileOutcome.UNCHANGED, FileOutcome.NEWER_HERE)
        text = files[LESSON].decode().replace("## À retenir", "Écrit dans le fichier.\n\n## À retenir")
        assert outcomes(there, zipped({**files, LESSON: text}))[LESSON] is outcome
