"""Counting in SQL is counting row by row, every number is as long as its list, and the ledger shows its list: on both databases."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert, select

from reports.closure import FIGURE_COLUMNS
from reports.figures import COUNT_FIELDS, ClosureCounts, HazardRow, ReinspectionRound, count_rows, sum_counts
from reports.measures import MEASURES
from reports.parameters import Scope, read_closure
from reports.queries import (
    NOBODY,
    count_closure,
    count_overdue_ever,
    list_behind,
    read_closure_report,
    stream_ledger,
)
from rules.terms import HazardLevel, HazardSource, HazardState, ReinspectionResult, TargetKind
from server.hazards.queues import HazardQueue
from server.hazards.schemas import HazardQuery
from server.hazards.service import home_figures, list_hazards
from server.ids import new_id
from server.models import Hazard, InspectionTarget, RectificationReply, Reinspection, Zone
from server.models.base import Base
from server.unit_of_work import Work
from tests.cast import World

START = date(2026, 9, 1)
AS_OF = date(2026, 11, 19)
"""Yesterday of the cast's day."""


class Look(msgspec.Struct, frozen=True):
    """One re-inspection of a drawn hazard: days after the finding of its reply (None: none was handed in) and of the look; its result."""

    replied: int | None
    held: int
    passed: bool
    applied: bool = True


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """A drawn hazard. Days count from the finding."""

    party: int = 0
    found: int = 0
    level: HazardLevel | None = HazardLevel.GENERAL
    state: HazardState = HazardState.RECTIFYING
    repeat: bool = False
    due: int | None = 15
    extended: int = 0
    first_round: int = 1
    looks: tuple[Look, ...] = ()
    waiting_reply: int | None = None
    accepted: int | None = None
    closed: int | None = None


# Few days to choose from, so that a reply falls on its deadline, and a deadline on the report's day, again and again.
days = st.integers(0, 12)
looks = st.builds(Look, replied=st.none() | days, held=days, passed=st.booleans(), applied=st.sampled_from([True, True, False]))
lives = st.builds(
    Life,
    party=st.integers(0, 3),
    found=st.integers(0, 8),
    level=st.sampled_from([None, *HazardLevel]),
    state=st.sampled_from(HazardState),
    repeat=st.booleans(),
    due=st.none() | days,
    extended=st.sampled_from([0, 0, 3]),
    first_round=st.sampled_from([1, 1, 2]),
    looks=st.lists(looks, max_size=3).map(tuple),
    waiting_reply=st.none() | days,
    accepted=st.none() | days,
    closed=st.none() | days,
)


