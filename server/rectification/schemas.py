"""What goes in and out of the use cases of rectification, and the values issued papers are frozen from."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from rules.deadlines import Due
from rules.terms import DocumentKind, OrderAction, OrderProgress, PermissionMode, Term
from server.hazards.schemas import NewPhoto
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.hazards import Hazard
from server.models.orders import IssuedPaper, RectificationOrder
from server.struct_types import prepare_decoding

TEMPLATE_EDITION = 1
"""The drawing that papers issued now are made for; a paper names it as `<kind>/<edition>`."""

KINDS_BY_MODE = {
    PermissionMode.NOT_ENTRUSTED: (DocumentKind.RECTIFICATION_NOTICE, DocumentKind.REINSPECTION_OPINION),
    PermissionMode.ENTRUSTED: (DocumentKind.RECTIFICATION_ORDER, DocumentKind.ENFORCEMENT_REINSPECTION_OPINION),
    PermissionMode.JOINT: (DocumentKind.RECTIFICATION_ORDER, DocumentKind.ENFORCEMENT_REINSPECTION_OPINION),
}
"""The kinds of order and of re-inspection opinion a park issues, by the footing it acts on."""


class ServiceWay(Term):
    """How an order reached the enterprise."""

    DIRECT = "direct", "直接送达"
    LEFT = "left", "留置送达"
    POST = "post", "邮寄送达"
    ELECTRONIC = "electronic", "电子送达"
    ACKNOWLEDGED = "acknowledged", "企业在线签收"


class ReinspectionMark(Term):
    """What is odd about a re-inspection, beside the marks of its document. All but the last two say why it changed nothing."""

    STATE_CHANGED = "state_changed", "隐患当时的状态不能复查，未生效"
    NOT_YOURS = "not_yours", "复查人的账号不能复查，未生效"
    SAME_PERSON = "same_person", "复查人就是提交整改的人，未生效"
    EVIDENCE_MISSING = "evidence_missing", "复查缺少必需材料，未生效"
    NOT_OVERDUE = "not_overdue", "企业未提交整改且期限未到，未生效"
    BEFORE_REPLY = "before_reply", "复查时间早于这次整改提交，未生效"
    ONE_INSPECTOR = "one_inspector", "复查人员少于两名"
    NO_PHOTO = "no_photo", "没有复查照片"


class DraftItem(msgspec.Struct, frozen=True, kw_only=True):
    """One hazard of a draft. Without `due_on` the rules propose one; without `requirement` the hazard's own is kept."""

    hazard_id: UUID
    due_on: date | None = None
    requirement: str | None = None


class DraftForm(msgspec.Struct, frozen=True, kw_only=True):
    """An order to draft: hazards of one target, in the order in which they are printed. `note` are measures while the work goes on."""

    items: tuple[DraftItem, ...]
    note: str = ""
    version: int | None = None


class ProposedDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """The deadline the rules propose for one hazard, with what it rests on; without `due` a person must name the day, and `why` says so."""

    hazard_id: UUID
    due: Due | None
    days: int | None
    why: str


class ServiceForm(msgspec.Struct, frozen=True, kw_only=True):
    """How, to whom and on which day an order was served."""

    way: str
    received_by: str
    served_on: date
    version: int | None = None


class OrderSort(Term):
    """How a list of orders is ordered."""

    NEWEST = "newest", "新起草的在前"
    NUMBER = "number", "按文号"
    DUE = "due", "期限近的在前"


class OrderQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders to list. `search` looks into 文号, target and enterprise; `progress` is a value of `OrderProgress`."""

    search: str = ""
    state: str = ""
    enterprise_id: UUID | None = None
    target_id: UUID | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    overdue: bool | None = None
    """True: only orders with an overdue hazard."""
    sort: str = OrderSort.NEWEST
    page: int = 1
    size: int = 20


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list. `settled` of its `hazards` are verified or closed; `next_due_on` is the nearest deadline of the others."""

    id: UUID
    kind: str
    state: str
    document_number: str
    target_id: UUID
    target_name: str
    enterprise_id: UUID | None
    enterprise_name: str
    drafted_at: datetime
    issued_on: date | None
    served_on: date | None
    hazards: int
    settled: int
    closed: int
    overdue: int
    has_major: bool
    next_due_on: date | None


class OrderDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an order's page shows. `papers` are newest first; `wording` are words its mode must not use, empty when fine."""

    order: RectificationOrder
    target: InspectionTarget
    enterprise: Enterprise | None
    hazards: tuple[Hazard, ...]
    papers: tuple[IssuedPaper, ...]
    people: Mapping[UUID, str]
    """Names of who drafted, reviewed, issued and served, by account."""
    progress: OrderProgress
    level: str | None
    actions: frozenset[OrderAction]
    wording: tuple[str, ...]


class ReplyForm(msgspec.Struct, frozen=True, kw_only=True):
    """What an enterprise answers about one hazard. `id` is made by the form: a double submit is harmless.

    Photos must be stored before. `assessment` are pages of the 治理情况评估报告 a major hazard needs; `notice_way` is a value of
    `rules.terms.NoticeWay`, and `noticed_on` the day the employees were told.
    """

    id: UUID
    hazard_id: UUID
    measure: str
    responsible_person: str
    funds_yuan: Decimal | None
    finished_on: date | None
    photos: tuple[NewPhoto, ...] = ()
    assessment: tuple[NewPhoto, ...] = ()
    notice_way: str = ""
    noticed_on: date | None = None


class ReinspectionForm(msgspec.Struct, frozen=True, kw_only=True):
    """A re-inspection entered in the office. `id` is made by the form: a double submit is harmless."""

    id: UUID
    hazard_id: UUID
    result: str
    reason: str
    inspectors: tuple[str, ...]
    reinspected_at: datetime
    expert_opinion: str = ""
    photos: tuple[NewPhoto, ...] = ()
    version: int | None = None


class CloseForm(msgspec.Struct, frozen=True, kw_only=True):
    """Closing a verified hazard. `acceptance_document` names the 审查同意文书 a major hazard needs."""

    acceptance_document: str = ""
    version: int | None = None


class PhotoFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A photo as a paper will print it."""

    sha256: str
    caption: str
    taken_at: datetime | None = None
    source: str = ""


class CitedBasis(msgspec.Struct, frozen=True, kw_only=True):
    """A citation as a paper will print it; `verified` tells whether somebody compared it with the text."""

    citation: str
    verified: bool


class OrderItemFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One hazard of an issued order."""

    ordinal: int
    hazard_id: UUID
    number: str
    place: str
    title: str
    description: str
    level: str
    basis: tuple[CitedBasis, ...]
    requirement: str
    due_on: date
    photos: tuple[PhotoFacts, ...] = ()


class OrderFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An order as issued: everything its paper says, frozen. Also made for a draft, with `document_number` empty and `issued_on` None."""

    kind: str
    permission_mode: str
    park_name: str
    office_name: str
    office_phone: str
    fictional: bool
    document_number: str
    target_name: str
    target_kind: str
    enterprise_name: str
    credit_code: str
    address: str
    inspected_on: date
    inspected_place: str
    inspectors: tuple[str, ...]
    items: tuple[OrderItemFacts, ...]
    note: str
    contact_name: str
    issued_on: date | None
    issued_by_name: str
    rulebook_edition: str


class OpinionItemFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One hazard of a re-inspection opinion: its latest re-inspection and the reply it answered."""

    ordinal: int
    hazard_id: UUID
    number: str
    description: str
    due_on: date
    reinspection_id: UUID
    reinspected_on: date
    result: str
    reason: str
    measures: str
    before: tuple[PhotoFacts, ...]
    after: tuple[PhotoFacts, ...]


class OpinionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A re-inspection opinion as issued: everything its paper says, frozen."""

    kind: str
    permission_mode: str
    park_name: str
    office_name: str
    office_phone: str
    fictional: bool
    document_number: str
    order_id: UUID
    order_number: str
    order_issued_on: date
    target_name: str
    enterprise_name: str
    inspectors: tuple[str, ...]
    items: tuple[OpinionItemFacts, ...]
    passed: int
    failed: int
    conclusion: str
    contact_name: str
    issued_on: date
    issued_by_name: str


prepare_decoding(OrderFacts, OpinionFacts)
