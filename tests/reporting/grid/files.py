"""What several tests share: files: the rows, the filter and the figures of the screen; nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

from tests.strict import StrictClient


def csv_rows(client: StrictClient, address: str) -> list[list[str]]:
    data = client.get(f"/pilotage/personnes.csv?{address}").get_data()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
