"""How is a hazard source graded, and when may its grade fall?

Offers the methods and schemes with the words of their tables, lets the rules grade what was chosen, and keeps every assessment for ever.
A grade that rises takes effect at once; one that falls needs the added measures verified by one person and approved by another. Starters
nobody has confirmed on site may be set to anything, because nobody has stood for them yet.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from rules.accidents import accident_classes
from rules.bands import Colour, colour_of_number, place
from rules.direct_judgement import DirectFact, apply_direct, judge_directly
from rules.grade import Grade
from rules.grading import METHOD_FACTORS, grade_matrix, grade_scored
from rules.grading_data import Control, DirectScope, Factor, GradingBook, Matrix, Scheme, ScoredMethod
from rules.references import LegalBasis
from rules.requests import RequestError, plain
from rules.risk_control import MeasureVerification, residual_risk, responsible_layers
from rules.rulebook import Rulebook
from rules.terms import ControlLevel, ControlMeasureKind
from server.errors import FieldError, InvalidInput, NotFound
from server.grading.access import readable_sources
from server.grading.schemas import AssessmentForm, DirectForm, FactorChoice, Option, Proposal, SchemeChoice
from server.ids import new_id
from server.models.risk import ControlMeasure, HazardSource, RiskAssessment
from server.unit_of_work import Work

MATRIX = "matrix"


def offered_schemes(rulebook: Rulebook, on: date) -> tuple[SchemeChoice, ...]:
    """Every scheme in force with four colours, its method's factors and the words to choose from; each method's default first."""
    book = rulebook.grading.grading
    scored = [one for one in book.schemes if one.basis.is_in_force(on) and all(band.colour is not None for band in one.levels)]
    ordered = sorted(scored, key=lambda one: (list(ScoredMethod).index(one.method), not one.is_default))
    matrices = [one for one in book.matrices if one.is_usable and one.basis.is_in_force(on)]
    return (*(_scored_choice(book, one) for one in ordered), *(_matrix_choice(one) for one in matrices))


def find_scheme(rulebook: Rulebook, method: str, scheme: str) -> SchemeChoice | None:
    """A scheme somebody used, whether or not it is still in force."""
    book = rulebook.grading.grading
    if method == MATRIX:
        return next((_matrix_choice(one) for one in book.matrices if one.id == scheme), None)
    return next((_scored_choice(book, one) for one in book.schemes if (one.method, one.id) == (method, scheme)), None)


def basis_of_scheme(rulebook: Rulebook, method: str, scheme: str) -> tuple[LegalBasis, ...]:
    """The texts a scheme rests on: its own, its method's tables of values, the four colours."""
    book = rulebook.grading.grading
    if method == MATRIX:
        return (*(one.basis for one in book.matrices if one.id == scheme), book.four_colours.basis)
    own = tuple(one.basis for one in book.schemes if (one.method, one.id) == (method, scheme))
    return (*own, book.factor_tables[ScoredMethod(method)].basis, book.four_colours.basis)


def _scored_choice(book: GradingBook, scheme: Scheme) -> SchemeChoice:
    tables = book.factor_tables[scheme.method]
    factors = []
    for factor in METHOD_FACTORS[scheme.method]:
        wanted = scheme.variant or None
        table = book.factor(scheme.method, factor, wanted if len(tables.variants(factor)) > 1 else None)
        options = tuple(Option(plain(row.score), _words_of(table, row.text, row.aspects)) for row in table.rows)
        factors.append(FactorChoice(factor=factor, symbol=table.symbol, name=table.name, options=options))
    levels = tuple(
        f"{band.range_text(scheme.symbol)}：{band.label}（{band.colour.risk.colour}）" for band in scheme.levels if band.colour is not None
    )
    return SchemeChoice(
        method=scheme.method,
        method_title=tables.title,
        scheme=scheme.id,
        title=scheme.title,
        variant=scheme.variant,
        is_default=scheme.is_default,
        factors=tuple(factors),
        levels=levels,
        citation=scheme.basis.citation,
        verified=scheme.basis.verified and tables.basis.verified,
    )


def _words_of(table: Factor, text: str, aspects: Mapping[str, str]) -> str:
    return text or "；".join(one for one in aspects.values() if one) or table.name


def _matrix_choice(matrix: Matrix) -> SchemeChoice:
    meanings = {one.row: one.text for one in matrix.severities}
    rows = tuple(Option(row, meanings.get(row, row)) for row in matrix.severity_rows)
    columns = tuple(Option(str(place), f"{column} {matrix.likelihood_unit}") for place, column in enumerate(matrix.likelihood_columns, 1))
    return SchemeChoice(
        method=MATRIX,
        method_title="风险矩阵（按格查表）",
        scheme=matrix.id,
        title=matrix.title,
        variant="",
        is_default=False,
        factors=(
            FactorChoice(factor="severity", symbol="S", name="严重性", options=rows),
            FactorChoice(factor="likelihood", symbol="L", name="可能性", options=columns),
        ),
        levels=tuple(f"{one.word}：第 {one.level} 级（{one.colour.risk.colour}）" for one in matrix.words),
        citation=matrix.basis.citation,
        verified=matrix.basis.verified,
    )


