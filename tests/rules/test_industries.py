"""Is the classification of industries whole, do our rules use only codes it has, and do the words of notices lead to the right codes?"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rules.industries import MOST_FOUND, NOT_LISTED, AliasFile, StandardFile, check_industry_table, industry_words, load_industries
from rules.loading import RuleDataError, parse_table

DATA = Path(__file__).parents[2] / "rules" / "data"
TABLE = load_industries()
FIELDS = {"industries", "except_industries", "review_industries", "industries_all", "codes"}
NOT_IN_THE_STANDARD = {("restriction/chemical_park_recognition_2021.toml", "2668")}
"""Codes our rules name and the standard has not: what the list's author meant by them is not known. They match no project rightly coded."""


def test_the_table_is_whole() -> None:
    by_length = Counter(map(len, TABLE.names))
    # Divisions, groups and classes of the standard with its amendment no. 1; manufacturing alone has 31, 179 and 609.
    assert by_length == {2: 97, 3: 473, 4: 1382}
    assert sorted(code for code in TABLE.names if len(code) == 2) == [f"{number:02d}" for number in range(1, 98)]
    making = Counter(len(code) for code in TABLE.names if TABLE.section_of[code[:2]] == "C")
    assert making == {2: 31, 3: 179, 4: 609}
    for code in TABLE.names:
        assert len(code) == 2 or code[:-1] in TABLE.names, code
    assert list(TABLE.sections) == [chr(letter) for letter in range(ord("A"), ord("T") + 1)]
    assert [TABLE.section_of[code] for code in sorted(TABLE.section_of)] == sorted(TABLE.section_of.values())


def test_a_class_that_is_its_whole_group_bears_its_name() -> None:
    for code, name in TABLE.names.items():
        if len(code) == 4 and code.endswith("0"):
            assert name == TABLE.names[code[:3]], code
            assert [other for other in TABLE.names if len(other) == 4 and other.startswith(code[:3])] == [code]


def _codes_in(table: Any) -> Iterator[str]:
    if isinstance(table, dict):
        for key, value in table.items():
            if key in FIELDS and isinstance(value, list):
                yield from (one for one in value if isinstance(one, str) and re.fullmatch(r"\d{2,4}", one))
            yield from _codes_in(value)
    elif isinstance(table, list):
        for one in table:
            yield from _codes_in(one)


def test_every_code_our_rules_use_is_in_the_table_or_listed_as_not() -> None:
    used = {
        (str(path.relative_to(DATA)), code)
        for path in DATA.rglob("*.toml")
        for code in _codes_in(tomllib.loads(path.read_text(encoding="utf-8")))
    }
    assert len(used) > 300
    assert {(file, code) for file, code in used if code not in TABLE.names} == NOT_IN_THE_STANDARD


@pytest.mark.parametrize(
    ("search", "first"),
    [
        ("日用陶瓷", ["3074"]),
        ("陶瓷 日用", ["3074"]),
        ("特种玻璃", ["3042"]),
        ("特种玻璃生产项目", ["3042"]),
        ("玻璃纤维", ["3061", "3062"]),
        ("锂电池", ["3841"]),
        ("锂电池生产线项目", ["3841"]),
        ("机械零部件加工", ["3484"]),
        ("塑料制品", ["2926", "2927", "2929"]),
        ("电子元件", ["3981", "3982", "3983", "3984", "3989"]),
        ("危险品仓储", ["5941", "5942", "5949"]),
        ("pcb", ["3982"]),
        ("3074", ["3074"]),
        ("307", ["3071", "3072", "3073", "3074", "3075", "3076", "3079"]),
    ],
)
def test_the_words_of_notices_lead_to_classes(search: str, first: list[str]) -> None:
    found = [one.code for one in TABLE.find(search).found]
    assert sorted(found[: len(first)]) == first


def test_what_only_our_own_words_lead_to_says_so() -> None:
    (lithium,) = TABLE.find("锂电池").found
    assert (lithium.name, lithium.called) == ("锂离子电池制造", "锂电池")
    assert TABLE.find("日用陶瓷").found[0].called == ""


def test_a_broad_search_is_cut_and_says_how_many_are_left() -> None:
    search = TABLE.find("制造")
    assert len(search.found) == MOST_FOUND
    assert search.more == sum("制造" in name for name in TABLE.names.values()) - MOST_FOUND
    assert search == TABLE.find("制造")
    assert TABLE.find("  ").found == TABLE.find("量子茶壶").found == ()


def test_a_code_is_shown_with_its_name_or_with_the_mark() -> None:
    assert industry_words("3042") == "3042 特种玻璃制造"
    assert industry_words("30") == "30 非金属矿物制品业"
    assert industry_words("9999") == f"9999（{NOT_LISTED}）"
    assert industry_words("") == ""
    assert industry_words("3445") == "3445 液力动力机械元件制造（名称待核）"


def test_what_the_transcripts_write_differently_is_told_row_by_row() -> None:
    assert {one.code for one in TABLE.differs} <= set(TABLE.names)
    assert all(one.note and one.other != TABLE.names[one.code] for one in TABLE.differs)
    assert TABLE.names["9231"] == "监察委员会"
    assert {one.code for one in TABLE.differs if not one.verified} == {"278", "2780", "3445", "7271", "7289", "96"}


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("gbt4754_2017.toml", '3042 = "特种玻璃制造"', '3142 = "特种玻璃制造"', "continues its parent's"),
        ("gbt4754_2017.toml", '3042 = "特种玻璃制造"', '3041 = "特种玻璃制造"', "Cannot overwrite"),
        ("gbt4754_2017.toml", '3042 = "特种玻璃制造"', '3042 = ""', "must not be empty"),
        ("gbt4754_2017.toml", '1340 = "制糖业"\n', "", "at least one class"),
        ("gbt4754_2017.toml", 'section = "B"', 'section = "Z"', "no section is called Z"),
        ("gbt4754_2017.toml", 'code = "02"', 'code = "01"', "stands twice"),
        ("gbt4754_2017.toml", 'section = "B"', 'section = "B"\nnote = ""', "unknown field"),
        ("aliases.toml", '"3841"', '"3840"', "no industry has this code"),
        ("aliases.toml", '"动力电池"', '"锂电池"', "stands twice"),
    ],
)
def test_a_mistake_in_the_data_is_refused(file: str, old: str, new: str, told: str) -> None:
    texts = {name: (DATA / "industries" / name).read_text(encoding="utf-8") for name in ("gbt4754_2017.toml", "aliases.toml")}
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new, 1)
    with pytest.raises(RuleDataError, match=re.escape(told)):
        check_industry_table(
            parse_table("gbt4754_2017.toml", texts["gbt4754_2017.toml"], StandardFile),
            parse_table("aliases.toml", texts["aliases.toml"], AliasFile).alias,
        )
