"""Which grade does a scored enterprise or park have?

Score sheets give points, adjustments and bands: 危化企业 by 应急〔2018〕19号, chemical parks by 应急〔2023〕123号. A low score is the
dangerous end, and the letters of different schemes run in opposite directions, so each sheet says which grade is its worst. Items that
settle the worst grade at once (否决) are direct judgements about the enterprise; a sheet without a published list of them refuses to
guess one.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache

import msgspec

from rules.bands import Band, check_bands, place
from rules.direct_judgement import find_direct_items
from rules.grade import Grade, unverified_texts
from rules.grading_data import DirectScope, GradingBook, load_grading_book, refuse_if_not_in_force
from rules.loading import RuleDataError, list_tables, read_table, refuse_duplicates
from rules.references import LegalBasis
from rules.requests import RequestError, normal_form, plain


class Adjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Points added or taken. Of one `group` only one counts; `contradicts` names adjustments that cannot be true beside it."""

    id: str
    text: str
    points: Decimal
    source: str
    verified: bool
    group: str = ""
    contradicts: tuple[str, ...] = ()


class ScoreSheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sheet: bands from the most dangerous, `worst_grade` the name of the first. Notes tell what the source left open."""

    id: str
    title: str
    applies_to: str
    worst_grade: str
    base_max: Decimal
    basis: LegalBasis
    bands: tuple[Band, ...]
    aliases: tuple[str, ...] = ()
    review_years: int | None = None
    adjustments: tuple[Adjustment, ...] = ()
    veto_ids: tuple[str, ...] = ()
    cap_note: str = ""
    colour_note: str = ""
    veto_note: str = ""


class SheetGrade(msgspec.Struct, frozen=True):
    """A grade by a score sheet: the sheet's own `grade` (a letter or a colour word) and which one is its worst."""

    result: Grade
    grade: str
    worst_grade: str


def find_sheet(named: str, on: date) -> ScoreSheet:
    """The sheet of that id, title or document number. Raises `RequestError` for an unknown one and for one not in force on that day."""
    wanted = normal_form(named)
    for sheet in load_score_sheets():
        if wanted in {normal_form(name) for name in (sheet.id, sheet.title, *sheet.aliases)}:
            refuse_if_not_in_force(sheet.basis, f"评分表 {sheet.id}", on)
            return sheet
    raise RequestError("unknown_scheme", f"没有名为“{named}”的评分表；可用：{'、'.join(sheet.id for sheet in load_score_sheets())}")


def grade_by_sheet(
    sheet: ScoreSheet, base: Decimal, adjustments: Sequence[str], vetoes: Sequence[str], *, on: date, is_vetoed: bool = False
) -> SheetGrade:
    """The grade of a base score with adjustments and vetoes, each named by id or by its Chinese text.

    `is_vetoed` says that a veto holds without saying which; it counts and is marked. Raises `RequestError` for a base outside 0 to the
    sheet's maximum, an unknown, doubled or contradictory adjustment, and a veto the sheet does not know.
    """
    if not 0 <= base <= sheet.base_max:
        raise RequestError("out_of_range", f"base = {plain(base)} 应在 0 至 {plain(sheet.base_max)} 之间")
    chosen = _adjustments(sheet, adjustments)
    score = base + sum((one.points for one in chosen), Decimal(0))
    steps = "".join(f" {'+' if one.points >= 0 else '−'} {plain(abs(one.points))}（{one.text}）" for one in chosen)
    band = place(sheet.bands, score, high_is_dangerous=False).band
    trail = [
        f"评分表 {sheet.id}：{sheet.title}，适用于{sheet.applies_to}；{sheet.worst_grade} 最危险",
        f"得分 = {plain(base)}{steps}" + (f" = {plain(score)}" if chosen else ""),
        f"对照 {band.range_text('得分')}：{_named(band)}",
    ]
    marks = [f"{one.text}：{one.source}" for one in chosen if not one.verified]
    basis: tuple[LegalBasis, ...] = (sheet.basis,)
    if score > sheet.base_max and sheet.cap_note:
        marks.append(sheet.cap_note)
    veto_basis = _vetoes(load_grading_book(), sheet, vetoes, trail, on)
    if veto_basis or is_vetoed:
        band = sheet.bands[0]
        if not veto_basis:
            trail.append("请求称否决项成立，未写明是哪一项")
            marks.append(sheet.veto_note or "否决项未写明是哪一项，不能引用条文")
        trail.append(f"否决项直接判定：{_named(band)}")
        basis = (*basis, *veto_basis)
    if sheet.colour_note:
        marks.append(sheet.colour_note)
    return SheetGrade(
        Grade(
            method="score",
            scheme=sheet.id,
            score=score,
            level=band.level,
            label=band.label,
            colour=band.colour,
            trail=tuple(trail),
            basis=basis,
            unverified=(*unverified_texts(basis), *marks),
        ),
        grade=band.grade,
        worst_grade=sheet.worst_grade,
    )


