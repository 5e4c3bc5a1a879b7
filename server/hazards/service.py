"""Use cases of hazards: list, look, register, grade, void."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from rules.checklists import template_code_of
from rules.deadlines import Due, overdue_days
from rules.rulebook import Rulebook
from rules.terms import ClosureKind, HazardAction, HazardLevel, HazardSource, HazardState, OrderState, Role
from rules.workflow import Subject, list_actions
from server.enterprises.access import readable_enterprises, readable_targets
from server.errors import AlreadyExists, FieldError, InvalidInput, NotFound, StateConflict
from server.hazards.access import readable_hazards
from server.hazards.filters import listed_hazards
from server.hazards.grading import advise, check_answers, describe_grading, find_criterion, keep_judgements, suggested_level
from server.hazards.grading import find_item as find_item  # rectification cites the item as well
from server.hazards.opening import FoundBy, NewFinding, Place, find_repeated, open_hazards, same_place_key
from server.hazards.queues import HazardQueue, is_due_between, is_overdue_on, queue_condition
from server.hazards.schemas import (
    ConfirmForm,
    GradingAdvice,
    HazardDossier,
    HazardQuery,
    HazardRow,
    HomeFigures,
    RegisterForm,
)
from server.hazards.timeline import read_timeline
from server.identity import Actor
from server.listing import Page, paginate
from server.models.documents import Inspection
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.events import Event
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.models.orders import RectificationOrder
from server.photo_uses import list_photo_views, use_photos
from server.rectification.access import readable_orders
from server.steps import demand_role, demand_version, hazard_step
from server.unit_of_work import Work

EARLIEST = timedelta(days=3650)
"""How far back a hazard may have been found when it is registered by hand; older dates are typing slips."""


def get_hazard(work: Work, hazard_id: UUID) -> Hazard:
    """A hazard the actor may see. Raises `NotFound`."""
    return _one(work, readable_hazards(work.actor).where(Hazard.id == hazard_id))


def lock_hazard(work: Work, hazard_id: UUID, *, version: int | None = None) -> Hazard:
    """A hazard the actor may see, held until this change is committed. Raises `NotFound`, `ChangedMeanwhile`."""
    query = readable_hazards(work.actor).where(Hazard.id == hazard_id).with_for_update(of=Hazard).execution_options(populate_existing=True)
    hazard = _one(work, query)
    demand_version(hazard, version, "这条隐患")
    return hazard


def _one(work: Work, query: Select[Hazard]) -> Hazard:
    hazard = work.session.scalar(query)
    if hazard is None:
        raise NotFound("这条隐患")
    return hazard


def level_of(hazard: Hazard) -> HazardLevel | None:
    """How grave the hazard is; None before somebody graded it."""
    return HazardLevel(hazard.level) if hazard.level else None


def days_overdue(hazard: Hazard, today: date) -> int:
    """Days past the deadline today; 0 without a deadline, and for a void finding."""
    if hazard.due_on is None or hazard.state == HazardState.VOID:
        return 0
    return overdue_days(hazard.due_on, hazard.accepted_on, today)


def list_hazards(work: Work, query: HazardQuery) -> Page[HazardRow]:
    """One page of the hazards the actor may see. Two queries."""
    ordered = listed_hazards(work.actor, query, work.today)
    return paginate(work.session, ordered, query.page, query.size).map(lambda row: _row(row, work.today))


def _row(found: Any, today: date) -> HazardRow:
    hazard, target_name, enterprise_name, document_number = found
    return HazardRow(
        id=hazard.id,
        number=hazard.number,
        title=hazard.title,
        location=hazard.location,
        state=hazard.state,
        level=hazard.level,
        suggested_level=hazard.suggested_level,
        source=hazard.source,
        item_code=hazard.item_code,
        criterion_clause=hazard.criterion_clause,
        target_id=hazard.target_id,
        target_name=target_name or "",
        enterprise_id=hazard.enterprise_id,
        enterprise_name=enterprise_name or "",
        order_id=hazard.order_id,
        document_number=document_number or "",
        found_on=hazard.found_on,
        due_on=hazard.due_on,
        accepted_on=hazard.accepted_on,
        closed_on=hazard.closed_on,
        last_reply_on=hazard.last_reply_on,
        failed_rounds=hazard.failed_rounds,
        repeat=hazard.repeat,
        overdue_days=days_overdue(hazard, today),
    )


def home_figures(work: Work) -> HomeFigures:
    """The numbers of the home page, for staff and enterprise alike: each equals the total of its list. Three queries."""
    today = work.today
    tomorrow = today + timedelta(days=1)
    overdue = is_overdue_on(today)
    counts = work.session.execute(
        readable_hazards(work.actor).with_only_columns(
            func.count(func.distinct(Hazard.enterprise_id)).filter(overdue).label("overdue_enterprises"),
            func.min(Hazard.due_on).filter(overdue).label("longest_due"),
            func.count().filter(is_due_between(tomorrow, tomorrow)).label("due_tomorrow"),
            *(func.count().filter(queue_condition(queue, today)).label(f"queue_{queue}") for queue in HazardQueue),
        )
    ).one()
    orders = work.session.execute(
        readable_orders(work.actor).with_only_columns(
            *(
                func.count().filter(RectificationOrder.state == state)
                for state in (OrderState.DRAFT, OrderState.REVIEWED, OrderState.ISSUED)
            )
        )
    ).one()
    present = readable_enterprises(work.actor).where(Enterprise.left_on.is_(None))
    return HomeFigures(
        counts={queue.value: getattr(counts, f"queue_{queue}") for queue in HazardQueue},
        overdue_enterprises=counts.overdue_enterprises,
        longest_overdue_days=0 if counts.longest_due is None else (today - counts.longest_due).days,
        due_tomorrow=counts.due_tomorrow,
        enterprises=work.session.scalar(present.with_only_columns(func.count())) or 0,
        orders_to_review=orders[0],
        orders_to_issue=orders[1],
        orders_to_serve=orders[2],
    )


def get_dossier(work: Work, rulebook: Rulebook, hazard_id: UUID) -> HazardDossier:
    """Everything a hazard's page shows, with a constant number of queries. Raises `NotFound`."""
    previous = aliased(Hazard)
    found = work.session.execute(
        readable_hazards(work.actor)
        .where(Hazard.id == hazard_id)
        .add_columns(InspectionTarget, Enterprise, Inspection, RectificationOrder, previous.number)
        .outerjoin(InspectionTarget, InspectionTarget.id == Hazard.target_id)
        .outerjoin(Enterprise, Enterprise.id == Hazard.enterprise_id)
        .outerjoin(Inspection, Inspection.id == Hazard.inspection_id)
        .outerjoin(RectificationOrder, RectificationOrder.id == Hazard.order_id)
        .outerjoin(previous, previous.id == Hazard.previous_id)
    ).one_or_none()
    if found is None:
        raise NotFound("这条隐患")
    hazard, target, enterprise, inspection, order, previous_number = found
    replies = tuple(
        work.session.scalars(
            select(RectificationReply)
            .where(RectificationReply.hazard_id == hazard_id)
            .order_by(RectificationReply.replied_at, RectificationReply.id)
        )
    )
    looks = tuple(
        work.session.scalars(
            select(Reinspection).where(Reinspection.hazard_id == hazard_id).order_by(Reinspection.reinspected_at, Reinspection.id)
        )
    )
    photos = list_photo_views(work.session, work.park_id, {hazard_id, *(one.id for one in replies), *(one.id for one in looks)})
    own = photos.get(hazard_id, ())
    latest = photos.get(replies[-1].id, ()) if replies else ()
    owed = owed_reinspection(rulebook, hazard, work.today)
    is_enterprise = work.actor.role is Role.ENTERPRISE
    return HazardDossier(
        hazard=hazard,
        target=target,
        enterprise=enterprise,
        inspection=None if is_enterprise else inspection,
        order=None if is_enterprise and order is not None and order.issued_at is None else order,
        previous_number=previous_number or "",
        replies=replies,
        reinspections=looks,
        before=tuple(one for one in own if one.role != "after"),
        after=(*(one for one in own if one.role == "after"), *(one for one in latest if one.role == "after")),
        photos={subject: views for subject, views in photos.items() if subject != hazard_id},
        timeline=read_timeline(work.session, work.actor, hazard),
        actions=possible_actions(hazard, work.actor),
        overdue_days=days_overdue(hazard, work.today),
        reinspection_due_on=owed.due_on if owed else None,
        reinspection_due_provisional=owed.provisional if owed else False,
        employees_told=were_employees_told(work, hazard_id),
    )


