"""Use cases of reading the catalogue: search it, list it by filters, open an entry with everything known about it.

What a search finds is what a screening would look at (`rules.catalogue_search`); entries that only mention the words come after. The
catalogue is a few hundred entries compiled in memory: lists are filtered there, and numbers beside filters count the same rows.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date

from rules.catalogue_search import search_entries
from rules.restriction import Waiver, load_catalogue
from rules.restriction_data import Entry
from rules.restriction_terms import Layer
from server.catalogue.access import demand_reader, readable_changes, readable_records
from server.catalogue.editions import edition_catalogue
from server.catalogue.overlay import edition_spans, entry_digest, park_catalogue
from server.catalogue.schemas import (
    EditionState,
    EntryDossier,
    EntryMoment,
    EntryQuery,
    EntryRow,
    Finding,
    ParkCatalogue,
    RecordState,
)
from server.catalogue.usage import uses_of_entries
from server.catalogue.views import view_changes
from server.catalogue.wording import conditions_in_words, state_of
from server.errors import NotFound
from server.listing import Page, page_of
from server.models.catalogue import CatalogueChange, CatalogueEdition, ClauseRecord
from server.unit_of_work import Work

_MARK = ":"


def list_entries(work: Work, query: EntryQuery, day: date) -> tuple[Page[EntryRow], ParkCatalogue]:
    """One page of the entries that bind on a day, narrowed; with the catalogue they were taken from. Raises `NotAllowed`."""
    demand_reader(work.actor)
    park = park_catalogue(work, day)
    rows = _narrowed(_rows(park, query.search, day, uses_of_entries(work)), query)
    return page_of(rows, query.page, query.size), park


def count_entries(work: Work, query: EntryQuery, day: date) -> dict[str, Counter[str]]:
    """How many entries each value of a filter would leave with the other filters as they are; for the numbers beside them."""
    park = park_catalogue(work, day)
    rows = _rows(park, query.search, day, {})
    counted: dict[str, Counter[str]] = {}
    for name, value_of in _FILTERS.items():
        others = [row for row in rows if _keeps(row, query, leave_out=name)]
        counted[name] = Counter(value for row in others for value in value_of(row))
    return counted


_FILTERS: dict[str, Callable[[EntryRow], Collection[str]]] = {
    "kind": lambda row: (row.entry.kind.value,),
    "layer": lambda row: (row.entry.layer.value,),
    "effect": lambda row: {row.entry.effect_new.value, row.entry.effect_existing.value},
    "state": lambda row: (row.state.value,),
    "document": lambda row: (row.entry.title,),
}


def _keeps(row: EntryRow, query: EntryQuery, *, leave_out: str = "") -> bool:
    for name, values in _FILTERS.items():
        wanted = getattr(query, name)
        if wanted and name != leave_out and wanted not in values(row):
            return False
    if query.industry:
        prefixes = (*row.entry.match.industries, *row.entry.match.review_industries)
        return any(query.industry.startswith(one) or one.startswith(query.industry) for one in prefixes)
    return True


def _narrowed(rows: Iterable[EntryRow], query: EntryQuery) -> list[EntryRow]:
    return [row for row in rows if _keeps(row, query)]


def _rows(park: ParkCatalogue, search: str, day: date, uses: dict[str, int]) -> list[EntryRow]:
    """The entries in force, in reading order: by search when there is one, else strictest first."""
    catalogue = park.catalogue
    if search.strip():
        found = [one for one in search_entries(catalogue, search, day) if one.entry.is_in_force(day)]
        return [_row(park, one.entry, day, uses, one.why, is_by_screening=one.is_by_screening) for one in found]
    rows = [_row(park, one, day, uses) for one in catalogue.in_force(day)]
    return sorted(rows, key=lambda row: (_LAYER_ORDER[row.entry.layer], -row.severity))


_LAYER_ORDER = {Layer.PARK: 0, Layer.NATIONAL: 1, Layer.PROVINCIAL: 2, Layer.PARK_PROPOSAL: 3}


def _row(
    park: ParkCatalogue, entry: Entry, day: date, uses: dict[str, int], why: tuple[str, ...] = (), *, is_by_screening: bool = False
) -> EntryRow:
    return EntryRow(
        entry=entry,
        state=state_of(entry, park.confirmations.get(entry.id)),
        waiver=waiver_on(park, entry.id, day),
        why=why,
        is_by_screening=is_by_screening,
        uses=uses.get(entry.id, 0),
    )


def waiver_on(park: ParkCatalogue, entry_id: str, day: date) -> Waiver | None:
    """The park's decision not to apply an entry, when it holds on that day."""
    waiver = park.catalogue.waivers.get(entry_id)
    return waiver if waiver is not None and waiver.is_in_force(day) else None


