"""The register of enterprises and other targets, and its spreadsheets."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import openpyxl
import pytest

from rules.credit_code import check_character_of
from rules.terms import EnterpriseRisk, HazardLevel, SupervisionSector, TargetKind
from server.enterprises.schemas import EnterpriseForm, EnterpriseQuery, EnterpriseSort, SheetRow, TargetForm, TargetQuery
from server.enterprises.service import (
    create_enterprise,
    create_target,
    get_enterprise,
    get_target,
    list_enterprises,
    list_targets,
    mark_left,
    mark_returned,
    sectors_of,
    update_enterprise,
    update_target,
)
from server.enterprises.spreadsheet import MOST_ROWS, export_enterprises, import_enterprises, read_enterprise_sheet, write_template
from server.errors import (
    AlreadyExists,
    ChangedMeanwhile,
    InvalidInput,
    NotAllowed,
    NotFound,
    StateConflict,
    TooLarge,
    UnreadableSpreadsheet,
)
from server.ids import new_id
from server.models.enterprises import InspectionTarget
from server.parks.schemas import ZoneForm
from server.parks.service import create_zone
from server.unit_of_work import Work
from tests.cast import CREDIT_CODES, World
from tests.server.counting import counted
from tests.server.office import RULEBOOK, Office


def credit_code(number: int) -> str:
    """A well-formed code of our own."""
    body = f"91430281MA5{number:06d}"
    return body + check_character_of(body)


def form(number: int = 1, **changes: Any) -> EnterpriseForm:
    """A complete form."""
    return msgspec.structs.replace(
        EnterpriseForm(
            name=f"第{number}瓷业（虚构）", credit_code=credit_code(number), industry_code="C3074", latitude=27.66, longitude=113.51
        ),
        **changes,
    )


# --- the register ---------------------------------------------------------------------------------------------------------------


def test_a_new_enterprise_can_be_inspected_under_its_own_id(world: World) -> None:
    with world.work_as("office") as work:
        enterprise = create_enterprise(work, form(credit_code=f" {credit_code(1).lower()} "))
        target = work.session.get_one(InspectionTarget, enterprise.id)
    assert (enterprise.credit_code, enterprise.industry_code) == (credit_code(1), "3074")
    assert (target.kind, target.name, target.enterprise_id, target.latitude) == (
        TargetKind.ENTERPRISE,
        enterprise.name,
        enterprise.id,
        27.66,
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 201}, "name"),
        ({"credit_code": "91430281MA4L16JQ90"}, "credit_code"),
        ({"credit_code": ""}, "credit_code"),
        ({"industry_code": "陶瓷"}, "industry_code"),
        ({"sectors": ("space_flight",)}, "sectors"),
        ({"risks": ("dragons",)}, "risks"),
        ({"staff_count": -1}, "staff_count"),
        ({"longitude": None}, "latitude"),
        ({"latitude": 113.51, "longitude": 27.66}, "latitude"),
        ({"latitude": float("nan")}, "latitude"),
        ({"zone_id": new_id()}, "zone_id"),
        ({"grid_id": new_id()}, "grid_id"),
    ],
)
def test_an_enterprise_with_an_impossible_value_is_refused_at_its_field(sqlite_world: World, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal, sqlite_world.work_as("office") as work:
        create_enterprise(work, form(**change))
    assert [error.field for error in refusal.value.errors] == [field]


def test_a_credit_code_stands_once_in_a_park_and_again_in_another(world: World) -> None:
    with pytest.raises(AlreadyExists, match="湘瓷"), world.work_as("office") as work:
        create_enterprise(work, form(credit_code=CREDIT_CODES[0]))
    with world.work_as("foreign_office") as work:
        create_enterprise(work, form(credit_code=CREDIT_CODES[1]))


def test_a_change_reaches_the_target_and_a_stale_form_changes_nothing(world: World) -> None:
    with world.work_as("office") as work:
        seen = get_enterprise(work, world.enterprise_id).updated_at
    world.clock.advance(minutes=1)
    changed = form(name="湘瓷新名（虚构）", credit_code=CREDIT_CODES[0], seen_at=seen)
    with world.work_as("office") as work:
        update_enterprise(work, world.enterprise_id, changed)
    with world.work_as("office", write=False) as work:
        assert get_target(work, world.enterprise_id).name == "湘瓷新名（虚构）"
    with pytest.raises(ChangedMeanwhile), world.work_as("office") as work:
        update_enterprise(work, world.enterprise_id, changed)


@pytest.mark.parametrize("who", ["leader", "inspector", "auditor", "enterprise", "outsider", "admin", "screener"])
def test_only_the_office_keeps_the_register(sqlite_world: World, who: str) -> None:
    rows = [SheetRow(line=2, cells={"企业名称": "甲", "统一社会信用代码": credit_code(9)})]
    steps: tuple[Callable[[Work], object], ...] = (
        lambda work: create_enterprise(work, form()),
        lambda work: update_enterprise(work, sqlite_world.enterprise_id, form()),
        lambda work: mark_left(work, sqlite_world.enterprise_id, date(2026, 11, 1), "搬迁"),
        lambda work: create_target(work, TargetForm(kind=TargetKind.SITE, name="仓库", enterprise_id=sqlite_world.enterprise_id)),
        lambda work: import_enterprises(work, RULEBOOK, rows, dry_run=True),
    )
    for step in steps:
        with pytest.raises(NotAllowed), sqlite_world.work_as(who) as work:
            step(work)


def test_another_parks_enterprise_is_not_there(world: World) -> None:
    with world.work_as("foreign_office") as work:
        assert [row.name for row in list_enterprises(work, EnterpriseQuery()).items] == ["邻园玻璃（虚构）"]
        steps: tuple[Callable[[], object], ...] = (
            lambda: get_enterprise(work, world.enterprise_id),
            lambda: get_target(work, world.enterprise_id),
            lambda: update_enterprise(work, world.enterprise_id, form()),
            lambda: mark_left(work, world.enterprise_id, date(2026, 11, 1), "搬迁"),
        )
        for step in steps:
            with pytest.raises(NotFound):
                step()


def test_an_enterprise_sees_itself_alone(world: World) -> None:
    with world.work_as("outsider", write=False) as work:
        assert [row.id for row in list_enterprises(work, EnterpriseQuery()).items] == [world.other_enterprise_id]
        assert [one.id for one in list_targets(work, TargetQuery()).items] == [world.other_enterprise_id]
        with pytest.raises(NotFound):
            get_enterprise(work, world.enterprise_id)
    for who in ("screener", "liaison"):
        with world.work_as(who, write=False) as work:
            assert list_enterprises(work, EnterpriseQuery()).total == list_targets(work, TargetQuery()).total == 0


def test_who_left_stays_on_record_and_off_the_phones(world: World) -> None:
    with world.work_as("office") as work:
        with pytest.raises(InvalidInput):
            mark_left(work, world.enterprise_id, work.today + timedelta(days=1), "")
        mark_left(work, world.enterprise_id, work.today, "整体搬迁")
        with pytest.raises(StateConflict):
            mark_left(work, world.enterprise_id, work.today, "整体搬迁")
        assert [row.id for row in list_enterprises(work, EnterpriseQuery(present=False)).items] == [world.enterprise_id]
        assert [row.id for row in list_enterprises(work, EnterpriseQuery()).items] == [world.other_enterprise_id]
        assert not get_target(work, world.enterprise_id).active
        mark_returned(work, world.enterprise_id, "登记有误")
        assert get_target(work, world.enterprise_id).active


def test_sectors_follow_from_code_and_risks_until_the_office_confirms_others(sqlite_world: World) -> None:
    day = date(2026, 11, 20)
    with sqlite_world.work_as("office") as work:
        derived = create_enterprise(work, form(1, risks=(EnterpriseRisk.CONFINED_SPACE,)))
        confirmed = create_enterprise(work, form(2, sectors=(SupervisionSector.MACHINERY,)))
        unknown = create_enterprise(work, form(3, industry_code=""))
    names = {one.sector for one in sectors_of(RULEBOOK, derived, day).sectors}
    assert {SupervisionSector.LIGHT_INDUSTRY_DAILY_CERAMICS, SupervisionSector.CONFINED_SPACE} <= names
    assert all(one.why for one in sectors_of(RULEBOOK, derived, day).sectors)
    assert [(one.sector, one.confirmed) for one in sectors_of(RULEBOOK, confirmed, day).sectors] == [(SupervisionSector.MACHINERY, True)]
    assert sectors_of(RULEBOOK, unknown, day).questions


def test_the_list_counts_hazards_searches_filters_and_takes_two_queries(world: World) -> None:
    office = Office(world)
    office.rectifying(days=1)
    office.rectifying(HazardLevel.MAJOR, days=9)
    office.find(target=world.other_enterprise_id)
    office.closed()
    world.clock.advance(days=3)
    with world.work_as("office") as work:
        create_enterprise(work, form(1, address="100% 路", risks=("confined_space",), sectors=("machinery",)))
    with world.work_as("office", write=False) as work:
        rows = {row.id: row for row in list_enterprises(work, EnterpriseQuery()).items}
        own = rows[world.enterprise_id]
        assert (own.open_hazards, own.major_hazards, own.overdue_hazards) == (2, 1, 1)
        assert rows[world.other_enterprise_id].open_hazards == 1
        searches = {
            EnterpriseQuery(search="湘瓷"): 1,
            EnterpriseQuery(search=credit_code(1).lower()): 1,
            EnterpriseQuery(search="%"): 1,
            EnterpriseQuery(industry="307"): 2,
            EnterpriseQuery(industry="%"): 0,
            EnterpriseQuery(risk="confined_space"): 1,
            EnterpriseQuery(sector="machinery"): 1,
            EnterpriseQuery(sector="machine"): 0,
            EnterpriseQuery(zone_id=new_id()): 0,
            EnterpriseQuery(present=None): 3,
        }
        for query, expected in searches.items():
            assert list_enterprises(work, query).total == expected, query
        first = [list_enterprises(work, EnterpriseQuery(sort=sort)).items[0].id for sort in (EnterpriseSort.OPEN, EnterpriseSort.OVERDUE)]
        assert first == [world.enterprise_id] * 2
    with world.work_as("office", write=False) as work, counted(world.database) as sent:
        list_enterprises(work, EnterpriseQuery(search="瓷"))
    assert sent.count == 2


# --- other targets --------------------------------------------------------------------------------------------------------------


def test_sites_facilities_and_building_sites_are_targets_too(world: World) -> None:
    with world.work_as("office") as work:
        site = create_target(work, TargetForm(kind=TargetKind.SITE, name="成品库", enterprise_id=world.enterprise_id))
        facility = create_target(work, TargetForm(kind=TargetKind.PUBLIC_FACILITY, name="消火栓 12 号", steward="园区物业"))
        update_target(work, facility.id, TargetForm(kind=TargetKind.PUBLIC_FACILITY, name="消火栓 12 号", steward="新物业", active=False))
        assert list_targets(work, TargetQuery(search="消火栓", active=None)).total == 1
        assert list_targets(work, TargetQuery(kind=TargetKind.PUBLIC_FACILITY)).total == 0
        with pytest.raises(StateConflict):
            update_target(work, world.enterprise_id, TargetForm(kind=TargetKind.SITE, name="夺"))
    with world.work_as("enterprise", write=False) as work:
        assert {one.id for one in list_targets(work, TargetQuery()).items} == {world.enterprise_id, site.id}
    with world.work_as("outsider", write=False) as work, pytest.raises(NotFound):
        get_target(work, site.id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": TargetKind.ENTERPRISE}, "kind"),
        ({"kind": "moon"}, "kind"),
        ({"name": ""}, "name"),
        ({"kind": TargetKind.SITE, "steward": ""}, "enterprise_id"),
        ({"steward": ""}, "steward"),
        ({"enterprise_id": new_id()}, "enterprise_id"),
    ],
)
def test_a_target_nobody_answers_for_is_refused(sqlite_world: World, change: dict[str, Any], field: str) -> None:
    complete = TargetForm(kind=TargetKind.PUBLIC_FACILITY, name="泵站", steward="园区物业")
    with pytest.raises(InvalidInput) as refusal, sqlite_world.work_as("office") as work:
        create_target(work, msgspec.structs.replace(complete, **change))
    assert field in [error.field for error in refusal.value.errors]


# --- spreadsheets ---------------------------------------------------------------------------------------------------------------


def sheet(*rows: tuple[object, ...], headings: tuple[str, ...] = ("企业名称*", "统一社会信用代码 *")) -> io.BytesIO:
    """An XLSX as somebody might fill it in."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(headings)
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


