"""Does a declared figure cross a limit of the catalogue, and by which arithmetic?

A figure is brought to the limit's unit and to what the limit counts per: a line is not a plant, a shift not a day. Where the declaration
only bounds the figure (a plant's total bounds each of its lines), the answer is given as far as the bound decides and open beyond it.
A figure that is missing, ambiguous or cannot be converted is asked for, never passed.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum

import msgspec

from rules.project import Amount, Equipment, Product
from rules.requests import plain
from rules.restriction_data import Limit, Sign, TextField
from rules.restriction_facts import Facts, Text
from rules.restriction_index import CompiledEntry, Words
from rules.restriction_terms import BuildType, Figure, Holder, Scope
from rules.term_index import Word
from rules.units import Converted, convert, figures_in_text


class Bound(Enum):
    """What a number says about the figure wanted."""

    EXACT = "exact"
    UPPER = "upper"
    LOWER = "lower"


class Question(msgspec.Struct, frozen=True):
    """What must be asked, of whom, about which field."""

    text: str
    whom: str
    field: str


class LimitResult(msgspec.Struct, frozen=True):
    """Whether the limits hold, the arithmetic shown, and what to ask. `is_unstated` marks a project figure that nothing suggests."""

    value: bool | None
    arithmetic: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    is_unstated: bool = False
    is_inventory: bool = False
    is_scope_unsaid: bool = False


_MET_SIGNS = {Sign.BELOW: "<", Sign.AT_MOST: "≤", Sign.ABOVE: ">", Sign.AT_LEAST: "≥"}
_ENERGY = frozenset({Figure.ENERGY_TO_BENCHMARK, Figure.ENERGY_TO_BASELINE})


def judge_limits(compiled: CompiledEntry, facts: Facts, matched: Sequence[tuple[Text, Word]]) -> LimitResult:
    """Whether the entry's limits hold for the strings that matched it."""
    entry = compiled.entry
    holder = entry.limits[0].holder
    if holder is Holder.PROJECT:
        return _join([_project_limit(limit, facts) for limit in entry.limits], any_suffices=entry.match.any_limit)
    if holder is Holder.MATERIAL:
        return _material_limits(entry.limits, facts)
    field = TextField.PRODUCT if holder is Holder.PRODUCT else TextField.EQUIPMENT
    texts = [text for text, _ in matched if text.field is field]
    if not texts and holder is Holder.PRODUCT:
        texts = _products_meant(facts, matched)
    if not texts:
        texts = list(facts.products if holder is Holder.PRODUCT else facts.equipment)
    texts = list({text.path: text for text in texts}.values())
    context = [text for text, _ in matched]
    if not texts:
        if any(_chosen(compiled, text, context) is None for text in context):
            return LimitResult(True, ("本项不设规模",))
        return LimitResult(None, (), (_ask(entry.limits[0], entry.subject, "products" if holder is Holder.PRODUCT else "equipment"),))
    results = []
    whole_plant = [limit for limit in entry.limits if limit.scope is Scope.PLANT]
    if len(texts) > 1 and len(whole_plant) == len(entry.limits) == 1:
        results.append(_plant_total(entry.limits[0], texts, facts))
    else:
        results = [_text_limits(compiled, text, context, facts) for text in texts]
    return _join(results, any_suffices=True)


def _products_meant(facts: Facts, matched: Sequence[tuple[Text, Word]]) -> list[Text]:
    """Where only the project's name matched: its only product, otherwise the name itself."""
    names = [text for text, _ in matched if text.field is TextField.NAME]
    if names and len(facts.products) == 1:
        return [
            msgspec.structs.replace(
                facts.products[0], raw=f"{facts.products[0].raw}（项目名称：{names[0].raw}）", form=facts.products[0].form + names[0].form
            )
        ]
    return names


