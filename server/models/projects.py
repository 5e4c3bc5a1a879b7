"""Projects that want to come into the park: what is known of them, what each screening said, and who confirmed what.

Descriptions and screenings are append-only: a ruling names the revision and the catalogue it was made from, and both can be read for ever.
Only a draft is overwritten. Where a project stands is decided by `rules.admission_workflow`; its decisions are in `admission.py`.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, BigInt


class Project(Base):
    """A project on its way to a decision. `state` is a value of `rules.terms.ProjectState`."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("park_id", "number"),
        Index("ix_project_park_state", "park_id", "state"),
        Index("ix_project_park_received", "park_id", "received_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    number: Mapped[str]
    name: Mapped[str]
    applicant_name: Mapped[str] = mapped_column(default="")
    applicant_code: Mapped[str] = mapped_column(default="")
    """统一社会信用代码 of whoever applies; empty while the company is not founded yet."""
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    build_type: Mapped[str] = mapped_column(default="")
    """A value of `rules.restriction_terms.BuildType`, from the latest description; empty when not stated."""
    industry_codes: Mapped[list[str]]
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zone.id"), index=True)
    address: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    site_outline: Mapped[dict[str, Any] | None]
    """The site as a GeoJSON polygon in WGS-84, where one was given."""
    received_on: Mapped[date]
    applied_again_on: Mapped[date | None]
    """The latest day it applied again after a decision, or was reviewed anew."""
    applied_again_as: Mapped[str] = mapped_column(default="")
    """Which of the two: a value of `rules.terms.ProjectAction`."""
    source_title: Mapped[str] = mapped_column(default="")
    """The notice or file the description was taken from."""
    source_url: Mapped[str] = mapped_column(default="")
    source_day: Mapped[date | None]
    description_id: Mapped[UUID | None]
    """The latest submitted description. No foreign key: descriptions point here."""
    screening_id: Mapped[UUID | None]
    """The latest screening. No foreign key: screenings point here."""
    outcome: Mapped[str] = mapped_column(default="")
    """Of the latest screening, by the letter of the catalogue: a value of `rules.restriction_terms.Outcome`."""
    outcome_confirmed: Mapped[str] = mapped_column(default="")
    """Of the latest screening, with confirmed and adopted entries alone refusing."""
    screened_on: Mapped[date | None]
    construction_on: Mapped[date | None]
    """When building is to begin, as far as the applicant said."""
    trial_on: Mapped[date | None]
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    """The enterprise it became."""
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_by_name: Mapped[str]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class ProjectDraft(Base):
    """What somebody is typing. Overwritten as they go on; it judges nothing."""

    __tablename__ = "project_draft"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    fields: Mapped[dict[str, Any]]
    """The fields of the form as typed, so that nothing is lost that cannot be read yet."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    saved_by_name: Mapped[str]


class ProjectDescription(Base):
    """One submitted revision of a project's facts, as `rules.project_reading.read_project` takes them. Append-only."""

    __tablename__ = "project_description"
    __table_args__ = (UniqueConstraint("project_id", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    revision: Mapped[int]
    facts: Mapped[bytes] = mapped_column(LargeBinary)
    """Canonical JSON."""
    sha256: Mapped[str]
    origin: Mapped[str]
    """Who stated it: a value of `server.screening.schemas.Origin`."""
    reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_by_name: Mapped[str]


class ProjectScreening(Base):
    """One screening (目录筛查): of which revision, against which catalogue, with the whole answer. Append-only."""

    __tablename__ = "project_screening"
    __table_args__ = (UniqueConstraint("project_id", "sequence"), Index("ix_project_screening_park", "park_id", "screened_on"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    description_id: Mapped[UUID] = mapped_column(ForeignKey("project_description.id"))
    sequence: Mapped[int]
    """Counts the screenings of one project from 1."""
    occasion: Mapped[str]
    """A value of `rules.terms.ScreeningOccasion`."""
    reason: Mapped[str] = mapped_column(default="")
    screened_on: Mapped[date]
    screened_at: Mapped[datetime]
    screened_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    screened_by_name: Mapped[str]
    catalogue_edition: Mapped[str]
    catalogue_sha256: Mapped[str]
    today_sha256: Mapped[str] = mapped_column(default="")
    """The catalogue of the day of the screening, that the ruling was laid beside."""
    rulebook_edition: Mapped[str]
    outcome: Mapped[str]
    outcome_confirmed: Mapped[str]
    blocking_questions: Mapped[int]
    entry_ids: Mapped[list[str]]
    """The entries that hit, in the order shown."""
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    """The whole answer as canonical JSON: `server.screening.schemas.KeptScreening`."""
    sha256: Mapped[str]


class ProjectAssumption(Base):
    """Somebody confirmed that a question nobody answered, and nothing in the description speaks for, may count as *no*. Append-only."""

    __tablename__ = "project_assumption"
    __table_args__ = (UniqueConstraint("description_id", "flag"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    description_id: Mapped[UUID] = mapped_column(ForeignKey("project_description.id"))
    flag: Mapped[str]
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    confirmed_by_name: Mapped[str]


class ProjectInvitation(Base):
    """A link by which an applicant describes its own project. The token itself is kept nowhere."""

    __tablename__ = "project_invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    sent_to: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_by_name: Mapped[str]
    fields: Mapped[dict[str, Any]]
    """What the applicant is typing."""
    submitted_at: Mapped[datetime | None]
    submitted_by_name: Mapped[str] = mapped_column(default="")
    facts: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the applicant submitted, canonical JSON; it becomes a description only when the park accepts it."""
    sha256: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_by_name: Mapped[str] = mapped_column(default="")
    description_id: Mapped[UUID | None] = mapped_column(ForeignKey("project_description.id"))
    declined_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class ProjectAttachment(Base):
    """A file kept as evidence of what was stated, known by its sha256; stored like photos, once and for ever."""

    __tablename__ = "project_attachment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    subject_kind: Mapped[str] = mapped_column(default="")
    """Empty for the project as a whole; otherwise what it belongs to: department_opinion, admission_condition."""
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    """What the bytes are, by looking at them."""
    size: Mapped[int] = mapped_column(BigInt)
    sha256: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("project_invitation.id"))
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    uploaded_by_name: Mapped[str]
