"""Use cases of manual overrides: the office raises a grade with a reason; lowering one takes a second person.

A raise is in force at once; ending it lowers the grade, so its end takes two people as well. A lower grade replaces only what the register
says: it never hides an open hazard, an accident or somebody's raise, and no longer holds once the register says worse than it was granted
for. Nothing is ever deleted.
"""

from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select

from rules.bands import Colour
from rules.rulebook import Rulebook
from rules.terms import GradeCause, OverrideKind, OverrideState
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.grading.access import demand_decider, demand_office, readable_overrides
from server.grading.derivation import is_worse
from server.grading.facts import COLOURS
from server.grading.grades import get_grade, note_grade
from server.grading.places import lock_register
from server.grading.schemas import OverrideForm
from server.ids import new_id
from server.listing import Page, narrow, paginate
from server.models.enterprises import Enterprise
from server.models.risk import GradeOverride
from server.unit_of_work import Work

LONGEST_REASON = 1000
SHORTEST_REASON = 4
_WHAT = "人工调整风险等级"


class OverrideQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which overrides to list: `part` is waiting, in_force, past or all."""

    part: str = "waiting"
    page: int = 1
    size: int = 20


def list_overrides(work: Work, enterprise_id: UUID) -> list[GradeOverride]:
    """Every override of an enterprise and its risk points the actor may see, newest first."""
    query = readable_overrides(work.actor).where(GradeOverride.enterprise_id == enterprise_id)
    return list(work.session.scalars(query.order_by(GradeOverride.requested_at.desc(), GradeOverride.id.desc())))


def list_open_requests(work: Work) -> list[GradeOverride]:
    """What waits for a second person in the park: lower grades asked for, and raises somebody asks to end. Oldest first."""
    demand_decider(work.actor, _WHAT)
    query = readable_overrides(work.actor).where(_waits())
    return list(work.session.scalars(query.order_by(GradeOverride.requested_at, GradeOverride.id)))


def count_open_requests(work: Work) -> int:
    """How many requests of the park the actor may see wait for a second person."""
    query = readable_overrides(work.actor).where(_waits())
    return work.session.scalar(query.with_only_columns(func.count())) or 0


def _waits() -> ColumnElement[bool]:
    """A lower grade asked for, or a raise somebody asks to end."""
    asks_end = and_(GradeOverride.state == OverrideState.IN_FORCE, GradeOverride.end_requested_at.is_not(None))
    return or_(GradeOverride.state == OverrideState.REQUESTED, asks_end)


def find_overrides(work: Work, query: OverrideQuery) -> tuple[Page[GradeOverride], dict[UUID, str]]:
    """One page of the park's overrides, and the names of their enterprises. What waits comes oldest first, everything else newest first."""
    rows = readable_overrides(work.actor)
    part = {
        "waiting": _waits(),
        "in_force": GradeOverride.state == OverrideState.IN_FORCE,
        "past": GradeOverride.state.in_((OverrideState.ENDED, OverrideState.REFUSED)),
    }.get(query.part)
    order = GradeOverride.requested_at if query.part == "waiting" else GradeOverride.requested_at.desc()
    page = paginate(work.session, narrow(rows, [part]).order_by(order, GradeOverride.id), query.page, query.size)
    named = select(Enterprise.id, Enterprise.name).where(Enterprise.id.in_({one.enterprise_id for one in page.items}))
    return page, {row.id: row.name for row in work.session.execute(named)}


def get_override(work: Work, override_id: UUID) -> GradeOverride:
    """An override the actor may see. Raises `NotFound`."""
    override = work.session.scalar(readable_overrides(work.actor).where(GradeOverride.id == override_id))
    if override is None:
        raise NotFound("这项人工调整")
    return override


def raise_by_hand(work: Work, rulebook: Rulebook, form: OverrideForm) -> GradeOverride:
    """Put a more dangerous colour in force at once. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_office(work.actor, _WHAT)
    wanted, assessed, current = _weigh(work, form)
    if not is_worse(wanted, current):
        said = current.words if current is not None else "未评价"
        raise InvalidInput([FieldError("colour", f"上调后的等级应高于现等级（{said}）")])
    override = _new(work, rulebook, form, OverrideKind.RAISE, wanted, assessed)
    _decide(work, override, OverrideState.IN_FORCE, "")
    work.session.add(override)
    work.session.flush()
    work.record("grade_override", override.id, "grade_override:raised", **_facts(override))
    note_grade(work, rulebook, form.enterprise_id, GradeCause.OVERRIDE, f"人工上调为{wanted.words}：{override.reason}")
    return override


def request_lower(work: Work, rulebook: Rulebook, form: OverrideForm) -> GradeOverride:
    """Ask for a less dangerous colour than the register gives; nothing changes until somebody else confirms.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_office(work.actor, _WHAT)
    wanted, assessed, _ = _weigh(work, form)
    if assessed is None:
        raise InvalidInput([FieldError("colour", "还没有评价，没有可以下调的等级")])
    if not is_worse(assessed, wanted):
        raise InvalidInput([FieldError("colour", f"下调后的等级应低于评价结果（{assessed.words}）")])
    override = _new(work, rulebook, form, OverrideKind.LOWER, wanted, assessed)
    work.session.add(override)
    work.session.flush()
    work.record("grade_override", override.id, "grade_override:requested", **_facts(override))
    return override


def confirm_lower(work: Work, rulebook: Rulebook, override_id: UUID, reason: str) -> GradeOverride:
    """The second person agrees with their own reason; the lower grade is in force.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, also when the register has come to say worse meanwhile.
    """
    demand_decider(work.actor, _WHAT)
    override = _lock(work, override_id)
    if override.state != OverrideState.REQUESTED:
        raise StateConflict("这项下调已经办理过。", reason="state", state=override.state)
    _demand_other(work, override.requested_by, override.requested_by_name)
    _demand_reason(reason)
    assessed, _ = _colours(work, override.enterprise_id, override.point_id)
    granted_for = COLOURS[override.from_number]
    if assessed is None or is_worse(assessed, granted_for):
        raise StateConflict("申请以后评价结果变高了，请重新申请。", reason="assessed_worse")
    _decide(work, override, OverrideState.IN_FORCE, reason)
    work.session.flush()
    work.record("grade_override", override.id, "grade_override:confirmed", **_facts(override), note=override.decided_reason)
    text = f"人工下调为{_colour(override).words}：{override.reason}；{work.actor.name}确认：{override.decided_reason}"
    note_grade(work, rulebook, override.enterprise_id, GradeCause.OVERRIDE, text)
    return override


def refuse_lower(work: Work, override_id: UUID, reason: str) -> GradeOverride:
    """The second person disagrees, or the first takes it back; it stays on record. Raises `NotAllowed`, `NotFound`, `StateConflict`."""
    demand_decider(work.actor, _WHAT)
    override = _lock(work, override_id)
    if override.state != OverrideState.REQUESTED:
        raise StateConflict("这项下调已经办理过。", reason="state", state=override.state)
    _demand_reason(reason)
    _decide(work, override, OverrideState.REFUSED, reason)
    work.session.flush()
    work.record("grade_override", override.id, "grade_override:refused", reason=override.decided_reason)
    return override


def end_lower(work: Work, rulebook: Rulebook, override_id: UUID, reason: str) -> GradeOverride:
    """End a lower grade: what the register says counts again. One person is enough.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_office(work.actor, _WHAT)
    override = _in_force(work, override_id, OverrideKind.LOWER)
    _demand_reason(reason)
    override.end_reason = reason.strip()
    return _end(work, rulebook, override)


def request_end(work: Work, override_id: UUID, reason: str) -> GradeOverride:
    """Ask for the end of a raise; it holds until somebody else confirms.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_office(work.actor, _WHAT)
    override = _in_force(work, override_id, OverrideKind.RAISE)
    _demand_reason(reason)
    if override.end_requested_at is not None:
        raise StateConflict("已经有人申请结束这项上调，等待第二人确认。", reason="end_requested")
    override.end_requested_at, override.end_requested_by = work.now, work.actor.id
    override.end_requested_by_name, override.end_reason = work.actor.name, reason.strip()
    work.session.flush()
    work.record("grade_override", override.id, "grade_override:end_requested", reason=override.end_reason)
    return override


def confirm_end(work: Work, rulebook: Rulebook, override_id: UUID) -> GradeOverride:
    """The second person agrees that a raise ends. Raises `NotAllowed`, `NotFound`, `StateConflict`."""
    demand_decider(work.actor, _WHAT)
    override = _in_force(work, override_id, OverrideKind.RAISE)
    if override.end_requested_by is None:
        raise StateConflict("还没有人申请结束这项上调。", reason="no_request")
    _demand_other(work, override.end_requested_by, override.end_requested_by_name)
    return _end(work, rulebook, override)


