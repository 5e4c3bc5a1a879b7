"""`POST enrolments`: a phone gets a token of its own.

With account and password, or with a one-time code from the office; throttled like signing in. The token is long-lived, revoked in the
office with one click, and never stands in an address. Capturing never needs it; sending does.
"""

from typing import Any

from litestar import Request, Response, post
from litestar.params import JSONBody

from mobile_api.answers import answer
from mobile_api.schemas import EnrolmentRequest
from rules.terms import Role
from server.accounts.schemas import Enrolled
from server.accounts.service import actor_of, enrol_device, note_failed_attempt, sign_in, sign_in_by_code
from server.entrance import Services, services_of
from server.errors import FieldError, InvalidInput, NotAllowed, WrongCredentials
from server.identity import for_anyone
from server.models.accounts import Account
from server.unit_of_work import Work, begin_work

MAY_ENROL = frozenset({Role.INSPECTOR, Role.OFFICE})
"""Who files from the field. Enterprises answer in the browser, where their principal officer signs."""
BY_CODE = "(code)"
"""Under this name failed codes are counted."""
_LONGEST = 500


@post("/enrolments", opt=for_anyone(), sync_to_thread=True)
def enrol(request: Request[Any, Any, Any], data: JSONBody[EnrolmentRequest]) -> Response[bytes]:
    """Enrol a phone. 201 with the token, seen this once; 401 for wrong credentials, 403 for accounts that do not inspect."""
    services = services_of(request)
    address = request.client.host if request.client else "?"
    if not data.code and not (data.username and data.password):
        raise InvalidInput([FieldError("username", "请填写账号和密码，或安全办给的登记码")])
    if max(len(data.code), len(data.username), len(data.password)) > _LONGEST or "\0" in data.username:
        raise WrongCredentials
    try:
        enrolled = _by_code(services, data, address) if data.code else _by_password(services, data, address)
    except WrongCredentials:
        with services.database.write() as connection:
            note_failed_attempt(connection, BY_CODE if data.code else data.username, address, services.clock.now())
        raise
    return answer(request, enrolled, 201)


def _by_code(services: Services, data: EnrolmentRequest, address: str) -> Enrolled:
    with begin_work(services.database, services.clock, write=True) as work:
        account = sign_in_by_code(work, data.code, address, max_attempts=services.settings.login_attempts)
        return _enrol(work, account, data)


def _by_password(services: Services, data: EnrolmentRequest, address: str) -> Enrolled:
    # Checking a password takes a while on purpose: that must not hold up those who are filing, so it is done before the write begins.
    with begin_work(services.database, services.clock, write=False) as work:
        account = sign_in(work, data.username, data.password, address, max_attempts=services.settings.login_attempts)
    with begin_work(services.database, services.clock, write=True) as work:
        current = work.session.get_one(Account, account.id)
        if not current.active or current.password_hash != account.password_hash:
            raise WrongCredentials
        work.act_as(actor_of(current))
        return _enrol(work, current, data)


def _enrol(work: Work, account: Account, data: EnrolmentRequest) -> Enrolled:
    if account.role not in MAY_ENROL:
        raise NotAllowed("手机登记", "安全办")
    name, platform = (text.replace("\0", "") for text in (data.device.name, data.device.platform))
    return enrol_device(work, account, name=name, platform=platform)
