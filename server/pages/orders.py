"""Rectification orders: the list, one order with its hazards and papers, and its way to the enterprise and into the files.

What may be done next stands on the order's page as verbs, as the workflow allows this role now.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.rulebook import Rulebook
from rules.terms import HazardLevel, HazardState, OrderAction, OrderProgress, OrderState, Role
from server.entrance import open_work, services_of
from server.errors import EvidenceMissing, InvalidInput, Refusal, StepNotYours, WordingNotPermitted
from server.hazards.service import home_figures
from server.identity import STAFF, pages_for
from server.pages.hazards import enterprise_names, is_settled
from server.pages.links import optional_address
from server.pages.query import asked, asked_page, asked_term, read_day, read_id, read_number
from server.pages.view import errors_by_field, form_text, go_to, show
from server.rectification.schemas import (
    OrderDossier,
    OrderQuery,
    OrderSort,
    ServiceForm,
    ServiceWay,
)
from server.rectification.service import (
    acknowledge_order,
    archive_order,
    get_order_dossier,
    issue_opinion,
    issue_order,
    list_orders,
    review_order,
    serve_order,
    withdraw_order,
)
from server.unit_of_work import Work

_TYPED_YEAR = re.compile(r"[\[【（(〔]\s*(\d{4})\s*[\]】）)〕]")
_READERS = (*STAFF, Role.ENTERPRISE)
_WAYS = [one for one in ServiceWay if one is not ServiceWay.ACKNOWLEDGED]
EMPTY_WORDS = {
    OrderState.DRAFT: "没有待核对的草稿。起草整改文书后，先在这里核对依据、期限和措辞。",
    OrderState.REVIEWED: "没有待签发的文书。核对过的文书会在这里等签发；含重大隐患的由分管领导签发。",
    OrderState.ISSUED: "没有待送达的文书。签发取号后、企业签收前，会在这里。",
    OrderState.SERVED: "没有正在整改的文书。送达后直到归档，会在这里。",
    OrderState.ARCHIVED: "还没有归档的文书。所列隐患全部复查合格、销号并出具复核意见后，可以归档。",
    OrderState.WITHDRAWN: "没有撤销的文书。撤销的文书号保留不再用，记录在这里。",
}
STATE_WORDS = {
    OrderState.DRAFT: "草稿待核",
    OrderState.REVIEWED: "待签发",
    OrderState.ISSUED: "待送达",
    OrderState.SERVED: "整改中",
    OrderState.ARCHIVED: "已归档",
    OrderState.WITHDRAWN: "已撤销",
}
"""What a state means to whoever has to act on it."""


def words_for(role: Role) -> dict[OrderState, str]:
    """The same, in the reader's eyes: what the office still has to serve, the enterprise still has to sign for."""
    return STATE_WORDS | {OrderState.ISSUED: "待签收"} if role is Role.ENTERPRISE else STATE_WORDS


