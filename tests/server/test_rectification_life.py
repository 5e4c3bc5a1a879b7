"""Any sequence of steps, by anybody: states, dates, numbers and figures stay consistent (property-based, on real databases)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from rules.terms import HazardLevel, HazardState, OrderState, ReinspectionResult
from server.errors import Refusal
from server.events.chain import find_broken_link
from server.hazards.queues import HazardQueue
from server.hazards.schemas import HazardQuery
from server.hazards.service import days_overdue, home_figures, list_hazards, void_hazard
from server.ids import new_id
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.models.orders import IssuedPaper, RectificationOrder
from server.papers import is_intact, read_value
from server.rectification.schemas import OrderFacts
from server.rectification.service import apply_reinspection, archive_order, issue_opinion, reopen_hazard, withdraw_order
from tests.cast import World
from tests.databases import KINDS, PostgresFactory, SqliteFactory
from tests.server.office import RULEBOOK, Office

PEOPLE = ("office", "leader", "inspector", "enterprise", "principal", "outsider", "foreign_office")
LIVE = {HazardState.ORDERED, HazardState.RECTIFYING, HazardState.SUBMITTED, HazardState.VERIFIED}
who_acts = st.sampled_from(PEOPLE)
which = st.integers(min_value=0, max_value=30)


class Life(RuleBasedStateMachine):
    """People of the cast try steps on hazards and orders in any order; what is refused must change nothing."""

    make_world: Callable[[], AbstractContextManager[World]]
    states_seen: set[HazardState]

    def __init__(self) -> None:
        super().__init__()
        self._opened = type(self).make_world()
        self.office = Office(self._opened.__enter__())
        self.hazards: list[UUID] = []
        self.orders: list[UUID] = []

    def teardown(self) -> None:
        """Give the world back."""
        self._opened.__exit__(None, None, None)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A step that may be refused; then nothing may have changed."""
        before = self.snapshot()
        try:
            yield
        except Refusal:
            assert self.snapshot() == before

    def snapshot(self) -> object:
        """Every state, version and date there is."""
        with self.office.world.work_as("office", write=False) as work:
            hazards = [(one.id, one.state, one.version, one.due_on) for one in work.session.query(Hazard).order_by(Hazard.id)]
            orders = [(one.id, one.state, one.version) for one in work.session.query(RectificationOrder).order_by(RectificationOrder.id)]
            papers = work.session.query(IssuedPaper).count()
        return hazards, orders, papers

    def hazard(self, place: int) -> UUID:
        """One of the hazards."""
        return self.hazards[place % len(self.hazards)]

    def order(self, place: int) -> UUID:
        """One of the orders, or none that exists."""
        return self.orders[place % len(self.orders)] if self.orders else new_id()

    @initialize(lived=st.lists(st.integers(min_value=0, max_value=8), min_size=2, max_size=3))
    def begin(self, lived: list[int]) -> None:
        """Hazards to begin with, each so many steps into its life."""
        for place, steps in enumerate(lived):
            self.hazards.append(self.office.find(location=f"起{place}"))
            for _ in range(steps):
                self.advance(self.hazards[-1])
                self.everything_adds_up()

    @rule(level=st.sampled_from(list(HazardLevel)), place=which)
    def grade(self, level: HazardLevel, place: int) -> None:
        """The office grades."""
        with self.attempt():
            self.office.confirm(self.hazard(place), level, reason="试")

    @rule()
    def find(self) -> None:
        """Another finding."""
        if len(self.hazards) < 5:
            self.hazards.append(self.office.find(location=f"{len(self.hazards)}号"))

    @rule(place=which, times=st.integers(min_value=1, max_value=6))
    def go_on(self, place: int, times: int) -> None:
        """A hazard takes its natural next steps, so that long lives are lived as well as odd ones."""
        for _ in range(times):
            self.advance(self.hazard(place))

    def advance(self, hazard_id: UUID) -> None:
        """The natural next step, by who takes it."""
        hazard = self.office.hazard(hazard_id)
        signs = "leader" if hazard.level == HazardLevel.MAJOR else "office"
        with self.attempt():
            match HazardState(hazard.state):
                case HazardState.FOUND:
                    self.office.confirm(hazard.id, reason="试")
                case HazardState.CONFIRMED if hazard.order_id is None:
                    self.orders.append(self.office.draft(hazard.id, due_on=self.office.world.clock.today() + timedelta(days=3)))
                case HazardState.CONFIRMED if hazard.order_id is not None:
                    self.issue_as(hazard.order_id, signs)
                case HazardState.ORDERED if hazard.order_id is not None:
                    self.office.serve(hazard.order_id)
                case HazardState.RECTIFYING:
                    self.office.world.clock.advance(minutes=20)
                    self.office.reply(hazard.id, who="principal", assessment=True)
                case HazardState.SUBMITTED:
                    self.office.look_again(hazard.id)
                case HazardState.VERIFIED:
                    self.office.close(hazard.id, signs, acceptance="审查意见")

    def issue_as(self, order_id: UUID, who: str) -> None:
        """Review when that is still to be done, then issue."""
        if self.office.order(order_id).state == OrderState.DRAFT:
            self.office.review(order_id)
        else:
            self.office.issue(order_id, who)

    @rule(place=which, who=who_acts)
    def void(self, place: int, who: str) -> None:
        """Somebody voids."""
        with self.attempt(), self.office.world.work_as(who) as work:
            void_hazard(work, self.hazard(place), "误报")

    @rule(places=st.lists(which, min_size=1, max_size=3, unique=True), days=st.integers(min_value=0, max_value=6))
    def draft(self, places: list[int], days: int) -> None:
        """The office drafts."""
        chosen = list(dict.fromkeys(self.hazard(place) for place in places))
        with self.attempt():
            self.orders.append(self.office.draft(*chosen, due_on=self.office.world.clock.today() + timedelta(days=days)))

    @rule(place=which, who=who_acts)
    def issue(self, place: int, who: str) -> None:
        """Review and issue."""
        with self.attempt():
            self.office.review(self.order(place))
        with self.attempt():
            self.office.issue(self.order(place), who)

    @rule(place=which)
    def serve(self, place: int) -> None:
        """The office serves."""
        with self.attempt():
            self.office.serve(self.order(place))

    @rule(place=which, who=who_acts)
    def withdraw(self, place: int, who: str) -> None:
        """Somebody withdraws."""
        with self.attempt(), self.office.world.work_as(who) as work:
            withdraw_order(work, self.order(place), "写错")

    @rule(place=which, who=who_acts)
    def reply(self, place: int, who: str) -> None:
        """Somebody replies."""
        with self.attempt():
            self.office.reply(self.hazard(place), who=who, assessment=True)

    @rule(place=which, result=st.sampled_from(list(ReinspectionResult)), who=st.sampled_from(["inspector", "office", "leader"]))
    def look_on_the_phone(self, place: int, result: ReinspectionResult, who: str) -> None:
        """A phone's re-inspection is always kept."""
        with self.office.world.work_as(who) as work:
            look = apply_reinspection(
                work,
                RULEBOOK,
                reinspection_id=new_id(),
                hazard_id=self.hazard(place),
                result=result,
                reason="看过",
                inspectors=("王检", "赵检"),
                inspected_at=self.office.world.clock.now(),
                expert_opinion="核对过",
                photo_count=1,
            )
        assert look.applied or look.marks

    @rule(place=which, result=st.sampled_from(list(ReinspectionResult)))
    def look_in_the_office(self, place: int, result: ReinspectionResult) -> None:
        """The office's form."""
        with self.attempt():
            self.office.look_again(self.hazard(place), result)

    @rule(place=which, who=st.sampled_from(["office", "leader", "enterprise"]))
    def close(self, place: int, who: str) -> None:
        """Somebody closes."""
        with self.attempt():
            self.office.close(self.hazard(place), who, acceptance="审查意见")

    @rule(place=which)
    def reopen(self, place: int) -> None:
        """The office reopens."""
        with self.attempt(), self.office.world.work_as("office") as work:
            reopen_hazard(work, RULEBOOK, self.hazard(place), "虚假整改")

    @rule(place=which)
    def finish(self, place: int) -> None:
        """Opinion and archive."""
        with self.attempt(), self.office.world.work_as("office") as work:
            issue_opinion(work, RULEBOOK, self.order(place))
        with self.attempt(), self.office.world.work_as("office") as work:
            archive_order(work, self.order(place))

    @rule(days=st.integers(min_value=1, max_value=9))
    def wait(self, days: int) -> None:
        """Time passes."""
        self.office.world.clock.advance(days=days)

    @invariant()
    def everything_adds_up(self) -> None:
        """What must hold whatever happened."""
        with self.office.world.work_as("office", write=False) as work:
            hazards = work.session.query(Hazard).all()
            orders = {one.id: one for one in work.session.query(RectificationOrder)}
            self.states_seen.update(HazardState(hazard.state) for hazard in hazards)
            for hazard in hazards:
                self._check_hazard(hazard, orders)
            replies = work.session.query(RectificationReply).all()
            looks = work.session.query(Reinspection).filter(Reinspection.applied.is_(True)).all()
            for hazard in hazards:
                fails = sum(look.hazard_id == hazard.id and look.result == ReinspectionResult.FAIL for look in looks)
                assert hazard.failed_rounds >= fails
                own = [one.replied_on for one in replies if one.hazard_id == hazard.id]
                assert (hazard.first_reply_on, hazard.last_reply_on) == (min(own, default=None), max(own, default=None))
            for kind in {one.kind for one in orders.values()}:
                numbers = sorted(one.number_sequence for one in orders.values() if one.kind == kind and one.number_sequence)
                assert numbers == list(range(1, len(numbers) + 1))
            for order in orders.values():
                listed = [one for one in hazards if one.order_id == order.id]
                if order.state == OrderState.WITHDRAWN:
                    assert not listed
                if order.state == OrderState.ARCHIVED:
                    passed = {look.hazard_id for look in looks if look.result == ReinspectionResult.PASS}
                    assert {one.id for one in listed} <= passed
            for paper in work.session.query(IssuedPaper):
                assert is_intact(paper)
                if paper.kind == "rectification_notice":
                    assert read_value(paper, OrderFacts).document_number == orders[paper.subject_id].document_number
            figures = home_figures(work)
            for queue in HazardQueue:
                assert figures.count(queue) == list_hazards(work, HazardQuery(queue=queue, size=200)).total
            late = {one.id for one in hazards if one.state in LIVE and one.accepted_on is None and days_overdue(one, work.today) > 0}
            assert late == {row.id for row in list_hazards(work, HazardQuery(queue=HazardQueue.OVERDUE, size=200)).items}
            assert find_broken_link(work.connection, self.office.world.park_id) is None

    @staticmethod
    def _check_hazard(hazard: Hazard, orders: dict[UUID, RectificationOrder]) -> None:
        state = HazardState(hazard.state)
        order = orders.get(hazard.order_id) if hazard.order_id else None
        assert (hazard.closed_on is not None) == (state is HazardState.CLOSED)
        assert (hazard.accepted_on is not None) == (state in {HazardState.VERIFIED, HazardState.CLOSED})
        assert (hazard.due_on is not None) == (hazard.original_due_on is not None) == (state in LIVE | {HazardState.CLOSED})
        if state in LIVE:
            assert order is not None
            assert order.issued_at is not None
            assert hazard.level is not None
        if hazard.proposed_due_on is not None:
            assert order is not None
            assert order.state in {OrderState.DRAFT, OrderState.REVIEWED}
            assert state is HazardState.CONFIRMED


@pytest.mark.parametrize("kind", KINDS)
def test_any_sequence_of_steps_keeps_the_record_consistent(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    factory: SqliteFactory | PostgresFactory = request.getfixturevalue(f"{kind}_factory")

    @contextmanager
    def make_world() -> Iterator[World]:
        address = factory.make()
        world = World(address, tmp_path / new_id().hex)
        try:
            yield world
        finally:
            world.close()
            factory.drop(address)

    seen: set[HazardState] = set()
    machine = type("LifeHere", (Life,), {"make_world": staticmethod(make_world), "states_seen": seen})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8 if kind == "sqlite" else 4,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # The search is worth nothing if it never gets far: every state of a hazard's life was reached.
    assert seen >= set(HazardState) - {HazardState.VOID}
