"""Use cases of rectification: orders, replies, re-inspections, closure."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from rules.rulebook import Rulebook
from server.listing import Page
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.models.orders import IssuedPaper, RectificationOrder
from server.rectification.schemas import (
    CloseForm,
    DraftForm,
    OrderDossier,
    OrderFacts,
    OrderQuery,
    OrderRow,
    ProposedDeadline,
    ReinspectionForm,
    ReplyForm,
    ServiceForm,
)
from server.unit_of_work import Work


def get_order(work: Work, order_id: UUID) -> RectificationOrder:
    """An order the actor may see. Raises `NotFound`."""
    raise NotImplementedError


def list_orders(work: Work, query: OrderQuery) -> Page[OrderRow]:
    """One page of the orders the actor may see."""
    raise NotImplementedError


def get_order_dossier(work: Work, rulebook: Rulebook, order_id: UUID) -> OrderDossier:
    """Everything an order's page shows. Raises `NotFound`."""
    raise NotImplementedError


def order_facts(work: Work, rulebook: Rulebook, order: RectificationOrder) -> OrderFacts:
    """What the order's paper says: the frozen values once issued, a preview before."""
    raise NotImplementedError


def list_orderable(work: Work, target_id: UUID | None = None) -> list[Hazard]:
    """Graded hazards in no order yet, by target."""
    raise NotImplementedError


def propose_deadlines(work: Work, rulebook: Rulebook, hazard_ids: Collection[UUID]) -> list[ProposedDeadline]:
    """The deadline the rules propose for each hazard if the order were served today."""
    raise NotImplementedError


def draft_order(work: Work, rulebook: Rulebook, form: DraftForm) -> RectificationOrder:
    """Draft an order for hazards of one target. Raises `StepNotYours`, `InvalidInput`, `StateConflict`, `NotFound`."""
    raise NotImplementedError


def update_draft(work: Work, rulebook: Rulebook, order_id: UUID, form: DraftForm) -> RectificationOrder:
    """Change a draft: its hazards, deadlines, requirements, note."""
    raise NotImplementedError


def review_order(work: Work, rulebook: Rulebook, order_id: UUID, *, version: int | None = None) -> RectificationOrder:
    """Say that basis, deadlines and wording were checked. Raises `WordingNotPermitted`, `EvidenceMissing`, `StateConflict`."""
    raise NotImplementedError


def issue_order(work: Work, rulebook: Rulebook, order_id: UUID, *, version: int | None = None) -> RectificationOrder:
    """Take the number, lock the content, freeze the paper; general orders by the office, major ones by the leader."""
    raise NotImplementedError


def serve_order(work: Work, order_id: UUID, form: ServiceForm) -> RectificationOrder:
    """Write down that an order was served; its hazards are being rectified from now on."""
    raise NotImplementedError


def acknowledge_order(work: Work, order_id: UUID) -> RectificationOrder:
    """The enterprise signs for its order itself."""
    raise NotImplementedError


def withdraw_order(work: Work, order_id: UUID, reason: str, *, version: int | None = None) -> RectificationOrder:
    """Withdraw an order: its number stays taken, its hazards wait for another one."""
    raise NotImplementedError


def archive_order(work: Work, order_id: UUID, *, version: int | None = None) -> RectificationOrder:
    """File away an order whose hazards are all settled and whose opinion was issued."""
    raise NotImplementedError


def treat_by_itself(work: Work, rulebook: Rulebook, hazard_id: UUID, due_on: date | None = None, *, version: int | None = None) -> Hazard:
    """An enterprise sets about a general hazard of its own self-check without an order."""
    raise NotImplementedError


def reply_to_hazard(work: Work, form: ReplyForm) -> RectificationReply:
    """An enterprise answers about one hazard; late is kept and marked. Raises `EvidenceMissing`, `InvalidInput`, `StateConflict`, `StepNotYours`."""
    raise NotImplementedError


def tell_employees(work: Work, hazard_id: UUID, notice_way: str, noticed_on: date) -> Hazard:
    """Write down that the employees were told (安全生产法第四十一条), apart from a reply."""
    raise NotImplementedError


def apply_reinspection(
    work: Work,
    rulebook: Rulebook,
    *,
    reinspection_id: UUID,
    hazard_id: UUID,
    result: str,
    reason: str,
    inspectors: Sequence[str],
    inspected_at: datetime,
    document_id: UUID | None = None,
    marks: Collection[str] = (),
    expert_opinion: str = "",
    photo_count: int = 0,
    inspected_on: date | None = None,
) -> Reinspection:
    """What a phone's re-inspection does to the hazard. Never refuses: what cannot count is kept with `applied` False and marked. Raises `NotFound` for an unknown hazard only."""
    raise NotImplementedError


def reinspect(work: Work, rulebook: Rulebook, form: ReinspectionForm) -> Reinspection:
    """A re-inspection entered in the office; refuses what cannot count."""
    raise NotImplementedError


def close_hazard(work: Work, hazard_id: UUID, form: CloseForm) -> Hazard:
    """Close a verified hazard: general by the office, major by the leader."""
    raise NotImplementedError


def reopen_hazard(work: Work, rulebook: Rulebook, hazard_id: UUID, reason: str, *, version: int | None = None) -> Hazard:
    """Reopen a closed hazard whose rectification turned out false."""
    raise NotImplementedError


def issue_opinion(work: Work, rulebook: Rulebook, order_id: UUID, conclusion: str = "") -> IssuedPaper:
    """Issue the re-inspection opinion on an order: the latest result of every hazard re-inspected."""
    raise NotImplementedError
