"""Is every chemical of GB 18218 found by its names and numbers, and is what is not told asked for?"""

import pytest

from rules.major_hazard_installation_data import Substance, is_cas, load_installation_book
from rules.requests import RequestError
from rules.substance_lookup import Chemical, Identified, NotListed, Undecided, find_substance, near_substances

BOOK = load_installation_book()
SUBSTANCES = BOOK.named.substances


def _no(found: object) -> int | None:
    return found.substance.no if isinstance(found, Identified) else None


def _name(one: Substance) -> str:
    return f"{one.no} {one.name}"


def test_the_tables_are_whole() -> None:
    assert [one.no for one in SUBSTANCES] == list(range(1, 86))
    assert len(BOOK.categories.categories) == 24
    assert len(BOOK.toxic_gases.gases) == 14
    assert [(one.persons_at_least, str(one.alpha)) for one in BOOK.table.alphas] == [
        (100, "2.0"),
        (50, "1.5"),
        (30, "1.2"),
        (1, "1.0"),
        (0, "0.5"),
    ]


@pytest.mark.parametrize("one", SUBSTANCES, ids=_name)
def test_an_entry_is_found_by_its_full_name_in_any_brackets_and_width(one: Substance) -> None:
    wide = one.name.translate(str.maketrans("()<>%,0123456789", "（）＜＞％，０１２３４５６７８９"))
    for name in (one.name, wide, one.name.replace("(", "[").replace(")", "]"), f" {one.name} ".replace("≥", ">=").replace("≤", "<=")):
        found = find_substance(BOOK, Chemical(name=name))
        assert _no(found) == one.no
        assert isinstance(found, Identified)
        assert found.unverified == ()


@pytest.mark.parametrize("one", [one for one in SUBSTANCES if not one.condition], ids=_name)
def test_an_entry_without_condition_is_found_by_every_alias_and_number(one: Substance) -> None:
    for name in (*one.aliases, *one.search_names):
        assert _no(find_substance(BOOK, Chemical(name=name))) == one.no
    for cas in (*one.cas, *one.search_cas):
        assert _no(find_substance(BOOK, Chemical(cas=cas))) == one.no
        assert _no(find_substance(BOOK, Chemical(name="商品名甲", cas=cas))) == one.no


@pytest.mark.parametrize("cas", sorted(cas for cas, found in BOOK.by_cas.items() if len(found) > 1))
def test_a_number_shared_by_several_entries_is_never_guessed(cas: str) -> None:
    found = find_substance(BOOK, Chemical(cas=cas))
    assert isinstance(found, Undecided)
    assert {one.no for one in found.candidates} == {one.no for one in BOOK.by_cas[cas]}


@pytest.mark.parametrize(
    ("chemical", "no"),
    [
        (Chemical(cas="9004-70-0", state="干"), 37),
        (Chemical(cas="9004-70-0", state="含增塑剂10%"), 38),
        (Chemical(cas="9004-70-0", state="含乙醇不小于25%"), 39),
        (Chemical(cas="9004-70-0", state="含氮≤12.6%"), 40),
        (Chemical(cas="9004-70-0", concentration="含水≥25%"), 41),
        (Chemical(name="硝化棉", state="含水24.9%"), 37),
        (Chemical(name="硝化棉", state="含水25%"), 41),
        (Chemical(name="硝酸铵", state="可燃物含量为0.2%"), 44),
        (Chemical(name="硝酸铵", state="可燃物含量大于0.2%"), 43),
        (Chemical(name="硝酸铵", state="不含可燃物"), 44),
        (Chemical(name="硝酸铵肥料", state="含可燃物0.5%"), 43),
        (Chemical(name="甲醛", concentration="90.1%"), 8),
        (Chemical(name="95%甲醛"), 8),
        (Chemical(name="甲醛（95%）"), 8),
        (Chemical(name="硝酸", concentration="70.1%"), 81),
        (Chemical(name="硝酸", concentration="86%", state="发烟"), 80),
        (Chemical(cas="7647-01-0", state="无水"), 11),
        (Chemical(cas="7647-01-0", state="gas"), 11),
        (Chemical(cas="7782-44-7"), 56),
    ],
    ids=str,
)
def test_state_and_content_choose_the_entry(chemical: Chemical, no: int) -> None:
    assert _no(find_substance(BOOK, chemical)) == no


@pytest.mark.parametrize(
    "chemical",
    [
        Chemical(name="甲醛", concentration="90%"),
        Chemical(name="甲醛", concentration=0.37),
        Chemical(name="硝酸", concentration=70),
        Chemical(name="氯化氢", state="水溶液"),
        Chemical(name="盐酸", cas="7647-01-0"),
        Chemical(name="氨水"),
        Chemical(name="氨水", cas="7664-41-7", concentration="25%"),
        Chemical(name="氨", state="水溶液"),
        Chemical(name="柴油"),
        Chemical(name="一"),
    ],
    ids=str,
)
def test_what_no_entry_fits_is_not_taken_from_table_1(chemical: Chemical) -> None:
    assert isinstance(find_substance(BOOK, chemical), NotListed)


@pytest.mark.parametrize("name", ["甲醛", "硝酸", "硝酸铵", "硝化棉", "硝化棉溶液", "过氧化甲基乙基酮"])
def test_an_open_condition_is_asked(name: str) -> None:
    found = find_substance(BOOK, Chemical(name=name))
    assert isinstance(found, Undecided)
    assert "？" in found.question


def test_a_near_name_is_shown_but_not_taken() -> None:
    found = find_substance(BOOK, Chemical(name="乙酸乙脂"))
    assert isinstance(found, NotListed)
    assert "乙酸乙酯" in found.reason


@pytest.mark.parametrize("cas", ["7664-41-8", "7664-41", "abc", "1234567890"])
def test_a_wrong_number_is_refused(cas: str) -> None:
    assert not is_cas(cas)
    with pytest.raises(RequestError, match="bad_cas"):
        find_substance(BOOK, Chemical(cas=cas))


def test_ammonia_solution_by_its_own_number_is_not_ammonia() -> None:
    assert is_cas("1336-21-6")
    assert isinstance(find_substance(BOOK, Chemical(name="氨水", cas="1336-21-6")), NotListed)


@pytest.mark.parametrize(
    ("written", "offered"),
    [("硝酸铵", [43, 44, 45]), ("硝化纤维素溶液", [42]), ("液氯气", [12]), ("", []), ("（）", []), ("没有这种东西", [])],
)
def test_entries_somebody_may_mean_are_offered_those_that_contain_the_name_first(written: str, offered: list[int]) -> None:
    assert [one.no for one in near_substances(BOOK, written)][: len(offered)] == offered
    assert bool(near_substances(BOOK, written)) is bool(offered)
