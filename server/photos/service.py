"""Use cases of photos: keep one, say what we hold, check whether it can be seen, and make it small."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from server.db import Database
from server.errors import NotFound
from server.models.base import table_of
from server.models.photos import Photo
from server.photo_store import PhotoStore, store_upload
from server.photos.imaging import RENDITIONS, PictureFacts, check, look_at, make_rendition
from server.prepared import Prepared, PreparedAmong, insert_on
from server.unit_of_work import Work

_photo = table_of(Photo)
_insert_photo = Prepared(lambda database: insert_on(_photo, database).on_conflict_do_nothing(), writes=_photo.c.keys())
_state_columns = (_photo.c.sha256, _photo.c.readable, _photo.c.problem, _photo.c.size, _photo.c.media_type)
_select_states = PreparedAmong(
    lambda digests: select(*_state_columns).where(_photo.c.park_id == bindparam("park"), _photo.c.sha256.in_(digests)),
    returns=_state_columns,
)


class PhotoState(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt says about one photo. `readable` is null until somebody decoded all of it."""

    sha256: str
    state: str
    """stored or missing."""
    readable: bool | None = None
    problem: str = ""
    size: int | None = None
    media_type: str = ""


class KeptPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """An original in the store, looked at, not yet written down for any park."""

    sha256: str
    size: int
    facts: PictureFacts


def keep_upload(store: PhotoStore, source: BinaryIO, *, max_bytes: int) -> KeptPhoto:
    """Store a picture somebody chose in a form. Raises `TooLarge`."""
    stored = store_upload(store, source, "照片", max_bytes=max_bytes)
    return KeptPhoto(sha256=stored.sha256, size=stored.size, facts=look_at(stored.path))


def state_of(kept: KeptPhoto) -> PhotoState:
    """What a receipt says about a photo that was just recorded for the first time."""
    facts = kept.facts
    return PhotoState(
        sha256=kept.sha256,
        state="stored",
        readable=facts.readable,
        problem=facts.problem,
        size=kept.size,
        media_type=facts.media_type,
    )


def record_photo(work: Work, kept: KeptPhoto) -> bool:
    """Write down that the park holds a stored photo. True the first time; again changes nothing."""
    facts = kept.facts
    row = {
        "park_id": work.park_id,
        "sha256": kept.sha256,
        "size": kept.size,
        "media_type": facts.media_type,
        "width": facts.width,
        "height": facts.height,
        "readable": facts.readable,
        "problem": facts.problem,
        "taken_at": facts.taken_at,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "camera": facts.camera,
        "received_at": work.now,
        "account_id": work.actor.id,
        "device_id": work.actor.device_id,
    }
    added = _insert_photo.run(work.connection, row) == 1
    if added:
        work.record("photo", work.actor.id or work.park_id, "photo:stored", sha256=kept.sha256, size=kept.size)
    return added


def find_states(connection: Connection, park_id: UUID, digests: Collection[str]) -> dict[str, PhotoState]:
    """What the park holds of these photos, by sha256; each asked-for one has an entry."""
    states = {sha256: PhotoState(sha256=sha256, state="missing") for sha256 in digests}
    for row in _select_states.fetch_all(connection, states, {"park": park_id}):
        states[row.sha256] = PhotoState(
            sha256=row.sha256, state="stored", readable=row.readable, problem=row.problem, size=row.size, media_type=row.media_type
        )
    return states


def get_photo(work: Work, sha256: str) -> Photo:
    """A photo of the actor's park. Raises `NotFound`."""
    photo = work.session.get(Photo, (work.park_id, sha256))
    if photo is None:
        raise NotFound("这张照片")
    return photo


def list_unchecked(connection: Connection, park_id: UUID | None, digests: Collection[str] | None, limit: int) -> list[tuple[UUID, str]]:
    """Photos nobody has decoded wholly yet, oldest first."""
    query = select(_photo.c.park_id, _photo.c.sha256).where(_photo.c.readable.is_(None)).order_by(_photo.c.received_at).limit(limit)
    if park_id is not None:
        query = query.where(_photo.c.park_id == park_id)
    if digests is not None:
        query = query.where(_photo.c.sha256.in_(digests))
    return [(row.park_id, row.sha256) for row in connection.execute(query)]


def check_photos(database: Database, store: PhotoStore, wanted: Collection[tuple[UUID, str]]) -> int:
    """Decode photos wholly and write down whether they can be seen; returns how many were looked at.

    Decoding happens outside any transaction; writing the answer down twice does no harm.
    """
    for park_id, sha256 in wanted:
        facts = _facts_of(database, park_id, sha256)
        try:
            with store.open(sha256) as file:
                path = Path(file.name)
            decided = check(path, facts)
        except FileNotFoundError:
            decided = msgspec.structs.replace(facts, readable=False, problem="原图不在照片库里，请管理员核对备份")
        with database.write() as connection:
            connection.execute(
                update(_photo)
                .where(_photo.c.park_id == park_id, _photo.c.sha256 == sha256)
                .values(readable=decided.readable, problem=decided.problem)
            )
    return len(wanted)


def check_unread_photos(database: Database, store: PhotoStore, limit: int = 200) -> int:
    """Check the oldest photos nobody has looked at; called by the timed work."""
    with database.read() as connection:
        wanted = list_unchecked(connection, None, None, limit)
    return check_photos(database, store, wanted)


def _facts_of(database: Database, park_id: UUID, sha256: str) -> PictureFacts:
    with database.read() as connection:
        row = connection.execute(select(_photo).where(_photo.c.park_id == park_id, _photo.c.sha256 == sha256)).one()
    taken_at: datetime | None = row.taken_at
    return PictureFacts(media_type=row.media_type, width=row.width, height=row.height, problem=row.problem, taken_at=taken_at)


def find_rendition(store: PhotoStore, sha256: str, name: str) -> Path | None:
    """A small upright picture, made on first use; None when the original cannot be decoded. `name` is a key of `RENDITIONS`."""
    found = store.find_rendition(sha256, name)
    if found is not None:
        return found
    try:
        with store.open(sha256) as source:
            data = make_rendition(source, RENDITIONS[name])
    except FileNotFoundError:
        return None
    return None if data is None else store.keep_rendition(sha256, name, data)