def documents_of(park: ParkCatalogue, day: date) -> list[str]:
    """The documents the entries of a day stand in, those with most entries first."""
    return [title for title, _ in Counter(one.title for one in park.catalogue.in_force(day)).most_common()]


def get_entry_dossier(work: Work, entry_id: str, day: date) -> EntryDossier:
    """Everything known about an entry on a day; one of an older edition or a draft is found there. Raises `NotFound`, `NotAllowed`."""
    demand_reader(work.actor)
    park, is_of_the_day = _catalogue_with(work, entry_id, day)
    catalogue = park.catalogue
    entry = catalogue.by_id[entry_id]
    law = load_catalogue().by_id.get(_origin_of(entry_id))
    query = readable_records(work.actor).where(ClauseRecord.entry_id == entry_id).order_by(ClauseRecord.claimed_at, ClauseRecord.id)
    records = tuple(work.session.scalars(query))
    related = [one for one in catalogue.entries if one.id != entry_id and _origin_of(one.id) == _origin_of(entry_id)]
    digest = "" if law is None else entry_digest(law)
    return EntryDossier(
        entry=entry,
        law=None if law is None or law.id == entry_id else law,
        state=state_of(entry, park.confirmations.get(entry_id)),
        waiver=waiver_on(park, entry_id, day),
        confirmation=park.confirmations.get(entry_id),
        conditions=conditions_in_words(entry),
        records=records,
        history=_history(work, entry_id, records),
        related=tuple(related),
        edition=park.edition,
        is_of_the_day=is_of_the_day and entry.is_in_force(day),
        is_stale=any(one.state == RecordState.CONFIRMED and one.entry_sha256 != digest for one in records),
    )


def find_entry(entry_id: str) -> Entry | None:
    """An entry of the law's data."""
    return load_catalogue().by_id.get(entry_id)


def _origin_of(entry_id: str) -> str:
    return entry_id.partition(_MARK)[2] or entry_id


def _catalogue_with(work: Work, entry_id: str, day: date) -> tuple[ParkCatalogue, bool]:
    """The day's catalogue when it has the entry, else that of the newest edition that does."""
    park = park_catalogue(work, day)
    if entry_id in park.catalogue.by_id:
        return park, True
    for span in reversed(edition_spans(work)):
        old = edition_catalogue(work, span.id)
        if entry_id in old.catalogue.by_id:
            return old, False
    raise NotFound("这一条目录")


def _history(work: Work, entry_id: str, records: tuple[ClauseRecord, ...]) -> tuple[EntryMoment, ...]:
    moments = list(_edition_moments(work, entry_id))
    for one in records:
        moments.extend(_record_moments(one))
    # What was written down later stands first, also within one moment.
    placed = sorted(enumerate(moments), key=lambda one: (one[1].at, one[0]), reverse=True)
    return tuple(moment for _, moment in placed)


def _edition_moments(work: Work, entry_id: str) -> Iterable[EntryMoment]:
    query = (
        readable_changes(work.actor)
        .join(CatalogueEdition, CatalogueEdition.id == CatalogueChange.edition_id)
        .add_columns(CatalogueEdition)
        .where(CatalogueChange.entry_id.in_({entry_id, _origin_of(entry_id)}), CatalogueChange.removed_at.is_(None))
    )
    for change, edition in work.session.execute(query):
        (view,) = view_changes([change])
        is_approved = edition.state == EditionState.APPROVED
        yield EntryMoment(
            at=edition.approved_at if is_approved and edition.approved_at else change.made_at,
            text=f"{view.kind.label}：{'；'.join(view.words)}" + ("" if is_approved else f"（{EditionState(edition.state).label}）"),
            detail=f"《{edition.title}》{edition.document_number}，理由：{change.reason}",
            by=edition.approved_by_name if is_approved else change.made_by_name,
            address=f"/catalogue/editions/{edition.id}",
        )


def _record_moments(record: ClauseRecord) -> Iterable[EntryMoment]:
    address = f"/catalogue/desk/{record.id}"
    if record.entered_at is not None:
        finding = Finding(record.finding).label if record.finding else ""
        yield EntryMoment(
            at=record.entered_at, text=f"录入原文：{finding}", detail=record.document, by=record.entered_by_name, address=address
        )
    if record.decided_at is not None:
        text = "退回" if record.state == RecordState.RETURNED else "第二人复核"
        yield EntryMoment(at=record.decided_at, text=text, detail=record.decided_note, by=record.decided_by_name, address=address)
    if record.withdrawn_at is not None:
        yield EntryMoment(
            at=record.withdrawn_at, text="撤回核对", detail=record.withdrawn_reason, by=record.withdrawn_by_name, address=address
        )
