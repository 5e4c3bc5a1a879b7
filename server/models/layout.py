"""What lies around the park and must be kept away from: schools, shores, railways, pipelines, stores (布局要素).

Kept by the park with their geometry, where it came from and how exact it is. Nothing is deleted: what no longer stands is retired on a day.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class LayoutObject(Base):
    """Something distances are measured to. `kind` is a value of `rules.layout.LayoutKind`, `geometry` GeoJSON in WGS-84."""

    __tablename__ = "layout_object"
    __table_args__ = (Index("ix_layout_object_park", "park_id", "retired_on", "kind", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[str]
    name: Mapped[str]
    geometry: Mapped[dict[str, Any]]
    source: Mapped[str]
    """Who drew or surveyed it, from what."""
    surveyed_on: Mapped[date]
    accuracy_m: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    """How far its drawn edge may be from the true one."""
    created_on: Mapped[date]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_by_name: Mapped[str]
    retired_on: Mapped[date | None]
    retired_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling
