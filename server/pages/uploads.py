"""How do photos chosen in a form become evidence, and survive a form that must be corrected?

Each is stored, verified, written down and decoded before the form's own change is made, outside its transaction. A form that comes back
with mistakes names the photos it already brought by their sha256, so nobody has to take or choose them again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO, cast

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile

from server.entrance import open_work, services_of
from server.errors import FieldError, NotFound, TooLarge
from server.hazards.schemas import NewPhoto
from server.models.photos import Photo
from server.pages.view import form_files, form_texts
from server.photo_store import SHA256
from server.photos.access import require_readable_photo
from server.photos.service import KeptPhoto, check_photos, get_photo, keep_upload, list_unchecked, record_photo

FORM_MAX_BYTES = 400_000_000
"""The largest form with photos: what a dozen phone photos need, with room. Each photo has its own limit in the settings."""


class ChosenPhotos(msgspec.Struct, frozen=True):
    """The photos of one form field as submitted: new files, and those brought earlier that are still wanted."""

    files: tuple[UploadFile, ...]
    brought: tuple[str, ...]


class FormPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo the form already brought. `readable` is false when nobody can see it; `problem` says why."""

    sha256: str
    readable: bool
    problem: str
    taken_at: datetime | None

    @property
    def as_new(self) -> NewPhoto:
        """The photo as a use case takes it."""
        return NewPhoto(sha256=self.sha256, taken_at=self.taken_at)


def chosen_photos(form: Any, field: str = "photos") -> ChosenPhotos:
    """What a form says about its photos: files in `field`, earlier ones in `field_kept`, those no longer wanted in `field_drop`."""
    dropped = set(form_texts(form, f"{field}_drop"))
    brought = (one for one in form_texts(form, f"{field}_kept") if SHA256.fullmatch(one) and one not in dropped)
    return ChosenPhotos(tuple(form_files(form, field)), tuple(dict.fromkeys(brought)))


def keep_photos(request: Request[Any, Any, Any], chosen: ChosenPhotos, field: str = "photos") -> tuple[list[FormPhoto], list[FieldError]]:
    """Store and write down what was chosen; the photos the form now has, and what could not be taken."""
    services = services_of(request)
    photos, errors = _brought(request, chosen.brought, field)
    most = services.settings.form_photo_max_count
    if len(chosen.files) + len(photos) > most:
        return photos, [*errors, FieldError(field, f"照片一次最多 {most} 张，请少选几张")]
    kept, too_large = _store(request, chosen.files, field)
    if kept:
        with open_work(request, write=True) as work:
            for one in kept:
                record_photo(work, one)
            unchecked = list_unchecked(work.connection, work.park_id, {one.sha256 for one in kept}, len(kept))
        check_photos(services.database, services.photo_store, unchecked)
        with open_work(request) as work:
            # Who sends the bytes may use them, whoever sent them first.
            photos += [_form_photo(get_photo(work, sha256)) for sha256 in dict.fromkeys(one.sha256 for one in kept)]
    return list({one.sha256: one for one in photos}.values()), errors + too_large


def unreadable_errors(photos: Sequence[FormPhoto], field: str = "photos") -> list[FieldError]:
    """What to say when there are photos but none of them can be seen."""
    if not photos or any(one.readable for one in photos):
        return []
    return [FieldError(field, f"照片打不开（{photos[0].problem or '无法识别'}），请重拍或另选一张")]


def _store(request: Request[Any, Any, Any], files: Sequence[UploadFile], field: str) -> tuple[list[KeptPhoto], list[FieldError]]:
    services = services_of(request)
    kept: list[KeptPhoto] = []
    errors: list[FieldError] = []
    for file in files:
        try:
            kept.append(keep_upload(services.photo_store, cast("BinaryIO", file.file), max_bytes=services.settings.photo_max_bytes))
        except TooLarge:
            errors.append(FieldError(field, f"“{file.filename}”超过 {services.settings.photo_max_mb} MB，请换一张小一些的"))
    return kept, errors


def _brought(request: Request[Any, Any, Any], digests: Sequence[str], field: str) -> tuple[list[FormPhoto], list[FieldError]]:
    """Photos the form brought earlier. One the actor may not see is asked for again: a form cannot name somebody else's evidence."""
    if not digests:
        return [], []
    photos: list[FormPhoto] = []
    errors: list[FieldError] = []
    with open_work(request) as work:
        for sha256 in digests:
            try:
                photos.append(_form_photo(require_readable_photo(work, sha256)))
            except NotFound:
                errors = [FieldError(field, "有照片需要重新选择一次")]
    return photos, errors


def _form_photo(photo: Photo) -> FormPhoto:
    return FormPhoto(sha256=photo.sha256, readable=photo.readable is not False, problem=photo.problem, taken_at=photo.taken_at)
