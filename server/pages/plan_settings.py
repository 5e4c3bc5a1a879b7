"""How often and with whom the park inspects: frequencies adopted, how many visits an inspector makes, days without visits."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.supervision import FrequencyKind, FrequencyRule
from rules.terms import Role
from server.entrance import open_work
from server.errors import FieldError, InvalidInput, NotFound
from server.identity import pages_for
from server.pages.query import asked, read_day, read_id, read_number
from server.pages.view import errors_by_field, form_text, form_texts, go_to, show
from server.parks.service import list_grids
from server.planning.access import READERS, WRITERS
from server.planning.frequency import COLOUR_KEYS, colour_words, find_rule, likely_category, rules_of
from server.planning.schemas import FrequencyForm
from server.planning.service import (
    add_pause,
    adopt_frequency,
    list_policies,
    read_staffing,
    remove_pause,
    set_capacity,
    set_manner,
    words_of,
)
from server.unit_of_work import Work

AnyRequest = Request[Any, Any, Any]
_TEXTS = ("effective_from", "decided_by", "decision_number", "note", "floor_rule", "cap_rule")
_PAUSE = ("first_on", "last_on", "account_id", "pause_reason")


class PlanSettingsPages(Controller):
    """Staff read, the office writes."""

    path = "/plan/settings"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def show_settings(self, request: AnyRequest) -> Response[str]:
        """Frequencies and people at a glance."""
        with open_work(request) as work:
            return _settings(request, work, {}, {})

    @get("/frequency", opt=pages_for(*WRITERS), sync_to_thread=True)
    def show_frequency(self, request: AnyRequest) -> Response[str]:
        """A frequency to adopt. Which published rules are shown is asked in the address, so no script is needed."""
        with open_work(request) as work:
            return _frequency(request, work, _suggested(request, work), {})

    @post("/frequency", opt=pages_for(*WRITERS), status_code=200)
    async def take_frequency(self, request: AnyRequest) -> Response[Any]:
        """Adopt it."""
        form = await request.form()
        names = [f"{kind}-{key}" for key in COLOUR_KEYS for kind in ("floor", "cap", "floor_category", "cap_category")]
        return await sync_to_thread(_adopt, request, {name: form_text(form, name) for name in (*_TEXTS, *names)})

    @post("/manner", opt=pages_for(*WRITERS), status_code=200)
    async def take_manner(self, request: AnyRequest) -> Response[Any]:
        """How many go together, and how often a month."""
        form = await request.form()
        values = {name: form_text(form, name) for name in ("people_per_visit", "monthly_capacity")}
        people, monthly = (read_number(one) for one in values.values())
        return await sync_to_thread(_change, request, lambda work: set_manner(work, people, monthly), values)

    @post("/people/{account_id:uuid}", opt=pages_for(*WRITERS), status_code=200)
    async def take_person(self, request: AnyRequest, account_id: FromPath[UUID]) -> Response[Any]:
        """What one inspector can take on."""
        form = await request.form()
        monthly = read_number(form_text(form, "monthly_capacity"))
        grids = [one for one in map(read_id, form_texts(form, "grids")) if one is not None]
        return await sync_to_thread(_change, request, lambda work: set_capacity(work, account_id, monthly, grids), {})

    @post("/pauses", opt=pages_for(*WRITERS), status_code=200)
    async def take_pause(self, request: AnyRequest) -> Response[Any]:
        """Days without visits."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _PAUSE}
        return await sync_to_thread(_pause, request, values)

    @post("/pauses/{pause_id:uuid}/remove", opt=pages_for(*WRITERS), sync_to_thread=True)
    def take_removal(self, request: AnyRequest, pause_id: FromPath[UUID]) -> Response[Any]:
        """Take such days back."""
        return _change(request, lambda work: remove_pause(work, pause_id), {})


