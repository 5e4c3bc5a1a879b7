"""How far does a project stand from what it could harm? What lies around the park, a project's distances, and what of them is taken over.

The table and the drawing are made from the same rows. Distances go into the screening only when somebody chooses them here.
"""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from reports.four_colour_map import as_svg
from reports.layout_drawing import DrawnThing, draw_layout
from reports.sending import fonts_of
from rules.admission_workflow import OPEN_STATES
from rules.layout import Fit, LayoutKind
from rules.terms import ProjectState
from server.entrance import open_work
from server.errors import InvalidInput, StateConflict
from server.identity import pages_for
from server.layout.drawn import LARGEST_FILE
from server.layout.schemas import Crs, LayoutView, ObjectQuery, ObjectsForm, SiteForm
from server.layout.service import accept_distances, add_objects, get_object, list_objects, measure_layout, retire_object, set_site
from server.pages.query import asked, asked_page, asked_term, read_day, read_number
from server.pages.view import errors_by_field, form_files, form_text, form_texts, go_to, show
from server.parks.service import far_in_words
from server.screening.access import READERS, WRITERS
from server.screening.service import get_project
from server.unit_of_work import Work

_OBJECT_FIELDS = ("kind", "name", "geojson", "source", "surveyed_on", "accuracy_m", "crs")
_SITE_FIELDS = ("geojson", "longitude", "latitude", "crs", "version")
_WRITE = pages_for(*WRITERS)
_SIZE = (860.0, 480.0)


class LayoutObjectPages(Controller):
    """What distances are measured to."""

    path = "/layout/objects"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of what is kept."""
        with open_work(request) as work:
            query = ObjectQuery(
                search=asked(request, "q"),
                kind=asked_term(request, "kind", LayoutKind),
                is_retired=asked(request, "retired") == "1",
                page=asked_page(request),
            )
            return show(
                request, work, "layout_objects.html", page=list_objects(work, query), wanted=query, kinds=_options(LayoutKind),
                labels=dict(_options(LayoutKind)), may_write=work.actor.role in WRITERS,
            )  # fmt: skip

    @get("/new", opt=_WRITE, sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """An empty form."""
        with open_work(request) as work:
            values = dict.fromkeys(_OBJECT_FIELDS, "") | {"kind": asked_term(request, "kind", LayoutKind), "crs": Crs.WGS84.value}
            return _object_form(request, work, values, {})

    @post("/new", opt=_WRITE, status_code=200)
    async def take_form(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Keep the features."""
        form = await request.form()
        return await sync_to_thread(_add, request, form)

    @get("/{object_id:uuid}", sync_to_thread=True)
    def show_object(self, request: Request[Any, Any, Any], object_id: FromPath[UUID]) -> Response[str]:
        """One of them with its source."""
        with open_work(request) as work:
            return _object_page(request, work, object_id, {})

    @post("/{object_id:uuid}/retire", opt=_WRITE, status_code=200)
    async def take_retirement(self, request: Request[Any, Any, Any], object_id: FromPath[UUID]) -> Response[Any]:
        """It no longer counts."""
        form = await request.form()
        return await sync_to_thread(_retire, request, object_id, form_text(form, "reason"))


