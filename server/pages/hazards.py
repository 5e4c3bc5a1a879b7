"""The list of hazards, one hazard with its whole story, and registering one without a phone.

What may be done next stands on the hazard's page as verbs: exactly the steps the workflow allows this role now.
"""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.major_hazard import Judgement, MajorHazards
from rules.major_hazard_data import Criterion
from rules.terms import Answer, HazardAction, HazardLevel, HazardSource, HazardState, Role
from server.enterprises.access import readable_enterprises, readable_targets
from server.entrance import open_work, services_of
from server.errors import AlreadyExists, FieldError, InvalidInput
from server.grading.access import WRITERS
from server.grading.dynamics import find_place
from server.hazards.queues import HazardQueue
from server.hazards.schemas import FactView, HazardDossier, HazardQuery, HazardSort, KeptJudgement, RegisterForm
from server.hazards.service import get_dossier, home_figures, list_hazards, register_hazard
from server.identity import STAFF, pages_for
from server.ids import new_id
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.pages.links import optional_address
from server.pages.query import asked, asked_page, asked_term, read_day, read_id
from server.pages.uploads import FORM_MAX_BYTES, ChosenPhotos, FormPhoto, chosen_photos, keep_photos
from server.pages.view import errors_by_field, form_text, go_to, show
from server.struct_types import prepare_decoding
from server.unit_of_work import Work

STAFF_TABS = (
    HazardQueue.OVERDUE,
    HazardQueue.DUE_THIS_WEEK,
    HazardQueue.AWAITING_REINSPECTION,
    HazardQueue.NEW,
    HazardQueue.TO_ORDER,
    HazardQueue.TO_SERVE,
    HazardQueue.TO_CLOSE,
    HazardQueue.OPEN,
    HazardQueue.OPEN_MAJOR,
    HazardQueue.UNASSIGNED,
)
ENTERPRISE_TABS = (HazardQueue.OVERDUE, HazardQueue.DUE_THIS_WEEK, HazardQueue.AWAITING_REINSPECTION, HazardQueue.OPEN)
EMPTY_WORDS = {
    HazardQueue.OVERDUE: "没有逾期未改的隐患。整改期限过了还没有复查合格的，会出现在这里。",
    HazardQueue.DUE_THIS_WEEK: "本周没有到期的整改。期限在本周日前的，会提前出现在这里。",
    HazardQueue.AWAITING_REINSPECTION: "没有等待复查的隐患。企业提交整改后，会出现在这里。",
    HazardQueue.NEW: "没有待定级的新发现。检查员手机提交的不合格项，会出现在这里。",
    HazardQueue.TO_ORDER: "没有等待下达的隐患。定级后还没有并入整改文书的，会出现在这里。",
    HazardQueue.TO_SERVE: "没有等待送达的隐患。文书签发后、企业签收前，会出现在这里。",
    HazardQueue.TO_CLOSE: "没有等待销号的隐患。复查合格后，会出现在这里。",
    HazardQueue.OPEN: "没有未闭环的隐患。",
    HazardQueue.OPEN_MAJOR: "没有未闭环的重大事故隐患。",
    HazardQueue.UNASSIGNED: "没有对不上检查对象的隐患。手机记录里的对象系统不认识时，会出现在这里，等安全办认定。",
}
REGISTRARS = (Role.OFFICE, Role.ENTERPRISE)
_READERS = (*STAFF, Role.ENTERPRISE)
_FORM = ("id", "source", "target_id", "title", "description", "location", "found_on", "item_code", "basis", "requirement")


class Verb(msgspec.Struct, frozen=True):
    """A step somebody may take now, as a link to where it is taken."""

    words: str
    address: str
    look: str = ""


