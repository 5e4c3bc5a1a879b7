"""Is a unit a major hazard installation (重大危险源), and of which level?

GB 18218-2018: S = Σ q/Q, and S of exactly 1 already constitutes one; only then R = α Σ β q/Q gives level 1 to 4. Sums are exact fractions,
never binary floats. A chemical whose entry, threshold, β or residents are not told is asked for; S and whether it constitutes are still
answered as far as the known facts settle them. This is not 重大事故隐患, which `major_hazard.py` judges.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec

from rules.bands import place
from rules.grade import unverified_texts
from rules.grading_data import refuse_if_not_in_force
from rules.major_hazard_installation_data import Category, InstallationBook, Substance, ToxicGas
from rules.references import LegalBasis
from rules.requests import RequestError, normal_form, plain, plain_below
from rules.substance_lookup import Chemical, Identified, NotListed, Undecided, find_substance


class InventoryItem(msgspec.Struct, frozen=True, kw_only=True):
    """One chemical of a unit. `quantity_t` is the largest amount that can be present by design, in tonnes.

    `categories` are symbols of table 2, several for several hazards. `threshold_t` and `beta` override the tables and are marked;
    `threshold_source` says where such a threshold was taken from.
    """

    chemical: Chemical
    quantity_t: Decimal | None
    categories: tuple[str, ...] = ()
    threshold_t: Decimal | None = None
    threshold_source: str = ""
    beta: Decimal | None = None


class ItemResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one chemical was counted. `ratio` is q/Q, `strict_ratio` the same by the stricter entry that may apply; None where it must be
    asked.
    """

    called: str
    substance_no: int | None = None
    threshold_t: Decimal | None = None
    ratio: Fraction | None = None
    strict_ratio: Fraction | None = None
    beta: Decimal | None = None
    trail: tuple[str, ...] = ()
    question: str = ""
    beta_question: str = ""
    unverified: tuple[str, ...] = ()