class ProjectLayoutPages(Controller):
    """A project's distances."""

    path = "/projects/{project_id:uuid}/layout"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def show_layout(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[str]:
        """The table, the drawing, and what can be taken over."""
        with open_work(request) as work:
            return _layout_page(request, work, project_id, {}, {})

    @post("/site", opt=_WRITE, status_code=200)
    async def take_site(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[Any]:
        """Say where the site lies."""
        form = await request.form()
        return await sync_to_thread(_set_site, request, project_id, form)

    @post("/accept", opt=_WRITE, status_code=200)
    async def take_distances(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[Any]:
        """Take chosen distances over into the description."""
        form = await request.form()
        return await sync_to_thread(_accept, request, project_id, form_texts(form, "field"))


def _typed(form: Any, names: tuple[str, ...]) -> dict[str, str]:
    """The fields as typed; a chosen file stands for what was pasted. On a thread: the file may lie on disk."""
    values = {name: form_text(form, name) for name in names}
    for file in form_files(form, "file"):
        values["geojson"] = file.file.read(LARGEST_FILE + 1).decode("utf-8-sig", "replace").replace("\x00", "")
    return values


def _crs(text: str) -> Crs:
    return Crs(text) if text in set(Crs) else Crs.WGS84


def _options(kind: Any) -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in kind]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _add(request: Request[Any, Any, Any], sent: Any) -> Response[Any]:
    values = _typed(sent, _OBJECT_FIELDS)
    form = ObjectsForm(
        kind=values["kind"],
        name=values["name"],
        geojson=values["geojson"],
        source=values["source"],
        surveyed_on=read_day(values["surveyed_on"]),
        accuracy_m=_number(values["accuracy_m"]),
        crs=_crs(values["crs"]),
    )
    try:
        with open_work(request, write=True) as work:
            added = add_objects(work, form)
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _object_form(request, work, values, errors_by_field(refusal))
    return go_to(f"/layout/objects?kind={form.kind}&done={len(added)}")


def _object_form(request: Request[Any, Any, Any], work: Work, values: dict[str, str], errors: dict[str, str]) -> Response[str]:
    return show(
        request, work, "layout_object_form.html", status=400 if errors else 200, values=values, errors=errors, kinds=_options(LayoutKind),
    )  # fmt: skip


def _retire(request: Request[Any, Any, Any], object_id: UUID, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            retire_object(work, object_id, reason)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            errors = errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"reason": refusal.detail}
            return _object_page(request, work, object_id, errors)
    return go_to("/layout/objects?done=retired")


def _object_page(request: Request[Any, Any, Any], work: Work, object_id: UUID, errors: dict[str, str]) -> Response[str]:
    found = get_object(work, object_id)
    labels = dict(_options(LayoutKind))
    return show(
        request, work, "layout_object.html", status=400 if errors else 200, one=found, kind=labels.get(found.kind, found.kind),
        errors=errors, may_write=work.actor.role in WRITERS,
    )  # fmt: skip


def _set_site(request: Request[Any, Any, Any], project_id: UUID, sent: Any) -> Response[Any]:
    values = _typed(sent, _SITE_FIELDS)
    form = SiteForm(
        geojson=values["geojson"], longitude=values["longitude"], latitude=values["latitude"], crs=_crs(values["crs"])
    )  # fmt: skip
    try:
        with open_work(request, write=True) as work:
            set_site(work, project_id, form, version=read_number(values["version"]))
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _layout_page(request, work, project_id, values, errors_by_field(refusal))
    return go_to(f"/projects/{project_id}/layout?done=site")


def _accept(request: Request[Any, Any, Any], project_id: UUID, fields: list[str]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            accept_distances(work, project_id, fields)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            errors = errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"field": refusal.detail}
            return _layout_page(request, work, project_id, {}, errors)
    return go_to(f"/projects/{project_id}/layout?done=accepted")


def _layout_page(
    request: Request[Any, Any, Any], work: Work, project_id: UUID, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    project = get_project(work, project_id)
    view = measure_layout(work, project_id)
    typed = dict.fromkeys(_SITE_FIELDS, "") | {"crs": Crs.WGS84.value} | values
    return show(
        request,
        work,
        "project_layout.html",
        status=400 if errors else 200,
        project=project,
        view=view,
        far=far_in_words(work, project.longitude, project.latitude),
        numbers={(one.judged.rule.id, one.judged.ask): number for number, one in enumerate(view.questions, start=1)},
        counts={fit: sum(one.fit is fit for one in view.rows) for fit in Fit},
        drawing=_drawing(request, view),
        values=typed,
        errors=errors,
        may_write=work.actor.role in WRITERS and ProjectState(project.state) in OPEN_STATES,
    )


def _drawing(request: Request[Any, Any, Any], view: LayoutView) -> str:
    """The rows as SVG; empty while nobody said where the site lies."""
    if view.site is None:
        return ""
    enough = {Fit.MEETS, Fit.NOT_APPLICABLE}
    nearest = {one.kind: one.number for one in reversed(view.rows)}
    things = [
        DrawnThing(
            number=one.number,
            geometry=one.geometry,
            ends=one.ends,
            metres=float(one.metres),
            is_enough=one.fit in enough,
            is_measured=one.fit is Fit.BELOW or nearest[one.kind] == one.number,
        )
        for one in view.rows
    ]
    return as_svg(draw_layout(view.site.geometry, things, fonts_of(request), *_SIZE), "场址与周边要素的距离图")