def _text_limits(compiled: CompiledEntry, text: Text, context: Sequence[Text], facts: Facts) -> LimitResult:
    """The limits that stand for one string."""
    chosen = _chosen(compiled, text, context)
    if chosen is None:
        return LimitResult(True, (f"{text.path}“{text.raw}”：本项不设规模",))
    results = [_one_limit(limit, text, facts, compiled.entry.condition) for limit in chosen]
    if len(chosen) == 1 or compiled.entry.match.any_limit:
        return _join(results, any_suffices=True)
    # Which of several limits stands for this string is not said: only a common answer counts.
    values = {one.value for one in results}
    if len(values) == 1:
        return results[0] if results[0].value is not None else _join(results, any_suffices=True)
    which = " / ".join("、".join(limit.words) or limit.cas for limit in chosen)
    question = Question(f"“{text.raw}”属于哪一种：{which}？", "企业（备案表或环评文件）", text.path)
    return LimitResult(
        None, tuple(line for one in results for line in one.arithmetic), (question, *(q for one in results for q in one.questions))
    )


def _chosen(compiled: CompiledEntry, text: Text, context: Sequence[Text]) -> list[Limit] | None:
    """The limits for a string, by the longest word it shares with one; None when its kind needs no figure."""
    limits = compiled.entry.limits
    for forms in ([text.form], [one.form for one in context]):
        best: tuple[int, Limit | None] = (0, None)
        found = _longest(compiled.no_limit, forms)
        if found:
            best = (found, None)
        for limit, words in zip(limits, compiled.limit_words, strict=True):
            length = _longest(words, forms)
            if length > best[0]:
                best = (length, limit)
        if best[0]:
            return None if best[1] is None else [best[1]]
    return list(limits)


def _longest(words: Words, forms: Sequence[str]) -> int:
    return max((sum(map(len, word.parts)) for word in words for form in forms if word.occurs(form)), default=0)


def _one_limit(limit: Limit, text: Text, facts: Facts, condition: str) -> LimitResult:
    item = text.item
    found, problem = _declared(limit, text)
    if found is None:
        asked = _ask(limit, text.raw, text.path)
        return LimitResult(None, (), (asked if not problem else Question(f"{problem}；{asked.text}", asked.whom, asked.field),))
    value, bound, notes = found.value, Bound.EXACT, list(found.steps)
    if limit.figure is Figure.CAPACITY and isinstance(item, Product):
        if item.concentration is not None and "折" in condition:
            value = value * item.concentration / 100
            notes.append(f"按 {plain(item.concentration)}% 折百 = {plain(value)}")
        if facts.project.build_type is BuildType.EXPANSION and item.existing_capacity is not None and item.capacity is not None:
            old = convert(item.existing_capacity, item.capacity.unit, limit.unit)
            if old is not None and item.scope is not Scope.LINE:
                value = max(value - old.value, Decimal(0))
                notes.append(f"扩建只比较新增：减去既有 {plain(old.value)} = {plain(value)}")
        value, bound = _per_scope(limit.scope, item, value, notes)
        if (
            bound is Bound.EXACT
            and facts.project.build_type is BuildType.EXPANSION
            and item.scope is Scope.PLANT
            and item.existing_capacity is None
        ):
            bound = Bound.UPPER
            notes.append("扩建项目的全厂产能可能含既有线，只作上限")
    holds = _compare(value, bound, limit)
    if found.needs_review and holds is not None:
        holds = None
    line = _line(text.path, limit, value, bound, notes, holds)
    if holds is None:
        question = _ask(limit, text.raw, text.path) if found.needs_review else _ask_scope(limit, text, facts)
        is_unsaid = isinstance(item, Product) and item.scope is None and bound is Bound.UPPER
        return LimitResult(None, (line,), (question,), is_scope_unsaid=is_unsaid)
    return LimitResult(holds, (line,))


def _declared(limit: Limit, text: Text) -> tuple[Converted | None, str]:
    """The figure in the limit's unit: stated as such, as the row's capacity, or written in the name. Otherwise why not."""
    item = text.item
    amount: Amount | None = None
    if item is not None:
        amount = item.figures.get(limit.figure)
        if amount is None and (limit.figure is Figure.CAPACITY or isinstance(item, Equipment)):
            amount = item.capacity
    if amount is not None:
        converted = convert(amount.value, amount.unit or limit.unit, limit.unit)
        if converted is not None and (amount.unit or limit.figure is not Figure.CAPACITY):
            return converted, ""
        if isinstance(item, Product) or not figures_in_text(text.form, limit.unit):
            said = f"“{text.raw}”的 {plain(amount.value)}{amount.unit}" + ("没有写单位" if not amount.unit else f"无法换算成{limit.unit}")
            return None, said
    written = figures_in_text(text.form, limit.unit)
    values = {one.value for one in written}
    if len(values) == 1:
        return written[0], ""
    if len(values) > 1:
        sides = {_compare(one.value, Bound.EXACT, limit) for one in written}
        if len(sides) == 1:
            return written[0], ""
        return None, f"“{text.raw}”里有几个数值"
    return None, ""


