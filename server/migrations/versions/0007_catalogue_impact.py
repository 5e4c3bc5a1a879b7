"""catalogue impact

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

import server.models.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "catalogue_impact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("catalogue_edition", sa.String(), nullable=False),
        sa.Column("catalogue_sha256", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("last_project_id", sa.Uuid(), nullable=True),
        sa.Column("busy_until", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("started_by_name", sa.String(), nullable=False),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("finished_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["catalogue_edition.id"], name=op.f("fk_catalogue_impact_edition_id_catalogue_edition")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_catalogue_impact_park_id_park")),
        sa.ForeignKeyConstraint(["started_by"], ["account.id"], name=op.f("fk_catalogue_impact_started_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_impact")),
    )
    op.create_index("ix_catalogue_impact_park", "catalogue_impact", ["park_id", "purpose", "created_at"], unique=False)

    op.create_table(
        "project_impact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("impact_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("project_state", sa.String(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("outcome_before", sa.String(), nullable=False),
        sa.Column("outcome_after", sa.String(), nullable=False),
        sa.Column("confirmed_before", sa.String(), nullable=False),
        sa.Column("confirmed_after", sa.String(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=False),
        sa.Column("decided_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_project_impact_decided_by_account")),
        sa.ForeignKeyConstraint(["impact_id"], ["catalogue_impact.id"], name=op.f("fk_project_impact_impact_id_catalogue_impact")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_project_impact_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_impact_project_id_project")),
        sa.ForeignKeyConstraint(["screening_id"], ["project_screening.id"], name=op.f("fk_project_impact_screening_id_project_screening")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_impact")),
        sa.UniqueConstraint("impact_id", "project_id", name=op.f("uq_project_impact_impact_id_project_id")),
    )
    op.create_index(op.f("ix_project_impact_park_id"), "project_impact", ["park_id"], unique=False)
    op.create_index("ix_project_impact_project", "project_impact", ["project_id"], unique=False)


def downgrade() -> None:
    """Contract."""
    op.drop_table("project_impact")
    op.drop_table("catalogue_impact")
