"""The risk register of an enterprise as a page: what must be done first, then its points with their sources, narrowed as asked.

`/register` is the short way: an enterprise's own register, and for staff the hazard sources of the whole park.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.bands import Colour
from rules.terms import Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import InvalidInput, NotFound, StateConflict
from server.grading.access import WRITERS
from server.grading.schemas import PointView, Register, SourceQuery, SourceSort, SourceView, UnitView
from server.grading.service import (
    confirm_sources,
    count_sources,
    finish_review,
    get_unit,
    list_sources,
    note_change,
    read_register,
    rename_unit,
)
from server.grading.spreadsheet import NOT_CONFIRMED
from server.identity import STAFF, pages_for
from server.pages.query import asked, asked_page, asked_term, read_id
from server.pages.view import errors_by_field, form_text, form_texts, go_to, show
from server.parks.service import list_zones
from server.unit_of_work import Work

NOT_ASSESSED = 0
"""How an address asks for what has no colour; 1 to 4 are red to blue."""
UNCONFIRMED, GAPS, UNASSESSED = "unconfirmed", "gaps", "unassessed"
ONLY = ((UNCONFIRMED, "待现场确认"), (UNASSESSED, "尚未评价"), (GAPS, "管控有缺项"))


class RegisterFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What of a register is asked for. `colour` is 1 to 4, 0 for not assessed, None for all."""

    unit_id: UUID | None = None
    colour: int | None = None
    only: str = ""
    search: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return self.unit_id is not None or self.colour is not None or bool(self.only or self.search)


class _Chosen(msgspec.Struct, frozen=True):
    """What somebody confirms: sources one by one, and units as a whole, of which only what the page showed was meant."""

    sources: frozenset[UUID]
    units: frozenset[UUID]
    seen: frozenset[UUID]


