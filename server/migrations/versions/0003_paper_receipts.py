"""who signed for a paper, and why one was withdrawn

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

import server.models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "paper_withdrawal",
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["issued_paper.id"], name=op.f("fk_paper_withdrawal_paper_id_issued_paper")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_paper_withdrawal_park_id_park")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_paper_withdrawal")),
    )
    op.create_index(op.f("ix_paper_withdrawal_park_id"), "paper_withdrawal", ["park_id"], unique=False)
    op.create_table(
        "paper_receipt",
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("received_by", sa.Uuid(), nullable=False),
        sa.Column("received_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["issued_paper.id"], name=op.f("fk_paper_receipt_paper_id_issued_paper")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_paper_receipt_park_id_park")),
        sa.ForeignKeyConstraint(["received_by"], ["account.id"], name=op.f("fk_paper_receipt_received_by_account")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_paper_receipt")),
    )
    op.create_index(op.f("ix_paper_receipt_park_id"), "paper_receipt", ["park_id"], unique=False)


def downgrade() -> None:
    """Contract."""
    op.drop_index(op.f("ix_paper_receipt_park_id"), table_name="paper_receipt")
    op.drop_table("paper_receipt")
    op.drop_index(op.f("ix_paper_withdrawal_park_id"), table_name="paper_withdrawal")
    op.drop_table("paper_withdrawal")
