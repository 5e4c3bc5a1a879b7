"""Which statutory reviews follow, and is a missing fact never taken for *none*?"""

from datetime import date

from rules.admission_reviews import (
    Reach,
    Triage,
    concerned_departments,
    load_departments,
    load_promises,
    load_reviews,
    triage,
)
from rules.project_reading import read_project
from rules.restriction import load_catalogue, screen
from rules.terms import Answer

DAY = date(2026, 11, 22)


def reviews_of(**request: object) -> dict[str, Triage]:
    screening = screen(read_project(request), DAY, load_catalogue())
    return {one.review.id: one for one in triage(screening)}


def test_a_foundry_needs_the_pre_evaluation_and_the_design_review_whatever_it_calls_itself() -> None:
    found = reviews_of(
        name="年产 5000 吨铸件项目", build_type="新建", industry_codes=["3391"], products=["铸铁件"], processes=["中频炉熔炼", "浇注"],
        equipment=["中频炉"], materials=["生铁"], location={"in_park": True},
    )  # fmt: skip
    assert found["safety_pre_evaluation"].answer is Answer.YES
    assert any("CTL-MET-1" in one for one in found["safety_pre_evaluation"].reasons)
    assert found["safety_design_review"].answer is Answer.YES
    assert "条文待核" in found["safety_design_review"].citation
    assert found["written_report"].answer is Answer.NO
    assert found["safety_condition_review"].answer is Answer.NO


def test_a_daily_ceramics_plant_needs_the_written_report_alone() -> None:
    found = reviews_of(
        name="年产 2000 万件日用陶瓷项目", build_type="新建", industry_codes=["3074"], products=["日用陶瓷"], processes=["注浆", "烧成"],
        equipment=["辊道窑"], materials=["高岭土"], fuels=["天然气"], location={"in_park": True},
    )  # fmt: skip
    assert found["safety_pre_evaluation"].answer is Answer.NO
    assert found["written_report"].answer is Answer.YES


def test_without_an_industry_code_nothing_is_said_not_to_apply() -> None:
    found = reviews_of(name="新材料项目", build_type="新建", products=["功能粉体"], location={"in_park": True})
    assert {one.answer for one in found.values()} <= {Answer.YES, Answer.UNKNOWN}
    assert found["safety_pre_evaluation"].answer is Answer.UNKNOWN
    assert any("行业代码" in one for one in found["safety_pre_evaluation"].asks)
    assert found["written_report"].answer is Answer.UNKNOWN


def test_a_chemical_project_whose_flag_is_not_known_waits_with_the_question() -> None:
    found = reviews_of(
        name="年产 3000 吨涂料项目", build_type="新建", industry_codes=["2641"], products=["溶剂型涂料"], processes=["搅拌", "分散"],
        equipment=["分散机"], materials=["二甲苯"], flags={"生产储存危化品或伴生": None}, location={"in_park": True},
    )  # fmt: skip
    assert found["safety_condition_review"].answer is Answer.UNKNOWN
    assert found["safety_condition_review"].asks
    assert found["safety_pre_evaluation"].answer is Answer.YES


def test_every_entry_named_stands_in_the_catalogue() -> None:
    known = set(load_catalogue().by_id)
    assert {entry for review in load_reviews() for entry in review.entries} <= known
    for department in load_departments():
        for start in department.entries:
            assert any(one.startswith(start) for one in known), f"{department.key}: {start}"


def test_every_entry_is_looked_at_by_somebody() -> None:
    starts = tuple(start for one in load_departments() for start in one.entries)
    assert [one for one in load_catalogue().by_id if not one.startswith(starts)] == []


def test_each_department_is_given_its_hits() -> None:
    screening = screen(
        read_project(
            {
                "name": "锂电池项目",
                "build_type": "新建",
                "industry_codes": ["3841"],
                "products": ["锂离子电池"],
                "location": {"in_park": True},
            }
        ),
        DAY,
        load_catalogue(),
    )
    shared = concerned_departments(screening.hits)
    assert set(shared) == {one.key for one in load_departments()}
    assert all(hit.entry.id.startswith(("CTL-ION", "CTL-ESS", "CTL-SEMI")) for hit in shared["fire"])


def test_public_safety_is_never_deferred_or_promised_away() -> None:
    never = {one.id for one in load_promises() if one.reach is Reach.NEVER}
    assert {"safety_condition_review", "safety_design_review", "restriction_hit", "external_distance"} <= never
