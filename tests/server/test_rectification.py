"""Orders, replies, re-inspections and closure, through the services, on both databases."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from rules.terms import HazardLevel, HazardSource, HazardState, NoticeWay, OrderAction, OrderProgress, OrderState, ReinspectionResult
from server.errors import (
    AlreadyExists,
    ChangedMeanwhile,
    EvidenceMissing,
    InvalidInput,
    NotAllowed,
    NotFound,
    Refusal,
    SamePersonTwice,
    StateConflict,
    StepNotYours,
    WordingNotPermitted,
)
from server.hazards.service import get_dossier, get_hazard
from server.ids import new_id
from server.models.accounts import Account
from server.papers import check_code, get_paper, is_intact, read_value
from server.rectification.schemas import (
    CloseForm,
    DraftForm,
    DraftItem,
    OpinionFacts,
    OrderFacts,
    OrderQuery,
    ReinspectionForm,
    ReinspectionMark,
    ServiceForm,
    ServiceWay,
)
from server.rectification.service import (
    acknowledge_order,
    apply_reinspection,
    archive_order,
    close_hazard,
    draft_order,
    get_order,
    get_order_dossier,
    issue_opinion,
    issue_order,
    list_orderable,
    list_orders,
    order_facts,
    propose_deadlines,
    reinspect,
    reopen_hazard,
    reply_to_hazard,
    review_order,
    serve_order,
    tell_employees,
    treat_by_itself,
    update_draft,
    withdraw_order,
)
from tests.cast import World
from tests.server.counting import counted
from tests.server.office import MAJOR_CRITERION, RULEBOOK, Office


@pytest.fixture
def office(world: World) -> Office:
    """The office of a fresh world, once on each database."""
    return Office(world)


@pytest.fixture
def one_office(sqlite_world: World) -> Office:
    """The office on SQLite alone, for what does not touch the database's own behaviour."""
    return Office(sqlite_world)


def phone_look(office: Office, hazard_id: UUID, result: ReinspectionResult, who: str = "inspector", **more: Any) -> Any:
    """A re-inspection as a phone hands it in."""
    facts: dict[str, Any] = {
        "reinspection_id": new_id(),
        "hazard_id": hazard_id,
        "result": result,
        "reason": "" if result is ReinspectionResult.PASS else "没有改好",
        "inspectors": ("王检", "赵检"),
        "inspected_at": office.world.clock.now(),
        "photo_count": 1,
    } | more
    with office.world.work_as(who) as work:
        return apply_reinspection(work, RULEBOOK, **facts)


# --- orders ---------------------------------------------------------------------------------------------------------------------


def test_a_draft_proposes_the_items_days_and_no_deadline_runs_before_it_is_issued(office: Office) -> None:
    hazard_id = office.confirmed()
    office.draft(hazard_id)
    hazard = office.hazard(hazard_id)
    assert hazard.proposed_due_on == office.world.clock.today() + timedelta(days=15)
    assert (hazard.due_on, hazard.original_due_on, hazard.state) == (None, None, HazardState.CONFIRMED)


def test_issuing_takes_the_number_starts_the_deadline_and_freezes_the_paper(office: Office) -> None:
    hazard_id = office.confirmed()
    order_id = office.issued(hazard_id, due_on=date(2026, 12, 5))
    hazard, order = office.hazard(hazard_id), office.order(order_id)
    assert order.document_number == "示经开安办改〔2026〕1号"
    assert (hazard.state, hazard.due_on, hazard.original_due_on) == (HazardState.ORDERED, date(2026, 12, 5), date(2026, 12, 5))
    with office.world.work_as("office", write=False) as work:
        (paper,) = get_order_dossier(work, RULEBOOK, order_id).papers
        facts = read_value(paper, OrderFacts)
        assert is_intact(paper)
        assert facts == order_facts(work, RULEBOOK, order)
        check = check_code(work.session, paper.verification_code.lower())
    assert facts.document_number == order.document_number
    assert [item.due_on for item in facts.items] == [date(2026, 12, 5)]
    assert facts.items[0].basis
    assert check is not None
    assert (check.document_number, check.intact, check.withdrawn_on) == (order.document_number, True, None)


def test_a_frozen_paper_does_not_change_when_the_records_do(office: Office) -> None:
    hazard_id = office.confirmed()
    order_id = office.issued(hazard_id)
    with office.world.work_as("office") as work:
        before = order_facts(work, RULEBOOK, get_order(work, order_id))
        get_hazard(work, hazard_id).description = "后来改过的描述"
        work.session.flush()
        assert order_facts(work, RULEBOOK, get_order(work, order_id)) == before


def test_numbers_count_per_kind_and_year_and_begin_again_on_the_first_of_january(one_office: Office) -> None:
    first = one_office.issued(one_office.confirmed())
    second = one_office.issued(one_office.confirmed(location="二车间"))
    one_office.world.clock.set_day(date(2027, 1, 4))
    third = one_office.issued(one_office.confirmed(location="三车间"))
    numbers = [one_office.order(one).document_number for one in (first, second, third)]
    assert numbers == ["示经开安办改〔2026〕1号", "示经开安办改〔2026〕2号", "示经开安办改〔2027〕1号"]


