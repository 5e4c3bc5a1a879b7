"""What goes in and out of the account use cases."""

from uuid import UUID

import msgspec


class AccountForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the administrator fills in to open an account."""

    username: str
    password: str
    name: str
    role: str
    position: str = ""
    enterprise_id: UUID | None = None
    phone: str = ""
    certificate_no: str = ""
    must_change_password: bool = False


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """A phone's token, seen once, and whom it stands for."""

    device_id: UUID
    token: str
    account_id: UUID
    name: str
    role: str
