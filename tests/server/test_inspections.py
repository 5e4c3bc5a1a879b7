"""The quiet parts of filing: numbers without gaps, statements that are prepared, values that can be kept, clocks that can be believed."""

import socket
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.hazards.opening import same_place_key, title_of
from server.ids import new_id
from server.inspections.clocks import read_times
from server.inspections.decoding import Unreadable, read_submission
from server.inspections.field_values import Fix, clean, fact_text, read_days, read_id, read_instant
from server.inspections.marks import Mark, derived_marks, in_order, label_of
from server.inspections.schemas import ClockReading, InspectionDocument, Position
from server.models import Document, Inspection, NumberCounter
from server.models.base import table_of
from server.numbering import take_number, take_numbers, year_number
from server.photos.service import PhotoState
from server.prepared import Prepared, PreparedAmong
from tests.cast import World
from tests.doors import Phone, running
from tests.mobile_api.filings import check, file
from tests.mobile_api.live import at_once, phone_client, serving

NEEDED = (("answers", "findings"),)
counter = table_of(NumberCounter)


def test_numbers_are_counted_per_park_kind_and_year(world: World) -> None:
    with world.database.write() as connection:
        assert take_number(connection, world.park_id, "hazard", 2026) == 1
        assert list(take_numbers(connection, world.park_id, "hazard", 2026, 3)) == [2, 3, 4]
        assert take_number(connection, world.park_id, "hazard", 2027) == 1
        assert take_number(connection, world.park_id, "inspection", 2026) == 1
        assert take_number(connection, world.other_park_id, "hazard", 2026) == 1
    assert year_number("YH", 2026, 147) == "YH-2026-0147"
    assert year_number("YH", 2026, 12345) == "YH-2026-12345"


def test_a_number_taken_in_vain_is_given_out_again(world: World) -> None:
    def take_and_fail() -> None:
        with world.database.write() as connection:
            take_numbers(connection, world.park_id, "hazard", 2026, 5)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        take_and_fail()
    with world.database.write() as connection:
        assert take_number(connection, world.park_id, "hazard", 2026) == 1


def test_writers_at_once_get_different_numbers(world: World) -> None:
    def take(_: int) -> list[int]:
        taken = []
        for _ in range(5):
            with world.database.write() as connection:
                taken.append(take_number(connection, world.park_id, "hazard", 2026))
        return taken

    assert sorted(number for numbers in at_once(6, take) for number in numbers) == list(range(1, 31))


def test_a_prepared_statement_fails_like_any_other(world: World) -> None:
    add = Prepared(lambda _: insert(counter), writes=counter.c.keys())
    row = {"park_id": world.park_id, "kind": "hazard", "year": 2026, "value": 1}
    with world.database.write() as connection:
        assert add.run(connection, row) == 1
    with pytest.raises(IntegrityError), world.database.write() as connection:
        add.run(connection, row)
    nowhere = Prepared(lambda _: update(counter).where(counter.c.kind == bindparam("which")).values(value=7))
    with world.database.write() as connection:
        assert nowhere.run(connection, {"which": "nothing"}) == 0
        with pytest.raises(KeyError):
            nowhere.run(connection, {})


@pytest.mark.parametrize("count", [0, 1, 8, 9, 400, 401])
def test_rows_are_found_among_however_many_values(world: World, count: int) -> None:
    years = range(2000, 2450)
    add = Prepared(lambda _: insert(counter), writes=counter.c.keys())
    among = PreparedAmong(
        lambda sought: select(counter.c.year).where(counter.c.park_id == bindparam("park"), counter.c.year.in_(sought)),
        returns=[counter.c.year],
    )
    with world.database.write() as connection:
        add.run_many(connection, [{"park_id": world.park_id, "kind": "hazard", "year": year, "value": 1} for year in years])
        found = among.fetch_all(connection, years[:count], {"park": world.park_id})
        assert among.fetch_all(connection, years, {"park": world.other_park_id}) == []
    assert sorted(row.year for row in found) == list(years[:count])


def test_a_prepared_statement_gives_back_what_the_columns_mean(world: World) -> None:
    find = Prepared(lambda _: select(counter).where(counter.c.kind == bindparam("which")), returns=tuple(counter.c))
    with world.database.write() as connection:
        take_number(connection, world.park_id, "hazard", 2026)
        row = find.fetch_one(connection, {"which": "hazard"})
        assert row is not None
        assert (row.park_id, row.kind, row.year, row.value) == (world.park_id, "hazard", 2026, 1)
        assert isinstance(row.park_id, UUID)
        assert find.fetch_one(connection, {"which": "nothing"}) is None
        with pytest.raises(LookupError):
            find.fetch_value(connection, {"which": "nothing"})


def test_a_full_disk_refuses_with_507_keeps_nothing_and_files_once_there_is_room(sqlite_world: World) -> None:
    document, document_id = check(sqlite_world, note="长" * 20_000), new_id()
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        assert file(phone, check(sqlite_world)).status_code == 201
        driver: sqlite3.Connection = app.state.services.database._writer.connection.dbapi_connection
        (pages,) = driver.execute("PRAGMA page_count").fetchone()
        driver.execute(f"PRAGMA max_page_count={pages}")
        refused = file(phone, document, document_id)
        # The connection that met the full disk is closed; the next one sees a disk with room again.
        held = phone.get("receipts", params={"id": str(document_id)}).json()
        accepted = file(phone, document, document_id)
    assert (refused.status_code, refused.json()["type"]) == (507, "/problems/storage-full")
    assert held["unknown"] == [str(document_id)]
    assert accepted.status_code == 201


