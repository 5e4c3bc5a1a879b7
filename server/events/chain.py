"""How are events chained, and how do we find the first broken link?

Every event's content is canonical JSON that names its predecessor's hash; its own hash is the sha256 of that content. Changing, removing
or inserting one breaks every later link. The park's head row is locked while events are appended, so numbers have no gaps and become
visible in order.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from server.canonical import canonical_bytes, sha256_hex
from server.identity import Actor
from server.models.base import table_of
from server.models.events import Event, EventHead
from server.prepared import Prepared

GENESIS = "0" * 64
"""What the first event of a park names as its predecessor."""


class PendingEvent(msgspec.Struct, frozen=True):
    """An event that waits for its place in the chain."""

    subject_kind: str
    subject_id: UUID
    action: str
    facts: dict[str, Any]


class BrokenLink(msgspec.Struct, frozen=True):
    """The first event of a park that does not follow from the one before it."""

    park_id: UUID
    sequence: int
    reason: str


_head = table_of(EventHead)
_event = table_of(Event)
_select_head = Prepared(
    lambda _: select(_head.c.sequence, _head.c.hash).where(_head.c.park_id == bindparam("park")).with_for_update(),
    returns=(_head.c.sequence, _head.c.hash),
)
_update_head = Prepared(
    lambda _: (
        update(_head).where(_head.c.park_id == bindparam("park")).values(sequence=bindparam("new_sequence"), hash=bindparam("new_hash"))
    )
)
_insert_event = Prepared(lambda _: insert(_event), writes=_event.c.keys())


def start_chain(connection: Connection, park_id: UUID) -> None:
    """Give a new park its head row."""
    connection.execute(insert(_head), {"park_id": park_id, "sequence": 0, "hash": GENESIS})


def append_events(connection: Connection, actor: Actor, at: datetime, events: Sequence[PendingEvent]) -> int:
    """Append events in order and return the last sequence. Holds the park's head row until the transaction ends."""
    head = _select_head.fetch_one(connection, {"park": actor.park_id})
    if head is None:
        raise LookupError(f"park {actor.park_id} has no chain")
    sequence, link = head.sequence, head.hash
    for event in events:
        sequence += 1
        content = canonical_bytes(
            {
                "park_id": actor.park_id,
                "sequence": sequence,
                "subject_kind": event.subject_kind,
                "subject_id": event.subject_id,
                "action": event.action,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "actor_role": actor.role.value,
                "device_id": actor.device_id,
                "at": at.astimezone(UTC),
                "facts": event.facts,
                "previous_hash": link,
            }
        )
        digest = sha256_hex(content)
        row = {
            "park_id": actor.park_id,
            "sequence": sequence,
            "subject_kind": event.subject_kind,
            "subject_id": event.subject_id,
            "action": event.action,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "device_id": actor.device_id,
            "at": at,
            "content": content,
            "previous_hash": link,
            "hash": digest,
        }
        _insert_event.run(connection, row)
        link = digest
    _update_head.run(connection, {"park": actor.park_id, "new_sequence": sequence, "new_hash": link})
    return int(sequence)


def find_broken_link(connection: Connection, park_id: UUID) -> BrokenLink | None:
    """Walk a park's chain from the start; None when every link holds and the head agrees. Memory stays flat."""
    link, expected = GENESIS, 1
    query = select(_event).where(_event.c.park_id == park_id).order_by(_event.c.sequence)
    with connection.execute(query, execution_options={"yield_per": 2000}) as rows:
        for row in rows:
            if row.sequence != expected:
                return BrokenLink(park_id, expected, f"第 {expected} 条不见了，下一条是第 {row.sequence} 条")
            reason = _what_is_wrong(row, link)
            if reason:
                return BrokenLink(park_id, expected, reason)
            link, expected = row.hash, expected + 1
    head = connection.execute(select(_head).where(_head.c.park_id == park_id)).one_or_none()
    if head is None:
        return BrokenLink(park_id, expected - 1, "链头不见了")
    if head.sequence != expected - 1 or head.hash != link:
        return BrokenLink(park_id, expected, f"链头记到第 {head.sequence} 条，实际只有 {expected - 1} 条")
    return None


def _what_is_wrong(row: Any, link: str) -> str:
    if row.previous_hash != link:
        return "与上一条的哈希不相接"
    if sha256_hex(row.content) != row.hash:
        return "内容与哈希不符"
    content = msgspec.json.decode(row.content)
    columns = {
        "sequence": row.sequence,
        "subject_kind": row.subject_kind,
        "subject_id": str(row.subject_id),
        "action": row.action,
        "actor_name": row.actor_name,
        "actor_id": None if row.actor_id is None else str(row.actor_id),
        "device_id": None if row.device_id is None else str(row.device_id),
        "previous_hash": row.previous_hash,
    }
    for name, value in columns.items():
        if content[name] != value:
            return f"列 {name} 与被哈希的内容不符"
    if datetime.fromisoformat(content["at"]) != row.at:
        return "列 at 与被哈希的内容不符"
    return ""
