"""Use cases of the chemical inventory: units with their chemicals, and beside each what GB 18218 makes of it.

重大危险源 is computed when asked and never stored; it colours nothing by itself, but says which direct judgement an assessor must weigh.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from rules.bands import Colour
from rules.major_hazard_installation import InstallationGrade, InventoryItem, grade_installation
from rules.requests import RequestError
from rules.rulebook import Rulebook
from rules.substance_lookup import Chemical as NamedChemical
from server.enterprises.service import get_enterprise
from server.errors import FieldError, InvalidInput, NotFound
from server.grading.access import demand_writer, readable_chemical_units, readable_chemicals
from server.grading.grades import get_grade
from server.grading.reading import get_point
from server.grading.schemas import ChemicalForm, ChemicalUnitForm, ChemicalUnitView
from server.ids import new_id
from server.models.risk import Chemical, ChemicalUnit
from server.steps import demand_version
from server.unit_of_work import Work

LONGEST_NAME = 200
MOST_CHEMICALS = 300
_DIRECT_ITEM = "general_3"
"""直接判定“涉及重大危险源”."""
_FIELDS_REFUSED = {"bad_cas": "cas", "unknown_category": "categories", "ambiguous_category": "categories", "out_of_range": "threshold_t"}
"""Which field of a chemical the tables refuse, by the code of their refusal."""


def read_chemicals(work: Work, rulebook: Rulebook, enterprise_id: UUID) -> tuple[ChemicalUnitView, ...]:
    """The units of an enterprise with their chemicals and what GB 18218 says today. Raises `NotFound`."""
    get_enterprise(work, enterprise_id)
    in_use = readable_chemical_units(work.actor).where(ChemicalUnit.enterprise_id == enterprise_id, ChemicalUnit.retired_on.is_(None))
    units = list(work.session.scalars(in_use.order_by(ChemicalUnit.created_at, ChemicalUnit.id)))
    rows = readable_chemicals(work.actor).where(Chemical.enterprise_id == enterprise_id).order_by(Chemical.ordinal)
    by_unit: dict[UUID, list[Chemical]] = {}
    for one in work.session.scalars(rows):
        by_unit.setdefault(one.unit_id, []).append(one)
    colours = {point.id: point.colour for point in get_grade(work, enterprise_id).points} if units else {}
    return tuple(_view(work, rulebook, unit, by_unit.get(unit.id, []), colours) for unit in units)


def get_chemical_unit(work: Work, unit_id: UUID) -> ChemicalUnit:
    """A unit the actor may see, a retired one too. Raises `NotFound`."""
    unit = work.session.scalar(readable_chemical_units(work.actor).where(ChemicalUnit.id == unit_id))
    if unit is None:
        raise NotFound("这个化学品单元")
    return unit


def read_chemical_unit(work: Work, rulebook: Rulebook, unit_id: UUID) -> ChemicalUnitView:
    """One unit with its chemicals and what GB 18218 says today. Raises `NotFound`."""
    unit = get_chemical_unit(work, unit_id)
    chemicals = list(work.session.scalars(readable_chemicals(work.actor).where(Chemical.unit_id == unit_id).order_by(Chemical.ordinal)))
    colours = {point.id: point.colour for point in get_grade(work, unit.enterprise_id).points}
    return _view(work, rulebook, unit, chemicals, colours)


def _view(
    work: Work, rulebook: Rulebook, unit: ChemicalUnit, chemicals: list[Chemical], colours: dict[UUID, Colour | None]
) -> ChemicalUnitView:
    installation, problem = None, ""
    try:
        installation = compute(work, rulebook, unit.residents, chemicals) if chemicals else None
    except RequestError as error:
        problem = error.detail
    advice = []
    if installation is not None and installation.constitutes:
        colour = colours.get(unit.point_id) if unit.point_id is not None else None
        if colour is not Colour.RED:
            advice.append(
                f"构成重大危险源（{installation.label}）：请对照直接判定 {_DIRECT_ITEM}“涉及重大危险源”，评价所在的风险点"
                + ("" if unit.point_id is not None else "，并关联风险点")
            )
    return ChemicalUnitView(unit=unit, chemicals=tuple(chemicals), installation=installation, problem=problem, advice=tuple(advice))


def compute(work: Work, rulebook: Rulebook, residents: int | None, chemicals: Sequence[Chemical | ChemicalForm]) -> InstallationGrade:
    """What GB 18218 makes of these chemicals in one unit today. Raises `RequestError`."""
    items = [
        InventoryItem(
            chemical=NamedChemical(
                name=one.name or None, cas=one.cas or None, state=one.physical_state or None, concentration=one.concentration or None
            ),
            quantity_t=one.quantity_t,
            categories=tuple(one.categories),
            threshold_t=one.threshold_t,
            threshold_source=one.threshold_source,
            beta=one.beta,
        )
        for one in chemicals
    ]
    return grade_installation(rulebook.grading.installation, items, residents, on=work.today)


def save_chemical_unit(
    work: Work, rulebook: Rulebook, enterprise_id: UUID, form: ChemicalUnitForm, *, unit_id: UUID | None = None
) -> ChemicalUnit:
    """Add a unit with its chemicals, or replace what is known of one.

    Raises `NotAllowed`, `NotFound`, `InvalidInput` (a wrong CAS number or category included), `ChangedMeanwhile`.
    """
    demand_writer(work.actor)
    get_enterprise(work, enterprise_id)
    unit = _lock(work, enterprise_id, unit_id, form.seen_version) if unit_id is not None else None
    refuse_bad_form(work, rulebook, enterprise_id, form)
    if unit is None:
        unit = ChemicalUnit(id=new_id(), park_id=work.park_id, enterprise_id=enterprise_id, name="", residents=None, created_at=work.now)
        work.session.add(unit)
    unit.name, unit.residents, unit.point_id = form.name.strip(), form.residents, form.point_id
    # Its chemicals are part of it: the version counts also when they alone change.
    flag_modified(unit, "name")
    work.session.flush()
    work.session.execute(delete(Chemical).where(Chemical.unit_id == unit.id))
    chemicals = [_row(unit, one, ordinal) for ordinal, one in enumerate(form.chemicals, start=1)]
    work.session.add_all(chemicals)
    work.session.flush()
    installation = compute(work, rulebook, unit.residents, chemicals) if chemicals else None
    work.record(
        "chemical_unit",
        unit.id,
        "chemical_unit:saved",
        enterprise_id=enterprise_id,
        name=unit.name,
        residents=unit.residents,
        chemicals=[_said(one) for one in chemicals],
        installation=installation.label if installation is not None else "",
        edition=rulebook.edition,
    )
    return unit


def retire_chemical_unit(work: Work, unit_id: UUID, reason: str) -> ChemicalUnit:
    """A unit no longer exists; it stays readable. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    demand_writer(work.actor)
    unit = _lock(work, None, unit_id, None)
    if not reason.strip():
        raise InvalidInput([FieldError("reason", "请写明原因，如储罐拆除")])
    unit.retired_on = work.today
    work.session.flush()
    work.record("chemical_unit", unit.id, "chemical_unit:retired", name=unit.name, reason=reason.strip())
    return unit


