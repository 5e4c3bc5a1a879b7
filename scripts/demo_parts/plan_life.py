"""The year's plan of the fictional park: a frequency adopted, visits planned, approved, released month by month, moved and dropped.

Through the use cases of `server.planning.service`, woven into the other steps of the story. The plan is made some weeks into the story,
when registers say how dangerous each enterprise is; a story that ends early in a year has its plan from the December before.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from rules.bands import Colour
from scripts.demo_parts.founding import Ground
from scripts.demo_parts.life import Step
from scripts.demo_parts.stage import Stage
from server.clock import CHINA
from server.models.documents import InspectionTask
from server.models.plan import InspectionPlan, PlanVisit
from server.parks.service import list_grids
from server.planning.frequency import UNASSESSED
from server.planning.schemas import FrequencyForm, GenerateForm, VisitForm, VisitRow
from server.planning.service import (
    accept_proposals,
    add_pause,
    adopt_frequency,
    approve_plan,
    drop_visit,
    find_plan,
    generate_plan,
    move_visit,
    read_board,
    read_staffing,
    read_visits,
    release_month,
    review_plan,
    set_capacity,
    set_manner,
    withdraw_spare_tasks,
)
from server.tasks.schemas import TaskState
from server.unit_of_work import Work

BEGINS_BEFORE_END = timedelta(days=160)
_BOUNDS = {Colour.RED: ("6", "12"), Colour.ORANGE: ("4", "8"), Colour.YELLOW: ("3", "6"), Colour.BLUE: ("2", "4"), UNASSESSED: ("2", "6")}
_MOVED = (("窑炉年度检修，企业申请改期", 6), ("检查员外出培训，改期", 3), ("汛期连日暴雨，改期", 9))
"""Why visits are moved, and how many days later they lie."""
_DROPPED = "企业长期停产，厂区已断电封存，复产时再查"


class PlanLife:
    """The steps of the plan of one park."""

    def __init__(self, stage: Stage, ground: Ground, ends_on: date) -> None:
        self._stage = stage
        self._ground = ground
        begins = ends_on - BEGINS_BEFORE_END
        self._year = ends_on.year
        self._begins_on = begins if begins.year == ends_on.year else date(ends_on.year - 1, 12, 8)
        self._ends_on = ends_on

    def steps(self) -> Iterator[Step]:
        """Everything, in any order."""
        day = self._begins_on
        yield Step(_at(day, 9), self._set_up)
        yield Step(_at(day, 15), self._draft)
        yield Step(_at(day + timedelta(days=1), 10), self._review)
        yield Step(_at(day + timedelta(days=2), 16), self._approve)
        month = max(day + timedelta(days=3), date(self._year, 1, 1))
        while month <= self._ends_on:
            yield Step(_at(month, 8), lambda month=month: self._release(month))  # type: ignore[misc]
            month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
        for turn, (reason, days) in enumerate(_MOVED):
            at = self._ends_on - timedelta(days=20 + 22 * turn)
            yield Step(_at(at, 11), lambda reason=reason, days=days: self._move(reason, days))  # type: ignore[misc]
        yield Step(_at(self._ends_on - timedelta(days=25), 14), self._drop)
        yield Step(_at(self._ends_on - timedelta(days=30), 10), self._accept)

    def task_at(self, target_id: UUID) -> UUID | None:
        """The released task of a visit at this enterprise that waits longest: whoever goes there files for it."""
        waiting = (
            select(PlanVisit.task_id)
            .join(InspectionTask, InspectionTask.id == PlanVisit.task_id)
            .where(PlanVisit.enterprise_id == target_id, InspectionTask.state == TaskState.PLANNED)
            .order_by(PlanVisit.planned_on, PlanVisit.id)
            .limit(1)
        )
        with self._stage.work(self._ground.office) as work:
            return work.session.scalar(waiting)

    def _set_up(self) -> None:
        """What the safety commission decided, who can go, and when not."""
        bounds = {str(key): {"floor": floor, "cap": cap} for key, (floor, cap) in _BOUNDS.items()}
        with self._stage.work(self._ground.office) as work:
            adopt_frequency(
                work,
                FrequencyForm(
                    effective_from=self._begins_on.replace(month=1, day=1),
                    decided_by="示范园区安委会（虚构）",
                    decision_number=f"示安委纪〔{self._begins_on.year}〕2号",
                    note="虚构的频次，仅供演示",
                    bounds=bounds,
                    adopted={},
                ),
            )
            set_manner(work, 2, 16)
            grids = [grid.id for grid in list_grids(work)]
            people = {one.person.name: one.person.id for one in read_staffing(work).capacities}
            for turn, username in enumerate(self._ground.inspectors):
                set_capacity(work, people[self._ground.names[username]], 16, grids[turn :: len(self._ground.inspectors)])
            leave = date(self._year, 12, 14)
            add_pause(work, leave, leave + timedelta(days=4), people[self._ground.names[self._ground.inspectors[-1]]], "年休假")

    def _draft(self) -> None:
        starts_on = max(self._begins_on + timedelta(days=3), date(self._year, 1, 1))
        with self._stage.work(self._ground.office) as work:
            generate_plan(work, self._stage.rulebook, GenerateForm(year=self._year, starts_on=starts_on, note="虚构数据，仅供演示"))

    def _review(self) -> None:
        with self._stage.work(self._ground.office) as work:
            review_plan(work, self._plan(work).id)

    def _approve(self) -> None:
        with self._stage.work(self._ground.leader) as work:
            approve_plan(work, self._stage.rulebook, self._plan(work).id)

    def _release(self, month: date) -> None:
        with self._stage.work(self._ground.office) as work:
            plan_id = self._plan(work).id
            withdraw_spare_tasks(work, self._stage.rulebook, plan_id)
        with self._stage.work(self._ground.office) as work:
            release_month(work, self._stage.rulebook, plan_id, month.month)

    def _move(self, reason: str, days: int) -> None:
        """The first visit still ahead goes to a later working day."""
        with self._stage.work(self._ground.office) as work:
            visit = self._ahead(work)
            if visit is None:
                return
            day = self._stage.rulebook.calendar.next_workday(visit.planned_on + timedelta(days=days))
            if day.year == self._year:
                people = tuple(person.id for person in visit.people)
                move_visit(work, self._stage.rulebook, visit.id, VisitForm(planned_on=day, people=people, reason=reason))

    def _drop(self) -> None:
        with self._stage.work(self._ground.leader) as work:
            visit = self._ahead(work)
            if visit is not None:
                drop_visit(work, self._stage.rulebook, visit.id, _DROPPED)

    def _accept(self) -> None:
        """Of the enterprises whose colour asks for more, the first gets it; the others still wait for somebody to look."""
        with self._stage.work(self._ground.office) as work:
            plan = self._plan(work)
            board = read_board(work, plan, self._stage.rulebook.calendar)
            wanted = next((one for one in board.coverage if one.proposed and one.has_changed), None)
            if wanted is not None:
                accept_proposals(work, self._stage.rulebook, plan.id, {wanted.enterprise_id}, "风险等级升高，按频次补足")

    def _ahead(self, work: Work) -> VisitRow | None:
        visits, _ = read_visits(work, self._plan(work), self._stage.rulebook.calendar)
        return next((one for one in visits if one.is_open and one.planned_on > work.today and not one.was_moved), None)

    def _plan(self, work: Work) -> InspectionPlan:
        plan = find_plan(work, self._year)
        if plan is None:
            raise LookupError(f"no plan for {self._year}")
        return plan


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 5), CHINA)
