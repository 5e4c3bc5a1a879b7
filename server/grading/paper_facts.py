"""What does a paper about an enterprise's risks say today? Gathers the values an issued one is frozen from; a preview is made the same way.

Office and enterprise read the same paper, so it names no hazard the enterprise has not been told of and no override that never held.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from rules.industries import industry_words
from rules.major_hazard_installation import ItemResult
from rules.requests import plain, plain_below
from rules.rulebook import Rulebook
from rules.terms import DocumentKind, GradeCause, HazardLevel, OrderState, OverrideKind, OverrideState
from server.enterprises.service import get_enterprise
from server.grading.assessment import basis_of_scheme, find_scheme
from server.grading.chemicals import read_chemicals
from server.grading.derivation import EnterpriseGrade, Situation, derive_grade
from server.grading.dynamics import list_policies
from server.grading.facts import COLOURS
from server.grading.grades import get_situation
from server.grading.history import list_history
from server.grading.lines import colour_value, register_lines
from server.grading.outlook import Outlook, Prospect, read_outlook
from server.grading.overrides import list_overrides
from server.grading.paper_schemas import (
    AboutEnterprise,
    ChemicalLine,
    ChemicalUnitLine,
    GradingFacts,
    HazardLine,
    HistoryLine,
    OverrideLine,
    PointLine,
    PointsFacts,
    PolicyLine,
    ReasonLine,
    SchemeLine,
    WhatIfLine,
)
from server.grading.reading import read_register
from server.grading.schemas import ChemicalUnitView
from server.hazards.service import find_item
from server.models.hazards import Hazard
from server.models.orders import RectificationOrder
from server.models.parks import Zone
from server.models.risk import Chemical, GradeOverride
from server.parks.service import get_park
from server.rectification.schemas import CitedBasis
from server.rectification.service import cited_basis
from server.unit_of_work import Work

_HELD = (OverrideState.IN_FORCE, OverrideState.ENDED)
_NOT_TOLD = "尚未下达文书"


def head_of(work: Work, rulebook: Rulebook, kind: DocumentKind) -> dict[str, Any]:
    """What every paper of grading says of itself before it is issued."""
    park = get_park(work)
    return {
        "kind": kind.value,
        "park_name": park.name,
        "office_name": park.office_name,
        "office_phone": park.office_phone,
        "fictional": park.fictional,
        "document_number": "",
        "day": work.today,
        "edition": rulebook.edition,
        "contact_name": work.actor.name,
    }


def gather_points(work: Work, rulebook: Rulebook, enterprise_id: UUID, kind: DocumentKind) -> PointsFacts:
    """The enterprise with its risk points: for the register, the notice and the cards. Raises `NotFound`, `NotAllowed`."""
    grade, points = _grade_and_points(work, rulebook, enterprise_id, get_situation(work, enterprise_id, for_everybody=True))
    return PointsFacts(
        **head_of(work, rulebook, kind),
        about=_about(work, rulebook, enterprise_id),
        colour=colour_value(grade.colour),
        headline=grade.headline,
        points=points,
    )


def gather_grading(work: Work, rulebook: Rulebook, enterprise_id: UUID) -> GradingFacts:
    """The grading report of an enterprise; for staff. Raises `NotFound`, `NotAllowed`."""
    situation = get_situation(work, enterprise_id, for_everybody=True)
    grade, points = _grade_and_points(work, rulebook, enterprise_id, situation)
    names = {point.id: point.name for point in grade.points}
    rows = _hazard_rows(work, situation)
    chemicals = read_chemicals(work, rulebook, enterprise_id)
    schemes = scheme_lines(rulebook, points)
    return GradingFacts(
        **head_of(work, rulebook, DocumentKind.GRADING_REPORT),
        about=_about(work, rulebook, enterprise_id),
        colour=colour_value(grade.colour),
        assessed=colour_value(grade.assessed),
        headline=grade.headline,
        points=points,
        reasons=tuple(
            ReasonLine(colour=one.colour.value, cause=GradeCause(one.cause).label, text=one.text, origin=one.origin)
            for one in grade.reasons
        ),
        trail=grade.trail,
        questions=grade.questions,
        reviews=grade.reviews,
        effects=grade.effects,
        unverified=_doubts(grade, points, schemes),
        schemes=schemes,
        hazards=_hazard_lines(rulebook, situation, rows, names),
        accidents=tuple(one.words for one in situation.accidents),
        policies=_policies(work),
        overrides=tuple(override_line(one, names) for one in list_overrides(work, enterprise_id) if _is_told(one)),
        chemicals=tuple(_chemical_unit(one) for one in chemicals),
        what_if=_what_if(read_outlook(work, enterprise_id, for_everybody=True)),
        history=tuple(
            HistoryLine(
                day=one.day,
                cause=GradeCause(one.cause).label,
                text=one.text,
                colour=colour_value(one.colour),
                by=one.by,
                edition=one.edition,
                is_kept=one.is_kept,
            )
            for one in list_history(work, rulebook, enterprise_id, for_everybody=True)
        ),
    )


def _grade_and_points(
    work: Work, rulebook: Rulebook, enterprise_id: UUID, situation: Situation
) -> tuple[EnterpriseGrade, tuple[PointLine, ...]]:
    grade = derive_grade(situation)
    return grade, register_lines(rulebook, read_register(work, rulebook, enterprise_id), grade.points)


def _about(work: Work, rulebook: Rulebook, enterprise_id: UUID) -> AboutEnterprise:
    one = get_enterprise(work, enterprise_id)
    zone = work.session.get(Zone, one.zone_id) if one.zone_id is not None else None
    return AboutEnterprise(
        name=one.name,
        credit_code=one.credit_code,
        industry=industry_words(one.industry_code),
        zone_name=zone.name if zone is not None else "",
        address=one.address,
        principal_officer=one.principal_officer,
        principal_phone=one.principal_phone,
        safety_officer=one.safety_officer,
        safety_phone=one.safety_phone,
    )


def scheme_lines(rulebook: Rulebook, points: Iterable[PointLine]) -> tuple[SchemeLine, ...]:
    """Every scheme the sources were graded by, with its scale and tables, in the order of their first use."""
    used = dict.fromkeys((one.method, one.scheme) for point in points for one in point.sources if one.scheme)
    return tuple(line for method, scheme in used if (line := find_scheme_line(rulebook, method, scheme)) is not None)


def find_scheme_line(rulebook: Rulebook, method: str, scheme: str) -> SchemeLine | None:
    """A scheme as papers print it; None for one this rulebook has never had."""
    found = find_scheme(rulebook, method, scheme)
    if found is None:
        return None
    return SchemeLine(
        method=found.method_title,
        scheme=found.scheme,
        title=found.title,
        basis=tuple(CitedBasis(citation=one.citation, verified=one.verified) for one in basis_of_scheme(rulebook, method, scheme)),
        levels=found.levels,
        tables=tuple(
            f"{factor.name} {factor.symbol}：" + "；".join(f"{one.score} {one.words}" for one in factor.options) for factor in found.factors
        ),
    )


def _doubts(grade: EnterpriseGrade, points: Sequence[PointLine], schemes: Sequence[SchemeLine]) -> tuple[str, ...]:
    """Everything the paper rests on that nobody has compared with an official text, each once."""
    of_sources = (text for point in points for one in point.sources for text in one.unverified)
    of_schemes = (f"{one.citation}：未核对正本" for scheme in schemes for one in scheme.basis if not one.verified)
    return tuple(dict.fromkeys((*grade.unverified, *of_schemes, *of_sources)))


class _HazardRow(msgspec.Struct, frozen=True):
    """An open hazard with the number of its order, where one was issued."""

    hazard: Hazard
    order_number: str


def _hazard_rows(work: Work, situation: Situation) -> dict[UUID, _HazardRow]:
    ids = [one.id for one in situation.hazards]
    query = (
        select(Hazard, RectificationOrder.document_number, RectificationOrder.state)
        .outerjoin(RectificationOrder, RectificationOrder.id == Hazard.order_id)
        .where(Hazard.park_id == work.park_id, Hazard.id.in_(ids))
    )
    return {
        hazard.id: _HazardRow(hazard, number or "" if state != OrderState.WITHDRAWN else "")
        for hazard, number, state in (work.session.execute(query) if ids else ())
    }


def _hazard_lines(rulebook: Rulebook, situation: Situation, rows: dict[UUID, _HazardRow], names: dict[UUID, str]) -> tuple[HazardLine, ...]:
    lines = []
    for one in situation.hazards:
        row = rows[one.id]
        clauses: tuple[CitedBasis, ...] = cited_basis(row.hazard, find_item(rulebook, row.hazard)) if one.is_named else ()
        lines.append(
            HazardLine(
                number=one.number if one.is_named else _NOT_TOLD,
                level=(HazardLevel.MAJOR if one.is_major else HazardLevel.GENERAL).label,
                criterion=one.criterion_id if one.is_named else "",
                clauses=clauses,
                point=names.get(one.point_id, "") if one.point_id is not None else "",
                due_on=row.hazard.due_on if one.is_named else None,
                overdue_days=one.overdue_days,
                order_number=row.order_number if one.is_named else "",
            )
        )
    return tuple(lines)


def _policies(work: Work) -> tuple[PolicyLine, ...]:
    return tuple(
        PolicyLine(
            title=one.title,
            effect=one.effect_text,
            origin=one.origin,
            is_on=one.is_on,
            is_park_own=one.is_park_own,
            verified=one.verified,
            set_by=one.set_by_name,
            set_on=one.set_on,
            reason=one.reason,
        )
        for one in list_policies(work)
    )


def _is_told(one: GradeOverride) -> bool:
    return one.kind == OverrideKind.RAISE or one.state in _HELD


def override_line(one: GradeOverride, names: dict[UUID, str]) -> OverrideLine:
    """An override as papers print it; `names` are those of the risk points."""
    return OverrideLine(
        where="企业整体" if one.point_id is None else names.get(one.point_id, "（已停用的风险点）"),
        kind=OverrideKind(one.kind).label,
        state=OverrideState(one.state).label,
        is_in_force=one.state == OverrideState.IN_FORCE,
        from_colour=colour_value(COLOURS[one.from_number]),
        to_colour=colour_value(COLOURS[one.to_number]),
        reason=one.reason,
        requested_by=one.requested_by_name,
        requested_on=one.requested_on,
        decided_by=one.decided_by_name,
        decided_on=one.decided_on,
        decided_reason=one.decided_reason,
        ended_by=one.ended_by_name,
        ended_on=one.ended_on,
        end_reason=one.end_reason,
    )


def _chemical_unit(view: ChemicalUnitView) -> ChemicalUnitLine:
    found = view.installation
    results: Sequence[ItemResult | None] = found.items if found is not None else [None] * len(view.chemicals)
    residents = view.unit.residents
    return ChemicalUnitLine(
        name=view.unit.name,
        residents="未查明" if residents is None else f"{residents} 人",
        chemicals=tuple(_chemical(one, result) for one, result in zip(view.chemicals, results, strict=True)),
        label=found.label if found is not None else "未计算",
        trail=found.trail if found is not None else (),
        questions=found.questions if found is not None else (),
        unverified=found.unverified if found is not None else (),
        advice=view.advice,
        problem=view.problem,
    )


def _chemical(one: Chemical, result: ItemResult | None) -> ChemicalLine:
    def said(number: Any) -> str:
        return "—" if number is None else plain(number)

    ratio = None if result is None else result.ratio
    return ChemicalLine(
        name=one.name,
        cas=one.cas,
        quantity=said(one.quantity_t),
        threshold=said(None if result is None else result.threshold_t),
        ratio="—" if ratio is None else plain_below(ratio, type(ratio)(1)),
        beta=said(None if result is None else result.beta),
    )


def _what_if(outlook: Outlook) -> tuple[WhatIfLine, ...]:
    """What would become of the grade, order by order, and if all of them were closed."""
    lines = [_prospect(one) for one in outlook.prospects]
    if len(lines) > 1:
        every = outlook.if_all_closed
        named = tuple(one.number for one in outlook.hazards)
        lines.append(
            WhatIfLine(what="以上全部", hazards=named, due_on=None, colour=colour_value(every.colour), missed=None, headline=every.headline)
        )
    return tuple(lines)


def _prospect(one: Prospect) -> WhatIfLine:
    return WhatIfLine(
        what=one.document_number or "未列入文书",
        hazards=tuple(hazard.number for hazard in one.hazards),
        due_on=one.due_on,
        colour=colour_value(one.if_closed.colour),
        missed=None if one.if_missed is None else colour_value(one.if_missed.colour),
        headline=one.if_closed.headline,
    )
