"""How dangerous is a hazard source, by the method and scheme an assessment names?

LEC (D = L × E × C), LS (R = L × S), MES (R = M × E × S) and table matrices, all from `data/grading/`. Values stand in published tables:
`strict` refuses any other, `lenient` takes and marks it, for old ledgers. A risk point takes the worst of its hazard sources and an
enterprise the worst of its risk points. Direct judgements come before scores and are `direct_judgement.py`'s; who answers for a risk and
when a grade may fall is `risk_control.py`'s.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from rules.bands import Colour, place, worst_colour
from rules.grade import Grade, exact_product, unverified_texts
from rules.grading_data import Factor, GradingBook, Matrix, Scheme, ScoredMethod
from rules.references import LegalBasis
from rules.requests import RequestError, normal_form, plain, read_number

METHOD_FACTORS: dict[ScoredMethod, tuple[str, ...]] = {
    ScoredMethod.LEC: ("likelihood", "exposure", "consequence"),
    ScoredMethod.LS: ("likelihood", "severity"),
    ScoredMethod.MES: ("measure", "exposure", "consequence"),
}

# Harm to people is scored with E1 and the injury column, harm to property and surroundings with E2 and the loss column; the higher counts.
_MES_DIMENSIONS = (("人身伤害", "e1_person", "injury"), ("财产与环境", "e2_state", "loss"))

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


class _Reading(msgspec.Struct, frozen=True):
    """One factor value as read: the score, the words it stands for, and why it is marked, if it is."""

    factor: Factor
    score: Decimal
    meaning: str
    mark: str = ""

    @property
    def sentence(self) -> str:
        said = f"（{self.meaning}）" if self.meaning else ""
        return f"{self.factor.name} {self.factor.symbol} = {plain(self.score)}{said}"


class _Product(msgspec.Struct, frozen=True):
    """The readings of one dimension and their product."""

    dimension: str
    readings: tuple[_Reading, ...]
    score: Decimal


def grade_scored(
    book: GradingBook,
    method: ScoredMethod,
    values: Mapping[str, object],
    *,
    on: date,
    scheme: str | None = None,
    variant: str | None = None,
    strict: bool = True,
) -> Grade:
    """The grade of a method that multiplies scores.

    `values` holds the method's factors by name, each a number or the table's own words. LS `severity` may be a list or a mapping of
    dimensions (people, loss …), of which the highest counts; MES may give `exposure` as {e1_person, e2_state} and `consequence` as
    {injury, loss}, graded apart. `variant` chooses among published tables of values. Raises `RequestError` for a missing factor, an unknown
    scheme or variant, a scheme not in force on that day and, when `strict`, a value outside the tables.
    """
    chosen = book.scheme(method, scheme, on)
    products = [_product(book, method, chosen, one, dimension, variant, strict) for dimension, one in _dimensions(method, values)]
    worst = max(products, key=lambda product: product.score)
    tables = book.factor_tables[method]
    trail = [
        f"方案 {chosen.id}：{chosen.title}" + ("" if scheme is not None else "（请求未写方案，按默认方案）"),
        *dict.fromkeys(reading.sentence for product in products for reading in product.readings),
    ]
    for product in products:
        trail.append(_arithmetic(product, chosen.symbol))
    if len(products) > 1:
        trail.append(f"多个后果维度分别计算，取最高：{chosen.symbol} = {plain(worst.score)}")
    placed = place(chosen.levels, worst.score)
    band = placed.band
    colour_words = f"，{band.colour.words}" if band.colour is not None else "，该方案没有颜色"
    trail.append(
        f"{chosen.symbol} = {plain(worst.score)}，对照 {band.range_text(chosen.symbol)}：第 {band.level} 级“{band.label}”{colour_words}"
        + (f"（{placed.remark}）" if placed.remark else "")
    )
    marks = tuple(dict.fromkeys(reading.mark for product in products for reading in product.readings if reading.mark))
    basis = _basis(book, tables.basis, chosen.basis, band.colour)
    return Grade(
        method=method,
        scheme=chosen.id,
        score=worst.score,
        level=band.level,
        label=band.label,
        colour=band.colour,
        trail=tuple(trail),
        basis=basis,
        unverified=(*unverified_texts(basis), *marks, *((placed.remark,) if placed.remark else ())),
    )


def grade_matrix(book: GradingBook, matrix: str, severity: object, likelihood: object, *, on: date) -> Grade:
    """The grade of a matrix read by cell.

    `severity` is a row head or its words. `likelihood` is a column head ("1E-3~1E-2"), the column's number counted from the rarest (a whole
    number), or a frequency per year written as a decimal below 1 or with an exponent. A frequency on the border of two columns belongs to
    the more frequent one. Raises `RequestError` for an unknown or unusable matrix and for a row or column it does not have.
    """
    table = book.matrix(matrix, on)
    row = _matrix_row(table, severity)
    column, read_as = _matrix_column(table, likelihood)
    cell = table.cells[row][column]
    word = next(one for one in table.words if one.word == cell)
    meaning = next((one.text for one in table.severities if one.row == table.severity_rows[row]), "")
    trail = (
        f"矩阵 {table.id}：{table.title}，按格查表，不相乘",
        f"严重性 {table.severity_rows[row]}" + (f"（{meaning}）" if meaning else ""),
        f"可能性第 {column + 1} 列 {table.likelihood_columns[column]} {table.likelihood_unit}{read_as}",
        f"该格为“{cell}”：第 {word.level} 级，{word.colour.words}"
        + ("；颜色为本规则库的建议，原文只给文字等级" if word.is_colour_suggested else ""),
    )
    basis = (table.basis, book.four_colours.basis)
    suggested = (f"矩阵 {table.id} 的颜色为建议，原文只给“{cell}”",) if word.is_colour_suggested else ()
    return Grade(
        method="matrix",
        scheme=table.id,
        score=None,
        level=word.level,
        label=cell,
        colour=word.colour,
        trail=trail,
        basis=basis,
        unverified=(*unverified_texts(basis), *suggested),
    )


class Inherited(msgspec.Struct, frozen=True):
    """A colour taken over from below: the worst, which of the parts have it, and how that was found."""

    colour: Colour
    decisive: tuple[str, ...]
    trail: tuple[str, ...]


def inherit(whole: str, parts: Mapping[str, Colour]) -> Inherited:
    """The colour of a whole from its parts: a risk point from its hazard sources, an enterprise from its risk points.

    The worst part decides, whatever the order and however many milder ones there are. Raises `ValueError` when nothing was graded: an
    enterprise without a graded risk point has no colour, least of all blue.
    """
    colour = worst_colour(parts.values())
    decisive = tuple(name for name, one in parts.items() if one is colour)
    return Inherited(colour, decisive, (f"{whole}取其 {len(parts)} 个组成部分中最高的等级：{colour.words}，来自{'、'.join(decisive)}",))


def inherit_up(sources_of: Mapping[str, Mapping[str, Colour]]) -> tuple[Inherited, dict[str, Inherited]]:
    """From the hazard sources of each risk point to the risk points, and from these to the enterprise. Returns both."""
    points = {point: inherit(f"风险点“{point}”", sources) for point, sources in sources_of.items()}
    return inherit("企业", {point: one.colour for point, one in points.items()}), points


def _dimensions(method: ScoredMethod, values: Mapping[str, object]) -> Iterable[tuple[str, dict[str, object]]]:
    """The values of each dimension to be graded apart: usually one, unnamed."""
    needed = {factor: values.get(factor) for factor in METHOD_FACTORS[method]}
    for factor, value in needed.items():
        if value is None or (isinstance(value, str) and not value.strip()):
            raise RequestError("missing_field", f"缺少 {factor}")
    if method is ScoredMethod.LS and isinstance(needed["severity"], Mapping | list | tuple):
        severity = needed["severity"]
        named = severity.items() if isinstance(severity, Mapping) else ((f"第{n}项", one) for n, one in enumerate(severity, start=1))
        found = [(str(name), {**needed, "severity": one}) for name, one in named]
        if not found:
            raise RequestError("missing_field", "缺少 severity")
        return found
    if method is ScoredMethod.MES and any(isinstance(needed[factor], Mapping) for factor in ("exposure", "consequence")):
        return _mes_dimensions(needed)
    return [("", needed)]


def _mes_dimensions(needed: dict[str, object]) -> list[tuple[str, dict[str, object]]]:
    exposure, consequence = needed["exposure"], needed["consequence"]
    found = []
    for name, exposure_key, consequence_key in _MES_DIMENSIONS:
        one_exposure = exposure.get(exposure_key) if isinstance(exposure, Mapping) else exposure
        one_consequence = consequence.get(consequence_key) if isinstance(consequence, Mapping) else consequence
        if (one_exposure is None) != (one_consequence is None):
            lacking = f"exposure.{exposure_key}" if one_exposure is None else f"consequence.{consequence_key}"
            raise RequestError("missing_field", f"{name}缺少 {lacking}")
        if one_exposure is not None:
            found.append((name, {**needed, "exposure": one_exposure, "consequence": one_consequence}))
    if not found:
        raise RequestError("missing_field", "exposure 用 e1_person、e2_state，consequence 用 injury、loss")
    return found


def _product(
    book: GradingBook, method: ScoredMethod, scheme: Scheme, values: dict[str, object], dimension: str, variant: str | None, strict: bool
) -> _Product:
    readings = []
    for factor, value in values.items():
        tables = book.factor_tables[method]
        wanted = variant or scheme.variant or None
        # A variant may exist for one factor of the method only, as LEC's consequence tables do.
        table = book.factor(method, factor, wanted if len(tables.variants(factor)) > 1 else None)
        readings.append(_read_score(table, value, strict=strict))
    return _Product(dimension, tuple(readings), exact_product(reading.score for reading in readings))


def _read_score(table: Factor, value: object, *, strict: bool) -> _Reading:
    """A factor value: a number of the table, or the table's own words for one."""
    if isinstance(value, str):
        wanted = normal_form(value)
        for row in table.rows:
            if wanted in {normal_form(text) for text in (row.text, *row.aspects.values()) if text}:
                return _Reading(table, row.score, value.strip())
    score = read_number(value, table.factor, at_least=Decimal(0))
    known = table.row(score)
    if known is not None:
        return _Reading(table, score, known.text or "；".join(known.aspects.values()))
    allowed = "、".join(plain(row.score) for row in table.rows)
    if strict:
        raise RequestError("value_outside_table", f"{table.factor} = {plain(score)} 不在 {table.symbol} 的取值表内（{allowed}）")
    return _Reading(table, score, "表外值", f"{table.symbol} = {plain(score)} 不在取值表内（{allowed}），按历史数据放行并标记")


