"""The risk register of an enterprise and everything that moves its colour.

Units hold risk points, points hold hazard sources (危险源), each with its control measures and its assessments. Nothing is deleted: what
no longer exists is retired on a day, so that the grade of any past day can be derived again. Assessments, grades, overrides, policies and
accidents are kept for ever.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base

_QUANTITY = Numeric(18, 6)


class RiskRegister(Base):
    """What is known of an enterprise's register as a whole: its last full review, and a change that asks for a new one."""

    __tablename__ = "risk_register"

    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    reviewed_on: Mapped[date | None]
    reviewed_by_name: Mapped[str] = mapped_column(default="")
    change_on: Mapped[date | None]
    """A change of process, staff, or running (停产、检维修、开停车、变更) since the last review."""
    change_note: Mapped[str] = mapped_column(default="")


class RiskUnit(Base):
    """A unit (风险单元) of an enterprise: a workshop, a yard, a station."""

    __tablename__ = "risk_unit"
    __table_args__ = (Index("ix_risk_unit_enterprise", "enterprise_id", "ordinal"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    ordinal: Mapped[int]
    name: Mapped[str]
    created_at: Mapped[datetime]


class RiskPoint(Base):
    """A risk point (风险点). `kind` is a value of `rules.terms.RiskPointKind`."""

    __tablename__ = "risk_point"
    __table_args__ = (
        Index("ix_risk_point_enterprise", "enterprise_id", "retired_on"),
        Index("ix_risk_point_park", "park_id", "retired_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("risk_unit.id"), index=True)
    ordinal: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    location: Mapped[str] = mapped_column(default="")
    starter: Mapped[str] = mapped_column(default="")
    """The starter point it was copied from, e.g. CERA-R01; empty for one of its own."""
    created_on: Mapped[date]
    created_at: Mapped[datetime]
    retired_on: Mapped[date | None]
    retired_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class HazardSource(Base):
    """A hazard source (危险源) of a risk point, with the result of its latest assessment.

    Not `rules.terms.HazardSource`, which tells who brought a hazard (隐患) to light.
    """

    __tablename__ = "hazard_source"
    __table_args__ = (
        Index("ix_hazard_source_park", "park_id", "retired_on", "risk_number"),
        Index("ix_hazard_source_enterprise", "enterprise_id", "retired_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    point_id: Mapped[UUID] = mapped_column(ForeignKey("risk_point.id"), index=True)
    ordinal: Mapped[int]
    name: Mapped[str]
    consequence: Mapped[str] = mapped_column(default="")
    accidents: Mapped[list[str]]
    """Accident classes by name, in the edition of GB 6441 named by `accident_edition`."""
    accident_edition: Mapped[str] = mapped_column(default="")
    item_codes: Mapped[list[str]]
    """Checklist items that look at this source: a failed one suggests where the hazard belongs."""
    layer: Mapped[str] = mapped_column(default="")
    """Who answers for it: a value of `rules.terms.ControlLevel`."""
    department: Mapped[str] = mapped_column(default="")
    person: Mapped[str] = mapped_column(default="")
    assessment_id: Mapped[UUID | None]
    """The latest assessment. No foreign key: assessments point here, and a ring of keys could not be built row by row."""
    method: Mapped[str] = mapped_column(default="")
    scheme: Mapped[str] = mapped_column(default="")
    score_text: Mapped[str] = mapped_column(default="")
    """The result as spoken: D=240; for a matrix the word of the cell."""
    score: Mapped[Decimal | None] = mapped_column(_QUANTITY)
    risk_number: Mapped[int | None]
    """1 red to 4 blue; absent before the first assessment and for schemes without colours."""
    assessed_on: Mapped[date | None]
    starter: Mapped[str] = mapped_column(default="")
    confirmed_on: Mapped[date | None]
    """The day somebody confirmed it on site; absent for starters nobody has confirmed (待现场确认)."""
    confirmed_by_name: Mapped[str] = mapped_column(default="")
    created_on: Mapped[date]
    retired_on: Mapped[date | None]
    retired_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class ControlMeasure(Base):
    """A control measure (管控措施) of a hazard source: one of the five kinds, with its layer and owner."""

    __tablename__ = "control_measure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    source_id: Mapped[UUID] = mapped_column(ForeignKey("hazard_source.id"), index=True)
    ordinal: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    layer: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="")


class RiskAssessment(Base):
    """One assessment of a hazard source: the values chosen, and what the rules made of them. Append-only."""

    __tablename__ = "risk_assessment"
    __table_args__ = (
        Index("ix_risk_assessment_park", "park_id", "assessed_on"),
        UniqueConstraint("source_id", "sequence"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"), index=True)
    point_id: Mapped[UUID] = mapped_column(ForeignKey("risk_point.id"))
    source_id: Mapped[UUID] = mapped_column(ForeignKey("hazard_source.id"))
    sequence: Mapped[int]
    """Counts the assessments of one source from 1."""
    assessed_on: Mapped[date]
    assessed_at: Mapped[datetime]
    assessed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    assessed_by_name: Mapped[str]
    method: Mapped[str]
    scheme: Mapped[str]
    variant: Mapped[str] = mapped_column(default="")
    chosen: Mapped[dict[str, Any]]
    """The values as chosen, by factor: numbers as text, so that they stay exact."""
    direct: Mapped[list[Any]]
    """Direct judgements named, by id, with the number of persons where a clause counts them."""
    score: Mapped[Decimal | None] = mapped_column(_QUANTITY)
    score_text: Mapped[str]
    level: Mapped[int | None]
    label: Mapped[str]
    risk_number: Mapped[int | None]
    trail: Mapped[list[str]]
    basis: Mapped[list[str]]
    unverified: Mapped[list[str]]
    edition: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    is_starter: Mapped[bool] = mapped_column(default=False)
    verified_on: Mapped[date | None]
    """For a grade that falls: when the added measures were found effective, by whom, and who approved."""
    verified_by: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[str] = mapped_column(default="")


class HazardRiskPoint(Base):
    """At which risk point a hazard (隐患) lies. A hazard without a row counts against the enterprise as a whole."""

    __tablename__ = "hazard_risk_point"

    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazard.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    point_id: Mapped[UUID] = mapped_column(ForeignKey("risk_point.id"), index=True)
    linked_at: Mapped[datetime]
    linked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class RiskGrade(Base):
    """The grade (安全风险等级) of an enterprise as it stood when something was done about it. Append-only."""

    __tablename__ = "risk_grade"
    __table_args__ = (Index("ix_risk_grade_enterprise", "enterprise_id", "graded_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    graded_on: Mapped[date]
    graded_at: Mapped[datetime]
    graded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    graded_by_name: Mapped[str]
    cause: Mapped[str]
    """A value of `rules.terms.GradeCause`."""
    cause_text: Mapped[str]
    base_number: Mapped[int | None]
    """From the register alone: 1 red to 4 blue; absent when nothing is assessed."""
    risk_number: Mapped[int | None]
    """With hazards, accidents and overrides of that moment."""
    headline: Mapped[str]
    trail: Mapped[list[str]]
    edition: Mapped[str]


class GradeOverride(Base):
    """People overrule a derived grade: up by one, down by two different ones. Kept for ever, whatever came of it."""

    __tablename__ = "grade_override"
    __table_args__ = (Index("ix_grade_override_park", "park_id", "state"), Index("ix_grade_override_enterprise", "enterprise_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    point_id: Mapped[UUID | None] = mapped_column(ForeignKey("risk_point.id"))
    """Absent when the enterprise as a whole is meant."""
    kind: Mapped[str]
    state: Mapped[str]
    from_number: Mapped[int | None]
    """What was derived when it was asked for. A lower grade was granted for this one; once the register says worse, it no longer holds."""
    to_number: Mapped[int]
    reason: Mapped[str]
    requested_on: Mapped[date]
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    requested_by_name: Mapped[str]
    decided_on: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_reason: Mapped[str] = mapped_column(default="")
    end_requested_at: Mapped[datetime | None]
    end_requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    end_requested_by_name: Mapped[str] = mapped_column(default="")
    end_reason: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_by_name: Mapped[str] = mapped_column(default="")
    edition: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class DynamicPolicy(Base):
    """A park switched a rule of dynamic raising on or off. Append-only: the latest row of a rule up to a day holds on that day."""

    __tablename__ = "dynamic_policy"
    __table_args__ = (Index("ix_dynamic_policy_park", "park_id", "set_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    rule_id: Mapped[str]
    is_on: Mapped[bool]
    reason: Mapped[str]
    set_on: Mapped[date]
    set_at: Mapped[datetime]
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    set_by_name: Mapped[str]


class Accident(Base):
    """An accident (生产安全事故) at an enterprise, and its grade by 国务院令第493号."""

    __tablename__ = "accident"
    __table_args__ = (Index("ix_accident_park", "park_id", "occurred_on"), Index("ix_accident_enterprise", "enterprise_id", "occurred_on"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    point_id: Mapped[UUID | None] = mapped_column(ForeignKey("risk_point.id"))
    occurred_on: Mapped[date]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    accident_class: Mapped[str] = mapped_column(default="")
    accident_edition: Mapped[str] = mapped_column(default="")
    deaths: Mapped[int]
    serious_injuries: Mapped[int]
    loss_wan: Mapped[Decimal | None] = mapped_column(_QUANTITY)
    level: Mapped[int]
    """1 特别重大 to 4 一般."""
    label: Mapped[str]
    trail: Mapped[list[str]]
    questions: Mapped[list[str]]
    edition: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    closed_on: Mapped[date | None]
    """The day the case was closed: cause found, measures in place, register assessed anew."""
    closed_reason: Mapped[str] = mapped_column(default="")
    closed_by_name: Mapped[str] = mapped_column(default="")
    void_on: Mapped[date | None]
    """Recorded by mistake; it stays readable and counts for nothing."""
    void_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class ChemicalUnit(Base):
    """A unit in the sense of GB 18218: what is counted together when a major hazard installation is looked for."""

    __tablename__ = "chemical_unit"
    __table_args__ = (Index("ix_chemical_unit_enterprise", "enterprise_id", "retired_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"))
    name: Mapped[str]
    residents: Mapped[int | None]
    """People living within 500 m beyond the boundary; absent while nobody counted them."""
    point_id: Mapped[UUID | None] = mapped_column(ForeignKey("risk_point.id"))
    created_at: Mapped[datetime]
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class Chemical(Base):
    """One chemical of a unit. `quantity_t` is the largest amount by design, in tonnes."""

    __tablename__ = "chemical"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("enterprise.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("chemical_unit.id"), index=True)
    ordinal: Mapped[int]
    name: Mapped[str]
    cas: Mapped[str] = mapped_column(default="")
    physical_state: Mapped[str] = mapped_column(default="")
    concentration: Mapped[str] = mapped_column(default="")
    quantity_t: Mapped[Decimal | None] = mapped_column(_QUANTITY)
    categories: Mapped[list[str]]
    """Symbols of GB 18218 table 2, e.g. W5.3."""
    threshold_t: Mapped[Decimal | None] = mapped_column(_QUANTITY)
    """Overrides the tables; `threshold_source` then says where it was taken from."""
    threshold_source: Mapped[str] = mapped_column(default="")
    beta: Mapped[Decimal | None] = mapped_column(_QUANTITY)
    purpose: Mapped[str] = mapped_column(default="")
