"""What does the log say, and what does it never say?

One JSON line a request: id, method, path, status, milliseconds, and who. Query strings, bodies, cookies and Authorization headers are
never logged, so no secret can be.
"""

import contextlib
import logging
import re
import sys
import time
from typing import Any

import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.ids import new_id

_KEY_IN_PATH = re.compile(r"^(/apply/)[^/]+")
"""The link an applicant was sent is its key."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
log = structlog.get_logger("parksafe")


def configure_logs(level: int = logging.INFO) -> None:
    """JSON lines on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _StandardError(),
        cache_logger_on_first_use=True,
    )


class _StandardError:
    """One line at a time to standard error. When that cannot take any (its disk is full, its reader is gone), the request goes on."""

    def msg(self, line: str) -> None:
        """Write a line."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    log = debug = info = warning = error = critical = msg


def _dumps(value: Any, **_: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()


class RequestLog(ASGIMiddleware):
    """Gives every request an id (the caller's `X-Request-ID` when it is a plain one), returns it, and logs one line."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Wrap one request."""
        started = time.perf_counter()
        request_id = _sane_request_id(scope)
        scope["state"]["request_id"] = request_id
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await next_app(scope, receive, send_with_id)
        finally:
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            log.info(
                "request",
                id=request_id,
                method=scope.get("method"),
                path=_KEY_IN_PATH.sub(r"\1-", scope["path"]),
                status=status,
                ms=milliseconds,
            )


def _sane_request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            if _REQUEST_ID.fullmatch(text):
                return text
    return new_id().hex


def request_id_of(scope: Scope) -> str:
    """The id `RequestLog` gave a request."""
    return str(scope["state"].get("request_id", "-"))
