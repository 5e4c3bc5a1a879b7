"""The short steps of a hazard's life: void, close, reopen, treat by itself, tell the employees. One page each, one question each.

A step is a row of a table: its words, its fields, and the use case that takes them.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.rulebook import Rulebook
from rules.terms import HazardAction, HazardLevel, NoticeWay, Role
from server.entrance import open_work, services_of
from server.errors import EvidenceMissing, FieldError, InvalidInput, NotFound, StepNotYours
from server.hazards.on_the_spot import check_on_the_spot, take_back
from server.hazards.schemas import HazardDossier
from server.hazards.service import get_dossier, void_hazard
from server.identity import Actor, pages_for
from server.pages.query import read_day, read_number
from server.pages.view import errors_by_field, form_text, go_to, show
from server.rectification.schemas import CloseForm
from server.rectification.service import close_hazard, reopen_hazard, tell_employees, treat_by_itself
from server.unit_of_work import Work

Values = dict[str, str]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a step's form."""

    name: str
    words: str
    hint: str = ""
    kind: str = "text"
    """text, area, date or notice_way."""
    starts_today: bool = False
    required: bool = True


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step with a short form. `action` is None for a step the workflow does not count as a change of state."""

    name: str
    title: str
    verb: str
    explains: str
    action: HazardAction | None
    fields: tuple[Field, ...]
    take: Callable[[Work, Rulebook, UUID, Values, int | None], Any]
    evidence_field: str = ""
    """Where a missing piece of evidence is shown."""
    look: str = ""
    shows_after: bool = False
    """Whether the photos taken afterwards decide."""


def _void(work: Work, _: Rulebook, hazard_id: UUID, values: Values, version: int | None) -> None:
    void_hazard(work, hazard_id, values["reason"], version=version)


def _close(work: Work, _: Rulebook, hazard_id: UUID, values: Values, version: int | None) -> None:
    close_hazard(work, hazard_id, CloseForm(acceptance_document=values["acceptance_document"], version=version))


def _reopen(work: Work, rulebook: Rulebook, hazard_id: UUID, values: Values, version: int | None) -> None:
    reopen_hazard(work, rulebook, hazard_id, values["reason"], version=version)


def _treat(work: Work, rulebook: Rulebook, hazard_id: UUID, values: Values, version: int | None) -> None:
    treat_by_itself(work, rulebook, hazard_id, read_day(values["due_on"]), version=version)


def _tell(work: Work, _: Rulebook, hazard_id: UUID, values: Values, version: int | None) -> None:
    noticed_on = read_day(values["noticed_on"])
    if noticed_on is None:
        raise InvalidInput([FieldError("noticed_on", "请填写告知日期")])
    tell_employees(work, hazard_id, values["notice_way"], noticed_on)


def _check(work: Work, _: Rulebook, hazard_id: UUID, values: Values, version: int | None) -> None:
    check_on_the_spot(work, hazard_id, values["note"], version=version)


def _take_back(work: Work, _: Rulebook, hazard_id: UUID, values: Values, version: int | None) -> None:
    take_back(work, hazard_id, values["reason"], version=version)


_HOW_KNOWN = Field(
    name="note", words="怎样核实的", hint="照片没到、打不开或时间不可信时要写，例如：次日到现场看过，已清走", kind="area", required=False
)
_REASON_OF_TAKING_BACK = Field(
    name="reason", words="为什么不算当场整改", hint="例如：整改后照片一直没收到；照片里看不出已经改好", kind="area"
)
_REASON_OF_VOID = Field(name="reason", words="为什么不是隐患", hint="例如重复登记、现场核实后不成立", kind="area")
_ACCEPTANCE = Field(name="acceptance_document", words="审查同意文书", hint="文书名称和文号；一般隐患不用填")
_FACTS_OF_REOPENING = Field(name="reason", words="虚假整改的事实", hint="何时、何人、发现了什么", kind="area")

STEPS = {
    step.name: step
    for step in (
        Step(
            name="void",
            title="作废这条发现",
            verb="作废",
            explains="作废后不再要求整改，也不计入统计；记录和照片都保留，随时能查到是谁、为什么作废的。",
            action=HazardAction.VOID,
            fields=(_REASON_OF_VOID,),
            take=_void,
            evidence_field="reason",
            look="danger",
        ),
        Step(
            name="close",
            title="销号",
            verb="销号",
            explains="销号表示这条隐患已经闭环。一般隐患由安全办销号；重大事故隐患由分管领导销号，并须有审查同意文书和向职工通报的登记。",
            action=HazardAction.CLOSE,
            fields=(_ACCEPTANCE,),
            take=_close,
            evidence_field="acceptance_document",
        ),
        Step(
            name="reopen",
            title="重开这条隐患",
            verb="重开",
            explains="销号后发现是虚假整改的，在期限内可以重开：隐患退回企业整改，轮次加一，原期限不变。",
            action=HazardAction.REOPEN,
            fields=(_FACTS_OF_REOPENING,),
            take=_reopen,
            evidence_field="reason",
            look="danger",
        ),
        Step(
            name="check-on-the-spot",
            title="核对当场整改",
            verb="核对无误",
            explains="这条隐患由检查员在现场看着改好，当场销号。核对整改前后照片：看得出已经改好的，记为核对无误，销号不变。",
            action=HazardAction.CHECK_ON_THE_SPOT,
            fields=(_HOW_KNOWN,),
            take=_check,
            evidence_field="note",
            shows_after=True,
        ),
        Step(
            name="take-back",
            title="不算当场整改，退回定级",
            verb="退回定级",
            explains="照片没到、打不开，或看不出已经改好的，不算当场整改：撤销当场销号，隐患回到待定级，走定级、下达、整改、复查的一般程序。原记录和照片都保留。",
            action=HazardAction.TAKE_BACK,
            fields=(_REASON_OF_TAKING_BACK,),
            take=_take_back,
            evidence_field="reason",
            shows_after=True,
            look="danger",
        ),
        Step(
            name="treat",
            title="开始自行整改",
            verb="开始整改",
            explains="企业自查发现的一般隐患，可以不等文书自行整改；改完后提交照片，由安全办复查。",
            action=HazardAction.TREAT_BY_ITSELF,
            fields=(Field(name="due_on", words="打算哪天前改好", hint="不填按园区默认期限", kind="date"),),
            take=_treat,
            evidence_field="due_on",
        ),
        Step(
            name="tell",
            title="登记告知职工",
            verb="登记",
            explains="隐患排查治理情况要通过职工大会、职工代表大会或信息公示栏等方式向从业人员通报（安全生产法第四十一条）。",
            action=None,
            fields=(
                Field(name="notice_way", words="怎样告知的", kind="notice_way"),
                Field(name="noticed_on", words="告知日期", kind="date", starts_today=True),
            ),
            take=_tell,
            evidence_field="notice_way",
        ),
    )
}


class HazardStepPages(Controller):
    """One page per short step."""

    path = "/hazards/{hazard_id:uuid}"
    opt = pages_for(Role.OFFICE, Role.LEADER, Role.ENTERPRISE)

    @get("/{step:str}", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID], step: FromPath[str]) -> Response[str]:
        """What the step means, and its form."""
        with open_work(request) as work:
            chosen = _step(step)
            values = {one.name: work.today.isoformat() if one.starts_today else "" for one in chosen.fields}
            return _form(request, work, hazard_id, chosen, values, {})

    @post("/{step:str}", status_code=200)
    async def take_form(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID], step: FromPath[str]) -> Response[Any]:
        """Take the step."""
        form = await request.form()
        chosen = _step(step)
        values = {one.name: form_text(form, one.name) for one in chosen.fields}
        return await sync_to_thread(_take, request, hazard_id, chosen, values, read_number(form_text(form, "version")))


def may_take(step: Step, dossier: HazardDossier, actor: Actor) -> bool:
    """Whether the actor may take the step now; telling the employees is the enterprise's, until it is done."""
    if step.action is not None:
        return step.action in dossier.actions
    return actor.role is Role.ENTERPRISE and not dossier.employees_told


