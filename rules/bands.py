"""Into which band of a scale does a number fall?

Risk scores, park scores, the R of a major hazard installation: each scheme cuts one scale into bands, and what matters in law is whether
an end belongs to its band. A band states its ends in four words (`at_least`, `above`, `at_most`, `below`); the most dangerous band is
level 1. Where a scheme leaves a gap, a number in it goes to the more dangerous neighbour, and the answer says so.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

import msgspec

from rules.loading import RuleDataError
from rules.requests import plain
from rules.terms import RiskLevel


class Colour(StrEnum):
    """The four colours of 安委办〔2016〕11号 as they stand in the data; `risk` is the level each colour means."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"

    @property
    def risk(self) -> RiskLevel:
        """The risk level of this colour; its `number` 1 is the most dangerous."""
        return _RISK[self]

    @property
    def words(self) -> str:
        """The colour as people say it: 重大风险（红）."""
        return f"{self.risk.label}（{self.risk.colour}）"


_RISK = {Colour.RED: RiskLevel.MAJOR, Colour.ORANGE: RiskLevel.SERIOUS, Colour.YELLOW: RiskLevel.MODERATE, Colour.BLUE: RiskLevel.LOW}


def colour_of(risk: RiskLevel) -> Colour:
    """The colour that shows a risk level."""
    return next(colour for colour, level in _RISK.items() if level is risk)


def colour_of_number(number: int) -> Colour:
    """The colour of a risk level's number: 1 red to 4 blue. Raises `ValueError` for any other number."""
    for colour in Colour:
        if colour.risk.number == number:
            return colour
    raise ValueError(f"no colour has the number {number}")


def worst_colour(colours: Iterable[Colour]) -> Colour:
    """The most dangerous of some colours. Raises `ValueError` when there is none: no colour is not blue."""
    found = list(colours)
    if not found:
        raise ValueError("no colour to choose from")
    return min(found, key=lambda colour: colour.risk.number)


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One band: `level` counts from 1, the most dangerous; ends not stated are open."""

    level: int
    label: str
    colour: Colour | None = None
    grade: str = ""
    at_least: Decimal | None = None
    above: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None

    @property
    def lowest(self) -> Decimal | None:
        """The lower end, whether or not it belongs to the band."""
        return self.at_least if self.at_least is not None else self.above

    @property
    def highest(self) -> Decimal | None:
        """The upper end, whether or not it belongs to the band."""
        return self.at_most if self.at_most is not None else self.below

    def holds(self, number: Decimal | Fraction) -> bool:
        """Whether the number lies in the band."""
        value = Fraction(number)
        return not (
            (self.at_least is not None and value < Fraction(self.at_least))
            or (self.above is not None and value <= Fraction(self.above))
            or (self.at_most is not None and value > Fraction(self.at_most))
            or (self.below is not None and value >= Fraction(self.below))
        )

    def range_text(self, symbol: str) -> str:
        """The band as written in a table: 70 ≤ D < 160."""
        left = f"{plain(self.at_least)} ≤ " if self.at_least is not None else f"{plain(self.above)} < " if self.above is not None else ""
        right = f" ≤ {plain(self.at_most)}" if self.at_most is not None else f" < {plain(self.below)}" if self.below is not None else ""
        return f"{left}{symbol}{right}"


class Placed(msgspec.Struct, frozen=True):
    """Where a number fell: the band, and in `remark` why, when no band names the number itself."""

    band: Band
    remark: str = ""


def place(bands: Sequence[Band], number: Decimal | Fraction, *, high_is_dangerous: bool = True) -> Placed:
    """The band of a number. A number in a gap, or beyond the ends, goes to the more dangerous neighbour with a remark."""
    for band in bands:
        if band.holds(number):
            return Placed(band)
    value = Fraction(number)
    for band in bands if high_is_dangerous else tuple(reversed(bands)):
        end = band.lowest
        if end is not None and value >= Fraction(end):
            neighbours = [one for one in bands if one.level == (band.level - 1 if high_is_dangerous else band.level)]
            return Placed(neighbours[0] if neighbours else band, "该值不在方案所列区间内，从严取较危险的一级")
    return Placed(bands[-1] if high_is_dangerous else bands[0], "该值低于方案所列区间，取最末区间")


def check_bands(file: str, bands: Sequence[Band], *, high_is_dangerous: bool = True) -> None:
    """Refuse bands that are out of order, overlap, or soften upwards. Raises `RuleDataError`."""
    if not bands:
        raise RuleDataError(file, "levels", "no band")
    for expected, band in enumerate(bands, start=1):
        if band.level != expected:
            raise RuleDataError(file, f"level {band.level}", f"levels count 1, 2, 3 …; {expected} was expected here")
        if (band.at_least is not None and band.above is not None) or (band.at_most is not None and band.below is not None):
            raise RuleDataError(file, f"level {band.level}", "an end is either included or not; write one of the two words")
    rising = list(reversed(bands)) if high_is_dangerous else list(bands)
    for lower, upper in pairwise(rising):
        if lower.highest is None or upper.lowest is None:
            raise RuleDataError(file, f"level {upper.level}", "only the outermost ends may be open")
        touches = lower.at_most is not None and upper.at_least is not None
        if lower.highest > upper.lowest or (lower.highest == upper.lowest and touches):
            raise RuleDataError(file, f"level {upper.level}", f"overlaps level {lower.level}")
    dangers = [band.colour.risk.number for band in bands if band.colour is not None]
    if dangers != sorted(dangers):
        raise RuleDataError(file, "levels", "a less dangerous level must not have a more dangerous colour")
