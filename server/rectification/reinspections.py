"""Use cases of re-inspection: somebody looked again, on the phone or for the office.

What a phone recorded happened, so it is always kept; where it can no longer count (two inspectors at one hazard, a reply that came after
the look, evidence that is lacking) it changes nothing, says so in its marks, and the office sees it. The office's own form is refused
instead, so that the person can put it right at once.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select

from rules.rulebook import Rulebook
from rules.terms import HazardAction, HazardState, ReinspectionResult
from rules.workflow import Transition, check_reinspectors
from server.clock import day_of
from server.errors import AlreadyExists, EvidenceMissing, FieldError, InvalidInput, Refusal, SamePersonTwice, StateConflict, StepNotYours
from server.hazards.schemas import NewPhoto
from server.hazards.service import level_of, lock_hazard, owed_reinspection
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.photo_uses import use_photos
from server.rectification.schemas import ReinspectionForm, ReinspectionMark
from server.steps import demand_version, hazard_step
from server.unit_of_work import Work

CLOCK_TOLERANCE = timedelta(minutes=10)
"""A look counts for a reply handed in up to this much later: phones' clocks differ that much without being marked."""
_ACTIONS = {
    ReinspectionResult.PASS: HazardAction.PASS_REINSPECTION,
    ReinspectionResult.FAIL: HazardAction.FAIL_REINSPECTION,
}
_REMARKS = {ReinspectionMark.ONE_INSPECTOR: "second_inspector", ReinspectionMark.NO_PHOTO: "reinspection_photo"}
"""What is marked because it lacks, by the key of the evidence; what blocks is the workflow's business."""
_SECOND = 2


