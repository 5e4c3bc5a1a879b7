"""A second look from the phone: filed once, moves the hazard when its state allows, and is kept whatever the state."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import func, select

from server.ids import new_id
from server.models import Document, Hazard, Inspection, PhotoUse, Reinspection, SetAsideDocument
from tests.cast import World
from tests.doors import Phone, running
from tests.mobile_api.filings import check, codes, digest, file, iso
from tests.mobile_api.live import at_once, phone_client, serving
from tests.server.office import Office


def look(world: World, hazard_id: UUID, **changes: Any) -> dict[str, Any]:
    """A passed re-inspection without anything odd."""
    now = world.clock.now()
    return {
        "hazard_id": str(hazard_id),
        "result": "pass",
        "reason": "纸箱已清走，通道畅通",
        "at": iso(now - timedelta(minutes=3)),
        "clock": {"device_at": iso(now), "gps_at": iso(now)},
        "position": {"latitude": 27.66, "longitude": 113.51, "accuracy_m": 5},
        "inspectors": ["王检", "赵检"],
        "photos": [{"sha256": digest(f"after {new_id()}"), "source": "camera"}],
    } | changes


def send(phone: Phone, document: dict[str, Any], document_id: UUID | None = None) -> Any:
    """Send a re-inspection."""
    return phone.put(f"re-inspections/{document_id or new_id()}", json=document)


def state_of(world: World, hazard_id: UUID) -> str:
    """Where a hazard stands."""
    with world.database.read() as connection:
        return str(connection.scalar(select(Hazard.state).where(Hazard.id == hazard_id)))


def replied(world: World) -> UUID:
    """A hazard the enterprise has answered about."""
    office = Office(world)
    hazard_id = office.rectifying()
    office.reply(hazard_id)
    return hazard_id


def test_a_passed_look_verifies_the_hazard_and_says_so_in_the_receipt(world: World) -> None:
    hazard_id = replied(world)
    document, document_id = look(world, hazard_id), new_id()
    with running(world) as app:
        phone = Phone(app, world)
        first, again = send(phone, document, document_id), send(phone, document, document_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    receipt = first.json()
    assert receipt["kind"] == "re_inspection"
    assert codes(receipt) == set()
    assert receipt["hazards"][0]["state"] == state_of(world, hazard_id) == "verified"
    with world.database.read() as connection:
        row = connection.execute(select(Reinspection.applied, Reinspection.document_id, Reinspection.inspectors)).one()
        assert tuple(row) == (True, document_id, ["王检", "赵检"])
        use = connection.execute(select(PhotoUse.role, PhotoUse.subject_kind).where(PhotoUse.document_id == document_id)).one()
        assert tuple(use) == ("after", "re_inspection")


def test_a_failed_look_sends_the_hazard_back_with_its_reason(world: World) -> None:
    hazard_id = replied(world)
    with running(world) as app:
        receipt = send(Phone(app, world), look(world, hazard_id, result="fail", reason="只清了一半")).json()
    assert receipt["hazards"][0]["state"] == "rectifying"
    with world.database.read() as connection:
        assert connection.scalar(select(Hazard.failed_rounds).where(Hazard.id == hazard_id)) == 1


def test_of_two_inspectors_one_counts_and_the_other_is_kept_and_marked(world: World) -> None:
    hazard_id = replied(world)
    with running(world) as app:
        first = send(Phone(app, world), look(world, hazard_id))
        second = send(Phone(app, world, "second_inspector"), look(world, hazard_id, result="fail", reason="没清完"))
    assert (first.status_code, second.status_code) == (201, 201)
    assert "state_changed" in codes(second.json())
    assert state_of(world, hazard_id) == "verified"
    with world.database.read() as connection:
        assert sorted(connection.scalars(select(Reinspection.applied))) == [False, True]


def test_a_storm_of_identical_looks_moves_the_hazard_once(world: World) -> None:
    hazard_id = replied(world)
    document, document_id = look(world, hazard_id, result="fail", reason="没清完"), new_id()
    with serving(world) as address:

        def put(_: int) -> httpx.Response:
            with phone_client(address, world) as client:
                return client.put(f"/re-inspections/{document_id}", json=document)

        answers = at_once(6, put)
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.content for answer in answers}) == 1
    with world.database.read() as connection:
        assert connection.scalar(select(Hazard.failed_rounds).where(Hazard.id == hazard_id)) == 1
        assert connection.scalar(select(func.count()).select_from(Reinspection)) == 1


def test_an_unknown_hazard_is_kept_set_aside_and_marked(world: World) -> None:
    document, document_id = look(world, new_id()), new_id()
    with running(world) as app:
        phone = Phone(app, world)
        first, again = send(phone, document, document_id), send(phone, document, document_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    assert codes(first.json()) == {"unknown_hazard"}
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Document)) == 1
        assert connection.scalar(select(SetAsideDocument.reason)) == "unknown_hazard"


def test_another_parks_hazard_is_unknown_here(world: World) -> None:
    hazard_id = replied(world)
    with running(world) as app:
        receipt = send(Phone(app, world, "foreign_inspector"), look(world, hazard_id)).json()
    assert codes(receipt) == {"unknown_hazard"}
    assert receipt["hazards"] == []
    assert state_of(world, hazard_id) == "submitted"


def test_a_look_without_a_clear_result_is_unreadable_and_kept(world: World) -> None:
    hazard_id = replied(world)
    with running(world) as app:
        phone = Phone(app, world)
        good = look(world, hazard_id)
        odd = [good | {"result": "maybe"}, good | {"result": None}, good | {"hazard_id": "0147"}]
        answers = [send(phone, document) for document in odd]
    assert {answer.json()["type"] for answer in answers} == {"/problems/unreadable-document"}
    assert state_of(world, hazard_id) == "submitted"
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(SetAsideDocument)) == 3


def test_one_id_cannot_name_an_inspection_and_a_look(world: World) -> None:
    hazard_id, document_id = replied(world), new_id()
    with running(world) as app:
        phone = Phone(app, world)
        file(phone, check(world), document_id)
        answer = send(phone, look(world, hazard_id), document_id)
    assert answer.status_code == 409
    assert answer.json()["receipt"]["kind"] == "inspection"
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Inspection)) == 1
    assert state_of(world, hazard_id) == "submitted"
