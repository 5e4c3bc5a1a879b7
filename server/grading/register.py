"""Use cases of keeping the risk register: add points in batches, change, assess, confirm on site, retire.

Nothing is deleted: a point or source that no longer exists is retired with a reason. Hazards placed at a retired point count against the
enterprise as a whole, so retiring hides nothing that is still open.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm.attributes import flag_modified

from rules.accidents import accident_classes
from rules.checklists import load_checklists
from rules.grade import Grade
from rules.rulebook import Rulebook
from rules.terms import ControlLevel, ControlMeasureKind, GradeCause, RiskPointKind
from server.enterprises.service import get_enterprise
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.grading.access import demand_writer, readable_points, readable_sources
from server.grading.assessment import (
    demand_ground_for_lowering,
    grade_form,
    keep_assessment,
    offered_accidents,
    place_error,
)
from server.grading.facts import COLOURS
from server.grading.grades import note_grade
from server.grading.places import ALREADY_THERE, lock_register, points_for, units_for
from server.grading.row_order import last_point, last_sources
from server.grading.schemas import (
    Added,
    AssessmentForm,
    MeasureForm,
    PointForm,
    SourceForm,
)
from server.ids import new_id
from server.models.risk import ControlMeasure, HazardSource, RiskAssessment, RiskPoint, RiskRegister
from server.steps import demand_version
from server.unit_of_work import Work

LONGEST_NAME = 200
LONGEST_TEXT = 1000
MOST_POINTS = 2_000
"""How many points one batch may add."""
_TEXTS = ("name", "location", "consequence", "department", "person")


def add_points(
    work: Work, rulebook: Rulebook, enterprise_id: UUID, forms: Sequence[PointForm], *, cause: GradeCause = GradeCause.ASSESSED
) -> Added:
    """Add risk points with their sources, measures and assessments, all or none. A unit or point not there yet is added.

    Raises `NotAllowed`, `NotFound`, and `InvalidInput` naming every wrong row and field.
    """
    demand_writer(work.actor)
    get_enterprise(work, enterprise_id)
    graded = check_points(work, rulebook, forms)
    lock_register(work, enterprise_id)
    units, added_units = units_for(work, enterprise_id, forms)
    points, added_points = points_for(work, enterprise_id, units, forms)
    ordinals = last_sources(work, (point.id for point in points))
    made = []
    for point, form in zip(points, forms, strict=True):
        for source in form.sources:
            ordinals[point.id] = ordinals.get(point.id, 0) + 1
            made.append((source, _new_source(work, point, source, ordinals[point.id])))
    work.session.add_all(row for _, row in made)
    work.session.flush()
    grades = iter(graded)
    for form_of_source, row in made:
        work.session.add_all(_new_measures(work, row.id, form_of_source.measures))
        grade = next(grades)
        if form_of_source.assessment is not None and grade is not None:
            work.session.add(keep_assessment(work, rulebook, row, form_of_source.assessment, grade, 1))
    work.session.flush()
    work.record(
        "enterprise",
        enterprise_id,
        "risk_register:added",
        points=list(dict.fromkeys(point.name for point in points)),
        sources=len(made),
        cause=cause.value,
        edition=rulebook.edition,
    )
    note_grade(work, rulebook, enterprise_id, cause, f"登记 {added_points} 个风险点、{len(made)} 个危险源")
    return Added(units=added_units, points=added_points, sources=len(made), point_ids=tuple(dict.fromkeys(point.id for point in points)))


def check_points(work: Work, rulebook: Rulebook, forms: Sequence[PointForm]) -> list[Grade | None]:
    """The grade of every source of a batch in order, None for one without an assessment. Raises `InvalidInput` naming every mistake."""
    errors: list[FieldError] = []
    graded: list[Grade | None] = []
    if not forms or len(forms) > MOST_POINTS:
        raise InvalidInput([FieldError("points", f"一次登记 1 至 {MOST_POINTS} 个风险点")])
    for place, form in enumerate(forms):
        words = point_words(place, form)
        errors += [place_error(one, f"points.{place}", words) for one in _point_errors(form)]
        for number, source in enumerate(form.sources):
            where, said = f"points.{place}.sources.{number}", source_words(place, form, source)
            errors += [place_error(one, where, said) for one in _source_errors(work, source)]
            try:
                graded.append(grade_form(rulebook, source.assessment, work.today) if source.assessment is not None else None)
            except InvalidInput as refusal:
                graded.append(None)
                errors += [place_error(one, where, said) for one in refusal.errors]
    if errors:
        raise InvalidInput(errors)
    return graded


def point_words(place: int, form: PointForm) -> str:
    """How a point of a batch is spoken of."""
    return f"第 {place + 1} 个风险点“{form.name.strip() or '未写名称'}”"


def source_words(place: int, form: PointForm, source: SourceForm) -> str:
    """How a source of a batch is spoken of."""
    return f"{point_words(place, form)}的危险源“{source.name.strip() or '未写名称'}”"


def _point_errors(form: PointForm) -> list[FieldError]:
    errors = _text_errors(form)
    if not form.unit.strip() or len(form.unit) > LONGEST_NAME:
        errors.append(FieldError("unit", "请写明风险单元，如车间、站房"))
    if form.kind not in set(RiskPointKind):
        errors.append(FieldError("kind", f"类型可选：{'、'.join(one.label for one in RiskPointKind)}"))
    return errors


def _source_errors(work: Work, form: SourceForm, kept_items: Collection[str] = ()) -> list[FieldError]:
    """What is wrong with a source; checklist items it names already may have left their checklist since."""
    errors = _text_errors(form)
    checklists = load_checklists().at(work.today)
    strange = [code for code in form.item_codes if code not in kept_items and checklists.find_item(code) is None]
    if strange:
        errors.append(FieldError("item_codes", f"检查表里没有“{'、'.join(strange)}”这一项"))
    known = offered_accidents(work.today)
    unknown = [one for one in form.accidents if one not in known]
    if unknown:
        errors.append(FieldError("accidents", f"没有“{'、'.join(unknown)}”这类事故，可选：{'、'.join(known)}"))
    if form.layer and form.layer not in set(ControlLevel):
        errors.append(FieldError("layer", f"管控层级可选：{'、'.join(one.label for one in ControlLevel)}"))
    for place, measure in enumerate(form.measures):
        if measure.kind not in set(ControlMeasureKind):
            errors.append(FieldError(f"measures.{place}.kind", f"措施种类可选：{'、'.join(one.label for one in ControlMeasureKind)}"))
        if not measure.text.strip() or len(measure.text) > LONGEST_TEXT:
            errors.append(FieldError(f"measures.{place}.text", f"请写明措施，不超过 {LONGEST_TEXT} 个字"))
        if measure.layer and measure.layer not in set(ControlLevel):
            errors.append(FieldError(f"measures.{place}.layer", "措施的管控层级不在可选之列"))
    return errors


def _text_errors(form: PointForm | SourceForm) -> list[FieldError]:
    errors = []
    for field in _TEXTS:
        text = getattr(form, field, None)
        if text is not None and len(text) > LONGEST_NAME:
            errors.append(FieldError(field, f"不能超过 {LONGEST_NAME} 个字"))
    if not form.name.strip():
        errors.append(FieldError("name", "请填写名称"))
    return errors


def _new_source(work: Work, point: RiskPoint, form: SourceForm, ordinal: int) -> HazardSource:
    return HazardSource(
        id=new_id(),
        park_id=work.park_id,
        enterprise_id=point.enterprise_id,
        point_id=point.id,
        ordinal=ordinal,
        starter=form.starter,
        created_on=work.today,
        **_source_values(work, form),
        confirmed_on=work.today if form.is_confirmed else None,
        confirmed_by_name=work.actor.name if form.is_confirmed else "",
    )


def _source_values(work: Work, form: SourceForm) -> dict[str, Any]:
    return {
        "name": form.name.strip(),
        "consequence": form.consequence.strip(),
        "accidents": list(dict.fromkeys(form.accidents)),
        "accident_edition": accident_classes(work.today).id if form.accidents else "",
        "item_codes": list(dict.fromkeys(form.item_codes)),
        "layer": form.layer,
        "department": form.department.strip(),
        "person": form.person.strip(),
    }


def _new_measures(work: Work, source_id: UUID, forms: Iterable[MeasureForm]) -> list[ControlMeasure]:
    kinds = list(ControlMeasureKind)
    ordered = sorted(forms, key=lambda form: kinds.index(ControlMeasureKind(form.kind)))
    return [
        ControlMeasure(
            id=new_id(),
            park_id=work.park_id,
            source_id=source_id,
            ordinal=ordinal,
            kind=form.kind,
            text=form.text.strip(),
            layer=form.layer,
            owner=form.owner.strip(),
        )
        for ordinal, form in enumerate(ordered, start=1)
    ]


def add_source(work: Work, rulebook: Rulebook, point_id: UUID, form: SourceForm) -> HazardSource:
    """Add a hazard source to a risk point. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_writer(work.actor)
    point = _lock_point(work, point_id, None)
    errors = _source_errors(work, form)
    twin = select(HazardSource.id).where(HazardSource.point_id == point_id, HazardSource.retired_on.is_(None))
    if work.session.scalar(twin.where(HazardSource.name == form.name.strip()).limit(1)) is not None:
        errors.append(FieldError("name", ALREADY_THERE))
    if errors:
        raise InvalidInput(errors)
    grade = grade_form(rulebook, form.assessment, work.today) if form.assessment is not None else None
    source = _new_source(work, point, form, last_sources(work, [point_id]).get(point_id, 0) + 1)
    work.session.add(source)
    work.session.flush()
    work.session.add_all(_new_measures(work, source.id, form.measures))
    if form.assessment is not None and grade is not None:
        work.session.add(keep_assessment(work, rulebook, source, form.assessment, grade, 1))
    work.session.flush()
    work.record(
        "hazard_source", source.id, "hazard_source:added", name=source.name, point_id=point_id, score=source.score_text,
        risk=_risk_word(source.risk_number), edition=rulebook.edition,
    )  # fmt: skip
    note_grade(work, rulebook, point.enterprise_id, GradeCause.ASSESSED, f"{point.name}新增危险源“{source.name}”")
    return source