class RiskRegisterPages(Controller):
    """Staff read every register of their park, an enterprise its own."""

    opt = pages_for(*STAFF, Role.ENTERPRISE)

    @get("/register", sync_to_thread=True)
    def show_own_or_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """An enterprise's own register; the park's hazard sources for staff."""
        with open_work(request) as work:
            if work.actor.role is not Role.ENTERPRISE:
                return _park_list(request, work)
            if work.actor.enterprise_id is None:
                raise NotFound("您的企业")
            return _register_page(request, work, work.actor.enterprise_id)

    @get("/enterprises/{enterprise_id:uuid}/register", sync_to_thread=True)
    def show_register(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """The register of one enterprise."""
        with open_work(request) as work:
            return _register_page(request, work, enterprise_id)


class RiskRegisterStepPages(Controller):
    """What is done to a register as a whole: confirm on site, note a change, finish a review, rename a unit."""

    path = "/enterprises/{enterprise_id:uuid}/register"
    opt = pages_for(*WRITERS)

    @get("/confirm", sync_to_thread=True)
    def show_confirm(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """Which sources nobody has seen on site."""
        with open_work(request) as work:
            return _confirm_page(request, work, enterprise_id, {})

    @post("/confirm", status_code=200)
    async def take_confirm(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Confirm those chosen, or whole units."""
        form = await request.form()
        chosen = _Chosen(_ids(form_texts(form, "source")), _ids(form_texts(form, "unit")), _ids(form_texts(form, "seen")))
        return await sync_to_thread(_confirm, request, enterprise_id, chosen)

    @get("/review", sync_to_thread=True)
    def show_review(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """Note a change, or that the whole was reviewed."""
        with open_work(request) as work:
            return _review_page(request, work, enterprise_id, {}, {})

    @post("/change", status_code=200)
    async def take_change(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Note a change that asks for a new assessment."""
        form = await request.form()
        return await sync_to_thread(_note, request, enterprise_id, "change", form_text(form, "change"))

    @post("/review", status_code=200)
    async def take_review(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Write down that the whole register was reviewed today."""
        form = await request.form()
        return await sync_to_thread(_note, request, enterprise_id, "review", form_text(form, "review"))

    @get("/units/{unit_id:uuid}", sync_to_thread=True)
    def show_unit(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID], unit_id: FromPath[UUID]) -> Response[str]:
        """A unit's name, to be changed."""
        with open_work(request) as work:
            return _unit_page(request, work, enterprise_id, unit_id, None, {})

    @post("/units/{unit_id:uuid}", status_code=200)
    async def take_unit(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID], unit_id: FromPath[UUID]) -> Response[Any]:
        """Give a unit another name."""
        form = await request.form()
        return await sync_to_thread(_rename, request, enterprise_id, unit_id, form_text(form, "name"))


def _ids(texts: list[str]) -> frozenset[UUID]:
    return frozenset(one for text in texts if (one := read_id(text)) is not None)


def asked_colour(request: Request[Any, Any, Any]) -> int | None:
    """The colour an address asks for, by its number."""
    value = asked(request, "colour")
    return int(value) if value in {"0", "1", "2", "3", "4"} else None


def lacks(view: SourceView) -> tuple[str, ...]:
    """What the control of a source lacks, its confirmation aside."""
    return tuple(gap for gap in view.gaps if gap != NOT_CONFIRMED)


def narrow_register(register: Register, wanted: RegisterFilter) -> tuple[UnitView, ...]:
    """The units with the points and sources asked for; a point stays when one of its sources does, or when its own name is meant."""
    units = []
    for unit in register.units:
        if wanted.unit_id is not None and unit.unit.id != wanted.unit_id:
            continue
        points = [found for point in unit.points if (found := _narrow_point(point, wanted)) is not None]
        if points:
            units.append(UnitView(unit=unit.unit, points=tuple(points)))
    return tuple(units)


def _narrow_point(point: PointView, wanted: RegisterFilter) -> PointView | None:
    if wanted.colour is not None and (point.colour.risk.number if point.colour else NOT_ASSESSED) != wanted.colour:
        return None
    sources: Sequence[SourceView] = point.sources
    if wanted.only == UNCONFIRMED:
        sources = [one for one in sources if not one.is_confirmed]
    elif wanted.only == UNASSESSED:
        sources = [one for one in sources if one.colour is None]
    elif wanted.only == GAPS:
        sources = [one for one in sources if lacks(one)]
    if wanted.search and wanted.search not in f"{point.point.name} {point.point.location}":
        sources = [one for one in sources if wanted.search in f"{one.source.name} {one.source.person} {one.source.department}"]
        if not sources:
            return None
    if wanted.only and not sources:
        return None
    return msgspec.structs.replace(point, sources=tuple(sources))


def _register_page(request: Request[Any, Any, Any], work: Work, enterprise_id: UUID) -> Response[str]:
    enterprise = get_enterprise(work, enterprise_id)
    register = read_register(work, services_of(request).rulebook, enterprise_id)
    only = asked(request, "only")
    wanted = RegisterFilter(
        unit_id=read_id(asked(request, "unit")),
        colour=asked_colour(request),
        only=only if only in {key for key, _ in ONLY} else "",
        search=asked(request, "q"),
    )
    units = narrow_register(register, wanted)
    gaps = sum(1 for one in register.sources if lacks(one))
    unassessed = sum(1 for one in register.sources if one.colour is None)
    return show(
        request,
        work,
        "risk_register.html",
        enterprise=enterprise,
        register=register,
        units=units,
        wanted=wanted,
        said={point.id: point for point in register.grade.points},
        lacks=lacks,
        colours=(*Colour, None),
        numbers={UNCONFIRMED: register.grade.unconfirmed, UNASSESSED: unassessed, GAPS: gaps},
        only=ONLY,
        shown=(sum(len(unit.points) for unit in units), sum(len(point.sources) for unit in units for point in unit.points)),
        with_measures=asked(request, "measures") == "yes",
        may_write=work.actor.role in WRITERS and enterprise.left_on is None,
    )


def _park_list(request: Request[Any, Any, Any], work: Work) -> Response[str]:
    confirmed = {"yes": True, "no": False}.get(asked(request, "confirmed"))
    query = SourceQuery(
        search=asked(request, "q"),
        enterprise_id=read_id(asked(request, "enterprise")),
        zone_id=read_id(asked(request, "zone")),
        risk=asked_colour(request),
        confirmed=confirmed,
        sort=asked_term(request, "sort", SourceSort) or SourceSort.RISK.value,
        page=asked_page(request),
    )
    counts = count_sources(work, query)
    return show(
        request,
        work,
        "risk_sources.html",
        page=list_sources(work, query),
        wanted=query,
        counts=[(colour, counts[colour.risk.number if colour else None]) for colour in (*Colour, None)],
        total=sum(counts.values()),
        zones=[(zone.id, zone.name) for zone in list_zones(work)],
        sorts=[(one.value, one.label) for one in SourceSort],
        is_narrowed=any((query.search, query.zone_id, query.enterprise_id, query.confirmed is not None, query.risk is not None)),
    )


def _confirm_page(request: Request[Any, Any, Any], work: Work, enterprise_id: UUID, errors: dict[str, str]) -> Response[str]:
    register = read_register(work, services_of(request).rulebook, enterprise_id)
    units = narrow_register(register, RegisterFilter(only=UNCONFIRMED))
    return show(
        request,
        work,
        "risk_confirm.html",
        status=400 if errors else 200,
        enterprise=get_enterprise(work, enterprise_id),
        units=units,
        count=register.grade.unconfirmed,
        errors=errors,
    )


def _confirm(request: Request[Any, Any, Any], enterprise_id: UUID, chosen: _Chosen) -> Response[Any]:
    rulebook = services_of(request).rulebook
    with open_work(request) as work:
        register = read_register(work, rulebook, enterprise_id)
        wanted = [
            view.source.id
            for unit in register.units
            for point in unit.points
            for view in point.sources
            if not view.is_confirmed and view.colour is not None
            if view.source.id in chosen.sources or (unit.unit.id in chosen.units and view.source.id in chosen.seen)
        ]
        if not wanted:
            return _confirm_page(request, work, enterprise_id, {"source": "请勾选在现场看过、与实际相符的危险源；没有评价的先评价"})
    with open_work(request, write=True) as work:
        count = confirm_sources(work, rulebook, wanted)
    return go_to(f"/enterprises/{enterprise_id}/register?confirmed={count}")


def _review_page(
    request: Request[Any, Any, Any], work: Work, enterprise_id: UUID, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    return show(
        request,
        work,
        "risk_review.html",
        status=400 if errors else 200,
        enterprise=get_enterprise(work, enterprise_id),
        register=read_register(work, services_of(request).rulebook, enterprise_id),
        values={"change": "", "review": ""} | values,
        errors=errors,
    )


def _note(request: Request[Any, Any, Any], enterprise_id: UUID, field: str, text: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            if field == "change":
                note_change(work, enterprise_id, text)
            else:
                finish_review(work, services_of(request).rulebook, enterprise_id, text)
    except (InvalidInput, StateConflict) as refusal:
        said = errors_by_field(refusal).get("note", refusal.detail) if isinstance(refusal, InvalidInput) else refusal.detail
        with open_work(request) as work:
            return _review_page(request, work, enterprise_id, {field: text}, {field: said})
    return go_to(f"/enterprises/{enterprise_id}/register?done={field}")


def _unit_page(
    request: Request[Any, Any, Any], work: Work, enterprise_id: UUID, unit_id: UUID, name: str | None, errors: dict[str, str]
) -> Response[str]:
    unit = get_unit(work, unit_id)
    if unit.enterprise_id != enterprise_id:
        raise NotFound("这个风险单元")
    return show(
        request,
        work,
        "risk_unit.html",
        status=400 if errors else 200,
        enterprise=get_enterprise(work, enterprise_id),
        unit=unit,
        name=unit.name if name is None else name,
        errors=errors,
    )


def _rename(request: Request[Any, Any, Any], enterprise_id: UUID, unit_id: UUID, name: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            if rename_unit(work, unit_id, name).enterprise_id != enterprise_id:
                raise NotFound("这个风险单元")
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _unit_page(request, work, enterprise_id, unit_id, name, errors_by_field(refusal))
    return go_to(f"/enterprises/{enterprise_id}/register?done=renamed#u{unit_id}")
