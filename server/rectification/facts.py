"""What does the paper of an order, or of a re-inspection opinion, say?

Gathers the values once, in plain structs, when the paper is issued; a preview of a draft is made the same way. Drawing them is the
reports' business, and drawing an issued paper again starts from the frozen values, never from here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.checklists import ChecklistItem
from rules.major_hazard import load_major_hazards
from rules.rulebook import Rulebook
from rules.terms import DocumentKind, ReinspectionResult
from server.hazards.schemas import PhotoView
from server.hazards.service import find_item
from server.models.accounts import Account
from server.models.documents import Inspection
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.models.orders import RectificationOrder
from server.models.parks import Park
from server.parks.service import get_park, permission_mode_of
from server.photo_uses import list_photo_views
from server.rectification.schemas import CitedBasis, OpinionFacts, OpinionItemFacts, OrderFacts, OrderItemFacts, PhotoFacts
from server.unit_of_work import Work


def hazards_of(session: Session, order_id: UUID, *, lock: bool = False) -> list[Hazard]:
    """The hazards of an order as they are printed. With `lock` they are held, taken by id so that no two changes wait for each other."""
    query = select(Hazard).where(Hazard.order_id == order_id)
    if lock:
        held = query.order_by(Hazard.id).with_for_update().execution_options(populate_existing=True)
        return sorted(session.scalars(held), key=lambda one: one.order_ordinal or 0)
    return list(session.scalars(query.order_by(Hazard.order_ordinal, Hazard.id)))


def gather_order_facts(
    work: Work, rulebook: Rulebook, order: RectificationOrder, hazards: Sequence[Hazard], document_number: str
) -> OrderFacts:
    """What an order says; for a draft with the proposed deadlines and no number."""
    park = get_park(work)
    target = work.session.get_one(InspectionTarget, order.target_id)
    enterprise = work.session.get(Enterprise, order.enterprise_id) if order.enterprise_id else None
    inspections = _inspections_of(work.session, hazards)
    photos = list_photo_views(work.session, work.park_id, [one.id for one in hazards])
    issued_on = work.today if document_number else None
    return OrderFacts(
        kind=order.kind,
        permission_mode=permission_mode_of(park).value,
        park_name=park.name,
        office_name=park.office_name,
        office_phone=park.office_phone,
        fictional=park.fictional,
        document_number=document_number,
        target_name=target.name,
        target_kind=target.kind,
        enterprise_name=enterprise.name if enterprise else target.steward,
        credit_code=enterprise.credit_code if enterprise else "",
        address=target.address,
        inspected_on=max((one.inspected_on for one in inspections), default=max(one.found_on for one in hazards)),
        inspected_place=target.name if enterprise is None or target.name != enterprise.name else target.address,
        inspectors=_names(inspections, hazards),
        items=tuple(_order_item(rulebook, one, ordinal, photos.get(one.id, ())) for ordinal, one in enumerate(hazards, start=1)),
        note=order.note,
        contact_name=_contact(work.session, park, order),
        issued_on=issued_on,
        issued_by_name=work.actor.name if document_number else "",
        rulebook_edition=rulebook.edition,
    )


def _contact(session: Session, park: Park, order: RectificationOrder) -> str:
    drafter = session.get(Account, order.drafted_by)
    return drafter.name if drafter else park.office_name


def _inspections_of(session: Session, hazards: Iterable[Hazard]) -> list[Inspection]:
    ids = {one.inspection_id for one in hazards if one.inspection_id}
    if not ids:
        return []
    return list(session.scalars(select(Inspection).where(Inspection.id.in_(ids)).order_by(Inspection.inspected_on, Inspection.id)))


def _names(inspections: Sequence[Inspection], hazards: Sequence[Hazard]) -> tuple[str, ...]:
    """Who inspected, each once: the names in the inspections, and who registered what came without one."""
    named = [name for one in inspections for name in one.inspectors]
    named += [one.found_by_name for one in hazards if one.inspection_id is None]
    return tuple(dict.fromkeys(name for name in named if name))


def _order_item(rulebook: Rulebook, hazard: Hazard, ordinal: int, photos: Sequence[PhotoView]) -> OrderItemFacts:
    due_on = hazard.due_on or hazard.proposed_due_on
    if due_on is None or hazard.level is None:
        raise ValueError(f"hazard {hazard.id} is listed in an order without a level or a deadline")
    return OrderItemFacts(
        ordinal=ordinal,
        hazard_id=hazard.id,
        number=hazard.number,
        place=hazard.location,
        title=hazard.title,
        description=hazard.description,
        level=hazard.level,
        basis=cited_basis(hazard, find_item(rulebook, hazard)),
        requirement=hazard.requirement,
        due_on=due_on,
        photos=_paper_photos(photos, {"before"}),
    )


def cited_basis(hazard: Hazard, item: ChecklistItem | None) -> tuple[CitedBasis, ...]:
    """What the hazard rests on: the confirmed criterion first, then the item's own basis. Unverified citations say so."""
    cited = []
    if hazard.criterion_id:
        law = load_major_hazards()
        verified = hazard.criterion_id in law.ids and law.criterion(hazard.criterion_id).clause.verified
        cited.append(CitedBasis(citation=hazard.criterion_clause, verified=verified))
    # The item's `verified` speaks for the basis the item cites; a basis typed by hand was compared by nobody.
    known = set(item.basis) if item is not None and item.verified else set()
    cited += [CitedBasis(citation=one, verified=one in known) for one in hazard.basis]
    return tuple(cited)


