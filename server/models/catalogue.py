"""A park's own editions of the 禁限控 catalogue, and what its officers found in the official texts.

An edition is drafted as rows of changes; when it is approved its content is frozen as canonical JSON with its sha256 and never edited
after. A change taken out of a draft and a confirmation sent back or withdrawn stay: who did what, when and on what source is kept for ever.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class CatalogueEdition(Base):
    """One edition of a park. `state` is a value of `server.catalogue.schemas.EditionState`; whether it is in force depends on the day."""

    __tablename__ = "catalogue_edition"
    __table_args__ = (
        UniqueConstraint("park_id", "name"),
        Index("ix_catalogue_edition_park_state", "park_id", "state", "effective_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    name: Mapped[str]
    """Short and unique in the park, e.g. 2026-1; it stands in the ids of tightened entries."""
    title: Mapped[str]
    state: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    planned_from: Mapped[date]
    """The day it is meant to take effect, used while it is a draft."""
    based_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_edition.id"))
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    drafted_by_name: Mapped[str]
    drafted_at: Mapped[datetime]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reviewed_by_name: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime | None]
    review_note: Mapped[str] = mapped_column(default="")
    sent_back_reason: Mapped[str] = mapped_column(default="")
    """Why it came back to its drafters the last time."""
    fairness_review: Mapped[str] = mapped_column(default="")
    """公平竞争审查: by whom, when, with what result."""
    approver: Mapped[str] = mapped_column(default="")
    """The body whose decision it is."""
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    approved_by_name: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime | None]
    approved_on: Mapped[date | None]
    document_number: Mapped[str] = mapped_column(default="")
    effective_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    """The last day of its validity (有效期)."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The edition as `rules.catalogue_editions.EditionFile`, canonical JSON, frozen when it was approved."""
    sha256: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class CatalogueChange(Base):
    """One change of an edition: an entry added, tightened or waived, with who and why. `content` is the row as the rules read it."""

    __tablename__ = "catalogue_change"
    __table_args__ = (
        Index("ix_catalogue_change_edition", "edition_id", "removed_at", "id"),
        Index("ix_catalogue_change_entry", "entry_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_edition.id"))
    kind: Mapped[str]
    entry_id: Mapped[str]
    content: Mapped[dict[str, Any]]
    reason: Mapped[str]
    origin: Mapped[str] = mapped_column(default="")
    """Where it came from: an earlier edition, or a record of the confirmation desk."""
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    made_by_name: Mapped[str]
    made_at: Mapped[datetime]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    removed_by_name: Mapped[str] = mapped_column(default="")
    removed_at: Mapped[datetime | None]


class ClauseRecord(Base):
    """What one officer found in the official text of an entry (原文核对), and what a second one made of it."""

    __tablename__ = "clause_record"
    __table_args__ = (
        UniqueConstraint("park_id", "open_entry_id"),
        Index("ix_clause_record_park_entry", "park_id", "entry_id"),
        Index("ix_clause_record_park_state", "park_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    entry_id: Mapped[str]
    open_entry_id: Mapped[str | None]
    """The entry while this record is under way or holds; absent once it was released, sent back or withdrawn. One an entry and park."""
    entry_sha256: Mapped[str]
    """The entry as it was compared: when the program's data says something else later, the comparison no longer speaks for it."""
    state: Mapped[str]
    claimed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    claimed_by_name: Mapped[str]
    claimed_at: Mapped[datetime]
    document: Mapped[str] = mapped_column(default="")
    document_number: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None]
    page: Mapped[str] = mapped_column(default="")
    clause: Mapped[str] = mapped_column(default="")
    wording: Mapped[str] = mapped_column(default="")
    """As it stands in the official text, typed by the officer."""
    finding: Mapped[str] = mapped_column(default="")
    """Whether the entry agrees with it: a value of `server.catalogue.schemas.Finding`."""
    difference: Mapped[str] = mapped_column(default="")
    limit_value: Mapped[str] = mapped_column(default="")
    """The right number where the entry has another one, as text so that it stays exact."""
    seen_on: Mapped[date | None]
    """The day the officer had the text before them."""
    where_seen: Mapped[str] = mapped_column(default="")
    scan_sha256: Mapped[str] = mapped_column(default="")
    scan_name: Mapped[str] = mapped_column(default="")
    scan_media_type: Mapped[str] = mapped_column(default="")
    scan_size: Mapped[int | None]
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    entered_by_name: Mapped[str] = mapped_column(default="")
    entered_at: Mapped[datetime | None]
    entered_on: Mapped[date | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    decided_note: Mapped[str] = mapped_column(default="")
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_by_name: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's spelling


class CatalogueImpact(Base):
    """Which projects another catalogue touches: one run over the open and admitted projects of a park, resumable project by project.

    `purpose` is a value of `server.impact.schemas.Purpose`; a preview asks what a draft would do, an effect is kept as it came.
    """

    __tablename__ = "catalogue_impact"
    __table_args__ = (Index("ix_catalogue_impact_park", "park_id", "purpose", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    purpose: Mapped[str]
    edition_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_edition.id"))
    state: Mapped[str]
    catalogue_edition: Mapped[str]
    catalogue_sha256: Mapped[str]
    """The catalogue the projects are laid beside; when it changes meanwhile the run stops and another begins."""
    on_day: Mapped[date]
    """The day on which its entries are read."""
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    last_project_id: Mapped[UUID | None]
    """As far as the run has come: projects are taken in the order of their ids."""
    busy_until: Mapped[datetime | None]
    """Until when somebody works on it."""
    started_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    started_by_name: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ProjectImpact(Base):
    """One project of a run: what its latest screening said, what the other catalogue says to the same facts, and what a person did."""

    __tablename__ = "project_impact"
    __table_args__ = (UniqueConstraint("impact_id", "project_id"), Index("ix_project_impact_project", "project_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    impact_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_impact.id"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("project_screening.id"))
    project_state: Mapped[str]
    change: Mapped[str]
    """A value of `server.impact.schemas.Change`."""
    outcome_before: Mapped[str]
    outcome_after: Mapped[str]
    confirmed_before: Mapped[str]
    confirmed_after: Mapped[str]
    differences: Mapped[list[Any]]
    """The entries that made the difference: id, subject, what it was and what it is, in words."""
    decision: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
