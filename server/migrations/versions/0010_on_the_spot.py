"""what was said to be put right on the spot, and whether the office looked at it

Revision: 0010, after 0009

The documents that were filed before are read again: what they say was put right stands beside the hazard they opened.
"""

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from server.models.base import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_DOCUMENT = sa.table("document", sa.column("id", sa.Uuid()), sa.column("kind", sa.String()), sa.column("body", sa.LargeBinary()))
_HAZARD = sa.table("hazard", sa.column("id", sa.Uuid()), sa.column("inspection_id", sa.Uuid()), sa.column("spot_measure", sa.String()))
_AT_ONCE = 200


def upgrade() -> None:
    """Expand."""
    op.add_column("hazard", sa.Column("spot_measure", sa.String(), nullable=True))
    op.add_column("hazard", sa.Column("spot_checked_at", Instant(timezone=True), nullable=True))
    connection = op.get_bind()
    ids = connection.scalars(sa.select(_DOCUMENT.c.id).where(_DOCUMENT.c.kind == "inspection").order_by(_DOCUMENT.c.id)).all()
    for start in range(0, len(ids), _AT_ONCE):
        query = sa.select(_DOCUMENT.c.id, _DOCUMENT.c.body).where(_DOCUMENT.c.id.in_(ids[start : start + _AT_ONCE]))
        for row in connection.execute(query).all():
            for hazard_id, measure in put_right(row.body):
                of_this = (_HAZARD.c.id == hazard_id) & (_HAZARD.c.inspection_id == row.id)
                connection.execute(sa.update(_HAZARD).where(of_this).values(spot_measure=measure))


def put_right(body: bytes) -> list[tuple[UUID, str]]:
    """The findings of a document that were put right, each with how. What is of another form is passed over, as when it was filed."""
    document: Any = json.loads(body)
    found = []
    for finding in document["findings"] if isinstance(document.get("findings"), list) else ():
        said = finding.get("on_the_spot") if isinstance(finding, dict) else None
        if not isinstance(said, dict):
            continue
        measure = said.get("measure")
        try:
            found.append((UUID(str(finding.get("id"))), measure.replace("\0", "").strip() if isinstance(measure, str) else ""))
        except ValueError:
            continue
    return found


def downgrade() -> None:
    """Contract."""
    op.drop_column("hazard", "spot_checked_at")
    op.drop_column("hazard", "spot_measure")
