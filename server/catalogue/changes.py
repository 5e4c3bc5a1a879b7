"""Use cases of a draft's changes: add an entry, make one stricter, set one aside, take a change out again.

After each step the whole draft is laid over the law by the rules; what they object to is refused at once, at the field it concerns. A
change taken out stays in the record.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select

from rules.catalogue_editions import Tightening, WaiverRow
from rules.restriction import load_catalogue
from rules.restriction_data import Entry, Limit, Match, Sign
from rules.restriction_terms import (
    Area,
    BuildType,
    Confidence,
    Effect,
    EntryKind,
    Figure,
    Layer,
    Scope,
    SubstanceList,
)
from rules.terms import Term
from server.catalogue.access import demand_drafter, readable_changes
from server.catalogue.building import active_changes, edition_file, lay_over_law
from server.catalogue.editions import LONGEST_TEXT, lock_edition
from server.catalogue.schemas import ChangeKind, EditionState, EntryForm, TightenForm, WaiveForm, limit_of
from server.errors import FieldError, InvalidInput, NotFound
from server.ids import new_id
from server.models.catalogue import CatalogueChange, CatalogueEdition
from server.numbering import take_number
from server.unit_of_work import Work

T = TypeVar("T", bound=Term)
_SEPARATORS = re.compile(r"[、,，;；\r\n]+")


def get_change(work: Work, change_id: UUID) -> CatalogueChange:
    """A change of an edition the actor may see. Raises `NotFound`."""
    change = work.session.scalar(readable_changes(work.actor).where(CatalogueChange.id == change_id))
    if change is None:
        raise NotFound("这项改动")
    return change


def add_entry(work: Work, edition_id: UUID, form: EntryForm, *, origin: str = "") -> CatalogueChange:
    """Add an entry of the park's own. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_drafter(work.actor)
    edition = lock_draft(work, edition_id)
    entry = _read_entry(work, edition, form)
    return keep_change(work, edition, ChangeKind.ADDED, entry.id, msgspec.to_builtins(entry), form.reason, origin)


def tighten_entry(work: Work, edition_id: UUID, form: TightenForm) -> CatalogueChange:
    """Make an entry stricter, or take a proposal over as it is. Raises as `add_entry`."""
    demand_drafter(work.actor)
    edition = lock_draft(work, edition_id)
    law = load_catalogue().by_id.get(form.entry_id.strip())
    if law is None:
        raise InvalidInput([FieldError("entry_id", f"目录里没有编号“{form.entry_id.strip()}”的条目")])
    errors: list[FieldError] = []
    row = Tightening(
        id=law.id,
        reason=form.reason.strip(),
        effect_new=_chosen(form.effect_new, Effect, "effect_new", "新建的后果", errors),
        effect_existing=_chosen(form.effect_existing, Effect, "effect_existing", "现有改造的后果", errors),
        limit_value=_number(form.limit_value, "limit_value", errors),
    )
    changes_nothing = (row.effect_new, row.effect_existing, row.limit_value) == (None, None, None)
    if changes_nothing and law.layer is not Layer.PARK_PROPOSAL and not errors:
        errors.append(FieldError("effect_new", "请至少写明一处从严：新建的后果、现有改造的后果或数值"))
    _refuse(errors)
    content = {key: value for key, value in msgspec.to_builtins(row).items() if value is not None}
    return keep_change(work, edition, ChangeKind.TIGHTENED, law.id, content, form.reason, form.origin)


def waive_entry(work: Work, edition_id: UUID, form: WaiveForm) -> CatalogueChange:
    """Set an entry aside; one of the State or the province goes to a person instead. Raises as `add_entry`."""
    demand_drafter(work.actor)
    edition = lock_draft(work, edition_id)
    entry_id = form.entry_id.strip()
    if form.until is not None and form.until <= edition.planned_from:
        raise InvalidInput([FieldError("until", "恢复日应晚于拟施行日")])
    row = WaiverRow(id=entry_id, reason=form.reason.strip(), approver=form.approver.strip(), until=form.until)
    content = {key: value for key, value in msgspec.to_builtins(row).items() if value is not None}
    return keep_change(work, edition, ChangeKind.WAIVED, entry_id, content, form.reason, form.origin)


