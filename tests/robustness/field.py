"""Simulated phones in bad conditions: they send in any order, hang up in the middle, send twice, and repeat until a receipt comes.

What they were promised is written into a `Ledger`: the first 2xx for every photo and document, byte for byte. `find_losses` in `keeping`
compares it with what the installation really holds.
"""

import contextlib
import hashlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from server.canonical import canonical_bytes, sha256_hex
from server.ids import new_id
from tests.cast import World
from tests.pictures import jpeg

GIVE_UP_AFTER_SECONDS = 90
_PAUSE_SECONDS = 0.02
_ANSWER_SECONDS = 30


class Filing(msgspec.Struct, frozen=True):
    """One check as a phone holds it: the document's id, its bytes as sent, and the photos it names."""

    id: UUID
    body: bytes
    photos: dict[str, bytes]

    @property
    def sha256(self) -> str:
        """What the receipt must say was recorded."""
        return sha256_hex(canonical_bytes(json.loads(self.body)))


class Ledger:
    """What the phones were promised, and every answer that no phone should ever get."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.filings: dict[UUID, Filing] = {}
        self.receipts: dict[UUID, dict[str, Any]] = {}
        self.photos: dict[str, bytes] = {}
        self.wrong: list[str] = []
        self.sent = 0
        self.interrupted = 0

    def document(self, filing: Filing, receipt: dict[str, Any]) -> None:
        """A 2xx for a document: the first is the promise, every later one must repeat it."""
        with self._lock:
            self.filings[filing.id] = filing
            first = self.receipts.setdefault(filing.id, receipt)
            for name in ("id", "kind", "number", "document_sha256", "received_at", "hazards"):
                if receipt[name] != first[name]:
                    self.wrong.append(f"receipt of {filing.id}: {name} was {first[name]!r}, later {receipt[name]!r}")
            if receipt["document_sha256"] != filing.sha256:
                self.wrong.append(f"receipt of {filing.id} names other content")

    def photo(self, sha256: str, data: bytes) -> None:
        """A 2xx for a photo."""
        with self._lock:
            self.photos[sha256] = data

    def note(self, text: str) -> None:
        """An answer no phone should get."""
        with self._lock:
            self.wrong.append(text)

    def count(self, *, interrupted: bool) -> None:
        """One more request."""
        with self._lock:
            self.sent += 1
            self.interrupted += interrupted

    @property
    def promised(self) -> int:
        """How many receipts have been given so far."""
        with self._lock:
            return len(self.receipts) + len(self.photos)


class Phone(threading.Thread):
    """One phone with a queue of filings. Every random choice comes from its own seed."""

    def __init__(self, port: int, token: str, filings: list[Filing], ledger: Ledger, random: Random) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._headers = {"Authorization": f"Bearer {token}"}
        self._queue = filings
        self._ledger = ledger
        self._random = random
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Send everything, in an order of its own, some of it twice, and some of it again at the end of the day."""
        steps: list[Callable[[], None]] = []
        for filing in self._queue:
            mine = [self._document_step(filing), *(self._photo_step(name, data) for name, data in filing.photos.items())]
            mine += self._random.sample(mine, k=self._random.randint(0, 1))
            self._random.shuffle(mine)
            steps += mine
        steps += self._random.sample(steps, k=len(steps) // 10)
        try:
            for step in steps:
                step()
        except Exception as error:
            self._ledger.note(f"a phone gave up: {error!r}")
        finally:
            self._hang_up()

    def _document_step(self, filing: Filing) -> Callable[[], None]:
        def step() -> None:
            body = self._until_accepted(f"/mobile/v1/inspections/{filing.id}", filing.body, "application/json")
            self._ledger.document(filing, json.loads(body))

        return step

    def _photo_step(self, sha256: str, data: bytes) -> Callable[[], None]:
        def step() -> None:
            body = self._until_accepted(f"/mobile/v1/photos/{sha256}", data, "image/jpeg")
            if json.loads(body)["state"] == "stored":
                self._ledger.photo(sha256, data)
            else:
                self._ledger.note(f"a 2xx for photo {sha256} that says it is not stored")

        return step

    def _until_accepted(self, path: str, body: bytes, media_type: str) -> bytes:
        deadline = time.monotonic() + GIVE_UP_AFTER_SECONDS
        while time.monotonic() < deadline:
            if self._random.random() < 0.08:
                self._cut_off(path, body, media_type)
            try:
                status, answer = self._put(path, body, media_type)
            except TimeoutError:
                self._ledger.note(f"no answer in {_ANSWER_SECONDS} s for {path}")
                self._hang_up()
                continue
            except (OSError, http.client.HTTPException):
                self._ledger.count(interrupted=True)
                self._hang_up()
                time.sleep(_PAUSE_SECONDS)
                continue
            self._ledger.count(interrupted=False)
            if status in {200, 201}:
                return answer
            if status != 503:
                self._ledger.note(f"{status} for {path}: {answer[:300]!r}")
            time.sleep(_PAUSE_SECONDS)
        raise TimeoutError(f"no receipt in {GIVE_UP_AFTER_SECONDS} s for {path}")

    def _put(self, path: str, body: bytes, media_type: str) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_ANSWER_SECONDS)
        self._connection.request("PUT", path, body, self._headers | {"Content-Type": media_type})
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def _cut_off(self, path: str, body: bytes, media_type: str) -> None:
        """Start to send, and lose the network on the way."""
        share = self._random.choice((0.0, 0.01, 0.5, 0.99))
        with contextlib.suppress(OSError):
            send_partly(self._port, path, body, self._headers | {"Content-Type": media_type}, share)
        self._ledger.count(interrupted=True)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def send_partly(port: int, path: str, body: bytes, headers: dict[str, str], share: float) -> None:
    """Announce the whole body, send a share of it, and close the connection."""
    announced = {"Host": "127.0.0.1", "Content-Length": str(len(body))} | headers
    head = f"PUT {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in announced.items())
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + b"\r\n" + body[: int(len(body) * share)])


