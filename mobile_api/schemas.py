"""What goes over the wire besides documents and receipts: structs whose new fields have defaults and whose types never change."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from server.inspections.schemas import KeptAside, Receipt


class PhotoReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the server holds of one photo. `state` is stored or missing; `readable` is null until all of it was decoded."""

    sha256: str
    state: str
    readable: bool | None
    problem: str
    size: int | None
    media_type: str
    epoch: str


class DeviceDescribed(msgspec.Struct, frozen=True, kw_only=True):
    """How a phone calls itself, shown to the office beside the button that revokes it."""

    name: str = ""
    platform: str = ""


class EnrolmentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Account and password, or a one-time code from the office."""

    username: str = ""
    password: str = ""
    code: str = ""
    device: DeviceDescribed = DeviceDescribed()


class ReceiptList(msgspec.Struct, frozen=True, kw_only=True):
    """What the server holds of the documents asked for. `unknown` repeats the ids nothing is held under, as they were written."""

    epoch: str
    receipts: list[Receipt]
    set_aside: list[KeptAside]
    unknown: list[str]


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the phone's token stands for."""

    account_id: UUID
    device_id: UUID | None
    name: str
    role: str


class ParkSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The park, as papers and pages call it. `permission_mode` A means 请于…前完成整改, never 责令."""

    id: UUID
    name: str
    office_name: str
    office_phone: str
    permission_mode: str
    fictional: bool


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one call may carry. Resumable uploads are not offered yet: whole files by `PUT photos/{sha256}`."""

    photo_max_bytes: int
    document_max_bytes: int
    photo_media_types: tuple[str, ...]
    receipts_max_ids: int
    resumable_uploads: bool = False


class TargetRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be inspected. Coordinates are WGS-84 degrees."""

    id: UUID
    kind: str
    name: str
    short_name: str
    enterprise_id: UUID | None
    industry_code: str
    sectors: list[str]
    """Supervision sectors: as the office confirmed them, otherwise derived."""
    checklists: list[str]
    """Codes of the checklists to offer."""
    address: str
    contact_name: str
    contact_phone: str
    latitude: float | None
    longitude: float | None


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A visit the office asked me for."""

    id: UUID
    target_id: UUID
    checklists: list[str]
    planned_on: date
    due_on: date
    note: str


class HazardRow(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard that is not closed, for re-inspecting it or for not reporting it twice. `before_photos` are sha256."""

    id: UUID
    number: str
    title: str
    description: str
    location: str
    item_code: str
    target_id: UUID | None
    state: str
    level: str | None
    found_on: date
    due_on: date | None
    requirement: str
    failed_rounds: int
    before_photos: list[str]


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """All a phone needs offline. The current time is in the Date header, so the same content has the same ETag.

    `law` is the same for every phone on one day with one `rulebook_edition`; go on with `changes?after=cursor`.
    """

    epoch: str
    cursor: str
    today: date
    rulebook_edition: str
    me: Me
    park: ParkSaid
    limits: Limits
    tasks: list[TaskRow]
    targets: list[TargetRow]
    hazards: list[HazardRow]
    law: msgspec.Raw


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of rows a phone should forget, whether it held them or not."""

    tasks: list[UUID]
    targets: list[UUID]
    hazards: list[UUID]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What changed after a cursor: rows whole, as they are now. With `more`, ask again after the new cursor.

    `reset`: the cursor belongs to another life of the database; fetch the bundle, and offer again what was handed in (see receipts).
    A `rulebook_edition` or `today` other than the bundle's means new checklists or limits: fetch the bundle.
    """

    epoch: str
    cursor: str
    reset: bool
    more: bool
    today: date
    rulebook_edition: str
    tasks: list[TaskRow]
    targets: list[TargetRow]
    hazards: list[HazardRow]
    removed: Removed


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """The rulebook's part of a bundle."""

    checklists: list[Any]
    criteria: list[Any]
    facts: list[Any]
    deadlines: list[Any]
    terms: dict[str, dict[str, str]]
