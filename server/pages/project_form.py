"""The one page that describes a project: filled in from a notice, kept as a draft while it is typed, screened when it is submitted.

No script is needed: more rows and look-ups by Chinese name are buttons of the form, and each of them keeps the draft. A mistake comes
back at its field with everything typed; only what can be read becomes a revision.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from string import ascii_letters
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.admission_workflow import OPEN_STATES
from rules.industries import IndustrySearch, load_industries
from rules.lookups import FoundSubstance, find_substances
from rules.project_reading import read_project
from rules.requests import RequestError
from rules.restriction import screen
from rules.restriction_data import Flag
from rules.stated import LONGEST, STATED
from rules.terms import ProjectState, ScreeningOccasion
from server.clock import CHINA
from server.coordinates import COORDINATES, Place, read_place
from server.entrance import Services, open_work, services_of
from server.errors import ChangedMeanwhile, FieldError, InvalidInput, Refusal, StateConflict
from server.identity import pages_for
from server.models.parks import Zone
from server.models.projects import Project, ProjectDraft
from server.pages.query import read_day, read_id, read_number
from server.pages.view import errors_by_field, form_text, go_to, show
from server.screening.access import WRITERS
from server.screening.answering import complete_if_ready
from server.screening.form import (
    BUILD_TYPES,
    DISTANCES,
    PLACE_QUESTIONS,
    PROJECT_FIGURES,
    ROW_TITLES,
    ROWS,
    YES_NO,
    Typed,
    facts_of_form,
    field_of_form,
    form_of_facts,
    renumbered,
    rows_of,
    split_codes,
)
from server.screening.mistakes import MOST_ROWS
from server.screening.schemas import NewProject
from server.screening.service import (
    catalogue_for,
    create_project,
    facts_of,
    find_draft,
    get_project,
    latest_description,
    run_screening,
    save_draft,
    submit_description,
    update_project,
)
from server.unit_of_work import Work

HEAD = (
    "applicant_name", "applicant_code", "contact_name", "contact_phone", "zone_id", *COORDINATES, "received_on", "source_title",
    "source_url", "source_day", "construction_on", "trial_on",
)  # fmt: skip
_DAYS = {"received_on": "收件日期", "source_day": "公示日期", "construction_on": "拟开工日期", "trial_on": "拟试产日期"}
_BLANKS = 1
_MORE = 3
_CODE = re.compile(r"[A-Ta-t]?[0-9]{2,4}")
"""An industry code as notices write it, with the letter of its section or without."""


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What a look-up found, to be taken with one button. `row` is the material's row."""

    industries: IndustrySearch = IndustrySearch()
    substances: tuple[FoundSubstance, ...] = ()
    row: int = -1
    search: str = ""


class NewProjectPages(Controller):
    """A project begins with its name; everything else is typed on its page."""

    path = "/projects/new"
    opt = pages_for(*WRITERS)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Name, applicant and the notice."""
        with open_work(request) as work:
            return show(request, work, "project_new.html", values={}, errors={})

    @post("/", status_code=200)
    async def take_form(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Register it and go on to its page."""
        form = await request.form()
        names = ("name", "applicant_name", "source_title", "source_url", "source_day")
        return await sync_to_thread(_create, request, {name: form_text(form, name) for name in names})


