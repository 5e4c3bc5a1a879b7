"""What a phone finds becomes hazards: numbered, explained, closed on the spot only with proof, recognised when it comes back."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from server.ids import new_id
from server.models import Event, Hazard, Inspection, InspectionTask, PhotoUse
from tests.cast import World
from tests.doors import Phone, running
from tests.mobile_api.filings import check, codes, digest, failed, file, items, plain_item

GAS_ITEM = "CERA-002"
"""日用、工艺陶瓷燃气窑炉联锁: linked to 应急管理部令第10号第八条, and enterprise A makes daily ceramics (3074)."""
GAS_FACTS = {
    "premixed_gas_kiln": "yes",
    "hot_producer_gas_kiln": "no",
    "gas_main_pressure_alarm": "yes",
    "gas_main_pressure_alarm_works": "no",
    "gas_main_shutoff_interlock": "unknown",
}
CERA = {"checklists": [{"code": "CERA", "edition": "2026.1"}]}


def hazards(world: World) -> list[Any]:
    """Every hazard, by number."""
    with world.database.read() as connection:
        return list(connection.execute(select(*Hazard.__table__.c).order_by(Hazard.number)))


def on_the_spot(before: str = "before", after: str = "after") -> dict[str, Any]:
    """A finding put right before the inspectors left."""
    return {
        "photos": [{"sha256": digest(before)}],
        "on_the_spot": {"measure": "清走纸箱，划线", "photos": [{"sha256": digest(after)}]},
    }


def test_a_finding_becomes_a_hazard_with_basis_days_and_place_of_its_item(world: World) -> None:
    document = failed(world)
    finding = document["findings"][0]
    with running(world) as app:
        receipt = file(Phone(app, world), document).json()
    (hazard,) = hazards(world)
    assert receipt["hazards"] == [{"id": finding["id"], "number": "YH-2026-0001", "state": "found"}]
    assert str(hazard.id) == finding["id"]
    assert hazard.title == "配电箱积尘，未装漏电保护器"
    assert hazard.location == "喷雾塔二层"
    assert (hazard.item_code, hazard.checklist_edition) == (plain_item(), "2026.1")
    assert hazard.basis
    assert hazard.suggested_days is not None
    assert hazard.enterprise_id == world.enterprise_id
    assert (hazard.found_on, hazard.found_by_name, hazard.level, hazard.source) == (date(2026, 11, 20), "王检", None, "park_inspection")


def test_photos_stand_with_the_hazard_they_show(world: World) -> None:
    document = failed(world, photos=[{"sha256": digest("hall"), "caption": "全景"}])
    finding = document["findings"][0]
    with running(world) as app:
        file(Phone(app, world), document)
    with world.database.read() as connection:
        uses = connection.execute(select(PhotoUse.role, PhotoUse.subject_kind, PhotoUse.subject_id, PhotoUse.sha256)).all()
        inspection_id = connection.scalar(select(Inspection.id))
    placed = {(use.role, use.subject_kind, str(use.subject_id)) for use in uses}
    assert ("before", "hazard", finding["id"]) in placed
    assert ("scene", "inspection", str(inspection_id)) in placed
    assert ("signature", "inspection", str(inspection_id)) in placed


def test_a_failed_item_nobody_described_still_becomes_a_hazard_with_the_note(world: World) -> None:
    answers = [{"item": code, "result": "fail" if code == plain_item() else "pass", "note": "三号柜积尘"} for code in items()]
    with running(world) as app:
        phone = Phone(app, world)
        document_id = new_id()
        first = file(phone, check(world, answers=answers), document_id)
        again = file(phone, check(world, answers=answers), document_id)
    (hazard,) = hazards(world)
    assert (first.status_code, first.json()["hazards"][0]["id"]) == (201, str(hazard.id))
    assert again.status_code == 409, "signatures differ, so this is other content and must open nothing"
    assert hazard.description == "三号柜积尘"


def test_met_facts_suggest_a_major_hazard_and_keep_the_ruling(world: World) -> None:
    document = failed(world, GAS_ITEM, finding={"facts": GAS_FACTS} | on_the_spot(), **CERA)
    with running(world) as app:
        receipt = file(Phone(app, world), document).json()
    (hazard,) = hazards(world)
    assert hazard.suggested_level == "major_hazard"
    assert hazard.facts == GAS_FACTS
    assert [one["judgement"]["outcome"] for one in hazard.judgements] == ["meets"]
    assert hazard.judgements[0]["edition"] == world.services.rulebook.edition
    assert hazard.state == "found", "a suspected major hazard is never closed on the spot"
    assert receipt["hazards"][0]["state"] == "found"


def test_a_missing_fact_is_no_pass(world: World) -> None:
    document = failed(world, GAS_ITEM, finding={"facts": {"premixed_gas_kiln": "yes"}} | on_the_spot(), **CERA)
    with running(world) as app:
        file(Phone(app, world), document)
    (hazard,) = hazards(world)
    assert (hazard.suggested_level, hazard.state) == (None, "found")


def test_ruled_out_facts_suggest_a_general_hazard_that_may_be_closed_on_the_spot(world: World) -> None:
    document = failed(world, GAS_ITEM, finding={"facts": {"premixed_gas_kiln": "no"}} | on_the_spot(), **CERA)
    with running(world) as app:
        file(Phone(app, world), document)
    (hazard,) = hazards(world)
    assert (hazard.suggested_level, hazard.state) == ("general_hazard", "closed")


def test_a_number_fact_is_kept_exactly_as_written(world: World) -> None:
    with running(world) as app:
        file(Phone(app, world), failed(world, finding={"facts": {"some_number": 0.1, "other": "3.50", "flag": True}}))
    (hazard,) = hazards(world)
    assert hazard.facts == {"some_number": "0.1", "other": "3.50", "flag": "yes"}


def test_what_was_put_right_on_the_spot_with_photos_is_closed(world: World) -> None:
    with running(world) as app:
        receipt = file(Phone(app, world), failed(world, finding=on_the_spot())).json()
    (hazard,) = hazards(world)
    day = date(2026, 11, 20)
    assert (hazard.state, hazard.closure_kind, hazard.level) == ("closed", "on_the_spot", "general_hazard")
    assert (hazard.due_on, hazard.accepted_on, hazard.verified_on, hazard.closed_on) == (day, day, day, day)
    assert receipt["hazards"][0]["state"] == "closed"
    with world.database.read() as connection:
        actions = list(connection.scalars(select(Event.action).where(Event.subject_id == hazard.id).order_by(Event.sequence)))
    assert actions == ["hazard:registered", "hazard:closed_on_the_spot"]


@pytest.mark.parametrize(
    "finding",
    [
        on_the_spot() | {"on_the_spot": {"measure": "清走", "photos": []}},
        on_the_spot() | {"photos": []},
        on_the_spot("same", "same"),
        on_the_spot(after="used before"),
    ],
    ids=["no photo after", "no photo before", "the same photo twice", "a photo from elsewhere"],
)
def test_without_proof_it_stays_open(sqlite_world: World, finding: dict[str, Any]) -> None:
    world = sqlite_world
    with running(world) as app:
        phone = Phone(app, world)
        file(phone, check(world, photos=[{"sha256": digest("used before")}]))
        assert file(phone, failed(world, finding=finding)).status_code == 201
    (hazard,) = hazards(world)
    assert hazard.state == "found"


def _close_and_find_again(world: World, days: int, location: str = "喷雾塔二层", item: str | None = None) -> list[Any]:
    """Close one on the spot, wait, and find one again."""
    with running(world) as app:
        phone = Phone(app, world)
        file(phone, failed(world, finding=on_the_spot()))
        world.clock.advance(days=days)
        file(phone, failed(world, item, finding={"location": location}))
    return hazards(world)


def test_the_same_thing_at_the_same_place_within_180_days_is_a_repeat(world: World) -> None:
    first, second = _close_and_find_again(world, 40, " 喷雾塔 2层".replace("2", "二"))
    assert (second.repeat, second.previous_id) == (True, first.id)
    assert first.repeat is False


@pytest.mark.parametrize(
    ("days", "location", "item", "repeat"),
    [
        (180, "喷雾塔二层", None, True),
        (181, "喷雾塔二层", None, False),
        (40, "包装车间", None, False),
        (40, "喷雾塔二层", "ELEC-001", False),
    ],
)
def test_repeats_are_told_by_days_place_and_item(sqlite_world: World, days: int, location: str, item: str | None, repeat: bool) -> None:
    second = next(one for one in _close_and_find_again(sqlite_world, days, location, item) if one.state == "found")
    assert second.repeat is repeat


def test_a_finding_id_taken_by_another_document_gets_one_of_ours_and_a_mark(world: World) -> None:
    taken = str(new_id())
    document_id = new_id()
    second_document = failed(world, finding={"id": taken})
    with running(world) as app:
        phone = Phone(app, world)
        file(phone, failed(world, finding={"id": taken}))
        second = file(phone, second_document, document_id)
        again = file(phone, second_document, document_id)
    assert (second.status_code, again.status_code) == (201, 200)
    assert second.content == again.content
    assert "duplicate_finding_id" in codes(second.json())
    assert second.json()["hazards"][0]["id"] != taken
    assert len(hazards(world)) == 2


def test_two_findings_with_one_id_become_two_hazards(world: World) -> None:
    document = failed(world)
    document["findings"].append(document["findings"][0] | {"description": "另一处"})
    with running(world) as app:
        receipt = file(Phone(app, world), document).json()
    assert len({hazard["id"] for hazard in receipt["hazards"]}) == 2
    assert "duplicate_finding_id" in codes(receipt)


def test_a_finding_outside_the_checklists_is_a_hazard_without_a_suggestion(world: World) -> None:
    document = check(world, findings=[{"id": str(new_id()), "description": "围墙倾斜", "suggested_days": 7}])
    with running(world) as app:
        file(Phone(app, world), document)
    (hazard,) = hazards(world)
    assert (hazard.item_code, hazard.basis, hazard.suggested_level, hazard.suggested_days) == ("", [], None, 7)


def plan(world: World, who: str, target_id: UUID) -> UUID:
    """A visit the office asked for."""
    with world.work_as(who) as work:
        task = InspectionTask(
            id=new_id(),
            park_id=work.park_id,
            target_id=target_id,
            checklists=["ELEC"],
            planned_on=work.today,
            due_on=work.today + timedelta(days=7),
            state="planned",
            created_at=work.now,
            created_by=world.accounts[who].id,
        )
        work.session.add(task)
    return task.id


def test_a_check_of_a_planned_visit_finishes_the_task_once(world: World) -> None:
    task_id = plan(world, "office", world.enterprise_id)
    with running(world) as app:
        phone = Phone(app, world)
        receipts = [file(phone, check(world, task_id=str(task_id))).json() for _ in range(2)]
    assert [codes(receipt) for receipt in receipts] == [set(), set()]
    with world.database.read() as connection:
        assert connection.scalar(select(InspectionTask.state)) == "done"
        assert set(connection.scalars(select(Inspection.task_id))) == {task_id}
        assert len(list(connection.scalars(select(Event.sequence).where(Event.action == "inspection_task:done")))) == 1


def test_another_parks_task_is_unknown_here(world: World) -> None:
    task_id = plan(world, "foreign_office", world.foreign_enterprise_id)
    with running(world) as app:
        receipt = file(Phone(app, world), check(world, task_id=str(task_id))).json()
    assert codes(receipt) == {"unknown_task"}
    with world.database.read() as connection:
        assert connection.scalar(select(InspectionTask.state)) == "planned"


def test_a_passing_check_takes_eight_statements(sqlite_world: World) -> None:
    sent: list[str] = []
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        file(phone, check(sqlite_world, signatures=[]))
        writer = app.state.services.database._writer.connection.dbapi_connection
        writer.set_trace_callback(sent.append)
        answer = file(phone, check(sqlite_world, signatures=[]))
        writer.set_trace_callback(None)
    assert answer.status_code == 201
    own = [statement for statement in sent if not statement.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(own) == 8, "\n".join(statement[:80] for statement in own)