class _Look(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody saw, before anybody asks what it may change."""

    result: ReinspectionResult
    reason: str
    inspectors: tuple[str, ...]
    at: datetime
    on: date
    expert_opinion: str
    photo_count: int


class _Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a look counts: the step it takes, or why it takes none."""

    transition: Transition | None
    reply: RectificationReply | None
    marks: tuple[ReinspectionMark, ...]
    refusal: Refusal | None = None


def apply_reinspection(
    work: Work,
    rulebook: Rulebook,
    *,
    reinspection_id: UUID,
    hazard_id: UUID,
    result: str,
    reason: str,
    inspectors: Sequence[str],
    inspected_at: datetime,
    document_id: UUID | None = None,
    marks: Collection[str] = (),
    expert_opinion: str = "",
    photo_count: int = 0,
    inspected_on: date | None = None,
) -> Reinspection:
    """What a phone's re-inspection does to the hazard. Never refuses: what cannot count is kept with `applied` False and marked.

    The same id again gives the re-inspection it made. `marks` are those of the document; `inspected_on` the day to believe when the
    phone's clock is not. Raises `NotFound` for an unknown hazard, `InvalidInput` for a result that is none, and nothing else.
    """
    known = work.session.get(Reinspection, reinspection_id)
    if known is not None and known.park_id == work.park_id:
        return known
    hazard = lock_hazard(work, hazard_id)
    look = _look(result, reason, inspectors, inspected_at, inspected_on or day_of(inspected_at), expert_opinion, photo_count)
    weighed = _weigh(work, hazard, look)
    return _keep(work, rulebook, hazard, look, weighed, reinspection_id, document_id, marks)


def reinspect(work: Work, rulebook: Rulebook, form: ReinspectionForm) -> Reinspection:
    """A re-inspection entered in the office. The same form again gives the re-inspection it made.

    Raises `NotFound`, `InvalidInput`, `StateConflict`, `StepNotYours`, `SamePersonTwice`, `EvidenceMissing`, `ChangedMeanwhile`,
    `AlreadyExists`.
    """
    hazard = lock_hazard(work, form.hazard_id)
    known = work.session.get(Reinspection, form.id)
    if known is not None:
        if known.hazard_id == hazard.id and known.account_id == work.actor.id:
            return known
        raise AlreadyExists("复查编号", str(form.id))
    demand_version(hazard, form.version, "这条隐患")
    look = _look(
        form.result, form.reason, form.inspectors, form.reinspected_at, day_of(form.reinspected_at), form.expert_opinion, len(form.photos)
    )
    _refuse_bad_look(work, hazard, look)
    weighed = _weigh(work, hazard, look)
    if weighed.refusal is not None:
        raise weighed.refusal
    return _keep(work, rulebook, hazard, look, weighed, form.id, None, (), form.photos)


def _look(
    result: str,
    reason: str,
    inspectors: Sequence[str],
    at: datetime,
    on: date,
    expert_opinion: str,
    photo_count: int,
) -> _Look:
    if result not in set(ReinspectionResult):
        raise InvalidInput([FieldError("result", "请选择复查合格或复查不合格")])
    return _Look(
        result=ReinspectionResult(result),
        reason=reason.strip(),
        inspectors=tuple(dict.fromkeys(name.strip() for name in inspectors if name.strip())),
        at=at,
        on=on,
        expert_opinion=expert_opinion.strip(),
        photo_count=photo_count,
    )


def _refuse_bad_look(work: Work, hazard: Hazard, look: _Look) -> None:
    errors = []
    if not look.inspectors:
        errors.append(FieldError("inspectors", "请填写复查人员姓名"))
    if look.at > work.now:
        errors.append(FieldError("reinspected_at", "复查时间不能晚于现在"))
    elif look.on < hazard.found_on:
        errors.append(FieldError("reinspected_at", "复查时间不能早于发现隐患的日期"))
    if errors:
        raise InvalidInput(errors)


def _weigh(work: Work, hazard: Hazard, look: _Look) -> _Weighed:
    """Whether the look counts for the hazard as it stands now."""
    replies = list(
        work.session.scalars(
            select(RectificationReply).where(RectificationReply.hazard_id == hazard.id).order_by(RectificationReply.replied_at)
        )
    )
    has_reply = hazard.state == HazardState.SUBMITTED and replies
    reply = replies[-1] if has_reply else None
    same_person = check_reinspectors({one.account_id for one in replies}, [work.actor.id])
    present = {
        # The result itself is the conclusion; what more there is to say stands in the reason.
        "conclusion": True,
        "reason": bool(look.reason),
        "overdue": hazard.due_on is not None and look.on > hazard.due_on,
        "replier_not_reinspector": same_person is None,
        "reinspection_photo": look.photo_count > 0,
        "second_inspector": len(look.inspectors) >= _SECOND,
        "expert_opinion": bool(look.expert_opinion),
    }
    given = {key for key, holds in present.items() if holds}
    remarks = tuple(mark for mark, key in _REMARKS.items() if key not in given)

    def refused(mark: ReinspectionMark, refusal: Refusal) -> _Weighed:
        return _Weighed(transition=None, reply=reply, marks=(mark, *remarks), refusal=refusal)

    if same_person is not None:
        return refused(ReinspectionMark.SAME_PERSON, SamePersonTwice(work.actor.name))
    if reply is not None and look.at < reply.replied_at - CLOCK_TOLERANCE:
        return refused(
            ReinspectionMark.BEFORE_REPLY, StateConflict("复查时间早于企业这次提交整改的时间，请核对后重填。", reason="before_reply")
        )
    try:
        transition = hazard_step(HazardState(hazard.state), _ACTIONS[look.result], work.actor.role, level_of(hazard), given)
    except StepNotYours as refusal:
        return refused(ReinspectionMark.NOT_YOURS, refusal)
    except StateConflict as refusal:
        return refused(ReinspectionMark.STATE_CHANGED, refusal)
    except EvidenceMissing as refusal:
        if hazard.state == HazardState.RECTIFYING and "overdue" not in given:
            detail = "企业还没有提交整改，整改期限也没有过，现在不能复查。"
            return refused(ReinspectionMark.NOT_OVERDUE, StateConflict(detail, reason="not_overdue", state=hazard.state))
        return refused(ReinspectionMark.EVIDENCE_MISSING, refusal)
    return _Weighed(transition=transition, reply=reply, marks=remarks)


def _keep(
    work: Work,
    rulebook: Rulebook,
    hazard: Hazard,
    look: _Look,
    weighed: _Weighed,
    reinspection_id: UUID,
    document_id: UUID | None,
    marks: Collection[str],
    photos: Sequence[NewPhoto] = (),
) -> Reinspection:
    """Write the look down, and change the hazard when it counts."""
    owed = owed_reinspection(rulebook, hazard, look.on)
    reason = look.reason
    if look.expert_opinion:
        reason = f"{reason}\n专家意见：{look.expert_opinion}".strip()
    kept = Reinspection(
        id=reinspection_id,
        park_id=work.park_id,
        hazard_id=hazard.id,
        reply_id=weighed.reply.id if weighed.reply else None,
        document_id=document_id,
        account_id=work.actor.id,
        inspectors=list(look.inspectors),
        reinspected_at=look.at,
        reinspected_on=look.on,
        due_on=owed.due_on if owed else None,
        result=look.result,
        reason=reason,
        round=hazard.failed_rounds + 1,
        applied=weighed.transition is not None,
        marks=list(dict.fromkeys([*marks, *(mark.value for mark in weighed.marks)])),
    )
    work.session.add(kept)
    if weighed.transition is not None:
        hazard.state = weighed.transition.to_state
        hazard.failed_rounds += weighed.transition.new_round
        if look.result is ReinspectionResult.PASS:
            # Rectification counts as done on the day of the reply that passed; without a reply, on the day somebody saw it done.
            hazard.accepted_on = weighed.reply.replied_on if weighed.reply else look.on
            hazard.verified_on = look.on
    work.session.flush()
    use_photos(work, photos, subject_kind="re_inspection", subject_id=kept.id, role="after")
    work.record(
        "hazard",
        hazard.id,
        "hazard:re_inspected",
        reinspection_id=kept.id,
        reply_id=kept.reply_id,
        result=look.result.value,
        reason=reason,
        inspectors=kept.inspectors,
        reinspected_on=kept.reinspected_on,
        round=kept.round,
        applied=kept.applied,
        marks=kept.marks,
        why=[mark.label for mark in weighed.marks if mark not in _REMARKS],
    )
    return kept
