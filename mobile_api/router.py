"""The phones' contract, `/mobile/v1`, in one place. `README.md` beside this file walks through it call by call."""

from litestar import Router

from mobile_api.bundle import list_changes, show_bundle
from mobile_api.enrolment import enrol
from mobile_api.inspections import put_inspection
from mobile_api.photos import PHOTO_ROUTES
from mobile_api.receipts import list_receipts
from mobile_api.reinspections import put_reinspection

# `/mobile/v1/uploads` is the place of resumable uploads (tus 1.0: creation, HEAD, PATCH, termination, expiration). Until they are offered
# the address answers 404 like any other unknown one, and the bundle says `resumable_uploads: false`.
mobile_router = Router(
    "/mobile/v1",
    route_handlers=[enrol, show_bundle, list_changes, put_inspection, put_reinspection, list_receipts, *PHOTO_ROUTES],
)