def _paper_photos(photos: Sequence[PhotoView], roles: Collection[str]) -> tuple[PhotoFacts, ...]:
    return tuple(
        PhotoFacts(sha256=one.sha256, caption=one.caption, taken_at=one.taken_at, source=one.source) for one in photos if one.role in roles
    )


def gather_opinion_facts(
    work: Work,
    order: RectificationOrder,
    kind: DocumentKind,
    results: Sequence[tuple[Hazard, Reinspection, RectificationReply | None]],
    document_number: str,
    conclusion: str,
) -> OpinionFacts:
    """What a re-inspection opinion says about these hazards of an issued order."""
    if order.issued_on is None:
        raise ValueError("an opinion answers an issued order")
    park = get_park(work)
    target = work.session.get_one(InspectionTarget, order.target_id)
    enterprise = work.session.get(Enterprise, order.enterprise_id) if order.enterprise_id else None
    subjects = {one.id for hazard, look, reply in results for one in (hazard, look, reply) if one is not None}
    photos = list_photo_views(work.session, work.park_id, subjects)
    passed = sum(look.result == ReinspectionResult.PASS for _, look, _ in results)
    return OpinionFacts(
        kind=kind.value,
        permission_mode=permission_mode_of(park).value,
        park_name=park.name,
        office_name=park.office_name,
        office_phone=park.office_phone,
        fictional=park.fictional,
        document_number=document_number,
        order_id=order.id,
        order_number=order.document_number or "",
        order_issued_on=order.issued_on,
        target_name=target.name,
        enterprise_name=enterprise.name if enterprise else target.steward,
        inspectors=tuple(dict.fromkeys(name for _, look, _ in results for name in look.inspectors)),
        items=tuple(_opinion_item(hazard, look, reply, photos) for hazard, look, reply in results),
        passed=passed,
        failed=len(results) - passed,
        conclusion=conclusion,
        contact_name=work.actor.name,
        issued_on=work.today,
        issued_by_name=work.actor.name,
    )


def _opinion_item(
    hazard: Hazard, look: Reinspection, reply: RectificationReply | None, photos: Mapping[UUID, tuple[PhotoView, ...]]
) -> OpinionItemFacts:
    if hazard.due_on is None:
        raise ValueError(f"hazard {hazard.id} of an issued order has no deadline")
    answered = photos.get(reply.id, ()) if reply else ()
    return OpinionItemFacts(
        ordinal=hazard.order_ordinal or 0,
        hazard_id=hazard.id,
        number=hazard.number,
        description=hazard.description,
        due_on=hazard.due_on,
        reinspection_id=look.id,
        reinspected_on=look.reinspected_on,
        result=look.result,
        reason=look.reason,
        measures=reply.measure if reply else "",
        before=_paper_photos(photos.get(hazard.id, ()), {"before"}),
        after=_paper_photos([*answered, *photos.get(look.id, ())], {"after", "scene"}),
    )