def possible_actions(hazard: Hazard, actor: Actor) -> frozenset[HazardAction]:
    """The steps the actor may take now, evidence aside. An ungraded hazard may take the steps of either level."""
    level = level_of(hazard)
    levels = [level] if level is not None else list(HazardLevel)
    source = HazardSource(hazard.source)
    closure = ClosureKind(hazard.closure_kind) if hazard.closure_kind else None
    return frozenset(
        HazardAction(one.action)
        for each in levels
        for one in list_actions(Subject.HAZARD, HazardState(hazard.state), actor.role, each)
        if one.is_open_to_source(source) and one.is_open_to_closure(closure)
    )


def owed_reinspection(rulebook: Rulebook, hazard: Hazard, today: date) -> Due | None:
    """By when the office owes a re-inspection: from the reply or from the end of the deadline, whichever comes first.

    In later rounds only a new reply starts the limit: the one that ran from the deadline was used up by the round that failed. None while
    nothing is owed.
    """
    has_reply = hazard.state == HazardState.SUBMITTED
    is_late = hazard.state == HazardState.RECTIFYING and hazard.due_on is not None and hazard.due_on < today and hazard.failed_rounds == 0
    if not has_reply and not is_late:
        return None
    starts = [hazard.last_reply_on if has_reply else None, hazard.due_on if hazard.failed_rounds == 0 else None]
    start_on = min((one for one in starts if one is not None), default=None)
    if start_on is None:
        return None
    return rulebook.at(start_on).deadlines.due_on("reinspection.within", start_on, rulebook.calendar)


