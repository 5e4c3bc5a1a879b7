"""The catalogue of the day of the application rules; what came later is shown, assessed, and never passed over in silence."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from rules.edition_day import EditionGround
from rules.restriction_terms import Outcome
from rules.terms import ProjectAction, ProjectState, ScreeningOccasion
from server.admission.schemas import DecisionForm, OpinionFacts, OpinionForm
from server.admission.service import decide, get_procedure, open_review, record_check, record_opinion, reopen, review_hit
from server.catalogue.schemas import EditionForm
from server.catalogue.service import add_entry, approve_edition, draft_edition, review_edition
from server.errors import EvidenceMissing, StateConflict
from server.papers import read_value
from server.screening.schemas import KeptEdition, KeptScreening, NewProject
from server.screening.service import (
    confirm_assumptions,
    get_project,
    get_project_dossier,
    is_screening_current,
    run_screening,
    update_project,
)
from tests.admission_hands import POTTERY, Screener
from tests.cast import World
from tests.catalogue_hands import approval_of, park_entry
from tests.doors import Browser, running, visible_text
from tests.server.test_catalogue import TILES, confirmed

DECALS = POTTERY | {
    "products": [*POTTERY["products"], {"name": "陶瓷贴花纸", "capacity": "10", "unit": "万张/年", "scope": "全厂"}],
}
"""What the park's own new entry names."""
SMALL_TILES: dict[str, Any] = {
    "name": "年产100万平方米建筑陶瓷砖（虚构）",
    "build_type": "新建",
    "industry_codes": ["3071"],
    "products": [{"name": "建筑陶瓷砖", "capacity": "1000000", "unit": "平方米/年", "scope": "单线"}],
    "processes": ["压制成型"],
    "location": {"in_park": True},
}


def new_edition(world: World, day: date) -> None:
    """The park approves an edition that prohibits solvent-based decals from a day."""
    with world.work_as("screener") as work:
        edition_id = draft_edition(work, EditionForm(title="示范园区禁限控目录（虚构）", planned_from=day)).id
        add_entry(work, edition_id, park_entry())
    with world.work_as("office") as work:
        review_edition(work, edition_id, "逐条核对")
    with world.work_as("leader") as work:
        approve_edition(work, edition_id, approval_of(day))


def kept(world: World, project_id: UUID) -> tuple[KeptScreening, KeptEdition]:
    with world.work_as("auditor", write=False) as work:
        found = get_project_dossier(work, Screener(world).rulebook, project_id).kept
        assert found is not None
        assert found.edition is not None
        return found, found.edition


def screen_again(world: World, project_id: UUID, **asked: Any) -> None:
    hands = Screener(world)
    with world.work_as("screener") as work:
        run_screening(work, hands.rulebook, project_id, **asked)
        flags = [one.flag for one in get_project_dossier(work, hands.rulebook, project_id).open_assumptions]
        if flags:
            confirm_assumptions(work, project_id, flags)


def test_an_edition_between_application_and_screening_does_not_rule_but_is_shown_and_assessed(world: World) -> None:
    hands = Screener(world)
    applied = world.clock.today()
    project_id = hands.screened(DECALS)
    first, edition = kept(world, project_id)
    assert (edition.day, edition.ground, edition.later) == (applied, EditionGround.APPLIED, ())
    new_edition(world, applied + timedelta(days=3))
    world.clock.advance(days=5)
    with world.work_as("screener", write=False) as work:
        assert not is_screening_current(work, get_project(work, project_id)), "it was not laid beside the new edition"
    screen_again(world, project_id)
    second, edition = kept(world, project_id)
    assert [hit["id"] for hit in second.screening["hits"]] == [hit["id"] for hit in first.screening["hits"]]
    assert edition.day == applied
    assert edition.today == world.clock.today()
    assert edition.today_edition != edition.edition
    assert edition.why == f"收件（申报）之日 {applied.isoformat()}"
    (change,) = edition.later
    assert (change.difference.before, change.difference.after != "") == ("", True)
    assert not change.is_law, "the park's own entry is left to people"
    with world.work_as("screener", write=False) as work:
        assert is_screening_current(work, get_project(work, project_id))
    entry_id = change.difference.entry_id
    for who in ("screener", "office"):
        with world.work_as(who) as work:
            record_check(work, hands.rulebook, project_id)
    with world.work_as("office") as work:
        open_review(work, hands.rulebook, project_id, ["ecology"])
        record_opinion(work, project_id, OpinionForm(department="ecology", view="agree", text="同意", person="张科"))
    form = DecisionForm(action=ProjectAction.ADMIT, reason="同意", unconditioned_reason="不需要条件")
    with world.work_as("leader") as work:
        assert entry_id in {hit["id"] for hit in get_procedure(work, hands.rulebook, project_id).to_review}
        with pytest.raises(EvidenceMissing, match="研判"):
            decide(work, hands.rulebook, project_id, form)
    with world.work_as("office") as work:
        for hit in get_procedure(work, hands.rulebook, project_id).to_review:
            review_hit(work, project_id, hit["id"], stands_against=False, reason="申报在先，花纸改水性，附承诺")
    with world.work_as("leader") as work:
        decide(work, hands.rulebook, project_id, form)
        paper = get_procedure(work, hands.rulebook, project_id).decisions[0].paper
        assert paper is not None
        facts = read_value(paper, OpinionFacts)
        assert facts.edition is not None
        assert facts.edition.day == applied
        assert [one.difference.entry_id for one in facts.edition.later] == [entry_id]
        assert is_screening_current(work, get_project(work, project_id)), "an admission does not go stale by being given"
    # An admitted project that is looked at again is asked of the catalogue of that day, and reviewed anew it applies anew.
    screen_again(world, project_id, occasion=ScreeningOccasion.BEFORE_CONSTRUCTION)
    third, edition = kept(world, project_id)
    assert (edition.day, edition.ground) == (world.clock.today(), EditionGround.RECHECKED)
    assert entry_id in {hit["id"] for hit in third.screening["hits"]}
    world.clock.advance(days=2)
    with world.work_as("office") as work:
        reopen(work, hands.rulebook, project_id, "目录换版，结论改变")
    reopened = world.clock.today()
    world.clock.advance(days=1)
    screen_again(world, project_id)
    assert kept(world, project_id)[1].day == reopened
    assert kept(world, project_id)[1].ground is EditionGround.REOPENED


