"""Is an entry of the catalogue met by a project: yes, no, or not known and this is what to ask?

Conditions of one entry are joined in Kleene's three-valued logic: one known *no* settles it, one unknown leaves it open. An open entry is
only raised when the project's own words make it a real candidate; silence about everything is not a candidate for everything. Express
exceptions claimed by the project's own words come first. What an entry's effect means for the project is `restriction.py`'s question.
"""

from collections.abc import Sequence

import msgspec

from rules.project import text_form
from rules.restriction_data import Entry, Exemption, ExemptionResult, TextField
from rules.restriction_facts import Facts, Text
from rules.restriction_grounds import (
    COMPANY,
    Ground,
    MatchedWord,
    flag_ground,
    fuel_ground,
    list_ground,
    product_ground,
    regulated_ground,
    substance_ground,
    text_ground,
)
from rules.restriction_index import CompiledEntry, Words
from rules.restriction_limits import LimitResult, Question, judge_limits
from rules.restriction_terms import Area, Effect, Figure, Layer
from rules.term_index import Word, any_in

_PLACE_QUESTIONS = {
    Area.PARK: Question("项目是否在醴陵经开区四至范围内？", "规划部门", "location.in_park"),
    Area.OUTSIDE_COMPLIANT_PARK: Question("项目是否在合规园区之外？", "规划、发改部门", "location.in_compliant_park"),
    Area.CHEMICAL_PARK: Question("项目是否位于已认定的化工园区内？", "规划、工信部门", "location.in_chemical_park"),
}


class Verdict(msgspec.Struct):
    """What comparing one entry with one project gave.

    `value` is True when met, None when open, False when exactly one known condition failed (a near miss, in `failed`). `effect` overrides
    the entry's own effect after an exception; `is_listed` tells whether an open entry belongs among the hits or only among the questions.
    """

    entry: Entry
    value: bool | None
    matched: list[MatchedWord]
    arithmetic: list[str]
    questions: list[Question]
    considered: list[str]
    effect: Effect | None = None
    failed: str = ""
    is_listed: bool = True
    is_existing: bool = False
    opened_by_rows: bool = False


class _State:
    """The conditions of one entry as they are gone through."""

    __slots__ = ("arithmetic", "failed", "grounds", "is_open", "matched", "questions", "rows_only", "texts", "voided")

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.questions: list[Question] = []
        self.is_open = False
        self.rows_only = True
        self.grounds = False
        self.texts: list[tuple[Text, Word]] = []
        self.matched: list[MatchedWord] = []
        self.arithmetic: list[str] = []
        self.voided: list[str] = []

    def fail(self, reason: str) -> None:
        self.failed.append(reason)

    def ask(self, question: Question, *, rows: bool = False) -> None:
        self.is_open = True
        self.rows_only = self.rows_only and rows
        self.questions.append(question)


def judge_entry(compiled: CompiledEntry, facts: Facts, found: dict[TextField, list[tuple[Text, Word]]], *, near: bool) -> Verdict | None:
    """Compare one entry with one project. None when it does not concern the project; near misses only on request."""
    entry = compiled.entry
    state = _State()
    _general(entry, facts, state)
    if state.failed and not near:
        return None
    _grounds(compiled, facts, found, state)
    if state.failed and (not near or len(state.failed) > 1):
        return None
    limits = _flag_and_limits(compiled, facts, state)
    if state.failed:
        return _near_miss(compiled, state) if near and len(state.failed) == 1 and state.grounds and not state.is_open else None
    if limits is not None and limits.is_unstated:
        return None
    if state.is_open and not _is_candidate(compiled, state, facts, limits):
        return None
    return _with_exemptions(compiled, facts, state, limits, near=near)


# --- general conditions --------------------------------------------------------------------------------------------------------------


