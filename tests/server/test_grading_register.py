"""The risk register: entered in batches, chosen in words, assessed anew, confirmed on site, retired; and nobody else's business."""

import io
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import openpyxl
import pytest

from rules.bands import Colour
from rules.risk_starters import load_starter_sets
from server.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, StateConflict
from server.grading.schemas import AssessmentForm, DirectForm, MeasureForm, PointForm, SourceForm, SourceQuery, VerificationForm
from server.grading.service import (
    add_points,
    add_source,
    assess_source,
    confirm_sources,
    copy_starter,
    export_register,
    finish_review,
    get_point,
    get_source,
    get_source_view,
    import_register,
    list_assessments,
    list_sources,
    list_starters,
    note_change,
    offered_schemes,
    propose,
    read_register,
    read_register_sheet,
    retire_point,
    retire_source,
    update_point,
    update_source,
    write_register_template,
)
from server.sheets import SheetRow
from server.unit_of_work import Work
from tests.cast import World
from tests.server.counting import counted
from tests.server.grading_hands import BLUE, ORANGE, RED, YELLOW, Grading, lec, measures, point, source
from tests.server.office import RULEBOOK

DAY = date(2026, 11, 20)


def test_a_register_is_entered_in_one_batch_and_tells_its_grade(world: World) -> None:
    grading = Grading(world)
    added = grading.add(point("辊道窑燃气", ORANGE, BLUE), point("窑车", YELLOW), point("釉料库", BLUE, unit="施釉车间"), who="inspector")
    assert (added.units, added.points, added.sources) == (2, 3, 4)
    with world.work_as("enterprise", write=False) as work:
        register = read_register(work, RULEBOOK, world.enterprise_id)
    assert [(unit.unit.name, [one.point.name for one in unit.points]) for unit in register.units] == [
        ("烧成车间", ["辊道窑燃气", "窑车"]),
        ("施釉车间", ["釉料库"]),
    ]
    assert register.grade.colour is Colour.ORANGE
    assert register.grade.headline == "橙：辊道窑燃气 D=240"
    assert Counter(one.colour for one in register.points) == Counter({key: n for key, n in register.grade.counts.items() if n})
    first = register.points[0].sources[0]
    assert [measure.text for measure in first.measures] == [one.text for one in measures()]
    assert (first.source.layer, first.gaps, first.is_confirmed) == ("department", (), True)
    assert first.assessment is not None
    assert "D = L × E × C = 1 × 6 × 40 = 240" in first.assessment.trail
    assert first.assessment.edition == RULEBOOK.edition


