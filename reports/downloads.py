"""Which papers and tables can be taken away? The doors of printing.

Each opens a read transaction, reads through the subject's `access`, and draws; a download changes nothing. Drawing happens after the
transaction, except for the ledger, whose rows are drawn as they are read. How issued papers are drawn is told in `issued.py`, how files are
sent in `sending.py`; the papers of grading have doors of their own in `risk_downloads.py`.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from reports import catalogue, closure, inspection_record, ledger, rectification_notice
from reports.issued import drawing_of, issued_drawing
from reports.ledger import LedgerHead
from reports.map_downloads import DOWNLOADS as MAP_DOWNLOADS
from reports.paper import short_date
from reports.parameters import catalogue_words, hazards_words, read_catalogue, read_closure, read_day, read_hazards
from reports.plan_downloads import PLAN_DOWNLOADS
from reports.queries import find_certificates, imprint_of, name_filters, read_closure_report, stream_ledger
from reports.registry import audience_of
from reports.risk_downloads import RISK_DOWNLOADS
from reports.sending import PDF, XLSX, AnyRequest, fonts_of, send_file, send_paper
from reports.values import record_of
from rules.terms import DocumentKind, Role
from server.catalogue.schemas import CatalogueFacts, EntryQuery
from server.catalogue.service import (
    catalogue_sheet,
    edition_catalogue,
    edition_of_day,
    find_catalogue_paper,
    get_edition,
    list_entries,
    narrow_sheet,
    park_catalogue,
)
from server.entrance import open_work, services_of
from server.errors import NotFound
from server.identity import pages_for
from server.inspections.dossier import get_dossier
from server.papers import get_paper, list_papers, read_value
from server.rectification.service import get_order, order_facts
from server.unit_of_work import Work


@get("/orders/{order_id:uuid}/pdf", name="order_pdf", opt=pages_for(*audience_of("rectification_notice")), sync_to_thread=True)
def print_order(request: AnyRequest, order_id: FromPath[UUID]) -> Stream:
    """An order: as issued, or a draft's preview that says so across every page."""
    with open_work(request) as work:
        order = get_order(work, order_id)
        paper = next((one for one in list_papers(work, order_id) if one.kind == order.kind), None)
        if paper is not None:
            title, draw = issued_drawing(request, paper)
        else:
            drawing = drawing_of(order.kind)
            imprint = imprint_of(work, rectification_notice.TEMPLATE_VERSION, is_draft=True)
            value = drawing.value(order_facts(work, services_of(request).rulebook, order), imprint)
            title, draw = f"{drawing.title}（草稿）", partial(drawing.draw, value)
    return send_paper(request, title, draw)


@get("/orders/{order_id:uuid}/opinion.pdf", name="opinion_pdf", opt=pages_for(*audience_of("reinspection_opinion")), sync_to_thread=True)
def print_opinion(request: AnyRequest, order_id: FromPath[UUID]) -> Stream:
    """The latest re-inspection opinion on an order."""
    with open_work(request) as work:
        order = get_order(work, order_id)
        paper = next((one for one in list_papers(work, order.id) if one.kind == DocumentKind.REINSPECTION_OPINION), None)
        if paper is None:
            raise NotFound("这份文书的复核意见，可能还没有出具")
        title, draw = issued_drawing(request, paper)
    return send_paper(request, title, draw)


@get(
    "/papers/{paper_id:uuid}/pdf",
    name="paper_pdf",
    opt=pages_for(*audience_of("rectification_notice"), Role.SCREENER),
    sync_to_thread=True,
)
def print_paper(request: AnyRequest, paper_id: FromPath[UUID]) -> Stream:
    """Any issued paper, as issued."""
    with open_work(request) as work:
        title, draw = issued_drawing(request, get_paper(work, paper_id))
    return send_paper(request, title, draw)


