"""Use cases of signing in and of the people who may: accounts, browser sessions, phones."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from rules.terms import EnterprisePosition, Role
from server.accounts.schemas import AccountForm, Enrolled
from server.accounts.secrets import hash_password, is_password, new_code, new_token, normal_code, token_hash
from server.errors import AlreadyExists, FieldError, InvalidInput, NotFound, NotSignedIn, TooManyAttempts, WrongCredentials
from server.identity import Actor
from server.ids import new_id
from server.models.accounts import Account, Device, EnrolmentCode, LoginAttempt, LoginSession
from server.models.base import table_of
from server.models.enterprises import Enterprise
from server.prepared import Prepared
from server.unit_of_work import Work

ATTEMPT_WINDOW = timedelta(minutes=15)
CODE_LIFETIME = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=10)
"""How exact a phone's last-seen time is; finer would cost a write per call."""

_account = table_of(Account)
_device = table_of(Device)
_device_columns = (
    _account.c.id,
    _account.c.park_id,
    _account.c.name,
    _account.c.role,
    _account.c.username,
    _account.c.enterprise_id,
    _account.c.position,
    _account.c.active,
    _device.c.id.label("device_id"),
    _device.c.last_seen_at,
    _device.c.revoked_at,
)
_by_device = Prepared(
    lambda _: (
        select(*_device_columns)
        .join_from(_device, _account, _device.c.account_id == _account.c.id)
        .where(_device.c.token_hash == bindparam("token"))
    ),
    returns=_device_columns,
)
_by_session = (
    select(_account, LoginSession.expires_at, LoginSession.created_at.label("session_created_at"))
    .join_from(LoginSession, Account, LoginSession.account_id == Account.id)
    .where(LoginSession.token_hash == bindparam("token"))
)


def get_actor_by_device(work: Work, token: str) -> Actor:
    """The actor a phone's token stands for. Raises `NotSignedIn` for unknown or revoked tokens and closed accounts."""
    row = _by_device.fetch_one(work.connection, {"token": token_hash(token)})
    if row is None:
        raise NotSignedIn("手机没有登记，或登记已失效")
    if row.revoked_at is not None:
        raise NotSignedIn("这台手机的登记已被收回")
    if not row.active:
        raise NotSignedIn("账号已停用")
    return actor_of(row, row.device_id, row.last_seen_at)


def note_device_seen(work: Work, device_id: UUID) -> None:
    """Write down that a phone called, at most once in ten minutes."""
    seen_at = work.actor.device_seen_at
    if seen_at is not None and work.now - SEEN_EVERY <= seen_at <= work.now:
        return
    work.connection.execute(
        update(_device)
        .where(_device.c.id == device_id, (_device.c.last_seen_at.is_(None)) | (_device.c.last_seen_at < work.now - SEEN_EVERY))
        .values(last_seen_at=work.now)
    )


def get_actor_by_session(work: Work, token: str) -> Actor:
    """The actor a browser session stands for. Raises `NotSignedIn` when it is over."""
    row = work.connection.execute(_by_session, {"token": token_hash(token)}).one_or_none()
    if row is None or row.expires_at <= work.now or not row.active:
        raise NotSignedIn
    return actor_of(row)


def sign_in(work: Work, username: str, password: str, address: str, *, max_attempts: int) -> Account:
    """The account for a name and password. Raises `WrongCredentials`, or `TooManyAttempts` after `max_attempts` failures.

    The failed attempt is written by `note_failed_attempt` in a transaction of its own, because this one is rolled back by the refusal.
    """
    refuse_when_throttled(work.connection, username, address, work.now, max_attempts)
    account = work.session.scalar(select(Account).where(Account.username == username.strip()))
    fits = is_password(account.password_hash if account else None, password)
    if account is None or not fits or not account.active:
        raise WrongCredentials
    work.act_as(actor_of(account))
    return account


