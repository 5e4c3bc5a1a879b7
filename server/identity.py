"""Who is acting, and through which door?"""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from rules.terms import Role


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The person (or the system itself) a change is written down for. `device_id` is set when they came by phone."""

    id: UUID | None
    park_id: UUID
    name: str
    role: Role
    username: str = ""
    enterprise_id: UUID | None = None
    position: str | None = None
    device_id: UUID | None = None
    device_seen_at: datetime | None = None
    """When that phone was last written down as having called."""


class Policy(msgspec.Struct, frozen=True):
    """Who may use a route. Every route carries one; a test fails on a route that does not.

    `door` says how the caller proves who they are: `page` by session cookie, `device` by bearer token, `public` not at all.
    """

    door: Literal["page", "device", "public"]
    roles: frozenset[Role] = frozenset()


PUBLIC = Policy("public")
STAFF = frozenset({Role.OFFICE, Role.LEADER, Role.INSPECTOR, Role.AUDITOR})
"""Who sees the whole park's safety record."""
EVERYONE = frozenset(role for role in Role if role is not Role.SYSTEM)


def pages_for(*roles: Role) -> dict[str, Policy]:
    """The `opt` of a page for these roles."""
    return {"policy": Policy("page", frozenset(roles))}


def phones_for(*roles: Role) -> dict[str, Policy]:
    """The `opt` of a phone call for these roles."""
    return {"policy": Policy("device", frozenset(roles))}


def for_anyone() -> dict[str, Policy]:
    """The `opt` of a route that needs no one to sign in."""
    return {"policy": PUBLIC}
