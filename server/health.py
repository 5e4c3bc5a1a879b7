"""Is the service able to keep a record right now? Looks at the database and the photo store, not at itself alone."""

import shutil
from typing import Any

from litestar import Request, Response, get
from sqlalchemy import select

from server.entrance import services_of
from server.identity import for_anyone
from server.models.events import Deployment

LEAST_FREE_BYTES = 500_000_000
"""Under this the service still works, but says that room is getting short."""


@get("/health", opt=for_anyone(), sync_to_thread=True, include_in_schema=False)
def show_health(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """200 when records and photos can be kept, 503 otherwise; `free_mb` and `room` warn before the disk is full."""
    services = services_of(request)
    answer: dict[str, Any] = {"database": "ok", "photo_store": "ok"}
    try:
        with services.database.read() as connection:
            connection.execute(select(Deployment.name).limit(1)).all()
    except Exception:
        answer["database"] = "unavailable"
    try:
        incoming = services.photo_store.begin()
        incoming.write(b"health")
        incoming.discard()
        free = shutil.disk_usage(services.settings.data_folder).free
        answer |= {"free_mb": free // 1_000_000, "room": "short" if free < LEAST_FREE_BYTES else "ok"}
    except OSError:
        answer["photo_store"] = "unavailable"
    healthy = answer["database"] == answer["photo_store"] == "ok"
    return Response(answer, status_code=200 if healthy else 503)
