"""How a project was decided: checks by two, opinions of departments, decisions, conditions and their fulfilment.

Everything is append-only but a condition, which is fulfilled. A decision names the screening it rests on; when a project is reopened its
old decisions stay as they were.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class ProjectCheck(Base):
    """One person checked a screening's hits against the evidence (双人复核)."""

    __tablename__ = "project_check"
    __table_args__ = (UniqueConstraint("screening_id", "checked_by"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("project_screening.id"))
    note: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime]
    checked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    checked_by_name: Mapped[str]


class HitReview(Base):
    """A person's written assessment of one entry that needs one (人工研判), for one screening. A later one replaces an earlier one."""

    __tablename__ = "hit_review"
    __table_args__ = (Index("ix_hit_review_screening", "screening_id", "entry_id", "reviewed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("project_screening.id"))
    entry_id: Mapped[str]
    stands_against: Mapped[bool]
    """Whether, in this person's assessment, the entry stands against the project."""
    reason: Mapped[str]
    reviewed_at: Mapped[datetime]
    reviewed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    reviewed_by_name: Mapped[str]


class DepartmentOpinion(Base):
    """What a department said in the joint review of a screening, as the park wrote it down. A later one replaces an earlier one."""

    __tablename__ = "department_opinion"
    __table_args__ = (Index("ix_department_opinion_screening", "screening_id", "department", "recorded_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("project_screening.id"))
    department: Mapped[str]
    """A key of `rules.admission_reviews.load_departments`."""
    asked_on: Mapped[date]
    view: Mapped[str] = mapped_column(default="")
    """A value of `rules.terms.DepartmentView`; empty while it was only asked."""
    text: Mapped[str] = mapped_column(default="")
    person: Mapped[str] = mapped_column(default="")
    said_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    recorded_by_name: Mapped[str]


class AdmissionDecision(Base):
    """A decision on a project: 准入, 附条件准入, 退回 or 否决, with its reason, validity and paper."""

    __tablename__ = "admission_decision"
    __table_args__ = (Index("ix_admission_decision_park", "park_id", "decided_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("project_screening.id"))
    action: Mapped[str]
    """A value of `rules.terms.ProjectAction`."""
    outcome: Mapped[str]
    """What the screening said by the letter of the catalogue."""
    reason: Mapped[str]
    meeting: Mapped[str] = mapped_column(default="")
    unconditioned_ids: Mapped[list[str]]
    """The entries that ask for a condition and got none of it."""
    unconditioned_reason: Mapped[str] = mapped_column(default="")
    """Why they got none."""
    valid_until: Mapped[date | None]
    decided_on: Mapped[date]
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    decided_by_name: Mapped[str]
    document_number: Mapped[str] = mapped_column(default="")
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("issued_paper.id"))
    reopened_on: Mapped[date | None]
    """From this day the project is under review again and the decision no longer holds."""


class AdmissionCondition(Base):
    """One condition of a conditional admission, or a re-screening every admission owes: dated, with an owner and its evidence."""

    __tablename__ = "admission_condition"
    __table_args__ = (Index("ix_admission_condition_park", "park_id", "state", "due_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("admission_decision.id"), index=True)
    ordinal: Mapped[int]
    text: Mapped[str]
    entry_ids: Mapped[list[str]]
    """The entries of the catalogue it comes from."""
    responsible: Mapped[str]
    milestone: Mapped[str]
    due_on: Mapped[date | None]
    rescreens: Mapped[str] = mapped_column(default="")
    """For a condition that is met by a new screening: its occasion, a value of `rules.terms.ScreeningOccasion`."""
    state: Mapped[str]
    """A value of `rules.terms.ConditionState`."""
    evidence: Mapped[str] = mapped_column(default="")
    reported_on: Mapped[date | None]
    reported_at: Mapped[datetime | None]
    reported_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reported_by_name: Mapped[str] = mapped_column(default="")
    confirmed_on: Mapped[date | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    confirmed_by_name: Mapped[str] = mapped_column(default="")
    sent_back_reason: Mapped[str] = mapped_column(default="")
    dropped_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling
