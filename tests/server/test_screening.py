"""A project is registered, described, screened and asked about: what is kept, what is refused, and who may."""

from typing import Any

import msgspec
import pytest

from rules.restriction_terms import Outcome
from rules.terms import ProjectState, ScreeningOccasion
from server.errors import EvidenceMissing, InvalidInput, NotAllowed, NotFound, StateConflict, StepNotYours
from server.screening.schemas import NewProject, Origin, ProjectQuery, ProjectSort
from server.screening.service import (
    answer_questions,
    complete_project,
    confirm_assumptions,
    count_projects,
    create_project,
    facts_of,
    find_draft,
    get_project,
    get_project_dossier,
    is_screening_current,
    latest_description,
    list_projects,
    read_kept,
    run_screening,
    save_draft,
    submit_description,
    update_project,
    why_changed,
    withdraw_project,
)
from tests.cast import World
from tests.server.counting import counted

TILES: dict[str, Any] = {
    "name": "年产300万平方米陶瓷外墙砖扩建（虚构）",
    "build_type": "扩建",
    "industry_codes": ["3071"],
    "products": [{"name": "陶瓷外墙砖"}],
    "processes": ["成型", "烧成"],
    "equipment": ["辊道窑"],
    "fuels": ["天然气"],
    "materials": ["高岭土"],
    "location": {"in_park": True, "area": "中国陶瓷谷"},
}


def registered(world: World, facts: dict[str, Any] | None = None, who: str = "screener") -> Any:
    with world.work_as(who) as work:
        project = create_project(work, NewProject(name="外墙砖扩建（虚构）", applicant_name="湘瓷（虚构）"))
        if facts is not None:
            submit_description(work, project.id, facts)
        return project.id


def test_a_lead_becomes_a_screened_project_with_everything_kept(world: World) -> None:
    project_id = registered(world, TILES)
    rulebook = world.services.rulebook
    with world.work_as("screener") as work:
        complete_project(work, project_id)
        screening = run_screening(work, rulebook, project_id)
        kept = read_kept(screening)
        assert kept.screening["outcome"] == Outcome(screening.outcome).label
        assert screening.entry_ids == [hit["id"] for hit in kept.screening["hits"]]
        assert screening.blocking_questions > 0
        assert {one.id for one in kept.reviews} >= {"safety_pre_evaluation", "written_report"}
    with world.work_as("leader", write=False) as work:
        dossier = get_project_dossier(work, rulebook, project_id)
        assert dossier.project.number == "XM-2026-0001"
        assert dossier.project.state == ProjectState.SCREENED
        assert dossier.is_current
        assert dossier.project.name == TILES["name"]
        assert dossier.open_assumptions == dossier.kept.assumptions if dossier.kept else False


def test_a_screening_is_read_the_same_when_the_facts_have_moved_on(world: World) -> None:
    project_id = registered(world, TILES)
    rulebook = world.services.rulebook
    with world.work_as("screener") as work:
        first = run_screening(work, rulebook, project_id)
        before = msgspec.json.decode(first.answer)
        answer_questions(work, project_id, {"products[0].capacity": "300", "products[0].unit": "万平方米/年", "products[0].scope": "单线"})
        second = run_screening(work, rulebook, project_id, occasion=ScreeningOccasion.ANSWERS)
        assert first.sha256 != second.sha256
    with world.work_as("auditor", write=False) as work:
        dossier = get_project_dossier(work, rulebook, project_id)
        assert msgspec.json.decode(dossier.screenings[-1].answer) == before
        change = why_changed(dossier.screenings[1], dossier.screenings[0], {one.id: one for one in dossier.descriptions})
        assert "products.[0].capacity" in change.facts
        assert not change.is_other_catalogue
        assert dossier.description is not None
        assert dossier.description.origin == Origin.ANSWERS


def test_the_same_facts_again_make_no_new_revision(world: World) -> None:
    project_id = registered(world, TILES)
    with world.work_as("screener") as work:
        first = latest_description(work, project_id)
        again = submit_description(work, project_id, dict(reversed(list(TILES.items()))))
        assert first is not None
        assert again.id == first.id


def test_newer_facts_take_a_screened_project_back_and_say_so(world: World) -> None:
    project_id = registered(world, TILES)
    rulebook = world.services.rulebook
    with world.work_as("screener") as work:
        complete_project(work, project_id)
        run_screening(work, rulebook, project_id)
        submit_description(work, project_id, TILES | {"fuels": ["煤气"]})
        project = get_project(work, project_id)
        assert project.state == ProjectState.COMPLETE
        assert not is_screening_current(work, project)


def test_papers_are_complete_only_with_code_and_kind_of_construction(world: World) -> None:
    project_id = registered(world, {"name": "新材料（虚构）", "products": ["功能粉体"]})
    with world.work_as("screener") as work, pytest.raises(EvidenceMissing) as refused:
        complete_project(work, project_id)
    assert refused.value.facts["missing"] == ["GB/T 4754 行业代码", "建设性质"]


def test_without_a_description_nothing_is_screened(world: World) -> None:
    project_id = registered(world)
    with world.work_as("screener") as work, pytest.raises(StateConflict):
        run_screening(work, world.services.rulebook, project_id)