def _general(entry: Entry, facts: Facts, state: _State) -> None:
    """Layer, industry, kind of construction and area."""
    match = entry.match
    if entry.layer in (Layer.PARK, Layer.PARK_PROPOSAL) and facts.in_park is False:
        state.fail("园区条目不适用于园区外项目")
    if match.industries:
        stands = facts.stands_in(match.industries)
        code = facts.code_under(match.industries, match.except_industries)
        if stands is True and code is None:
            reviewed = facts.code_under(match.review_industries, ()) if match.review_industries else None
            if reviewed is None:
                state.fail(f"行业代码 {'、'.join(facts.codes)} 在排除之列")
            else:
                state.ask(
                    Question(
                        f"行业 {reviewed} 是否按化工项目管理（{entry.subject}）？口径未定，须人工研判", "发改、工信部门", "industry_codes"
                    )
                )
        elif stands is False:
            state.fail(f"行业代码 {'、'.join(facts.codes)} 不属 {'、'.join(match.industries)}")
        elif stands is None:
            state.ask(Question("项目的 GB/T 4754 行业代码（四位）是什么？", "企业、招商部门", "industry_codes"))
        elif code is not None:
            state.arithmetic.append(f"行业代码 {code} 属 {'、'.join(match.industries)}")
    elif match.except_industries and facts.code_under(match.except_industries, ()) is not None:
        state.fail("行业代码在排除之列")
    if match.build_types:
        is_type = facts.is_build_type(match.build_types)
        if is_type is None:
            state.ask(Question("建设性质是什么（新建、扩建、迁建、改建、技改）？", COMPANY, "build_type"))
        elif not is_type:
            state.fail(f"建设性质不是{'、'.join(one.label for one in match.build_types)}")
    for area in match.areas:
        stands = facts.is_in_area(area)
        if stands is None:
            state.ask(_PLACE_QUESTIONS[area])
        elif not stands:
            state.fail(f"不在{area.label}")
    for area in match.except_areas:
        stands = facts.is_in_area(area)
        if stands is None:
            state.ask(_PLACE_QUESTIONS[area])
        elif stands:
            state.fail(f"位于{area.label}，不适用")


# --- grounds -------------------------------------------------------------------------------------------------------------------------


def _grounds(compiled: CompiledEntry, facts: Facts, found: dict[TextField, list[tuple[Text, Word]]], state: _State) -> None:
    """Products, processes, equipment, substances, lists and fuels."""
    match = compiled.entry.match
    grounds: list[tuple[str, Ground]] = []
    if match.products:
        grounds.append(("产品", product_ground(compiled, facts, found, state.voided)))
    if match.processes:
        words = found.get(TextField.PROCESS, [])
        grounds.append(("工艺", text_ground(words, compiled.except_processes, facts.processes, state.voided)))
    if match.equipment:
        words = found.get(TextField.EQUIPMENT, [])
        grounds.append(("设备", text_ground(words, compiled.except_equipment, facts.equipment, state.voided)))
    if match.substances:
        grounds.append(("物料", substance_ground(compiled.entry, facts)))
    if match.any_ground:
        if match.flag:
            grounds.append(("申报", flag_ground(match.flag, facts)))
        _join_any(compiled.entry, grounds, state)
    else:
        for label, ground in grounds:
            _take(compiled.entry, label, ground, state)
    if match.substance_lists:
        # Standing on a list says nothing about this project in particular, so it makes no candidate of an entry left open.
        _take(compiled.entry, "清单", list_ground(compiled.entry, facts), state, is_ground=False)
    if match.key_regulated_process:
        _take(compiled.entry, "重点监管工艺", regulated_ground(facts), state)
    if match.fuels:
        _take(compiled.entry, "燃料", fuel_ground(compiled.entry, facts), state)


