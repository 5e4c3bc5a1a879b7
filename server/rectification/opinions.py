"""Use cases at the end of a rectification order: the re-inspection opinion, and filing the order away."""

from uuid import UUID

from sqlalchemy import and_, select

from rules.rulebook import Rulebook
from rules.terms import (
    DocumentKind,
    HazardState,
    OrderAction,
    OrderProgress,
    OrderState,
    ReinspectionResult,
)
from rules.workflow import order_progress
from server.errors import StateConflict, WordingNotPermitted
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.models.orders import IssuedPaper, RectificationOrder
from server.numbering import take_number
from server.papers import freeze_paper, list_papers, read_value
from server.parks.service import get_park, permission_mode_of
from server.rectification.facts import gather_opinion_facts, hazards_of
from server.rectification.orders import lock_order, order_level
from server.rectification.schemas import (
    KINDS_BY_MODE,
    TEMPLATE_EDITION,
    OpinionFacts,
)
from server.steps import demand_role, order_step
from server.unit_of_work import Work


def issue_opinion(work: Work, rulebook: Rulebook, order_id: UUID, conclusion: str = "") -> IssuedPaper:
    """Issue the re-inspection opinion on an order: the latest result of every hazard re-inspected since it was issued.

    Asked again before anything else was re-inspected, it gives the same paper. Raises `StateConflict`, `NotAllowed`, `NotFound`,
    `WordingNotPermitted`.
    """
    order = lock_order(work, order_id, None)
    park = get_park(work)
    mode = permission_mode_of(park)
    _, kind = KINDS_BY_MODE[mode]
    demand_role(work.actor, rulebook.permission.documents[kind].issued_by, f"出具{kind.label}")
    results = _latest_results(work, order)
    if not results:
        raise StateConflict("这份文书所列的隐患还没有复查结果，先复查再出具意见。", reason="not_re_inspected", state=order.state)
    latest = _latest_opinion(work, order, kind)
    if latest is not None and {one.reinspection_id for one in read_value(latest, OpinionFacts).items} == {
        look.id for _, look, _ in results
    }:
        return latest
    passed = all(look.result == ReinspectionResult.PASS for _, look, _ in results)
    sentence = conclusion.strip() or ("所列隐患已整改到位。" if passed else "未通过的隐患请继续整改，整改后在系统重新提交。")
    texts = [sentence, *(look.reason for _, look, _ in results)]
    words = list(dict.fromkeys(hit.word for text in texts for hit in rulebook.permission.check_wording(mode, text)))
    if words:
        raise WordingNotPermitted(words)
    year = work.today.year
    sequence = take_number(work.connection, work.park_id, kind.value, year)
    number = rulebook.permission.format_document_number(park.document_prefix, kind, year, sequence)
    paper = freeze_paper(
        work,
        kind=kind,
        subject_kind="rectification_order",
        subject_id=order.id,
        enterprise_id=order.enterprise_id,
        document_number=number,
        template_version=f"{kind.value}/{TEMPLATE_EDITION}",
        value=gather_opinion_facts(work, order, kind, results, number, sentence),
    )
    work.record(
        "rectification_order", order.id, "rectification_order:opinion_issued", document_number=number, paper_id=paper.id, passed=passed
    )
    return paper


def _latest_results(work: Work, order: RectificationOrder) -> list[tuple[Hazard, Reinspection, RectificationReply | None]]:
    """Each hazard of the order with its latest re-inspection that counted, and the reply that one answered."""
    rows = work.session.execute(
        select(Hazard, Reinspection, RectificationReply)
        .join(Reinspection, and_(Reinspection.hazard_id == Hazard.id, Reinspection.applied.is_(True)))
        .outerjoin(RectificationReply, RectificationReply.id == Reinspection.reply_id)
        .where(Hazard.order_id == order.id, Hazard.due_on.is_not(None))
        .order_by(Hazard.order_ordinal, Reinspection.round, Reinspection.reinspected_at, Reinspection.id)
    )
    latest = {hazard.id: (hazard, look, reply) for hazard, look, reply in rows}
    return list(latest.values())


def _latest_opinion(work: Work, order: RectificationOrder, kind: DocumentKind) -> IssuedPaper | None:
    return next((one for one in list_papers(work, order.id) if one.kind == kind and one.withdrawn_at is None), None)


def archive_order(work: Work, order_id: UUID, *, version: int | None = None) -> RectificationOrder:
    """File away an order whose hazards are all settled and whose opinion says so.

    Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `ChangedMeanwhile`, `NotFound`.
    """
    order = lock_order(work, order_id, version)
    hazards = hazards_of(work.session, order_id, lock=True)
    given = set()
    if order_progress(HazardState(one.state) for one in hazards) in {OrderProgress.ALL_VERIFIED, OrderProgress.ALL_CLOSED}:
        given.add("all_hazards_settled")
    _, kind = KINDS_BY_MODE[permission_mode_of(get_park(work))]
    opinion = _latest_opinion(work, order, kind)
    if opinion is not None:
        passed = {one.hazard_id for one in read_value(opinion, OpinionFacts).items if one.result == ReinspectionResult.PASS}
        if passed >= {one.id for one in hazards}:
            given.add("reinspection_opinion")
    transition = order_step(OrderState(order.state), OrderAction.ARCHIVE, work.actor.role, order_level(hazards), given)
    order.state = transition.to_state
    order.archived_at = work.now
    work.session.flush()
    work.record("rectification_order", order.id, "rectification_order:archived", document_number=order.document_number)
    return order
