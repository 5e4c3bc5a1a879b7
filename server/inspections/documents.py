"""How is a submitted document kept, whole, once, and never replaced?

The first content under an id is the record. The same content again changes nothing; other content, and bytes nobody can read, are kept
aside for the office, each once. Two at once: the second waits for the first to be committed and then sees it.
"""

import functools
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select

from rules.terms import Term
from server.canonical import sha256_hex
from server.db import insert_if_absent
from server.ids import new_id
from server.inspections.decoding import Submission
from server.models.base import table_of
from server.models.documents import Document, SetAsideDocument
from server.prepared import Prepared, insert_on
from server.unit_of_work import Work

_document = table_of(Document)
_set_aside = table_of(SetAsideDocument)
_insert_document = Prepared(lambda database: insert_on(_document, database).on_conflict_do_nothing(), writes=_document.c.keys())


class DocumentType(Term):
    """What a submitted document is about."""

    INSPECTION = "inspection", "检查记录"
    RE_INSPECTION = "re_inspection", "复查记录"


class SetAsideReason(Term):
    """Why a document did not become the record."""

    CONFLICT = "conflict", "同一编号已有不同内容的记录"
    UNREADABLE = "unreadable", "内容读不出来"
    ID_MISMATCH = "id_mismatch", "记录里的编号与提交的编号不一致"
    UNKNOWN_HAZARD = "unknown_hazard", "复查的隐患不在册"


class Kept(msgspec.Struct, frozen=True):
    """The document that holds an id, whoever sent it."""

    park_id: UUID
    kind: str
    sha256: str


@functools.cache
def _select_kept() -> Any:
    return select(_document.c.park_id, _document.c.kind, _document.c.sha256).where(_document.c.id == bindparam("document"))


def keep_document(work: Work, document_id: UUID, kind: DocumentType, submission: Submission[Any]) -> bool:
    """Keep a document under its id; false when the id is taken."""
    row = {
        "id": document_id,
        "park_id": work.park_id,
        "kind": kind.value,
        "sha256": submission.sha256,
        "body": submission.body,
        "account_id": work.actor.id,
        "device_id": work.actor.device_id,
        "received_at": work.now,
    }
    return _insert_document.run(work.connection, row) == 1


def get_kept(work: Work, document_id: UUID) -> Kept:
    """The document that holds a taken id. It may be another park's: say nothing of it then."""
    row = work.connection.execute(_select_kept(), {"document": document_id}).one()
    return Kept(row.park_id, row.kind, row.sha256)


def set_aside(work: Work, document_id: UUID, kind: DocumentType, reason: SetAsideReason, body: bytes, detail: str) -> None:
    """Keep bytes that did not become the record, for the office to look at; the same bytes once."""
    sha256 = sha256_hex(body)
    added = insert_if_absent(
        work.connection,
        _set_aside,
        {
            "id": new_id(),
            "park_id": work.park_id,
            "document_id": document_id,
            "kind": kind.value,
            "reason": reason.value,
            "detail": detail,
            "sha256": sha256,
            "body": body,
            "account_id": work.actor.id,
            "device_id": work.actor.device_id,
            "received_at": work.now,
        },
    )
    if added:
        work.record("document", document_id, "document:set_aside", kind=kind.value, reason=reason.value, sha256=sha256)
