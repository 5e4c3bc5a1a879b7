"""The four-colour map of the park (四色分布图): where the red ones are, who they are, and how the months went.

One drawing serves this page and the paper; every mark leads to its enterprise, and the list beside it holds everybody, with or without
coordinates, under the same numbers.
"""

from collections import Counter
from datetime import date
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get

from reports.colour_marks import ORDER, letter, words
from reports.four_colour_map import as_svg, draw_trend, map_svg
from reports.map_values import NONE, ZoneOutline, colour_or_nothing, in_list_order, map_value, narrow, read_map, trend_months
from reports.sending import fonts_of
from rules.bands import Colour
from server.entrance import open_work, services_of
from server.grading.schemas import GradedEnterprise, MonthCount, ParkGrade
from server.grading.service import grade_park, monthly_trend
from server.identity import STAFF, pages_for
from server.pages.view import show
from server.parks.service import get_park, list_zones

MAP_SIZE = (760.0, 560.0)
TREND_SIZE = (760.0, 230.0)


class ListedEnterprise(msgspec.Struct, frozen=True):
    """A row of the list beside the map: the number on the map, and the grade with its reason."""

    number: int
    enterprise: GradedEnterprise
    colour: str
    has_place: bool


class Count(msgspec.Struct, frozen=True):
    """How many enterprises of the list have a colour, and the link to exactly those."""

    colour: str
    letter: str
    words: str
    count: int


class RiskMapPages(Controller):
    """For staff."""

    path = "/risk"
    opt = pages_for(*STAFF)

    @get("/", sync_to_thread=True)
    def show_map(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The map, the list beside it, the months below."""
        with open_work(request) as work:
            asked = read_map(request.query_params, work.today)
            park = grade_park(work, services_of(request).rulebook, day=asked.day, is_brief=True)
            chosen, within = narrow(park, asked), narrow(park, msgspec.structs.replace(asked, colour=""))
            own = get_park(work)
            zones = [ZoneOutline(zone.id, zone.name, zone.outline) for zone in list_zones(work)]
            value = map_value(
                chosen, zones, park_name=own.name, is_fictional=own.fictional, address_of=lambda one: f"/enterprises/{one.id}/risk"
            )
            fonts = fonts_of(request)
            trend = since_the_first(monthly_trend(work))
            places = {mark.number: mark.x is not None for mark in value.marks}
            rows = [
                ListedEnterprise(number, one, one.grade.colour or "", places[number])
                for number, one in enumerate(in_list_order(chosen.enterprises), 1)
            ]
            return show(
                request,
                work,
                "risk_map.html",
                graded=park,
                asked=asked,
                is_today=asked.day == work.today,
                rows=rows,
                total=len(within.enterprises),
                counts=counts_of(within),
                zones=[(zone.id, zone.name) for zone in zones],
                without_outline=[zone.name for zone in zones if zone.outline is None],
                unplaced=sum(not row.has_place for row in rows),
                outside=sum(mark.is_outside for mark in value.marks),
                drawing=map_svg(value, fonts, f"{own.name}四色分布图", *MAP_SIZE),
                trend_drawing=as_svg(draw_trend(trend_months(trend), fonts, *TREND_SIZE), "各月末企业风险等级"),
                trend=[_month(one) for one in reversed(trend)],
                columns=[(colour, letter(colour)) for colour in ORDER],
                worsened=_worsened(trend),
            )


def since_the_first(trend: tuple[MonthCount, ...]) -> tuple[MonthCount, ...]:
    """The months from the first in which the park had an enterprise; the last one always."""
    first = next((place for place, one in enumerate(trend) if any(one.counts.values())), len(trend) - 1)
    return trend[first:]


def counts_of(park: ParkGrade) -> list[Count]:
    """The enterprises it lists by colour, the worst first; every colour has its line, what is not assessed only when there is some."""
    found = []
    by_colour = Counter(one.grade.colour for one in park.enterprises)
    for key in ORDER:
        count = by_colour[colour_or_nothing(key)]
        if key or count:
            found.append(Count(key or NONE, letter(key), words(key), count))
    return found


def _month(one: MonthCount) -> tuple[date, list[int], int]:
    counts = [one.counts[colour_or_nothing(key)] for key in ORDER]
    return one.day, counts, sum(counts)


def _worsened(trend: tuple[MonthCount, ...]) -> int:
    """How many more enterprises are red or orange than at the end of last month; negative when there are fewer."""
    if len(trend) < 2:
        return 0
    now, before = trend[-1], trend[-2]
    return sum(now.counts[colour] - before.counts[colour] for colour in (Colour.RED, Colour.ORANGE))
