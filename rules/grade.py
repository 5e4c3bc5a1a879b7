"""What does a grade carry?

Every grading in the rulebook answers with the same value: the score, the level, its Chinese label and colour, the steps that led there
with their arithmetic, the texts they rest on, and what of it nobody has compared with an official text.
"""

from collections.abc import Iterable
from decimal import Decimal, localcontext

import msgspec

from rules.bands import Colour
from rules.references import LegalBasis
from rules.terms import RiskLevel

_EXACT_DIGITS = 120


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """A grade. `level` 1 is the most dangerous; `colour` is None where the scheme has none. `trail` are Chinese sentences in the order of
    the steps, `unverified` Chinese sentences naming what is not confirmed; empty means everything used is marked verified.
    """

    method: str
    scheme: str
    score: Decimal | None
    level: int | None
    label: str
    colour: Colour | None
    trail: tuple[str, ...]
    basis: tuple[LegalBasis, ...]
    unverified: tuple[str, ...] = ()

    @property
    def risk(self) -> RiskLevel | None:
        """The four-colour risk level, where the scheme has colours."""
        return self.colour.risk if self.colour is not None else None


def unverified_texts(basis: Iterable[LegalBasis]) -> tuple[str, ...]:
    """One sentence for each citation that is not verified."""
    return tuple(dict.fromkeys(f"{one.citation}：未核对正本（来源：{one.source}）" for one in basis if not one.verified))


def exact_product(factors: Iterable[Decimal]) -> Decimal:
    """The product with every digit kept."""
    with localcontext(prec=_EXACT_DIGITS):
        product = Decimal(1)
        for factor in factors:
            product *= factor
        return product
