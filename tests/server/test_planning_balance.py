"""What must hold of every balanced plan, and which inspection ticks which visit."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.calendar import load_calendar
from server.planning.balance import Balance, Ground, Inspector, Settled, Span, Stop, balance, working_days
from server.planning.ticks import DAYS_EARLY, DAYS_LATE, OpenVisit, Seen, Tick, TickWay, tick_visits

CALENDAR = load_calendar()
NEW_YEAR, YEAR_END = date(2026, 1, 1), date(2026, 12, 31)
GRIDS = [UUID(int=500 + n) for n in range(3)]


def people(count: int, capacity: int = 40, away: tuple[Span, ...] = ()) -> tuple[Inspector, ...]:
    """Inspectors who can do as much as each other; each knows a grid. `away` is the first one's."""
    return tuple(
        Inspector(
            id=UUID(int=n + 1),
            name=f"检查员{n}",
            capacity=capacity,
            grids=frozenset({GRIDS[n % 3]}),
            away=away if n == 0 else (),
        )
        for n in range(count)
    )


def ground(inspectors: tuple[Inspector, ...], *, first_on: date = NEW_YEAR, pair: int = 1, pauses: tuple[Span, ...] = ()) -> Ground:
    """The year 2026."""
    return Ground(calendar=CALENDAR, first_on=first_on, last_on=YEAR_END, inspectors=inspectors, people_per_visit=pair, pauses=pauses)


def stop(number: int, visits: int, **more: Any) -> Stop:
    """An enterprise."""
    return Stop(id=UUID(int=1000 + number), name=f"企业{number:03}", rank=1 + number % 4, visits=visits, **more)


def loads(outcome: Balance) -> Counter[UUID]:
    """How often each inspector goes."""
    return Counter(one for visit in outcome.placed for one in visit.people)


stops = st.lists(st.tuples(st.sampled_from([0, 1, 1, 2, 4, 12]), st.sampled_from([None, *GRIDS])), min_size=1, max_size=25).map(
    lambda rows: [stop(n, visits, grid_id=grid) for n, (visits, grid) in enumerate(rows)]
)
days = st.dates(NEW_YEAR, date(2026, 11, 20))


@settings(max_examples=60, deadline=None)
@given(stops, st.integers(2, 6), st.integers(1, 2), days)
def test_every_enterprise_gets_its_visits_on_working_days_and_nobody_has_more_than_one_above_another(
    wanted: list[Stop], count: int, pair: int, first_on: date
) -> None:
    # Room enough in what is left of the year: nothing may then stay unplaced.
    inspectors = people(count, capacity=400)
    outcome = balance(ground(inspectors, first_on=first_on, pair=pair), wanted)
    assert outcome.unplaced == ()
    assert Counter(one.stop_id for one in outcome.placed) == Counter({one.id: one.visits for one in wanted if one.visits})
    assert all(CALENDAR.is_workday(one.on) and first_on <= one.on <= YEAR_END for one in outcome.placed)
    assert all(len(set(one.people)) == pair for one in outcome.placed)
    assert len({(one.stop_id, one.on) for one in outcome.placed}) == len(outcome.placed)
    load = loads(outcome)
    assert max(load[one.id] for one in inspectors) - min(load[one.id] for one in inspectors) <= 1
    assert all(one.why for one in outcome.placed)


@settings(max_examples=60, deadline=None)
@given(stops, st.integers(1, 4), st.integers(1, 6), st.integers(1, 2), days)
def test_nobody_is_asked_for_more_than_they_can_and_what_has_no_place_is_told_whole(
    wanted: list[Stop], count: int, capacity: int, pair: int, first_on: date
) -> None:
    inspectors = people(count, capacity, away=(Span(date(2026, 6, 1), date(2026, 9, 30)),))
    pause = Span(date(2026, 11, 1), date(2026, 11, 30))
    outcome = balance(ground(inspectors, first_on=first_on, pair=pair, pauses=(pause,)), wanted)
    monthly = Counter((one, visit.on.month) for visit in outcome.placed for one in visit.people)
    assert all(times <= capacity for times in monthly.values())
    away = [visit for visit in outcome.placed if inspectors[0].id in visit.people and 6 <= visit.on.month <= 9]
    assert (away, [visit for visit in outcome.placed if pause.holds(visit.on)]) == ([], [])
    told = Counter(one.stop_id for one in outcome.placed)
    told.update({one.stop_id: one.visits for one in outcome.unplaced})
    assert told == Counter({one.id: one.visits for one in wanted if one.visits})
    assert all(one.why for one in outcome.unplaced)


