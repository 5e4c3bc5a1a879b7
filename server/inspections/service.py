"""Use cases of checks in the field: file an inspection, file a re-inspection.

Both keep the document first and read it second, in one transaction with everything that follows from it. The same content again, also at
the same instant, gives the same receipt; other content under the same id is kept aside beside the first.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, insert, select, update

from rules.rulebook import Rulebook
from rules.terms import ReinspectionResult
from server.errors import NotFound
from server.hazards.opening import FoundBy, OpenedHazard, Place, open_hazards
from server.ids import new_id
from server.inspections.decoding import Submission
from server.inspections.documents import DocumentType, SetAsideReason, get_kept, keep_document, set_aside
from server.inspections.field_values import clean
from server.inspections.marks import FAR_METRES, Mark, in_order
from server.inspections.reading import InspectionReading, PhotoPlaced, Reading
from server.inspections.receipts import MARKS_WITHOUT_READING, get_receipt, make_receipt
from server.inspections.schemas import HazardFiled, InspectionDocument, Receipt, ReinspectionDocument
from server.models.base import table_of
from server.models.documents import Inspection, InspectionTask
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.photos import PhotoUse
from server.numbering import take_number, year_number
from server.photos.service import find_states
from server.prepared import Prepared, PreparedAmong
from server.rectification.service import apply_reinspection
from server.unit_of_work import Work

INSPECTION_PREFIX = "JC"
TASK_PLANNED, TASK_DONE = "planned", "done"
_BELIEVED_ACCURACY_M = 300.0
"""A fix that claims to be worse than this excuses no more distance than this."""

_inspection = table_of(Inspection)
_task = table_of(InspectionTask)
_target = table_of(InspectionTarget)
_enterprise = table_of(Enterprise)
_use = table_of(PhotoUse)
_insert_inspection = Prepared(lambda _: insert(_inspection), writes=_inspection.c.keys())
_insert_use = Prepared(lambda _: insert(_use), writes=_use.c.keys())
_target_columns = (
    _target.c.id,
    _target.c.name,
    _target.c.enterprise_id,
    _target.c.latitude,
    _target.c.longitude,
    _enterprise.c.latitude.label("enterprise_latitude"),
    _enterprise.c.longitude.label("enterprise_longitude"),
)
_select_target = Prepared(
    lambda _: (
        select(*_target_columns)
        .join_from(_target, _enterprise, _enterprise.c.id == _target.c.enterprise_id, isouter=True)
        .where(_target.c.id == bindparam("target"), _target.c.park_id == bindparam("park"))
    ),
    returns=_target_columns,
)
_select_used = PreparedAmong(
    lambda digests: select(_use.c.sha256).where(_use.c.park_id == bindparam("park"), _use.c.sha256.in_(digests)).distinct(),
    returns=[_use.c.sha256],
)
_is_sought = (_task.c.id == bindparam("task"), _task.c.park_id == bindparam("park"), _task.c.target_id == bindparam("target"))
_finish_task = Prepared(lambda _: update(_task).where(*_is_sought, _task.c.state == TASK_PLANNED).values(state=TASK_DONE))
_select_task = Prepared(lambda _: select(_task.c.id).where(*_is_sought), returns=[_task.c.id])


class Filing(msgspec.Struct, frozen=True):
    """What became of a submission: recorded now, or repeated, or in conflict with the recorded one (whose receipt this then is).

    `receipt` is None when the id belongs to a record the actor may know nothing of.
    """

    is_new: bool
    is_conflict: bool
    recorded_sha256: str
    receipt: Receipt | None


def file_inspection(
    work: Work,
    rulebook: Rulebook,
    epoch: str,
    document_id: UUID,
    submission: Submission[InspectionDocument],
    reading: InspectionReading,
) -> Filing:
    """Record an inspection with its hazards, photos and events; or say what was recorded under its id before."""
    if not keep_document(work, document_id, DocumentType.INSPECTION, submission):
        return _settle_taken_id(work, epoch, document_id, DocumentType.INSPECTION, submission)
    marks = set(reading.marks)
    if submission.has_odd_fields:
        marks.add(Mark.UNREADABLE_FIELD)
    place, name = _find_place(work, reading, marks)
    task_id = _finish_planned_task(work, reading, place, marks)
    digests = {photo.sha256 for photo in reading.photos}
    reused = _find_reused(work, digests, marks)
    number = _take_inspection_number(work)
    row = _inspection_row(work, document_id, reading, place, name, task_id)
    row |= {"number": number, "marks": in_order(marks)}
    _insert_inspection.run(work.connection, row)
    opened = _open_hazards(work, rulebook, document_id, reading, place, reused)
    if any(one.id != one.finding_id for one in opened):
        marks.add(Mark.DUPLICATE_FINDING_ID)
        work.connection.execute(update(_inspection).where(_inspection.c.id == document_id).values(marks=in_order(marks)))
    _use_photos(work, document_id, "inspection", reading.photos, {one.finding_id: one.id for one in opened})
    work.record(
        "inspection",
        document_id,
        "inspection:filed",
        number=number,
        document_sha256=submission.sha256,
        target_id=place.target_id,
        target_name=name,
        failed=reading.failed,
        hazards=len(opened),
        photos=len(digests),
        marks=in_order(marks),
    )
    receipt = make_receipt(
        document_id=document_id,
        kind=DocumentType.INSPECTION.value,
        number=number,
        document_sha256=submission.sha256,
        received_at=work.now,
        epoch=epoch,
        photos=find_states(work.connection, work.park_id, digests).values(),
        marks=marks,
        hazards=[HazardFiled(one.id, one.number, one.state.value) for one in opened],
    )
    return Filing(True, False, submission.sha256, receipt)


def file_reinspection(
    work: Work,
    rulebook: Rulebook,
    epoch: str,
    document_id: UUID,
    submission: Submission[ReinspectionDocument],
    reading: Reading,
    hazard_id: UUID,
    result: ReinspectionResult,
) -> Filing:
    """Record a re-inspection and let it move the hazard when its state allows that; otherwise it is kept, marked, and moves nothing."""
    if not keep_document(work, document_id, DocumentType.RE_INSPECTION, submission):
        return _settle_taken_id(work, epoch, document_id, DocumentType.RE_INSPECTION, submission)
    # A second inspector missing is the re-inspection's own mark, with what follows from it.
    marks = set(reading.marks) - {Mark.SINGLE_INSPECTOR, Mark.NO_INSPECTOR}
    if submission.has_odd_fields:
        marks.add(Mark.UNREADABLE_FIELD)
    _find_reused(work, {photo.sha256 for photo in reading.photos}, marks)
    _use_photos(work, document_id, "re_inspection", reading.photos, {})
    document = submission.document
    try:
        apply_reinspection(
            work,
            rulebook,
            reinspection_id=document_id,
            hazard_id=hazard_id,
            result=result,
            reason=clean(document.reason),
            inspectors=reading.inspectors,
            inspected_at=reading.times.at,
            inspected_on=reading.times.day,
            document_id=document_id,
            marks=in_order(marks),
            expert_opinion=clean(document.expert_opinion),
            photo_count=len({photo.sha256 for photo in reading.photos if photo.role == "after"}),
        )
    except NotFound:
        reason = SetAsideReason.UNKNOWN_HAZARD
        set_aside(work, document_id, DocumentType.RE_INSPECTION, reason, submission.body, f"隐患 {hazard_id} 不在册")
        work.record("re_inspection", document_id, "re_inspection:filed", hazard_id=hazard_id, marks=MARKS_WITHOUT_READING)
    work.session.flush()
    return Filing(True, False, submission.sha256, get_receipt(work, epoch, document_id))


def _settle_taken_id(work: Work, epoch: str, document_id: UUID, kind: DocumentType, submission: Submission[Any]) -> Filing:
    kept = get_kept(work, document_id)
    is_own = kept.park_id == work.park_id
    if is_own and kept.kind == kind and kept.sha256 == submission.sha256:
        return Filing(False, False, kept.sha256, get_receipt(work, epoch, document_id))
    set_aside(work, document_id, kind, SetAsideReason.CONFLICT, submission.body, "同一编号先前已收到另一份内容")
    if not is_own:
        return Filing(False, True, "", None)
    return Filing(False, True, kept.sha256, get_receipt(work, epoch, document_id))


def _find_place(work: Work, reading: InspectionReading, marks: set[Mark]) -> tuple[Place, str]:
    """The target as registered in the park, with its name; marks an unknown one and a position far from it."""
    row = None
    if reading.target_id is not None:
        row = _select_target.fetch_one(work.connection, {"target": reading.target_id, "park": work.park_id})
    if row is None:
        marks.add(Mark.UNKNOWN_TARGET)
        return Place(), reading.target_name
    latitude = row.enterprise_latitude if row.latitude is None else row.latitude
    longitude = row.enterprise_longitude if row.longitude is None else row.longitude
    fix = reading.position
    if fix.latitude is not None and latitude is not None and longitude is not None:
        allowed = float(FAR_METRES) + min(fix.accuracy_m or 0.0, _BELIEVED_ACCURACY_M)
        if fix.metres_to(latitude, longitude) > allowed:
            marks.add(Mark.FAR_POSITION)
    return Place(target_id=row.id, enterprise_id=row.enterprise_id), row.name


def _finish_planned_task(work: Work, reading: InspectionReading, place: Place, marks: set[Mark]) -> UUID | None:
    """The task this inspection was made for, done by it when it was still open; None and a mark when it is not this target's."""
    if not reading.names_task:
        return None
    if reading.task_id is not None and place.target_id is not None:
        sought = {"task": reading.task_id, "park": work.park_id, "target": place.target_id}
        if _finish_task.run(work.connection, sought):
            work.record("inspection_task", reading.task_id, "inspection_task:done")
            return reading.task_id
        if _select_task.fetch_one(work.connection, sought) is not None:
            return reading.task_id
    marks.add(Mark.UNKNOWN_TASK)
    return None


