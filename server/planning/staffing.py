"""Use cases of who can be sent: how many go together, how often a month, who knows which grid, and on which days nobody goes."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select

from rules.terms import Role
from server.errors import FieldError, InvalidInput, NotFound
from server.ids import new_id
from server.models.accounts import Account
from server.models.plan import PlanInspector, PlanManner, PlanPause
from server.parks.service import list_grids
from server.planning.access import demand_reader, demand_writer, readable_pauses
from server.planning.balance import Inspector, Span
from server.planning.schemas import Capacity, PauseView, Person, Staffing
from server.tasks.service import WHO_MAY_GO
from server.unit_of_work import Work

PEOPLE_PER_VISIT, MONTHLY_CAPACITY = 2, 20
"""What holds until a park says otherwise: two go together, each twenty times a month."""
MOST_A_MONTH = 200
LONGEST_REASON = 200


def read_staffing(work: Work) -> Staffing:
    """Who can be sent, and when not. Raises `NotAllowed`."""
    demand_reader(work.actor)
    manner = work.session.get(PlanManner, work.park_id)
    people, monthly = (manner.people_per_visit, manner.monthly_capacity) if manner else (PEOPLE_PER_VISIT, MONTHLY_CAPACITY)
    own = {one.account_id: one for one in work.session.scalars(select(PlanInspector).where(PlanInspector.park_id == work.park_id))}
    known = {grid.id for grid in list_grids(work)}
    accounts = work.session.scalars(
        select(Account)
        .where(Account.park_id == work.park_id, Account.active.is_(True), Account.role.in_(WHO_MAY_GO))
        .order_by(Account.role, Account.name, Account.id)
    ).all()
    names = {one.id: Person(one.id, one.name) for one in accounts}
    pauses = work.session.scalars(
        readable_pauses(work.actor).where(PlanPause.removed_at.is_(None)).order_by(PlanPause.first_on, PlanPause.id)
    )
    return Staffing(
        people_per_visit=people,
        monthly_capacity=monthly,
        capacities=tuple(_capacity(one, own.get(one.id), monthly, known) for one in accounts),
        pauses=tuple(
            PauseView(
                id=one.id,
                first_on=one.first_on,
                last_on=one.last_on,
                reason=one.reason,
                person=names.get(one.account_id) or Person(one.account_id, "已停用的账号") if one.account_id else None,
            )
            for one in pauses
        ),
    )


def _capacity(account: Account, own: PlanInspector | None, monthly: int, known: set[UUID]) -> Capacity:
    # People of the office go when they were given a number; inspectors go unless they were given none.
    otherwise = monthly if account.role == Role.INSPECTOR else 0
    grids = tuple(grid for grid in (UUID(one) for one in (own.grids if own else ())) if grid in known)
    return Capacity(
        person=Person(account.id, account.name),
        role=account.role,
        monthly=own.monthly_capacity if own else otherwise,
        grids=grids,
        is_own=own is not None,
    )


def inspectors_of(staffing: Staffing) -> tuple[Inspector, ...]:
    """The inspectors as the balance takes them."""
    return tuple(
        Inspector(
            id=one.person.id,
            name=one.person.name,
            capacity=one.monthly,
            grids=frozenset(one.grids),
            away=tuple(
                Span(pause.first_on, pause.last_on, pause.reason)
                for pause in staffing.pauses
                if pause.person is not None and pause.person.id == one.person.id
            ),
        )
        for one in staffing.capacities
    )


def pauses_of(staffing: Staffing) -> tuple[Span, ...]:
    """The days on which the whole park is left alone."""
    return tuple(Span(one.first_on, one.last_on, one.reason) for one in staffing.pauses if one.person is None)


def set_manner(work: Work, people_per_visit: int | None, monthly_capacity: int | None) -> None:
    """How many go together, and how many visits a month unless said otherwise. Raises `NotAllowed`, `InvalidInput`."""
    demand_writer(work.actor, "设置检查人力")
    errors = []
    if people_per_visit not in (1, 2):
        errors.append(FieldError("people_per_visit", "每次检查可以一人或两人同去"))
    if monthly_capacity is None or not 1 <= monthly_capacity <= MOST_A_MONTH:
        errors.append(FieldError("monthly_capacity", f"每人每月次数应在 1 到 {MOST_A_MONTH} 之间"))
    if errors or people_per_visit is None or monthly_capacity is None:
        raise InvalidInput(errors)
    manner = work.session.get(PlanManner, work.park_id)
    if manner is None:
        work.session.add(PlanManner(park_id=work.park_id, people_per_visit=people_per_visit, monthly_capacity=monthly_capacity))
    else:
        manner.people_per_visit, manner.monthly_capacity = people_per_visit, monthly_capacity
    work.session.flush()
    work.record("park", work.park_id, "plan_staffing:changed", people_per_visit=people_per_visit, monthly_capacity=monthly_capacity)


def set_capacity(work: Work, account_id: UUID, monthly_capacity: int | None, grids: Iterable[UUID]) -> None:
    """What one person can take on; 0 keeps them out of the plan. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    demand_writer(work.actor, "设置检查人力")
    person = next((one for one in read_staffing(work).capacities if one.person.id == account_id), None)
    if person is None:
        raise NotFound("这位检查人员")
    known = {grid.id: grid.name for grid in list_grids(work)}
    chosen = [one for one in dict.fromkeys(grids) if one in known]
    if monthly_capacity is None or not 0 <= monthly_capacity <= MOST_A_MONTH:
        raise InvalidInput([FieldError("monthly_capacity", f"每月次数应在 0 到 {MOST_A_MONTH} 之间，0 表示不参加计划检查")])
    row = work.session.get(PlanInspector, account_id)
    if row is None:
        row = PlanInspector(account_id=account_id, park_id=work.park_id, monthly_capacity=monthly_capacity, grids=[])
        work.session.add(row)
    row.monthly_capacity, row.grids = monthly_capacity, [str(one) for one in chosen]
    work.session.flush()
    work.record(
        "account",
        account_id,
        "plan_staffing:changed",
        person=person.person.name,
        monthly_capacity=monthly_capacity,
        grids=[known[one] for one in chosen],
    )