def test_orders_issued_at_the_same_instant_get_numbers_without_gaps(office: Office) -> None:
    reviewed = [office.review(office.draft(office.confirmed(location=f"{place}号车间"))) for place in range(8)]
    failures: list[BaseException] = []
    start = threading.Barrier(len(reviewed))

    def issue(order_id: UUID) -> None:
        try:
            start.wait()
            office.issue(order_id)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=issue, args=(one,)) for one in reviewed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(office.order(one).number_sequence or 0 for one in reviewed) == list(range(1, 9))


def test_issuing_one_order_twice_at_the_same_instant_takes_one_number(office: Office) -> None:
    order_id = office.review(office.draft(office.confirmed()))
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def issue() -> None:
        start.wait()
        try:
            office.issue(order_id)
            outcomes.append("issued")
        except StateConflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=issue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["issued", "refused", "refused", "refused"]
    assert office.order(order_id).number_sequence == 1
    assert office.order(office.issued(office.confirmed(location="另一处"))).number_sequence == 2


def test_a_refused_issue_leaves_its_number_to_the_next(office: Office) -> None:
    bad = office.review(office.draft(office.confirmed()))
    office.world.clock.advance(days=40)
    with pytest.raises(InvalidInput, match="期限"):
        office.issue(bad)
    good = office.issued(office.confirmed(location="二车间"))
    assert office.order(good).number_sequence == 1


def test_an_order_with_a_major_hazard_is_issued_by_the_leader_only(one_office: Office) -> None:
    order_id = one_office.review(one_office.draft(one_office.confirmed(HazardLevel.MAJOR)))
    with pytest.raises(StepNotYours, match="分管领导"):
        one_office.issue(order_id, "office")
    one_office.issue(order_id, "leader")
    assert one_office.order(order_id).state == OrderState.ISSUED


def test_the_leader_does_not_issue_general_orders(one_office: Office) -> None:
    order_id = one_office.review(one_office.draft(one_office.confirmed()))
    with pytest.raises(StepNotYours):
        one_office.issue(order_id, "leader")


@pytest.mark.parametrize("who", ["inspector", "leader", "enterprise", "auditor", "outsider", "admin"])
def test_only_the_office_drafts(one_office: Office, who: str) -> None:
    form = DraftForm(items=(DraftItem(hazard_id=one_office.confirmed()),))
    with pytest.raises((StepNotYours, NotFound)), one_office.world.work_as(who) as work:
        draft_order(work, RULEBOOK, form)


def test_words_of_command_are_refused_at_review_and_named(one_office: Office) -> None:
    hazard_id = one_office.confirmed()
    form = DraftForm(items=(DraftItem(hazard_id=hazard_id, requirement="责令立即停用。"),))
    order_id = one_office.draft(hazard_id)
    with one_office.world.work_as("office") as work:
        update_draft(work, RULEBOOK, order_id, form)
    with one_office.world.work_as("office", write=False) as work:
        assert get_order_dossier(work, RULEBOOK, order_id).wording == ("责令",)
    with pytest.raises(WordingNotPermitted, match="责令"):
        one_office.review(order_id)


def test_a_draft_of_nothing_is_refused(one_office: Office) -> None:
    with pytest.raises(EvidenceMissing, match="隐患清单"):
        one_office.draft()


def test_hazards_of_two_targets_do_not_share_an_order(one_office: Office) -> None:
    other = one_office.confirmed(target=one_office.world.other_enterprise_id)
    with pytest.raises(InvalidInput, match="同一个检查对象"):
        one_office.draft(one_office.confirmed(), other)


def test_a_hazard_stands_in_one_order_at_a_time(one_office: Office) -> None:
    hazard_id = one_office.confirmed()
    one_office.draft(hazard_id)
    with pytest.raises(StateConflict, match="另一份文书"):
        one_office.draft(hazard_id)


def test_an_ungraded_hazard_is_not_ordered(one_office: Office) -> None:
    with pytest.raises(StateConflict):
        one_office.draft(one_office.find())


def test_a_hazard_taken_out_of_a_draft_can_be_ordered_again(one_office: Office) -> None:
    first, second = one_office.confirmed(), one_office.confirmed(location="二车间")
    order_id = one_office.draft(first, second)
    with one_office.world.work_as("office") as work:
        update_draft(work, RULEBOOK, order_id, DraftForm(items=(DraftItem(hazard_id=second),), note="作业时设专人监护"))
        assert {one.id for one in list_orderable(work)} == {first}
    assert one_office.hazard(first).proposed_due_on is None
    assert one_office.hazard(second).order_ordinal == 1