def were_employees_told(work: Work, hazard_id: UUID) -> bool:
    """Whether the enterprise wrote down that it told its employees, with a reply or apart from one."""
    replied = select(RectificationReply.id).where(RectificationReply.hazard_id == hazard_id, RectificationReply.notice_way != "").limit(1)
    said = (
        select(Event.sequence)
        .where(
            Event.park_id == work.park_id,
            Event.subject_kind == "hazard",
            Event.subject_id == hazard_id,
            Event.action == "hazard:employees_told",
        )
        .limit(1)
    )
    return bool(work.session.scalar(select(replied.exists() | said.exists())))


def register_hazard(work: Work, rulebook: Rulebook, form: RegisterForm) -> Hazard:
    """Register a hazard without a phone. The same form again gives the hazard it made.

    Raises `StepNotYours`, `NotFound`, `InvalidInput`, `AlreadyExists`.
    """
    known = work.session.get(Hazard, form.id)
    if known is not None:
        if known.park_id == work.park_id and known.found_by == work.actor.id:
            return known
        raise AlreadyExists("隐患编号", str(form.id))
    target = _registrable_target(work, form.target_id)
    _refuse_bad_registration(work, rulebook, form)
    given = {"description"} if form.description.strip() else set()
    hazard_step(None, HazardAction.REGISTER, work.actor.role, None, given)
    checklists = rulebook.at(form.found_on).checklists
    item = checklists.find_item(form.item_code)
    template = checklists.find_template(template_code_of(form.item_code)) if item else None
    place = Place(target_id=target.id, enterprise_id=target.enterprise_id)
    occasion = FoundBy(found_on=form.found_on, found_at=work.now, source=HazardSource(form.source))
    finding = NewFinding(
        id=form.id,
        item=item,
        item_code=item.code if item else "",
        checklist_edition=template.edition if template else "",
        description=form.description.strip(),
        location=form.location.strip(),
        facts={},
        suggested_days=None,
    )
    open_hazards(work, rulebook, place, occasion, [finding])
    hazard = work.session.get_one(Hazard, form.id)
    hazard.title = form.title.strip() or hazard.title
    hazard.basis = [one.strip() for one in form.basis if one.strip()] or hazard.basis
    hazard.requirement = form.requirement.strip()
    work.session.flush()
    use_photos(work, form.photos, subject_kind="hazard", subject_id=hazard.id, role="before")
    work.record(
        "hazard",
        hazard.id,
        "hazard:described",
        title=hazard.title,
        description=hazard.description,
        location=hazard.location,
        basis=hazard.basis,
        requirement=hazard.requirement,
        target_id=target.id,
        source=hazard.source,
        found_on=hazard.found_on,
        photos=[photo.sha256 for photo in form.photos],
    )
    return hazard


