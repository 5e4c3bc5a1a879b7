"""Do the gradings keep their promises for every input: worse never looks better, order never matters, the worst is inherited?"""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.bands import Colour, place
from rules.grading import METHOD_FACTORS, inherit, inherit_up
from rules.grading_data import ScoredMethod, load_grading_book
from rules.grading_requests import answer_grade, load_grading_rulebook
from rules.major_hazard_installation_data import load_installation_book
from rules.park_grade import load_score_sheets
from rules.requests import RequestError

BOOK = load_grading_rulebook()
GRADING = load_grading_book()
DAY = "2026-05-01"
SCHEMES = [(scheme.method, scheme.id) for scheme in GRADING.schemes]
DANGER = {"red": 1, "orange": 2, "yellow": 3, "blue": 4}
UNCONDITIONAL = [one for one in load_installation_book().named.substances if not one.condition]


def _values(method: ScoredMethod, scheme_id: str) -> list[list[Decimal]]:
    scheme = next(one for one in GRADING.schemes if (one.method, one.id) == (method, scheme_id))
    return [sorted(row.score for row in GRADING.factor(method, factor, scheme.variant or None).rows) for factor in METHOD_FACTORS[method]]


def _grade(method: ScoredMethod, scheme: str, values: tuple[Decimal, ...], **more: Any) -> dict[str, Any]:
    named = dict(zip(METHOD_FACTORS[method], values, strict=True))
    return answer_grade({"on": DAY, "method": method.value, "scheme": scheme, **named, **more}, BOOK)


@pytest.mark.parametrize(("method", "scheme"), SCHEMES, ids=lambda value: str(value))
def test_every_combination_of_table_values_has_exactly_one_level_and_no_worse_score_a_milder_one(method: ScoredMethod, scheme: str) -> None:
    bands = next(one for one in GRADING.schemes if (one.method, one.id) == (method, scheme)).levels
    previous: tuple[Decimal, int] | None = None
    scores = set()
    for values in product(*_values(method, scheme)):
        score = Decimal(1)
        for value in values:
            score *= value
        scores.add(score)
    for score in sorted(scores):
        assert sum(band.holds(score) for band in bands) == 1, score
        level = place(bands, score).band.level
        assert previous is None or level <= previous[1]
        previous = (score, level)


def test_the_reachable_scores_are_those_the_methods_are_known_for() -> None:
    lec = {a * b * c for a, b, c in product(*_values(ScoredMethod.LEC, "classic5"))}
    assert len(lec) == 103
    assert (min(lec), max(lec)) == (Decimal("0.05"), Decimal(10000))
    assert {20, 70} <= lec
    assert not {160, 320} & lec
    ls = {a * b for a, b in product(*_values(ScoredMethod.LS, "ls_classic5"))}
    assert sorted(ls) == [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 25]
    mes = {a * b * c for a, b, c in product(*_values(ScoredMethod.MES, "mes_classic5"))}
    assert len(mes) == 38
    assert 180 in mes


@given(st.data())
def test_a_worse_factor_never_lowers_the_colour_in_any_scheme(data: st.DataObject) -> None:
    method, scheme = data.draw(st.sampled_from(SCHEMES))
    tables = _values(method, scheme)
    values = tuple(data.draw(st.sampled_from(table)) for table in tables)
    which = data.draw(st.integers(0, len(tables) - 1))
    worse = tuple(max(value, data.draw(st.sampled_from(tables[which]))) if n == which else value for n, value in enumerate(values))
    milder, graver = _grade(method, scheme, values), _grade(method, scheme, worse)
    assert graver["level"] <= milder["level"]
    if milder["colour"]:
        assert DANGER[graver["colour"]] <= DANGER[milder["colour"]]


@given(st.data())
def test_values_outside_the_tables_are_graded_leniently_without_falling_between_levels(data: st.DataObject) -> None:
    method, scheme = data.draw(st.sampled_from(SCHEMES))
    numbers = st.decimals(min_value=0, max_value=120, places=2)
    values = tuple(data.draw(numbers) for _ in METHOD_FACTORS[method])
    worse = tuple(value + data.draw(numbers) for value in values)
    milder, graver = _grade(method, scheme, values, mode="lenient"), _grade(method, scheme, worse, mode="lenient")
    assert graver["level"] <= milder["level"]


@given(
    st.permutations(["chem_1", "gm10_1", "hazchem_red_1", "general_4"]),
    st.sampled_from(list(product(*_values(ScoredMethod.LEC, "classic5")))),
)
def test_direct_judgements_never_soften_and_their_order_does_not_matter(named: list[str], values: tuple[Decimal, ...]) -> None:
    plain = _grade(ScoredMethod.LEC, "colour4_ge", values)
    judged = _grade(ScoredMethod.LEC, "colour4_ge", values, direct=named)
    assert judged["colour"] == "red"
    assert judged["score"] == plain["score"]
    only_other_kinds = [one for one in named if one in ("gm10_1", "hazchem_red_1")]
    assert _grade(ScoredMethod.LEC, "colour4_ge", values, direct=only_other_kinds)["colour"] == plain["colour"]


@given(st.dictionaries(st.text(min_size=1), st.dictionaries(st.text(min_size=1), st.sampled_from(Colour), min_size=1), min_size=1))
def test_an_enterprise_is_as_red_as_its_reddest_hazard_source(tree: dict[str, dict[str, Colour]]) -> None:
    enterprise, points = inherit_up(tree)
    every = [colour for sources in tree.values() for colour in sources.values()]
    assert enterprise.colour.risk.number == min(colour.risk.number for colour in every)
    assert all(points[point].colour.risk.number == min(one.risk.number for one in sources.values()) for point, sources in tree.items())