HEADINGS = ("企业名称", "统一社会信用代码", "行业代码", "固有风险", "片区", "从业人数", "纬度", "经度")


def test_good_rows_are_taken_and_every_mistake_of_the_others_is_named(world: World) -> None:
    with world.work_as("office") as work:
        create_zone(work, ZoneForm(name="陶瓷谷"))
    file = sheet(
        ("甲瓷业", credit_code(1), 3074, "有有限空间作业、dust_explosion", "陶瓷谷", 120.0, 27.66, 113.51),
        ("乙瓷业", credit_code(2), "陶瓷", None, "没有的谷", "一百", None, None),
        (),
        ("丙瓷业", credit_code(1), None, None, None, None, None, None),
        ("湘瓷又一次", CREDIT_CODES[0], None, None, None, None, None, None),
        ("丁瓷业", "123", None, None, None, None, None, None),
        ("=HYPERLINK(1)", credit_code(3), None, "龙", None, None, None, None),
        headings=HEADINGS,
    )
    rows = read_enterprise_sheet(file)
    reports = []
    for dry_run in (True, False):
        with world.work_as("office", write=not dry_run) as work:
            reports.append(import_enterprises(work, RULEBOOK, rows, dry_run=dry_run))
    preview, done = reports
    assert preview.errors == done.errors
    assert [(row.line, row.name) for row in done.taken] == [(2, "甲瓷业")]
    assert [row.enterprise_id for row in preview.taken] == [None]
    places = [(error.line, error.column) for error in done.errors]
    assert places == [
        (3, "片区"),
        (3, "从业人数"),
        (5, "统一社会信用代码"),
        (6, "统一社会信用代码"),
        (7, "统一社会信用代码"),
        (8, "固有风险"),
    ]
    assert "第 2 行重复" in done.errors[2].reason
    assert "湘瓷日用瓷" in done.errors[3].reason
    assert (done.rows, done.refused_rows) == (6, 5)
    with world.work_as("office", write=False) as work:
        (taken,) = list_enterprises(work, EnterpriseQuery(search="甲瓷业")).items
        enterprise = get_enterprise(work, taken.id)
    assert (taken.zone_name, taken.staff_count, enterprise.industry_code) == ("陶瓷谷", 120, "3074")
    assert enterprise.risks == ["confined_space", "dust_explosion"]