def test_every_mistake_of_a_batch_is_named_at_its_place_and_nothing_is_kept(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    bad = (
        point("好的", BLUE),
        PointForm(
            unit=" ",
            name="坏的",
            kind="ghost",
            sources=(
                source("一", ("5", "6", "40")),
                source("二", YELLOW, accidents=("地震",), layer="sky"),
                source("三", measures=(MeasureForm(kind="magic", text=" "),)),
            ),
        ),
    )
    with pytest.raises(InvalidInput) as refusal:
        grading.add(*bad)
    fields = {error.field for error in refusal.value.errors}
    assert fields == {
        "points.1.unit",
        "points.1.kind",
        "points.1.sources.0.likelihood",
        "points.1.sources.1.accidents",
        "points.1.sources.1.layer",
        "points.1.sources.2.measures.0.kind",
        "points.1.sources.2.measures.0.text",
    }
    assert all("第 2 个风险点“坏的”" in error.message for error in refusal.value.errors)
    with sqlite_world.work_as("office", write=False) as work:
        assert read_register(work, RULEBOOK, sqlite_world.enterprise_id).units == ()


def test_every_offered_scheme_can_be_answered_with_its_own_words_alone(sqlite_world: World) -> None:
    offered = offered_schemes(RULEBOOK, DAY)
    assert {one.method for one in offered} == {"lec", "ls", "mes", "matrix"}
    assert [one.scheme for one in offered if one.is_default] == ["colour4_ge", "ls_classic5", "mes_4_180_90_50"]
    with sqlite_world.work_as("office", write=False) as work:
        for one in offered:
            for place in (0, -1):
                chosen = {factor.factor: factor.options[place].score for factor in one.factors}
                form = AssessmentForm(method=one.method, scheme=one.scheme, variant=one.variant, chosen=chosen)
                proposal = propose(work, RULEBOOK, form)
                assert proposal.colour is not None
                assert proposal.layer
            assert all(option.words for factor in one.factors for option in factor.options)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (lec(("1", "6", "41")), "consequence"),
        (msgspec.structs.replace(lec(BLUE), scheme="nothing"), "scheme"),
        (msgspec.structs.replace(lec(BLUE), scheme=""), "scheme"),
        (msgspec.structs.replace(lec(BLUE), method="dice"), "method"),
        (AssessmentForm(method="lec", scheme="colour4_ge", chosen={"likelihood": "1", "exposure": "6"}), "chosen"),
        (lec(BLUE, direct=(DirectForm(named="no such thing"),)), "direct"),
        (AssessmentForm(method="matrix", scheme="sinopec_8x7", chosen={"severity": "A", "likelihood": "1"}), "scheme"),
    ],
)
def test_an_assessment_that_cannot_be_judged_names_its_field(sqlite_world: World, form: AssessmentForm, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal, sqlite_world.work_as("office", write=False) as work:
        propose(work, RULEBOOK, form)
    assert [error.field for error in refusal.value.errors] == [field]


def test_a_direct_judgement_makes_a_source_red_whatever_its_score(sqlite_world: World) -> None:
    with sqlite_world.work_as("office", write=False) as work:
        proposal = propose(work, RULEBOOK, lec(BLUE, direct=(DirectForm(named="general_3"),)))
        by_score = propose(work, RULEBOOK, lec(RED, direct=(DirectForm(named="general_3"),)))
    assert proposal.colour is Colour.RED
    assert (proposal.score_text, by_score.score_text) == ("D=42，直接判定", "D=720")
    assert any("直接判定" in one for one in proposal.trail)
    assert proposal.layer == "company"


def test_a_rise_counts_at_once_and_a_fall_waits_for_verified_measures_and_two_people(world: World) -> None:
    grading = Grading(world)
    grading.add(point("窑", YELLOW))
    one = grading.source_id("窑危险源1")
    with world.work_as("inspector") as work:
        assess_source(work, RULEBOOK, one, lec(RED))
    assert grading.grade().colour is Colour.RED
    verified = VerificationForm(verified_on=DAY, verified_by="王检", approved_by="周办")
    for form, field in (
        (lec(BLUE, reason="加装联锁"), "verification"),
        (lec(BLUE, verification=verified), "reason"),
        (lec(BLUE, reason="加装联锁", verification=msgspec.structs.replace(verified, approved_by="王检")), "verification.approved_by"),
        (lec(BLUE, reason="加装联锁", verification=msgspec.structs.replace(verified, verified_on=date(2026, 12, 1))), "verification"),
    ):
        with pytest.raises(InvalidInput) as refusal, world.work_as("office") as work:
            assess_source(work, RULEBOOK, one, form)
        assert [error.field for error in refusal.value.errors] == [field]
    assert grading.grade().colour is Colour.RED
    with world.work_as("office") as work:
        assess_source(work, RULEBOOK, one, lec(BLUE, reason="加装联锁", verification=verified))
    assert grading.grade().colour is Colour.BLUE
    with world.work_as("office", write=False) as work:
        past = list_assessments(work, one)
        assert [(row.sequence, row.score_text, row.approved_by) for row in past] == [
            (3, "D=42", "周办"),
            (2, "D=720", ""),
            (1, "D=126", ""),
        ]
        assert get_source(work, one).layer == "company", "a layer that took the risk over does not let go by itself"


def test_a_source_is_changed_with_its_measures_and_a_stale_form_changes_nothing(world: World) -> None:
    grading = Grading(world)
    grading.add(point("窑", YELLOW))
    one = grading.source_id("窑危险源1")
    with world.work_as("office") as work:
        seen = get_source(work, one).version
        kept = (MeasureForm(kind="emergency", text="切断总阀"), MeasureForm(kind="engineering", text="联锁"))
        update_source(work, one, SourceForm(name="熄火", person="", measures=kept, seen_version=seen))
    with world.work_as("office", write=False) as work:
        view = get_source_view(work, RULEBOOK, one)
        assert [(row.kind, row.text) for row in view.measures] == [("engineering", "联锁"), ("emergency", "切断总阀")]
        assert view.gaps == ("缺少管理措施、培训教育措施、个体防护措施", "没有写明责任人")
        assert view.colour is Colour.YELLOW
        point_id = view.source.point_id
    with world.work_as("office") as work:
        second = get_source(work, one).version
        update_source(work, one, SourceForm(name="熄火", measures=kept[:1], seen_version=second))
    for stale in (seen, second):
        with pytest.raises(ChangedMeanwhile), world.work_as("office") as work:
            update_source(work, one, SourceForm(name="别的", seen_version=stale))
    with world.work_as("office") as work:
        update_point(work, point_id, PointForm(unit="新车间", name="新窑", kind="place", location="东侧"))
        add_source(work, RULEBOOK, point_id, source("烫伤", RED))
    assert grading.grade().headline == "红：新窑 D=720"


def test_what_is_retired_stays_readable_and_counts_no_more(world: World) -> None:
    grading = Grading(world)
    grading.add(point("窑", RED), point("车", BLUE, YELLOW))
    with world.work_as("office") as work:
        with pytest.raises(InvalidInput):
            retire_source(work, RULEBOOK, grading.source_id("车危险源2"), " ")
        retire_source(work, RULEBOOK, grading.source_id("车危险源2"), "工序取消")
        red = get_source(work, grading.source_id("窑危险源1"))
        retire_point(work, RULEBOOK, red.point_id, "窑已拆除")
        with pytest.raises(StateConflict):
            assess_source(work, RULEBOOK, red.id, lec(BLUE))
        with pytest.raises(StateConflict):
            retire_point(work, RULEBOOK, red.point_id, "窑已拆除")
    assert grading.grade().colour is Colour.BLUE
    world.clock.advance(days=1)
    with world.work_as("enterprise", write=False) as work:
        assert get_point(work, red.point_id).retired_reason == "窑已拆除"
        assert read_register(work, RULEBOOK, world.enterprise_id).grade.headline == "蓝：车 D=42"


def test_a_starter_is_copied_marked_and_confirmed_on_site(world: World) -> None:
    ceramics = next(one for one in load_starter_sets() if one.key == "ceramics")
    with world.work_as("office") as work:
        assert next(one.key for one in list_starters(work, world.enterprise_id)) == "ceramics"
        some = {one.id for one in ceramics.points[:3]}
        assert copy_starter(work, RULEBOOK, world.enterprise_id, "ceramics", points=some).points == 3
        assert copy_starter(work, RULEBOOK, world.enterprise_id, "ceramics").points == len(ceramics.points) - 3
        with pytest.raises(StateConflict):
            copy_starter(work, RULEBOOK, world.enterprise_id, "ceramics")
        with pytest.raises(InvalidInput):
            copy_starter(work, RULEBOOK, world.enterprise_id, "ceramics", points={"GLAS-R01"})
        with pytest.raises(NotFound):
            copy_starter(work, RULEBOOK, world.enterprise_id, "mining")
        register = read_register(work, RULEBOOK, world.enterprise_id)
        assert register.grade.unconfirmed == len(register.sources) == len(ceramics.points)
        assert any("待现场确认" in one for one in register.grade.trail)
        assert all("待现场确认" in view.gaps for view in register.sources)
        assert all(len(view.measures) == 5 for view in register.sources)
        with pytest.raises(StateConflict):
            finish_review(work, RULEBOOK, world.enterprise_id, "全面复评")
        first, second, *rest = [view.source.id for view in register.sources]
        assert confirm_sources(work, RULEBOOK, [first, second]) == 2
        assert confirm_sources(work, RULEBOOK, [first]) == 0
        # Nobody has stood for the third: it may be set lower freely, and is confirmed by whoever grades it.
        assess_source(work, RULEBOOK, rest[0], lec(("0.1", "0.5", "1")))
        assert get_source(work, rest[0]).confirmed_on == DAY
        grade = read_register(work, RULEBOOK, world.enterprise_id).grade
        assert grade.unconfirmed == len(ceramics.points) - 3
        confirm_sources(work, RULEBOOK, rest)
        finish_review(work, RULEBOOK, world.enterprise_id, "全员参加，无变化")


def test_a_change_asks_for_a_review_until_one_is_done(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", YELLOW))
    with sqlite_world.work_as("inspector") as work:
        note_change(work, sqlite_world.enterprise_id, "窑炉改用天然气")
    assert grading.grade().reviews == ("停产、检维修、开停车、工艺或人员变更",)
    with sqlite_world.work_as("office") as work:
        finish_review(work, RULEBOOK, sqlite_world.enterprise_id, "重新辨识")
    assert grading.grade().reviews == ()
    sqlite_world.clock.advance(days=366)
    assert grading.grade().reviews == ("至少每年一次全面复评",)


def test_sources_are_listed_across_the_park_and_the_numbers_equal_the_registers(world: World) -> None:
    grading = Grading(world)
    grading.add(
        point("窑", RED, BLUE), PointForm(unit="库", name="空点"), PointForm(unit="库", name="未评", sources=(source("未评源", None),))
    )
    grading.add(point("线", YELLOW), enterprise=world.other_enterprise_id)
    with world.work_as("office", write=False) as work:
        with counted(world.database) as statements:
            page = list_sources(work, SourceQuery())
        assert statements.count == 2
        assert [row.name for row in page.items] == ["窑危险源1", "线危险源1", "窑危险源2", "未评源"]
        for risk, count in ((1, 1), (3, 1), (4, 1), (0, 1), (None, 4)):
            assert list_sources(work, SourceQuery(risk=risk)).total == count
        assert list_sources(work, SourceQuery(search="线")).total == 1
        assert list_sources(work, SourceQuery(enterprise_id=world.enterprise_id)).total == 3
        assert list_sources(work, SourceQuery(confirmed=False)).total == 0
        register = read_register(work, RULEBOOK, world.enterprise_id)
        assert len(register.sources) == 3
        assert register.grade.counts[None] == 2
        assert any("另有 2 个风险点尚未评价" in one for one in register.grade.trail)
    with world.work_as("enterprise", write=False) as work:
        assert list_sources(work, SourceQuery()).total == 3


def test_reading_a_register_takes_the_same_queries_whatever_its_size(world: World) -> None:
    grading = Grading(world)
    counts = []
    for size in (1, 40):
        grading.add(*(point(f"点{size}-{n}", YELLOW, BLUE) for n in range(size)))
        with world.work_as("office", write=False) as work, counted(world.database) as statements:
            read_register(work, RULEBOOK, world.enterprise_id)
        counts.append(statements.count)
    assert counts[0] == counts[1] <= 14


# --- who may -------------------------------------------------------------------------------------------------------------------


def steps(grading: Grading) -> tuple[Callable[[Work], object], ...]:
    one, enterprise_id = grading.source_id("窑危险源1"), grading.world.enterprise_id
    with grading.world.work_as("office", write=False) as work:
        point_id = get_source(work, one).point_id
    rows = [SheetRow(line=2, cells={"风险单元": "甲", "风险点": "乙", "危险源": "丙"})]
    return (
        lambda work: add_points(work, RULEBOOK, enterprise_id, [point("丁", BLUE)]),
        lambda work: add_source(work, RULEBOOK, point_id, source("戊")),
        lambda work: update_point(work, point_id, point("己", BLUE)),
        lambda work: update_source(work, one, source("庚")),
        lambda work: assess_source(work, RULEBOOK, one, lec(RED)),
        lambda work: confirm_sources(work, RULEBOOK, [one]),
        lambda work: retire_source(work, RULEBOOK, one, "拆除设备"),
        lambda work: retire_point(work, RULEBOOK, point_id, "拆除设备"),
        lambda work: copy_starter(work, RULEBOOK, enterprise_id, "ceramics"),
        lambda work: import_register(work, RULEBOOK, enterprise_id, rows, dry_run=True),
        lambda work: note_change(work, enterprise_id, "检修"),
        lambda work: finish_review(work, RULEBOOK, enterprise_id, "复评"),
    )


@pytest.mark.parametrize("who", ["leader", "auditor", "enterprise", "principal", "outsider", "admin", "screener", "liaison"])
def test_only_office_and_inspectors_keep_registers(sqlite_world: World, who: str) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", YELLOW))
    for step in steps(grading):
        with pytest.raises(NotAllowed), sqlite_world.work_as(who) as work:
            step(work)


def test_another_park_finds_nothing(world: World) -> None:
    grading = Grading(world)
    grading.add(point("窑", YELLOW))
    for who in ("foreign_office", "foreign_inspector"):
        for step in steps(grading):
            with pytest.raises(NotFound), world.work_as(who) as work:
                step(work)
        with world.work_as(who, write=False) as work:
            assert list_sources(work, SourceQuery()).total == 0


def test_another_enterprise_sees_none_of_it(world: World) -> None:
    grading = Grading(world)
    grading.add(point("窑", YELLOW))
    one = grading.source_id("窑危险源1")
    looks: tuple[Callable[[Work], object], ...] = (
        lambda work: read_register(work, RULEBOOK, world.enterprise_id),
        lambda work: get_source_view(work, RULEBOOK, one),
        lambda work: list_assessments(work, one),
        lambda work: export_register(work, RULEBOOK, world.enterprise_id),
        lambda work: list_starters(work, world.enterprise_id),
    )
    for look in looks:
        with pytest.raises(NotFound), world.work_as("outsider", write=False) as work:
            look(work)
        with world.work_as("enterprise", write=False) as work:
            look(work)
    with world.work_as("outsider", write=False) as work:
        assert list_sources(work, SourceQuery()).total == 0
    for who in ("screener", "liaison", "admin"):
        with pytest.raises(NotAllowed), world.work_as(who, write=False) as work:
            read_register(work, RULEBOOK, world.enterprise_id)


# --- the sheet -----------------------------------------------------------------------------------------------------------------


def rows_of(data: bytes) -> list[SheetRow]:
    return read_register_sheet(io.BytesIO(data))


def test_an_exported_register_is_taken_in_elsewhere_and_says_the_same(world: World) -> None:
    grading = Grading(world)
    ls = AssessmentForm(method="ls", scheme="ls_20_10_4", chosen={"likelihood": "3", "severity": "4"})
    matrix = AssessmentForm(method="matrix", scheme="ajzgs2012_103", chosen={"severity": "5", "likelihood": "3"})
    chosen = offered_schemes(RULEBOOK, DAY)[-1].factors[0].options[0].score
    matrix = msgspec.structs.replace(matrix, chosen={"severity": chosen, "likelihood": "7"})
    grading.add(
        point("窑", RED, BLUE),
        PointForm(unit="库", name="货架", kind="place", location="东", sources=(source("坍塌", None, assessment=ls, person="=1+1"),)),
        PointForm(unit="库", name="化学品", sources=(source("泄漏", None, assessment=matrix),)),
        PointForm(unit="库", name="未评", sources=(source("未评源", None),)),
    )
    with world.work_as("enterprise", write=False) as work:
        sheet = export_register(work, RULEBOOK, world.enterprise_id)
    with world.work_as("office") as work:
        report = import_register(work, RULEBOOK, world.other_enterprise_id, rows_of(sheet), dry_run=False)
        assert (report.rows, len(report.taken), report.errors) == (5, 5, ())

        def told(enterprise: Any) -> list[tuple[Any, ...]]:
            register = read_register(work, RULEBOOK, enterprise)
            return [
                (unit.unit.name, one.point.name, one.point.kind, view.source.name, view.source.score_text, view.colour, view.source.layer,
                 view.source.person, tuple(measure.text for measure in view.measures), tuple(view.source.accidents))
                for unit in register.units for one in unit.points for view in one.sources
            ]  # fmt: skip

        assert told(world.other_enterprise_id) == told(world.enterprise_id)
        again = import_register(work, RULEBOOK, world.enterprise_id, rows_of(sheet), dry_run=True)
        assert not again.taken
        assert {error.column for error in again.errors} == {"危险源"}
    page = openpyxl.load_workbook(io.BytesIO(sheet))["风险分级管控清单"]
    assert all(cell.data_type != "f" for row in page for cell in row)


def test_each_wrong_row_is_named_with_column_and_reason_and_the_others_are_taken(sqlite_world: World) -> None:
    good = {
        "风险单元": "烧成",
        "风险点": "窑",
        "危险源": "燃气",
        "评价方法": "lec",
        "可能性（措施状态）": "1",
        "暴露频次": "每天工作时间内暴露",
        "后果严重性": "40",
    }
    rows = [
        SheetRow(line=2, cells={**good, "风险等级": "橙"}),
        SheetRow(line=3, cells={**good, "危险源": "甲", "风险等级": "黄色"}),
        SheetRow(line=4, cells={**good, "危险源": "乙", "后果严重性": "41"}),
        SheetRow(line=5, cells={**good, "危险源": "丙", "评价方法": "占卜"}),
        SheetRow(line=6, cells={**good, "危险源": "丁", "暴露频次": ""}),
        SheetRow(line=7, cells={**good, "风险点": "", "危险源": ""}),
        SheetRow(line=8, cells={**good, "危险源": "燃气"}),
        SheetRow(line=9, cells={**good, "危险源": "戊", "类型": "鬼", "管控层级": "天", "事故类型": "地震"}),
        SheetRow(line=10, cells={**good, "危险源": "己", "评价方案": "nothing"}),
        SheetRow(line=11, cells={"风险单元": "烧成", "风险点": "窑", "危险源": "庚", "风险等级": "红"}),
        SheetRow(line=12, cells={"风险单元": "烧成", "风险点": "窑", "危险源": "辛", "现场确认": "待现场确认"}),
    ]
    with sqlite_world.work_as("office") as work:
        preview = import_register(work, RULEBOOK, sqlite_world.enterprise_id, rows, dry_run=True)
        assert read_register(work, RULEBOOK, sqlite_world.enterprise_id).units == ()
        report = import_register(work, RULEBOOK, sqlite_world.enterprise_id, rows, dry_run=False)
        register = read_register(work, RULEBOOK, sqlite_world.enterprise_id)
    assert msgspec.structs.replace(report, dry_run=True) == preview
    assert [(row.line, row.colour) for row in report.taken] == [(2, Colour.ORANGE), (12, None)]
    assert report.refused_rows == 9
    assert [(error.line, error.column) for error in report.errors] == [
        (3, "风险等级"),
        (4, "后果严重性"),
        (5, "评价方法"),
        (6, "暴露频次"),
        (7, "风险点"),
        (7, "危险源"),
        (8, "危险源"),
        (9, "类型"),
        (9, "管控层级"),
        (10, "评价方案"),
        (11, "风险等级"),
    ]
    assert next(error.reason for error in report.errors if error.line == 3) == "表中写一般风险（黄），按分值和方案应为较大风险（橙）"
    assert [view.is_confirmed for view in register.sources] == [True, False]
    assert len(register.points) == 1


def test_the_template_explains_itself_and_takes_back_what_is_filled_in(sqlite_world: World) -> None:
    with sqlite_world.work_as("office") as work:
        book = openpyxl.load_workbook(io.BytesIO(write_register_template(work, RULEBOOK)))
        assert book.sheetnames == ["风险分级管控清单", "填写说明", "取值表"]
        assert book["取值表"].max_row > 100
        for place, text in enumerate(("烧成", "窑", "设备设施", "", "燃气"), start=1):
            book["风险分级管控清单"].cell(2, place, text)
        filled = io.BytesIO()
        book.save(filled)
        report = import_register(work, RULEBOOK, sqlite_world.enterprise_id, rows_of(filled.getvalue()), dry_run=False)
    assert [row.source for row in report.taken] == ["燃气"]
