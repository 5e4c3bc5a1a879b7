"""Who may see a photo?

Staff see the park's photos. An enterprise sees those of hazards it may see, of its own replies and of their re-inspections, and what its
own people uploaded; nobody sees another park's.
"""

from sqlalchemy import and_, or_, select

from rules.terms import Role
from server.errors import NotFound
from server.hazards.access import readable_hazards
from server.identity import STAFF
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.models.photos import Photo, PhotoUse
from server.unit_of_work import Work


def require_readable_photo(work: Work, sha256: str) -> Photo:
    """The photo, when the actor may see it. Raises `NotFound` otherwise."""
    photo = work.session.get(Photo, (work.park_id, sha256))
    if photo is None:
        raise NotFound("这张照片")
    actor = work.actor
    if actor.role in STAFF or (photo.account_id == actor.id):
        return photo
    if actor.role is Role.ENTERPRISE and _is_used_for(work, sha256):
        return photo
    raise NotFound("这张照片")


def _is_used_for(work: Work, sha256: str) -> bool:
    hazards = readable_hazards(work.actor).with_only_columns(Hazard.id)
    replies = select(RectificationReply.id).where(RectificationReply.hazard_id.in_(hazards))
    looks = select(Reinspection.id).where(Reinspection.hazard_id.in_(hazards))
    query = select(PhotoUse.id).where(
        PhotoUse.park_id == work.park_id,
        PhotoUse.sha256 == sha256,
        PhotoUse.role != "signature",
        or_(
            and_(PhotoUse.subject_kind == "hazard", PhotoUse.subject_id.in_(hazards)),
            and_(PhotoUse.subject_kind == "rectification_reply", PhotoUse.subject_id.in_(replies)),
            and_(PhotoUse.subject_kind == "re_inspection", PhotoUse.subject_id.in_(looks)),
        ),
    )
    return work.session.execute(query.limit(1)).first() is not None
