"""Whatever bytes come, on both databases: a receipt, or a refusal of the catalogue with the bytes kept. Never a 5xx, nothing lost."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from server.ids import new_id
from server.models import Document, SetAsideDocument
from tests.cast import World
from tests.doors import Phone, running
from tests.mobile_api.filings import check, digest

SETTINGS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
texts = st.text(max_size=40) | st.sampled_from(
    ["", "\0", "a\0b", "\ud83d", "=1+1", "x" * 5000, "ELEC-001", "pass", "fail", "2026-11-20T09:00:00+08:00"]
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, 2**63, 2**64, -(2**63) - 1, 10**30])
    | st.floats(allow_nan=True, allow_infinity=True)
    | texts
)
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12)
digests = st.sampled_from([digest("one"), digest("two"), "no digest"])
photo = st.fixed_dictionaries({}, optional={"sha256": digests | anything, "taken_at": anything, "source": anything, "position": anything})
answer = st.fixed_dictionaries({}, optional={"item": anything, "result": st.sampled_from(["pass", "fail"]) | anything, "note": anything})
finding = st.fixed_dictionaries(
    {},
    optional={
        "id": anything,
        "item": st.sampled_from(["CERA-002", "GEN-009"]) | anything,
        "description": anything,
        "location": anything,
        "photos": st.lists(photo, max_size=3) | anything,
        "facts": st.dictionaries(st.sampled_from(["premixed_gas_kiln", "moon"]) | texts, anything, max_size=4) | anything,
        "on_the_spot": st.fixed_dictionaries({}, optional={"measure": anything, "photos": st.lists(photo, max_size=2) | anything})
        | anything,
        "suggested_days": anything,
    },
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "target": anything | st.fixed_dictionaries({}, optional={"id": anything, "name": anything, "kind": anything}),
        "task_id": anything,
        "checklists": anything | st.lists(st.fixed_dictionaries({"code": anything, "edition": anything}), max_size=3),
        "started_at": anything,
        "finished_at": anything,
        "clock": anything | st.fixed_dictionaries({"device_at": anything, "gps_at": anything, "monotonic_ms": anything}),
        "position": anything | st.fixed_dictionaries({"latitude": anything, "longitude": anything, "accuracy_m": anything}),
        "inspectors": anything | st.lists(anything, max_size=3),
        "company_representative": anything,
        "answers": st.lists(answer, max_size=5) | anything,
        "findings": st.lists(finding, max_size=3) | anything,
        "photos": st.lists(photo, max_size=3) | anything,
        "signatures": anything | st.lists(st.fixed_dictionaries({"party": anything, "sha256": digests, "refused": anything}), max_size=3),
        "later": anything,
    },
)


@pytest.fixture
def phone(world: World) -> Iterator[Phone]:
    """王检's phone."""
    with running(world) as app:
        yield Phone(app, world)


def kept(world: World) -> int:
    """How many documents are held, as the record or aside."""
    with world.database.read() as connection:
        counts = [connection.scalar(select(func.count()).select_from(model)) or 0 for model in (Document, SetAsideDocument)]
    return sum(counts)


def send_anything(world: World, phone: Phone, kind: str, content: bytes, content_type: str) -> int:
    """Send bytes twice: the answers agree, are no 5xx, and the bytes are held afterwards."""
    document_id = new_id()
    before = kept(world)
    first, second = (phone.put(f"{kind}/{document_id}", content=content, headers={"content-type": content_type}) for _ in range(2))
    assert first.status_code in {201, 400}, first.text
    assert second.status_code == {201: 200, 400: 400}[first.status_code]
    assert first.content == second.content
    assert kept(world) >= before + 1
    held = phone.get("receipts", params={"id": str(document_id)}).json()
    assert bool(held["receipts"]) == (first.status_code == 201)
    if first.status_code == 400:
        assert first.json()["type"] in {"/problems/unreadable-document", "/problems/id-mismatch"}
        assert len(held["set_aside"]) == 1
    return int(first.status_code)


@SETTINGS
@given(document=documents)
def test_any_document_in_json(world: World, phone: Phone, document: dict[str, Any]) -> None:
    send_anything(world, phone, "inspections", json.dumps(document).encode(), "application/json")


@SETTINGS
@given(document=documents)
def test_any_document_in_messagepack(world: World, phone: Phone, document: dict[str, Any]) -> None:
    try:
        content = msgspec.msgpack.encode(document)
    except (UnicodeEncodeError, OverflowError):
        return
    send_anything(world, phone, "inspections", content, "application/msgpack")


@SETTINGS
@given(added=st.dictionaries(texts, anything, max_size=3))
def test_a_good_check_with_anything_added_is_recorded(world: World, phone: Phone, added: dict[str, Any]) -> None:
    document = {f"later {name}": value for name, value in added.items()} | check(world)
    assert send_anything(world, phone, "inspections", json.dumps(document).encode(), "application/json") == 201


@SETTINGS
@given(
    document=st.fixed_dictionaries(
        {"hazard_id": st.just(str(new_id())) | anything, "result": st.sampled_from(["pass", "fail"]) | anything},
        optional={
            "reason": anything,
            "photos": st.lists(photo, max_size=3) | anything,
            "at": anything,
            "inspectors": anything,
            "clock": anything,
        },
    )
)
def test_any_second_look(world: World, phone: Phone, document: dict[str, Any]) -> None:
    send_anything(world, phone, "re-inspections", json.dumps(document).encode(), "application/json")


