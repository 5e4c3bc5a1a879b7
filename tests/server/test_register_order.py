"""The register's own order: given by who keeps it, the same everywhere, kept when rows come and go, refused when it moved meanwhile."""

import io
from uuid import UUID

import pytest
from openpyxl import load_workbook

from server.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, StateConflict
from server.events.service import EventQuery, list_events
from server.grading.lines import register_lines
from server.grading.schemas import PointForm, SourceQuery, SourceSort
from server.grading.service import (
    add_source,
    arrange,
    arranged,
    export_register,
    get_point,
    import_register,
    list_sources,
    read_register,
    read_register_sheet,
    read_siblings,
    retire_point,
    update_point,
    update_source,
)
from tests.cast import World
from tests.server.grading_hands import BLUE, RED, Grading, point, source
from tests.server.office import RULEBOOK

Line = tuple[str, str, str]


def lines(world: World) -> list[Line]:
    """The rows of enterprise A's register; page, paper lines, sheet and list must agree on them."""
    with world.work_as("office", write=False) as work:
        register = read_register(work, RULEBOOK, world.enterprise_id)
        found = [(one.unit.name, one.point.name, view.source.name) for one in register.points for view in one.sources]
        assert [(one.unit, one.name, each.name) for one in register_lines(RULEBOOK, register) for each in one.sources] == found
        sheet = load_workbook(io.BytesIO(export_register(work, RULEBOOK, world.enterprise_id))).worksheets[0]
        assert [(row[0], row[1], row[4]) for row in sheet.iter_rows(min_row=2, values_only=True)] == found
        listed = list_sources(work, SourceQuery(enterprise_id=world.enterprise_id, sort=SourceSort.ENTERPRISE, size=100)).items
        assert [(one.point_name, one.name) for one in listed] == [one[1:] for one in found]
    return found


def put_first(world: World, name: str, who: str = "office", *, unit_id: UUID | None = None, point_id: UUID | None = None) -> None:
    """Move a row before its siblings."""
    with world.work_as(who) as work:
        rows = read_siblings(work, world.enterprise_id, unit_id=unit_id, point_id=point_id).rows
        shown = [one.id for one in rows]
        wanted = arranged(shown, {next(one.id for one in rows if one.name == name): 1})
        arrange(work, world.enterprise_id, shown, wanted, unit_id=unit_id, point_id=point_id)


def unit_id(world: World, name: str) -> UUID:
    """A unit of enterprise A by its name."""
    with world.work_as("office", write=False) as work:
        return next(one.id for one in read_siblings(work, world.enterprise_id).rows if one.name == name)


def test_units_points_and_sources_take_the_order_given_and_everything_follows(world: World) -> None:
    grading = Grading(world)
    kiln = grading.add(
        point("窑", BLUE, RED), point("风机", BLUE), point("线", BLUE, unit="包装车间"), point("罐", RED, unit="库区")
    ).point_ids[0]
    assert [one[1] for one in lines(world)] == ["窑", "窑", "风机", "线", "罐"]
    put_first(world, "库区", "inspector")
    put_first(world, "风机", unit_id=unit_id(world, "烧成车间"))
    put_first(world, "窑危险源2", point_id=kiln)
    expected = [
        ("库区", "罐", "罐危险源1"),
        ("烧成车间", "风机", "风机危险源1"),
        ("烧成车间", "窑", "窑危险源2"),
        ("烧成车间", "窑", "窑危险源1"),
        ("包装车间", "线", "线危险源1"),
    ]
    assert lines(world) == expected
    # What comes later goes to the end of where it belongs, also after a row was retired.
    with world.work_as("office") as work:
        add_source(work, RULEBOOK, kiln, source("窑危险源3"))
        retire_point(work, RULEBOOK, get_point(work, kiln).id, "试")
    grading.add(point("窑", BLUE), point("新", BLUE), point("门", BLUE, unit="门卫"))
    assert [one[:2] for one in lines(world)] == [
        ("库区", "罐"),
        ("烧成车间", "风机"),
        ("烧成车间", "窑"),
        ("烧成车间", "新"),
        ("包装车间", "线"),
        ("门卫", "门"),
    ]
    with world.work_as("office", write=False) as work:
        rows = list_events(work, EventQuery(action="risk_register:reordered")).items
        assert [(one.action_label, one.actor_name) for one in rows] == [
            ("调整清单顺序", "周办"),
            ("调整清单顺序", "周办"),
            ("调整清单顺序", "王检"),
        ]
        said = {fact.name: fact.value for fact in rows[0].facts}
        assert said["所在单元或风险点"] == "烧成车间·窑"
        assert said["移动"] == "窑危险源1：第 1 位改到第 2 位、窑危险源2：第 2 位改到第 1 位"


