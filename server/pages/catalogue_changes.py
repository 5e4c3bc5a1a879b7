"""The changes of a draft: a new entry, a stricter one, one the park will not apply. What the rules object to comes back at its field."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.requests import plain
from rules.restriction_data import Entry, Sign, load_shared_terms
from rules.restriction_terms import Area, BuildType, Effect, EntryKind, Figure, Scope, SubstanceList
from server.catalogue.access import DRAFTERS
from server.catalogue.schemas import EditionState, EntryForm, TightenForm, WaiveForm
from server.catalogue.service import add_entry, find_entry, get_edition, tighten_entry, waive_entry
from server.catalogue.wording import conditions_in_words
from server.entrance import open_work
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.identity import pages_for
from server.pages.catalogue_editions import edition_page
from server.pages.query import asked, read_day
from server.pages.view import errors_of, form_text, form_texts, go_to, show
from server.unit_of_work import Work

_SEVERAL = ("build_types", "substance_lists", "fuels")
_TICKED = ("in_park", "any_ground")
_TEXTS = tuple(name for name in EntryForm.__struct_fields__ if name not in (*_SEVERAL, *_TICKED))
_SIGNS = {Sign.BELOW: "小于", Sign.AT_MOST: "不大于", Sign.ABOVE: "大于", Sign.AT_LEAST: "不小于", Sign.BETWEEN: "介于（不含两端）"}
_REST = ("reason", "effect_new", "effect_existing", "limit_value", "approver", "until")


class ChangePages(Controller):
    """For those who draft."""

    path = "/catalogue/editions/{edition_id:uuid}"
    opt = pages_for(*DRAFTERS)

    @get("/entries/new", sync_to_thread=True)
    def show_new(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID]) -> Response[str]:
        """An empty entry, or a copy of the one named by `like`."""
        with open_work(request) as work:
            like = find_entry(asked(request, "like"))
            return _entry_page(request, work, edition_id, _blank() if like is None else _copied(like), {})

    @post("/entries/new", status_code=200)
    async def take_new(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID]) -> Response[Any]:
        """Add an entry."""
        form = await request.form()
        values: dict[str, Any] = {name: form_text(form, name) for name in _TEXTS}
        values |= {name: form_texts(form, name) for name in _SEVERAL}
        values |= {name: form_text(form, name) == "yes" for name in _TICKED}
        return await sync_to_thread(_add, request, edition_id, values)

    @get("/find", sync_to_thread=True)
    def find(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID]) -> Response[Any]:
        """To the form of the entry whose number was typed."""
        entry_id, step = asked(request, "entry"), asked(request, "step")
        with open_work(request) as work:
            if find_entry(entry_id) is None:
                words = f"目录里没有编号“{entry_id}”的条目，请在目录里找到条目再抄编号" if entry_id else "请填写条目编号"
                return edition_page(request, work, edition_id, {}, {"entry_number": words})
            _draft(work, edition_id)
        return go_to(f"/catalogue/editions/{edition_id}/entries/{entry_id}/{'waive' if step == 'waive' else 'tighten'}")

    @get("/entries/{entry_id:str}/tighten", sync_to_thread=True)
    def show_tighten(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID], entry_id: FromPath[str]) -> Response[str]:
        """An entry, to be made stricter or taken over."""
        with open_work(request) as work:
            return _one_page(request, work, edition_id, entry_id, "tighten", dict.fromkeys(_REST, ""), {})

    @post("/entries/{entry_id:str}/tighten", status_code=200)
    async def take_tighten(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID], entry_id: FromPath[str]) -> Response[Any]:
        """Make it stricter, or take a proposal over."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _REST}
        return await sync_to_thread(_change, request, edition_id, entry_id, "tighten", values)

    @get("/entries/{entry_id:str}/waive", sync_to_thread=True)
    def show_waive(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID], entry_id: FromPath[str]) -> Response[str]:
        """An entry, to be set aside."""
        with open_work(request) as work:
            return _one_page(request, work, edition_id, entry_id, "waive", dict.fromkeys(_REST, ""), {})

    @post("/entries/{entry_id:str}/waive", status_code=200)
    async def take_waive(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID], entry_id: FromPath[str]) -> Response[Any]:
        """Set it aside."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _REST}
        return await sync_to_thread(_change, request, edition_id, entry_id, "waive", values)


def _blank() -> dict[str, Any]:
    return dict.fromkeys(_TEXTS, "") | {name: [] for name in _SEVERAL} | {"in_park": True, "any_ground": False}


def _copied(entry: Entry) -> dict[str, Any]:
    match = entry.match
    values: dict[str, Any] = {name: getattr(entry, name) for name in ("kind", "subject", "clause", "condition", "exceptions", "source")}
    values |= {"effect_new": entry.effect_new.value, "effect_existing": entry.effect_existing.value, "flag": match.flag}
    lists = ("industries", "except_industries", "products", "except_products", "processes", "except_processes", "equipment")
    values |= {name: "、".join(getattr(match, name)) for name in (*lists, "except_equipment", "substances")}
    values |= {name: [str(one) for one in getattr(match, name)] for name in _SEVERAL}
    values |= {"in_park": Area.PARK in match.areas, "any_ground": match.any_ground}
    if len(entry.limits) == 1:
        limit = entry.limits[0]
        values |= {"limit_figure": limit.figure.value, "limit_op": limit.op.value, "limit_value": plain(limit.value)}
        values |= {"limit_unit": limit.unit, "limit_scope": limit.scope.value}
        values["limit_until"] = "" if limit.until is None else plain(limit.until)
    return _blank() | values


def _entry_page(
    request: Request[Any, Any, Any], work: Work, edition_id: UUID, values: dict[str, Any], errors: dict[str, str]
) -> Response[str]:
    terms = load_shared_terms()
    return show(
        request,
        work,
        "catalogue_entry_new.html",
        status=400 if errors else 200,
        edition=_draft(work, edition_id),
        values=values,
        errors=errors,
        kinds=[(one.value, one.label) for one in EntryKind],
        effects=[(one.value, one.label) for one in Effect],
        build_types=[(one.value, one.label) for one in BuildType],
        lists=[(one.value, one.label) for one in SubstanceList],
        fuels=[(one.name, one.name) for one in terms.fuels],
        flags=[(one.name, one.question) for one in terms.flags],
        figures=[(one.value, f"{one.label}（{one.holder.label}）") for one in Figure],
        signs=[(one.value, label) for one, label in _SIGNS.items()],
        scopes=[(one.value, one.label) for one in Scope],
    )


def _one_page(
    request: Request[Any, Any, Any], work: Work, edition_id: UUID, entry_id: str, step: str, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    entry = find_entry(entry_id)
    if entry is None:
        raise NotFound("这一条目录")
    return show(
        request,
        work,
        "catalogue_change.html",
        status=400 if errors else 200,
        edition=_draft(work, edition_id),
        entry=entry,
        step=step,
        conditions=conditions_in_words(entry),
        effects=[(one.value, one.label) for one in Effect],
        values=values,
        errors=errors,
    )


def _draft(work: Work, edition_id: UUID) -> Any:
    edition = get_edition(work, edition_id)
    if edition.state != EditionState.DRAFT:
        raise StateConflict("这个版本不在起草中，不能再改。要改请另起新版。", reason="state", state=edition.state)
    return edition


def _add(request: Request[Any, Any, Any], edition_id: UUID, values: dict[str, Any]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
            add_entry(work, edition_id, msgspec.convert(given, EntryForm))
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _entry_page(request, work, edition_id, values, errors_of(refusal, "subject"))
    return go_to(f"/catalogue/editions/{edition_id}?done=changed#changes")


def _change(request: Request[Any, Any, Any], edition_id: UUID, entry_id: str, step: str, values: dict[str, str]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            if step == "tighten":
                named = {name: values[name] for name in ("reason", "effect_new", "effect_existing", "limit_value")}
                tighten_entry(work, edition_id, TightenForm(entry_id=entry_id, **named))
            else:
                waive_entry(work, edition_id, _waiver_of(entry_id, values))
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _one_page(request, work, edition_id, entry_id, step, values, errors_of(refusal, "reason"))
    return go_to(f"/catalogue/editions/{edition_id}?done=changed#changes")


def _waiver_of(entry_id: str, values: dict[str, str]) -> WaiveForm:
    until = read_day(values["until"])
    if values["until"] and until is None:
        raise InvalidInput([FieldError("until", f"“{values['until']}”不是日期，请写成 2026-12-01")])
    return WaiveForm(entry_id=entry_id, reason=values["reason"], approver=values["approver"], until=until)