@SETTINGS
@given(content=st.binary(max_size=300), content_type=st.sampled_from(["application/json", "application/msgpack", "text/plain", ""]))
def test_any_bytes(world: World, phone: Phone, content: bytes, content_type: str) -> None:
    send_anything(world, phone, "inspections", content, content_type)


HOSTILE = {
    "deep lists": b'{"answers":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"answers":[],"x":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    "a number of five thousand digits": b'{"answers":[],"x":' + b"9" * 5000 + b"}",
    "a number beyond range": b'{"answers":[],"position":{"latitude":1e400,"longitude":-1e400}}',
    "not a number": b'{"answers":[NaN, Infinity],"position":{"latitude":NaN,"longitude":1}}',
    "the same key twice": b'{"answers":[],"note":"a","answers":[{"item":"ELEC-001","result":"fail"}],"note":"b"}',
    "half an emoji": b'{"answers":[],"findings":[{"description":"\\ud83d","location":"\\udc00\\ud800"}]}',
    "zero bytes in text": b'{"answers":[{"item":"a\\u0000b","result":"fail"}],"inspectors":["\\u0000"],"target":{"name":"\\u0000"}}',
    "a byte order mark": b"\xef\xbb\xbf" + b'{"answers":[]}',
    "utf-16": '{"answers":[]}'.encode("utf-16"),
    "bytes that are no utf-8": b'{"answers":[],"note":"\xff\xfe"}',
    "a long item code": b'{"answers":[{"item":"' + b"x" * 100_000 + b'","result":"fail"}]}',
    "a long finding": b'{"findings":[{"description":"' + "长".encode() * 300_000 + b'"}]}',
    "thousands of photos": json.dumps({"answers": [], "photos": [{"sha256": digest(str(n))} for n in range(3000)]}).encode(),
    "hundreds of findings": json.dumps({"findings": [{"item": f"X-{n}"} for n in range(400)]}).encode(),
    "ten thousand answers": json.dumps({"answers": [{"item": f"ELEC-{n:03}", "result": "pass"} for n in range(10_000)]}).encode(),
    "ten thousand answers to one item": json.dumps({"answers": [{"item": "ELEC-001", "result": "fail"}] * 10_000}).encode(),
    "a day that does not exist": b'{"answers":[],"started_at":"2026-02-30T09:00:00+08:00","finished_at":"2026-13-01T24:61:61Z"}',
    "a leap second": b'{"answers":[],"finished_at":"2026-11-20T23:59:60+08:00","clock":{"device_at":"2026-12-31T23:59:60Z"}}',
    "zones fourteen hours away": b'{"answers":[],"started_at":"2026-11-20T23:59:59-14:00","finished_at":"2026-11-20T00:00:00+14:00"}',
    "the first and the last instant": b'{"answers":[],"started_at":"1970-01-01T00:00:00+14:00","finished_at":"2199-12-31T23:59:59-14:00"}',
    "an instant with a zone of a day": b'{"answers":[],"started_at":"2026-11-20T09:00:00+23:59","finished_at":"2026-11-20T09:00:00+24:00"}',
    "huge numbers for days": b'{"findings":[{"description":"a","suggested_days":99999999999999999999999999},{"suggested_days":-1}]}',
    "years out of range": b'{"answers":[],"started_at":"0001-01-01T00:00:00+14:00","finished_at":"9999-12-31T23:59:59-14:00"}',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_bytes(world: World, phone: Phone, what: str) -> None:
    send_anything(world, phone, "inspections", HOSTILE[what], "application/json")


TAKEN = ["ten thousand answers", "a day that does not exist", "a leap second", "zones fourteen hours away", "a long finding"]


@pytest.mark.parametrize("what", TAKEN)
def test_what_can_be_read_at_all_is_taken(sqlite_world: World, what: str) -> None:
    with running(sqlite_world) as app:
        assert send_anything(sqlite_world, Phone(app, sqlite_world), "inspections", HOSTILE[what], "application/json") == 201


def test_an_id_is_the_same_however_it_is_written(world: World, phone: Phone) -> None:
    document, written = check(world), str(new_id())
    answers = [
        phone.put(f"inspections/{one}", json=document | {"id": other})
        for one, other in ((written.upper(), written), (written, written), (written.replace("-", ""), written), (written, written))
    ]
    assert [one.status_code for one in answers] == [201, 200, 200, 200]
    assert len({one.content for one in answers}) == 1
    assert [one["id"] for one in phone.get("receipts", params={"id": written.upper()}).json()["receipts"]] == [written]


def test_half_an_emoji_does_not_stop_a_record(world: World, phone: Phone) -> None:
    assert send_anything(world, phone, "inspections", HOSTILE["half an emoji"], "application/json") == 201


@pytest.mark.parametrize(
    "content",
    [
        b"\x91" * 100_000,
        b"\x81\x80\x01",
        msgspec.msgpack.encode({1: 2, "answers": []}),
        b"\x82\xa7answers\x90\xa1e\xc7\x01\x05a",
        b"\xa1\xff",
    ],
    ids=["deep", "odd key", "number key", "extension", "no utf-8"],
)
def test_hostile_messagepack(world: World, phone: Phone, content: bytes) -> None:
    send_anything(world, phone, "inspections", content, "application/msgpack")