def remove_change(work: Work, edition_id: UUID, change_id: UUID) -> CatalogueEdition:
    """Take a change out of its draft; it stays in the record. Raises as `add_entry`."""
    demand_drafter(work.actor)
    edition = lock_draft(work, edition_id)
    change = get_change(work, change_id)
    if change.edition_id != edition_id:
        raise NotFound("这项改动")
    if change.removed_at is None:
        change.removed_by, change.removed_by_name, change.removed_at = work.actor.id, work.actor.name, work.now
        work.session.flush()
        _check(work, edition)
        work.record("catalogue_edition", edition.id, "catalogue_edition:change_removed", entry=change.entry_id, change=change.kind)
    return edition


def lock_draft(work: Work, edition_id: UUID) -> CatalogueEdition:
    """A draft, kept from changing under us. Raises `NotFound`, `StateConflict`."""
    return lock_edition(work, edition_id, (EditionState.DRAFT,))


def keep_change(
    work: Work, edition: CatalogueEdition, kind: ChangeKind, entry_id: str, content: dict[str, Any], reason: str, origin: str
) -> CatalogueChange:
    """Write one change down and let the rules read the whole draft. Raises `InvalidInput`."""
    reason = reason.strip()
    if not reason:
        raise InvalidInput([FieldError("reason", "请写明理由")])
    if len(reason) > LONGEST_TEXT:
        raise InvalidInput([FieldError("reason", f"理由不超过 {LONGEST_TEXT} 个字")])
    taken = select(CatalogueChange.id).where(
        CatalogueChange.edition_id == edition.id,
        CatalogueChange.entry_id == entry_id,
        CatalogueChange.kind == kind,
        CatalogueChange.removed_at.is_(None),
    )
    if work.session.scalar(taken) is not None:
        raise InvalidInput([FieldError("entry_id", f"草案里已有对 {entry_id} 的“{kind.label}”，要改请先移出再重写")])
    change = CatalogueChange(
        id=new_id(),
        park_id=work.park_id,
        edition_id=edition.id,
        kind=kind,
        entry_id=entry_id,
        content=content,
        reason=reason,
        origin=origin,
        made_by=work.actor.id,
        made_by_name=work.actor.name,
        made_at=work.now,
    )
    work.session.add(change)
    work.session.flush()
    _check(work, edition)
    work.record("catalogue_edition", edition.id, "catalogue_edition:changed", entry=entry_id, change=kind.value, reason=reason)
    return change


def _check(work: Work, edition: CatalogueEdition) -> None:
    """Let the rules read the whole draft. Raises `InvalidInput`."""
    lay_over_law(edition_file(work, edition, active_changes(work, edition.id), adopted=True))


# --- an entry as typed ----------------------------------------------------------------------------------------------------------------


