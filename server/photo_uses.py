"""Where is a photo used, and has it arrived?

A use says subject, role and place in the row; the original is known by its sha256 alone. In the office and at the enterprise's desk a photo
is stored before anything refers to it, so a use of one that is not there is refused; a phone's may still be on its way.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from server.errors import FieldError, InvalidInput
from server.hazards.schemas import NewPhoto, PhotoView
from server.ids import new_id
from server.models.photos import Photo, PhotoUse
from server.unit_of_work import Work


def use_photos(work: Work, photos: Sequence[NewPhoto], *, subject_kind: str, subject_id: UUID, role: str) -> None:
    """Write down that stored photos belong to a subject, in this order. Raises `InvalidInput` when one is not stored."""
    if not photos:
        return
    digests = {photo.sha256 for photo in photos}
    stored = set(work.session.scalars(select(Photo.sha256).where(Photo.park_id == work.park_id, Photo.sha256.in_(digests))))
    if stored != digests:
        raise InvalidInput([FieldError("photos", f"有 {len(digests - stored)} 张照片没有存好，请重新选择照片再提交")])
    for ordinal, photo in enumerate(photos, start=1):
        work.session.add(
            PhotoUse(
                id=new_id(),
                park_id=work.park_id,
                sha256=photo.sha256,
                subject_kind=subject_kind,
                subject_id=subject_id,
                role=role,
                ordinal=ordinal,
                caption=photo.caption.strip(),
                source=photo.source,
                taken_at=photo.taken_at,
            )
        )
    work.session.flush()


def list_photo_views(session: Session, park_id: UUID, subject_ids: Collection[UUID]) -> dict[UUID, tuple[PhotoView, ...]]:
    """The photos of each subject, in order. One query; signatures are left out, they are no view of the place."""
    if not subject_ids:
        return {}
    query = (
        select(PhotoUse, Photo.taken_at, Photo.latitude, Photo.longitude, Photo.readable, Photo.problem, Photo.sha256.label("stored"))
        .outerjoin(Photo, and_(Photo.park_id == PhotoUse.park_id, Photo.sha256 == PhotoUse.sha256))
        .where(PhotoUse.park_id == park_id, PhotoUse.subject_id.in_(subject_ids), PhotoUse.role != "signature")
        .order_by(PhotoUse.role, PhotoUse.ordinal, PhotoUse.id)
    )
    views: dict[UUID, list[PhotoView]] = {}
    for use, taken_at, latitude, longitude, readable, problem, stored in session.execute(query):
        views.setdefault(use.subject_id, []).append(
            PhotoView(
                sha256=use.sha256,
                subject_id=use.subject_id,
                role=use.role,
                caption=use.caption,
                source=use.source,
                taken_at=use.taken_at or taken_at,
                latitude=latitude if use.latitude is None else use.latitude,
                longitude=longitude if use.longitude is None else use.longitude,
                accuracy_m=use.accuracy_m,
                stored=stored is not None,
                readable=readable,
                problem=problem or "",
            )
        )
    return {subject: tuple(photos) for subject, photos in views.items()}
