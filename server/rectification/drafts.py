"""Use cases of rectification orders before they are served: draft, change, review, issue.

The number is taken in the transaction that issues the order, so numbers have no gaps; from then on its content is locked and its paper
frozen. Until then no deadline runs: a draft only proposes one.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from rules.rulebook import Rulebook
from rules.terms import (
    DocumentKind,
    HazardAction,
    HazardState,
    OrderAction,
    OrderState,
    Role,
)
from server.errors import FieldError, InvalidInput, NotFound, StateConflict, WordingNotPermitted
from server.hazards.access import readable_hazards
from server.hazards.queues import HazardQueue, queue_condition
from server.hazards.service import level_of
from server.ids import new_id
from server.models.enterprises import InspectionTarget
from server.models.hazards import Hazard
from server.models.orders import RectificationOrder
from server.numbering import take_number
from server.papers import freeze_paper
from server.parks.service import get_park, permission_mode_of
from server.rectification.deadlines import LONGEST_DAYS, propose_deadline
from server.rectification.facts import cited_basis, gather_order_facts, hazards_of
from server.rectification.orders import forbidden_words, lock_order, order_level, take_out
from server.rectification.schemas import (
    KINDS_BY_MODE,
    TEMPLATE_EDITION,
    DraftForm,
    DraftItem,
    OrderFacts,
    ProposedDeadline,
)
from server.steps import hazard_step, order_step
from server.unit_of_work import Work

DEFAULT_REQUIREMENT = "请对照所列依据整改到位，消除隐患。"


def list_orderable(work: Work, target_id: UUID | None = None) -> list[Hazard]:
    """Graded hazards in no order yet, by target."""
    query = readable_hazards(work.actor).where(queue_condition(HazardQueue.TO_ORDER, work.today))
    if target_id is not None:
        query = query.where(Hazard.target_id == target_id)
    return list(work.session.scalars(query.order_by(Hazard.target_id, Hazard.found_on, Hazard.number)))


def propose_deadlines(work: Work, rulebook: Rulebook, hazard_ids: Collection[UUID]) -> list[ProposedDeadline]:
    """The deadline the rules propose for each hazard if the order were served today."""
    query = readable_hazards(work.actor).where(Hazard.id.in_(hazard_ids)).order_by(Hazard.number)
    return [propose_deadline(rulebook, one, work.today) for one in work.session.scalars(query)]


def draft_order(work: Work, rulebook: Rulebook, form: DraftForm) -> RectificationOrder:
    """Draft an order for hazards of one target. Raises `StepNotYours`, `InvalidInput`, `StateConflict`, `NotFound`, `EvidenceMissing`."""
    hazards = _lock_listed(work, form.items, None)
    given = {"hazards_listed"} if hazards else set()
    transition = order_step(None, OrderAction.DRAFT, work.actor.role, order_level(hazards), given)
    target = work.session.get_one(InspectionTarget, _target_of(hazards))
    kind, _ = KINDS_BY_MODE[permission_mode_of(get_park(work))]
    order = RectificationOrder(
        id=new_id(),
        park_id=work.park_id,
        kind=kind,
        state=transition.to_state,
        target_id=target.id,
        enterprise_id=target.enterprise_id,
        note=form.note.strip(),
        drafted_at=work.now,
        drafted_by=work.actor.id,
    )
    work.session.add(order)
    work.session.flush()
    _list_items(work, rulebook, order, form.items, hazards)
    work.record(
        "rectification_order", order.id, "rectification_order:drafted", kind=kind.value, target_id=target.id, **_draft_facts(order, hazards)
    )
    return order


def update_draft(work: Work, rulebook: Rulebook, order_id: UUID, form: DraftForm) -> RectificationOrder:
    """Change a draft: its hazards, deadlines, requirements, note. Raises like `draft_order`, and `ChangedMeanwhile`."""
    order = lock_order(work, order_id, form.version)
    if order.state != OrderState.DRAFT:
        raise StateConflict("核对过的文书不能再改内容；需要修改的，请撤销后另行起草。", reason="state", state=order.state)
    before = {one.id: one for one in hazards_of(work.session, order_id, lock=True)}
    hazards = _lock_listed(work, form.items, order)
    order_step(None, OrderAction.DRAFT, work.actor.role, order_level(hazards), {"hazards_listed"} if hazards else set())
    if _target_of(hazards) != order.target_id:
        raise InvalidInput([FieldError("items", "一份文书只能列同一个检查对象的隐患")])
    for removed in before.keys() - {one.id for one in hazards}:
        take_out(before[removed])
        work.record("hazard", removed, "hazard:removed_from_draft", order_id=order_id)
    order.note = form.note.strip()
    _list_items(work, rulebook, order, form.items, hazards, already=before.keys())
    work.record("rectification_order", order.id, "rectification_order:redrafted", **_draft_facts(order, hazards))
    return order


def _lock_listed(work: Work, items: Sequence[DraftItem], order: RectificationOrder | None) -> list[Hazard]:
    """The listed hazards, held, in the order of the form. Raises `NotFound`, `StateConflict`, `InvalidInput`."""
    ids = [item.hazard_id for item in items]
    query = readable_hazards(work.actor).where(Hazard.id.in_(ids)).order_by(Hazard.id).with_for_update(of=Hazard)
    found = {one.id: one for one in work.session.scalars(query.execution_options(populate_existing=True))}
    if len(found) != len(ids):
        raise NotFound("所列的隐患") if len(set(ids)) == len(ids) else InvalidInput([FieldError("items", "同一条隐患列了两次")])
    for hazard in found.values():
        if hazard.order_id is not None and (order is None or hazard.order_id != order.id):
            raise StateConflict(f"隐患 {hazard.number} 已经列在另一份文书里。", reason="listed", state=hazard.state)
        hazard_step(HazardState(hazard.state), HazardAction.INCLUDE_IN_ORDER, Role.OFFICE, level_of(hazard), {"deadline_set"})
    return [found[one] for one in ids]


def _target_of(hazards: Sequence[Hazard]) -> UUID:
    targets = {one.target_id for one in hazards}
    if len(targets) != 1 or None in targets:
        raise InvalidInput([FieldError("items", "一份文书只能列同一个检查对象的隐患")])
    return next(one for one in targets if one is not None)


def _list_items(
    work: Work,
    rulebook: Rulebook,
    order: RectificationOrder,
    items: Sequence[DraftItem],
    hazards: Sequence[Hazard],
    *,
    already: Collection[UUID] = (),
) -> None:
    """Put the hazards into the draft with deadline and requirement. Raises `InvalidInput` naming `items.<place>.<field>`."""
    errors = []
    latest = work.today + timedelta(days=LONGEST_DAYS)
    for place, (item, hazard) in enumerate(zip(items, hazards, strict=True)):
        proposed = propose_deadline(rulebook, hazard, work.today)
        due_on = item.due_on or (proposed.due.due_on if proposed.due else None)
        if due_on is None:
            errors.append(FieldError(f"items.{place}.due_on", f"{hazard.number}：{proposed.why}"))
        elif not work.today <= due_on <= latest:
            errors.append(FieldError(f"items.{place}.due_on", f"{hazard.number}：整改期限不能早于今天，也不会晚于五年后"))
        hazard.proposed_due_on = due_on
        hazard.order_id = order.id
        hazard.order_ordinal = place + 1
        hazard.requirement = (hazard.requirement if item.requirement is None else item.requirement.strip()) or DEFAULT_REQUIREMENT
    if errors:
        raise InvalidInput(errors)
    work.session.flush()
    for hazard in hazards:
        if hazard.id not in already:
            work.record("hazard", hazard.id, "hazard:drafted", order_id=order.id)


def _draft_facts(order: RectificationOrder, hazards: Sequence[Hazard]) -> dict[str, Any]:
    items = [{"hazard_id": one.id, "due_on": one.proposed_due_on, "requirement": one.requirement} for one in hazards]
    return {"items": items, "note": order.note}


def review_order(work: Work, rulebook: Rulebook, order_id: UUID, *, version: int | None = None) -> RectificationOrder:
    """Say that basis, deadlines and wording were checked.

    Raises `WordingNotPermitted`, `EvidenceMissing`, `StateConflict`, `StepNotYours`, `ChangedMeanwhile`, `NotFound`.
    """
    order = lock_order(work, order_id, version)
    hazards = hazards_of(work.session, order_id, lock=True)
    given = {"wording_checked"}
    if all(cited_basis(one, None) for one in hazards):
        given.add("basis_cited")
    if all(one.proposed_due_on for one in hazards):
        given.add("deadline_set")
    transition = order_step(OrderState(order.state), OrderAction.REVIEW, work.actor.role, order_level(hazards), given)
    _refuse_wording(work, rulebook, gather_order_facts(work, rulebook, order, hazards, ""))
    order.state = transition.to_state
    order.reviewed_at = work.now
    order.reviewed_by = work.actor.id
    work.session.flush()
    work.record("rectification_order", order.id, "rectification_order:reviewed")
    return order


def _refuse_wording(work: Work, rulebook: Rulebook, facts: OrderFacts) -> None:
    words = forbidden_words(rulebook, get_park(work), facts)
    if words:
        raise WordingNotPermitted(words)


def issue_order(work: Work, rulebook: Rulebook, order_id: UUID, *, version: int | None = None) -> RectificationOrder:
    """Take the number, lock the content, freeze the paper; general orders by the office, major ones by the leader.

    Raises `WordingNotPermitted`, `StateConflict`, `StepNotYours`, `InvalidInput`, `ChangedMeanwhile`, `NotFound`.
    """
    order = lock_order(work, order_id, version)
    hazards = hazards_of(work.session, order_id, lock=True)
    transition = order_step(OrderState(order.state), OrderAction.ISSUE, work.actor.role, order_level(hazards), {"number_taken"})
    park = get_park(work)
    kind = DocumentKind(order.kind)
    if not rulebook.permission.may_issue(permission_mode_of(park), kind):
        raise StateConflict(f"园区的权限模式已经改变，不能再签发{kind.label}；请撤销后另行起草。", reason="mode", state=order.state)
    if any(one.proposed_due_on is None or one.proposed_due_on < work.today for one in hazards):
        raise InvalidInput([FieldError("items", "有整改期限已经过了；请撤销这份文书，改好期限后另行起草")])
    year = work.today.year
    sequence = take_number(work.connection, work.park_id, kind.value, year)
    order.state = transition.to_state
    order.number_year, order.number_sequence = year, sequence
    order.document_number = rulebook.permission.format_document_number(park.document_prefix, kind, year, sequence)
    order.issued_at, order.issued_on, order.issued_by = work.now, work.today, work.actor.id
    for hazard in hazards:
        # The office listed the hazard when it drafted; issuing, whoever may sign, makes that listing take effect.
        step = hazard_step(HazardState(hazard.state), HazardAction.INCLUDE_IN_ORDER, Role.OFFICE, level_of(hazard), {"deadline_set"})
        hazard.state = step.to_state
        hazard.due_on = hazard.original_due_on = hazard.proposed_due_on
        hazard.proposed_due_on = None
    work.session.flush()
    facts = gather_order_facts(work, rulebook, order, hazards, order.document_number)
    _refuse_wording(work, rulebook, facts)
    paper = freeze_paper(
        work,
        kind=kind,
        subject_kind="rectification_order",
        subject_id=order.id,
        enterprise_id=order.enterprise_id,
        document_number=order.document_number,
        template_version=f"{kind.value}/{TEMPLATE_EDITION}",
        value=facts,
    )
    work.record(
        "rectification_order",
        order.id,
        "rectification_order:issued",
        document_number=order.document_number,
        paper_id=paper.id,
        sha256=paper.sha256,
    )
    for hazard in hazards:
        work.record(
            "hazard",
            hazard.id,
            "hazard:ordered",
            order_id=order.id,
            document_number=order.document_number,
            due_on=hazard.due_on,
            requirement=hazard.requirement,
        )
    return order