def test_an_order_moved_meanwhile_is_refused_and_no_open_form_grows_stale(world: World) -> None:
    grading = Grading(world)
    first, second = grading.add(point("窑", BLUE), point("风机", BLUE)).point_ids
    unit = unit_id(world, "烧成车间")
    with world.work_as("office", write=False) as work:
        seen = get_point(work, first).version
    put_first(world, "风机", unit_id=unit)
    with world.work_as("office") as work:
        form = PointForm(unit="烧成车间", name="辊道窑", location="2 号", seen_version=seen)
        assert update_point(work, first, form).name == "辊道窑", "moving a row changes nothing of it"
    with world.work_as("office") as work, pytest.raises(ChangedMeanwhile):
        arrange(work, world.enterprise_id, [first, second], [second, first], unit_id=unit)
    grading.add(point("线", BLUE))
    with world.work_as("office") as work, pytest.raises(ChangedMeanwhile):
        arrange(work, world.enterprise_id, [second, first], [first, second], unit_id=unit)
    with world.work_as("office") as work, pytest.raises(ChangedMeanwhile):
        arrange(work, world.enterprise_id, [second, first], [second, second], unit_id=unit)
    assert [one[1] for one in lines(world)] == ["风机", "辊道窑", "线"]
    # A point that changes its unit is a new row there.
    grading.add(point("门", BLUE, unit="门卫"))
    with world.work_as("office") as work:
        update_point(work, second, PointForm(unit="门卫", name="风机"))
    assert [one[1] for one in lines(world)] == ["辊道窑", "线", "门", "风机"]


def test_the_order_is_for_who_keeps_registers_and_for_nobody_elses_rows(world: World) -> None:
    grading = Grading(world)
    (ours,) = grading.add(point("窑", BLUE, BLUE)).point_ids
    (theirs,) = grading.add(point("别家的", BLUE, BLUE), enterprise=world.other_enterprise_id).point_ids
    unit = unit_id(world, "烧成车间")
    for who in ("leader", "enterprise"):
        with world.work_as(who) as work, pytest.raises(NotAllowed):
            arrange(work, world.enterprise_id, [unit], [unit])
    with world.work_as("outsider", write=False) as work, pytest.raises(NotFound):
        read_siblings(work, world.enterprise_id, unit_id=unit)
    with world.work_as("office", write=False) as work:
        with pytest.raises(NotFound):
            read_siblings(work, world.enterprise_id, point_id=theirs)
        with pytest.raises(NotFound):
            read_siblings(work, world.other_enterprise_id, unit_id=unit)
    with world.work_as("office") as work:
        retire_point(work, RULEBOOK, ours, "试")
        with pytest.raises(StateConflict):
            read_siblings(work, world.enterprise_id, point_id=ours)


def test_places_typed_move_those_rows_and_the_others_close_up() -> None:
    a, b, c, d = rows = [UUID(int=number) for number in range(4)]
    assert arranged(rows, {}) == rows
    with pytest.raises(ChangedMeanwhile):
        arranged([a, a, b], {a: 3})
    assert arranged(rows, {d: 1}) == [d, a, b, c]
    assert arranged(rows, {a: 4, d: 2}) == [b, d, c, a]
    with pytest.raises(InvalidInput) as refusal:
        arranged(rows, {a: 2, b: 0, c: 5, d: 2})
    assert {error.field: error.message for error in refusal.value.errors} == {
        f"position-{b}": "序号应在 1 和 4 之间",
        f"position-{c}": "序号应在 1 和 4 之间",
        f"position-{d}": "两行都要排在第 2 位，请改一行",
    }


def test_a_sheet_keeps_its_order_for_what_is_new_and_moves_nothing_that_is_there(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", BLUE), point("线", BLUE, unit="包装车间"), enterprise=sqlite_world.other_enterprise_id)
    grading.add(point("罐", RED, unit="库区"), point("线", BLUE, unit="包装车间"), point("秤", BLUE, unit="包装车间"))
    with sqlite_world.work_as("office") as work:
        sheet = load_workbook(io.BytesIO(export_register(work, RULEBOOK, sqlite_world.enterprise_id)))
        head = [cell.value for cell in sheet.worksheets[0][1]]
        sheet.worksheets[0].delete_rows(2, 99)
        for unit, name, said in (
            ("门卫", "门", "一"), ("包装车间", "打包机", "二"), ("包装车间", "线", "三"), ("门卫", "门", "四"), ("包装车间", "叉车", "五"),
        ):  # fmt: skip
            sheet.worksheets[0].append([{"风险单元": unit, "风险点": name, "危险源": said}.get(str(one), "") for one in head])
        file = io.BytesIO()
        sheet.save(file)
        report = import_register(
            work, RULEBOOK, sqlite_world.enterprise_id, read_register_sheet(io.BytesIO(file.getvalue())), dry_run=False
        )
        assert (len(report.taken), report.errors) == (5, ())
    assert lines(sqlite_world) == [
        ("库区", "罐", "罐危险源1"),
        ("包装车间", "线", "线危险源1"),
        ("包装车间", "线", "三"),
        ("包装车间", "秤", "秤危险源1"),
        ("包装车间", "打包机", "二"),
        ("包装车间", "叉车", "五"),
        ("门卫", "门", "一"),
        ("门卫", "门", "四"),
    ]
    # An edit of a source leaves it where it is.
    with sqlite_world.work_as("office") as work:
        update_source(work, grading.source_id("线危险源1"), source("改过的名称"))
    assert lines(sqlite_world)[1][2] == "改过的名称"
