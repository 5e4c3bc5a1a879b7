"""Which life of the database is this, and what secret signs our cookies?

The epoch is made with the database and again after every restore (`parksafe restored`): receipts name it, so phones know to offer again
what they had already handed in.
"""

import contextlib
import os
import secrets
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from server.ids import new_id
from server.models.events import Deployment


def read_epoch(connection: Connection) -> str:
    """The epoch, made on first use."""
    found = connection.scalar(select(Deployment.value).where(Deployment.name == "epoch"))
    return found or start_epoch(connection)


def start_epoch(connection: Connection) -> str:
    """Begin a new epoch and return it."""
    epoch = new_id().hex
    connection.execute(delete(Deployment).where(Deployment.name == "epoch"))
    connection.execute(insert(Deployment).values(name="epoch", value=epoch))
    return epoch


def read_secret(data_folder: Path) -> str:
    """The installation's own secret, made on first use and readable by its owner alone."""
    path = data_folder / "secret"
    data_folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()
