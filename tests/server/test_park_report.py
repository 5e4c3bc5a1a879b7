"""The grading report of the park: gathered a few enterprises at a time, frozen, and for staff alone."""

from datetime import date

import pytest

from rules.terms import DocumentKind, HazardLevel, TargetKind
from server.enterprises.schemas import TargetForm
from server.enterprises.service import create_target
from server.errors import NotAllowed, NotFound
from server.grading import facts as facts_module
from server.grading.park_schemas import ParkFacts
from server.grading.service import gather_park, get_grading_paper, grade_park, issue_park_report
from server.papers import read_value
from tests.cast import World
from tests.server.grading_hands import BLUE, RED, YELLOW, Grading, point
from tests.server.office import RULEBOOK, Office
from tests.server.plan_hands import Planner

SINCE = date(2026, 9, 30)


def gather(world: World, who: str = "office") -> ParkFacts:
    """The report as it would be issued now."""
    with world.work_as(who, write=False) as work:
        return gather_park(work, RULEBOOK, since=SINCE, frequencies=None)


def grow(world: World) -> None:
    """Enterprise A was yellow in September and is red by an open hazard since; enterprise B has no register."""
    world.clock.set_day(date(2026, 9, 1))
    Grading(world).add(point("辊道窑", YELLOW), point("电窑", BLUE))
    world.clock.set_day(date(2026, 11, 20))
    Office(world).rectifying(HazardLevel.MAJOR)


@pytest.mark.parametrize("at_a_time", [1, 40])
def test_the_report_says_what_the_grades_say_however_many_are_gathered_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    grow(world)
    monkeypatch.setattr(facts_module, "AT_A_TIME", at_a_time)
    facts = gather(world)
    with world.work_as("office", write=False) as work:
        park = grade_park(work, RULEBOOK)
    colours = {one.name: one.grade.colour.value if one.grade.colour is not None else "" for one in park.enterprises}
    assert {one.name: one.colour for one in facts.enterprises} == colours
    # The worst stands first; neither was here on the day compared with.
    assert [(one.number, one.name, one.colour, one.before) for one in facts.enterprises] == [
        (1, "湘瓷日用瓷（虚构）", "red", None),
        (2, "渌江电瓷（虚构）", "", None),
    ]
    assert facts.enterprises[0].points == {"yellow": 1, "blue": 1}
    assert [(one.scheme, one.sources) for one in facts.schemes] == [("colour4_ge", 2)]
    assert sum(facts.trend[-1].counts.values()) == 2


def test_who_moved_is_told_by_the_colours_of_both_days(sqlite_world: World) -> None:
    world = sqlite_world
    grow(world)
    world.clock.set_day(date(2026, 11, 25))
    with world.work_as("office", write=False) as work:
        facts = gather_park(work, RULEBOOK, since=date(2026, 11, 24), frequencies=None)
        earlier = gather_park(work, RULEBOOK, since=date(2026, 11, 20), frequencies=None)
    assert [(one.before, one.colour) for one in facts.enterprises] == [("red", "red"), ("", "")]
    assert [(one.before, one.colour) for one in earlier.enterprises] == [("red", "red"), ("", "")]
    Grading(world).add(point("电窑", RED), enterprise=world.other_enterprise_id)
    with world.work_as("office", write=False) as work:
        moved = gather_park(work, RULEBOOK, since=date(2026, 11, 24), frequencies=None).enterprises[0]
    assert (moved.before, moved.colour, moved.headline) == ("", "red", "红：电窑 D=720")


def test_the_report_counts_the_inspections_the_plan_counts(world: World) -> None:
    planner = Planner(world)
    planner.in_force()
    for kind in (TargetKind.SITE, TargetKind.CONSTRUCTION_SITE):
        with world.work_as("office") as work:
            target = create_target(work, TargetForm(kind=kind, name=f"{kind.label}一处", enterprise_id=world.enterprise_id)).id
        planner.inspect(target=target)
    planner.inspect(on=date(2026, 10, 12))
    by_name = {one.name: one.inspections for one in gather(world).enterprises}
    assert by_name == {one.name: one.counted for one in planner.board().coverage} == {"湘瓷日用瓷（虚构）": 2, "渌江电瓷（虚构）": 0}


def test_an_issued_report_stays_and_is_the_staffs_alone(world: World) -> None:
    grow(world)
    with world.work_as("leader") as work:
        paper = issue_park_report(work, RULEBOOK, since=SINCE, note="提交安委会")
    assert paper.document_number == "示经开安办园评〔2026〕1号"
    with world.work_as("office") as work:
        assert issue_park_report(work, RULEBOOK, since=SINCE, note="提交安委会").id == paper.id
    Grading(world).add(point("新窑", RED), enterprise=world.other_enterprise_id)
    with world.work_as("auditor", write=False) as work:
        facts = read_value(get_grading_paper(work, paper.id), ParkFacts)
    assert facts.kind == DocumentKind.PARK_GRADING_REPORT
    assert [one.colour for one in facts.enterprises] == ["red", ""]
    for who in ("enterprise", "outsider", "foreign_office"):
        with world.work_as(who, write=False) as work, pytest.raises(NotFound):
            get_grading_paper(work, paper.id)
    with pytest.raises(NotAllowed):
        gather(world, "enterprise")
