"""The trail: who did what, when, from which phone; and whether the chain still holds."""

from typing import Any

from litestar import Controller, Request, Response, get, post

from server.entrance import open_work
from server.events.access import READERS
from server.events.labels import ACTION_LABELS, SUBJECT_LABELS
from server.events.service import EventQuery, check_chain, list_events
from server.identity import pages_for
from server.pages.query import asked, asked_page, read_day, read_id
from server.pages.view import show

ACTION_GROUPS = [
    (kind, label, sorted((key, words) for key, words in ACTION_LABELS.items() if key.startswith(f"{kind}:")))
    for kind, label in SUBJECT_LABELS.items()
    if any(key.startswith(f"{kind}:") for key in ACTION_LABELS)
]


class EventPages(Controller):
    """For whoever must be able to say what happened."""

    path = "/events"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The trail, newest first."""
        query = _asked_query(request)
        with open_work(request) as work:
            return show(request, work, "events.html", page=list_events(work, query), asked=query, groups=ACTION_GROUPS)

    @post("/check", status_code=200, sync_to_thread=True)
    def take_check(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Walk the whole chain and say whether it holds."""
        with open_work(request) as work:
            links, broken = check_chain(work)
            return show(request, work, "events_checked.html", links=links, broken=broken, checked_at=work.now)


def _asked_query(request: Request[Any, Any, Any]) -> EventQuery:
    action = asked(request, "action")
    return EventQuery(
        subject=asked(request, "subject"),
        subject_id=read_id(asked(request, "subject_id")),
        person=asked(request, "person"),
        action=action if action in ACTION_LABELS or action.removesuffix(":") in SUBJECT_LABELS else "",
        since=read_day(asked(request, "since")),
        until=read_day(asked(request, "until")),
        page=asked_page(request),
    )
