"""File from simulated phones while the server, and on PostgreSQL the database too, is killed again and again at random moments."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import msgspec

from tests.cast import World
from tests.robustness.field import Ledger, Phone, make_filings
from tests.robustness.keeping import find_losses
from tests.robustness.live import serving

PHONES = ("inspector", "second_inspector", "office")


class Ordeal(msgspec.Struct, frozen=True, kw_only=True):
    """What happened and what was lost."""

    filings: int
    photos: int
    requests: int
    interrupted: int
    kills: int
    seconds: float
    losses: list[str]


def torture(
    world: World, folder: Path, *, filings: int, kills: int, seed: int, phones: int = 6, crash_database: Callable[[], None] | None = None
) -> Ordeal:
    """Kill `kills` times while `filings` are on their way; every fourth kill is the database's when `crash_database` can do that."""
    random = _random(seed)
    ledger = Ledger()
    started = time.monotonic()
    queue = make_filings(world, filings, random)
    pieces = sum(1 + len(one.photos) for one in queue)
    done = 0
    with serving(world, folder) as server:
        tokens = [world.device_tokens[PHONES[number % len(PHONES)]] for number in range(phones)]
        at_work = [
            Phone(server.port, token, queue[number::phones], ledger, _random(seed * 1000 + number)) for number, token in enumerate(tokens)
        ]
        for phone in at_work:
            phone.start()
        while done < kills and _are_busy(at_work):
            # Each kill has its share of the work, comes at a random place in it and a moment later, so that it hits any step of the path.
            goal = pieces * (done + random.random()) / (kills + 1)
            while ledger.promised < goal and _are_busy(at_work):
                time.sleep(0.002)
            time.sleep(random.random() * 0.05)
            if crash_database is not None and done % 4 == 3:
                crash_database()
            else:
                server.kill()
                server.start()
            done += 1
        for phone in at_work:
            phone.join()
    return Ordeal(
        filings=len(ledger.receipts),
        photos=len(ledger.photos),
        requests=ledger.sent,
        interrupted=ledger.interrupted,
        kills=done,
        seconds=time.monotonic() - started,
        losses=find_losses(world, ledger) + ([] if len(ledger.receipts) == filings else ["some filings never got a receipt"]),
    )


def _are_busy(phones: list[Phone]) -> bool:
    return any(phone.is_alive() for phone in phones)


def _random(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same choices in every run, no secret


def asked_for(name: str, default: int) -> int:
    """A number from the environment: `TORTURE_KILLS=200 TORTURE_FILINGS=10000` makes a long run of a short test."""
    return int(os.environ.get(f"TORTURE_{name}", default))
