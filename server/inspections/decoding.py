"""How do the bytes of a phone become a document, whatever state they are in?

Bytes that are one JSON or MessagePack object with the fields a check needs are always taken. They are kept as canonical JSON, and the
typed reading is made from exactly those kept bytes, so it can be made again. A field of the wrong type is left out of the reading (and
marked), never the document. Half of a surrogate pair is no character and is kept as U+FFFD; NaN and infinity are no JSON numbers and are
kept as null.
"""

import json
from collections.abc import Collection
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

import msgspec

from server.canonical import canonical_bytes, sha256_hex
from server.inspections.schemas import InspectionDocument, ReinspectionDocument

T = TypeVar("T", bound=msgspec.Struct)

_UNDECODABLE = (ValueError, TypeError, RecursionError, OverflowError)
"""What decoders and encoders raise for hostile bytes; msgspec's own errors are ValueErrors."""
_json = msgspec.json.Decoder()
_msgpack = msgspec.msgpack.Decoder()
# Made while the modules are imported, by one thread: two threads that build the decoder of one struct for the first time at the same
# instant can read its half-filled description, which ends the process.
_typed: dict[type[Any], msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind) for kind in (InspectionDocument, ReinspectionDocument)
}
_SURROGATES = dict.fromkeys(range(55296, 57344), "�")


class Unreadable(Exception):
    """The bytes are no document. `reason` is Chinese and says what is missing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Submission(msgspec.Struct, Generic[T], frozen=True):
    """A document as it will be kept, its sha256, and the typed reading; `has_odd_fields` when some field could not be read."""

    body: bytes
    sha256: str
    document: T
    has_odd_fields: bool


def is_msgpack(content_type: str) -> bool:
    """Whether a Content-Type announces MessagePack; everything else is read as JSON."""
    return "msgpack" in content_type.lower()


def read_submission(raw: bytes, content_type: str, kind: type[T], needed: Collection[tuple[str, ...]]) -> Submission[T]:
    """The document in these bytes. Raises `Unreadable` when they are no object, or lack every field of one of the `needed` groups."""
    try:
        value = _decode_msgpack(raw) if is_msgpack(content_type) else _decode_json(raw)
        if not isinstance(value, dict):
            raise Unreadable("内容不是一份记录")
        body = _canonical(value)
    except _UNDECODABLE as error:
        raise Unreadable("内容不是完整的 JSON 或 MessagePack") from error
    for group in needed:
        if all(value.get(name) in (None, "") for name in group):
            raise Unreadable(f"缺少必需的内容（{' 或 '.join(group)}）")
    document, is_whole = read_kept(body, kind)
    return Submission(body, sha256_hex(body), document, not is_whole)


def read_kept(body: bytes, kind: type[T]) -> tuple[T, bool]:
    """The typed reading of a kept document, and whether every field could be read."""
    try:
        document: T = _typed[kind].decode(body)
    except msgspec.ValidationError:
        odd: list[str] = []
        document = _salvage(_json.decode(body), kind, "", odd)
        return document, not odd
    return document, True


def _decode_json(raw: bytes) -> Any:
    try:
        return _json.decode(raw)
    except (ValueError, OverflowError):
        # The strict reader refuses what real phones do send: halves of emoji cut in two, a byte order mark, numbers beyond range.
        return _scrubbed(json.loads(raw, parse_constant=lambda _: None, parse_int=_whole_number))


def _whole_number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(_SURROGATES)
    if isinstance(value, list):
        return [_scrubbed(one) for one in value]
    if isinstance(value, dict):
        return {key.translate(_SURROGATES): _scrubbed(one) for key, one in value.items()}
    return value


def _decode_msgpack(raw: bytes) -> Any:
    return _msgpack.decode(raw)


def _canonical(value: Any) -> bytes:
    try:
        return canonical_bytes(value)
    except TypeError:
        return canonical_bytes(_with_text_keys(value))


def _with_text_keys(value: Any) -> Any:
    """MessagePack allows any scalar as a key; JSON has text only."""
    if isinstance(value, list):
        return [_with_text_keys(one) for one in value]
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): _with_text_keys(one) for key, one in value.items()}
    return value


def _salvage(value: Any, kind: Any, path: str, odd: list[str]) -> Any:
    """As much of `value` as fits `kind`; paths of what does not are added to `odd`. Absent and null mean the same."""
    origin = get_origin(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _salvage_struct(value, kind, path, odd)
    if origin is list:
        if not isinstance(value, list):
            odd.append(path)
            return []
        (inner,) = get_args(kind)
        return [_salvage(one, inner, f"{path}[{place}]", odd) for place, one in enumerate(value) if one is not None]
    if origin is dict:
        if not isinstance(value, dict):
            odd.append(path)
            return {}
        return value
    if origin in _UNIONS:
        inner = next(one for one in get_args(kind) if one is not type(None))
        return _salvage(value, inner, path, odd) if not _is_scalar(inner) else _scalar(value, inner, None, path, odd)
    return _scalar(value, kind, kind(), path, odd)


_UNIONS = (Union, type(int | None))


def _is_scalar(kind: Any) -> bool:
    return kind in (str, int, float, bool)


def _salvage_struct(value: Any, kind: type[msgspec.Struct], path: str, odd: list[str]) -> Any:
    if not isinstance(value, dict):
        odd.append(path)
        return kind()
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        one = value.get(field.encode_name)
        if one is not None:
            found[field.name] = _salvage(one, field.type, f"{path}.{field.encode_name}", odd)
    return kind(**found)


def _scalar(value: Any, kind: type[Any], default: Any, path: str, odd: list[str]) -> Any:
    try:
        if kind is str and isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        return msgspec.convert(value, kind, strict=False)
    except ValueError:
        odd.append(path)
        return default
