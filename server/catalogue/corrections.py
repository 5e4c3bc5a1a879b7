"""How does a draft edition carry the number the official text really has?

Two officers found that an entry says another number than its text. A stricter number is a tightening, which a park may always make. A
softer one cannot soften the law's entry: that is set aside, which for law of the State or the province means a person decides, and a
corrected copy stands beside it. What has no single number is written by hand, starting from a copy of the entry.
"""

from uuid import UUID

import msgspec

from rules.catalogue_editions import is_stricter
from rules.restriction import load_catalogue
from rules.restriction_data import Entry
from rules.restriction_terms import Confidence, Layer
from server.catalogue.access import demand_drafter
from server.catalogue.changes import keep_change, lock_draft, tighten_entry, waive_entry
from server.catalogue.desk import get_record
from server.catalogue.overlay import note_of
from server.catalogue.schemas import ChangeKind, Finding, RecordState, TightenForm, WaiveForm, limit_of
from server.errors import StateConflict
from server.models.catalogue import CatalogueChange, CatalogueEdition, ClauseRecord
from server.numbering import take_number
from server.unit_of_work import Work


def correct_by_record(work: Work, record_id: UUID, edition_id: UUID) -> tuple[CatalogueChange, ...]:
    """Take the right number of a confirmed record into a draft. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_drafter(work.actor)
    record = get_record(work, record_id)
    entry = load_catalogue().by_id.get(record.entry_id)
    value = limit_of(record.limit_value)
    if record.state != RecordState.CONFIRMED or record.finding != Finding.DIFFERS:
        raise StateConflict("只有两人核对过、与原文不一致的条目才能按原文更正。", reason="state", state=record.state)
    if entry is None or value is None or len(entry.limits) != 1:
        raise StateConflict("这一条没有可以直接更正的单一数值，请在草案里照原文新增一条。", reason="no_single_limit")
    reason = f"原文为 {record.limit_value}：{record.difference}"
    origin = note_of(record).words
    if is_stricter(entry.limits[0], value):
        form = TightenForm(entry_id=entry.id, reason=reason, limit_value=record.limit_value, origin=origin)
        return (tighten_entry(work, edition_id, form),)
    edition = lock_draft(work, edition_id)
    waiver = WaiveForm(entry_id=entry.id, reason=reason, approver=f"随《{edition.title}》批准", origin=origin)
    return (waive_entry(work, edition_id, waiver), _add_copy(work, edition, entry, record, reason, origin))


def _add_copy(work: Work, edition: CatalogueEdition, entry: Entry, record: ClauseRecord, reason: str, origin: str) -> CatalogueChange:
    value = limit_of(record.limit_value)
    number = take_number(work.connection, work.park_id, "catalogue_entry", work.today.year)
    copy = msgspec.structs.replace(
        entry,
        id=f"PARK-{work.today.year}-{number}",
        clause=record.clause,
        condition=f"{entry.condition}（按原文更正：{record.difference}）",
        effective_from=edition.planned_from,
        layer=Layer.PARK,
        verified=False,
        confidence=Confidence.HIGH,
        source=origin,
        limits=(msgspec.structs.replace(entry.limits[0], value=value),),
        note=f"由 {entry.id} 更正",
    )
    return keep_change(work, edition, ChangeKind.ADDED, copy.id, msgspec.to_builtins(copy), reason, origin)