def reject_end(work: Work, override_id: UUID, reason: str) -> GradeOverride:
    """The raise stays: the asking for its end is taken off the table. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_decider(work.actor, _WHAT)
    override = _in_force(work, override_id, OverrideKind.RAISE)
    if override.end_requested_by is None:
        raise StateConflict("还没有人申请结束这项上调。", reason="no_request")
    _demand_reason(reason)
    override.end_requested_at = override.end_requested_by = None
    override.end_requested_by_name = override.end_reason = ""
    work.session.flush()
    work.record("grade_override", override.id, "grade_override:end_rejected", reason=reason.strip())
    return override


def _end(work: Work, rulebook: Rulebook, override: GradeOverride) -> GradeOverride:
    override.state = OverrideState.ENDED
    override.ended_on, override.ended_at = work.today, work.now
    override.ended_by, override.ended_by_name = work.actor.id, work.actor.name
    work.session.flush()
    work.record("grade_override", override.id, "grade_override:ended", reason=override.end_reason)
    text = f"人工{OverrideKind(override.kind).label}结束：{override.end_reason}"
    note_grade(work, rulebook, override.enterprise_id, GradeCause.OVERRIDE_ENDED, text)
    return override


def _weigh(work: Work, form: OverrideForm) -> tuple[Colour, Colour | None, Colour | None]:
    """The wanted colour, the assessed and the present one. Refuses a second override of the same subject and a missing reason."""
    assessed, current = _colours(work, form.enterprise_id, form.point_id)
    # Held, so that two people cannot overrule the same subject at once.
    lock_register(work, form.enterprise_id)
    if form.colour not in set(Colour):
        raise InvalidInput([FieldError("colour", f"请选择颜色：{'、'.join(one.words for one in Colour)}")])
    _demand_reason(form.reason)
    same = GradeOverride.point_id.is_(None) if form.point_id is None else GradeOverride.point_id == form.point_id
    active = (OverrideState.REQUESTED, OverrideState.IN_FORCE)
    query = select(GradeOverride.id).where(
        GradeOverride.park_id == work.park_id, GradeOverride.enterprise_id == form.enterprise_id, same, GradeOverride.state.in_(active)
    )
    if work.session.scalar(query.limit(1)) is not None:
        raise StateConflict("已经有一项人工调整生效或待确认，请先结束它。", reason="override_exists")
    return Colour(form.colour), assessed, current


def _colours(work: Work, enterprise_id: UUID, point_id: UUID | None) -> tuple[Colour | None, Colour | None]:
    """What the register says and what stands today, for the enterprise or one of its points. Raises `NotFound`."""
    grade = get_grade(work, enterprise_id)
    if point_id is None:
        return grade.assessed, grade.colour
    point = next((one for one in grade.points if one.id == point_id), None)
    if point is None:
        raise NotFound("这个风险点")
    return point.assessed, point.colour


def _new(work: Work, rulebook: Rulebook, form: OverrideForm, kind: OverrideKind, wanted: Colour, assessed: Colour | None) -> GradeOverride:
    return GradeOverride(
        id=new_id(),
        park_id=work.park_id,
        enterprise_id=form.enterprise_id,
        point_id=form.point_id,
        kind=kind,
        state=OverrideState.REQUESTED,
        from_number=assessed.risk.number if assessed is not None else None,
        to_number=wanted.risk.number,
        reason=form.reason.strip(),
        requested_on=work.today,
        requested_at=work.now,
        requested_by=work.actor.id,
        requested_by_name=work.actor.name,
        edition=rulebook.edition,
    )


def _decide(work: Work, override: GradeOverride, state: OverrideState, reason: str) -> None:
    override.state = state
    override.decided_on, override.decided_at = work.today, work.now
    override.decided_by, override.decided_by_name, override.decided_reason = work.actor.id, work.actor.name, reason.strip()


def _facts(override: GradeOverride) -> dict[str, object]:
    assessed = COLOURS[override.from_number]
    return {
        "enterprise_id": override.enterprise_id,
        "point_id": override.point_id,
        "risk_before": assessed.risk.value if assessed is not None else None,
        "risk": _colour(override).risk.value,
        "reason": override.reason,
    }


def _colour(override: GradeOverride) -> Colour:
    colour = COLOURS[override.to_number]
    if colour is None:
        raise ValueError("an override without a colour")
    return colour


def _lock(work: Work, override_id: UUID) -> GradeOverride:
    query = readable_overrides(work.actor).where(GradeOverride.id == override_id).with_for_update(of=GradeOverride)
    override = work.session.scalar(query.execution_options(populate_existing=True))
    if override is None:
        raise NotFound("这项人工调整")
    return override


def _in_force(work: Work, override_id: UUID, kind: OverrideKind) -> GradeOverride:
    override = _lock(work, override_id)
    if override.state != OverrideState.IN_FORCE or override.kind != kind:
        raise StateConflict(f"这不是一项生效的{kind.label}。", reason="state", state=override.state)
    return override


def _demand_other(work: Work, first: UUID, name: str) -> None:
    if work.actor.id == first:
        raise StateConflict(f"这一步要由{name}以外的人确认。", reason="same_person")


def _demand_reason(reason: str) -> None:
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput([FieldError("reason", f"请写明理由（{SHORTEST_REASON} 至 {LONGEST_REASON} 个字）")])