def refuse_when_throttled(connection: Connection, username: str, address: str, now: datetime, max_attempts: int) -> None:
    """Raises `TooManyAttempts` when this name from this address, or the name from anywhere (five times as often), failed too often."""
    since = now - ATTEMPT_WINDOW
    named = (LoginAttempt.username == username.strip()[:200], LoginAttempt.at > since)
    count = select(func.count()).select_from(LoginAttempt)
    from_here = connection.scalar(count.where(*named, LoginAttempt.address == address)) or 0
    from_anywhere = connection.scalar(count.where(*named)) or 0
    if from_here >= max_attempts or from_anywhere >= max_attempts * 5:
        raise TooManyAttempts(int(ATTEMPT_WINDOW.total_seconds() // 60))


def note_failed_attempt(connection: Connection, username: str, address: str, now: datetime) -> None:
    """Remember a failed attempt and forget those older than a day."""
    connection.execute(insert(LoginAttempt).values(id=new_id(), username=username.strip()[:200], address=address, at=now))
    connection.execute(delete(LoginAttempt).where(LoginAttempt.at < now - timedelta(days=1)))


def start_session(work: Work, actor: Actor, hours: int) -> str:
    """Begin a browser session and return its token, which is kept nowhere else."""
    token = new_token()
    row = {"token_hash": token_hash(token), "account_id": actor.id, "created_at": work.now, "expires_at": work.now + timedelta(hours=hours)}
    work.connection.execute(insert(LoginSession).values(row))
    work.connection.execute(delete(LoginSession).where(LoginSession.expires_at < work.now))
    work.record("account", actor.id or work.park_id, "account:signed_in")
    return token


def is_session_ageing(connection: Connection, token: str, now: datetime, hours: int) -> bool:
    """Whether a living session has used up a quarter of its span, so that it is time to extend it."""
    expires_at = connection.scalar(select(LoginSession.expires_at).where(LoginSession.token_hash == token_hash(token)))
    return expires_at is not None and now < expires_at < now + timedelta(hours=hours * 0.75)


def extend_session(connection: Connection, token: str, now: datetime, hours: int) -> None:
    """Let a living session live its whole span from now."""
    connection.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == token_hash(token), LoginSession.expires_at > now)
        .values(expires_at=now + timedelta(hours=hours))
    )


def end_session(work: Work, token: str) -> None:
    """Sign out."""
    work.connection.execute(delete(LoginSession).where(LoginSession.token_hash == token_hash(token)))
    work.record("account", work.actor.id or work.park_id, "account:signed_out")


def create_account(work: Work, form: AccountForm) -> Account:
    """Open an account in the actor's park. Raises `InvalidInput`, `AlreadyExists`, `PasswordTooWeak`."""
    errors = _account_errors(work, form)
    if errors:
        raise InvalidInput(errors)
    if work.session.scalar(select(Account.id).where(Account.username == form.username.strip())):
        raise AlreadyExists("登录名", form.username)
    account = Account(
        id=new_id(),
        park_id=work.park_id,
        username=form.username.strip(),
        password_hash=hash_password(form.password),
        name=form.name.strip(),
        role=form.role,
        position=form.position or None,
        enterprise_id=form.enterprise_id,
        phone=form.phone.strip(),
        certificate_no=form.certificate_no.strip(),
        active=True,
        must_change_password=form.must_change_password,
        created_at=work.now,
    )
    work.session.add(account)
    work.session.flush()
    work.record("account", account.id, "account:created", username=account.username, name=account.name, role=account.role)
    return account


def _account_errors(work: Work, form: AccountForm) -> list[FieldError]:
    errors = []
    if not form.username.strip():
        errors.append(FieldError("username", "请填写登录名"))
    if not form.name.strip():
        errors.append(FieldError("name", "请填写姓名"))
    if form.role not in set(Role) - {Role.SYSTEM}:
        errors.append(FieldError("role", "请选择角色"))
    if form.role == Role.ENTERPRISE:
        enterprise = work.session.get(Enterprise, form.enterprise_id) if form.enterprise_id else None
        if enterprise is None or enterprise.park_id != work.park_id:
            errors.append(FieldError("enterprise_id", "企业账号要选一家本园区的企业"))
        if form.position not in set(EnterprisePosition):
            errors.append(FieldError("position", "请选择是主要负责人还是安全员"))
    elif form.enterprise_id is not None:
        errors.append(FieldError("enterprise_id", "只有企业账号才选企业"))
    return errors


def get_account(work: Work, account_id: UUID) -> Account:
    """An account of the actor's park. Raises `NotFound`."""
    account = work.session.get(Account, account_id)
    if account is None or account.park_id != work.park_id:
        raise NotFound("这个账号")
    return account


