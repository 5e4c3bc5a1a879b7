"""Enterprises from and to spreadsheets."""

from collections.abc import Sequence
from typing import BinaryIO

from rules.rulebook import Rulebook
from server.enterprises.schemas import EnterpriseQuery, ImportReport, SheetRow
from server.unit_of_work import Work


def read_enterprise_sheet(file: BinaryIO) -> list[SheetRow]:
    """The rows of an uploaded XLSX. Raises `UnreadableSpreadsheet`, `TooLarge`."""
    raise NotImplementedError


def import_enterprises(work: Work, rulebook: Rulebook, rows: Sequence[SheetRow], *, dry_run: bool) -> ImportReport:
    """Take every row that is right and say of every other row what is wrong; `dry_run` changes nothing."""
    raise NotImplementedError


def write_template() -> bytes:
    """The XLSX template: headings, hints and an example row."""
    raise NotImplementedError


def export_enterprises(work: Work, query: EnterpriseQuery) -> bytes:
    """The enterprises of a list as XLSX, all pages."""
    raise NotImplementedError
