"""However a request comes over the wire – compressed, in chunks, after asking first, under another name – is it taken whole or refused?"""

import contextlib
import gzip
import hashlib
import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from server.ids import new_id
from server.models import Document, Photo, SetAsideDocument
from tests.cast import World
from tests.mobile_api.filings import check
from tests.mobile_api.live import phone_client, serving
from tests.pictures import jpeg


@pytest.fixture
def line(world: World) -> Iterator[httpx.Client]:
    """A phone's line to a served world."""
    with serving(world) as address, phone_client(address, world) as client:
        yield client


def held(world: World, model: Any) -> int:
    """How many rows there are."""
    with world.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(model)) or 0


def pieces(body: bytes, size: int = 700) -> Iterator[bytes]:
    """A body whose length nobody announces."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


def test_a_body_in_chunks_without_a_length_is_taken_whole(world: World, line: httpx.Client) -> None:
    body, photo, name = json.dumps(check(world)).encode(), jpeg(), f"inspections/{new_id()}"
    assert line.put(name, content=pieces(body)).status_code == 201
    assert line.put(name, content=body).status_code == 200, "the same content, however it came"
    kept = line.put(f"photos/{hashlib.sha256(photo).hexdigest()}", content=pieces(photo))
    assert (kept.status_code, kept.json()["size"]) == (201, len(photo))


def test_a_compressed_body_is_never_taken_for_what_it_holds_and_never_lost(world: World, line: httpx.Client) -> None:
    # Documents are small and photos are compressed already: what comes compressed is refused, and a document is kept as it came.
    body, photo = gzip.compress(json.dumps(check(world)).encode()), jpeg()
    document = line.put(f"inspections/{new_id()}", content=body, headers={"content-encoding": "gzip", "content-type": "application/json"})
    assert (document.status_code, document.json()["type"]) == (400, "/problems/unreadable-document")
    name = f"photos/{hashlib.sha256(photo).hexdigest()}"
    refused = line.put(name, content=gzip.compress(photo), headers={"content-encoding": "gzip"})
    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/digest-mismatch")
    assert line.head(name).status_code == 404
    with world.database.read() as connection:
        assert connection.scalar(select(SetAsideDocument.body)) == body
    assert (held(world, Document), held(world, Photo)) == (0, 0)


@pytest.mark.parametrize("media_type", ["multipart/form-data", "application/x-www-form-urlencoded", "image/jpeg", "text/html", "x", ""])
def test_a_document_under_another_media_type_is_read_as_what_it_is(world: World, line: httpx.Client, media_type: str) -> None:
    body, name = json.dumps(check(world)).encode(), f"inspections/{new_id()}"
    assert line.put(name, content=body, headers={"content-type": media_type}).status_code == 201
    assert line.put(name, content=body).status_code == 200
    photo = jpeg()
    address = f"photos/{hashlib.sha256(photo).hexdigest()}"
    assert line.put(address, content=photo, headers={"content-type": media_type}).json()["media_type"] == "image/jpeg"


def test_who_asks_first_is_told_to_go_on_and_then_gets_the_receipt(world: World, line: httpx.Client) -> None:
    body = json.dumps(check(world)).encode()
    url = line.base_url
    head = (
        f"PUT /mobile/v1/inspections/{new_id()} HTTP/1.1\r\nHost: {url.host}\r\nAuthorization: {line.headers['authorization']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port or 80), timeout=30) as wire:
        wire.sendall(head.encode())
        assert wire.recv(64).startswith(b"HTTP/1.1 100")
        wire.sendall(body)
        answer = http.client.HTTPResponse(wire)
        answer.begin()
        assert answer.status == 201
        assert json.loads(answer.read())["complete"] is False


def test_a_body_shorter_than_announced_leaves_nothing(world: World, line: httpx.Client) -> None:
    body, url, name = json.dumps(check(world)).encode(), line.base_url, new_id()
    head = (
        f"PUT /mobile/v1/inspections/{name} HTTP/1.1\r\nHost: {url.host}\r\nAuthorization: {line.headers['authorization']}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port or 80), timeout=30) as wire:
        wire.sendall(head.encode() + body[: len(body) // 2])
    assert line.put(f"inspections/{name}", content=body).status_code == 201
    assert (held(world, Document), held(world, SetAsideDocument)) == (1, 0)


def test_nonsense_on_the_line_does_not_stop_the_next_phone(world: World, line: httpx.Client) -> None:
    url = line.base_url
    start = f"PUT /mobile/v1/inspections/{new_id()} HTTP/1.1\r\nHost: x\r\nAuthorization: {line.headers['authorization']}\r\n"
    for nonsense in (
        b"\x16\x03\x01 TLS on a plain port",
        b"GET / HTTP/9.9\r\n\r\n",
        (start + "Content-Length: -5\r\n\r\n").encode(),
        (start + "Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello").encode(),
        (start + "Transfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n").encode(),
        (start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n").encode(),
        (start + "X: " + "y" * 100_000 + "\r\n\r\n").encode(),
    ):
        with socket.create_connection((url.host, url.port or 80), timeout=5) as wire, contextlib.suppress(OSError):
            wire.sendall(nonsense)
            wire.shutdown(socket.SHUT_WR)
            said = wire.recv(200)
            assert not said.startswith(b"HTTP/1.1 5"), nonsense[:60]
            assert not said.startswith(b"HTTP/1.1 2"), nonsense[:60]
    assert line.put(f"inspections/{new_id()}", json=check(world)).status_code == 201
    assert held(world, Document) == 1