def _find_reused(work: Work, digests: Collection[str], marks: set[Mark]) -> frozenset[str]:
    """The photos already used elsewhere in the park, marked: evidence shows one place once."""
    used = frozenset(row.sha256 for row in _select_used.fetch_all(work.connection, digests, {"park": work.park_id}))
    if used:
        marks.add(Mark.PHOTO_REUSED)
    return used


def _take_inspection_number(work: Work) -> str:
    year = work.today.year
    return year_number(INSPECTION_PREFIX, year, take_number(work.connection, work.park_id, "inspection", year))


def _inspection_row(
    work: Work, document_id: UUID, reading: InspectionReading, place: Place, name: str, task_id: UUID | None
) -> dict[str, Any]:
    times, fix = reading.times, reading.position
    return {
        "id": document_id,
        "park_id": work.park_id,
        "target_id": place.target_id,
        "target_name": name,
        "task_id": task_id,
        "account_id": work.actor.id,
        "inspectors": reading.inspectors,
        "checklists": reading.checklists,
        "inspected_on": times.day,
        "started_at": times.started_at,
        "finished_at": times.finished_at,
        "received_at": work.now,
        "answered": reading.answered,
        "passed": reading.passed,
        "failed": reading.failed,
        "not_applicable": reading.not_applicable,
        "photo_count": len({photo.sha256 for photo in reading.photos if photo.role != "signature"}),
        "latitude": fix.latitude,
        "longitude": fix.longitude,
        "accuracy_m": fix.accuracy_m,
        "archived_at": None,
    }


