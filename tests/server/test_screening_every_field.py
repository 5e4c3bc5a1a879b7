"""Is there any field of the page, or any yes/no question, that can be left blank or filled in oddly so that a project slips through?

Every one is tried, by its name, on projects whose ruling hangs on it: left out, 不清楚, empty, and nonsense. Each must be refused at its
field, asked, put down to be confirmed, or told as left open; or the ruling stays as strict. A field no entry reads is named here, and the
test fails when one begins to.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from rules.restriction import Screening, load_catalogue, screen
from rules.restriction_terms import SEVERITY
from server.errors import InvalidInput
from server.screening.describing import check_facts
from server.screening.form import DISTANCES, PLACE_QUESTIONS, PROJECT_FIGURES, ROWS, blanks_of
from tests.server.test_screening_silence import SITUATIONS, STRICT, _places, _without

DAY = date(2026, 11, 22)
FLAGS = [one.flag for one in load_catalogue().index.flags.values()]
TOP = (
    "build_type", "adds_capacity", "industry_codes", "products", "processes", "equipment", "fuels", "materials", "max_staff_per_building",
    "investment_wan",
)  # fmt: skip
FIELDS = (
    *(f"{kind}[].{column.key}" for kind, columns in ROWS.items() for column in columns),
    *TOP,
    *(f"location.{key}" for key in ("area", *(key for key, _ in (*PLACE_QUESTIONS, *DISTANCES)))),
    *(f"figures.{key}" for key, _ in PROJECT_FIGURES),
)
NAMES = frozenset({"products[].name", "equipment[].name", "materials[].name"})
"""A row without its name is no row; rows nobody filled in are asked for (`test_screening_silence`)."""
ODD: tuple[Any, ...] = (None, "", " ", "不清楚", "若干", "abc", "-1", "NaN", "1e999", True, -3, [], {}, ["x"], {"a": 1})
SAYS_NOTHING: tuple[Any, ...] = (None, "", " ", "不清楚", "无法确定", "—", "-1", True, -3, [], {}, {"a": 1})
FREE_TEXT = frozenset(
    {"equipment[].fuel", "equipment[].model", "products[].spec", "materials[].storage", "processes", "fuels", "location.area",
     "products", "equipment", "materials"}
)  # fmt: skip
"""What may be named in any words: other words say something else, and words that say nothing are blank."""
READ_BY_NO_ENTRY = frozenset(
    {
        "products[].shifts", "equipment[].count", "equipment[].year", "equipment[].existing", "investment_wan",
    }
)  # fmt: skip

_POTTERY: dict[str, Any] = {
    "build_type": "新建",
    "industry_codes": ["3074"],
    "products": [{"name": "日用陶瓷", "capacity": "2000", "unit": "万件/年", "scope": "全厂", "shifts": "3"}],
    "processes": ["注浆成型", "烧成"],
    "equipment": [{"name": "辊道窑", "fuel": "天然气", "count": "2", "year": "2025", "existing": False}],
    "fuels": ["天然气"],
    "materials": [{"name": "高岭土"}],
    "location": {"in_park": True, "in_chemical_park": False, "in_compliant_park": True},
    "investment_wan": "2000",
}
_AMMONIA = {"name": "液氨", "cas": "7664-41-7", "max_storage_t": "12", "annual_t": "500", "role": "原料", "state": "液化气体"}
_CLOSE = {"dist_other_tributary_m": 500, "dist_lujiang_m": 3000, "dist_xiangjiang_main_m": 5000, "nearest_residence_m": 30}
EXTRA: tuple[dict[str, Any], ...] = (
    _POTTERY | {"equipment": [{"name": "锅炉", "fuel": "燃煤", "capacity": "10", "unit": "蒸吨/小时", "count": "1", "model": "DZL"}]},
    _POTTERY | {"fuels": [], "equipment": [{"name": "煤气发生炉", "fuel": "煤", "capacity": "1", "unit": "台", "model": "JB02"}]},
    {
        "build_type": "新建",
        "industry_codes": ["2614"],
        "products": [{"name": "丙烯酸树脂", "capacity": "1000", "unit": "吨/年"}],
        "materials": [_AMMONIA | {"storage": "储罐", "concentration": "99.9"}],
        "location": {"in_park": True, "in_chemical_park": False, "in_compliant_park": False} | _CLOSE,
        "flags": {"甲乙类": True},
        "max_staff_per_building": 80,
    },
    _POTTERY | {"industry_codes": ["3360"], "flags": {"可燃粉尘": True}, "max_staff_per_building": 45},
    _POTTERY | {"figures": {"energy_to_benchmark": "1.2", "energy_to_baseline": "1.3"}},
    _POTTERY
    | {"materials": [{"name": "清洗剂", "components": [{"name": "甲苯", "cas": "108-88-3", "concentration": "60"}], "max_storage_t": "600",
                      "annual_t": "700", "role": "原料", "state": "液体"}]},
    _POTTERY
    | {"materials": [{"name": "氢氟酸", "cas": "7664-39-3", "role": "产品", "state": "液体", "concentration": "40", "annual_t": "100",
                      "max_storage_t": "5"}]},
    _POTTERY | {"materials": [{"name": "原料甲", "cas": "7664-41-7", "max_storage_t": "12", "role": "原料", "state": "液化气体"}]},
    _POTTERY | {"materials": [{"name": "盐酸", "cas": "7647-01-0", "max_storage_t": "40", "state": "气体", "role": "原料"}]},
    _POTTERY
    | {"industry_codes": ["3110"], "flags": {"环保综合名录高污染产品": True}, "location": {"in_park": False, "in_compliant_park": True}},
    _POTTERY
    | {"industry_codes": ["3071"], "products": [{"name": "陶瓷砖", "capacity": "500", "unit": "万平方米/年", "scope": "单线"}],
       "location": {"in_park": False, "in_compliant_park": False}},
)  # fmt: skip
POOL = [*((one["given"], one["day"]) for one in SITUATIONS), *((one, DAY) for one in EXTRA)]
_CACHE: dict[int, Screening] = {}


def field_of(place: tuple[Any, ...]) -> str:
    """The field of the page a place in the facts is."""
    said = ""
    for part in place:
        said += "[]" if isinstance(part, int) else f".{part}" if said else str(part)
    words = {f"figures.{label}": f"figures.{key}" for key, label in PROJECT_FIGURES}
    return "materials[].components" if said.startswith("materials[].components") else words.get(said, said)


def ruling(facts: Mapping[str, Any], day: date) -> Screening | None:
    """What the catalogue says, as the page would ask it; None when the page refuses the facts at a field."""
    try:
        _, read = check_facts(facts)
    except InvalidInput:
        return None
    return screen(read, day, load_catalogue())


def weighs(result: Screening) -> tuple[Any, ...]:
    """What a ruling hangs on."""
    return result.outcome, {(one.entry.id, one.effect, one.is_open) for one in result.hits}, {one.question.text for one in result.questions}


def put(facts: Any, place: tuple[Any, ...], value: Any) -> Any:
    key, *rest = place
    if isinstance(facts, list):
        return [put(one, tuple(rest), value) if at == key and rest else value if at == key else one for at, one in enumerate(facts)]
    return {**facts, key: put(facts.get(key), tuple(rest), value) if rest else value}


def is_silent(before: Screening, less: Mapping[str, Any], given: Mapping[str, Any], day: date) -> bool:
    """Whether saying `less` than `given` gave a softer ruling and nobody was told."""
    after = ruling(less, day)
    if after is None or SEVERITY[after.outcome] >= min(SEVERITY[before.outcome], STRICT):
        return False
    asked = {one.question for one in after.questions} - {one.question for one in before.questions}
    assumed = set(after.assumptions) - set(before.assumptions)
    blank = set(blanks_of(less, FLAGS)) - set(blanks_of(given, FLAGS))
    return not (asked or assumed or blank)


def hanging_on(field: str) -> Iterator[tuple[Mapping[str, Any], date, tuple[Any, ...], Screening]]:
    """The projects of the pool whose ruling hangs on a field, with the places it stands at."""
    for given, day in POOL:
        for place in (one for one in _places(given) if field_of(one) == field):
            before, after = ruling(given, day), ruling(_without(given, place, is_null=False), day)
            if before is not None and (after is None or weighs(after) != weighs(before)):
                yield given, day, place, before


@pytest.mark.parametrize("field", [one for one in FIELDS if one not in NAMES | READ_BY_NO_ENTRY])
def test_a_field_left_blank_or_filled_in_oddly_never_lets_a_project_slip_through(field: str) -> None:
    tried = 0
    for given, day, place, before in hanging_on(field):
        variants = [
            _without(given, place, is_null=False),
            *(put(given, place, odd) for odd in (SAYS_NOTHING if field in FREE_TEXT else ODD)),
        ]
        for less in variants:
            assert not is_silent(before, less, given, day), f"{field} at {place}: {less}"
        tried += 1
        if tried == 5:
            break
    assert tried, f"no project of the pool hangs on {field}: add one, or say that no entry reads it"


@pytest.mark.parametrize("field", sorted(READ_BY_NO_ENTRY))
def test_what_no_entry_reads_changes_no_ruling(field: str) -> None:
    assert not list(hanging_on(field)), "an entry reads it now: try it with the others"


@pytest.mark.parametrize("flag", FLAGS, ids=lambda one: str(one.name))
def test_a_question_nobody_answered_or_answered_oddly_never_lets_a_project_slip_through(flag: Any) -> None:
    tried = 0
    for given, day in POOL:
        stated = given.get("flags") or {}
        silent = {**given, "flags": {name: value for name, value in stated.items() if load_catalogue().index.flag_named(name) is not flag}}
        yes = ruling(silent | {"flags": {**silent["flags"], flag.name: True}}, day)
        blank = ruling(silent, day)
        if yes is None or blank is None or weighs(yes) == weighs(blank):
            continue
        told = {one.question.field.removeprefix("flags.") for one in blank.questions} | set(blank.assumptions)
        assert flag.name in told or SEVERITY[blank.outcome] >= min(SEVERITY[yes.outcome], STRICT), f"{flag.name} is not asked: {given}"
        for odd in ODD:
            less = silent | {"flags": {**silent["flags"], flag.name: odd}}
            assert not is_silent(yes, less, silent | {"flags": {flag.name: True}}, day), f"{flag.name} = {odd!r}: {given}"
        tried += 1
        if tried == 5:
            break
    assert tried, f"no project of the pool hangs on {flag.name}"
