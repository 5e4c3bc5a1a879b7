"""`PUT inspections/{id}`: a check in the field, filed once however often it is sent."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, put
from litestar.params import FromPath, RawBody

from mobile_api.answers import device_time, id_in_path, received_now
from mobile_api.filing import Expected, File, epoch_of, take_document
from rules.terms import Role
from server.entrance import services_of
from server.identity import phones_for
from server.inspections.decoding import Submission
from server.inspections.documents import DocumentType
from server.inspections.reading import read_inspection
from server.inspections.schemas import InspectionDocument
from server.inspections.service import file_inspection

INSPECTION = Expected(DocumentType.INSPECTION, (("answers", "findings"),))


@put("/inspections/{inspection_id:str}", opt=phones_for(Role.INSPECTOR, Role.OFFICE), sync_to_thread=True)
def put_inspection(request: Request[Any, Any, Any], inspection_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """File an inspection. 201 with its receipt, 200 again; 409 for other content, 400 for what nobody can read: both kept aside."""
    document_id: UUID = id_in_path(inspection_id)
    rulebook = services_of(request).rulebook

    def prepare(submission: Submission[InspectionDocument]) -> File:
        reading = read_inspection(document_id, submission.document, rulebook, received_now(request), device_time(request))
        return lambda work: file_inspection(work, rulebook, epoch_of(request), document_id, submission, reading)

    return take_document(request, document_id, body, INSPECTION, InspectionDocument, prepare)
