"""Does a mistake in a file of grading stop the program, naming file and key, and is every list whole?"""

from collections import Counter
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from rules.bands import Band, Colour, check_bands, colour_of, place
from rules.grading_data import DirectScope, FactorTables, ScoredMethod, load_grading_book
from rules.loading import RuleDataError, list_tables, parse_table
from rules.requests import RequestError
from rules.terms import RiskLevel

BOOK = load_grading_book()


def _band(level: int, **ends: str) -> Band:
    return msgspec.convert({"level": level, "label": str(level), **ends}, Band)


def test_the_direct_judgements_are_45_of_three_kinds() -> None:
    items = [item for one in BOOK.direct_lists for item in one.items]
    assert Counter(item.scope for item in items) == {DirectScope.RISK: 14, DirectScope.ENTERPRISE: 7, DirectScope.HAZARD: 24}
    assert [item.id for item in items if item.persons_at_least] == ["chem_4", "general_4"]


def test_every_scheme_of_the_methods_is_there() -> None:
    schemes = {method: sorted(one.id for one in BOOK.schemes if one.method is method) for method in ScoredMethod}
    assert schemes == {
        ScoredMethod.LEC: ["classic5", "colour4_ge", "colour4_gt", "five_260"],
        ScoredMethod.LS: ["ls_16_9_4", "ls_17_11_5", "ls_20_10_4", "ls_20_9_4", "ls_classic5", "ls_coal_6x6"],
        ScoredMethod.MES: ["mes_4_180_90_50", "mes_4_180x_90_40", "mes_classic5"],
    }
    assert BOOK.factor_tables[ScoredMethod.LEC].variants("consequence") == ["classic", "construction_a", "construction_b", "shifted_down"]


def test_colours_and_risk_levels_stand_for_each_other() -> None:
    assert [colour_of(level) for level in RiskLevel] == list(Colour)
    assert Colour.RED.words == "重大风险（红）"


@pytest.mark.parametrize(
    ("bands", "reason"),
    [
        ([], "no band"),
        ([_band(2, at_least="10")], "1 was expected"),
        ([_band(1, at_least="10"), _band(2, at_most="10")], "overlaps"),
        ([_band(1, at_least="10"), _band(2, below="11")], "overlaps"),
        ([_band(1, at_least="10"), _band(2, at_least="5")], "outermost ends"),
        ([_band(1, at_least="10", above="9"), _band(2, below="9")], "one of the two words"),
        (
            [
                Band(level=1, label="1", colour=Colour.BLUE, at_least=Decimal(10)),
                Band(level=2, label="2", colour=Colour.RED, below=Decimal(10)),
            ],
            "more dangerous colour",
        ),
    ],
)
def test_bands_that_contradict_themselves_are_refused(bands: list[Band], reason: str) -> None:
    with pytest.raises(RuleDataError, match=reason):
        check_bands("grading/schemes/x.toml", bands)


def test_a_number_in_a_gap_goes_to_the_more_dangerous_neighbour_and_says_so() -> None:
    bands = [_band(1, at_least="20", at_most="25"), _band(2, at_least="15", at_most="16"), _band(3, at_least="1", at_most="12")]
    for number, level, has_remark in (
        ("25", 1, False),
        ("26", 1, True),
        ("18", 1, True),
        ("16", 2, False),
        ("13", 2, True),
        ("0.5", 3, True),
    ):
        placed = place(bands, Decimal(number))
        assert (placed.band.level, bool(placed.remark)) == (level, has_remark), number


def test_an_unknown_key_names_file_and_place() -> None:
    text = 'method = "lec"\ntitle = "x"\nformula = "x"\nfactors = []\ncolour = "red"\n'
    with pytest.raises(RuleDataError, match=r"grading/factors/x\.toml.*(basis|colour)"):
        parse_table("grading/factors/x.toml", text, FactorTables)


def test_a_scheme_is_not_used_before_it_is_in_force() -> None:
    with pytest.raises(RequestError, match="not_in_force"):
        BOOK.scheme(ScoredMethod.LEC, "colour4_gt", date(2018, 12, 30))
    assert BOOK.scheme(ScoredMethod.LEC, "colour4_gt", date(2018, 12, 31)).id == "colour4_gt"


def test_every_file_is_read_by_somebody() -> None:
    held = {f"grading/schemes/{'lec_' if one.method is ScoredMethod.LEC else ''}{one.id}.toml" for one in BOOK.schemes}
    assert set(list_tables("grading/schemes")) == held
    assert len(list_tables("grading/matrices")) == len(BOOK.matrices)
    assert len(list_tables("grading/direct_judgements")) == len(BOOK.direct_lists)
