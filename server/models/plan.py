"""The year's plan of inspections (年度监督检查计划): frequencies, who can go, the visits, and what moved them.

Frequencies are dated and never edited. A plan's visits are rows of their own; once a plan is in force every change of them leaves a
revision with its reason, so the plan of any earlier day can be told. Whether a visit was made is not kept: it follows from inspections.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class FrequencyPolicy(Base):
    """How often the park decided to inspect, by colour, from a day on. A later decision follows it; none is ever changed."""

    __tablename__ = "frequency_policy"
    __table_args__ = (Index("ix_frequency_policy_park", "park_id", "effective_from"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    effective_from: Mapped[date]
    bounds: Mapped[dict[str, Any]]
    """The park's own table: colour (or `none` for not assessed) → floor and cap a year, absent where it sets none."""
    adopted: Mapped[dict[str, Any]]
    """Published rules the park adopted: the rule's id → colour → the category of that rule which stands for the colour."""
    decided_by: Mapped[str]
    decision_number: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    adopted_at: Mapped[datetime]
    adopted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    adopted_by_name: Mapped[str]


class PlanManner(Base):
    """How a park plans: how many go together, and how many visits a month an inspector makes unless said otherwise."""

    __tablename__ = "plan_manner"

    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), primary_key=True)
    people_per_visit: Mapped[int]
    monthly_capacity: Mapped[int]


class PlanInspector(Base):
    """What an inspector can take on. Without a row the park's manner holds."""

    __tablename__ = "plan_inspector"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    monthly_capacity: Mapped[int]
    """0: takes no part in the plan."""
    grids: Mapped[list[str]]
    """Ids of the safety grids this inspector knows best."""


class PlanPause(Base):
    """Days on which nobody, or one inspector, is sent: a peak season, a leave. Taken back ones stay with the day they were."""

    __tablename__ = "plan_pause"
    __table_args__ = (Index("ix_plan_pause_park", "park_id", "first_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Absent: the whole park."""
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    removed_at: Mapped[datetime | None]


class InspectionPlan(Base):
    """The plan of one park for one year."""

    __tablename__ = "inspection_plan"
    __table_args__ = (UniqueConstraint("park_id", "year"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    year: Mapped[int]
    state: Mapped[str]
    """draft, reviewed or in_force."""
    revision: Mapped[int]
    """0 before it came into force, 1 as approved, then one more with every change."""
    starts_on: Mapped[date]
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("frequency_policy.id"))
    """The frequency it was last arranged by."""
    unplaced: Mapped[list[Any]]
    """What the last arrangement found no place for: enterprise, how many visits, why."""
    last_number: Mapped[int]
    """The number of the visit numbered last."""
    note: Mapped[str]
    arranged_at: Mapped[datetime]
    arranged_by_name: Mapped[str]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reviewed_by_name: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    approved_by_name: Mapped[str] = mapped_column(default="")


class PlanRevision(Base):
    """One edition of a plan in force: why it changed, and every visit that changed with it. Never edited."""

    __tablename__ = "plan_revision"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_plan.id"))
    number: Mapped[int]
    kind: Mapped[str]
    reason: Mapped[str]
    changes: Mapped[list[Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_by_name: Mapped[str]


class PlanVisit(Base):
    """One visit of the plan. Dropped ones stay, with the reason."""

    __tablename__ = "plan_visit"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        Index("ix_plan_visit_enterprise", "enterprise_id", "planned_on"),
        Index("ix_plan_visit_park_day", "park_id", "planned_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_plan.id"))
    number: Mapped[int]
    """Counted within the plan; people and spreadsheets name a visit by it."""
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    colour: Mapped[str]
    """The enterprise's colour when the visit was planned; empty when it was not assessed."""
    planned_on: Mapped[date]
    first_planned_on: Mapped[date]
    """The day in the plan as approved; a moved visit shows both."""
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    is_fixed: Mapped[bool]
    """A person settled it: arranging anew leaves it where it is."""
    asked_at: Mapped[datetime]
    """When it was last counted as wanted: inspections known by then were counted then, and cannot be this visit."""
    origin: Mapped[str]
    """generated, added by hand, or accepted after a grade had changed."""
    why: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection_task.id"), unique=True)
    """The task it was released as, the last one if an earlier was cancelled."""
    dropped_on: Mapped[date | None]
    drop_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int]


class TriggeredInspection(Base):
    """An inspection that something triggered (a report, an accident, a referral): it uses up no cap and ticks no visit."""

    __tablename__ = "triggered_inspection"

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    reason: Mapped[str]
    """A reason of `rules.supervision`'s cap principle."""
    note: Mapped[str]
    marked_at: Mapped[datetime]
    marked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    marked_by_name: Mapped[str]
