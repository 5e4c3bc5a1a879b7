"""Does an industry code lead to the right supervision sectors, and does an unclear one ask instead of guessing?"""

from datetime import date

import msgspec
import pytest

from rules.loading import RuleDataError
from rules.supervision_sectors import Industry, check_industries, load_supervision_sectors, normalise_industry_code
from rules.terms import EnterpriseRisk, SupervisionSector
from tests.cases_reader import Situation, read_cases

SECTORS = load_supervision_sectors()
EVERYBODY = {one for one in SupervisionSector if one is SupervisionSector.FIRE_SAFETY or one.label.startswith("特种设备/")}


@pytest.mark.parametrize("case", read_cases("sectors"), ids=str)
def test_a_code_and_its_risks_lead_to_the_sectors(case: Situation) -> None:
    table = SECTORS.at(case.on())
    risks = [EnterpriseRisk(one) for one in case.given.get("risks", [])]
    tags = table.sectors_of(case.given["code"], risks)
    own = [one for one in tags if one.sector not in EVERYBODY]
    assert [one.sector.label for one in own] == case.expected["sectors"]
    assert ({one.sector for one in tags} >= EVERYBODY) is case.expected["universal"]
    assert all(one.why for one in tags)
    if "verified" in case.expected:
        assert own[0].verified is case.expected["verified"]
    questions = table.questions_about(case.given["code"], risks)
    assert len(questions) == len(case.expected["asks"])
    for question, words in zip(questions, case.expected["asks"], strict=True):
        assert words in question


def test_a_general_tag_is_no_more_certain_than_the_trade_it_follows_from() -> None:
    tags = {one.sector: one for one in SECTORS.at(date(2026, 6, 1)).sectors_of("3074")}
    assert not tags[SupervisionSector.INDUSTRY_AND_TRADE].verified


def test_every_sector_but_those_of_listed_codes_can_be_reached_by_some_code_or_risk() -> None:
    table = SECTORS.at(date(2026, 6, 1))
    codes = [
        "31",
        "3252",
        "3011",
        "3041",
        "3391",
        "3054",
        "3074",
        "3079",
        "2221",
        "1411",
        "1711",
        "1620",
        "5111",
        "2614",
        "2710",
        "2672",
        "4511",
    ]
    reached = {tag.sector for code in codes for tag in table.sectors_of(code, list(EnterpriseRisk))}
    assert reached == set(SupervisionSector)


@pytest.mark.parametrize(
    ("text", "code"), [("3074", "3074"), ("C3074", "3074"), ("c30", "30"), ("3", None), ("30745", None), ("Z30", None), ("", None)]
)
def test_a_code_is_read_with_or_without_its_letter(text: str, code: str | None) -> None:
    assert normalise_industry_code(text) == code


def test_two_rows_for_one_code_on_one_day_stop_the_start() -> None:
    industry = SECTORS.at(date(2026, 6, 1)).find_industry("3071")
    assert isinstance(industry, Industry)
    with pytest.raises(RuleDataError, match="two rows"):
        check_industries((industry, industry))
    earlier = msgspec.structs.replace(industry, repealed_on=date(2027, 1, 1))
    later = msgspec.structs.replace(industry, effective_from=date(2027, 1, 1))
    check_industries((earlier, later))
    with pytest.raises(RuleDataError, match="two to four digits"):
        check_industries((msgspec.structs.replace(industry, codes=("C30",)),))
    with pytest.raises(RuleDataError, match="no codes"):
        check_industries((msgspec.structs.replace(industry, sectors=()),))
