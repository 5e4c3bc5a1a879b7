"""How does one submitted document become one answer, whatever state it is in?

The body is decoded and read before the transaction begins. What cannot be read is kept aside and refused with 400; a taken id with other
content is kept aside and answered with 409 and the first's receipt; everything else is a receipt, 201 the first time and 200 again.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response

from mobile_api.answers import answer, problem
from server.entrance import open_work, services_of
from server.errors import DocumentConflict, IdMismatch, UnreadableDocument
from server.inspections.decoding import Submission, Unreadable, read_submission
from server.inspections.documents import DocumentType, SetAsideReason, set_aside
from server.inspections.field_values import read_id
from server.inspections.schemas import InspectionDocument, ReinspectionDocument
from server.inspections.service import Filing
from server.unit_of_work import Work

T = TypeVar("T", InspectionDocument, ReinspectionDocument)
File = Callable[[Work], Filing]


class Expected(msgspec.Struct, frozen=True):
    """A kind of document: its struct and the groups of fields of which it needs one each."""

    type: DocumentType
    needed: tuple[tuple[str, ...], ...]


def take_document(
    request: Request[Any, Any, Any],
    document_id: UUID,
    raw: bytes,
    expected: Expected,
    kind: type[T],
    prepare: Callable[[Submission[T]], File],
) -> Response[bytes]:
    """Decode, read and file a document; `prepare` reads it before the transaction and returns what is done inside."""
    try:
        submission = read_submission(raw, request.headers.get("content-type", ""), kind, expected.needed)
        in_document = submission.document.id
        is_mismatch = bool(in_document) and read_id(in_document) != document_id
        file = None if is_mismatch else prepare(submission)
    except Unreadable as error:
        return _keep_unreadable(request, document_id, raw, expected, error)
    if file is None:
        return _keep_mismatched(request, document_id, submission.body, expected, in_document)
    with open_work(request, write=True) as work:
        filing = file(work)
    if filing.is_conflict:
        sent = submission.sha256
        return problem(request, DocumentConflict(str(document_id), filing.recorded_sha256, sent, filing.receipt))
    return answer(request, filing.receipt, 201 if filing.is_new else 200)


def _keep_unreadable(
    request: Request[Any, Any, Any], document_id: UUID, raw: bytes, expected: Expected, error: Unreadable
) -> Response[bytes]:
    with open_work(request, write=True) as work:
        set_aside(work, document_id, expected.type, SetAsideReason.UNREADABLE, raw, error.reason)
    return problem(request, UnreadableDocument(error.reason, kept=True))


def _keep_mismatched(
    request: Request[Any, Any, Any], document_id: UUID, body: bytes, expected: Expected, in_document: str
) -> Response[bytes]:
    shown = in_document[:64]
    with open_work(request, write=True) as work:
        detail = f"地址里的编号是 {document_id}，记录里写的是 {shown}"
        set_aside(work, document_id, expected.type, SetAsideReason.ID_MISMATCH, body, detail)
    return problem(request, IdMismatch(str(document_id), shown))


def epoch_of(request: Request[Any, Any, Any]) -> str:
    """This life of the database."""
    return services_of(request).epoch