class OrderPages(Controller):
    """Reading orders."""

    path = "/orders"
    opt = pages_for(*_READERS)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the list, a state as a tab."""
        with open_work(request) as work:
            query = _order_query(request)
            figures = home_figures(work)
            is_enterprise = work.actor.role is Role.ENTERPRISE
            counts = {
                OrderState.DRAFT: figures.orders_to_review,
                OrderState.REVIEWED: figures.orders_to_issue,
                OrderState.ISSUED: figures.orders_to_serve,
            }
            words = words_for(work.actor.role)
            tabs = [one for one in OrderState if not is_enterprise or one not in {OrderState.DRAFT, OrderState.REVIEWED}]
            return show(
                request,
                work,
                "orders.html",
                page=list_orders(work, query),
                asked=query,
                tabs=[(one, words[one], counts.get(one)) for one in tabs],
                state_words=words,
                enterprises=enterprise_names(work),
                sorts=[(one.value, one.label) for one in OrderSort],
                is_narrowed=query != OrderQuery(state=query.state, sort=query.sort, page=query.page),
                empty_words=_empty_words(query.state, is_enterprise=is_enterprise),
                may_draft=work.actor.role is Role.OFFICE,
            )

    @get("/{order_id:uuid}", sync_to_thread=True)
    def show_order(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[str]:
        """One order: its hazards, how far they are, its papers, what can be done."""
        with open_work(request) as work:
            return _order_page(request, work, order_id, None)

    @post("/{order_id:uuid}/acknowledge", status_code=200, sync_to_thread=True, opt=pages_for(Role.ENTERPRISE))
    def take_acknowledge(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[Any]:
        """The enterprise signs for its order."""
        with open_work(request, write=True) as work:
            acknowledge_order(work, order_id)
        return go_to(f"/orders/{order_id}?done=acknowledged")


class OrderStepPages(Controller):
    """The steps of an order's life, for office and leader."""

    path = "/orders/{order_id:uuid}"
    opt = pages_for(Role.OFFICE, Role.LEADER)

    @post("/review", status_code=200)
    async def take_review(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[Any]:
        """Say that it was checked."""
        return await _take(request, order_id, OrderAction.REVIEW)

    @post("/issue", status_code=200)
    async def take_issue(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[Any]:
        """Take the number and lock the content."""
        return await _take(request, order_id, OrderAction.ISSUE)

    @post("/archive", status_code=200)
    async def take_archive(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[Any]:
        """File it away."""
        return await _take(request, order_id, OrderAction.ARCHIVE)

    @post("/opinion", status_code=200, opt=pages_for(Role.OFFICE))
    async def take_opinion(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[Any]:
        """Issue the re-inspection opinion."""
        form = await request.form()
        return await sync_to_thread(_opinion, request, order_id, form_text(form, "conclusion"))

    @get("/serve", sync_to_thread=True)
    def show_serve(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[str]:
        """How, to whom and when it was served."""
        with open_work(request) as work:
            values = {"way": ServiceWay.DIRECT.value, "received_by": "", "served_on": work.today.isoformat()}
            return _serve_form(request, work, order_id, values, {})

    @post("/serve", status_code=200)
    async def take_serve(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[Any]:
        """Write the service down."""
        form = await request.form()
        values = {name: form_text(form, name) for name in ("way", "received_by", "served_on", "version")}
        return await sync_to_thread(_serve, request, order_id, values)

    @get("/withdraw", sync_to_thread=True)
    def show_withdraw(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[str]:
        """Why it is withdrawn."""
        with open_work(request) as work:
            return _withdraw_form(request, work, order_id, "", {})

    @post("/withdraw", status_code=200)
    async def take_withdraw(self, request: Request[Any, Any, Any], order_id: FromPath[UUID]) -> Response[Any]:
        """Withdraw it."""
        form = await request.form()
        return await sync_to_thread(_withdraw, request, order_id, form_text(form, "reason"), read_number(form_text(form, "version")))


_STEPS: Mapping[OrderAction, tuple[str, Callable[[Work, Rulebook, UUID, int | None], Any]]] = {
    OrderAction.REVIEW: ("reviewed", lambda work, rules, order_id, seen: review_order(work, rules, order_id, version=seen)),
    OrderAction.ISSUE: ("issued", lambda work, rules, order_id, seen: issue_order(work, rules, order_id, version=seen)),
    OrderAction.ARCHIVE: ("archived", lambda work, rules, order_id, seen: archive_order(work, order_id, version=seen)),
}
"""The steps that need nothing but a press: what the page says afterwards, and the use case."""


async def _take(request: Request[Any, Any, Any], order_id: UUID, action: OrderAction) -> Response[Any]:
    form = await request.form()
    return await sync_to_thread(_take_step, request, order_id, action, read_number(form_text(form, "version")))


def _take_step(request: Request[Any, Any, Any], order_id: UUID, action: OrderAction, version: int | None) -> Response[Any]:
    done, take = _STEPS[action]
    try:
        with open_work(request, write=True) as work:
            take(work, services_of(request).rulebook, order_id, version)
    except (EvidenceMissing, WordingNotPermitted, InvalidInput) as refusal:
        return _sent_back(request, order_id, refusal)
    return go_to(f"/orders/{order_id}?done={done}")


def _opinion(request: Request[Any, Any, Any], order_id: UUID, conclusion: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            issue_opinion(work, services_of(request).rulebook, order_id, conclusion)
    except (EvidenceMissing, WordingNotPermitted, InvalidInput) as refusal:
        return _sent_back(request, order_id, refusal)
    return go_to(f"/orders/{order_id}?done=opinion")


def _sent_back(request: Request[Any, Any, Any], order_id: UUID, refusal: Refusal) -> Response[str]:
    with open_work(request) as work:
        return _order_page(request, work, order_id, refusal)


def _serve(request: Request[Any, Any, Any], order_id: UUID, values: dict[str, str]) -> Response[Any]:
    served_on = read_day(values["served_on"])
    errors = {} if served_on else {"served_on": "请填写送达日期"}
    if served_on is not None:
        form = ServiceForm(
            way=values["way"], received_by=values["received_by"], served_on=served_on, version=read_number(values["version"])
        )
        try:
            with open_work(request, write=True) as work:
                serve_order(work, order_id, form)
            return go_to(f"/orders/{order_id}?done=served")
        except InvalidInput as refusal:
            errors = errors_by_field(refusal)
        except EvidenceMissing as refusal:
            errors = {"received_by": refusal.detail}
    with open_work(request) as work:
        return _serve_form(request, work, order_id, values, errors)


def _withdraw(request: Request[Any, Any, Any], order_id: UUID, reason: str, version: int | None) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            withdraw_order(work, order_id, reason, version=version)
    except (EvidenceMissing, InvalidInput) as refusal:
        with open_work(request) as work:
            return _withdraw_form(request, work, order_id, reason, {"reason": refusal.detail})
    return go_to(f"/orders/{order_id}?done=withdrawn")


def _order_query(request: Request[Any, Any, Any]) -> OrderQuery:
    return OrderQuery(
        search=normal_number(asked(request, "q")),
        state=asked_term(request, "state", OrderState),
        enterprise_id=read_id(asked(request, "enterprise")),
        target_id=read_id(asked(request, "target")),
        issued_from=read_day(asked(request, "from")),
        issued_to=read_day(asked(request, "to")),
        overdue=True if asked(request, "overdue") == "yes" else None,
        sort=asked_term(request, "sort", OrderSort) or OrderSort.NEWEST,
        page=asked_page(request),
    )


def normal_number(text: str) -> str:
    """A 文号 as we write it: people type [2026] or （2026） where the printed number has 〔2026〕."""
    found = _TYPED_YEAR.search(text)
    return text if found is None else text[: found.start()] + f"〔{found[1]}〕" + text[found.end() :]


def _empty_words(state: str, *, is_enterprise: bool) -> str:
    if is_enterprise:
        return "没有这样的整改通知。安全办签发后会出现在这里，请及时签收、按期整改。"
    return EMPTY_WORDS[OrderState(state)] if state else "还没有整改文书。隐患定级后，在这里起草整改通知书。"


def _order_page(request: Request[Any, Any, Any], work: Work, order_id: UUID, refusal: Refusal | None) -> Response[str]:
    dossier = get_order_dossier(work, services_of(request).rulebook, order_id)
    state = OrderState(dossier.order.state)
    return show(
        request,
        work,
        "order.html",
        status=refusal.status if refusal else 200,
        refusal=refusal,
        dossier=dossier,
        order=dossier.order,
        state_words=words_for(work.actor.role)[state],
        served_words=ServiceWay(dossier.order.served_way).label if dossier.order.served_way else "",
        settled={one.id: is_settled(one) for one in dossier.hazards},
        was_answered=any(one.first_reply_on for one in dossier.hazards),
        may_reply=work.actor.role is Role.ENTERPRISE,
        may_give_opinion=may_give_opinion(dossier, work.actor.role),
        next_step=next_step(dossier),
        is_draft=state in {OrderState.DRAFT, OrderState.REVIEWED},
        paper_addresses=paper_addresses(request, dossier),
    )


def paper_addresses(request: Request[Any, Any, Any], dossier: OrderDossier) -> dict[UUID, str]:
    """Where each issued paper of the order can be opened; the order itself stands under its own id, a draft's preview too."""
    pairs = [(one.id, optional_address(request, "paper_pdf", paper_id=one.id)) for one in dossier.papers]
    pairs.append((dossier.order.id, optional_address(request, "order_pdf", order_id=dossier.order.id)))
    return {id: address for id, address in pairs if address}


def may_give_opinion(dossier: OrderDossier, role: Role) -> bool:
    """Whether the office may issue an opinion: the order is out, and at least one of its hazards was looked at again."""
    looked_at = any(one.failed_rounds or one.state in {HazardState.VERIFIED, HazardState.CLOSED} for one in dossier.hazards)
    return role is Role.OFFICE and dossier.order.state == OrderState.SERVED and looked_at


def next_step(dossier: OrderDossier) -> str:
    """What has to happen next, and who does it; empty when it is over."""
    match OrderState(dossier.order.state):
        case OrderState.DRAFT:
            return "安全办核对依据、期限和措辞。"
        case OrderState.REVIEWED:
            signer = "分管领导" if dossier.level == HazardLevel.MAJOR else "安全办"
            return f"{signer}签发。签发时取号，内容锁定，不能再改。"
        case OrderState.ISSUED:
            return "送达企业。企业可以在线签收；当面送达的由安全办登记签收人和日期。"
        case OrderState.SERVED if dossier.progress in {OrderProgress.ALL_VERIFIED, OrderProgress.ALL_CLOSED}:
            return "所列隐患都已复查合格：出具复核意见，然后归档。"
        case OrderState.SERVED:
            return "企业逐项整改并回复，检查员复查。"
        case _:
            return ""


def _serve_form(
    request: Request[Any, Any, Any], work: Work, order_id: UUID, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    dossier = get_order_dossier(work, services_of(request).rulebook, order_id)
    _demand(dossier, OrderAction.SERVE)
    ways = [(one.value, one.label) for one in _WAYS]
    return show(
        request,
        work,
        "order_serve.html",
        status=400 if errors else 200,
        dossier=dossier,
        order=dossier.order,
        values=values,
        errors=errors,
        ways=ways,
    )


def _withdraw_form(request: Request[Any, Any, Any], work: Work, order_id: UUID, reason: str, errors: dict[str, str]) -> Response[str]:
    dossier = get_order_dossier(work, services_of(request).rulebook, order_id)
    _demand(dossier, OrderAction.WITHDRAW)
    return show(
        request,
        work,
        "order_withdraw.html",
        status=400 if errors else 200,
        dossier=dossier,
        order=dossier.order,
        reason=reason,
        errors=errors,
    )


def _demand(dossier: OrderDossier, action: OrderAction) -> None:
    if action not in dossier.actions:
        raise StepNotYours(f"这份文书现在不能由您“{action.label}”：它可能已被别人办理，或这一步由其他角色办理。请回到文书页看最新情况。")
