"""Which papers and tables can be taken away? The doors of printing.

Each opens a read transaction, reads through the subject's `access`, and draws; a download changes nothing. An issued paper is drawn from
what was frozen when it was issued and from nothing else. Drawing happens after the transaction, except for the ledger, whose rows are
drawn as they are read. Files are built in a temporary file and streamed from there, photos are opened one at a time.
"""

import io
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from reports import closure, inspection_record, ledger, rectification_notice, reinspection_opinion
from reports.fonts import FontSet, load_fonts, system_font_folders
from reports.ledger import LedgerHead
from reports.paper import Imprint, PhotoSource, UnknownTemplateError, short_date
from reports.parameters import hazards_words, read_closure, read_hazards
from reports.queries import find_certificates, imprint_of, name_filters, read_closure_report, stream_ledger
from reports.registry import audience_of
from reports.values import notice_of, opinion_of, record_of, spoken_code
from reports.wording import ForbiddenWordingError
from rules.terms import DocumentKind
from server.entrance import open_work, services_of
from server.errors import NotFound, StateConflict, WordingNotPermitted
from server.identity import pages_for
from server.inspections.dossier import get_dossier
from server.models.orders import IssuedPaper
from server.papers import get_paper, is_intact, list_papers, read_value
from server.photo_store import PhotoStore
from server.photos.service import find_rendition
from server.rectification.schemas import OpinionFacts, OrderFacts
from server.rectification.service import get_order, order_facts

AnyRequest = Request[Any, Any, Any]
Draw = Callable[[FontSet, PhotoSource], bytes]

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BLOCK = 1 << 18


class Drawing(msgspec.Struct, frozen=True):
    """How papers of one kind are drawn: from which frozen facts, through which value, by which drawing."""

    title: str
    facts: type[OrderFacts] | type[OpinionFacts]
    value: Callable[[Any, Imprint], Any]
    draw: Callable[[Any, FontSet, PhotoSource], bytes]


DRAWINGS: dict[str, Drawing] = {
    DocumentKind.RECTIFICATION_NOTICE: Drawing(
        rectification_notice.PAPER_TITLE, OrderFacts, notice_of, rectification_notice.draw_rectification_notice
    ),
    DocumentKind.REINSPECTION_OPINION: Drawing(
        reinspection_opinion.PAPER_TITLE, OpinionFacts, opinion_of, reinspection_opinion.draw_reinspection_opinion
    ),
}


@get("/orders/{order_id:uuid}/pdf", name="order_pdf", opt=pages_for(*audience_of("rectification_notice")), sync_to_thread=True)
def print_order(request: AnyRequest, order_id: FromPath[UUID]) -> Stream:
    """An order: as issued, or a draft's preview that says so across every page."""
    with open_work(request) as work:
        order = get_order(work, order_id)
        paper = next((one for one in list_papers(work, order_id) if one.kind == order.kind), None)
        if paper is not None:
            title, draw = _issued(request, paper)
        else:
            drawing = _drawing_of(order.kind)
            imprint = imprint_of(work, rectification_notice.TEMPLATE_VERSION, is_draft=True)
            value = drawing.value(order_facts(work, services_of(request).rulebook, order), imprint)
            title, draw = f"{drawing.title}（草稿）", partial(drawing.draw, value)
    return _paper(request, title, draw)


@get("/orders/{order_id:uuid}/opinion.pdf", name="opinion_pdf", opt=pages_for(*audience_of("reinspection_opinion")), sync_to_thread=True)
def print_opinion(request: AnyRequest, order_id: FromPath[UUID]) -> Stream:
    """The latest re-inspection opinion on an order."""
    with open_work(request) as work:
        order = get_order(work, order_id)
        paper = next((one for one in list_papers(work, order.id) if one.kind == DocumentKind.REINSPECTION_OPINION), None)
        if paper is None:
            raise NotFound("这份文书的复核意见，可能还没有出具")
        title, draw = _issued(request, paper)
    return _paper(request, title, draw)


@get("/papers/{paper_id:uuid}/pdf", name="paper_pdf", opt=pages_for(*audience_of("rectification_notice")), sync_to_thread=True)
def print_paper(request: AnyRequest, paper_id: FromPath[UUID]) -> Stream:
    """Any issued paper, as issued."""
    with open_work(request) as work:
        title, draw = _issued(request, get_paper(work, paper_id))
    return _paper(request, title, draw)


@get("/inspections/{inspection_id:uuid}/pdf", name="inspection_pdf", opt=pages_for(*audience_of("inspection_record")), sync_to_thread=True)
def print_inspection(request: AnyRequest, inspection_id: FromPath[UUID]) -> Stream:
    """The record of one inspection, as filed."""
    with open_work(request) as work:
        dossier = get_dossier(work, services_of(request).rulebook, inspection_id)
        certificates = find_certificates(work.session, work.actor, dossier.inspection.inspectors)
        number = dossier.inspection.number
        value = record_of(dossier, imprint_of(work, inspection_record.TEMPLATE_VERSION, document_number=number), certificates)
    title = f"{inspection_record.TITLE}_{number}"
    return _paper(request, title, partial(inspection_record.draw_inspection_record, value))


