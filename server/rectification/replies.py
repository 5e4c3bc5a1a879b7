"""Use cases of the enterprise: reply to a hazard, treat one of its own, tell its employees; and of the office: close, reopen.

A late reply is kept and marked. A form sent twice makes one reply, because its id was made where it was filled in.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from rules.deadlines import overdue_days
from rules.rulebook import Rulebook
from rules.terms import ClosureKind, EnterprisePosition, HazardAction, HazardSource, HazardState, NoticeWay, Role
from rules.workflow import Transition
from server.errors import AlreadyExists, FieldError, InvalidInput, StateConflict
from server.hazards.service import level_of, lock_hazard, were_employees_told
from server.models.hazards import Hazard, RectificationReply
from server.photo_uses import use_photos
from server.rectification.deadlines import propose_deadline
from server.rectification.schemas import CloseForm, ReplyForm
from server.steps import demand_role, hazard_step
from server.unit_of_work import Work

LARGEST_FUNDS = Decimal("999999999999.99")
LONGEST_MEASURE = 4000
LONGEST_NAME = 60


def reply_to_hazard(work: Work, form: ReplyForm) -> RectificationReply:
    """An enterprise answers about one hazard; late is kept and marked. The same form again gives the reply it made.

    Raises `NotFound`, `InvalidInput`, `EvidenceMissing`, `StateConflict`, `StepNotYours`, `AlreadyExists`.
    """
    hazard = lock_hazard(work, form.hazard_id)
    known = work.session.get(RectificationReply, form.id)
    if known is not None:
        if known.hazard_id == hazard.id and known.account_id == work.actor.id:
            return known
        raise AlreadyExists("回复编号", str(form.id))
    _refuse_bad_reply(work, hazard, form)
    transition = hazard_step(HazardState(hazard.state), HazardAction.REPLY, work.actor.role, level_of(hazard), _evidence_of(work, form))
    reply = RectificationReply(
        id=form.id,
        park_id=work.park_id,
        hazard_id=hazard.id,
        order_id=hazard.order_id,
        account_id=work.actor.id,
        account_name=work.actor.name,
        replied_at=work.now,
        replied_on=work.today,
        is_late=hazard.due_on is not None and work.today > hazard.due_on,
        round=hazard.failed_rounds + 1,
        measure=form.measure.strip(),
        responsible_person=form.responsible_person.strip(),
        funds_yuan=form.funds_yuan,
        finished_on=form.finished_on,
        notice_way=form.notice_way,
        noticed_on=form.noticed_on,
    )
    work.session.add(reply)
    work.session.flush()
    use_photos(work, form.photos, subject_kind="rectification_reply", subject_id=reply.id, role="after")
    use_photos(work, form.assessment, subject_kind="rectification_reply", subject_id=reply.id, role="assessment")
    hazard.state = transition.to_state
    hazard.first_reply_on = hazard.first_reply_on or work.today
    hazard.last_reply_on = work.today
    work.session.flush()
    work.record("hazard", hazard.id, "hazard:replied", **_reply_facts(hazard, reply, form))
    return reply


def _reply_facts(hazard: Hazard, reply: RectificationReply, form: ReplyForm) -> dict[str, Any]:
    return {
        "reply_id": reply.id,
        "order_id": reply.order_id,
        "round": reply.round,
        "late_days": 0 if hazard.due_on is None else overdue_days(hazard.due_on, None, reply.replied_on),
        "measure": reply.measure,
        "responsible_person": reply.responsible_person,
        "funds_yuan": str(reply.funds_yuan),
        "finished_on": reply.finished_on,
        "notice_way": reply.notice_way,
        "noticed_on": reply.noticed_on,
        "photos": [photo.sha256 for photo in form.photos],
        "assessment": [photo.sha256 for photo in form.assessment],
    }


def _evidence_of(work: Work, form: ReplyForm) -> set[str]:
    """The keys of the workflow's evidence that the form brings. The principal officer signs by submitting."""
    present = {
        "measure": bool(form.measure.strip()),
        "finished_on": form.finished_on is not None,
        "responsible_person": bool(form.responsible_person.strip()),
        "funds": form.funds_yuan is not None,
        "after_photo": bool(form.photos),
        "assessment_report": bool(form.assessment),
        "principal_officer_signed": work.actor.position == EnterprisePosition.PRINCIPAL_OFFICER,
        "employees_told": bool(form.notice_way),
    }
    return {key for key, holds in present.items() if holds}


def _refuse_bad_reply(work: Work, hazard: Hazard, form: ReplyForm) -> None:
    errors = _notice_errors(work, form.notice_way, form.noticed_on)
    if len(form.measure) > LONGEST_MEASURE:
        errors.append(FieldError("measure", f"整改措施不能超过 {LONGEST_MEASURE} 个字"))
    if len(form.responsible_person) > LONGEST_NAME:
        errors.append(FieldError("responsible_person", f"责任人不能超过 {LONGEST_NAME} 个字"))
    funds = form.funds_yuan
    if funds is not None and not (funds.is_finite() and 0 <= funds <= LARGEST_FUNDS and funds == round(funds, 2)):
        errors.append(FieldError("funds_yuan", "整改资金请填不小于 0 的金额（元），最多两位小数；没有花费填 0"))
    if form.finished_on is not None and not hazard.found_on <= form.finished_on <= work.today:
        errors.append(FieldError("finished_on", "完成日期应在发现当日和今天之间；还没完成的，请完成后再提交"))
    if errors:
        raise InvalidInput(errors)


