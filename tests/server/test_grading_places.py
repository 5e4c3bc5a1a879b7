"""Rows mean the unit and the point they name: nothing gets a twin, units are renamed, counts equal lists, trials change nothing."""

import pytest

from server.errors import InvalidInput, NotAllowed, NotFound
from server.events.service import read_story
from server.grading.schemas import DirectForm, PointForm, SourceQuery, VerificationForm
from server.grading.service import (
    add_source,
    copy_starter,
    count_sources,
    list_sources,
    list_units,
    read_point,
    read_register,
    rename_unit,
    retire_source,
    try_assessment,
    update_source,
)
from tests.cast import World
from tests.server.grading_hands import BLUE, ORANGE, RED, YELLOW, Grading, lec, point, source
from tests.server.office import RULEBOOK


def test_a_second_batch_adds_to_the_points_that_are_there_and_makes_no_twins(world: World) -> None:
    grading = Grading(world)
    first = grading.add(point("窑", ORANGE))
    second = grading.add(
        PointForm(unit=" 烧成车间", name="窑 ", kind="place", sources=(source("另一危险源", BLUE),)),
        PointForm(unit="烧成车间", name="窑", sources=(source("再一危险源", BLUE),)),
        PointForm(unit="包装车间", name="窑", sources=(source("窑危险源1", BLUE),)),
    )
    assert (second.units, second.points, second.sources) == (1, 1, 3)
    assert second.point_ids[0] == first.point_ids[0]
    with world.work_as("office", write=False) as work:
        register = read_register(work, RULEBOOK, world.enterprise_id)
    assert [[view.source.ordinal for view in one.sources] for one in register.points] == [[1, 2, 3], [1]]
    assert register.points[0].point.kind == "facility", "a row does not change the point it adds to"
    with pytest.raises(InvalidInput) as refusal:
        grading.add(
            point("新", BLUE), PointForm(unit="烧成车间", name="窑", sources=(source("新的"), source("新的"), source("另一危险源")))
        )
    assert [error.field for error in refusal.value.errors] == ["points.1.sources.1.name", "points.1.sources.2.name"]
    with world.work_as("office", write=False) as work:
        assert read_register(work, RULEBOOK, world.enterprise_id).points[-1].point.name == "窑", "all or nothing"
    # What was retired may be entered again.
    with world.work_as("office") as work:
        retire_source(work, RULEBOOK, grading.source_id("另一危险源"), "重新登记")
    assert grading.add(PointForm(unit="烧成车间", name="窑", sources=(source("另一危险源"),))).points == 0


