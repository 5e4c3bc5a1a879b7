"""How does a scan of an official text become evidence?

Its bytes go into the store of originals under their sha256, write-once, before anything refers to them; the record of the desk keeps name,
kind and size. Only what can be looked at is taken: PDF and pictures.
"""

from typing import BinaryIO

from server.catalogue.schemas import KeptScan
from server.errors import FieldError, InvalidInput
from server.photo_store import PhotoStore, store_upload
from server.photos.imaging import UNKNOWN_TYPE, media_type_of

PDF = "application/pdf"
ENDINGS = {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}
_HEAD = 64
_LONGEST_NAME = 120


def keep_scan(store: PhotoStore, source: BinaryIO, name: str, *, max_bytes: int) -> KeptScan:
    """Store a scan somebody chose in a form. Raises `InvalidInput` for what is no PDF or picture, `TooLarge`."""
    head = source.read(_HEAD)
    media_type = PDF if head.startswith(b"%PDF-") else media_type_of(head)
    if media_type == UNKNOWN_TYPE:
        raise InvalidInput([FieldError("scan", "扫描件应为 PDF、JPEG、PNG、WebP 或 HEIC，请重新选择")])
    stored = store_upload(store, source, "扫描件", max_bytes=max_bytes)
    return KeptScan(sha256=stored.sha256, name=name.strip()[-_LONGEST_NAME:], media_type=media_type, size=stored.size)
