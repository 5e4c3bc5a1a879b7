"""What goes over the wire besides documents and receipts: structs whose new fields have defaults and whose types never change."""

from datetime import date
from uuid import UUID

import msgspec

from server.inspections.field_data import HazardRow, ParkSaid, TargetRow, TaskRow
from server.inspections.field_grades import GradeSaid
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


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one call may carry. Resumable uploads are not offered yet: whole files by `PUT photos/{sha256}`."""

    photo_max_bytes: int
    document_max_bytes: int
    photo_media_types: tuple[str, ...]
    receipts_max_ids: int
    resumable_uploads: bool = False


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """All a phone needs offline. The current time is in the Date header, so the same content has the same ETag.

    `law` is the same for every phone on one day with one `rulebook_edition`; go on with `changes?after=cursor&grades=grades_mark`.
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
    grades: list[GradeSaid] = []
    grades_mark: str = ""


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of rows a phone should forget, whether it held them or not."""

    tasks: list[UUID]
    targets: list[UUID]
    hazards: list[UUID]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What changed after a cursor: rows whole, as they are now. With `more`, ask again after the new cursor.

    `reset`: the cursor belongs to another life of the database; fetch the bundle, and offer again what was handed in (see receipts).
    A `rulebook_edition` or `today` other than the bundle's means new checklists or limits: fetch the bundle.
    `grades` is every grade, when they say something else than the mark the phone showed; null when they do not, or it showed none.
    """

    epoch: str
    cursor: str
    reset: bool
    more: bool
    today: date
    rulebook_edition: str
    park: ParkSaid
    tasks: list[TaskRow]
    targets: list[TargetRow]
    hazards: list[HazardRow]
    removed: Removed
    grades: list[GradeSaid] | None = None
    grades_mark: str = ""


class ItemSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A checklist item. A fail asks for a photo when `photo_required`, and for the facts of the criteria in `major_ids`."""

    code: str
    section: str
    text: str
    methods: tuple[str, ...]
    basis: tuple[str, ...]
    severity_hint: str
    photo_required: bool
    suggested_deadline_days: int
    major_criterion: str
    major_ids: tuple[str, ...]
    major_conditional: bool
    verified: bool


class ChecklistSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A checklist edition in force today, whole. `industries` are code prefixes of GB/T 4754-2017 or `*`; no targets means any kind."""

    code: str
    name: str
    edition: str
    effective_from: date
    repealed_on: date | None
    industries: tuple[str, ...]
    targets: tuple[str, ...]
    items: list[ItemSaid]


class CriterionSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion of major hazards some item links to. `facts` are asked in this order; none when a person decides."""

    id: str
    topic: str
    condition: str
    citation: str
    effective_from: date
    repealed_on: date | None
    sectors: tuple[str, ...]
    judging: str
    facts: tuple[str, ...]
    verified: bool


class FactSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A question to ask on the spot. `follows` must be yes before it makes sense; `evidence` says what can establish the answer."""

    id: str
    ask: str
    kind: str
    evidence: tuple[str, ...]
    unit: str
    hint: str
    follows: str


class LimitSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A time limit in force today."""

    key: str
    label: str
    value: int | None
    unit: str
    in_words: str
    citation: str
    verified: bool


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """The rulebook's part of a bundle. `terms` gives the Chinese label of every stored value, by enumeration."""

    checklists: list[ChecklistSaid]
    criteria: list[CriterionSaid]
    facts: list[FactSaid]
    deadlines: list[LimitSaid]
    terms: dict[str, dict[str, str]]