def _take(entry: Entry, label: str, ground: Ground, state: _State, *, is_ground: bool = True) -> None:
    value, texts, marks, questions = ground
    if value is False:
        state.fail(f"{label}不符" + (f"：{'；'.join(state.voided)}" if state.voided else ""))
        return
    state.texts += texts
    state.matched += marks
    if value is True:
        state.grounds = state.grounds or is_ground
        return
    if marks or texts:
        state.grounds = state.grounds or is_ground
        for question in questions:
            state.ask(question)
    elif questions:
        for question in questions:
            state.ask(question)
    else:
        state.ask(Question(f"请补填{label}（核对“{entry.subject}”：{entry.condition}）", COMPANY, _FIELDS.get(label, "")), rows=True)


_FIELDS = {"产品": "products", "工艺": "processes", "设备": "equipment", "物料": "materials", "燃料": "fuels"}


def _join_any(entry: Entry, grounds: list[tuple[str, Ground]], state: _State) -> None:
    """Grounds of which one suffices; rows nobody filled in do not open what the others leave out."""
    values = [ground[0] for _, ground in grounds]
    if True in values:
        for label, ground in grounds:
            if ground[0] is True:
                _take(entry, label, ground, state)
        return
    opened = [(label, ground) for label, ground in grounds if ground[0] is None and (ground[2] or ground[3])]
    if opened:
        for label, ground in opened:
            _take(entry, label, ground, state)
    else:
        state.fail("产品、工艺、设备都不符")


# --- flag, limits, candidates --------------------------------------------------------------------------------------------------------


def _flag_and_limits(compiled: CompiledEntry, facts: Facts, state: _State) -> LimitResult | None:
    entry = compiled.entry
    match = entry.match
    if match.flag and not match.any_ground:
        answer = facts.flag(match.flag)
        if answer.value is False:
            if answer.is_assumed and not state.failed:
                # Everything else speaks for the entry: that this was taken as *no* must be told.
                facts.assumptions.add(match.flag)
            state.fail(answer.reason)
            return None
        if answer.value is None:
            flag = facts.index.flags[match.flag].flag
            state.ask(Question(flag.question, flag.whom, f"flags.{match.flag}"))
            state.grounds = state.grounds or answer.is_given
        else:
            state.grounds = True
            state.matched.append(MatchedWord(f"flags.{match.flag}", "是", match.flag, answer.reason))
    if compiled.certain and state.texts and not any(any_in(compiled.certain, text.form) for text, _ in state.texts):
        state.ask(Question(f"“{state.texts[0][0].raw}”：{match.certain_question}", COMPANY, state.texts[0][0].path))
    if not entry.limits:
        return None
    result = judge_limits(compiled, facts, state.texts)
    if result.value is False:
        state.fail(result.arithmetic[-1] if result.arithmetic else "数值条件不符")
        return result
    state.arithmetic += result.arithmetic
    if result.value is None:
        for question in result.questions:
            state.ask(question)
        if not result.questions:
            state.ask(Question(f"请核定“{entry.subject}”的数值条件：{entry.condition}", COMPANY, ""))
    elif not result.is_inventory or facts.installation.is_asked:
        state.grounds = True
    return result


def _is_candidate(compiled: CompiledEntry, state: _State, facts: Facts, limits: LimitResult | None) -> bool:
    """Whether an open entry has enough of the project's own words behind it to be asked about."""
    if state.grounds or state.matched:
        return True
    match = compiled.entry.match
    if match.any_ground and match.flag:
        return facts.flag(match.flag).value is None
    if compiled.has_ground:
        return False
    if match.industries:
        return facts.stands_in(match.industries) is True
    if limits is not None and limits.is_inventory:
        return facts.installation.is_asked
    # A flag and a figure, or a flag and the place, both missing say nothing together; one of them must be known.
    is_figure_open = limits is not None and limits.value is None
    is_place_open = any(facts.is_in_area(area) is None for area in match.areas)
    return not (match.flag and (is_figure_open or is_place_open) and not facts.flag(match.flag).is_given)


def _near_miss(compiled: CompiledEntry, state: _State) -> Verdict:
    return Verdict(compiled.entry, False, state.matched, state.arithmetic, [], [], failed=state.failed[0])


# --- exceptions ----------------------------------------------------------------------------------------------------------------------


