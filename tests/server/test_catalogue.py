"""A park's own editions of the catalogue, and the desk where clauses are compared with the official text."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from rules.project import Amount, Product, Project
from rules.project import Location as Place
from rules.restriction import Screening, screen
from rules.restriction_terms import BuildType, Effect, Layer, Outcome, Scope
from server.catalogue.schemas import (
    ApprovalForm,
    ChangeKind,
    DeskQuery,
    DeskTab,
    EditionForm,
    EditionState,
    EntryQuery,
    EntryState,
    Finding,
    RecordState,
    Standing,
    TightenForm,
    WaiveForm,
)
from server.catalogue.service import (
    add_entry,
    approve_edition,
    attach_scan,
    claim_entry,
    compare_days,
    compare_editions,
    confirm_record,
    correct_by_record,
    discard_edition,
    draft_edition,
    edition_catalogue,
    enter_record,
    find_catalogue_paper,
    get_edition,
    get_edition_dossier,
    get_entry_dossier,
    get_record,
    keep_scan,
    list_desk,
    list_editions,
    list_entries,
    park_catalogue,
    release_record,
    remove_change,
    return_record,
    review_edition,
    send_back_edition,
    tighten_entry,
    waive_entry,
    withdraw_record,
)
from server.errors import InvalidInput, NotAllowed, NotFound, SecondPersonNeeded, StateConflict
from server.reconcile import GapKind, find_gaps
from tests.cast import World
from tests.catalogue_hands import approval_of, park_entry, seen

TILES = "CIR-2024-X-9-3"
"""小规模建筑陶瓷: 单线 ≤ 150 万平方米/年 is refused when new; nobody has compared it with its text."""
PROPOSAL = "LLP-11"
"""A proposal of the park: it can be adopted, and refuses nobody until then."""
DAY = date(2026, 12, 1)

SMALL_TILES = Project(
    name="年产100万平方米建筑陶瓷砖（虚构）",
    build_type=BuildType.NEW,
    industry_codes=("3071",),
    products=(Product(name="建筑陶瓷砖", capacity=Amount(Decimal(1000000), "平方米/年"), scope=Scope.LINE, lines=1),),
    processes=("压制成型",),
    location=Place(in_park=True),
)


def draft(world: World, *, title: str = "示范园区禁限控目录（2026年版）", based_on: UUID | None = None) -> UUID:
    """The screener begins an edition."""
    with world.work_as("screener") as work:
        return draft_edition(work, EditionForm(title=title, planned_from=DAY, based_on_id=based_on)).id


def approval(number: str = "示管发〔2026〕1号", day: date = DAY) -> ApprovalForm:
    """What the leader states."""
    return msgspec.structs.replace(approval_of(day), document_number=number, valid_until=date(2028, 11, 30))


def approve(world: World, edition_id: UUID, form: ApprovalForm | None = None) -> None:
    """The office reviews, the leader approves."""
    with world.work_as("office") as work:
        review_edition(work, edition_id, "逐条核对无误")
    with world.work_as("leader") as work:
        approve_edition(work, edition_id, form or approval())


def adopted(world: World) -> UUID:
    """An approved edition that adds an entry, adopts a proposal and waives one entry of the State."""
    edition_id = draft(world)
    with world.work_as("screener") as work:
        add_entry(work, edition_id, park_entry())
        tighten_entry(work, edition_id, TightenForm(entry_id=PROPOSAL, reason="集中供气已通（虚构）"))
        waive_entry(work, edition_id, WaiveForm(entry_id=TILES, reason="存量改造过渡（虚构）", approver="管委会主任"))
    approve(world, edition_id)
    return edition_id


def entered(world: World, entry_id: str = TILES, who: str = "screener", **changes: Any) -> UUID:
    """Somebody claims an entry and enters what the text says."""
    with world.work_as(who) as work:
        record = claim_entry(work, entry_id)
        enter_record(work, record.id, seen(world.clock.today(), **changes))
        return record.id


def confirmed(world: World, entry_id: str = TILES, **changes: Any) -> UUID:
    """Two officers compared an entry."""
    record_id = entered(world, entry_id, **changes)
    with world.work_as("office") as work:
        confirm_record(work, record_id, "逐字对过", compared=True)
    return record_id


def screened(world: World, day: date, project: Project = SMALL_TILES, *, known_on: date | None = None) -> Screening:
    """The fictional tile plant, screened by the park's catalogue of a day."""
    with world.work_as("screener", write=False) as work:
        return screen(project, day, park_catalogue(work, day, known_on=known_on).catalogue)


