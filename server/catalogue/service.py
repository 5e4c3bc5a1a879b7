"""Use cases of the catalogue, gathered for the doors and other subjects; each lives in the file named after what it is about."""

from server.catalogue.changes import add_entry, get_change, remove_change, tighten_entry, waive_entry
from server.catalogue.corrections import correct_by_record
from server.catalogue.desk import (
    attach_scan,
    claim_entry,
    confirm_record,
    enter_record,
    get_record,
    get_record_dossier,
    list_desk,
    release_record,
    return_record,
    unverified_entries,
    withdraw_record,
)
from server.catalogue.editions import (
    approve_edition,
    compare_days,
    compare_editions,
    discard_edition,
    draft_edition,
    edition_catalogue,
    find_catalogue_paper,
    get_edition,
    get_edition_dossier,
    list_editions,
    review_edition,
    send_back_edition,
)
from server.catalogue.overlay import confirmation_words, park_catalogue
from server.catalogue.printing import catalogue_sheet, edition_of_day, narrow_sheet
from server.catalogue.reading import count_entries, documents_of, find_entry, get_entry_dossier, list_entries
from server.catalogue.scans import keep_scan
from server.catalogue.usage import projects_of_entry

__all__ = [
    "add_entry",
    "approve_edition",
    "attach_scan",
    "catalogue_sheet",
    "claim_entry",
    "compare_days",
    "compare_editions",
    "confirm_record",
    "confirmation_words",
    "correct_by_record",
    "count_entries",
    "discard_edition",
    "documents_of",
    "draft_edition",
    "edition_catalogue",
    "edition_of_day",
    "enter_record",
    "find_catalogue_paper",
    "find_entry",
    "get_change",
    "get_edition",
    "get_edition_dossier",
    "get_entry_dossier",
    "get_record",
    "get_record_dossier",
    "keep_scan",
    "list_desk",
    "list_editions",
    "list_entries",
    "narrow_sheet",
    "park_catalogue",
    "projects_of_entry",
    "release_record",
    "remove_change",
    "return_record",
    "review_edition",
    "send_back_edition",
    "tighten_entry",
    "unverified_entries",
    "waive_entry",
    "withdraw_record",
]
