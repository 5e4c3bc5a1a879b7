"""Grades on the phone: in the bundle, again when they say something else, whatever moved them; nothing for phones that do not ask."""

from typing import Any

from rules.bands import Colour
from rules.terms import HazardLevel, OverrideKind
from server.grading.service import list_grades, set_policy
from tests.cast import World
from tests.doors import Phone, running
from tests.server.grading_hands import BLUE, ORANGE, YELLOW, Grading, point
from tests.server.office import RULEBOOK, Office


def changes(phone: Phone, bundle: dict[str, Any], held: str | None) -> dict[str, Any]:
    """What changed after a bundle, for a phone that shows this mark."""
    query = {"after": bundle["cursor"]} | ({} if held is None else {"grades": held})
    answer = phone.get("changes", params=query)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def grade_of(world: World, said: dict[str, Any]) -> dict[str, Any]:
    """The grade of enterprise A among those said."""
    found: dict[str, Any] = next(one for one in said["grades"] if one["enterprise_id"] == str(world.enterprise_id))
    return found


def test_a_bundle_tells_each_colour_its_reasons_and_where_to_look_first(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("辊道窑", ORANGE), point("梭式窑", ORANGE), point("叉车", YELLOW), point("仓库", BLUE))
    with running(world) as app:
        phone = Phone(app, world)
        mine = grade_of(world, phone.get("bundle").json())
        assert (mine["colour"], mine["letter"], mine["headline"]) == ("orange", "橙", "橙：梭式窑 D=240、辊道窑 D=240")
        assert [(one["name"], one["colour"], one["said"]) for one in mine["worst_points"]] == [
            ("梭式窑", "orange", "D=240"),
            ("辊道窑", "orange", "D=240"),
        ]
        major = office.confirmed(HazardLevel.MAJOR)
        said = phone.get("bundle").json()
        raised = grade_of(world, said)
        assert (raised["colour"], raised["moved_by"]) == ("red", ["hazard"])
        assert office.hazard(major).number in raised["headline"]
        empty = next(one for one in said["grades"] if one["enterprise_id"] == str(world.other_enterprise_id))
        assert (empty["colour"], empty["letter"], empty["worst_points"]) == ("", "", [])
        assert str(world.foreign_enterprise_id) not in str(said["grades"])
        with world.work_as("office", write=False) as work:
            page = {str(one.id): one.grade.headline for one in list_grades(work)}
        assert {one["enterprise_id"]: one["headline"] for one in said["grades"]} == page


def test_changed_grades_come_along_whatever_changed_them_and_unchanged_ones_do_not(sqlite_world: World) -> None:
    world = sqlite_world
    grading, office = Grading(world), Office(world)
    grading.add(point("辊道窑", YELLOW), point("仓库", BLUE))
    office.rectifying(days=2)
    with running(world) as app:
        phone = Phone(app, world)
        bundle = phone.get("bundle").json()
        mark = bundle["grades_mark"]
        assert changes(phone, bundle, mark)["grades"] is None
        # A day passes and nothing happens but a deadline: no event says so.
        world.clock.advance(days=3)
        late = changes(phone, bundle, mark)
        assert grade_of(world, late)["colour"] == "orange"
        assert grade_of(world, late)["moved_by"] == ["overdue"]
        steps = (
            lambda: grading.accident(serious_injuries=1),
            lambda: _switch(world, is_on=False),
            lambda: grading.overrule(OverrideKind.RAISE, Colour.RED),
            lambda: grading.add(point("喷漆室", ORANGE)),
        )
        for step in steps:
            step()
            now = changes(phone, bundle, late["grades_mark"])
            assert now["grades"] is not None
            assert now["grades_mark"] != late["grades_mark"]
            late = now
            assert changes(phone, bundle, now["grades_mark"])["grades"] is None


def _switch(world: World, *, is_on: bool) -> None:
    with world.work_as("office") as work:
        set_policy(work, RULEBOOK, "open_casualty_accident", is_on=is_on, reason="例会议定")


def test_an_old_phone_gets_what_it_always_got_and_a_new_one_without_grades_gets_all(sqlite_world: World) -> None:
    Grading(sqlite_world).add(point("辊道窑", YELLOW))
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        bundle = phone.get("bundle").json()
        old = changes(phone, bundle, None)
        assert (old["grades"], old["grades_mark"]) == (None, "")
        fresh = changes(phone, bundle, "")
        assert fresh["grades"] == bundle["grades"]
        assert fresh["grades_mark"] == bundle["grades_mark"]
        strange = changes(phone, bundle, "x" * 500)
        assert strange["grades"] == bundle["grades"]


def test_the_same_grades_keep_the_bundles_etag_and_others_change_it(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("辊道窑", YELLOW))
    with running(sqlite_world) as app:
        phone = Phone(app, sqlite_world)
        first = phone.get("bundle").headers["etag"]
        assert phone.get("bundle", headers={"if-none-match": first}).status_code == 304
        grading.overrule(OverrideKind.RAISE, Colour.ORANGE)
        again = phone.get("bundle", headers={"if-none-match": first})
        assert again.status_code == 200
        assert grade_of(sqlite_world, again.json())["moved_by"] == ["raised"]
