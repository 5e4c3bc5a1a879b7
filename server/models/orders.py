"""Orders to rectify, and papers that were issued: once issued, frozen.

An issued paper keeps the values it was drawn from and their sha256, so the same paper can be drawn again in ten years and shown to be
the same.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class RectificationOrder(Base):
    """One 隐患整改通知书 (mode A) or 责令限期整改指令书 (modes B, C): several hazards of one target, a deadline each."""

    __tablename__ = "rectification_order"
    __table_args__ = (
        UniqueConstraint("park_id", "kind", "number_year", "number_sequence"),
        Index("ix_rectification_order_park_state", "park_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[str]
    state: Mapped[str]
    target_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_target.id"), index=True)
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    document_number: Mapped[str | None]
    number_year: Mapped[int | None]
    number_sequence: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    """Safety measures asked for while the work goes on; printed."""
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    issued_at: Mapped[datetime | None]
    issued_on: Mapped[date | None]
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    served_on: Mapped[date | None]
    served_way: Mapped[str] = mapped_column(default="")
    received_by: Mapped[str] = mapped_column(default="")
    served_at: Mapped[datetime | None]
    served_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="")
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class IssuedPaper(Base):
    """A paper as issued: its values (canonical JSON), their sha256, the template version, and a code the public may check it by."""

    __tablename__ = "issued_paper"
    __table_args__ = (Index("ix_issued_paper_subject", "park_id", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    document_number: Mapped[str]
    template_version: Mapped[str]
    value: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    verification_code: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]


class PaperWithdrawal(Base):
    """Why a paper was withdrawn, where somebody said so of the paper itself; an order's own reason stands with the order."""

    __tablename__ = "paper_withdrawal"

    paper_id: Mapped[UUID] = mapped_column(ForeignKey("issued_paper.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    reason: Mapped[str]


class PaperReceipt(Base):
    """The enterprise signed for a paper addressed to it (签收). The paper itself stays as it was issued."""

    __tablename__ = "paper_receipt"

    paper_id: Mapped[UUID] = mapped_column(ForeignKey("issued_paper.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    received_at: Mapped[datetime]
    received_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    received_by_name: Mapped[str]