def _notice_errors(work: Work, way: str, on: date | None) -> list[FieldError]:
    errors = []
    if way and way not in set(NoticeWay):
        errors.append(FieldError("notice_way", "请选择通报方式"))
    if bool(way) != (on is not None):
        errors.append(FieldError("noticed_on", "通报方式和通报日期要一起填"))
    if on is not None and on > work.today:
        errors.append(FieldError("noticed_on", "通报日期不能晚于今天"))
    return errors


def tell_employees(work: Work, hazard_id: UUID, notice_way: str, noticed_on: date) -> Hazard:
    """The enterprise told its employees (安全生产法第四十一条), apart from a reply. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    demand_role(work.actor, {Role.ENTERPRISE}, "登记职工通报")
    hazard = lock_hazard(work, hazard_id)
    errors = _notice_errors(work, notice_way, noticed_on)
    if not notice_way:
        errors.append(FieldError("notice_way", "请选择通报方式"))
    if errors:
        raise InvalidInput(errors)
    work.record("hazard", hazard.id, "hazard:employees_told", notice_way=notice_way, noticed_on=noticed_on)
    return hazard


def treat_by_itself(work: Work, rulebook: Rulebook, hazard_id: UUID, due_on: date | None = None, *, version: int | None = None) -> Hazard:
    """An enterprise sets about a general hazard of its own self-check without an order, by the rules' deadline or an earlier one.

    Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `InvalidInput`, `ChangedMeanwhile`, `NotFound`.
    """
    hazard = lock_hazard(work, hazard_id, version=version)
    source = HazardSource(hazard.source)
    given = {"found_by_self_check"} if source is HazardSource.SELF_CHECK else set()
    transition = hazard_step(HazardState(hazard.state), HazardAction.TREAT_BY_ITSELF, work.actor.role, level_of(hazard), given)
    _refuse_other_source(transition, source, hazard)
    if hazard.order_id is not None:
        raise StateConflict("安全办已经把这条隐患列入整改文书，请等文书送达后按文书整改。", reason="listed", state=hazard.state)
    proposed = propose_deadline(rulebook, hazard, work.today)
    latest = proposed.due.due_on if proposed.due else work.today
    chosen = due_on or latest
    if not work.today <= chosen <= latest:
        raise InvalidInput([FieldError("due_on", f"自查自改的完成日期应在今天和 {latest:%Y-%m-%d} 之间")])
    hazard.state = transition.to_state
    hazard.due_on = hazard.original_due_on = chosen
    work.session.flush()
    work.record("hazard", hazard.id, "hazard:treated_by_itself", due_on=chosen)
    return hazard


def _refuse_other_source(transition: Transition, source: HazardSource, hazard: Hazard) -> None:
    if not transition.is_open_to_source(source):
        allowed = "、".join(one.label for one in HazardSource if transition.is_open_to_source(one))
        raise StateConflict(f"来源为{source.label}的隐患不能“{transition.label}”，只对{allowed}开放。", reason="source", state=hazard.state)


def close_hazard(work: Work, hazard_id: UUID, form: CloseForm) -> Hazard:
    """Close a verified hazard: general by the office, major by the leader with the document that accepts it.

    Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `ChangedMeanwhile`, `NotFound`.
    """
    hazard = lock_hazard(work, hazard_id, version=form.version)
    accepted = form.acceptance_document.strip()
    told = were_employees_told(work, hazard_id)
    given = {key for key, holds in (("employees_told", told), ("acceptance_approved", bool(accepted))) if holds}
    transition = hazard_step(HazardState(hazard.state), HazardAction.CLOSE, work.actor.role, level_of(hazard), given)
    hazard.state = transition.to_state
    hazard.closed_on = work.today
    hazard.closure_kind = ClosureKind.RE_INSPECTED
    hazard.closed_by = work.actor.id
    work.session.flush()
    work.record(
        "hazard",
        hazard.id,
        "hazard:closed",
        closure_kind=hazard.closure_kind,
        closed_on=hazard.closed_on,
        acceptance_document=accepted,
        employees_told=told,
    )
    return hazard


def reopen_hazard(work: Work, rulebook: Rulebook, hazard_id: UUID, reason: str, *, version: int | None = None) -> Hazard:
    """Reopen a closed hazard whose rectification turned out false: another round, with the deadline it had.

    Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `ChangedMeanwhile`, `NotFound`.
    """
    hazard = lock_hazard(work, hazard_id, version=version)
    in_time = hazard.closed_on is not None and rulebook.at(work.today).deadlines.may_reopen(hazard.closed_on, work.today)
    has_reason = bool(reason.strip())
    present = {"reason": has_reason, "false_rectification": has_reason, "within_reopening_limit": in_time}
    given = {key for key, holds in present.items() if holds}
    transition = hazard_step(HazardState(hazard.state), HazardAction.REOPEN, work.actor.role, level_of(hazard), given)
    undone = {"closed_on": hazard.closed_on, "verified_on": hazard.verified_on, "accepted_on": hazard.accepted_on}
    hazard.state = transition.to_state
    hazard.failed_rounds += transition.new_round
    hazard.closed_on = hazard.verified_on = hazard.accepted_on = None
    hazard.closure_kind = hazard.closed_by = None
    work.session.flush()
    work.record("hazard", hazard.id, "hazard:reopened", reason=reason.strip(), **undone)
    return hazard
