"""In which format does a phone get its answer, and how are its headers read?

JSON, or MessagePack when `Accept` asks for it. Bytes are made here, so that the same struct gives the same bytes.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response

from server.entrance import services_of
from server.errors import MalformedRequest, Refusal, problem_details
from server.inspections.field_values import read_id, read_instant

JSON_TYPE = "application/json"
MSGPACK_TYPE = "application/x-msgpack"
DEVICE_TIME_HEADER = "x-device-time"
Format = Literal["json", "msgpack"]
_json = msgspec.json.Encoder()
_msgpack = msgspec.msgpack.Encoder()


def format_of(request: Request[Any, Any, Any]) -> Format:
    """The format the caller asks for."""
    return "msgpack" if "msgpack" in request.headers.get("accept", "").lower() else "json"


def encode(value: Any, form: Format) -> bytes:
    """The bytes of a struct in a format."""
    return _msgpack.encode(value) if form == "msgpack" else _json.encode(value)


def answer(request: Request[Any, Any, Any], value: Any, status: int = 200) -> Response[bytes]:
    """A struct as the caller wants it. Never cached on the way: it speaks of one person's records."""
    form = format_of(request)
    media_type = MSGPACK_TYPE if form == "msgpack" else JSON_TYPE
    return Response(encode(value, form), status_code=status, media_type=media_type, headers={"Cache-Control": "no-store", "Vary": "Accept"})


def problem(request: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    """A refusal as an answer: what was kept aside was committed before it is said."""
    body = _json.encode(problem_details(refusal, request.scope["path"]))
    return Response(body, status_code=refusal.status, media_type="application/problem+json")


def id_in_path(text: str) -> UUID:
    """The id in an address. Raises `MalformedRequest`."""
    found = read_id(text)
    if found is None:
        raise MalformedRequest("地址里的编号应是手机生成的 UUID")
    return found


def device_time(request: Request[Any, Any, Any]) -> datetime | None:
    """The phone's time as it made this call, when it says so in `X-Device-Time` (RFC 3339)."""
    return read_instant(request.headers.get(DEVICE_TIME_HEADER, ""))


def received_now(request: Request[Any, Any, Any]) -> datetime:
    """The server's time, for reading a document before its transaction begins."""
    return services_of(request).clock.now()