def _registrable_target(work: Work, target_id: UUID) -> InspectionTarget:
    """The target, when the actor may register something there: an enterprise on its own ground, everybody else in the park."""
    park = select(InspectionTarget).where(InspectionTarget.park_id == work.park_id)
    query = readable_targets(work.actor) if work.actor.role is Role.ENTERPRISE else park
    target = work.session.scalar(query.where(InspectionTarget.id == target_id))
    if target is None:
        raise NotFound("这个检查对象")
    return target


def _refuse_bad_registration(work: Work, rulebook: Rulebook, form: RegisterForm) -> None:
    errors = []
    if form.source not in set(HazardSource):
        errors.append(FieldError("source", "请选择隐患来源"))
    elif work.actor.role is Role.ENTERPRISE and form.source != HazardSource.SELF_CHECK:
        errors.append(FieldError("source", "企业登记的隐患来源只能是企业自查"))
    if form.item_code and rulebook.at(form.found_on).checklists.find_item(form.item_code) is None:
        errors.append(FieldError("item_code", "没有这个检查项，请从检查表里选"))
    if not form.description.strip():
        errors.append(FieldError("description", "请写明部位、现象和可能的后果"))
    if not work.today - EARLIEST <= form.found_on <= work.today:
        errors.append(FieldError("found_on", "发现日期不能晚于今天，也不会早于十年前"))
    if errors:
        raise InvalidInput(errors)


def _enterprise_of(work: Work, hazard: Hazard) -> Enterprise | None:
    return work.session.get(Enterprise, hazard.enterprise_id) if hazard.enterprise_id else None


def advise_grading(work: Work, rulebook: Rulebook, hazard_id: UUID) -> GradingAdvice:
    """What the rules say about a hazard, and what they still ask. Raises `NotFound`, `NotAllowed`."""
    demand_role(work.actor, {Role.OFFICE, Role.LEADER, Role.INSPECTOR, Role.AUDITOR}, "查看定级提示")
    hazard = get_hazard(work, hazard_id)
    return describe_grading(rulebook, hazard, _enterprise_of(work, hazard))


def _suggestion(work: Work, rulebook: Rulebook, hazard: Hazard) -> HazardLevel | None:
    return suggested_level(advise(rulebook, hazard, _enterprise_of(work, hazard)))


def save_facts(work: Work, rulebook: Rulebook, hazard_id: UUID, answers: Mapping[str, str], *, version: int | None = None) -> Hazard:
    """Keep answers to the criteria's questions: yes, no, unknown, a number; an empty one takes an answer back.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`.
    """
    demand_role(work.actor, {Role.OFFICE, Role.INSPECTOR}, "补充判定事实")
    hazard = lock_hazard(work, hazard_id, version=version)
    if hazard.state != HazardState.FOUND:
        raise StateConflict("这条隐患已经定级，判定事实不再改动；需要更正的请重新登记。", reason="state", state=hazard.state)
    kept = check_answers(answers)
    changed = {name: value for name, value in kept.items() if str(hazard.facts.get(name, "")) != value}
    if changed:
        hazard.facts = {name: value for name, value in (hazard.facts | changed).items() if value != ""}
        hazard.suggested_level = _suggestion(work, rulebook, hazard)
        work.session.flush()
        work.record("hazard", hazard.id, "hazard:facts_saved", answers=changed, suggested_level=hazard.suggested_level)
    return hazard