def _named(band: Band) -> str:
    return f"{band.grade}（{band.label}）" if band.grade not in band.label else band.label


def _adjustments(sheet: ScoreSheet, named: Sequence[str]) -> list[Adjustment]:
    chosen: list[Adjustment] = []
    for one in named:
        wanted = normal_form(one)
        found = next((item for item in sheet.adjustments if wanted in (normal_form(item.id), normal_form(item.text))), None)
        if found is None:
            listed = "、".join(f"{item.id} {item.text}" for item in sheet.adjustments) or "无"
            raise RequestError("unknown_adjustment", f"评分表 {sheet.id} 没有“{one}”这一条加减分；可用：{listed}")
        for earlier in chosen:
            if earlier.id == found.id:
                raise RequestError("duplicate_adjustment", f"“{found.text}”写了两次，每条只计一次")
            if earlier.group and earlier.group == found.group:
                raise RequestError("conflicting_adjustments", f"“{earlier.text}”与“{found.text}”只能取一条")
            if found.id in earlier.contradicts or earlier.id in found.contradicts:
                raise RequestError("conflicting_adjustments", f"“{earlier.text}”与“{found.text}”不能同时成立")
        chosen.append(found)
    return chosen


def _vetoes(book: GradingBook, sheet: ScoreSheet, named: Sequence[str], trail: list[str], on: date) -> list[LegalBasis]:
    basis = []
    for one in named:
        cited = next((item for item in find_direct_items(book, one, on) if item.item.id in sheet.veto_ids), None)
        if cited is None or cited.item.scope is not DirectScope.ENTERPRISE:
            reason = sheet.veto_note or f"它的否决项是：{'、'.join(sheet.veto_ids)}"
            raise RequestError("veto_not_of_scheme", f"“{one}”不是评分表 {sheet.id} 的否决项；{reason}")
        trail.append(f"否决项 {cited.item.id}“{cited.item.text}”成立")
        basis.append(cited.basis)
    return basis


@cache
def load_score_sheets() -> tuple[ScoreSheet, ...]:
    """Read and check every file under `data/score_sheets/`. Raises `RuleDataError` naming file and key."""
    sheets = []
    known = {item.id for one in load_grading_book().direct_lists for item in one.items}
    for file in list_tables("score_sheets"):
        sheet = read_table(file, ScoreSheet)
        check_bands(file, sheet.bands, high_is_dangerous=False)
        refuse_duplicates(file, "adjustment", (one.id for one in sheet.adjustments))
        if sheet.bands[0].grade != sheet.worst_grade:
            raise RuleDataError(file, "worst_grade", "level 1 must be the worst grade")
        own = {one.id for one in sheet.adjustments}
        for one in sheet.adjustments:
            if not set(one.contradicts) <= own:
                raise RuleDataError(file, f"adjustment {one.id}", "contradicts an adjustment the sheet does not have")
        if not set(sheet.veto_ids) <= known:
            raise RuleDataError(file, "veto_ids", f"no direct judgement named {sorted(set(sheet.veto_ids) - known)}")
        sheets.append(sheet)
    refuse_duplicates("score_sheets", "sheet", (sheet.id for sheet in sheets))
    return tuple(sheets)
