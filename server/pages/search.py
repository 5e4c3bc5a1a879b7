"""One field finds everything: a hazard, an enterprise, an order. A complete number opens what bears it."""

from typing import Any

from litestar import Controller, Request, Response, get

from server.enterprises.schemas import EnterpriseQuery
from server.enterprises.service import list_enterprises
from server.entrance import open_work
from server.hazards.schemas import HazardQuery
from server.hazards.service import list_hazards
from server.identity import EVERYONE, pages_for
from server.pages.orders import normal_number, words_for
from server.pages.query import asked
from server.pages.view import SEARCHERS, go_to, show
from server.rectification.schemas import OrderQuery
from server.rectification.service import list_orders

_SHOWN = 8


class SearchPages(Controller):
    """For everyone: each finds what they may see."""

    @get("/search", opt=pages_for(*EVERYONE), sync_to_thread=True)
    def search(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Hazards, enterprises and orders that have these words."""
        with open_work(request) as work:
            typed = asked(request, "q")
            words = words_for(work.actor.role)
            if not typed or work.actor.role not in SEARCHERS:
                return show(request, work, "search.html", typed="", hazards=None, enterprises=None, orders=None, state_words=words)
            number = normal_number(typed)
            hazards = list_hazards(work, HazardQuery(search=number, size=_SHOWN))
            orders = list_orders(work, OrderQuery(search=number, size=_SHOWN))
            enterprises = list_enterprises(work, EnterpriseQuery(search=typed, present=None, size=_SHOWN))
            exact = [
                *(f"/hazards/{one.id}" for one in hazards.items if one.number == number.upper()),
                *(f"/orders/{one.id}" for one in orders.items if one.document_number == number),
                *(f"/enterprises/{one.id}" for one in enterprises.items if one.credit_code == typed.upper()),
            ]
            if len(exact) == 1:
                return go_to(exact[0])
            return show(
                request,
                work,
                "search.html",
                typed=typed,
                hazards=hazards,
                enterprises=enterprises,
                orders=orders,
                state_words=words,
            )