def test_nothing_graded_has_no_colour() -> None:
    with pytest.raises(ValueError, match="no colour"):
        inherit("企业", {})


_items = st.lists(
    st.tuples(st.sampled_from(UNCONDITIONAL), st.decimals(min_value=0, max_value=500, places=3)).map(
        lambda pair: {"name": pair[0].name, "quantity_t": str(pair[1]), "beta": 1}
    ),
    min_size=1,
    max_size=6,
)


@given(_items, st.randoms(use_true_random=False), st.integers(0, 300))
def test_the_order_of_chemicals_never_matters(items: list[dict[str, Any]], random: Any, persons: int) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    first, second = (
        answer_grade({"on": DAY, "method": "gb18218", "items": one, "exposed_persons": persons}, BOOK) for one in (items, shuffled)
    )
    assert [first[key] for key in ("s", "r", "constitutes", "level")] == [second[key] for key in ("s", "r", "constitutes", "level")]


@given(_items, st.sampled_from(UNCONDITIONAL), st.decimals(min_value=0, max_value=500, places=3), st.integers(0, 300), st.integers(0, 300))
def test_more_chemicals_or_more_residents_never_make_an_installation_milder(
    items: list[dict[str, Any]], more: Any, quantity: Decimal, persons: int, more_persons: int
) -> None:
    def graded(chosen: list[dict[str, Any]], people: int) -> dict[str, Any]:
        return answer_grade({"on": DAY, "method": "gb18218", "items": chosen, "exposed_persons": people}, BOOK)

    fewer = graded(items, persons)
    added = graded([*items, {"name": more.name, "quantity_t": str(quantity), "beta": 1}], persons + more_persons)
    assert added["constitutes"] or not fewer["constitutes"]
    if fewer["level"] is not None:
        assert added["level"] <= fewer["level"]


@given(_items, st.integers(0, 300))
def test_s_is_exact_and_decides_alone_whether_it_is_an_installation(items: list[dict[str, Any]], persons: int) -> None:
    thresholds = {one.name: one.threshold_t for one in UNCONDITIONAL}
    s = sum((Fraction(Decimal(one["quantity_t"])) / Fraction(thresholds[one["name"]]) for one in items), Fraction(0))
    answer = answer_grade({"on": DAY, "method": "gb18218", "items": items, "exposed_persons": persons}, BOOK)
    assert answer["constitutes"] is (s >= 1)
    assert (answer["level"] is not None) is (s >= 1)
    assert (Decimal(answer["s"]) >= 1) is (s >= 1)


@given(_items)
def test_forgetting_a_quantity_never_turns_an_installation_into_none(items: list[dict[str, Any]]) -> None:
    forgotten = [{**items[0], "quantity_t": None}, *items[1:]]
    whole = answer_grade({"on": DAY, "method": "gb18218", "items": items, "exposed_persons": 0}, BOOK)
    partial = answer_grade({"on": DAY, "method": "gb18218", "items": forgotten, "exposed_persons": 0}, BOOK)
    assert partial["constitutes"] is not False
    assert partial["questions"]
    if partial["constitutes"]:
        assert whole["constitutes"]


@given(st.integers(0, 100), st.integers(0, 100), st.sampled_from([sheet.id for sheet in load_score_sheets()]))
def test_a_lower_score_never_gives_a_better_grade(one: int, other: int, sheet: str) -> None:
    low, high = (answer_grade({"on": DAY, "method": "score", "scheme": sheet, "base": base}, BOOK) for base in sorted((one, other)))
    assert low["level"] <= high["level"]


_counts = st.integers(0, 200)


@given(st.tuples(_counts, _counts, _counts), st.tuples(_counts, _counts, _counts))
def test_a_graver_accident_never_has_a_milder_grade(fewer: tuple[int, int, int], more: tuple[int, int, int]) -> None:
    def level(numbers: tuple[int, int, int]) -> int:
        deaths, injuries, loss = numbers
        request = {"on": DAY, "method": "accident", "deaths": deaths, "serious_injuries": injuries, "loss_wan": loss * 100}
        return int(answer_grade(request, BOOK)["level"])

    assert level((fewer[0] + more[0], fewer[1] + more[1], fewer[2] + more[2])) <= level(fewer)


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = ["likelihood", "exposure", "consequence", "severity", "measure", "matrix", "items", "exposed_persons", "deaths", "loss_wan"]
_ITEM_FIELDS = ["name", "cas", "category", "quantity_t", "state", "concentration", "threshold_t", "beta"]
_METHODS = ["lec", "ls", "mes", "matrix", "gb18218", "accident", "score", "inherit"]


@given(
    st.sampled_from(_METHODS),
    st.dictionaries(
        st.sampled_from([*_FIELDS, "scheme", "base", "adjustments", "veto", "direct", "colours", "variant", "on", "mode"]), _junk
    ),
    st.lists(st.dictionaries(st.sampled_from(_ITEM_FIELDS), _junk), max_size=2),
)
def test_whatever_is_asked_the_door_answers_or_refuses_in_words(method: str, fields: dict[str, Any], items: list[dict[str, Any]]) -> None:
    request = {"method": method, **fields, **({"items": items} if method == "gb18218" and items else {})}
    known = {"lec": 3, "ls": 2, "mes": 3}
    if method in known:
        request = {key: value for key, value in request.items() if key in {"method", "scheme", "variant", "direct", "on", "mode"}} | {
            factor: fields.get(factor, 1) for factor in METHOD_FACTORS[ScoredMethod(method)]
        }
    outcome: Any
    try:
        outcome = answer_grade(request, BOOK)["trail"]
    except RequestError as refusal:
        outcome = refusal.code and refusal.detail
    assert outcome
