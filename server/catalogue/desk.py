"""Use cases of the confirmation desk: an officer looks a clause up in the official text, a second one compares and confirms.

Most entries were collected at second hand and may not refuse by themselves. From the day two different officers have compared one with its
official text it may, in this park; a comparison that finds another number confirms nothing, but a draft edition can carry the right one.
Everything stays: who entered, who confirmed or sent back, on what source, and who withdrew it why.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rules.restriction import load_catalogue
from rules.restriction_data import Entry
from rules.restriction_terms import EFFECT_SEVERITY, Layer
from server.catalogue.access import DRAFTERS, demand_drafter, demand_reader, readable_editions, readable_records
from server.catalogue.overlay import entry_digest
from server.catalogue.schemas import (
    DeskQuery,
    DeskRow,
    DeskTab,
    EditionState,
    Finding,
    KeptScan,
    RecordDossier,
    RecordForm,
    RecordState,
    limit_of,
)
from server.catalogue.usage import uses_of_entries
from server.errors import FieldError, InvalidInput, NotFound, SecondPersonNeeded, StateConflict
from server.ids import new_id
from server.listing import Page, page_of
from server.models.catalogue import CatalogueEdition, ClauseRecord
from server.steps import demand_version
from server.unit_of_work import Work

LONGEST_TEXT = 200
LONGEST_WORDING = 4000
_TAB_STATES = {
    DeskTab.CLAIMED: (RecordState.CLAIMED,),
    DeskTab.ENTERED: (RecordState.ENTERED,),
    DeskTab.CONFIRMED: (RecordState.CONFIRMED,),
    DeskTab.DIFFERS: (RecordState.CONFIRMED,),
    DeskTab.CLOSED: (RecordState.RETURNED, RecordState.WITHDRAWN),
}


def list_desk(work: Work, query: DeskQuery) -> tuple[Page[DeskRow], dict[DeskTab, int]]:
    """One page of a list of the desk, and how many each list has with the same filters. Three queries. Raises `NotAllowed`."""
    demand_reader(work.actor)
    records = list(work.session.scalars(readable_records(work.actor).order_by(ClauseRecord.claimed_at.desc(), ClauseRecord.id.desc())))
    uses = uses_of_entries(work)
    lists = {tab: [row for row in _rows(work, tab, records, uses) if _keeps(work, row, query)] for tab in DeskTab}
    rows = lists[DeskTab(query.tab)]
    return page_of(rows, query.page, query.size), {tab: len(rows) for tab, rows in lists.items()}


def _rows(work: Work, tab: DeskTab, records: Sequence[ClauseRecord], uses: dict[str, int]) -> list[DeskRow]:
    law = load_catalogue().by_id
    if tab is not DeskTab.OPEN:
        kept = [one for one in records if one.state in _TAB_STATES[tab] and _is_of_tab(one, tab)]
        return [_row(law.get(one.entry_id), one.entry_id, uses, one) for one in kept]
    busy = {one.open_entry_id for one in records if one.open_entry_id is not None and not _is_stale(one, law.get(one.entry_id))}
    last = {one.entry_id: one for one in reversed(records)}
    waiting = [one for one in unverified_entries() if one.is_in_force(work.today) and one.id not in busy]
    rows = [_row(one, one.id, uses, last.get(one.id)) for one in waiting]
    return sorted(rows, key=lambda row: (-row.uses, -_severity(row.entry), row.entry_id))


def unverified_entries() -> tuple[Entry, ...]:
    """The entries of State and province that nobody has compared with their official text when the data was made."""
    return tuple(one for one in load_catalogue().entries if not one.verified and one.layer in (Layer.NATIONAL, Layer.PROVINCIAL))


def _is_of_tab(record: ClauseRecord, tab: DeskTab) -> bool:
    differs = record.finding == Finding.DIFFERS
    return differs if tab is DeskTab.DIFFERS else not differs if tab is DeskTab.CONFIRMED else True


def _row(entry: Entry | None, entry_id: str, uses: dict[str, int], record: ClauseRecord | None) -> DeskRow:
    stale = record is not None and record.state == RecordState.CONFIRMED and _is_stale(record, entry)
    return DeskRow(entry=entry, entry_id=entry_id, uses=uses.get(entry_id, 0), record=record, is_stale=stale)


def _is_stale(record: ClauseRecord, entry: Entry | None) -> bool:
    """Whether the entry says something else now than when it was compared."""
    return entry is None or entry_digest(entry) != record.entry_sha256


def _severity(entry: Entry | None) -> int:
    return 0 if entry is None else max(EFFECT_SEVERITY[entry.effect_new], EFFECT_SEVERITY[entry.effect_existing])


def _keeps(work: Work, row: DeskRow, query: DeskQuery) -> bool:
    entry = row.entry
    if query.mine and (row.record is None or work.actor.id not in (row.record.claimed_by, row.record.entered_by, row.record.decided_by)):
        return False
    if query.layer and (entry is None or entry.layer != query.layer):
        return False
    if query.document and (entry is None or entry.title != query.document):
        return False
    said = row.entry_id if entry is None else f"{row.entry_id}{entry.subject}{entry.condition}{entry.clause}{entry.title}"
    return all(word in said for word in query.search.split())


def get_record(work: Work, record_id: UUID) -> ClauseRecord:
    """A record the actor may see. Raises `NotFound`."""
    record = work.session.scalar(readable_records(work.actor).where(ClauseRecord.id == record_id))
    if record is None:
        raise NotFound("这份核对记录")
    return record


def get_record_dossier(work: Work, record_id: UUID) -> RecordDossier:
    """Everything a record's page shows. Raises `NotFound`."""
    record = get_record(work, record_id)
    entry = load_catalogue().by_id.get(record.entry_id)
    earlier = readable_records(work.actor).where(ClauseRecord.entry_id == record.entry_id, ClauseRecord.id != record.id)
    may_work = work.actor.role in DRAFTERS
    is_own = record.entered_by == work.actor.id
    drafts = readable_editions(work.actor).where(CatalogueEdition.state == EditionState.DRAFT).order_by(CatalogueEdition.drafted_at.desc())
    return RecordDossier(
        record=record,
        entry=entry,
        earlier=tuple(work.session.scalars(earlier.order_by(ClauseRecord.claimed_at.desc(), ClauseRecord.id.desc()))),
        is_stale=_is_stale(record, entry),
        is_holding=record.state == RecordState.CONFIRMED and record.finding != Finding.DIFFERS and not _is_stale(record, entry),
        may_enter=may_work and record.state == RecordState.CLAIMED and record.claimed_by == work.actor.id,
        may_decide=may_work and record.state == RecordState.ENTERED and not is_own,
        may_withdraw=may_work and record.state == RecordState.CONFIRMED,
        is_own=is_own,
        drafts=tuple(work.session.scalars(drafts)),
    )