def test_an_edition_binds_from_its_day_and_an_old_one_answers_for_its_own_days(world: World) -> None:
    first = adopted(world)
    with world.work_as("screener", write=False) as work:
        assert park_catalogue(work, DAY - timedelta(days=1)).edition_id is None
        bound = park_catalogue(work, DAY)
        assert bound.edition_id == first
        assert f"2026-1:{PROPOSAL}" in bound.catalogue.by_id
        assert bound.catalogue.by_id["PARK-2026-1"].layer is Layer.PARK
    second = draft(world, title="示范园区禁限控目录（2027年版）", based_on=first)
    with world.work_as("screener") as work:
        mine = get_edition_dossier(work, second).changes
        assert [one.kind for one in mine] == [ChangeKind.ADDED, ChangeKind.TIGHTENED, ChangeKind.WAIVED]
        assert all("承接《示范园区禁限控目录（2026年版）》示管发〔2026〕1号" in one.change.origin for one in mine)
        remove_change(work, second, next(one.change.id for one in mine if one.kind is ChangeKind.ADDED))
    approve(world, second, approval("示管发〔2027〕1号", date(2027, 3, 1)))
    with world.work_as("auditor", write=False) as work:
        assert "PARK-2026-1" in park_catalogue(work, date(2027, 2, 28)).catalogue.by_id
        assert "PARK-2026-1" not in park_catalogue(work, date(2027, 3, 1)).catalogue.by_id
        rows = {one.edition.id: one for one in list_editions(work)}
        assert (rows[first].standing, rows[first].ends_before) == (Standing.UPCOMING, date(2027, 3, 1))
        diff = compare_days(work, date(2027, 2, 28), date(2027, 3, 1)).diff
        assert {one.id for one, _ in diff.removed if one.layer is Layer.PARK} == {"PARK-2026-1", f"2026-1:{PROPOSAL}"}
        assert {one.id for one, _ in diff.added if one.layer is Layer.PARK} == {f"2026-2:{PROPOSAL}"}
    world.clock.set_day(date(2028, 12, 1))
    with world.work_as("auditor", write=False) as work:
        rows = {one.edition.id: one for one in list_editions(work)}
        assert rows[first].standing is Standing.SUPERSEDED
        assert rows[second].standing is Standing.EXPIRED
        assert park_catalogue(work, date(2028, 12, 1)).edition_id is None


def test_a_waiver_of_national_law_sends_a_project_to_a_person_and_one_of_a_proposal_sets_it_aside(sqlite_world: World) -> None:
    adopted(sqlite_world)
    before, after = screened(sqlite_world, DAY - timedelta(days=1)), screened(sqlite_world, DAY)
    assert before.outcome is Outcome.REFUSE
    assert after.outcome is Outcome.REVIEW
    assert next(hit for hit in after.hits if hit.entry.id == TILES).waiver is not None


def test_what_was_approved_is_never_edited_after(sqlite_world: World) -> None:
    world = sqlite_world
    edition_id = adopted(world)
    with world.work_as("office", write=False) as work:
        frozen = get_edition(work, edition_id)
        content, paper = frozen.content, find_catalogue_paper(work, edition_id)
        assert paper is not None
        assert paper.document_number == "示管发〔2026〕1号"
        change_id = get_edition_dossier(work, edition_id).changes[0].change.id
    steps: list[Callable[[Any], object]] = [
        lambda work: add_entry(work, edition_id, park_entry()),
        lambda work: tighten_entry(work, edition_id, TightenForm(entry_id=PROPOSAL, reason="x")),
        lambda work: waive_entry(work, edition_id, WaiveForm(entry_id="LLP-1", reason="x", approver="x")),
        lambda work: remove_change(work, edition_id, change_id),
        lambda work: review_edition(work, edition_id, "x"),
        lambda work: send_back_edition(work, edition_id, "x"),
        lambda work: discard_edition(work, edition_id, "x"),
    ]
    for step in steps:
        with pytest.raises(StateConflict, match="另起新版"), world.work_as("office") as work:
            step(work)
    with world.work_as("office", write=False) as work:
        assert get_edition(work, edition_id).content == content


