"""Use cases of rectification orders: look, list, serve, withdraw.

An order lists hazards of one target, a deadline each. How it comes to be issued is told in `drafts.py`, how it ends in `opinions.py`.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from rules.rulebook import Rulebook
from rules.terms import (
    HazardAction,
    HazardLevel,
    HazardState,
    OrderAction,
    OrderState,
    Role,
)
from rules.workflow import Subject, list_actions, order_progress
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.hazards.queues import is_overdue_on
from server.hazards.service import level_of
from server.listing import Page, matches, narrow, paginate
from server.models.accounts import Account
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.hazards import Hazard, RectificationReply
from server.models.orders import IssuedPaper, RectificationOrder
from server.models.parks import Park
from server.papers import list_papers, read_value, withdraw_papers
from server.parks.service import get_park, permission_mode_of
from server.rectification.access import readable_orders
from server.rectification.facts import gather_order_facts, hazards_of
from server.rectification.schemas import (
    OrderDossier,
    OrderFacts,
    OrderQuery,
    OrderRow,
    OrderSort,
    ServiceForm,
    ServiceWay,
)
from server.steps import demand_role, demand_version, hazard_step, order_step
from server.unit_of_work import Work

_SETTLED = (HazardState.VERIFIED, HazardState.CLOSED)


def get_order(work: Work, order_id: UUID) -> RectificationOrder:
    """An order the actor may see. Raises `NotFound`."""
    return _one(work, readable_orders(work.actor).where(RectificationOrder.id == order_id))


def lock_order(work: Work, order_id: UUID, version: int | None) -> RectificationOrder:
    query = readable_orders(work.actor).where(RectificationOrder.id == order_id).with_for_update(of=RectificationOrder)
    order = _one(work, query.execution_options(populate_existing=True))
    demand_version(order, version, "这份文书")
    return order


def _one(work: Work, query: Select[RectificationOrder]) -> RectificationOrder:
    order = work.session.scalar(query)
    if order is None:
        raise NotFound("这份文书")
    return order


def order_level(hazards: Iterable[Hazard]) -> HazardLevel | None:
    """The gravest level among the hazards; None when none is listed."""
    levels = {hazard.level for hazard in hazards}
    return next((one for one in (HazardLevel.MAJOR, HazardLevel.GENERAL) if one in levels), None)


def list_orders(work: Work, query: OrderQuery) -> Page[OrderRow]:
    """One page of the orders the actor may see. Two queries."""
    counts = (
        select(
            Hazard.order_id,
            func.count().label("hazards"),
            func.count().filter(Hazard.state.in_(_SETTLED)).label("settled"),
            func.count().filter(Hazard.state == HazardState.CLOSED).label("closed"),
            func.count().filter(is_overdue_on(work.today)).label("overdue"),
            func.count().filter(Hazard.level == HazardLevel.MAJOR).label("major"),
            func.min(func.coalesce(Hazard.due_on, Hazard.proposed_due_on)).filter(Hazard.state.not_in(_SETTLED)).label("next_due_on"),
        )
        .where(Hazard.park_id == work.park_id, Hazard.order_id.is_not(None))
        .group_by(Hazard.order_id)
        .subquery()
    )
    rows = (
        readable_orders(work.actor)
        .add_columns(InspectionTarget.name, Enterprise.name, *(one for one in counts.c if one.name != "order_id"))
        .join(InspectionTarget, InspectionTarget.id == RectificationOrder.target_id)
        .outerjoin(Enterprise, Enterprise.id == RectificationOrder.enterprise_id)
        .outerjoin(counts, counts.c.order_id == RectificationOrder.id)
    )
    orders: dict[str, tuple[Any, ...]] = {
        OrderSort.NEWEST: (RectificationOrder.drafted_at.desc(),),
        OrderSort.NUMBER: (
            RectificationOrder.number_year.is_(None),
            RectificationOrder.number_year.desc(),
            RectificationOrder.number_sequence.desc(),
        ),
        OrderSort.DUE: (counts.c.next_due_on.is_(None), counts.c.next_due_on),
    }
    sort = (*orders.get(query.sort, orders[OrderSort.NEWEST]), RectificationOrder.id)
    return paginate(work.session, narrow(rows, _filters(query, counts.c.overdue)).order_by(*sort), query.page, query.size).map(_row)


def _filters(query: OrderQuery, overdue: ColumnElement[int]) -> list[ColumnElement[bool] | None]:
    is_late = func.coalesce(overdue, 0) > 0
    return [
        matches(query.search, RectificationOrder.document_number, InspectionTarget.name, Enterprise.name),
        RectificationOrder.state == query.state if query.state else None,
        RectificationOrder.enterprise_id == query.enterprise_id if query.enterprise_id else None,
        RectificationOrder.target_id == query.target_id if query.target_id else None,
        None if query.issued_from is None else RectificationOrder.issued_on >= query.issued_from,
        None if query.issued_to is None else RectificationOrder.issued_on <= query.issued_to,
        None if query.overdue is None else is_late if query.overdue else ~is_late,
    ]


def _row(found: Any) -> OrderRow:
    order, target_name, enterprise_name, hazards, settled, closed, overdue, major, next_due_on = found
    return OrderRow(
        id=order.id,
        kind=order.kind,
        state=order.state,
        document_number=order.document_number or "",
        target_id=order.target_id,
        target_name=target_name,
        enterprise_id=order.enterprise_id,
        enterprise_name=enterprise_name or "",
        drafted_at=order.drafted_at,
        issued_on=order.issued_on,
        served_on=order.served_on,
        hazards=hazards or 0,
        settled=settled or 0,
        closed=closed or 0,
        overdue=overdue or 0,
        has_major=bool(major),
        next_due_on=next_due_on,
    )


def get_order_dossier(work: Work, rulebook: Rulebook, order_id: UUID) -> OrderDossier:
    """Everything an order's page shows, with a constant number of queries. Raises `NotFound`."""
    order = get_order(work, order_id)
    hazards = hazards_of(work.session, order_id)
    accounts = {one for one in (order.drafted_by, order.reviewed_by, order.issued_by, order.served_by) if one is not None}
    names = work.session.execute(select(Account.id, Account.name).where(Account.id.in_(accounts)))
    level = order_level(hazards)
    facts = gather_order_facts(work, rulebook, order, hazards, "") if hazards and order.issued_at is None else None
    return OrderDossier(
        order=order,
        target=work.session.get_one(InspectionTarget, order.target_id),
        enterprise=work.session.get(Enterprise, order.enterprise_id) if order.enterprise_id else None,
        hazards=tuple(hazards),
        papers=tuple(list_papers(work, order_id)),
        people={row.id: row.name for row in names},
        progress=order_progress(HazardState(one.state) for one in hazards),
        level=level,
        actions=frozenset(OrderAction(one.action) for one in list_actions(Subject.ORDER, OrderState(order.state), work.actor.role, level)),
        wording=tuple(forbidden_words(rulebook, get_park(work), facts)) if facts else (),
    )


