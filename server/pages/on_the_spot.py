"""What was put right on the spot, with the photos side by side: what must the office look at, and what came of the rest?"""

from typing import Any

from litestar import Controller, Request, Response, get

from rules.terms import Role
from server.entrance import open_work
from server.hazards.on_the_spot import SpotQueue, count_on_the_spot, list_on_the_spot
from server.identity import STAFF, pages_for
from server.pages.query import asked_page, asked_term
from server.pages.view import show

EMPTY_WORDS = {
    SpotQueue.DOUBTFUL: "没有要核对的。当场整改的照片没到、打不开，或手机时间不可信时，会出现在这里。",
    SpotQueue.SOUND: "没有待核对的当场整改。检查员手机提交“当场整改”且照片齐全的，会出现在这里。",
    SpotQueue.NOT_CLOSED: "没有没能当场销号的。说是当场改好、但缺照片或疑似重大的，会出现在这里，等安全办定级。",
    SpotQueue.CHECKED: "还没有核对过的当场整改。",
    SpotQueue.ORDINARY: "没有转入一般程序的当场整改。",
}


class OnTheSpotPages(Controller):
    """Staff read; the office decides, on each hazard's own page."""

    path = "/hazards/on-the-spot"
    opt = pages_for(*STAFF)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One list at a time; it opens on what must be looked at."""
        with open_work(request) as work:
            counts = count_on_the_spot(work)
            first = next((queue for queue in (SpotQueue.DOUBTFUL, SpotQueue.SOUND) if counts[queue]), SpotQueue.DOUBTFUL)
            chosen = SpotQueue(asked_term(request, "list", SpotQueue) or first)
            return show(
                request,
                work,
                "on_the_spot.html",
                page=list_on_the_spot(work, chosen, asked_page(request)),
                tabs=[(queue, counts[queue]) for queue in SpotQueue],
                chosen=chosen,
                doubtful=counts[SpotQueue.DOUBTFUL],
                to_look_at=counts[SpotQueue.SOUND],
                empty_words=EMPTY_WORDS[chosen],
                is_office=work.actor.role is Role.OFFICE,
            )