def test_a_reviewed_order_cannot_be_changed(one_office: Office) -> None:
    hazard_id = one_office.confirmed()
    order_id = one_office.review(one_office.draft(hazard_id))
    with pytest.raises(StateConflict, match="核对过"), one_office.world.work_as("office") as work:
        update_draft(work, RULEBOOK, order_id, DraftForm(items=(DraftItem(hazard_id=hazard_id),)))


def test_a_form_filled_in_on_an_older_version_is_refused(one_office: Office) -> None:
    hazard_id = one_office.confirmed()
    order_id = one_office.draft(hazard_id)
    seen = one_office.order(order_id).version
    with one_office.world.work_as("office") as work:
        update_draft(work, RULEBOOK, order_id, DraftForm(items=(DraftItem(hazard_id=hazard_id),), note="改过", version=seen))
    with pytest.raises(ChangedMeanwhile), one_office.world.work_as("office") as work:
        review_order(work, RULEBOOK, order_id, version=seen)


@pytest.mark.parametrize("days", [-1, 5000])
def test_a_deadline_before_today_or_far_away_is_refused(one_office: Office, days: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        one_office.draft(one_office.confirmed(), due_on=one_office.world.clock.today() + timedelta(days=days))
    assert refusal.value.errors[0].field == "items.0.due_on"


def test_proposals_say_what_they_rest_on(one_office: Office) -> None:
    general = one_office.confirmed()
    free = one_office.confirm(one_office.find(item="", description="墙角堆放杂物"), HazardLevel.GENERAL)
    major = one_office.confirm(one_office.find(item="", description="无证电焊"), HazardLevel.MAJOR)
    with one_office.world.work_as("office", write=False) as work:
        proposals = {one.hazard_id: one for one in propose_deadlines(work, RULEBOOK, [general, free, major])}
    assert "FIRE-004" in proposals[general].why
    assert proposals[free].days == 15
    assert "园区自定" in proposals[free].why
    assert proposals[major].due is None
    with pytest.raises(InvalidInput, match="请写明期限"):
        one_office.draft(major)


def test_serving_sets_every_hazard_on_its_way(one_office: Office) -> None:
    hazards = [one_office.confirmed(), one_office.confirmed(location="二车间")]
    order_id = one_office.serve(one_office.issued(*hazards))
    assert {one_office.hazard(one).state for one in hazards} == {HazardState.RECTIFYING}
    order = one_office.order(order_id)
    assert (order.state, order.served_way, order.received_by) == (OrderState.SERVED, ServiceWay.DIRECT, "李企")


def test_the_enterprise_signs_for_its_own_order_and_nobody_elses(office: Office) -> None:
    order_id = office.issued(office.confirmed())
    with pytest.raises(NotFound), office.world.work_as("outsider") as work:
        acknowledge_order(work, order_id)
    with office.world.work_as("enterprise") as work:
        acknowledge_order(work, order_id)
    order = office.order(order_id)
    assert (order.served_way, order.received_by, order.served_on) == (ServiceWay.ACKNOWLEDGED, "李企", office.world.clock.today())


@pytest.mark.parametrize(
    ("way", "received_by", "shift", "field"),
    [
        ("pigeon", "李企", 0, "way"),
        (ServiceWay.ACKNOWLEDGED, "李企", 0, "way"),
        (ServiceWay.DIRECT, " ", 0, "received_by"),
        (ServiceWay.DIRECT, "李企", 1, "served_on"),
        (ServiceWay.DIRECT, "李企", -1, "served_on"),
    ],
)
def test_a_service_that_cannot_be_is_refused(one_office: Office, way: str, received_by: str, shift: int, field: str) -> None:
    order_id = one_office.issued(one_office.confirmed())
    form = ServiceForm(way=way, received_by=received_by, served_on=one_office.world.clock.today() + timedelta(days=shift))
    with pytest.raises(InvalidInput) as refusal, one_office.world.work_as("office") as work:
        serve_order(work, order_id, form)
    assert [error.field for error in refusal.value.errors] == [field]


def test_a_withdrawn_order_keeps_its_number_and_frees_its_hazards(office: Office) -> None:
    hazard_id = office.confirmed()
    order_id = office.serve(office.issued(hazard_id))
    with office.world.work_as("office") as work:
        withdraw_order(work, order_id, "企业名称写错")
        paper = get_order_dossier(work, RULEBOOK, order_id).papers[0]
        check = check_code(work.session, paper.verification_code)
    hazard = office.hazard(hazard_id)
    assert (hazard.state, hazard.order_id, hazard.due_on, hazard.original_due_on) == (HazardState.CONFIRMED, None, None, None)
    assert office.order(order_id).document_number == "示经开安办改〔2026〕1号"
    assert check is not None
    assert check.withdrawn_on == office.world.clock.today()
    again = office.issued(hazard_id)
    assert office.order(again).number_sequence == 2


def test_an_order_somebody_answered_cannot_be_withdrawn(one_office: Office) -> None:
    hazard_id = one_office.rectifying()
    one_office.reply(hazard_id)
    order_id = one_office.hazard(hazard_id).order_id
    assert order_id is not None
    with pytest.raises(EvidenceMissing, match="均未提交整改"), one_office.world.work_as("office") as work:
        withdraw_order(work, order_id, "写错了")


def test_withdrawing_needs_a_reason(one_office: Office) -> None:
    order_id = one_office.draft(one_office.confirmed())
    with pytest.raises(EvidenceMissing, match="理由"), one_office.world.work_as("office") as work:
        withdraw_order(work, order_id, "  ")


# --- who may see ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["outsider", "foreign_office", "foreign_inspector", "screener", "liaison", "admin"])
def test_others_see_no_order_no_hazard_and_no_paper(office: Office, who: str) -> None:
    hazard_id = office.rectifying()
    order_id = office.hazard(hazard_id).order_id
    assert order_id is not None
    with office.world.work_as("office", write=False) as work:
        paper_id = get_order_dossier(work, RULEBOOK, order_id).papers[0].id
    with office.world.work_as(who, write=False) as work:
        assert list_orders(work, OrderQuery()).total == 0
        for look in (
            lambda: get_order(work, order_id),
            lambda: get_order_dossier(work, RULEBOOK, order_id),
            lambda: get_hazard(work, hazard_id),
            lambda: get_dossier(work, RULEBOOK, hazard_id),
            lambda: get_paper(work, paper_id),
        ):
            with pytest.raises(NotFound):
                look()


def test_the_enterprise_sees_its_order_from_the_day_it_was_issued(office: Office) -> None:
    hazard_id = office.confirmed()
    order_id = office.review(office.draft(hazard_id))
    with office.world.work_as("enterprise", write=False) as work:
        assert list_orders(work, OrderQuery()).total == 0
        with pytest.raises(NotFound):
            get_order(work, order_id)
    office.issue(order_id)
    with office.world.work_as("enterprise", write=False) as work:
        assert [row.id for row in list_orders(work, OrderQuery()).items] == [order_id]
        dossier = get_order_dossier(work, RULEBOOK, order_id)
    assert dossier.actions == {OrderAction.SERVE}


@pytest.mark.parametrize("who", ["outsider", "foreign_office"])
def test_others_can_do_nothing_to_a_hazard_or_order(office: Office, who: str) -> None:
    hazard_id = office.rectifying()
    order_id = office.hazard(hazard_id).order_id
    assert order_id is not None
    form = office.reply_form(hazard_id)
    service = ServiceForm(way=ServiceWay.DIRECT, received_by="某", served_on=office.world.clock.today())
    steps = (
        lambda work: reply_to_hazard(work, form),
        lambda work: tell_employees(work, hazard_id, NoticeWay.NOTICE_BOARD, office.world.clock.today()),
        lambda work: close_hazard(work, hazard_id, CloseForm()),
        lambda work: reopen_hazard(work, RULEBOOK, hazard_id, "假"),
        lambda work: treat_by_itself(work, RULEBOOK, hazard_id),
        lambda work: serve_order(work, order_id, service),
        lambda work: withdraw_order(work, order_id, "撤"),
        lambda work: archive_order(work, order_id),
        lambda work: issue_opinion(work, RULEBOOK, order_id),
        lambda work: issue_order(work, RULEBOOK, order_id),
    )
    before = msgspec.structs.asdict(form), office.hazard(hazard_id).version, office.order(order_id).version
    for step in steps:
        with pytest.raises((NotFound, NotAllowed)), office.world.work_as(who) as work:
            step(work)
    assert before == (msgspec.structs.asdict(form), office.hazard(hazard_id).version, office.order(order_id).version)


# --- replies --------------------------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_makes_one_reply(office: Office) -> None:
    hazard_id = office.rectifying()
    form = office.reply_form(hazard_id)
    for _ in range(2):
        with office.world.work_as("enterprise") as work:
            assert reply_to_hazard(work, form).id == form.id
    with office.world.work_as("office", write=False) as work:
        dossier = get_dossier(work, RULEBOOK, hazard_id)
    assert [one.id for one in dossier.replies] == [form.id]
    assert len(dossier.after) == 1
    assert office.hazard(hazard_id).state == HazardState.SUBMITTED


def test_forms_sent_at_the_same_instant_make_one_reply(office: Office) -> None:
    hazard_id = office.rectifying()
    form = office.reply_form(hazard_id)
    failures: list[BaseException] = []
    start = threading.Barrier(5)

    def send() -> None:
        start.wait()
        try:
            with office.world.work_as("enterprise") as work:
                reply_to_hazard(work, form)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with office.world.work_as("office", write=False) as work:
        assert len(get_dossier(work, RULEBOOK, hazard_id).replies) == 1


def test_another_persons_reply_id_is_not_taken_over(one_office: Office) -> None:
    hazard_id, other = one_office.rectifying(), one_office.rectifying()
    form = one_office.reply_form(hazard_id)
    with one_office.world.work_as("enterprise") as work:
        reply_to_hazard(work, form)
    with pytest.raises(AlreadyExists), one_office.world.work_as("enterprise") as work:
        reply_to_hazard(work, msgspec.structs.replace(form, hazard_id=other))


def test_a_late_reply_is_kept_and_marked(one_office: Office) -> None:
    hazard_id = one_office.rectifying(days=3)
    one_office.world.clock.advance(days=5)
    reply_id = one_office.reply(hazard_id)
    with one_office.world.work_as("office", write=False) as work:
        dossier = get_dossier(work, RULEBOOK, hazard_id)
    assert [(one.id, one.is_late) for one in dossier.replies] == [(reply_id, True)]
    assert any("迟 2 天" in entry.text for entry in dossier.timeline)


def test_a_reply_on_the_deadline_day_is_in_time(one_office: Office) -> None:
    hazard_id = one_office.rectifying(days=3)
    one_office.world.clock.advance(days=3)
    one_office.reply(hazard_id)
    with one_office.world.work_as("office", write=False) as work:
        assert not get_dossier(work, RULEBOOK, hazard_id).replies[0].is_late


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"measure": " "}, "整改措施"),
        ({"responsible_person": ""}, "整改责任人"),
        ({"funds_yuan": None}, "整改资金"),
        ({"finished_on": None}, "整改完成日期"),
        ({"photos": ()}, "整改后照片"),
    ],
)
def test_a_reply_without_its_evidence_is_refused_and_says_what_is_missing(one_office: Office, change: dict[str, Any], missing: str) -> None:
    form = msgspec.structs.replace(one_office.reply_form(one_office.rectifying()), **change)
    with pytest.raises(EvidenceMissing, match=missing), one_office.world.work_as("enterprise") as work:
        reply_to_hazard(work, form)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"funds_yuan": Decimal("-1")}, "funds_yuan"),
        ({"funds_yuan": Decimal("NaN")}, "funds_yuan"),
        ({"funds_yuan": Decimal("0.001")}, "funds_yuan"),
        ({"finished_on": date(2026, 11, 21)}, "finished_on"),
        ({"finished_on": date(2026, 11, 1)}, "finished_on"),
        ({"notice_way": "pigeon"}, "notice_way"),
        ({"notice_way": ""}, "noticed_on"),
        ({"noticed_on": date(2026, 11, 21)}, "noticed_on"),
        ({"measure": "长" * 4001}, "measure"),
    ],
)
def test_a_reply_with_an_impossible_value_is_refused_at_its_field(one_office: Office, change: dict[str, Any], field: str) -> None:
    form = msgspec.structs.replace(one_office.reply_form(one_office.rectifying()), **change)
    with pytest.raises(InvalidInput) as refusal, one_office.world.work_as("enterprise") as work:
        reply_to_hazard(work, form)
    assert [error.field for error in refusal.value.errors] == [field]


