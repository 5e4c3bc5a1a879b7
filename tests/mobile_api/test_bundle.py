"""All a phone needs offline, then only what changed: nothing skipped, nothing of another park, and the same content under the same ETag."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import update

from mobile_api import bundle as bundle_module
from mobile_api.law import encoded_law
from server.deployment import start_epoch
from server.hazards.service import void_hazard
from server.ids import new_id
from server.models import Enterprise, InspectionTask, Park, TaskAssignee
from tests.cast import World
from tests.doors import Phone, running
from tests.mobile_api.filings import check, failed, file
from tests.mobile_api.live import at_once, phone_client, serving
from tests.server.office import Office


def bundle(phone: Phone) -> dict[str, Any]:
    """The bundle."""
    answer = phone.get("bundle")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def changes(phone: Phone, cursor: str) -> dict[str, Any]:
    """What changed after a cursor."""
    answer = phone.get("changes", params={"after": cursor})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(rows: list[dict[str, Any]]) -> set[str]:
    """The ids of rows."""
    return {row["id"] for row in rows}


def assign(world: World, who: str = "inspector") -> UUID:
    """A task for somebody, with the event the office's use case writes."""
    with world.work_as("office") as work:
        task = InspectionTask(
            id=new_id(), park_id=world.park_id, target_id=world.enterprise_id, checklists=["ELEC"], planned_on=work.today,
            due_on=work.today + timedelta(days=3), state="planned", note="四不两直", created_at=work.now,
            created_by=world.accounts["office"].id,
        )  # fmt: skip
        work.session.add(task)
        work.session.flush()
        work.session.add(TaskAssignee(task_id=task.id, account_id=world.accounts[who].id))
        work.record("inspection_task", task.id, "inspection_task:planned")
    return task.id


def test_a_bundle_says_who_where_what_and_by_which_law(world: World) -> None:
    task_id = assign(world)
    hazard_id = Office(world).rectifying()
    with running(world) as app:
        found = bundle(Phone(app, world))
        other = bundle(Phone(app, world, "second_inspector"))
    assert found["me"]["name"] == "王检"
    assert found["park"]["name"] == "示范园区（虚构）"
    assert found["limits"]["photo_max_bytes"] == 100_000_000
    assert "image/heic" in found["limits"]["photo_media_types"]
    assert found["limits"]["resumable_uploads"] is False
    assert ids(found["targets"]) == {str(world.enterprise_id), str(world.other_enterprise_id)}
    target = next(row for row in found["targets"] if row["id"] == str(world.enterprise_id))
    assert target["industry_code"] == "3074"
    assert "CERA" in target["checklists"]
    assert "light_industry_daily_ceramics" in target["sectors"]
    assert ids(found["tasks"]) == {str(task_id)}
    assert ids(found["hazards"]) == {str(hazard_id)}
    assert found["hazards"][0]["state"] == "rectifying"
    assert other["tasks"] == []
    law = found["law"]
    assert sum(len(template["items"]) for template in law["checklists"]) == 545
    asked = {name for one in law["criteria"] for name in one["facts"]}
    assert asked == {fact["id"] for fact in law["facts"]}
    linked = {one for template in law["checklists"] for item in template["items"] for one in item["major_ids"]}
    assert linked == {one["id"] for one in law["criteria"]}
    assert law["terms"]["mark"]["no_position"] == "没有定位"
    assert {"hazard.repeat_within", "rectification.general"} <= {limit["key"] for limit in law["deadlines"]}


def test_before_photos_of_an_open_hazard_travel_by_their_digest(world: World) -> None:
    document = failed(world)
    with running(world) as app:
        phone = Phone(app, world)
        file(phone, document)
        (hazard,) = bundle(phone)["hazards"]
    assert hazard["before_photos"] == [document["findings"][0]["photos"][0]["sha256"]]


def test_the_same_content_has_the_same_strong_etag_and_is_not_sent_again(world: World) -> None:
    with running(world) as app:
        phone = Phone(app, world)
        first = phone.get("bundle")
        world.clock.advance(minutes=30)
        file(phone, check(world))
        known = phone.get("bundle", headers={"if-none-match": f'"other", {first.headers["etag"]}'})
        packed = phone.get("bundle", headers={"accept": "application/x-msgpack", "if-none-match": first.headers["etag"]})
        file(phone, failed(world))
        changed = phone.get("bundle", headers={"if-none-match": first.headers["etag"]})
    assert not first.headers["etag"].startswith("W/")
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["etag"] == first.headers["etag"]
    assert packed.status_code == 200
    assert msgspec.msgpack.decode(packed.content)["law"] == first.json()["law"]
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_the_law_is_encoded_once_a_day_not_once_a_request(sqlite_world: World) -> None:
    encoded_law.cache_clear()
    with running(sqlite_world) as app:
        for _ in range(3):
            bundle(Phone(app, sqlite_world))
    assert encoded_law.cache_info().misses == 1


