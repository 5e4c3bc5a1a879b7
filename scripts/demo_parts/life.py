"""The months of life: everything the plot says is done, in the order of time, by the use cases the product offers.

An inspector's phone files a document, the office grades and orders, enterprises answer, somebody looks again, the office closes. Every step
is one `Work` at its own instant, so numbers, events and their chain are what months of real use would have left behind.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

import msgspec

from mobile_api.inspections import INSPECTION
from mobile_api.reinspections import RE_INSPECTION
from rules.terms import HazardLevel, HazardSource, ReinspectionResult
from scripts.demo_parts.field_documents import Sent, edited_again, inspection_document, pictures_of, reinspection_document
from scripts.demo_parts.founding import Ground, Target
from scripts.demo_parts.pictures import Picture, Signed
from scripts.demo_parts.stage import Stage
from scripts.demo_parts.story import Look, Order, Plot, Problem, Quirk, Reply, SelfCheck, TaskAhead, Visit
from server.clock import day_of
from server.hazards.schemas import ConfirmForm, RegisterForm
from server.hazards.service import confirm_hazard, register_hazard, void_hazard
from server.inspections.decoding import read_submission
from server.inspections.documents import DocumentType, SetAsideReason, set_aside
from server.inspections.reading import read_inspection, read_reinspection
from server.inspections.schemas import InspectionDocument, ReinspectionDocument
from server.inspections.service import file_inspection, file_reinspection
from server.rectification.schemas import CloseForm, DraftForm, DraftItem, ReinspectionForm, ReplyForm, ServiceForm, ServiceWay
from server.rectification.service import (
    acknowledge_order,
    archive_order,
    close_hazard,
    draft_order,
    issue_opinion,
    issue_order,
    reinspect,
    reopen_hazard,
    reply_to_hazard,
    review_order,
    serve_order,
    treat_by_itself,
    withdraw_order,
)
from server.tasks.schemas import TaskForm
from server.tasks.service import cancel_task, plan_task

Progress = Callable[[int, int], None]
"""Gets steps done and steps in all."""
_JSON = "application/json"


class Step(msgspec.Struct, frozen=True):
    """Something to be done at an instant, and the pictures it needs."""

    at: datetime
    do: Callable[[], None]
    pictures: tuple[Picture | Signed, ...] = ()


class Life:
    """Does what a plot says, in one park. `more` are steps of other stories, woven in by their instants.

    `task_at` names the task of the year's plan that waits at a target: whoever goes there without another task files for it.
    """

    def __init__(
        self,
        stage: Stage,
        ground: Ground,
        plot: Plot,
        more: Iterable[Step] = (),
        task_at: Callable[[UUID], UUID | None] = lambda _: None,
    ) -> None:
        self._stage = stage
        self._ground = ground
        self._plot = plot
        self._more = tuple(more)
        self._task_at = task_at
        self._tasks: dict[UUID, UUID] = {}
        self._orders: dict[int, UUID] = {}
        """Planned order, by its identity, → the order's id."""

    def steps(self) -> list[Step]:
        """What happens before the end, in the order of time."""
        queue: list[tuple[datetime, int, Step]] = []
        order = count()
        for step in self._all_steps():
            if step.at < self._plot.ends_at:
                heapq.heappush(queue, (step.at, next(order), step))
        return [heapq.heappop(queue)[2] for _ in range(len(queue))]

    def live(self, progress: Progress) -> None:
        """Do it all."""
        steps = self.steps()
        self._stage.studio.order([picture for step in steps for picture in step.pictures])
        for done, step in enumerate(steps, start=1):
            self._stage.clock.instant = step.at
            step.do()
            progress(done, len(steps))

    def _all_steps(self) -> Iterator[Step]:
        for visit in self._plot.visits:
            yield from self._visit_steps(visit)
            for problem in visit.problems:
                yield from self._problem_steps(problem, visit.target)
            for order in visit.orders:
                yield from self._order_steps(order, visit.target)
        for own in self._plot.self_checks:
            yield from self._self_check_steps(own)
        for task in self._plot.tasks:
            yield from self._task_steps(task)
        yield from self._more

    def _visit_steps(self, visit: Visit) -> Iterator[Step]:
        if visit.planned_at is not None:
            yield Step(visit.planned_at, lambda: self._plan_visit(visit))
        yield Step(visit.sent_at, lambda: self._file(visit), tuple(pictures_of(visit)))

    def _problem_steps(self, problem: Problem, target: Target) -> Iterator[Step]:
        if problem.voided_at is not None:
            yield Step(problem.voided_at, lambda: self._void(problem))
        if problem.confirmed_at is not None:
            yield Step(problem.confirmed_at, lambda: self._confirm(problem))
        for reply in problem.replies:
            wanted = (reply.picture,) if reply.assessment is None else (reply.picture, reply.assessment)
            yield Step(reply.at, lambda reply=reply: self._reply(problem, reply), wanted)  # type: ignore[misc]
        for look in problem.looks:
            shown = () if look.picture is None else (look.picture,)
            yield Step(look.at, lambda look=look: self._look(problem, look, target), shown)  # type: ignore[misc]
        if problem.closed_at is not None:
            yield Step(problem.closed_at, lambda: self._close(problem))
        if problem.reopened_at is not None:
            yield Step(problem.reopened_at, lambda: self._reopen(problem))

    def _order_steps(self, order: Order, target: Target) -> Iterator[Step]:
        planned: tuple[tuple[datetime | None, Callable[[], None]], ...] = (
            (order.drafted_at, lambda: self._draft(order)),
            (order.reviewed_at, lambda: self._review(order)),
            (order.issued_at, lambda: self._issue(order)),
            (order.served_at, lambda: self._serve(order, target)),
            (order.withdrawn_at, lambda: self._withdraw(order)),
            (order.opinion_at, lambda: self._give_opinion(order)),
            (order.archived_at, lambda: self._archive(order)),
        )
        for at, do in planned:
            if at is not None:
                yield Step(at, do)

    def _self_check_steps(self, own: SelfCheck) -> Iterator[Step]:
        yield Step(own.found_at, lambda: self._register(own), own.problem.before)
        yield from self._problem_steps(own.problem, own.target)
        if own.problem.confirmed_at is not None:
            yield Step(own.begun_at, lambda: self._begin_treatment(own))

    def _task_steps(self, task: TaskAhead) -> Iterator[Step]:
        yield Step(task.planned_at, lambda: self._plan_ahead(task))

    # What inspectors do

    def _file(self, visit: Visit) -> None:
        who = visit.inspectors[0]
        sent: Sent = {one.name: self._stage.send(who, one) for one in pictures_of(visit)}
        task_id = self._tasks.get(visit.id) or (None if visit.quirk is Quirk.UNKNOWN_TARGET else self._task_at(visit.target.id))
        raw = inspection_document(visit, self._stage.rulebook, sent, task_id)
        self._put_inspection(who, visit.id, raw)
        if visit.quirk is Quirk.CONFLICT:
            self._put_inspection(who, visit.id, edited_again(raw))
        if visit.quirk is Quirk.UNREADABLE_RESEND:
            with self._stage.work(who) as work:
                # What the phones' door does with bytes nobody can read.
                reason = SetAsideReason.UNREADABLE
                set_aside(work, visit.id, DocumentType.INSPECTION, reason, raw[: len(raw) // 2], "内容不是完整的 JSON 或 MessagePack")

    def _put_inspection(self, who: str, document_id: UUID, raw: bytes) -> None:
        stage = self._stage
        submission = read_submission(raw, _JSON, InspectionDocument, INSPECTION.needed)
        reading = read_inspection(document_id, submission.document, stage.rulebook, stage.clock.now())
        with stage.work(who) as work:
            file_inspection(work, stage.rulebook, stage.epoch, document_id, submission, reading)

    def _look(self, problem: Problem, look: Look, target: Target) -> None:
        if look.by_phone:
            self._look_by_phone(problem, look, target)
            return
        photos = () if look.picture is None else (self._stage.attach(look.username, look.picture),)
        form = ReinspectionForm(
            id=look.id,
            hazard_id=problem.id,
            result=ReinspectionResult.PASS if look.passed else ReinspectionResult.FAIL,
            reason=look.reason,
            inspectors=look.names,
            reinspected_at=look.at - timedelta(minutes=20),
            expert_opinion=look.expert_opinion,
            photos=photos,
        )
        with self._stage.work(look.username) as work:
            reinspect(work, self._stage.rulebook, form)

    def _look_by_phone(self, problem: Problem, look: Look, target: Target) -> None:
        stage = self._stage
        sent: Sent = {} if look.picture is None else {look.picture.name: stage.send(look.username, look.picture)}
        raw = reinspection_document(look, problem, target.latitude, target.longitude, sent)
        submission = read_submission(raw, _JSON, ReinspectionDocument, RE_INSPECTION.needed)
        reading = read_reinspection(submission.document, stage.clock.now(), None)
        result = ReinspectionResult(submission.document.result)
        with stage.work(look.username) as work:
            file_reinspection(work, stage.rulebook, stage.epoch, look.id, submission, reading, problem.id, result)

    # What the office and its leader do

    def _plan_visit(self, visit: Visit) -> None:
        day = day_of(visit.started_at)
        with self._stage.work(self._ground.office) as work:
            form = self._task_form(visit.target, visit.templates, visit.inspectors, day, day + timedelta(days=2), "季度例行检查")
            self._tasks[visit.id] = plan_task(work, self._stage.rulebook, form).id

    def _plan_ahead(self, task: TaskAhead) -> None:
        with self._stage.work(self._ground.office) as work:
            form = self._task_form(task.target, task.templates, task.inspectors, task.planned_on, task.due_on, task.note)
            planned = plan_task(work, self._stage.rulebook, form)
        if task.cancelled_at is not None:
            self._stage.clock.instant = task.cancelled_at
            with self._stage.work(self._ground.office) as work:
                cancel_task(work, planned.id, task.cancel_reason)

    def _task_form(
        self, target: Target, templates: tuple[str, ...], inspectors: tuple[str, ...], planned_on: date, due_on: date, note: str
    ) -> TaskForm:
        people = tuple(one for one in (self._stage.actor(name).id for name in inspectors) if one is not None)
        return TaskForm(target_id=target.id, checklists=templates, assignees=people, planned_on=planned_on, due_on=due_on, note=note)

    def _void(self, problem: Problem) -> None:
        with self._stage.work(self._ground.office) as work:
            void_hazard(work, problem.id, problem.void_reason)

    def _confirm(self, problem: Problem) -> None:
        form = ConfirmForm(
            level=HazardLevel.MAJOR if problem.is_major else HazardLevel.GENERAL,
            criterion_id=problem.finding.major,
            reason="对照判定条款逐项核实，符合条款所列情形。" if problem.is_major else "",
            requirement=problem.finding.require,
        )
        with self._stage.work(self._ground.office) as work:
            confirm_hazard(work, self._stage.rulebook, problem.id, form)

    def _draft(self, order: Order) -> None:
        items = tuple(DraftItem(hazard_id=one.id, due_on=one.due_on) for one in order.problems)
        with self._stage.work(self._ground.office) as work:
            self._orders[id(order)] = draft_order(work, self._stage.rulebook, DraftForm(items=items, note=order.note)).id

    def _review(self, order: Order) -> None:
        with self._stage.work(self._ground.office) as work:
            review_order(work, self._stage.rulebook, self._orders[id(order)])

    def _issue(self, order: Order) -> None:
        with self._stage.work(self._signer(order)) as work:
            issue_order(work, self._stage.rulebook, self._orders[id(order)])

    def _serve(self, order: Order, target: Target) -> None:
        if order.served_way == ServiceWay.ACKNOWLEDGED and target.safety:
            with self._stage.work(target.safety) as work:
                acknowledge_order(work, self._orders[id(order)])
            return
        way = ServiceWay.DIRECT if order.served_way == ServiceWay.ACKNOWLEDGED else order.served_way
        with self._stage.work(self._ground.office) as work:
            form = ServiceForm(way=way, received_by=target.contact, served_on=work.today)
            serve_order(work, self._orders[id(order)], form)

    def _withdraw(self, order: Order) -> None:
        with self._stage.work(self._signer(order)) as work:
            withdraw_order(work, self._orders[id(order)], order.withdrawn_reason)

    def _give_opinion(self, order: Order) -> None:
        with self._stage.work(self._ground.office) as work:
            issue_opinion(work, self._stage.rulebook, self._orders[id(order)])

    def _archive(self, order: Order) -> None:
        with self._stage.work(self._ground.office) as work:
            archive_order(work, self._orders[id(order)])

    def _close(self, problem: Problem) -> None:
        with self._stage.work(self._ground.leader if problem.is_major else self._ground.office) as work:
            close_hazard(work, problem.id, CloseForm(acceptance_document=problem.acceptance))

    def _reopen(self, problem: Problem) -> None:
        with self._stage.work(self._ground.office) as work:
            reopen_hazard(work, self._stage.rulebook, problem.id, "回头看发现所附整改后照片与现场不符，实际没有整改到位。")

    def _signer(self, order: Order) -> str:
        return self._ground.leader if any(one.is_major for one in order.problems) else self._ground.office

    # What enterprises do

    def _reply(self, problem: Problem, reply: Reply) -> None:
        photos = (self._stage.attach(reply.username, reply.picture),)
        assessment = () if reply.assessment is None else (self._stage.attach(reply.username, reply.assessment),)
        form = ReplyForm(
            id=reply.id,
            hazard_id=problem.id,
            measure=reply.measure,
            responsible_person=reply.person,
            funds_yuan=Decimal(reply.funds),
            finished_on=reply.finished_on,
            photos=photos,
            assessment=assessment,
            notice_way=reply.notice_way,
            noticed_on=reply.finished_on if reply.notice_way else None,
        )
        with self._stage.work(reply.username) as work:
            reply_to_hazard(work, form)

    def _register(self, own: SelfCheck) -> None:
        problem, who = own.problem, own.target.safety
        form = RegisterForm(
            id=problem.id,
            source=HazardSource.SELF_CHECK,
            target_id=own.target.id,
            title=problem.title,
            description=problem.text,
            location=problem.place,
            found_on=day_of(own.found_at),
            item_code=problem.finding.item,
            photos=tuple(self._stage.attach(who, one) for one in problem.before),
        )
        with self._stage.work(who) as work:
            register_hazard(work, self._stage.rulebook, form)

    def _begin_treatment(self, own: SelfCheck) -> None:
        with self._stage.work(own.target.safety) as work:
            treat_by_itself(work, self._stage.rulebook, own.problem.id)
