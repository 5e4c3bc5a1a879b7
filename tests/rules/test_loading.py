"""Does a mistake in a file of law stop the start, naming file, key and reason?"""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from rules.loading import RuleDataError, list_tables, parse_table, read_table, refuse_duplicates, refuse_overlaps
from rules.references import LegalBasis


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limit: Decimal
    on: date


def test_numbers_are_decimal_and_dates_are_dates() -> None:
    sample = parse_table("x.toml", "limit = 0.1\non = 2026-01-01\n", Sample)
    assert sample == Sample(Decimal("0.1"), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("limit = 0.1\non = 2026-01-01\ncolour = 1\n", "$", "colour"),
        ("limit = 0.1\n", "$", "on"),
        ('limit = 0.1\non = "soon"\n', "$.on", "date"),
        ("limit = \n", "(toml)", "Invalid value"),
    ],
)
def test_a_mistake_names_file_key_and_reason(text: str, key: str, reason: str) -> None:
    with pytest.raises(RuleDataError, match=reason) as caught:
        parse_table("folder/x.toml", text, Sample)
    assert (caught.value.file, caught.value.key) == ("folder/x.toml", key)
    assert str(caught.value).startswith("rules/data/folder/x.toml: ")


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(RuleDataError, match=r"calendar/1066\.toml.*cannot be read"):
        read_table("calendar/1066.toml", Sample)


def test_tables_are_listed_in_a_stable_order() -> None:
    assert list_tables("calendar") == ["calendar/2025.toml", "calendar/2026.toml", "calendar/2027.toml"]


def test_an_id_that_stands_twice_is_refused() -> None:
    refuse_duplicates("x.toml", "item", ["a", "b"])
    with pytest.raises(RuleDataError, match="item a: this id stands twice"):
        refuse_duplicates("x.toml", "item", ["a", "b", "a"])


NEW_YEAR, SPRING = date(2026, 1, 1), date(2026, 3, 1)


def test_spans_that_touch_do_not_overlap() -> None:
    refuse_overlaps("x.toml", "limit", [(SPRING, None), (NEW_YEAR, SPRING)])


@pytest.mark.parametrize(
    ("spans", "reason"),
    [
        ([(NEW_YEAR, date(2026, 3, 2)), (SPRING, None)], "two values in force on 2026-03-01"),
        ([(NEW_YEAR, None), (SPRING, None)], "two values in force on 2026-03-01"),
        ([(SPRING, SPRING)], "not after it begins"),
        ([(SPRING, NEW_YEAR)], "not after it begins"),
    ],
)
def test_two_values_on_one_day_and_empty_spans_are_refused(spans: list[tuple[date, date | None]], reason: str) -> None:
    with pytest.raises(RuleDataError, match=reason):
        refuse_overlaps("x.toml", "limit", spans)


def test_a_basis_is_in_force_from_its_first_day_until_the_day_before_repeal() -> None:
    basis = LegalBasis(
        standard="虚构办法", doc_no="第1号", clause="第二条", effective_from=NEW_YEAR, repealed_on=SPRING, source="虚构", verified=False
    )
    assert [basis.is_in_force(day) for day in (date(2025, 12, 31), NEW_YEAR, date(2026, 2, 28), SPRING)] == [False, True, True, False]
    assert basis.citation == "《虚构办法》（第1号）第二条"