def test_a_connection_cut_in_the_middle_leaves_nothing_behind(world: World) -> None:
    document_id = new_id()
    with serving(world) as address:
        host, port = address.removeprefix("http://").split(":")
        for share in (0, 1, 500):
            with socket.create_connection((host, int(port))) as half:
                head = f"PUT /mobile/v1/inspections/{document_id} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n"
                head += f"content-type: application/json\r\nauthorization: Bearer {world.device_tokens['inspector']}\r\n\r\n"
                half.sendall(head.encode() + b'{"answers":['[: share or None] if share else head.encode())
        with phone_client(address, world) as client:
            whole = client.put(f"/inspections/{document_id}", json=check(world))
    assert whole.status_code == 201
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Document)) == 1


def test_the_same_answer_comes_when_the_first_was_never_read(world: World) -> None:
    document, document_id = check(world), new_id()
    with serving(world) as address:
        with phone_client(address, world) as client:
            client.timeout = httpx.Timeout(30, read=0.0001)
            with pytest.raises(httpx.ReadTimeout):
                client.put(f"/inspections/{document_id}", json=document)
        with phone_client(address, world) as client:
            again = client.put(f"/inspections/{document_id}", json=document)
    assert again.status_code in {200, 201}
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Inspection)) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T09:00:00+08:00", datetime(2026, 11, 20, 1, tzinfo=UTC)),
        ("2026-11-20T01:00:00Z", datetime(2026, 11, 20, 1, tzinfo=UTC)),
        ("2026-11-20T01:00:00.123456Z", datetime(2026, 11, 20, 1, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-20T09:00:00", None),
        ("2026-11-20", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("2026-13-20T09:00:00Z", None),
        ("2026-11-20T09:00:00Z" + " " * 40, None),
    ],
)
def test_an_instant_has_its_zone_and_a_year_that_can_be(text: str, expected: datetime | None) -> None:
    assert read_instant(text) == expected


def test_texts_are_kept_without_what_no_column_or_paper_can_carry() -> None:
    assert clean(" a\0b\x1b[31m\n\t ") == "ab[31m"
    assert clean("第一行\n第二行") == "第一行\n第二行"
    assert clean("长" * 50, 10) == "长" * 9 + "…"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "yes"),
        (False, "no"),
        ("unknown", "unknown"),
        (3, "3"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (None, ""),
        ([], ""),
        (10**400, ""),
    ],
)
def test_answers_to_questions_are_kept_as_written(value: Any, expected: str) -> None:
    assert fact_text(value) == expected


def test_ids_days_and_positions_that_cannot_be_are_none() -> None:
    assert read_id("0147") is None
    assert read_id("g" * 32) is None
    assert (read_days(-1), read_days(10**9), read_days(15)) == (None, None, 15)
    assert Fix(Position(latitude=91, longitude=0)).latitude is None
    assert Fix(Position(latitude=27.6, longitude=113.5, accuracy_m=-5)).accuracy_m is None
    assert round(Fix(Position(latitude=27.6612, longitude=113.5127)).metres_to(27.6702, 113.5127)) == 1001


def test_places_are_compared_without_width_case_spaces_and_signs() -> None:
    assert same_place_key(" ３号窑-东侧（A区） ") == same_place_key("3号窑 东侧(a区)")
    assert same_place_key("3号窑") != same_place_key("4号窑")


def test_a_title_is_the_first_sentence_cut_short() -> None:
    assert title_of("燃气报警被关停。十分危险", None) == "燃气报警被关停"
    assert title_of("", None) == "（未写描述）"
    assert len(title_of("长" * 99, None)) == 40


def test_marks_stand_in_one_order_and_say_what_arrived() -> None:
    assert in_order({"no_signature", "clock_off", "written_by_a_later_release"}) == [
        "clock_off",
        "no_signature",
        "written_by_a_later_release",
    ]
    assert label_of("clock_off") == Mark.CLOCK_OFF.label
    states = [PhotoState(sha256="a", state="missing"), PhotoState(sha256="b", state="stored", readable=False)]
    assert derived_marks(states) == {"missing_photo", "unreadable_photo"}
    assert derived_marks([PhotoState(sha256="b", state="stored", readable=None)]) == set()


def test_a_wild_clock_with_gps_time_of_another_age_is_not_believed_either() -> None:
    now = datetime(2026, 11, 20, 1, tzinfo=UTC)
    clock = ClockReading(device_at="2016-11-20T09:00:00+08:00", gps_at="2036-11-20T09:00:00+08:00")
    times = read_times(started="", finished="", clock=clock, sent_device_at=None, received_at=now)
    assert (times.day.isoformat(), times.at, times.is_believed) == ("2026-11-20", now, False)


def test_a_day_never_lies_after_its_arrival() -> None:
    now = datetime(2026, 11, 20, 15, 58, tzinfo=UTC)
    finished = (now + timedelta(minutes=8)).isoformat()
    times = read_times(started="", finished=finished, clock=None, sent_device_at=None, received_at=now)
    assert times.day.isoformat() == "2026-11-20"
    assert times.marks == frozenset()


def test_the_same_value_in_either_format_is_the_same_document() -> None:
    import msgspec

    value = {"note": "同一份", "answers": [{"item": "GEN-001", "result": "pass"}], "n": 1.5}
    from_json = read_submission(msgspec.json.encode(value), "application/json", InspectionDocument, NEEDED)
    packed = read_submission(msgspec.msgpack.encode(value), "application/vnd.msgpack", InspectionDocument, NEEDED)
    assert from_json.sha256 == packed.sha256
    assert from_json.body == packed.body
    with pytest.raises(Unreadable, match="answers"):
        read_submission(b"{}", "", InspectionDocument, NEEDED)
