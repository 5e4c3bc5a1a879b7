"""Which methods of risk grading does the rulebook hold, and how are they written as data?

One file per method's table of values, per scheme of levels, per matrix and per list of direct judgements, all under `data/grading/`.
This module says what such a file must hold, reads it strictly and refuses what contradicts itself. How a grade is made from it is
`grading.py`'s and `direct_judgement.py`'s question.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

import msgspec

from rules.bands import Band, Colour, check_bands
from rules.loading import RuleDataError, list_tables, read_table, refuse_duplicates
from rules.references import LegalBasis
from rules.requests import RequestError, normal_form


class ScoredMethod(StrEnum):
    """The methods that multiply scores."""

    LEC = "lec"
    LS = "ls"
    MES = "mes"


class FactorRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One score of a factor and what it means; `aspects` tells it for people, loss, law and so on where the table has such columns."""

    score: Decimal
    text: str = ""
    aspects: dict[str, str] = {}


class Factor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table of one factor. `variant` names one of several published tables; the same score can mean different things in them."""

    factor: str
    symbol: str
    name: str
    rows: tuple[FactorRow, ...]
    source: str
    verified: bool
    variant: str = ""
    note: str = ""

    def row(self, score: Decimal) -> FactorRow | None:
        """The row of a score, or None when the table does not have it."""
        return next((row for row in self.rows if row.score == score), None)


class FactorTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The tables of values of one method."""

    method: ScoredMethod
    title: str
    formula: str
    basis: LegalBasis
    factors: tuple[Factor, ...]

    def variants(self, factor: str) -> list[str]:
        """The variants of a factor's table, in the file's order."""
        return [table.variant for table in self.factors if table.factor == factor]


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way of cutting a method's score into levels. `variant` is the table of values it belongs with."""

    id: str
    method: ScoredMethod
    title: str
    symbol: str
    basis: LegalBasis
    levels: tuple[Band, ...]
    variant: str = ""
    is_default: bool = False


class MatrixWord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A word in a matrix cell. `is_colour_suggested`: the source gives the word only, the colour is the rulebook's suggestion."""

    word: str
    level: int
    colour: Colour
    is_colour_suggested: bool


class MatrixSeverity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a row of a matrix means."""

    row: str
    text: str


class Matrix(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A risk matrix read cell by cell, never multiplied. Rows run from the gravest, columns from the rarest."""

    id: str
    title: str
    is_usable: bool
    severity_rows: tuple[str, ...]
    likelihood_columns: tuple[str, ...]
    likelihood_unit: str
    cells: tuple[tuple[str, ...], ...]
    basis: LegalBasis
    words: tuple[MatrixWord, ...] = ()
    severities: tuple[MatrixSeverity, ...] = ()
    aliases: tuple[str, ...] = ()
    unusable_because: str = ""


class DirectScope(StrEnum):
    """What a direct judgement is about. The three never stand for each other."""

    RISK = "risk"
    ENTERPRISE = "enterprise"
    HAZARD = "hazard"


class DirectResult(StrEnum):
    """What a direct judgement says: the colour red, the lowest grade of a local scheme, or a major hazard (重大事故隐患)."""

    RED = "red"
    LOWEST_GRADE = "lowest_grade"
    MAJOR_HAZARD = "major_hazard"


class DirectItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One item of a direct-judgement list. `persons_at_least`: the clause speaks of so many people, that number included."""

    id: str
    clause: str
    text: str
    scope: DirectScope
    result: DirectResult
    verified: bool
    persons_at_least: int | None = None
    note: str = ""


class DirectList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One published list of direct judgements."""

    title: str
    basis: LegalBasis
    items: tuple[DirectItem, ...]


class CitedItem(msgspec.Struct, frozen=True):
    """A direct-judgement item with the citation of its list narrowed to its own clause."""

    item: DirectItem
    list_title: str
    basis: LegalBasis


