"""The park's colours: zones, counts, past days, the trend; all in a constant number of queries; and the road from the first release."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, inspect

from rules.bands import Colour
from rules.terms import HazardLevel, OverrideKind
from server.errors import NotAllowed
from server.grading.grades import count_colours
from server.grading.service import (
    assess_source,
    get_grade,
    grade_park,
    list_grades,
    monthly_trend,
    place_hazard,
    read_register,
    retire_point,
    set_policy,
)
from server.ids import new_id
from server.migrations import find_differences, go_back, migrate
from server.models import Enterprise, HazardSource, RiskAssessment, RiskPoint, RiskUnit, Zone
from server.models.base import table_of
from server.parks.schemas import ZoneForm
from server.parks.service import create_zone
from tests.cast import World
from tests.server.counting import counted
from tests.server.grading_hands import BLUE, ORANGE, RED, YELLOW, Grading, lec, point
from tests.server.office import RULEBOOK, Office

DAY = date(2026, 11, 20)
SCORES = {1: "720", 2: "240", 3: "126", 4: "42"}


def fill(world: World, enterprises: int, points: int, *, start: int = 0) -> None:
    """A park as large as asked, written straight into the tables: every enterprise with so many points of one source."""
    now = world.clock.now()
    rows: dict[Any, list[dict[str, Any]]] = {model: [] for model in (Enterprise, RiskUnit, RiskPoint, HazardSource, RiskAssessment)}
    for number in range(start, start + enterprises):
        enterprise_id, unit_id = new_id(), new_id()
        own = {"park_id": world.park_id, "enterprise_id": enterprise_id}
        rows[Enterprise].append(
            {
                "id": enterprise_id, "park_id": world.park_id, "name": f"第{number:03d}厂（虚构）", "short_name": "",
                "credit_code": f"9143{number:014d}", "industry_code": "3074", "sectors": [], "risks": [],
                "address": "", "legal_representative": "", "principal_officer": "", "principal_phone": "", "safety_officer": "",
                "safety_phone": "", "created_at": now, "updated_at": now,
            }
        )  # fmt: skip
        rows[RiskUnit].append({"id": unit_id, **own, "ordinal": 1, "name": "车间", "created_at": now})
        for place in range(points):
            point_id, source_id, assessment_id = new_id(), new_id(), new_id()
            risk = 1 + (number + place) % 4 if place else 2 + number % 3
            result = {"method": "lec", "score": Decimal(SCORES[risk]), "score_text": f"D={SCORES[risk]}", "risk_number": risk}
            rows[RiskPoint].append(
                {
                    "id": point_id, **own, "unit_id": unit_id, "ordinal": place, "name": f"点{place}", "kind": "facility", "location": "",
                    "starter": "", "created_on": DAY, "created_at": now, "retired_reason": "", "version": 1,
                }
            )  # fmt: skip
            rows[HazardSource].append(
                {
                    "id": source_id, **own, "point_id": point_id, "ordinal": 1, "name": f"源{place}", "consequence": "", "accidents": [],
                    "accident_edition": "", "item_codes": [], "layer": "", "department": "", "person": "", "scheme": "colour4_ge", **result,
                    "assessment_id": assessment_id, "assessed_on": DAY, "starter": "", "confirmed_on": DAY, "confirmed_by_name": "周办",
                    "created_on": DAY, "retired_reason": "", "version": 1,
                }
            )  # fmt: skip
            rows[RiskAssessment].append(
                {
                    "id": assessment_id, **own, "point_id": point_id, "source_id": source_id, "sequence": 1, "assessed_on": DAY,
                    "assessed_at": now, "assessed_by_name": "周办", "scheme": "colour4_ge", "variant": "", "chosen": {}, "direct": [],
                    **result, "level": risk, "label": "", "trail": [], "basis": [], "unverified": [], "edition": "x", "reason": "",
                    "is_starter": False, "verified_by": "", "approved_by": "",
                }
            )  # fmt: skip
    with world.database.write() as connection:
        for model, values in rows.items():
            if values:
                connection.execute(insert(table_of(model)), values)


def test_a_zone_takes_its_worst_enterprise_and_the_park_its_worst_zone_and_all_numbers_add_up(world: World) -> None:
    grading = Grading(world)
    with world.work_as("office") as work:
        north = create_zone(work, ZoneForm(name="北片")).id
        create_zone(work, ZoneForm(name="空片"))
        work.session.get_one(Enterprise, world.enterprise_id).zone_id = north
    fill(world, 3, 4)
    grading.add(point("窑", ORANGE), point("车", BLUE))
    with world.work_as("office", write=False) as work:
        park = grade_park(work, RULEBOOK)
        listed = list_grades(work)
    assert [one.name for one in park.enterprises] == [one.name for one in listed]
    assert Counter(one.grade.colour for one in listed) == Counter({key: n for key, n in park.counts.items() if n})
    for colour in (*Colour, None):
        assert sum(zone.counts[colour] for zone in park.zones) == park.counts[colour]
        assert sum(one.grade.counts[colour] for one in listed) == park.points[colour]
    assert {zone.name: zone.colour for zone in park.zones} == {"北片": Colour.ORANGE, "未划片区": Colour.RED}
    assert park.zones[0].decisive == (world.enterprise_id,)
    assert "湘瓷日用瓷（虚构）" in park.zones[0].trail[0]
    assert park.colour is Colour.RED
    assert park.counts[None] == 1
    assert any("1 家企业尚未评价" in one for one in park.trail)
    assert park.edition == RULEBOOK.edition


def test_an_enterprise_sees_a_park_of_itself_and_strangers_none(world: World) -> None:
    Grading(world).add(point("窑", RED))
    with world.work_as("enterprise", write=False) as work:
        assert [one.id for one in grade_park(work, RULEBOOK).enterprises] == [world.enterprise_id]
    with world.work_as("outsider", write=False) as work:
        assert [one.id for one in list_grades(work)] == [world.other_enterprise_id]
    with world.work_as("foreign_office", write=False) as work:
        assert [one.id for one in list_grades(work)] == [world.foreign_enterprise_id]
    for who in ("screener", "liaison", "admin"):
        with pytest.raises(NotAllowed), world.work_as(who, write=False) as work:
            list_grades(work)


def test_the_park_takes_the_same_queries_whatever_its_size(world: World) -> None:
    counts = []
    for enterprises in (1, 30):
        fill(world, enterprises, 5, start=enterprises)
        with world.work_as("office", write=False) as work, counted(world.database) as statements:
            grade_park(work, RULEBOOK)
        counts.append(statements.count)
    assert counts[0] == counts[1] <= 8


def test_three_hundred_enterprises_with_thirty_points_each_add_up_today_and_as_of_today(sqlite_world: World) -> None:
    fill(sqlite_world, 300, 30)
    with sqlite_world.work_as("office", write=False) as work:
        park = grade_park(work, RULEBOOK)
        past = grade_park(work, RULEBOOK, day=DAY)
    assert len(park.enterprises) == 302
    with sqlite_world.work_as("office", write=False) as work:
        brief = grade_park(work, RULEBOOK, is_brief=True)
        assert grade_park(work, RULEBOOK, day=DAY, is_brief=True).counts == park.counts
    assert (brief.counts, brief.trail, brief.zones, brief.points) == (park.counts, park.trail, park.zones, {})
    assert [one.grade.headline for one in brief.enterprises] == [one.grade.headline for one in park.enterprises]
    assert sum(park.points.values()) == 9000
    assert park.counts == past.counts


def test_a_past_day_is_read_from_the_assessments_and_today_from_the_sources_alike(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("窑", YELLOW), point("车", BLUE))
    office.rectifying(HazardLevel.MAJOR, days=30)
    with world.work_as("office", write=False) as work:
        seen = get_grade(work, world.enterprise_id)
    world.clock.advance(days=10)
    grading.add(point("炉", RED))
    with world.work_as("office", write=False) as work:
        again = get_grade(work, world.enterprise_id, day=DAY)
        before = get_grade(work, world.enterprise_id, day=DAY - timedelta(days=1))
    assert (again.headline, again.assessed, again.points) == (seen.headline, seen.assessed, seen.points)
    assert before.points == ()
    assert before.colour is None


def test_the_trend_ends_with_today_and_each_month_adds_up_to_the_enterprises_of_its_day(world: World) -> None:
    grading = Grading(world)
    grading.add(point("窑", YELLOW))
    world.clock.set_day(date(2026, 12, 15))
    grading.add(point("炉", RED))
    world.clock.set_day(date(2027, 1, 10))
    with world.work_as("office", write=False) as work:
        trend = monthly_trend(work, months=4)
        assert trend[-1].counts == grade_park(work, RULEBOOK).counts
    assert [one.day for one in trend] == [date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 10)]
    assert [sum(one.counts.values()) for one in trend] == [0, 2, 2, 2]
    assert [one.counts[Colour.RED] for one in trend] == [0, 0, 1, 1]


def test_the_trend_counts_as_the_days_themselves_do_whatever_moved_them(world: World) -> None:
    grading, office = Grading(world), Office(world)
    fill(world, 3, 3)
    kiln, empty, rack = grading.add(point("窑", YELLOW), point("未评"), point("架", BLUE, BLUE)).point_ids
    grading.add(point("线", BLUE), enterprise=world.other_enterprise_id)
    late = office.rectifying(days=5)
    with world.work_as("office") as work:
        place_hazard(work, RULEBOOK, late, empty)
    world.clock.set_day(date(2026, 12, 20))
    major = office.rectifying(HazardLevel.MAJOR, days=5, target=world.other_enterprise_id)
    grading.overrule(OverrideKind.RAISE, "orange", point_id=rack)
    world.clock.set_day(date(2027, 1, 20))
    with world.work_as("office") as work:
        retire_point(work, RULEBOOK, kiln, "拆除")
        set_policy(work, RULEBOOK, "open_major_hazard", is_on=False, reason="会议决定")
        assess_source(work, RULEBOOK, read_register(work, RULEBOOK, world.other_enterprise_id).sources[0].source.id, lec(RED))
    grading.accident(deaths=1)
    world.clock.set_day(date(2027, 2, 10))
    office.reply(late)
    office.look_again(late)
    office.close(late)
    assert office.hazard(major).closed_on is None
    with world.work_as("office", write=False) as work:
        with counted(world.database) as statements:
            trend = monthly_trend(work, months=5)
        assert statements.count <= 8
        days = [count_colours(one.grade.colour for one in list_grades(work, day=month.day)) for month in trend]
    assert [month.counts for month in trend] == days
    assert len({tuple(counts.values()) for counts in days}) >= 3, "the months must differ, or nothing was tried"


# --- the road from the first release ---------------------------------------------------------------------------------------------


def test_a_database_of_the_first_release_keeps_its_rows_and_is_graded_after_the_upgrade(world: World) -> None:
    hazard_id = Office(world).rectifying(HazardLevel.MAJOR, days=5)
    go_back(world.database, "0001")
    assert not inspect(world.database.engine).has_table("risk_point")
    tables = [name for name in inspect(world.database.engine).get_table_names() if name != "alembic_version"]

    def held() -> dict[str, int]:
        with world.database.read() as connection:
            return {name: int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()) for name in tables}  # noqa: S608

    before = held()
    migrate(world.database)
    assert held() == before
    assert find_differences(world.database) == []
    Grading(world).add(point("窑", BLUE))
    grade = Grading(world).grade()
    assert grade.colour is Colour.RED
    assert grade.reasons[0].subject_ids == (hazard_id,)


def test_zones_are_told_apart_by_id_also_when_they_hold_nobody(sqlite_world: World) -> None:
    with sqlite_world.work_as("office") as work:
        work.session.add(Zone(id=new_id(), park_id=sqlite_world.park_id, name="甲", outline=None))
    with sqlite_world.work_as("office", write=False) as work:
        assert [zone.name for zone in grade_park(work, RULEBOOK).zones] == ["未划片区"]
