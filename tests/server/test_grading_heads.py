"""The list of grades rests on fewer points than the grade of one enterprise, and says the same; what would be, if."""

from random import Random

from rules.bands import Colour
from rules.terms import HazardLevel, OverrideKind
from server.grading.grades import grade_park, zones_of
from server.grading.heads import HeadQuery, HeadSort, MovedBy, RegisterState, count_heads, find_heads, list_heads
from server.grading.outlook import becomes_better, becomes_worse, read_outlook
from server.grading.service import add_source, confirm_lower, get_grade, list_grades, place_hazard, read_register, retire_point
from server.models import Enterprise
from tests.cast import World
from tests.server.counting import counted
from tests.server.grading_hands import BLUE, ORANGE, RED, YELLOW, Grading, point, source
from tests.server.office import RULEBOOK, Office
from tests.server.test_grading_park import fill


def test_the_list_says_of_every_enterprise_what_its_own_page_says(world: World) -> None:
    fill(world, 9, 5)
    grading, office, random = Grading(world), Office(world), Random(7)  # noqa: S311
    grading.add(point("窑", ORANGE, BLUE), point("车", YELLOW), point("仓", ORANGE), point("空"), point("待查", YELLOW))
    grading.add(point("独", BLUE), enterprise=world.other_enterprise_id)
    with world.work_as("office", write=False) as work:
        points = {one.name: one.id for one in get_grade(work, world.enterprise_id).points}
        others = [one for one in list_grades(work) if one.id not in (world.enterprise_id, world.other_enterprise_id)]
    # An enterprise with everything at once: a point lowered, a point raised, hazards placed and not, a retired point, an accident.
    grading.overrule(OverrideKind.RAISE, Colour.ORANGE, point_id=points["车"])
    lowered = grading.overrule(OverrideKind.LOWER, Colour.BLUE, point_id=points["窑"])
    with world.work_as("leader") as work:
        confirm_lower(work, RULEBOOK, lowered, "现场看过，同意")
    major = office.confirmed(HazardLevel.MAJOR)
    late = office.rectifying(days=3)
    with world.work_as("office") as work:
        place_hazard(work, RULEBOOK, major, points["空"])
        retire_point(work, RULEBOOK, points["待查"], "设备拆除")
        place_hazard(work, RULEBOOK, late, points["仓"])
    for one in random.sample(others, 3):
        with world.work_as("office") as work:
            target = random.choice(get_grade(work, one.id).points)
            retire_point(work, RULEBOOK, target.id, "设备拆除")
    grading.accident(serious_injuries=1, enterprise=world.other_enterprise_id)
    world.clock.advance(days=5)
    with world.work_as("office", write=False) as work:
        whole = {one.id: one.grade for one in list_grades(work)}
        heads = list_heads(work)
        brief = {one.id: (one.grade.colour, one.grade.headline) for one in list_grades(work, is_brief=True)}
        park = grade_park(work, RULEBOOK)
        assert count_heads(work) == park.counts
    assert [one.id for one in heads] == list(whole)
    assert brief == {one: (grade.colour, grade.headline) for one, grade in whole.items()}
    for head in heads:
        grade = whole[head.id]
        assert (head.colour, head.assessed, head.headline, head.reasons) == (grade.colour, grade.assessed, grade.headline, grade.reasons)
        assert (head.reviews, head.unverified) == (grade.reviews, grade.unverified)
        unassessed = sum(one.assessed is None for one in grade.points)
        assert (head.totals.points, head.totals.unassessed) == (len(grade.points), unassessed)
        assert head.totals.unconfirmed == grade.unconfirmed
        assert head.totals.sources == sum(one.sources for one in grade.points)
    assert zones_of(heads) == park.zones
    mine = next(one for one in heads if one.id == world.enterprise_id)
    assert set(mine.moved_by) == {MovedBy.HAZARD, MovedBy.OVERDUE, MovedBy.RAISED, MovedBy.LOWERED}
    assert next(one for one in heads if one.id == world.other_enterprise_id).moved_by == (MovedBy.ACCIDENT,)


def test_a_past_day_is_read_in_full_also_by_whoever_wants_colours_alone(world: World) -> None:
    grading = Grading(world)
    oven = grading.add(point("窑", ORANGE), point("车", BLUE)).point_ids[0]
    day = world.clock.today()
    world.clock.advance(days=10)
    grading.add(point("炉", RED))
    with world.work_as("office") as work:
        retire_point(work, RULEBOOK, oven, "设备拆除")
    with world.work_as("office", write=False) as work:
        whole, brief = list_grades(work, day=day), list_grades(work, day=day, is_brief=True)
    assert brief == whole
    assert {one.id: one.grade.colour for one in brief} == {world.enterprise_id: Colour.ORANGE, world.other_enterprise_id: None}


def test_the_list_takes_as_many_queries_for_a_park_as_for_one(world: World) -> None:
    fill(world, 2, 2)
    with world.work_as("office", write=False) as work, counted(world.database) as few:
        list_heads(work)
    fill(world, 20, 4, start=10)
    with world.work_as("office", write=False) as work, counted(world.database) as many:
        assert len(list_heads(work)) == 24
    assert few.count == many.count <= 12


def test_an_enterprise_sees_itself_alone_and_strangers_nothing(sqlite_world: World) -> None:
    Grading(sqlite_world).add(point("窑", RED))
    for who, seen in (("enterprise", [sqlite_world.enterprise_id]), ("outsider", [sqlite_world.other_enterprise_id])):
        with sqlite_world.work_as(who, write=False) as work:
            assert [one.id for one in list_heads(work)] == seen
    with sqlite_world.work_as("foreign_office", write=False) as work:
        assert [one.id for one in list_heads(work)] == [sqlite_world.foreign_enterprise_id]


