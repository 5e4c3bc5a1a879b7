"""What stands on the printed catalogue? Its rows and its head as plain facts, frozen when an edition is approved.

Columns follow published catalogues as far as the data has them. What nobody compared with the official text says 条文待核 on its own row,
and a proposal says that it is one.
"""

from collections.abc import Collection, Sequence
from datetime import date

import msgspec

from rules.restriction_data import Entry
from rules.restriction_terms import EFFECT_SEVERITY, DateStatus, EntryKind, Layer
from server.catalogue.overlay import edition_spans
from server.catalogue.schemas import CatalogueFacts, CatalogueLine, EntryState, ParkCatalogue
from server.catalogue.wording import aliases_of, dates_in_words, exemptions_in_words, limit_in_words, state_of
from server.models.catalogue import CatalogueEdition
from server.models.parks import Park
from server.unit_of_work import Work

TEMPLATE_VERSION = "catalogue_edition/1"
_KINDS = list(EntryKind)
_LAYERS = [Layer.PARK, Layer.NATIONAL, Layer.PROVINCIAL, Layer.PARK_PROPOSAL]
MARKS = {
    EntryState.UNVERIFIED: "条文待核",
    EntryState.PROPOSED: "园区建议",
    EntryState.LISTED: "已核",
    EntryState.CONFIRMED: "已核",
    EntryState.ADOPTED: "已印发",
}


def catalogue_sheet(work: Work, park_catalogue: ParkCatalogue, day: date, edition: CatalogueEdition | None) -> CatalogueFacts:
    """The catalogue of a day as it is printed; `edition` is the park's edition it is, if it is one."""
    park = work.session.get_one(Park, work.park_id)
    entries = sorted(park_catalogue.catalogue.in_force(day), key=_print_order)
    lines = tuple(_line(park_catalogue, one, day) for one in entries)
    return CatalogueFacts(
        park_name=park.name,
        office_name=park.office_name,
        fictional=park.fictional,
        title="禁限控目录" if edition is None else edition.title,
        edition=park_catalogue.edition,
        day=day,
        is_draft=edition is not None and edition.approved_on is None,
        lines=lines,
        document_number="" if edition is None else edition.document_number,
        approver="" if edition is None else edition.approver,
        effective_from=None if edition is None else edition.effective_from or edition.planned_from,
        valid_until=None if edition is None else edition.valid_until,
        fairness_review="" if edition is None else edition.fairness_review,
        issued_by_name="" if edition is None else edition.approved_by_name,
        fingerprint=park_catalogue.fingerprint,
        counts=_count(lines),
    )


def narrow_sheet(facts: CatalogueFacts, entry_ids: Collection[str]) -> CatalogueFacts:
    """The sheet with these entries alone; its counts are theirs."""
    lines = tuple(line for line in facts.lines if line.entry_id in entry_ids)
    return msgspec.structs.replace(facts, lines=lines, counts=_count(lines))


def _count(lines: Sequence[CatalogueLine]) -> tuple[tuple[str, int], ...]:
    return tuple((mark, sum(1 for line in lines if line.mark == mark)) for mark in dict.fromkeys(MARKS.values()))


def edition_of_day(work: Work, day: date) -> CatalogueEdition | None:
    """The park's edition that binds on a day."""
    span = next((one for one in edition_spans(work) if one.binds_on(day)), None)
    return None if span is None else work.session.get_one(CatalogueEdition, span.id)


def _print_order(entry: Entry) -> tuple[int, int, int, str]:
    severity = max(EFFECT_SEVERITY[entry.effect_new], EFFECT_SEVERITY[entry.effect_existing])
    return (_KINDS.index(entry.kind), _LAYERS.index(entry.layer), -severity, entry.title)


def _line(park: ParkCatalogue, entry: Entry, day: date) -> CatalogueLine:
    match = entry.match
    confirmation = park.confirmations.get(entry.id)
    limits = "；".join(limit_in_words(one) for one in entry.limits)
    waiver = park.catalogue.waivers.get(entry.id)
    waived = "" if waiver is None or not waiver.is_in_force(day) else _waiver_words(entry, waiver.reason, waiver.approver)
    return CatalogueLine(
        entry_id=entry.id,
        kind=entry.kind.label,
        subject=entry.subject,
        aliases=aliases_of(entry),
        cas="、".join(match.substances),
        industries="、".join(match.industries),
        areas="、".join(one.label for one in match.areas)
        + (f"（{'、'.join(a.label for a in match.except_areas)}除外）" if match.except_areas else ""),
        condition=entry.condition + (f"（判定数值：{limits}）" if limits else ""),
        effect_new=entry.effect_new.label,
        effect_existing=entry.effect_existing.label,
        exceptions="；".join((*((entry.exceptions,) if entry.exceptions else ()), *exemptions_in_words(entry))),
        basis=entry.basis.citation,
        dates="未定（占位日）" if entry.date_status is DateStatus.PLACEHOLDER else dates_in_words(entry),
        mark=MARKS[state_of(entry, confirmation)],
        layer=entry.layer.label,
        confidence=entry.confidence.label,
        source=entry.source,
        note=entry.note,
        waiver=waived,
        confirmation="" if confirmation is None else confirmation.words,
    )


def _waiver_words(entry: Entry, reason: str, approver: str) -> str:
    effect = "本园区不适用" if entry.layer in (Layer.PARK, Layer.PARK_PROPOSAL) else "转人工研判"
    return f"{effect}：{reason}（批准：{approver}）"
