"""The office's hands: the steps of a hazard's life through the services, one call each, as the person of the cast who takes them."""

import io
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from rules.rulebook import load_rulebook
from rules.terms import HazardLevel, HazardSource, NoticeWay, ReinspectionResult
from server.hazards.schemas import ConfirmForm, NewPhoto, RegisterForm
from server.hazards.service import confirm_hazard, register_hazard
from server.ids import new_id
from server.models.hazards import Hazard
from server.models.orders import RectificationOrder
from server.photos.service import keep_upload, record_photo
from server.rectification.schemas import CloseForm, DraftForm, DraftItem, ReinspectionForm, ReplyForm, ServiceForm, ServiceWay
from server.rectification.service import (
    close_hazard,
    draft_order,
    issue_order,
    reinspect,
    reply_to_hazard,
    review_order,
    serve_order,
)
from tests.cast import World
from tests.pictures import jpeg

RULEBOOK = load_rulebook()
GENERAL_ITEM = "FIRE-004"
MAJOR_ITEM = "GEN-009"
"""特种作业人员无证上岗: one fact decides its criterion."""
MAJOR_FACT = "special_operator_without_licence"
MAJOR_CRITERION = "GM-10-3-2"


class Office:
    """A world and the steps people take in it. Every step is one committed change."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._seed = 0

    def photo(self, who: str = "office") -> NewPhoto:
        """A picture nobody took before, stored for one of the cast."""
        self._seed += 1
        kept = keep_upload(self.world.services.photo_store, io.BytesIO(jpeg(seed=self._seed)), max_bytes=10_000_000)
        with self.world.work_as(who) as work:
            record_photo(work, kept)
        return NewPhoto(sha256=kept.sha256)

    def find(
        self,
        who: str = "inspector",
        *,
        item: str = GENERAL_ITEM,
        target: UUID | None = None,
        source: HazardSource = HazardSource.PARK_INSPECTION,
        description: str = "包装车间疏散通道堆放纸箱，妨碍疏散。",
        location: str = "包装车间",
        found_on: date | None = None,
        photos: tuple[NewPhoto, ...] = (),
    ) -> UUID:
        """A hazard somebody registers."""
        form = RegisterForm(
            id=new_id(),
            source=source,
            target_id=target or self.world.enterprise_id,
            description=description,
            location=location,
            found_on=found_on or self.world.clock.today(),
            item_code=item,
            photos=photos,
        )
        with self.world.work_as(who) as work:
            return register_hazard(work, RULEBOOK, form).id

    def confirm(self, hazard_id: UUID, level: HazardLevel = HazardLevel.GENERAL, *, reason: str = "") -> UUID:
        """The office grades a hazard."""
        criterion = MAJOR_CRITERION if level is HazardLevel.MAJOR else ""
        with self.world.work_as("office") as work:
            confirm_hazard(work, RULEBOOK, hazard_id, ConfirmForm(level=level, criterion_id=criterion, reason=reason))
        return hazard_id

    def confirmed(self, level: HazardLevel = HazardLevel.GENERAL, *, target: UUID | None = None, location: str = "包装车间") -> UUID:
        """A hazard found and graded."""
        item = MAJOR_ITEM if level is HazardLevel.MAJOR else GENERAL_ITEM
        return self.confirm(self.find(item=item, target=target, location=location), level)

    def draft(self, *hazard_ids: UUID, due_on: date | None = None) -> UUID:
        """A draft order for hazards."""
        form = DraftForm(items=tuple(DraftItem(hazard_id=one, due_on=due_on) for one in hazard_ids))
        with self.world.work_as("office") as work:
            return draft_order(work, RULEBOOK, form).id

    def review(self, order_id: UUID) -> UUID:
        """The office checked a draft."""
        with self.world.work_as("office") as work:
            review_order(work, RULEBOOK, order_id)
        return order_id

    def issue(self, order_id: UUID, who: str = "office") -> UUID:
        """The number is taken."""
        with self.world.work_as(who) as work:
            issue_order(work, RULEBOOK, order_id)
        return order_id

    def issued(self, *hazard_ids: UUID, who: str = "office", due_on: date | None = None) -> UUID:
        """An order from draft to issued."""
        return self.issue(self.review(self.draft(*hazard_ids, due_on=due_on)), who)

    def serve(self, order_id: UUID) -> UUID:
        """The office hands the order over."""
        form = ServiceForm(way=ServiceWay.DIRECT, received_by="李企", served_on=self.world.clock.today())
        with self.world.work_as("office") as work:
            serve_order(work, order_id, form)
        return order_id

    def rectifying(self, level: HazardLevel = HazardLevel.GENERAL, *, days: int = 15, target: UUID | None = None) -> UUID:
        """A hazard whose order was served today, due in so many days."""
        hazard_id = self.confirmed(level, target=target)
        due_on = self.world.clock.today() + timedelta(days=days)
        self.serve(self.issued(hazard_id, who="leader" if level is HazardLevel.MAJOR else "office", due_on=due_on))
        return hazard_id

    def reply_form(self, hazard_id: UUID, *, told: bool = True, assessment: bool = False, who: str = "enterprise") -> ReplyForm:
        """A complete reply."""
        today = self.world.clock.today()
        return ReplyForm(
            id=new_id(),
            hazard_id=hazard_id,
            measure="纸箱移至成品库，通道划线。",
            responsible_person="李企",
            funds_yuan=Decimal("1200.50"),
            finished_on=today,
            photos=(self.photo(who),),
            assessment=(self.photo(who),) if assessment else (),
            notice_way=NoticeWay.SHIFT_MEETING if told else "",
            noticed_on=today if told else None,
        )

    def reply(self, hazard_id: UUID, *, told: bool = True, who: str = "enterprise", assessment: bool = False) -> UUID:
        """The enterprise answers."""
        form = self.reply_form(hazard_id, told=told, assessment=assessment, who=who)
        with self.world.work_as(who) as work:
            return reply_to_hazard(work, form).id

    def look_again(self, hazard_id: UUID, result: ReinspectionResult = ReinspectionResult.PASS, who: str = "office") -> UUID:
        """A re-inspection entered in the office, with everything any hazard needs."""
        form = ReinspectionForm(
            id=new_id(),
            hazard_id=hazard_id,
            result=result,
            reason="" if result is ReinspectionResult.PASS else "通道仍被占用。",
            inspectors=("王检", "赵检"),
            reinspected_at=self.world.clock.now(),
            expert_opinion="专家现场核对，判定情形已消除。",
            photos=(self.photo(who),),
        )
        with self.world.work_as(who) as work:
            return reinspect(work, RULEBOOK, form).id

    def close(self, hazard_id: UUID, who: str = "office", *, acceptance: str = "") -> UUID:
        """A verified hazard is closed."""
        with self.world.work_as(who) as work:
            close_hazard(work, hazard_id, CloseForm(acceptance_document=acceptance))
        return hazard_id

    def closed(self) -> UUID:
        """A general hazard's whole life, all on one day."""
        hazard_id = self.rectifying()
        self.reply(hazard_id)
        self.look_again(hazard_id)
        return self.close(hazard_id)

    def hazard(self, hazard_id: UUID) -> Hazard:
        """The row as it stands."""
        with self.world.work_as("office", write=False) as work:
            return work.session.get_one(Hazard, hazard_id)

    def order(self, order_id: UUID) -> RectificationOrder:
        """The row as it stands."""
        with self.world.work_as("office", write=False) as work:
            return work.session.get_one(RectificationOrder, order_id)