def offered_direct_judgements(rulebook: Rulebook, on: date) -> tuple[tuple[str, str], ...]:
    """The direct judgements that make a risk point red, by id with their words."""
    items = rulebook.grading.grading.direct_items(on)
    return tuple((one.item.id, f"{one.item.text}（{one.list_title}）") for one in items if one.item.scope is DirectScope.RISK)


def offered_accidents(on: date) -> tuple[str, ...]:
    """The accident classes of the edition of GB 6441 in force."""
    return tuple(one.name for one in accident_classes(on).classes)


def propose(work: Work, rulebook: Rulebook, form: AssessmentForm) -> Proposal:
    """What the assessment would give today; changes nothing. Raises `InvalidInput`."""
    grade = grade_form(rulebook, form, work.today)
    return Proposal(
        score_text=score_text(rulebook, form.method, grade),
        label=grade.label,
        colour=grade.colour,
        trail=grade.trail,
        unverified=grade.unverified,
        layer=required_layer(rulebook.grading.grading.control, grade.colour).value,
        layers=tuple(one.layer for one in responsible_layers(rulebook.grading.grading.control, grade.colour or Colour.BLUE)),
    )


def grade_form(rulebook: Rulebook, form: AssessmentForm, on: date) -> Grade:
    """What the rules say to the chosen values, direct judgements included. Raises `InvalidInput` naming the field."""
    book = rulebook.grading.grading
    if form.method != MATRIX and form.method not in set(ScoredMethod):
        raise InvalidInput([FieldError("method", "请选择评价方法：LEC、LS、MES 或按格查表的矩阵")])
    if not form.scheme:
        raise InvalidInput([FieldError("scheme", "请选择分级方案")])
    try:
        if form.method == MATRIX:
            grade = grade_matrix(book, form.scheme, form.chosen.get("severity"), form.chosen.get("likelihood"), on=on)
        else:
            method = ScoredMethod(form.method)
            grade = grade_scored(book, method, form.chosen, on=on, scheme=form.scheme, variant=form.variant or None)
    except RequestError as error:
        raise InvalidInput([FieldError(_field_of(error, form), error.detail)]) from error
    if grade.colour is None:
        raise InvalidInput([FieldError("scheme", f"方案 {grade.scheme} 没有四色，不能用于四色分级，请换一个方案")])
    try:
        facts = [DirectFact(one.named, one.persons) for one in form.direct]
        return apply_direct(book, grade, judge_directly(book, facts, on=on)) if facts else grade
    except RequestError as error:
        raise InvalidInput([FieldError("direct", error.detail)]) from error


def _field_of(error: RequestError, form: AssessmentForm) -> str:
    if error.code in {"unknown_scheme", "unknown_matrix", "matrix_not_usable", "not_in_force"}:
        return "scheme"
    if error.code == "unknown_variant":
        return "variant"
    return next((factor for factor in form.chosen if factor in error.detail), "chosen")


def score_text(rulebook: Rulebook, method: str, grade: Grade) -> str:
    """The result as spoken: D=240, or the word of the matrix's cell; where a direct judgement made it red, that it did."""
    if grade.score is None:
        return f"矩阵“{grade.label}”"
    schemes = rulebook.grading.grading.schemes
    scheme = next(one for one in schemes if one.method == method and one.id == grade.scheme)
    said = f"{scheme.symbol}={plain(grade.score)}"
    return said if place(scheme.levels, grade.score).band.colour is grade.colour else f"{said}，直接判定"


def required_layer(control: Control, colour: Colour | None) -> ControlLevel:
    """The layer that must answer at least for a risk of that colour."""
    highest = responsible_layers(control, colour or Colour.BLUE)[0]
    return list(ControlLevel)[list(control.layers).index(highest)]


def higher_layer(one: str, other: ControlLevel) -> str:
    """The higher of two layers; an empty one counts for nothing."""
    order = list(ControlLevel)
    return other.value if one not in set(ControlLevel) or order.index(ControlLevel(one)) > order.index(other) else one


def control_gaps(rulebook: Rulebook, source: HazardSource, measures: Iterable[ControlMeasure]) -> tuple[str, ...]:
    """What the control of a hazard source lacks, in Chinese; empty when each of the five kinds is there and somebody answers."""
    gaps = []
    kinds = {one.kind for one in measures}
    missing = [kind.label for kind in ControlMeasureKind if kind not in kinds]
    if missing:
        gaps.append(f"缺少{'、'.join(missing)}")
    if not source.person:
        gaps.append("没有写明责任人")
    if source.risk_number is None:
        gaps.append("尚未评价")
    else:
        needed = required_layer(rulebook.grading.grading.control, colour_of_number(source.risk_number))
        if source.layer and higher_layer(source.layer, needed) != source.layer:
            gaps.append(f"管控层级应不低于{needed.label}")
    if source.confirmed_on is None:
        gaps.append("待现场确认")
    return tuple(gaps)


