"""A ceramics enterprise with months of grading behind it: the sample every paper of grading is tried on.

Enterprise A (湘瓷) takes over the reference list, confirms part of it on site, assesses two points higher by values and by a direct
judgement, has an open major hazard at its kiln and a general one overdue, people's overrides both ways, and chemicals of two units.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from rules.terms import HazardLevel, OverrideKind
from server.grading.schemas import ChemicalForm, ChemicalUnitForm, DirectForm, VerificationForm
from server.grading.service import (
    assess_source,
    confirm_lower,
    confirm_sources,
    copy_starter,
    place_hazard,
    read_register,
    save_chemical_unit,
)
from tests.cast import World
from tests.server.grading_hands import RED, Grading, lec, point
from tests.server.office import RULEBOOK, Office

STARTER = "ceramics"
UNCONFIRMED = 6
"""How many sources nobody looked at on site."""


def grow_ceramics(world: World) -> None:
    """Make it, over September to 20 November 2026."""
    grading, office = Grading(world), Office(world)
    world.clock.set_day(date(2026, 9, 1))
    with world.work_as("office") as work:
        copy_starter(work, RULEBOOK, world.enterprise_id, STARTER)
    grading.add(point("=SUM(A1)甲醇罐（试公式）", RED, unit="危化品库"), point("待评价的风险点", unit="危化品库"))
    world.clock.set_day(date(2026, 9, 20))
    with world.work_as("inspector") as work:
        sources = [view for view in read_register(work, RULEBOOK, world.enterprise_id).sources if not view.is_confirmed]
        confirm_sources(work, RULEBOOK, [view.source.id for view in sources[UNCONFIRMED:]])
    _assess_higher(world, [view.source.id for view in sources[UNCONFIRMED:]])
    _hazards(world, office)
    world.clock.set_day(date(2026, 11, 2))
    _overrule(world, grading)
    _chemicals(world)
    world.clock.set_day(date(2026, 11, 20))


def _assess_higher(world: World, sources: list[UUID]) -> None:
    verified = VerificationForm(verified_on=date(2026, 9, 19), verified_by="王检", approved_by="刘主任")
    with world.work_as("office") as work:
        assess_source(work, RULEBOOK, sources[0], lec(("3", "6", "15"), direct=(DirectForm(named="general_3"),), reason="现场核对"))
        assess_source(work, RULEBOOK, sources[1], lec(("0.5", "3", "7"), reason="加装联锁后再评", verification=verified))


def _hazards(world: World, office: Office) -> None:
    world.clock.set_day(date(2026, 10, 8))
    major = office.rectifying(HazardLevel.MAJOR, days=60)
    office.rectifying(days=10)
    with world.work_as("office") as work:
        place_hazard(work, RULEBOOK, major, read_register(work, RULEBOOK, world.enterprise_id).points[4].point.id)


def _overrule(world: World, grading: Grading) -> None:
    with world.work_as("office", write=False) as work:
        points = read_register(work, RULEBOOK, world.enterprise_id).points
        blue = next(one for one in points if one.colour is not None and one.colour.risk.number == 4)
        red = next(one for one in points if one.assessed is not None and one.assessed.risk.number == 1)
    grading.overrule(OverrideKind.RAISE, "orange", point_id=blue.point.id, reason="连续两次发现违章，先按橙色管")
    lowered = grading.overrule(OverrideKind.LOWER, "orange", point_id=red.point.id, reason="已停用，清洗置换完毕")
    with world.work_as("leader") as work:
        confirm_lower(work, RULEBOOK, lowered, "现场看过，同意按停用管理")


def _chemicals(world: World) -> None:
    with world.work_as("office") as work:
        for name, residents, chemicals in (
            ("液化石油气站", 35, (ChemicalForm(name="液化石油气", cas="68476-85-7", quantity_t=Decimal(60)),)),
            ("化学品库", None, (ChemicalForm(name="甲醇", cas="67-56-1", quantity_t=Decimal("12.5")), ChemicalForm(name="釉用溶剂"))),
        ):
            save_chemical_unit(work, RULEBOOK, world.enterprise_id, ChemicalUnitForm(name=name, residents=residents, chemicals=chemicals))
