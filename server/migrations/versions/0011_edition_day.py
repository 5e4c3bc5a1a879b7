"""the catalogue of the day of the application rules over a project

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: what was screened before, was screened by the catalogue of its own day."""
    op.add_column("project", sa.Column("applied_again_on", sa.Date(), nullable=True))
    op.add_column("project", sa.Column("applied_again_as", sa.String(), nullable=False, server_default=""))
    op.add_column("project_screening", sa.Column("today_sha256", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE project_screening SET today_sha256 = catalogue_sha256")


def downgrade() -> None:
    """Contract."""
    op.drop_column("project_screening", "today_sha256")
    op.drop_column("project", "applied_again_as")
    op.drop_column("project", "applied_again_on")