def update_point(work: Work, point_id: UUID, form: PointForm) -> RiskPoint:
    """Change a risk point's name, kind, place or unit; its sources are changed one by one.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`.
    """
    demand_writer(work.actor)
    point = _lock_point(work, point_id, form.seen_version)
    errors = _point_errors(form)
    if errors:
        raise InvalidInput(errors)
    lock_register(work, point.enterprise_id)
    units, _ = units_for(work, point.enterprise_id, [form])
    values = {"name": form.name.strip(), "kind": form.kind, "location": form.location.strip(), "unit_id": units[form.unit.strip()]}
    changes = _set(point, values)
    if changes:
        if "unit_id" in changes:
            # In its new unit it is a new row.
            point.ordinal = last_point(work, point.enterprise_id) + 1
        work.session.flush()
        work.record("risk_point", point.id, "risk_point:changed", changes=changes)
    return point


def update_source(work: Work, source_id: UUID, form: SourceForm) -> HazardSource:
    """Change what is said of a hazard source and replace its measures; its grade changes by `assess_source` alone.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`.
    """
    demand_writer(work.actor)
    source = _lock_source(work, source_id, form.seen_version)
    errors = _source_errors(work, form, source.item_codes)
    if errors:
        raise InvalidInput(errors)
    changes = _set(source, _source_values(work, form))
    before = work.session.scalars(select(ControlMeasure).where(ControlMeasure.source_id == source_id).order_by(ControlMeasure.ordinal))
    kept = [(one.kind, one.text, one.layer, one.owner) for one in before]
    after = _new_measures(work, source_id, form.measures)
    if kept != [(one.kind, one.text, one.layer, one.owner) for one in after]:
        work.session.execute(delete(ControlMeasure).where(ControlMeasure.source_id == source_id))
        work.session.add_all(after)
        # The measures are part of the source: its version counts also when they alone change.
        flag_modified(source, "name")
        changes["measures"] = [f"{ControlMeasureKind(one.kind).label}：{one.text}" for one in after]
    if changes:
        work.session.flush()
        work.record("hazard_source", source.id, "hazard_source:changed", changes=changes)
    return source


