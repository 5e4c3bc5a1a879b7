"""What does a phone send, and what does it get back?

Documents from the field are read leniently: every field has a default, words are kept as text (an unknown one is marked, not refused), and
fields this release does not know are ignored here but stay in the stored document. Types never change; new fields get defaults. Instants
are RFC 3339 text with a zone, positions WGS-84 degrees, photos are named by the sha256 of their original bytes in lower-case hex.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server.photos.service import PhotoState


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """The base of what phones send: frozen, by keyword, unknown fields ignored."""


class TargetNamed(Wire, frozen=True, kw_only=True):
    """What was inspected, as the bundle names it; `name` alone when the phone knew no id."""

    kind: str = ""
    id: str = ""
    name: str = ""


class ChecklistUsed(Wire, frozen=True, kw_only=True):
    """A checklist edition the answers belong to."""

    code: str = ""
    edition: str = ""


class ClockReading(Wire, frozen=True, kw_only=True):
    """The phone's clocks, read together when the document was finished: its own time, GPS time, and milliseconds since it was started."""

    device_at: str = ""
    gps_at: str = ""
    monotonic_ms: float | None = None


class Position(Wire, frozen=True, kw_only=True):
    """Where the phone was: degrees WGS-84, the fix's radius in metres, and when it was taken."""

    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    at: str = ""


class PhotoNamed(Wire, frozen=True, kw_only=True):
    """A photo by its sha256, whether it has been sent yet or not. `source` is camera or gallery."""

    sha256: str = ""
    taken_at: str = ""
    source: str = ""
    caption: str = ""
    position: Position | None = None


class Representative(Wire, frozen=True, kw_only=True):
    """Who received the inspectors for the enterprise."""

    name: str = ""
    title: str = ""
    phone: str = ""


class ItemAnswer(Wire, frozen=True, kw_only=True):
    """The answer to one checklist item: `result` is pass, fail or not_applicable; `finding_id` names the finding that describes a fail."""

    item: str = ""
    result: str = ""
    note: str = ""
    finding_id: str = ""


class OnTheSpot(Wire, frozen=True, kw_only=True):
    """How a hazard was put right before the inspectors left, with photos taken afterwards."""

    measure: str = ""
    photos: list[PhotoNamed] = []


class FindingWritten(Wire, frozen=True, kw_only=True):
    """One thing that is wrong. `item` is empty for a finding outside the checklists; its id becomes the hazard's.

    `facts` answers the criteria's questions by fact id: yes, no, unknown, or a number (as number or text). `suggested_days` are calendar
    days.
    """

    id: str = ""
    item: str = ""
    description: str = ""
    location: str = ""
    photos: list[PhotoNamed] = []
    facts: dict[str, Any] = {}
    on_the_spot: OnTheSpot | None = None
    suggested_days: int | None = None


class Signature(Wire, frozen=True, kw_only=True):
    """A signature of a `party` (inspector or enterprise) as a picture, or that it was refused, with how that came and who witnessed it."""

    party: str = ""
    name: str = ""
    sha256: str = ""
    refused: bool = False
    refusal_note: str = ""
    witness: str = ""


class AppInfo(Wire, frozen=True, kw_only=True):
    """Which app wrote the document."""

    version: str = ""
    platform: str = ""


class InspectionDocument(Wire, frozen=True, kw_only=True):
    """A check in the field. Needs `answers` or `findings`; everything else may be missing and is then marked."""

    id: str = ""
    target: TargetNamed | None = None
    task_id: str = ""
    checklists: list[ChecklistUsed] = []
    started_at: str = ""
    finished_at: str = ""
    clock: ClockReading | None = None
    position: Position | None = None
    inspectors: list[str] = []
    company_representative: Representative | None = None
    answers: list[ItemAnswer] = []
    findings: list[FindingWritten] = []
    photos: list[PhotoNamed] = []
    signatures: list[Signature] = []
    note: str = ""
    app: AppInfo | None = None


class ReinspectionDocument(Wire, frozen=True, kw_only=True):
    """A second look at one hazard: `result` is pass or fail, a fail with its `reason`. Needs `hazard_id` and `result`."""

    id: str = ""
    hazard_id: str = ""
    result: str = ""
    reason: str = ""
    expert_opinion: str = ""
    at: str = ""
    clock: ClockReading | None = None
    position: Position | None = None
    inspectors: list[str] = []
    photos: list[PhotoNamed] = []
    signatures: list[Signature] = []
    app: AppInfo | None = None


class MarkSaid(msgspec.Struct, frozen=True):
    """A mark with its Chinese label."""

    code: str
    label: str


class HazardFiled(msgspec.Struct, frozen=True):
    """A hazard a document opened or looked at again, and where it stands now."""

    id: UUID
    number: str
    state: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the server holds of one document. The same bytes for the same state: the current time is only in the Date header.

    `complete` is true when every photo the document names is stored. After a restore `epoch` is another one: offer everything again.
    """

    id: UUID
    kind: str
    number: str
    """The printed number of an inspection; empty for a re-inspection."""
    document_sha256: str
    received_at: datetime
    epoch: str
    complete: bool
    photos: list[PhotoState]
    marks: list[MarkSaid]
    hazards: list[HazardFiled]


class KeptAside(msgspec.Struct, frozen=True, kw_only=True):
    """A document that did not become the record but is kept for the office: `reason` is conflict, unreadable or unknown_hazard."""

    id: UUID
    sha256: str
    reason: str
    received_at: datetime
