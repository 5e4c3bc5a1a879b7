"""what was said to be put right on the spot, and whether the office looked at it

Revision: 0010, after 0009

The documents that were filed before are read again: what they say was put right stands beside the hazard they opened.
"""

import json
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

from server.models.base import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_DOCUMENT = sa.table("document", sa.column("id", sa.Uuid()), sa.column("kind", sa.String()), sa.column("body", sa.LargeBinary()))
_HAZARD = sa.table(
    "hazard",
    sa.column("id", sa.Uuid()),
    sa.column("inspection_id", sa.Uuid()),
    sa.column("spot_measure", sa.String()),
    sa.column("closure_kind", sa.String()),
)
_AT_ONCE = 200
_LONGEST = 4000
_UNPRINTABLE = {code: None for code in range(0x20) if code not in (0x09, 0x0A)} | {0x7F: None}


def upgrade() -> None:
    """Expand."""
    op.add_column("hazard", sa.Column("spot_measure", sa.String(), nullable=True))
    op.add_column("hazard", sa.Column("spot_checked_at", Instant(timezone=True), nullable=True))
    connection = op.get_bind()
    ids = connection.scalars(sa.select(_DOCUMENT.c.id).where(_DOCUMENT.c.kind == "inspection").order_by(_DOCUMENT.c.id)).all()
    for start in range(0, len(ids), _AT_ONCE):
        query = sa.select(_DOCUMENT.c.id, _DOCUMENT.c.body).where(_DOCUMENT.c.id.in_(ids[start : start + _AT_ONCE]))
        for row in connection.execute(query).all():
            for hazard_id, measure in put_right(row.id, row.body):
                of_this = (_HAZARD.c.id == hazard_id) & (_HAZARD.c.inspection_id == row.id)
                connection.execute(sa.update(_HAZARD).where(of_this).values(spot_measure=measure))
    # A hazard that got an id of ours is not found by its finding's; that it was closed on the spot is known all the same.
    unnamed = (_HAZARD.c.closure_kind == "on_the_spot") & _HAZARD.c.spot_measure.is_(None)
    connection.execute(sa.update(_HAZARD).where(unnamed).values(spot_measure=""))


def put_right(document_id: UUID, body: bytes) -> list[tuple[UUID, str]]:
    """The findings of a document that were put right, each with how, named and cleaned as that release's filing did."""
    document: Any = json.loads(body)
    found, taken = [], {document_id}
    for place, finding in enumerate(document["findings"] if isinstance(document.get("findings"), list) else ()):
        if not isinstance(finding, dict):
            continue
        finding_id = _id(finding.get("id"))
        if finding_id is None or finding_id in taken:
            finding_id = uuid5(document_id, f"finding:{place}")
        taken.add(finding_id)
        said = finding.get("on_the_spot")
        if isinstance(said, dict):
            measure = said.get("measure")
            found.append((finding_id, _clean(measure) if isinstance(measure, str) else ""))
    return found


def _id(text: Any) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None


def _clean(text: str) -> str:
    kept = text.translate(_UNPRINTABLE).strip()
    return kept if len(kept) <= _LONGEST else kept[: _LONGEST - 1] + "…"


def downgrade() -> None:
    """Contract."""
    op.drop_column("hazard", "spot_checked_at")
    op.drop_column("hazard", "spot_measure")