def test_an_edition_whose_archive_was_touched_is_not_used(sqlite_world: World) -> None:
    edition_id = adopted(sqlite_world)
    with sqlite_world.work_as("office") as work:
        edition = get_edition(work, edition_id)
        edition.content = (edition.content or b"").replace("园区".encode(), "乡村".encode(), 1)
    # What was compiled before is still right; what has to be read again is not taken.
    confirmed(sqlite_world)
    with pytest.raises(StateConflict, match="校验值"), sqlite_world.work_as("office", write=False) as work:
        park_catalogue(work, DAY)


@pytest.mark.parametrize(
    ("make", "field", "words"),
    [
        (lambda w, e: add_entry(w, e, park_entry(products="", except_products="")), "products", "空条件会命中所有项目"),
        (lambda w, e: add_entry(w, e, park_entry(products="", except_products="水性", industries="23")), "except_products", "排除不了什么"),
        (lambda w, e: add_entry(w, e, park_entry(industries="陶瓷")), "industries", "陶瓷"),
        (lambda w, e: add_entry(w, e, park_entry(substances="7664-41-8")), "substances", "校验位"),
        (lambda w, e: add_entry(w, e, park_entry(flag="不是题")), "flag", "没有是非题"),
        (lambda w, e: add_entry(w, e, park_entry(fuels=("木柴气",))), "fuels", "木柴气"),
        (
            lambda w, e: add_entry(
                w, e, park_entry(limit_figure="capacity", limit_op="<", limit_value="5", limit_unit="堆", limit_scope="plant")
            ),
            "limit_unit",
            "不能换算",
        ),
        (
            lambda w, e: add_entry(
                w,
                e,
                park_entry(limit_figure="capacity", limit_op="between", limit_value="5", limit_unit="吨/年", limit_scope="plant"),
            ),
            "limit_until",
            "上限",
        ),
        (lambda w, e: add_entry(w, e, park_entry(limit_figure="capacity", limit_value="多", limit_op="<")), "limit_value", "不是数字"),
        (lambda w, e: add_entry(w, e, park_entry(kind="x", effect_new="")), "kind", "请选择类别"),
        (lambda w, e: tighten_entry(w, e, TightenForm(entry_id=TILES, reason="x")), "effect_new", "至少写明一处从严"),
        (
            lambda w, e: tighten_entry(w, e, TightenForm(entry_id=TILES, reason="x", effect_new="review")),
            "effect_new",
            "比原条“不予准入”宽",
        ),
        (lambda w, e: tighten_entry(w, e, TightenForm(entry_id=TILES, reason="x", limit_value="1")), "limit_value", "管得少"),
        (
            lambda w, e: tighten_entry(w, e, TightenForm(entry_id="CIR-2024-X-0-2", reason="x", limit_value="1")),
            "limit_value",
            "不是恰好一个数值",
        ),
        (lambda w, e: tighten_entry(w, e, TightenForm(entry_id="没有", reason="x", effect_new="refuse")), "entry_id", "没有编号"),
        (lambda w, e: tighten_entry(w, e, TightenForm(entry_id=PROPOSAL, reason=" ")), "reason", "请写明理由"),
        (lambda w, e: waive_entry(w, e, WaiveForm(entry_id="没有", reason="x", approver="x")), "entry_id", "没有这个编号"),
        (lambda w, e: waive_entry(w, e, WaiveForm(entry_id=TILES, reason="x", approver=" ")), "approver", "批准人"),
        (lambda w, e: waive_entry(w, e, WaiveForm(entry_id=TILES, reason="x", approver="x", until=DAY)), "until", "恢复日"),
    ],
)
def test_what_a_park_may_not_do_is_refused_while_drafting_in_the_drafters_words(
    sqlite_world: World, make: Callable[[Any, UUID], object], field: str, words: str
) -> None:
    edition_id = draft(sqlite_world)
    with pytest.raises(InvalidInput) as refused, sqlite_world.work_as("screener") as work:
        make(work, edition_id)
    said = {one.field: one.message for one in refused.value.errors}
    assert words in said[field]
    with sqlite_world.work_as("screener", write=False) as work:
        assert get_edition_dossier(work, edition_id).changes == ()


