"""Signing in and out in a browser."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie
from litestar.params import FromQuery

from server.accounts.service import actor_of, end_session, note_failed_attempt, sign_in, start_session
from server.entrance import SESSION_COOKIE, open_work, services_of, session_token
from server.errors import Refusal, TooManyAttempts, WrongCredentials
from server.identity import EVERYONE, for_anyone, pages_for
from server.pages.view import form_text, go_to, safe_next, show
from server.unit_of_work import begin_work


def client_address(request: Request[Any, Any, Any]) -> str:
    """The caller's address; the server already believed X-Forwarded-For only from trusted proxies."""
    return request.client.host if request.client else "?"


class LoginPages(Controller):
    """The only pages anyone may see."""

    @get("/login", opt=for_anyone(), sync_to_thread=True)
    def show_login(self, request: Request[Any, Any, Any], next: FromQuery[str] = "/") -> Response[str]:
        """The form."""
        return show(request, None, "login.html", username="", next=safe_next(next), refusal=None)

    @post("/login", opt=for_anyone(), status_code=200)
    async def take_login(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Take account and password; on success the browser goes where it wanted to go."""
        form = await request.form()
        return await sync_to_thread(
            _sign_in, request, form_text(form, "username"), str(form.get("password") or ""), safe_next(form_text(form, "next"))
        )

    @post("/logout", opt=pages_for(*EVERYONE), status_code=200, sync_to_thread=True)
    def take_logout(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """End the session."""
        with open_work(request, write=True) as work:
            end_session(work, session_token(request))
        answer = go_to("/login")
        answer.delete_cookie(SESSION_COOKIE)
        return answer


def _sign_in(request: Request[Any, Any, Any], username: str, password: str, after: str) -> Response[Any]:
    services = services_of(request)
    address = client_address(request)
    try:
        # Checking a password takes a while on purpose: it must not hold up those who are writing.
        with begin_work(services.database, services.clock, write=False) as work:
            actor = actor_of(sign_in(work, username, password, address, max_attempts=services.settings.login_attempts))
        with begin_work(services.database, services.clock, write=True) as work:
            work.act_as(actor)
            token = start_session(work, actor, services.settings.session_hours)
    except (WrongCredentials, TooManyAttempts) as refusal:
        if isinstance(refusal, WrongCredentials):
            with services.database.write() as connection:
                note_failed_attempt(connection, username, address, services.clock.now())
        return _refused(request, username, after, refusal)
    answer = go_to(after)
    answer.set_cookie(Cookie(key=SESSION_COOKIE, value=token, path="/", httponly=True, samesite="lax", secure=services.settings.is_https))
    return answer


def _refused(request: Request[Any, Any, Any], username: str, after: str, refusal: Refusal) -> Response[str]:
    return show(request, None, "login.html", status=refusal.status, username=username, next=after, refusal=refusal)
