"""Every oddity is accepted, marked, shown, and tried here: each row changes one thing in a check without oddities."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.canonical import sha256_hex
from server.ids import new_id
from server.inspections.marks import Mark
from server.models import Enterprise, Inspection
from tests import pictures
from tests.cast import World
from tests.doors import Phone, running
from tests.mobile_api.filings import CHECKLIST, EDITION, check, codes, digest, failed, file, iso, items, photo_item, plain_item

Change = Callable[[World], dict[str, Any]]


def _clock(offset: timedelta) -> Change:
    """A phone whose clock is off, with GPS time beside it."""

    def change(world: World) -> dict[str, Any]:
        now = world.clock.now()
        shown = now + offset
        clock = {"device_at": iso(shown), "gps_at": iso(now - timedelta(minutes=1))}
        return check(world, started_at=iso(shown - timedelta(minutes=30)), finished_at=iso(shown), clock=clock)

    return change


def _at(start: timedelta, end: timedelta) -> Change:
    """A phone without GPS time that says the check was made then."""

    def change(world: World) -> dict[str, Any]:
        now = world.clock.now()
        return check(world, started_at=iso(now + start), finished_at=iso(now + end), clock=None)

    return change


def _answers(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Change:
    return lambda world: check(world, answers=change([{"item": code, "result": "pass"} for code in items()]))


def _signatures(*parties: dict[str, Any]) -> Change:
    return lambda world: check(world, signatures=[{"sha256": digest(str(new_id())), **party} for party in parties])


ODDITIES: dict[str, tuple[Change, set[Mark]]] = {
    "clock twenty minutes ahead": (_clock(timedelta(minutes=20)), {Mark.CLOCK_OFF}),
    "clock twenty minutes behind": (_clock(timedelta(minutes=-20)), {Mark.CLOCK_OFF}),
    "clock five minutes off": (_clock(timedelta(minutes=5)), set()),
    "clock ten years ahead": (_clock(timedelta(days=3652)), {Mark.CLOCK_WILD}),
    "clock ten years behind": (_clock(timedelta(days=-3652)), {Mark.CLOCK_WILD}),
    "from the future": (_at(timedelta(hours=1), timedelta(hours=2)), {Mark.CLOCK_OFF}),
    "from next week": (_at(timedelta(days=7), timedelta(days=7, hours=1)), {Mark.CLOCK_WILD}),
    "from ten years ago": (_at(timedelta(days=-3652), timedelta(days=-3652, hours=1)), {Mark.CLOCK_WILD}),
    "finished before it was started": (_at(timedelta(hours=-1), timedelta(hours=-2)), {Mark.CLOCK_OFF}),
    "in the cellar since yesterday noon": (_at(timedelta(hours=-30), timedelta(hours=-29)), {Mark.LATE_ARRIVAL}),
    "offline for nine hours": (_at(timedelta(hours=-10), timedelta(hours=-9)), set()),
    "time without a zone": (lambda world: check(world, finished_at="2026-11-20T09:00:00"), {Mark.CLOCK_WILD}),
    "no time at all": (lambda world: check(world, started_at="", finished_at="", clock=None), {Mark.CLOCK_WILD}),
    "no position": (lambda world: check(world, position=None), {Mark.NO_POSITION}),
    "position without a fix": (lambda world: check(world, position={"latitude": 0, "longitude": 0}), {Mark.NO_POSITION}),
    "impossible position": (lambda world: check(world, position={"latitude": 127.6, "longitude": 113.5}), {Mark.NO_POSITION}),
    "two kilometres away": (lambda world: check(world, position={"latitude": 27.6792, "longitude": 113.5127}), {Mark.FAR_POSITION}),
    "far, as the fix itself says": (
        lambda world: check(world, position={"latitude": 27.6640, "longitude": 113.5127, "accuracy_m": 250}),
        set(),
    ),
    "unknown target": (lambda world: check(world, target={"id": str(new_id()), "name": "新来的厂"}), {Mark.UNKNOWN_TARGET}),
    "no target": (lambda world: check(world, target=None), {Mark.UNKNOWN_TARGET}),
    "unknown task": (lambda world: check(world, task_id=str(new_id())), {Mark.UNKNOWN_TASK}),
    "task that is no id": (lambda world: check(world, task_id="周三那次"), {Mark.UNKNOWN_TASK}),
    "unknown edition": (
        lambda world: check(world, checklists=[{"code": CHECKLIST, "edition": "1999.1"}]),
        {Mark.UNKNOWN_EDITION},
    ),
    "unknown checklist": (
        lambda world: check(world, checklists=[{"code": CHECKLIST, "edition": EDITION}, {"code": "UFO", "edition": "1"}]),
        {Mark.UNKNOWN_EDITION},
    ),
    "unknown item": (_answers(lambda all_: [*all_, {"item": "ELEC-999", "result": "pass"}]), {Mark.UNKNOWN_ITEM}),
    "unknown result": (
        _answers(lambda all_: [*all_[1:], {"item": items()[0], "result": "maybe"}]),
        {Mark.UNKNOWN_RESULT, Mark.UNANSWERED_REQUIRED},
    ),
    "unanswered item": (_answers(lambda all_: all_[1:]), {Mark.UNANSWERED_REQUIRED}),
    "item answered twice": (_answers(lambda all_: [*all_, all_[0]]), {Mark.DUPLICATE_ANSWER}),
    "nothing checked": (lambda world: check(world, answers=[], checklists=[]), {Mark.NOTHING_CHECKED}),
    "fail without a finding": (
        _answers(lambda all_: [one if one["item"] != plain_item() else one | {"result": "fail", "note": "积尘"} for one in all_]),
        {Mark.FAIL_WITHOUT_FINDING},
    ),
    "finding without a description": (lambda world: failed(world, finding={"description": " "}), {Mark.NO_DESCRIPTION}),
    "photo owed for a fail": (lambda world: failed(world, photo_item(), finding={"photos": []}), {Mark.MISSING_FAIL_PHOTO}),
    "finding without an id": (lambda world: failed(world, finding={"id": ""}), {Mark.DUPLICATE_FINDING_ID}),
    "unknown fact": (lambda world: failed(world, finding={"facts": {"moon_is_full": "yes"}}), {Mark.UNKNOWN_FACT}),
    "photo without a digest": (lambda world: check(world, photos=[{"sha256": "nope"}]), {Mark.UNKNOWN_PHOTO}),
    "photo from the gallery": (
        lambda world: check(world, photos=[{"sha256": digest("g"), "source": "gallery"}]),
        {Mark.GALLERY_PHOTO},
    ),
    "photo of last week": (
        lambda world: check(world, photos=[{"sha256": digest("old"), "taken_at": iso(world.clock.now() - timedelta(days=7))}]),
        {Mark.PHOTO_TIME_OFF},
    ),
    "photo of the check": (
        lambda world: check(world, photos=[{"sha256": digest("new"), "taken_at": iso(world.clock.now() - timedelta(minutes=9))}]),
        set(),
    ),
    "nobody named": (lambda world: check(world, inspectors=[]), {Mark.NO_INSPECTOR}),
    "one inspector": (lambda world: check(world, inspectors=["王检"]), {Mark.SINGLE_INSPECTOR}),
    "the same inspector twice": (lambda world: check(world, inspectors=["王检", " 王检 "]), {Mark.SINGLE_INSPECTOR}),
    "no signature": (lambda world: check(world, signatures=[]), {Mark.NO_SIGNATURE}),
    "the enterprise did not sign": (_signatures({"party": "inspector"}), {Mark.NO_SIGNATURE}),
    "signature refused": (
        _signatures({"party": "inspector"}, {"party": "enterprise", "sha256": "", "refused": True, "witness": "张网格"}),
        {Mark.SIGNATURE_REFUSED},
    ),
    "a field of the wrong type": (lambda world: check(world, note=["不是文字"]), {Mark.UNREADABLE_FIELD}),
    "null instead of nothing": (lambda world: check(world, note=None, task_id=None, photos=None), set()),
}
TRIED_ELSEWHERE = {Mark.OLD_EDITION, Mark.PHOTO_REUSED, Mark.MISSING_PHOTO, Mark.UNREADABLE_PHOTO, Mark.UNKNOWN_HAZARD}


def place_enterprise(world: World) -> None:
    """Enterprise A's position, as registered."""
    with world.database.write() as connection:
        connection.execute(update(Enterprise).where(Enterprise.id == world.enterprise_id).values(latitude=27.6612, longitude=113.5127))


