"""Is a result known exactly when no missing answer could change it?"""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.terms import Answer
from rules.three_valued import (
    Compares,
    Condition,
    ExpressionError,
    Facts,
    FactValue,
    Holds,
    Joined,
    Not,
    all_of,
    any_of,
    number_facts,
    parse_condition,
    replace_facts,
    yes_no_facts,
)

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def expressions(names: list[str]) -> st.SearchStrategy[str]:
    """Expressions in which each of the names stands once."""
    if len(names) == 1:
        return st.sampled_from([names[0], f"not {names[0]}"])

    def split(at: int) -> st.SearchStrategy[str]:
        return st.builds(
            lambda left, right, joint, turn: f"{turn}({left} {joint} {right})",
            expressions(names[:at]),
            expressions(names[at:]),
            st.sampled_from(["and", "or"]),
            st.sampled_from(["", "not "]),
        )

    return st.integers(1, len(names) - 1).flatmap(split)


def completions(condition: Condition, facts: Facts) -> list[dict[str, FactValue]]:
    """The facts with every missing answer filled in, in every way."""
    open_names = [name for name in dict.fromkeys(condition.names()) if facts.get(name, UNKNOWN) is UNKNOWN]
    return [{**facts, **dict(zip(open_names, values, strict=True))} for values in product([YES, NO], repeat=len(open_names))]


NAMES = ["a", "b", "c", "d", "e"]
ANSWERS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([YES, NO, UNKNOWN]))


@given(expressions(NAMES), ANSWERS)
def test_result_is_unknown_exactly_when_missing_answers_could_change_it(text: str, facts: dict[str, FactValue]) -> None:
    condition = parse_condition(text)
    possible = {condition.value(full) for full in completions(condition, facts)}
    assert condition.value(facts) is (possible.pop() if len(possible) == 1 else None)


@given(expressions(NAMES), ANSWERS)
def test_missing_facts_are_exactly_those_that_can_still_matter(text: str, facts: dict[str, FactValue]) -> None:
    condition = parse_condition(text)
    matters = {
        name
        for full in completions(condition, facts)
        for name in NAMES
        if facts.get(name, UNKNOWN) is UNKNOWN and condition.value({**full, name: YES}) != condition.value({**full, name: NO})
    }
    assert set(condition.missing(facts)) == matters


@given(expressions(NAMES), ANSWERS)
def test_the_deciding_facts_alone_decide(text: str, facts: dict[str, FactValue]) -> None:
    condition = parse_condition(text)
    value = condition.value(facts)
    if value is not None:
        kept = {name: facts[name] for name in condition.deciding(facts) if name in facts}
        assert condition.value(kept) is value


@pytest.mark.parametrize(
    ("text", "pressure", "expected"),
    [
        ("pressure < 30", "29.999", True),
        ("pressure < 30", "30", False),
        ("pressure <= 30", "30", True),
        ("pressure > 9", "9", False),
        ("pressure >= 0.75", "0.75", True),
        ("pressure == 0.1", "0.10", True),
        ("pressure != 0.1", "0.1", False),
        ("pressure > -5", "-4.9", True),
    ],
)
def test_a_boundary_is_compared_exactly(text: str, pressure: str, expected: bool) -> None:
    assert parse_condition(text).value({"pressure": Decimal(pressure)}) is expected


def test_two_numbers_are_compared_and_a_missing_one_leaves_it_unknown() -> None:
    condition = parse_condition("people > approved")
    assert condition == Compares("people", ">", "approved")
    assert condition.value({"people": Decimal(3), "approved": Decimal(2)}) is True
    assert condition.value({"people": Decimal(3)}) is None
    assert list(condition.missing({"people": Decimal(3)})) == ["approved"]
    assert condition.value({"people": Decimal(3), "approved": UNKNOWN}) is None


def test_an_expression_over_several_lines_is_read() -> None:
    assert parse_condition("\n a\n and (not b\n or n < 3)\n") == all_of(Holds("a"), any_of(Not(Holds("b")), Compares("n", "<", Decimal(3))))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a and",
        "a b",
        "f(a)",
        "a.b",
        "a[0]",
        "True",
        "1",
        "'a'",
        "a + b > 3",
        "1 < n",
        "1 < n < 3",
        "n in m",
        "n < 'x'",
        "n < 0x10",
        "n < 1e3",
        "n < True",
        "n < (1 + 2)",
        "-a",
        "lambda: a",
        "a if b else c",
        "(x := a)",
        "__import__('os')",
        "a and b or a and c",
    ],
)
def test_anything_outside_the_small_language_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_condition(text)


def test_replacing_a_fact_keeps_the_rest() -> None:
    condition = parse_condition("p and (not alarm or n < 3)")
    replaced = replace_facts(condition, {"alarm": all_of(Holds("alarm"), Holds("alarm_works"))})
    assert list(yes_no_facts(replaced)) == ["p", "alarm", "alarm_works"]
    assert list(number_facts(replaced)) == ["n"]
    assert replaced.value({"p": YES, "alarm": YES, "alarm_works": NO}) is True
    assert isinstance(condition, Joined)
    assert list(yes_no_facts(condition)) == ["p", "alarm"]
