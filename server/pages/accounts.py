"""Accounts, phones and one's own password."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath
from sqlalchemy import select

from rules.terms import EnterprisePosition, Role
from server.accounts.schemas import AccountForm
from server.accounts.secrets import is_password
from server.accounts.service import (
    change_password,
    close_account,
    create_account,
    get_account,
    issue_enrolment_code,
    list_accounts,
    list_devices,
    reopen_account,
    revoke_device,
)
from server.entrance import SESSION_COOKIE, open_work
from server.errors import AlreadyExists, FieldError, InvalidInput, NotAllowed, PasswordTooWeak, Refusal
from server.identity import EVERYONE, pages_for
from server.models.accounts import Account
from server.models.enterprises import Enterprise
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work

_EMPTY = {"username": "", "name": "", "role": "", "position": "", "enterprise_id": "", "phone": "", "certificate_no": ""}
_PHONE_ROLES = {Role.INSPECTOR, Role.OFFICE, Role.LEADER}


class AccountPages(Controller):
    """The administrator's pages."""

    path = "/accounts"
    opt = pages_for(Role.ADMIN)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Every account of the park."""
        with open_work(request) as work:
            return show(request, work, "accounts.html", accounts=list_accounts(work), enterprises=_enterprise_names(work))

    @get("/new", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """An empty form."""
        with open_work(request) as work:
            return _account_form(request, work, _EMPTY, {})

    @post("/new", status_code=200)
    async def take_form(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Open an account."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _EMPTY}
        return await sync_to_thread(_create, request, values, str(form.get("password") or ""))

    @get("/{account_id:uuid}", sync_to_thread=True)
    def show_account(self, request: Request[Any, Any, Any], account_id: FromPath[UUID]) -> Response[str]:
        """One account and its phones."""
        with open_work(request) as work:
            return _account_page(request, work, account_id)

    @post("/{account_id:uuid}/close", status_code=200)
    async def take_close(self, request: Request[Any, Any, Any], account_id: FromPath[UUID]) -> Response[Any]:
        """Close an account."""
        form = await request.form()
        return await sync_to_thread(_close, request, account_id, form_text(form, "reason"))

    @post("/{account_id:uuid}/reopen", status_code=200, sync_to_thread=True)
    def take_reopen(self, request: Request[Any, Any, Any], account_id: FromPath[UUID]) -> Response[Any]:
        """Let a closed account in again."""
        with open_work(request, write=True) as work:
            reopen_account(work, account_id)
        return go_to(f"/accounts/{account_id}")

    @post("/{account_id:uuid}/password", status_code=200)
    async def take_password(self, request: Request[Any, Any, Any], account_id: FromPath[UUID]) -> Response[Any]:
        """Set somebody's password; they are asked to change it."""
        form = await request.form()
        return await sync_to_thread(_reset_password, request, account_id, str(form.get("password") or ""))

    @post("/{account_id:uuid}/code", status_code=200, sync_to_thread=True)
    def take_code(self, request: Request[Any, Any, Any], account_id: FromPath[UUID]) -> Response[str]:
        """A one-time code for a phone, shown once."""
        with open_work(request, write=True) as work:
            if get_account(work, account_id).role not in _PHONE_ROLES:
                raise NotAllowed("手机登记（只有检查人员的账号可以）")
            code = issue_enrolment_code(work, account_id)
            return _account_page(request, work, account_id, code=code)


class DevicePages(Controller):
    """Enrolled phones."""

    path = "/devices"
    opt = pages_for(Role.ADMIN)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Every phone of the park."""
        with open_work(request) as work:
            return show(request, work, "devices.html", devices=list_devices(work))

    @post("/{device_id:uuid}/revoke", status_code=200, sync_to_thread=True)
    def take_revoke(self, request: Request[Any, Any, Any], device_id: FromPath[UUID]) -> Response[Any]:
        """Take a phone's token back."""
        with open_work(request, write=True) as work:
            device = revoke_device(work, device_id)
            account_id = device.account_id
        return go_to(f"/accounts/{account_id}")


