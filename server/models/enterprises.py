"""What is inspected: enterprises, sites, public facilities and construction sites.

Every inspection target has a row in `inspection_target`; an enterprise's own row shares its id, so an inspection or a hazard needs one
foreign key whatever it is about.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class Enterprise(Base):
    """An enterprise of the park. `credit_code` is the 统一社会信用代码, `industry_code` GB/T 4754-2017."""

    __tablename__ = "enterprise"
    __table_args__ = (UniqueConstraint("park_id", "credit_code"), Index("ix_enterprise_park_name", "park_id", "name"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    credit_code: Mapped[str]
    industry_code: Mapped[str] = mapped_column(default="")
    sectors: Mapped[list[str]]
    """监管行业 tags as confirmed by the office (values of `rules.terms.SupervisionSector`); empty means derived from the code."""
    risks: Mapped[list[str]]
    """Standing risks that decide which criteria apply: dust_explosion, ammonia_refrigeration, confined_space, metal_smelting ..."""
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zone.id"), index=True)
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grid.id"), index=True)
    address: Mapped[str] = mapped_column(default="")
    staff_count: Mapped[int | None]
    legal_representative: Mapped[str] = mapped_column(default="")
    principal_officer: Mapped[str] = mapped_column(default="")
    principal_phone: Mapped[str] = mapped_column(default="")
    safety_officer: Mapped[str] = mapped_column(default="")
    safety_phone: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    left_on: Mapped[date | None]
    """The day the enterprise left the park; its records stay."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class InspectionTarget(Base):
    """Anything that can be inspected. For kind enterprise the id is the enterprise's own."""

    __tablename__ = "inspection_target"
    __table_args__ = (Index("ix_inspection_target_park_kind", "park_id", "kind", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[str]
    name: Mapped[str]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    """Who must rectify what is found there; absent for public facilities kept by the park."""
    steward: Mapped[str] = mapped_column(default="")
    """管护单位 of a public facility, or the contractor of a construction site."""
    steward_phone: Mapped[str] = mapped_column(default="")
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zone.id"))
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grid.id"))
    address: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    details: Mapped[dict[str, Any]]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