@settings(max_examples=30, deadline=None)
@given(stops, st.integers(2, 5), st.randoms(use_true_random=False))
def test_the_same_values_give_the_same_plan_in_whatever_order_they_come(wanted: list[Stop], count: int, random: object) -> None:
    shuffled = list(wanted)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert balance(ground(people(count)), shuffled) == balance(ground(people(count)), wanted)


@settings(max_examples=30, deadline=None)
@given(stops, st.integers(2, 5))
def test_settled_visits_take_room_and_only_the_rest_is_placed(wanted: list[Stop], count: int) -> None:
    inspectors = people(count)
    fixed = Settled(date(2026, 3, 16), (inspectors[0].id,))
    kept = [stop(n, one.visits, grid_id=one.grid_id, settled=(fixed,)) for n, one in enumerate(wanted)]
    outcome = balance(ground(inspectors), kept)
    assert Counter(one.stop_id for one in outcome.placed) == Counter({one.id: one.visits for one in kept if one.visits})
    assert all(one.on != fixed.on for one in outcome.placed)
    march = sum(1 for one in outcome.placed if one.on.month == 3 and inspectors[0].id in one.people)
    assert march + len(kept) <= max(40, len(kept))


def test_four_visits_are_spread_over_the_year_and_not_always_by_the_same_person() -> None:
    outcome = balance(ground(people(3)), [stop(0, 4)])
    when = [one.on for one in outcome.placed]
    assert [(day.month - 1) // 3 for day in when] == [0, 1, 2, 3]
    assert all((later - earlier).days >= 45 for earlier, later in pairwise(when))
    assert sorted(loads(outcome).values()) == [1, 1, 2]


def test_who_knows_the_grid_goes_where_one_visit_is_due() -> None:
    wanted = [stop(n, 1, grid_id=GRIDS[n % 3]) for n in range(30)]
    outcome = balance(ground(people(3)), wanted)
    by_stop = {one.stop_id: one.people[0] for one in outcome.placed}
    assert [by_stop[one.id].int for one in wanted] == [n % 3 + 1 for n in range(30)]


def test_months_get_the_same_number_of_visits() -> None:
    outcome = balance(ground(people(4)), [stop(n, [4, 2, 1, 1][n % 4]) for n in range(96)])
    months = Counter(one.on.month for one in outcome.placed)
    assert max(months.values()) - min(months.values()) <= 2
    assert sum(months.values()) == 192


def test_red_comes_first_when_there_is_not_room_for_everybody() -> None:
    wanted = [stop(n, 2) for n in range(16)]
    outcome = balance(ground(people(1, capacity=1)), wanted)
    served = [one.rank for one in wanted if one.id in {visit.stop_id for visit in outcome.placed}]
    left = [one.rank for one in wanted if one.id in {missing.stop_id for missing in outcome.unplaced}]
    assert max(served) <= min(left)
    assert {missing.why for missing in outcome.unplaced} == {"剩余各月检查人员的容量都已排满，请增加容量或人员，或手工安排"}


def test_no_inspector_or_no_day_left_is_said_as_such() -> None:
    (alone,) = balance(ground(()), [stop(0, 3)]).unplaced
    assert (alone.visits, "没有可以安排的检查人员" in alone.why) == (3, True)
    (two,) = balance(ground(people(1), pair=2), [stop(0, 1)]).unplaced
    assert "每次检查要 2 人同去" in two.why
    (late,) = balance(ground(people(2), pauses=(Span(NEW_YEAR, YEAR_END),)), [stop(0, 1)]).unplaced
    assert "没有可以安排的工作日" in late.why


def test_working_days_leave_out_holidays_and_pauses() -> None:
    found = working_days(CALENDAR, date(2026, 9, 28), date(2026, 10, 9), (Span(date(2026, 9, 28), date(2026, 9, 28)),))
    assert date(2026, 10, 1) not in found
    assert date(2026, 9, 28) not in found
    assert date(2026, 9, 29) in found


ENTERPRISE, OTHER = UUID(int=1), UUID(int=2)
ASKED_AT = datetime(2025, 12, 1, tzinfo=UTC)


def visit(number: int, planned_on: date, enterprise: UUID = ENTERPRISE) -> OpenVisit:
    """A visit of the enterprise."""
    return OpenVisit(id=UUID(int=100 + number), enterprise_id=enterprise, planned_on=planned_on, asked_at=ASKED_AT)


def seen(number: int, on: date, **more: Any) -> Seen:
    """An inspection of the enterprise."""
    values: dict[str, Any] = {"enterprise_id": ENTERPRISE, "inspected_on": on, "received_at": ASKED_AT + timedelta(seconds=1)}
    return Seen(id=UUID(int=200 + number), **(values | more))


def ticked(visits: list[OpenVisit], inspections: list[Seen]) -> dict[int, tuple[int, TickWay]]:
    """By visit, its inspection and the way."""

    def told(tick: Tick) -> tuple[int, TickWay]:
        return tick.inspection.id.int - 200, tick.way

    return {one.int - 100: told(tick) for one, tick in tick_visits(visits, inspections).items()}


def test_an_inspection_ticks_the_visit_of_its_task_whenever_it_was_made() -> None:
    visits = [visit(1, date(2026, 3, 10)), visit(2, date(2026, 6, 10))]
    late = seen(1, date(2027, 1, 5), visit_id=UUID(int=101))
    assert ticked(visits, [late]) == {1: (1, TickWay.TASK)}
    assert ticked(visits, [late, seen(2, date(2027, 1, 6), visit_id=UUID(int=101))]) == {1: (1, TickWay.TASK)}


def test_an_inspection_without_task_ticks_within_the_window_and_the_day_outside_it_none() -> None:
    planned = date(2026, 6, 10)
    for days_away, is_in in ((-DAYS_EARLY, True), (-DAYS_EARLY - 1, False), (DAYS_LATE, True), (DAYS_LATE + 1, False)):
        found = ticked([visit(1, planned)], [seen(1, planned + timedelta(days=days_away))])
        assert found == ({1: (1, TickWay.WINDOW)} if is_in else {})


def test_one_inspection_ticks_one_visit_and_the_earliest_open_one() -> None:
    visits = [visit(1, date(2026, 3, 10)), visit(2, date(2026, 3, 25)), visit(3, date(2026, 3, 20), OTHER)]
    assert ticked(visits, [seen(1, date(2026, 3, 20))]) == {1: (1, TickWay.WINDOW)}
    both = [seen(2, date(2026, 3, 22)), seen(1, date(2026, 3, 20))]
    assert ticked(visits, both) == {1: (1, TickWay.WINDOW), 2: (2, TickWay.WINDOW)}


def test_triggered_ones_other_years_other_plans_tasks_and_what_was_counted_before_tick_nothing() -> None:
    visits = [visit(1, date(2026, 12, 20)), visit(2, date(2026, 12, 28))]
    inspections = [
        seen(1, date(2026, 12, 20), triggered_by="report"),
        seen(2, date(2027, 1, 5)),
        seen(3, date(2026, 12, 21), visit_id=UUID(int=999)),
        seen(4, date(2026, 12, 21), received_at=ASKED_AT),
    ]
    assert ticked(visits, inspections) == {}


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.dates(NEW_YEAR, YEAR_END), max_size=8),
    st.lists(st.tuples(st.dates(NEW_YEAR, YEAR_END), st.sampled_from([None, 0, 1, 2])), max_size=8),
)
def test_no_inspection_is_counted_twice(planned: list[date], made: list[tuple[date, int | None]]) -> None:
    visits = [visit(n, day) for n, day in enumerate(planned)]
    inspections = [seen(n, day, visit_id=None if of is None else UUID(int=100 + of)) for n, (day, of) in enumerate(made)]
    ticks = tick_visits(visits, inspections)
    used = [tick.inspection.id for tick in ticks.values()]
    assert len(used) == len(set(used))
    open_visits = [one for one in visits if one.id not in ticks]
    idle = [one for one in inspections if one.visit_id is None and one.id not in used]
    # Nothing that could be ticked is left open.
    assert [
        (one.planned_on, other.inspected_on)
        for one in open_visits
        for other in idle
        if -DAYS_EARLY <= (other.inspected_on - one.planned_on).days <= DAYS_LATE
    ] == []