def _read_entry(work: Work, edition: CatalogueEdition, form: EntryForm) -> Entry:
    errors: list[FieldError] = []
    for field, label in (("subject", "品名或工艺装备"), ("clause", "条款"), ("condition", "限制条件"), ("source", "来源")):
        text = getattr(form, field).strip()
        if not text:
            errors.append(FieldError(field, f"请填写{label}"))
        elif len(text) > LONGEST_TEXT:
            errors.append(FieldError(field, f"{label}不超过 {LONGEST_TEXT} 个字"))
    kind = _chosen(form.kind, EntryKind, "kind", "类别", errors)
    new = _chosen(form.effect_new, Effect, "effect_new", "新建的后果", errors)
    existing = _chosen(form.effect_existing, Effect, "effect_existing", "现有改造的后果", errors)
    for field, value, label in (("kind", kind, "类别"), ("effect_new", new, "新建的后果"), ("effect_existing", existing, "现有改造的后果")):
        if value is None and not any(one.field == field for one in errors):
            errors.append(FieldError(field, f"请选择{label}"))
    match = Match(
        industries=_list(form.industries),
        except_industries=_list(form.except_industries),
        build_types=_several(form.build_types, BuildType),
        areas=(Area.PARK,) if form.in_park else (),
        products=_list(form.products),
        except_products=_list(form.except_products),
        processes=_list(form.processes),
        except_processes=_list(form.except_processes),
        equipment=_list(form.equipment),
        except_equipment=_list(form.except_equipment),
        substances=_list(form.substances),
        substance_lists=_several(form.substance_lists, SubstanceList),
        fuels=tuple(form.fuels),
        flag=form.flag.strip(),
        any_ground=form.any_ground,
    )
    limits = _limits(form, errors)
    if match in (Match(), Match(areas=(Area.PARK,)), Match(areas=(Area.PARK,), any_ground=True), Match(any_ground=True)) and not limits:
        errors.append(FieldError("products", "至少写一项条件（产品、工艺、设备、物质、行业、燃料、是非题或数值），空条件会命中所有项目"))
    _refuse(errors)
    if kind is None or new is None or existing is None:
        raise LookupError("a choice is missing without an error")
    number = take_number(work.connection, work.park_id, "catalogue_entry", work.today.year)
    return Entry(
        id=f"PARK-{work.today.year}-{number}",
        kind=kind,
        clause=form.clause.strip(),
        subject=form.subject.strip(),
        condition=form.condition.strip(),
        exceptions=form.exceptions.strip(),
        effective_from=edition.planned_from,
        effect_new=new,
        effect_existing=existing,
        layer=Layer.PARK,
        confidence=Confidence.HIGH,
        verified=False,
        source=form.source.strip(),
        match=match,
        limits=limits,
    )


def _limits(form: EntryForm, errors: list[FieldError]) -> tuple[Limit, ...]:
    typed = (form.limit_figure, form.limit_op, form.limit_value, form.limit_unit, form.limit_scope)
    if not any(one.strip() for one in (*typed, form.limit_until)):
        return ()
    figure = _chosen(form.limit_figure, Figure, "limit_figure", "哪个数", errors)
    scope = _chosen(form.limit_scope, Scope, "limit_scope", "口径", errors)
    value = _number(form.limit_value, "limit_value", errors)
    until = _number(form.limit_until, "limit_until", errors)
    sign = Sign(form.limit_op) if form.limit_op in set(Sign) else None
    for field, given, words in (
        ("limit_figure", figure, "请选择限的是哪个数"),
        ("limit_op", sign, "请选择怎样比较"),
        ("limit_value", value, "请填写数值"),
        ("limit_unit", form.limit_unit.strip() or None, "请填写单位"),
        ("limit_scope", scope, "请选择口径（单线、全厂……）"),
    ):
        if given is None and not any(one.field == field for one in errors):
            errors.append(FieldError(field, words))
    if figure is None or sign is None or value is None or scope is None:
        return ()
    return (Limit(figure=figure, op=sign, value=value, until=until, unit=form.limit_unit.strip(), scope=scope),)


def _list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in _SEPARATORS.split(text) if one.strip()))


def _several(values: Iterable[str], kind: type[T]) -> tuple[T, ...]:
    return tuple(kind(one) for one in dict.fromkeys(values) if one in set(kind))


def _chosen(value: str, kind: type[T], field: str, label: str, errors: list[FieldError]) -> T | None:
    if not value:
        return None
    if value not in set(kind):
        errors.append(FieldError(field, f"请选择{label}"))
        return None
    return kind(value)


def _number(text: str, field: str, errors: list[FieldError]) -> Decimal | None:
    if not text.strip():
        return None
    value = limit_of(text)
    if value is None:
        errors.append(FieldError(field, f"“{text.strip()}”不是数字"))
    return value


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise InvalidInput(errors)
