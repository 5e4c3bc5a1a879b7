"""What does the printed plan say, given how the plan stands? From the board of `server.planning` to the value the drawing takes."""

from collections.abc import Mapping
from datetime import date

from reports.paper import CitedClause, Imprint, printed_date
from reports.plan import AnnualPlan, PlanFrequencyRow, PlanPersonRow, PlanVisitRow
from rules.calendar import Calendar
from rules.supervision import load_plan_principle
from server.clock import day_of
from server.planning.frequency import Bounds, colour_words
from server.planning.policies import words_of
from server.planning.schemas import Board, Cell, FrequencyView, Person, VisitRow, VisitState


def plan_of(
    board: Board, frequency: FrequencyView, months: Mapping[Person, Mapping[int, Cell]], calendar: Calendar, imprint: Imprint
) -> AnnualPlan:
    """The plan as printed today. `frequency` is what the board's bounds come from, `months` the visits by inspector."""
    plan, policy = board.plan, frequency.policy
    principle = load_plan_principle()
    approval = f"{printed_date(day_of(plan.approved_at))}由{plan.approved_by_name}批准" if plan.approved_at else ""
    by_colour = {row.key: row.bounds for row in frequency.rows}
    return AnnualPlan(
        imprint=imprint,
        year=plan.year,
        as_of=board.today,
        revision=plan.revision,
        approval=approval,
        decision=f"{policy.decided_by}（{policy.decision_number}），自{printed_date(policy.effective_from)}起",
        basis=CitedClause(citation=principle.basis.citation, is_verified=principle.basis.verified),
        counts=board.figures,
        frequencies=tuple(_frequency_row(key, bounds, board) for key, bounds in by_colour.items()),
        people=tuple(
            PlanPersonRow(
                name=person.name,
                months=tuple(cells[month].planned for month in range(1, 13)),
                done=sum(cell.done for cell in cells.values()),
            )
            for person, cells in months.items()
        ),
        visits=tuple(_visit_row(one, calendar) for one in board.visits),
        gaps=gaps_of(board),
        is_provisional=calendar.is_provisional(date(plan.year, 1, 1)),
        note=plan.note,
    )


def _frequency_row(key: str, bounds: Bounds, board: Board) -> PlanFrequencyRow:
    return PlanFrequencyRow(
        colour=colour_words(key),
        bounds=words_of(bounds),
        clauses=tuple(CitedClause(citation=one.citation, is_verified=one.verified) for one in bounds.basis),
        own=any(one.startswith("园区自定") for one in bounds.trail),
        enterprises=sum(1 for one in board.coverage if one.colour == key),
        visits=sum(1 for one in board.visits if one.colour == key and one.state is not VisitState.DROPPED),
    )


def _visit_row(one: VisitRow, calendar: Calendar) -> PlanVisitRow:
    remarks = [f"原定{one.first_planned_on}"] if one.was_moved else []
    remarks += ["企业已离园"] if one.has_left and one.is_open else []
    remarks += [] if calendar.is_workday(one.planned_on) else ["非工作日"]
    remarks += [one.drop_reason] if one.drop_reason else []
    remarks += ["未经任务，按日期相近认定"] if one.seen is not None and not one.by_task else []
    return PlanVisitRow(
        number=one.number,
        enterprise=one.enterprise_name,
        colour=colour_words(one.colour),
        zone=one.zone_name,
        planned_on=one.planned_on,
        people="、".join(person.name for person in one.people),
        state="逾期未查" if one.is_overdue else one.state.label,
        inspection=one.seen.number if one.seen else "",
        inspected_on=one.seen.inspected_on if one.seen else None,
        remark="；".join(remarks),
        why=one.why,
    )


def gaps_of(board: Board) -> tuple[str, ...]:
    """What found no place, and which enterprises have less than their floor or more than their cap."""
    said = [f"{one.name}：{one.visits}次没有排下，{one.why}" for one in board.unplaced]
    told = {one.name for one in board.unplaced}
    said += [
        f"{one.name}：下限{one.required}次，已查{one.counted}次、待查{one.open_visits}次，还差{one.missing}次"
        + (f"（其中人工取消{one.waived}次）" if one.waived else "")
        for one in board.coverage
        if one.missing and one.name not in told
    ]
    said += [
        f"{one.name}：上限{one.bounds.most}次，已查{one.counted}次、待查{one.open_visits}次，多出{one.over}次"
        for one in board.coverage
        if one.over
    ]
    return tuple(said)
