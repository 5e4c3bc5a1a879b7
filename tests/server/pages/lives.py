"""The steps of a hazard's life, taken in browsers as people take them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Litestar
from sqlalchemy import event

from server.ids import new_id
from tests.cast import World
from tests.doors import Browser
from tests.pictures import jpeg

Upload = tuple[str, tuple[str, bytes, str]]


def photo(seed: int, field: str = "photos") -> Upload:
    """A photo chosen in a form."""
    return field, (f"IMG_{seed}.jpg", jpeg(seed=seed, width=320, height=240), "image/jpeg")


def landed(answer: Any) -> str:
    """Where a form that was taken sends the browser; fails with the page's words when it was not taken."""
    assert answer.status_code == 303, f"{answer.status_code}: {answer.text[-1500:]}"
    return str(answer.headers["location"])


def id_in(address: str) -> str:
    """The id an address names."""
    found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", address)
    assert found is not None, address
    return found.group()


def register(browser: Browser, target: UUID, title: str, **changes: Any) -> str:
    """Register a hazard; returns its id."""
    fields = {
        "id": str(new_id()),
        "target_id": str(target),
        "source": "transfer",
        "title": title,
        "description": f"{title}，部位、现象、后果已写明",
        "location": "二号车间",
        "found_on": "2026-11-01",
        "item_code": "FIRE-004",
    } | changes
    return id_in(landed(browser.submit("/hazards/new", fields, files=[photo(1)])))


def confirm(browser: Browser, hazard: str, **changes: Any) -> None:
    """Grade a hazard, general unless told otherwise."""
    fields = {"level": "general_hazard", "reason": "现场核实", "requirement": "清理到位"} | changes
    landed(browser.submit(f"/hazards/{hazard}/confirm", fields))


def draft(browser: Browser, target: UUID, dues: dict[str, date], note: str = "") -> str:
    """Draft an order for these hazards; returns its id."""
    fields: dict[str, Any] = {"target": str(target), "hazard": list(dues), "note": note}
    fields |= {f"due_on-{hazard}": due.isoformat() for hazard, due in dues.items()}
    return id_in(landed(browser.submit("/orders/new", fields)))


def issue(office: Browser, order: str, signer: Browser | None = None) -> None:
    """Review and issue an order; `signer` signs when it is not the office."""
    landed(office.submit(f"/orders/{order}/review", {}))
    landed((signer or office).submit(f"/orders/{order}/issue", {}))


def serve(browser: Browser, order: str, on: date) -> None:
    """Write down that an order was handed over."""
    landed(browser.submit(f"/orders/{order}/serve", {"way": "direct", "received_by": "李企 安全员", "served_on": on.isoformat()}))


def reply_fields(on: date, **changes: Any) -> dict[str, Any]:
    """A complete answer of an enterprise."""
    return {
        "id": str(new_id()),
        "measure": "纸箱移至成品库，通道划线并装禁放标识",
        "responsible_person": "李企",
        "funds_yuan": "1,280",
        "finished_on": on.isoformat(),
        "notice_way": "shift_meeting",
        "noticed_on": on.isoformat(),
    } | changes


def in_rectification(office: Browser, world: World, title: str, *, due_on: date, target: UUID | None = None) -> str:
    """A hazard whose order was served today, ready to be answered."""
    where = target or world.enterprise_id
    hazard = register(office, where, title, found_on=world.clock.today().isoformat())
    confirm(office, hazard)
    order = draft(office, where, {hazard: due_on})
    issue(office, order)
    serve(office, order, world.clock.today())
    return hazard


def totals(html: str) -> int:
    """How many things a list says it has."""
    found = re.search(r"(\d+) 条</span>", html)
    return int(found.group(1)) if found else 0


@contextmanager
def counting(app: Litestar) -> Iterator[list[str]]:
    """The statements the application sends to its database meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = app.state.services.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
