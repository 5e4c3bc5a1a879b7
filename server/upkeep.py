"""What does a standing server do beside answering? It keeps what SQLite knows of its tables fresh.

Nothing that is asked or answered depends on it, only how quickly: a missed round is made up by the next.
"""

import asyncio
import contextlib

from sqlalchemy.exc import SQLAlchemyError

from server.db import STATISTICS_SECONDS, Database, DatabaseGone
from server.logs import log


class Upkeep:
    """One round when the server starts, then one every hour, until it stops."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopping = asyncio.Event()
        self._rounds: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; does not wait for the first round."""
        self._rounds = asyncio.create_task(self._go_round())

    async def stop(self) -> None:
        """End; a round under way is waited for."""
        self._stopping.set()
        if self._rounds is not None:
            await self._rounds

    async def _go_round(self) -> None:
        while not self._stopping.is_set():
            await asyncio.to_thread(self._refresh)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), STATISTICS_SECONDS)

    def _refresh(self) -> None:
        try:
            self._database.refresh_statistics()
        except (SQLAlchemyError, DatabaseGone) as error:
            log.warning("upkeep", failed=str(error))
