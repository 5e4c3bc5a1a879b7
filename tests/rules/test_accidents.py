"""Which class does an accident have on its day, and which degree an injury?"""

from datetime import date

import pytest

from rules.accidents import (
    accident_classes,
    find_accident_class,
    hazardous_factors,
    injury_degree,
    load_accident_classes,
)
from rules.requests import RequestError


def test_the_edition_of_accident_classes_changes_on_the_day_most_sources_name() -> None:
    assert (accident_classes(date(2026, 6, 30)).id, len(accident_classes(date(2026, 6, 30)).classes)) == ("gb6441_1986", 20)
    assert (accident_classes(date(2026, 7, 1)).id, len(accident_classes(date(2026, 7, 1)).classes)) == ("gb6441_2025", 27)
    assert "2027-01-01" in accident_classes(date(2026, 7, 1)).basis.note


@pytest.mark.parametrize(("named", "code"), [("高处坠落", "09"), ("09", "09"), ("010", "10"), ("坍塌", "10"), ("中毒和窒息", "19")])
def test_a_class_of_1986_is_found_by_name_code_or_printed_code(named: str, code: str) -> None:
    assert find_accident_class(named, date(2026, 6, 30)).found.code == code


def test_classes_of_2025_have_no_confirmed_code() -> None:
    found = find_accident_class("粉尘爆炸", date(2026, 7, 1))
    assert (found.edition, found.found.code) == ("gb6441_2025", "")
    assert "编码未核实" in found.note


def test_a_class_of_the_other_edition_is_refused_and_named() -> None:
    with pytest.raises(RequestError, match="gb6441_2025"):
        find_accident_class("粉尘爆炸", date(2026, 6, 30))
    with pytest.raises(RequestError, match="gb6441_1986"):
        find_accident_class("中毒和窒息", date(2026, 7, 1))


def test_no_edition_before_the_first() -> None:
    first = load_accident_classes()[0].basis.effective_from
    assert accident_classes(first).id == "gb6441_1986"
    with pytest.raises(RequestError, match="not_in_force"):
        accident_classes(date.fromordinal(first.toordinal() - 1))


def test_hazardous_factors_know_their_parents_and_their_edition() -> None:
    now = hazardous_factors(date(2026, 5, 1))
    by_code = {one.code: one for one in now.factors}
    parent = now.parent(by_code["1101"])
    assert parent is not None
    assert (parent.code, now.parent(by_code["1"])) == ("11", None)
    assert not by_code["2103"].verified
    assert hazardous_factors(date(2022, 9, 30)).id == "gbt13861_2009"
    assert hazardous_factors(date(2022, 10, 1)).id == "gbt13861_2022"


@pytest.mark.parametrize(("days", "name"), [(1, "轻伤"), (104, "轻伤"), (105, "重伤"), (5999, "重伤"), (6000, "死亡")])
def test_injuries_by_lost_days(days: int, name: str) -> None:
    assert injury_degree(days).name == name


def test_no_lost_day_is_no_injury_degree() -> None:
    with pytest.raises(RequestError, match="不足"):
        injury_degree(0)