def add_pause(work: Work, first_on: date | None, last_on: date | None, account_id: UUID | None, reason: str) -> PlanPause:
    """Say when nobody, or one person, is sent. Raises `NotAllowed`, `InvalidInput`."""
    demand_writer(work.actor, "设置检查人力")
    errors = [FieldError(name, "请填写日期") for name, day in (("first_on", first_on), ("last_on", last_on)) if day is None]
    if first_on is not None and last_on is not None and not 0 <= (last_on - first_on).days <= 366:
        errors.append(FieldError("last_on", "结束日期应不早于开始日期，且不超过一年"))
    if not reason.strip() or len(reason) > LONGEST_REASON:
        errors.append(FieldError("reason", "请写明原因，例如请假、企业生产旺季"))
    if account_id is not None and all(one.person.id != account_id for one in read_staffing(work).capacities):
        errors.append(FieldError("account_id", "请选择本园区的检查人员"))
    if errors or first_on is None or last_on is None:
        raise InvalidInput(errors)
    pause = PlanPause(
        id=new_id(),
        park_id=work.park_id,
        account_id=account_id,
        first_on=first_on,
        last_on=last_on,
        reason=reason.strip(),
        created_at=work.now,
        created_by=work.actor.id,
    )
    work.session.add(pause)
    work.session.flush()
    name = next((one.person.name for one in read_staffing(work).capacities if one.person.id == account_id), "全园区")
    work.record("park", work.park_id, "plan_pause:added", person=name, first_on=first_on, last_on=last_on, reason=pause.reason)
    return pause


def remove_pause(work: Work, pause_id: UUID) -> None:
    """Take such days back; a second time changes nothing. Raises `NotAllowed`, `NotFound`."""
    demand_writer(work.actor, "设置检查人力")
    pause = work.session.scalar(readable_pauses(work.actor).where(PlanPause.id == pause_id).with_for_update())
    if pause is None:
        raise NotFound("这段不安排检查的日子")
    if pause.removed_at is None:
        pause.removed_at = work.now
        work.session.flush()
        work.record("park", work.park_id, "plan_pause:removed", first_on=pause.first_on, last_on=pause.last_on, reason=pause.reason)


def is_away(staffing: Staffing, people: Iterable[UUID], day: date) -> str:
    """Who of these people is away on a day, or why nobody is sent, in words; empty when nothing speaks against it."""
    wanted = set(people)
    found = next(
        (one for one in staffing.pauses if one.first_on <= day <= one.last_on and (one.person is None or one.person.id in wanted)), None
    )
    if found is None:
        return ""
    return f"{found.person.name if found.person else '全园区'}：{found.reason}"
