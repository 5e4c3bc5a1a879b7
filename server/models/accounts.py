"""Who may come in: accounts, browser sessions, phones, and the failed attempts that slow a guesser down.

No secret is kept: passwords as argon2id, tokens and codes as sha256 of what only their holder has.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class Account(Base):
    """A person who can sign in. `enterprise_id` is set for, and only for, the role enterprise."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    position: Mapped[str | None]
    """For enterprise people: principal_officer or safety_officer."""
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    phone: Mapped[str] = mapped_column(default="")
    certificate_no: Mapped[str] = mapped_column(default="")
    """工作证 or 执法证 number, printed under signatures."""
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class LoginSession(Base):
    """A browser that signed in; the cookie holds the token, we hold its sha256."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Device(Base):
    """A phone that was enrolled. Its token is long-lived and can be revoked at once."""

    __tablename__ = "device"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    platform: Mapped[str] = mapped_column(default="")
    token_hash: Mapped[str] = mapped_column(unique=True)
    enrolled_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class EnrolmentCode(Base):
    """A one-time code the office hands out so that a phone can be enrolled without typing a password."""

    __tablename__ = "enrolment_code"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    park_id: Mapped[UUID] = mapped_column(ForeignKey("park.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginAttempt(Base):
    """A failed attempt to sign in, by account name and address; forgotten after a day."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_who", "username", "address", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
