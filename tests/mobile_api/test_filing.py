"""An inspection is filed once however often, and however simultaneously, it is sent; nothing a phone sends is lost."""

import json
from typing import Any
from uuid import UUID

import httpx
import msgspec
from sqlalchemy import func, select, update

from server.events.chain import find_broken_link
from server.ids import new_id
from server.models import Device, Document, Event, Hazard, Inspection, SetAsideDocument
from tests.cast import World
from tests.doors import Phone, running
from tests.mobile_api.filings import check, codes, digest, failed, file
from tests.mobile_api.live import at_once, phone_client, serving


def count(world: World, model: Any, *conditions: Any) -> int:
    """How many rows are kept."""
    with world.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def body_of(world: World, document_id: UUID) -> bytes:
    """The kept bytes of a document."""
    with world.database.read() as connection:
        body = connection.scalar(select(Document.body).where(Document.id == document_id))
    assert body is not None
    return body


def test_a_check_without_oddities_is_recorded_without_marks(world: World) -> None:
    with running(world) as app:
        answer = file(Phone(app, world), check(world))
    assert answer.status_code == 201
    receipt = answer.json()
    assert codes(receipt) == set()
    assert receipt["hazards"] == []
    assert receipt["number"] == "JC-2026-0001"
    assert receipt["epoch"] == world.services.epoch


def test_sending_the_same_again_gives_the_same_bytes_and_one_record(world: World) -> None:
    document, document_id = failed(world), new_id()
    with running(world) as app:
        phone = Phone(app, world)
        first = file(phone, document, document_id)
        reordered = dict(reversed(list(document.items())))
        again = phone.put(
            f"inspections/{document_id}", content=json.dumps(reordered, indent=2), headers={"content-type": "application/json"}
        )
        packed = phone.put(
            f"inspections/{document_id}", content=msgspec.msgpack.encode(document), headers={"content-type": "application/msgpack"}
        )
    assert (first.status_code, again.status_code, packed.status_code) == (201, 200, 200)
    assert first.content == again.content == packed.content
    assert count(world, Inspection) == count(world, Hazard) == 1


def test_the_receipt_comes_as_messagepack_when_asked_for(world: World) -> None:
    with running(world) as app:
        answer = file(Phone(app, world), check(world), headers={"accept": "application/x-msgpack"})
    assert answer.headers["content-type"] == "application/x-msgpack"
    assert msgspec.msgpack.decode(answer.content)["number"] == "JC-2026-0001"


def test_a_storm_of_identical_checks_makes_one_record_and_one_receipt(world: World) -> None:
    document, document_id = failed(world), new_id()
    with serving(world) as address:

        def send(_: int) -> httpx.Response:
            with phone_client(address, world) as client:
                return client.put(f"/inspections/{document_id}", json=document)

        answers = at_once(8, send)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert count(world, Inspection) == count(world, Hazard) == count(world, Document) == 1
    assert count(world, SetAsideDocument) == 0
    assert count(world, Event, Event.action == "inspection:filed") == 1


def test_a_storm_of_different_checks_under_one_id_keeps_the_first_and_all_others_aside(world: World) -> None:
    document_id = new_id()
    with serving(world) as address:

        def send(place: int) -> httpx.Response:
            with phone_client(address, world) as client:
                return client.put(f"/inspections/{document_id}", json=check(world, note=f"第 {place} 份"))

        answers = at_once(6, send)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    winner = next(answer.json() for answer in answers if answer.status_code == 201)
    for answer in answers:
        if answer.status_code == 409:
            problem = answer.json()
            assert problem["type"] == "/problems/document-conflict"
            assert problem["receipt"] == winner
            assert problem["recorded_sha256"] == winner["document_sha256"] != problem["sent_sha256"]
    assert count(world, Document) == 1
    assert count(world, SetAsideDocument, SetAsideDocument.reason == "conflict") == 5


def test_a_storm_of_checks_counts_their_numbers_without_gaps_and_leaves_a_whole_chain(world: World) -> None:
    with serving(world) as address:

        def send(_: int) -> list[str]:
            with phone_client(address, world) as client:
                return [client.put(f"/inspections/{new_id()}", json=failed(world)).json()["number"] for _ in range(4)]

        numbers = [number for sent in at_once(6, send) for number in sent]
    assert sorted(numbers) == [f"JC-2026-{place:04d}" for place in range(1, 25)]
    with world.database.read() as connection:
        hazards = sorted(connection.scalars(select(Hazard.number)))
        assert hazards == [f"YH-2026-{place:04d}" for place in range(1, 25)]
        assert find_broken_link(connection, world.park_id) is None


def test_different_content_sent_twice_is_kept_aside_once(world: World) -> None:
    document_id = new_id()
    with running(world) as app:
        phone = Phone(app, world)
        file(phone, check(world), document_id)
        first = file(phone, check(world, note="改过"), document_id)
        document = check(world, note="再改")
        second, third = file(phone, document, document_id), file(phone, document, document_id)
    assert (first.status_code, second.status_code, third.status_code) == (409, 409, 409)
    assert second.content == third.content
    assert count(world, SetAsideDocument) == 2