def test_a_reply_naming_a_photo_that_is_not_stored_is_refused_and_changes_nothing(office: Office) -> None:
    hazard_id = office.rectifying()
    form = office.reply_form(hazard_id)
    missing = msgspec.structs.replace(form.photos[0], sha256="0" * 64)
    with pytest.raises(InvalidInput, match="没有存好"), office.world.work_as("enterprise") as work:
        reply_to_hazard(work, msgspec.structs.replace(form, photos=(missing,)))
    assert office.hazard(hazard_id).state == HazardState.RECTIFYING


def test_a_major_hazards_reply_needs_the_principal_officer_and_the_assessment_report(one_office: Office) -> None:
    hazard_id = one_office.rectifying(HazardLevel.MAJOR)
    with pytest.raises(EvidenceMissing) as refusal:
        one_office.reply(hazard_id)
    assert refusal.value.facts["missing"] == ["企业主要负责人签署", "治理情况评估报告"]
    one_office.reply(hazard_id, who="principal", assessment=True)
    assert one_office.hazard(hazard_id).state == HazardState.SUBMITTED


# --- re-inspection --------------------------------------------------------------------------------------------------------------


def test_a_pass_accepts_the_day_of_the_reply(office: Office) -> None:
    hazard_id = office.rectifying()
    replied_on = office.world.clock.today()
    office.reply(hazard_id)
    office.world.clock.advance(days=4)
    look = phone_look(office, hazard_id, ReinspectionResult.PASS)
    hazard = office.hazard(hazard_id)
    assert look.applied
    assert (hazard.state, hazard.accepted_on, hazard.verified_on) == (
        HazardState.VERIFIED,
        replied_on,
        replied_on + timedelta(days=4),
    )


