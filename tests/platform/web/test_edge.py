"""What comes from outside, whatever it is: numbers, days, texts and paths that no database could hold."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import IO

import pytest
from flask import Flask, request, url_for
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import BuildError

from app.platform.french import PARIS
from app.platform.web.edge import (
    EARLIEST,
    LARGEST,
    LATEST,
    NOT_A_DAY,
    SEARCH_LENGTH,
    Fields,
    at_most,
    bounded_int,
    csv_table,
    download,
    nearest_page,
    parse_day,
    parse_moment,
    public_address,
    searched_words,
    storable,
    streamed_file,
    written_file,
)
from app.platform.web.templating import Templates
from tests.strict import StrictClient


def test_an_address_that_is_kept_is_the_one_that_would_be_made(app: Flask) -> None:
    """By its endpoint, its values, and where the application begins; with its host, it is made anew. Templates ask the same one."""
    assert app.jinja_env.globals["url_for"] == app.url_for
    assert isinstance(app.jinja_env, Templates), "something asked for Jinja's environment before it was said which"
    for root in ("", "/cours"):
        for _ in range(2):
            with app.test_request_context("/", base_url=f"https://un.example{root}"):
                assert url_for("learning.lesson", lesson_id="a") == f"{root}/lecons/a"
                assert url_for("learning.lesson", lesson_id="b", _anchor="suite", partie=None) == f"{root}/lecons/b#suite"
                assert url_for("messages.asking_lesson", lesson_id="a", partie="x y") == url_for("messages.asking_lesson", lesson_id="a", partie="x y")
                assert url_for("learning.lesson", lesson_id="a", _external=True) == f"https://un.example{root}/lecons/a"
    with app.test_request_context("/", base_url="https://deux.example"):
        assert url_for("learning.lesson", lesson_id="a", _external=True) == "https://deux.example/lecons/a"
        assert url_for("learning.lesson", lesson_id="a", _scheme="http") == "http://deux.example/lecons/a"
        with pytest.raises(BuildError):
            url_for("learning.lesson")


@pytest.mark.parametrize("text", ["", "-1", "1.0", "+1", " 1", "٣", "1e3", "0x1", str(2**31), str(2**63), "9" * 5000, "1\n", "un"])
def test_no_number_of_ours(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        bounded_int(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "demain",
        "31/02/2026",
        "09/2026",
        "01/09/26",
        "01/09/1899",
        "01/09/2026 08:00",
        "2026-02-30",
        "0001-01-01",
        "1899-12-31",
        "2101-01-01",
        "9999-12-31",
        "10000-01-01",
        "2026-13-01",
    ],
)
def test_no_day_of_ours(text: str) -> None:
    with pytest.raises(ValueError, match="Indiquez une date entre 1900 et 2100"):
        parse_day(text)


@given(st.integers(0, LARGEST), st.dates(EARLIEST, LATEST))
def test_numbers_and_days_come_back(number: int, day: date) -> None:
    assert bounded_int(str(number)) == number
    assert parse_day(day.isoformat()) == parse_day(f"{day:%d/%m/%Y}") == day


def test_a_day_may_be_written_as_the_refusal_writes_it() -> None:
    (example,) = re.findall(r"[0-9/]{8,}", NOT_A_DAY)
    assert parse_day(example) == parse_day("1/9/2026") == date(2026, 9, 1)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)))  # noqa: DTZ001 — as a field gives them
def test_no_moment_overflows(moment: datetime) -> None:
    read = parse_moment(moment.isoformat())
    assert read.replace(tzinfo=PARIS).astimezone(UTC).astimezone(PARIS).replace(tzinfo=None, fold=0) is not None


@given(st.text(st.characters(codec=None, categories=["L", "N", "P", "Cs", "Cc"])))
def test_text_keeps_all_that_can_be_stored(text: str) -> None:
    kept = storable(text)
    assert "\0" not in kept
    assert kept.encode() == text.replace("\0", "").encode("utf-8", "ignore")


def test_fields_are_cleaned_in_names_and_values(app: Flask) -> None:
    with app.test_request_context("/?a%00b=1%002&q=%ff&q=x", method="POST", data={"texte": "collé\0 ici\r\n"}):
        assert request.args.to_dict(flat=False) == {"ab": ["12"], "q": ["%FF", "x"]}
        assert request.form["texte"] == "collé ici\r\n"
    assert Fields(Fields([("a", "1"), ("a", "2")])).getlist("a") == ["1", "2"]


@pytest.mark.parametrize("number", [2**31, 2**63, "9" * 400])
def test_a_number_that_no_column_holds_is_no_address(number: object, client: StrictClient) -> None:
    for path in (f"/tentatives/{number}", f"/administration/personnes/{number}", f"/tentatives/1/questions/{number}"):
        client.see(path, 404)


def test_a_path_with_a_nul_is_no_address(client: StrictClient) -> None:
    for path in ("/lecons/a%00b", "/static/js/a%00.js", "/attestations/%00"):
        client.see(path, 404)


def test_raw_bytes_in_an_address(client: StrictClient) -> None:
    response = client.get("/connexion", environ_overrides={"QUERY_STRING": "next=\xff\x00/&%zz"})
    assert response.status_code == 200


def test_json_is_nothing(client: StrictClient) -> None:
    for body in ("[1, 2]", '{"email": "\\u0000", "password": "\\ud800"}', "{", "1"):
        assert client.post("/connexion", data=body, content_type="application/json").status_code in (400, 403, 422)


def test_addresses_that_cannot_be_split(client: StrictClient) -> None:
    for headers in ({"Origin": "http://["}, {"Referer": "https://[::1"}):
        assert client.post("/nouveautes", headers=headers, base_url="https://localhost").status_code == 403
    client.see("/connexion?next=http://[", 400)


@pytest.mark.parametrize(
    ("wanted", "total", "shown"),
    [(1, 0, (1, 1)), (0, 120, (1, 3)), (2, 100, (2, 2)), (3, 101, (3, 3)), (9, 101, (3, 3)), (-4, 51, (1, 2))],
)
def test_a_page_out_of_range_is_the_nearest_one(wanted: int, total: int, shown: tuple[int, int]) -> None:
    assert nearest_page(wanted, total, 50) == shown


def test_a_small_table_is_one_that_a_french_spreadsheet_reads() -> None:
    assert csv_table([("Nom", "Note"), ("Zoé; la grande", "=1+1")]).decode("utf-8-sig").split("\r\n") == ["Nom;Note", '"Zoé; la grande";\'=1+1', ""]
    assert csv_table([("a",)]).startswith(b"\xef\xbb\xbf")


def test_a_file_is_kept_under_its_name_and_not_shown(app: Flask) -> None:
    def write(target: IO[bytes]) -> None:
        target.write(b"un texte")

    with app.test_request_context("/"):
        at_once = download(b"a;b", "text/csv", "liste.csv")
        written = written_file(write, "text/plain", "texte.txt")
        streamed = streamed_file(iter([b"un ", b"texte"]), "text/plain", "flux.txt")
        found = [(each.mimetype, each.headers["Content-Disposition"], each.headers.get("Content-Length")) for each in (at_once, written, streamed)]
        written.direct_passthrough = False
        assert (at_once.get_data(), written.get_data(), b"".join(streamed.iter_encoded())) == (b"a;b", b"un texte", b"un texte")
        written.close()
    assert [(kind, length) for kind, _, length in found] == [("text/csv", "3"), ("text/plain", "8"), ("text/plain", None)]
    assert ["attachment; filename=" + name for name in ("liste.csv", "texte.txt", "flux.txt")] == [where.replace('"', "") for _, where, _ in found]


def test_a_text_too_long_is_told_its_bound() -> None:
    assert (at_most(1200).max, str(at_most(1200).message).replace("\u202f", " ").replace("\xa0", " ")) == (1200, "1 200 caractères au plus.")


def test_a_search_is_trimmed_and_cut(app: Flask) -> None:
    with app.test_request_context(f"/?q=%20 rep&mot={'x' * (SEARCH_LENGTH + 1)}"):
        assert (searched_words(), searched_words(name="mot"), searched_words("rien", "autre"), searched_words(name="autre")) == (
            "rep",
            "x" * SEARCH_LENGTH,
            "rien",
            "",
        )


def test_without_an_address_of_its_own_a_demonstration_tells_that_of_the_request(app: Flask) -> None:
    with app.test_request_context("/", base_url="http://ici.example/cours"):
        assert public_address("/lecons/a") == "http://ici.example/cours/lecons/a"