def order_facts(work: Work, rulebook: Rulebook, order: RectificationOrder) -> OrderFacts:
    """What the order's paper says: the frozen values once issued, a preview before. Raises `StateConflict` for a draft that was dropped."""
    paper = _find_paper(work, order)
    if paper is not None:
        return read_value(paper, OrderFacts)
    hazards = hazards_of(work.session, order.id)
    if not hazards:
        raise StateConflict("这份草稿已经撤销，没有可以打印的内容。", reason="no_hazards", state=order.state)
    return gather_order_facts(work, rulebook, order, hazards, "")


def _find_paper(work: Work, order: RectificationOrder) -> IssuedPaper | None:
    return next((one for one in list_papers(work, order.id) if one.kind == order.kind), None)


def forbidden_words(rulebook: Rulebook, park: Park, facts: OrderFacts) -> list[str]:
    """The words the park's mode must not use, wherever the office's own text stands in the paper."""
    texts = [facts.note]
    for item in facts.items:
        texts += [item.place, item.description, item.requirement, *(one.citation for one in item.basis)]
        texts += [photo.caption for photo in item.photos]
    mode = permission_mode_of(park)
    return list(dict.fromkeys(hit.word for text in texts for hit in rulebook.permission.check_wording(mode, text)))


def take_out(hazard: Hazard) -> None:
    """The hazard is in no order any more, so no deadline runs for it."""
    hazard.order_id = hazard.order_ordinal = hazard.proposed_due_on = hazard.due_on = hazard.original_due_on = None


