"""Photos by their sha256: streamed in, verified, kept byte for byte; asked for by HEAD; seen small by GET.

Never whole in memory: the body goes to the store in blocks. The answer is sent after the bytes are durable and the row is committed, so a
2xx here is a receipt for that photo whether or not its document has arrived.
"""

from typing import Any

from litestar import Request, Response, get, head, put
from litestar.concurrency import sync_to_thread
from litestar.datastructures import ETag
from litestar.exceptions import InternalServerException
from litestar.params import FromPath, FromQuery
from litestar.response import File

from mobile_api.schemas import PhotoReceipt
from rules.terms import Role
from server.entrance import admit, open_work, services_of
from server.errors import MalformedRequest, NotFound, TooLarge
from server.identity import phones_for
from server.photo_store import SHA256, IncomingPhoto
from server.photos.access import require_readable_photo
from server.photos.imaging import RENDITIONS, look_at
from server.photos.service import KeptPhoto, find_rendition, find_states, record_photo, state_of
from server.unit_of_work import begin_work

MAY = phones_for(Role.INSPECTOR, Role.OFFICE, Role.LEADER)
_BLOCK = 512 * 1024


@put("/photos/{sha256:str}", opt=MAY, request_max_body_size=None)
async def put_photo(request: Request[Any, Any, Any], sha256: FromPath[str]) -> Response[PhotoReceipt]:
    """Keep a photo. 201 the first time, 200 again; 400 when the bytes are not those announced."""
    sha256 = _digest(sha256)
    limit = services_of(request).settings.photo_max_bytes
    if (request.content_length or 0) > limit:
        raise TooLarge("照片", limit / 1_000_000)
    arrival = _Arrival(request, sha256)
    try:
        rest = await _receive(request, arrival, limit)
        return await sync_to_thread(arrival.keep, rest)
    except BaseException:
        await sync_to_thread(arrival.discard)
        raise


async def _receive(request: Request[Any, Any, Any], arrival: "_Arrival", limit: int) -> bytes:
    """Hand on full blocks and return the last, partial one: most photos are smaller than one block and cost one visit to a thread."""
    block = bytearray()
    received = 0
    try:
        async for chunk in request.stream():
            received += len(chunk)
            if received > limit:
                raise TooLarge("照片", limit / 1_000_000)
            block += chunk
            if len(block) >= _BLOCK:
                await sync_to_thread(arrival.write, bytes(block))
                block.clear()
    except InternalServerException as error:
        raise MalformedRequest("传输中断，没有收完") from error
    return bytes(block)


class _Arrival:
    """A photo on its way from the wire to the store and into the record. Every method runs on a worker thread."""

    def __init__(self, request: Request[Any, Any, Any], sha256: str) -> None:
        self._request = request
        self._sha256 = sha256
        self._incoming: IncomingPhoto | None = None

    def write(self, block: bytes) -> None:
        """Take a block. With the first the caller is proved, before anything is stored."""
        if self._incoming is None:
            services = services_of(self._request)
            with begin_work(services.database, services.clock, write=False) as work:
                admit(self._request, work)
            self._incoming = services.photo_store.begin()
        self._incoming.write(block)

    def keep(self, rest: bytes) -> Response[PhotoReceipt]:
        """Take the rest, make the photo durable, write it down, and answer after the commit."""
        self.write(rest)
        incoming = self._incoming
        if incoming is None:
            raise RuntimeError("nothing was received")
        size = incoming.size
        path = incoming.keep(self._sha256)
        kept = KeptPhoto(sha256=self._sha256, size=size, facts=look_at(path))
        with open_work(self._request, write=True) as work:
            added = record_photo(work, kept)
            state = state_of(kept) if added else find_states(work.connection, work.park_id, [self._sha256])[self._sha256]
        receipt = PhotoReceipt(
            sha256=self._sha256,
            state=state.state,
            readable=state.readable,
            problem=state.problem,
            size=size,
            media_type=state.media_type,
            epoch=services_of(self._request).epoch,
        )
        return Response(receipt, status_code=201 if added else 200)

    def discard(self) -> None:
        """Forget what was received; harmless after `keep`."""
        if self._incoming is not None:
            self._incoming.discard()


@head("/photos/{sha256:str}", opt=MAY, sync_to_thread=True)
def find_photo(request: Request[Any, Any, Any], sha256: FromPath[str]) -> Response[None]:
    """Whether the park holds a photo: 200 or 404."""
    with open_work(request) as work:
        state = find_states(work.connection, work.park_id, [_digest(sha256)])[sha256.lower()]
    if state.state != "stored":
        raise NotFound("这张照片")
    return Response(None, status_code=200, headers={"ETag": f'"{sha256.lower()}"', "X-Photo-Size": str(state.size)})


@get("/photos/{sha256:str}", opt=MAY, sync_to_thread=True)
def show_photo(request: Request[Any, Any, Any], sha256: FromPath[str], size: FromQuery[str] = "thumb") -> File:
    """A small upright picture (`size` thumb or view) for showing before-photos on the phone."""
    digest = _digest(sha256)
    if size not in RENDITIONS:
        raise MalformedRequest("size 应为 thumb 或 view")
    with open_work(request) as work:
        require_readable_photo(work, digest)
    path = find_rendition(services_of(request).photo_store, digest, size)
    if path is None:
        raise NotFound("这张照片的预览")
    return File(path, media_type="image/jpeg", content_disposition_type="inline", etag=ETag(value=f"{digest}-{size}"))


def _digest(text: str) -> str:
    digest = text.lower()
    if not SHA256.fullmatch(digest):
        raise MalformedRequest("照片地址应是 64 位十六进制的 sha256")
    return digest


PHOTO_ROUTES = [put_photo, find_photo, show_photo]