@pytest.mark.parametrize("oddity", ODDITIES)
def test_an_oddity_is_accepted_and_marked(sqlite_world: World, oddity: str) -> None:
    change, expected = ODDITIES[oddity]
    place_enterprise(sqlite_world)
    with running(sqlite_world) as app:
        answer = file(Phone(app, sqlite_world), change(sqlite_world))
    assert answer.status_code == 201
    assert codes(answer.json()) == {mark.value for mark in expected}
    with sqlite_world.database.read() as connection:
        assert set(connection.scalar(select(Inspection.marks)) or ()) == {mark.value for mark in expected}


def test_every_mark_is_tried() -> None:
    tried = {mark for _, marks in ODDITIES.values() for mark in marks}
    assert tried | TRIED_ELSEWHERE == set(Mark)


def test_every_mark_has_a_chinese_label_in_the_receipt(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        receipt = file(Phone(app, sqlite_world), check(sqlite_world, position=None)).json()
    assert {"code": "no_position", "label": "没有定位"} in receipt["marks"]


def test_an_edition_not_yet_in_force_on_the_day_is_marked(sqlite_world: World) -> None:
    sqlite_world.clock.set_day(date(2025, 12, 31))
    with running(sqlite_world) as app:
        receipt = file(Phone(app, sqlite_world), check(sqlite_world)).json()
    assert codes(receipt) == {"old_edition"}


@pytest.mark.parametrize(("offset", "day"), [(timedelta(days=3652), "2026-11-20"), (timedelta(days=-3652), "2026-11-20")])
def test_a_wild_clock_gives_its_day_to_gps_time(world: World, offset: timedelta, day: str) -> None:
    with running(world) as app:
        file(Phone(app, world), _clock(offset)(world))
    with world.database.read() as connection:
        assert connection.scalar(select(Inspection.inspected_on)) == date.fromisoformat(day)


def test_a_wild_clock_without_gps_time_gives_its_day_to_the_day_of_arrival(world: World) -> None:
    with running(world) as app:
        file(Phone(app, world), _at(timedelta(days=-3652), timedelta(days=-3652))(world))
    with world.database.read() as connection:
        row = connection.execute(select(Inspection.inspected_on, Inspection.finished_at)).one()
    assert row.inspected_on == date(2026, 11, 20)
    assert row.finished_at == datetime(2016, 11, 20, 1, 0, tzinfo=UTC)


def test_the_time_stated_with_the_call_tells_a_slow_clock_from_a_late_check(sqlite_world: World) -> None:
    world = sqlite_world
    slow = _at(timedelta(minutes=-70), timedelta(minutes=-60))(world)
    with running(world) as app:
        phone = Phone(app, world)
        said_nothing = file(phone, slow).json()
        said_so = file(phone, slow, headers={"x-device-time": iso(world.clock.now() - timedelta(minutes=55))}).json()
        was_right = file(phone, slow, headers={"x-device-time": iso(world.clock.now())}).json()
    assert (codes(said_nothing), codes(said_so) - {"photo_reused"}, codes(was_right) - {"photo_reused"}) == (set(), {"clock_off"}, set())


def test_a_check_made_last_evening_keeps_its_own_day(world: World) -> None:
    with running(world) as app:
        file(Phone(app, world), _at(timedelta(hours=-14), timedelta(hours=-13))(world))
    with world.database.read() as connection:
        assert connection.scalar(select(Inspection.inspected_on)) == date(2026, 11, 19)


def test_a_photo_used_in_another_document_is_marked_there(world: World) -> None:
    photos = [{"sha256": digest("the same photo")}]
    with running(world) as app:
        phone = Phone(app, world)
        first = file(phone, check(world, photos=photos)).json()
        second = file(phone, check(world, photos=photos)).json()
        elsewhere = file(
            Phone(app, world, "foreign_inspector"), check(world, photos=photos, target={"id": str(world.foreign_enterprise_id)})
        )
    assert (codes(first), codes(second), codes(elsewhere.json())) == (set(), {"photo_reused"}, set())


def test_an_undecodable_photo_is_accepted_and_told_in_the_receipt(world: World) -> None:
    cut = pictures.jpeg()[:4000]
    name = sha256_hex(cut)
    document_id = new_id()
    with running(world) as app:
        phone = Phone(app, world)
        phone.put(f"photos/{name}", content=cut)
        file(phone, check(world, photos=[{"sha256": name}], signatures=[]), document_id)
        receipt = phone.get("receipts", params={"id": str(document_id)}).json()["receipts"][0]
    assert receipt["complete"] is True
    assert "unreadable_photo" in codes(receipt)
    (photo,) = receipt["photos"]
    assert (photo["state"], photo["readable"]) == ("stored", False)
    assert photo["problem"]