def test_what_cannot_be_read_is_named_by_field_and_the_draft_stays(sqlite_world: World) -> None:
    world = sqlite_world
    project_id = registered(world)
    typed = TILES | {"investment_wan": "很多"}
    with world.work_as("screener") as work:
        save_draft(work, project_id, typed)
    with world.work_as("screener") as work, pytest.raises(InvalidInput) as refused:
        submit_description(work, project_id, typed)
    assert refused.value.errors[0].field == "investment_wan"
    with world.work_as("office") as work:
        draft = find_draft(work, project_id)
        assert draft is not None
        assert draft.fields["investment_wan"] == "很多"
        assert draft.saved_by_name == "孙筛"
        submit_description(work, project_id, TILES)
        assert find_draft(work, project_id) is None


def test_an_answer_to_a_place_that_is_gone_is_refused(sqlite_world: World) -> None:
    world = sqlite_world
    project_id = registered(world, TILES)
    with world.work_as("screener") as work, pytest.raises(InvalidInput) as refused:
        answer_questions(work, project_id, {"materials[7].state": "固体"})
    assert "materials[7].state" in str(refused.value.errors)
    with world.work_as("screener") as work:
        answer_questions(work, project_id, {"flags.可燃粉尘": None, "location.in_chemical_park": False, "materials[0].state": "固体"})
        found = latest_description(work, project_id)
        assert found is not None
        facts = facts_of(found)
        assert facts["flags"] == {"可燃粉尘": None}
        assert facts["materials"][0] == {"name": "高岭土", "state": "固体"}


def test_what_counts_as_no_is_confirmed_by_a_person_for_this_description_alone(world: World) -> None:
    project_id = registered(world, TILES)
    rulebook = world.services.rulebook
    with world.work_as("screener") as work:
        run_screening(work, rulebook, project_id)
        flags = [one.flag for one in get_project_dossier(work, rulebook, project_id).open_assumptions]
        assert len(flags) > 2
        assert confirm_assumptions(work, project_id, flags[:2]) == 2
        assert confirm_assumptions(work, project_id, flags) == len(flags) - 2
        with pytest.raises(InvalidInput):
            confirm_assumptions(work, project_id, ["没有这一题"])
        assert get_project_dossier(work, rulebook, project_id).open_assumptions == ()
        submit_description(work, project_id, TILES | {"processes": ["成型", "喷釉", "烧成"]})
        with pytest.raises(StateConflict):
            confirm_assumptions(work, project_id, flags)
        run_screening(work, rulebook, project_id)
        assert get_project_dossier(work, rulebook, project_id).open_assumptions


def test_a_withdrawn_project_is_neither_described_nor_screened(sqlite_world: World) -> None:
    world = sqlite_world
    project_id = registered(world, TILES)
    with world.work_as("screener") as work:
        withdraw_project(work, project_id, "企业放弃")
        with pytest.raises(StateConflict):
            submit_description(work, project_id, TILES | {"fuels": ["电"]})
        with pytest.raises(StateConflict):
            run_screening(work, world.services.rulebook, project_id)


def test_bad_heads_are_refused_by_field(sqlite_world: World) -> None:
    world = sqlite_world
    with world.work_as("screener") as work, pytest.raises(InvalidInput) as refused:
        create_project(work, NewProject(name=" ", applicant_code="91430281MA4L16JQ9X", latitude=27.6))
    assert {one.field for one in refused.value.errors} == {"name", "applicant_code", "latitude"}


def test_only_screeners_and_the_office_work_on_projects_and_only_their_own_park_sees_them(world: World) -> None:
    project_id = registered(world, TILES)
    for who in ("leader", "auditor", "inspector", "enterprise", "outsider", "admin", "liaison"):
        with world.work_as(who) as work, pytest.raises((NotAllowed, StepNotYours)):
            submit_description(work, project_id, TILES | {"fuels": ["电"]})
    for who in ("inspector", "enterprise", "outsider", "admin", "liaison", "foreign_office"):
        with world.work_as(who, write=False) as work:
            assert list_projects(work, ProjectQuery()).total == 0
            with pytest.raises(NotFound):
                get_project(work, project_id)
    with world.work_as("leader", write=False) as work:
        assert list_projects(work, ProjectQuery()).total == 1


def test_the_list_counts_what_it_shows_and_asks_no_more_for_many(world: World) -> None:
    rulebook = world.services.rulebook
    ids = [registered(world, TILES | {"name": f"项目{number}（虚构）"}) for number in range(3)]
    with world.work_as("screener") as work:
        complete_project(work, ids[0])
        run_screening(work, rulebook, ids[0])
        save_draft(work, ids[1], {"name": "改"})
    with world.work_as("screener", write=False) as work:
        counts = count_projects(work)
        assert counts[ProjectState.CLUE] == 2
        for state, count in counts.items():
            assert list_projects(work, ProjectQuery(state=state)).total == count
        found = list_projects(work, ProjectQuery(search="项目1", sort=ProjectSort.OUTCOME))
        assert [row.is_drafted for row in found.items] == [True]
        entry = get_project_dossier(work, rulebook, ids[0]).screenings[0].entry_ids[0]
        assert list_projects(work, ProjectQuery(entry=entry)).total == 1
        assert list_projects(work, ProjectQuery(entry=entry[:-1])).total == 0
        with counted(world.database) as few:
            list_projects(work, ProjectQuery(size=1))
        with counted(world.database) as many:
            list_projects(work, ProjectQuery(size=50))
        assert few.count == many.count == 2


def test_a_changed_head_is_kept_with_what_it_was(sqlite_world: World) -> None:
    world = sqlite_world
    project_id = registered(world)
    with world.work_as("office") as work:
        update_project(work, project_id, NewProject(name="改名（虚构）", applicant_name="湘瓷（虚构）", latitude=27.66, longitude=113.5))
        assert get_project(work, project_id).latitude == 27.66
