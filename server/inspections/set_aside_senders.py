"""Whose phone fills what is kept aside, and is it so much that somebody must call?

Nothing is refused because of it: what cannot become the record is kept, however much it is. A phone that sends such things over and over
is broken, or no longer in the hands of its owner; the office is told whose it is, how much came of it, and what to do.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import and_, func

from server.inspections.access import readable_set_aside
from server.listing import narrow
from server.models.accounts import Account, Device
from server.models.documents import SetAsideDocument
from server.unit_of_work import Work

WINDOW_DAYS = 7
"""How far back a phone is looked at."""


class Threshold(msgspec.Struct, frozen=True):
    """From how many documents, or how many bytes, within the window on the office is told."""

    documents: int
    bytes: int


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """What came from one person's phone. `device` is empty for what came without one; `is_revoked`: its token was taken back."""

    account_id: UUID
    name: str
    phone: str
    device_id: UUID | None
    device: str
    is_revoked: bool
    documents: int
    bytes: int
    waiting: int
    recent_documents: int
    recent_bytes: int
    last_at: datetime

    def fills_the_store(self, threshold: Threshold) -> bool:
        """Whether so much came lately that somebody must call. A revoked phone sends nothing more."""
        return not self.is_revoked and (self.recent_documents >= threshold.documents or self.recent_bytes >= threshold.bytes)


def window_start(work: Work) -> datetime:
    """From when on what came is counted as lately."""
    return work.now - timedelta(days=WINDOW_DAYS)


def list_senders(work: Work, *, since: datetime | None = None) -> list[Sender]:
    """Everybody from whose phone something was kept aside, or was after `since`, who sent most lately first. One query."""
    size = func.length(SetAsideDocument.body)
    lately = SetAsideDocument.received_at > window_start(work)
    recent = func.count().filter(lately)
    found = work.session.execute(
        narrow(readable_set_aside(work.actor), [None if since is None else SetAsideDocument.received_at > since])
        .with_only_columns(
            SetAsideDocument.account_id,
            Account.name,
            Account.phone,
            SetAsideDocument.device_id,
            func.coalesce(Device.name, "").label("device"),
            and_(Device.id.is_not(None), Device.revoked_at.is_not(None)).label("is_revoked"),
            func.count().label("documents"),
            func.coalesce(func.sum(size), 0).label("bytes"),
            func.count().filter(SetAsideDocument.looked_at.is_(None)).label("waiting"),
            recent.label("recent_documents"),
            func.coalesce(func.sum(size).filter(lately), 0).label("recent_bytes"),
            func.max(SetAsideDocument.received_at).label("last_at"),
        )
        .join(Account, Account.id == SetAsideDocument.account_id)
        .outerjoin(Device, Device.id == SetAsideDocument.device_id)
        .group_by(SetAsideDocument.account_id, Account.name, Account.phone, SetAsideDocument.device_id, Device.id)
        .order_by(recent.desc(), func.count().desc(), Account.name, SetAsideDocument.device_id)
    )
    return [
        Sender(
            account_id=row.account_id,
            name=row.name,
            phone=row.phone,
            device_id=row.device_id,
            device=row.device,
            is_revoked=bool(row.is_revoked),
            documents=row.documents,
            bytes=int(row.bytes),
            waiting=row.waiting,
            recent_documents=row.recent_documents,
            recent_bytes=int(row.recent_bytes),
            last_at=row.last_at,
        )
        for row in found
    ]
