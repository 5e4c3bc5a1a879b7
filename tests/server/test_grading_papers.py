"""Papers of grading: numbered without gaps, frozen, taken back, signed for, and nobody else's."""

from datetime import date
from uuid import UUID

import msgspec
import pytest

from rules.terms import DocumentKind, HazardLevel
from server.errors import InvalidInput, NotAllowed, NotFound, StateConflict, WordingNotPermitted
from server.grading.paper_schemas import GradingFacts, PointsFacts
from server.grading.schemas import MeasureForm
from server.grading.service import (
    issue_paper,
    list_grading_papers,
    preview_paper,
    print_points,
    read_register,
    retire_point,
    sign_for_paper,
    withdraw_grading_paper,
)
from server.models.orders import IssuedPaper
from server.papers import get_paper, is_intact, read_value
from tests.cast import World
from tests.server.ceramics import UNCONFIRMED, grow_ceramics
from tests.server.grading_hands import BLUE, ORANGE, RED, Grading, point, source
from tests.server.office import RULEBOOK, Office

REPORT, NOTICE, REGISTER, CARDS = (
    DocumentKind.GRADING_REPORT,
    DocumentKind.RISK_NOTICE,
    DocumentKind.RISK_REGISTER,
    DocumentKind.RISK_CARDS,
)


def issue(world: World, kind: DocumentKind = REPORT, *, who: str = "office", note: str = "", enterprise: UUID | None = None) -> IssuedPaper:
    """A paper about enterprise A."""
    with world.work_as(who) as work:
        return issue_paper(work, RULEBOOK, kind, enterprise or world.enterprise_id, note)


def preview(world: World, who: str = "office") -> GradingFacts:
    """The grading report of enterprise A as it would be issued now."""
    with world.work_as(who, write=False) as work:
        facts = preview_paper(work, RULEBOOK, REPORT, world.enterprise_id)
    assert isinstance(facts, GradingFacts)
    return facts


def test_each_kind_is_numbered_on_its_own_without_gaps_and_from_one_every_year(world: World) -> None:
    grading = Grading(world)
    grading.add(point("辊道窑", RED))
    grading.add(point("电窑", BLUE), enterprise=world.other_enterprise_id)
    numbers = [issue(world).document_number, issue(world, enterprise=world.other_enterprise_id).document_number]
    assert numbers == ["示经开安办评〔2026〕1号", "示经开安办评〔2026〕2号"]
    assert [issue(world, kind).document_number for kind in (NOTICE, REGISTER, CARDS)] == [
        "示经开安办告〔2026〕1号", "示经开安办清〔2026〕1号", "示经开安办卡〔2026〕1号",
    ]  # fmt: skip
    world.clock.set_day(date(2027, 1, 1))
    assert issue(world).document_number == "示经开安办评〔2027〕1号"


def test_pressing_twice_takes_one_number_and_a_change_takes_another(sqlite_world: World) -> None:
    world = sqlite_world
    grading = Grading(world)
    grading.add(point("辊道窑", RED))
    first = issue(world)
    assert issue(world, who="leader").id == first.id
    assert issue(world, note="会后重发").document_number.endswith("2号")
    grading.add(point("电窑", BLUE))
    assert issue(world).document_number.endswith("3号")


def test_what_was_issued_stays_whatever_happens_to_the_register(world: World) -> None:
    grading = Grading(world)
    added = grading.add(point("辊道窑", RED), point("电窑", BLUE))
    paper = issue(world)
    before = paper.value
    with world.work_as("office") as work:
        retire_point(work, RULEBOOK, added.point_ids[0], "拆除")
    Office(world).rectifying(HazardLevel.MAJOR)
    with world.work_as("enterprise", write=False) as work:
        kept = get_paper(work, paper.id)
        facts = read_value(kept, GradingFacts)
        assert is_intact(kept)
        assert kept.value == before
        assert [one.name for one in facts.points] == ["辊道窑", "电窑"]
        assert facts.colour == "red"


def test_every_colour_is_explained_by_the_values_chosen_and_their_arithmetic(sqlite_world: World) -> None:
    world = sqlite_world
    Grading(world).add(point("辊道窑", RED, ORANGE))
    (line,) = preview(world).points
    assert line.sources[0].trail[1:5] == (
        "事故发生的可能性 L = 3（可能但不经常）",
        "人员暴露的频繁程度 E = 6（每天工作时间内暴露）",
        "事故后果（经典表） C = 40（灾难,数人死亡）",
        "D = L × E × C = 3 × 6 × 40 = 720",
    )
    assert [(one.colour, one.score_text) for one in line.sources] == [("red", "D=720"), ("orange", "D=240")]


def test_a_ceramics_enterprise_is_told_whole(world: World) -> None:
    grow_ceramics(world)
    facts = preview(world)
    sources = [one for line in facts.points for one in line.sources]
    assert sum(one.confirmed_on is None for one in sources) == UNCONFIRMED
    assert all(one.trail for one in sources if one.colour)
    assert [one.levels for one in facts.schemes] == [
        ("320 ≤ D：重大风险（红）", "160 ≤ D < 320：较大风险（橙）", "70 ≤ D < 160：一般风险（黄）", "D < 70：低风险（蓝）")
    ]
    judged = next(one for one in sources if one.direct)
    assert "涉及重大危险源" in judged.direct[0]
    assert {(one.number, one.overdue_days > 0) for one in facts.hazards} == {("YH-2026-0001", False), ("YH-2026-0002", True)}
    assert all(one.clauses and one.order_number for one in facts.hazards)
    lowered = next(one for one in facts.overrides if one.kind == "下调")
    assert (lowered.requested_by, lowered.decided_by, lowered.decided_reason) == ("周办", "刘主任", "现场看过，同意按停用管理")
    gas = next(one for one in facts.chemicals if one.name == "液化石油气站")
    assert gas.chemicals[0].ratio == "1.2"
    assert any("R = " in step for step in gas.trail)
    assert [(one.what, one.missed) for one in facts.what_if] == [
        ("示经开安办改〔2026〕2号", None),
        ("示经开安办改〔2026〕1号", "red"),
        ("以上全部", None),
    ]
    assert {one.cause for one in facts.history} >= {"采用行业参考清单", "隐患未销号", "隐患逾期", "人工调整"}


