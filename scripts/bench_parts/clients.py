"""Eight phones at once: a process of threads with plain sockets, so that measuring costs the server's machine as little as it can."""

import hashlib
import json
import os
import socket
import threading
import time
from dataclasses import dataclass, field
from uuid import UUID

ANSWERS = 30
PHOTO_BYTES = 300_000


@dataclass
class Tally:
    """What the phones saw."""

    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Filings a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """A latency in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


def uuid7(number: int) -> str:
    """A UUIDv7-shaped id that is different in every run."""
    stamp = int(time.time() * 1000)
    raw = bytearray(stamp.to_bytes(6, "big") + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    raw[12:16] = number.to_bytes(4, "big")
    return str(UUID(bytes=bytes(raw)))


def noise_jpeg(seed: bytes, size: int = PHOTO_BYTES) -> bytes:
    """A picture with a real header and `size` bytes, different for every seed."""
    global _template
    if not _template:
        import io

        from PIL import Image

        out = io.BytesIO()
        Image.effect_noise((800, 600), 90).convert("RGB").save(out, "JPEG", quality=88)
        _template = out.getvalue()
    # A comment segment (FFFE) after the start marker carries the seed, so every photo has its own digest. What is missing to the size
    # follows the picture, as the trailers of some phones do, and ends like a picture.
    comment = seed.ljust(64, b".")
    picture = _template[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + _template[2:]
    return picture + b"\0" * max(0, size - len(picture) - 2) + b"\xff\xd9"


_template = b""


def document(document_id: str, target_id: str, items: list[str], edition: tuple[str, str], photos: list[str]) -> bytes:
    """An inspection of thirty answers, two of them failed when there are photos to show for it."""
    answers = []
    findings = []
    for index, item in enumerate(items[:ANSWERS]):
        failed = index < len(photos)
        answers.append({"item": item, "result": "fail" if failed else "pass", "note": ""})
        if failed:
            finding_id = uuid7(index)
            answers[-1]["finding_id"] = finding_id
            findings.append(
                {
                    "id": finding_id,
                    "item": item,
                    "description": "疏散通道堆放纸箱，宽度不足",
                    "location": "包装车间东侧",
                    "photos": [{"sha256": photos[index], "source": "camera", "taken_at": "2026-11-20T09:10:00+08:00"}],
                    "facts": {},
                }
            )
    now = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 8 * 3600))
    return json.dumps(
        {
            "id": document_id,
            "target": {"kind": "enterprise", "id": target_id, "name": "压测企业（虚构）"},
            "checklists": [{"code": edition[0], "edition": edition[1]}],
            "started_at": now,
            "finished_at": now,
            "clock": {"device_at": now, "monotonic_ms": 123456},
            "position": {"latitude": 27.6612, "longitude": 113.5127, "accuracy_m": 8},
            "inspectors": ["王检", "赵检"],
            "answers": answers,
            "findings": findings,
            "photos": [],
            "signatures": [],
            "app": {"version": "1.0", "platform": "bench"},
        },
        ensure_ascii=False,
    ).encode()


def request_bytes(method: str, path: str, token: str, body: bytes, media_type: str) -> bytes:
    """One HTTP/1.1 request."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    """A kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def send(self, request: bytes) -> tuple[int, bytes]:
        """Send and wait for the whole answer."""
        self._socket.sendall(request)
        while b"\r\n\r\n" not in self._buffer:
            self._receive()
        head, _, rest = self._buffer.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(rest) < length:
            block = self._socket.recv(65536)
            if not block:
                raise ConnectionError("closed in the middle of an answer")
            rest += block
        self._buffer = rest[length:]
        return int(head[9:12]), rest[:length]

    def _receive(self) -> None:
        block = self._socket.recv(65536)
        if not block:
            raise ConnectionError("closed")
        self._buffer += block

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def file_inspections(
    port: int, token: str, target_id: str, items: list[str], edition: tuple[str, str], *, clients: int, count: int, photos: int
) -> Tally:
    """`count` filings from `clients` phones; a filing is its photos, then its document. Everything is prepared before the clock starts."""
    work: list[list[list[bytes]]] = [[] for _ in range(clients)]
    for number in range(count):
        pictures = [noise_jpeg(os.urandom(16).hex().encode()) for _ in range(photos)]
        digests = [hashlib.sha256(one).hexdigest() for one in pictures]
        document_id = uuid7(number)
        requests = [
            request_bytes("PUT", f"/mobile/v1/photos/{digest}", token, one, "image/jpeg")
            for digest, one in zip(digests, pictures, strict=True)
        ]
        requests.append(
            request_bytes(
                "PUT",
                f"/mobile/v1/inspections/{document_id}",
                token,
                document(document_id, target_id, items, edition, digests),
                "application/json",
            )
        )
        work[number % clients].append(requests)
    tally = Tally()
    barrier = threading.Barrier(clients + 1)

    def phone(filings: list[list[bytes]]) -> None:
        try:
            connection = Connection(port)
        except OSError:
            barrier.abort()
            raise
        barrier.wait()
        for requests in filings:
            started = time.perf_counter()
            for one in requests:
                status, body = connection.send(one)
                if status not in {200, 201}:
                    tally.failures.append(f"{status} {body[:200]!r}")
            tally.latencies.append(time.perf_counter() - started)
        connection.close()

    threads = [threading.Thread(target=phone, args=(one,)) for one in work]
    for one in threads:
        one.start()
    barrier.wait()
    started = time.perf_counter()
    for one in threads:
        one.join()
    tally.seconds = time.perf_counter() - started
    return tally


def stream_large_photos(port: int, token: str, *, clients: int, size: int) -> Tally:
    """One photo of `size` bytes from each of `clients` phones at once."""
    tally = Tally()
    bodies = [noise_jpeg(os.urandom(16).hex().encode(), size) for _ in range(clients)]

    def phone(body: bytes) -> None:
        connection = Connection(port)
        started = time.perf_counter()
        status, answer = connection.send(
            request_bytes("PUT", f"/mobile/v1/photos/{hashlib.sha256(body).hexdigest()}", token, body, "image/jpeg")
        )
        if status not in {200, 201}:
            tally.failures.append(f"{status} {answer[:200]!r}")
        tally.latencies.append(time.perf_counter() - started)
        connection.close()

    started = time.perf_counter()
    threads = [threading.Thread(target=phone, args=(body,)) for body in bodies]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    tally.seconds = time.perf_counter() - started
    return tally
