"""What does an inspector carry along, and what of it changed?

Tasks of the person, targets and open hazards of the park, each as a whole row the phone can replace. Changes follow the park's chain of
events: its numbers become visible in order, so a cursor that has passed one can never miss another behind it.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, select

from rules.rulebook import Rulebook
from rules.terms import HazardState, TargetKind
from server.enterprises.service import sectors_of
from server.models.documents import InspectionTask, TaskAssignee
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.events import Event, EventHead
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.models.parks import Park
from server.models.photos import PhotoUse
from server.tasks.schemas import TaskState
from server.unit_of_work import Work

SETTLED = (HazardState.CLOSED, HazardState.VOID)
CARRIED_KINDS = frozenset(
    {
        "hazard",
        "rectification_order",
        "rectification_reply",
        "re_inspection",
        "enterprise",
        "inspection_target",
        "inspection_task",
        "park",
    }
)
"""Subjects of events after which something a phone carries may read otherwise."""
_MOST_PARAMETERS = 500


class ParkSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The park, as papers and pages call it. `permission_mode` a means 请于…前完成整改, never 责令."""

    id: UUID
    name: str
    office_name: str
    office_phone: str
    permission_mode: str
    fictional: bool


class TargetRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be inspected. `sectors` are as confirmed or derived, `checklists` the codes to offer; degrees are WGS-84."""

    id: UUID
    kind: str
    name: str
    short_name: str
    enterprise_id: UUID | None
    industry_code: str
    sectors: list[str]
    checklists: list[str]
    address: str
    contact_name: str
    contact_phone: str
    latitude: float | None
    longitude: float | None


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A visit the office asked this person for."""

    id: UUID
    target_id: UUID
    checklists: list[str]
    planned_on: date
    due_on: date
    note: str


