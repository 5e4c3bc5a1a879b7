"""When are two documents the same?

When their values are: key order, white space and the wire format (JSON or MessagePack) do not matter. A document is therefore kept as
canonical JSON bytes (sorted keys, no spaces, UTF-8) and known by the sha256 of those bytes.
"""

import hashlib
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="sorted")


def canonical_bytes(value: Any) -> bytes:
    """The one spelling of a value as JSON bytes."""
    return _encoder.encode(value)


def sha256_hex(data: bytes) -> str:
    """The sha256 of bytes, in lower-case hex."""
    return hashlib.sha256(data).hexdigest()