class Table:
    """Drawn hazards, written as rows and told as `HazardRow`s by another way."""

    def __init__(self, world: World, work: Work) -> None:
        self.world, self.work = world, work
        self.parties: list[tuple[UUID | None, UUID | None]] = [
            (world.enterprise_id, world.enterprise_id),
            (world.other_enterprise_id, world.other_enterprise_id),
        ]
        facility = new_id()
        work.session.add(
            InspectionTarget(
                id=facility,
                park_id=world.park_id,
                kind=TargetKind.PUBLIC_FACILITY,
                name="一号泵站",
                steward="园区市政",
                details={},
                created_at=work.now,
            )
        )
        work.session.flush()
        self.parties += [(None, facility), (None, None)]
        self.facility_id = facility

    def clear(self) -> None:
        for model in (Reinspection, RectificationReply, Hazard):
            self.work.connection.execute(delete(model))

    def write(self, drawn: Iterable[Life]) -> dict[UUID | None, list[HazardRow]]:
        told: dict[UUID | None, list[HazardRow]] = {}
        self._rows: dict[type[Base], list[dict[str, Any]]] = {Hazard: [], RectificationReply: [], Reinspection: []}
        for number, life in enumerate(drawn):
            enterprise_id, target_id = self.parties[life.party]
            told.setdefault(enterprise_id or target_id, []).append(self._one(number, life, enterprise_id, target_id))
        for model, rows in self._rows.items():
            if rows:
                self.work.connection.execute(insert(model), rows)
        return told

    def _one(self, number: int, life: Life, enterprise_id: UUID | None, target_id: UUID | None) -> HazardRow:
        found = START + timedelta(days=life.found)
        original = None if life.due is None else found + timedelta(days=life.due)
        due = None if original is None else original + timedelta(days=life.extended)
        rounds = life.first_round - 1
        hazard_id = new_id()
        instant = datetime(found.year, found.month, found.day, 2, tzinfo=UTC)
        self._rows[Hazard].append(
            {
                "id": hazard_id,
                "park_id": self.world.park_id,
                "number": f"YH-2026-{number:04d}",
                "source": HazardSource.PARK_INSPECTION,
                "target_id": target_id,
                "enterprise_id": enterprise_id,
                "title": f"第{number}条",
                "description": "通道堆物",
                "basis": ["某规程第1条"],
                "found_on": found,
                "found_at": instant,
                "found_by": self.world.accounts["inspector"].id,
                "found_by_name": "王检",
                "state": life.state,
                "level": life.level,
                "facts": {},
                "judgements": [],
                "original_due_on": original,
                "due_on": due,
                "failed_rounds": rounds + sum(one.applied for one in life.looks),
                "repeat": life.repeat,
                "last_reply_on": _day(found, life.waiting_reply),
                "accepted_on": _day(found, life.accepted),
                "closed_on": _day(found, life.closed),
                "version": 1,
            }
        )
        held: list[tuple[Look, tuple[int, date | None, date]]] = []
        for look in sorted(life.looks, key=lambda one: one.held):
            rounds += look.applied
            held.append((look, self._look(hazard_id, found, due, look, rounds or 1, len(held))))
        return _told(life, found, original, due, held)

    def _look(self, hazard_id: UUID, found: date, due: date | None, look: Look, round_: int, order: int) -> tuple[int, date | None, date]:
        replied_on, held_on = _day(found, look.replied), found + timedelta(days=look.held)
        reply_id = None if replied_on is None else new_id()
        people = {"park_id": self.world.park_id, "hazard_id": hazard_id, "account_id": self.world.accounts["enterprise"].id}
        noon = datetime(held_on.year, held_on.month, held_on.day, 4, order, tzinfo=UTC)
        if reply_id is not None and replied_on is not None:
            self._rows[RectificationReply].append(
                dict(
                    **people,
                    id=reply_id,
                    account_name="李企",
                    replied_at=noon,
                    replied_on=replied_on,
                    is_late=False,
                    round=round_,
                    measure="已清理",
                    responsible_person="李企",
                    funds_yuan=0,
                    finished_on=replied_on,
                )
            )
        starts = [one for one in (replied_on, due if round_ == 1 else None) if one is not None]
        owed_by = min(starts) + timedelta(days=10) if starts else None
        self._rows[Reinspection].append(
            dict(
                **people,
                id=new_id(),
                reply_id=reply_id,
                inspectors=["王检"],
                reinspected_at=noon,
                reinspected_on=held_on,
                due_on=owed_by,
                result=ReinspectionResult.PASS if look.passed else ReinspectionResult.FAIL,
                reason="",
                round=round_,
                applied=look.applied,
                marks=[],
            )
        )
        return round_, owed_by, held_on


def _day(found: date, after: int | None) -> date | None:
    return None if after is None else found + timedelta(days=after)


def _told(
    life: Life, found: date, original: date | None, due: date | None, held: list[tuple[Look, tuple[int, date | None, date]]]
) -> HazardRow:
    """The same life in the words of `figures`, by its definitions and not by the queries' conditions."""
    effective = [(look, facts) for look, facts in held if look.applied]
    rounds = []
    for look, (round_, owed_by, held_on) in effective:
        starts = [one for one in (_day(found, look.replied), due if round_ == 1 else None) if one is not None]
        if starts and owed_by is not None:
            rounds.append(ReinspectionRound(owed_from=min(starts), due_on=owed_by, done_on=held_on))
    never_failed = life.first_round == 1 and not effective
    since = []
    if life.state is HazardState.SUBMITTED:
        since = [_day(found, life.waiting_reply), due if never_failed else None]
    elif life.state is HazardState.RECTIFYING:
        since = [due if never_failed else None]
    owed_since = min((one for one in since if one is not None), default=None)
    if owed_since is not None:
        rounds.append(ReinspectionRound(owed_from=owed_since, due_on=owed_since + timedelta(days=10)))
    closed = _day(found, life.closed)
    return HazardRow(
        found_on=found,
        is_major=life.level is HazardLevel.MAJOR,
        is_void=life.state is HazardState.VOID,
        is_repeat=life.repeat,
        original_due_on=original,
        due_on=due,
        accepted_reply_on=_day(found, life.accepted),
        closed_on=closed,
        delisted_on=closed,
        first_reinspected_on=effective[0][1][2] if effective else None,
        passed_first_time=bool(effective) and effective[0][0].passed,
        reinspections=tuple(rounds),
    )


def scope(**changes: Any) -> Scope:
    return msgspec.structs.replace(Scope(found_from=START, found_until=AS_OF, as_of=AS_OF), **changes)


def expected_counts(told: dict[UUID | None, list[HazardRow]], asked: Scope) -> dict[UUID | None, ClosureCounts]:
    counts = {}
    for party, rows in told.items():
        inside = [row for row in rows if asked.found_from <= row.found_on <= asked.found_until and not row.is_void]
        if inside:
            counts[party] = count_rows(inside, asked.as_of)
    return counts