class InstallationGrade(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one unit. `constitutes` is None when unknown, `level` None below S = 1 and while a fact for R is missing."""

    s: Fraction | None
    r: Fraction | None
    alpha: Decimal | None
    constitutes: bool | None
    level: int | None
    label: str
    items: tuple[ItemResult, ...]
    questions: tuple[str, ...]
    trail: tuple[str, ...]
    basis: tuple[LegalBasis, ...]
    unverified: tuple[str, ...]

    @property
    def s_text(self) -> str | None:
        """S as printed, never rounded up to 1."""
        return None if self.s is None else plain_below(self.s, Fraction(1))

    @property
    def r_text(self) -> str | None:
        """R as printed, never rounded up to a border it has not reached."""
        return None if self.r is None else plain_below(self.r, next((border for border in _R_BORDERS if self.r < border), Fraction(0)))


_R_BORDERS = (Fraction(10), Fraction(50), Fraction(100))


def grade_installation(book: InstallationBook, items: Sequence[InventoryItem], residents: int | None, *, on: date) -> InstallationGrade:
    """Whether a unit with these chemicals is a major hazard installation and of which level.

    `residents` are the people living within 500 m beyond the site boundary. Raises `RequestError` for an empty list, an unknown category
    symbol, a wrong CAS number, and a day the held edition does not reach.
    """
    if not items:
        raise RequestError("missing_field", "items 至少要有一种物质")
    refuse_if_not_in_force(book.table.basis, "GB 18218-2018（此前适用 GB 18218-2009，规则库只存其差异）", on)
    results = tuple(_count(book, number, item) for number, item in enumerate(items, start=1))
    trail = [sentence for one in results for sentence in one.trail]
    unverified = [sentence for one in results for sentence in one.unverified]
    known = sum((one.ratio for one in results if one.ratio is not None), Fraction(0))
    strict = sum((one.strict_ratio or one.ratio or Fraction(0) for one in results), Fraction(0))
    questions = [one.question for one in results if one.question]
    is_whole = all(one.ratio is not None for one in results)
    s = known if is_whole else None
    ratios = [_ratio_text(one.ratio) for one in results if one.ratio is not None]
    sums = f"{' + '.join(ratios)} = " if len(ratios) > 1 else ""
    trail.append(f"S = Σ q/Q = {sums}{_exact(known, Fraction(1))}" + ("" if is_whole else "（只含已查明的物质）"))
    alpha = _alpha(book, residents)
    if known >= 1:
        return _constituting(book, results, residents, alpha, s, questions, trail, unverified)
    if is_whole and strict < 1:
        trail.append("S < 1，不构成重大危险源；不构成的不分级，R 再大也不分级")
        constitutes: bool | None = False
        label = "不构成重大危险源"
    else:
        trail.append("已知事实不足以判定是否构成，缺的事实不当作不构成")
        constitutes, label = None, "待补充后判定"
        questions += [remark for one in results if one.strict_ratio is not None for remark in one.unverified]
    r = None
    if is_whole and alpha is not None:
        r = _r(results, alpha)
        if r is not None:
            trail.append(_r_sentence(results, alpha, r) + "（仅供参考）")
    return _answer(book, results, s, r, alpha, constitutes, None, label, questions, trail, unverified)


def _constituting(
    book: InstallationBook,
    results: tuple[ItemResult, ...],
    residents: int | None,
    alpha: Decimal | None,
    s: Fraction | None,
    questions: list[str],
    trail: list[str],
    unverified: list[str],
) -> InstallationGrade:
    """The answer once S has reached 1."""
    trail.append("S ≥ 1（恰为 1 也是），构成重大危险源")
    questions = [*questions, *(one.beta_question for one in results if one.beta_question)]
    if alpha is None:
        questions.append("厂区边界向外扩展 500 m 范围内的常住人口有多少人？（用于查表5取 α）")
    else:
        trail.append(f"厂区边界外 500 m 内常住人口 {residents} 人，查表5：α = {plain(alpha)}")
    r = _r(results, alpha) if alpha is not None and s is not None else None
    if r is None or alpha is None:
        trail.append("构成重大危险源，但定级的事实不全，级别待补充")
        return _answer(book, results, s, None, alpha, True, None, "构成重大危险源，级别待补充", questions, trail, unverified)
    band = place(book.table.levels, r).band
    trail.append(_r_sentence(results, alpha, r))
    trail.append(f"对照表6 {band.range_text('R')}：{band.label}重大危险源")
    return _answer(book, results, s, r, alpha, True, band.level, band.label, questions, trail, unverified)


def _answer(
    book: InstallationBook,
    results: tuple[ItemResult, ...],
    s: Fraction | None,
    r: Fraction | None,
    alpha: Decimal | None,
    constitutes: bool | None,
    level: int | None,
    label: str,
    questions: Sequence[str],
    trail: Sequence[str],
    unverified: Sequence[str],
) -> InstallationGrade:
    basis = (book.table.basis, book.named.basis, book.categories.basis, book.toxic_gases.basis)
    return InstallationGrade(
        s=s,
        r=r,
        alpha=alpha,
        constitutes=constitutes,
        level=level,
        label=label,
        items=results,
        questions=tuple(dict.fromkeys(questions)),
        trail=tuple(trail),
        basis=basis,
        unverified=tuple(dict.fromkeys((*unverified_texts(basis), *unverified))),
    )


def _count(book: InstallationBook, number: int, item: InventoryItem) -> ItemResult:
    """Threshold, ratio and β of one chemical, or what to ask."""
    called = item.chemical.called if item.chemical.name or item.chemical.cas else "、".join(item.categories) or "未写名称的物质"
    head = f"第{number}种 {called}"
    categories = [_category(book, symbol) for symbol in item.categories]
    is_named = bool(item.chemical.name or item.chemical.cas)
    found = find_substance(book, item.chemical) if is_named else NotListed("未写名称")
    substance = found.substance if isinstance(found, Identified) else None
    threshold, said, doubts, question = _threshold(book, item, found, categories)
    beta, beta_said, beta_doubts = _beta(book, item, substance, categories)
    trail = [f"{head}：{said}"] if said else []
    if item.quantity_t is None:
        question = f"{head}的数量是多少吨？（按设计最大量）"
    elif question:
        question = f"{head}：{question}"
    beta_question = "" if beta is not None else f"{head}的危险类别是什么？（符号如 W5.3，用于查表4取 β；或直接给出 β）"
    if threshold is None or item.quantity_t is None:
        return ItemResult(
            called=called, threshold_t=threshold, beta=beta, trail=tuple(trail), question=question, beta_question="", unverified=doubts
        )
    ratio = Fraction(item.quantity_t) / Fraction(threshold)
    trail.append(f"{head}：q/Q = {plain(item.quantity_t)}/{plain(threshold)} = {_exact(ratio, Fraction(1))}；{beta_said}")
    strict_no = found.strict_no if isinstance(found, Identified) and item.threshold_t is None else None
    return ItemResult(
        called=called,
        substance_no=substance.no if substance else None,
        threshold_t=threshold,
        ratio=ratio,
        strict_ratio=Fraction(item.quantity_t) / Fraction(book.substance(strict_no).threshold_t) if strict_no else None,
        beta=beta,
        trail=tuple(trail),
        beta_question=beta_question,
        unverified=(*doubts, *beta_doubts),
    )


def _threshold(
    book: InstallationBook, item: InventoryItem, found: Identified | NotListed | Undecided, categories: Sequence[Category]
) -> tuple[Decimal | None, str, tuple[str, ...], str]:
    """The threshold Q, how it was found, what about it is unverified, and the question when there is none."""
    if item.threshold_t is not None:
        return _given_threshold(book, item, found)
    match found:
        case Identified(substance, remarks, unverified):
            said = f"表1第{substance.no}项“{substance.name}”，Q = {plain(substance.threshold_t)} t" + "".join(f"；{one}" for one in remarks)
            # 4.2.3: a mixture whose hazard differs from the pure substance's goes by its own category; the smaller Q is the strict side.
            own = min(categories, key=lambda one: one.threshold_t, default=None)
            is_mixture = any("混合物" in one for one in unverified)
            if is_mixture and own is not None and own.threshold_t < substance.threshold_t:
                said += f"；混合物类别 {own.symbol} 的 Q = {plain(own.threshold_t)} t 更小，从严取之"
                return own.threshold_t, said, unverified, ""
            return substance.threshold_t, said, unverified, ""
        case Undecided(question):
            return None, "", (), question
        case NotListed(reason):
            return _category_threshold(book, reason, categories)


def _given_threshold(
    book: InstallationBook, item: InventoryItem, found: Identified | NotListed | Undecided
) -> tuple[Decimal | None, str, tuple[str, ...], str]:
    given = item.threshold_t
    if given is None or given <= 0:
        raise RequestError("out_of_range", "临界量应大于 0")
    source = f"来源：{item.threshold_source}" if item.threshold_source else "未写来源"
    said = f"临界量由请求给定，Q = {plain(given)} t（{source}）"
    doubts: list[str] = []
    if isinstance(found, Identified) and found.substance.threshold_t != given:
        table = found.substance
        older = next((one for one in book.table.older_thresholds if one.no == table.no and one.threshold_t == given), None)
        said += f"；与表1第{table.no}项的 {plain(table.threshold_t)} t 不同" + (f"，是 {older.edition} 的数值" if older else "")
        doubts.append(f"“{item.chemical.called}”{said}")
    elif not isinstance(found, Identified) and not item.threshold_source:
        doubts.append(f"“{item.chemical.called}”{said}")
    return given, said, tuple(doubts), ""


def _category_threshold(
    book: InstallationBook, reason: str, categories: Sequence[Category]
) -> tuple[Decimal | None, str, tuple[str, ...], str]:
    if not categories:
        return None, "", (), f"{reason}；请给出危险类别符号（如 W5.3）查表2，或给出临界量及来源"
    own = min(categories, key=lambda one: one.threshold_t)
    said = f"表2 {own.symbol} {own.category}（{own.text}），Q = {plain(own.threshold_t)} t"
    if len(categories) == 1:
        return own.threshold_t, said, (), ""
    rule = book.table.rule("multi_hazard")
    symbols = "、".join(f"{one.symbol}（{plain(one.threshold_t)} t）" for one in categories)
    said += f"；有多种危险性 {symbols}，取最小的临界量"
    return own.threshold_t, said, () if rule.verified else (f"{rule.text}（条文未核对）",), ""


def _beta(
    book: InstallationBook, item: InventoryItem, substance: Substance | None, categories: Sequence[Category]
) -> tuple[Decimal | None, str, tuple[str, ...]]:
    """β, how it was found, and what about it is unverified. Table 3 comes before table 4."""
    gas = _toxic_gas(book, item.chemical, substance)
    if item.beta is not None:
        if item.beta <= 0:
            raise RequestError("out_of_range", "β 应大于 0")
        differs = gas is not None and gas.beta != item.beta
        said = f"β = {plain(item.beta)}（由请求给定" + (f"，与表3的 {plain(gas.beta)} 不同" if gas and differs else "") + "）"
        return item.beta, said, (f"“{item.chemical.called}”{said}",) if differs else ()
    if gas is not None:
        return gas.beta, f"表3 {gas.name} β = {plain(gas.beta)}", ()
    if categories:
        worst = max(categories, key=lambda one: one.beta)
        said = f"表4 {worst.symbol} β = {plain(worst.beta)}"
        if len({one.beta for one in categories}) > 1:
            rule = book.table.rule("multi_hazard_beta")
            return worst.beta, f"{said}（{rule.text}）", (rule.text,)
        return worst.beta, said, ()
    if substance is not None and substance.beta_hint is not None:
        said = f"β = {plain(substance.beta_hint)}（按常见危险类别推定，未核实，以物质的危险类别查表4为准）"
        return substance.beta_hint, said, (f"第{substance.no}项“{substance.name}”{said}",)
    return None, "β 未知", ()


def _toxic_gas(book: InstallationBook, chemical: Chemical, substance: Substance | None) -> ToxicGas | None:
    name, cas = normal_form(chemical.name or ""), normal_form(chemical.cas or "")
    for gas in book.toxic_gases.gases:
        names = {normal_form(one) for one in (gas.name, *gas.search_names)}
        if (substance is not None and gas.no == substance.no) or (substance is not None and name in names) or cas in gas.search_cas:
            return gas
    return None


def _category(book: InstallationBook, symbol: str) -> Category:
    """A category by symbol, by its full words, or by the name of a class that has one category only."""
    wanted = normal_form(symbol)
    found = [one for one in book.categories.categories if wanted in (normal_form(one.symbol), normal_form(one.category + one.text))]
    found = found or [one for one in book.categories.categories if wanted == normal_form(one.category)]
    if len(found) == 1:
        return found[0]
    if found:
        shown = "、".join(f"{one.symbol}（{one.text}）" for one in found)
        raise RequestError("ambiguous_category", f"危险类别“{symbol}”对应多个符号，请写明：{shown}")
    symbols = "、".join(f"{one.symbol} {one.category}" for one in book.categories.categories)
    raise RequestError("unknown_category", f"危险类别“{symbol}”不在表2，请写明符号：{symbols}")


def _alpha(book: InstallationBook, residents: int | None) -> Decimal | None:
    if residents is None:
        return None
    return max((one for one in book.table.alphas if residents >= one.persons_at_least), key=lambda one: one.persons_at_least).alpha


def _r(results: Sequence[ItemResult], alpha: Decimal) -> Fraction | None:
    """R, or None while a β is missing."""
    total = Fraction(0)
    for one in results:
        if one.beta is None or one.ratio is None:
            return None
        total += Fraction(one.beta) * one.ratio
    return Fraction(alpha) * total


def _r_sentence(results: Sequence[ItemResult], alpha: Decimal, r: Fraction) -> str:
    parts = " + ".join(f"{plain(one.beta)}×{_ratio_text(one.ratio)}" for one in results if one.beta is not None and one.ratio is not None)
    border = next((one for one in _R_BORDERS if r < one), Fraction(0))
    return f"R = α Σ β q/Q = {plain(alpha)} × ({parts}) = {_exact(r, border)}"


def _ratio_text(ratio: Fraction | None) -> str:
    return (
        "0"
        if ratio is None
        else _exact(ratio, Fraction(0))
        if Fraction(plain(ratio)) == ratio
        else f"{ratio.numerator}/{ratio.denominator}"
    )


def _exact(number: Fraction, border: Fraction) -> str:
    """A number for the trail: the decimal when it is exact, otherwise the fraction with the rounded decimal."""
    shown = plain_below(number, border)
    return shown if Fraction(shown) == number else f"{number.numerator}/{number.denominator} ≈ {shown}"