def _arithmetic(product: _Product, symbol: str) -> str:
    letters = " × ".join(reading.factor.symbol for reading in product.readings)
    numbers = " × ".join(plain(reading.score) for reading in product.readings)
    return f"{product.dimension + '：' if product.dimension else ''}{symbol} = {letters} = {numbers} = {plain(product.score)}"


def _basis(book: GradingBook, tables: LegalBasis, scheme: LegalBasis, colour: Colour | None) -> tuple[LegalBasis, ...]:
    return (scheme, tables) if colour is None else (scheme, tables, book.four_colours.basis)


def _matrix_row(table: Matrix, severity: object) -> int:
    if severity is None or isinstance(severity, bool):
        raise RequestError("missing_field", "缺少 severity")
    wanted = normal_form(severity) if isinstance(severity, str) else plain(read_number(severity, "severity"))
    for index, head in enumerate(table.severity_rows):
        texts = {normal_form(one.text) for one in table.severities if one.row == head}
        if wanted in {normal_form(head), *texts}:
            return index
    raise RequestError("value_outside_table", f"严重性“{severity}”不在矩阵 {table.id} 的行中（{'、'.join(table.severity_rows)}）")


def _matrix_column(table: Matrix, likelihood: object) -> tuple[int, str]:
    """The column, and a remark on how the likelihood was read."""
    if likelihood is None:
        raise RequestError("missing_field", "缺少 likelihood")
    borders = [_range_of(column) for column in table.likelihood_columns]
    if isinstance(likelihood, str):
        spoken = _range_of(likelihood)
        if spoken is not None and spoken in borders:
            return borders.index(spoken), ""
    heads = "、".join(table.likelihood_columns)
    number = _frequency_of(likelihood)
    if number is None:
        raise RequestError("value_outside_table", f"可能性“{likelihood}”不在矩阵 {table.id} 的列中（{heads}）")
    if number >= 1 and number == number.to_integral_value() and number <= len(borders):
        return int(number) - 1, "（按列序号，从最罕见的一列数起）"
    for index in reversed(range(len(borders))):
        border = borders[index]
        if border is not None and border[0] <= number <= border[1]:
            edge = "；恰在两列之间，从严取较频繁的一列" if index and number == border[0] else ""
            return index, f"（按频率 {likelihood} 次/年{edge}）"
    raise RequestError("value_outside_table", f"可能性 {likelihood} 不在矩阵 {table.id} 的列中（{heads}）")


def _range_of(text: str) -> tuple[Decimal, Decimal] | None:
    """A range such as 1E-3~1E-2 as two numbers, or None."""
    cleaned = normal_form(text).removesuffix("/年").removesuffix("次")
    found = re.fullmatch(r"(.+?)(?:~|至|到)(.+)", cleaned) or re.fullmatch(r"(\d+e-?\d+|\d+\^-?\d+)-(.+)", cleaned)
    if not found:
        return None
    low, high = _frequency_of(found[1]), _frequency_of(found[2])
    return None if low is None or high is None else (low, high)


def _frequency_of(value: object) -> Decimal | None:
    """A frequency per year: 0.005, "1E-3", "10^-3" or "10⁻³"."""
    if isinstance(value, str):
        text = normal_form(value.translate(_SUPERSCRIPTS))
        power = re.fullmatch(r"(?:(\d+(?:\.\d+)?)[×x*])?10\^?(-\d+)", text)
        value = f"{power[1] or 1}e{power[2]}" if power else text
    try:
        return read_number(value, "likelihood", at_least=Decimal(0))
    except RequestError:
        return None
