"""Photos are evidence: the original is known by its sha256; where it is used is said beside it.

A use may name a photo that has not arrived yet: that is how a receipt knows what is missing.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, BigInt


class Photo(Base):
    """An original that is stored, fsynced and verified. `readable` is None until somebody tried to decode all of it."""

    __tablename__ = "photo"

    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInt)
    media_type: Mapped[str]
    """What the bytes are, by looking at them: image/jpeg, image/png, image/webp, image/heic, or application/octet-stream."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    readable: Mapped[bool | None]
    problem: Mapped[str] = mapped_column(default="")
    """Why it cannot be shown, in Chinese; empty when it can."""
    taken_at: Mapped[datetime | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    camera: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))


class PhotoUse(Base):
    """Where a photo belongs: (subject, role, ordinal) is the identity, not the content, so one photo may be used twice."""

    __tablename__ = "photo_use"
    __table_args__ = (
        Index("ix_photo_use_subject", "subject_id", "role", "ordinal"),
        Index("ix_photo_use_photo", "park_id", "sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    sha256: Mapped[str]
    subject_kind: Mapped[str]
    """inspection, hazard, rectification_reply or re_inspection."""
    subject_id: Mapped[UUID]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"), index=True)
    """The document whose receipt must list this photo."""
    role: Mapped[str]
    """scene, before, after or signature."""
    ordinal: Mapped[int]
    caption: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    """camera, gallery, or empty when the phone did not say."""
    taken_at: Mapped[datetime | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy_m: Mapped[float | None]