def _open_hazards(
    work: Work, rulebook: Rulebook, document_id: UUID, reading: InspectionReading, place: Place, reused: frozenset[str]
) -> list[OpenedHazard]:
    occasion = FoundBy(found_on=reading.times.day, found_at=reading.times.at, inspection_id=document_id)
    return open_hazards(work, rulebook, place, occasion, reading.findings, reused)


def _use_photos(work: Work, document_id: UUID, kind: str, photos: Sequence[PhotoPlaced], hazard_of: dict[UUID, UUID]) -> None:
    """Write down where each photo belongs: at the inspection, or at the hazard its finding became."""
    if not photos:
        return
    rows = [
        {
            "id": new_id(),
            "park_id": work.park_id,
            "sha256": photo.sha256,
            "subject_kind": kind if photo.finding_id is None else "hazard",
            "subject_id": document_id if photo.finding_id is None else hazard_of[photo.finding_id],
            "document_id": document_id,
            "role": photo.role,
            "ordinal": photo.ordinal,
            "caption": photo.caption,
            "source": photo.source,
            "taken_at": photo.taken_at,
            "latitude": photo.latitude,
            "longitude": photo.longitude,
            "accuracy_m": photo.accuracy_m,
        }
        for photo in photos
    ]
    _insert_use.run_many(work.connection, rows)
