"""Which catalogue binds in a park on a day?

The law, with the park's approved edition of that day laid over it, and what two officers confirmed by that day. An edition binds from its
day until the next one does or its validity ends; an old one still answers for its own days. A confirmation speaks only for the words of the
entry it was made on, and one that was withdrawn speaks for no new ruling, whatever day that ruling is about.
Compiling takes some milliseconds and is done once for equal content; any number of threads may ask.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select

from rules.catalogue_editions import Confirmation, EditionFile, EditionHead, lay_over
from rules.loading import RuleDataError
from rules.restriction import Catalogue, load_catalogue
from rules.restriction_data import Entry
from server.canonical import canonical_bytes, sha256_hex
from server.catalogue.schemas import ConfirmationNote, EditionState, Finding, ParkCatalogue, RecordState
from server.errors import StateConflict
from server.models.catalogue import CatalogueEdition, ClauseRecord
from server.unit_of_work import Work

LAW_ALONE = "国家、省现行目录与园区建议稿"
_NO_EDITION = "本园区尚无生效的目录版本"
_KEPT = 64
_NOT_COMPARED = ("verified", "source", "note", "practice", "confidence", "corroborated_2019", "repealed_on")
"""What may change in the data of an entry without touching what was compared with the official text."""


class EditionSpan(msgspec.Struct, frozen=True, kw_only=True):
    """An approved edition and the days it binds: [starts_on, ends_before)."""

    id: UUID
    name: str
    title: str
    document_number: str
    sha256: str
    starts_on: date
    ends_before: date | None
    is_succeeded: bool

    def binds_on(self, day: date) -> bool:
        """Whether it is the park's edition on that day."""
        return self.starts_on <= day and (self.ends_before is None or day < self.ends_before)


def park_catalogue(work: Work, day: date, *, known_on: date | None = None, confirmed_by: date | None = None) -> ParkCatalogue:
    """The catalogue that binds in the actor's park on a day. Two queries, and compiled once for equal content.

    `known_on` asks what was known on another day than today: a ruling made then can be made again exactly. `confirmed_by` counts what
    officers confirmed up to another day than the catalogue's: that a text says what it says was as true before somebody compared it.
    """
    known = known_on or work.today
    span = next((one for one in edition_spans(work) if one.binds_on(day)), None)
    notes = standing_confirmations(work, confirmed_by or day, known)
    digest = sha256_hex(canonical_bytes((span, sorted(notes.items()))))
    catalogue, overtaken = _compiled(digest, lambda: laid_over(_content_of(work, span), notes))
    return ParkCatalogue(
        catalogue=catalogue,
        edition_id=None if span is None else span.id,
        edition_name="" if span is None else span.name,
        fingerprint=fingerprint_on(catalogue, day),
        confirmations=notes,
        overtaken=overtaken,
    )


def edition_spans(work: Work) -> tuple[EditionSpan, ...]:
    """The approved editions of the park with the days each binds, oldest first."""
    columns = (
        CatalogueEdition.id,
        CatalogueEdition.name,
        CatalogueEdition.title,
        CatalogueEdition.document_number,
        CatalogueEdition.sha256,
        CatalogueEdition.effective_from,
        CatalogueEdition.valid_until,
    )
    query = (
        select(*columns)
        .where(CatalogueEdition.park_id == work.park_id, CatalogueEdition.state == EditionState.APPROVED)
        .order_by(CatalogueEdition.effective_from)
    )
    rows = work.session.execute(query).all()
    spans = []
    for row, following in zip_longest(rows, rows[1:]):
        ends = [] if row.valid_until is None else [row.valid_until + timedelta(days=1)]
        if following is not None:
            ends.append(following.effective_from)
        spans.append(
            EditionSpan(
                id=row.id,
                name=row.name,
                title=row.title,
                document_number=row.document_number,
                sha256=row.sha256,
                starts_on=row.effective_from,
                ends_before=min(ends, default=None),
                is_succeeded=following is not None and min(ends) == following.effective_from,
            )
        )
    return tuple(spans)


def standing_confirmations(work: Work, day: date, known_on: date) -> dict[str, ConfirmationNote]:
    """What officers of the park had confirmed by a day, as far as it was known and not withdrawn on another."""
    query = select(ClauseRecord).where(
        ClauseRecord.park_id == work.park_id,
        ClauseRecord.state.in_((RecordState.CONFIRMED, RecordState.WITHDRAWN)),
        ClauseRecord.finding.in_((Finding.AGREES, Finding.REFERENCE)),
        ClauseRecord.decided_on <= min(day, known_on),
        or_(ClauseRecord.withdrawn_on.is_(None), ClauseRecord.withdrawn_on > known_on),
    )
    law = load_catalogue().by_id
    notes = {}
    for record in work.session.scalars(query.order_by(ClauseRecord.decided_at, ClauseRecord.id)):
        entry = law.get(record.entry_id)
        if entry is not None and entry_digest(entry) == record.entry_sha256:
            notes[record.entry_id] = note_of(record)
    return notes


