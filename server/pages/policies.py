"""Which facts raise a grade at once in this park, on what ground, and who switched each rule on or off?"""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import Role
from server.entrance import open_work, services_of
from server.errors import FieldError, InvalidInput
from server.grading.dynamics import list_policies, list_switchings, set_policy
from server.grading.heads import list_heads
from server.identity import STAFF, pages_for
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work

_SWITCHES = {"yes": True, "no": False}


class PolicyPages(Controller):
    """The staff reads, the office switches."""

    path = "/risk/policies"
    opt = pages_for(*STAFF)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Every rule with its ground, its switch, and whom it raises today."""
        with open_work(request) as work:
            return _page(request, work, "", "", {})

    @post("/{rule_id:str}", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_switch(self, request: Request[Any, Any, Any], rule_id: FromPath[str]) -> Response[Any]:
        """Switch a rule on or off, with the reason."""
        form = await request.form()
        return await sync_to_thread(_switch, request, rule_id, form_text(form, "is_on"), form_text(form, "reason"))


def _switch(request: Request[Any, Any, Any], rule_id: str, is_on: str, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            set_policy(work, services_of(request).rulebook, rule_id, is_on=_read_switch(is_on), reason=reason)
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _page(request, work, rule_id, reason, errors_by_field(refusal))
    return go_to(f"/risk/policies?done=switched#{rule_id}")


def _read_switch(text: str) -> bool:
    """On or off. Raises `InvalidInput` for anything else: a rule must not be switched off by a form that says nothing."""
    if text not in _SWITCHES:
        raise InvalidInput([FieldError("reason", "请选择启用或停用")])
    return _SWITCHES[text]


def _page(request: Request[Any, Any, Any], work: Work, typed_rule: str, reason: str, errors: dict[str, str]) -> Response[str]:
    policies = list_policies(work)
    by_title = {one.title: one.rule_id for one in policies}
    raised: dict[str, list[tuple[str, str]]] = {}
    reviewed: dict[str, list[tuple[str, str]]] = {}
    for one in list_heads(work):
        link = (one.name, f"/enterprises/{one.id}/risk")
        for rule_id in dict.fromkeys(found.rule_id for found in one.reasons if found.rule_id):
            raised.setdefault(rule_id, []).append(link)
        for title in one.reviews:
            reviewed.setdefault(by_title.get(title, ""), []).append(link)
    return show(
        request,
        work,
        "policies.html",
        status=400 if errors else 200,
        policies=policies,
        raised=raised,
        reviewed=reviewed,
        switchings=list_switchings(work),
        may_switch=work.actor.role is Role.OFFICE,
        typed_rule=typed_rule,
        reason=reason,
        errors=errors,
    )