def assess_source(work: Work, rulebook: Rulebook, source_id: UUID, form: AssessmentForm, *, version: int | None = None) -> RiskAssessment:
    """Grade a hazard source anew. A rise takes effect at once; a fall needs verified measures, two people and a reason.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`.
    """
    demand_writer(work.actor)
    source = _lock_source(work, source_id, version)
    grade = grade_form(rulebook, form, work.today)
    current = work.session.get(RiskAssessment, source.assessment_id) if source.assessment_id is not None else None
    demand_ground_for_lowering(source, current, grade, form, work.today)
    # Whoever grades a source stands for it.
    if source.confirmed_on is None:
        source.confirmed_on, source.confirmed_by_name = work.today, work.actor.name
    assessment = keep_assessment(work, rulebook, source, form, grade, current.sequence + 1 if current is not None else 1)
    work.session.add(assessment)
    work.session.flush()
    work.record(
        "hazard_source",
        source.id,
        "hazard_source:assessed",
        score=assessment.score_text,
        risk=_risk_word(assessment.risk_number),
        risk_before=_risk_word(current.risk_number) if current is not None else None,
        reason=assessment.reason,
        verified_by=assessment.verified_by,
        approved_by=assessment.approved_by,
        edition=rulebook.edition,
    )
    note_grade(work, rulebook, source.enterprise_id, GradeCause.ASSESSED, f"“{source.name}”评价为 {assessment.score_text}")
    return assessment