def test_a_fail_sends_it_back_counts_the_round_and_keeps_the_deadline(office: Office) -> None:
    hazard_id = office.rectifying()
    due_on = office.hazard(hazard_id).due_on
    office.reply(hazard_id)
    phone_look(office, hazard_id, ReinspectionResult.FAIL)
    hazard = office.hazard(hazard_id)
    assert (hazard.state, hazard.failed_rounds, hazard.due_on, hazard.accepted_on) == (HazardState.RECTIFYING, 1, due_on, None)
    office.world.clock.advance(minutes=30)
    office.reply(hazard_id)
    office.look_again(hazard_id)
    with office.world.work_as("office", write=False) as work:
        dossier = get_dossier(work, RULEBOOK, hazard_id)
    assert [one.round for one in dossier.replies] == [1, 2]
    assert [(one.round, one.result) for one in dossier.reinspections] == [(1, "fail"), (2, "pass")]


def test_a_phones_re_inspection_nobody_asked_for_is_kept_marked_and_changes_nothing(office: Office) -> None:
    hazard_id = office.rectifying()
    office.reply(hazard_id)
    phone_look(office, hazard_id, ReinspectionResult.PASS)
    second = phone_look(office, hazard_id, ReinspectionResult.FAIL, who="second_inspector")
    assert (second.applied, second.marks) == (False, [ReinspectionMark.STATE_CHANGED])
    assert office.hazard(hazard_id).state == HazardState.VERIFIED


