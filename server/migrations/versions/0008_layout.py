"""what lies around the park, that distances are measured to

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

import server.models.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "layout_object",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("geometry", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("surveyed_on", sa.Date(), nullable=False),
        sa.Column("accuracy_m", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_by_name", sa.String(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("retired_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_layout_object_created_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_layout_object_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layout_object")),
    )
    op.create_index("ix_layout_object_park", "layout_object", ["park_id", "retired_on", "kind", "name"], unique=False)


def downgrade() -> None:
    """Contract."""
    op.drop_index("ix_layout_object_park", table_name="layout_object")
    op.drop_table("layout_object")
