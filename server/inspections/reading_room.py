"""Which inspections are there, which lack something, and when is one filed away?

Lists are read from the reading of each document and from what has arrived since. Nothing here changes a record but filing it away. What
one inspection's page shows is `dossier.py`'s question.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, String, cast, exists, func, not_, select

from rules.terms import HazardState, InspectionState, Role, Term
from server.enterprises.access import readable_targets
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.hazards.access import readable_hazards
from server.identity import STAFF, Actor
from server.inspections.access import readable_inspections
from server.inspections.marks import Mark, in_order, label_of
from server.listing import Page, matches, narrow, paginate
from server.models.accounts import Account
from server.models.documents import Document, Inspection
from server.models.enterprises import InspectionTarget
from server.models.hazards import Hazard
from server.models.photos import Photo, PhotoUse
from server.steps import demand_role
from server.unit_of_work import Work

ARCHIVISTS = frozenset({Role.OFFICE})
NOTE_LENGTH = 500


class InspectionSort(Term):
    """How a list of inspections is ordered."""

    NEWEST = "newest", "新检查的在前"
    RECEIVED = "received", "新收到的在前"
    FAILED = "failed", "不合格多的在前"
    NUMBER = "number", "按编号"


class InspectionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which inspections to list. `search` looks into number, target and inspectors; a period includes both days."""

    search: str = ""
    since: date | None = None
    until: date | None = None
    account_id: UUID | None = None
    """Who filed it."""
    enterprise_id: UUID | None = None
    target_id: UUID | None = None
    mark: str = ""
    has_hazards: bool | None = None
    lacks_photos: bool | None = None
    """True: at least one photo it names has not arrived."""
    lacks_target: bool | None = None
    archived: bool | None = None
    sort: str = InspectionSort.NEWEST
    page: int = 1
    size: int = 20


class InspectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection in a list. `marks` are labels, empty for an enterprise; `hazards` counts those the actor may see."""

    id: UUID
    number: str
    inspected_on: date
    received_at: datetime
    target_id: UUID | None
    target_name: str
    enterprise_id: UUID | None
    inspectors: list[str]
    answered: int
    failed: int
    hazards: int
    photo_count: int
    photos_missing: int
    marks: tuple[str, ...]
    state: InspectionState


_missing_photos = (
    select(func.count(func.distinct(PhotoUse.sha256)))
    .where(
        PhotoUse.document_id == Inspection.id,
        not_(exists().where(Photo.park_id == PhotoUse.park_id, Photo.sha256 == PhotoUse.sha256)),
    )
    .correlate(Inspection)
    .scalar_subquery()
)
_has_unreadable_photo = (
    exists()
    .where(PhotoUse.document_id == Inspection.id, Photo.park_id == PhotoUse.park_id, Photo.sha256 == PhotoUse.sha256)
    .where(Photo.readable.is_(False))
    .correlate(Inspection)
)


def shown_inspections(actor: Actor) -> Select[Inspection]:
    """The inspections whose page the actor may open: staff every one of the park, an enterprise those of itself and its own sites."""
    if actor.role is not Role.ENTERPRISE:
        return readable_inspections(actor)
    mine = readable_targets(actor).with_only_columns(InspectionTarget.id)
    return select(Inspection).where(Inspection.park_id == actor.park_id, Inspection.target_id.in_(mine))


def list_inspections(work: Work, query: InspectionQuery) -> Page[InspectionRow]:
    """One page of the inspections the actor may see. Two queries."""
    hazards = (
        readable_hazards(work.actor)
        .with_only_columns(func.count())
        .where(Hazard.inspection_id == Inspection.id)
        .correlate(Inspection)
        .scalar_subquery()
    )
    rows = (
        shown_inspections(work.actor)
        .add_columns(
            InspectionTarget.enterprise_id,
            InspectionTarget.name,
            hazards.label("hazards"),
            _missing_photos.label("missing"),
            _has_unreadable_photo.label("unreadable"),
        )
        .outerjoin(InspectionTarget, InspectionTarget.id == Inspection.target_id)
    )
    orders: dict[str, tuple[Any, ...]] = {
        InspectionSort.NEWEST: (Inspection.inspected_on.desc(), Inspection.received_at.desc()),
        InspectionSort.RECEIVED: (Inspection.received_at.desc(),),
        InspectionSort.FAILED: (Inspection.failed.desc(), Inspection.inspected_on.desc()),
        InspectionSort.NUMBER: (Inspection.number,),
    }
    ordered = narrow(rows, _filters(work, query)).order_by(*orders.get(query.sort, orders[InspectionSort.NEWEST]), Inspection.id.desc())
    is_staff = work.actor.role in STAFF
    return paginate(work.session, ordered, query.page, query.size).map(lambda found: _row(found, with_marks=is_staff))


def _filters(work: Work, query: InspectionQuery) -> list[ColumnElement[bool] | None]:
    opened = exists(readable_hazards(work.actor).where(Hazard.inspection_id == Inspection.id).correlate(Inspection))
    return [
        matches(query.search, Inspection.number, Inspection.target_name, InspectionTarget.name, cast(Inspection.inspectors, String)),
        None if query.since is None else Inspection.inspected_on >= query.since,
        None if query.until is None else Inspection.inspected_on <= query.until,
        None if query.account_id is None else Inspection.account_id == query.account_id,
        None if query.enterprise_id is None else InspectionTarget.enterprise_id == query.enterprise_id,
        None if query.target_id is None else Inspection.target_id == query.target_id,
        _has_mark(query.mark),
        _either(query.has_hazards, opened),
        _either(query.lacks_photos, _missing_photos > 0),
        _either(query.lacks_target, Inspection.target_id.is_(None)),
        _either(query.archived, Inspection.archived_at.is_not(None)),
    ]


def _either(wanted: bool | None, condition: ColumnElement[bool]) -> ColumnElement[bool] | None:
    return None if wanted is None else condition if wanted else not_(condition)


def _has_mark(mark: str) -> ColumnElement[bool] | None:
    if not mark:
        return None
    # Whether photos are missing changes as they arrive, so these two are looked up and not read from what was stored at filing.
    if mark == Mark.MISSING_PHOTO:
        return _missing_photos > 0
    if mark == Mark.UNREADABLE_PHOTO:
        return _has_unreadable_photo
    return cast(Inspection.marks, String).contains(f'"{mark}"', autoescape=True)


def _row(found: Any, *, with_marks: bool) -> InspectionRow:
    inspection, enterprise_id, target_name, hazards, missing, unreadable = found
    marks = set(inspection.marks) - {Mark.MISSING_PHOTO, Mark.UNREADABLE_PHOTO}
    marks |= {mark.value for mark, holds in ((Mark.MISSING_PHOTO, missing > 0), (Mark.UNREADABLE_PHOTO, unreadable)) if holds}
    return InspectionRow(
        id=inspection.id,
        number=inspection.number,
        inspected_on=inspection.inspected_on,
        received_at=inspection.received_at,
        target_id=inspection.target_id,
        target_name=target_name or inspection.target_name,
        enterprise_id=enterprise_id,
        inspectors=inspection.inspectors,
        answered=inspection.answered,
        failed=inspection.failed,
        hazards=hazards,
        photo_count=inspection.photo_count,
        photos_missing=missing,
        marks=tuple(label_of(code) for code in in_order(marks)) if with_marks else (),
        state=state_of(inspection),
    )


def state_of(inspection: Inspection) -> InspectionState:
    """Where the record of an inspection stands: filed away, signed by both sides, or only sent."""
    if inspection.archived_at is not None:
        return InspectionState.ARCHIVED
    unsigned = {Mark.NO_SIGNATURE.value, Mark.SIGNATURE_REFUSED.value} & set(inspection.marks)
    return InspectionState.RECORDED if unsigned else InspectionState.SIGNED


def get_inspection(work: Work, inspection_id: UUID) -> Inspection:
    """An inspection the actor may see. Raises `NotFound`."""
    inspection = work.session.scalar(shown_inspections(work.actor).where(Inspection.id == inspection_id))
    if inspection is None:
        raise NotFound("这份检查记录")
    return inspection


def get_original(work: Work, inspection_id: UUID) -> Document:
    """The document an inspection was read from, whole, as it was kept. Raises `NotFound`."""
    return work.session.get_one(Document, get_inspection(work, inspection_id).id)


def archive_inspection(work: Work, inspection_id: UUID, note: str) -> Inspection:
    """File an inspection away (workflow facts §6.1). Raises `NotAllowed`, `NotFound`, `StateConflict`, `InvalidInput`.

    Its target must be known and every hazard of it graded or void. What the record lacks (a signature, a photo) does not stand in the way
    for ever, but then the note must say what is known about it.
    """
    demand_role(work.actor, ARCHIVISTS, "检查记录归档")
    inspection = get_inspection(work, inspection_id)
    if inspection.archived_at is not None:
        raise StateConflict("这份检查记录已经归档。", reason="archived")
    if inspection.target_id is None:
        raise StateConflict("请先认定检查对象，再归档。", reason="unknown_target")
    ungraded = work.session.scalar(
        select(func.count()).select_from(Hazard).where(Hazard.inspection_id == inspection.id, Hazard.state == HazardState.FOUND)
    )
    if ungraded:
        raise StateConflict(f"还有 {ungraded} 项隐患没有定级或作废，办完再归档。", reason="ungraded")
    missing = work.session.scalar(select(_missing_photos).select_from(Inspection).where(Inspection.id == inspection.id)) or 0
    lacks = [words for words, holds in (("照片没收齐", missing > 0), ("缺少签字", Mark.NO_SIGNATURE in inspection.marks)) if holds]
    note = note.strip()
    if lacks and not note:
        raise InvalidInput([FieldError("note", f"{'、'.join(lacks)}，归档要写明情况")])
    if len(note) > NOTE_LENGTH:
        raise InvalidInput([FieldError("note", f"说明请不超过 {NOTE_LENGTH} 字")])
    inspection.archived_at = work.now
    work.session.flush()
    work.record("inspection", inspection.id, "inspection:archived", note=note)
    return inspection


def list_filers(work: Work) -> list[tuple[UUID, str]]:
    """Who filed inspections of the park, by name, for choosing from."""
    filed = readable_inspections(work.actor).with_only_columns(Inspection.account_id)
    rows = work.session.execute(select(Account.id, Account.name).where(Account.id.in_(filed)).order_by(Account.name))
    return [(row.id, row.name) for row in rows]