class MyPages(Controller):
    """One's own account."""

    path = "/me"
    opt = pages_for(*EVERYONE)

    @get("/", sync_to_thread=True)
    def show_me(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Who I am, my phones, my password."""
        with open_work(request) as work:
            return _my_page(request, work, {})

    @post("/password", status_code=200)
    async def take_password(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Change one's own password; signs out everywhere."""
        form = await request.form()
        old, new, again = (str(form.get(name) or "") for name in ("old", "new", "again"))
        return await sync_to_thread(_change_my_password, request, old, new, again)


def _create(request: Request[Any, Any, Any], values: dict[str, str], password: str) -> Response[Any]:
    form = AccountForm(
        username=values["username"],
        password=password,
        name=values["name"],
        role=values["role"],
        position=values["position"] if values["role"] == Role.ENTERPRISE else "",
        enterprise_id=_uuid(values["enterprise_id"]) if values["role"] == Role.ENTERPRISE else None,
        phone=values["phone"],
        certificate_no=values["certificate_no"],
        must_change_password=True,
    )
    try:
        with open_work(request, write=True) as work:
            account_id = create_account(work, form).id
    except (InvalidInput, AlreadyExists, PasswordTooWeak) as refusal:
        with open_work(request) as work:
            return _account_form(request, work, values, _errors(refusal))
    return go_to(f"/accounts/{account_id}")


def _errors(refusal: Refusal) -> dict[str, str]:
    if isinstance(refusal, InvalidInput):
        return errors_by_field(refusal)
    return {"password" if isinstance(refusal, PasswordTooWeak) else "username": refusal.detail}


def _close(request: Request[Any, Any, Any], account_id: UUID, reason: str) -> Response[Any]:
    with open_work(request, write=True) as work:
        if account_id == work.actor.id:
            raise NotAllowed("停用自己的账号", "另一位管理员")
        if not reason:
            raise InvalidInput([FieldError("reason", "请写明停用原因，例如离职、换岗")])
        close_account(work, account_id, reason=reason)
    return go_to(f"/accounts/{account_id}")


def _reset_password(request: Request[Any, Any, Any], account_id: UUID, password: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            change_password(work, get_account(work, account_id), password, must_change=True)
    except PasswordTooWeak as refusal:
        with open_work(request) as work:
            return _account_page(request, work, account_id, errors={"password": refusal.detail})
    return go_to(f"/accounts/{account_id}?done=password")


def _change_my_password(request: Request[Any, Any, Any], old: str, new: str, again: str) -> Response[Any]:
    with open_work(request) as work:
        account = work.session.get_one(Account, work.actor.id)
        errors = {} if is_password(account.password_hash, old) else {"old": "现在的密码不对"}
        if new != again:
            errors["again"] = "两次填写的新密码不一样"
        if errors:
            return _my_page(request, work, errors)
    try:
        with open_work(request, write=True) as work:
            change_password(work, work.session.get_one(Account, work.actor.id), new)
    except PasswordTooWeak as refusal:
        with open_work(request) as work:
            return _my_page(request, work, {"new": refusal.detail})
    answer = go_to("/login")
    answer.delete_cookie(SESSION_COOKIE)
    return answer


def _account_form(request: Request[Any, Any, Any], work: Work, values: dict[str, str], errors: dict[str, str]) -> Response[str]:
    return show(
        request,
        work,
        "account_new.html",
        status=400 if errors else 200,
        values=values,
        errors=errors,
        roles=[(role, role.label) for role in Role if role is not Role.SYSTEM],
        positions=[(position, position.label) for position in EnterprisePosition],
        enterprises=sorted(_enterprise_names(work).items(), key=lambda one: one[1]),
    )


def _account_page(
    request: Request[Any, Any, Any], work: Work, account_id: UUID, *, code: str = "", errors: dict[str, str] | None = None
) -> Response[str]:
    account = get_account(work, account_id)
    return show(
        request,
        work,
        "account.html",
        status=400 if errors else 200,
        account=account,
        enterprise=_enterprise_names(work).get(account.enterprise_id) if account.enterprise_id else None,
        devices=list_devices(work, account_id),
        may_have_phone=account.role in _PHONE_ROLES,
        code=code,
        errors=errors or {},
    )


def _my_page(request: Request[Any, Any, Any], work: Work, errors: dict[str, str]) -> Response[str]:
    devices = list_devices(work, work.actor.id)
    return show(request, work, "me.html", status=400 if errors else 200, devices=devices, errors=errors)


def _enterprise_names(work: Work) -> dict[UUID, str]:
    rows = work.session.execute(select(Enterprise.id, Enterprise.name).where(Enterprise.park_id == work.park_id))
    return {row.id: row.name for row in rows}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
