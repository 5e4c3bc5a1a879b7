"""What was put right before the inspectors left (当场整改): was it shown, who looked at it, and what is to be done next?

A phone's document closes such a hazard by naming photos before and after; they may never arrive, or not open, and the phone's clock may be
wild. The office therefore looks at each: it finds it in order, or takes the hazard back to be graded, and says why. What could not be
closed (a photo missing from the document, facts of a major hazard open) waits for grading like any other finding.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, not_, or_, select

from rules.terms import ClosureKind, HazardAction, HazardState, Term
from server.errors import StateConflict
from server.hazards.access import readable_hazards
from server.hazards.schemas import PhotoView
from server.hazards.service import level_of, lock_hazard
from server.inspections.marks import Mark
from server.listing import Page, paginate
from server.models.documents import Inspection
from server.models.enterprises import Enterprise
from server.models.hazards import Hazard
from server.models.photos import Photo, PhotoUse
from server.photo_uses import list_photo_views
from server.steps import hazard_step
from server.unit_of_work import Work


class SpotQueue(Term):
    """What was said to be put right on the spot, each in one of these lists; what was found to be no hazard is in none."""

    DOUBTFUL = "doubtful", "凭据不足，要核对"
    SOUND = "sound", "照片齐全，待核对"
    NOT_CLOSED = "not_closed", "没能当场销号"
    CHECKED = "checked", "已核对"
    ORDINARY = "ordinary", "走了一般程序"


class Doubt(Term):
    """Why the photos of a hazard do not show that it was put right."""

    NO_BEFORE = "no_before", "记录里没有整改前照片"
    NO_AFTER = "no_after", "记录里没有整改后照片"
    BEFORE_MISSING = "before_missing", "整改前照片还没收到"
    AFTER_MISSING = "after_missing", "整改后照片还没收到"
    BEFORE_UNREADABLE = "before_unreadable", "整改前照片打不开"
    AFTER_UNREADABLE = "after_unreadable", "整改后照片打不开"
    CLOCK = "clock", "手机时间不可信"


class SpotRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing put right on the spot, with its photos and what is doubtful about it."""

    id: UUID
    number: str
    title: str
    location: str
    state: str
    measure: str
    enterprise_name: str
    inspection_id: UUID | None
    inspection_number: str
    inspectors: tuple[str, ...]
    found_by: str
    found_at: datetime
    checked_at: datetime | None
    before: tuple[PhotoView, ...]
    after: tuple[PhotoView, ...]
    doubts: tuple[Doubt, ...]


def list_on_the_spot(work: Work, queue: SpotQueue, page: int = 1, size: int = 10) -> Page[SpotRow]:
    """One page of a list, the latest first. Three queries."""
    query = (
        _of(work, queue)
        .add_columns(Enterprise.name, Inspection.number, Inspection.inspectors, Inspection.marks)
        .outerjoin(Enterprise, Enterprise.id == Hazard.enterprise_id)
        .outerjoin(Inspection, Inspection.id == Hazard.inspection_id)
        .order_by(Hazard.found_at.desc(), Hazard.id.desc())
    )
    found = paginate(work.session, query, page, size)
    photos = list_photo_views(work.session, work.park_id, {row[0].id for row in found.items})
    return found.map(lambda row: _row(row, photos.get(row[0].id, ())))


def count_on_the_spot(work: Work) -> dict[SpotQueue, int]:
    """How many each list has. One query."""
    counted = (func.count().filter(condition(queue)).label(queue.value) for queue in SpotQueue)
    row = work.session.execute(readable_hazards(work.actor).with_only_columns(*counted)).one()
    return {queue: getattr(row, queue.value) for queue in SpotQueue}


def count_doubtful(work: Work) -> int:
    """How many the list of doubtful ones has."""
    query = _of(work, SpotQueue.DOUBTFUL).with_only_columns(func.count())
    return work.session.scalar(query) or 0


def condition(queue: SpotQueue) -> ColumnElement[bool]:
    """What a hazard of the list fulfils."""
    closed = and_(Hazard.state == HazardState.CLOSED, Hazard.closure_kind == ClosureKind.ON_THE_SPOT)
    waits = and_(closed, Hazard.spot_checked_at.is_(None))
    return and_(
        Hazard.spot_measure.is_not(None),
        {
            SpotQueue.DOUBTFUL: and_(waits, _is_doubtful()),
            SpotQueue.SOUND: and_(waits, not_(_is_doubtful())),
            SpotQueue.NOT_CLOSED: Hazard.state == HazardState.FOUND,
            SpotQueue.CHECKED: and_(closed, Hazard.spot_checked_at.is_not(None)),
            SpotQueue.ORDINARY: and_(
                Hazard.state.not_in([HazardState.FOUND, HazardState.VOID]), or_(not_(closed), Hazard.closure_kind.is_(None))
            ),
        }[queue],
    )