@get("/inspections/{inspection_id:uuid}/pdf", name="inspection_pdf", opt=pages_for(*audience_of("inspection_record")), sync_to_thread=True)
def print_inspection(request: AnyRequest, inspection_id: FromPath[UUID]) -> Stream:
    """The record of one inspection, as filed."""
    with open_work(request) as work:
        dossier = get_dossier(work, services_of(request).rulebook, inspection_id)
        certificates = find_certificates(work.session, work.actor, dossier.inspection.inspectors)
        number = dossier.inspection.number
        value = record_of(dossier, imprint_of(work, inspection_record.TEMPLATE_VERSION, document_number=number), certificates)
    title = f"{inspection_record.TITLE}_{number}"
    return send_paper(request, title, partial(inspection_record.draw_inspection_record, value))


@get("/reports/closure.pdf", name="closure_pdf", opt=pages_for(*audience_of("closure")), sync_to_thread=True)
def print_closure(request: AnyRequest) -> Stream:
    """The closure report of the address's choices, as a paper."""
    name, report = _closure(request)
    return send_paper(request, name, lambda fonts, _: closure.draw_closure_report(report, fonts))


@get("/reports/closure.xlsx", name="closure_xlsx", opt=pages_for(*audience_of("closure")), sync_to_thread=True)
def take_closure(request: AnyRequest) -> Stream:
    """The same report as a sheet."""
    name, report = _closure(request)
    return send_file(lambda file: file.write(closure.write_closure_sheet(report)), f"{name}.xlsx", XLSX)


@get("/hazards/ledger.pdf", name="hazard_ledger_pdf", opt=pages_for(*audience_of("ledger")), sync_to_thread=True)
def print_ledger(request: AnyRequest) -> Stream:
    """The hazards of the list's filters, as a paper."""
    fonts = fonts_of(request)
    return _ledger(request, "pdf", PDF, lambda head, rows, file: ledger.draw_ledger(head, rows, fonts, file))


@get("/hazards/ledger.xlsx", name="hazard_ledger_xlsx", opt=pages_for(*audience_of("ledger")), sync_to_thread=True)
def take_ledger(request: AnyRequest) -> Stream:
    """The hazards of the list's filters, as a sheet with every column."""
    return _ledger(request, "xlsx", XLSX, ledger.write_ledger_sheet)


EVERYTHING = 1_000_000
"""More entries than any catalogue has."""


@get("/catalogue/catalogue.pdf", name="catalogue_pdf", opt=pages_for(*audience_of("catalogue")), sync_to_thread=True)
def print_catalogue(request: AnyRequest) -> Stream:
    """The entries of the list's day and filters, as a paper; the park's edition of the day as issued when nothing is left out."""
    with open_work(request) as work:
        asked = read_catalogue(request.query_params)
        day = read_day(request.query_params, "day") or work.today
        edition = edition_of_day(work, day)
        if edition is not None and asked == EntryQuery() and edition.effective_from == day:
            paper = find_catalogue_paper(work, edition.id)
            if paper is not None:
                title, draw = issued_drawing(request, paper)
                return send_paper(request, title, draw)
        value = _catalogue(work, asked, day)
    fonts = fonts_of(request)
    name = f"{catalogue.TITLE}_{short_date(day)}.pdf"
    return send_file(lambda file: catalogue.draw_catalogue(value, fonts, file), name, PDF)


@get("/catalogue/catalogue.xlsx", name="catalogue_xlsx", opt=pages_for(*audience_of("catalogue")), sync_to_thread=True)
def take_catalogue(request: AnyRequest) -> Stream:
    """The entries of the list's day and filters, as a sheet with every column."""
    with open_work(request) as work:
        day = read_day(request.query_params, "day") or work.today
        value = _catalogue(work, read_catalogue(request.query_params), day)
    return send_file(lambda file: catalogue.write_catalogue_sheet(value, file), f"{catalogue.TITLE}_{short_date(day)}.xlsx", XLSX)


