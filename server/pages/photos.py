"""Looking at a photo: small and upright for pages, or the original, byte for byte, for whoever must check the evidence."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.params import FromPath
from litestar.response import File, Stream

from rules.terms import Role
from server.entrance import open_work, services_of
from server.errors import NotFound
from server.identity import STAFF, pages_for
from server.photo_store import SHA256, read_blocks
from server.photos.access import require_readable_photo
from server.photos.imaging import RENDITIONS
from server.photos.service import find_rendition

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}


class PhotoPages(Controller):
    """Photos for whoever may see what they belong to."""

    path = "/photos"
    opt = pages_for(*STAFF, Role.ENTERPRISE)

    @get("/{sha256:str}/{size:str}", sync_to_thread=True)
    def show_photo(self, request: Request[Any, Any, Any], sha256: FromPath[str], size: FromPath[str]) -> File:
        """A rendition (`thumb` or `view`). Photos never change, so browsers may keep them."""
        if size not in RENDITIONS or not SHA256.fullmatch(sha256):
            raise NotFound("这张照片")
        with open_work(request) as work:
            require_readable_photo(work, sha256)
        path = find_rendition(services_of(request).photo_store, sha256, size)
        if path is None:
            raise NotFound("这张照片的预览；原图仍可下载")
        headers = {"Cache-Control": "private, max-age=604800, immutable"}
        return File(path, media_type="image/jpeg", content_disposition_type="inline", headers=headers)

    @get("/{sha256:str}/original", sync_to_thread=True)
    def download_original(self, request: Request[Any, Any, Any], sha256: FromPath[str]) -> Response[Any]:
        """The original as it was received."""
        if not SHA256.fullmatch(sha256):
            raise NotFound("这张照片")
        with open_work(request) as work:
            photo = require_readable_photo(work, sha256)
        try:
            source = services_of(request).photo_store.open(sha256)
        except FileNotFoundError as error:
            raise NotFound("这张照片的原图") from error

        name = f"{sha256[:16]}.{_ENDINGS.get(photo.media_type, 'bin')}"
        # Served as a download, never as a page: nobody knows what odd bytes might pretend to be.
        return Stream(
            read_blocks(source),
            media_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(photo.size)},
        )
