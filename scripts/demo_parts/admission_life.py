"""From the first check to the first inspection: how projects of the fictional park are checked by two, reviewed, decided and followed.

Through the use cases of `server.admission.service`, the same the pages call. Whoever describes and screens is the screener, the second
person is the office; departments answer or do not, the leader decides, conditions are met, sent back or forgotten.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement

from rules.terms import ScreeningOccasion
from scripts.demo_parts.project_plans import ConditionPlan, DecisionPlan, OpinionPlan, ProjectPlan, ReviewPlan
from scripts.demo_parts.stage import Stage
from server.admission.access import readable_conditions
from server.admission.schemas import ConditionForm, DecisionForm, LandingForm, OpinionForm
from server.admission.service import (
    confirm_condition,
    decide,
    get_procedure,
    land_project,
    open_review,
    record_check,
    record_opinion,
    report_condition,
    return_condition,
    review_hit,
    send_back,
)
from server.models.admission import AdmissionCondition
from server.screening.service import get_project, is_screening_current, run_screening
from server.tasks.schemas import TaskForm
from server.tasks.service import plan_task
from server.unit_of_work import Work

SCREENER, OFFICE, LEADER = "screener", "office", "leader"
Moment = tuple[int, int, Callable[[], None]]
"""Days after the project came in, the hour, and what happens."""


class AdmissionLife:
    """The procedure of each project. `ids` are the projects by name, filled as they are registered."""

    def __init__(self, stage: Stage, ids: Mapping[str, UUID]) -> None:
        self._stage = stage
        self._ids = ids

    def moments(self, plan: ProjectPlan, came_in: date) -> Iterator[Moment]:
        """Everything that happens to a project after it was screened, in any order."""
        for who, after in zip((SCREENER, OFFICE), plan.checked_after, strict=False):
            yield after, 10, partial(self._check, plan, who)
        if plan.sent_back_after:
            yield plan.sent_back_after, 15, partial(self._send_back, plan)
        if plan.review is not None:
            yield from self._review_moments(plan, plan.review, came_in)
        if plan.rescreening is not None:
            yield plan.rescreening.after, 10, partial(self._rescreen, plan)
            yield plan.rescreening.confirmed_after, 11, partial(self._confirm, plan, _owed(ScreeningOccasion.BEFORE_CONSTRUCTION))
        if plan.landing is not None:
            yield plan.landing.after, 9, partial(self._land, plan)
            yield plan.landing.after, 10, partial(self._plan_first_inspection, plan, came_in)

    def _review_moments(self, plan: ProjectPlan, review: ReviewPlan, came_in: date) -> Iterator[Moment]:
        yield review.after, 9, partial(self._assess, plan, review)
        yield review.after, 14, partial(self._ask, plan, review)
        for opinion in review.opinions:
            yield opinion.after, 16, partial(self._opine, plan, opinion)
        if review.decision is None:
            return
        yield review.decision.after, 15, partial(self._decide, plan, review.decision, came_in)
        for place, one in enumerate(review.decision.conditions, start=1):
            yield from self._condition_moments(plan, one, AdmissionCondition.ordinal == place)

    def _condition_moments(self, plan: ProjectPlan, one: ConditionPlan, which: ColumnElement[bool]) -> Iterator[Moment]:
        if one.reported_after:
            yield one.reported_after, 10, partial(self._report, plan, which, one.evidence)
        if one.returned_after:
            yield one.returned_after, 11, partial(self._return, plan, which, one.returned)
        if one.confirmed_after:
            yield one.confirmed_after, 11, partial(self._confirm, plan, which)

    def _check(self, plan: ProjectPlan, who: str) -> None:
        with self._stage.work(who) as work:
            project = get_project(work, self._ids[plan.name])
            if not is_screening_current(work, project):
                # A clause was confirmed since: it is screened by the catalogue of the day before anybody stands for it.
                run_screening(work, self._stage.rulebook, project.id, occasion=ScreeningOccasion.EDITION, reason="有条目刚核对原文（虚构）")
            record_check(work, self._stage.rulebook, self._ids[plan.name], "命中条目和证据已逐条核对（虚构）")

    def _send_back(self, plan: ProjectPlan) -> None:
        with self._stage.work(SCREENER) as work:
            send_back(work, self._stage.rulebook, self._ids[plan.name], plan.sent_back_reason)

    def _assess(self, plan: ProjectPlan, review: ReviewPlan) -> None:
        with self._stage.work(OFFICE) as work:
            for hit in get_procedure(work, self._stage.rulebook, self._ids[plan.name]).to_review:
                reason = review.assessments.get(hit["id"], review.assessment)
                review_hit(work, self._ids[plan.name], hit["id"], stands_against=hit["id"] in review.against, reason=reason)

    def _ask(self, plan: ProjectPlan, review: ReviewPlan) -> None:
        with self._stage.work(OFFICE) as work:
            open_review(work, self._stage.rulebook, self._ids[plan.name], review.departments)

    def _opine(self, plan: ProjectPlan, one: OpinionPlan) -> None:
        form = OpinionForm(department=one.department, view=one.view, text=one.text, person=one.person)
        with self._stage.work(OFFICE) as work:
            record_opinion(work, self._ids[plan.name], form)

    def _decide(self, plan: ProjectPlan, one: DecisionPlan, came_in: date) -> None:
        form = DecisionForm(
            action=one.action,
            reason=one.reason,
            meeting=one.meeting,
            conditions=tuple(
                ConditionForm(
                    text=item.text,
                    responsible=item.responsible,
                    milestone=item.milestone,
                    due_on=came_in + timedelta(days=item.due_after) if item.due_after else None,
                    entry_ids=tuple(item.entries),
                )
                for item in one.conditions
            ),
        )
        with self._stage.work(LEADER) as work:
            decide(work, self._stage.rulebook, self._ids[plan.name], form)

    def _rescreen(self, plan: ProjectPlan) -> None:
        """Screened again before construction, and reported as the condition it meets."""
        if plan.rescreening is None:
            return
        occasion = ScreeningOccasion.BEFORE_CONSTRUCTION
        with self._stage.work(SCREENER) as work:
            run_screening(work, self._stage.rulebook, self._ids[plan.name], occasion=occasion, reason="申报单位报来施工图物料清单（虚构）")
        self._report(plan, _owed(occasion), plan.rescreening.evidence)

    def _report(self, plan: ProjectPlan, which: ColumnElement[bool], evidence: str) -> None:
        with self._stage.work(SCREENER) as work:
            report_condition(work, self._condition(work, plan, which), evidence)

    def _return(self, plan: ProjectPlan, which: ColumnElement[bool], reason: str) -> None:
        with self._stage.work(OFFICE) as work:
            return_condition(work, self._condition(work, plan, which), reason)

    def _confirm(self, plan: ProjectPlan, which: ColumnElement[bool]) -> None:
        with self._stage.work(OFFICE) as work:
            confirm_condition(work, self._condition(work, plan, which))

    def _condition(self, work: Work, plan: ProjectPlan, which: ColumnElement[bool]) -> UUID:
        query = readable_conditions(work.actor).where(AdmissionCondition.project_id == self._ids[plan.name])
        return work.session.scalars(query.where(which)).one().id

    def _land(self, plan: ProjectPlan) -> None:
        if plan.landing is None:
            return
        form = LandingForm(
            credit_code=plan.landing.credit_code,
            principal_officer=plan.landing.principal_officer,
            principal_phone=plan.landing.principal_phone,
            safety_officer=plan.landing.safety_officer,
            safety_phone=plan.landing.safety_phone,
        )
        with self._stage.work(OFFICE) as work:
            land_project(work, self._stage.rulebook, self._ids[plan.name], form)

    def _plan_first_inspection(self, plan: ProjectPlan, came_in: date) -> None:
        inspector = self._stage.actor("inspector").id
        if plan.landing is None or inspector is None:
            return
        day = came_in + timedelta(days=plan.landing.inspected_after)
        with self._stage.work(OFFICE) as work:
            enterprise_id = get_project(work, self._ids[plan.name]).enterprise_id
            if enterprise_id is None:
                return
            form = TaskForm(
                target_id=enterprise_id,
                checklists=tuple(plan.landing.checklists),
                assignees=(inspector,),
                planned_on=day,
                due_on=day + timedelta(days=7),
                note="准入项目落地后的首次检查（虚构）",
            )
            plan_task(work, self._stage.rulebook, form)


def _owed(occasion: ScreeningOccasion) -> ColumnElement[bool]:
    return AdmissionCondition.rescreens == occasion
