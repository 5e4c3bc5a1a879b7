"""In which order shall the rows of this register stand?

One list of siblings at a time: the units, the points of a unit (`?unit=`), the sources of a point (`?point=`). A row moves by a button, or
to the place typed beside it; both are plain buttons of one form, and the button pressed has the focus again on the next page. No script is
needed.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from server.enterprises.service import get_enterprise
from server.entrance import open_work
from server.errors import ChangedMeanwhile, FieldError, InvalidInput
from server.grading.access import WRITERS
from server.grading.service import arrange, arranged, read_siblings
from server.identity import pages_for
from server.pages.query import asked, read_id, read_number
from server.pages.view import errors_by_field, form_text, form_texts, go_to, show
from server.unit_of_work import Work

UP, DOWN = "up", "down"


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """Whose rows: the sources of a point, the points of a unit, or with neither the units of the enterprise."""

    enterprise_id: UUID
    unit_id: UUID | None = None
    point_id: UUID | None = None

    @property
    def address(self) -> str:
        """The page of these rows."""
        rest = f"?point={self.point_id}" if self.point_id else f"?unit={self.unit_id}" if self.unit_id else ""
        return f"/enterprises/{self.enterprise_id}/register/order{rest}"


class TypedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed: the rows as they were shown, a place beside each, and the button pressed."""

    shown: tuple[UUID, ...]
    places: dict[str, str]
    do: str


class RiskOrderPages(Controller):
    """For whoever keeps registers."""

    path = "/enterprises/{enterprise_id:uuid}/register/order"
    opt = pages_for(*WRITERS)

    @get("/", sync_to_thread=True)
    def show_order(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """The rows with their places; `moved` and `by` name the button that was pressed."""
        whose = Whose(enterprise_id=enterprise_id, unit_id=read_id(asked(request, "unit")), point_id=read_id(asked(request, "point")))
        with open_work(request) as work:
            return _page(request, work, whose, {}, {})

    @post("/", status_code=200)
    async def take_order(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Move one row, or every row whose place was typed anew."""
        form = await request.form()
        whose = Whose(enterprise_id=enterprise_id, unit_id=read_id(form_text(form, "unit")), point_id=read_id(form_text(form, "point")))
        shown = tuple(one for text in form_texts(form, "row") if (one := read_id(text)) is not None)
        places = {f"position-{one}": form_text(form, f"position-{one}") for one in shown}
        return await sync_to_thread(_take, request, whose, TypedOrder(shown=shown, places=places, do=form_text(form, "do")))


def _take(request: Request[Any, Any, Any], whose: Whose, typed: TypedOrder) -> Response[Any]:
    verb, _, named = typed.do.partition(":")
    try:
        wanted = arranged(typed.shown, _typed_places(typed))
        moved = read_id(named)
        if verb in {UP, DOWN} and moved in wanted:
            wanted = _stepped(wanted, moved, -1 if verb == UP else 1)
        with open_work(request, write=True) as work:
            arrange(work, whose.enterprise_id, typed.shown, wanted, unit_id=whose.unit_id, point_id=whose.point_id)
    except (InvalidInput, ChangedMeanwhile) as refusal:
        # Rows that changed meanwhile are shown as they stand now; places typed for those gone are not carried over.
        errors = errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"rows": refusal.detail}
        with open_work(request) as work:
            return _page(request, work, whose, typed.places if isinstance(refusal, InvalidInput) else {}, errors)
    # No place in the address: with one, browsers would not give the button the focus.
    focus = f"moved={moved}&by={verb}" if verb in {UP, DOWN} and moved in wanted else "done=saved"
    return go_to(f"{whose.address}{'&' if '?' in whose.address else '?'}{focus}")


def _typed_places(typed: TypedOrder) -> dict[UUID, int]:
    """The places typed anew. Raises `InvalidInput` for what is no number."""
    places: dict[UUID, int] = {}
    errors = []
    for place, row_id in enumerate(typed.shown, start=1):
        text = typed.places[f"position-{row_id}"]
        number = read_number(text)
        if text and number is None:
            errors.append(FieldError(f"position-{row_id}", "序号请填整数"))
        elif number is not None and number != place:
            places[row_id] = number
    if errors:
        raise InvalidInput(errors)
    return places


def _stepped(rows: Sequence[UUID], moved: UUID, step: int) -> list[UUID]:
    """The rows with one of them a place further up or down; at an end it stays."""
    place = rows.index(moved)
    to = min(max(place + step, 0), len(rows) - 1)
    others = [one for one in rows if one != moved]
    return [*others[:to], moved, *others[to:]]


def _page(request: Request[Any, Any, Any], work: Work, whose: Whose, places: dict[str, str], errors: dict[str, str]) -> Response[str]:
    siblings = read_siblings(work, whose.enterprise_id, unit_id=whose.unit_id, point_id=whose.point_id)
    return show(
        request,
        work,
        "risk_order.html",
        status=(409 if "rows" in errors else 400) if errors else 200,
        enterprise=get_enterprise(work, whose.enterprise_id),
        siblings=siblings,
        whose=whose,
        places=places,
        errors=errors,
    )
