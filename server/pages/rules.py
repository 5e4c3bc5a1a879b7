"""Reading the law as data: checklists in force, the criteria of major hazards, time limits and the calendar, each with its source."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.params import FromPath, FromQuery

from rules.major_hazard import UnknownCriterionError
from rules.terms import Role
from server.entrance import open_work, services_of
from server.errors import NotFound
from server.identity import STAFF, pages_for
from server.pages.view import show


class RulePages(Controller):
    """For everyone who works with the rules."""

    path = "/rules"
    opt = pages_for(*STAFF, Role.ADMIN, Role.SCREENER, Role.LIAISON, Role.ENTERPRISE)

    @get("/", sync_to_thread=True)
    def show_index(self, request: Request[Any, Any, Any]) -> Response[str]:
        """What there is, and which edition."""
        with open_work(request) as work:
            rules = services_of(request).rulebook.at(work.today)
            return show(
                request,
                work,
                "rules.html",
                edition=rules.edition,
                templates=rules.checklists.templates,
                standards=services_of(request).rulebook.major_hazards.standards,
                limits=rules.deadlines.limits,
                provisional=[
                    year
                    for year in (work.today.year, work.today.year + 1)
                    if rules.calendar.is_provisional(work.today.replace(year=year, day=1))
                ],
            )

    @get("/checklists/{code:str}", sync_to_thread=True)
    def show_checklist(self, request: Request[Any, Any, Any], code: FromPath[str], edition: FromQuery[str] = "") -> Response[str]:
        """One checklist, item by item; `edition` shows an older one."""
        with open_work(request) as work:
            rulebook = services_of(request).rulebook
            if edition:
                template = rulebook.checklists.find_template(code, edition)
            else:
                template = rulebook.at(work.today).checklists.find_template(code)
            if template is None:
                raise NotFound("这张检查表")
            return show(request, work, "checklist.html", checklist=template)

    @get("/criteria", sync_to_thread=True)
    def list_criteria(self, request: Request[Any, Any, Any], standard: FromQuery[str] = "", q: FromQuery[str] = "") -> Response[str]:
        """The criteria in force today, by standard, searched by words."""
        with open_work(request) as work:
            major_hazards = services_of(request).rulebook.major_hazards
            found = [
                one
                for one in major_hazards.at(work.today)
                if (not standard or one.id.startswith(standard))
                and (not q or q.strip() in f"{one.id}{one.topic}{one.condition}{one.clause}")
            ]
            return show(request, work, "criteria.html", criteria=found, standards=major_hazards.standards, standard=standard, q=q)

    @get("/criteria/{criterion_id:str}", sync_to_thread=True)
    def show_criterion(self, request: Request[Any, Any, Any], criterion_id: FromPath[str]) -> Response[str]:
        """One criterion: what it says, what it asks, where it comes from."""
        with open_work(request) as work:
            major_hazards = services_of(request).rulebook.major_hazards
            try:
                criterion = major_hazards.criterion(criterion_id)
            except UnknownCriterionError as error:
                raise NotFound("这条判定标准") from error
            facts = [major_hazards.facts[name] for name in major_hazards.fact_names(criterion_id)]
            return show(request, work, "criterion.html", criterion=criterion, facts=facts)
