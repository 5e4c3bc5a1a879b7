"""The real application on a real port, for what happens at the same instant and for programs that speak HTTP themselves."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import uvicorn
from litestar import Litestar

from tests.cast import World
from tests.doors import application

T = TypeVar("T")


@contextmanager
def serving(world: World) -> Iterator[str]:
    """Serve the world; gives the address."""
    with application(world) as app:
        yield from _served(app)


def _served(app: Litestar) -> Iterator[str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", ws="none", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        for _ in range(600):
            if server.started:
                break
            time.sleep(0.02)
        assert server.started
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


def phone_client(address: str, world: World, who: str = "inspector") -> httpx.Client:
    """A phone's connection."""
    headers = {"authorization": f"Bearer {world.device_tokens[who]}"}
    return httpx.Client(base_url=f"{address}/mobile/v1", headers=headers, timeout=60)


def at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """Do something in as many threads, all let go at the same instant; their results in order."""
    barrier = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(place: int) -> None:
        barrier.wait()
        results[place] = act(place)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