def confirm_hazard(work: Work, rulebook: Rulebook, hazard_id: UUID, form: ConfirmForm) -> Hazard:
    """A person grades the hazard; what the rules said is kept with it, whatever was decided.

    Going below a suggested major hazard needs a reason. Raises `InvalidInput`, `StateConflict`, `StepNotYours`, `EvidenceMissing`,
    `ChangedMeanwhile`, `NotFound`.
    """
    hazard = lock_hazard(work, hazard_id, version=form.version)
    if form.level not in set(HazardLevel):
        raise InvalidInput([FieldError("level", "请选定一般隐患或重大事故隐患")])
    level = HazardLevel(form.level)
    criterion = find_criterion(form.criterion_id, hazard) if level is HazardLevel.MAJOR and form.criterion_id else None
    if level is HazardLevel.MAJOR and form.criterion_id and criterion is None:
        raise InvalidInput([FieldError("criterion_id", "所选判定条款不存在，或在发现当日不施行")])
    given = {
        key
        for key, present in (
            ("description", bool(hazard.description)),
            ("basis_cited", bool(hazard.basis) or criterion is not None),
            ("criterion_confirmed", criterion is not None),
        )
        if present
    }
    transition = hazard_step(HazardState(hazard.state), HazardAction.CONFIRM, work.actor.role, level, given)
    if hazard.target_id is None:
        raise StateConflict("还不知道这条隐患属于哪个检查对象，请先认定检查对象，再定级。", reason="target_unknown", state=hazard.state)
    enterprise = _enterprise_of(work, hazard)
    advice = advise(rulebook, hazard, enterprise)
    suggestion = suggested_level(advice)
    is_lower = level is HazardLevel.GENERAL and HazardLevel.MAJOR in {suggestion, hazard.suggested_level}
    if is_lower and not form.reason.strip():
        raise InvalidInput([FieldError("reason", "系统提示为重大事故隐患，定为一般隐患须写明理由")])
    hazard.state = transition.to_state
    hazard.level = level
    hazard.suggested_level = suggestion or hazard.suggested_level
    hazard.criterion_id = criterion.id if criterion else ""
    hazard.criterion_clause = criterion.clause.citation if criterion else ""
    hazard.judgements = keep_judgements(rulebook, hazard, enterprise, advice, hazard.criterion_id)
    hazard.confirmed_at = work.now
    hazard.confirmed_by = work.actor.id
    hazard.confirmed_reason = form.reason.strip()
    hazard.requirement = form.requirement.strip() or hazard.requirement
    work.session.flush()
    work.record(
        "hazard",
        hazard.id,
        "hazard:confirmed",
        level=level.value,
        criterion_id=hazard.criterion_id,
        clause=hazard.criterion_clause,
        suggested_level=suggestion,
        downgraded=is_lower,
        reason=hazard.confirmed_reason,
        requirement=hazard.requirement,
        edition=rulebook.edition,
    )
    return hazard


def void_hazard(work: Work, hazard_id: UUID, reason: str, *, version: int | None = None) -> Hazard:
    """Void a finding that is none; it stays readable. Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `ChangedMeanwhile`."""
    hazard = lock_hazard(work, hazard_id, version=version)
    given = {"reason"} if reason.strip() else set()
    transition = hazard_step(HazardState(hazard.state), HazardAction.VOID, work.actor.role, level_of(hazard), given)
    hazard.state = transition.to_state
    hazard.void_reason = reason.strip()
    work.session.flush()
    work.record("hazard", hazard.id, "hazard:voided", reason=hazard.void_reason)
    return hazard


def assign_target(work: Work, rulebook: Rulebook, inspection_id: UUID, target_id: UUID) -> Inspection:
    """Say which target an inspection of an unknown one was about; its hazards follow.

    Raises `NotAllowed`, `NotFound`, `StateConflict`.
    """
    demand_role(work.actor, {Role.OFFICE}, "认定检查对象")
    query = select(Inspection).where(Inspection.id == inspection_id, Inspection.park_id == work.park_id).with_for_update()
    inspection = work.session.scalar(query)
    if inspection is None:
        raise NotFound("这次检查")
    if inspection.target_id is not None:
        raise StateConflict("这次检查已经有检查对象，不能再改。", reason="target_known")
    target = _registrable_target(work, target_id)
    inspection.target_id = target.id
    work.record("inspection", inspection.id, "inspection:target_assigned", target_id=target.id, target_name=target.name)
    hazards = work.session.scalars(
        select(Hazard)
        .where(Hazard.inspection_id == inspection_id, Hazard.target_id.is_(None))
        .order_by(Hazard.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for hazard in hazards:
        hazard.target_id = target.id
        hazard.enterprise_id = target.enterprise_id
        repeated = find_repeated(work, rulebook, target.id, hazard.found_on, {hazard.item_code})
        hazard.previous_id = repeated.get((hazard.item_code, same_place_key(hazard.location)))
        hazard.repeat = hazard.previous_id is not None
        if hazard.state == HazardState.FOUND:
            hazard.suggested_level = _suggestion(work, rulebook, hazard)
        work.record("hazard", hazard.id, "hazard:target_assigned", target_id=target.id, target_name=target.name)
    work.session.flush()
    return inspection
