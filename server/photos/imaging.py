"""What is in these bytes, can they be seen, and how do they look small, upright and without EXIF?

Cameras send JPEG, PNG, WebP and HEIC; people send anything. Looking at the header is cheap and done while the phone waits; decoding
everything is not, so a picture counts as readable only after `decode_wholly` saw its last row. Nothing here raises for odd bytes: a
picture that cannot be read is a fact about it, said in Chinese.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pillow_heif
from PIL import Image, ImageOps

from server.clock import CHINA

pillow_heif.register_heif_opener()
# We look at the announced size ourselves before decoding, and say so instead of warning.
Image.MAX_IMAGE_PIXELS = None

MOST_PIXELS = 250_000_000
"""Larger pictures are kept but not decoded: 250 megapixels already take 750 MB of memory."""
LARGE_PIXELS = 40_000_000
"""Pictures larger than this are decoded one at a time: a small file can announce one that takes hundreds of megabytes."""
RENDITIONS = {"thumb": 360, "view": 1600}
"""Longest side, in pixels, of each rendition."""
ACCEPTED = ("image/jpeg", "image/png", "image/webp", "image/heic")
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
"""What Pillow may take such a file for. Its other readers (some start programs of the system) never see what came from outside."""
UNKNOWN_TYPE = "application/octet-stream"
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_decoding = threading.BoundedSemaphore(2)
_decoding_a_large_one = threading.Lock()


class PictureFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the header says. `problem` is Chinese and empty when nothing is wrong so far; `readable` is None until all was decoded."""

    media_type: str = UNKNOWN_TYPE
    width: int | None = None
    height: int | None = None
    readable: bool | None = None
    problem: str = ""
    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    camera: str = ""


def media_type_of(head: bytes) -> str:
    """The media type by the first bytes; `UNKNOWN_TYPE` when none of ours."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "image/heic"
    return UNKNOWN_TYPE


def look_at(path: Path) -> PictureFacts:
    """Read the header of a stored picture; decodes wholly only when the file looks cut off."""
    with path.open("rb") as file:
        head = file.read(64)
        if not head:
            return PictureFacts(readable=False, problem="文件是空的（0 字节）")
        media_type = media_type_of(head)
        if media_type == UNKNOWN_TYPE:
            return PictureFacts(readable=False, problem="不是能识别的照片格式（支持 JPEG、PNG、WebP、HEIC）")
        file.seek(0)
        facts = _read_header(file, media_type)
        if facts.readable is None and media_type == "image/jpeg" and _ends_early(file):
            return check(path, facts)
    return facts


def check(path: Path, facts: PictureFacts) -> PictureFacts:
    """`facts` with `readable` decided by decoding everything."""
    problem = decode_wholly(path, facts)
    return msgspec.structs.replace(facts, readable=not problem, problem=problem)


@contextmanager
def room_for(pixels: int) -> Iterator[None]:
    """Wait until a picture of so many pixels may be decoded: two at once, of which one may be large."""
    with _decoding_a_large_one if pixels > LARGE_PIXELS else nullcontext(), _decoding:
        yield


def decode_wholly(path: Path, facts: PictureFacts) -> str:
    """Decode every row; the problem in Chinese, or empty when the picture is whole."""
    if facts.readable is False:
        return facts.problem
    pixels = (facts.width or 0) * (facts.height or 0)
    if pixels > MOST_PIXELS:
        return f"像素太大（{facts.width}×{facts.height}），已原样保存，不生成预览"
    try:
        with room_for(pixels), Image.open(path, formats=_FORMATS) as image:
            # JPEG can be decoded at a fraction of its size; every byte is still read, so a cut is still seen.
            image.draft("RGB", (400, 400))
            image.load()
    except Exception as error:
        return f"照片不完整或已损坏，解码失败（{type(error).__name__}）"
    return ""


def make_rendition(source: BinaryIO, longest_side: int) -> bytes | None:
    """A smaller, upright JPEG without EXIF, or None when the picture cannot be decoded."""
    try:
        with Image.open(source, formats=_FORMATS) as image, room_for(image.width * image.height):
            if image.width * image.height > MOST_PIXELS:
                return None
            image.draft("RGB", (longest_side, longest_side))
            image.load()
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            _on_white(upright).save(out, "JPEG", quality=82, optimize=True, progressive=True)
    except Exception:
        return None
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        picture = image.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        return ground
    # Sixteen bits are brought to eight; converting alone would cut every grey above 255 to white.
    clean = (image.point(lambda value: value * (1 / 256)) if image.mode.startswith("I;16") else image).convert("RGB")
    clean.info = {}
    return clean


def _read_header(file: BinaryIO, media_type: str) -> PictureFacts:
    try:
        with Image.open(file, formats=_FORMATS) as image:
            width, height = image.size
            exif = image.getexif()
            facts = PictureFacts(media_type=media_type, width=width, height=height)
            return msgspec.structs.replace(facts, **_read_exif(exif))
    except Exception as error:
        return PictureFacts(media_type=media_type, readable=False, problem=f"照片头部已损坏，无法识别（{type(error).__name__}）")


def _read_exif(exif: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    try:
        details = exif.get_ifd(0x8769)
        facts["camera"] = " ".join(_plain(exif.get(tag)) for tag in (0x010F, 0x0110)).strip()[:120]
        facts["taken_at"] = _taken_at(_plain(details.get(0x9003) or exif.get(0x0132)), _plain(details.get(0x9011)))
        position = exif.get_ifd(0x8825)
        facts["latitude"] = _degrees(position.get(2), _plain(position.get(1)), 90)
        facts["longitude"] = _degrees(position.get(4), _plain(position.get(3)), 180)
    except Exception:
        return facts
    return facts


def _plain(value: Any) -> str:
    return str(value).replace("\x00", "").strip() if value is not None else ""


def _taken_at(text: str, offset: str) -> datetime | None:
    try:
        local = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone is added below
        zone = datetime.strptime(offset, "%z").tzinfo if offset else CHINA
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _degrees(parts: Any, hemisphere: str, limit: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 <= value <= limit:
        return None
    return round(-value if hemisphere in {"S", "W"} else value, 7)


def _ends_early(file: BinaryIO) -> bool:
    # A whole JPEG ends with the marker FFD9; some phones append more, so a missing one is only a reason to look closer.
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(max(0, size - 65536))
    return b"\xff\xd9" not in file.read()
