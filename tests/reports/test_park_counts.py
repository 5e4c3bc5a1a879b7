"""The grading report of the park: every total equals the list it stands for."""

import re

import msgspec

from reports.colour_marks import ORDER
from reports.fonts import FontSet
from reports.park_counts import (
    ParkPaper,
    all_points,
    arrived,
    by_industry,
    by_zone,
    dangerous,
    movers,
    park_distribution,
    points_of,
    together,
    visits,
    without_register,
)
from reports.park_grading import conclusions, draw_park_report
from tests.reports import sample_grading
from tests.reports.pdf_lines import page_texts

FACTS = sample_grading.park(enterprises=63).facts


def test_zones_industries_and_colours_each_add_up_to_the_enterprises() -> None:
    whole = together(FACTS.enterprises)
    assert whole.total == len(FACTS.enterprises) == 63
    for groups in (by_zone(FACTS), by_industry(FACTS)):
        assert tuple(map(sum, zip(*(one.counts for one in groups), strict=True))) == whole.counts
        assert groups[-1].name in {"未划片区", "行业代码未登记"}
    for place, colour in enumerate(ORDER):
        assert whole.counts[place] == sum(one.colour == colour for one in FACTS.enterprises)


def test_risk_points_add_up_and_the_named_ones_are_all_red_and_orange_ones() -> None:
    red, orange, *_ = all_points(FACTS.enterprises)
    assert red == sum(one.colour == "red" for one in FACTS.points)
    assert orange == sum(one.colour == "orange" for one in FACTS.points)
    *_, total = park_distribution(FACTS)
    assert total.counts == (63, sum(sum(points_of(one)) for one in FACTS.enterprises))


def test_lists_hold_whom_their_numbers_count() -> None:
    assert len(dangerous(FACTS)) == sum(together(FACTS.enterprises).counts[:2])
    assert {one.number for one in without_register(FACTS)} == {one.number for one in FACTS.enterprises if not one.points}
    moved = movers(FACTS)
    assert {one.row.number for one in moved} == {
        one.number for one in FACTS.enterprises if one.before is not None and one.before != one.colour
    }
    assert not {one.number for one in arrived(FACTS)} & {one.row.number for one in moved}
    *rows, total = visits(FACTS)
    assert total.enterprises == sum(row.enterprises for row in rows) == 63
    assert total.inspections == sum(row.inspections for row in rows) == sum(one.inspections for one in FACTS.enterprises)


def test_the_summary_says_the_same_numbers(fonts: FontSet) -> None:
    told = "".join(conclusions(FACTS))
    assert f"园区共63家企业：红{together(FACTS.enterprises).counts[0]}家" in told
    assert f"等级有变动的{len(movers(FACTS))}家" in told
    text = re.sub(r"\s", "", "".join(page_texts(draw_park_report(sample_grading.park(enterprises=63), fonts, lambda _: None))))
    assert re.sub(r"\s", "", told.split("。")[0]) in text
    totals = (*all_points(FACTS.enterprises), sum(all_points(FACTS.enterprises)))
    assert f"合计（63家）{''.join(map(str, totals))}" in text


def test_a_park_without_enterprises_has_a_report(fonts: FontSet) -> None:
    text = "".join(page_texts(draw_park_report(_empty(), fonts, lambda _: None)))
    assert "园区还没有登记企业" in text


def _empty() -> ParkPaper:
    paper = sample_grading.park()
    facts = msgspec.structs.replace(paper.facts, enterprises=(), points=(), overrides=(), colour="")
    return msgspec.structs.replace(paper, facts=facts)
