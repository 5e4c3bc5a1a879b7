"""`PUT re-inspections/{id}`: a second look at one hazard, filed once however often it is sent."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, put
from litestar.params import FromPath, RawBody

from mobile_api.answers import device_time, id_in_path, received_now
from mobile_api.filing import Expected, File, epoch_of, take_document
from rules.terms import ReinspectionResult, Role
from server.entrance import services_of
from server.identity import phones_for
from server.inspections.decoding import Submission, Unreadable
from server.inspections.documents import DocumentType
from server.inspections.field_values import read_id
from server.inspections.reading import read_reinspection
from server.inspections.schemas import ReinspectionDocument
from server.inspections.service import file_reinspection

RE_INSPECTION = Expected(DocumentType.RE_INSPECTION, (("hazard_id",), ("result",)))


@put("/re-inspections/{re_inspection_id:str}", opt=phones_for(Role.INSPECTOR, Role.OFFICE), sync_to_thread=True)
def put_reinspection(request: Request[Any, Any, Any], re_inspection_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """File a re-inspection. What the hazard's state no longer allows is kept and marked, never refused."""
    document_id: UUID = id_in_path(re_inspection_id)
    rulebook = services_of(request).rulebook

    def prepare(submission: Submission[ReinspectionDocument]) -> File:
        document = submission.document
        hazard_id = read_id(document.hazard_id)
        if hazard_id is None or document.result not in set(ReinspectionResult):
            raise Unreadable("复查记录要写明隐患编号（hazard_id）和结论（result 为 pass 或 fail）")
        reading = read_reinspection(document, received_now(request), device_time(request))
        result = ReinspectionResult(document.result)
        return lambda work: file_reinspection(work, rulebook, epoch_of(request), document_id, submission, reading, hazard_id, result)

    return take_document(request, document_id, body, RE_INSPECTION, ReinspectionDocument, prepare)
