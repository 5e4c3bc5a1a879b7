"""A real server of the product in a process of its own: killed in the middle of anything, started again on the same port."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cast import World

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60


class LiveServer:
    """The product on a world's database and folder, reached over HTTP like any other."""

    def __init__(self, world: World, log: Path) -> None:
        self.log = log
        self.pid = 0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PARKSAFE_")} | {
            "PYTHONPATH": str(ROOT),
            "PARKSAFE_DATA_FOLDER": str(world.settings.data_folder),
            "PARKSAFE_DATABASE_URL": world.settings.database_url,
            "PARKSAFE_SECRET": world.settings.secret,
            "PARKSAFE_TODAY": world.clock.today().isoformat(),
        }
        with log.open("wb") as out:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "tests.robustness.fork_server", str(self.port)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
            )

    def start(self) -> None:
        """Start a server and wait until it answers."""
        if self._parent.stdin is None or self._parent.stdout is None:
            raise RuntimeError("the fork server has no pipes")
        self._parent.stdin.write(b"start\n")
        self._parent.stdin.flush()
        line = self._parent.stdout.readline()
        if not line:
            raise RuntimeError(f"the server could not be loaded:\n{self._tail()}")
        self.pid = int(line)
        self._wait_until_it_answers()

    def kill(self) -> None:
        """SIGKILL: no goodbye, no flushing, no cleaning up."""
        os.kill(self.pid, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while _is_alive(self.pid):
            if time.monotonic() > deadline:
                raise RuntimeError("a killed server lives on")
            time.sleep(0.001)
        self.pid = 0

    def close(self) -> None:
        """End the server and the process that starts servers."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                self.kill()
        if self._parent.stdin is not None and self._parent.stdout is not None:
            with contextlib.suppress(BrokenPipeError):
                self._parent.stdin.close()
            self._parent.stdout.close()
        self._parent.wait(PATIENCE_SECONDS)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if not _is_alive(self.pid):
                raise RuntimeError(f"the server ended by itself:\n{self._tail()}")
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/health")
                connection.getresponse().read()
                connection.close()
                return
            connection.close()
            time.sleep(0.01)
        raise RuntimeError(f"the server did not answer:\n{self._tail()}")

    def _tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def serving(world: World, folder: Path) -> Iterator[LiveServer]:
    """A running server of a world."""
    server = LiveServer(world, folder / "server.log")
    try:
        server.start()
        yield server
    finally:
        server.close()
