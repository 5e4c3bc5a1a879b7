"""Grading one hazard source: which method and scheme, then a question a factor in the scheme's words; tried first, then kept."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.rulebook import Rulebook
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import ChangedMeanwhile, FieldError, InvalidInput, StateConflict
from server.grading.access import WRITERS
from server.grading.schemas import AssessmentForm, DirectForm, Proposal, SchemeChoice, SourceView, VerificationForm
from server.grading.service import assess_source, get_point, get_source_view, offered_direct_judgements, try_assessment
from server.identity import pages_for
from server.pages.query import asked, read_day, read_number
from server.pages.risk_scoring import CHOSEN, assessment_of, missing_answers, pick_scheme, read_chosen, scheme_key, schemes_of
from server.pages.view import errors_by_field, form_text, form_texts, go_to, show
from server.unit_of_work import Work

_FIELDS = ("reason", "verified_on", "verified_by", "approved_by", "version")
_PERSONS = "persons-"
_NAMES = {
    "verification": "verified_on",
    "verification.approved_by": "approved_by",
    "chosen": "scheme",
    "method": "scheme",
    "variant": "scheme",
}
"""Where on the page a field of the assessment is answered."""


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed. `persons` are by direct judgement."""

    scheme: str
    chosen: dict[str, str] = {}
    direct: tuple[str, ...] = ()
    persons: dict[str, str] = {}
    values: dict[str, str] = {}


class RiskAssessPages(Controller):
    """For whoever keeps registers."""

    path = "/risk-sources/{source_id:uuid}/assess"
    opt = pages_for(*WRITERS)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], source_id: FromPath[UUID]) -> Response[str]:
        """The questions of the scheme asked for, answered as they were last time."""
        with open_work(request) as work:
            rulebook = services_of(request).rulebook
            view = get_source_view(work, rulebook, source_id)
            return _form(request, work, view, _last_time(work, rulebook, view, asked(request, "scheme")), {}, None, ())

    @get("/scheme", sync_to_thread=True)
    def show_schemes(self, request: Request[Any, Any, Any], source_id: FromPath[UUID]) -> Response[str]:
        """Every method with its schemes, to choose from."""
        with open_work(request) as work:
            rulebook = services_of(request).rulebook
            view = get_source_view(work, rulebook, source_id)
            methods: dict[str, list[tuple[str, SchemeChoice]]] = {}
            for one in schemes_of(work, rulebook):
                methods.setdefault(one.method_title, []).append((scheme_key(one), one))
            return show(
                request,
                work,
                "risk_schemes.html",
                enterprise=get_enterprise(work, view.source.enterprise_id),
                view=view,
                methods=methods,
                current=_current_key(view),
            )

    @post("/try", status_code=200)
    async def take_trial(self, request: Request[Any, Any, Any], source_id: FromPath[UUID]) -> Response[Any]:
        """What the answers would give; nothing is kept."""
        form = await request.form()
        return await sync_to_thread(_try, request, source_id, _read(form))

    @post("/", status_code=200)
    async def take_form(self, request: Request[Any, Any, Any], source_id: FromPath[UUID]) -> Response[Any]:
        """Keep the assessment."""
        form = await request.form()
        return await sync_to_thread(_keep, request, source_id, _read(form))


def _read(form: Any) -> Typed:
    return Typed(
        scheme=form_text(form, "scheme"),
        chosen=read_chosen(form),
        direct=tuple(form_texts(form, "direct")),
        persons=read_chosen(form, _PERSONS),
        values={name: form_text(form, name) for name in _FIELDS},
    )


def _current_key(view: SourceView) -> str:
    last = view.assessment
    return "" if last is None else ":".join((last.method, last.scheme, last.variant))


def _last_time(work: Work, rulebook: Rulebook, view: SourceView, key: str) -> Typed:
    scheme = pick_scheme(schemes_of(work, rulebook), key or _current_key(view))
    values = dict.fromkeys(_FIELDS, "") | {"version": str(view.source.version)}
    last = view.assessment
    if last is None or _current_key(view) != scheme_key(scheme):
        return Typed(scheme=scheme_key(scheme), values=values)
    return Typed(
        scheme=scheme_key(scheme),
        chosen={name: value for name, value in last.chosen.items() if isinstance(value, str)},
        direct=tuple(one["named"] for one in last.direct),
        persons={one["named"]: str(one["persons"]) for one in last.direct if one["persons"] is not None},
        values=values,
    )


