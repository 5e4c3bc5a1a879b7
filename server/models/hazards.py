"""A hazard from the first look to closure, the replies to it and the re-inspections of it.

In state `found` a hazard is a finding nobody has confirmed yet. Whether it is overdue is never stored: it follows from `due_on`,
`accepted_on` and a day.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class Hazard(Base):
    """A hazard (隐患). Levels, states and sources are values of `rules.terms`."""

    __tablename__ = "hazard"
    __table_args__ = (
        UniqueConstraint("park_id", "number"),
        Index("ix_hazard_park_state_due", "park_id", "state", "due_on"),
        Index("ix_hazard_park_found", "park_id", "found_on"),
        Index("ix_hazard_enterprise_state", "enterprise_id", "state"),
        Index("ix_hazard_repeat", "park_id", "target_id", "item_code", "closed_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The finding's id, made by the phone; or ours for hazards registered in the office."""
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    number: Mapped[str]
    """Printed number, e.g. YH-2026-0147, counted per park and year."""
    source: Mapped[str]
    target_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection_target.id"))
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"))
    inspection_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection.id"), index=True)
    item_code: Mapped[str] = mapped_column(default="")
    checklist_edition: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    description: Mapped[str]
    location: Mapped[str] = mapped_column(default="")
    basis: Mapped[list[str]]
    requirement: Mapped[str] = mapped_column(default="")
    """整改要求 as printed in the order."""
    found_on: Mapped[date]
    found_at: Mapped[datetime]
    found_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    found_by_name: Mapped[str]
    state: Mapped[str]
    level: Mapped[str | None]
    suggested_level: Mapped[str | None]
    """What the rules suggest from the facts given; a person decides."""
    suggested_days: Mapped[int | None]
    facts: Mapped[dict[str, Any]]
    """Answers to the criteria's questions: fact id to yes, no, unknown or a number as text."""
    judgements: Mapped[list[Any]]
    """What the rules said when it was confirmed: kept so the ruling can be explained for ever."""
    criterion_id: Mapped[str] = mapped_column(default="")
    criterion_clause: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    confirmed_reason: Mapped[str] = mapped_column(default="")
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("rectification_order.id"), index=True)
    order_ordinal: Mapped[int | None]
    proposed_due_on: Mapped[date | None]
    """The deadline a draft order proposes. It becomes `due_on` when the order is issued; until then no deadline runs."""
    original_due_on: Mapped[date | None]
    due_on: Mapped[date | None]
    failed_rounds: Mapped[int] = mapped_column(default=0)
    first_reply_on: Mapped[date | None]
    last_reply_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    """The day of the reply that passed re-inspection (the day rectification counts as done)."""
    verified_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closure_kind: Mapped[str | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    spot_measure: Mapped[str | None]
    """How it was said to be put right before the inspectors left, closed by that or not; None when nobody said so."""
    spot_checked_at: Mapped[datetime | None]
    """When the office found that in order."""
    void_reason: Mapped[str] = mapped_column(default="")
    repeat: Mapped[bool] = mapped_column(default=False)
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("hazard.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class RectificationReply(Base):
    """What an enterprise answered about one hazard. Kept whatever came of it; a late one is marked, not refused."""

    __tablename__ = "rectification_reply"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazard.id"), index=True)
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("rectification_order.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    account_name: Mapped[str]
    replied_at: Mapped[datetime]
    replied_on: Mapped[date]
    is_late: Mapped[bool]
    round: Mapped[int]
    measure: Mapped[str]
    responsible_person: Mapped[str]
    funds_yuan: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    finished_on: Mapped[date]
    notice_way: Mapped[str] = mapped_column(default="")
    """How the staff were told (安全生产法第四十一条): a value of `rules.terms.NoticeWay`, or empty."""
    noticed_on: Mapped[date | None]


class Reinspection(Base):
    """Somebody looked again: pass, or fail with the reason."""

    __tablename__ = "re_inspection"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazard.id"), index=True)
    reply_id: Mapped[UUID | None] = mapped_column(ForeignKey("rectification_reply.id"))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    inspectors: Mapped[list[str]]
    reinspected_at: Mapped[datetime]
    reinspected_on: Mapped[date]
    due_on: Mapped[date | None]
    """The day by which this re-inspection was owed."""
    result: Mapped[str]
    reason: Mapped[str]
    round: Mapped[int]
    applied: Mapped[bool]
    """False when the hazard's state no longer allowed it (two inspectors, one order): kept, marked, shown, but changed nothing."""
    marks: Mapped[list[str]]


class NumberCounter(Base):
    """The last number given out per park, kind and year; taken in the same transaction as the thing that bears it, so no gaps."""

    __tablename__ = "number_counter"

    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]
