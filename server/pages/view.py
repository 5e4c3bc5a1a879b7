"""How does a page become HTML?

`show` renders inside the transaction, so nothing is loaded after it has ended, and gives every template the same surroundings: who is
looking, which park, which day, what the navigation offers. Forms come back through `read_form`.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.enums import MediaType
from litestar.response import Redirect

from rules.terms import Role
from server.entrance import services_of
from server.errors import InvalidInput, Refusal
from server.identity import STAFF
from server.models.parks import Park
from server.unit_of_work import Work


class Link(msgspec.Struct, frozen=True):
    """An entry of the navigation. `more` entries make room on a phone."""

    label: str
    address: str
    more: bool = False


_OFFICE = (
    Link("今天", "/"),
    Link("隐患", "/hazards"),
    Link("整改文书", "/orders"),
    Link("企业", "/enterprises"),
    Link("检查记录", "/inspections", more=True),
    Link("检查任务", "/tasks", more=True),
    Link("检查计划", "/plan", more=True),
    Link("风险分级", "/risk", more=True),
    Link("风险清单", "/register", more=True),
    Link("统计报表", "/reports", more=True),
    Link("禁限控目录", "/catalogue", more=True),
    Link("依据与检查表", "/rules", more=True),
)
_PROJECTS = Link("项目准入", "/projects", more=True)
NAVIGATION: dict[Role, tuple[Link, ...]] = {
    Role.OFFICE: (
        *_OFFICE,
        _PROJECTS,
        Link("布局要素", "/layout/objects", more=True),
        Link("待核对记录", "/set-aside", more=True),
        Link("操作留痕", "/events", more=True),
        Link("设置", "/settings", more=True),
    ),
    Role.LEADER: (*_OFFICE, _PROJECTS, Link("操作留痕", "/events", more=True)),
    Role.INSPECTOR: _OFFICE,
    Role.AUDITOR: (*_OFFICE, _PROJECTS, Link("操作留痕", "/events", more=True)),
    Role.ENTERPRISE: (
        Link("今天", "/"),
        Link("整改通知", "/orders"),
        Link("隐患台账", "/hazards"),
        Link("本企业", "/enterprises/mine"),
        Link("风险分级", "/risk", more=True),
        Link("风险清单", "/register", more=True),
        Link("统计报表", "/reports", more=True),
        Link("依据与检查表", "/rules", more=True),
    ),
    Role.SCREENER: (
        Link("今天", "/"),
        Link("项目准入", "/projects"),
        Link("登记项目", "/projects/new"),
        Link("禁限控目录", "/catalogue"),
        Link("布局要素", "/layout/objects", more=True),
        Link("依据与检查表", "/rules", more=True),
    ),
    Role.ADMIN: (
        Link("账号", "/accounts"),
        Link("手机", "/devices"),
        Link("园区设置", "/settings"),
        Link("目录版本", "/catalogue/editions"),
    ),
    Role.LIAISON: (Link("今天", "/"), Link("依据与检查表", "/rules")),
}


SEARCHERS = STAFF | {Role.ENTERPRISE}
"""Who can open what the search finds: hazards, enterprises, orders."""


def show(request: Request[Any, Any, Any], work: Work | None, template: str, /, *, status: int = 200, **context: Any) -> Response[str]:
    """Render a template for whoever is looking."""
    html = request.app.template_engine.get_template(template).render(**surroundings(request, work), **context)  # type: ignore[union-attr]
    return Response(html, media_type=MediaType.HTML, status_code=status, headers={"Cache-Control": "no-store"})


def surroundings(request: Request[Any, Any, Any], work: Work | None) -> dict[str, Any]:
    """What every template may use."""
    viewer = work.actor if work is not None and work.has_actor else None
    park = work.session.get(Park, viewer.park_id) if work is not None and viewer is not None else None
    return {
        "request": request,
        "viewer": viewer,
        "park": park,
        "today": work.today if work is not None else services_of(request).clock.today(),
        "navigation": NAVIGATION.get(viewer.role, ()) if viewer else (),
        "may_search": viewer is not None and viewer.role in SEARCHERS,
        "path": request.scope["path"],
        "query": dict(request.query_params),
        "address_with": _address_with(request),
    }


def _address_with(request: Request[Any, Any, Any]) -> Any:
    def address_with(**changes: Any) -> str:
        """This page's address with some query parameters changed; None removes one. A changed filter goes back to page one."""
        pairs = {key: value for key, value in request.query_params.items() if key not in changes and (key != "page" or "page" in changes)}
        pairs |= {key: value for key, value in changes.items() if value not in (None, "")}
        return request.scope["path"] + (f"?{urlencode(pairs)}" if pairs else "")

    return address_with


def go_to(address: str) -> Redirect:
    """Send the browser on after a form was taken (303, so a reload does not submit twice)."""
    return Redirect(address, status_code=303)


def safe_next(address: str | None) -> str:
    """A place within our own pages to return to; anything else becomes the home page."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(address)
    return "/" if parts.scheme or parts.netloc else address


def form_text(form: Any, name: str) -> str:
    """A text field of a submitted form, trimmed; empty when absent or a file."""
    return _plain(form.get(name))


def form_texts(form: Any, name: str) -> list[str]:
    """Every value of a repeated text field."""
    return [_plain(value) for value in form.getall(name, []) if isinstance(value, str)]


def _plain(value: Any) -> str:
    # PostgreSQL keeps no NUL character, and halves of surrogate pairs are no text.
    return value.replace("\x00", "").encode("utf-8", "ignore").decode().strip() if isinstance(value, str) else ""


def form_files(form: Any, name: str) -> list[UploadFile]:
    """The files somebody really chose in a file field."""
    return [value for value in form.getall(name, []) if isinstance(value, UploadFile) and value.filename]


def errors_by_field(refusal: InvalidInput) -> dict[str, str]:
    """What is wrong, by field, for showing it where it was typed."""
    return {error.field: error.message for error in refusal.errors}


def errors_of(refusal: Refusal, field: str) -> dict[str, str]:
    """What is wrong, by field; a refusal that names none stands at `field`."""
    return errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {field: refusal.detail}
