"""How does a request come in: who is it, may they, and in which transaction?

`open_work` is the first line of every handler. It begins the transaction, proves the caller by the route's own policy (a session cookie
for pages, a bearer token for phones), refuses who may not, and hands over the work. When the block ends the change is committed; what the
handler returns was therefore kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from litestar import Request

from rules.rulebook import Rulebook
from server.accounts.service import (
    extend_session,
    get_actor_by_device,
    get_actor_by_session,
    is_session_ageing,
    note_device_seen,
)
from server.clock import Clock
from server.db import Database
from server.errors import NotAllowed, NotSignedIn
from server.identity import PUBLIC, Policy
from server.photo_store import PhotoStore
from server.settings import Settings
from server.unit_of_work import Work, begin_work

SESSION_COOKIE = "parksafe_session"


class Services(msgspec.Struct, frozen=True):
    """What the application composes once and every door uses."""

    settings: Settings
    database: Database
    photo_store: PhotoStore
    clock: Clock
    rulebook: Rulebook
    epoch: str
    """Names this life of the database; a restore gets a new one, which tells phones to offer their records again."""


def services_of(request: Request[Any, Any, Any]) -> Services:
    """The application's services."""
    services: Services = request.app.state.services
    return services


def policy_of(request: Request[Any, Any, Any]) -> Policy:
    """The policy the route declared. Raises `KeyError` when it declared none, which a test forbids."""
    policy: Policy = request.route_handler.opt["policy"]
    return policy


@contextmanager
def open_work(request: Request[Any, Any, Any], *, write: bool = False) -> Iterator[Work]:
    """A work for this request's caller. Raises `NotSignedIn` or `NotAllowed` before anything else happens."""
    services = services_of(request)
    with begin_work(services.database, services.clock, write=write) as work:
        admit(request, work)
        if write and work.has_actor and work.actor.device_id is not None:
            note_device_seen(work, work.actor.device_id)
        yield work
    if policy_of(request).door == "page":
        keep_session_alive(request)


def admit(request: Request[Any, Any, Any], work: Work) -> None:
    """Prove the caller by the route's policy and name them as the work's actor."""
    policy = policy_of(request)
    if policy is PUBLIC:
        return
    if policy.door == "device":
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotSignedIn("没有带上手机的登记凭证")
        work.act_as(get_actor_by_device(work, token.strip()))
    else:
        work.act_as(get_actor_by_session(work, session_token(request)))
    if work.actor.role not in policy.roles:
        raise NotAllowed("这个页面" if policy.door == "page" else "这项操作")


def session_token(request: Request[Any, Any, Any]) -> str:
    """The browser's session token. Raises `NotSignedIn` when there is none."""
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token:
        raise NotSignedIn("尚未登录")
    return token


def keep_session_alive(request: Request[Any, Any, Any]) -> None:
    """Let a session that is being used live on; writes at most once a quarter of its span, and not within the work it belongs to."""
    services = services_of(request)
    token = request.cookies.get(SESSION_COOKIE, "")
    now, hours = services.clock.now(), services.settings.session_hours
    with services.database.read() as connection:
        if not is_session_ageing(connection, token, now, hours):
            return
    with services.database.write() as connection:
        extend_session(connection, token, now, hours)