def test_editions_change_with_the_day(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        now = bundle(phone)
        sqlite_world.clock.set_day(date(2025, 6, 1))
        before = bundle(phone)
    assert now["law"]["checklists"] != before["law"]["checklists"]
    assert before["today"] == "2025-06-01"


def test_changes_bring_whole_rows_as_they_are_now_and_say_what_is_gone(world: World) -> None:
    office = Office(world)
    with running(world) as app:
        phone = Phone(app, world)
        cursor = bundle(phone)["cursor"]
        hazard_id, task_id = office.rectifying(), assign(world)
        seen = changes(phone, cursor)
        assert ids(seen["hazards"]) == {str(hazard_id)}
        assert ids(seen["tasks"]) == {str(task_id)}
        assert seen["hazards"][0]["state"] == "rectifying"
        nothing = changes(phone, seen["cursor"])
        assert (nothing["hazards"], nothing["cursor"], nothing["more"]) == ([], seen["cursor"], False)
        file(phone, check(world, task_id=str(task_id)))
        confirmed = office.confirmed(location="成品库")
        gone = changes(phone, seen["cursor"])
        assert gone["removed"]["tasks"] == [str(task_id)]
        assert ids(gone["hazards"]) == {str(confirmed)}


def test_an_enterprise_that_changed_brings_its_target_again(world: World) -> None:
    with running(world) as app:
        phone = Phone(app, world)
        cursor = bundle(phone)["cursor"]
        with world.work_as("office") as work:
            work.connection.execute(update(Enterprise).where(Enterprise.id == world.enterprise_id).values(safety_phone="13900000001"))
            work.record("enterprise", world.enterprise_id, "enterprise:changed")
        (row,) = changes(phone, cursor)["targets"]
        with world.work_as("office") as work:
            work.connection.execute(update(Enterprise).where(Enterprise.id == world.enterprise_id).values(left_on=work.today))
            work.record("enterprise", world.enterprise_id, "enterprise:left")
        gone = changes(phone, cursor)
    assert row["contact_phone"] == "13900000001"
    assert gone["removed"]["targets"] == [str(world.enterprise_id)]


def test_a_voided_hazard_is_taken_away(world: World) -> None:
    hazard_id = Office(world).find()
    with running(world) as app:
        phone = Phone(app, world)
        held = bundle(phone)
        with world.work_as("office") as work:
            void_hazard(work, hazard_id, "误报")
        gone = changes(phone, held["cursor"])
    assert ids(held["hazards"]) == {str(hazard_id)}
    assert gone["removed"]["hazards"] == [str(hazard_id)]


def test_pages_follow_one_another_until_there_is_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_module, "EVENTS_PER_PAGE", 3)
    with running(world) as app:
        phone = Phone(app, world)
        cursor = bundle(phone)["cursor"]
        filed = {file(phone, failed(world)).json()["hazards"][0]["id"] for _ in range(7)}
        seen: set[str] = set()
        pages = 0
        while True:
            page = changes(phone, cursor)
            seen |= ids(page["hazards"])
            cursor, pages = page["cursor"], pages + 1
            if not page["more"]:
                break
    assert seen == filed
    assert pages > 3


def test_a_cursor_never_skips_what_becomes_visible_while_others_file(world: World) -> None:
    with serving(world) as address:
        with phone_client(address, world) as client:
            cursor = client.get("/bundle").json()["cursor"]
        seen: set[str] = set()
        filed: set[str] = set()

        def act(place: int) -> None:
            nonlocal cursor
            with phone_client(address, world) as client:
                if place:
                    for _ in range(8):
                        filed.add(client.put(f"/inspections/{new_id()}", json=failed(world)).json()["hazards"][0]["id"])
                    return
                for _ in range(60):
                    page = client.get("/changes", params={"after": cursor}).json()
                    seen.update(ids(page["hazards"]))
                    cursor = page["cursor"]

        at_once(5, act)
        with phone_client(address, world) as client:
            seen |= ids(client.get("/changes", params={"after": cursor}).json()["hazards"])
    assert len(filed) == 32
    assert seen == filed


@pytest.mark.parametrize("cursor", ["", "17", "x" * 40, f"{'0' * 32}.-1", f"{'0' * 32}.1 OR 1"])
def test_a_cursor_nobody_gave_is_a_malformed_request(sqlite_world: World, cursor: str) -> None:
    with running(sqlite_world) as app:
        answer = Phone(app, sqlite_world).get("changes", params={"after": cursor})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")
    assert "cursor" in answer.json()["detail"]


def test_after_a_restore_phones_start_again(world: World) -> None:
    with running(world) as app:
        phone = Phone(app, world)
        file(phone, failed(world))
        cursor = bundle(phone)["cursor"]
    with world.database.write() as connection:
        start_epoch(connection)
    with running(world) as app:
        phone = Phone(app, world)
        answer = changes(phone, cursor)
        assert answer["reset"] is True
        assert answer["epoch"] == bundle(phone)["epoch"] != cursor.split(".")[0]
        assert (answer["hazards"], answer["more"]) == ([], False)
        ahead = f"{answer['epoch']}.999999"
        assert changes(phone, ahead)["reset"] is True


def test_nothing_of_another_park_is_in_a_bundle_or_in_changes(world: World) -> None:
    with running(world) as app:
        mine, theirs = Phone(app, world), Phone(app, world, "foreign_inspector")
        start = f"{world.services.epoch}.0"
        file(mine, failed(world))
        foreign = bundle(theirs)
        later = changes(theirs, start)
    assert ids(foreign["targets"]) == {str(world.foreign_enterprise_id)}
    assert (foreign["hazards"], later["hazards"]) == ([], [])
    assert foreign["park"]["name"] == "邻园（虚构）"


def test_a_park_that_was_renamed_is_told(world: World) -> None:
    with running(world) as app:
        phone = Phone(app, world)
        cursor = bundle(phone)["cursor"]
        with world.work_as("office") as work:
            work.connection.execute(update(Park).where(Park.id == world.park_id).values(office_phone="0731-0000"))
            work.record("park", world.park_id, "park:changed")
        assert changes(phone, cursor)["park"]["office_phone"] == "0731-0000"