def test_starters_are_their_own_points_whatever_they_are_called(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    with sqlite_world.work_as("office") as work:
        assert copy_starter(work, RULEBOOK, sqlite_world.enterprise_id, "ceramics", points={"CERA-R01"}).points == 1
        (starter,) = read_register(work, RULEBOOK, sqlite_world.enterprise_id).points
        retire_source(work, RULEBOOK, starter.sources[0].source.id, "试")
    own = PointForm(unit=starter.unit.name, name=starter.point.name, sources=(source("自己的", BLUE),))
    assert grading.add(own).points == 0, "somebody's own source joins the starter it names"
    with sqlite_world.work_as("office") as work:
        with pytest.raises(InvalidInput) as refusal:
            add_source(work, RULEBOOK, starter.point.id, source("自己的"))
        assert [error.field for error in refusal.value.errors] == ["name"]


def test_a_unit_is_renamed_by_who_keeps_registers_and_never_into_another(world: World) -> None:
    grading = Grading(world)
    grading.add(point("窑", ORANGE), point("线", BLUE, unit="包装车间"))
    with world.work_as("inspector") as work:
        first, _ = list_units(work, world.enterprise_id)
        for bad in (" ", "包装车间", "长" * 201):
            with pytest.raises(InvalidInput):
                rename_unit(work, first.id, bad)
        rename_unit(work, first.id, " 窑炉车间 ")
        rename_unit(work, first.id, "窑炉车间")
    with world.work_as("office", write=False) as work:
        assert [one.name for one in list_units(work, world.enterprise_id)] == ["窑炉车间", "包装车间"]
        (entry,) = read_story(work, "risk_unit", [first.id])
        assert (entry.what, entry.by) == ("风险单元改名", "王检")
        assert [(fact.name, fact.value) for fact in entry.facts] == [("名称改为", "窑炉车间"), ("名称", "烧成车间")]
    for who, refusal in (("enterprise", NotAllowed), ("leader", NotAllowed), ("foreign_office", NotFound)):
        with pytest.raises(refusal), world.work_as(who) as work:
            rename_unit(work, first.id, "乙")


def test_the_counts_of_the_parks_list_equal_the_lists_they_open(world: World) -> None:
    grading = Grading(world)
    grading.add(point("窑", RED, BLUE), PointForm(unit="库", name="库", sources=(source("未评", None, is_confirmed=False),)))
    grading.add(point("炉", YELLOW, RED), enterprise=world.other_enterprise_id)
    with world.work_as("auditor", write=False) as work:
        for query in (
            SourceQuery(),
            SourceQuery(search="炉"),
            SourceQuery(enterprise_id=world.enterprise_id),
            SourceQuery(confirmed=False),
        ):
            counts = count_sources(work, query)
            assert set(counts) == {1, 2, 3, 4, None}
            assert sum(counts.values()) == list_sources(work, query).total
        assert count_sources(work, SourceQuery(risk=1)) == {1: 2, 2: 0, 3: 1, 4: 1, None: 1}, "its own colour narrows no count"
    with world.work_as("outsider", write=False) as work:
        assert count_sources(work, SourceQuery()) == {1: 1, 2: 0, 3: 1, 4: 0, None: 0}


def test_a_trial_tells_what_keeping_it_would_ask_for_and_changes_nothing(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", RED))
    one = grading.source_id("窑危险源1")
    day = sqlite_world.clock.today()
    verified = VerificationForm(verified_on=day, verified_by="王检", approved_by="周办")
    with sqlite_world.work_as("office", write=False) as work:
        proposal, wanting = try_assessment(work, RULEBOOK, one, lec(BLUE))
        assert (proposal.score_text, [error.field for error in wanting]) == ("D=42", ["verification", "reason"])
        assert try_assessment(work, RULEBOOK, one, lec(BLUE, reason="加装联锁", verification=verified))[1] == ()
        assert try_assessment(work, RULEBOOK, one, lec(BLUE, direct=(DirectForm(named="general_3"),)))[1] == ()
        with pytest.raises(NotFound):
            try_assessment(work, RULEBOOK, sqlite_world.enterprise_id, lec(BLUE))
    with sqlite_world.work_as("outsider", write=False) as work, pytest.raises(NotFound):
        try_assessment(work, RULEBOOK, one, lec(BLUE))
    assert grading.grade().headline == "红：窑 D=720"


def test_a_checklist_item_nobody_knows_is_refused_and_one_kept_from_before_is_not(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(PointForm(unit="窑", name="窑", sources=(source("一", item_codes=("FIRE-004",)),)))
    with pytest.raises(InvalidInput) as refusal:
        grading.add(PointForm(unit="窑", name="窑", sources=(source("二", item_codes=("FIRE-004", "GONE-001")),)))
    assert [error.field for error in refusal.value.errors] == ["points.0.sources.0.item_codes"]
    one = grading.source_id("一")
    with sqlite_world.work_as("office") as work:
        view, _ = read_point(work, RULEBOOK, read_register(work, RULEBOOK, sqlite_world.enterprise_id).points[0].point.id)
        view.sources[0].source.item_codes = ["GONE-001"]
    with sqlite_world.work_as("office") as work:
        assert update_source(work, one, source("一", item_codes=("GONE-001", "FIRE-004"))).item_codes == ["GONE-001", "FIRE-004"]