def serve_order(work: Work, order_id: UUID, form: ServiceForm) -> RectificationOrder:
    """Write down that an order was served; its hazards are being rectified from now on.

    Raises `StateConflict`, `StepNotYours`, `InvalidInput`, `ChangedMeanwhile`, `NotFound`.
    """
    order = lock_order(work, order_id, form.version)
    hazards = hazards_of(work.session, order_id, lock=True)
    transition = order_step(OrderState(order.state), OrderAction.SERVE, work.actor.role, order_level(hazards), {"served_receipt"})
    _refuse_bad_service(work, order, form)
    order.state = transition.to_state
    order.served_on, order.served_way, order.received_by = form.served_on, form.way, form.received_by.strip()
    order.served_at, order.served_by = work.now, work.actor.id
    facts = {
        "document_number": order.document_number,
        "served_on": form.served_on,
        "way": form.way,
        "way_label": ServiceWay(form.way).label,
        "received_by": order.received_by,
    }
    for hazard in hazards:
        step = hazard_step(HazardState(hazard.state), HazardAction.SERVE, work.actor.role, level_of(hazard), {"served_receipt"})
        hazard.state = step.to_state
        work.record("hazard", hazard.id, "hazard:served", order_id=order.id, **facts)
    work.session.flush()
    work.record("rectification_order", order.id, "rectification_order:served", **facts)
    return order


def _refuse_bad_service(work: Work, order: RectificationOrder, form: ServiceForm) -> None:
    errors = []
    if form.way not in set(ServiceWay):
        errors.append(FieldError("way", "请选择送达方式"))
    elif (form.way == ServiceWay.ACKNOWLEDGED) != (work.actor.role is Role.ENTERPRISE):
        errors.append(FieldError("way", "企业在线签收由企业自己办理；安全办请选实际的送达方式"))
    if not form.received_by.strip():
        errors.append(FieldError("received_by", "请填写签收人姓名"))
    if order.issued_on is None or not order.issued_on <= form.served_on <= work.today:
        errors.append(FieldError("served_on", "送达日期应在签发日和今天之间"))
    if errors:
        raise InvalidInput(errors)


def acknowledge_order(work: Work, order_id: UUID) -> RectificationOrder:
    """The enterprise signs for its order itself, today. Raises `StateConflict`, `StepNotYours`, `NotFound`."""
    demand_role(work.actor, {Role.ENTERPRISE}, "在线签收")
    return serve_order(work, order_id, ServiceForm(way=ServiceWay.ACKNOWLEDGED, received_by=work.actor.name, served_on=work.today))


def withdraw_order(work: Work, order_id: UUID, reason: str, *, version: int | None = None) -> RectificationOrder:
    """Withdraw an order: its number stays taken, its hazards wait for another one.

    Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `ChangedMeanwhile`, `NotFound`.
    """
    order = lock_order(work, order_id, version)
    hazards = hazards_of(work.session, order_id, lock=True)
    answered = work.session.scalar(select(RectificationReply.id).where(RectificationReply.order_id == order_id).limit(1))
    given = {key for key, holds in (("reason", bool(reason.strip())), ("no_hazard_answered", answered is None)) if holds}
    transition = order_step(OrderState(order.state), OrderAction.WITHDRAW, work.actor.role, order_level(hazards), given)
    is_issued = order.issued_at is not None
    for hazard in hazards:
        if is_issued:
            step = hazard_step(HazardState(hazard.state), HazardAction.WITHDRAW_FROM_ORDER, work.actor.role, level_of(hazard), given)
            hazard.state = step.to_state
        take_out(hazard)
        action = "hazard:withdrawn_from_order" if is_issued else "hazard:removed_from_draft"
        work.record("hazard", hazard.id, action, order_id=order.id, document_number=order.document_number, reason=reason.strip())
    order.state = transition.to_state
    order.withdrawn_at = work.now
    order.withdrawn_reason = reason.strip()
    work.session.flush()
    withdraw_papers(work, order.id)
    work.record(
        "rectification_order",
        order.id,
        "rectification_order:withdrawn",
        document_number=order.document_number,
        reason=order.withdrawn_reason,
    )
    return order
