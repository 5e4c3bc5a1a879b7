"""Grading a finding: the criteria's questions, what the rules make of the answers, and a person's decision.

Answers are kept and judged anew each time they are saved; the rules suggest, the person chooses 一般 or 重大 and says why when going below
the suggestion.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.major_hazard import Outcome
from rules.major_hazard_data import Fact
from rules.terms import Answer, HazardLevel, HazardState, Role
from server.entrance import open_work, services_of
from server.errors import EvidenceMissing, InvalidInput, StateConflict
from server.hazards.schemas import ConfirmForm, GradingAdvice
from server.hazards.service import advise_grading, confirm_hazard, get_dossier, save_facts
from server.identity import pages_for
from server.pages.query import asked, read_number
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work

_FIELDS = ("level", "criterion_id", "reason", "requirement")
_FACT = "fact-"
_LONGEST_CARRIED = 300
"""Longer texts are not carried through an address; the browser's own memory of the form keeps them."""

_EVIDENCE = {"on_site": "看现场", "documents": "查资料", "interview": "询问", "test": "检测或试验"}


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One question of the form: what is asked, how it can be established, and the answer so far."""

    name: str
    ask: str
    kind: str
    unit: str
    hint: str
    evidence: str
    value: str


class GradingPages(Controller):
    """For the office."""

    path = "/hazards/{hazard_id:uuid}"
    opt = pages_for(Role.OFFICE)

    @get("/confirm", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID]) -> Response[str]:
        """The finding, the questions, the suggestion, the decision."""
        with open_work(request) as work:
            values = {name: asked(request, name) for name in _FIELDS}
            return _form(request, work, hazard_id, values, {}, {})

    @post("/facts", status_code=200)
    async def take_facts(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID]) -> Response[Any]:
        """Keep the answers and judge again."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _FIELDS}
        return await sync_to_thread(_save, request, hazard_id, values, _answers(form), read_number(form_text(form, "version")))

    @post("/confirm", status_code=200)
    async def take_form(self, request: Request[Any, Any, Any], hazard_id: FromPath[UUID]) -> Response[Any]:
        """Keep the answers, then grade."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _FIELDS}
        return await sync_to_thread(_confirm, request, hazard_id, values, _answers(form), read_number(form_text(form, "version")))


def _answers(form: Any) -> dict[str, str]:
    return {name.removeprefix(_FACT): form_text(form, name) for name in form if name.startswith(_FACT)}


def _save(
    request: Request[Any, Any, Any], hazard_id: UUID, values: dict[str, str], answers: dict[str, str], version: int | None
) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            save_facts(work, services_of(request).rulebook, hazard_id, answers, version=version)
    except InvalidInput as refusal:
        return _again(request, hazard_id, values, answers, errors_by_field(refusal))
    carried = {name: text for name, text in values.items() if text and len(text) <= _LONGEST_CARRIED}
    return go_to(f"/hazards/{hazard_id}/confirm?{urlencode(carried | {'saved': 'yes'})}#advice")


def _confirm(
    request: Request[Any, Any, Any], hazard_id: UUID, values: dict[str, str], answers: dict[str, str], version: int | None
) -> Response[Any]:
    rulebook = services_of(request).rulebook
    try:
        if answers:
            # Kept first and apart: a decision that is sent back must not take the answers with it.
            with open_work(request, write=True) as work:
                version = save_facts(work, rulebook, hazard_id, answers, version=version).version
        if values["level"] not in set(HazardLevel):
            return _again(request, hazard_id, values, answers, {"level": "请选择一般隐患或重大事故隐患"})
        with open_work(request, write=True) as work:
            confirm_hazard(work, rulebook, hazard_id, ConfirmForm(**values, version=version))
    except InvalidInput as refusal:
        return _again(request, hazard_id, values, answers, errors_by_field(refusal))
    except EvidenceMissing as refusal:
        return _again(
            request, hazard_id, values, answers, {"criterion_id" if values["level"] == HazardLevel.MAJOR else "level": refusal.detail}
        )
    return go_to(f"/hazards/{hazard_id}?done=confirmed")


def _again(
    request: Request[Any, Any, Any], hazard_id: UUID, values: dict[str, str], answers: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    named = {(_FACT + name if name in answers else name): message for name, message in errors.items()}
    with open_work(request) as work:
        return _form(request, work, hazard_id, values, answers, named)


def _form(
    request: Request[Any, Any, Any],
    work: Work,
    hazard_id: UUID,
    values: dict[str, str],
    answers: dict[str, str],
    errors: dict[str, str],
) -> Response[str]:
    rulebook = services_of(request).rulebook
    advice = advise_grading(work, rulebook, hazard_id)
    hazard = advice.hazard
    if HazardState(hazard.state) is not HazardState.FOUND:
        raise StateConflict("这条隐患已经定级或作废，不能再定级。请回到隐患页看最新情况。", reason="state", state=hazard.state)
    suggested = hazard.suggested_level or ""
    return show(
        request,
        work,
        "hazard_confirm.html",
        status=400 if errors else 200,
        hazard=hazard,
        dossier=get_dossier(work, rulebook, hazard_id),
        advice=advice.advice,
        asks=list_asks(advice, rulebook.major_hazards.facts, answers),
        linked=[one for one in advice.criteria if one.linked],
        others=[one for one in advice.criteria if not one.linked],
        suggested=suggested,
        answer_options=[(one.value, one.label) for one in Answer],
        level_options=[(one.value, one.label) for one in HazardLevel],
        values=values
        | {
            "requirement": values["requirement"] or hazard.requirement,
            "level": values["level"] or suggested,
            "criterion_id": values["criterion_id"] or _met_criterion(advice),
        },
        errors=errors,
    )


def list_asks(advice: GradingAdvice, facts: Mapping[str, Fact], answers: Mapping[str, str]) -> list[Ask]:
    """The questions of the form: those answered so far, so that an answer can be taken back, then those still open. Each fact once."""
    stored = {one.fact_id: one.value for one in advice.known}
    names = list(dict.fromkeys([*stored, *(one.fact_id for one in advice.questions)]))
    return [_ask(facts[name], answers.get(name, stored.get(name, ""))) for name in names if name in facts]


def _ask(fact: Fact, value: str) -> Ask:
    evidence = "、".join(_EVIDENCE[one] for one in fact.evidence)
    return Ask(name=_FACT + fact.id, ask=fact.ask, kind=fact.kind, unit=fact.unit, hint=fact.hint, evidence=evidence, value=value)


def _met_criterion(advice: GradingAdvice) -> str:
    """The criterion the answers meet, offered as the choice; a person may take another."""
    met = [one.criterion_id for one in advice.advice.judgements if one.outcome is Outcome.MEETS]
    return met[0] if len(met) == 1 else ""