def test_a_preview_works_on_a_read_only_snapshot_and_changes_nothing(world: World) -> None:
    rows = read_enterprise_sheet(sheet(("甲瓷业", credit_code(1))))
    with world.work_as("office", write=False) as work:
        assert len(import_enterprises(work, RULEBOOK, rows, dry_run=True).taken) == 1
    with world.work_as("office", write=False) as work:
        assert list_enterprises(work, EnterpriseQuery(search="甲瓷业")).total == 0


def test_a_row_whose_sector_is_open_is_taken_with_the_question(sqlite_world: World) -> None:
    rows = read_enterprise_sheet(sheet(("甲瓷业", credit_code(1))))
    with sqlite_world.work_as("office") as work:
        report = import_enterprises(work, RULEBOOK, rows, dry_run=False)
    assert report.taken[0].questions


def test_the_template_is_read_back_without_rows_and_its_example_would_be_taken(sqlite_world: World) -> None:
    data = write_template()
    assert read_enterprise_sheet(io.BytesIO(data)) == []
    guide = openpyxl.load_workbook(io.BytesIO(data))["填写说明"]
    example = {row[0].value: row[3].value for row in guide.iter_rows(min_row=2) if row[3].value}
    with sqlite_world.work_as("foreign_office") as work:
        report = import_enterprises(work, RULEBOOK, [SheetRow(line=2, cells=example)], dry_run=True)
    assert (report.errors, len(report.taken)) == ((), 1)