def confirm_sources(work: Work, rulebook: Rulebook, source_ids: Collection[UUID]) -> int:
    """Somebody saw these starters on site and stands for them as they are; returns how many were confirmed now.

    Raises `NotAllowed`, `NotFound`, `StateConflict` for one that was retired or not assessed.
    """
    demand_writer(work.actor)
    query = readable_sources(work.actor).where(HazardSource.id.in_(source_ids)).order_by(HazardSource.id).with_for_update(of=HazardSource)
    sources = list(work.session.scalars(query.execution_options(populate_existing=True)))
    if len(sources) != len(set(source_ids)):
        raise NotFound("其中的危险源")
    bad = [one.name for one in sources if one.retired_on is not None or one.risk_number is None]
    if bad:
        raise StateConflict(f"“{'”“'.join(bad)}”已停用或尚未评价，不能确认。", reason="not_confirmable")
    confirmed = [one for one in sources if one.confirmed_on is None]
    for one in confirmed:
        one.confirmed_on, one.confirmed_by_name = work.today, work.actor.name
        work.record("hazard_source", one.id, "hazard_source:confirmed", score=one.score_text, risk=_risk_word(one.risk_number))
    work.session.flush()
    for enterprise_id in dict.fromkeys(one.enterprise_id for one in confirmed):
        note_grade(work, rulebook, enterprise_id, GradeCause.CONFIRMED, f"现场确认 {len(confirmed)} 个危险源")
    return len(confirmed)


def retire_point(work: Work, rulebook: Rulebook, point_id: UUID, reason: str) -> RiskPoint:
    """A risk point no longer exists; it stays readable with its sources.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_writer(work.actor)
    point = _lock_point(work, point_id, None)
    _demand_reason(reason)
    point.retired_on, point.retired_reason = work.today, reason.strip()
    query = select(HazardSource).where(HazardSource.point_id == point_id, HazardSource.retired_on.is_(None)).order_by(HazardSource.id)
    for source in work.session.scalars(query):
        source.retired_on, source.retired_reason = work.today, reason.strip()
    work.session.flush()
    work.record("risk_point", point.id, "risk_point:retired", name=point.name, reason=point.retired_reason)
    note_grade(work, rulebook, point.enterprise_id, GradeCause.RETIRED, f"停用风险点“{point.name}”：{point.retired_reason}")
    return point


def retire_source(work: Work, rulebook: Rulebook, source_id: UUID, reason: str) -> HazardSource:
    """A hazard source no longer exists; it stays readable. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_writer(work.actor)
    source = _lock_source(work, source_id, None)
    _demand_reason(reason)
    source.retired_on, source.retired_reason = work.today, reason.strip()
    work.session.flush()
    risk = _risk_word(source.risk_number)
    work.record("hazard_source", source.id, "hazard_source:retired", name=source.name, risk=risk, reason=source.retired_reason)
    note_grade(work, rulebook, source.enterprise_id, GradeCause.RETIRED, f"停用危险源“{source.name}”：{source.retired_reason}")
    return source