def _with_exemptions(compiled: CompiledEntry, facts: Facts, state: _State, limits: LimitResult | None, *, near: bool) -> Verdict | None:
    """The verdict after the express exceptions the project claims."""
    entry = compiled.entry
    matched = state.matched
    considered: list[str] = []
    effect: Effect | None = None
    per_substance = bool(entry.match.substance_lists or entry.match.substances)
    for exemption, words, unless in compiled.exemptions:
        if exemption.build_types and facts.is_build_type(exemption.build_types) is False:
            considered.append(f"{exemption.text}：建设性质不同，不适用")
            continue
        if per_substance:
            matched, said = _exempt_substances(exemption, words, unless, facts, matched)
        else:
            said = _claim(exemption, words, unless, facts, state, matched)
        if not said:
            considered.append(f"{exemption.text}：申报中没有主张")
            continue
        if per_substance and matched:
            considered.append(f"{exemption.text}：{said}；其余物料照常适用")
            continue
        if exemption.result is ExemptionResult.EXEMPT:
            if not near:
                return None
            return Verdict(entry, False, state.matched, state.arithmetic, [], considered, failed=f"例外成立：{exemption.text}（{said}）")
        if exemption.result is ExemptionResult.NOTICE:
            effect = Effect.NOTICE
            matched = state.matched
            considered.append(f"{exemption.text}：{said}，只作提示")
        else:
            effect = Effect.REVIEW
            considered.append(f"{exemption.text}：{said}，例外事实待证，转人工研判")
            state.questions.append(Question(f"主张例外“{exemption.text}”（{said}），有什么证明材料？", COMPANY, ""))
    if entry.exceptions:
        considered.append(f"条文例外：{entry.exceptions}")
    is_existing = bool(state.texts) and all(text.is_existing for text, _ in state.texts)
    verdict = Verdict(
        entry, None if state.is_open else True, matched, state.arithmetic, state.questions, considered, effect, is_existing=is_existing
    )
    if state.is_open:
        verdict.opened_by_rows = state.rows_only
        verdict.is_listed = _is_listed(compiled, state, limits)
    return verdict


def _is_listed(compiled: CompiledEntry, state: _State, limits: LimitResult | None) -> bool:
    """An open entry stands among the hits when the project's words name its object, or when only a figure of the place is missing."""
    if limits is not None and limits.is_scope_unsaid:
        # A figure above the limit that does not say per what it counts is a question, not a hit.
        return False
    if compiled.has_ground or compiled.entry.match.key_regulated_process:
        return bool(state.matched)
    if any(mark.field.startswith("flags") for mark in state.matched):
        return True
    figures = {limit.figure for limit in compiled.entry.limits}
    return bool(figures) and limits is not None and limits.value is None and not figures & {Figure.INSTALLATION_S, Figure.INSTALLATION_R}


def _claim(exemption: Exemption, words: Words, unless: Words, facts: Facts, state: _State, matched: Sequence[MatchedWord]) -> str:
    """The project's words that claim an exception; empty when none do."""
    own = [text_form(one.text) for one in matched]
    if unless and any(any_in(unless, form) for form in own):
        return ""
    for text in facts.texts(exemption.where):
        word = any_in(words, text.form)
        if word is not None and not (unless and any_in(unless, text.form)):
            return f"{text.path}“{text.raw}”"
    return ""


def _exempt_substances(
    exemption: Exemption, words: Words, unless: Words, facts: Facts, matched: list[MatchedWord]
) -> tuple[list[MatchedWord], str]:
    """The matched substances an exception does not free, and the words that freed the others."""
    freed: dict[str, str] = {}
    for one in facts.resolved:
        if not exemption.cas or one.cas in exemption.cas:
            own = one.text + text_form(one.material.storage)
            if any_in(words, own) and not any_in(unless, own):
                freed[f"{one.field}.name"] = f"{one.field}“{one.material.name}”"
    return [mark for mark in matched if mark.field not in freed], "、".join(freed.values())