def check_on_the_spot(work: Work, hazard_id: UUID, note: str, *, version: int | None = None) -> Hazard:
    """The office finds it in order: by its photos, or by a note of how else it knows.

    Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `ChangedMeanwhile`, `NotFound`.
    """
    hazard = lock_hazard(work, hazard_id, version=version)
    if hazard.spot_checked_at is not None:
        raise StateConflict("这项当场整改已经核对过了。", reason="checked", state=hazard.state)
    is_doubtful = bool(work.session.scalar(select(func.count()).select_from(Hazard).where(Hazard.id == hazard_id, _is_doubtful())))
    given = {*_closed_on_the_spot(hazard), *(["spot_photos_or_reason"] if note.strip() or not is_doubtful else [])}
    hazard_step(HazardState(hazard.state), HazardAction.CHECK_ON_THE_SPOT, work.actor.role, level_of(hazard), given)
    hazard.spot_checked_at = work.now
    work.session.flush()
    work.record("hazard", hazard.id, "hazard:checked_on_the_spot", note=note.strip(), doubtful=is_doubtful)
    return hazard


def take_back(work: Work, hazard_id: UUID, reason: str, *, version: int | None = None) -> Hazard:
    """The office does not take it as put right: it is a finding again, to be graded and ordered like any other.

    Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `ChangedMeanwhile`, `NotFound`.
    """
    hazard = lock_hazard(work, hazard_id, version=version)
    given = {*_closed_on_the_spot(hazard), *(["reason"] if reason.strip() else [])}
    transition = hazard_step(HazardState(hazard.state), HazardAction.TAKE_BACK, work.actor.role, level_of(hazard), given)
    undone = {"closed_on": hazard.closed_on, "closure_kind": hazard.closure_kind, "level": hazard.level}
    hazard.state = transition.to_state
    # It was nobody's grading, only what may be closed on the spot: the office grades it now, and only an order sets a deadline.
    hazard.level = hazard.closure_kind = hazard.closed_by = hazard.spot_checked_at = None
    hazard.original_due_on = hazard.due_on = hazard.accepted_on = hazard.verified_on = hazard.closed_on = None
    work.session.flush()
    work.record("hazard", hazard.id, "hazard:taken_back", reason=reason.strip(), **undone)
    return hazard


def _closed_on_the_spot(hazard: Hazard) -> list[str]:
    return ["closed_on_the_spot"] if hazard.closure_kind == ClosureKind.ON_THE_SPOT else []


def _of(work: Work, queue: SpotQueue) -> Select[Hazard]:
    return readable_hazards(work.actor).where(condition(queue))


def _is_doubtful() -> ColumnElement[bool]:
    """A side without a photo that arrived and opens, or a check whose day cannot be believed."""
    marked = cast(Inspection.marks, String).contains(f'"{Mark.CLOCK_WILD.value}"')
    wild = exists().where(Inspection.id == Hazard.inspection_id, marked).correlate(Hazard)
    return or_(not_(_is_shown("before")), not_(_is_shown("after")), wild)


def _is_shown(role: str) -> ColumnElement[bool]:
    is_it = and_(Photo.park_id == PhotoUse.park_id, Photo.sha256 == PhotoUse.sha256, Photo.readable.is_not(False))
    return exists().where(PhotoUse.subject_id == Hazard.id, PhotoUse.role == role, is_it).correlate(Hazard)


def _row(found: tuple[Hazard, str | None, str | None, list[str] | None, list[str] | None], photos: tuple[PhotoView, ...]) -> SpotRow:
    hazard, enterprise_name, inspection_number, inspectors, marks = found
    before = tuple(one for one in photos if one.role == "before")
    after = tuple(one for one in photos if one.role == "after")
    clock = [Doubt.CLOCK] if Mark.CLOCK_WILD in (marks or []) else []
    return SpotRow(
        id=hazard.id,
        number=hazard.number,
        title=hazard.title,
        location=hazard.location,
        state=hazard.state,
        measure=hazard.spot_measure or "",
        enterprise_name=enterprise_name or "",
        inspection_id=hazard.inspection_id,
        inspection_number=inspection_number or "",
        inspectors=tuple(inspectors or ()),
        found_by=hazard.found_by_name,
        found_at=hazard.found_at,
        checked_at=hazard.spot_checked_at,
        before=before,
        after=after,
        doubts=(
            *_doubts(before, Doubt.NO_BEFORE, Doubt.BEFORE_MISSING, Doubt.BEFORE_UNREADABLE),
            *_doubts(after, Doubt.NO_AFTER, Doubt.AFTER_MISSING, Doubt.AFTER_UNREADABLE),
            *clock,
        ),
    )


def _doubts(photos: tuple[PhotoView, ...], none: Doubt, missing: Doubt, unreadable: Doubt) -> list[Doubt]:
    """What is wrong with the photos of one side; nothing as soon as one of them arrived and opens."""
    if any(one.stored and one.readable is not False for one in photos):
        return []
    if not photos:
        return [none]
    return [*([missing] if any(not one.stored for one in photos) else []), *([unreadable] if any(one.stored for one in photos) else [])]