class HazardRow(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard that is not closed, for looking at it again or for not reporting it twice. `before_photos` are sha256."""

    id: UUID
    number: str
    title: str
    description: str
    location: str
    item_code: str
    target_id: UUID | None
    state: str
    level: str | None
    found_on: date
    due_on: date | None
    requirement: str
    failed_rounds: int
    before_photos: list[str]


class FieldData(msgspec.Struct, frozen=True, kw_only=True):
    """Rows a phone carries."""

    tasks: list[TaskRow]
    targets: list[TargetRow]
    hazards: list[HazardRow]


class ChangedIds(msgspec.Struct, frozen=True, kw_only=True):
    """What events after a cursor were about. `sequence` is where to go on; `has_more` when the page was full."""

    sequence: int
    has_more: bool
    tasks: set[UUID]
    targets: set[UUID]
    hazards: set[UUID]


def get_park(work: Work) -> ParkSaid:
    """The actor's park."""
    park = work.session.get_one(Park, work.park_id)
    return ParkSaid(
        id=park.id,
        name=park.name,
        office_name=park.office_name,
        office_phone=park.office_phone,
        permission_mode=park.permission_mode,
        fictional=park.fictional,
    )


def read_field_data(work: Work, rulebook: Rulebook) -> FieldData:
    """Everything the actor carries. Four queries."""
    return FieldData(tasks=_tasks(work, None), targets=_targets(work, rulebook, None), hazards=_hazards(work, None))


def read_changed_rows(work: Work, rulebook: Rulebook, changed: ChangedIds) -> FieldData:
    """Those of the changed rows the actor still carries, as they are now."""
    return FieldData(
        tasks=[row for part in _parts(changed.tasks) for row in _tasks(work, part)],
        targets=[row for part in _parts(changed.targets) for row in _targets(work, rulebook, part)],
        hazards=[row for part in _parts(changed.hazards) for row in _hazards(work, part)],
    )


def last_sequence(work: Work) -> int:
    """The number of the park's last event."""
    return work.session.scalar(select(EventHead.sequence).where(EventHead.park_id == work.park_id)) or 0


def last_carried_sequence(work: Work) -> int:
    """The number of the park's last event after which something a phone carries may read otherwise; others leave a bundle as it is."""
    query = select(Event.sequence).where(Event.park_id == work.park_id, Event.subject_kind.in_(CARRIED_KINDS))
    return work.session.scalar(query.order_by(Event.sequence.desc()).limit(1)) or 0


def list_changed_ids(work: Work, after: int, limit: int) -> ChangedIds:
    """What the events after number `after` were about, at most `limit` events at a time."""
    query = select(Event.sequence, Event.subject_kind, Event.subject_id).where(Event.park_id == work.park_id, Event.sequence > after)
    rows = work.session.execute(query.order_by(Event.sequence).limit(limit + 1)).all()
    page = rows[:limit]
    about: dict[str, set[UUID]] = {}
    for row in page:
        about.setdefault(row.subject_kind, set()).add(row.subject_id)
    hazards = set(about.get("hazard", ()))
    hazards |= _ids(work, select(Hazard.id).where(Hazard.park_id == work.park_id), Hazard.order_id, about.get("rectification_order"))
    for model, kind in ((RectificationReply, "rectification_reply"), (Reinspection, "re_inspection")):
        hazards |= _ids(work, select(model.hazard_id).where(model.park_id == work.park_id), model.id, about.get(kind))
    targets = set(about.get("inspection_target", ()))
    own = select(InspectionTarget.id).where(InspectionTarget.park_id == work.park_id)
    targets |= _ids(work, own, InspectionTarget.enterprise_id, about.get("enterprise"))
    return ChangedIds(
        sequence=page[-1].sequence if page else after,
        has_more=len(rows) > limit,
        tasks=about.get("inspection_task", set()),
        targets=targets,
        hazards=hazards,
    )


def _ids(work: Work, query: Select[UUID], column: Any, subjects: Collection[UUID] | None) -> set[UUID]:
    return {found for part in _parts(subjects or ()) for found in work.session.scalars(query.where(column.in_(part)))}


def _parts(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _MOST_PARAMETERS):
        yield ordered[start : start + _MOST_PARAMETERS]


def _tasks(work: Work, ids: list[UUID] | None) -> list[TaskRow]:
    query = (
        select(InspectionTask)
        .join(TaskAssignee, TaskAssignee.task_id == InspectionTask.id)
        .where(
            InspectionTask.park_id == work.park_id,
            InspectionTask.state == TaskState.PLANNED,
            TaskAssignee.account_id == work.actor.id,
        )
        .order_by(InspectionTask.due_on, InspectionTask.id)
    )
    if ids is not None:
        query = query.where(InspectionTask.id.in_(ids))
    return [
        TaskRow(
            id=task.id,
            target_id=task.target_id,
            checklists=task.checklists,
            planned_on=task.planned_on,
            due_on=task.due_on,
            note=task.note,
        )
        for task in work.session.scalars(query)
    ]


def _targets(work: Work, rulebook: Rulebook, ids: list[UUID] | None) -> list[TargetRow]:
    query = (
        select(InspectionTarget, Enterprise)
        .outerjoin(Enterprise, Enterprise.id == InspectionTarget.enterprise_id)
        .where(InspectionTarget.park_id == work.park_id, InspectionTarget.active)
        .order_by(InspectionTarget.name, InspectionTarget.id)
    )
    if ids is not None:
        query = query.where(InspectionTarget.id.in_(ids))
    return [
        _target_row(work, rulebook, target, enterprise)
        for target, enterprise in work.session.execute(query)
        if enterprise is None or enterprise.left_on is None or enterprise.left_on > work.today
    ]


def _target_row(work: Work, rulebook: Rulebook, target: InspectionTarget, enterprise: Enterprise | None) -> TargetRow:
    industry_code = "" if enterprise is None else enterprise.industry_code
    templates = rulebook.at(work.today).checklists.for_target(TargetKind(target.kind), industry_code)
    is_own = target.latitude is not None
    return TargetRow(
        id=target.id,
        kind=target.kind,
        name=target.name,
        short_name="" if enterprise is None or target.kind != TargetKind.ENTERPRISE else enterprise.short_name,
        enterprise_id=target.enterprise_id,
        industry_code=industry_code,
        sectors=[one.sector for one in sectors_of(rulebook, enterprise, work.today).sectors],
        checklists=[one.code for one in templates],
        address=target.address or ("" if enterprise is None else enterprise.address),
        contact_name=target.steward or ("" if enterprise is None else enterprise.safety_officer),
        contact_phone=target.steward_phone or ("" if enterprise is None else enterprise.safety_phone),
        latitude=target.latitude if is_own or enterprise is None else enterprise.latitude,
        longitude=target.longitude if is_own or enterprise is None else enterprise.longitude,
    )


def _hazards(work: Work, ids: list[UUID] | None) -> list[HazardRow]:
    carried = [Hazard.park_id == work.park_id, Hazard.state.not_in(SETTLED)]
    if ids is not None:
        carried.append(Hazard.id.in_(ids))
    before: dict[UUID, list[str]] = {}
    photos = (
        select(PhotoUse.subject_id, PhotoUse.sha256)
        .join(Hazard, Hazard.id == PhotoUse.subject_id)
        .where(*carried, PhotoUse.subject_kind == "hazard", PhotoUse.role == "before")
        .order_by(PhotoUse.ordinal, PhotoUse.id)
    )
    for row in work.session.execute(photos):
        before.setdefault(row.subject_id, []).append(row.sha256)
    return [
        HazardRow(
            id=hazard.id,
            number=hazard.number,
            title=hazard.title,
            description=hazard.description,
            location=hazard.location,
            item_code=hazard.item_code,
            target_id=hazard.target_id,
            state=hazard.state,
            level=hazard.level,
            found_on=hazard.found_on,
            due_on=hazard.due_on,
            requirement=hazard.requirement,
            failed_rounds=hazard.failed_rounds,
            before_photos=before.get(hazard.id, []),
        )
        for hazard in work.session.scalars(select(Hazard).where(*carried).order_by(Hazard.found_on, Hazard.number))
    ]
