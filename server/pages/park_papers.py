"""The grading report of the park: look at it, issue it, and find every one that was issued."""

from datetime import date
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread

from reports.colour_marks import words
from reports.parameters import read_since
from reports.park_counts import movers, park_distribution, without_register
from rules.terms import DocumentKind
from server.entrance import open_work, services_of
from server.errors import InvalidInput, WordingNotPermitted
from server.frequencies import adopted_frequencies
from server.grading.park_schemas import ParkFacts
from server.grading.service import gather_park, issue_park_report
from server.identity import STAFF, pages_for
from server.pages.links import optional_address
from server.pages.risk_papers import SIGNERS, issued_rows, note_errors
from server.pages.view import form_text, go_to, show
from server.unit_of_work import Work

AnyRequest = Request[Any, Any, Any]
KIND = DocumentKind.PARK_GRADING_REPORT


class ParkPaperPages(Controller):
    """For staff; the office and the leader issue."""

    path = "/risk/papers"
    opt = pages_for(*STAFF)

    @get("/", name="park_papers", sync_to_thread=True)
    def list_papers(self, request: AnyRequest) -> Response[str]:
        """The preview and every report issued."""
        with open_work(request) as work:
            return show(
                request,
                work,
                "park_papers.html",
                kind=KIND,
                since=read_since(request.query_params, work.today),
                address=optional_address(request, "park_report_pdf"),
                issued=issued_rows(request, work, work.park_id),
                may_issue=work.actor.role in SIGNERS,
            )

    @get("/issue", sync_to_thread=True, opt=pages_for(*SIGNERS))
    def ask_issue(self, request: AnyRequest) -> Response[str]:
        """What will be frozen, before it is."""
        with open_work(request) as work:
            return _form(request, work, read_since(request.query_params, work.today), "", {})

    @post("/issue", status_code=200, opt=pages_for(*SIGNERS))
    async def take_issue(self, request: AnyRequest) -> Response[Any]:
        """Take the number and freeze it."""
        form = await request.form()
        return await sync_to_thread(_issue, request, form_text(form, "since"), form_text(form, "note"))


def _form(request: AnyRequest, work: Work, since: date, note: str, errors: dict[str, str]) -> Response[str]:
    rulebook = services_of(request).rulebook
    facts = gather_park(work, rulebook, since=since, frequencies=adopted_frequencies(work))
    standing = [one for one in issued_rows(request, work, work.park_id) if one.paper.withdrawn_at is None]
    return show(
        request,
        work,
        "risk_paper_issue.html",
        status=400 if errors else 200,
        subject=facts.park_name,
        kind=KIND,
        facts=facts,
        rule=rulebook.permission.documents[KIND],
        counts=_counts(facts),
        colour_words=words(facts.colour),
        standing=standing,
        since=since,
        action="/risk/papers/issue",
        back="/risk/papers",
        note=note,
        errors=errors,
    )


def _counts(facts: ParkFacts) -> list[tuple[str, int]]:
    *rows, total = park_distribution(facts)
    counted = [(f"{row.title}企业", row.counts[0]) for row in rows]
    return [
        ("企业", total.counts[0]),
        *counted,
        ("风险点", total.counts[1]),
        ("没有清单的企业", len(without_register(facts))),
        ("等级有变动的企业", len(movers(facts))),
    ]


def _issue(request: AnyRequest, since_text: str, note: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            since = read_since({"since": since_text}, work.today)
            issue_park_report(work, services_of(request).rulebook, since=since, frequencies=adopted_frequencies(work), note=note)
    except (InvalidInput, WordingNotPermitted) as refusal:
        with open_work(request) as work:
            return _form(request, work, read_since({"since": since_text}, work.today), note, note_errors(refusal))
    return go_to("/risk/papers?done=issued")
