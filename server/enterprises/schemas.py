"""What goes in and out of the use cases of enterprises and other inspection targets."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from rules.terms import Term
from server.sheets import RowError as RowError
from server.sheets import SheetRow as SheetRow


class EnterpriseForm(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise as filled in.

    `sectors` are the supervision sectors the office confirms; empty leaves them to follow from `industry_code` and `risks`. `seen_at` is
    the `updated_at` the form was filled in on: with it, a change somebody else made meanwhile is not overwritten. Coordinates are WGS-84;
    `is_far_confirmed` says that somebody saw them to lie far outside the park and means them.
    """

    name: str
    credit_code: str
    short_name: str = ""
    industry_code: str = ""
    sectors: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    zone_id: UUID | None = None
    grid_id: UUID | None = None
    address: str = ""
    staff_count: int | None = None
    legal_representative: str = ""
    principal_officer: str = ""
    principal_phone: str = ""
    safety_officer: str = ""
    safety_phone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_far_confirmed: bool = False
    seen_at: datetime | None = None


class TargetForm(msgspec.Struct, frozen=True, kw_only=True):
    """A site, public facility or construction site. `enterprise_id` is who must rectify; public facilities have a `steward` instead."""

    kind: str
    name: str
    enterprise_id: UUID | None = None
    steward: str = ""
    steward_phone: str = ""
    zone_id: UUID | None = None
    grid_id: UUID | None = None
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_far_confirmed: bool = False
    details: dict[str, Any] = {}
    active: bool = True


class EnterpriseSort(Term):
    """How the list of enterprises is ordered."""

    NAME = "name", "名称"
    OPEN = "open", "未闭环隐患多的在前"
    OVERDUE = "overdue", "逾期多的在前"
    NEWEST = "newest", "新登记的在前"


class EnterpriseQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which enterprises to list. `search` looks into name, short name, credit code, address and officers."""

    search: str = ""
    zone_id: UUID | None = None
    grid_id: UUID | None = None
    industry: str = ""
    """The beginning of an industry code, e.g. 307."""
    sector: str = ""
    risk: str = ""
    queue: str = ""
    """`open`, `open_major` or `overdue` of `server.hazards.queues.HazardQueue`: only enterprises with at least one such hazard."""
    present: bool | None = True
    """True: in the park now; False: left; None: both."""
    sort: str = EnterpriseSort.NAME
    page: int = 1
    size: int = 20


class EnterpriseRow(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise in a list, with the hazards that still ask for somebody's work."""

    id: UUID
    name: str
    short_name: str
    credit_code: str
    industry_code: str
    zone_id: UUID | None
    zone_name: str
    grid_name: str
    staff_count: int | None
    safety_officer: str
    safety_phone: str
    left_on: date | None
    open_hazards: int
    major_hazards: int
    overdue_hazards: int


class TargetQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which inspection targets to list."""

    search: str = ""
    kind: str = ""
    enterprise_id: UUID | None = None
    zone_id: UUID | None = None
    active: bool | None = True
    page: int = 1
    size: int = 20


class SectorView(msgspec.Struct, frozen=True, kw_only=True):
    """One supervision sector of an enterprise: its label, why it applies, and whether the office confirmed it or the rules derived it."""

    sector: str
    label: str
    why: str
    confirmed: bool
    verified: bool


class Sectors(msgspec.Struct, frozen=True, kw_only=True):
    """The supervision sectors of an enterprise on a day, and what must be asked before they are complete."""

    sectors: tuple[SectorView, ...]
    questions: tuple[str, ...]


class ImportedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was taken, or would be. `questions` must still be answered before the supervision sectors are complete."""

    line: int
    name: str
    credit_code: str
    enterprise_id: UUID | None
    questions: tuple[str, ...] = ()
    industry: str = ""
    """The industry code with its name, or with the mark that no such code is listed."""
    far: str = ""
    """That its coordinates lie far outside the park; taking the row confirms them."""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did, or would do when `dry_run`: rows taken, rows not taken with every reason."""

    dry_run: bool
    rows: int
    taken: tuple[ImportedRow, ...]
    errors: tuple[RowError, ...]

    @property
    def refused_rows(self) -> int:
        """How many rows were not taken."""
        return self.rows - len(self.taken)
