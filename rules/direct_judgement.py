"""Does a clause settle the grade before any score is counted?

Three kinds of direct judgement are kept apart: items that make a risk point red, items that put an enterprise in the lowest grade, and
items that are a major hazard (重大事故隐患). Only the first kind changes a risk point's colour; the others are reported beside it, for the
grading of the enterprise and for the hazard ledger. The final colour is the worst of score and direct judgement, never an average.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches

import msgspec

from rules.bands import Colour
from rules.grade import Grade, unverified_texts
from rules.grading_data import CitedItem, DirectResult, DirectScope, GradingBook
from rules.references import LegalBasis
from rules.requests import RequestError, normal_form

_SCOPE_WORDS = {DirectScope.RISK: "判风险点", DirectScope.ENTERPRISE: "判企业", DirectScope.HAZARD: "判隐患"}
_RESULT_WORDS = {DirectResult.RED: "红", DirectResult.LOWEST_GRADE: "最低档", DirectResult.MAJOR_HAZARD: "重大事故隐患"}


class DirectFact(msgspec.Struct, frozen=True):
    """A direct judgement somebody names, by id or by its Chinese text; `persons` for clauses that speak of a number of people."""

    named: str
    persons: int | None = None


class DirectFinding(msgspec.Struct, frozen=True):
    """One item that was named, whether it was applied to the risk point, and why or why not."""

    cited: CitedItem
    is_applied: bool
    reason: str


def find_direct_items(book: GradingBook, named: str, on: date) -> list[CitedItem]:
    """The items of that id or that text, on that day; of a clause with branches (“…，或…”) one branch is enough.

    Two lists may hold the same words; when they say the same thing of the same kind all are returned. Raises `RequestError` when nothing
    matches, naming the nearest, and when the same words mean different things, naming the candidates.
    """
    items = list(book.direct_items(on))
    wanted = normal_form(named)
    found = [one for one in items if wanted == normal_form(one.item.id)] or [one for one in items if wanted in _texts(one)]
    if not found:
        texts = {normal_form(one.item.text): one for one in items} | {normal_form(one.item.id): one for one in items}
        inside = [one for text, one in texts.items() if len(wanted) > 1 and wanted in text]
        near = inside[:3] or [texts[text] for text in get_close_matches(wanted, texts, n=3)]
        hint = "；相近的：" + "、".join(f"{one.item.id} {one.item.text}" for one in near) if near else ""
        raise RequestError("unknown_direct_judgement", f"没有“{named}”这一条直接判定{hint}")
    if len({(one.item.scope, one.item.result) for one in found}) > 1:
        candidates = "、".join(f"{one.item.id}（{one.list_title}）" for one in found)
        raise RequestError("ambiguous_direct_judgement", f"“{named}”在不同清单中含义不同，请写明 id：{candidates}")
    return found


def judge_directly(book: GradingBook, facts: Iterable[DirectFact], *, on: date) -> list[DirectFinding]:
    """What each named direct judgement says about a risk point. Raises `RequestError` as `find_direct_items` does."""
    findings: dict[str, DirectFinding] = {}
    for fact in facts:
        for cited in find_direct_items(book, fact.named, on):
            findings.setdefault(cited.item.id, _finding(cited, fact.persons))
    return list(findings.values())


def apply_direct(book: GradingBook, grade: Grade, findings: Sequence[DirectFinding]) -> Grade:
    """The grade after direct judgement: red when an item for risk points holds, otherwise unchanged; every finding enters the trail."""
    if not findings:
        return grade
    applied = [one for one in findings if one.is_applied]
    basis = (*grade.basis, *(one.cited.basis for one in findings))
    trail = [*grade.trail, *(one.reason for one in findings)]
    unverified = dict.fromkeys((*grade.unverified, *unverified_texts(one.cited.basis for one in findings)))
    changed = grade
    if applied:
        scored = grade.colour.words if grade.colour is not None else f"第 {grade.level} 级“{grade.label}”"
        trail.append(f"取最严：打分为{scored}，直接判定为{Colour.RED.words}，最终为{Colour.RED.words}")
        # A direct judgement says 重大风险, whatever words the scheme has for its first level.
        changed = msgspec.structs.replace(grade, level=1, label=Colour.RED.risk.label, colour=Colour.RED)
        basis = _with(basis, book.four_colours.basis)
    return msgspec.structs.replace(changed, trail=tuple(trail), basis=basis, unverified=tuple(unverified))


def _texts(cited: CitedItem) -> tuple[str, ...]:
    """The item's words in normal form: the whole, and each branch of a clause that says “…，或…”, any of which suffices."""
    whole = normal_form(cited.item.text)
    return (whole, *whole.split(",或"))


def _finding(cited: CitedItem, persons: int | None) -> DirectFinding:
    item = cited.item
    said = f"直接判定 {item.id}“{item.text}”（{cited.list_title}，{_SCOPE_WORDS[item.scope]}）"
    if item.persons_at_least is not None and persons is not None and persons < item.persons_at_least:
        return DirectFinding(cited, is_applied=False, reason=f"{said}：现场 {persons} 人，不足 {item.persons_at_least} 人，不适用")
    if item.scope is DirectScope.RISK:
        return DirectFinding(cited, is_applied=True, reason=f"{said}：判为{Colour.RED.words}")
    result = _RESULT_WORDS[item.result]
    return DirectFinding(cited, is_applied=False, reason=f"{said}：结论为“{result}”，与风险点等级分开，不改变风险点颜色")


def _with(basis: tuple[LegalBasis, ...], one: LegalBasis) -> tuple[LegalBasis, ...]:
    return basis if one in basis else (*basis, one)
