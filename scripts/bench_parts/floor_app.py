"""The floor to measure against: the same framework and the same durable writes with bare sqlite3 and files, and nothing else.

No authentication, no rules, no reading of the document, no checks: what is left is what no honest server can do without. With
`FLOOR=nothing` it writes nothing either and shows what the framework alone can do.
"""

import hashlib
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from litestar import Litestar, Request, Response, put
from litestar.concurrency import sync_to_thread

FOLDER = Path(os.environ["FLOOR_FOLDER"])
WRITES = os.environ.get("FLOOR") != "nothing"
SCHEMA = """
CREATE TABLE IF NOT EXISTS document (id TEXT PRIMARY KEY, sha256 TEXT, body BLOB, received_at TEXT);
CREATE TABLE IF NOT EXISTS inspection
  (id TEXT PRIMARY KEY, number TEXT, target TEXT, inspected_on TEXT, answered INT, passed INT, failed INT);
CREATE TABLE IF NOT EXISTS event (sequence INTEGER PRIMARY KEY, content BLOB, hash TEXT);
CREATE TABLE IF NOT EXISTS photo (sha256 TEXT PRIMARY KEY, size INT);
"""
_local = threading.local()
_turn = threading.Lock()


def _connection() -> sqlite3.Connection:
    if not hasattr(_local, "connection"):
        connection = sqlite3.connect(FOLDER / "floor.sqlite3", isolation_level=None, timeout=30, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(SCHEMA)
        _local.connection = connection
    found: sqlite3.Connection = _local.connection
    return found


def _write_document(document_id: str, body: bytes) -> bytes:
    digest = hashlib.sha256(body).hexdigest()
    with _turn:
        connection = _connection()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT OR IGNORE INTO document VALUES (?, ?, ?, ?)", (document_id, digest, body, "2026-11-22"))
        connection.execute(
            "INSERT OR IGNORE INTO inspection VALUES (?, ?, ?, ?, ?, ?, ?)", (document_id, "1", "t", "2026-11-22", 30, 30, 0)
        )
        connection.execute("INSERT INTO event (content, hash) VALUES (?, ?)", (body[:300], digest))
        connection.execute("COMMIT")
    return msgspec.json.encode({"id": document_id, "document_sha256": digest, "complete": True})


def _write_photo(sha256: str, body: bytes) -> bytes:
    path = FOLDER / "photos" / sha256[:2] / sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = FOLDER / f"{uuid4().hex}.part"
    with temporary.open("wb", buffering=0) as file:
        file.write(body)
        os.fsync(file.fileno())
    temporary.replace(path)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(handle)
    os.close(handle)
    with _turn:
        connection = _connection()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT OR IGNORE INTO photo VALUES (?, ?)", (sha256, len(body)))
        connection.execute("COMMIT")
    return b'{"state":"stored"}'


@put("/mobile/v1/inspections/{document_id:str}", status_code=201)
async def put_document(request: Request[Any, Any, Any], document_id: str) -> Response[bytes]:
    """One durable document, inspection and event."""
    body = await request.body()
    answer = await sync_to_thread(_write_document, document_id, body) if WRITES else b"{}"
    return Response(answer, media_type="application/json", status_code=201)


@put("/mobile/v1/photos/{sha256:str}", status_code=201)
async def put_photo(request: Request[Any, Any, Any], sha256: str) -> Response[bytes]:
    """One durable file and its row."""
    body = await request.body()
    answer = await sync_to_thread(_write_photo, sha256, body) if WRITES else b"{}"
    return Response(answer, media_type="application/json", status_code=201)


app = Litestar([put_document, put_photo], request_max_body_size=None, openapi_config=None)