def test_a_change_is_made_once_and_what_was_taken_out_stays_in_the_record(sqlite_world: World) -> None:
    world = sqlite_world
    edition_id = draft(world)
    with world.work_as("screener") as work:
        change = tighten_entry(work, edition_id, TightenForm(entry_id=TILES, reason="总量控制", limit_value="3000000"))
    with pytest.raises(InvalidInput, match="已有"), world.work_as("screener") as work:
        tighten_entry(work, edition_id, TightenForm(entry_id=TILES, reason="再来一次", limit_value="4000000"))
    with world.work_as("office") as work:
        remove_change(work, edition_id, change.id)
    with world.work_as("auditor", write=False) as work:
        dossier = get_edition_dossier(work, edition_id)
        assert dossier.changes == ()
        assert [(one.change.made_by_name, one.change.removed_by_name) for one in dossier.removed] == [("孙筛", "周办")]


def test_nobody_reviews_what_they_drafted_and_only_the_leader_approves(sqlite_world: World) -> None:
    world = sqlite_world
    edition_id = draft(world)
    with pytest.raises(StateConflict, match="还没有任何条目"), world.work_as("office") as work:
        review_edition(work, edition_id, "好")
    with world.work_as("office") as work:
        add_entry(work, edition_id, park_entry())
    for who in ("screener", "office"):
        with pytest.raises(SecondPersonNeeded), world.work_as(who) as work:
            review_edition(work, edition_id, "好")
    for who in ("leader", "auditor", "inspector", "admin"):
        with pytest.raises(NotAllowed), world.work_as(who) as work:
            review_edition(work, edition_id, "好")
    for who in ("office", "screener", "auditor", "admin"):
        with pytest.raises(NotAllowed), world.work_as(who) as work:
            approve_edition(work, edition_id, approval())
    with pytest.raises(StateConflict), world.work_as("leader") as work:
        approve_edition(work, edition_id, approval())


def test_an_approval_states_number_days_and_fairness_review_and_is_never_retroactive(sqlite_world: World) -> None:
    world = sqlite_world
    adopted(world)
    edition_id = draft(world, title="下一版")
    with world.work_as("screener") as work:
        add_entry(work, edition_id, park_entry())
    with world.work_as("office") as work:
        review_edition(work, edition_id, "好")
    blank = ApprovalForm(
        document_number=" ", approver="", effective_from=date(2026, 11, 19), valid_until=date(2026, 11, 18), fairness_review=""
    )
    again = approval()
    for form, fields in (
        (blank, {"document_number", "approver", "fairness_review", "effective_from", "valid_until"}),
        (again, {"document_number", "effective_from"}),
    ):
        with pytest.raises(InvalidInput) as refused, world.work_as("leader") as work:
            approve_edition(work, edition_id, form)
        assert {one.field for one in refused.value.errors} == fields
    with world.work_as("leader") as work:
        send_back_edition(work, edition_id, "第1条措辞再议")
    with world.work_as("screener", write=False) as work:
        edition = get_edition(work, edition_id)
        assert (edition.state, edition.sent_back_reason) == (EditionState.DRAFT, "第1条措辞再议")