def test_filters_narrow_and_the_counts_of_the_colours_add_up_to_what_they_leave(sqlite_world: World) -> None:
    fill(sqlite_world, 12, 3)
    Grading(sqlite_world).add(point("窑", RED))
    with sqlite_world.work_as("office", write=False) as work:
        heads = list_heads(work)
    every = find_heads(heads, HeadQuery(size=5))
    assert sum(every.counts.values()) == every.page.total == len(heads) == 14
    assert every.page.pages == 3
    for colour in Colour:
        found = find_heads(heads, HeadQuery(colour=colour.value))
        assert found.page.total == every.counts[colour]
        assert found.counts == every.counts
    order = [one.colour.risk.number if one.colour else 5 for one in every.every]
    assert order == sorted(order)
    assert {one.name for one in find_heads(heads, HeadQuery(register=RegisterState.NONE)).every} == {"渌江电瓷（虚构）"}
    assert [one.name for one in find_heads(heads, HeadQuery(search="湘瓷 窑")).every] == ["湘瓷日用瓷（虚构）"]
    names = [one.name for one in find_heads(heads, HeadQuery(sort=HeadSort.NAME)).every]
    assert names == sorted(names)
    assert find_heads(heads, HeadQuery(page=99, size=5)).page.page == 3
    assert find_heads(heads, HeadQuery(zone="none")).page.total == 14
    assert find_heads(heads, HeadQuery(zone="somewhere")).page.total == 0


def test_an_unconfirmed_source_and_a_due_review_show_in_the_state_of_the_register(sqlite_world: World) -> None:
    grading = Grading(sqlite_world)
    grading.add(point("窑", YELLOW))
    with sqlite_world.work_as("office", write=False) as work:
        assert list_heads(work, [sqlite_world.enterprise_id])[0].register_state is RegisterState.COMPLETE
    sqlite_world.clock.advance(days=400)
    with sqlite_world.work_as("office", write=False) as work:
        assert list_heads(work, [sqlite_world.enterprise_id])[0].register_state is RegisterState.REVIEW
    unconfirmed = source("新危险源", YELLOW, is_confirmed=False)
    with sqlite_world.work_as("office") as work:
        point_id = read_register(work, RULEBOOK, sqlite_world.enterprise_id).points[0].point.id
        add_source(work, RULEBOOK, point_id, unconfirmed)
    with sqlite_world.work_as("office", write=False) as work:
        head = list_heads(work, [sqlite_world.enterprise_id])[0]
    assert head.register_state is RegisterState.UNCONFIRMED
    # Both may be asked for: what is unconfirmed hides no review.
    assert find_heads([head], HeadQuery(register=RegisterState.REVIEW)).page.total == 1
    assert find_heads([head], HeadQuery(register=RegisterState.COMPLETE)).page.total == 0


def test_what_would_come_of_an_order_closed_in_time_missed_or_of_all_closed(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("窑", YELLOW), point("车", BLUE))
    major = office.confirmed(HazardLevel.MAJOR)
    office.rectifying(days=3)
    with world.work_as("office", write=False) as work:
        outlook = read_outlook(work, world.enterprise_id, [major])
    assert outlook.grade.colour is Colour.RED
    by_level = {one.hazards[0].is_major: one for one in outlook.prospects}
    assert by_level[True].if_closed.colour is Colour.YELLOW
    assert becomes_better(outlook.grade, by_level[True].if_closed)
    assert by_level[True].if_missed is None
    assert by_level[False].document_number
    assert by_level[False].if_missed is not None
    assert by_level[False].if_closed.colour is Colour.RED
    assert outlook.if_all_closed.colour is Colour.YELLOW
    assert [one.id for one in outlook.chosen] == [major]
    assert outlook.if_chosen is not None
    assert outlook.if_chosen.colour is Colour.YELLOW
    # Nothing of it was written down, and once the deadline has passed the page says what it foretold.
    with world.work_as("office", write=False) as work:
        assert get_grade(work, world.enterprise_id).colour is Colour.RED


def test_a_missed_deadline_is_foretold(world: World) -> None:
    grading, office = Grading(world), Office(world)
    grading.add(point("窑", YELLOW))
    office.rectifying(days=3)
    with world.work_as("office", write=False) as work:
        outlook = read_outlook(work, world.enterprise_id)
    (prospect,) = outlook.prospects
    assert outlook.grade.colour is Colour.YELLOW
    assert prospect.if_missed is not None
    assert becomes_worse(outlook.grade, prospect.if_missed)
    world.clock.advance(days=4)
    with world.work_as("office", write=False) as work:
        assert get_grade(work, world.enterprise_id).colour is prospect.if_missed.colour is Colour.ORANGE
        (later,) = read_outlook(work, world.enterprise_id).prospects
    assert later.if_missed is None
    assert later.if_closed.colour is Colour.YELLOW


def test_an_enterprise_is_offered_no_hazard_it_has_not_been_told_of(sqlite_world: World) -> None:
    Grading(sqlite_world).add(point("窑", YELLOW))
    Office(sqlite_world).confirmed(HazardLevel.MAJOR)
    with sqlite_world.work_as("enterprise", write=False) as work:
        outlook = read_outlook(work, sqlite_world.enterprise_id)
        assert work.session.get(Enterprise, sqlite_world.enterprise_id) is not None
    assert outlook.grade.colour is Colour.RED
    assert outlook.prospects == ()
    assert "尚未下达文书" in outlook.grade.headline
