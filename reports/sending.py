"""How does a drawn file reach whoever asked for it?

Files are built in a temporary file and streamed from there; photos are opened one at a time. Papers open in the browser, sheets are saved.
What a drawing refuses becomes a refusal somebody can act on.
"""

import io
import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO, cast
from urllib.parse import quote

from litestar import Request
from litestar.response import Stream

from reports.fonts import FontSet, load_fonts, system_font_folders
from reports.paper import PhotoSource, UnknownTemplateError
from reports.wording import ForbiddenWordingError
from server.entrance import services_of
from server.errors import StateConflict, WordingNotPermitted
from server.photo_store import PhotoStore, read_blocks
from server.photos.service import find_rendition

AnyRequest = Request[Any, Any, Any]
Draw = Callable[[FontSet, PhotoSource], bytes]

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send_paper(request: AnyRequest, title: str, draw: Draw) -> Stream:
    """Draw a paper and send it."""
    fonts, photos = fonts_of(request), _photo_source(services_of(request).photo_store)
    return send_file(lambda file: file.write(_drawn(draw, fonts, photos)), f"{title}.pdf", PDF)


def fonts_of(request: AnyRequest) -> FontSet:
    """The fonts, read at the first paper of this process; converted first when nobody has yet."""
    settings = services_of(request).settings
    return load_fonts(settings.fonts, settings.office_fonts or system_font_folders())


def send_file(write: Callable[[BinaryIO], int], name: str, media_type: str) -> Stream:
    """What `write` writes, from a temporary file that is gone once it was sent."""
    file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - closed by the stream
    try:
        write(file)
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    ending = name.rpartition(".")[2]
    disposition = f"{'inline' if media_type == PDF else 'attachment'}; filename=\"parksafe.{ending}\"; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": disposition, "Content-Length": str(size), "Cache-Control": "private, no-store"}
    return Stream(read_blocks(file), media_type=media_type, headers=headers)


def _drawn(draw: Draw, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The paper, or a refusal somebody can act on."""
    try:
        return draw(fonts, photos)
    except ForbiddenWordingError as error:
        raise WordingNotPermitted(list(dict.fromkeys(problem.word for problem in error.problems))) from error
    except UnknownTemplateError as error:
        raise StateConflict("这份文书是用另一个版本的版式签发的，请用相应版本的程序打印。", reason="unknown_template") from error


def _photo_source(store: PhotoStore) -> PhotoSource:
    """Opens photos one at a time: the upright view where there is one, which is quicker to print than the original."""

    def open_photo(sha256: str) -> BinaryIO:
        path = find_rendition(store, sha256, "view")
        return store.open(sha256) if path is None else path.open("rb")

    return open_photo