def _per_scope(wanted: Scope, item: Product, value: Decimal, notes: list[str]) -> tuple[Decimal, Bound]:
    """A declared capacity per line, per shift or for the plant, as the limit counts it."""
    given = item.scope
    if wanted is Scope.LINE:
        if given is Scope.LINE:
            return value, Bound.EXACT
        if item.lines:
            notes.append(f"{item.lines} 条线均分 = {plain(value / item.lines)}" if item.lines > 1 else "1 条线")
            return value / item.lines, Bound.EXACT
        notes.append("没有说明几条线，全部产能只是单线产能的上限")
        return value, Bound.UPPER
    if wanted is Scope.SHIFT:
        if given is Scope.SHIFT:
            return value, Bound.EXACT
        if item.shifts:
            notes.append(f"{item.shifts} 班均分 = {plain(value / item.shifts)}")
            return value / item.shifts, Bound.EXACT
        notes.append("没有说明几班，全部产能只是单班产能的上限")
        return value, Bound.UPPER
    if wanted is Scope.PLANT and given is Scope.LINE and item.lines and item.lines > 1:
        notes.append(f"{item.lines} 条线合计 = {plain(value * item.lines)}")
        return value * item.lines, Bound.EXACT
    return value, Bound.EXACT


def _plant_total(limit: Limit, texts: Sequence[Text], facts: Facts) -> LimitResult:
    """The sum of all matched products against a limit for the whole plant."""
    total = Decimal(0)
    notes: list[str] = []
    for text in texts:
        found, problem = _declared(limit, text)
        if found is None:
            return LimitResult(None, (), (Question(problem or _ask(limit, text.raw, text.path).text, limit.figure.whom, text.path),))
        value = found.value
        if isinstance(text.item, Product):
            value, _ = _per_scope(limit.scope, text.item, value, notes)
        total += value
        notes.append(f"{text.raw} {plain(value)}")
    holds = _compare(total, Bound.EXACT, limit)
    return LimitResult(holds, (_line("products", limit, total, Bound.EXACT, notes, holds),))


def _material_limits(limits: Sequence[Limit], facts: Facts) -> LimitResult:
    """Limits on named substances, each against the declared quantities of that substance."""
    results = []
    for limit in limits:
        found = [one for one in facts.resolved if one.cas == limit.cas]
        if not found:
            continue
        quantities = [
            one.material.annual_t if limit.figure is Figure.ANNUAL_USE else one.material.max_storage_t for one in found
        ]  # fmt: skip
        known = sum((one for one in quantities if one is not None), Decimal(0))
        if None in quantities and not _compare(known, Bound.LOWER, limit):
            first = next(one for one, quantity in zip(found, quantities, strict=True) if quantity is None)
            results.append(LimitResult(None, (), (_ask(limit, first.material.name, first.field),)))
            continue
        holds = _compare(known, Bound.EXACT, limit)
        results.append(LimitResult(holds, (_line(found[0].field, limit, known, Bound.EXACT, [found[0].material.name], holds),)))
    return _join(results, any_suffices=True) if results else LimitResult(False)


def _project_limit(limit: Limit, facts: Facts) -> LimitResult:
    """A limit on the project as a whole: S, R, distances, staff, energy."""
    figure = limit.figure
    if figure in (Figure.INSTALLATION_S, Figure.INSTALLATION_R):
        return _installation_limit(limit, facts)
    value, path = facts.project_figure(figure)
    if value is None:
        if figure in _ENERGY and figure not in facts.project.figures:
            return LimitResult(False, is_unstated=True)
        shown = (f"已知 {path}，还不足以判定",) if path and "=" in path else ()
        return LimitResult(None, shown, (_ask(limit, "", path.partition("=")[0] or figure.value),))
    holds = _compare(value, Bound.EXACT, limit)
    return LimitResult(holds, (_line(path, limit, value, Bound.EXACT, [], holds),))


