"""Which enterprises have which colour today, why, and what moves it? The list of the park, with its zones and the park as a whole."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Request, Response, get

from rules.bands import Colour
from server.entrance import open_work, services_of
from server.grading.grades import take_worst, zones_of
from server.grading.head_sheet import write_heads
from server.grading.heads import NONE, GradeHead, HeadQuery, HeadSort, MovedBy, RegisterState, find_heads, list_heads
from server.grading.overrides import count_open_requests
from server.identity import STAFF, pages_for
from server.pages.enterprises import sheet_answer
from server.pages.query import asked, asked_page, asked_term
from server.pages.view import show
from server.parks.service import list_zones

COLOURS: tuple[tuple[str, Colour | None], ...] = (*((colour.value, colour) for colour in Colour), (NONE, None))
"""Every colour as an address says it; the last stands for what is not assessed."""


class RiskEnterprisePages(Controller):
    """For the staff."""

    opt = pages_for(*STAFF)

    @get("/risk/enterprises", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the list, the colours counted, zones and park below."""
        query = head_query(request)
        with open_work(request) as work:
            every = list_heads(work)
            found = find_heads(every, query)
            total = {colour: sum(one.colour is colour for one in every) for _, colour in COLOURS}
            return show(
                request,
                work,
                "risk_enterprises.html",
                page=found.page,
                counts=found.counts,
                colours=[(key, colour, found.counts[colour]) for key, colour in COLOURS],
                asked=query,
                red=total[Colour.RED],
                orange=total[Colour.ORANGE],
                unassessed=total[None],
                areas=_areas(every),
                zone_options=[*((str(zone.id), zone.name) for zone in list_zones(work)), (NONE, "未划片区")],
                moved_options=[(one.value, one.label) for one in MovedBy],
                register_options=[(one.value, one.label) for one in RegisterState],
                sorts=[(one.value, one.label) for one in HeadSort],
                waiting_overrides=count_open_requests(work),
                edition=services_of(request).rulebook.edition,
                is_narrowed=any((query.search, query.colour, query.zone, query.moved_by, query.register)),
            )

    @get("/risk/enterprises.xlsx", sync_to_thread=True)
    def export(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The list as it is filtered on the page, all pages of it."""
        query = head_query(request)
        with open_work(request) as work:
            zones = {str(zone.id): zone.name for zone in list_zones(work)} | {NONE: "未划片区"}
            data = write_heads(find_heads(list_heads(work), query).every, work.today, _filter_words(query, zones))
            return sheet_answer(data, f"risk-grades-{work.today.isoformat()}.xlsx")


def head_query(request: Request[Any, Any, Any]) -> HeadQuery:
    """The list the address asks for."""
    colour = asked(request, "colour")
    return HeadQuery(
        search=asked(request, "q"),
        colour=colour if colour in {key for key, _ in COLOURS} else "",
        zone=asked(request, "zone"),
        moved_by=asked_term(request, "moved", MovedBy),
        register=asked_term(request, "register", RegisterState),
        sort=asked_term(request, "sort", HeadSort) or HeadSort.RISK,
        page=asked_page(request),
    )


def _areas(every: Sequence[GradeHead]) -> list[tuple[str, str, Colour | None, dict[Colour | None, int], tuple[str, ...]]]:
    """Each zone, then the park: name, key for the address, colour, counts, trail."""
    areas = [(zone.name, str(zone.zone_id or NONE), zone.colour, zone.counts, zone.trail) for zone in zones_of(every)]
    colour, trail, _ = take_worst("园区", every)
    counts = {one: sum(head.colour is one for head in every) for _, one in COLOURS}
    return [*areas, ("全园区", "", colour, counts, trail)]


def _filter_words(query: HeadQuery, zones: dict[str, str]) -> str:
    """What the sheet was narrowed by."""
    colours = {key: colour.words if colour is not None else "未评价" for key, colour in COLOURS}
    said = (
        query.search and f"查找“{query.search}”",
        query.colour and colours[query.colour],
        query.zone and zones.get(query.zone, "没有这个片区"),
        query.moved_by and MovedBy(query.moved_by).label,
        query.register and RegisterState(query.register).label,
    )
    return "、".join(one for one in said if one)
