"""Where the story is told: one open transaction, a clock that moves, and the people who act.

The whole fictional park appears in one commit, so a start that was interrupted leaves nothing behind. Every use case is still a `Work` of
its own with its own time, person and events, exactly as the doors make them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from rules.rulebook import Rulebook
from scripts.demo_parts.pictures import Picture, Signed, Studio
from server.accounts.service import actor_of
from server.clock import Clock
from server.hazards.schemas import NewPhoto
from server.identity import Actor
from server.models.accounts import Account
from server.photo_store import PhotoStore
from server.photos.service import keep_upload, record_photo
from server.unit_of_work import Work

_LARGEST_PICTURE = 20_000_000


class MovingClock(Clock):
    """A clock that stands where the story has come to."""

    def __init__(self, start: datetime) -> None:
        self.instant = start
        super().__init__(lambda: self.instant)


class Stage:
    """The transaction, the clock, the rules, the photo store, and everybody who may act, by login name."""

    def __init__(
        self, connection: Connection, clock: MovingClock, rulebook: Rulebook, store: PhotoStore, studio: Studio, epoch: str
    ) -> None:
        self.connection = connection
        self.clock = clock
        self.rulebook = rulebook
        self.studio = studio
        self.epoch = epoch
        self.phone_tokens: dict[str, str] = {}
        """Login name → the token of that person's phone, seen this once."""
        self._store = store
        self._actors: dict[str, Actor] = {}

    def admit(self, account: Account, device_id: UUID | None = None) -> None:
        """Let an account act from now on."""
        self._actors[account.username] = actor_of(account, device_id)

    def actor(self, username: str) -> Actor:
        """Somebody who may act."""
        return self._actors[username]

    @contextmanager
    def work(self, actor: Actor | str | None) -> Iterator[Work]:
        """One use case of one person, now. None for what happens before anybody is there."""
        work = Work(self.connection, self.clock)
        if actor is not None:
            work.act_as(self.actor(actor) if isinstance(actor, str) else actor)
        try:
            yield work
            work.finish()
        finally:
            work.close()

    def send(self, username: str, picture: Picture | Signed) -> str:
        """Keep a finished picture as somebody's phone or browser sends it; returns its sha256."""
        path = self.studio.take(picture)
        with path.open("rb") as file:
            kept = keep_upload(self._store, file, max_bytes=_LARGEST_PICTURE)
        path.unlink()
        with self.work(username) as work:
            record_photo(work, kept)
        return kept.sha256

    def attach(self, username: str, picture: Picture) -> NewPhoto:
        """A picture sent with a form."""
        return NewPhoto(sha256=self.send(username, picture), caption=picture.lines[0], source="camera", taken_at=picture.taken_at)