def note_of(record: ClauseRecord) -> ConfirmationNote:
    """A confirmed record as it is printed."""
    if record.entered_on is None or record.decided_on is None:
        raise LookupError("the record was not confirmed")
    return ConfirmationNote(
        entry_id=record.entry_id,
        record_id=record.id,
        document=record.document,
        document_number=record.document_number,
        page=record.page,
        clause=record.clause,
        entered_by_name=record.entered_by_name,
        entered_on=record.entered_on,
        confirmed_by_name=record.decided_by_name,
        confirmed_on=record.decided_on,
        scan_sha256=record.scan_sha256,
    )


@cache
def entry_digest(entry: Entry) -> str:
    """The sha256 of what an entry says, without what is only said about it."""
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__ if name not in _NOT_COMPARED}
    return sha256_hex(canonical_bytes(fields))


def laid_over(file: EditionFile | None, notes: Mapping[str, ConfirmationNote]) -> tuple[Catalogue, tuple[str, ...]]:
    """The law with an edition and confirmations over it, and the rows of the edition the law has overtaken since.

    The law's data may become stricter than a park had been; the row then adds nothing, and screening must not stop for it.
    """
    law = load_catalogue()
    if file is None and not notes:
        return law, ()
    whole = file if file is not None else EditionFile(edition=_head_without_edition())
    whole = msgspec.structs.replace(whole, confirm=tuple(_confirmation(one) for one in notes.values()))
    overtaken: list[str] = []
    while True:
        try:
            return lay_over(law, whole, file=whole.edition.id), tuple(overtaken)
        except RuleDataError as error:
            fewer = _without(whole, error.key)
            if fewer is None:
                raise StateConflict(
                    f"目录版本“{whole.edition.title}”不能与现行国家、省目录合在一起：{error.key}：{error.reason}。请管理员核对。",
                    reason="edition_unusable",
                ) from error
            whole = fewer
            overtaken.append(error.key)


def _without(file: EditionFile, key: str) -> EditionFile | None:
    table, _, name = key.partition(" ")
    rows: Any = getattr(file, table, None) if table in ("entry", "tighten", "waive", "confirm") else None
    if not rows or not any(one.id == name for one in rows):
        return None
    return msgspec.structs.replace(file, **{table: tuple(one for one in rows if one.id != name)})


def _confirmation(note: ConfirmationNote) -> Confirmation:
    people = (note.entered_by_name, note.confirmed_by_name)
    if people[0] == people[1]:
        # Two officers may bear the same name; the record tells them apart by their accounts.
        people = (f"{people[0]}（录入）", f"{people[1]}（复核）")
    return Confirmation(id=note.entry_id, source=note.words, confirmed_on=note.confirmed_on, confirmed_by=people, clause=note.clause)


def _head_without_edition() -> EditionHead:
    return EditionHead(
        id="law", park="", title=LAW_ALONE, doc_no=_NO_EDITION, effective_from=date.min, approver=_NO_EDITION, is_adopted=False
    )


def _content_of(work: Work, span: EditionSpan | None) -> EditionFile | None:
    if span is None:
        return None
    content = work.session.scalar(select(CatalogueEdition.content).where(CatalogueEdition.id == span.id))
    if content is None or sha256_hex(content) != span.sha256:
        raise StateConflict(f"目录版本“{span.title}”的存档与批准时的校验值不符，不能使用。请管理员用备份核对。", reason="not_intact")
    return msgspec.json.decode(content, type=EditionFile)


@lru_cache(maxsize=256)
def fingerprint_on(catalogue: Catalogue, day: date) -> str:
    """The sha256 of everything a screening of that day reads of a catalogue: a law whose day has come changes it as an edition does."""
    waivers = sorted((one for one in catalogue.waivers.values() if one.is_in_force(day)), key=lambda one: one.entry_id)
    return sha256_hex(canonical_bytes((catalogue.edition, catalogue.in_force(day), waivers, catalogue.terms)))


_Compiled = tuple[Catalogue, tuple[str, ...]]
_cache: OrderedDict[str, _Compiled] = OrderedDict()
_guard = threading.Lock()


def _compiled(digest: str, make: Callable[[], _Compiled]) -> _Compiled:
    with _guard:
        found = _cache.get(digest)
        if found is not None:
            _cache.move_to_end(digest)
            return found
    # Compiled outside the lock: two threads may do it at once, and both get the same.
    made = make()
    with _guard:
        kept = _cache.setdefault(digest, made)
        _cache.move_to_end(digest)
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
        return kept


def confirmation_words(catalogue: ParkCatalogue, entry_ids: Sequence[str]) -> dict[str, str]:
    """What a ruling prints beside each entry it rests on: who compared it with the official text; only entries that were."""
    return {one: catalogue.confirmations[one].words for one in entry_ids if one in catalogue.confirmations}