def test_an_entry_may_refuse_from_the_day_a_second_officer_confirmed_it_and_not_before(world: World) -> None:
    today = world.clock.today()
    record_id = entered(world)
    assert screened(world, today).outcome_confirmed is Outcome.REVIEW
    with pytest.raises(SecondPersonNeeded), world.work_as("screener") as work:
        confirm_record(work, record_id, "自己核自己", compared=True)
    with world.work_as("office") as work:
        confirm_record(work, record_id, "逐字对过", compared=True)
    answer = screened(world, today)
    assert (answer.outcome, answer.outcome_confirmed) == (Outcome.REFUSE, Outcome.REFUSE)
    hit = next(one for one in answer.hits if one.entry.id == TILES)
    assert hit.entry.clause == "限制类九第3项"
    assert "孙筛 2026-11-20 录入，周办 2026-11-20 复核" in hit.entry.source
    assert screened(world, today - timedelta(days=1)).outcome_confirmed is Outcome.REVIEW
    with world.work_as("screener", write=False) as work:
        note = park_catalogue(work, today).confirmations[TILES]
        words = "已核：《虚构演示文件》（虚构令第1号）第12页限制类九第3项，孙筛 2026-11-20 录入，周办 2026-11-20 复核"
        assert note.words == words
        assert get_entry_dossier(work, TILES, today).state is EntryState.CONFIRMED


def test_a_withdrawn_confirmation_speaks_for_no_new_ruling_and_an_old_one_can_be_made_again(sqlite_world: World) -> None:
    world = sqlite_world
    day = world.clock.today()
    record_id = confirmed(world)
    world.clock.advance(days=3)
    with pytest.raises(InvalidInput, match="撤回的原因"), world.work_as("office") as work:
        withdraw_record(work, record_id, " ")
    with world.work_as("office") as work:
        withdraw_record(work, record_id, "扫描件不是同一版本")
    assert screened(world, day).outcome_confirmed is Outcome.REVIEW
    assert screened(world, day, known_on=day).outcome_confirmed is Outcome.REFUSE
    with world.work_as("office", write=False) as work:
        texts = [one.text for one in get_entry_dossier(work, TILES, world.clock.today()).history]
        assert texts == ["撤回核对", "第二人复核", "录入原文：一致"]


def test_a_record_that_finds_another_number_confirms_nothing_and_a_draft_can_carry_the_right_one(sqlite_world: World) -> None:
    world = sqlite_world
    today = world.clock.today()
    stricter = confirmed(world, finding="differs", difference="原文为200万平方米", limit_value="2000000")
    assert screened(world, today).outcome_confirmed is Outcome.REVIEW
    edition_id = draft(world)
    with world.work_as("screener") as work:
        (change,) = correct_by_record(work, stricter, edition_id)
        assert (change.kind, change.content["limit_value"]) == (ChangeKind.TIGHTENED, "2000000")
        assert change.origin.startswith("已核：《虚构演示文件》")
    with world.work_as("office") as work:
        withdraw_record(work, stricter, "重核")
    softer = confirmed(world, finding="differs", difference="原文为100万平方米", limit_value="1000000")
    other = draft(world, title="另一草案")
    with world.work_as("screener") as work:
        waived, added = correct_by_record(work, softer, other)
        assert (waived.kind, added.kind) == (ChangeKind.WAIVED, ChangeKind.ADDED)
        laid = edition_catalogue(work, other).catalogue
        assert laid.by_id[added.entry_id].limits[0].value == Decimal(1000000)
        assert laid.waivers[TILES].approver == "随《另一草案》批准"


def test_an_entry_is_claimed_once_sent_back_with_reason_and_claimed_again(world: World) -> None:
    record_id = entered(world)
    with pytest.raises(StateConflict, match="已有人"), world.work_as("office") as work:
        claim_entry(work, TILES)
    with pytest.raises(InvalidInput, match="勾选"), world.work_as("office") as work:
        confirm_record(work, record_id, "", compared=False)
    with world.work_as("office") as work:
        return_record(work, record_id, "页码不对")
    with world.work_as("office") as work:
        again = claim_entry(work, TILES)
        release_record(work, again.id)
    with world.work_as("auditor", write=False) as work:
        row = next(one for one in list_desk(work, DeskQuery(size=500))[0].items if one.entry_id == TILES)
        assert row.record is not None
        assert get_record(work, record_id).decided_note == "页码不对"
        assert [one.record.state for one in list_desk(work, DeskQuery(tab=DeskTab.CLOSED))[0].items if one.record] == [RecordState.RETURNED]