def test_counting_in_sql_is_counting_row_by_row_and_every_list_is_as_long_as_its_number(world: World) -> None:
    with world.work_as("office") as work:
        table = Table(world, work)

        @settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
        @given(st.lists(lives, min_size=50, max_size=70), st.integers(0, 20), st.integers(0, 3))
        def agree(drawn: list[Life], as_of_day: int, since: int) -> None:
            table.clear()
            told = table.write(drawn)
            as_of = START + timedelta(days=as_of_day)
            asked = scope(as_of=as_of, found_from=START + timedelta(days=since), found_until=START + timedelta(days=since + 6))
            counts = count_closure(work.session, work.actor, asked)
            assert counts == expected_counts(told, asked)
            total = sum_counts(counts.values())
            for measure in MEASURES.values():
                assert list_behind(work.session, work.actor, asked, measure).total == getattr(total, measure.key), measure.key
            for party, one in counts.items():
                for key in ("found", "overdue", "reinspected", "reinspections_owed"):
                    behind = list_behind(work.session, work.actor, asked, MEASURES[key], NOBODY if party is None else str(party))
                    assert behind.total == getattr(one, key), (key, party)

        agree()


@pytest.mark.parametrize("level", [*HazardLevel, ""])
def test_level_and_zone_narrow_the_number_and_its_list_alike(world: World, level: str) -> None:
    with world.work_as("office") as work:
        table = Table(world, work)
        zone_id = new_id()
        work.session.add(Zone(id=zone_id, park_id=world.park_id, name="陶瓷谷"))
        work.session.flush()
        work.session.get_one(InspectionTarget, world.enterprise_id).zone_id = zone_id
        work.session.flush()
        table.write(Life(party=number % 4, level=[None, *HazardLevel][number % 3], found=number) for number in range(24))
        asked = scope(zone_id=zone_id, level=level)
        counts = count_closure(work.session, work.actor, asked)
        assert set(counts) == {world.enterprise_id}
        assert counts[world.enterprise_id].found == (6 if not level else 2 if level == HazardLevel.MAJOR else 4)
        for measure in MEASURES.values():
            assert list_behind(work.session, work.actor, asked, measure).total == getattr(counts[world.enterprise_id], measure.key)


def test_hazards_without_an_enterprise_stand_under_what_was_inspected_so_totals_are_the_parks(world: World) -> None:
    with world.work_as("office") as work:
        table = Table(world, work)
        table.write(Life(party=party) for party in (0, 1, 2, 2, 3))
        report = read_closure_report(work, read_closure({"from": "2026-09-01"}, work.today))
        assert {row.enterprise_name: row.counts.found for row in report.rows} == {
            "湘瓷日用瓷（虚构）": 1,
            "渌江电瓷（虚构）": 1,
            "一号泵站（管护：园区市政）": 2,
            "检查对象待认定": 1,
        }
        assert report.total.found == 5


def test_overdue_as_of_yesterday_is_the_overdue_of_the_home_page(world: World) -> None:
    """Yesterday at 24:00 and this morning are one moment; only a reply handed in and passed today is between them."""
    with world.work_as("office") as work:
        table = Table(world, work)
        yesterday = (work.today - START).days - 1
        owing = [HazardState.ORDERED, HazardState.RECTIFYING, HazardState.SUBMITTED]
        drawn = [
            Life(party=number % 4, state=owing[number % 3], due=due, waiting_reply=5 if number % 3 == 2 else None)
            for number, due in enumerate([*range(yesterday - 6, yesterday + 5), 3, 4, 5])
        ]
        drawn += [Life(state=HazardState.CLOSED, due=20, accepted=25, closed=30), Life(state=HazardState.VERIFIED, due=20, accepted=30)]
        drawn += [Life(state=HazardState.VOID, due=2), Life(state=HazardState.FOUND, due=None)]
        table.write(drawn)
        tile = home_figures(work).count(HazardQueue.OVERDUE)
        asked = read_closure({}, work.today)
        assert asked.scope.as_of == work.today - timedelta(days=1)
        assert tile == 10
        assert read_closure_report(work, asked).total.overdue == tile
        assert count_overdue_ever(work.session, work.actor, asked.scope) == tile
        narrow = read_closure({"from": work.today.isoformat()}, work.today)
        assert count_overdue_ever(work.session, work.actor, narrow.scope) == tile


