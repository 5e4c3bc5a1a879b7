"""How does a park lay its own edition over the national catalogue, and what differs between two days or two editions?

A park edition is one TOML file: entries it adds, entries it tightens, entries it waives with reason and approver, and entries it has
confirmed against the official text. A park may add and tighten freely; it cannot soften national or provincial law, so a waiver of such an
entry sends it to a person instead of setting it aside. An edition is never edited after its day; a new one follows it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

import msgspec

from rules.loading import RuleDataError, list_tables, read_table, refuse_duplicates
from rules.requests import RequestError, plain
from rules.restriction import Catalogue, Waiver
from rules.restriction_data import Entry, Limit, Match, Sign, check_entry, check_references, load_entries, load_shared_terms
from rules.restriction_terms import EFFECT_SEVERITY, DateStatus, Effect, Layer

EDITION_FOLDER = "restriction_editions"


class EditionHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which decision made the edition. `is_adopted` is false while it is a draft: its entries then only propose."""

    id: str
    park: str
    title: str
    doc_no: str
    effective_from: date
    approver: str
    is_adopted: bool
    repealed_on: date | None = None
    note: str = ""


class Tightening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stricter effect or a stricter limit for an existing entry, with the reason."""

    id: str
    reason: str
    effect_new: Effect | None = None
    effect_existing: Effect | None = None
    limit_value: Decimal | None = None
    effective_from: date | None = None


class WaiverRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entry the park decided not to apply."""

    id: str
    reason: str
    approver: str
    effective_from: date | None = None
    until: date | None = None


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entry that two people compared with the official text."""

    id: str
    source: str
    confirmed_on: date
    confirmed_by: tuple[str, ...]
    clause: str = ""


class EditionFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A park edition as written."""

    edition: EditionHead
    entry: tuple[Entry, ...] = ()
    tighten: tuple[Tightening, ...] = ()
    waive: tuple[WaiverRow, ...] = ()
    confirm: tuple[Confirmation, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """An entry that stands on both sides and says something else: what changed, and which kinds of projects it touches."""

    before: Entry
    after: Entry
    changes: tuple[str, ...]
    touches: tuple[str, ...]


class CatalogueDiff(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between two days or editions. `undated` are entries whose placeholder date says nothing about either day."""

    from_day: date
    to_day: date
    from_edition: str
    to_edition: str
    added: tuple[tuple[Entry, tuple[str, ...]], ...]
    removed: tuple[tuple[Entry, tuple[str, ...]], ...]
    changed: tuple[Change, ...]
    waived: tuple[Waiver, ...]
    undated: tuple[str, ...]


def lay_over(catalogue: Catalogue, edition: EditionFile, *, file: str = "(edition)") -> Catalogue:
    """The catalogue with a park's edition laid over it. Raises `RuleDataError` naming file and key."""
    head = edition.edition
    if not head.approver.strip():
        raise RuleDataError(file, "edition", "approver must be stated")
    by_id = dict(catalogue.by_id)
    for row in edition.tighten:
        stricter = _tightened(file, _known(file, by_id, row.id, "tighten"), row, head)
        by_id[stricter.id] = stricter
    for confirmation in edition.confirm:
        by_id[confirmation.id] = _confirmed(file, _known(file, by_id, confirmation.id, "confirm"), confirmation)
    for added in edition.entry:
        if added.id in by_id:
            raise RuleDataError(file, f"entry {added.id}", "this id stands already; a stricter version belongs under [[tighten]]")
        by_id[added.id] = _added(file, added, head, catalogue)
    waivers = [_waiver(file, _known(file, by_id, row.id, "waive"), row, head) for row in edition.waive]
    refuse_duplicates(file, "waive", (one.entry_id for one in waivers))
    entries = tuple(by_id.values())
    check_references(file, entries)
    kept = [one for one in catalogue.waivers.values() if one.entry_id not in {row.entry_id for row in waivers}]
    return Catalogue(entries, catalogue.terms, edition=f"{head.title}（{head.doc_no}）", waivers=(*kept, *waivers), judge=catalogue.judge)


@cache
def load_editions() -> Mapping[str, EditionFile]:
    """The packaged park editions by id. Raises `RuleDataError`."""
    try:
        files = list_tables(EDITION_FOLDER)
    except FileNotFoundError:
        return {}
    editions = {file: read_table(file, EditionFile) for file in files}
    refuse_duplicates(EDITION_FOLDER, "edition", (one.edition.id for one in editions.values()))
    base = Catalogue(load_entries(), load_shared_terms(), edition="")
    for file, one in editions.items():
        lay_over(base, one, file=file)
    return {one.edition.id: one for one in editions.values()}


@lru_cache(maxsize=16)
def park_edition(name: str, catalogue: Catalogue) -> Catalogue:
    """The catalogue with a packaged park edition over it, compiled once. Raises `RequestError` for an unknown name."""
    editions = load_editions()
    if name not in editions:
        known = "、".join(editions) or "（没有）"
        raise RequestError("unknown_edition", f"没有名为“{name}”的园区目录版本；可用：{known}")
    return lay_over(catalogue, editions[name], file=f"{EDITION_FOLDER}/{name}")


def diff_catalogues(before: Catalogue, from_day: date, after: Catalogue, to_day: date) -> CatalogueDiff:
    """The entries that came, went or changed between one catalogue at one day and another at another."""
    old = {one.id: one for one in before.in_force(from_day)}
    new = {one.id: one for one in after.in_force(to_day)}
    changed = []
    for one in new.values():
        previous = old.get(one.id)
        if previous is not None and previous != one:
            changed.append(Change(previous, one, tuple(_changes(previous, one)), touches(one)))
    waived = [
        waiver
        for name, waiver in after.waivers.items()
        if waiver.is_in_force(to_day) and not (name in before.waivers and before.waivers[name].is_in_force(from_day))
    ]
    undated = [one.id for one in new.values() if one.date_status is DateStatus.PLACEHOLDER]
    return CatalogueDiff(
        from_day=from_day,
        to_day=to_day,
        from_edition=before.edition,
        to_edition=after.edition,
        added=tuple((one, touches(one)) for name, one in new.items() if name not in old),
        removed=tuple((one, touches(one)) for name, one in old.items() if name not in new),
        changed=tuple(changed),
        waived=tuple(waived),
        undated=tuple(undated),
    )


def touches(entry: Entry) -> tuple[str, ...]:
    """Which kinds of projects an entry can concern, in words."""
    match = entry.match
    said = []
    if match.industries:
        said.append(f"行业 {'、'.join(match.industries)}")
    said.extend(
        f"{label} {'、'.join(values)}"
        for label, values in (("产品", match.products), ("工艺", match.processes), ("设备", match.equipment), ("燃料", match.fuels))
        if values
    )
    if match.substances:
        said.append(f"物质 CAS {'、'.join(match.substances)}")
    if match.substance_lists:
        said.append(f"涉及{'、'.join(one.label for one in match.substance_lists)}")
    if match.key_regulated_process:
        said.append("采用重点监管危险化工工艺")
    if match.flag:
        said.append(f"“{match.flag}”为是")
    if match.build_types:
        said.append("、".join(one.label for one in match.build_types))
    if match.areas:
        said.append("、".join(one.label for one in match.areas))
    said.extend(_limit_words(limit) for limit in entry.limits)
    if entry.derived_from:
        said.append(f"命中 {'、'.join(entry.derived_from)} 各条的项目")
    return tuple(said)


def _limit_words(limit: Limit) -> str:
    value = f"{plain(limit.value)}–{plain(limit.until)}" if limit.until is not None else plain(limit.value)
    of = f"（{'、'.join(limit.words) or limit.cas}）" if limit.words or limit.cas else ""
    return f"{limit.scope.label}{limit.figure.label}{of} {limit.op} {value}{limit.unit}"


def _changes(before: Entry, after: Entry) -> Iterable[str]:
    for field in before.__struct_fields__:
        old, new = getattr(before, field), getattr(after, field)
        if old == new:
            continue
        if isinstance(old, Match):
            for part in old.__struct_fields__:
                if getattr(old, part) != getattr(new, part):
                    yield f"match.{part}：{_shown(getattr(old, part))} → {_shown(getattr(new, part))}"
        else:
            yield f"{field}：{_shown(old)} → {_shown(new)}"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(_limit_words(one) if isinstance(one, Limit) else _shown(one) for one in value) or "（空）"
    label = getattr(value, "label", None)
    return label if isinstance(label, str) else "（空）" if value in (None, "") else str(value)


def _known(file: str, by_id: Mapping[str, Entry], name: str, table: str) -> Entry:
    if name not in by_id:
        raise RuleDataError(file, f"{table} {name}", "no entry has this id")
    return by_id[name]


def _tightened(file: str, entry: Entry, row: Tightening, head: EditionHead) -> Entry:
    """The park's stricter version of an entry. It stands beside the original under an id of its own, which keeps binding as it is."""
    key = f"tighten {row.id}"
    if not row.reason.strip():
        raise RuleDataError(file, key, "reason must be stated")
    for field in ("effect_new", "effect_existing"):
        wanted = getattr(row, field)
        if wanted is not None and EFFECT_SEVERITY[wanted] < EFFECT_SEVERITY[getattr(entry, field)]:
            raise RuleDataError(file, key, f"{field} = {wanted} is softer than {getattr(entry, field)}; a park may only tighten")
    limits = entry.limits
    if row.limit_value is not None:
        if len(limits) != 1:
            raise RuleDataError(file, key, "limit_value needs an entry with exactly one limit")
        if not is_stricter(limits[0], row.limit_value):
            raise RuleDataError(file, key, f"limit_value = {row.limit_value} catches less than {limits[0].value}; a park may only tighten")
        limits = (msgspec.structs.replace(limits[0], value=row.limit_value),)
    note = f"{entry.note}；" if entry.note else ""
    return msgspec.structs.replace(
        entry,
        id=f"{head.id}:{entry.id}",
        title=head.title,
        doc_no=head.doc_no,
        effective_from=row.effective_from or head.effective_from,
        repealed_on=head.repealed_on,
        date_status=DateStatus.GIVEN,
        effect_new=row.effect_new or entry.effect_new,
        effect_existing=row.effect_existing or entry.effect_existing,
        limits=limits,
        layer=Layer.PARK if head.is_adopted else Layer.PARK_PROPOSAL,
        verified=head.is_adopted,
        note=f"{note}对 {entry.id}（{entry.layer.label}）从严：{row.reason}",
    )


def is_stricter(limit: Limit, value: Decimal) -> bool:
    """Whether a limit with this number would catch at least as much."""
    return (
        value >= limit.value if limit.op in (Sign.BELOW, Sign.AT_MOST) else value <= limit.value if limit.op is not Sign.BETWEEN else False
    )


def _confirmed(file: str, entry: Entry, row: Confirmation) -> Entry:
    if len(set(row.confirmed_by)) < 2:
        raise RuleDataError(file, f"confirm {row.id}", "two different people must confirm")
    note = f"{entry.note}；" if entry.note else ""
    return msgspec.structs.replace(
        entry,
        verified=True,
        source=row.source,
        clause=row.clause or entry.clause,
        note=f"{note}{row.confirmed_on} 由 {'、'.join(row.confirmed_by)} 核对原文",
    )


def _added(file: str, entry: Entry, head: EditionHead, catalogue: Catalogue) -> Entry:
    added = msgspec.structs.replace(
        entry,
        title=entry.title or head.title,
        doc_no=entry.doc_no or head.doc_no,
        layer=Layer.PARK if head.is_adopted else Layer.PARK_PROPOSAL,
        verified=head.is_adopted,
        repealed_on=entry.repealed_on or head.repealed_on,
    )
    check_entry(file, added, catalogue.terms)
    return added


def _waiver(file: str, entry: Entry, row: WaiverRow, head: EditionHead) -> Waiver:
    if not (row.reason.strip() and row.approver.strip()):
        raise RuleDataError(file, f"waive {row.id}", "reason and approver must be stated")
    return Waiver(
        entry_id=entry.id, reason=row.reason, approver=row.approver, from_day=row.effective_from or head.effective_from, until=row.until
    )