def keep_assessment(
    work: Work, rulebook: Rulebook, source: HazardSource, form: AssessmentForm, grade: Grade, sequence: int
) -> RiskAssessment:
    """Write an assessment down and let the source show its result. The caller has asked whether it may."""
    colour = grade.colour
    number = colour.risk.number if colour is not None else None
    assessment = RiskAssessment(
        id=new_id(),
        park_id=source.park_id,
        enterprise_id=source.enterprise_id,
        point_id=source.point_id,
        source_id=source.id,
        sequence=sequence,
        assessed_on=work.today,
        assessed_at=work.now,
        assessed_by=work.actor.id,
        assessed_by_name=work.actor.name,
        method=form.method,
        scheme=grade.scheme,
        variant=form.variant,
        chosen={name: _as_text(value) for name, value in form.chosen.items()},
        direct=[{"named": one.named, "persons": one.persons} for one in form.direct],
        score=grade.score,
        score_text=score_text(rulebook, form.method, grade),
        level=grade.level,
        label=grade.label,
        risk_number=number,
        trail=list(grade.trail),
        basis=[one.citation for one in grade.basis],
        unverified=list(grade.unverified),
        edition=rulebook.edition,
        reason=form.reason.strip(),
        is_starter=source.confirmed_on is None,
        verified_on=form.verification.verified_on if form.verification else None,
        verified_by=form.verification.verified_by.strip() if form.verification else "",
        approved_by=form.verification.approved_by.strip() if form.verification else "",
    )
    source.assessment_id = assessment.id
    source.method, source.scheme = assessment.method, assessment.scheme
    source.score, source.score_text, source.risk_number = assessment.score, assessment.score_text, number
    source.assessed_on = work.today
    source.layer = higher_layer(source.layer, required_layer(rulebook.grading.grading.control, colour))
    return assessment


def _as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _as_text(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(one) for one in value]
    return str(value)


def demand_ground_for_lowering(source: HazardSource, current: RiskAssessment | None, grade: Grade, form: AssessmentForm, on: date) -> None:
    """Raises `InvalidInput` when the grade would fall without verified measures. Starters nobody confirmed may fall freely."""
    if current is None or source.confirmed_on is None:
        return
    before = Grade(
        method=grade.method,
        scheme=grade.scheme,
        score=current.score,
        # Levels of two schemes do not compare; colours do.
        level=current.level if current.scheme == grade.scheme else grade.level,
        label=current.label,
        colour=colour_of_number(current.risk_number) if current.risk_number is not None else None,
        trail=(),
        basis=(),
    )
    said = form.verification
    verification = (
        MeasureVerification(verified_on=said.verified_on, verified_by=said.verified_by, approved_by=said.approved_by) if said else None
    )
    result = residual_risk(before, grade, verification, on=on)
    if result.grade is grade and not result.is_lowered:
        return
    errors = []
    if not result.is_lowered:
        errors.append(FieldError("verification", f"{result.reason}（原 {current.score_text}）"))
    elif said is not None and said.verified_by.strip() == said.approved_by.strip():
        errors.append(FieldError("verification.approved_by", "降级的验证人和批准人不能是同一个人"))
    if not form.reason.strip():
        errors.append(FieldError("reason", "降级须写明理由，如新增了哪些措施"))
    if errors:
        raise InvalidInput(errors)


def try_assessment(work: Work, rulebook: Rulebook, source_id: UUID, form: AssessmentForm) -> tuple[Proposal, tuple[FieldError, ...]]:
    """What grading a source this way would give, and what keeping it still asks for when its grade falls; changes nothing.

    Raises `NotFound`, and `InvalidInput` for what cannot be graded at all.
    """
    source = work.session.scalar(readable_sources(work.actor).where(HazardSource.id == source_id))
    if source is None:
        raise NotFound("这个危险源")
    proposal = propose(work, rulebook, form)
    current = work.session.get(RiskAssessment, source.assessment_id) if source.assessment_id is not None else None
    try:
        demand_ground_for_lowering(source, current, grade_form(rulebook, form, work.today), form, work.today)
    except InvalidInput as refusal:
        return proposal, tuple(refusal.errors)
    return proposal, ()


def form_of(assessment: RiskAssessment) -> AssessmentForm:
    """The form an assessment was made from, for showing it again."""
    direct = tuple(msgspec.convert(one, DirectForm) for one in assessment.direct)
    return AssessmentForm(
        method=assessment.method, scheme=assessment.scheme, variant=assessment.variant, chosen=assessment.chosen, direct=direct
    )


def place_error(error: FieldError, place: str, words: str) -> FieldError:
    """An error of one row of a batch, told with its place."""
    return FieldError(f"{place}.{error.field}", f"{words}：{error.message}")
