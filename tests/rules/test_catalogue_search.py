"""Does a search of the catalogue lead to what a screening would look at, and to what the entries say?"""

from datetime import date

import pytest

from rules.catalogue_search import search_entries
from rules.restriction import load_catalogue

DAY = date(2026, 11, 22)
TILES = "CIR-2024-X-9-3"


def found(text: str) -> dict[str, bool]:
    """The entries a search leads to, and whether a screening would look at each."""
    return {one.entry.id: one.is_by_screening for one in search_entries(load_catalogue(), text, DAY)}


@pytest.mark.parametrize(
    ("text", "entry_id", "is_by_screening"),
    [
        ("建筑陶瓷", TILES, True),
        ("3071", TILES, True),
        ("30", TILES, True),
        (TILES, TILES, False),
        ("小规模建筑", TILES, False),
        ("液氨", "HN-CP-3", True),
        ("7664-41-7", "HN-CP-3", True),
        ("长江保护法 岸线", "YZL-26-1", False),
    ],
)
def test_words_numbers_and_clauses_lead_to_their_entries(text: str, entry_id: str, is_by_screening: bool) -> None:
    assert found(text).get(entry_id) is is_by_screening


def test_every_word_must_lead_there_and_nothing_leads_nowhere() -> None:
    assert set(found("建筑陶瓷 3071")) == set(found("建筑陶瓷")) & set(found("3071"))
    assert found("没有这样的东西") == {}
    assert found("  ") == {}


def test_what_a_screening_looks_at_for_every_project_is_not_a_find() -> None:
    everything = len(load_catalogue().entries)
    assert len(found("瓦楞纸箱")) < everything / 10


def test_a_word_that_is_ruled_out_says_so() -> None:
    (tiles,) = (one for one in search_entries(load_catalogue(), "琉璃陶瓷砖", DAY) if one.entry.id == TILES)
    assert "但含排除词“琉璃”" in tiles.why[0]
