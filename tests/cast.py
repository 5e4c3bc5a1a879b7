"""The cast of every story: one fictional park, its people, two enterprises, and a second park that must see none of it.

王检 inspects, 周办 runs the safety office, 刘主任 leads it, 李企 answers for enterprise A, 陈外 for enterprise B;
吴他园 works in another park.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from rules.rulebook import load_rulebook
from rules.terms import EnterprisePosition, Role, TargetKind
from server.accounts.secrets import token_hash
from server.accounts.service import actor_of
from server.clock import CHINA, Clock
from server.db import Database
from server.deployment import read_epoch
from server.entrance import Services
from server.events.chain import start_chain
from server.ids import new_id
from server.models import Account, Device, Enterprise, InspectionTarget, Park
from server.photo_store import FolderPhotoStore
from server.settings import Settings
from server.unit_of_work import Work, begin_work
from tests.databases import share_compiled

FONTS = Path(os.environ.get("PARKSAFE_FONT_FOLDER", Path(__file__).parent.parent / ".fonts"))
"""Prepared once for all tests: preparing fonts takes half a minute."""
PASSWORD = "correct horse 园安"
# argon2id of PASSWORD with a small cost, so that building the cast does not take a second per person.
CREDIT_CODES = ("91430281MA4L16JQ9W", "91430281MA4QYJ8K7A")
START = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
"""A Friday morning; the day of every story unless it says otherwise."""

_NAMES = {
    "office": ("周办", Role.OFFICE),
    "leader": ("刘主任", Role.LEADER),
    "inspector": ("王检", Role.INSPECTOR),
    "second_inspector": ("赵检", Role.INSPECTOR),
    "enterprise": ("李企", Role.ENTERPRISE),
    "principal": ("马总", Role.ENTERPRISE),
    "outsider": ("陈外", Role.ENTERPRISE),
    "screener": ("孙筛", Role.SCREENER),
    "liaison": ("郑警", Role.LIAISON),
    "auditor": ("何审", Role.AUDITOR),
    "admin": ("吴管", Role.ADMIN),
}


class StoppedClock(Clock):
    """A clock that only moves when a story says so."""

    def __init__(self, start: datetime = START) -> None:
        self.instant = start
        super().__init__(lambda: self.instant)

    def advance(self, **span: float) -> None:
        """Move on, e.g. `advance(days=3)`."""
        self.instant += timedelta(**span)

    def set_day(self, day: date) -> None:
        """Nine in the morning of a day."""
        self.instant = datetime(day.year, day.month, day.day, 9, 0, tzinfo=CHINA)


class World:
    """A database with the cast in it, and everything the application composes."""

    def __init__(self, address: str, folder: Path) -> None:
        self.clock = StoppedClock()
        self.settings = Settings(
            data_folder=folder, database_url=address, font_folder=FONTS, secret="s" * 40, public_address="http://testserver.local"
        )
        self.database = Database(address)
        share_compiled(self.database)
        with self.database.write() as connection:
            epoch = read_epoch(connection)
        self.services = Services(
            self.settings, self.database, FolderPhotoStore(self.settings.photo_folder), self.clock, load_rulebook(), epoch
        )
        self.park_id = new_id()
        self.other_park_id = new_id()
        self.enterprise_id = new_id()
        self.other_enterprise_id = new_id()
        self.foreign_enterprise_id = new_id()
        self.accounts: dict[str, Account] = {}
        self.device_tokens: dict[str, str] = {}
        self.device_ids: dict[str, UUID] = {}
        self._people()

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()

    @contextmanager
    def work_as(self, who: str, *, write: bool = True) -> Iterator[Work]:
        """A work of one of the cast, committed when the block ends."""
        with begin_work(self.database, self.clock, write=write) as work:
            work.act_as(actor_of(self.accounts[who], self.device_ids.get(who)))
            yield work

    def _people(self) -> None:
        from argon2 import PasswordHasher

        password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        now = self.clock.now()
        with begin_work(self.database, self.clock, write=True) as work:
            for park_id, name, prefix in (
                (self.park_id, "示范园区（虚构）", "示经开安办"),
                (self.other_park_id, "邻园（虚构）", "邻经开安办"),
            ):
                work.session.add(
                    Park(
                        id=park_id,
                        name=name,
                        office_name=f"{name}安全办",
                        document_prefix=prefix,
                        permission_mode="a",
                        fictional=True,
                        created_at=now,
                    )
                )
                work.session.flush()
                start_chain(work.connection, park_id)
            self._enterprise(work, self.enterprise_id, self.park_id, "湘瓷日用瓷（虚构）", CREDIT_CODES[0], "3074", now)
            self._enterprise(work, self.other_enterprise_id, self.park_id, "渌江电瓷（虚构）", CREDIT_CODES[1], "3834", now)
            self._enterprise(work, self.foreign_enterprise_id, self.other_park_id, "邻园玻璃（虚构）", CREDIT_CODES[0], "3054", now)
            work.session.flush()
            for key, (name, role) in _NAMES.items():
                enterprise = {"enterprise": self.enterprise_id, "principal": self.enterprise_id, "outsider": self.other_enterprise_id}.get(
                    key
                )
                position = {"enterprise": EnterprisePosition.SAFETY_OFFICER, "outsider": EnterprisePosition.SAFETY_OFFICER}.get(
                    key, EnterprisePosition.PRINCIPAL_OFFICER if enterprise else None
                )
                self._account(work, key, self.park_id, name, role, enterprise, position, password_hash, now)
            self._account(work, "foreign_office", self.other_park_id, "吴他园", Role.OFFICE, None, None, password_hash, now)
            self._account(work, "foreign_inspector", self.other_park_id, "钱他检", Role.INSPECTOR, None, None, password_hash, now)

    @staticmethod
    def _enterprise(work: Work, id: UUID, park_id: UUID, name: str, credit_code: str, industry_code: str, now: datetime) -> None:
        work.session.add(
            Enterprise(
                id=id,
                park_id=park_id,
                name=name,
                credit_code=credit_code,
                industry_code=industry_code,
                sectors=[],
                risks=[],
                created_at=now,
                updated_at=now,
            )
        )
        work.session.flush()
        work.session.add(
            InspectionTarget(id=id, park_id=park_id, kind=TargetKind.ENTERPRISE, name=name, enterprise_id=id, details={}, created_at=now)
        )

    def _account(
        self, work: Work, key: str, park_id: UUID, name: str, role: Role, enterprise_id: UUID | None,
        position: str | None, password_hash: str, now: datetime,
    ) -> None:  # fmt: skip
        account = Account(
            id=new_id(), park_id=park_id, username=key, password_hash=password_hash, name=name, role=role, position=position,
            enterprise_id=enterprise_id, active=True, must_change_password=False, phone="", certificate_no="", created_at=now,
        )  # fmt: skip
        work.session.add(account)
        work.session.flush()
        self.accounts[key] = account
        if role in {Role.INSPECTOR, Role.OFFICE}:
            token = f"test-token-{key}-{new_id().hex}"
            device_id = new_id()
            work.connection.execute(
                insert(Device).values(
                    id=device_id,
                    park_id=park_id,
                    account_id=account.id,
                    name=f"{name}的手机",
                    platform="test",
                    token_hash=token_hash(token),
                    enrolled_at=now,
                )
            )
            self.device_tokens[key] = token
            self.device_ids[key] = device_id