def test_two_phones_at_the_same_instant_move_the_hazard_once(office: Office) -> None:
    hazard_id = office.rectifying()
    office.reply(hazard_id)
    looks: list[Any] = []
    start = threading.Barrier(2)

    def look(who: str, result: ReinspectionResult) -> None:
        start.wait()
        looks.append(phone_look(office, hazard_id, result, who=who))

    threads = [
        threading.Thread(target=look, args=("inspector", ReinspectionResult.FAIL)),
        threading.Thread(target=look, args=("second_inspector", ReinspectionResult.FAIL)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.applied for one in looks) == [False, True]
    assert office.hazard(hazard_id).failed_rounds == 1


def test_a_re_inspection_handed_in_twice_is_one(office: Office) -> None:
    hazard_id = office.rectifying()
    office.reply(hazard_id)
    id = new_id()
    first = phone_look(office, hazard_id, ReinspectionResult.FAIL, reinspection_id=id)
    again = phone_look(office, hazard_id, ReinspectionResult.FAIL, reinspection_id=id)
    assert first.id == again.id
    assert office.hazard(hazard_id).failed_rounds == 1


def test_a_look_from_before_the_reply_does_not_judge_it(one_office: Office) -> None:
    hazard_id = one_office.rectifying()
    before = one_office.world.clock.now()
    one_office.world.clock.advance(hours=2)
    one_office.reply(hazard_id)
    look = phone_look(one_office, hazard_id, ReinspectionResult.FAIL, inspected_at=before)
    assert (look.applied, look.marks) == (False, [ReinspectionMark.BEFORE_REPLY])


def test_a_phone_clock_a_few_minutes_slow_does_not_undo_a_look(one_office: Office) -> None:
    hazard_id = one_office.rectifying()
    one_office.reply(hazard_id)
    look = phone_look(one_office, hazard_id, ReinspectionResult.PASS, inspected_at=one_office.world.clock.now() - timedelta(minutes=9))
    assert look.applied


def test_without_a_reply_a_look_counts_only_after_the_deadline(one_office: Office) -> None:
    hazard_id = one_office.rectifying(days=3)
    early = phone_look(one_office, hazard_id, ReinspectionResult.PASS)
    assert (early.applied, early.marks) == (False, [ReinspectionMark.NOT_OVERDUE])
    one_office.world.clock.advance(days=4)
    late = phone_look(one_office, hazard_id, ReinspectionResult.PASS)
    assert late.applied
    assert one_office.hazard(hazard_id).accepted_on == one_office.world.clock.today()


def test_a_major_hazard_is_not_verified_by_one_inspector_without_an_expert(one_office: Office) -> None:
    hazard_id = one_office.rectifying(HazardLevel.MAJOR)
    one_office.reply(hazard_id, who="principal", assessment=True)
    alone = phone_look(one_office, hazard_id, ReinspectionResult.PASS, inspectors=("王检",))
    assert not alone.applied
    assert alone.marks == [ReinspectionMark.EVIDENCE_MISSING, ReinspectionMark.ONE_INSPECTOR]
    together = phone_look(one_office, hazard_id, ReinspectionResult.PASS, expert_opinion="情形已消除")
    assert together.applied
    assert "情形已消除" in together.reason


def test_a_general_hazard_seen_by_one_inspector_without_a_photo_counts_and_says_so(one_office: Office) -> None:
    hazard_id = one_office.rectifying()
    one_office.reply(hazard_id)
    look = phone_look(one_office, hazard_id, ReinspectionResult.PASS, inspectors=("王检",), photo_count=0, marks=["no_position"])
    assert look.applied
    assert look.marks == ["no_position", ReinspectionMark.ONE_INSPECTOR, ReinspectionMark.NO_PHOTO]


def test_who_answered_for_the_rectification_does_not_re_inspect_it(office: Office) -> None:
    hazard_id = office.rectifying()
    office.reply(hazard_id)
    # The enterprise's safety officer has changed sides meanwhile and inspects for the park now.
    with office.world.work_as("office") as work:
        account = work.session.get_one(Account, office.world.accounts["enterprise"].id)
        account.role, account.enterprise_id, account.position = "inspector", None, None
    office.world.accounts["enterprise"] = account
    with pytest.raises(SamePersonTwice):
        office.look_again(hazard_id, who="enterprise")
    look = phone_look(office, hazard_id, ReinspectionResult.PASS, who="enterprise")
    assert (look.applied, look.marks) == (False, [ReinspectionMark.SAME_PERSON])
    assert office.hazard(hazard_id).state == HazardState.SUBMITTED


def test_the_office_is_told_at_once_what_a_phone_is_only_marked_for(one_office: Office) -> None:
    hazard_id = one_office.rectifying(days=3)
    with pytest.raises(StateConflict, match="没有提交整改"):
        one_office.look_again(hazard_id)
    one_office.reply(hazard_id)
    one_office.look_again(hazard_id)
    with pytest.raises(StateConflict):
        one_office.look_again(hazard_id)


@pytest.mark.parametrize("who", ["enterprise", "principal", "auditor", "leader"])
def test_only_inspectors_and_the_office_re_inspect(one_office: Office, who: str) -> None:
    hazard_id = one_office.rectifying()
    one_office.reply(hazard_id)
    with pytest.raises((StepNotYours, SamePersonTwice)):
        one_office.look_again(hazard_id, who=who)


def test_a_failed_look_needs_its_reason_in_the_office(one_office: Office) -> None:
    hazard_id = one_office.rectifying()
    one_office.reply(hazard_id)
    form = ReinspectionForm(
        id=new_id(), hazard_id=hazard_id, result="fail", reason=" ", inspectors=("王检",), reinspected_at=one_office.world.clock.now()
    )
    with pytest.raises(EvidenceMissing, match="理由"), one_office.world.work_as("office") as work:
        reinspect(work, RULEBOOK, form)


def test_the_re_inspection_is_owed_from_the_reply_or_the_deadline_whichever_comes_first(one_office: Office) -> None:
    hazard_id = one_office.rectifying(days=3)
    with one_office.world.work_as("office", write=False) as work:
        assert get_dossier(work, RULEBOOK, hazard_id).reinspection_due_on is None
    one_office.world.clock.advance(days=1)
    one_office.reply(hazard_id)
    with one_office.world.work_as("office", write=False) as work:
        # 11月21日起第 10 日是 12月1日，星期二。
        assert get_dossier(work, RULEBOOK, hazard_id).reinspection_due_on == date(2026, 12, 1)


# --- closure --------------------------------------------------------------------------------------------------------------------


def test_a_general_hazard_is_closed_by_the_office(office: Office) -> None:
    hazard_id = office.closed()
    hazard = office.hazard(hazard_id)
    assert (hazard.state, hazard.closed_on, hazard.closure_kind) == (HazardState.CLOSED, office.world.clock.today(), "re_inspected")


def test_a_major_hazard_is_closed_by_the_leader_with_employees_told_and_acceptance(one_office: Office) -> None:
    hazard_id = one_office.rectifying(HazardLevel.MAJOR)
    one_office.reply(hazard_id, who="principal", assessment=True, told=False)
    one_office.look_again(hazard_id)
    with pytest.raises(StepNotYours):
        one_office.close(hazard_id, "office", acceptance="审查意见")
    with pytest.raises(EvidenceMissing) as refusal:
        one_office.close(hazard_id, "leader")
    assert refusal.value.facts["missing"] == ["向职工通报的登记", "审查同意文书"]
    with one_office.world.work_as("enterprise") as work:
        tell_employees(work, hazard_id, NoticeWay.NOTICE_BOARD, one_office.world.clock.today())
    one_office.close(hazard_id, "leader", acceptance="示经开安办复〔2026〕1号")
    assert one_office.hazard(hazard_id).state == HazardState.CLOSED


def test_false_rectification_reopens_within_the_limit_and_not_after(office: Office) -> None:
    first, second = office.closed(), office.closed()
    office.world.clock.advance(days=30)
    with office.world.work_as("office") as work:
        reopen_hazard(work, RULEBOOK, first, "现场与照片不符")
    hazard = office.hazard(first)
    assert (hazard.state, hazard.failed_rounds, hazard.accepted_on, hazard.closed_on) == (HazardState.RECTIFYING, 1, None, None)
    office.world.clock.advance(days=1)
    with pytest.raises(EvidenceMissing, match="重开期限"), office.world.work_as("office") as work:
        reopen_hazard(work, RULEBOOK, second, "现场与照片不符")


def test_the_opinion_lists_every_result_and_the_order_is_filed_away(office: Office) -> None:
    hazards = [office.confirmed(), office.confirmed(location="二车间")]
    order_id = office.serve(office.issued(*hazards))
    with pytest.raises(StateConflict, match="还没有复查"), office.world.work_as("office") as work:
        issue_opinion(work, RULEBOOK, order_id)
    for hazard_id in hazards:
        office.reply(hazard_id)
    office.look_again(hazards[0])
    office.look_again(hazards[1], ReinspectionResult.FAIL)
    with office.world.work_as("office") as work:
        paper = issue_opinion(work, RULEBOOK, order_id)
        assert issue_opinion(work, RULEBOOK, order_id).id == paper.id
    facts = read_value(paper, OpinionFacts)
    assert (facts.passed, facts.failed, paper.document_number) == (1, 1, "示经开安办复〔2026〕1号")
    assert facts.items[0].measures
    assert facts.items[0].after
    with pytest.raises(EvidenceMissing), office.world.work_as("office") as work:
        archive_order(work, order_id)
    office.world.clock.advance(hours=1)
    office.reply(hazards[1])
    office.look_again(hazards[1])
    with pytest.raises(EvidenceMissing, match="整改复核意见"), office.world.work_as("office") as work:
        archive_order(work, order_id)
    with office.world.work_as("office") as work:
        second = issue_opinion(work, RULEBOOK, order_id)
        assert second.document_number == "示经开安办复〔2026〕2号"
        archive_order(work, order_id)
        dossier = get_order_dossier(work, RULEBOOK, order_id)
    assert dossier.order.state == OrderState.ARCHIVED
    assert dossier.progress == OrderProgress.ALL_VERIFIED


def test_an_enterprise_treats_its_own_general_finding_without_an_order(office: Office) -> None:
    hazard_id = office.find("enterprise", source=HazardSource.SELF_CHECK)
    office.confirm(hazard_id)
    with office.world.work_as("enterprise") as work:
        treat_by_itself(work, RULEBOOK, hazard_id)
    hazard = office.hazard(hazard_id)
    assert (hazard.state, hazard.order_id) == (HazardState.RECTIFYING, None)
    assert hazard.due_on == office.world.clock.today() + timedelta(days=15)
    office.reply(hazard_id)
    office.look_again(hazard_id)
    assert office.hazard(hazard_id).state == HazardState.VERIFIED


def test_what_the_park_found_is_not_treated_without_an_order(one_office: Office) -> None:
    hazard_id = one_office.confirmed()
    with pytest.raises(Refusal), one_office.world.work_as("enterprise") as work:
        treat_by_itself(work, RULEBOOK, hazard_id)
    assert one_office.hazard(hazard_id).state == HazardState.CONFIRMED


# --- lists ----------------------------------------------------------------------------------------------------------------------


def test_the_list_of_orders_counts_takes_filters_and_a_constant_number_of_queries(office: Office) -> None:
    open_one = office.rectifying(days=2)
    office.closed()
    office.draft(office.confirmed(target=office.world.other_enterprise_id))
    office.world.clock.advance(days=5)
    with office.world.work_as("office", write=False) as work:
        rows = list_orders(work, OrderQuery()).items
        assert len(rows) == 3
        late = list_orders(work, OrderQuery(overdue=True)).items
        assert [row.overdue for row in late] == [1]
        assert late[0].id == office.hazard(open_one).order_id
        by_number = list_orders(work, OrderQuery(search="改〔2026〕2号")).items
        assert [(row.hazards, row.settled, row.closed) for row in by_number] == [(1, 1, 1)]
        assert list_orders(work, OrderQuery(search="%")).total == 0
        assert [row.enterprise_name for row in list_orders(work, OrderQuery(state=OrderState.DRAFT)).items] == ["渌江电瓷（虚构）"]
    with office.world.work_as("office", write=False) as work, counted(office.world.database) as few:
        list_orders(work, OrderQuery())
    for place in range(6):
        office.draft(office.confirmed(location=f"{place}号"))
    with office.world.work_as("office", write=False) as work, counted(office.world.database) as many:
        list_orders(work, OrderQuery())
    assert few.count == many.count == 2


def test_the_events_of_a_whole_life_stand_in_order(office: Office) -> None:
    hazard_id = office.closed()
    with office.world.work_as("office", write=False) as work:
        story = [entry.action for entry in get_dossier(work, RULEBOOK, hazard_id).timeline]
    assert story == [
        "hazard:registered",
        "hazard:described",
        "hazard:confirmed",
        "hazard:drafted",
        "hazard:ordered",
        "hazard:served",
        "hazard:replied",
        "hazard:re_inspected",
        "hazard:closed",
    ]


def test_a_major_hazards_paper_cites_its_criterion_first(one_office: Office) -> None:
    hazard_id = one_office.rectifying(HazardLevel.MAJOR)
    order_id = one_office.hazard(hazard_id).order_id
    assert order_id is not None
    with one_office.world.work_as("leader", write=False) as work:
        facts = order_facts(work, RULEBOOK, get_order(work, order_id))
    assert facts.items[0].level == HazardLevel.MAJOR
    assert one_office.hazard(hazard_id).criterion_id == MAJOR_CRITERION
    assert facts.items[0].basis[0].citation == one_office.hazard(hazard_id).criterion_clause
