"""What does the server hold of a document?

A receipt is a function of the record alone: the same state gives the same bytes, whether it answers the first filing, a repeat or a
question weeks later. It names every photo of the document and whether that is stored and can be read, the marks, and where its hazards
stand now.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, or_, select

from server.inspections.access import readable_documents, readable_set_aside
from server.inspections.marks import Mark, derived_marks, in_order, label_of
from server.inspections.schemas import HazardFiled, KeptAside, MarkSaid, Receipt
from server.models.base import table_of
from server.models.documents import Document, Inspection, SetAsideDocument
from server.models.hazards import Hazard, Reinspection
from server.models.photos import PhotoUse
from server.photos.service import PhotoState, find_states
from server.unit_of_work import Work

_inspection = table_of(Inspection)
_reinspection = table_of(Reinspection)
_hazard = table_of(Hazard)
_use = table_of(PhotoUse)
MARKS_WITHOUT_READING = (Mark.UNKNOWN_HAZARD.value,)
"""A re-inspection whose hazard is not registered has no row of its own; its document is kept and says so."""


class Holdings(msgspec.Struct, frozen=True):
    """What is held of the documents asked for."""

    receipts: list[Receipt]
    set_aside: list[KeptAside]
    unknown: list[str]


def make_receipt(
    *,
    document_id: UUID,
    kind: str,
    number: str,
    document_sha256: str,
    received_at: datetime,
    epoch: str,
    photos: Iterable[PhotoState],
    marks: Iterable[str],
    hazards: Iterable[HazardFiled],
) -> Receipt:
    """A receipt in its one order: photos by digest, marks as listed, hazards by number."""
    states = sorted(photos, key=lambda photo: photo.sha256)
    return Receipt(
        id=document_id,
        kind=kind,
        number=number,
        document_sha256=document_sha256,
        received_at=received_at.astimezone(UTC),
        epoch=epoch,
        complete=all(photo.state == "stored" for photo in states),
        photos=states,
        marks=[MarkSaid(code, label_of(code)) for code in in_order({*marks, *derived_marks(states)})],
        hazards=sorted(hazards, key=lambda hazard: (len(hazard.number), hazard.number)),
    )


def list_receipts(work: Work, epoch: str, document_ids: Collection[UUID]) -> list[Receipt]:
    """The receipts of those documents the actor may ask for, in the order received. Six queries, however many."""
    query = readable_documents(work.actor).with_only_columns(Document.id, Document.kind, Document.sha256, Document.received_at)
    rows = work.connection.execute(query.where(Document.id.in_(document_ids)).order_by(Document.received_at, Document.id)).all()
    return _receipts(work.connection, work.park_id, epoch, rows)


def get_receipt(work: Work, epoch: str, document_id: UUID) -> Receipt:
    """The receipt of one of the park's documents, whoever of the park sent it."""
    query = select(Document.id, Document.kind, Document.sha256, Document.received_at)
    rows = work.connection.execute(query.where(Document.id == document_id, Document.park_id == work.park_id)).all()
    return _receipts(work.connection, work.park_id, epoch, rows)[0]


def list_holdings(work: Work, epoch: str, asked: Mapping[str, UUID | None]) -> Holdings:
    """Receipts, what was kept aside under the same ids, and the ids nothing is held under. `asked` maps each id as written to its UUID."""
    ids = {one for one in asked.values() if one is not None}
    receipts = list_receipts(work, epoch, ids)
    query = readable_set_aside(work.actor).where(SetAsideDocument.document_id.in_(ids))
    columns = (SetAsideDocument.document_id, SetAsideDocument.sha256, SetAsideDocument.reason, SetAsideDocument.received_at)
    rows = work.connection.execute(query.with_only_columns(*columns).order_by(SetAsideDocument.received_at, SetAsideDocument.sha256))
    aside = [
        KeptAside(id=row.document_id, sha256=row.sha256, reason=row.reason, received_at=row.received_at.astimezone(UTC)) for row in rows
    ]
    held = {receipt.id for receipt in receipts}
    return Holdings(receipts, aside, [text for text, one in asked.items() if one not in held])


def list_photos_named(work: Work, document_ids: Collection[UUID]) -> set[str]:
    """The digests of every photo those documents name, of the documents the actor may ask for."""
    allowed = readable_documents(work.actor).with_only_columns(Document.id).where(Document.id.in_(document_ids))
    return set(work.connection.scalars(select(_use.c.sha256).where(_use.c.park_id == work.park_id, _use.c.document_id.in_(allowed))))


def _receipts(connection: Connection, park_id: UUID, epoch: str, documents: Sequence[Any]) -> list[Receipt]:
    ids = [row.id for row in documents]
    if not ids:
        return []
    digests: dict[UUID, set[str]] = {}
    for row in connection.execute(select(_use.c.document_id, _use.c.sha256).where(_use.c.document_id.in_(ids))):
        digests.setdefault(row.document_id, set()).add(row.sha256)
    states = find_states(connection, park_id, set().union(*digests.values()))
    read = {
        row.id: row
        for row in connection.execute(select(_inspection.c.id, _inspection.c.number, _inspection.c.marks).where(_inspection.c.id.in_(ids)))
    }
    looks = {
        row.document_id: row
        for row in connection.execute(
            select(_reinspection.c.document_id, _reinspection.c.hazard_id, _reinspection.c.marks).where(
                _reinspection.c.document_id.in_(ids)
            )
        )
    }
    seen_again = [row.hazard_id for row in looks.values()]
    hazards = connection.execute(
        select(_hazard.c.id, _hazard.c.number, _hazard.c.state, _hazard.c.inspection_id).where(
            or_(_hazard.c.inspection_id.in_(ids), _hazard.c.id.in_(seen_again))
        )
    ).all()
    receipts = []
    for row in documents:
        inspection, look = read.get(row.id), looks.get(row.id)
        marks = inspection.marks if inspection is not None else look.marks if look is not None else MARKS_WITHOUT_READING
        about = [one for one in hazards if one.inspection_id == row.id or (look is not None and one.id == look.hazard_id)]
        receipts.append(
            make_receipt(
                document_id=row.id,
                kind=row.kind,
                number="" if inspection is None else inspection.number,
                document_sha256=row.sha256,
                received_at=row.received_at,
                epoch=epoch,
                photos=[states[digest] for digest in digests.get(row.id, ())],
                marks=marks,
                hazards=[HazardFiled(one.id, one.number, one.state) for one in about],
            )
        )
    return receipts
