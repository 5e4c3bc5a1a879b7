"""Who did what, to what, when, from which device: append-only, hash-chained per park.

`sequence` counts within a park and is given out while the park's head row is held until commit, so a reader who has seen number n can
never be surprised by a smaller one later: the phones' change cursor rests on that.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, BigInt


class Event(Base):
    """One change. `content` is the canonical JSON that was hashed; the other columns repeat parts of it for searching."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "park_id", "subject_kind", "subject_id", "sequence"),)

    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    action: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    device_id: Mapped[UUID | None]
    at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    previous_hash: Mapped[str]
    hash: Mapped[str]


class EventHead(Base):
    """The last link of a park's chain; locked while a change is being written."""

    __tablename__ = "event_head"

    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInt)
    hash: Mapped[str]


class Deployment(Base):
    """Facts about this installation, by name: `epoch` changes after a restore and tells phones to offer again."""

    __tablename__ = "deployment"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