def _assessment(scheme: SchemeChoice, typed: Typed) -> AssessmentForm:
    """The form as a use case takes it. Raises `InvalidInput` for what it could not even be asked with."""
    errors = missing_answers(scheme, typed.chosen)
    values = typed.values
    verified_on = read_day(values["verified_on"])
    if values["verified_on"] and verified_on is None:
        errors.append(FieldError("verified_on", "验证日期要写成年-月-日，例如 2026-11-20"))
    errors += [
        FieldError(f"{_PERSONS}{named}", "人数请填整数")
        for named in typed.direct
        if typed.persons.get(named) and read_number(typed.persons[named]) is None
    ]
    if errors:
        raise InvalidInput(errors)
    verification = None
    if verified_on is not None:
        verification = VerificationForm(verified_on=verified_on, verified_by=values["verified_by"], approved_by=values["approved_by"])
    direct = tuple(DirectForm(named=one, persons=read_number(typed.persons.get(one, ""))) for one in typed.direct)
    return assessment_of(scheme, typed.chosen, direct=direct, reason=values["reason"], verification=verification)


def _errors(refusal: InvalidInput) -> dict[str, str]:
    """What is wrong, by the names of this form's fields."""
    return {_place(field): words for field, words in errors_by_field(refusal).items()}


def _place(field: str) -> str:
    known = _NAMES.get(field, field)
    is_factor = known not in {*_FIELDS, "scheme", "direct"} and not known.startswith((CHOSEN, _PERSONS))
    return f"{CHOSEN}{known}" if is_factor else known


def _try(request: Request[Any, Any, Any], source_id: UUID, typed: Typed) -> Response[str]:
    rulebook = services_of(request).rulebook
    with open_work(request) as work:
        view = get_source_view(work, rulebook, source_id)
        try:
            form = _assessment(pick_scheme(schemes_of(work, rulebook), typed.scheme), typed)
            proposal, wanting = try_assessment(work, rulebook, source_id, form)
        except InvalidInput as refusal:
            return _form(request, work, view, typed, _errors(refusal), None, ())
        return _form(request, work, view, typed, {}, proposal, tuple(one.message for one in wanting))


def _keep(request: Request[Any, Any, Any], source_id: UUID, typed: Typed) -> Response[Any]:
    rulebook = services_of(request).rulebook
    try:
        with open_work(request, write=True) as work:
            get_source_view(work, rulebook, source_id)
            form = _assessment(pick_scheme(schemes_of(work, rulebook), typed.scheme), typed)
            assess_source(work, rulebook, source_id, form, version=read_number(typed.values["version"]))
    except (InvalidInput, ChangedMeanwhile) as refusal:
        errors = _errors(refusal) if isinstance(refusal, InvalidInput) else {"scheme": refusal.detail}
        with open_work(request) as work:
            return _form(request, work, get_source_view(work, rulebook, source_id), typed, errors, None, ())
    return go_to(f"/risk-sources/{source_id}?done=assessed")


def _form(
    request: Request[Any, Any, Any],
    work: Work,
    view: SourceView,
    typed: Typed,
    errors: dict[str, str],
    proposal: Proposal | None,
    wanting: tuple[str, ...],
) -> Response[str]:
    if view.source.retired_on is not None:
        raise StateConflict("这个危险源已经停用，不能再评价。", reason="retired")
    rulebook = services_of(request).rulebook
    counted = {one.item.id: one.item.persons_at_least for one in rulebook.grading.grading.direct_items(work.today)}
    return show(
        request,
        work,
        "risk_assess.html",
        status=400 if errors else 200,
        enterprise=get_enterprise(work, view.source.enterprise_id),
        point=get_point(work, view.source.point_id),
        view=view,
        scheme=pick_scheme(schemes_of(work, rulebook), typed.scheme),
        typed=typed,
        direct=[(named, words, counted[named]) for named, words in offered_direct_judgements(rulebook, work.today)],
        proposal=proposal,
        wanting=wanting,
        errors=errors,
    )