def test_a_paper_names_no_hazard_its_enterprise_has_not_been_told_of(sqlite_world: World) -> None:
    world = sqlite_world
    Grading(world).add(point("电窑", BLUE))
    hazard = Office(world).confirmed(HazardLevel.MAJOR)
    number = Office(world).hazard(hazard).number
    facts = preview(world)
    assert facts.colour == "red"
    assert number not in msgspec.json.encode(facts).decode()
    assert [one.number for one in facts.hazards] == ["尚未下达文书"]


def test_an_enterprise_sees_its_own_issued_papers_and_nobody_elses(world: World) -> None:
    Grading(world).add(point("辊道窑", RED))
    paper = issue(world)
    with world.work_as("principal", write=False) as work:
        assert [one.paper.id for one in list_grading_papers(work, world.enterprise_id)] == [paper.id]
        with pytest.raises(NotAllowed):
            preview_paper(work, RULEBOOK, REPORT, world.enterprise_id)
    for who in ("outsider", "foreign_office"):
        with world.work_as(who, write=False) as work:
            assert list_grading_papers(work, world.enterprise_id) == []
            with pytest.raises(NotFound):
                get_paper(work, paper.id)
            with pytest.raises(NotFound):
                print_points(work, RULEBOOK, REGISTER, world.enterprise_id)


@pytest.mark.parametrize("who", ["inspector", "enterprise", "auditor", "screener"])
def test_only_office_and_leader_issue(sqlite_world: World, who: str) -> None:
    Grading(sqlite_world).add(point("辊道窑", RED))
    with pytest.raises(NotAllowed):
        issue(sqlite_world, who=who)


def test_an_enterprise_without_a_register_gets_no_paper(sqlite_world: World) -> None:
    with pytest.raises(StateConflict, match="还没有登记风险点"):
        issue(sqlite_world)


def test_a_park_without_entrusted_enforcement_neither_orders_nor_decides_in_its_papers(sqlite_world: World) -> None:
    form = point("辊道窑", RED)
    measure = MeasureForm(kind="management", text="责令停炉检修")
    ordering = msgspec.structs.replace(form, sources=(source("辊道窑燃气", RED, measures=(measure,)),))
    Grading(sqlite_world).add(ordering)
    with pytest.raises(WordingNotPermitted, match="决定"):
        issue(sqlite_world, note="经研究决定予以公布")
    with pytest.raises(WordingNotPermitted, match="责令"):
        issue(sqlite_world, NOTICE)
    assert issue(sqlite_world, REGISTER).document_number.endswith("1号")


def test_a_withdrawn_paper_keeps_its_number_and_says_why(sqlite_world: World) -> None:
    world = sqlite_world
    Grading(world).add(point("辊道窑", RED))
    paper = issue(world)
    with world.work_as("office") as work, pytest.raises(InvalidInput, match="理由"):
        withdraw_grading_paper(work, RULEBOOK, paper.id, " ")
    with world.work_as("office") as work:
        withdraw_grading_paper(work, RULEBOOK, paper.id, "企业名称有误")
    with world.work_as("office") as work, pytest.raises(StateConflict):
        withdraw_grading_paper(work, RULEBOOK, paper.id, "再撤一次")
    assert issue(world).document_number.endswith("2号")
    with world.work_as("enterprise", write=False) as work:
        kept = next(one for one in list_grading_papers(work, world.enterprise_id) if one.paper.id == paper.id)
        assert kept.withdrawal is not None
        assert (kept.withdrawal.reason, kept.paper.withdrawn_at) == ("企业名称有误", world.clock.now())


def test_the_enterprise_signs_once_for_its_notice_and_for_nothing_else(world: World) -> None:
    Grading(world).add(point("辊道窑", RED))
    notice, report = issue(world, NOTICE), issue(world)
    for who, refusal in (("outsider", NotFound), ("office", NotAllowed)):
        with world.work_as(who) as work, pytest.raises(refusal):
            sign_for_paper(work, notice.id)
    with world.work_as("enterprise") as work:
        first = sign_for_paper(work, notice.id)
    world.clock.advance(days=1)
    with world.work_as("principal") as work:
        again = sign_for_paper(work, notice.id)
        assert (again.received_at, again.received_by_name) == (first.received_at, "李企")
        with pytest.raises(StateConflict):
            sign_for_paper(work, report.id)


def test_register_paper_and_page_are_made_of_the_same_rows(sqlite_world: World) -> None:
    world = sqlite_world
    grow_ceramics(world)
    with world.work_as("office", write=False) as work:
        register = read_register(work, RULEBOOK, world.enterprise_id)
        facts = print_points(work, RULEBOOK, REGISTER, world.enterprise_id)
    assert isinstance(facts, PointsFacts)
    assert [(one.name, len(one.sources)) for one in facts.points] == [(one.point.name, len(one.sources)) for one in register.points]
    colours = [one.colour.value if one.colour is not None else "" for one in register.points]
    assert [one.colour for one in facts.points] == colours
    lines = [one for line in facts.points for one in line.sources]
    assert [(one.id, one.score_text, one.gaps) for one in lines] == [
        (str(view.source.id), view.source.score_text, view.gaps) for view in register.sources
    ]