def note_change(work: Work, enterprise_id: UUID, note: str) -> RiskRegister:
    """Write down a change that asks for a new assessment (停产、检维修、开停车、工艺或人员变更).

    Raises `NotAllowed`, `NotFound`, `InvalidInput`.
    """
    demand_writer(work.actor)
    get_enterprise(work, enterprise_id)
    if not note.strip() or len(note) > LONGEST_TEXT:
        raise InvalidInput([FieldError("note", "请写明变更内容，如停产检修、工艺或主要设备变更")])
    register = lock_register(work, enterprise_id)
    register.change_on, register.change_note = work.today, note.strip()
    work.session.flush()
    work.record("enterprise", enterprise_id, "risk_register:change_noted", note=register.change_note)
    return register


def finish_review(work: Work, rulebook: Rulebook, enterprise_id: UUID, note: str) -> RiskRegister:
    """Write down that the whole register was reviewed today. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_writer(work.actor)
    get_enterprise(work, enterprise_id)
    open_sources = select(func.count()).select_from(HazardSource).where(
        HazardSource.enterprise_id == enterprise_id, HazardSource.retired_on.is_(None), HazardSource.confirmed_on.is_(None)
    )  # fmt: skip
    unconfirmed = work.session.scalar(open_sources) or 0
    if unconfirmed:
        raise StateConflict(f"还有 {unconfirmed} 个危险源待现场确认，确认后才能记为完成复评。", reason="unconfirmed")
    if not note.strip():
        raise InvalidInput([FieldError("note", "请写明复评情况，如参加人员、有无变化")])
    register = lock_register(work, enterprise_id)
    register.reviewed_on, register.reviewed_by_name = work.today, work.actor.name
    register.change_on, register.change_note = None, ""
    work.session.flush()
    work.record("enterprise", enterprise_id, "risk_register:reviewed", note=note.strip(), edition=rulebook.edition)
    note_grade(work, rulebook, enterprise_id, GradeCause.ASSESSED, "完成全面复评")
    return register


def _lock_point(work: Work, point_id: UUID, version: int | None) -> RiskPoint:
    query = readable_points(work.actor).where(RiskPoint.id == point_id).with_for_update(of=RiskPoint)
    point = work.session.scalar(query.execution_options(populate_existing=True))
    if point is None:
        raise NotFound("这个风险点")
    demand_version(point, version, "这个风险点")
    if point.retired_on is not None:
        raise StateConflict("这个风险点已经停用，不能再改。", reason="retired")
    return point


def _lock_source(work: Work, source_id: UUID, version: int | None) -> HazardSource:
    query = readable_sources(work.actor).where(HazardSource.id == source_id).with_for_update(of=HazardSource)
    source = work.session.scalar(query.execution_options(populate_existing=True))
    if source is None:
        raise NotFound("这个危险源")
    demand_version(source, version, "这个危险源")
    if source.retired_on is not None:
        raise StateConflict("这个危险源已经停用，不能再改。", reason="retired")
    return source


def _demand_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_TEXT:
        raise InvalidInput([FieldError("reason", "请写明停用原因，如设备拆除、工序取消")])


def _set(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    changes = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    return changes


def _risk_word(number: int | None) -> str | None:
    colour = COLOURS[number]
    return colour.risk.value if colour is not None else None
