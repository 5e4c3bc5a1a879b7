"""Hazards: who sees them, how they are found, graded and explained, and that every number equals its list."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import insert, update

from rules.terms import Answer, HazardAction, HazardLevel, HazardSource, HazardState, ReinspectionResult
from server.errors import (
    AlreadyExists,
    ChangedMeanwhile,
    EvidenceMissing,
    InvalidInput,
    NotAllowed,
    NotFound,
    Refusal,
    StateConflict,
    StepNotYours,
)
from server.hazards.queues import HazardQueue
from server.hazards.schemas import ConfirmForm, HazardQuery, HazardSort, RegisterForm
from server.hazards.service import (
    advise_grading,
    assign_target,
    confirm_hazard,
    get_dossier,
    get_hazard,
    home_figures,
    list_hazards,
    register_hazard,
    save_facts,
    void_hazard,
)
from server.ids import new_id
from server.models.documents import Document, Inspection
from server.models.hazards import Hazard
from server.rectification.service import apply_reinspection
from server.unit_of_work import Work
from tests.cast import World
from tests.server.counting import counted
from tests.server.office import MAJOR_CRITERION, MAJOR_FACT, MAJOR_ITEM, RULEBOOK, Office


@pytest.fixture
def office(world: World) -> Office:
    """The office of a fresh world, once on each database."""
    return Office(world)


@pytest.fixture
def one_office(sqlite_world: World) -> Office:
    """The office on SQLite alone, for what does not touch the database's own behaviour."""
    return Office(sqlite_world)


def register_form(office: Office, **changes: Any) -> RegisterForm:
    """A complete form."""
    form = RegisterForm(
        id=new_id(),
        source=HazardSource.EXPERT,
        target_id=office.world.enterprise_id,
        description="配电箱积尘。没有漏电保护。",
        found_on=office.world.clock.today(),
    )
    return msgspec.structs.replace(form, **changes)


# --- finding --------------------------------------------------------------------------------------------------------------------


def test_a_hazard_registered_in_the_office_gets_number_title_and_basis(office: Office) -> None:
    photo = office.photo()
    with office.world.work_as("office") as work:
        hazard = register_hazard(work, RULEBOOK, register_form(office, item_code="ELEC-011", photos=(photo,)))
    assert (hazard.number, hazard.title, hazard.state) == ("YH-2026-0001", "配电箱积尘", HazardState.FOUND)
    assert hazard.basis
    with office.world.work_as("office", write=False) as work:
        dossier = get_dossier(work, RULEBOOK, hazard.id)
    assert [(one.sha256, one.role, one.stored) for one in dossier.before] == [(photo.sha256, "before", True)]


def test_a_form_sent_twice_registers_one_hazard(office: Office) -> None:
    form = register_form(office)
    for _ in range(2):
        with office.world.work_as("office") as work:
            assert register_hazard(work, RULEBOOK, form).id == form.id
    with office.world.work_as("office", write=False) as work:
        assert list_hazards(work, HazardQuery()).total == 1