class ColourName(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The risk level a colour stands for."""

    colour: Colour
    label: str


class FourColours(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The four levels and four colours, and the text that introduced them."""

    title: str
    basis: LegalBasis
    colours: tuple[ColourName, ...]


class MeasureKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of control measure, in the order they are to be preferred."""

    order: int
    name: str


class ControlLayer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The highest layer that answers for a risk of a colour."""

    colour: Colour
    layer: str
    text: str


class ControlPrinciple(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A principle of control, and where it was read."""

    text: str
    source: str
    verified: bool


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Kinds of measures, layers from the top down, and principles."""

    title: str
    basis: LegalBasis
    measures: tuple[MeasureKind, ...]
    layers: tuple[ControlLayer, ...]
    principles: tuple[ControlPrinciple, ...]


class GradingBook(msgspec.Struct, frozen=True):
    """Everything the grading methods rest on. Schemes and lists of all days; each look-up names its day."""

    factor_tables: dict[ScoredMethod, FactorTables]
    schemes: tuple[Scheme, ...]
    matrices: tuple[Matrix, ...]
    direct_lists: tuple[DirectList, ...]
    four_colours: FourColours
    control: Control

    def scheme(self, method: ScoredMethod, named: str | None, on: date) -> Scheme:
        """The scheme of that id (with or without the method's prefix) or title, or the method's default. Raises `RequestError` when there
        is none in force on that day.
        """
        of_method = [one for one in self.schemes if one.method is method]
        if named is None:
            chosen = next(one for one in of_method if one.is_default)
        else:
            wanted = normal_form(named).removeprefix(f"{method}_")
            found = [one for one in of_method if wanted in (normal_form(one.id).removeprefix(f"{method}_"), normal_form(one.title))]
            if not found:
                raise RequestError(
                    "unknown_scheme", f"没有名为“{named}”的 {method.upper()} 方案；可用：{'、'.join(one.id for one in of_method)}"
                )
            chosen = found[0]
        refuse_if_not_in_force(chosen.basis, f"方案 {chosen.id}", on)
        return chosen

    def factor(self, method: ScoredMethod, factor: str, variant: str | None) -> Factor:
        """The table of values of a factor; without a variant the first, the classic one. Raises `RequestError` for an unknown variant."""
        tables = [one for one in self.factor_tables[method].factors if one.factor == factor]
        if variant is None or tables[0].variant == "":
            return tables[0]
        for one in tables:
            if one.variant == variant:
                return one
        raise RequestError("unknown_variant", f"没有名为“{variant}”的取值表；可用：{'、'.join(one.variant for one in tables)}")

    def matrix(self, named: str, on: date) -> Matrix:
        """The matrix of that id, title or alias. Raises `RequestError` for an unknown one, one not in force, and one not fit for
        grading.
        """
        wanted = normal_form(named)
        for one in self.matrices:
            if wanted in {normal_form(name) for name in (one.id, one.title, *one.aliases)}:
                if not one.is_usable:
                    raise RequestError("matrix_not_usable", f"矩阵 {one.id} 不能用于定级：{one.unusable_because}")
                refuse_if_not_in_force(one.basis, f"矩阵 {one.id}", on)
                return one
        raise RequestError(
            "unknown_matrix", f"没有名为“{named}”的矩阵；可用：{'、'.join(one.id for one in self.matrices if one.is_usable)}"
        )

    def direct_items(self, on: date) -> Iterator[CitedItem]:
        """Every direct-judgement item whose list is in force on that day."""
        for one in self.direct_lists:
            if one.basis.is_in_force(on):
                for item in one.items:
                    yield CitedItem(item, one.title, msgspec.structs.replace(one.basis, clause=item.clause, verified=item.verified))


def refuse_if_not_in_force(basis: LegalBasis, what: str, on: date) -> None:
    """Raise `RequestError` when a text does not bind on that day."""
    if not basis.is_in_force(on):
        end = f"，{basis.repealed_on} 起不再适用" if basis.repealed_on else ""
        raise RequestError("not_in_force", f"{what} 自 {basis.effective_from} 起用{end}，{on} 不能用它定级")


@cache
def load_grading_book() -> GradingBook:
    """Read and check every file under `data/grading/` that grades risk. Raises `RuleDataError` naming file and key."""
    tables = {}
    for file in list_tables("grading/factors"):
        table = read_table(file, FactorTables)
        tables[table.method] = table
        refuse_duplicates(file, "table", (f"{one.factor} {one.variant}" for one in table.factors))
        for one in table.factors:
            refuse_duplicates(file, f"{one.factor} {one.variant} score", (str(row.score) for row in one.rows))
    schemes = tuple(_read_scheme(file, tables) for file in list_tables("grading/schemes"))
    refuse_duplicates("grading/schemes", "scheme", (f"{one.method} {one.id}" for one in schemes))
    for method in ScoredMethod:
        if sum(one.is_default for one in schemes if one.method is method) != 1:
            raise RuleDataError("grading/schemes", method, "exactly one scheme of a method is the default")
    direct_lists = tuple(read_table(file, DirectList) for file in list_tables("grading/direct_judgements"))
    refuse_duplicates("grading/direct_judgements", "item", (item.id for one in direct_lists for item in one.items))
    return GradingBook(
        factor_tables=tables,
        schemes=schemes,
        matrices=tuple(_read_matrix(file) for file in list_tables("grading/matrices")),
        direct_lists=direct_lists,
        four_colours=_read_four_colours("grading/four_colours.toml"),
        control=_read_control("grading/control.toml"),
    )


def _read_scheme(file: str, tables: dict[ScoredMethod, FactorTables]) -> Scheme:
    scheme = read_table(file, Scheme)
    check_bands(file, scheme.levels)
    known = {one.variant for one in tables[scheme.method].factors}
    if scheme.variant and scheme.variant not in known:
        raise RuleDataError(file, "variant", f"no table of values named {scheme.variant!r}")
    return scheme


def _read_matrix(file: str) -> Matrix:
    matrix = read_table(file, Matrix)
    if len(matrix.cells) != len(matrix.severity_rows) or any(len(row) != len(matrix.likelihood_columns) for row in matrix.cells):
        raise RuleDataError(file, "cells", "rows and columns do not match the heads")
    words = {one.word for one in matrix.words}
    if matrix.is_usable and not {cell for row in matrix.cells for cell in row} <= words:
        raise RuleDataError(file, "cells", f"a cell holds a word outside {sorted(words)}")
    if not matrix.is_usable and not matrix.unusable_because:
        raise RuleDataError(file, "unusable_because", "say why the matrix must not be used")
    return matrix


def _read_four_colours(file: str) -> FourColours:
    table = read_table(file, FourColours)
    if [(one.colour, one.label) for one in table.colours] != [(colour, colour.risk.label) for colour in Colour]:
        raise RuleDataError(file, "colours", "the four colours and their names differ from rules.terms.RiskLevel")
    return table


def _read_control(file: str) -> Control:
    control = read_table(file, Control)
    if [layer.colour for layer in control.layers] != list(Colour):
        raise RuleDataError(file, "layers", "one layer per colour, from red down to blue")
    return control
