"""Which hazards wait for somebody, and for whom?

Every number of the home page and the list it opens come from the same condition here, so they are equal by construction. Whether a
hazard is overdue follows from its deadline, the day its rectification was accepted, and today: the deadline day itself is still in time.
"""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_

from rules.terms import HazardLevel, HazardState, Term
from server.models.hazards import Hazard

_OWING = (HazardState.ORDERED, HazardState.RECTIFYING, HazardState.SUBMITTED)
_OPEN = tuple(one for one in HazardState if one not in (HazardState.CLOSED, HazardState.VOID))


class HazardQueue(Term):
    """A list of hazards that ask for the same work."""

    OVERDUE = "overdue", "逾期未改"
    DUE_THIS_WEEK = "due_this_week", "本周到期"
    AWAITING_REINSPECTION = "awaiting_reinspection", "等待复查"
    NEW = "new", "新发现待定级"
    TO_ORDER = "to_order", "已定级待下达"
    TO_SERVE = "to_serve", "已下达待送达"
    TO_CLOSE = "to_close", "复查合格待销号"
    OPEN = "open", "未闭环"
    OPEN_MAJOR = "open_major", "未闭环重大隐患"
    UNASSIGNED = "unassigned", "检查对象待认定"


def end_of_week(today: date) -> date:
    """The Sunday of the week a day lies in."""
    return today + timedelta(days=6 - today.weekday())


def is_overdue_on(today: date) -> ColumnElement[bool]:
    """The deadline has passed and no rectification has been accepted; a reply that waits for re-inspection does not stop the count."""
    return and_(Hazard.state.in_(_OWING), Hazard.due_on < today, Hazard.accepted_on.is_(None))


def is_due_between(first: date, last: date) -> ColumnElement[bool]:
    """A deadline that has not been met falls on one of these days, both included."""
    return and_(Hazard.state.in_(_OWING), Hazard.due_on.between(first, last), Hazard.accepted_on.is_(None))


def is_open() -> ColumnElement[bool]:
    """Neither closed nor void."""
    # By the states it may have, not those it may not: then an index finds the few open ones among all there ever were.
    return Hazard.state.in_(_OPEN)


def queue_condition(queue: HazardQueue, today: date) -> ColumnElement[bool]:
    """The condition a hazard of this queue fulfils on that day."""
    match queue:
        case HazardQueue.OVERDUE:
            return is_overdue_on(today)
        case HazardQueue.DUE_THIS_WEEK:
            return is_due_between(today, end_of_week(today))
        case HazardQueue.AWAITING_REINSPECTION:
            return Hazard.state == HazardState.SUBMITTED
        case HazardQueue.NEW:
            return Hazard.state == HazardState.FOUND
        case HazardQueue.TO_ORDER:
            return and_(Hazard.state == HazardState.CONFIRMED, Hazard.order_id.is_(None))
        case HazardQueue.TO_SERVE:
            return Hazard.state == HazardState.ORDERED
        case HazardQueue.TO_CLOSE:
            return Hazard.state == HazardState.VERIFIED
        case HazardQueue.OPEN:
            return is_open()
        case HazardQueue.OPEN_MAJOR:
            return and_(is_open(), Hazard.level == HazardLevel.MAJOR)
        case HazardQueue.UNASSIGNED:
            return and_(is_open(), Hazard.target_id.is_(None))
