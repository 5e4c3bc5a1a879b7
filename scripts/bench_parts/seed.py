"""Prepare an empty installation for measuring: one park, one inspector's phone, one enterprise. Prints what the phones need as JSON."""

import json
import os
import sys
from datetime import date
from pathlib import Path

from sqlalchemy import insert

from rules.rulebook import load_rulebook
from rules.terms import Role, TargetKind
from server.accounts.secrets import token_hash
from server.clock import Clock
from server.db import Database
from server.events.chain import start_chain
from server.ids import new_id
from server.migrations import migrate
from server.models import Account, Device, Enterprise, InspectionTarget, Park
from server.settings import Settings
from server.unit_of_work import begin_work


def main() -> None:
    """Seed the database of the folder (or address) given on the command line."""
    folder, address = Path(sys.argv[1]), sys.argv[2]
    settings = Settings(data_folder=folder, database_url=address)
    database = Database(settings.database_address)
    migrate(database)
    park_id, account_id, enterprise_id = new_id(), new_id(), new_id()
    token = f"bench-{os.urandom(16).hex()}"
    with begin_work(database, Clock(), write=True) as work:
        now = work.now
        work.session.add(
            Park(
                id=park_id,
                name="压测园区（虚构）",
                office_name="压测安全办",
                document_prefix=f"压{park_id.hex[-4:]}",
                fictional=True,
                created_at=now,
            )
        )
        work.session.flush()
        start_chain(work.connection, park_id)
        work.session.add(
            Account(
                id=account_id,
                park_id=park_id,
                username=f"bench-{account_id.hex}",
                password_hash="",  # fits no password
                name="王检",
                role=Role.INSPECTOR,
                created_at=now,
            )
        )
        work.session.add(
            Enterprise(
                id=enterprise_id,
                park_id=park_id,
                name="压测企业（虚构）",
                credit_code="91430281MA4L16JQ9W",
                industry_code="3074",
                sectors=[],
                risks=[],
                created_at=now,
                updated_at=now,
            )
        )
        work.session.flush()
        work.session.add(
            InspectionTarget(
                id=enterprise_id,
                park_id=park_id,
                kind=TargetKind.ENTERPRISE,
                name="压测企业（虚构）",
                enterprise_id=enterprise_id,
                details={},
                created_at=now,
            )
        )
        work.session.flush()
        work.connection.execute(
            insert(Device).values(
                id=new_id(),
                park_id=park_id,
                account_id=account_id,
                name="压测手机",
                token_hash=token_hash(token),
                enrolled_at=now,
                platform="",
            )
        )
    database.close()
    template = load_rulebook().at(date.today()).checklists.find_template("GEN")  # noqa: DTZ011 - only to name a checklist in force
    if template is None:
        raise SystemExit("no general checklist is in force today")
    print(
        json.dumps(
            {
                "token": token,
                "target_id": str(enterprise_id),
                "items": [item.code for item in template.items][:30],
                "edition": [template.code, template.edition],
            }
        )
    )


if __name__ == "__main__":
    main()