class ProjectFormPages(Controller):
    """For screeners and the office."""

    path = "/projects/{project_id:uuid}"
    opt = pages_for(*WRITERS)

    @get("/form", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[str]:
        """The draft, or else the last revision."""
        with open_work(request) as work:
            project = get_project(work, project_id)
            draft = find_draft(work, project_id)
            typed = _from_draft(draft) if draft is not None else _from_record(work, services_of(request), project)
            return _page(request, work, project, typed, {}, draft=draft)

    @post("/form", status_code=200)
    async def take_form(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[Any]:
        """Keep the draft, look something up, add rows; or submit and screen."""
        form = await request.form()
        return await sync_to_thread(
            _take, request, project_id, typed_of(form), form_text(form, "do"), read_number(form_text(form, "version"))
        )

    @post("/draft", status_code=200)
    async def take_draft(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> dict[str, str]:
        """Keep what is being typed, asked for by the page itself."""
        form = await request.form()
        return await sync_to_thread(_autosave, request, project_id, typed_of(form))


def typed_of(form: Any) -> Typed:
    """Every text of the form but its own machinery."""
    names = [name for name in form if isinstance(name, str) and name not in {"_csrf_token", "do", "version"}]
    return {name: text for name in names if (text := form_text(form, name))}


def _from_draft(draft: ProjectDraft) -> Typed:
    return {str(key): str(value) for key, value in draft.fields.items() if isinstance(value, str)}


def _from_record(work: Work, services: Services, project: Project) -> Typed:
    """The page as the record has it."""
    latest = latest_description(work, project.id)
    flags = flags_of(work, services)
    typed = form_of_facts(facts_of(latest), flags) if latest is not None else {"name": project.name}
    for name in HEAD:
        value = getattr(project, name, None)
        if value not in (None, ""):
            typed[name] = value.isoformat() if isinstance(value, date) else str(value)
    return typed


def flags_of(work: Work, services: Services) -> list[Flag]:
    """The yes/no questions of the catalogue in use."""
    return [one.flag for one in catalogue_for(work, work.today).catalogue.index.flags.values()]


def _create(request: Request[Any, Any, Any], values: Typed) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            source_day = _read_days(values)["source_day"]
            form = NewProject(
                name=values["name"],
                applicant_name=values["applicant_name"],
                source_title=values["source_title"],
                source_url=values["source_url"],
                source_day=source_day,
            )
            project_id = create_project(work, form).id
    except InvalidInput as refusal:
        with open_work(request) as work:
            return show(request, work, "project_new.html", status=400, values=values, errors=errors_by_field(refusal))
    return go_to(f"/projects/{project_id}/form")


def _autosave(request: Request[Any, Any, Any], project_id: UUID, typed: Typed) -> dict[str, str]:
    with open_work(request, write=True) as work:
        draft = save_draft(work, project_id, typed)
        return {"saved": f"草稿 {draft.saved_at.astimezone(CHINA):%H:%M} 已存"}


def _take(request: Request[Any, Any, Any], project_id: UUID, typed: Typed, do: str, version: int | None) -> Response[Any]:
    typed = renumbered(typed)
    if do == "submit":
        return _submit(request, project_id, typed, version)
    try:
        typed, more, looked = form_step(services_of(request), typed, do)
        with open_work(request, write=True) as work:
            draft = save_draft(work, project_id, typed)
            return _page(request, work, get_project(work, project_id), typed, {}, draft=draft, more=more, looked=looked)
    except InvalidInput as refusal:
        return _refused(request, project_id, typed, refusal, version)


def form_step(services: Services, typed: Typed, do: str) -> tuple[Typed, dict[str, int], Looked | None]:
    """What a button of the form does besides keeping it: the page changed, how many more rows of a kind, what was looked up."""
    verb, _, what = do.partition(":")
    if verb == "use":
        return _used(typed, what), {}, None
    more = {what: _MORE} if verb == "row" and what in ROWS else {}
    return typed, more, _look_up(services, typed, what) if verb == "find" else None


def _used(typed: Typed, what: str) -> Typed:
    """The page with what a look-up found put in its place."""
    kind, _, rest = what.partition(":")
    if kind == "industry":
        codes = [one for one in split_codes(typed.get("industry_codes", "")) if _CODE.fullmatch(one)]
        return {**typed, "industry_codes": "、".join(dict.fromkeys([*codes, rest]))}
    row, _, cas = rest.partition(":")
    return {**typed, f"materials-{row}-cas": cas} if kind == "cas" and row.isdecimal() else typed


def _look_up(services: Services, typed: Typed, what: str) -> Looked:
    kind, _, row = what.partition(":")
    if kind == "industry":
        typed_there = split_codes(typed.get("industry_codes", ""))
        names = [one for one in typed_there if not _CODE.fullmatch(one)]
        # Codes already there stay; with nothing else there, the last one is what somebody wants to know.
        search = " ".join(names) or "".join(typed_there[-1:]).lstrip(ascii_letters)
        return Looked(industries=load_industries().find(search), search=search)
    name = typed.get(f"materials-{row}-name", "")
    rulebook = services.rulebook
    found = find_substances(name, rulebook.catalogue.terms.substances, rulebook.grading.installation) if name else []
    return Looked(substances=tuple(found), row=int(row) if row.isdecimal() else -1, search=name)


def _submit(request: Request[Any, Any, Any], project_id: UUID, typed: Typed, version: int | None) -> Response[Any]:
    services = services_of(request)
    with open_work(request, write=True) as work:
        # Kept first and by itself: whatever the rest runs into, nothing typed is lost.
        save_draft(work, project_id, typed)
    try:
        with open_work(request, write=True) as work:
            project = get_project(work, project_id)
            flags = flags_of(work, services)
            latest = latest_description(work, project_id)
            facts = facts_of_form(typed, facts_of(latest) if latest is not None else {}, flags)
            occasion = ScreeningOccasion.INTAKE if project.screening_id is None else ScreeningOccasion.CHANGE
            _keep(work, project, typed, facts, flags, version)
            complete_if_ready(work, project)
            run_screening(work, services.rulebook, project_id, occasion=occasion)
    except (InvalidInput, StateConflict, ChangedMeanwhile) as refusal:
        return _refused(request, project_id, typed, refusal, version)
    return go_to(f"/projects/{project_id}")


def _keep(work: Work, project: Project, typed: Typed, facts: Mapping[str, Any], flags: Sequence[Flag], version: int | None) -> None:
    """Head and description together, with the mistakes of both told at once."""
    errors: list[FieldError] = []
    try:
        update_project(work, project.id, _head_of(typed), version=version)
    except InvalidInput as refusal:
        errors += refusal.errors
    try:
        submit_description(work, project.id, facts)
    except InvalidInput as refusal:
        errors += [FieldError(field_of_form(one.field, flags), one.message) for one in refusal.errors]
    if errors:
        raise InvalidInput(errors)


def _head_of(typed: Typed) -> NewProject:
    """Who, where and when. Raises `InvalidInput` for days and degrees that are none."""
    errors: list[FieldError] = []
    place = Place()
    try:
        place = read_place(typed)
    except InvalidInput as refusal:
        errors += refusal.errors
    days: dict[str, date | None] = {}
    try:
        days = _read_days(typed)
    except InvalidInput as refusal:
        errors += refusal.errors
    if errors:
        raise InvalidInput(errors)
    texts = ("name", "applicant_name", "applicant_code", "contact_name", "contact_phone", "source_title", "source_url")
    rest: dict[str, Any] = {name: typed.get(name, "") for name in texts} | days
    return NewProject(
        zone_id=read_id(typed.get("zone_id", "")),
        longitude=place.longitude,
        latitude=place.latitude,
        is_far_confirmed=place.is_confirmed,
        **rest,
    )


def _read_days(typed: Mapping[str, str]) -> dict[str, date | None]:
    days = {name: read_day(typed.get(name, "")) for name in _DAYS}
    errors = [
        FieldError(name, f"{words}应是日期，例如 2026-11-22") for name, words in _DAYS.items() if typed.get(name) and days[name] is None
    ]
    if errors:
        raise InvalidInput(errors)
    return days


def _refused(request: Request[Any, Any, Any], project_id: UUID, typed: Typed, refusal: Refusal, version: int | None) -> Response[Any]:
    errors = errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"main": refusal.detail}
    with open_work(request) as work:
        draft = find_draft(work, project_id)
        return _page(request, work, get_project(work, project_id), typed, errors, draft=draft, version=version)


def _page(
    request: Request[Any, Any, Any],
    work: Work,
    project: Project,
    typed: Typed,
    errors: dict[str, str],
    *,
    draft: ProjectDraft | None,
    more: Mapping[str, int] | None = None,
    looked: Looked | None = None,
    version: int | None = None,
) -> Response[str]:
    return show(
        request,
        work,
        "project_form.html",
        status=400 if errors else 200,
        project=project,
        draft=draft,
        version=version if version is not None else project.version,
        is_open=ProjectState(project.state) in OPEN_STATES,
        **form_context(work, services_of(request), typed, errors, more=more, looked=looked),
    )


def form_context(
    work: Work,
    services: Services,
    typed: Typed,
    errors: dict[str, str],
    *,
    more: Mapping[str, int] | None = None,
    looked: Looked | None = None,
) -> dict[str, Any]:
    """What the fields of the form need, whoever fills them in."""
    flags = flags_of(work, services)
    asked_flags = _relevant(work, services, typed, flags)
    zones = work.session.query(Zone).where(Zone.park_id == work.park_id).order_by(Zone.name)
    terms = services.rulebook.catalogue.terms
    return {
        "typed": typed,
        "errors": errors,
        "looked": looked,
        "rows": ROWS,
        "titles": ROW_TITLES,
        "counts": {name: min(MOST_ROWS, len(rows_of(typed, name)) + (more or {}).get(name, 0) + _BLANKS) for name in ROWS},
        "most_rows": MOST_ROWS,
        "build_types": BUILD_TYPES,
        "yes_no": YES_NO,
        "places": PLACE_QUESTIONS,
        "distances": DISTANCES,
        "figures": PROJECT_FIGURES,
        "stated": STATED,
        "longest_stated": LONGEST,
        "zones": [(str(zone.id), zone.name) for zone in zones],
        "asked_flags": asked_flags,
        "other_flags": [flag for flag in flags if flag not in asked_flags],
        "fuels": [one.name for one in terms.fuels],
        "substances": [(one.name, one.cas) for one in terms.substances],
    }


def _relevant(work: Work, services: Services, typed: Typed, flags: Sequence[Flag]) -> list[Flag]:
    """The yes/no questions this project's own words, industry and place bring up, and those somebody answered."""
    latest: dict[str, Any] = {}
    answered = {flag.name for flag in flags if typed.get(f"flag-{flag.id}")}
    try:
        facts = facts_of_form({key: value for key, value in typed.items() if not key.startswith("flag-")}, latest, flags)
        result = screen(read_project(facts), work.today, catalogue_for(work, work.today).catalogue)
    except RequestError:
        return [flag for flag in flags if flag.name in answered]
    wanted = {one.question.field.removeprefix("flags.") for one in result.questions if one.question.field.startswith("flags.")}
    return [flag for flag in flags if flag.name in wanted | answered]