def test_the_lists_of_the_desk_add_up_to_what_is_unverified(sqlite_world: World) -> None:
    world = sqlite_world
    confirmed(world)
    entered(world, "CIR-2024-X-4-1a")
    with world.work_as("screener") as work:
        claim_entry(work, "CIR-2024-X-4-1b")
    with world.work_as("auditor", write=False) as work:
        page, counts = list_desk(work, DeskQuery(size=500))
        unverified = sum(
            1 for one in list_entries(work, EntryQuery(size=500), world.clock.today())[0].items if one.state is EntryState.UNVERIFIED
        )
    assert len(page.items) == page.total == counts[DeskTab.OPEN]
    assert (counts[DeskTab.CLAIMED], counts[DeskTab.ENTERED], counts[DeskTab.CONFIRMED]) == (1, 1, 1)
    assert counts[DeskTab.OPEN] + counts[DeskTab.CLAIMED] + counts[DeskTab.ENTERED] == unverified
    severities = [
        (-row.uses, row.entry and -max(_strength(row.entry.effect_new), _strength(row.entry.effect_existing))) for row in page.items
    ]
    assert severities == sorted(severities)


def _strength(effect: Effect) -> int:
    return [Effect.PREFERRED, Effect.NOTICE, Effect.CONDITIONAL, Effect.REVIEW, Effect.PHASE_OUT, Effect.REFUSE].index(effect)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"document": ""}, "document"),
        ({"wording": " "}, "wording"),
        ({"seen_on": None}, "seen_on"),
        ({"seen_on": date(2026, 11, 21)}, "seen_on"),
        ({"issued_on": date(2027, 1, 1)}, "issued_on"),
        ({"finding": ""}, "finding"),
        ({"finding": "differs"}, "difference"),
        ({"limit_value": "5"}, "limit_value"),
        ({"finding": "differs", "difference": "不同", "limit_value": "五"}, "limit_value"),
    ],
)
def test_a_record_says_where_when_and_what(sqlite_world: World, changes: dict[str, Any], field: str) -> None:
    with sqlite_world.work_as("screener") as work:
        record = claim_entry(work, TILES)
    with pytest.raises(InvalidInput) as refused, sqlite_world.work_as("screener") as work:
        enter_record(work, record.id, seen(sqlite_world.clock.today(), **changes))
    assert field in {one.field for one in refused.value.errors}


def test_a_confirmation_speaks_only_for_the_words_it_was_made_on(sqlite_world: World) -> None:
    record_id = confirmed(sqlite_world)
    with sqlite_world.work_as("office") as work:
        get_record(work, record_id).entry_sha256 = "0" * 64
    today = sqlite_world.clock.today()
    assert screened(sqlite_world, today).outcome_confirmed is Outcome.REVIEW
    with sqlite_world.work_as("office") as work:
        assert get_entry_dossier(work, TILES, today).is_stale
        assert any(one.entry_id == TILES for one in list_desk(work, DeskQuery(size=500))[0].items)
        assert claim_entry(work, TILES).id != record_id


def test_a_search_finds_what_a_screening_would_look_at_first(sqlite_world: World) -> None:
    today = sqlite_world.clock.today()
    with sqlite_world.work_as("inspector", write=False) as work:
        rows = list_entries(work, EntryQuery(search="建筑陶瓷", size=100), today)[0].items
        by_screening = [one.entry.id for one in rows if one.is_by_screening]
        assert [one.entry.id for one in rows[: len(by_screening)]] == by_screening
        assert TILES in by_screening
        assert {hit.entry.id for hit in screen(SMALL_TILES, today, park_catalogue(work, today).catalogue).hits} >= {TILES}
        ammonia = {one.entry.id for one in list_entries(work, EntryQuery(search="7664-41-7", size=100), today)[0].items}
        assert ammonia == {one.entry.id for one in list_entries(work, EntryQuery(search="液氨", size=100), today)[0].items}
        assert [one.entry.id for one in list_entries(work, EntryQuery(search=TILES.lower()), today)[0].items] == [TILES]