def _settings(request: AnyRequest, work: Work, values: dict[str, str], errors: dict[str, str]) -> Response[str]:
    staffing = read_staffing(work)
    filled = {
        "people_per_visit": str(staffing.people_per_visit),
        "monthly_capacity": str(staffing.monthly_capacity),
        **dict.fromkeys(_PAUSE, ""),
    }
    return show(
        request,
        work,
        "plan_settings.html",
        status=400 if errors else 200,
        policies=list_policies(work),
        staffing=staffing,
        grids=[(grid.id, grid.name) for grid in list_grids(work)],
        people=[(one.person.id, one.person.name) for one in staffing.capacities],
        may_write=work.actor.role is Role.OFFICE,
        values=filled | values,
        errors=errors,
        words_of=words_of,
        colour_words=colour_words,
        is_inspector=lambda role: role == Role.INSPECTOR,
    )


def _suggested(request: AnyRequest, work: Work) -> dict[str, str]:
    """An empty form, with the categories of the rules asked for that name a colour by its own word."""
    values = dict.fromkeys(_TEXTS, "") | {"effective_from": work.today.isoformat()}
    for kind in ("floor", "cap"):
        rule = find_rule(asked(request, f"{kind}_rule"))
        if rule is not None and rule.kind == kind:
            values[f"{kind}_rule"] = rule.id
            values |= {f"{kind}_category-{key}": likely_category(rule, key) for key in COLOUR_KEYS}
    return values


def _frequency(request: AnyRequest, work: Work, values: dict[str, str], errors: dict[str, str]) -> Response[str]:
    chosen: dict[str, FrequencyRule | None] = {kind: find_rule(values.get(f"{kind}_rule", "")) for kind in ("floor", "cap")}
    return show(
        request,
        work,
        "plan_frequency.html",
        status=400 if errors else 200,
        offered={kind.value: rules_of(kind, work.today) for kind in FrequencyKind},
        chosen=chosen,
        rows=[(key, colour_words(key)) for key in COLOUR_KEYS],
        values=values,
        errors=errors,
    )


def _adopt(request: AnyRequest, values: dict[str, str]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            adopt_frequency(work, _form_of(values))
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _frequency(request, work, values, errors_by_field(refusal))
    return go_to("/plan/settings?done=adopted")


def _form_of(values: dict[str, str]) -> FrequencyForm:
    """The form as a use case takes it. Raises `InvalidInput` for a day that is none."""
    day = read_day(values["effective_from"])
    if day is None:
        raise InvalidInput([FieldError("effective_from", "请填写起用日期，例如 2026-01-01")])
    adopted = {
        values[f"{kind}_rule"]: {key: values[f"{kind}_category-{key}"] for key in COLOUR_KEYS if values[f"{kind}_category-{key}"]}
        for kind in ("floor", "cap")
        if values[f"{kind}_rule"]
    }
    return FrequencyForm(
        effective_from=day,
        decided_by=values["decided_by"],
        decision_number=values["decision_number"],
        note=values["note"],
        bounds={key: {"floor": values[f"floor-{key}"], "cap": values[f"cap-{key}"]} for key in COLOUR_KEYS},
        adopted=adopted,
    )


def _pause(request: AnyRequest, values: dict[str, str]) -> Response[Any]:
    account_id = read_id(values["account_id"])
    first_on, last_on = read_day(values["first_on"]), read_day(values["last_on"])
    try:
        with open_work(request, write=True) as work:
            if values["account_id"] and account_id is None:
                raise NotFound("这位检查人员")
            add_pause(work, first_on, last_on, account_id, values["pause_reason"])
    except InvalidInput as refusal:
        found = {"pause_reason" if name == "reason" else name: message for name, message in errors_by_field(refusal).items()}
        with open_work(request) as work:
            return _settings(request, work, values, found)
    return go_to("/plan/settings?done=saved#pauses")


def _change(request: AnyRequest, do: Any, values: dict[str, str]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            do(work)
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _settings(request, work, values, errors_by_field(refusal))
    return go_to("/plan/settings?done=saved")