def test_an_unreadable_document_is_refused_and_its_bytes_are_kept_once(world: World) -> None:
    document_id = new_id()
    with running(world) as app:
        phone = Phone(app, world)
        for _ in range(2):
            answer = phone.put(f"inspections/{document_id}", content=b'{"answers": [', headers={"content-type": "application/json"})
            assert answer.status_code == 400
            assert answer.json()["type"] == "/problems/unreadable-document"
            assert answer.json()["kept"] is True
        retried = file(phone, check(world), document_id)
    assert retried.status_code == 201
    with world.database.read() as connection:
        kept = connection.execute(select(SetAsideDocument.reason, SetAsideDocument.body)).all()
    assert [tuple(row) for row in kept] == [("unreadable", b'{"answers": [')]


def test_a_document_without_anything_checked_in_it_is_unreadable(world: World) -> None:
    with running(world) as app:
        answers = [file(Phone(app, world), document) for document in ({}, {"target": {"name": "x"}}, {"answers": None})]
    assert [answer.status_code for answer in answers] == [400, 400, 400]


def test_a_document_naming_another_id_is_refused_and_kept_aside(world: World) -> None:
    with running(world) as app:
        answer = file(Phone(app, world), check(world, id=str(new_id())))
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/id-mismatch")
    assert count(world, SetAsideDocument, SetAsideDocument.reason == "id_mismatch") == 1
    assert count(world, Document) == 0


def test_an_address_without_a_uuid_is_a_malformed_request(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        answer = Phone(app, sqlite_world).put("inspections/0147", json=check(sqlite_world))
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")


def test_fields_of_a_later_app_are_kept_in_the_record(world: World) -> None:
    document_id = new_id()
    document = check(
        world, weather={"wind": "三级", "list": [1, 2.5, None]}, answers=[{"item": "ELEC-001", "result": "pass", "mood": "好"}]
    )
    with running(world) as app:
        assert file(Phone(app, world), document, document_id).status_code == 201
    kept = json.loads(body_of(world, document_id))
    assert kept == document


def test_photos_may_come_before_or_after_their_document(world: World) -> None:
    early, late = b"early photo", b"late photo"
    names = [digest("early photo"), digest("late photo")]
    document_id = new_id()
    document = check(world, photos=[{"sha256": name} for name in names], signatures=[])
    with running(world) as app:
        phone = Phone(app, world)
        phone.put(f"photos/{names[0]}", content=early)
        first = file(phone, document, document_id).json()
        phone.put(f"photos/{names[1]}", content=late)
        second = file(phone, document, document_id).json()
    states = {photo["sha256"]: photo["state"] for photo in first["photos"]}
    assert states == {names[0]: "stored", names[1]: "missing"}
    assert (first["complete"], second["complete"]) == (False, True)
    assert {photo["state"] for photo in second["photos"]} == {"stored"}


def test_a_token_revoked_in_the_middle_of_a_queue_pauses_it_and_loses_nothing(world: World) -> None:
    queue = [(new_id(), check(world)) for _ in range(4)]
    with running(world) as app:
        phone = Phone(app, world)
        sent = [file(phone, document, document_id).status_code for document_id, document in queue[:2]]
        with world.database.write() as connection:
            connection.execute(update(Device).where(Device.id == world.device_ids["inspector"]).values(revoked_at=world.clock.now()))
        refused = [file(phone, document, document_id) for document_id, document in queue[2:]]
        with world.database.write() as connection:
            connection.execute(update(Device).where(Device.id == world.device_ids["inspector"]).values(revoked_at=None))
        resent = [file(phone, document, document_id).status_code for document_id, document in queue]
    assert sent == [201, 201]
    assert {answer.status_code for answer in refused} == {401}
    assert {answer.json()["type"] for answer in refused} == {"/problems/not-signed-in"}
    assert resent == [200, 200, 201, 201]
    assert count(world, Inspection) == 4


def test_another_parks_id_is_taken_but_nothing_is_told_of_its_record(world: World) -> None:
    document_id = new_id()
    with running(world) as app:
        mine = file(Phone(app, world), check(world), document_id)
        theirs = file(Phone(app, world, "foreign_inspector"), check(world), document_id)
    assert (mine.status_code, theirs.status_code) == (201, 409)
    assert theirs.json()["receipt"] is None
    assert mine.json()["document_sha256"] not in theirs.json()["recorded_sha256"]
    assert "JC-2026" not in theirs.text
    assert count(world, SetAsideDocument, SetAsideDocument.park_id == world.other_park_id) == 1


def test_a_target_of_another_park_is_unknown_here(world: World) -> None:
    with running(world) as app:
        receipt = file(Phone(app, world), check(world, target={"id": str(world.foreign_enterprise_id)})).json()
    assert "unknown_target" in codes(receipt)
    with world.database.read() as connection:
        assert connection.scalar(select(Inspection.target_id)) is None


def test_a_document_larger_than_the_limit_is_refused_with_the_limit(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        answer = file(Phone(app, sqlite_world), check(sqlite_world, note="长" * 3_000_000))
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert answer.json()["limit_mb"] == 8