@get("/reports/closure.pdf", name="closure_pdf", opt=pages_for(*audience_of("closure")), sync_to_thread=True)
def print_closure(request: AnyRequest) -> Stream:
    """The closure report of the address's choices, as a paper."""
    name, report = _closure(request)
    return _paper(request, name, lambda fonts, _: closure.draw_closure_report(report, fonts))


@get("/reports/closure.xlsx", name="closure_xlsx", opt=pages_for(*audience_of("closure")), sync_to_thread=True)
def take_closure(request: AnyRequest) -> Stream:
    """The same report as a sheet."""
    name, report = _closure(request)
    return _stream(lambda file: file.write(closure.write_closure_sheet(report)), f"{name}.xlsx", XLSX)


@get("/hazards/ledger.pdf", name="hazard_ledger_pdf", opt=pages_for(*audience_of("ledger")), sync_to_thread=True)
def print_ledger(request: AnyRequest) -> Stream:
    """The hazards of the list's filters, as a paper."""
    fonts = _fonts(request)
    return _ledger(request, "pdf", PDF, lambda head, rows, file: ledger.draw_ledger(head, rows, fonts, file))


@get("/hazards/ledger.xlsx", name="hazard_ledger_xlsx", opt=pages_for(*audience_of("ledger")), sync_to_thread=True)
def take_ledger(request: AnyRequest) -> Stream:
    """The hazards of the list's filters, as a sheet with every column."""
    return _ledger(request, "xlsx", XLSX, ledger.write_ledger_sheet)


DOWNLOADS: list[ControllerRouterHandler] = [
    print_order,
    print_opinion,
    print_paper,
    print_inspection,
    print_closure,
    take_closure,
    print_ledger,
    take_ledger,
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
        return _stream(lambda file: write(head, rows, file), f"{ledger.TITLE}_{short_date(work.today)}.{ending}", media_type)


def _drawing_of(kind: str) -> Drawing:
    drawing = DRAWINGS.get(kind)
    if drawing is None:
        raise StateConflict(f"{DocumentKind(kind).label}目前只登记文号和扫描件，不能在这里打印。", reason="no_drawing")
    return drawing


def _issued(request: AnyRequest, paper: IssuedPaper) -> tuple[str, Draw]:
    """Name and drawing of an issued paper. It is dated by its issue, so the same paper gives the same bytes for ever."""
    if not is_intact(paper):
        raise StateConflict("这份文书的存档与签发时的校验值不符，不能打印。请管理员用备份核对。", reason="not_intact")
    drawing = _drawing_of(paper.kind)
    facts: OrderFacts | OpinionFacts = read_value(paper, drawing.facts)
    address = services_of(request).settings.public_address.rstrip("/")
    imprint = Imprint(
        office_name=facts.office_name,
        park_name=facts.park_name,
        template_version=paper.template_version,
        printed_at=paper.issued_at,
        printed_by=facts.issued_by_name,
        document_number=paper.document_number,
        is_fictional=facts.fictional,
        is_withdrawn=paper.withdrawn_at is not None,
        verification_url=f"{address}/check/{paper.verification_code}",
        verification_code=spoken_code(paper.verification_code),
    )
    return f"{drawing.title}_{paper.document_number}", partial(drawing.draw, drawing.value(facts, imprint))


def _paper(request: AnyRequest, title: str, draw: Draw) -> Stream:
    """Draw a paper and send it."""
    fonts, photos = _fonts(request), _photo_source(services_of(request).photo_store)
    return _stream(lambda file: file.write(_drawn(draw, fonts, photos)), f"{title}.pdf", PDF)


def _drawn(draw: Draw, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The paper, or a refusal somebody can act on."""
    try:
        return draw(fonts, photos)
    except ForbiddenWordingError as error:
        raise WordingNotPermitted(list(dict.fromkeys(problem.word for problem in error.problems))) from error
    except UnknownTemplateError as error:
        raise StateConflict("这份文书是用另一个版本的版式签发的，请用相应版本的程序打印。", reason="unknown_template") from error


def _fonts(request: AnyRequest) -> FontSet:
    """The fonts, read at the first paper of this process; converted first when nobody has yet."""
    settings = services_of(request).settings
    return load_fonts(settings.fonts, settings.office_fonts or system_font_folders())


def _photo_source(store: PhotoStore) -> PhotoSource:
    """Opens photos one at a time: the upright view where there is one, which is quicker to print than the original."""

    def open_photo(sha256: str) -> BinaryIO:
        path = find_rendition(store, sha256, "view")
        return store.open(sha256) if path is None else path.open("rb")

    return open_photo


def _stream(write: Callable[[BinaryIO], int], name: str, media_type: str) -> Stream:
    """What `write` writes, from a temporary file that is gone once it was sent. Papers open in the browser, sheets are saved."""
    file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - closed by the stream
    try:
        write(file)
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    ending = name.rpartition(".")[2]
    disposition = f"{'inline' if media_type == PDF else 'attachment'}; filename=\"parksafe.{ending}\"; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": disposition, "Content-Length": str(size), "Cache-Control": "private, no-store"}
    return Stream(_blocks(file), media_type=media_type, headers=headers)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block
