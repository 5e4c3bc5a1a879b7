"""Is everything there that the records speak of?

Compares what refers with what is kept: photos named in uses and their originals, documents and what was read out of them, failed answers
and their hazards. It changes nothing. A photo that never arrived may still be on somebody's phone, so it is listed, not called lost.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, and_, select

from rules.terms import AnswerResult, Term
from server.models.catalogue import ClauseRecord
from server.models.documents import Document, Inspection, SetAsideDocument
from server.models.hazards import Hazard, Reinspection
from server.models.photos import Photo, PhotoUse
from server.photo_store import PhotoStore
from server.struct_types import prepare_decoding

_AT_ONCE = 500


class GapKind(Term):
    """What is missing."""

    PHOTO_NOT_RECEIVED = "photo_not_received", "照片还没有收到"
    ORIGINAL_MISSING = "original_missing", "照片原图不在照片库里"
    DOCUMENT_NOT_READ = "document_not_read", "检查记录没有读出"
    SCAN_MISSING = "scan_missing", "条文核对的扫描件不在库里"
    HAZARD_MISSING = "hazard_missing", "不合格项没有对应的隐患"


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not there: its kind, the record that speaks of it, and which."""

    kind: GapKind
    subject_id: UUID
    what: str


class _Answer(msgspec.Struct, frozen=True):
    item: str = ""
    result: str = ""
    finding_id: str = ""


class _Document(msgspec.Struct, frozen=True):
    """The part of an inspection document that makes hazards; everything else is left aside."""

    answers: list[_Answer] = []
    findings: list[Any] = []


def find_gaps(connection: Connection, park_id: UUID, store: PhotoStore) -> Iterator[Gap]:
    """Every gap of a park. Memory stays flat in the number of documents."""
    yield from _photos_not_received(connection, park_id)
    yield from _originals_missing(connection, park_id, store)
    yield from _scans_missing(connection, park_id, store)
    yield from _documents_not_read(connection, park_id)
    yield from _hazards_missing(connection, park_id)


def _photos_not_received(connection: Connection, park_id: UUID) -> Iterator[Gap]:
    query = (
        select(PhotoUse.subject_id, PhotoUse.sha256)
        .outerjoin(Photo, and_(Photo.park_id == PhotoUse.park_id, Photo.sha256 == PhotoUse.sha256))
        .where(PhotoUse.park_id == park_id, Photo.sha256.is_(None))
        .order_by(PhotoUse.id)
    )
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        yield Gap(kind=GapKind.PHOTO_NOT_RECEIVED, subject_id=row.subject_id, what=row.sha256)


def _originals_missing(connection: Connection, park_id: UUID, store: PhotoStore) -> Iterator[Gap]:
    query = select(Photo.sha256).where(Photo.park_id == park_id).order_by(Photo.sha256)
    for sha256 in connection.execution_options(yield_per=_AT_ONCE).execute(query).scalars():
        if not store.has(sha256):
            yield Gap(kind=GapKind.ORIGINAL_MISSING, subject_id=park_id, what=sha256)


def _scans_missing(connection: Connection, park_id: UUID, store: PhotoStore) -> Iterator[Gap]:
    query = select(ClauseRecord.id, ClauseRecord.entry_id, ClauseRecord.scan_sha256).where(
        ClauseRecord.park_id == park_id, ClauseRecord.scan_sha256 != ""
    )
    for row in connection.execute(query.order_by(ClauseRecord.id)):
        if not store.has(row.scan_sha256):
            yield Gap(kind=GapKind.SCAN_MISSING, subject_id=row.id, what=f"{row.entry_id} {row.scan_sha256}")


def _documents_not_read(connection: Connection, park_id: UUID) -> Iterator[Gap]:
    query = (
        select(Document.id, Document.kind)
        .outerjoin(Inspection, Inspection.id == Document.id)
        .outerjoin(Reinspection, Reinspection.document_id == Document.id)
        .outerjoin(SetAsideDocument, SetAsideDocument.document_id == Document.id)
        .where(Document.park_id == park_id, Inspection.id.is_(None), Reinspection.id.is_(None), SetAsideDocument.id.is_(None))
        .order_by(Document.id)
    )
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        yield Gap(kind=GapKind.DOCUMENT_NOT_READ, subject_id=row.id, what=row.kind)


def _hazards_missing(connection: Connection, park_id: UUID) -> Iterator[Gap]:
    query = (
        select(Inspection.id, Inspection.number, Document.body)
        .join(Document, Document.id == Inspection.id)
        .where(Inspection.park_id == park_id)
        .order_by(Inspection.id)
    )
    inspections = connection.execution_options(yield_per=_AT_ONCE).execute(query)
    for some in inspections.partitions(_AT_ONCE):
        opened: dict[UUID, list[Any]] = {row.id: [] for row in some}
        hazards = select(Hazard.id, Hazard.inspection_id, Hazard.item_code).where(Hazard.inspection_id.in_(opened))
        for hazard in connection.execute(hazards):
            opened[hazard.inspection_id].append(hazard)
        for row in some:
            yield from _uncovered(row, opened[row.id])


def _uncovered(inspection: Any, hazards: list[Any]) -> Iterator[Gap]:
    """The failed answers of one document for which no hazard was opened, and findings beyond the hazards there are."""
    document = msgspec.json.decode(inspection.body, type=_Document, strict=False)
    items = {hazard.item_code for hazard in hazards}
    ids = {str(hazard.id) for hazard in hazards}
    failed = [answer for answer in document.answers if answer.result == AnswerResult.FAIL]
    for answer in failed:
        if answer.item not in items and answer.finding_id not in ids:
            yield Gap(kind=GapKind.HAZARD_MISSING, subject_id=inspection.id, what=f"{inspection.number} {answer.item or '（未写检查项）'}")
    if len(document.findings) > len(hazards):
        missing = len(document.findings) - len(hazards)
        yield Gap(kind=GapKind.HAZARD_MISSING, subject_id=inspection.id, what=f"{inspection.number} 少 {missing} 项")


prepare_decoding(_Document)