def claim_entry(work: Work, entry_id: str) -> ClauseRecord:
    """Take an entry from the queue. Raises `NotAllowed`, `NotFound`, `StateConflict` when somebody has it already."""
    demand_drafter(work.actor)
    entry = load_catalogue().by_id.get(entry_id)
    if entry is None or entry not in unverified_entries():
        raise NotFound("这一条待核条目")
    _free_stale(work, entry)
    record = ClauseRecord(
        id=new_id(),
        park_id=work.park_id,
        entry_id=entry.id,
        open_entry_id=entry.id,
        entry_sha256=entry_digest(entry),
        state=RecordState.CLAIMED,
        claimed_by=work.actor.id,
        claimed_by_name=work.actor.name,
        claimed_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(record)
    except IntegrityError as error:
        raise StateConflict(f"{entry.id} 已有人在核或已核过，请刷新队列。", reason="taken") from error
    work.record("clause_record", record.id, "clause_record:claimed", entry=entry.id)
    return record


def _free_stale(work: Work, entry: Entry) -> None:
    """A record made on other words of the entry gives way to a new one."""
    query = select(ClauseRecord).where(ClauseRecord.park_id == work.park_id, ClauseRecord.open_entry_id == entry.id)
    found = work.session.scalar(query.with_for_update())
    if found is not None and _is_stale(found, entry):
        found.open_entry_id = None
        work.session.flush()


def release_record(work: Work, record_id: UUID) -> ClauseRecord:
    """Put a claimed entry back into the queue. Raises `NotAllowed`, `NotFound`, `StateConflict`."""
    demand_drafter(work.actor)
    record = _lock(work, record_id, (RecordState.CLAIMED,))
    record.state, record.open_entry_id = RecordState.RELEASED, None
    work.session.flush()
    work.record("clause_record", record.id, "clause_record:released", entry=record.entry_id)
    return record


def attach_scan(work: Work, record_id: UUID, scan: KeptScan, *, seen_version: int | None = None) -> ClauseRecord:
    """Write down which stored scan belongs to a claimed record, before the rest is entered. Raises as `enter_record`."""
    demand_drafter(work.actor)
    record = _lock_own(work, record_id, seen_version)
    record.scan_sha256, record.scan_name = scan.sha256, scan.name
    record.scan_media_type, record.scan_size = scan.media_type, scan.size
    work.session.flush()
    work.record("clause_record", record.id, "clause_record:scanned", entry=record.entry_id, scan_sha256=scan.sha256, size=scan.size)
    return record


def enter_record(work: Work, record_id: UUID, form: RecordForm) -> ClauseRecord:
    """Write down what the official text says. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_drafter(work.actor)
    record = _lock_own(work, record_id, form.seen_version)
    _refuse_bad_record(work, form, load_catalogue().by_id.get(record.entry_id))
    for name in ("document", "document_number", "page", "clause", "wording", "finding", "difference", "limit_value", "where_seen"):
        setattr(record, name, getattr(form, name).strip())
    record.issued_on, record.seen_on = form.issued_on, form.seen_on
    record.state = RecordState.ENTERED
    record.entered_by, record.entered_by_name = work.actor.id, work.actor.name
    record.entered_at, record.entered_on = work.now, work.today
    work.session.flush()
    work.record(
        "clause_record",
        record.id,
        "clause_record:entered",
        entry=record.entry_id,
        document=record.document,
        page=record.page,
        clause=record.clause,
        finding=record.finding,
        scan_sha256=record.scan_sha256,
    )
    return record


def _refuse_bad_record(work: Work, form: RecordForm, entry: Entry | None) -> None:
    errors = []
    for field, words, longest in (
        ("document", "请填写原文的题名", LONGEST_TEXT),
        ("clause", "请填写条款或项号", LONGEST_TEXT),
        ("wording", "请照原文录入这一条的文字", LONGEST_WORDING),
        ("where_seen", "请写明在哪里见到原文，例如公报第几期、官网地址、纸质件存放处", LONGEST_TEXT),
    ):
        text = getattr(form, field).strip()
        if not text:
            errors.append(FieldError(field, words))
        elif len(text) > longest:
            errors.append(FieldError(field, f"不超过 {longest} 个字"))
    if form.seen_on is None:
        errors.append(FieldError("seen_on", "请填写看到原文的日期，例如 2026-11-20"))
    elif form.seen_on > work.today:
        errors.append(FieldError("seen_on", "看到原文的日期不能晚于今天"))
    if form.issued_on is not None and form.issued_on > work.today:
        errors.append(FieldError("issued_on", "发布日期不能晚于今天"))
    if form.finding not in set(Finding):
        errors.append(FieldError("finding", "请选择条目与原文是否一致"))
    elif form.finding == Finding.DIFFERS and not form.difference.strip():
        errors.append(FieldError("difference", "请写明哪里不一致，原文是多少"))
    if form.limit_value.strip():
        if form.finding != Finding.DIFFERS:
            errors.append(FieldError("limit_value", "只有“数值或条件不一致”才填更正的数值"))
        elif limit_of(form.limit_value) is None:
            errors.append(FieldError("limit_value", f"“{form.limit_value.strip()}”不是数字"))
        elif entry is not None and len(entry.limits) != 1:
            errors.append(FieldError("limit_value", "这一条不是恰好一个数值，请只在“哪里不一致”里写明"))
    if errors:
        raise InvalidInput(errors)


def confirm_record(work: Work, record_id: UUID, note: str, *, compared: bool, seen_version: int | None = None) -> ClauseRecord:
    """A second officer compared the entry with the text and confirms. Raises `SecondPersonNeeded` and as `enter_record`."""
    record = _decide(work, record_id, seen_version)
    if not compared:
        raise InvalidInput([FieldError("compared", "请先对照扫描件或原文，再勾选")])
    if _is_stale(record, load_catalogue().by_id.get(record.entry_id)):
        raise StateConflict("录入以后这条目录的内容变了，请退回重新核对。", reason="stale")
    record.state = RecordState.CONFIRMED
    _decided(work, record, note.strip()[:LONGEST_TEXT])
    work.record("clause_record", record.id, "clause_record:confirmed", entry=record.entry_id, finding=record.finding)
    return record


def return_record(work: Work, record_id: UUID, reason: str, *, seen_version: int | None = None) -> ClauseRecord:
    """A second officer sends it back with the reason. Raises as `confirm_record`."""
    record = _decide(work, record_id, seen_version)
    if not reason.strip():
        raise InvalidInput([FieldError("reason", "请写明退回的原因")])
    record.state, record.open_entry_id = RecordState.RETURNED, None
    _decided(work, record, reason.strip()[:LONGEST_TEXT])
    work.record("clause_record", record.id, "clause_record:returned", entry=record.entry_id, reason=record.decided_note)
    return record


def _decide(work: Work, record_id: UUID, seen_version: int | None) -> ClauseRecord:
    demand_drafter(work.actor)
    record = _lock(work, record_id, (RecordState.ENTERED,))
    demand_version(record, seen_version, "这份核对记录")
    if record.entered_by == work.actor.id:
        raise SecondPersonNeeded("核对记录", work.actor.name)
    return record


def _decided(work: Work, record: ClauseRecord, note: str) -> None:
    record.decided_by, record.decided_by_name = work.actor.id, work.actor.name
    record.decided_at, record.decided_on, record.decided_note = work.now, work.today, note
    work.session.flush()


def withdraw_record(work: Work, record_id: UUID, reason: str) -> ClauseRecord:
    """Take a confirmation back, with the reason: from now on the entry refuses nobody by itself. Raises as `release_record`."""
    demand_drafter(work.actor)
    record = _lock(work, record_id, (RecordState.CONFIRMED,))
    if not reason.strip():
        raise InvalidInput([FieldError("reason", "请写明撤回的原因")])
    record.state, record.open_entry_id = RecordState.WITHDRAWN, None
    record.withdrawn_by, record.withdrawn_by_name = work.actor.id, work.actor.name
    record.withdrawn_at, record.withdrawn_on, record.withdrawn_reason = work.now, work.today, reason.strip()[:LONGEST_TEXT]
    work.session.flush()
    work.record("clause_record", record.id, "clause_record:withdrawn", entry=record.entry_id, reason=record.withdrawn_reason)
    return record


def _lock_own(work: Work, record_id: UUID, seen_version: int | None) -> ClauseRecord:
    record = _lock(work, record_id, (RecordState.CLAIMED,))
    demand_version(record, seen_version, "这份核对记录")
    if record.claimed_by != work.actor.id:
        raise StateConflict(f"这一条由 {record.claimed_by_name} 认领，请先请其放回。", reason="claimed")
    return record


def _lock(work: Work, record_id: UUID, states: Sequence[RecordState]) -> ClauseRecord:
    query = readable_records(work.actor).where(ClauseRecord.id == record_id).with_for_update(of=ClauseRecord)
    record = work.session.scalar(query.execution_options(populate_existing=True))
    if record is None:
        raise NotFound("这份核对记录")
    if record.state not in states:
        state = RecordState(record.state)
        raise StateConflict(f"这份核对记录{state.label}，不能这样办。请刷新页面看最新情况。", reason="state", state=state.value)
    return record
