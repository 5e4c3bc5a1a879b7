"""`GET receipts?id=`: what the server holds, document by document, photo by photo.

Asked when a phone wants to forget what it sent, and after a restore. Photos nobody has decoded yet are decoded before the answer, so an
undecodable one is reported while the phone still has it.
"""

from typing import Any

from litestar import Request, Response, get

from mobile_api.answers import answer
from mobile_api.schemas import ReceiptList
from rules.terms import Role
from server.entrance import open_work, services_of
from server.errors import MalformedRequest
from server.identity import phones_for
from server.inspections.field_values import read_id
from server.inspections.receipts import list_holdings, list_photos_named
from server.photos.service import check_photos, list_unchecked

MOST_IDS = 200
_MOST_CHECKED = 20
"""How many photos one call decodes: about a second of work; the next call goes on."""


@get("/receipts", opt=phones_for(Role.INSPECTOR, Role.OFFICE), sync_to_thread=True)
def list_receipts(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The receipts of up to 200 documents, named by repeated `id` parameters."""
    written = request.query_params.getall("id", [])
    asked = {text[:64]: read_id(text) for text in written}
    services = services_of(request)
    ids = {one for one in asked.values() if one is not None}
    with open_work(request) as work:
        if not 1 <= len(written) <= MOST_IDS:
            raise MalformedRequest(f"请用 1 至 {MOST_IDS} 个 id 参数说明要查的记录")
        digests = list_photos_named(work, ids)
        unchecked = list_unchecked(work.connection, work.park_id, sorted(digests)[:MOST_IDS], _MOST_CHECKED) if digests else []
    if unchecked:
        check_photos(services.database, services.photo_store, unchecked)
    with open_work(request) as work:
        held = list_holdings(work, services.epoch, asked)
    return answer(request, ReceiptList(epoch=services.epoch, receipts=held.receipts, set_aside=held.set_aside, unknown=held.unknown))