def test_the_same_content_is_compiled_once_and_has_one_fingerprint(sqlite_world: World) -> None:
    adopted(sqlite_world)
    with sqlite_world.work_as("office", write=False) as work:
        first, again = park_catalogue(work, DAY), park_catalogue(work, DAY + timedelta(days=30))
        assert first.catalogue is again.catalogue
        assert first.fingerprint != park_catalogue(work, DAY - timedelta(days=1)).fingerprint
        assert len(first.fingerprint) == 64


def test_a_draft_is_compared_with_what_it_would_replace(sqlite_world: World) -> None:
    first = adopted(sqlite_world)
    second = draft(sqlite_world, title="下一版", based_on=first)
    with sqlite_world.work_as("screener") as work:
        tighten_entry(work, second, TightenForm(entry_id=TILES, reason="总量控制", limit_value="3000000"))
        comparison = compare_editions(work, None, second)
        added = [one.id for one, _ in comparison.diff.added]
    assert f"2026-2:{TILES}" in added
    assert "示范园区禁限控目录（2026年版）" in comparison.diff.from_edition


def test_another_park_and_its_people_see_and_change_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    edition_id, record_id = adopted(world), confirmed(world)
    with world.work_as("foreign_office", write=False) as work:
        assert list_editions(work) == ()
        assert park_catalogue(work, DAY).edition_id is None
        assert park_catalogue(work, DAY).confirmations == {}
        assert list_desk(work, DeskQuery(tab=DeskTab.CONFIRMED))[0].total == 0
    steps: list[Callable[[Any], object]] = [
        lambda work: get_edition_dossier(work, edition_id),
        lambda work: compare_editions(work, None, edition_id),
        lambda work: add_entry(work, edition_id, park_entry()),
        lambda work: discard_edition(work, edition_id, "x"),
        lambda work: draft_edition(work, EditionForm(title="x", planned_from=DAY, based_on_id=edition_id)),
        lambda work: get_record(work, record_id),
        lambda work: withdraw_record(work, record_id, "x"),
        lambda work: get_entry_dossier(work, "PARK-2026-1", DAY),
    ]
    for step in steps:
        with pytest.raises(NotFound), world.work_as("foreign_office") as work:
            step(work)


@pytest.mark.parametrize("who", ["enterprise", "outsider", "liaison"])
def test_who_has_no_part_in_the_catalogue_gets_nothing(sqlite_world: World, who: str) -> None:
    with sqlite_world.work_as(who, write=False) as work:
        for step in (
            lambda: list_editions(work),
            lambda: list_entries(work, EntryQuery(), DAY),
            lambda: list_desk(work, DeskQuery()),
            lambda: get_entry_dossier(work, TILES, DAY),
            lambda: compare_days(work, DAY, DAY),
        ):
            with pytest.raises(NotAllowed):
                step()


def test_two_officers_of_the_same_name_are_still_two(sqlite_world: World) -> None:
    world = sqlite_world
    with world.work_as("admin") as work:
        for who in ("screener", "office"):
            account = work.session.merge(world.accounts[who])
            account.name = "张伟"
            world.accounts[who] = account
    confirmed(world)
    assert screened(world, world.clock.today()).outcome_confirmed is Outcome.REFUSE


def test_a_scan_that_is_gone_is_named_by_the_reconciliation(sqlite_world: World) -> None:
    world = sqlite_world
    store = world.services.photo_store
    with world.work_as("screener") as work:
        record_id = claim_entry(work, TILES).id
        attach_scan(work, record_id, keep_scan(store, io.BytesIO(b"%PDF-1.7 fictional"), "a.pdf", max_bytes=100))
    with world.database.read() as connection:
        assert list(find_gaps(connection, world.park_id, store)) == []
    next(iter((world.settings.photo_folder / "originals").glob("*/*"))).unlink()
    with world.database.read() as connection:
        (gap,) = find_gaps(connection, world.park_id, store)
    assert (gap.kind, gap.subject_id) == (GapKind.SCAN_MISSING, record_id)


def test_all_findings_have_words() -> None:
    assert {one.label for one in Finding} == {"一致", "内容一致，条款号要更正", "数值或条件不一致"}