def test_an_enterprise_counts_its_own_ordered_hazards_and_nobody_elses(world: World) -> None:
    with world.work_as("office") as work:
        table = Table(world, work)
        table.write(
            [
                Life(party=0, state=HazardState.RECTIFYING),
                Life(party=0, state=HazardState.CONFIRMED),
                Life(party=1, state=HazardState.RECTIFYING),
                Life(party=2),
                Life(party=3),
            ]
        )
    for who, mine in (("enterprise", world.enterprise_id), ("outsider", world.other_enterprise_id)):
        with world.work_as(who, write=False) as work:
            counts = count_closure(work.session, work.actor, scope())
            assert {party: one.found for party, one in counts.items()} == {mine: 1}
            foreign = world.other_enterprise_id if mine == world.enterprise_id else world.enterprise_id
            assert list_behind(work.session, work.actor, scope(), MEASURES["found"], str(foreign)).total == 0
    for who in ("foreign_office", "screener", "admin"):
        with world.work_as(who, write=False) as work:
            assert count_closure(work.session, work.actor, scope()) == {}
            assert list_behind(work.session, work.actor, scope(), MEASURES["found"]).total == 0


def test_the_report_and_its_lists_take_a_constant_number_of_queries(world: World) -> None:
    amounts = []
    with world.work_as("office") as work:
        table = Table(world, work)
        statements: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            statements.append(statement)

        event.listen(world.database.engine, "before_cursor_execute", note)
        for amount in (3, 60):
            table.clear()
            table.write(Life(party=number % 4, looks=(Look(3, 5, True),)) for number in range(amount))
            statements.clear()
            read_closure_report(work, read_closure({}, work.today))
            list_behind(work.session, work.actor, scope(), MEASURES["reinspections_owed"])
            amounts.append(len(statements))
        event.remove(world.database.engine, "before_cursor_execute", note)
    assert amounts[0] == amounts[1] <= 8


def test_the_ledger_shows_the_rows_of_the_list_in_its_order(world: World) -> None:
    with world.work_as("office") as work:
        table = Table(world, work)
        table.write(
            Life(
                party=number % 4,
                found=number % 7,
                state=[HazardState.RECTIFYING, HazardState.SUBMITTED][number % 2],
                due=number,
                looks=(Look(2, 4, False), Look(6, 8, True)) if number % 3 == 0 else (),
            )
            for number in range(30)
        )
        for query in (HazardQuery(), HazardQuery(queue=HazardQueue.OVERDUE, sort="due"), HazardQuery(search="第2", sort="enterprise")):
            shown = list_hazards(work, msgspec.structs.replace(query, size=200)).items
            rows = list(stream_ledger(work.session, work.actor, query, work.today, world.services.rulebook))
            assert [row.hazard_number for row in rows] == [row.number for row in shown]
            assert [row.overdue_days for row in rows] == [row.overdue_days for row in shown]
        first = next(row for row in rows if row.measures)
        assert (first.measures, first.outcome_label, first.responsible_person) == ("已清理", "复查合格", "李企")
        assert first.clauses[0].printed == "某规程第1条（条文待核）"


def test_every_column_of_the_report_names_the_lists_behind_it() -> None:
    for column in FIGURE_COLUMNS:
        assert set(column.counts) <= set(MEASURES), column.title
        assert len(column.counts) == (2 if column.kind == "rate" else 1), column.title
    assert set(COUNT_FIELDS) - {"overdue_days"} <= set(MEASURES)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({}, ("2026-01-01", "2026-11-19", "2026-11-19")),
        ({"as_of": "2026-11-20"}, ("2026-01-01", "2026-11-20", "2026-11-20")),
        ({"as_of": "2027-03-01"}, ("2026-01-01", "2026-11-20", "2026-11-20")),
        ({"from": "2026/03/05", "to": "20260331"}, ("2026-03-05", "2026-03-31", "2026-11-19")),
        ({"to": "2026-12-31"}, ("2026-01-01", "2026-11-19", "2026-11-19")),
        ({"from": "2026-10-01", "to": "2026-09-01"}, ("2026-01-01", "2026-09-01", "2026-11-19")),
        ({"from": "yesterday", "zone": "x", "level": "grave"}, ("2026-01-01", "2026-11-19", "2026-11-19")),
        ({"from": "0001-01-01", "as_of": "0001-01-01", "to": "0001-01-01"}, ("2000-01-01", "2000-01-01", "2000-01-01")),
    ],
)
def test_an_address_gives_a_period_that_makes_sense(given_: dict[str, str], expected: tuple[str, str, str]) -> None:
    asked = read_closure(given_, date(2026, 11, 20)).scope
    assert (asked.found_from.isoformat(), asked.found_until.isoformat(), asked.as_of.isoformat()) == expected
    assert asked.zone_id is None
    assert asked.level == ""


def test_what_is_not_applied_is_kept_and_counts_nowhere(world: World) -> None:
    with world.work_as("office") as work:
        Table(world, work).write([Life(looks=(Look(3, 5, True, applied=False),))])
        counts = count_closure(work.session, work.actor, scope())
        assert work.session.scalar(select(Reinspection.applied)) is False
        assert (counts[world.enterprise_id].reinspected, counts[world.enterprise_id].reinspections_timely) == (0, 0)
