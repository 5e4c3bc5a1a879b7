"""catalogue editions and confirmations

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

import server.models.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "catalogue_edition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("planned_from", sa.Date(), nullable=False),
        sa.Column("based_on_id", sa.Uuid(), nullable=True),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_by_name", sa.String(), nullable=False),
        sa.Column("drafted_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_by_name", sa.String(), nullable=False),
        sa.Column("reviewed_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("review_note", sa.String(), nullable=False),
        sa.Column("sent_back_reason", sa.String(), nullable=False),
        sa.Column("fairness_review", sa.String(), nullable=False),
        sa.Column("approver", sa.String(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_by_name", sa.String(), nullable=False),
        sa.Column("approved_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by"], ["account.id"], name=op.f("fk_catalogue_edition_approved_by_account")),
        sa.ForeignKeyConstraint(["based_on_id"], ["catalogue_edition.id"], name=op.f("fk_catalogue_edition_based_on_id_catalogue_edition")),
        sa.ForeignKeyConstraint(["drafted_by"], ["account.id"], name=op.f("fk_catalogue_edition_drafted_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_catalogue_edition_park_id_park")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name=op.f("fk_catalogue_edition_reviewed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_edition")),
        sa.UniqueConstraint("park_id", "name", name=op.f("uq_catalogue_edition_park_id_name")),
    )
    op.create_index("ix_catalogue_edition_park_state", "catalogue_edition", ["park_id", "state", "effective_from"], unique=False)

    op.create_table(
        "clause_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("open_entry_id", sa.String(), nullable=True),
        sa.Column("entry_sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=False),
        sa.Column("claimed_by_name", sa.String(), nullable=False),
        sa.Column("claimed_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("difference", sa.String(), nullable=False),
        sa.Column("limit_value", sa.String(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("where_seen", sa.String(), nullable=False),
        sa.Column("scan_sha256", sa.String(), nullable=False),
        sa.Column("scan_name", sa.String(), nullable=False),
        sa.Column("scan_media_type", sa.String(), nullable=False),
        sa.Column("scan_size", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_by_name", sa.String(), nullable=False),
        sa.Column("entered_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=False),
        sa.Column("decided_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_note", sa.String(), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_by_name", sa.String(), nullable=False),
        sa.Column("withdrawn_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["claimed_by"], ["account.id"], name=op.f("fk_clause_record_claimed_by_account")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_clause_record_decided_by_account")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_clause_record_entered_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_clause_record_park_id_park")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["account.id"], name=op.f("fk_clause_record_withdrawn_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_record")),
        sa.UniqueConstraint("park_id", "open_entry_id", name=op.f("uq_clause_record_park_id_open_entry_id")),
    )
    op.create_index("ix_clause_record_park_entry", "clause_record", ["park_id", "entry_id"], unique=False)
    op.create_index("ix_clause_record_park_state", "clause_record", ["park_id", "state"], unique=False)

    op.create_table(
        "catalogue_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_by_name", sa.String(), nullable=False),
        sa.Column("made_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.Column("removed_by_name", sa.String(), nullable=False),
        sa.Column("removed_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["catalogue_edition.id"], name=op.f("fk_catalogue_change_edition_id_catalogue_edition")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_catalogue_change_made_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_catalogue_change_park_id_park")),
        sa.ForeignKeyConstraint(["removed_by"], ["account.id"], name=op.f("fk_catalogue_change_removed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_change")),
    )
    op.create_index("ix_catalogue_change_edition", "catalogue_change", ["edition_id", "removed_at", "id"], unique=False)
    op.create_index("ix_catalogue_change_entry", "catalogue_change", ["entry_id"], unique=False)


def downgrade() -> None:
    """Contract."""
    op.drop_table("catalogue_change")
    op.drop_table("clause_record")
    op.drop_table("catalogue_edition")
