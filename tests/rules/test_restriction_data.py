"""Is the catalogue's data complete, marked as it was collected, and refused with file and key when it is wrong?"""

from collections import Counter
from datetime import date

import msgspec
import pytest

from rules.loading import RuleDataError, parse_table
from rules.major_hazard_installation_data import load_installation_book
from rules.restriction_data import (
    ListFile,
    check_references,
    entries_of,
    is_cas,
    load_entries,
    load_shared_terms,
)
from rules.restriction_terms import DateStatus, EntryKind, Layer, SubstanceList

_GOOD = """
[list]
title = "某目录"
doc_no = "某文〔2026〕1号"
[[entry]]
id = "TEST-1"
kind = "restricted"
clause = "第1项"
subject = "小瓷砖"
condition = "瓷砖≤150万平方米/年"
effective_from = 2026-01-01
effect_new = "refuse"
effect_existing = "review"
layer = "national"
confidence = "high"
verified = true
source = "公报"
[entry.match]
industries = ["3071"]
products = ["瓷砖"]
[[entry.limits]]
figure = "capacity"
op = "<="
value = 1500000
unit = "平方米/年"
scope = "line"
"""


def _read(text: str) -> None:
    entries_of("restriction/test.toml", parse_table("restriction/test.toml", text, ListFile), load_shared_terms())


def test_the_whole_collection_is_there() -> None:
    entries, terms = load_entries(), load_shared_terms()
    assert len(entries) == 354
    assert Counter(one.kind for one in entries) == {
        EntryKind.PROHIBITED: 151,
        EntryKind.RESTRICTED: 141,
        EntryKind.CONTROLLED: 41,
        EntryKind.ENCOURAGED: 21,
    }
    assert Counter(one.layer for one in entries) == {Layer.NATIONAL: 323, Layer.PARK_PROPOSAL: 21, Layer.PROVINCIAL: 10}
    assert sum(one.verified for one in entries) == 53
    assert sum(one.corroborated_2019 for one in entries) == 10
    assert len(terms.substances) == 208
    assert len(terms.processes) == 18
    assert len(terms.areas) == 15


def test_placeholder_dates_are_marked_and_only_those() -> None:
    placeholders = {date(2020, 1, 1), date(2026, 12, 1)}
    for one in load_entries():
        assert (one.date_status is DateStatus.PLACEHOLDER) is (one.effective_from in placeholders)


def test_a_park_s_proposal_is_never_marked_verified() -> None:
    assert [one.id for one in load_entries() if one.layer is Layer.PARK_PROPOSAL and one.verified] == []


def test_every_substance_of_table_1_is_known_to_the_installation_rules() -> None:
    known = {cas for one in load_installation_book().named.substances for cas in (*one.cas, *one.search_cas)}
    listed = {one.cas for one in load_shared_terms().substances if SubstanceList.GB18218_TABLE_1 in one.lists}
    assert listed - known == set()


def test_an_entry_binds_from_its_first_day_to_the_day_before_its_repeal() -> None:
    entry = next(one for one in load_entries() if one.id == "HZL-1")
    ended = msgspec.structs.replace(entry, repealed_on=date(2027, 1, 1))
    assert [ended.is_in_force(day) for day in (date(2026, 4, 30), date(2026, 5, 1), date(2026, 12, 31), date(2027, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_a_good_entry_is_read_with_its_list_s_title() -> None:
    entry = entries_of("restriction/test.toml", parse_table("restriction/test.toml", _GOOD, ListFile), load_shared_terms())[0]
    assert entry.basis.citation == "《某目录》（某文〔2026〕1号）第1项"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('source = "公报"', 'source = ""', "title, clause and source"),
        ('source = "公报"', 'source = "公报"\nsorce = "x"', "unknown field"),
        ('products = ["瓷砖"]', 'produkts = ["瓷砖"]', "unknown field"),
        ('industries = ["3071"]', 'industries = ["陶瓷"]', "GB/T 4754 prefix"),
        ('products = ["瓷砖"]', 'products = ["瓷砖"]\nflag = "没有的题"', "flags.toml"),
        ('products = ["瓷砖"]', 'products = ["瓷砖"]\nfuels = ["牛粪"]', "fuels.toml"),
        ('products = ["瓷砖"]', 'products = ["瓷砖"]\nsubstances = ["108-88-4"]', "check digit"),
        ('products = ["瓷砖"]', 'products = ["瓷砖"]\nexcept_equipment = ["窑"]', "excludes nothing"),
        ('products = ["瓷砖"]', 'products = ["瓷砖"]\ncertain_words = ["窑"]', "belong together"),
        ('unit = "平方米/年"', 'unit = "平方里/年"', "cannot be converted"),
        ('op = "<="', 'op = "between"', "until"),
        ('effect_new = "refuse"', 'effect_new = "maybe"', "Invalid enum value"),
        ("effective_from = 2026-01-01", "effective_from = 2026-01-01\nrepealed_on = 2025-01-01", "after effective_from"),
        ("verified = true\n", "", "verified"),
    ],
)
def test_a_mistake_is_refused_with_file_key_and_reason(old: str, new: str, reason: str) -> None:
    assert old in _GOOD
    with pytest.raises(RuleDataError) as refusal:
        _read(_GOOD.replace(old, new))
    assert refusal.value.file == "restriction/test.toml"
    assert reason in refusal.value.reason


def test_an_entry_without_any_condition_is_refused() -> None:
    head, _, _ = _GOOD.partition("[entry.match]")
    with pytest.raises(RuleDataError, match=r"TEST-1.*would meet every project"):
        _read(head)


def test_an_entry_that_yields_to_nothing_known_is_refused() -> None:
    entry = msgspec.structs.replace(load_entries()[0], yields_to=("NOBODY",))
    with pytest.raises(RuleDataError, match="NOBODY"):
        check_references("restriction/test.toml", [entry])


@pytest.mark.parametrize(
    ("text", "is_good"), [("108-88-3", True), ("7664-41-7", True), ("108-88-4", False), ("甲苯", False), ("1-2-3", False)]
)
def test_a_cas_number_is_known_by_its_check_digit(text: str, is_good: bool) -> None:
    assert is_cas(text) is is_good
