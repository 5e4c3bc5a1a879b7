"""Who may make us read a large form? Only somebody who is signed in, or holds an applicant's link.

Forms with files can be hundreds of megabytes, and the check of the page token has to read a form before anybody looks at who sent it. This
gate stands in front and sends a stranger's multipart form to the login page unread.
"""

from typing import Any

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from server.accounts.service import get_actor_by_session
from server.entrance import services_of, session_token
from server.screening.invitations import open_invitation
from server.unit_of_work import begin_work

_APPLY = "/apply/"


class FormGate(ASGIMiddleware):
    """Refuses multipart forms from callers without a living browser session or applicant's link; phones do not send forms."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Look at the session before the body is touched."""
        if not scope["path"].startswith("/mobile/") and _is_form_with_files(scope):
            await sync_to_thread(_require_link if scope["path"].startswith(_APPLY) else _require_session, Request(scope))
        await next_app(scope, receive, send)


def _is_form_with_files(scope: Scope) -> bool:
    return any(name == b"content-type" and value.lower().startswith(b"multipart/") for name, value in scope["headers"])


def _require_link(request: Request[Any, Any, Any]) -> None:
    services = services_of(request)
    with begin_work(services.database, services.clock, write=False) as work:
        open_invitation(work, request.scope["path"].removeprefix(_APPLY).partition("/")[0])


def _require_session(request: Request[Any, Any, Any]) -> None:
    services = services_of(request)
    token = session_token(request)
    with begin_work(services.database, services.clock, write=False) as work:
        get_actor_by_session(work, token)