def _step(name: str) -> Step:
    if name not in STEPS:
        raise NotFound("这个页面")
    return STEPS[name]


def _take(request: Request[Any, Any, Any], hazard_id: UUID, step: Step, values: Values, version: int | None) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            step.take(work, services_of(request).rulebook, hazard_id, values, version)
    except InvalidInput as refusal:
        return _again(request, hazard_id, step, values, errors_by_field(refusal))
    except EvidenceMissing as refusal:
        return _again(request, hazard_id, step, values, {step.evidence_field: refusal.detail})
    return go_to(f"/hazards/{hazard_id}?done={step.name}")


def _again(request: Request[Any, Any, Any], hazard_id: UUID, step: Step, values: Values, errors: dict[str, str]) -> Response[str]:
    with open_work(request) as work:
        return _form(request, work, hazard_id, step, values, errors)


def _form(
    request: Request[Any, Any, Any], work: Work, hazard_id: UUID, step: Step, values: Values, errors: dict[str, str]
) -> Response[str]:
    dossier = get_dossier(work, services_of(request).rulebook, hazard_id)
    if not may_take(step, dossier, work.actor):
        raise StepNotYours(f"这条隐患现在不能由您“{step.verb}”：它可能已被别人办理，或这一步由其他角色办理。请回到隐患页看最新情况。")
    return show(
        request,
        work,
        "hazard_step.html",
        status=400 if errors else 200,
        hazard=dossier.hazard,
        dossier=dossier,
        step=step,
        fields=[one for one in step.fields if one is not _ACCEPTANCE or dossier.hazard.level == HazardLevel.MAJOR],
        notice_ways=[(one.value, one.label) for one in NoticeWay],
        values=values,
        errors=errors,
    )
