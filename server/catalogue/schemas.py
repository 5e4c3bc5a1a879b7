"""What goes in and out of the use cases of the catalogue."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from rules.catalogue_editions import CatalogueDiff
from rules.restriction import Catalogue, Waiver
from rules.restriction_data import Entry
from rules.restriction_terms import EFFECT_SEVERITY
from rules.terms import Term
from server.models.catalogue import CatalogueChange, CatalogueEdition, ClauseRecord
from server.struct_types import prepare_decoding


class EditionState(Term):
    """How far an edition has come."""

    DRAFT = "draft", "起草中"
    REVIEWED = "reviewed", "已复核，待批准"
    APPROVED = "approved", "已批准"
    DISCARDED = "discarded", "已作废"


class Standing(Term):
    """What an edition is on a day."""

    DRAFT = "draft", "草案"
    REVIEWED = "reviewed", "待批准"
    UPCOMING = "upcoming", "已批准，未到施行日"
    IN_FORCE = "in_force", "施行中"
    SUPERSEDED = "superseded", "已由新版取代"
    EXPIRED = "expired", "有效期已满"
    DISCARDED = "discarded", "已作废"


class ChangeKind(Term):
    """What a change does."""

    ADDED = "entry", "新增"
    TIGHTENED = "tighten", "从严"
    WAIVED = "waive", "不适用"


class RecordState(Term):
    """How far a comparison with the official text has come."""

    CLAIMED = "claimed", "已认领"
    ENTERED = "entered", "待复核"
    CONFIRMED = "confirmed", "已复核"
    RETURNED = "returned", "已退回"
    RELEASED = "released", "已放回"
    WITHDRAWN = "withdrawn", "已撤回"


class Finding(Term):
    """Whether the entry says what the official text says."""

    AGREES = "agrees", "一致"
    REFERENCE = "reference", "内容一致，条款号要更正"
    DIFFERS = "differs", "数值或条件不一致"


# --- the park's catalogue -------------------------------------------------------------------------------------------------------------


class ConfirmationNote(msgspec.Struct, frozen=True, kw_only=True):
    """Who compared an entry with the official text, when and on what source: printed wherever the entry speaks."""

    entry_id: str
    record_id: UUID
    document: str
    document_number: str
    page: str
    clause: str
    entered_by_name: str
    entered_on: date
    confirmed_by_name: str
    confirmed_on: date
    scan_sha256: str

    @property
    def where(self) -> str:
        """The place in the official text: 《…》（文号）第…页."""
        number = f"（{self.document_number}）" if self.document_number else ""
        page = "" if not self.page else self.page if self.page.startswith("第") else f"第{self.page}页"
        return f"《{self.document.strip('《》')}》{number}{page}{self.clause}"

    @property
    def words(self) -> str:
        """As it is printed: 已核：《…》第…页，甲 2026-11-20 录入，乙 2026-11-21 复核."""
        entered = f"{self.entered_by_name} {self.entered_on.isoformat()} 录入"
        return f"已核：{self.where}，{entered}，{self.confirmed_by_name} {self.confirmed_on.isoformat()} 复核"


class ParkCatalogue(msgspec.Struct, frozen=True, kw_only=True):
    """The catalogue that binds in a park on a day: the law, the park's edition over it, and what its officers confirmed.

    `fingerprint` is the sha256 of what binds on that day: two equal ones rule alike. `overtaken` are rows of the edition that the law
    itself has overtaken since (it became stricter than the park had been), so that they add nothing any more.
    """

    catalogue: Catalogue
    edition_id: UUID | None
    edition_name: str
    fingerprint: str
    confirmations: dict[str, ConfirmationNote]
    overtaken: tuple[str, ...] = ()

    @property
    def edition(self) -> str:
        """The edition's title and number in words."""
        return self.catalogue.edition


# --- editions -------------------------------------------------------------------------------------------------------------------------


class EditionForm(msgspec.Struct, frozen=True, kw_only=True):
    """A new draft. `based_on_id` names the edition whose changes it takes over."""

    title: str
    planned_from: date
    note: str = ""
    based_on_id: UUID | None = None


class ApprovalForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the leader states with the approval."""

    document_number: str
    approver: str
    effective_from: date
    valid_until: date
    fairness_review: str
    seen_version: int | None = None


class EntryForm(msgspec.Struct, frozen=True, kw_only=True):
    """An entry to add, as typed: lists are separated by 、 or a new line."""

    kind: str
    subject: str
    clause: str
    condition: str
    reason: str
    effect_new: str
    effect_existing: str
    source: str
    exceptions: str = ""
    build_types: tuple[str, ...] = ()
    in_park: bool = True
    industries: str = ""
    except_industries: str = ""
    products: str = ""
    except_products: str = ""
    processes: str = ""
    except_processes: str = ""
    equipment: str = ""
    except_equipment: str = ""
    substances: str = ""
    substance_lists: tuple[str, ...] = ()
    fuels: tuple[str, ...] = ()
    flag: str = ""
    any_ground: bool = False
    limit_figure: str = ""
    limit_op: str = ""
    limit_value: str = ""
    limit_until: str = ""
    limit_unit: str = ""
    limit_scope: str = ""


class TightenForm(msgspec.Struct, frozen=True, kw_only=True):
    """A stricter version of an entry; for a proposal of the park nothing need be stricter: then it is taken over as it is (采纳)."""

    entry_id: str
    reason: str
    effect_new: str = ""
    effect_existing: str = ""
    limit_value: str = ""
    origin: str = ""


class WaiveForm(msgspec.Struct, frozen=True, kw_only=True):
    """An entry the park will not apply, with the reason and who approved it."""

    entry_id: str
    reason: str
    approver: str
    until: date | None = None
    origin: str = ""


class EditionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An edition in a list. `ends_before` is the first day it no longer binds, None while nobody knows one."""

    edition: CatalogueEdition
    standing: Standing
    counts: dict[ChangeKind, int]
    ends_before: date | None


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """A change as a person reads it: the entry it is about as it stands in the law, and what it says in words."""

    change: CatalogueChange
    kind: ChangeKind
    entry: Entry | None
    words: tuple[str, ...]


class EditionDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an edition's page shows. `problem` says why the draft cannot be compiled; empty when it can."""

    edition: CatalogueEdition
    standing: Standing
    ends_before: date | None
    changes: tuple[ChangeView, ...]
    removed: tuple[ChangeView, ...]
    based_on: CatalogueEdition | None
    authors: tuple[str, ...]
    paper_id: UUID | None
    problem: str
    overtaken: tuple[str, ...]
    may_edit: bool
    may_review: bool
    may_approve: bool


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two editions or days laid side by side."""

    diff: CatalogueDiff
    before: ParkCatalogue
    after: ParkCatalogue


# --- reading --------------------------------------------------------------------------------------------------------------------------


class EntryState(Term):
    """What an entry is worth in this park today."""

    LISTED = "listed", "已核"
    CONFIRMED = "confirmed", "本园区已核对"
    ADOPTED = "adopted", "园区已印发"
    PROPOSED = "proposed", "园区建议"
    UNVERIFIED = "unverified", "条文待核"


class EntryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries to list."""

    search: str = ""
    kind: str = ""
    layer: str = ""
    effect: str = ""
    state: str = ""
    industry: str = ""
    document: str = ""
    page: int = 1
    size: int = 20


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in a list, with what led to it."""

    entry: Entry
    state: EntryState
    waiver: Waiver | None
    why: tuple[str, ...] = ()
    is_by_screening: bool = False
    uses: int = 0

    @property
    def severity(self) -> int:
        """How strict its stricter effect is."""
        return max(EFFECT_SEVERITY[self.entry.effect_new], EFFECT_SEVERITY[self.entry.effect_existing])


class EntryMoment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to an entry in this park: an edition changed it, or officers compared it."""

    at: datetime
    text: str
    detail: str
    by: str
    address: str = ""


class EntryDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an entry's page shows. `is_of_the_day` is false when it was found in another edition than the day's."""

    entry: Entry
    law: Entry | None
    """The entry as the law's data has it; None for one of the park's own."""
    state: EntryState
    waiver: Waiver | None
    confirmation: ConfirmationNote | None
    conditions: tuple[tuple[str, str], ...]
    records: tuple[ClauseRecord, ...]
    history: tuple[EntryMoment, ...]
    related: tuple[Entry, ...]
    edition: str
    is_of_the_day: bool
    is_stale: bool
    """Whether a confirmation exists that was made on other words of the entry."""


# --- the confirmation desk ------------------------------------------------------------------------------------------------------------


class DeskTab(Term):
    """The lists of the confirmation desk."""

    OPEN = "open", "待核"
    CLAIMED = "claimed", "在核"
    ENTERED = "entered", "待第二人复核"
    CONFIRMED = "confirmed", "已核"
    DIFFERS = "differs", "与原文不一致"
    CLOSED = "closed", "退回、撤回"


class DeskQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the queue to list."""

    tab: str = DeskTab.OPEN
    search: str = ""
    layer: str = ""
    document: str = ""
    mine: bool = False
    page: int = 1
    size: int = 20


class DeskRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the queue, or a record about one."""

    entry: Entry | None
    entry_id: str
    uses: int
    record: ClauseRecord | None
    is_stale: bool = False


class KeptScan(msgspec.Struct, frozen=True, kw_only=True):
    """A scan in the store."""

    sha256: str
    name: str
    media_type: str
    size: int


class RecordForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the official text says, as one officer found it."""

    document: str
    document_number: str
    issued_on: date | None
    page: str
    clause: str
    wording: str
    finding: str
    difference: str
    limit_value: str
    seen_on: date | None
    where_seen: str
    seen_version: int | None = None


class RecordDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a record's page shows, with the entry it is about."""

    record: ClauseRecord
    entry: Entry | None
    earlier: tuple[ClauseRecord, ...]
    is_stale: bool
    is_holding: bool
    may_enter: bool
    may_decide: bool
    may_withdraw: bool
    is_own: bool
    drafts: tuple[CatalogueEdition, ...]


# --- the printed catalogue ------------------------------------------------------------------------------------------------------------


class CatalogueLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as printed; everything is already in words."""

    entry_id: str
    kind: str
    subject: str
    aliases: str
    cas: str
    industries: str
    areas: str
    condition: str
    effect_new: str
    effect_existing: str
    exceptions: str
    basis: str
    dates: str
    mark: str
    layer: str
    confidence: str
    source: str
    note: str
    waiver: str = ""
    confirmation: str = ""


class CatalogueFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The printed catalogue. `document_number` is empty for what binds without an edition of the park, or while it is a draft."""

    park_name: str
    office_name: str
    fictional: bool
    title: str
    edition: str
    day: date
    is_draft: bool
    lines: tuple[CatalogueLine, ...]
    document_number: str = ""
    approver: str = ""
    effective_from: date | None = None
    valid_until: date | None = None
    fairness_review: str = ""
    issued_by_name: str = ""
    fingerprint: str = ""
    counts: tuple[tuple[str, int], ...] = ()
    """How many rows have each mark."""


def limit_of(text: str) -> Decimal | None:
    """A number typed by a person; None when it is none."""
    try:
        value = Decimal(text.strip().replace(",", "").replace("，", ""))
    except ArithmeticError:
        return None
    return value if value.is_finite() else None


prepare_decoding(CatalogueFacts)