class HazardPages(Controller):
    """Reading hazards."""

    path = "/hazards"
    opt = pages_for(*_READERS)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the list: a queue as a tab, narrowed by filters."""
        with open_work(request) as work:
            query = hazard_query(request)
            counts = home_figures(work).counts
            tabs = ENTERPRISE_TABS if work.actor.role is Role.ENTERPRISE else STAFF_TABS
            queue = HazardQueue(query.queue) if query.queue else None
            return show(
                request,
                work,
                "hazards.html",
                page=list_hazards(work, query),
                asked=query,
                tabs=[(one, counts[one]) for one in tabs],
                queue=queue,
                enterprises=enterprise_names(work),
                levels=_options(HazardLevel),
                states=_options(HazardState),
                sources=_options(HazardSource),
                sorts=_options(HazardSort),
                is_narrowed=_is_narrowed(query),
                empty_words=EMPTY_WORDS[queue] if queue else "还没有隐患。检查员手机提交不合格项后会自动出现，也可以在这里登记。",
                may_register=work.actor.role in REGISTRARS,
                exports=_exports(request),
            )

    @get("/{hazard_id:uuid}", sync_to_thread=True)
    def show_hazard(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID]) -> Response[str]:
        """One hazard: photos before and after, why it was graded so, what happened, what is next."""
        with open_work(request) as work:
            rulebook = services_of(request).rulebook
            dossier = get_dossier(work, rulebook, hazard_id)
            return show(
                request,
                work,
                "hazard.html",
                dossier=dossier,
                hazard=dossier.hazard,
                criterion=chosen_criterion(rulebook.major_hazards, dossier.hazard),
                grader=next((one.actor_name for one in reversed(dossier.timeline) if one.action == "hazard:confirmed"), ""),
                judgements=kept_judgements(dossier.hazard),
                facts=answered_facts(rulebook.major_hazards, dossier.hazard),
                verbs=verbs_for(dossier, work.actor.role),
                next_step=next_step(dossier, work.today),
                is_settled=is_settled(dossier.hazard),
                rounds=rounds_of(dossier),
                place=find_place(work, hazard_id),
                may_place=work.actor.role in WRITERS and dossier.hazard.enterprise_id is not None,
            )


class RegisterPages(Controller):
    """Registering a hazard that no phone brought: a report, a transfer, an enterprise's own check."""

    path = "/hazards/new"
    opt = pages_for(*REGISTRARS)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """An empty form with an id of its own, so that sending it twice registers once."""
        with open_work(request) as work:
            values = dict.fromkeys(_FORM, "") | {
                "id": str(new_id()),
                "target_id": asked(request, "target"),
                "found_on": work.today.isoformat(),
            }
            return _register_form(request, work, values, [], {})

    @post("/", status_code=200, request_max_body_size=FORM_MAX_BYTES)
    async def take_form(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Register the hazard with its photos."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _FORM}
        return await sync_to_thread(_register, request, values, chosen_photos(form))


def hazard_query(request: Request[Any, Any, Any]) -> HazardQuery:
    """The list the address asks for."""
    repeat = asked(request, "repeat")
    return HazardQuery(
        search=asked(request, "q"),
        queue=asked_term(request, "queue", HazardQueue),
        state=asked_term(request, "state", HazardState),
        level=asked_term(request, "level", HazardLevel),
        source=asked_term(request, "source", HazardSource),
        enterprise_id=read_id(asked(request, "enterprise")),
        target_id=read_id(asked(request, "target")),
        inspection_id=read_id(asked(request, "inspection")),
        order_id=read_id(asked(request, "order")),
        zone_id=read_id(asked(request, "zone")),
        found_from=read_day(asked(request, "from")),
        found_to=read_day(asked(request, "to")),
        repeat={"yes": True, "no": False}.get(repeat),
        sort=asked_term(request, "sort", HazardSort) or (HazardSort.DUE if asked(request, "queue") else HazardSort.NEWEST),
        page=asked_page(request),
    )


def enterprise_names(work: Work) -> list[tuple[str, str]]:
    """The enterprises the actor may choose from, by name."""
    query = readable_enterprises(work.actor).with_only_columns(Enterprise.id, Enterprise.name).order_by(Enterprise.name)
    return [(str(row.id), row.name) for row in work.session.execute(query)]


def target_names(work: Work) -> list[tuple[str, str]]:
    """The inspection targets in use that the actor may choose from, by name."""
    query = readable_targets(work.actor).where(InspectionTarget.active.is_(True)).order_by(InspectionTarget.name)
    return [(str(row.id), row.name) for row in work.session.execute(query.with_only_columns(InspectionTarget.id, InspectionTarget.name))]


def is_settled(hazard: Hazard) -> bool:
    """Whether its deadline no longer presses: rectified, closed or void."""
    return hazard.accepted_on is not None or hazard.state in {HazardState.VERIFIED, HazardState.CLOSED, HazardState.VOID}


def chosen_criterion(law: MajorHazards, hazard: Hazard) -> Criterion | None:
    """The criterion a person chose, as it reads; None without one."""
    return law.criterion(hazard.criterion_id) if hazard.criterion_id in law.ids else None


def kept_judgements(hazard: Hazard) -> list[tuple[str, Judgement]]:
    """What the rules said when the hazard was graded, each with the edition of the rules it was said by."""
    kept = [msgspec.convert(one, KeptJudgement) for one in hazard.judgements]
    return [(one.edition, msgspec.convert(one.judgement, Judgement)) for one in kept]


def answered_facts(law: MajorHazards, hazard: Hazard) -> list[FactView]:
    """The facts that were answered, as questions with answers. A fact the law no longer asks keeps its name."""
    views = []
    for fact_id, value in hazard.facts.items():
        fact = law.facts.get(fact_id)
        shown = Answer(value).label if value in {one.value for one in Answer} else f"{value}{fact.unit if fact else ''}"
        views.append(
            FactView(
                fact_id=fact_id,
                ask=fact.ask if fact else fact_id,
                kind=fact.kind if fact else "yes_no",
                unit=fact.unit if fact else "",
                value=str(value),
                shown=shown,
            )
        )
    return views


def rounds_of(dossier: HazardDossier) -> list[tuple[RectificationReply | None, Reinspection | None]]:
    """Replies and re-inspections as they came, the newest first; of each pair one is there."""
    told: list[tuple[datetime, RectificationReply | None, Reinspection | None]] = [(one.replied_at, one, None) for one in dossier.replies]
    told += [(one.reinspected_at, None, one) for one in dossier.reinspections]
    return [(reply, look) for _, reply, look in sorted(told, key=lambda one: one[0], reverse=True)]


def verbs_for(dossier: HazardDossier, role: Role) -> list[Verb]:
    """The steps the workflow allows this role now, each leading to its form; what is done on the order leads to the order."""
    hazard = dossier.hazard
    here = f"/hazards/{hazard.id}"
    order = f"/orders/{dossier.order.id}" if dossier.order else ""
    draft = f"/orders/new?target={hazard.target_id}&hazard={hazard.id}"
    addresses = {
        HazardAction.CONFIRM: Verb("确认定级", f"{here}/confirm"),
        HazardAction.INCLUDE_IN_ORDER: Verb("看整改文书草稿", order) if order else Verb("起草整改文书", draft),
        HazardAction.TREAT_BY_ITSELF: Verb("开始自行整改", f"{here}/treat"),
        HazardAction.SERVE: Verb("签收整改文书" if role is Role.ENTERPRISE else "登记送达", order),
        HazardAction.REPLY: Verb("回复整改", f"{here}/reply"),
        HazardAction.PASS_REINSPECTION: Verb("填写复查", f"{here}/reinspect"),
        HazardAction.FAIL_REINSPECTION: Verb("填写复查", f"{here}/reinspect"),
        HazardAction.CLOSE: Verb("销号", f"{here}/close"),
        HazardAction.CHECK_ON_THE_SPOT: Verb("" if hazard.spot_checked_at else "核对当场整改", f"{here}/check-on-the-spot"),
        HazardAction.TAKE_BACK: Verb("退回定级", f"{here}/take-back", "quiet"),
        HazardAction.REOPEN: Verb("重开（发现虚假整改）", f"{here}/reopen", "quiet"),
        HazardAction.WITHDRAW_FROM_ORDER: Verb("撤销所在文书", f"{order}/withdraw", "danger"),
        HazardAction.VOID: Verb("作废", f"{here}/void", "danger"),
    }
    verbs = [verb for action, verb in addresses.items() if action in dossier.actions and not verb.address.startswith("/withdraw")]
    return list(dict.fromkeys(verb for verb in verbs if verb.address and verb.words))


def next_step(dossier: HazardDossier, today: date) -> str:
    """What has to happen next and who does it, for the end of the story; empty when it is over."""
    hazard = dossier.hazard
    match HazardState(hazard.state):
        case HazardState.FOUND:
            return "安全办核实并定级"
        case HazardState.CONFIRMED if dossier.order is not None:
            return "安全办核对、签发所在的整改文书"
        case HazardState.CONFIRMED:
            return "企业自行整改，或由安全办下达整改文书" if hazard.source == HazardSource.SELF_CHECK else "安全办起草整改文书"
        case HazardState.ORDERED:
            return "送达整改文书，由企业签收"
        case HazardState.RECTIFYING if hazard.due_on is not None and hazard.due_on < today:
            return "已逾期：企业尽快整改并回复，检查员按期现场复查"
        case HazardState.RECTIFYING:
            return "企业整改并提交回复"
        case HazardState.SUBMITTED:
            return "检查员现场复查"
        case HazardState.VERIFIED:
            return "分管领导审查后销号" if hazard.level == HazardLevel.MAJOR else "安全办销号"
        case _:
            return ""


def _exports(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """The list as it is narrowed now, to take away: words and addresses."""
    chosen = urlencode({name: value for name, value in request.query_params.items() if name != "page" and value})
    named = (("导出台账（XLSX）", "hazard_ledger_xlsx"), ("打印台账（PDF）", "hazard_ledger_pdf"))
    addresses = ((words, optional_address(request, route_name)) for words, route_name in named)
    return [(words, f"{address}?{chosen}" if chosen else address) for words, address in addresses if address]


def _is_narrowed(query: HazardQuery) -> bool:
    plain = HazardQuery(queue=query.queue, sort=query.sort, page=query.page)
    return query != plain


def _options(kind: Any) -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in kind]


def _register(request: Request[Any, Any, Any], values: dict[str, str], chosen: ChosenPhotos) -> Response[Any]:
    with open_work(request) as work:
        # Who may not register must not fill the store first.
        errors = _unread(values) + _without_basis(work, values)
    photos, photo_errors = keep_photos(request, chosen)
    errors += photo_errors
    if not errors:
        try:
            with open_work(request, write=True) as work:
                hazard_id = register_hazard(work, services_of(request).rulebook, _register_values(work, values, photos)).id
            return go_to(f"/hazards/{hazard_id}?done=registered")
        except InvalidInput as refusal:
            errors = refusal.errors
        except AlreadyExists as refusal:
            errors = [FieldError("id", refusal.detail)]
    with open_work(request) as work:
        return _register_form(request, work, values, photos, errors_by_field(InvalidInput(errors)))


def _unread(values: dict[str, str]) -> list[FieldError]:
    errors = []
    if read_id(values["target_id"]) is None:
        errors.append(FieldError("target_id", "请选择在哪里发现的"))
    if read_day(values["found_on"]) is None:
        errors.append(FieldError("found_on", "请填写发现日期"))
    return errors


def _without_basis(work: Work, values: dict[str, str]) -> list[FieldError]:
    """The office must cite something, because an order without a basis is never reviewed; an enterprise need not know the clause."""
    if values["item_code"] or values["basis"] or work.actor.role is Role.ENTERPRISE:
        return []
    return [FieldError("basis", "请写明依据，或填检查项编号带出依据；没有依据的隐患不能写进整改文书")]


def _register_values(work: Work, values: dict[str, str], photos: list[FormPhoto]) -> RegisterForm:
    target_id, found_on = read_id(values["target_id"]), read_day(values["found_on"])
    if target_id is None or found_on is None:
        raise InvalidInput(_unread(values))
    return RegisterForm(
        id=read_id(values["id"]) or new_id(),
        source=HazardSource.SELF_CHECK if work.actor.role is Role.ENTERPRISE else values["source"],
        target_id=target_id,
        title=values["title"],
        description=values["description"],
        location=values["location"],
        found_on=found_on,
        item_code=values["item_code"].upper(),
        basis=tuple(line.strip() for line in values["basis"].splitlines() if line.strip()),
        requirement=values["requirement"],
        photos=tuple(one.as_new for one in photos),
    )


def _register_form(
    request: Request[Any, Any, Any], work: Work, values: dict[str, str], photos: list[FormPhoto], errors: dict[str, str]
) -> Response[str]:
    return show(
        request,
        work,
        "hazard_new.html",
        status=400 if errors else 200,
        values=values,
        photos=photos,
        errors=errors,
        targets=target_names(work),
        sources=[one for one in _options(HazardSource) if one[0] != HazardSource.SELF_CHECK],
        most_photos=services_of(request).settings.form_photo_max_count,
        is_self_check=work.actor.role is Role.ENTERPRISE,
    )


prepare_decoding(KeptJudgement, Judgement)