def list_accounts(work: Work) -> list[Account]:
    """Every account of the actor's park, by role and name."""
    return list(work.session.scalars(select(Account).where(Account.park_id == work.park_id).order_by(Account.role, Account.name)))


def close_account(work: Work, account_id: UUID, *, reason: str) -> Account:
    """Close an account: its sessions end and its phones are revoked at once. What it recorded stays."""
    account = get_account(work, account_id)
    account.active = False
    work.connection.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
    work.connection.execute(update(Device).where(Device.account_id == account.id, Device.revoked_at.is_(None)).values(revoked_at=work.now))
    work.record("account", account.id, "account:closed", reason=reason)
    return account


def reopen_account(work: Work, account_id: UUID) -> Account:
    """Let a closed account in again; its phones stay revoked."""
    account = get_account(work, account_id)
    account.active = True
    work.record("account", account.id, "account:reopened")
    return account


def change_password(work: Work, account: Account, password: str, *, must_change: bool = False) -> None:
    """Set a new password and end the account's other sessions. Raises `PasswordTooWeak`."""
    account.password_hash = hash_password(password)
    account.must_change_password = must_change
    work.connection.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
    work.record("account", account.id, "account:password_changed")


def issue_enrolment_code(work: Work, account_id: UUID) -> str:
    """A one-time code for one of the park's accounts, good for thirty minutes."""
    account = get_account(work, account_id)
    code = new_code()
    work.session.add(
        EnrolmentCode(
            code_hash=token_hash(code),
            park_id=account.park_id,
            account_id=account.id,
            created_at=work.now,
            expires_at=work.now + CODE_LIFETIME,
        )
    )
    work.record("account", account.id, "account:enrolment_code_issued")
    return code


def sign_in_by_code(work: Work, code: str, address: str, *, max_attempts: int) -> Account:
    """The account a one-time code stands for; the code is used up. Raises `WrongCredentials` or `TooManyAttempts`."""
    refuse_when_throttled(work.connection, "(code)", address, work.now, max_attempts)
    row = work.session.get(EnrolmentCode, token_hash(normal_code(code)), with_for_update=True)
    if row is None or row.used_at is not None or row.expires_at <= work.now:
        raise WrongCredentials
    account = work.session.get_one(Account, row.account_id)
    if not account.active:
        raise WrongCredentials
    row.used_at = work.now
    work.act_as(actor_of(account))
    return account


def enrol_device(work: Work, account: Account, *, name: str, platform: str) -> Enrolled:
    """Give a phone its own token. The token leaves here once and is kept nowhere."""
    token = new_token()
    device = Device(
        id=new_id(),
        park_id=account.park_id,
        account_id=account.id,
        name=name.strip()[:80] or "手机",
        platform=platform.strip()[:80],
        token_hash=token_hash(token),
        enrolled_at=work.now,
    )
    work.session.add(device)
    work.session.flush()
    work.record("device", device.id, "device:enrolled", account_id=account.id, name=device.name)
    return Enrolled(device_id=device.id, token=token, account_id=account.id, name=account.name, role=account.role)


def list_devices(work: Work, account_id: UUID | None = None) -> list[tuple[Device, Account]]:
    """Phones of the park, or of one account, newest first."""
    query = (
        select(Device, Account)
        .join(Account, Account.id == Device.account_id)
        .where(Device.park_id == work.park_id)
        .order_by(Device.enrolled_at.desc())
    )
    if account_id is not None:
        query = query.where(Device.account_id == account_id)
    return [(device, account) for device, account in work.session.execute(query)]


def revoke_device(work: Work, device_id: UUID) -> Device:
    """Take a phone's token back at once. What it has not sent stays on the phone until somebody enrols it again."""
    device = work.session.get(Device, device_id)
    if device is None or device.park_id != work.park_id:
        raise NotFound("这台手机")
    if device.revoked_at is None:
        device.revoked_at = work.now
        work.record("device", device.id, "device:revoked")
    return device


def actor_of(account: Account | Any, device_id: UUID | None = None, device_seen_at: datetime | None = None) -> Actor:
    """The account as somebody who acts."""
    return Actor(
        id=account.id,
        park_id=account.park_id,
        name=account.name,
        role=Role(account.role),
        username=account.username,
        enterprise_id=account.enterprise_id,
        position=account.position,
        device_id=device_id,
        device_seen_at=device_seen_at,
    )
