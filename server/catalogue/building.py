"""How do the rows of an edition become what the rules read?

Kept changes are put together as `rules.catalogue_editions.EditionFile`; the rules themselves lay it over the law and object to what a park
may not do. What they object to comes back in Chinese, at the field of the form.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select

from rules.catalogue_editions import EditionFile, EditionHead, Tightening, WaiverRow, lay_over
from rules.loading import RuleDataError
from rules.restriction import Catalogue, load_catalogue
from rules.restriction_data import Entry
from server.catalogue.rule_errors import field_error_of
from server.catalogue.schemas import ChangeKind
from server.errors import InvalidInput
from server.models.catalogue import CatalogueChange, CatalogueEdition
from server.models.parks import Park
from server.unit_of_work import Work

DRAFT_NUMBER = "草案"
_ONE_DAY = timedelta(days=1)


def active_changes(work: Work, edition_id: UUID) -> list[CatalogueChange]:
    """The changes an edition consists of, in the order they were made."""
    query = select(CatalogueChange).where(
        CatalogueChange.park_id == work.park_id, CatalogueChange.edition_id == edition_id, CatalogueChange.removed_at.is_(None)
    )
    return list(work.session.scalars(query.order_by(CatalogueChange.id)))


def edition_file(work: Work, edition: CatalogueEdition, changes: Iterable[CatalogueChange], *, adopted: bool) -> EditionFile:
    """The edition as the rules read it; `adopted` as if it had been approved."""
    effective_from = edition.effective_from or edition.planned_from
    head = EditionHead(
        id=edition.name,
        park=work.session.get_one(Park, work.park_id).name,
        title=edition.title,
        doc_no=edition.document_number or DRAFT_NUMBER,
        effective_from=effective_from,
        approver=edition.approver or edition.drafted_by_name,
        is_adopted=adopted,
        repealed_on=None if edition.valid_until is None else edition.valid_until + _ONE_DAY,
        note=edition.note,
    )
    by_kind: dict[str, list[CatalogueChange]] = {kind.value: [] for kind in ChangeKind}
    for one in changes:
        by_kind[one.kind].append(one)
    return EditionFile(
        edition=head,
        entry=tuple(_dated(msgspec.convert(one.content, Entry), effective_from) for one in by_kind[ChangeKind.ADDED]),
        tighten=tuple(msgspec.convert(one.content, Tightening) for one in by_kind[ChangeKind.TIGHTENED]),
        waive=tuple(msgspec.convert(one.content, WaiverRow) for one in by_kind[ChangeKind.WAIVED]),
    )


def _dated(entry: Entry, effective_from: date) -> Entry:
    """An added entry binds from the day its edition does; while it is a draft that day may still move."""
    return msgspec.structs.replace(entry, effective_from=effective_from)


def lay_over_law(file: EditionFile) -> Catalogue:
    """The law with the edition over it. Raises `InvalidInput` in the words of whoever drafts."""
    try:
        return lay_over(load_catalogue(), file, file=file.edition.id)
    except RuleDataError as error:
        raise InvalidInput([field_error_of(error)]) from error