def test_a_number_typed_code_keeps_no_wrong_digits(sqlite_world: World) -> None:
    rows = read_enterprise_sheet(sheet(("甲瓷业", 914302810000000000)))
    with sqlite_world.work_as("office", write=False) as work:
        report = import_enterprises(work, RULEBOOK, rows, dry_run=True)
    assert [error.column for error in report.errors] == ["统一社会信用代码"]


def zip_of(**parts: bytes) -> io.BytesIO:
    """A ZIP with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(f"{name}.xml", data)
    out.seek(0)
    return out


def with_doctype() -> io.BytesIO:
    """A workbook whose first part brings entities along."""
    out = io.BytesIO()
    with zipfile.ZipFile(sheet()) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/workbook.xml":
                data = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + data
            target.writestr(part.filename, data)
    out.seek(0)
    return out


@pytest.mark.parametrize(
    "file",
    [
        io.BytesIO(b""),
        io.BytesIO(b"name,code\n"),
        io.BytesIO(sheet().getvalue()[:2000]),
        zip_of(anything=b"<x/>"),
        zip_of(bomb=b"0" * 210_000_000),
        with_doctype(),
        sheet(headings=("名称", "代码")),
        sheet(headings=("企业名称", "统一社会信用代码", "备注")),
        sheet(headings=("企业名称", "统一社会信用代码", "企业名称")),
        sheet(*[(f"{number}", "x") for number in range(MOST_ROWS + 1)]),
    ],
    ids=["empty", "csv", "cut", "no workbook", "bomb", "doctype", "no headings", "unknown heading", "doubled heading", "too many rows"],
)
def test_a_file_that_is_no_sheet_of_ours_is_refused_in_words(file: io.BytesIO) -> None:
    with pytest.raises(UnreadableSpreadsheet) as refusal:
        read_enterprise_sheet(file)
    assert "模板" in refusal.value.detail


def test_a_file_too_large_is_refused_before_it_is_opened() -> None:
    with pytest.raises(TooLarge):
        read_enterprise_sheet(io.BytesIO(b"P" * 10_000_001))


def test_the_list_leaves_as_a_sheet_whose_cells_are_inert_and_that_can_come_back(sqlite_world: World) -> None:
    with sqlite_world.work_as("office") as work:
        create_enterprise(work, form(1, name="=1+1", address="@SUM(A1)", risks=("confined_space",)))
    with sqlite_world.work_as("office", write=False) as work:
        data = export_enterprises(work, EnterpriseQuery())
    page = openpyxl.load_workbook(io.BytesIO(data))["企业名单"]
    rows = list(page.iter_rows(values_only=True))
    assert len(rows) == 4
    odd = next(row for row in page.iter_rows() if row[0].value == "=1+1")
    assert {cell.data_type for cell in odd if cell.value is not None} <= {"s", "n"}
    assert odd[5].value == "有有限空间作业"
    with sqlite_world.work_as("outsider", write=False) as work:
        own = openpyxl.load_workbook(io.BytesIO(export_enterprises(work, EnterpriseQuery())))["企业名单"]
    assert [row[0] for row in own.iter_rows(min_row=2, values_only=True)] == ["渌江电瓷（虚构）"]