@get(
    "/catalogue/editions/{edition_id:uuid}/catalogue.pdf",
    name="edition_pdf",
    opt=pages_for(*audience_of("catalogue")),
    sync_to_thread=True,
)
def print_edition(request: AnyRequest, edition_id: FromPath[UUID]) -> Stream:
    """An edition: as issued, or a draft's preview that says so across every page."""
    with open_work(request) as work:
        paper = find_catalogue_paper(work, edition_id)
        if paper is not None:
            title, draw = issued_drawing(request, paper)
        else:
            value = _draft_catalogue(work, edition_id)
            title, draw = f"{catalogue.TITLE}（草案）", partial(catalogue.draw_issued_catalogue, value)
    return send_paper(request, title, draw)


@get(
    "/catalogue/editions/{edition_id:uuid}/catalogue.xlsx",
    name="edition_xlsx",
    opt=pages_for(*audience_of("catalogue")),
    sync_to_thread=True,
)
def take_edition(request: AnyRequest, edition_id: FromPath[UUID]) -> Stream:
    """The same as a sheet."""
    with open_work(request) as work:
        paper = find_catalogue_paper(work, edition_id)
        if paper is None:
            value = _draft_catalogue(work, edition_id)
        else:
            imprint = imprint_of(work, catalogue.TEMPLATE_VERSION, document_number=paper.document_number)
            value = catalogue.catalogue_paper_of(read_value(paper, CatalogueFacts), imprint)
        name = f"{catalogue.TITLE}_{value.facts.document_number or '草案'}.xlsx"
    return send_file(lambda file: catalogue.write_catalogue_sheet(value, file), name, XLSX)


DOWNLOADS: list[ControllerRouterHandler] = [
    print_order,
    print_opinion,
    print_paper,
    print_inspection,
    print_closure,
    take_closure,
    print_ledger,
    take_ledger,
    *MAP_DOWNLOADS,
    *RISK_DOWNLOADS,
    *PLAN_DOWNLOADS,
    print_catalogue,
    take_catalogue,
    print_edition,
    take_edition,
]


def _closure(request: AnyRequest) -> tuple[str, closure.ClosureReport]:
    with open_work(request) as work:
        asked = read_closure(request.query_params, work.today)
        report = read_closure_report(work, asked)
    days = f"{short_date(report.found_from)}至{short_date(report.found_until)}"
    return f"{closure.TITLE}_{days}_截至{short_date(report.as_of)}", report


def _ledger(request: AnyRequest, ending: str, media_type: str, write: Callable[[LedgerHead, Iterator[Any], BinaryIO], int]) -> Stream:
    with open_work(request) as work:
        query = read_hazards(request.query_params)
        words = hazards_words(query, name_filters(work.session, work.actor, query))
        head = LedgerHead(imprint=imprint_of(work, ledger.TEMPLATE_VERSION), as_of=work.today, filters=words)
        rows = stream_ledger(work.session, work.actor, query, work.today, services_of(request).rulebook)
        return send_file(lambda file: write(head, rows, file), f"{ledger.TITLE}_{short_date(work.today)}.{ending}", media_type)


def _catalogue(work: Work, asked: EntryQuery, day: date) -> catalogue.CataloguePaper:
    """What binds on a day, narrowed as its page is."""
    facts = catalogue_sheet(work, park_catalogue(work, day), day, None)
    wanted = catalogue_words(asked)
    if wanted:
        facts = narrow_sheet(
            facts, {row.entry.id for row in list_entries(work, msgspec.structs.replace(asked, size=EVERYTHING), day)[0].items}
        )
    return catalogue.CataloguePaper(imprint=imprint_of(work, catalogue.TEMPLATE_VERSION), facts=facts, filters=wanted)


def _draft_catalogue(work: Work, edition_id: UUID) -> catalogue.CataloguePaper:
    edition = get_edition(work, edition_id)
    facts = catalogue_sheet(work, edition_catalogue(work, edition_id), edition.planned_from, edition)
    return catalogue.catalogue_paper_of(facts, imprint_of(work, catalogue.TEMPLATE_VERSION, is_draft=True))
