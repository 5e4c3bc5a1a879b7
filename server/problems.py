"""How does a refusal reach the caller?

Phones and programs get `application/problem+json`; a browser gets a Chinese page with the same words, or is sent to the login page.
Whatever Litestar, SQLAlchemy or the file system raise is translated here into a refusal of the catalogue; what is left is our bug: logged
whole, answered with a number the person can tell us.
"""

import errno
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    PermissionDeniedException,
    ValidationException,
)
from litestar.response import Redirect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from server.db import DatabaseGone
from server.errors import (
    ChangedMeanwhile,
    DatabaseUnavailable,
    FormExpired,
    InternalError,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    StorageFull,
    TooLarge,
    problem_details,
)
from server.logs import log, request_id_of
from server.pages.view import show

PROBLEM_JSON = "application/problem+json"
_FULL_DISK_WORDS = {"disk is full", "No space left on device", "disk I/O error"}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""The disk is full, a quota is used up, or the file system or the process's limit takes no larger file."""
_HUNG_UP = "client disconnected prematurely"
"""What Litestar says when a body ends before its announced length. Nobody is left to read our answer, and nothing is wrong with us."""


def refusal_from(error: Exception, request: Request[Any, Any, Any]) -> Refusal:
    """The refusal an exception means; `InternalError` when it is our bug."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, StaleDataError):
        return ChangedMeanwhile()
    if isinstance(error, OperationalError | PoolTimeout | DatabaseGone):
        return StorageFull() if _tells_of_a_full_disk(error) else DatabaseUnavailable()
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return DatabaseUnavailable()
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return StorageFull()
    if isinstance(error, HTTPException):
        return _from_http(error, request)
    return InternalError(request_id_of(request.scope))


def _tells_of_a_full_disk(error: BaseException | None) -> bool:
    # What went wrong first may stand behind the error of undoing it.
    while error is not None:
        if any(word in str(error) for word in _FULL_DISK_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def _from_http(error: HTTPException, request: Request[Any, Any, Any]) -> Refusal:
    if isinstance(error, NotFoundException):
        return NotFound()
    if isinstance(error, MethodNotAllowedException):
        return MethodNotAllowed(request.method)
    if isinstance(error, PermissionDeniedException):
        return FormExpired()
    if error.status_code == 413:
        limit = request.route_handler.resolve_request_max_body_size() or 0
        return TooLarge("提交的内容", limit / 1_000_000)
    if error.detail == _HUNG_UP:
        return MalformedRequest("传输中断，没有收完")
    if isinstance(error, ValidationException) or 400 <= error.status_code < 500:
        return MalformedRequest(_reason(error))
    return InternalError(request_id_of(request.scope))


def _reason(error: HTTPException) -> str:
    extra = error.extra
    if isinstance(extra, list) and extra:
        return "; ".join(f"{one.get('key', '')} {one.get('message', '')}".strip() for one in extra if isinstance(one, dict))
    return error.detail


def answer_problem(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The one exception handler of the application."""
    refusal = refusal_from(error, request)
    if isinstance(refusal, InternalError):
        log.error("unexpected", id=request_id_of(request.scope), path=request.scope["path"], exc_info=error)
    if wants_page(request):
        return _page(request, refusal)
    return Response(
        msgspec.to_builtins(problem_details(refusal, request.scope["path"])),
        status_code=refusal.status,
        media_type=PROBLEM_JSON,
        headers=refusal.headers,
    )


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Whether the caller is a browser looking at a page."""
    if request.scope["path"].startswith("/mobile/"):
        return False
    return "text/html" in request.headers.get("accept", "")


def _page(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    if isinstance(refusal, NotSignedIn):
        back = request.scope["path"] if request.method == "GET" else "/"
        query = request.scope["query_string"].decode("latin-1") if request.method == "GET" else ""
        return Redirect("/login?next=" + quote(back + (f"?{query}" if query else ""), safe=""), status_code=303)
    answer = show(request, None, "problem.html", status=refusal.status, refusal=refusal, request_id=request_id_of(request.scope))
    answer.headers.update(refusal.headers)
    return answer