def test_a_later_edition_that_asks_for_more_is_answered_before_anybody_checks(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.screened(DECALS)
    new_edition(sqlite_world, sqlite_world.clock.today() + timedelta(days=1))
    sqlite_world.clock.advance(days=1)
    with sqlite_world.work_as("office") as work, pytest.raises(StateConflict, match="今天的目录"):
        record_check(work, hands.rulebook, project_id)


def test_a_clause_confirmed_after_the_application_counts_for_it(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    project_id = hands.screened(SMALL_TILES)
    assert kept(sqlite_world, project_id)[0].screening["outcome_confirmed"] == Outcome.REVIEW.label
    sqlite_world.clock.advance(days=2)
    confirmed(sqlite_world)
    screen_again(sqlite_world, project_id, occasion=ScreeningOccasion.EDITION)
    found, edition = kept(sqlite_world, project_id)
    assert found.screening["outcome_confirmed"] == Outcome.REFUSE.label, "the text said so on the day of the application already"
    assert edition.later == ()
    hit = next(one for one in found.screening["hits"] if one["id"] == TILES)
    assert "孙筛 2026-11-22 录入，周办 2026-11-22 复核" in hit["confirmation"]


def test_a_law_that_came_after_the_application_stands_and_cannot_be_assessed_away(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    confirmed(sqlite_world)
    project_id = hands.screened(SMALL_TILES)
    with sqlite_world.work_as("screener") as work:
        # Received before the national catalogue of 2024 took effect.
        update_project(work, project_id, NewProject(name=SMALL_TILES["name"], received_on=date(2023, 12, 1)))
        assert not is_screening_current(work, get_project(work, project_id)), "another day chooses another edition"
    screen_again(sqlite_world, project_id)
    found, edition = kept(sqlite_world, project_id)
    assert edition.day == date(2023, 12, 1)
    assert TILES not in {hit["id"] for hit in found.screening["hits"]}
    law = {one.difference.entry_id: one for one in edition.later}[TILES]
    assert law.is_law
    for who in ("screener", "office"):
        with sqlite_world.work_as(who) as work:
            record_check(work, hands.rulebook, project_id)
    hands.assess(project_id)
    with sqlite_world.work_as("office") as work:
        open_review(work, hands.rulebook, project_id, ["ecology"])
        record_opinion(work, project_id, OpinionForm(department="ecology", view="agree", text="同意", person="张科"))
    with sqlite_world.work_as("leader") as work:
        admitted = DecisionForm(action=ProjectAction.ADMIT, reason="同意", unconditioned_reason="不需要条件")
        with pytest.raises(EvidenceMissing, match="没有不予准入"):
            decide(work, hands.rulebook, project_id, admitted)
        decide(work, hands.rulebook, project_id, DecisionForm(action=ProjectAction.REFUSE, reason="2024年本限制类"))
    assert hands.state(project_id) is ProjectState.DECIDED_REFUSED


def test_a_day_left_blank_does_not_move_the_edition(sqlite_world: World) -> None:
    project_id = Screener(sqlite_world).screened()
    applied = sqlite_world.clock.today()
    sqlite_world.clock.advance(days=4)
    with sqlite_world.work_as("screener") as work:
        update_project(work, project_id, NewProject(name="日用陶瓷（虚构）"))
        assert get_project(work, project_id).received_on == applied


def test_the_page_says_whose_catalogue_ruled_and_what_that_of_today_says_otherwise(sqlite_world: World) -> None:
    hands = Screener(sqlite_world)
    applied = sqlite_world.clock.today()
    project_id = hands.screened(DECALS)
    with running(sqlite_world) as app:
        screener = Browser(app, "screener")
        page = visible_text(screener.get(f"/projects/{project_id}").text)
        assert f"按 收件（申报）之日 {applied.isoformat()} 的目录" in page
        assert "没有不同" in page
        new_edition(sqlite_world, applied + timedelta(days=1))
        sqlite_world.clock.advance(days=1)
        screener = Browser(app, "screener")
        stale = visible_text(screener.get(f"/projects/{project_id}").text)
        assert "目录在这次筛查之后有变" in stale
        assert screener.submit(f"/projects/{project_id}/screen", {}).status_code == 303
        page = visible_text(screener.get(f"/projects/{project_id}").text)
        assert f"按 收件（申报）之日 {applied.isoformat()} 的目录" in page
        assert "今天的目录有 1 处不同" in page
        assert "溶剂型花纸印刷：不命中 → 不予准入" in page
        procedure = visible_text(screener.get(f"/projects/{project_id}/procedure").text)
        assert "溶剂型花纸印刷" in procedure
