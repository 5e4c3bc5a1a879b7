"""Parks are tenants: everything else belongs to exactly one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rules.terms import PermissionMode
from server.models.base import Base


class Park(Base):
    """An industrial park and its safety office."""

    __tablename__ = "park"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    office_name: Mapped[str]
    """The office that signs papers, as printed."""
    document_prefix: Mapped[str]
    """What stands before the kind in a document number, e.g. 醴经开安办."""
    permission_mode: Mapped[str] = mapped_column(default=PermissionMode.NOT_ENTRUSTED.value)
    """A value of `rules.terms.PermissionMode`: a (not entrusted, the default), b (entrusted in writing) or c (joint inspection)."""
    office_phone: Mapped[str] = mapped_column(default="")
    fictional: Mapped[bool] = mapped_column(default=False)
    """True for demonstration parks: pages and papers then say 虚构."""
    created_at: Mapped[datetime]


class Zone(Base):
    """A part of the park (片区) with its plots; the outline is GeoJSON in WGS-84."""

    __tablename__ = "zone"
    __table_args__ = (UniqueConstraint("park_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    name: Mapped[str]
    outline: Mapped[dict[str, Any] | None]


class Grid(Base):
    """A safety grid (网格) and the officer who walks it."""

    __tablename__ = "grid"
    __table_args__ = (UniqueConstraint("park_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zone.id"))
    name: Mapped[str]
    officer_name: Mapped[str] = mapped_column(default="")
    officer_phone: Mapped[str] = mapped_column(default="")
