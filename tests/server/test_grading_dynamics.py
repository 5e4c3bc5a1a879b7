"""What raises a grade and when it falls: hazards, overdue orders, accidents, policies and people; and what the trail keeps of it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select

from rules.bands import Colour
from rules.terms import GradeCause, HazardLevel, OverrideKind, OverrideState
from server.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, StateConflict
from server.grading.schemas import (
    AccidentForm,
    ChemicalForm,
    ChemicalUnitForm,
    OverrideForm,
    PointForm,
)
from server.grading.service import (
    close_accident,
    confirm_end,
    confirm_lower,
    correct_accident,
    end_lower,
    get_accident,
    get_grade,
    grade_if_closed,
    list_accidents,
    list_history,
    list_open_requests,
    list_overrides,
    list_policies,
    place_hazard,
    raise_by_hand,
    read_chemicals,
    record_accident,
    refuse_lower,
    reject_end,
    request_end,
    request_lower,
    retire_chemical_unit,
    retire_point,
    save_chemical_unit,
    set_policy,
    suggest_points,
    void_accident,
)
from server.ids import new_id
from server.models.events import Event
from server.models.risk import RiskGrade
from server.unit_of_work import Work
from tests.cast import World
from tests.server.grading_hands import BLUE, ORANGE, YELLOW, Grading, point, source
from tests.server.office import GENERAL_ITEM, RULEBOOK, Office


def test_an_open_major_hazard_raises_at_once_and_falls_only_at_closure(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("辊道窑燃气", ORANGE), point("窑车", BLUE))
    hazard_id = office.find(item="GEN-009")
    assert grading.grade().colour is Colour.ORANGE, "a finding nobody graded raises nothing"
    office.confirm(hazard_id, HazardLevel.MAJOR)
    assert grading.grade().headline == "红：未销号重大隐患 GM-10-3-2、YH-2026-0001；橙：辊道窑燃气 D=240"
    office.serve(office.issued(hazard_id, who="leader", due_on=world.clock.today() + timedelta(days=15)))
    office.reply(hazard_id, assessment=True, who="principal")
    office.look_again(hazard_id)
    assert grading.grade().colour is Colour.RED, "verified is not closed"
    office.close(hazard_id, who="leader", acceptance="验收意见 1 号")
    assert grading.grade().headline == "橙：辊道窑燃气 D=240"
    assert grading.grade().colour is grading.grade().assessed


def test_an_overdue_hazard_raises_one_level_from_the_day_after_its_deadline_until_it_is_closed(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("窑", YELLOW))
    hazard_id = office.rectifying(days=3)
    world.clock.advance(days=3)
    assert grading.grade().colour is Colour.YELLOW
    world.clock.advance(days=1)
    assert grading.grade().colour is Colour.ORANGE
    assert "逾期 1 日未销号" in grading.grade().headline
    office.reply(hazard_id)
    office.look_again(hazard_id)
    world.clock.advance(days=5)
    assert grading.grade().colour is Colour.ORANGE
    assert "逾期 1 日未销号" in grading.grade().headline, "days stop counting when the rectification was accepted"
    office.close(hazard_id)
    assert grading.grade().colour is Colour.YELLOW


def test_a_hazard_placed_at_a_point_raises_that_point_alone(world: World) -> None:
    grading, office = Grading(world), Office(world)
    added = grading.add(point("窑", YELLOW), PointForm(unit="库", name="通道", sources=(source("堵塞", BLUE, item_codes=(GENERAL_ITEM,)),)))
    hazard_id = office.rectifying(days=1)
    world.clock.advance(days=2)
    assert grading.grade().colour is Colour.ORANGE, "nobody said where: it counts at the worst point"
    with world.work_as("inspector") as work:
        assert [one.point_name for one in suggest_points(work, hazard_id)] == ["通道"]
        place_hazard(work, RULEBOOK, hazard_id, added.point_ids[1])
    grade = grading.grade()
    assert {one.name: one.colour for one in grade.points} == {"窑": Colour.YELLOW, "通道": Colour.YELLOW}
    assert grade.colour is Colour.YELLOW
    with world.work_as("inspector") as work:
        retire_point(work, RULEBOOK, added.point_ids[1], "通道取消")
    assert grading.grade().colour is Colour.ORANGE, "retiring the point hides nothing"
    with world.work_as("office") as work:
        with pytest.raises(InvalidInput):
            place_hazard(work, RULEBOOK, hazard_id, added.point_ids[1])
        place_hazard(work, RULEBOOK, hazard_id, added.point_ids[0])
        place_hazard(work, RULEBOOK, hazard_id, None)
    other = grading.add(point("线", BLUE), enterprise=world.other_enterprise_id).point_ids[0]
    with pytest.raises(InvalidInput), world.work_as("office") as work:
        place_hazard(work, RULEBOOK, hazard_id, other)


def test_what_if_tells_the_colour_after_closure_and_changes_nothing(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("窑", YELLOW))
    first, second = office.rectifying(HazardLevel.MAJOR, days=9), office.rectifying(days=1)
    world.clock.advance(days=2)
    with world.work_as("enterprise", write=False) as work:
        assert get_grade(work, world.enterprise_id).colour is Colour.RED
        assert grade_if_closed(work, world.enterprise_id, [first]).colour is Colour.ORANGE
        assert grade_if_closed(work, world.enterprise_id, [first, second]).colour is Colour.YELLOW
        assert grade_if_closed(work, world.enterprise_id, []).colour is Colour.RED


def test_the_enterprise_is_told_of_a_hazard_by_number_only_after_the_order(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("窑", YELLOW))
    hazard_id = office.confirmed(HazardLevel.MAJOR)
    grading.accident(serious_injuries=1)
    mine = grading.grade(who="enterprise")
    assert mine.colour is grading.grade().colour is Colour.RED
    assert "尚未下达文书" in mine.headline
    assert "YH-2026" not in "".join((*mine.trail, mine.headline))
    with world.work_as("enterprise", write=False) as work:
        assert "YH-2026" not in "".join(f"{one.text}{one.headline}" for one in list_history(work, RULEBOOK, world.enterprise_id))
    office.issued(hazard_id, who="leader", due_on=world.clock.today() + timedelta(days=15))
    assert "YH-2026-0001" in grading.grade(who="enterprise").headline


def test_a_rule_is_switched_off_and_on_with_a_reason_and_past_days_keep_theirs(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("窑", YELLOW))
    office.confirmed(HazardLevel.MAJOR)
    yesterday = world.clock.today()
    world.clock.advance(days=1)
    with world.work_as("office") as work:
        with pytest.raises(InvalidInput):
            set_policy(work, RULEBOOK, "open_major_hazard", is_on=False, reason=" ")
        with pytest.raises(NotFound):
            set_policy(work, RULEBOOK, "no_such_rule", is_on=False, reason="会议决定")
        assert set_policy(work, RULEBOOK, "open_major_hazard", is_on=True, reason="会议决定") is None
        set_policy(work, RULEBOOK, "open_major_hazard", is_on=False, reason="会议决定")
        view = next(one for one in list_policies(work) if one.rule_id == "open_major_hazard")
        assert (view.is_on, view.is_on_by_default, view.set_by_name, view.origin) == (False, True, "周办", "园区自定")
        assert get_grade(work, world.enterprise_id).colour is Colour.YELLOW
        assert get_grade(work, world.enterprise_id, day=yesterday).colour is Colour.RED
        kept = [one.cause for one in list_history(work, RULEBOOK, world.enterprise_id) if one.is_kept]
        assert kept[0] == GradeCause.POLICY
    for who in ("leader", "inspector", "auditor", "enterprise"):
        with pytest.raises(NotAllowed), world.work_as(who) as work:
            set_policy(work, RULEBOOK, "open_major_hazard", is_on=True, reason="会议决定")
    with pytest.raises(NotAllowed), world.work_as("enterprise") as work:
        list_policies(work)
    with world.work_as("foreign_office") as work:
        assert all(one.is_on is one.is_on_by_default for one in list_policies(work)), "another park's switches are its own"


# --- accidents -----------------------------------------------------------------------------------------------------------------


def test_an_accident_raises_until_its_case_is_closed_and_stays_on_record(world: World) -> None:
    grading = Grading(world)
    grading.add(point("窑", YELLOW))
    accident_id = grading.accident(serious_injuries=1)
    assert grading.grade().headline == f"红：{world.clock.today()} 窑车挤压事故，重伤 1 人，尚未结案；黄：窑 D=126"
    with world.work_as("office") as work:
        accident = get_accident(work, accident_id)
        assert (accident.level, accident.label) == (4, "一般事故")
        assert accident.questions, "the loss is not known yet"
        form = AccidentForm(
            enterprise_id=world.enterprise_id, occurred_on=accident.occurred_on, title="窑车挤压事故", deaths=3, serious_injuries=1,
            loss_wan=Decimal("120.5"), seen_version=accident.version,
        )  # fmt: skip
        assert correct_accident(work, RULEBOOK, accident_id, form).label == "较大事故"
        with pytest.raises(ChangedMeanwhile):
            correct_accident(work, RULEBOOK, accident_id, form)
        with pytest.raises(InvalidInput):
            close_accident(work, RULEBOOK, accident_id, "")
        close_accident(work, RULEBOOK, accident_id, "调查结案，防范措施落实")
        with pytest.raises(StateConflict):
            close_accident(work, RULEBOOK, accident_id, "调查结案，防范措施落实")
    assert grading.grade().colour is Colour.YELLOW
    with world.work_as("enterprise", write=False) as work:
        assert [one.closed_reason for one in list_accidents(work)] == ["调查结案，防范措施落实"]
    with world.work_as("office") as work:
        set_policy(work, RULEBOOK, "recent_death", is_on=True, reason="参照办法")
    assert grading.grade().colour is Colour.RED
    world.clock.advance(days=366)
    assert grading.grade().colour is Colour.YELLOW


def test_an_accident_recorded_by_mistake_counts_no_more_from_that_day(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", YELLOW))
    accident_id = grading.accident(deaths=1)
    with sqlite_world.work_as("office") as work:
        void_accident(work, RULEBOOK, accident_id, "登记错了企业")
        with pytest.raises(StateConflict):
            void_accident(work, RULEBOOK, accident_id, "登记错了企业")
        assert [one.void_reason for one in list_accidents(work, sqlite_world.enterprise_id)] == ["登记错了企业"]
    assert grading.grade().colour is Colour.YELLOW


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"occurred_on": date(2026, 12, 1)}, "occurred_on"),
        ({"deaths": None}, "deaths"),
        ({"serious_injuries": -1}, "serious_injuries"),
        ({"loss_wan": Decimal(-1)}, "loss_wan"),
        ({"accident_class": "地震"}, "accident_class"),
    ],
)
def test_an_accident_with_an_impossible_value_is_refused_at_its_field(sqlite_world: World, change: dict[str, object], field: str) -> None:
    form = AccidentForm(enterprise_id=sqlite_world.enterprise_id, occurred_on=date(2026, 11, 1), title="事故", deaths=0, serious_injuries=0)
    with pytest.raises(InvalidInput) as refusal, sqlite_world.work_as("office") as work:
        record_accident(work, RULEBOOK, msgspec.structs.replace(form, **change))
    assert [error.field for error in refusal.value.errors] == [field]


# --- people overrule -----------------------------------------------------------------------------------------------------------


def test_the_office_raises_with_a_reason_and_two_people_end_it(world: World) -> None:
    grading = Grading(world)
    grading.add(point("窑", YELLOW))
    with pytest.raises(InvalidInput):
        grading.overrule(OverrideKind.RAISE, "blue")
    with pytest.raises(InvalidInput):
        grading.overrule(OverrideKind.RAISE, "red", reason="高")
    override_id = grading.overrule(OverrideKind.RAISE, "red")
    assert grading.grade().headline == f"红：人工上调（周办，{world.clock.today()}）：专家论证意见；黄：窑 D=126"
    with pytest.raises(StateConflict):
        grading.overrule(OverrideKind.RAISE, "red")
    with world.work_as("office") as work:
        with pytest.raises(StateConflict):
            confirm_end(work, RULEBOOK, override_id)
        request_end(work, override_id, "措施已落实")
        with pytest.raises(StateConflict, match="以外的人"):
            confirm_end(work, RULEBOOK, override_id)
    with world.work_as("leader") as work:
        assert [one.id for one in list_open_requests(work)] == [override_id]
        reject_end(work, override_id, "证据不足")
        assert list_open_requests(work) == []
    assert grading.grade().colour is Colour.RED
    with world.work_as("office") as work:
        request_end(work, override_id, "措施已落实，附验收")
    with world.work_as("leader") as work:
        confirm_end(work, RULEBOOK, override_id)
    assert grading.grade().colour is Colour.YELLOW
    with world.work_as("enterprise", write=False) as work:
        (kept,) = list_overrides(work, world.enterprise_id)
        assert (kept.state, kept.reason, kept.end_reason, kept.ended_by_name) == (
            OverrideState.ENDED, "专家论证意见", "措施已落实，附验收", "刘主任",
        )  # fmt: skip


def test_lowering_takes_a_second_person_and_hides_no_hazard(world: World) -> None:
    grading, office = Grading(world), Office(world)
    added = grading.add(point("窑", ORANGE), point("车", BLUE))
    override_id = grading.overrule(OverrideKind.LOWER, "yellow")
    assert grading.grade().colour is Colour.ORANGE
    with world.work_as("enterprise", write=False) as work:
        assert list_overrides(work, world.enterprise_id) == []
    with pytest.raises(StateConflict, match="周办以外的人"), world.work_as("office") as work:
        confirm_lower(work, RULEBOOK, override_id, "同意下调")
    for who in ("inspector", "auditor", "enterprise"):
        with pytest.raises(NotAllowed), world.work_as(who) as work:
            confirm_lower(work, RULEBOOK, override_id, "同意下调")
    with world.work_as("leader") as work:
        confirm_lower(work, RULEBOOK, override_id, "同意下调")
    grade = grading.grade()
    assert grade.headline == f"黄：人工下调（周办、刘主任，{world.clock.today()}）：专家论证意见"
    assert grade.assessed is Colour.ORANGE
    hazard_id = office.confirmed(HazardLevel.MAJOR)
    assert grading.grade().colour is Colour.RED
    with world.work_as("office") as work:
        place_hazard(work, RULEBOOK, hazard_id, added.point_ids[1])
    assert grading.grade().colour is Colour.RED
    with world.work_as("office") as work:
        end_lower(work, RULEBOOK, override_id, "重新评价")
        assert grade_if_closed(work, world.enterprise_id, [hazard_id]).headline == "橙：窑 D=240"


def test_a_request_to_lower_can_be_refused_and_asked_again_for_one_point(world: World) -> None:
    grading = Grading(world)
    points = grading.add(point("窑", ORANGE), point("车", BLUE)).point_ids
    with pytest.raises(InvalidInput):
        grading.overrule(OverrideKind.LOWER, "red")
    with pytest.raises(NotFound):
        grading.overrule(OverrideKind.LOWER, "blue", point_id=new_id())
    first = grading.overrule(OverrideKind.LOWER, "yellow", point_id=points[0])
    with world.work_as("leader") as work:
        refuse_lower(work, first, "理由不充分")
        with pytest.raises(StateConflict):
            confirm_lower(work, RULEBOOK, first, "同意下调")
    second = grading.overrule(OverrideKind.LOWER, "yellow", point_id=points[0])
    with world.work_as("leader") as work:
        confirm_lower(work, RULEBOOK, second, "同意下调")
        assert {one.name: one.colour for one in get_grade(work, world.enterprise_id).points} == {"窑": Colour.YELLOW, "车": Colour.BLUE}
    with world.work_as("auditor", write=False) as work:
        assert [one.state for one in list_overrides(work, world.enterprise_id)] == [OverrideState.IN_FORCE, OverrideState.REFUSED]


# --- history, chemicals, access --------------------------------------------------------------------------------------------------


def test_history_tells_cause_edition_and_day_of_everything_that_moved_the_grade(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("窑", YELLOW))
    world.clock.advance(days=1)
    hazard_id = office.rectifying(days=2)
    world.clock.advance(days=5)
    office.reply(hazard_id)
    office.look_again(hazard_id)
    office.close(hazard_id)
    world.clock.advance(days=1)
    grading.overrule(OverrideKind.RAISE, "red")
    with world.work_as("enterprise", write=False) as work:
        entries = list_history(work, RULEBOOK, world.enterprise_id)
    told = [(one.day.day, one.cause, one.colour, one.is_kept) for one in entries]
    assert told == [
        (27, GradeCause.OVERRIDE, Colour.RED, True),
        (26, GradeCause.HAZARD_CLOSED, Colour.YELLOW, False),
        (24, GradeCause.HAZARD_OVERDUE, Colour.ORANGE, False),
        (20, GradeCause.ASSESSED, Colour.YELLOW, True),
    ]
    assert all(one.edition for one in entries)
    assert entries[0].by == "周办"
    with pytest.raises(NotFound), world.work_as("outsider", write=False) as work:
        list_history(work, RULEBOOK, world.enterprise_id)


def test_a_grade_is_written_down_when_it_moves_and_not_when_it_stays(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", YELLOW))
    grading.add(point("车", BLUE))
    grading.add(point("炉", ORANGE))
    with sqlite_world.work_as("office", write=False) as work:
        kept = list(work.session.scalars(select(RiskGrade).order_by(RiskGrade.graded_at, RiskGrade.id)))
    assert [(one.risk_number, one.headline) for one in kept] == [(3, "黄：窑 D=126"), (2, "橙：炉 D=240")]


def test_chemicals_are_computed_beside_and_never_a_pass_while_a_fact_is_missing(world: World) -> None:
    grading = Grading(world)
    tank = grading.add(point("氨机房", BLUE)).point_ids[0]
    form = ChemicalUnitForm(
        name="制冷机房",
        point_id=tank,
        chemicals=(ChemicalForm(name="氨", quantity_t=Decimal("9.9"), purpose="制冷"), ChemicalForm(name="汽油", quantity_t=Decimal("1"))),
    )
    with world.work_as("inspector") as work:
        unit = save_chemical_unit(work, RULEBOOK, world.enterprise_id, form)
        (view,) = read_chemicals(work, RULEBOOK, world.enterprise_id)
        assert view.installation is not None
        assert (view.installation.constitutes, view.advice) == (False, ())
        more = msgspec.structs.replace(
            form, seen_version=unit.version, chemicals=(*form.chemicals, ChemicalForm(name="乙炔", quantity_t=Decimal("0.005")))
        )
        save_chemical_unit(work, RULEBOOK, world.enterprise_id, more, unit_id=unit.id)
        (view,) = read_chemicals(work, RULEBOOK, world.enterprise_id)
        assert view.installation is not None
        assert view.installation.s is not None
        assert view.installation.s == 1, "exactly 1 already constitutes one"
        assert view.installation.constitutes
        assert view.installation.questions, "the residents are asked for"
        assert "general_3" in view.advice[0]
        with pytest.raises(ChangedMeanwhile):
            save_chemical_unit(work, RULEBOOK, world.enterprise_id, more, unit_id=unit.id)
        unknown = msgspec.structs.replace(form, chemicals=(ChemicalForm(name="不认识的东西", quantity_t=None),))
        save_chemical_unit(work, RULEBOOK, world.enterprise_id, unknown, unit_id=unit.id)
        (view,) = read_chemicals(work, RULEBOOK, world.enterprise_id)
        assert view.installation is not None
        assert view.installation.constitutes is None
        retire_chemical_unit(work, unit.id, "机房拆除")
        assert read_chemicals(work, RULEBOOK, world.enterprise_id) == ()


@pytest.mark.parametrize(
    ("chemical", "field"),
    [
        (ChemicalForm(name=" "), "chemicals.0.name"),
        (ChemicalForm(name="氨", cas="7664-41-8", quantity_t=Decimal(1)), "chemicals.0.cas"),
        (ChemicalForm(name="氨", quantity_t=Decimal(-1)), "chemicals.0.quantity_t"),
        (ChemicalForm(name="氨", quantity_t=Decimal("0.0000001")), "chemicals.0.quantity_t"),
        (ChemicalForm(name="自配液", quantity_t=Decimal(1), threshold_t=Decimal(5)), "chemicals.0.threshold_source"),
        (ChemicalForm(name="自配液", quantity_t=Decimal(1), categories=("W99",)), "chemicals.0.categories"),
    ],
)
def test_a_chemical_with_an_impossible_value_is_refused(sqlite_world: World, chemical: ChemicalForm, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal, sqlite_world.work_as("office") as work:
        save_chemical_unit(work, RULEBOOK, sqlite_world.enterprise_id, ChemicalUnitForm(name="库", chemicals=(chemical,)))
    assert [error.field for error in refusal.value.errors] == [field]


def office_steps(grading: Grading) -> tuple[Callable[[Work], object], ...]:
    world = grading.world
    accident = AccidentForm(enterprise_id=world.enterprise_id, occurred_on=date(2026, 11, 1), title="事故", deaths=0, serious_injuries=0)
    accident_id = grading.accident()
    override = OverrideForm(enterprise_id=world.enterprise_id, colour="red", reason="专家论证意见")
    return (
        lambda work: record_accident(work, RULEBOOK, accident),
        lambda work: correct_accident(work, RULEBOOK, accident_id, accident),
        lambda work: close_accident(work, RULEBOOK, accident_id, "结案"),
        lambda work: void_accident(work, RULEBOOK, accident_id, "误登"),
        lambda work: raise_by_hand(work, RULEBOOK, override),
        lambda work: request_lower(work, RULEBOOK, msgspec.structs.replace(override, colour="blue")),
    )


@pytest.mark.parametrize("who", ["leader", "inspector", "auditor", "enterprise", "outsider", "screener", "liaison", "admin"])
def test_only_the_office_records_accidents_and_overrules(sqlite_world: World, who: str) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", YELLOW))
    for step in office_steps(grading):
        with pytest.raises(NotAllowed), sqlite_world.work_as(who) as work:
            step(work)


def test_another_park_and_another_enterprise_find_nothing_to_move_or_see(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("窑", YELLOW))
    hazard_id = office.rectifying()
    override_id = grading.overrule(OverrideKind.LOWER, "blue")
    with world.work_as("office") as work:
        unit = save_chemical_unit(work, RULEBOOK, world.enterprise_id, ChemicalUnitForm(name="库"))
    foreign: tuple[Callable[[Work], object], ...] = (
        *office_steps(grading),
        lambda work: place_hazard(work, RULEBOOK, hazard_id, None),
        lambda work: refuse_lower(work, override_id, "不同意"),
        lambda work: confirm_lower(work, RULEBOOK, override_id, "同意下调"),
        lambda work: save_chemical_unit(work, RULEBOOK, world.enterprise_id, ChemicalUnitForm(name="库")),
        lambda work: retire_chemical_unit(work, unit.id, "拆除"),
        lambda work: get_grade(work, world.enterprise_id),
        lambda work: list_history(work, RULEBOOK, world.enterprise_id),
    )
    for step in foreign:
        with pytest.raises(NotFound), world.work_as("foreign_office") as work:
            step(work)
    for who in ("outsider", "foreign_office"):
        with world.work_as(who, write=False) as work:
            assert list_accidents(work, world.enterprise_id) == []
            assert list_overrides(work, world.enterprise_id) == []
            with pytest.raises(NotFound):
                get_grade(work, world.enterprise_id)
            with pytest.raises(NotFound):
                read_chemicals(work, RULEBOOK, world.enterprise_id)


def test_every_change_of_grading_leaves_its_event(sqlite_world: World) -> None:
    grading, office = Grading(sqlite_world), Office(sqlite_world)
    added = grading.add(point("窑", YELLOW))
    hazard_id = office.rectifying()
    grading.accident()
    grading.overrule(OverrideKind.RAISE, "red")
    with sqlite_world.work_as("office") as work:
        place_hazard(work, RULEBOOK, hazard_id, added.point_ids[0])
        set_policy(work, RULEBOOK, "recent_death", is_on=True, reason="参照办法")
    with sqlite_world.work_as("office", write=False) as work:
        actions = set(work.session.scalars(select(Event.action)))
    assert {"risk_register:added", "accident:recorded", "grade_override:raised", "hazard:placed", "dynamic_policy:set"} <= actions
