"""why hits that ask for a condition got none

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.add_column("admission_decision", sa.Column("unconditioned_ids", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("admission_decision", sa.Column("unconditioned_reason", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Contract."""
    op.drop_column("admission_decision", "unconditioned_reason")
    op.drop_column("admission_decision", "unconditioned_ids")