def test_an_id_another_park_uses_is_refused_without_a_word_about_it(one_office: Office) -> None:
    form = register_form(one_office)
    with one_office.world.work_as("office") as work:
        register_hazard(work, RULEBOOK, form)
    foreign = msgspec.structs.replace(form, target_id=one_office.world.foreign_enterprise_id)
    with pytest.raises(AlreadyExists), one_office.world.work_as("foreign_office") as work:
        register_hazard(work, RULEBOOK, foreign)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": "rumour"}, "source"),
        ({"description": "  "}, "description"),
        ({"found_on": date(2026, 11, 21)}, "found_on"),
        ({"found_on": date(1999, 1, 1)}, "found_on"),
        ({"item_code": "NOPE-001"}, "item_code"),
    ],
)
def test_a_registration_with_an_impossible_value_is_refused_at_its_field(one_office: Office, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal, one_office.world.work_as("office") as work:
        register_hazard(work, RULEBOOK, register_form(one_office, **change))
    assert [error.field for error in refusal.value.errors] == [field]


def test_an_enterprise_registers_its_own_self_checks_only(one_office: Office) -> None:
    with pytest.raises(InvalidInput, match="企业自查"), one_office.world.work_as("enterprise") as work:
        register_hazard(work, RULEBOOK, register_form(one_office))
    own = register_form(one_office, source=HazardSource.SELF_CHECK)
    for who in ("outsider", "foreign_office"):
        with pytest.raises(NotFound), one_office.world.work_as(who) as work:
            register_hazard(work, RULEBOOK, own)
    with one_office.world.work_as("enterprise") as work:
        assert register_hazard(work, RULEBOOK, own).source == HazardSource.SELF_CHECK


@pytest.mark.parametrize("who", ["leader", "auditor", "admin", "screener"])
def test_who_only_looks_registers_nothing(one_office: Office, who: str) -> None:
    with pytest.raises(StepNotYours), one_office.world.work_as(who) as work:
        register_hazard(work, RULEBOOK, register_form(one_office))


def test_the_same_thing_at_the_same_place_within_the_limit_is_a_repeat(office: Office) -> None:
    closed = office.closed()
    office.world.clock.advance(days=180)
    again, elsewhere = office.find(), office.find(location="别处")
    assert (office.hazard(again).repeat, office.hazard(again).previous_id) == (True, closed)
    assert not office.hazard(elsewhere).repeat
    office.world.clock.advance(days=1)
    assert not office.hazard(office.find()).repeat


# --- who sees -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["outsider", "foreign_office", "foreign_inspector", "screener", "liaison", "admin"])
def test_others_see_no_hazard_whatever_its_state(office: Office, who: str) -> None:
    hazards = [
        office.find(),
        office.confirmed(),
        office.rectifying(),
        office.closed(),
        office.find("enterprise", source=HazardSource.SELF_CHECK),
    ]
    with office.world.work_as(who, write=False) as work:
        assert list_hazards(work, HazardQuery()).total == 0
        assert set(home_figures(work).counts.values()) == {0}
        for hazard_id in hazards:
            with pytest.raises(NotFound):
                get_hazard(work, hazard_id)
            with pytest.raises(NotFound):
                get_dossier(work, RULEBOOK, hazard_id)


def test_the_enterprise_sees_a_hazard_from_the_order_on_and_its_own_from_the_first_day(office: Office) -> None:
    hidden = [office.find(), office.confirmed()]
    office.draft(office.confirmed(location="草稿里的"))
    seen = [office.rectifying(), office.closed(), office.find("enterprise", source=HazardSource.SELF_CHECK, location="自查的")]
    with office.world.work_as("enterprise", write=False) as work:
        assert {row.id for row in list_hazards(work, HazardQuery()).items} == set(seen)
        for hazard_id in hidden:
            with pytest.raises(NotFound):
                get_hazard(work, hazard_id)


def test_the_enterprise_is_not_told_what_the_office_considered(one_office: Office) -> None:
    hazard_id = one_office.rectifying()
    stories = {}
    for who in ("office", "enterprise"):
        with one_office.world.work_as(who, write=False) as work:
            stories[who] = {entry.action for entry in get_dossier(work, RULEBOOK, hazard_id).timeline}
    assert stories["office"] - stories["enterprise"] == {"hazard:drafted"}


def test_each_sees_the_steps_that_are_theirs(one_office: Office) -> None:
    hazard_id = one_office.rectifying()
    one_office.reply(hazard_id)
    actions = {}
    for who in ("office", "inspector", "enterprise", "auditor"):
        with one_office.world.work_as(who, write=False) as work:
            actions[who] = get_dossier(work, RULEBOOK, hazard_id).actions
    looks = {HazardAction.PASS_REINSPECTION, HazardAction.FAIL_REINSPECTION}
    assert actions == {"office": looks, "inspector": looks, "enterprise": set(), "auditor": set()}
    with one_office.world.work_as("office", write=False) as work:
        assert get_dossier(work, RULEBOOK, one_office.find()).actions == {HazardAction.CONFIRM, HazardAction.VOID}


# --- grading --------------------------------------------------------------------------------------------------------------------


def test_the_rules_ask_what_the_criterion_needs_then_suggest_and_a_person_decides(office: Office) -> None:
    hazard_id = office.find(item=MAJOR_ITEM, description="焊工无证上岗。")
    with office.world.work_as("office", write=False) as work:
        before = advise_grading(work, RULEBOOK, hazard_id)
    assert [question.fact_id for question in before.questions] == [MAJOR_FACT]
    assert before.advice.suggest_major is Answer.UNKNOWN
    assert before.criteria[0].id == MAJOR_CRITERION
    assert before.criteria[0].linked
    with office.world.work_as("inspector") as work:
        save_facts(work, RULEBOOK, hazard_id, {MAJOR_FACT: "yes"})
    with office.world.work_as("office", write=False) as work:
        after = advise_grading(work, RULEBOOK, hazard_id)
    assert (after.advice.suggest_major, after.questions) == (Answer.YES, ())
    hazard = office.hazard(hazard_id)
    assert (hazard.state, hazard.level, hazard.suggested_level) == (HazardState.FOUND, None, HazardLevel.MAJOR)
    office.confirm(hazard_id, HazardLevel.MAJOR)
    hazard = office.hazard(hazard_id)
    assert (hazard.state, hazard.level, hazard.criterion_id) == (HazardState.CONFIRMED, HazardLevel.MAJOR, MAJOR_CRITERION)
    assert "10号" in hazard.criterion_clause
    kept = hazard.judgements[0]
    assert (kept["edition"], kept["judgement"]["criterion_id"], kept["judgement"]["outcome"]) == (
        RULEBOOK.edition,
        MAJOR_CRITERION,
        "meets",
    )


def test_going_below_the_suggestion_needs_a_reason_and_is_told(office: Office) -> None:
    hazard_id = office.find(item=MAJOR_ITEM)
    with office.world.work_as("office") as work:
        save_facts(work, RULEBOOK, hazard_id, {MAJOR_FACT: "yes"})
    with pytest.raises(InvalidInput) as refusal:
        office.confirm(hazard_id)
    assert [error.field for error in refusal.value.errors] == ["reason"]
    office.confirm(hazard_id, reason="当日仅为实习观摩，没有作业。")
    with office.world.work_as("office", write=False) as work:
        told = get_dossier(work, RULEBOOK, hazard_id).timeline[-1]
    assert "低于系统提示" in told.text
    assert "实习观摩" in told.detail


def test_an_answer_taken_back_takes_the_suggestion_back(one_office: Office) -> None:
    hazard_id = one_office.find(item=MAJOR_ITEM)
    with one_office.world.work_as("office") as work:
        save_facts(work, RULEBOOK, hazard_id, {MAJOR_FACT: "yes"})
        save_facts(work, RULEBOOK, hazard_id, {MAJOR_FACT: ""})
    hazard = one_office.hazard(hazard_id)
    assert (hazard.facts, hazard.suggested_level) == ({}, None)


@pytest.mark.parametrize("answers", [{MAJOR_FACT: "maybe"}, {"no_such_fact": "yes"}])
def test_an_answer_the_question_does_not_take_is_refused(one_office: Office, answers: dict[str, str]) -> None:
    hazard_id = one_office.find(item=MAJOR_ITEM)
    with pytest.raises(InvalidInput) as refusal, one_office.world.work_as("office") as work:
        save_facts(work, RULEBOOK, hazard_id, answers)
    assert [error.field for error in refusal.value.errors] == list(answers)


def test_a_major_hazard_needs_a_criterion_in_force_on_the_day_it_was_found(one_office: Office) -> None:
    hazard_id = one_office.find(item=MAJOR_ITEM)
    for form in (ConfirmForm(level=HazardLevel.MAJOR), ConfirmForm(level=HazardLevel.MAJOR, criterion_id="GM-10-99")):
        with pytest.raises((EvidenceMissing, InvalidInput)), one_office.world.work_as("office") as work:
            confirm_hazard(work, RULEBOOK, hazard_id, form)
    with pytest.raises(InvalidInput), one_office.world.work_as("office") as work:
        confirm_hazard(work, RULEBOOK, hazard_id, ConfirmForm(level="grave"))
    assert one_office.hazard(hazard_id).level is None


def test_a_criterion_nobody_linked_is_judged_and_kept_too(one_office: Office) -> None:
    hazard_id = one_office.find(description="无证上岗")
    one_office.confirm(hazard_id, HazardLevel.MAJOR)
    kept = one_office.hazard(hazard_id).judgements
    assert [one["judgement"]["criterion_id"] for one in kept] == [MAJOR_CRITERION]
    assert kept[0]["judgement"]["outcome"] == "not_known"


@pytest.mark.parametrize("who", ["inspector", "leader", "auditor"])
def test_only_the_office_grades_and_voids(one_office: Office, who: str) -> None:
    hazard_id = one_office.find()
    steps: tuple[Callable[[Work], object], ...] = (
        lambda work: confirm_hazard(work, RULEBOOK, hazard_id, ConfirmForm(level=HazardLevel.GENERAL)),
        lambda work: void_hazard(work, hazard_id, "误报"),
    )
    for step in steps:
        with pytest.raises(StepNotYours), one_office.world.work_as(who) as work:
            step(work)


def test_a_graded_hazard_is_not_graded_again(one_office: Office) -> None:
    hazard_id = one_office.confirmed()
    with pytest.raises(StateConflict):
        one_office.confirm(hazard_id)
    with pytest.raises(StateConflict, match="已经定级"), one_office.world.work_as("office") as work:
        save_facts(work, RULEBOOK, hazard_id, {MAJOR_FACT: "yes"})


def test_two_people_grading_the_same_version_do_not_overwrite_each_other(one_office: Office) -> None:
    hazard_id = one_office.find(item=MAJOR_ITEM)
    seen = one_office.hazard(hazard_id).version
    with one_office.world.work_as("inspector") as work:
        save_facts(work, RULEBOOK, hazard_id, {MAJOR_FACT: "yes"}, version=seen)
    with pytest.raises(ChangedMeanwhile), one_office.world.work_as("office") as work:
        confirm_hazard(work, RULEBOOK, hazard_id, ConfirmForm(level=HazardLevel.GENERAL, reason="x", version=seen))


def test_a_void_finding_stays_readable_with_its_reason_and_counts_nowhere(office: Office) -> None:
    hazard_id = office.find()
    with pytest.raises(EvidenceMissing, match="理由"), office.world.work_as("office") as work:
        void_hazard(work, hazard_id, " ")
    with office.world.work_as("office") as work:
        void_hazard(work, hazard_id, "同一问题重复登记")
    with office.world.work_as("office", write=False) as work:
        assert get_hazard(work, hazard_id).void_reason == "同一问题重复登记"
        assert set(home_figures(work).counts.values()) == {0}


@pytest.mark.parametrize("who", ["outsider", "foreign_office", "enterprise"])
def test_others_grade_nothing(one_office: Office, who: str) -> None:
    hazard_id = one_office.find(item=MAJOR_ITEM)
    steps: tuple[Callable[[Work], object], ...] = (
        lambda work: advise_grading(work, RULEBOOK, hazard_id),
        lambda work: save_facts(work, RULEBOOK, hazard_id, {MAJOR_FACT: "no"}),
        lambda work: confirm_hazard(work, RULEBOOK, hazard_id, ConfirmForm(level=HazardLevel.GENERAL)),
        lambda work: void_hazard(work, hazard_id, "误报"),
    )
    for step in steps:
        with pytest.raises((NotFound, NotAllowed)), one_office.world.work_as(who) as work:
            step(work)
    assert one_office.hazard(hazard_id).version == 1


# --- targets --------------------------------------------------------------------------------------------------------------------


def unknown_inspection(office: Office, *hazards: UUID) -> UUID:
    """An inspection whose phone named a target nobody knows, with findings."""
    id = new_id()
    world = office.world
    with world.work_as("inspector") as work:
        work.connection.execute(
            insert(Document).values(
                id=id, park_id=world.park_id, kind="inspection", sha256="0" * 64, body=b"{}",
                account_id=world.accounts["inspector"].id, received_at=work.now,
            )
        )  # fmt: skip
        work.connection.execute(
            insert(Inspection).values(
                id=id, park_id=world.park_id, number="JC-2026-0001", target_name="新厂", account_id=world.accounts["inspector"].id,
                inspectors=["王检"], checklists=[], inspected_on=work.today, received_at=work.now, answered=1, passed=0, failed=1,
                not_applicable=0, photo_count=0, marks=["unknown_target"],
            )
        )  # fmt: skip
        work.connection.execute(update(Hazard).where(Hazard.id.in_(hazards)).values(inspection_id=id, target_id=None, enterprise_id=None))
    return id


def test_findings_of_an_unknown_target_wait_for_one_and_follow_it(office: Office) -> None:
    closed = office.closed()
    hazard_id = office.find()
    inspection_id = unknown_inspection(office, hazard_id)
    with office.world.work_as("office", write=False) as work:
        assert [row.id for row in list_hazards(work, HazardQuery(queue=HazardQueue.UNASSIGNED)).items] == [hazard_id]
    with pytest.raises(StateConflict, match="检查对象"):
        office.confirm(hazard_id)
    for who in ("inspector", "outsider", "foreign_office"):
        with pytest.raises((NotAllowed, NotFound)), office.world.work_as(who) as work:
            assign_target(work, RULEBOOK, inspection_id, office.world.enterprise_id)
    with pytest.raises(NotFound), office.world.work_as("office") as work:
        assign_target(work, RULEBOOK, inspection_id, office.world.foreign_enterprise_id)
    with office.world.work_as("office") as work:
        assign_target(work, RULEBOOK, inspection_id, office.world.enterprise_id)
    hazard = office.hazard(hazard_id)
    assert (hazard.target_id, hazard.enterprise_id, hazard.repeat, hazard.previous_id) == (
        office.world.enterprise_id,
        office.world.enterprise_id,
        True,
        closed,
    )
    office.confirm(hazard_id)
    with pytest.raises(StateConflict), office.world.work_as("office") as work:
        assign_target(work, RULEBOOK, inspection_id, office.world.other_enterprise_id)


# --- lists and numbers ----------------------------------------------------------------------------------------------------------


def a_life_of_every_kind(office: Office) -> None:
    """Hazards in every state, in time and late, of both enterprises and both levels."""
    office.find()
    office.confirmed(location="二车间")
    office.draft(office.confirmed(location="三车间"))
    office.issued(office.confirmed(location="四车间"), due_on=office.world.clock.today() + timedelta(days=1))
    for days in (0, 1, 2, 9, 30):
        office.rectifying(days=days)
    office.rectifying(HazardLevel.MAJOR, days=1)
    office.reply(office.rectifying(days=1))
    office.reply(office.rectifying(days=20))
    verified = office.rectifying(days=1)
    office.reply(verified)
    office.look_again(verified)
    failed = office.rectifying(days=1)
    office.reply(failed)
    office.look_again(failed, ReinspectionResult.FAIL)
    office.closed()
    office.rectifying(days=1, target=office.world.other_enterprise_id)
    office.find("enterprise", source=HazardSource.SELF_CHECK, location="自查")


@pytest.mark.parametrize("shift", [0, 1, 3, 40])
def test_every_number_of_the_home_page_equals_its_list(office: Office, shift: int) -> None:
    a_life_of_every_kind(office)
    office.world.clock.advance(days=shift)
    for who in ("office", "leader", "inspector", "auditor", "enterprise", "outsider", "screener", "foreign_office"):
        with office.world.work_as(who, write=False) as work:
            figures = home_figures(work)
            for queue in HazardQueue:
                listed = list_hazards(work, HazardQuery(queue=queue, size=200))
                assert figures.count(queue) == listed.total == len(listed.items), (who, queue)
            late = list_hazards(work, HazardQuery(queue=HazardQueue.OVERDUE, size=200)).items
            assert figures.overdue_enterprises == len({row.enterprise_id for row in late})
            assert figures.longest_overdue_days == max((row.overdue_days for row in late), default=0)


def test_overdue_begins_the_day_after_the_deadline_and_ends_with_acceptance(office: Office) -> None:
    hazard_id = office.rectifying(days=3)

    def is_late() -> bool:
        with office.world.work_as("office", write=False) as work:
            return list_hazards(work, HazardQuery(queue=HazardQueue.OVERDUE)).total == 1

    office.world.clock.advance(days=3)
    assert not is_late()
    office.world.clock.advance(days=1)
    assert is_late()
    office.reply(hazard_id)
    assert is_late()
    office.look_again(hazard_id)
    assert not is_late()
    with office.world.work_as("office", write=False) as work:
        assert list_hazards(work, HazardQuery()).items[0].overdue_days == 1


def test_a_monday_deadline_is_known_on_sunday_but_is_not_due_this_week(one_office: Office) -> None:
    one_office.world.clock.set_day(date(2026, 11, 21))
    one_office.rectifying(days=1)
    one_office.rectifying(days=2)
    with one_office.world.work_as("office", write=False) as work:
        saturday = home_figures(work)
    one_office.world.clock.set_day(date(2026, 11, 22))
    with one_office.world.work_as("office", write=False) as work:
        sunday = home_figures(work)
    assert (saturday.count(HazardQueue.DUE_THIS_WEEK), saturday.due_tomorrow) == (1, 1)
    assert (sunday.count(HazardQueue.DUE_THIS_WEEK), sunday.due_tomorrow) == (1, 1)


def test_search_takes_words_literally_and_looks_into_every_name(office: Office) -> None:
    plain, odd = office.find(description="电缆破损"), office.find(description="满载率 100%_临界\\点")
    issued = office.rectifying(target=office.world.other_enterprise_id)
    searches = {
        "电缆": {plain},
        "%": {odd},
        "_": {odd},
        "\\": {odd},
        "满载率 临界": {odd},
        "湘瓷": {plain, odd},
        "渌江": {issued},
        "改〔2026〕1号": {issued},
        office.hazard(plain).number.lower(): {plain},
        "没有这样的": set(),
        "   ": {plain, odd, issued},
    }
    with office.world.work_as("office", write=False) as work:
        for words, expected in searches.items():
            assert {row.id for row in list_hazards(work, HazardQuery(search=words)).items} == expected, words


def test_filters_narrow_and_an_unknown_value_of_one_finds_what_it_says(office: Office) -> None:
    major = office.rectifying(HazardLevel.MAJOR)
    found = office.find(found_on=date(2026, 11, 1))
    zone = HazardQuery(zone_id=new_id())
    queries = {
        HazardQuery(level=HazardLevel.MAJOR): {major},
        HazardQuery(state=HazardState.FOUND): {found},
        HazardQuery(found_to=date(2026, 11, 1)): {found},
        HazardQuery(found_from=date(2026, 11, 2)): {major},
        HazardQuery(repeat=False): {major, found},
        HazardQuery(repeat=True): set(),
        HazardQuery(order_id=office.hazard(major).order_id): {major},
        HazardQuery(enterprise_id=office.world.other_enterprise_id): set(),
        HazardQuery(source=HazardSource.REPORT): set(),
        zone: set(),
    }
    with office.world.work_as("office", write=False) as work:
        for query, expected in queries.items():
            assert {row.id for row in list_hazards(work, query).items} == expected, query


@pytest.mark.parametrize("sort", list(HazardSort))
def test_pages_hold_every_row_once_whatever_the_order(office: Office, sort: HazardSort) -> None:
    expected = {office.find(location=f"{place}") for place in range(7)} | {office.rectifying()}
    with office.world.work_as("office", write=False) as work:
        pages = [list_hazards(work, HazardQuery(sort=sort, page=page, size=3)) for page in (1, 2, 3)]
        beyond = list_hazards(work, HazardQuery(sort=sort, page=99, size=3))
    ids = [row.id for page in pages for row in page.items]
    assert len(ids) == len(set(ids)) == 8
    assert set(ids) == expected
    assert (beyond.page, [row.id for row in beyond.items]) == (3, ids[6:])


def test_lists_home_and_a_hazards_page_take_a_constant_number_of_queries(office: Office) -> None:
    hazard_id = office.rectifying()

    def counts() -> list[int]:
        numbers = []
        reads: tuple[Callable[[Work], object], ...] = (
            lambda work: list_hazards(work, HazardQuery(search="纸箱", queue=HazardQueue.OPEN)),
            home_figures,
            lambda work: get_dossier(work, RULEBOOK, hazard_id),
        )
        for read in reads:
            with office.world.work_as("office", write=False) as work, counted(office.world.database) as sent:
                read(work)
            numbers.append(sent.count)
        return numbers

    few = counts()
    office.reply(hazard_id)
    office.look_again(hazard_id, ReinspectionResult.FAIL)
    office.world.clock.advance(minutes=20)
    office.reply(hazard_id)
    for place in range(5):
        office.find(location=f"{place}")
    assert counts() == few == [2, 3, 6]


def test_a_phones_refused_look_stands_in_the_story_with_its_reason(one_office: Office) -> None:
    hazard_id = one_office.confirmed()
    with one_office.world.work_as("inspector") as work:
        apply_reinspection(
            work, RULEBOOK, reinspection_id=new_id(), hazard_id=hazard_id, result="pass", reason="", inspectors=["王检"],
            inspected_at=work.now,
        )  # fmt: skip
    with one_office.world.work_as("office", write=False) as work:
        told = get_dossier(work, RULEBOOK, hazard_id).timeline[-1]
    assert told.text == "复查合格（未生效）"
    assert "未生效" in told.detail


def test_every_refusal_here_is_one_of_the_catalogue(one_office: Office) -> None:
    with pytest.raises(Refusal), one_office.world.work_as("office", write=False) as work:
        get_hazard(work, new_id())