def _said(one: Chemical) -> str:
    quantity = f"{one.quantity_t.normalize():f} t" if one.quantity_t is not None else "数量不详"
    return f"{one.name or one.cas} {quantity}"


def _row(unit: ChemicalUnit, form: ChemicalForm, ordinal: int) -> Chemical:
    return Chemical(
        id=new_id(),
        park_id=unit.park_id,
        enterprise_id=unit.enterprise_id,
        unit_id=unit.id,
        ordinal=ordinal,
        name=form.name.strip(),
        cas=form.cas.strip(),
        physical_state=form.physical_state.strip(),
        concentration=form.concentration.strip(),
        quantity_t=form.quantity_t,
        categories=list(dict.fromkeys(form.categories)),
        threshold_t=form.threshold_t,
        threshold_source=form.threshold_source.strip(),
        beta=form.beta,
        purpose=form.purpose.strip(),
    )


def refuse_bad_form(work: Work, rulebook: Rulebook, enterprise_id: UUID, form: ChemicalUnitForm) -> None:
    """Raises `InvalidInput` naming every mistake of a unit's form, what the tables of GB 18218 refuse included."""
    errors = []
    if not form.name.strip() or len(form.name) > LONGEST_NAME:
        errors.append(FieldError("name", "请写明单元名称，如储罐区、制冷机房"))
    if form.residents is not None and form.residents < 0:
        errors.append(FieldError("residents", "厂界外 500 m 内常住人口不能小于 0，不清楚的留空"))
    if form.point_id is not None and get_point(work, form.point_id).enterprise_id != enterprise_id:
        errors.append(FieldError("point_id", "请选择这家企业的风险点"))
    if len(form.chemicals) > MOST_CHEMICALS:
        errors.append(FieldError("chemicals", f"一个单元最多登记 {MOST_CHEMICALS} 种"))
    for place, one in enumerate(form.chemicals):
        wrong = _chemical_errors(one) or _table_errors(work, rulebook, one)
        errors += [FieldError(f"chemicals.{place}.{field}", message) for field, message in wrong]
    if errors:
        raise InvalidInput(errors)


def _table_errors(work: Work, rulebook: Rulebook, one: ChemicalForm) -> list[tuple[str, str]]:
    try:
        compute(work, rulebook, None, [one])
    except RequestError as error:
        return [(_FIELDS_REFUSED.get(error.code, "name"), error.detail)]
    return []


def _chemical_errors(one: ChemicalForm) -> list[tuple[str, str]]:
    errors: list[tuple[str, str]] = []
    numbers: dict[str, Any] = {"quantity_t": one.quantity_t, "threshold_t": one.threshold_t, "beta": one.beta}
    if not one.name.strip() and not one.cas.strip():
        errors.append(("name", "请写明化学品名称或 CAS 号"))
    errors += [(field, "应为不小于 0 的数") for field, number in numbers.items() if number is not None and number < 0]
    errors += [
        (field, f"小数不超过 6 位，总共不超过 12 位整数（收到 {number}）")
        for field, number in numbers.items()
        if number is not None and (abs(number) >= 10**12 or number != round(number, 6))
    ]
    if one.threshold_t is not None and not one.threshold_source.strip():
        errors.append(("threshold_source", "自定临界量须写明来源"))
    return errors


def _lock(work: Work, enterprise_id: UUID | None, unit_id: UUID, version: int | None) -> ChemicalUnit:
    query = readable_chemical_units(work.actor).where(ChemicalUnit.id == unit_id, ChemicalUnit.retired_on.is_(None))
    if enterprise_id is not None:
        query = query.where(ChemicalUnit.enterprise_id == enterprise_id)
    unit = work.session.scalar(query.with_for_update(of=ChemicalUnit).execution_options(populate_existing=True))
    if unit is None:
        raise NotFound("这个化学品单元")
    demand_version(unit, version, "这个化学品单元")
    return unit
