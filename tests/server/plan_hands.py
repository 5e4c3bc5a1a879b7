"""The hands of the year's plan: frequency, draft, approval, visits, and inspections that tick them, one call each."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from server.canonical import canonical_bytes
from server.clock import CHINA
from server.ids import new_id
from server.inspections.decoding import read_submission
from server.inspections.reading import read_inspection
from server.inspections.schemas import InspectionDocument
from server.inspections.service import file_inspection
from server.planning.frequency import COLOUR_KEYS
from server.planning.schemas import Board, FrequencyForm, GenerateForm, Release, VisitForm, VisitRow
from server.planning.service import (
    adopt_frequency,
    approve_plan,
    find_plan,
    generate_plan,
    read_board,
    release_month,
    review_plan,
)
from tests.cast import World
from tests.server.office import RULEBOOK

EVERY = {"red": ("4", "12"), "orange": ("2", "6"), "yellow": ("2", "4"), "blue": ("1", "2"), "none": ("2", "4")}
"""Floor and cap a year by colour."""


def own_bounds(table: dict[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    """A table as the form carries it."""
    return {key: {"floor": table.get(key, ("", ""))[0], "cap": table.get(key, ("", ""))[1]} for key in COLOUR_KEYS}


class Planner:
    """A world and the steps people take with its plan."""

    def __init__(self, world: World) -> None:
        self.world = world

    def adopt(self, table: dict[str, tuple[str, str]] | None = None, *, since: date | None = None, **more: Any) -> UUID:
        """The park decides how often."""
        form = FrequencyForm(
            effective_from=since or date(self.world.clock.today().year, 1, 1),
            decided_by="园区安委会",
            decision_number="示安委〔2026〕3号",
            bounds=own_bounds(EVERY if table is None else table),
            adopted=more.pop("adopted", {}),
            **more,
        )
        with self.world.work_as("office") as work:
            return adopt_frequency(work, form).id

    def generate(self, starts_on: date | None = None, year: int | None = None) -> UUID:
        """The office has a draft made."""
        day = starts_on or self.world.clock.today()
        with self.world.work_as("office") as work:
            return generate_plan(work, RULEBOOK, GenerateForm(year=year or day.year, starts_on=day)).id

    def approve(self, plan_id: UUID) -> UUID:
        """The office reviews, the leader approves."""
        with self.world.work_as("office") as work:
            review_plan(work, plan_id)
        with self.world.work_as("leader") as work:
            approve_plan(work, RULEBOOK, plan_id)
        return plan_id

    def in_force(self, starts_on: date | None = None) -> UUID:
        """A plan in force by the usual frequency."""
        self.adopt()
        return self.approve(self.generate(starts_on))

    def board(self, year: int | None = None, who: str = "office") -> Board:
        """How the plan stands."""
        with self.world.work_as(who, write=False) as work:
            plan = find_plan(work, year or work.today.year)
            assert plan is not None
            return read_board(work, plan, RULEBOOK.calendar)

    def visits(self, enterprise: UUID | None = None) -> list[VisitRow]:
        """The visits of an enterprise, by day."""
        return [one for one in self.board().visits if one.enterprise_id == (enterprise or self.world.enterprise_id)]

    def release(self, plan_id: UUID, month: int, who: str = "office") -> Release:
        """A month becomes tasks."""
        with self.world.work_as(who) as work:
            return release_month(work, RULEBOOK, plan_id, month)

    def change(self, use_case: Callable[..., Any], *args: Any, who: str = "office") -> Any:
        """One use case that takes the rulebook."""
        with self.world.work_as(who) as work:
            return use_case(work, RULEBOOK, *args)

    def form(self, planned_on: date, *who: str, reason: str = "", version: int | None = None) -> VisitForm:
        """Where a visit is to lie."""
        people = tuple(self.world.accounts[one].id for one in who or ("inspector", "second_inspector"))
        return VisitForm(planned_on=planned_on, people=people, reason=reason, version=version)

    def inspect(self, *, task: UUID | None = None, on: date | None = None, target: UUID | None = None) -> UUID:
        """王检 files an inspection made on a day, today unless told."""
        world = self.world
        day = on or world.clock.today()
        at = datetime(day.year, day.month, day.day, 8, 30, tzinfo=CHINA)
        edition = RULEBOOK.at(day).checklists.find_template("GEN")
        assert edition is not None
        document: dict[str, Any] = {
            "target": {"kind": "enterprise", "id": str(target or world.enterprise_id), "name": "企业"},
            "checklists": [{"code": "GEN", "edition": edition.edition}],
            "started_at": (at - timedelta(minutes=30)).isoformat(),
            "finished_at": at.isoformat(),
            "clock": {"device_at": world.clock.now().isoformat(), "monotonic_ms": 1},
            "inspectors": ["王检", "赵检"],
            "answers": [{"item": edition.items[0].code, "result": "pass"}],
            "findings": [],
        } | ({"task_id": str(task)} if task else {})
        document_id = new_id()
        submission = read_submission(canonical_bytes(document), "application/json", InspectionDocument, (("answers", "findings"),))
        reading = read_inspection(document_id, submission.document, RULEBOOK, world.clock.now())
        with world.work_as("inspector") as work:
            assert file_inspection(work, RULEBOOK, world.services.epoch, document_id, submission, reading).receipt is not None
        return document_id
