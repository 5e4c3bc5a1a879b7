"""The catalogue of which day rules over a project? As written in the situations."""

import msgspec
import pytest

from rules.edition_day import Application, edition_basis, edition_day
from tests.cases_reader import Situation, read_cases


@pytest.mark.parametrize("case", read_cases("edition_day"), ids=str)
def test_the_day_of_the_edition_is_as_written(case: Situation) -> None:
    application = msgspec.convert({"received_on": None} | case.given, Application)
    found = edition_day(application, today=case.on())
    assert {"day": found.day, "ground": found.ground.value} == case.expected
    assert found.why == f"{found.ground.label} {found.day.isoformat()}"


def test_the_choice_rests_on_a_text_that_says_nobody_compared_it() -> None:
    assert "申报日" in edition_basis().clause
    assert not edition_basis().verified
