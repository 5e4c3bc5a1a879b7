"""The record: what a phone submitted, whole and unchanged, and what we read out of it.

`Document` is the truth. `Inspection` is a reading of it that can be made again; a document under an id already taken is kept aside.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class Document(Base):
    """A submitted document: canonical bytes, their sha256, who sent it from where, and the server's time."""

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_park_received", "park_id", "received_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Made by the phone."""
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[str]
    """inspection or re_inspection."""
    sha256: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))
    received_at: Mapped[datetime]


class SetAsideDocument(Base):
    """A document that could not become the record: other content under a taken id, or bytes nobody could read. Kept for the office."""

    __tablename__ = "set_aside_document"
    __table_args__ = (UniqueConstraint("park_id", "document_id", "sha256"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    document_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    reason: Mapped[str]
    """conflict or unreadable."""
    detail: Mapped[str]
    sha256: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))
    received_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]
    looked_at_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str] = mapped_column(default="")


class InspectionTask(Base):
    """A visit the office asked for: what, whom with, until when."""

    __tablename__ = "inspection_task"
    __table_args__ = (Index("ix_inspection_task_park_due", "park_id", "state", "due_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_target.id"), index=True)
    checklists: Mapped[list[str]]
    planned_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str]
    """planned, done or cancelled."""
    note: Mapped[str] = mapped_column(default="")
    cancel_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))


class TaskAssignee(Base):
    """Who goes."""

    __tablename__ = "task_assignee"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_task.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)


class Inspection(Base):
    """What we read out of an inspection document. Shares the document's id."""

    __tablename__ = "inspection"
    __table_args__ = (
        Index("ix_inspection_park_day", "park_id", "inspected_on"),
        Index("ix_inspection_target_day", "target_id", "inspected_on"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    number: Mapped[str]
    """Printed number, e.g. JC-2026-0147, counted per park and year."""
    target_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection_target.id"))
    """Absent when the document names a target we do not know; the office then assigns one."""
    target_name: Mapped[str]
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection_task.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    inspectors: Mapped[list[str]]
    """Names as written in the document."""
    checklists: Mapped[list[Any]]
    inspected_on: Mapped[date]
    """The day in the park: the phone's, or the server's when the phone's clock cannot be believed."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    answered: Mapped[int]
    passed: Mapped[int]
    failed: Mapped[int]
    not_applicable: Mapped[int]
    photo_count: Mapped[int]
    marks: Mapped[list[str]]
    """What is odd about the document (values of `server.inspections.marks.Mark`); shown to the office, never a reason to refuse."""
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    archived_at: Mapped[datetime | None]