def _installation_limit(limit: Limit, facts: Facts) -> LimitResult:
    given = facts.project.figures.get(limit.figure)
    if given is not None:
        holds = _compare(given, Bound.EXACT, limit)
        return LimitResult(holds, (_line("figures", limit, given, Bound.EXACT, [], holds),), is_inventory=True)
    installation = facts.installation
    questions = tuple(Question(text, "企业（物料最大存量表）", "materials") for text in installation.questions)
    if limit.figure is Figure.INSTALLATION_S:
        return LimitResult(
            installation.constitutes, installation.trail, questions if installation.constitutes is None else (), is_inventory=True
        )
    if installation.constitutes is False:
        return LimitResult(False, (*installation.trail, "S < 1，不分级"), is_inventory=True)
    if installation.r is None or installation.constitutes is None:
        return LimitResult(None, installation.trail, (*questions, _ask(limit, "", "materials")), is_inventory=True)
    holds = _compare(installation.r, Bound.EXACT, limit)
    return LimitResult(holds, (*installation.trail, _line("materials", limit, installation.r, Bound.EXACT, [], holds)), is_inventory=True)


def _compare(value: Decimal, bound: Bound, limit: Limit) -> bool | None:
    """Whether the limit holds for a value, or None when a bound leaves it open."""
    if limit.op is Sign.BETWEEN:
        until = limit.until if limit.until is not None else limit.value
        if bound is Bound.EXACT:
            return limit.value < value < until
        return False if (bound is Bound.UPPER and value <= limit.value) or (bound is Bound.LOWER and value >= until) else None
    if limit.op is Sign.BELOW:
        holds = value < limit.value
    elif limit.op is Sign.AT_MOST:
        holds = value <= limit.value
    elif limit.op is Sign.ABOVE:
        holds = value > limit.value
    else:
        holds = value >= limit.value
    wants_small = limit.op in (Sign.BELOW, Sign.AT_MOST)
    if bound is Bound.UPPER and holds is not wants_small:
        return None
    if bound is Bound.LOWER and holds is wants_small:
        return None
    return holds


def _join(results: Sequence[LimitResult], *, any_suffices: bool) -> LimitResult:
    """Several results as one: with `any_suffices` one that holds decides, otherwise one that fails."""
    if len(results) == 1:
        return results[0]
    settled = any_suffices
    values = [one.value for one in results]
    value: bool | None = settled if settled in values else None if None in values else not settled
    deciding = [one for one in results if value is None or one.value is value]
    return LimitResult(
        value,
        tuple(line for one in deciding for line in one.arithmetic),
        tuple(question for one in results if value is None for question in one.questions),
        is_unstated=bool(results) and all(one.is_unstated for one in results),
        is_inventory=any(one.is_inventory for one in results),
        is_scope_unsaid=value is None and all(one.is_scope_unsaid for one in results if one.value is None),
    )


def _line(path: str, limit: Limit, value: Decimal, bound: Bound, notes: Sequence[str], holds: bool | None) -> str:
    """One line of arithmetic as it is printed."""
    said = "符合" if holds else "不符合" if holds is False else "尚不能判定"
    if limit.op is Sign.BETWEEN and limit.until is not None:
        wanted = f"{plain(limit.value)} < x < {plain(limit.until)}{limit.unit}（不含两端）"
    else:
        wanted = f"{_MET_SIGNS[limit.op]} {plain(limit.value)}{limit.unit}"
    shown = f"（{'；'.join(notes)}）" if notes else ""
    most = "不超过 " if bound is Bound.UPPER else "至少 " if bound is Bound.LOWER else ""
    return f"{path} {limit.figure.label}（{limit.scope.label}）= {most}{plain(value)}{limit.unit}{shown}；条件 {wanted}：{said}"


def _ask(limit: Limit, subject: str, field: str) -> Question:
    return Question(limit.figure.question.format(subject=subject, scope=limit.scope.label), limit.figure.whom, field)


def _ask_scope(limit: Limit, text: Text, facts: Facts) -> Question:
    if facts.project.build_type is BuildType.EXPANSION:
        return Question(f"“{text.raw}”的新增生产线各多少产能（{limit.scope.label}，不含既有线）？", limit.figure.whom, text.path)
    return Question(f"“{text.raw}”的产能按{limit.scope.label}是多少（有几条线、几班）？", limit.figure.whom, text.path)
