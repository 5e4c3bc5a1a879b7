"""Documents as phones send them: one check without anything odd, changed by each test in the one way it is about."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rules.rulebook import load_rulebook
from server.ids import new_id
from tests.cast import World
from tests.doors import Phone

CHECKLIST, EDITION = "ELEC", "2026.1"


def items(code: str = CHECKLIST) -> list[str]:
    """Every item of a checklist in force."""
    template = load_rulebook().checklists.find_template(code, EDITION)
    assert template is not None
    return [item.code for item in template.items]


def plain_item() -> str:
    """An item that no major-hazard criterion is linked to and that owes no photo."""
    return next(code for code in items() if not _item(code).major_ids and not _item(code).photo_required)


def photo_item() -> str:
    """An item whose failure must be photographed."""
    return next(code for code in items() if _item(code).photo_required)


def _item(code: str) -> Any:
    item = load_rulebook().checklists.find_item(code, EDITION)
    assert item is not None
    return item


def digest(text: str) -> str:
    """The sha256 of a made-up photo."""
    return hashlib.sha256(text.encode()).hexdigest()


def iso(instant: datetime) -> str:
    """An instant as phones write it."""
    return instant.isoformat()


def check(world: World, **changes: Any) -> dict[str, Any]:
    """A check of enterprise A with every item passed and nothing odd about it."""
    now = world.clock.now()
    document: dict[str, Any] = {
        "target": {"kind": "enterprise", "id": str(world.enterprise_id), "name": "湘瓷日用瓷（虚构）"},
        "checklists": [{"code": CHECKLIST, "edition": EDITION}],
        "started_at": iso(now - timedelta(minutes=40)),
        "finished_at": iso(now - timedelta(minutes=5)),
        "clock": {"device_at": iso(now - timedelta(minutes=5)), "monotonic_ms": 8_640_000, "gps_at": iso(now - timedelta(minutes=5))},
        "position": {"latitude": 27.6612, "longitude": 113.5127, "accuracy_m": 8, "at": iso(now - timedelta(minutes=6))},
        "inspectors": ["王检", "赵检"],
        "company_representative": {"name": "李企", "title": "安全员", "phone": "13800000000"},
        "answers": [{"item": code, "result": "pass"} for code in items()],
        "findings": [],
        "photos": [],
        "signatures": [
            {"party": "inspector", "name": "王检", "sha256": digest(f"sign inspector {new_id()}")},
            {"party": "enterprise", "name": "李企", "sha256": digest(f"sign enterprise {new_id()}")},
        ],
        "app": {"version": "1.0", "platform": "test"},
    }
    return document | changes


def failed(world: World, item: str | None = None, finding: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The same check with one item failed and a finding that describes it."""
    code = item or plain_item()
    written = {
        "id": str(new_id()),
        "item": code,
        "description": "配电箱积尘，未装漏电保护器。可能触电",
        "location": "喷雾塔二层",
        "photos": [{"sha256": digest(f"before {new_id()}"), "source": "camera"}],
    } | (finding or {})
    answers = [{"item": one, "result": "fail" if one == code else "pass"} for one in items()]
    return check(world, answers=answers, findings=[written], **changes)


def file(phone: Phone, document: dict[str, Any], document_id: UUID | None = None, **kwargs: Any) -> Any:
    """Send an inspection."""
    return phone.put(f"inspections/{document_id or new_id()}", json=document, **kwargs)


def codes(receipt: dict[str, Any]) -> set[str]:
    """The marks of a receipt, apart from photos that were never sent."""
    return {mark["code"] for mark in receipt["marks"]} - {"missing_photo"}