def make_filings(world: World, count: int, random: Random) -> list[Filing]:
    """Checks of enterprise A with up to three findings and up to three photos each, none like another."""
    edition = world.services.rulebook.at(world.clock.today()).checklists.find_template("GEN")
    if edition is None:
        raise LookupError("no general checklist is in force")
    items = [item.code for item in edition.items][:30]
    return [_make_filing(world, edition.edition, items, random) for _ in range(count)]


def _make_filing(world: World, edition: str, items: list[str], random: Random) -> Filing:
    pictures = [_photo(random) for _ in range(random.randint(0, 3))]
    photos = {hashlib.sha256(data).hexdigest(): data for data in pictures}
    failed = random.sample(items, k=random.randint(0, 3))
    findings = [
        {
            "id": str(new_id()),
            "item": item,
            "description": f"疏散通道堆放纸箱 {random.random()}",
            "location": random.choice(("包装车间", "窑炉", "成品库")),
            "photos": [{"sha256": sha256, "source": "camera"} for sha256 in random.sample(sorted(photos), k=min(1, len(photos)))],
        }
        for item in failed
    ]
    moment = world.clock.now().isoformat()
    document = {
        "target": {"kind": "enterprise", "id": str(world.enterprise_id), "name": "湘瓷日用瓷（虚构）"},
        "checklists": [{"code": "GEN", "edition": edition}],
        "started_at": moment,
        "finished_at": moment,
        "clock": {"device_at": moment, "monotonic_ms": random.randint(0, 10**7)},
        "inspectors": ["王检", "赵检"],
        "answers": [
            {"item": item, "result": "fail", "finding_id": next(str(one["id"]) for one in findings if one["item"] == item)}
            if item in failed
            else {"item": item, "result": "pass"}
            for item in items
        ],
        "findings": findings,
        "photos": [{"sha256": sha256, "source": "camera"} for sha256 in photos],
        "note": f"{random.random()}",
    }
    return Filing(new_id(), json.dumps(document, ensure_ascii=False).encode(), photos)


_PICTURE = jpeg(seed=1, width=96, height=64)


def _photo(random: Random) -> bytes:
    """A picture with what some phones append to theirs, so that each has its own digest and a size of its own."""
    return _PICTURE + random.randbytes(random.randint(100, 60_000)) + b"\xff\xd9"
